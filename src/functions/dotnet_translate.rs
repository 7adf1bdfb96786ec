//! .NET's patterns in the syntax of Rust's engines.
//!
//! Groups lose their names on the way, as .NET lets one name stand at several places and numbers named groups after
//! all others; [`Groups`] keeps what they are called. Options become part of the signs that they change, all but `i`.

use super::dotnet_class::{self, Item};
use super::dotnet_groups::{Capture, Groups};
use super::dotnet_regex::PatternError;
use crate::limits::Limits;

/// Stands in a translation where `$` or `\Z` was. No pattern brings one along: a NUL is written as an escape.
pub(super) const END: char = '\0';

/// Fails once, and then matches nothing: a step of the engine that backtracks. It counts its steps back alone, and not what
/// a repetition or a look-around runs over in between, so that each repetition takes one.
const STEP: &str = "(?:(?!)|)";

/// A pattern for the engines.
pub(super) struct Translation {
    pub translated: String,
    pub groups: Groups,
    pub needs: Needs,
}

/// What a pattern needs of an engine.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Needs {
    /// Whether it needs the engine that backtracks.
    pub backtracking: bool,
    /// Whether it looks back over any length.
    pub endless_look_behind: bool,
}

/// Puts a quantifier behind what begins at `start`, and with `counted` a step into each repetition.
pub(super) fn repeat(out: &mut String, start: usize, quantifier: &str, counted: bool) {
    let once = matches!(quantifier, "?" | "{0}" | "{1}" | "{0,1}" | "{1,1}" | "{0,0}");
    if counted && !once {
        out.insert_str(start, "(?:");
        out.push_str(STEP);
        out.push(')');
    }
    out.push_str(quantifier);
}

/// Whether a quantifier has no upper bound.
pub(super) fn is_endless(quantifier: &str) -> bool {
    matches!(quantifier, "*" | "+") || quantifier.ends_with(",}")
}

/// Translates a pattern.
pub(super) fn translate(text: &str, limits: &Limits) -> Result<Translation, PatternError> {
    // A reference may stand before its group, so the groups are collected first.
    let mut first = Translator::new(text, None, limits);
    first.run()?;
    let groups = Groups::of(first.captures);
    let mut second = Translator::new(text, Some(&groups), limits);
    second.counted = first.needs.backtracking;
    second.run()?;
    let (translated, needs) = (second.out, second.needs);
    Ok(Translation { translated, groups, needs })
}

/// The options of .NET that a pattern can set.
#[derive(Clone, Copy, Default, PartialEq)]
struct Options {
    ignore_case: bool,
    multiline: bool,
    singleline: bool,
    explicit: bool,
    blanks: bool,
}

/// What stands before a quantifier.
#[derive(PartialEq)]
enum Before {
    Nothing,
    /// It begins there in the output.
    Atom(usize),
    Quantifier,
}

struct Translator<'t> {
    signs: Vec<char>,
    at: usize,
    out: String,
    options: Options,
    open: Vec<Open>,
    captures: Vec<Capture>,
    groups: Option<&'t Groups>,
    before: Before,
    needs: Needs,
    /// Whether repetitions count their steps.
    counted: bool,
    depth: usize,
}

/// An open group.
struct Open {
    /// The options outside of it.
    outside: Options,
    /// Where it begins in the output.
    start: usize,
    /// Whether it is a look-behind.
    behind: bool,
}

impl<'t> Translator<'t> {
    fn new(text: &str, groups: Option<&'t Groups>, limits: &Limits) -> Self {
        Translator {
            signs: text.chars().collect(),
            at: 0,
            out: String::with_capacity(text.len() + text.len() / 2),
            options: Options::default(),
            open: Vec::new(),
            captures: Vec::new(),
            groups,
            before: Before::Nothing,
            needs: Needs::default(),
            counted: false,
            depth: limits.depth,
        }
    }

    fn run(&mut self) -> Result<(), PatternError> {
        while let Some(&sign) = self.signs.get(self.at) {
            self.at += 1;
            match sign {
                '\\' => self.escape()?,
                '[' => {
                    let (class, end) = dotnet_class::class(&self.signs, self.at, self.depth)?;
                    self.at = end;
                    self.atom(&class);
                }
                '(' => self.open()?,
                ')' => {
                    let open = self.open.pop();
                    let open = open.ok_or_else(|| PatternError::invalid("the pattern closes a parenthesis that is not open"))?;
                    self.options = open.outside;
                    self.out.push(')');
                    self.before = Before::Atom(open.start);
                }
                '|' => {
                    self.out.push('|');
                    self.before = Before::Nothing;
                }
                '*' | '+' | '?' => self.quantifier(self.at)?,
                '{' => match self.counts() {
                    Some(end) => self.quantifier(end)?,
                    None => self.literal('{'),
                },
                '^' if self.options.multiline => self.atom("(?m:^)"),
                '^' => self.atom(r"\A"),
                '$' if self.options.multiline => self.atom("(?m:$)"),
                '$' => self.atom(END.encode_utf8(&mut [0; 4])),
                '.' if self.options.singleline => self.atom("(?s:.)"),
                '.' => self.atom(r"[^\n]"),
                '#' if self.options.blanks => {
                    self.at = self.signs[self.at..].iter().position(|sign| *sign == '\n').map_or(self.signs.len(), |end| self.at + end);
                }
                blank if self.options.blanks && blank.is_whitespace() => {}
                other => self.literal(other),
            }
        }
        match self.open.is_empty() {
            true => Ok(()),
            false => Err(PatternError::invalid("the pattern opens a parenthesis that it does not close")),
        }
    }

