//! The value of each part of an expression, and of an attribute without a value which kind of nothing it is.

use crate::offsets::unit_of;
use crate::users::Users;
use rolewright::{Part, Record};
use serde_json::{Map, Value as Json, json};

const DIRECT: &str = "direct ";

/// How parts are shown for a user.
pub struct Shown<'u> {
    /// Everybody: what nobody has was perhaps not exported.
    pub users: &'u Users,
    /// The user's record.
    pub record: &'u Map<String, Json>,
}

impl Shown<'_> {
    /// A part with its place in units of JavaScript.
    pub fn part(&self, text: &str, part: &Part) -> Json {
        // A direct mapping is described with a word before its expression.
        let lead = text.len() - text.strip_prefix(DIRECT).unwrap_or(text).len();
        let (from, to) = (lead + part.span.start, lead + part.span.end);
        let written = text.get(from..to).unwrap_or_default();
        let state = match (&part.value, part.halt) {
            (_, Some(_)) => "halt",
            (Json::String(text), _) if text.is_empty() => "empty",
            (Json::Array(items), _) if items.is_empty() => "empty",
            (Json::Null, _) => self.nothing(written),
            _ => "value",
        };
        json!({
            "from": unit_of(text, from),
            "to": unit_of(text, to),
            "value": part.value,
            "halt": part.halt,
            "state": state,
        })
    }

    /// The state of what a whole mapping gave, in the words in which the policy describes the mapping.
    pub fn whole(&self, mapping: &str, value: &Json) -> &'static str {
        match (value, mapping.strip_prefix(DIRECT)) {
            (Json::Null, Some(name)) => self.nothing(name),
            (Json::Null, None) => "null",
            (Json::String(text), _) if text.is_empty() => "empty",
            _ => "value",
        }
    }

    /// Whether an attribute is null, missing for this user, or missing for everybody, so that the documents cannot tell.
    fn nothing(&self, written: &str) -> &'static str {
        let bracketed = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
        let path = |text: &&str| text.contains('.') && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.'));
        let Some(name) = bracketed.or(Some(written).filter(path)) else { return "null" };
        let everybody = || self.users.subjects.iter().map(|(_, subject)| &subject.record);
        match (has(self.record, name), everybody().any(|record| has(record, name))) {
            (true, _) => "null",
            (false, true) => "missing",
            (false, false) => "unknown",
        }
    }
}

/// Where Graph lists attributes that the record has under their own names unless they are null.
const EXTENSIONS: &str = "onPremisesExtensionAttributes";

/// Whether a record has an attribute, null included.
fn has(record: &Map<String, Json>, name: &str) -> bool {
    let listed = record.get(EXTENSIONS).and_then(|listed| listed.get(name));
    if listed.is_some_and(Json::is_null) {
        return true;
    }
    let within = |(head, rest): (&str, &str)| record.get(head).and_then(Json::as_object).is_some_and(|inner| has(inner, rest));
    record.contains_key(name) || !record.attribute(name, 0).is_null() || name.split_once('.').is_some_and(within)
}
