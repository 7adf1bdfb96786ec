//! How many test cases ran, read from what test programs print.

/// Test cases that ran.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cases {
    pub passed: usize,
    pub failed: usize,
}

impl Cases {
    pub fn add(&mut self, other: Cases) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    pub fn ran(self) -> usize {
        self.passed + self.failed
    }
}

/// Sums the closing lines: libtest's and libtest-mimic's `test result: ok. 12 passed; 0 failed; …`, and this project's
/// own `12 passed, 0 failed`.
pub fn cases(output: &str) -> Cases {
    let mut sum = Cases::default();
    for line in plain(output).lines() {
        if let Some(cases) = libtest(line).or_else(|| own(line)) {
            sum.add(cases);
        }
    }
    sum
}

fn libtest(line: &str) -> Option<Cases> {
    let (_, counts) = line.trim().strip_prefix("test result: ")?.split_once(". ")?;
    let count = |word: &str| counts.split("; ").find_map(|count| count.strip_suffix(word)?.trim().parse().ok());
    Some(Cases { passed: count("passed")?, failed: count("failed")? })
}

fn own(line: &str) -> Option<Cases> {
    let (passed, failed) = line.trim().split_once(" passed, ")?;
    Some(Cases { passed: passed.parse().ok()?, failed: failed.strip_suffix(" failed")?.parse().ok()? })
}

/// The text without the sequences that colour it.
pub fn plain(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("\u{1b}[") {
        plain.push_str(&rest[..at]);
        let sequence = &rest[at + 2..];
        let end = sequence.find(|c: char| ('@'..='~').contains(&c)).map_or(sequence.len(), |end| end + 1);
        rest = &sequence[end..];
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn libtest_lines_are_summed() {
        let output = "\
running 3 tests
test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.01s
test a ... FAILED
test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.20s
";
        assert_eq!(cases(output), Cases { passed: 15, failed: 2 });
    }

    #[test]
    fn own_lines_are_summed() {
        assert_eq!(cases("792 passed, 0 failed\nfailed policies/a.yaml: b\n1 passed, 2 failed\n"), Cases { passed: 793, failed: 2 });
    }

    #[test]
    fn other_lines_do_not_count() {
        let output =
            "test result: it is said\n3 passed\nnone passed, 1 failed\n2 passed, 1 failed later\n test result: ok. x passed; 0 failed\n";
        assert_eq!(cases(output), Cases::default());
    }

    #[test]
    fn colours_do_not_matter() {
        assert_eq!(
            cases("test result: \u{1b}[32mok\u{1b}[0m. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"),
            Cases { passed: 2, failed: 0 }
        );
        assert_eq!(plain("a\u{1b}[1;31mb\u{1b}[0mc\u{1b}["), "abc");
    }
}
