//! Replace, which does five things, depending on which of its parameters are given.

use super::replacement::Replacement;
use super::{Arguments, Direct, Example, Function, Pattern, Prepared, Run, Type, optional, required};
use crate::diagnostic::Code;
use crate::limits::Limits;
use crate::program::{Fault, Halt, Value};
use std::borrow::Cow;

const SOURCE: usize = 0;
const OLD_VALUE: usize = 1;
const PATTERN: usize = 2;
const GROUP: usize = 3;
const REPLACEMENT: usize = 4;
const REPLACEMENT_ATTRIBUTE: usize = 5;
const TEMPLATE: usize = 6;

pub(super) static FUNCTIONS: &[Function] = &[Function {
    name: "Replace",
    parameters: &[
        required("source", Type::Text, "the text to change, mostly an attribute"),
        optional("oldValue", Type::Text, "the text to replace, in the source or in the template"),
        optional("regexPattern", Type::Text, "a .NET regular expression for what is to be replaced or taken out"),
        optional("regexGroupName", Type::Text, "the group of the pattern that is meant, where it is not the whole match"),
        optional("replacementValue", Type::Text, "what is put in its place"),
        optional("replacementAttributeName", Type::Text, "an attribute to take the value from where the source is empty"),
        optional("template", Type::Text, "a text in which the source takes the place of oldValue"),
    ],
    summary: "Replaces parts of a text by others, by plain text or by a regular expression.",
    example: Example { expression: r#"Replace("jdoe@contoso.com", "@contoso.com", , , "", , )"#, value: r#""jdoe""# },
    complete: Some(missing),
    prepare: Some(prepare),
    run: Run::Direct(Direct::Replace),
    ..Function::PLAIN
}];

/// The name of a parameter without which the others mean nothing.
pub(crate) fn missing(given: &dyn Fn(usize) -> bool) -> Option<&'static str> {
    let replaces = given(REPLACEMENT) || given(REPLACEMENT_ATTRIBUTE) || given(TEMPLATE);
    match (given(OLD_VALUE), given(PATTERN)) {
        (false, false) if given(GROUP) => Some("regexPattern"),
        (false, false) => Some("oldValue or regexPattern"),
        (false, true) if given(TEMPLATE) && !given(REPLACEMENT) && !given(REPLACEMENT_ATTRIBUTE) => Some("oldValue"),
        _ if !replaces => Some("replacementValue"),
        _ => None,
    }
}

/// Compiles a constant pattern, and sees whether it has the group that is asked for.
fn prepare(constant: &dyn Fn(usize) -> Option<Cow<'static, str>>, limits: &Limits) -> Result<Option<Prepared>, Halt> {
    let Some(text) = constant(PATTERN) else { return Ok(None) };
    let pattern = Pattern::new(&text, limits).map_err(|error| error.at(PATTERN))?;
    if let Some(group) = constant(GROUP) {
        places(&pattern, &group)?;
    }
    Ok(Some(Prepared::Pattern(Box::new(pattern))))
}

/// Replace.
///
/// # Errors
/// Those of its pattern, and a text that would be too long.
pub fn replace<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A) -> Result<Value<'a>, Halt> {
    let by_attribute = arguments.is_given(REPLACEMENT_ATTRIBUTE) && !arguments.is_given(REPLACEMENT);
    if arguments.is_given(OLD_VALUE) {
        let Some(source) = arguments.text(SOURCE)? else { return Ok(Value::Null) };
        let old = arguments.text(OLD_VALUE)?.unwrap_or_default();
        let limits = arguments.limits();
        if arguments.is_given(TEMPLATE) {
            let template = arguments.text(TEMPLATE)?.unwrap_or_default();
            return plain(template, &old, &source, limits);
        }
        let new = arguments.text(if by_attribute { REPLACEMENT_ATTRIBUTE } else { REPLACEMENT })?.unwrap_or_default();
        return plain(source, &old, &new, limits);
    }
    if by_attribute {
        return take_out(arguments);
    }
    let Some(source) = arguments.text(SOURCE)? else { return Ok(Value::Null) };
    let new = arguments.text(REPLACEMENT)?.unwrap_or_default();
    let limits = arguments.limits();
    with_pattern(arguments, |pattern, group| {
        let replaced = match group {
            Some(group) => {
                let places = places(pattern, group)?;
                pattern.replace(source, limits, |found, text, written| {
                    let (start, end) = found.whole();
                    // A group in a look-ahead can stand outside of the match; then nothing of the match is replaced.
                    match found.group(places).filter(|(from, to)| start <= *from && *to <= end) {
                        Some((from, to)) => {
                            written.push_str(&text[start..from]);
                            written.push_str(&new);
                            written.push_str(&text[to..end]);
                        }
                        None => written.push_str(&text[start..end]),
                    }
                })
            }
            None => {
                let replacement = Replacement::new(&new, pattern.groups());
                pattern.replace(source, limits, |found, text, written| replacement.write(found, text, limits.text_bytes, written))
            }
        };
        replaced.map(Value::Text).map_err(|error| error.at(PATTERN))
    })
}

