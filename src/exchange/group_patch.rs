//! SCIM PATCH documents of groups as events (RFC 7644, section 3.5.2). The application's events carry a group's whole
//! membership, so that who is in it before the request is handed in.

use super::events::shape;
use super::patch::bad;
use super::scim::{NameOf, members};
use crate::diagnostic::Diagnostic;
use crate::program::record::member;
use crate::provision::Event;
use serde_json::{Map, Value as Json};

/// A PATCH of a group as events, and what of it has no event.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchedGroup {
    /// One push; where the group gets another name, before it the end of the group under the old one. None where nothing
    /// changes.
    pub events: Vec<Event>,
    /// Paths of a group that say nothing of its members and its name.
    pub ignored: Vec<String>,
}

/// The events that a PATCH of a group is. `group` is its name and `present` the user names of its members before the
/// request; `name_of` tells the user name of a member's id, and an id that it does not know stays.
///
/// # Errors
/// [`Code::InvalidEvent`](crate::diagnostic::Code::InvalidEvent): it is no PATCH, or a member has no id.
pub fn group_patch_to_events(
    group: &str,
    present: &[String],
    document: &Map<String, Json>,
    name_of: NameOf<'_>,
) -> Result<PatchedGroup, Diagnostic> {
    let operations = member(document, "Operations").and_then(Json::as_array);
    let Some(operations) = operations.filter(|operations| !operations.is_empty()) else {
        return Err(bad("Operations", "a PATCH needs a list of operations".into()));
    };
    let mut patch = Patch { name: group.to_owned(), members: present.to_vec(), ignored: Vec::new(), name_of };
    for (at, operation) in operations.iter().enumerate() {
        let place = format!("Operations[{at}]");
        let Some(operation) = operation.as_object() else {
            return Err(bad(&place, format!("an object is wanted, and this is {}", shape(operation))));
        };
        patch.operation(&place, operation)?;
    }
    let Patch { name, members, ignored, .. } = patch;
    let mut events = Vec::new();
    if name != group {
        events.push(Event::GroupDelete { group: group.to_owned() });
    }
    if name != group || members != present {
        events.push(Event::GroupPush { group: name, members });
    }
    Ok(PatchedGroup { events, ignored })
}

struct Patch<'p> {
    name: String,
    members: Vec<String>,
    ignored: Vec<String>,
    name_of: NameOf<'p>,
}

impl Patch<'_> {
    fn operation(&mut self, place: &str, operation: &Map<String, Json>) -> Result<(), Diagnostic> {
        let path = member(operation, "path").and_then(Json::as_str).unwrap_or_default().trim();
        let value = member(operation, "value");
        let op = member(operation, "op").and_then(Json::as_str).unwrap_or_default().to_ascii_lowercase();
        if !["add", "replace", "remove"].contains(&op.as_str()) {
            return Err(bad(&format!("{place}.op"), format!("there is no operation {op:?}")).help("operations are add, replace, remove"));
        }
        match (path, value) {
            ("", Some(Json::Object(parts))) if op != "remove" => {
                parts.iter().try_for_each(|(path, value)| self.change(place, &op, path, Some(value)))
            }
            ("", _) => Err(bad(place, format!("{op} needs a path, or an object as its value"))),
            (path, value) => self.change(place, &op, path, value),
        }
    }

    fn change(&mut self, place: &str, op: &str, path: &str, value: Option<&Json>) -> Result<(), Diagnostic> {
        if path.eq_ignore_ascii_case("displayName") {
            let name = value.and_then(Json::as_str).filter(|name| !name.is_empty() && op != "remove");
            self.name = name.ok_or_else(|| bad(place, "a group needs a displayName".into()))?.to_owned();
            return Ok(());
        }
        // `members[value eq "2819c223"]` names one of them.
        let (head, filter) = path.split_once('[').unwrap_or((path, ""));
        if !head.eq_ignore_ascii_case("members") {
            if !["id", "schemas", "meta"].iter().any(|name| path.eq_ignore_ascii_case(name)) {
                self.ignored.push(path.to_owned());
            }
            return Ok(());
        }
        let named = match filter.trim_end_matches(']').split_once(" eq ") {
            Some((_, id)) => Some(vec![self.name_of(id.trim().trim_matches('"'))]),
            None if !filter.is_empty() => return Err(bad(place, format!("{path}: a member is named by `value eq \"…\"`"))),
            None => value.filter(|value| !value.is_null()).map(|value| members(value, self.name_of)).transpose()?,
        };
        match (op, named) {
            ("remove", None) => self.members.clear(),
            ("remove", Some(named)) => self.members.retain(|member| !named.iter().any(|gone| same(gone, member))),
            ("replace", named) if filter.is_empty() => self.members = named.unwrap_or_default(),
            (_, named) => {
                for name in named.into_iter().flatten() {
                    if !self.members.iter().any(|member| same(member, &name)) {
                        self.members.push(name);
                    }
                }
            }
        }
        Ok(())
    }

    fn name_of(&self, id: &str) -> String {
        (self.name_of)(id).unwrap_or_else(|| id.to_owned())
    }
}

/// User names are compared without case.
fn same(one: &str, other: &str) -> bool {
    one.to_lowercase() == other.to_lowercase()
}
