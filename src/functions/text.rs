//! Functions of text. Positions count characters from 1.

use super::encoding::{self, Encoding};
use super::{Arguments, Direct, Example, Function, Run, Type, optional, required};
use super::{casing, diacritics};
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, Value};
use std::borrow::Cow;

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "Append",
        parameters: &[
            required("source", Type::Text, "the text, mostly an attribute"),
            required("suffix", Type::Text, "what is added at its end"),
        ],
        summary: "Adds a suffix to the end of a text.",
        example: Example { expression: r#"Append("jsmith", ".test")"#, value: r#""jsmith.test""# },
        run: Run::Native(|arguments| {
            let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
            let suffix = arguments.text(1)?.unwrap_or_default();
            let limit = arguments.limits().text_bytes;
            if source.len() + suffix.len() > limit {
                return Err(Fault::whole(Code::ValueTooLarge, format!("the text with its suffix is longer than {limit} bytes")));
            }
            Ok(Value::text(if suffix.is_empty() { source } else { source + suffix }))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "ConvertFromBase64",
        parameters: &[
            required("source", Type::Text, "the text in base 64"),
            optional("encoding", Type::Encoding, "Unicode, ASCII or UTF8; left out, Unicode"),
        ],
        summary: "Reads the text that base 64 writes.",
        example: Example { expression: r#"ConvertFromBase64("SGVsbG8gd29ybGQh", UTF8)"#, value: r#""Hello world!""# },
        run: Run::Native(from_base64),
        ..Function::PLAIN
    },
    Function {
        name: "ConvertToBase64",
        parameters: &[required("source", Type::Text, "the text")],
        summary: "Writes the UTF-16 form of a text in base 64.",
        example: Example { expression: r#"ConvertToBase64("Hello world!")"#, value: r#""SABlAGwAbABvACAAdwBvAHIAbABkACEA""# },
        run: Run::Native(|arguments| encoded(arguments, encoding::utf16_base64)),
        ..Function::PLAIN
    },
    Function {
        name: "ConvertToUTF8Hex",
        parameters: &[required("source", Type::Text, "the text")],
        summary: "Writes the UTF-8 form of a text in hexadecimal.",
        example: Example { expression: r#"ConvertToUTF8Hex("Hello world!")"#, value: r#""48656C6C6F20776F726C6421""# },
        run: Run::Native(|arguments| encoded(arguments, encoding::utf8_hex)),
        ..Function::PLAIN
    },
    Function {
        name: "CStr",
        parameters: &[required("value", Type::Text, "a number, boolean, date or text")],
        summary: "Makes a text of a value.",
        example: Example { expression: "CStr(42)", value: r#""42""# },
        run: Run::Native(|arguments| Ok(arguments.text(0)?.map_or(Value::Null, Value::Text))),
        ..Function::PLAIN
    },
    Function {
        name: "InStr",
        parameters: &[
            required("value1", Type::Text, "the text to search"),
            required("value2", Type::Text, "the text to find"),
            optional("start", Type::Number, "the character to start at; left out, the first"),
            optional("compareType", Type::Comparison, "vbTextCompare to take upper and lower case as equal; left out, they differ"),
        ],
        returns: Type::Number,
        summary: "Finds a text in another: gives the position of its first character, 0 where it does not occur.",
        example: Example { expression: r#"InStr("The quick brown fox", "quick")"#, value: "5" },
        run: Run::Native(in_str),
        ..Function::PLAIN
    },
    Function {
        name: "Left",
        parameters: &[required("String", Type::Text, "the text"), required("NumChars", Type::Number, "how many characters; below 0, all")],
        summary: "Gives the first characters of a text; null gives an empty text.",
        example: Example { expression: r#"Left("John Doe", 3)"#, value: r#""Joh""# },
        nullable: false,
        run: Run::Native(|arguments| {
            let Some(source) = arguments.text(0)? else { return Ok(Value::text("")) };
            let count = arguments.int(1)?.unwrap_or(0);
            // A negative count does not fit: all of the text.
            Ok(Value::Text(match usize::try_from(count) {
                Ok(count) => characters(source, 0, count),
                Err(_) => source,
            }))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "Len",
        parameters: &[required("source", Type::Text, "the text")],
        returns: Type::Number,
        summary: "Counts the characters of a text.",
        example: Example { expression: r#"Len("John Doe")"#, value: "8" },
        run: Run::Native(|arguments| Ok(arguments.text(0)?.map_or(Value::Null, |source| number(source.chars().count())))),
        ..Function::PLAIN
    },
    Function {
        name: "Mid",
        parameters: &[
            required("source", Type::Text, "the text"),
            required("start", Type::Number, "the first character to take, counted from 1"),
            required("length", Type::Number, "how many characters"),
        ],
        summary: "Gives characters from inside a text, fewer where it ends before.",
        example: Example { expression: r#"Mid("John", 2, 2)"#, value: r#""oh""# },
        run: Run::Direct(Direct::Mid),
        ..Function::PLAIN
    },
    Function {
        name: "NormalizeDiacritics",
        parameters: &[required("source", Type::Text, "the text, mostly a name")],
        summary: "Replaces letters that have accents by plain ones.",
        example: Example { expression: r#"NormalizeDiacritics("Zoë Straße")"#, value: r#""Zoe Strasse""# },
        run: Run::Native(|arguments| Ok(arguments.text(0)?.map_or(Value::Null, |source| Value::Text(diacritics::normalize(source))))),
        ..Function::PLAIN
    },
    Function {
        name: "PCase",
        parameters: &[
            required("source", Type::Text, "the text, mostly a name"),
            optional("wordSeparators", Type::Text, "the characters between words; left out, all but letters, digits and marks"),
        ],
        summary: "Writes each word with a capital letter and small ones after it.",
        example: Example { expression: r#"PCase("PABLO GONSALVES (SECOND)")"#, value: r#""Pablo Gonsalves (Second)""# },
        run: Run::Direct(Direct::PCase),
        ..Function::PLAIN
    },
    Function {
        name: "StripSpaces",
        parameters: &[required("source", Type::Text, "the text")],
        summary: "Removes the spaces of a text, and no other white space.",
        example: Example { expression: r#"StripSpaces("John Doe")"#, value: r#""JohnDoe""# },
        run: Run::Native(|arguments| {
            Ok(match arguments.text(0)? {
                None => Value::Null,
                Some(source) if source.contains(' ') => Value::text(source.replace(' ', "")),
                Some(source) => Value::Text(source),
            })
        }),
        ..Function::PLAIN
    },
    Function {
        name: "ToLower",
        parameters: &[
            required("source", Type::Text, "the text"),
            optional("culture", Type::Text, "a language tag such as tr-TR; left out, no language's rules"),
        ],
        summary: "Writes a text in lower case.",
        example: Example { expression: r#"ToLower("TITLE", "tr-TR")"#, value: r#""tıtle""# },
        prepare: Some(casing::check_culture),
        run: Run::Direct(Direct::ToLower),
        ..Function::PLAIN
    },
    Function {
        name: "ToUpper",
        parameters: &[
            required("source", Type::Text, "the text"),
            optional("culture", Type::Text, "a language tag such as tr-TR; left out, no language's rules"),
        ],
        summary: "Writes a text in upper case.",
        example: Example { expression: r#"ToUpper("title")"#, value: r#""TITLE""# },
        prepare: Some(casing::check_culture),
        run: Run::Direct(Direct::ToUpper),
        ..Function::PLAIN
    },
    Function {
        name: "Trim",
        parameters: &[required("source", Type::Any, "a text, or a list of texts")],
        returns: Type::Any,
        summary: "Leaves out the blanks before and behind a text, or those of each text of a list.",
        example: Example { expression: r#"Trim(" Test ")"#, value: r#""Test""# },
        run: Run::Native(trim),
        ..Function::PLAIN
    },
    Function {
        name: "Word",
        parameters: &[
            required("String", Type::Text, "the text"),
            required("WordNumber", Type::Number, "which word; the first is 1"),
            required("delimiters", Type::Text, "the characters, each of which ends a word"),
        ],
        summary: "Gives one word of a text, an empty text where there are not so many.",
        example: Example { expression: r#"Word("The quick brown fox", 3, " ")"#, value: r#""brown""# },
        nullable: false,
        run: Run::Native(|arguments| {
            let Some(source) = arguments.text(0)? else { return Ok(Value::text("")) };
            let wanted = arguments.int(1)?.unwrap_or(0);
            let delimiters = arguments.text(2)?.unwrap_or_default();
            let Some(skip) = usize::try_from(wanted).ok().and_then(|wanted| wanted.checked_sub(1)) else {
                return Ok(Value::text(""));
            };
            Ok(Value::Text(part(source, |text| {
                // Delimiters in a row have no word between them.
                text.split(|character| delimiters.contains(character)).filter(|word| !word.is_empty()).nth(skip).unwrap_or("")
            })))
        }),
        ..Function::PLAIN
    },
];

/// Mid.
///
/// # Errors
/// A start or length that is none.
pub fn mid<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A) -> Result<Value<'a>, Halt> {
    let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
    let Some(start) = arguments.int(1)? else { return Ok(Value::Null) };
    let Some(length) = arguments.int(2)? else { return Ok(Value::Null) };
    let skip = position(1, start)?;
    let length = usize::try_from(length).map_err(|_| Fault::of(2, Code::InvalidLength, format!("a length of {length} is less than 0")))?;
    Ok(Value::Text(characters(source, skip, length)))
}

/// PCase.
///
/// # Errors
/// Those of its arguments.
pub fn pcase<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A) -> Result<Value<'a>, Halt> {
    let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
    let separators = arguments.text(1)?;
    let cased = casing::proper(&source, separators.as_deref());
    let limit = arguments.limits().text_bytes;
    if cased.len() > limit {
        return Err(Fault::of(0, Code::ValueTooLarge, format!("the converted text is longer than {limit} bytes")));
    }
    Ok(Value::text(cased))
}

fn in_str<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(text) = arguments.text(0)? else { return Ok(Value::Null) };
    let Some(wanted) = arguments.text(1)? else { return Ok(Value::Null) };
    let skip = match arguments.int(2)? {
        Some(start) => position(2, start)?,
        None => 0,
    };
    // Visual Basic's constants are numbers too: vbTextCompare is 1.
    let fold = arguments.text(3)?.is_some_and(|comparison| comparison == "vbTextCompare" || comparison == "1");
    let at = match fold {
        true => find(&casing::fold(&text), &casing::fold(&wanted), skip),
        false => find(&text, &wanted, skip),
    };
    Ok(number(at.map_or(0, |at| at + 1)))
}

/// Where a text stands in another, in characters.
fn find(text: &str, wanted: &str, skip: usize) -> Option<usize> {
    let from = byte_of(text, skip)?;
    let at = text[from..].find(wanted)?;
    Some(skip + text[from..from + at].chars().count())
}

/// The byte at which a character begins, or the end right after the last; `None` beyond.
fn byte_of(text: &str, character: usize) -> Option<usize> {
    text.char_indices().map(|(at, _)| at).chain(std::iter::once(text.len())).nth(character)
}

/// Some characters of a text, borrowed where the text is.
fn characters(text: Cow<'_, str>, skip: usize, count: usize) -> Cow<'_, str> {
    let from = byte_of(&text, skip).unwrap_or(text.len());
    let to = byte_of(&text[from..], count).map_or(text.len(), |length| from + length);
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(&text[from..to]),
        Cow::Owned(mut text) => {
            text.truncate(to);
            text.drain(..from);
            Cow::Owned(text)
        }
    }
}

/// A part of a text, borrowed where the text is.
fn part(text: Cow<'_, str>, of: impl for<'s> Fn(&'s str) -> &'s str) -> Cow<'_, str> {
    match text {
        Cow::Borrowed(text) => Cow::Borrowed(of(text)),
        Cow::Owned(text) => Cow::Owned(of(&text).to_string()),
    }
}

/// How many characters stand before a position that counts from 1.
fn position(at: usize, start: i64) -> Result<usize, Halt> {
    usize::try_from(start)
        .ok()
        .and_then(|start| start.checked_sub(1))
        .ok_or_else(|| Fault::of(at, Code::InvalidLength, format!("the first character is number 1, and {start} is asked for")))
}

fn number<'a>(count: usize) -> Value<'a> {
    Value::int(i64::try_from(count).unwrap_or(i64::MAX))
}

/// A text in an encoding that makes it longer.
fn from_base64<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
    let encoding = arguments.text(1)?.and_then(|name| Encoding::named(&name)).unwrap_or(Encoding::Unicode);
    let read = encoding.of_base64(&source);
    read.map(Value::text).map_err(|wanted| Fault::of(0, Code::InvalidEncoding, format!("{source:?} is no {wanted}")))
}

/// A text without the blanks around it, or each of a list.
fn trim<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let trimmed = |value: Value<'a>| {
        let kind = value.kind();
        match value {
            Value::Null => Ok(Value::Null),
            Value::Text(Cow::Borrowed(text)) => Ok(Value::text(text.trim())),
            single => match single.into_text() {
                Some(text) => Ok(Value::text(text.trim().to_owned())),
                None => Err(Fault::of(0, Code::WrongValueType, format!("texts are trimmed, and this is {kind}"))),
            },
        }
    };
    match arguments.value(0)? {
        Value::List(list) => list.into_items().into_iter().map(trimmed).collect::<Result<_, _>>().map(Value::list),
        single => trimmed(single),
    }
}

fn encoded<'a>(arguments: &mut (dyn Arguments<'a> + '_), encode: fn(&str) -> String) -> Result<Value<'a>, Halt> {
    let Some(source) = arguments.text(0)? else { return Ok(Value::Null) };
    let encoded = encode(&source);
    let limit = arguments.limits().text_bytes;
    if encoded.len() > limit {
        return Err(Fault::of(0, Code::ValueTooLarge, format!("the encoded text is longer than {limit} bytes")));
    }
    Ok(Value::text(encoded))
}