/// The source where it has a value; else what the pattern's group is in the attribute, null where it is nothing.
fn take_out<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A) -> Result<Value<'a>, Halt> {
    if let Some(source) = arguments.text(SOURCE)?.filter(|source| !source.is_empty()) {
        return Ok(Value::Text(source));
    }
    let Some(attribute) = arguments.text(REPLACEMENT_ATTRIBUTE)? else { return Ok(Value::Null) };
    with_pattern(arguments, |pattern, group| {
        let places = match group {
            Some(group) => places(pattern, group)?,
            None => &[0],
        };
        let found = pattern.find_at(&attribute, 0).map_err(|error| error.at(PATTERN))?;
        let Some((start, end)) = found.and_then(|found| found.group(places)) else { return Ok(Value::Null) };
        Ok(Value::Text(match attribute {
            Cow::Borrowed(text) => Cow::Borrowed(&text[start..end]),
            Cow::Owned(text) => Cow::Owned(text[start..end].to_string()),
        }))
    })
}

/// Hands over the pattern, made ready or compiled now, and the group that is asked for.
fn with_pattern<'a, A: Arguments<'a> + ?Sized>(
    arguments: &mut A,
    work: impl FnOnce(&Pattern, Option<&str>) -> Result<Value<'a>, Halt>,
) -> Result<Value<'a>, Halt> {
    let group = arguments.text(GROUP)?.filter(|group| !group.is_empty());
    if let Some(Prepared::Pattern(pattern)) = arguments.prepared() {
        return work(pattern, group.as_deref());
    }
    let Some(text) = arguments.text(PATTERN)? else { return Ok(Value::Null) };
    let pattern = Pattern::new(&text, arguments.limits()).map_err(|error| error.at(PATTERN))?;
    work(&pattern, group.as_deref())
}

fn places<'p>(pattern: &'p Pattern, group: &str) -> Result<&'p [usize], Halt> {
    let places = pattern.groups().named(group);
    places.ok_or_else(|| Fault::of(GROUP, Code::InvalidPattern, format!("the pattern has no group {group:?}")))
}

/// Every occurrence of a text by another one.
pub(super) fn plain<'a>(text: Cow<'a, str>, old: &str, new: &str, limits: &Limits) -> Result<Value<'a>, Halt> {
    let mut characters = old.chars();
    let (first, second) = (characters.next(), characters.next());
    let find = |rest: &str| match (first, second) {
        (None, _) => None,                     // an empty text occurs everywhere, which nobody means
        (Some(only), None) => rest.find(only), // much faster than the search for a text
        _ => rest.find(old),
    };
    let Some(mut hit) = find(&text) else { return Ok(Value::Text(text)) };
    let mut written = String::with_capacity(text.len() + new.len());
    let mut rest = &*text;
    loop {
        if written.len() + hit + new.len() > limits.text_bytes {
            break;
        }
        written.push_str(&rest[..hit]);
        written.push_str(new);
        rest = &rest[hit + old.len()..];
        match find(rest) {
            Some(next) => hit = next,
            None if written.len() + rest.len() > limits.text_bytes => break,
            None => {
                written.push_str(rest);
                return Ok(Value::text(written));
            }
        }
    }
    Err(Fault::whole(Code::ValueTooLarge, format!("the text with its replacements is longer than {} bytes", limits.text_bytes)))
}
