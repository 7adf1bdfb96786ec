use crate::domain::{Limits, ValueClasses, ValueKind};
use crate::functions::okta;
use crate::program::compare;
use crate::program::{Halt, Operator, Value, choice_text, no_condition, truth};
use foldhash::fast::FixedState;
use serde_json::Value as Json;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::OnceLock;

/// The text by which a choice compares; null counts as empty.
///
/// # Errors
/// A list or an object has none.
#[inline]
pub fn text_of<'v>(value: &'v Value<'_>) -> Result<Cow<'v, str>, Halt> {
    choice_text(value)
}

/// The same of what a call gave, where it stands: to move a value takes longer than to choose.
///
/// # Errors
/// As [`text_of`], and the call's own.
#[inline]
pub fn chosen<'v>(given: &'v Result<Value<'_>, Halt>) -> Result<Cow<'v, str>, Halt> {
    match given {
        Ok(value) => text_of(value),
        Err(halt) => Err(halt.clone()),
    }
}

/// The text of a value in Okta's language; null counts as empty.
///
/// # Errors
/// An object has none.
pub fn shown(value: &Value<'_>) -> Result<String, Halt> {
    okta::shown(value).map(|text| text.unwrap_or_default().into_owned())
}

/// Whether a condition holds.
///
/// # Errors
/// A list or an object is no condition.
#[inline]
pub fn is_true(condition: &Value<'_>) -> Result<bool, Halt> {
    match condition {
        Value::List(_) | Value::Object(_) => Err(no_condition(condition)),
        other => Ok(truth(other)),
    }
}

/// Whether a value is neither null nor an empty text.
#[inline]
pub fn is_filled(value: &Value<'_>) -> bool {
    !value.is_unset()
}

/// Whether two values compare so in Entra's language.
#[inline]
pub fn compares(left: &Value<'_>, operator: Operator, right: &Value<'_>) -> bool {
    compare::compare(left, right).is_some_and(|ordering| operator.holds(ordering))
}

/// Whether two values compare so in Okta's language.
///
/// # Errors
/// They are in no order.
#[inline]
pub fn compares_in_okta(left: &Value<'_>, operator: Operator, right: &Value<'_>) -> Result<bool, Halt> {
    compare::okta(left, right, operator)
}

/// What a long choice gives for each of its keys.
#[derive(Debug)]
pub struct Table<V: 'static> {
    cases: &'static [(&'static str, V)],
    // The keys are the policy's, so that no user can choose them to collide.
    hashed: OnceLock<HashMap<&'static str, V, FixedState>>,
}

impl<V: Copy> Table<V> {
    /// Keys with what they give; of equal keys the first counts.
    pub const fn new(cases: &'static [(&'static str, V)]) -> Self {
        Table { cases, hashed: OnceLock::new() }
    }

    /// What a key gives.
    #[inline]
    pub fn get(&self, key: &str) -> Option<V> {
        self.hashed.get_or_init(|| self.cases.iter().rev().copied().collect()).get(key).copied()
    }
}

/// The classes of an attribute's values that are no texts.
#[derive(Debug)]
pub struct Classes {
    boolean: bool,
    asked: &'static [&'static str],
    one_of: Option<&'static [&'static str]>,
    organization: bool,
    ready: OnceLock<ValueClasses>,
}

impl Classes {
    /// Of booleans or of other values, as JSON: those for which rows ask, and those that are allowed, where not all are. No
    /// value that is no text names an organization.
    pub const fn new(boolean: bool, asked: &'static [&'static str], one_of: Option<&'static [&'static str]>, organization: bool) -> Self {
        Classes { boolean, asked, one_of, organization, ready: OnceLock::new() }
    }

    /// The position of a value's class: 0 is none, then come those for which rows ask, in their order.
    pub fn of(&self, value: &Value<'_>) -> usize {
        let ready = self.ready.get_or_init(|| {
            let read = |values: &[&str]| values.iter().map(|json| serde_json::from_str(json).unwrap_or_default()).collect::<Vec<Json>>();
            let (asked, one_of) = (read(self.asked), read(self.one_of.unwrap_or_default()));
            let kind = if self.boolean { ValueKind::Boolean } else { ValueKind::Other };
            ValueClasses::new(kind, Limits { one_of: &one_of, organizations: self.organization.then_some(false) }, &asked)
        });
        ready.position(value, |_| false)
    }
}

/// A constant that is no text, truth or number: it is made once, of JSON.
#[derive(Debug)]
pub struct Constant {
    json: &'static str,
    made: OnceLock<Json>,
}

impl Constant {
    /// The constant that a JSON text writes.
    pub const fn new(json: &'static str) -> Self {
        Constant { json, made: OnceLock::new() }
    }

    /// Its value.
    pub fn value(&'static self) -> Value<'static> {
        Value::from_json(self.json())
    }

    pub(super) fn json(&'static self) -> &'static Json {
        self.made.get_or_init(|| serde_json::from_str(self.json).unwrap_or_default())
    }
}