    fn atom(&mut self, text: &str) {
        self.before = Before::Atom(self.out.len());
        self.out.push_str(text);
    }

    fn literal(&mut self, sign: char) {
        self.before = Before::Atom(self.out.len());
        dotnet_class::literal(sign, &mut self.out);
    }

    /// The end of `{2}`, `{2,}` or `{2,4}` from behind its brace; anything else in braces is plain text.
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

    /// Writes the quantifier from the last sign to `end`.
    fn quantifier(&mut self, end: usize) -> Result<(), PatternError> {
        let written: String = self.signs[self.at - 1..end].iter().collect();
        let start = match self.before {
            Before::Atom(start) => start,
            Before::Nothing => return Err(PatternError::invalid(format!("{written} in the pattern repeats nothing"))),
            Before::Quantifier => return Err(PatternError::invalid(format!("{written} in the pattern repeats a repetition"))),
        };
        self.needs.endless_look_behind |= is_endless(&written) && self.open.iter().any(|open| open.behind);
        repeat(&mut self.out, start, &written, self.counted);
        self.at = end;
        if self.signs.get(self.at) == Some(&'?') {
            self.at += 1;
            self.out.push('?');
        }
        self.before = Before::Quantifier;
        Ok(())
    }

    fn escape(&mut self) -> Result<(), PatternError> {
        match self.signs.get(self.at) {
            Some('A') => self.anchor(r"\A"),
            Some('z') => self.anchor(r"\z"),
            Some('Z') => self.anchor(END.encode_utf8(&mut [0; 4])),
            // In brackets, as `\b{` begins something else in Rust's syntax.
            Some('b') => self.anchor(r"(?:\b)"),
            Some('B') => self.anchor(r"(?:\B)"),
            Some('G') => {
                self.needs.backtracking = true;
                self.anchor(r"\G");
            }
            Some('k') => {
                self.at += 1;
                let name = match self.signs.get(self.at) {
                    Some('<') => self.delimited('>'),
                    Some('\'') => self.delimited('\''),
                    _ => None,
                };
                let name = name.ok_or_else(|| PatternError::invalid(r"\k in the pattern needs a name, as in \k<name>"))?;
                let places = self.groups.map(|groups| groups.named(&name).map(<[usize]>::to_vec));
                self.refer(places, &name)?;
            }
            Some('1'..='9') => {
                let end = self.at + self.signs[self.at..].iter().take_while(|sign| sign.is_ascii_digit()).count();
                let digits: String = self.signs[self.at..end].iter().collect();
                let places =
                    self.groups.map(|groups| digits.parse().ok().and_then(|number| groups.numbered(number)).map(<[usize]>::to_vec));
                if digits.len() > 1 && places == Some(None) {
                    return self.plain_escape(); // no such group: an octal code
                }
                self.at = end;
                self.refer(places, &digits)?;
            }
            _ => self.plain_escape()?,
        }
        Ok(())
    }

    fn anchor(&mut self, text: &str) {
        self.at += 1;
        self.atom(text);
    }

    fn plain_escape(&mut self) -> Result<(), PatternError> {
        let (item, end) = dotnet_class::escape(&self.signs, self.at, false)?;
        self.at = end;
        match item {
            Item::Sign(sign) => self.literal(sign),
            Item::Set(set) => self.atom(&format!("[{set}]")),
        }
        Ok(())
    }

    /// Text up to a closing sign, from the opening one.
    fn delimited(&mut self, close: char) -> Option<String> {
        let from = self.at + 1;
        let end = from + self.signs.get(from..)?.iter().position(|sign| *sign == close)?;
        self.at = end + 1;
        Some(self.signs[from..end].iter().collect())
    }

    /// A reference back; where the name stands at several places, whichever matched.
    fn refer(&mut self, places: Option<Option<Vec<usize>>>, name: &str) -> Result<(), PatternError> {
        self.needs.backtracking = true;
        match places {
            None => self.atom(""), // the groups are still being collected
            Some(Some(places)) => {
                let alternatives: Vec<String> = places.iter().rev().map(|place| format!(r"\{place}")).collect();
                self.atom(&format!("(?:{})", alternatives.join("|")));
            }
            Some(None) => return Err(PatternError::invalid(format!("the pattern refers to the group {name}, which it does not have"))),
        }
        Ok(())
    }

