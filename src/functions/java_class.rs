//! Character classes and escapes of Java's patterns in the syntax of Rust's engines.

use super::dotnet_class::{code, literal};
use super::dotnet_regex::PatternError;

/// What one escape or one part of a class is.
pub(super) enum Item {
    Sign(char),
    /// The inside of a class.
    Set(String),
}

/// How a class takes upper and lower case, and blanks.
#[derive(Clone, Copy, Default, PartialEq)]
pub(super) struct Flags {
    /// `i`: upper and lower case are equal, in ASCII only.
    pub ignore_case: bool,
    /// `u`: … in all of Unicode.
    pub unicode: bool,
    /// `x`: blanks and comments do not count.
    pub blanks: bool,
    /// `m`
    pub multiline: bool,
    /// `s`
    pub dot_all: bool,
    /// `d`: only a line feed ends a line.
    pub unix_lines: bool,
}

impl Flags {
    /// Whether the letters of ASCII stand for both cases.
    pub fn both_cases(self) -> bool {
        self.ignore_case && !self.unicode
    }
}

const DIGIT: &str = "0-9";
const WORD: &str = "a-zA-Z_0-9";
const SPACE: &str = r" \t\n\x0B\f\r";
const HORIZONTAL: &str = r" \t\xA0\x{1680}\x{180e}\x{2000}-\x{200a}\x{202f}\x{205f}\x{3000}";
const VERTICAL: &str = r"\n\x0B\f\r\x{85}\x{2028}\x{2029}";

/// Java's classes by name; those of POSIX are of ASCII.
const NAMED: [(&str, &str); 17] = [
    ("Lower", "a-z"),
    ("Upper", "A-Z"),
    ("ASCII", r"\x00-\x7F"),
    ("Alpha", "a-zA-Z"),
    ("Digit", "0-9"),
    ("Alnum", "a-zA-Z0-9"),
    ("Punct", r"!-/:-@\[-`{-~"),
    ("Graph", "!-~"),
    ("Print", " -~"),
    ("Blank", r" \t"),
    ("Cntrl", r"\x00-\x1F\x7F"),
    ("XDigit", "0-9a-fA-F"),
    ("Space", SPACE),
    ("javaLowerCase", r"\p{Lowercase}"),
    ("javaUpperCase", r"\p{Uppercase}"),
    ("javaAlphabetic", r"\p{Alphabetic}"),
    ("javaWhitespace", r"\p{White_Space}"),
];

/// The class whose inside begins at `at`, and where it ends. Classes nest, at most `depth` deep.
pub(super) fn class(signs: &[char], mut at: usize, flags: Flags, depth: usize) -> Result<(String, usize), PatternError> {
    let unclosed = || PatternError::invalid("the pattern has a class [ that it does not close");
    if depth == 0 {
        return Err(PatternError::invalid("the pattern nests its classes too deep"));
    }
    let mut out = String::from("[");
    if signs.get(at) == Some(&'^') {
        out.push('^');
        at += 1;
    }
    let from = out.len();
    loop {
        match *signs.get(at).ok_or_else(unclosed)? {
            ']' if out.len() > from => {
                out.push(']');
                return Ok((out, at + 1));
            }
            '[' => {
                let (inner, end) = class(signs, at + 1, flags, depth - 1)?;
                out.push_str(&inner);
                at = end;
            }
            '&' if signs.get(at + 1) == Some(&'&') => {
                out.push_str("&&");
                at += 2;
            }
            blank if flags.blanks && blank.is_whitespace() => at += 1,
            '\\' if signs.get(at + 1) == Some(&'Q') => {
                let (quoted, end) = quoted(signs, at + 2);
                quoted.iter().for_each(|sign| range(*sign, *sign, flags, &mut out));
                at = end;
            }
            _ => at = part(signs, at, flags, &mut out)?,
        }
    }
}

/// A sign, range or named class inside a class; gives where it ends.
fn part(signs: &[char], at: usize, flags: Flags, out: &mut String) -> Result<usize, PatternError> {
    let (first, end) = item(signs, at)?;
    let first = match first {
        Item::Set(set) => {
            out.push_str(&set);
            return Ok(end);
        }
        Item::Sign(sign) => sign,
    };
    let is_range = signs.get(end) == Some(&'-') && !matches!(signs.get(end + 1), None | Some(']' | '['));
    if !is_range {
        range(first, first, flags, out);
        return Ok(end);
    }
    match item(signs, end + 1)? {
        (Item::Sign(last), end) if first <= last => {
            range(first, last, flags, out);
            Ok(end)
        }
        (Item::Sign(last), _) => Err(PatternError::invalid(format!("the range {first}-{last} in the pattern is in reverse order"))),
        (Item::Set(_), _) => Err(PatternError::invalid(format!("the range from {first} in the pattern ends in a class"))),
    }
}

fn item(signs: &[char], at: usize) -> Result<(Item, usize), PatternError> {
    match signs.get(at) {
        Some('\\') => escape(signs, at + 1),
        Some(sign) => Ok((Item::Sign(*sign), at + 1)),
        None => Err(PatternError::invalid("the pattern has a class [ that it does not close")),
    }
}

