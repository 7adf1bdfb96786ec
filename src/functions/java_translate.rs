//! Java's patterns in the syntax of Rust's engines.
//!
//! Options become part of the signs that they change. Java takes upper and lower case as equal in ASCII only unless
//! told otherwise, and its \d, \w and \s are of ASCII, all unlike .NET's.

use super::dotnet_class::literal;
use super::dotnet_groups::Groups;
use super::dotnet_regex::PatternError;
use super::dotnet_translate::{END, Needs, Translation, is_endless, repeat};
use super::java_class::{self, Flags, Item};
use crate::limits::Limits;

/// Translates a pattern.
pub(super) fn translate(text: &str, limits: &Limits) -> Result<Translation, PatternError> {
    let plain = run(text, limits, false)?;
    if plain.needs.backtracking { run(text, limits, true) } else { Ok(plain) }
}

fn run(text: &str, limits: &Limits, counted: bool) -> Result<Translation, PatternError> {
    let mut translator = Translator {
        signs: text.chars().collect(),
        at: 0,
        out: String::with_capacity(text.len() * 2),
        flags: Flags::default(),
        open: Vec::new(),
        names: Vec::new(),
        atom: None,
        needs: Needs::default(),
        counted,
        depth: limits.depth,
    };
    translator.run()?;
    Ok(Translation { translated: translator.out, groups: Groups::default(), needs: translator.needs })
}

struct Translator {
    signs: Vec<char>,
    at: usize,
    out: String,
    flags: Flags,
    /// The flags outside each open group, and where it begins in the output.
    open: Vec<(Flags, usize)>,
    /// The names of the capturing groups so far, in order.
    names: Vec<Option<String>>,
    /// Where in the output begins what a quantifier would repeat.
    atom: Option<usize>,
    needs: Needs,
    /// Whether repetitions count their steps.
    counted: bool,
    depth: usize,
}

impl Translator {
    fn run(&mut self) -> Result<(), PatternError> {
        while let Some(&sign) = self.signs.get(self.at) {
            self.at += 1;
            match sign {
                '\\' => self.escape()?,
                '[' => {
                    let (class, end) = java_class::class(&self.signs, self.at, self.flags, self.depth)?;
                    self.at = end;
                    self.set(&class);
                }
                '(' => self.open()?,
                ')' => {
                    let (flags, start) =
                        self.open.pop().ok_or_else(|| PatternError::invalid("the pattern closes a parenthesis that is not open"))?;
                    self.flags = flags;
                    self.out.push(')');
                    self.atom = Some(start);
                }
                '|' => {
                    self.out.push('|');
                    self.atom = None;
                }
                '*' | '+' | '?' => self.quantifier(self.at)?,
                '{' => {
                    let end = self.counts().ok_or_else(|| PatternError::invalid("the pattern has a { that is no repetition"))?;
                    self.quantifier(end)?;
                }
                '^' if self.flags.multiline => self.atom("(?m:^)"),
                '^' => self.atom(r"\A"),
                '$' if self.flags.multiline => self.atom("(?m:$)"),
                '$' => self.atom(END.encode_utf8(&mut [0; 4])),
                '.' if self.flags.dot_all => self.atom("(?s:.)"),
                '.' if self.flags.unix_lines => self.atom(r"[^\n]"),
                '.' => self.atom(r"[^\n\r\x{85}\x{2028}\x{2029}]"),
                '#' if self.flags.blanks => {
                    self.at = self.signs[self.at..].iter().position(|sign| *sign == '\n').map_or(self.signs.len(), |end| self.at + end);
                }
                blank if self.flags.blanks && blank.is_whitespace() => {}
                other => self.sign(other),
            }
        }
        match self.open.is_empty() {
            true => Ok(()),
            false => Err(PatternError::invalid("the pattern opens a parenthesis that it does not close")),
        }
    }

    fn atom(&mut self, text: &str) {
        self.atom = Some(self.out.len());
        self.out.push_str(text);
    }

    /// A sign that stands for itself, in both cases where these are equal.
    fn sign(&mut self, sign: char) {
        self.atom = Some(self.out.len());
        if self.flags.both_cases() && sign.is_ascii_alphabetic() {
            self.out.extend(['[', sign.to_ascii_lowercase(), sign.to_ascii_uppercase(), ']']);
            return;
        }
        let fold = self.flags.ignore_case && self.flags.unicode;
        self.out.push_str(if fold { "(?i:" } else { "" });
        literal(sign, &mut self.out);
        self.out.push_str(if fold { ")" } else { "" });
    }

    fn set(&mut self, class: &str) {
        match self.flags.ignore_case && self.flags.unicode {
            true => self.atom(&format!("(?i:{class})")),
            false => self.atom(class),
        }
    }

    /// The end of `{2}`, `{2,}` or `{2,4}` from behind its brace.
    fn counts(&self) -> Option<usize> {
        let digits = |from: usize| from + self.signs[from..].iter().take_while(|sign| sign.is_ascii_digit()).count();
        let mut at = digits(self.at);
        if at == self.at {
            return None;
        }
        if self.signs.get(at) == Some(&',') {
            at = digits(at + 1);
        }
        (self.signs.get(at) == Some(&'}')).then_some(at + 1)
    }