    fn open(&mut self) -> Result<(), PatternError> {
        if self.signs.get(self.at) != Some(&'?') {
            match self.options.explicit {
                true => self.group("(?:"),
                false => self.capture(Capture::Unnamed),
            }
            return Ok(());
        }
        self.at += 1;
        let next = |at: usize| self.signs.get(at).copied();
        match (next(self.at), next(self.at + 1)) {
            (Some('#'), _) => {
                // A comment leaves what is before it open to a quantifier.
                self.delimited(')').ok_or_else(|| PatternError::invalid("the pattern has a comment that it does not close"))?;
            }
            (Some(':'), _) => self.skip_and_group(1, "(?:"),
            (Some('='), _) => self.look(1, "(?="),
            (Some('!'), _) => self.look(1, "(?!"),
            (Some('>'), _) => self.look(1, "(?>"),
            (Some('<'), Some('=')) => self.look(2, "(?<="),
            (Some('<'), Some('!')) => self.look(2, "(?<!"),
            (Some('<'), _) => self.named('>')?,
            (Some('\''), _) => self.named('\'')?,
            (Some('('), _) => self.condition()?,
            _ => self.set_options()?,
        }
        Ok(())
    }

    fn group(&mut self, text: &str) {
        self.open.push(Open { outside: self.options, start: self.out.len(), behind: text.starts_with("(?<") });
        self.out.push_str(text);
        self.before = Before::Nothing;
    }

    fn skip_and_group(&mut self, signs: usize, text: &str) {
        self.at += signs;
        self.group(text);
    }

    fn look(&mut self, signs: usize, text: &str) {
        self.needs.backtracking = true;
        self.skip_and_group(signs, text);
    }

    fn capture(&mut self, capture: Capture) {
        self.captures.push(capture);
        self.group("(");
    }

    fn named(&mut self, close: char) -> Result<(), PatternError> {
        let name = self.delimited(close).unwrap_or_default();
        if name.contains('-') {
            return Err(PatternError::invalid(format!("the pattern has a balancing group ({name}), which is not supported")));
        }
        let valid = !name.is_empty() && name.chars().all(|sign| sign.is_alphanumeric() || sign == '_');
        match (name.parse::<usize>(), valid) {
            (Ok(number), true) if number > 0 && number < 10_000 => self.capture(Capture::Numbered(number)),
            (Err(_), true) if !name.starts_with(|sign: char| sign.is_numeric()) => self.capture(Capture::Named(name)),
            _ => return Err(PatternError::invalid(format!("{name:?} in the pattern is no name of a group"))),
        }
        Ok(())
    }

    /// `(?(name)yes|no)`.
    fn condition(&mut self) -> Result<(), PatternError> {
        let name = self.delimited(')').unwrap_or_default();
        let place = match self.groups {
            None => 0,
            Some(groups) => match groups.named(&name) {
                Some([place]) => *place,
                Some(_) => {
                    return Err(PatternError::invalid(format!(
                        "the condition on {name} in the pattern is not clear, as several groups have that name"
                    )));
                }
                None => {
                    return Err(PatternError::invalid(format!(
                        "the condition ({name}) in the pattern names no group; conditions by a pattern are not supported"
                    )));
                }
            },
        };
        self.needs.backtracking = true;
        self.group(&format!("(?({place})"));
        Ok(())
    }

    /// `(?i)` for the rest of the group, `(?i:…)` for a group of its own.
    fn set_options(&mut self) -> Result<(), PatternError> {
        let mut options = self.options;
        let mut on = true;
        loop {
            let sign = self.signs.get(self.at).copied();
            self.at += 1;
            match sign {
                Some('+') => on = true,
                Some('-') => on = false,
                Some('i' | 'I') => options.ignore_case = on,
                Some('m' | 'M') => options.multiline = on,
                Some('s' | 'S') => options.singleline = on,
                Some('n' | 'N') => options.explicit = on,
                Some('x' | 'X') => options.blanks = on,
                Some(end @ (':' | ')')) => {
                    let case = match (self.options.ignore_case, options.ignore_case) {
                        (false, true) => "i",
                        (true, false) => "-i",
                        _ => "",
                    };
                    if end == ':' {
                        self.group(&format!("(?{case}:"));
                        self.options = options;
                    } else {
                        if !case.is_empty() {
                            self.out.push_str(&format!("(?{case})"));
                        }
                        self.options = options;
                        self.before = Before::Nothing;
                    }
                    return Ok(());
                }
                _ => return Err(PatternError::invalid("the pattern has (? with something after it that means nothing")),
            }
        }
    }
}
