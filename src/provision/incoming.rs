//! What comes in: an event, or all events of a kind that carry values of certain classes.

use super::event::{Event, EventKind};
use super::rules::Rules;
use crate::domain::Given;
use serde_json::Value as Json;
use std::collections::BTreeMap;

/// What the rows of an event are applied to.
#[derive(Debug)]
pub(crate) struct Incoming<'e> {
    pub kind: EventKind,
    /// The user that it names.
    pub user: Option<&'e str>,
    /// The attributes that it carries.
    pub carried: BTreeMap<&'e str, Given<'e>>,
    /// The groups of a sign-in.
    pub groups: Option<&'e [String]>,
    /// The event itself, for what only some kinds have.
    pub event: Option<&'e Event>,
}

impl<'e> Incoming<'e> {
    /// An event. In an assertion null is the same as absent, since SAML and OIDC have no way to say null; a role set by
    /// hand counts as a carried one. What is true or false may come as a text; anything else in its place counts as absent,
    /// as it does for `active`.
    pub fn of(event: &'e Event, rules: &'e Rules) -> Self {
        let (attributes, null_counts) = match event {
            Event::ScimCreate(subject) | Event::ScimUpdate(subject) => (Some(&subject.attributes), true),
            Event::SignIn(sign_in) => (Some(&sign_in.attributes), false),
            _ => (None, true),
        };
        let carried = attributes.into_iter().flatten().filter_map(|(name, value)| {
            let boolean = rules.attributes.get(name).is_some_and(|rule| rule.boolean);
            let given = match value {
                // An empty text counts as null.
                Json::String(text) if text.is_empty() => Given::NULL,
                Json::String(text) if boolean => truth(text)?,
                Json::Number(_) | Json::Array(_) | Json::Object(_) if boolean => return None,
                value => Given::Known(value),
            };
            Some((name.as_str(), given))
        });
        let mut carried: BTreeMap<&str, Given<'_>> = carried.filter(|(_, value)| null_counts || !value.is_null()).collect();
        if let (Event::SetRole { role, .. }, Some(attribute)) = (event, &rules.roles.attribute) {
            let boolean = rules.attributes.get(attribute).is_some_and(|rule| rule.boolean);
            carried.extend(if boolean { truth(role) } else { Some(Given::Text(role)) }.map(|role| (attribute.as_str(), role)));
        }
        let groups = if let Event::SignIn(sign_in) = event { sign_in.groups.as_deref() } else { None };
        Incoming { kind: event.kind(), user: event.user(), carried, groups, event: Some(event) }
    }
}

fn truth(text: &str) -> Option<Given<'static>> {
    text.to_ascii_lowercase().parse().ok().map(Given::truth)
}