/// A range, and its letters of ASCII in the other case where that counts as the same.
fn range(first: char, last: char, flags: Flags, out: &mut String) {
    let mut write = |first: char, last: char| {
        literal(first, out);
        if last > first {
            out.push('-');
            literal(last, out);
        }
    };
    write(first, last);
    if flags.both_cases() {
        for (from, to) in [('a', 'z'), ('A', 'Z')] {
            let (low, high) = (first.max(from), last.min(to));
            if low <= high {
                let other = |sign: char| if sign.is_ascii_lowercase() { sign.to_ascii_uppercase() } else { sign.to_ascii_lowercase() };
                write(other(low), other(high));
            }
        }
    }
}

/// The signs between `\Q` and `\E`, and where the pattern goes on.
pub(super) fn quoted(signs: &[char], at: usize) -> (&[char], usize) {
    let rest = signs.get(at..).unwrap_or_default();
    match rest.windows(2).position(|pair| pair == ['\\', 'E']) {
        Some(length) => (&rest[..length], at + length + 2),
        None => (rest, signs.len()),
    }
}

/// The escape whose sign after the backslash stands at `at`, and where it ends.
pub(super) fn escape(signs: &[char], at: usize) -> Result<(Item, usize), PatternError> {
    let sign = *signs.get(at).ok_or_else(|| PatternError::invalid("the pattern ends in a backslash"))?;
    let next = at + 1;
    let set = |inside: &str, negated: bool| Ok((Item::Set(format!("[{}{inside}]", if negated { "^" } else { "" })), next));
    let plain = |sign: char| Ok((Item::Sign(sign), next));
    match sign {
        'd' | 'D' => set(DIGIT, sign == 'D'),
        'w' | 'W' => set(WORD, sign == 'W'),
        's' | 'S' => set(SPACE, sign == 'S'),
        'h' | 'H' => set(HORIZONTAL, sign == 'H'),
        'v' | 'V' => set(VERTICAL, sign == 'V'),
        'p' | 'P' => property(signs, next, sign == 'P'),
        'a' => plain('\u{7}'),
        'e' => plain('\u{1B}'),
        'f' => plain('\u{C}'),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'x' if signs.get(next) == Some(&'{') => braced(signs, next + 1),
        'x' | 'u' => match code(signs, next, if sign == 'x' { 2 } else { 4 })? {
            (super::dotnet_class::Item::Sign(sign), end) => Ok((Item::Sign(sign), end)),
            (super::dotnet_class::Item::Set(set), end) => Ok((Item::Set(set), end)),
        },
        'c' => match signs.get(next).map(char::to_ascii_uppercase) {
            Some(control @ '@'..='_') => Ok((Item::Sign(char::from(control as u8 - b'@')), next + 1)),
            _ => Err(PatternError::invalid(r"\c in the pattern needs a letter, as in \cJ")),
        },
        '0' => {
            let digits: Vec<u32> = signs[next..].iter().take(3).map_while(|sign| sign.to_digit(8)).collect();
            // At most \0377.
            let digits = if digits.len() == 3 && digits[0] > 3 { &digits[..2] } else { &digits[..] };
            let value = digits.iter().fold(0, |value, digit| value * 8 + digit);
            match (digits.is_empty(), char::from_u32(value)) {
                (false, Some(sign)) => Ok((Item::Sign(sign), next + digits.len())),
                _ => Err(PatternError::invalid(r"\0 in the pattern needs octal digits")),
            }
        }
        other if other.is_ascii_alphanumeric() => Err(PatternError::invalid(format!(r"\{other} in the pattern means nothing"))),
        other => plain(other),
    }
}

/// `{1F600}` behind `\x`, from behind its brace.
fn braced(signs: &[char], at: usize) -> Result<(Item, usize), PatternError> {
    let digits: String = signs[at..].iter().take_while(|sign| sign.is_ascii_hexdigit()).collect();
    let end = at + digits.len();
    let sign = u32::from_str_radix(&digits, 16).ok().and_then(char::from_u32).filter(|_| signs.get(end) == Some(&'}'));
    sign.map(|sign| (Item::Sign(sign), end + 1)).ok_or_else(|| PatternError::invalid(r"\x{ in the pattern needs the code of a character"))
}

/// `{Lu}`, `{Alpha}`, `{IsLatin}` or `L` behind `\p`.
fn property(signs: &[char], at: usize, negated: bool) -> Result<(Item, usize), PatternError> {
    let (name, end) = match signs.get(at) {
        Some('{') => {
            let length = signs[at..].iter().position(|sign| *sign == '}');
            let length = length.ok_or_else(|| PatternError::invalid(r"\p{ in the pattern lacks its closing brace"))?;
            (signs[at + 1..at + length].iter().collect::<String>(), at + length + 1)
        }
        Some(letter) => (letter.to_string(), at + 1),
        None => return Err(PatternError::invalid(r"\p in the pattern needs a class, as in \p{Lu}")),
    };
    let not = if negated { "^" } else { "" };
    if let Some((_, inside)) = NAMED.iter().find(|(known, _)| *known == name) {
        return Ok((Item::Set(format!("[{not}{inside}]")), end));
    }
    let bare = name.strip_prefix("Is").unwrap_or(&name);
    let valid = !bare.is_empty() && bare.chars().all(|letter| letter.is_ascii_alphanumeric() || matches!(letter, '_' | '='));
    match valid {
        true => Ok((Item::Set(format!(r"[{not}\p{{{bare}}}]")), end)),
        false => Err(PatternError::invalid(format!("{name:?} in the pattern is no class that is known here"))),
    }
}
