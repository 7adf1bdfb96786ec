//! Values as the rows of an event meet them: known, or known by their class alone.

use super::classes::same;
use serde_json::Value as Json;

/// A value that an event carries or a user holds.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Given<'e> {
    /// This value, null included.
    Known(&'e Json),
    /// This text.
    Text(&'e str),
    /// Whatever the attribute at that position has: a value for which no row asks, allowed or not.
    Any { at: usize, text: bool, allowed: bool },
}

/// The name of an organization, a team or a role.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Word<'e> {
    /// This one.
    Text(&'e str),
    /// Whatever the attribute at that position has.
    Any(usize),
}

impl<'e> Given<'e> {
    /// Null: what is carried to unset an attribute.
    pub const NULL: Given<'static> = Given::Known(&Json::Null);

    /// True or false.
    pub fn truth(truth: bool) -> Given<'static> {
        Given::Known(if truth { &Json::Bool(true) } else { &Json::Bool(false) })
    }

    pub fn is_null(self) -> bool {
        matches!(self, Given::Known(Json::Null))
    }

    /// The text that it is, if it is one.
    pub fn word(self) -> Option<Word<'e>> {
        match self {
            Given::Known(Json::String(text)) => Some(Word::Text(text)),
            Given::Text(text) => Some(Word::Text(text)),
            Given::Any { at, text: true, .. } => Some(Word::Any(at)),
            Given::Known(_) | Given::Any { .. } => None,
        }
    }

    /// Whether it is this value of the policy.
    pub fn is(self, value: &Json) -> bool {
        match self {
            Given::Known(known) => same(known, value),
            Given::Text(text) => value.as_str() == Some(text),
            Given::Any { .. } => false,
        }
    }

    /// Whether both are one value. What is known by its class alone stands for one value as long as an event goes on.
    pub fn equals(self, other: Given<'_>) -> bool {
        match (self, other) {
            (Given::Any { at, .. }, Given::Any { at: other, .. }) => at == other,
            (given, Given::Known(value)) | (Given::Known(value), given) => given.is(value),
            (Given::Text(text), Given::Text(other)) => text == other,
            (Given::Any { .. }, Given::Text(_)) | (Given::Text(_), Given::Any { .. }) => false,
        }
    }

    /// As JSON; what is known by its class alone has none.
    pub fn to_json(self) -> Option<Json> {
        match self {
            Given::Known(value) => Some(value.clone()),
            Given::Text(text) => Some(Json::String(text.to_owned())),
            Given::Any { .. } => None,
        }
    }
}

impl<'e> Word<'e> {
    /// The text, where it is known.
    pub fn text(self) -> Option<&'e str> {
        if let Word::Text(text) = self { Some(text) } else { None }
    }
}
