//! Character classes and escapes of .NET's patterns in the syntax of Rust's engines.

use super::dotnet_regex::PatternError;

/// What one escape or one part of a class is.
pub(super) enum Item {
    Sign(char),
    /// The inside of a class.
    Set(String),
}

/// .NET's `\w`, which is narrower than that of Rust's engines.
const WORD: &str = r"\p{L}\p{Mn}\p{Nd}\p{Pc}";

/// Named blocks of Unicode that patterns for names of people use; Rust's engines know categories and scripts only.
const BLOCKS: [(&str, u32, u32); 22] = [
    ("IsBasicLatin", 0x0000, 0x007F),
    ("IsLatin-1Supplement", 0x0080, 0x00FF),
    ("IsLatinExtended-A", 0x0100, 0x017F),
    ("IsLatinExtended-B", 0x0180, 0x024F),
    ("IsIPAExtensions", 0x0250, 0x02AF),
    ("IsSpacingModifierLetters", 0x02B0, 0x02FF),
    ("IsCombiningDiacriticalMarks", 0x0300, 0x036F),
    ("IsGreek", 0x0370, 0x03FF),
    ("IsGreekandCoptic", 0x0370, 0x03FF),
    ("IsCyrillic", 0x0400, 0x04FF),
    ("IsArmenian", 0x0530, 0x058F),
    ("IsHebrew", 0x0590, 0x05FF),
    ("IsArabic", 0x0600, 0x06FF),
    ("IsDevanagari", 0x0900, 0x097F),
    ("IsThai", 0x0E00, 0x0E7F),
    ("IsLatinExtendedAdditional", 0x1E00, 0x1EFF),
    ("IsGreekExtended", 0x1F00, 0x1FFF),
    ("IsGeneralPunctuation", 0x2000, 0x206F),
    ("IsHiragana", 0x3040, 0x309F),
    ("IsKatakana", 0x30A0, 0x30FF),
    ("IsCJKUnifiedIdeographs", 0x4E00, 0x9FFF),
    ("IsHangulSyllables", 0xAC00, 0xD7AF),
];

/// Writes a sign that stands for itself, inside a class or outside.
pub(super) fn literal(sign: char, out: &mut String) {
    match sign {
        '\\' | '.' | '+' | '*' | '?' | '(' | ')' | '|' | '[' | ']' | '{' | '}' | '^' | '$' | '#' | '&' | '-' | '~' => {
            out.push('\\');
            out.push(sign);
        }
        sign if sign.is_control() => out.push_str(&format!(r"\x{{{:X}}}", u32::from(sign))),
        sign => out.push(sign),
    }
}

/// The class whose inside begins at `at`, and where it ends. Classes to subtract nest, at most `depth` deep.
pub(super) fn class(signs: &[char], mut at: usize, depth: usize) -> Result<(String, usize), PatternError> {
    let unclosed = || PatternError::invalid("the pattern has a class [ that it does not close");
    if depth == 0 {
        return Err(PatternError::invalid("the pattern nests its classes too deep"));
    }
    let mut out = String::from("[");
    if signs.get(at) == Some(&'^') {
        out.push('^');
        at += 1;
    }
    let from = at;
    loop {
        if signs.get(at).ok_or_else(unclosed)? == &']' && at > from {
            out.push(']');
            return Ok((out, at + 1));
        }
        let (item, end) = item(signs, at)?;
        at = end;
        let range = matches!(signs.get(at), Some('-')) && !matches!(signs.get(at + 1), None | Some('[' | ']'));
        match item {
            Item::Sign(first) if range => {
                let (last, end) = self::item(signs, at + 1)?;
                at = end;
                match last {
                    Item::Sign(last) if first <= last => {
                        literal(first, &mut out);
                        out.push('-');
                        literal(last, &mut out);
                    }
                    Item::Sign(last) => {
                        return Err(PatternError::invalid(format!("the range {first}-{last} in the pattern is in reverse order")));
                    }
                    Item::Set(_) => return Err(PatternError::invalid(format!("the range from {first} in the pattern ends in a class"))),
                }
            }
            Item::Sign(sign) => literal(sign, &mut out),
            Item::Set(set) => out.push_str(&set),
        }
        if signs.get(at) == Some(&'-') && signs.get(at + 1) == Some(&'[') {
            let (subtracted, end) = class(signs, at + 2, depth - 1)?;
            if signs.get(end) != Some(&']') {
                return Err(PatternError::invalid("a class that is subtracted must be the last part of its class"));
            }
            // In brackets of its own: a `^` would otherwise turn around what is left.
            return Ok((format!("[{out}]--{subtracted}]"), end + 1));
        }
    }
}

