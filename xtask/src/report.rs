//! What a person sees: a line for each part as it goes, and the table at the end.

use crate::results::{Cases, plain};
use std::io::{IsTerminal, Write};
use std::time::Duration;

/// How one part went.
pub struct Row {
    pub name: &'static str,
    pub took: Duration,
    pub ok: bool,
    pub cases: Cases,
    /// One thing worth knowing, such as a count.
    pub note: String,
}

/// Colours only where a terminal shows them and nobody asked for none.
pub fn colours() -> bool {
    let unwanted = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !unwanted && std::io::stdout().is_terminal()
}

pub fn begin(name: &str) {
    print!("{name:WIDTH$} ");
    let _ = std::io::stdout().flush();
}

pub fn end(row: &Row, output: &str) {
    println!("{} {:>7}  {}", word(row.ok), seconds(row.took), about(row));
    if !row.ok {
        println!("\n{}\n", telling(output));
    }
}

/// What is worth reading of a failed part's output: not the tests that passed. The whole of it stays in the log.
fn telling(output: &str) -> String {
    let passed = |line: &&str| {
        let line = plain(line);
        line.starts_with("test ") && line.ends_with(" ... ok")
    };
    output.trim_end().lines().filter(|line| !passed(line)).collect::<Vec<_>>().join("\n")
}

/// The table of times and the closing line; whether everything passed.
pub fn close(rows: &[Row]) -> bool {
    println!();
    for row in rows {
        println!("{:WIDTH$} {} {:>7}  {}", row.name, word(row.ok), seconds(row.took), about(row));
    }
    println!("{:WIDTH$} {:6} {:>7}\n", "in all", "", seconds(rows.iter().map(|row| row.took).sum()));
    let sum = sum(rows);
    println!("{} passed, {} failed", sum.passed, sum.failed);
    sum.failed == 0
}

/// The sum of the cases. A part that failed without a failed case (a lint, a build) counts as one failure, so that the
/// closing line never says that none failed when one did.
fn sum(rows: &[Row]) -> Cases {
    let mut sum = Cases::default();
    for row in rows {
        sum.add(row.cases);
        if !row.ok && row.cases.failed == 0 {
            sum.failed += 1;
        }
    }
    sum
}

const WIDTH: usize = 20;

fn word(ok: bool) -> String {
    let (word, colour) = if ok { ("ok    ", "32") } else { ("failed", "1;31") };
    if colours() { format!("\u{1b}[{colour}m{word}\u{1b}[0m") } else { word.to_owned() }
}

fn about(row: &Row) -> String {
    let cases = match (row.cases.ran(), row.cases.failed) {
        (0, _) => String::new(),
        (ran, 0) => format!("{ran} cases"),
        (ran, failed) => format!("{failed} of {ran} cases failed"),
    };
    [cases, row.note.clone()].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(", ")
}

fn seconds(took: Duration) -> String {
    format!("{:.1} s", took.as_secs_f64())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(ok: bool, passed: usize, failed: usize) -> Row {
        Row { name: "part", took: Duration::from_millis(1250), ok, cases: Cases { passed, failed }, note: String::new() }
    }

    #[test]
    fn a_failed_part_without_cases_counts_as_one_failure() {
        assert_eq!(sum(&[row(true, 3, 0), row(false, 0, 0)]), Cases { passed: 3, failed: 1 });
        assert_eq!(sum(&[row(false, 3, 2)]), Cases { passed: 3, failed: 2 });
    }

    #[test]
    fn tests_that_passed_are_not_shown() {
        let output = "test a ... ok\ntest b ... FAILED\ntest c ... \u{1b}[32mok\u{1b}[0m\nit was ... ok\n\n";
        assert_eq!(telling(output), "test b ... FAILED\nit was ... ok");
    }

    #[test]
    fn a_row_says_what_ran() {
        assert_eq!(about(&row(true, 3, 0)), "3 cases");
        assert_eq!(about(&row(false, 3, 2)), "2 of 5 cases failed");
        assert_eq!(about(&Row { note: "21 crates".into(), ..row(true, 0, 0) }), "21 crates");
        assert_eq!(seconds(Duration::from_millis(1250)), "1.2 s");
    }
}
