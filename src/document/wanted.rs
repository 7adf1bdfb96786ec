//! Rows of which only some attributes are read. The others must be JSON all the same: what is refused does not depend on
//! what is wanted.

use super::application::ASSIGNMENTS;
use super::graph::lower_first;
use super::outline::WRAPPERS;
use super::passed::Passed;
use super::plain::Slots;
use crate::check::{Derived, ENGINE};
use crate::program::keys::Keys;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, Visitor};
use serde_json::{Map, Value as Json};
use std::fmt::Formatter;

/// What is read of every user, whoever asks: what shows where a record is from, who it is about, whether that is a user,
/// and by which name people know it.
const ALWAYS: [&str; 24] = [
    ASSIGNMENTS,
    "id",
    "objectId",
    "userPrincipalName",
    "userName",
    "mail",
    "email",
    "displayName",
    "accountEnabled",
    "IsSoftDeleted",
    "deletedDateTime",
    "onPremisesExtensionAttributes",
    "additionalProperties",
    "@odata.type",
    "schemas",
    "givenName",
    "surname",
    "principalId",
    "appRoleId",
    "appRoles",
    "appId",
    "appuser",
    "user",
    "user_internal",
];

/// The attributes that are read of each user.
#[derive(Debug)]
pub struct Wanted {
    kept: Keys,
    /// Where they go of a plain row.
    pub(super) slots: Option<Slots>,
}

impl Wanted {
    /// Attributes by the names under which they are read, paths included, each by its slot; `shown` are those by which
    /// people know a user, best first.
    pub fn new<'n>(names: &[&'n str], shown: &[&'n str]) -> Wanted {
        let mut all: Vec<Box<str>> = Vec::new();
        // From some attributes those follow that only the provider's own engine has.
        let derived = ENGINE.iter().filter_map(|(_, from)| match from {
            Derived::Same(name) | Derived::First(name) => Some(*name),
            _ => None,
        });
        for name in names.iter().copied().chain(ALWAYS).chain(WRAPPERS).chain(derived) {
            // A path leads through an object that the record holds under any of its beginnings.
            let begins = name.match_indices(['.', ':', '[']).map(|(at, _)| &name[..at]).chain([name]);
            for begin in begins.filter(|begin| !begin.is_empty()) {
                let mut letters = begin.chars();
                let upper = letters.next().map(|first| first.to_ascii_uppercase().to_string() + letters.as_str()).unwrap_or_default();
                // PowerShell writes names with a capital.
                for form in [begin.to_owned(), lower_first(begin), upper] {
                    if !all.iter().any(|known| **known == *form) {
                        all.push(form.into());
                    }
                }
            }
        }
        Wanted { kept: Keys::numbered(all.into_iter()), slots: Slots::new(names.iter().copied(), shown) }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.kept.case(name).is_some()
    }

    /// The wanted attributes of an object; `None` where the text is none, which another reader tells in full.
    pub(super) fn read(&self, text: &str) -> Option<Map<String, Json>> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let row = reader.deserialize_map(Row(self)).ok()?;
        reader.end().ok().map(|()| row)
    }
}

struct Row<'w>(&'w Wanted);

impl<'de> Visitor<'de> for Row<'_> {
    type Value = Map<String, Json>;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("an object")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut row = Map::new();
        while let Some(name) = members.next_key_seed(Name(self.0))? {
            match name {
                Some(name) => drop(row.insert(name, members.next_value()?)),
                // The parser has a limit of its own.
                None => members.next_value_seed(Passed { depth: usize::MAX })?,
            }
        }
        Ok(row)
    }
}

/// A name, if it is wanted.
struct Name<'w>(&'w Wanted);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<String>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<String>;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.has(name).then(|| name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted() -> Wanted {
        Wanted::new(&["department", "manager.employeeId", "emails[type eq \"work\"].value", "urn:x:2.0:User:role"], &[])
    }

    #[test]
    fn what_is_read_is_kept() {
        let text = r#"{"department":"a","Department":"b","note":{"x":[1,null,"y",true,-2.5]},"manager":{"employeeId":1},"emails":[],
            "urn:x:2.0:User":{},"urn:x:2.0":1,"other":"","department":"c"}"#;
        let names: Vec<String> = wanted().read(text).unwrap().keys().cloned().collect();
        assert_eq!(names, ["department", "Department", "manager", "emails", "urn:x:2.0:User", "urn:x:2.0"]);
        assert_eq!(wanted().read(text).unwrap()["department"], "c", "the last counts, as in any object");
    }

    proptest::proptest! {
        /// What is refused, and what is kept, is as if all were read.
        #[test]
        fn nothing_is_refused_or_let_pass(value in "([\\[\\]{},:]|\"a\"|\"id\"|\"note\"|\"id\":1|\"note\":1|,\"x\":|\"\\\\ud800\"|\"\\\\u00e9\"|1e999|-0|01|2.5|tru|true|null|\t|\"\u{1}\"|ü){0,12}") {
            for text in [value.clone(), format!("{{{value}}}"), format!("{{\"note\":{value}}}"), format!("{{\"note\":[{value}],\"id\":{value}}}")] {
                let all = serde_json::from_str::<Map<String, Json>>(&text).ok();
                let kept = all.map(|all| all.into_iter().filter(|(name, _)| wanted().has(name)).collect::<Map<_, _>>());
                proptest::prop_assert_eq!(wanted().read(&text), kept, "{}", text);
            }
        }
    }
}
