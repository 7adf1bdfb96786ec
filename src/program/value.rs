use super::collection::{List, Object};
use jiff::civil::DateTime;
use std::borrow::Cow;
use std::fmt;

/// A value during evaluation. Text borrows from the record or the program wherever it can.
///
/// Null, absent, empty and "skip this flow" are four different things: an absent attribute reads as `Null`, empty is
/// an empty text or list, and a skip is no value at all ([`Skip`](super::Skip)).
#[derive(Debug, Clone, PartialEq)]
#[repr(u64)] // a value is moved in whole words, which a processor reads again as it wrote them
pub enum Value<'a> {
    /// No value.
    Null,
    /// True or false; as text `True` and `False`.
    Bool(bool),
    /// A number.
    Number(Number),
    /// A text.
    Text(Cow<'a, str>),
    /// A date and time in UTC; as text `M/d/yyyy h:mm:ss tt`.
    Date(DateTime),
    /// A list.
    List(List<'a>),
    /// An object.
    Object(Object<'a>),
}

/// An integer where the number is one, so that AD's 18-digit dates stay exact.
#[derive(Debug, Clone, Copy)]
pub enum Number {
    /// A whole number.
    Int(i64),
    /// Any other.
    Float(f64),
}

impl Number {
    /// The number that a text writes, blanks around it ignored. No hexadecimal, no `inf` or `nan`.
    pub fn parse(text: &str) -> Option<Number> {
        let text = text.trim();
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
            return None;
        }
        if let Ok(int) = text.parse() {
            return Some(Number::Int(int));
        }
        text.parse().ok().filter(|float: &f64| float.is_finite()).map(Number::Float)
    }

    fn from_json(number: &serde_json::Number) -> Number {
        match number.as_i64() {
            Some(int) => Number::Int(int),
            None => Number::Float(number.as_f64().unwrap_or(f64::MAX)),
        }
    }

    /// As a floating-point number.
    pub fn as_f64(self) -> f64 {
        match self {
            Number::Int(int) => int as f64,
            Number::Float(float) => float,
        }
    }

    /// As a whole number, if it is one that fits.
    pub fn as_i64(self) -> Option<i64> {
        match self {
            Number::Int(int) => Some(int),
            Number::Float(float) if float.fract() == 0.0 && float.abs() < 9.0e15 => Some(float as i64),
            Number::Float(_) => None,
        }
    }
}

impl PartialEq for Number {
    fn eq(&self, other: &Self) -> bool {
        self.partial_cmp(other) == Some(std::cmp::Ordering::Equal)
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        match (self, other) {
            (Number::Int(a), Number::Int(b)) => Some(a.cmp(b)),
            (a, b) => a.as_f64().partial_cmp(&b.as_f64()),
        }
    }
}

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Number::Int(int) => int.fmt(f),
            Number::Float(float) => float.fmt(f),
        }
    }
}

