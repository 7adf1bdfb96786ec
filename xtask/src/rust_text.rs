//! Rust source as a list of words: enough to tell names and texts from comments, and what is built for tests only.

/// A piece of source with its line, from 1.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Word {
    pub line: usize,
    pub kind: Kind,
    pub text: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Name,
    /// What stands between the quotes.
    Text,
    Sign,
}

/// The words of a source, without comments and without what only tests build.
pub fn words(source: &str) -> Vec<Word> {
    without_tests(all_words(source))
}

fn all_words(source: &str) -> Vec<Word> {
    let mut scan = Scan { rest: source, line: 1, words: Vec::new() };
    while let Some(next) = scan.rest.chars().next() {
        scan.piece(next);
    }
    scan.words
}

struct Scan<'s> {
    rest: &'s str,
    line: usize,
    words: Vec<Word>,
}

impl Scan<'_> {
    fn piece(&mut self, next: char) {
        let rest = self.rest;
        if rest.starts_with("//") {
            self.skip(rest.find('\n').unwrap_or(rest.len()));
        } else if rest.starts_with("/*") {
            self.skip(block_comment(rest));
        } else if let Some((open, hashes)) = raw_text(rest) {
            let close = format!("\"{}", "#".repeat(hashes));
            let end = rest[open..].find(&close).map_or(rest.len(), |end| open + end);
            self.word(Kind::Text, open, end, end + close.len());
        } else if next == '"' {
            let end = 1 + text_end(&rest[1..]);
            self.word(Kind::Text, 1, end, end + 1);
        } else if next == '\'' {
            self.character();
        } else if next.is_alphabetic() || next == '_' {
            let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
            // The letter before a text of bytes or of C is no name.
            if matches!(&rest[..end], "b" | "c") && rest[end..].starts_with('"') {
                self.skip(end);
            } else {
                self.word(Kind::Name, 0, end, end);
            }
        } else if next.is_whitespace() || next.is_numeric() {
            self.skip(next.len_utf8());
        } else {
            self.word(Kind::Sign, 0, next.len_utf8(), next.len_utf8());
        }
    }

    /// A character between quotes, or the quote of a lifetime.
    fn character(&mut self) {
        let mut inside = self.rest[1..].chars();
        let end = match inside.next() {
            Some('\\') => self.rest[3.min(self.rest.len())..].find('\'').map(|end| end + 4),
            Some(c) if inside.next() == Some('\'') => Some(c.len_utf8() + 2),
            _ => None,
        };
        self.skip(end.unwrap_or(1));
    }

    fn word(&mut self, kind: Kind, from: usize, to: usize, end: usize) {
        self.words.push(Word { line: self.line, kind, text: self.rest[from..to].to_owned() });
        self.skip(end);
    }

    fn skip(&mut self, bytes: usize) {
        let (over, rest) = self.rest.split_at(bytes.min(self.rest.len()));
        self.line += over.matches('\n').count();
        self.rest = rest;
    }
}

/// Block comments nest.
fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while let Some(step) = text[at..].find("/*").into_iter().chain(text[at..].find("*/")).min() {
        depth += if text[at + step..].starts_with("/*") { 1 } else { -1 };
        at += step + 2;
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// Where a raw text begins, and its number of hashes.
fn raw_text(text: &str) -> Option<(usize, usize)> {
    let start = ["r", "br", "cr"].into_iter().find(|start| text.strip_prefix(start).is_some_and(|rest| rest.starts_with(['#', '"'])))?;
    let hashes = text[start.len()..].chars().take_while(|c| *c == '#').count();
    let open = start.len() + hashes;
    text[open..].starts_with('"').then_some((open + 1, hashes))
}

fn text_end(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().find(|(_, c)| {
        let ends = *c == '"' && !escaped;
        escaped = *c == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at)
}

/// Leaves out each item under `#[cfg(test)]` and `#[test]`.
fn without_tests(words: Vec<Word>) -> Vec<Word> {
    let mut kept = Vec::with_capacity(words.len());
    let mut at = 0;
    while at < words.len() {
        if is_test(&words[at..]) {
            at += item_length(&words[at..]);
        } else {
            kept.push(words[at].clone());
            at += 1;
        }
    }
    kept
}

fn is_test(words: &[Word]) -> bool {
    let starts = |wanted: &[&str]| words.len() >= wanted.len() && words.iter().zip(wanted).all(|(word, wanted)| word.text == *wanted);
    starts(&["#", "[", "cfg", "(", "test", ")", "]"]) || starts(&["#", "[", "test", "]"])
}

/// Up to the end of the item: its closing brace, or a semicolon outside of all brackets.
fn item_length(words: &[Word]) -> usize {
    let mut depth = 0_usize;
    for (at, word) in words.iter().enumerate().filter(|(_, word)| word.kind == Kind::Sign) {
        match word.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => {
                depth = depth.saturating_sub(1);
                if depth == 0 && word.text == "}" {
                    return at + 1;
                }
            }
            ";" if depth == 0 => return at + 1,
            _ => {}
        }
    }
    words.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(source: &str) -> Vec<String> {
        words(source).into_iter().map(|word| format!("{}:{:?}:{}", word.line, word.kind, word.text)).collect()
    }

    #[test]
    fn names_texts_and_signs() {
        assert_eq!(told("let a = \"b \\\" c\";"), ["1:Name:let", "1:Name:a", "1:Sign:=", "1:Text:b \\\" c", "1:Sign:;"]);
        assert_eq!(
            told("r#\"a \"b\" c\"# br\"d\" b\"e\" r#type"),
            ["1:Text:a \"b\" c", "1:Text:d", "1:Text:e", "1:Name:r", "1:Sign:#", "1:Name:type"]
        );
        assert_eq!(told("\"open"), ["1:Text:open"]);
    }

    #[test]
    fn comments_are_left_out() {
        assert_eq!(told("a // b \"c\n/* d /* e */\n f */ g"), ["1:Name:a", "3:Name:g"]);
        assert_eq!(told("/// b\n/* open"), Vec::<String>::new());
    }

    #[test]
    fn characters_and_lifetimes() {
        assert_eq!(told("'\"' '\\'' '\\u{1b}' b'x' &'a b"), ["1:Name:b", "1:Sign:&", "1:Name:a", "1:Name:b"]);
        assert_eq!(told("'ä' '\\\\' x '"), ["1:Name:x"]);
    }

    #[test]
    fn what_tests_build_is_left_out() {
        assert_eq!(told("#[cfg(test)]\nmod tests;\na"), ["3:Name:a"]);
        assert_eq!(told("a #[cfg(test)] mod tests { fn f() { b } } c"), ["1:Name:a", "1:Name:c"]);
        assert_eq!(told("#[test] fn f(x: [u8; 2]) {} c"), ["1:Name:c"]);
        assert_eq!(told("#[cfg(test)] const A: [u8; 1] = [1]; b"), ["1:Name:b"]);
    }
}
