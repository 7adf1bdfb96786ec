//! The functions of the Okta dialect, in classic style and in the method style of Identity Engine.

mod arrays;
mod convert;
mod countries;
mod groups;
mod moments;
pub(crate) mod operators;
mod people;
mod text;
mod time;

use super::{Arguments, Function, sorted, wrong_type};
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, List, Number, Value};
use std::borrow::Cow;
use std::sync::LazyLock;

/// The functions of classic style, by name.
pub(crate) fn classic() -> &'static [&'static Function] {
    static TABLE: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
        let families = [
            text::CLASSIC,
            text::DEPRECATED,
            arrays::CLASSIC,
            convert::CLASSIC,
            countries::CLASSIC,
            time::CLASSIC,
            groups::CLASSIC,
            groups::OF_USER,
            people::CLASSIC,
            people::OF_USER,
        ];
        sorted(families.into_iter().flatten())
    });
    &TABLE
}

/// The functions of Identity Engine's style, by name; a method's name begins with its point.
pub(crate) fn identity_engine() -> &'static [&'static Function] {
    static TABLE: LazyLock<Vec<&'static Function>> = LazyLock::new(|| {
        let families = [
            text::METHODS,
            arrays::METHODS,
            convert::METHODS,
            countries::METHODS,
            time::METHODS,
            groups::OF_USER,
            groups::IDENTITY_ENGINE,
            people::OF_USER,
        ];
        sorted(families.into_iter().flatten())
    });
    &TABLE
}

/// The text that a value is where one is wanted: a list is its CSV text, a boolean in small letters, a number as Java
/// writes it. `None` for null.
pub(crate) fn shown<'v>(value: &'v Value<'_>) -> Result<Option<Cow<'v, str>>, Halt> {
    Ok(Some(match value {
        Value::Null => return Ok(None),
        Value::Text(text) => Cow::Borrowed(text.as_ref()),
        Value::Bool(bool) => Cow::Borrowed(if *bool { "true" } else { "false" }),
        Value::Number(Number::Int(int)) => Cow::Owned(int.to_string()),
        Value::Number(Number::Float(float)) => Cow::Owned(double(*float)),
        Value::List(list) => Cow::Owned(csv(list)?),
        Value::Date(_) | Value::Object(_) => {
            return Err(Fault::whole(Code::WrongValueType, format!("a text is wanted here, and the value is {}", value.kind())));
        }
    }))
}

/// The items of a list as CSV, without blanks around the commas; null writes the word.
fn csv(items: &List<'_>) -> Result<String, Halt> {
    let mut text = String::new();
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            text.push(',');
        }
        text.push_str(&shown(&item)?.unwrap_or(Cow::Borrowed("null")));
    }
    Ok(text)
}

/// As Java's `Double.toString`: always with a point, and with an exponent from ten millions on.
fn double(float: f64) -> String {
    if float != 0.0 && !(1e-3..1e7).contains(&float.abs()) {
        let shown = format!("{float:E}");
        return match shown.split_once('E') {
            Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
            _ => shown,
        };
    }
    format!("{float:?}")
}

/// An argument as text, `None` for null.
fn text<'a>(arguments: &mut (dyn Arguments<'a> + '_), at: usize) -> Result<Option<Cow<'a, str>>, Halt> {
    Ok(match arguments.value(at)? {
        Value::Null => None,
        Value::Text(text) => Some(text),
        other => shown(&other).map_err(|halt| placed(halt, at))?.map(|text| Cow::Owned(text.into_owned())),
    })
}

/// An argument as whole number; a text is none.
fn int<'a>(arguments: &mut (dyn Arguments<'a> + '_), at: usize) -> Result<i64, Halt> {
    match arguments.value(at)? {
        Value::Number(number) => {
            number.as_i64().ok_or_else(|| Fault::of(at, Code::InvalidNumberText, format!("{number} is no whole number")))
        }
        other => Err(wrong_type(at, "a whole number", other.kind())),
    }
}

/// An argument as array, `None` for null. A text is CSV: cut at commas, blanks around items dropped, "" is empty.
fn array<'a>(arguments: &mut (dyn Arguments<'a> + '_), at: usize) -> Result<Option<List<'a>>, Halt> {
    match arguments.value(at)? {
        Value::Null => Ok(None),
        Value::List(list) => Ok(Some(list)),
        Value::Text(text) => Ok(Some(List::Owned(items_of(text)))),
        other => Err(wrong_type(at, "an array", other.kind())),
    }
}

fn items_of(text: Cow<'_, str>) -> Vec<Value<'_>> {
    if text.trim().is_empty() {
        return Vec::new();
    }
    match text {
        Cow::Borrowed(text) => text.split(',').map(|item| Value::text(item.trim())).collect(),
        Cow::Owned(text) => text.split(',').map(|item| Value::text(item.trim().to_owned())).collect(),
    }
}

/// The member of an object, taken out.
fn member<'a>(of: Value<'a>, name: &str) -> Option<Value<'a>> {
    match of {
        Value::Object(object) => object.into_member(name),
        _ => None,
    }
}

/// The member of an object, by name.
fn field<'v>(value: &'v Value<'_>, name: &str) -> Option<Value<'v>> {
    match value {
        Value::Object(object) => object.get(name),
        _ => None,
    }
}

/// The member of an object that is a text.
fn text_field<'v>(value: &'v Value<'_>, name: &str) -> Option<Cow<'v, str>> {
    match field(value, name) {
        Some(Value::Text(text)) => Some(text),
        _ => None,
    }
}

/// A fault that has no argument yet as one of that argument.
fn placed(halt: Halt, at: usize) -> Halt {
    match halt {
        Halt::Fault(mut fault) => {
            fault.argument.get_or_insert(at);
            Halt::Fault(fault)
        }
        skip => skip,
    }
}

fn counted<'a>(count: usize) -> Value<'a> {
    Value::int(i64::try_from(count).unwrap_or(i64::MAX))
}