impl<'a> Value<'a> {
    /// A text, borrowed or made.
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Value::Text(text.into())
    }

    /// A whole number.
    pub fn int(int: i64) -> Self {
        Value::Number(Number::Int(int))
    }

    /// A list made by an evaluation.
    pub fn list(items: Vec<Value<'a>>) -> Self {
        Value::List(List::Owned(items))
    }

    /// An object made by an evaluation.
    pub fn object(members: Vec<(Cow<'a, str>, Value<'a>)>) -> Self {
        Value::Object(Object::Owned(members))
    }

    /// The same value without copying it.
    pub fn view(&self) -> Value<'_> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(bool) => Value::Bool(*bool),
            Value::Number(number) => Value::Number(*number),
            Value::Text(text) => Value::Text(Cow::Borrowed(text)),
            Value::Date(date) => Value::Date(*date),
            Value::List(list) => Value::List(list.view()),
            Value::Object(object) => Value::Object(object.view()),
        }
    }

    /// Ends it. To drop a value is a call, also of one that owns nothing, as most do.
    #[inline]
    pub(crate) fn end(self) {
        match self {
            Value::Text(Cow::Owned(_)) | Value::List(List::Owned(_)) | Value::Object(Object::Owned(_)) => drop(self),
            _ => std::mem::forget(self),
        }
    }

    /// Whether it is null.
    pub fn is_null(&self) -> bool {
        matches!(self, Value::Null)
    }

    /// Whether it is null, an empty text or an empty list.
    pub fn is_null_or_empty(&self) -> bool {
        match self {
            Value::Null => true,
            Value::Text(text) => text.is_empty(),
            Value::List(list) => list.is_empty(),
            _ => false,
        }
    }

    /// Whether it is null or an empty text, which a target counts as null.
    pub(crate) fn is_unset(&self) -> bool {
        matches!(self, Value::Null) || matches!(self, Value::Text(text) if text.is_empty())
    }

    /// The text that the value is in a text's place: booleans `True` and `False`, numbers their digits, dates
    /// `M/d/yyyy h:mm:ss tt`. Null, lists and objects have none.
    pub fn to_text(&self) -> Option<Cow<'_, str>> {
        match self {
            Value::Text(text) => Some(Cow::Borrowed(text)),
            Value::Bool(true) => Some(Cow::Borrowed("True")),
            Value::Bool(false) => Some(Cow::Borrowed("False")),
            Value::Number(number) => Some(Cow::Owned(number.to_string())),
            Value::Date(date) => Some(Cow::Owned(date_text(*date))),
            Value::Null | Value::List(_) | Value::Object(_) => None,
        }
    }

    /// As [`to_text`](Self::to_text), keeping a borrow of the record or program.
    pub fn into_text(self) -> Option<Cow<'a, str>> {
        match self {
            Value::Text(text) => Some(text),
            other => other.to_text().map(|text| Cow::Owned(text.into_owned())),
        }
    }

    /// What kind of value it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Value::Null => "null",
            Value::Bool(_) => "a boolean",
            Value::Number(_) => "a number",
            Value::Text(_) => "a text",
            Value::Date(_) => "a date",
            Value::List(_) => "a list",
            Value::Object(_) => "an object",
        }
    }

    /// The value as JSON; a date as its text.
    pub fn to_json(&self) -> serde_json::Value {
        match self {
            Value::Null => serde_json::Value::Null,
            Value::Bool(bool) => (*bool).into(),
            Value::Number(Number::Int(int)) => (*int).into(),
            Value::Number(Number::Float(float)) => (*float).into(),
            Value::Text(text) => text.as_ref().into(),
            Value::Date(date) => date_text(*date).into(),
            Value::List(List::Json(items)) => serde_json::Value::Array(items.to_vec()),
            Value::List(list) => list.iter().map(|item| item.to_json()).collect(),
            Value::Object(Object::Json(members)) => serde_json::Value::Object((*members).clone()),
            Value::Object(object) => object.members().into_iter().map(|(name, value)| (name.into_owned(), value.to_json())).collect(),
        }
    }

    /// The value that a JSON value is, its texts borrowed.
    #[inline]
    pub fn from_json(json: &'a serde_json::Value) -> Self {
        match json {
            serde_json::Value::Null => Value::Null,
            serde_json::Value::Bool(bool) => Value::Bool(*bool),
            serde_json::Value::Number(number) => Value::Number(Number::from_json(number)),
            serde_json::Value::String(text) => Value::text(text.as_str()),
            serde_json::Value::Array(items) => Value::List(List::Json(items)),
            serde_json::Value::Object(members) => Value::Object(Object::Json(members)),
        }
    }

    /// The value with all of its texts copied.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Value::Null => Value::Null,
            Value::Bool(bool) => Value::Bool(bool),
            Value::Number(number) => Value::Number(number),
            Value::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Value::Date(date) => Value::Date(date),
            Value::List(list) => Value::list(list.into_items().into_iter().map(Value::into_owned).collect()),
            Value::Object(object) => {
                let members = object.into_members().into_iter();
                Value::object(members.map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned())).collect())
            }
        }
    }
}

/// As [`Value::to_json`].
impl serde::Serialize for Value<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Value::Null => serializer.serialize_unit(),
            Value::Bool(bool) => serializer.serialize_bool(*bool),
            Value::Number(Number::Int(int)) => serializer.serialize_i64(*int),
            Value::Number(Number::Float(float)) => serializer.serialize_f64(*float),
            Value::Text(text) => serializer.serialize_str(text),
            Value::Date(date) => serializer.serialize_str(&date_text(*date)),
            Value::List(list) => serializer.collect_seq(list.iter()),
            Value::Object(Object::Json(members)) => members.serialize(serializer),
            Value::Object(object) => serializer.collect_map(object.members()),
        }
    }
}

/// `M/d/yyyy h:mm:ss tt`, as CDate, DateAdd and Now write dates.
pub(crate) fn date_text(date: DateTime) -> String {
    let (hour, half) = match date.hour() {
        0 => (12, "AM"),
        hour @ 1..=11 => (hour, "AM"),
        12 => (12, "PM"),
        hour => (hour - 12, "PM"),
    };
    let (month, day, year) = (date.month(), date.day(), date.year());
    format!("{month}/{day}/{year:04} {hour}:{:02}:{:02} {half}", date.minute(), date.second())
}
