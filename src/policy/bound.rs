//! JSON as a policy reads it.

use super::Policy;
use super::compiled::{Compiled, Reading};
use super::file::AttributeKind;
use super::target::{TargetAttribute, is_core};
use crate::document::for_okta;
use crate::language::Dialect;
use crate::program::record::{CORE_SCHEMA, lookup, referred, scim};
use crate::program::{Record, RecordKind, Value};
use crate::provision::Source;
use serde_json::{Map, Value as Json};
use smallvec::SmallVec;
use std::borrow::Cow;

/// An object of JSON, bound to what a policy reads of it.
#[derive(Debug)]
pub struct Bound<'r> {
    record: &'r Map<String, Json>,
    kind: RecordKind,
    slots: Slots<'r>,
}

#[derive(Debug)]
enum Slots<'r> {
    /// Where the attributes stand in the object, by their slots.
    Standing(SmallVec<[Option<&'r Json>; 12]>),
    /// A plain row, as the user that Okta's expressions read.
    Lifted(Map<String, Json>),
}

impl Compiled {
    /// Binds an object to what the mappings read of it, in one walk.
    pub fn bind<'r>(&self, record: &'r Map<String, Json>, kind: RecordKind) -> Bound<'r> {
        let reading = self.reading(kind);
        let slots = match (kind, self.policy.readable(self.from, record, kind)) {
            (RecordKind::Source, Cow::Owned(lifted)) => Slots::Lifted(lifted),
            (RecordKind::Source, Cow::Borrowed(_)) => Slots::Standing(standing(reading, record)),
            (RecordKind::Target, _) => {
                Slots::Standing(self.policy.attributes.iter().map(|attribute| self.policy.target_value(attribute, record)).collect())
            }
        };
        Bound { record, kind, slots }
    }
}

/// Where attributes stand in an object: the member of exactly that name, else what the path leads to that the name spells.
fn standing<'r>(reading: &Reading, record: &'r Map<String, Json>) -> SmallVec<[Option<&'r Json>; 12]> {
    let mut slots: SmallVec<[Option<&'r Json>; 12]> = SmallVec::from_elem(None, reading.attributes.len());
    // To look each member's name up takes less than to look each attribute up among the members, unless these are many.
    let walked = record.len() <= 3 * slots.len();
    if walked {
        for (name, value) in record {
            if let Some(at) = reading.names.case(name) {
                slots[at] = Some(referred(name, value));
            }
        }
    }
    let is_path = |name: &str| name.contains(['.', ':', '[']);
    for (slot, name) in slots.iter_mut().zip(&reading.attributes) {
        if slot.is_none() && (!walked || is_path(name)) {
            *slot = lookup(record, name);
        }
    }
    slots
}

impl Record for Bound<'_> {
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))] // else a value is written to memory and read again
    fn attribute(&self, name: &str, slot: usize) -> Value<'_> {
        match &self.slots {
            Slots::Standing(slots) => match slots.get(slot) {
                Some(Some(value)) => Value::from_json(value),
                _ => Value::Null,
            },
            Slots::Lifted(record) => record.attribute(name, slot),
        }
    }

    #[inline]
    fn kind(&self) -> RecordKind {
        self.kind
    }

    fn known_as(&self) -> &str {
        self.record.known_as()
    }
}

impl Policy {
    /// Whether mappings of a source are written in a language of Okta, which read a plain row as a user of theirs.
    pub(crate) fn is_of_okta(&self, source: Source) -> bool {
        self.mappings(source).iter().any(|mapping| matches!(mapping.dialect, Dialect::Okta | Dialect::OktaIdentityEngine))
    }

    /// The record as the mappings of a source read it.
    pub(crate) fn readable<'r>(&self, source: Source, record: &'r Map<String, Json>, kind: RecordKind) -> Cow<'r, Map<String, Json>> {
        if kind == RecordKind::Source && self.is_of_okta(source) { for_okta(record) } else { Cow::Borrowed(record) }
    }

    /// Attributes of the application's own stand under its namespace, and those of SCIM's core schema at the top or under its
    /// own URN (RFC 7644, section 3.10).
    pub(crate) fn target_value<'r>(&self, attribute: &TargetAttribute, record: &'r Map<String, Json>) -> Option<&'r Json> {
        match self.extension(attribute) {
            Some(namespace) => scim(record, &format!("{namespace}:{}", attribute.name)),
            None => scim(record, &attribute.path).or_else(|| scim(record, &format!("{CORE_SCHEMA}:{}", attribute.path))),
        }
    }

    /// The namespace under which an attribute stands, if it is the application's own.
    pub(crate) fn extension(&self, attribute: &TargetAttribute) -> Option<&str> {
        let own = attribute.path == attribute.name
            && !matches!(attribute.kind, AttributeKind::UserName | AttributeKind::Active)
            && !is_core(&attribute.path);
        self.namespace.as_deref().filter(|_| own)
    }
}

#[cfg(test)]
mod tests {
    use crate::program::record::scim;
    use serde_json::json;

    #[test]
    fn a_path_chooses_among_values() {
        let user = json!({
            "Name": { "givenName": "Ada" },
            "emails": [{ "type": "home", "value": "a@home.example" }, { "type": "work", "value": "a@work.example" }],
            "roles": [{ "value": "user" }, { "value": "owner", "primary": true }],
        });
        let read = |path: &str| scim(user.as_object()?, path)?.as_str();
        assert_eq!(read("name.givenname"), Some("Ada"));
        assert_eq!(read(r#"emails[type eq "work"].value"#), Some("a@work.example"));
        assert_eq!(read(r#"roles[primary eq "True"].value"#), Some("owner"));
        assert_eq!(read(r#"emails[type eq "other"].value"#), None);
        assert_eq!(read(r#"emails[Type  NE "work"].value"#), Some("a@home.example"));
        assert_eq!(read(r#"emails[ type eq "work" and value sw "A@" ].value"#), Some("a@work.example"));
        assert_eq!(read(r#"emails[type eq "x" or value co "work"].value"#), Some("a@work.example"));
        assert_eq!(read(r#"emails[primary pr].value"#), None);
        assert_eq!(read(r#"emails[type eq "wo"#), None);
        assert_eq!(read("emails[type].value"), None);
    }
}