    /// Writes the quantifier from the last sign to `end`. With + behind it nothing is given back: an atomic group.
    fn quantifier(&mut self, end: usize) -> Result<(), PatternError> {
        let written: String = self.signs[self.at - 1..end].iter().collect();
        let start = self.atom.take().ok_or_else(|| PatternError::invalid(format!("{written} in the pattern repeats nothing")))?;
        self.needs.endless_look_behind |= is_endless(&written) && self.open.iter().any(|(_, start)| self.out[*start..].starts_with("(?<"));
        repeat(&mut self.out, start, &written, self.counted);
        self.at = end;
        match self.signs.get(end) {
            Some('?') => {
                self.at += 1;
                self.out.push('?');
            }
            Some('+') => {
                self.at += 1;
                self.needs.backtracking = true;
                self.out.insert_str(start, "(?>");
                self.out.push(')');
            }
            _ => {}
        }
        Ok(())
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        let anchor = match self.signs.get(self.at) {
            Some('A') => r"\A",
            Some('z') => r"\z",
            Some('Z') => "\0",
            Some('b') => r"(?:\b)",
            Some('B') => r"(?:\B)",
            Some('R') => r"(?:\r\n|[\n\x0B\f\r\x{85}\x{2028}\x{2029}])",
            Some('G') => {
                self.needs.backtracking = true;
                r"\G"
            }
            Some('Q') => {
                let (quoted, end) = java_class::quoted(&self.signs, self.at + 1);
                let quoted = quoted.to_vec();
                self.at = end;
                quoted.into_iter().for_each(|sign| self.sign(sign));
                return Ok(());
            }
            Some('k') => {
                let name = (self.signs.get(self.at + 1) == Some(&'<')).then(|| self.delimited(self.at + 2)).flatten();
                let name = name.ok_or_else(|| PatternError::invalid(r"\k in the pattern needs a name, as in \k<name>"))?;
                let number = self.names.iter().position(|known| known.as_ref() == Some(&name)).map(|at| at + 1);
                return self.refer(number, &name);
            }
            Some('1'..='9') => return self.numbered(),
            _ => {
                let (item, end) = java_class::escape(&self.signs, self.at)?;
                self.at = end;
                match item {
                    Item::Sign(sign) => self.sign(sign),
                    Item::Set(set) => self.set(&set),
                }
                return Ok(());
            }
        };
        self.at += 1;
        self.atom(anchor);
        Ok(())
    }

    /// `\11`: as many digits as there are groups for.
    fn numbered(&mut self) -> Result<(), PatternError> {
        let mut number = 0;
        while let Some(digit) = self.signs.get(self.at).and_then(|sign| sign.to_digit(10)) {
            let longer = number * 10 + digit as usize;
            if number > 0 && longer > self.names.len() {
                break;
            }
            number = longer;
            self.at += 1;
        }
        self.refer(Some(number).filter(|number| *number <= self.names.len()), &number.to_string())
    }

    fn refer(&mut self, number: Option<usize>, name: &str) -> Result<(), PatternError> {
        let number = number
            .ok_or_else(|| PatternError::invalid(format!("the pattern refers to the group {name}, which it does not have before it")))?;
        self.needs.backtracking = true;
        let case = if self.flags.ignore_case { "i" } else { "" };
        self.atom(&format!(r"(?{case}:\{number})"));
        Ok(())
    }

    /// Text up to `>`, from its first sign.
    fn delimited(&mut self, from: usize) -> Option<String> {
        let end = from + self.signs.get(from..)?.iter().position(|sign| *sign == '>')?;
        self.at = end + 1;
        Some(self.signs[from..end].iter().collect())
    }

    fn open(&mut self) -> Result<(), PatternError> {
        if self.open.len() >= self.depth {
            return Err(PatternError::invalid("the pattern nests its groups too deep"));
        }
        if self.signs.get(self.at) != Some(&'?') {
            self.names.push(None);
            self.group(0, "(");
            return Ok(());
        }
        self.at += 1;
        let next = |at: usize| self.signs.get(at).copied();
        match (next(self.at), next(self.at + 1)) {
            (Some(':'), _) => self.group(1, "(?:"),
            (Some('='), _) => self.look(1, "(?="),
            (Some('!'), _) => self.look(1, "(?!"),
            (Some('>'), _) => self.look(1, "(?>"),
            (Some('<'), Some('=')) => self.look(2, "(?<="),
            (Some('<'), Some('!')) => self.look(2, "(?<!"),
            (Some('<'), _) => {
                let name = self.delimited(self.at + 1).unwrap_or_default();
                let valid =
                    name.starts_with(|sign: char| sign.is_ascii_alphabetic()) && name.chars().all(|sign| sign.is_ascii_alphanumeric());
                if !valid || self.names.contains(&Some(name.clone())) {
                    return Err(PatternError::invalid(format!("{name:?} in the pattern is no name of a group, or stands twice")));
                }
                self.names.push(Some(name));
                self.group(0, "(");
            }
            _ => self.options()?,
        }
        Ok(())
    }

    fn group(&mut self, signs: usize, text: &str) {
        self.at += signs;
        self.open.push((self.flags, self.out.len()));
        self.out.push_str(text);
        self.atom = None;
    }

    fn look(&mut self, signs: usize, text: &str) {
        self.needs.backtracking = true;
        self.group(signs, text);
    }

    /// `(?i)` for the rest of the group, `(?i:…)` for a group of its own.
    fn options(&mut self) -> Result<(), PatternError> {
        let mut flags = self.flags;
        let mut on = true;
        loop {
            let sign = self.signs.get(self.at).copied();
            self.at += 1;
            match sign {
                Some('-') => on = false,
                Some('i') => flags.ignore_case = on,
                Some('u') => flags.unicode = on,
                Some('m') => flags.multiline = on,
                Some('s') => flags.dot_all = on,
                Some('d') => flags.unix_lines = on,
                Some('x') => flags.blanks = on,
                Some(':') => {
                    self.group(0, "(?:");
                    self.flags = flags;
                    return Ok(());
                }
                Some(')') => {
                    self.flags = flags;
                    self.atom = None;
                    return Ok(());
                }
                _ => return Err(PatternError::invalid("the pattern has (? with something after it that means nothing")),
            }
        }
    }
}
