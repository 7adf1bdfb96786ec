use super::evaluate::{Fault, Halt};
use super::term::Operator;
use super::value::{Number, Value};
use crate::diagnostic::Code;
use crate::functions::dates;
use std::cmp::Ordering;

/// How two values compare; `None` where one is null or no order is between them.
///
/// A number and the text of a number compare as numbers, a date and the text of a date as dates, everything else by
/// its text, character by character and case-sensitively.
pub(crate) fn compare(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    match (left, right) {
        (Value::Null, _) | (_, Value::Null) => None,
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        (Value::Number(left), Value::Text(text)) if Number::parse(text).is_some() => left.partial_cmp(&Number::parse(text)?),
        (Value::Text(text), Value::Number(right)) if Number::parse(text).is_some() => Number::parse(text)?.partial_cmp(right),
        (Value::Date(left), Value::Date(right)) => Some(left.cmp(right)),
        (Value::Date(left), Value::Text(text)) => Some(left.cmp(&dates::parse(text)?)),
        (Value::Text(text), Value::Date(right)) => Some(dates::parse(text)?.cmp(right)),
        (Value::List(left), Value::List(right)) => (left == right).then_some(Ordering::Equal),
        (left, right) => Some(left.to_text()?.as_ref().cmp(right.to_text()?.as_ref())),
    }
}

/// Whether two values compare so in Okta: null equals only null and is less than everything else, values of different
/// kinds are unequal and in no order.
pub(crate) fn okta(left: &Value<'_>, right: &Value<'_>, operator: Operator) -> Result<bool, Halt> {
    let ordering = match (left, right) {
        (Value::Null, Value::Null) => Some(Ordering::Equal),
        (Value::Null, _) => Some(Ordering::Less),
        (_, Value::Null) => Some(Ordering::Greater),
        (Value::Number(left), Value::Number(right)) => left.partial_cmp(right),
        // By UTF-16, as Java's texts compare.
        (Value::Text(left), Value::Text(right)) => Some(left.encode_utf16().cmp(right.encode_utf16())),
        (Value::Bool(left), Value::Bool(right)) => Some(left.cmp(right)),
        (left, right) if left == right => Some(Ordering::Equal),
        _ => None,
    };
    match (ordering, operator) {
        (Some(ordering), _) => Ok(operator.holds(ordering)),
        (None, Operator::Equal) => Ok(false),
        (None, Operator::NotEqual) => Ok(true),
        (None, _) => {
            let message = format!("{} and {} are in no order", left.kind(), right.kind());
            Err(Fault::whole(Code::WrongValueType, message))
        }
    }
}
