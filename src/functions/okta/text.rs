//! Functions of text. Positions count UTF-16 units from 0, as Java's do.

use super::super::replace::plain;
use super::super::{Arguments, Example, Form, Function, Repeat, Run, Type, optional, required};
use super::{counted, int, text};
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, Value};
use std::borrow::Cow;

const TEXT: super::super::Parameter = required("input", Type::Text, "the text; an array acts as its CSV text");
const SEARCH: super::super::Parameter = required("searchString", Type::Text, "what is looked for, literally");

pub(super) static CLASSIC: &[Function] = &[
    Function {
        name: "String.append",
        parameters: &[TEXT, required("suffix", Type::Text, "what is added at its end")],
        summary: "Adds a suffix to the end of a text.",
        example: Example { expression: r#"String.append("This is", " a test")"#, value: r#""This is a test""# },
        run: Run::Native(append),
        ..Function::PLAIN
    },
    Function {
        name: "String.join",
        parameters: &[
            required("separator", Type::Text, "what is put between the parts; may be empty"),
            required("string", Type::Text, "a part"),
        ],
        repeats: Some(Repeat { from: 1, least: 1 }),
        summary: "Joins texts into one, with a separator between them.",
        example: Example { expression: r#"String.join(",", "This", "is", "a", "test")"#, value: r#""This,is,a,test""# },
        nullable: false,
        run: Run::Native(join),
        ..Function::PLAIN
    },
    Function {
        name: "String.len",
        parameters: &[TEXT],
        returns: Type::Number,
        summary: "Counts the characters of a text; null has none.",
        example: Example { expression: r#"String.len("This")"#, value: "4" },
        nullable: false,
        run: Run::Native(length),
        ..Function::PLAIN
    },
    Function {
        name: "String.removeSpaces",
        parameters: &[TEXT],
        summary: "Removes the spaces of a text.",
        example: Example { expression: r#"String.removeSpaces("This is a test")"#, value: r#""Thisisatest""# },
        run: Run::Native(remove_spaces),
        ..Function::PLAIN
    },
    Function {
        name: "String.replace",
        parameters: &[
            TEXT,
            required("match", Type::Text, "what is replaced, literally"),
            required("replacement", Type::Text, "what is put in its place"),
        ],
        summary: "Replaces every occurrence of a text by another.",
        example: Example { expression: r#"String.replace("This is a test", "is", "at")"#, value: r#""That at a test""# },
        run: Run::Native(replace),
        ..Function::PLAIN
    },
    Function {
        name: "String.replaceFirst",
        parameters: &[
            TEXT,
            required("match", Type::Text, "what is replaced, literally"),
            required("replacement", Type::Text, "what is put in its place"),
        ],
        summary: "Replaces the first occurrence of a text by another.",
        example: Example { expression: r#"String.replaceFirst("This is a test", "is", "at")"#, value: r#""That is a test""# },
        run: Run::Native(replace_first),
        ..Function::PLAIN
    },
    Function {
        name: "String.startsWith",
        parameters: &[TEXT, SEARCH],
        returns: Type::Boolean,
        summary: "Tells whether a text begins with another; null does not.",
        example: Example { expression: r#"String.startsWith("Kiss", "K")"#, value: "true" },
        nullable: false,
        run: Run::Native(|arguments| test(arguments, |text, search| text.starts_with(search))),
        ..Function::PLAIN
    },
    Function {
        name: "String.stringContains",
        parameters: &[TEXT, SEARCH],
        returns: Type::Boolean,
        summary: "Tells whether a text stands in another; in null it does not.",
        example: Example { expression: r#"String.stringContains("This is a test", "test")"#, value: "true" },
        nullable: false,
        run: Run::Native(|arguments| test(arguments, |text, search| text.contains(search))),
        ..Function::PLAIN
    },
    Function {
        name: "String.stringSwitch",
        parameters: &[
            TEXT,
            required("defaultString", Type::Text, "the result where no key is found"),
            required("key", Type::Text, "a text that is looked for inside the input"),
            required("value", Type::Text, "the result where it is found"),
        ],
        repeats: Some(Repeat { from: 2, least: 0 }),
        summary: "Gives the value of the first key that stands somewhere in the input, else the default.",
        example: Example { expression: r#"String.stringSwitch("Substrings count", "default", "ring", "value1")"#, value: r#""value1""# },
        run: Run::Form(Form::Choice),
        ..Function::PLAIN
    },
    Function {
        name: "String.substring",
        parameters: &[
            TEXT,
            required("startIndex", Type::Number, "the first character to take, counted from 0"),
            required("endIndex", Type::Number, "the first character not to take"),
        ],
        summary: "Gives characters from inside a text.",
        example: Example { expression: r#"String.substring("This is a test", 2, 9)"#, value: r#""is is a""# },
        run: Run::Native(substring),
        ..Function::PLAIN
    },
    Function {
        name: "String.substringAfter",
        parameters: &[TEXT, SEARCH],
        summary: "Gives what follows the first occurrence of a text, an empty text where there is none.",
        example: Example { expression: r#"String.substringAfter("abc@okta.com", "@")"#, value: r#""okta.com""# },
        run: Run::Native(substring_after),
        ..Function::PLAIN
    },
    Function {
        name: "String.substringBefore",
        parameters: &[TEXT, SEARCH],
        summary: "Gives what stands before the first occurrence of a text, an empty text where there is none.",
        example: Example { expression: r#"String.substringBefore("abc@okta.com", "@")"#, value: r#""abc""# },
        run: Run::Native(substring_before),
        ..Function::PLAIN
    },
    Function {
        name: "String.toLowerCase",
        parameters: &[TEXT],
        summary: "Writes a text in lower case.",
        example: Example { expression: r#"String.toLowerCase("ThiS")"#, value: r#""this""# },
        run: Run::Native(lower),
        ..Function::PLAIN
    },
    Function {
        name: "String.toUpperCase",
        parameters: &[TEXT],
        summary: "Writes a text in upper case.",
        example: Example { expression: r#"String.toUpperCase("This")"#, value: r#""THIS""# },
        run: Run::Native(upper),
        ..Function::PLAIN
    },
];

/// The bare forms that the vendor keeps for old mappings.
pub(super) static DEPRECATED: &[Function] = &[
    Function {
        name: "substring",
        parameters: &[
            TEXT,
            required("startIndex", Type::Number, "the first character to take, counted from 0"),
            required("endIndex", Type::Number, "the first character not to take"),
        ],
        summary: "Gives characters from inside a text; now String.substring.",
        example: Example { expression: r#"substring("This", 0, 1)"#, value: r#""T""# },
        run: Run::Native(substring),
        ..Function::PLAIN
    },
    Function {
        name: "substringAfter",
        parameters: &[TEXT, SEARCH],
        summary: "Gives what follows the first occurrence of a text; now String.substringAfter.",
        example: Example { expression: r#"substringAfter("DOMAIN/user", "/")"#, value: r#""user""# },
        run: Run::Native(substring_after),
        ..Function::PLAIN
    },
    Function {
        name: "substringBefore",
        parameters: &[TEXT, SEARCH],
        summary: "Gives what stands before the first occurrence of a text; now String.substringBefore.",
        example: Example { expression: r#"substringBefore("alex@okta.com", "@")"#, value: r#""alex""# },
        run: Run::Native(substring_before),
        ..Function::PLAIN
    },
    Function {
        name: "toLowerCase",
        parameters: &[TEXT],
        summary: "Writes a text in lower case; now String.toLowerCase.",
        example: Example { expression: r#"toLowerCase("McKay")"#, value: r#""mckay""# },
        run: Run::Native(lower),
        ..Function::PLAIN
    },
    Function {
        name: "toUpperCase",
        parameters: &[TEXT],
        summary: "Writes a text in upper case; now String.toUpperCase.",
        example: Example { expression: r#"toUpperCase("Alexander")"#, value: r#""ALEXANDER""# },
        run: Run::Native(upper),
        ..Function::PLAIN
    },
];

/// The same as methods; `.contains` is with those of arrays, as it is of both.
pub(super) static METHODS: &[Function] = &[
    Function {
        name: ".length",
        parameters: &[TEXT],
        returns: Type::Number,
        summary: "Counts the characters of a text.",
        example: Example { expression: "'test'.length()", value: "4" },
        nullable: false,
        run: Run::Native(length),
        ..Function::PLAIN
    },
    Function {
        name: ".removeSpaces",
        parameters: &[TEXT],
        summary: "Removes the spaces of a text.",
        example: Example { expression: "'This is a test'.removeSpaces()", value: r#""Thisisatest""# },
        run: Run::Native(remove_spaces),
        ..Function::PLAIN
    },
    Function {
        name: ".replace",
        parameters: &[
            TEXT,
            required("match", Type::Text, "what is replaced, literally"),
            required("replacement", Type::Text, "what is put in its place"),
        ],
        summary: "Replaces every occurrence of a text by another.",
        example: Example { expression: "'hello'.replace('l', 'p')", value: r#""heppo""# },
        run: Run::Native(replace),
        ..Function::PLAIN
    },
    Function {
        name: ".replaceFirst",
        parameters: &[
            TEXT,
            required("match", Type::Text, "what is replaced, literally"),
            required("replacement", Type::Text, "what is put in its place"),
        ],
        summary: "Replaces the first occurrence of a text by another.",
        example: Example { expression: "'hello'.replaceFirst('l', 'p')", value: r#""heplo""# },
        run: Run::Native(replace_first),
        ..Function::PLAIN
    },
    Function {
        name: ".substring",
        parameters: &[
            TEXT,
            required("startIndex", Type::Number, "the first character to take, counted from 0"),
            optional("endIndex", Type::Number, "the first character not to take; left out, all that follow are taken"),
        ],
        summary: "Gives characters from inside a text.",
        example: Example { expression: "'John'.substring(1, 3)", value: r#""oh""# },
        run: Run::Native(substring),
        ..Function::PLAIN
    },
    Function {
        name: ".substringAfter",
        parameters: &[TEXT, SEARCH],
        summary: "Gives what follows the first occurrence of a text, an empty text where there is none.",
        example: Example { expression: "'john.doe@okta.com'.substringAfter('@')", value: r#""okta.com""# },
        run: Run::Native(substring_after),
        ..Function::PLAIN
    },
    Function {
        name: ".substringBefore",
        parameters: &[TEXT, SEARCH],
        summary: "Gives what stands before the first occurrence of a text, an empty text where there is none.",
        example: Example { expression: "'john.doe@okta.com'.substringBefore('@')", value: r#""john.doe""# },
        run: Run::Native(substring_before),
        ..Function::PLAIN
    },
    Function {
        name: ".toLowerCase",
        parameters: &[TEXT],
        summary: "Writes a text in lower case.",
        example: Example { expression: "'TEST'.toLowerCase()", value: r#""test""# },
        run: Run::Native(lower),
        ..Function::PLAIN
    },
    Function {
        name: ".toUpperCase",
        parameters: &[TEXT],
        summary: "Writes a text in upper case.",
        example: Example { expression: "'test'.toUpperCase()", value: r#""TEST""# },
        run: Run::Native(upper),
        ..Function::PLAIN
    },
];

fn append<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(source) = text(arguments, 0)? else { return Ok(Value::Null) };
    let suffix = text(arguments, 1)?.unwrap_or_default();
    bounded(arguments, source.len() + suffix.len())?;
    Ok(Value::text(if suffix.is_empty() { source } else { source + suffix }))
}

fn join<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let separator = text(arguments, 0)?.unwrap_or_default();
    let mut joined = String::new();
    for at in 1..arguments.count() {
        if at > 1 {
            joined.push_str(&separator);
        }
        joined.push_str(&text(arguments, at)?.unwrap_or_default());
        bounded(arguments, joined.len())?;
    }
    Ok(Value::text(joined))
}

fn length<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    Ok(counted(text(arguments, 0)?.map_or(0, |text| text.encode_utf16().count())))
}

fn remove_spaces<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    Ok(match text(arguments, 0)? {
        None => Value::Null,
        Some(source) if source.contains(' ') => Value::text(source.replace(' ', "")),
        Some(source) => Value::Text(source),
    })
}

fn replace<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(source) = text(arguments, 0)? else { return Ok(Value::Null) };
    let old = text(arguments, 1)?.unwrap_or_default();
    let new = text(arguments, 2)?.unwrap_or_default();
    plain(source, &old, &new, arguments.limits())
}

fn replace_first<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(source) = text(arguments, 0)? else { return Ok(Value::Null) };
    let old = text(arguments, 1)?.unwrap_or_default();
    let new = text(arguments, 2)?.unwrap_or_default();
    bounded(arguments, source.len() + new.len())?;
    Ok(match source.find(old.as_ref()) {
        Some(_) if !old.is_empty() => Value::text(source.replacen(old.as_ref(), &new, 1)),
        _ => Value::Text(source),
    })
}

/// A question about two texts, to which null answers no.
fn test<'a>(arguments: &mut (dyn Arguments<'a> + '_), holds: fn(&str, &str) -> bool) -> Result<Value<'a>, Halt> {
    let Some(source) = text(arguments, 0)? else { return Ok(Value::Bool(false)) };
    let Some(search) = text(arguments, 1)? else { return Ok(Value::Bool(false)) };
    Ok(Value::Bool(holds(&source, &search)))
}

fn substring<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(source) = text(arguments, 0)? else { return Ok(Value::Null) };
    let from = byte_of(&source, int(arguments, 1)?, 1)?;
    let to = if arguments.is_given(2) { byte_of(&source, int(arguments, 2)?, 2)? } else { source.len() };
    if to < from {
        return Err(Fault::of(2, Code::InvalidLength, "the end lies before the start"));
    }
    Ok(Value::Text(match source {
        Cow::Borrowed(text) => Cow::Borrowed(&text[from..to]),
        Cow::Owned(text) => Cow::Owned(text[from..to].to_owned()),
    }))
}

/// The byte at which a UTF-16 position lies; the end of the text is one.
fn byte_of(text: &str, position: i64, at: usize) -> Result<usize, Halt> {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units == position {
            return Ok(byte);
        }
        units += if character.len_utf16() == 2 { 2 } else { 1 };
    }
    match units == position {
        true => Ok(text.len()),
        false => Err(Fault::of(at, Code::InvalidLength, format!("position {position} is asked for, and the text has {units} characters"))),
    }
}

fn substring_after<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    cut(arguments, |text, search| text.find(search).map_or((0, 0), |at| (at + search.len(), text.len())))
}

fn substring_before<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    cut(arguments, |text, search| (0, text.find(search).unwrap_or(0)))
}

fn cut<'a>(arguments: &mut (dyn Arguments<'a> + '_), range: fn(&str, &str) -> (usize, usize)) -> Result<Value<'a>, Halt> {
    let Some(source) = text(arguments, 0)? else { return Ok(Value::Null) };
    let search = text(arguments, 1)?.unwrap_or_default();
    let (from, to) = range(&source, &search);
    Ok(Value::Text(match source {
        Cow::Borrowed(text) => Cow::Borrowed(&text[from..to]),
        Cow::Owned(text) => Cow::Owned(text[from..to].to_owned()),
    }))
}

fn lower<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    cased(arguments, str::to_lowercase)
}

fn upper<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    cased(arguments, str::to_uppercase)
}

/// Java's case conversion may lengthen a text (ß becomes SS), unlike Entra's.
fn cased<'a>(arguments: &mut (dyn Arguments<'a> + '_), convert: fn(&str) -> String) -> Result<Value<'a>, Halt> {
    let Some(source) = text(arguments, 0)? else { return Ok(Value::Null) };
    let converted = convert(&source);
    bounded(arguments, converted.len())?;
    Ok(if converted == source { Value::Text(source) } else { Value::text(converted) })
}

fn bounded<'a>(arguments: &(dyn Arguments<'a> + '_), length: usize) -> Result<(), Halt> {
    let limit = arguments.limits().text_bytes;
    match length > limit {
        true => Err(Fault::whole(Code::ValueTooLarge, format!("the text is longer than {limit} bytes"))),
        false => Ok(()),
    }
}
