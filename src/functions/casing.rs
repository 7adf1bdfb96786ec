//! Upper, lower and proper case, as .NET converts them: one character for one, so that no text changes its length in
//! characters, and `ß` stays what it is.

use super::{Arguments, Prepared};
use crate::diagnostic::Code;
use crate::limits::Limits;
use crate::program::{Fault, Halt, Value};
use icu_casemap::{CaseMapper, CaseMapperBorrowed};
use icu_locale_core::LanguageIdentifier;
use std::borrow::Cow;

const MAPPER: CaseMapperBorrowed<'static> = CaseMapper::new();

/// Which case.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    Lower,
    Upper,
}

/// Whose rules.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Rules {
    /// No language's: the dotted capital and the dotless small i have no counterpart.
    Invariant,
    /// Of most languages.
    Common,
    /// Of those that write i with and without a dot.
    Turkic,
}

/// ToLower.
///
/// # Errors
/// A culture that is none, and a text that would be too long.
pub fn to_lower<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A) -> Result<Value<'a>, Halt> {
    convert(arguments, Case::Lower)
}

/// ToUpper.
///
/// # Errors
/// As those of `to_lower`.
pub fn to_upper<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A) -> Result<Value<'a>, Halt> {
    convert(arguments, Case::Upper)
}

fn convert<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A, case: Case) -> Result<Value<'a>, Halt> {
    let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
    let rules = match arguments.text(1)? {
        Some(culture) => rules(&culture)?,
        None => Rules::Invariant,
    };
    converted(source, case, rules, arguments.limits().text_bytes)
}

fn converted(source: Cow<'_, str>, case: Case, rules: Rules, limit: usize) -> Result<Value<'_>, Halt> {
    let changes = |(_, character): &(usize, char)| map(*character, case, rules) != *character;
    let Some((kept, _)) = source.char_indices().find(changes) else { return Ok(Value::Text(source)) };
    let mut converted = String::with_capacity(source.len());
    converted.push_str(&source[..kept]);
    converted.extend(source[kept..].chars().map(|character| map(character, case, rules)));
    if converted.len() > limit {
        return Err(Fault::of(0, Code::ValueTooLarge, format!("the converted text is longer than {limit} bytes")));
    }
    Ok(Value::text(converted))
}

/// Finds a culture that is none before any user is read.
pub(super) fn check_culture(constant: &dyn Fn(usize) -> Option<Cow<'static, str>>, _: &Limits) -> Result<Option<Prepared>, Halt> {
    match constant(1) {
        Some(culture) => rules(&culture).map(|_| None),
        None => Ok(None),
    }
}

fn rules(culture: &str) -> Result<Rules, Halt> {
    if culture.is_empty() {
        return Ok(Rules::Invariant);
    }
    let tag = LanguageIdentifier::try_from_str(culture).map_err(|_| {
        Fault::of(1, Code::InvalidCulture, format!("{culture:?} is no culture; one is written as a language and a country, such as tr-TR"))
    })?;
    Ok(match tag.language.as_str() {
        "tr" | "az" => Rules::Turkic,
        _ => Rules::Common,
    })
}

fn map(character: char, case: Case, rules: Rules) -> char {
    match (character, case, rules) {
        // The letters of ASCII need no table.
        ('\0'..='\x7F', Case::Lower, Rules::Invariant | Rules::Common) => character.to_ascii_lowercase(),
        ('\0'..='\x7F', Case::Upper, Rules::Invariant | Rules::Common) => character.to_ascii_uppercase(),
        ('i', Case::Upper, Rules::Turkic) => 'İ',
        ('I', Case::Lower, Rules::Turkic) => 'ı',
        ('İ', Case::Lower, Rules::Turkic | Rules::Common) => 'i',
        ('ı', Case::Upper, Rules::Invariant) | ('İ', Case::Lower, Rules::Invariant) => character,
        (_, Case::Lower, _) => MAPPER.simple_lowercase(character),
        (_, Case::Upper, _) => MAPPER.simple_uppercase(character),
    }
}

/// A text in which upper and lower case are equal, for comparing; as many characters as before.
pub(super) fn fold(text: &str) -> String {
    text.chars().map(|character| MAPPER.simple_fold(character)).collect()
}

/// PCase. Without separators, whatever is neither letter, digit nor mark separates words, which is what the classes
/// that the vendor lists come to.
pub(super) fn proper(text: &str, separators: Option<&str>) -> String {
    let separates = |character: char| match separators {
        Some(separators) => separators.contains(character),
        None => !character.is_alphanumeric() && !is_mark(character),
    };
    let mut written = String::with_capacity(text.len());
    let mut begins = true;
    for character in text.chars() {
        if separates(character) {
            begins = true;
            written.push(character);
        } else if begins && separators.is_none() && !character.is_alphabetic() {
            // As ToTitleCase: where digits open a word, its first letter still gets the capital.
            written.push(character);
        } else if begins {
            begins = false;
            written.push(if character.is_ascii() { character.to_ascii_uppercase() } else { MAPPER.simple_titlecase(character) });
        } else {
            written.push(map(character, Case::Lower, Rules::Invariant));
        }
    }
    written
}

/// Combining marks, which belong to the letter before them. Blocks, not the general category, which the standard
/// library does not know: the marks of Latin, Greek and Cyrillic names are in these.
fn is_mark(character: char) -> bool {
    matches!(character, '\u{300}'..='\u{36F}' | '\u{483}'..='\u{489}' | '\u{1AB0}'..='\u{1AFF}' | '\u{1DC0}'..='\u{1DFF}' | '\u{20D0}'..='\u{20FF}' | '\u{FE20}'..='\u{FE2F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cased(text: &str, case: Case, culture: &str) -> String {
        text.chars().map(|character| map(character, case, rules(culture).unwrap())).collect()
    }

    #[test]
    fn cases_follow_the_culture() {
        assert_eq!(cased("TITLE İ", Case::Lower, "tr-TR"), "tıtle i");
        assert_eq!(cased("title ı", Case::Upper, "az"), "TİTLE I");
        assert_eq!(cased("straße ı", Case::Upper, ""), "STRAßE ı");
        assert_eq!(cased("ÄÖÜ İ", Case::Lower, "de-DE"), "äöü i");
        assert!(rules("not a culture").is_err());
    }

    #[test]
    fn words_begin_with_a_capital() {
        assert_eq!(proper("o'neil", None), "O'Neil");
        assert_eq!(proper("SMITH,JOHN+ann 3rd", None), "Smith,John+Ann 3Rd");
        assert_eq!(proper("anna-maria smith", Some(" ")), "Anna-maria Smith");
        assert_eq!(proper("E\u{301}LODIE ǆ", None), "E\u{301}lodie ǅ");
    }
}