fn item(signs: &[char], at: usize) -> Result<(Item, usize), PatternError> {
    match signs.get(at) {
        Some('\\') => escape(signs, at + 1, true),
        Some(sign) => Ok((Item::Sign(*sign), at + 1)),
        None => Err(PatternError::invalid("the pattern has a class [ that it does not close")),
    }
}

/// The escape whose sign after the backslash stands at `at`, and where it ends.
pub(super) fn escape(signs: &[char], at: usize, in_class: bool) -> Result<(Item, usize), PatternError> {
    let sign = *signs.get(at).ok_or_else(|| PatternError::invalid("the pattern ends in a backslash"))?;
    let next = at + 1;
    let set = |inside: String| Ok((Item::Set(inside), next));
    let plain = |sign: char| Ok((Item::Sign(sign), next));
    match sign {
        'd' | 'D' | 's' | 'S' => set(format!(r"\{sign}")),
        'w' => set(WORD.to_string()),
        'W' => set(format!("[^{WORD}]")),
        'p' | 'P' => property(signs, next, sign == 'P'),
        'a' => plain('\u{7}'),
        'b' if in_class => plain('\u{8}'),
        'e' => plain('\u{1B}'),
        'f' => plain('\u{C}'),
        'n' => plain('\n'),
        'r' => plain('\r'),
        't' => plain('\t'),
        'v' => plain('\u{B}'),
        'x' => code(signs, next, 2),
        'u' => code(signs, next, 4),
        'c' => match signs.get(next).map(char::to_ascii_uppercase) {
            Some(control @ '@'..='_') => Ok((Item::Sign(char::from(control as u8 - b'@')), next + 1)),
            _ => Err(PatternError::invalid(r"\c in the pattern needs a letter, as in \cJ")),
        },
        '0'..='7' => {
            let digits: Vec<u32> = signs[at..].iter().take(3).map_while(|sign| sign.to_digit(8)).collect();
            let value = digits.iter().fold(0, |value, digit| value * 8 + digit) & 0xFF;
            Ok((Item::Sign(char::from_u32(value).unwrap_or_default()), at + digits.len()))
        }
        other if other.is_ascii_alphanumeric() || other == '_' => {
            Err(PatternError::invalid(format!(r"\{other} in the pattern means nothing")))
        }
        other => plain(other),
    }
}

/// A code in exactly so many hexadecimal digits; two codes of four may make one sign, as in UTF-16.
pub(super) fn code(signs: &[char], at: usize, digits: usize) -> Result<(Item, usize), PatternError> {
    let read = |at: usize| {
        let shown: String = signs.get(at..at + digits)?.iter().collect();
        // `from_str_radix` takes a sign before the digits.
        shown.bytes().all(|byte| byte.is_ascii_hexdigit()).then(|| u32::from_str_radix(&shown, 16).ok()).flatten()
    };
    let invalid = || PatternError::invalid(format!("a code in the pattern needs {digits} hexadecimal digits of a character"));
    let value = read(at).ok_or_else(invalid)?;
    let end = at + digits;
    if let Some(sign) = char::from_u32(value) {
        return Ok((Item::Sign(sign), end));
    }
    let second = (signs.get(end) == Some(&'\\') && signs.get(end + 1) == Some(&'u')).then(|| read(end + 2)).flatten();
    let pair = second.and_then(|low| char::decode_utf16([u16::try_from(value).ok()?, u16::try_from(low).ok()?]).next()?.ok());
    pair.map(|sign| (Item::Sign(sign), end + 2 + digits)).ok_or_else(invalid)
}

/// `{Lu}` or `{IsGreek}` behind `\p`.
fn property(signs: &[char], at: usize, negated: bool) -> Result<(Item, usize), PatternError> {
    let length = signs.get(at..).and_then(|rest| rest.iter().position(|sign| *sign == '}'));
    let (Some('{'), Some(length)) = (signs.get(at), length) else {
        return Err(PatternError::invalid(r"\p in the pattern needs a category in braces, as in \p{Lu}"));
    };
    let name: String = signs[at + 1..at + length].iter().collect();
    let end = at + length + 1;
    let not = if negated { "^" } else { "" };
    if let Some((_, first, last)) = BLOCKS.iter().find(|(block, ..)| *block == name) {
        return Ok((Item::Set(format!(r"[{not}\x{{{first:X}}}-\x{{{last:X}}}]")), end));
    }
    let mut letters = name.chars();
    let is_category = matches!(letters.next(), Some('L' | 'M' | 'N' | 'P' | 'S' | 'Z' | 'C'))
        && letters.next().is_none_or(|letter| letter.is_ascii_lowercase())
        && letters.next().is_none();
    match is_category {
        true => Ok((Item::Set(format!(r"[{not}\p{{{name}}}]")), end)),
        false => Err(PatternError::invalid(format!("{name:?} in the pattern is no category or block of Unicode that is known here"))),
    }
}
