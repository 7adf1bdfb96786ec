//! SCIM PATCH documents as events (RFC 7644, section 3.5.2), in both flavours: a path an operation, and a value object
//! without path. Entra writes operations with a capital letter and booleans as texts.

use super::events::shape;
use super::scim::{carried_name, fit, same_user};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::policy::{AttributeKind, Policy, TargetAttribute};
use crate::program::record::{CORE_SCHEMA, member};
use crate::provision::{Event, Subject};
use serde_json::{Map, Value as Json};

/// A PATCH as an event, and what of it the policy does not know.
#[derive(Debug, Clone, PartialEq)]
pub struct Patched {
    /// The event.
    pub event: Event,
    /// Paths that no attribute of the target has.
    pub ignored: Vec<String>,
}

/// The event that a PATCH of a user is. `user` is the name of the user whose id the request names. A document that
/// carries `active` alone deactivates or reactivates; any other one is an update.
///
/// # Errors
/// [`Code::InvalidEvent`]: it is no PATCH, or a value is of another type than the policy gives its attribute;
/// [`Code::RenameNotSupported`]: it changes userName.
pub fn patch_to_event(policy: &Policy, user: &str, document: &Map<String, Json>) -> Result<Patched, Diagnostic> {
    let operations = member(document, "Operations").and_then(Json::as_array);
    let Some(operations) = operations.filter(|operations| !operations.is_empty()) else {
        return Err(bad("Operations", "a PATCH needs a list of operations".into()));
    };
    let mut patch = Patch { policy, user, values: Map::new(), ignored: Vec::new() };
    for (at, operation) in operations.iter().enumerate() {
        let place = format!("Operations[{at}]");
        let Some(operation) = operation.as_object() else {
            return Err(bad(&place, format!("an object is wanted, and this is {}", shape(operation))));
        };
        patch.operation(&place, operation)?;
    }
    Ok(patch.finish())
}

struct Patch<'p> {
    policy: &'p Policy,
    user: &'p str,
    values: Map<String, Json>,
    ignored: Vec<String>,
}

impl<'p> Patch<'p> {
    fn operation(&mut self, place: &str, operation: &Map<String, Json>) -> Result<(), Diagnostic> {
        let path = match member(operation, "path") {
            None | Some(Json::Null) => "",
            Some(Json::String(path)) => path.trim(),
            Some(other) => return Err(bad(&format!("{place}.path"), format!("a text is wanted, and this is {}", shape(other)))),
        };
        let value = member(operation, "value");
        let op = member(operation, "op").and_then(Json::as_str).unwrap_or_default();
        match (op.to_ascii_lowercase().as_str(), value) {
            ("add" | "replace", Some(value)) if !path.is_empty() || value.is_object() => self.assign(path, value),
            ("add" | "replace", Some(value)) => {
                Err(bad(&format!("{place}.value"), format!("without a path it is an object, and this is {}", shape(value))))
            }
            ("add" | "replace", None) => Err(bad(place, format!("{op} needs a value"))),
            ("remove", _) if path.is_empty() => Err(bad(place, "remove needs a path".into())),
            ("remove", _) => self.assign(path, &Json::Null),
            (other, _) => {
                let words = ["add", "replace", "remove"];
                let help = nearest(other, words)
                    .map_or_else(|| "operations are add, replace, remove".into(), |near| format!("did you mean {near}?"));
                Err(bad(&format!("{place}.op"), format!("there is no operation {op:?}")).help(help))
            }
        }
    }

    /// Puts a value at a path; an object goes to the paths below.
    fn assign(&mut self, path: &str, value: &Json) -> Result<(), Diagnostic> {
        if path.is_empty() || !self.is_leaf(path) {
            if let Json::Object(object) = value {
                if !path.is_empty() && self.below(path).is_empty() {
                    self.ignored.push(path.to_owned());
                    return Ok(());
                }
                let below = |key: &String| match path {
                    "" => key.clone(),
                    schema if is_urn(schema) && !self.is_within_schema(schema) => format!("{schema}:{key}"),
                    attribute => format!("{attribute}.{key}"),
                };
                let paths: Vec<(String, &Json)> = object.iter().map(|(key, value)| (below(key), value)).collect();
                return paths.into_iter().try_for_each(|(path, value)| self.assign(&path, value));
            }
        }
        let policy = self.policy;
        let hit: Vec<&TargetAttribute> = policy.attributes().iter().filter(|attribute| self.names(path, attribute)).collect();
        let hit = if hit.is_empty() && value.is_null() { self.below(path) } else { hit };
        // The request names the resource, and says its schemas, elsewhere.
        if hit.is_empty() && !["id", "schemas", "meta"].iter().any(|name| path.eq_ignore_ascii_case(name)) {
            self.ignored.push(path.to_owned());
        }
        for attribute in hit {
            match (attribute.kind, carried_name(attribute)) {
                (AttributeKind::UserName, _) => match value.as_str() {
                    Some(name) => same_user(self.user, name)?,
                    None => return Err(bad(path, format!("a user needs a name, and this is {}", shape(value)))),
                },
                (_, Some(name)) => {
                    let value = fit(attribute, value)?;
                    if name != "active" || !value.is_null() {
                        self.values.insert(name.to_owned(), value);
                    }
                }
                (_, None) => {}
            }
        }
        Ok(())
    }

    fn is_leaf(&self, path: &str) -> bool {
        self.policy.attributes().iter().any(|attribute| self.names(path, attribute))
    }

    /// Whether a path names this attribute: SCIM's own, or the application's under its namespace. Names ignore case.
    fn names(&self, path: &str, attribute: &TargetAttribute) -> bool {
        match self.policy.extension(attribute) {
            Some(namespace) => below_schema(path, namespace).is_some_and(|name| name.eq_ignore_ascii_case(&attribute.name)),
            None => below_schema(path, CORE_SCHEMA).unwrap_or(path).eq_ignore_ascii_case(&attribute.path),
        }
    }

    /// The attributes below a complex attribute or a schema.
    fn below(&self, path: &str) -> Vec<&'p TargetAttribute> {
        let policy = self.policy;
        let attributes = policy.attributes().iter().filter(|attribute| attribute.kind != AttributeKind::UserName);
        let inner = below_schema(path, CORE_SCHEMA).unwrap_or(path);
        attributes
            .filter(|attribute| match policy.extension(attribute) {
                Some(namespace) => path.eq_ignore_ascii_case(namespace),
                None if path.eq_ignore_ascii_case(CORE_SCHEMA) => true,
                None => match attribute.path.split_once('.') {
                    Some((complex, _)) => complex.eq_ignore_ascii_case(inner),
                    None => false,
                },
            })
            .collect()
    }

    /// Whether a URN goes on after its schema: `urn:…:User:name` does.
    fn is_within_schema(&self, path: &str) -> bool {
        let known = [Some(CORE_SCHEMA), self.policy.namespace()].into_iter().flatten();
        known.into_iter().any(|schema| below_schema(path, schema).is_some())
    }

    fn finish(self) -> Patched {
        let subject = |attributes| Subject { user: self.user.to_owned(), attributes };
        let alone = self.values.len() == 1 && self.ignored.is_empty();
        let event = match self.values.get("active").and_then(Json::as_bool).filter(|_| alone) {
            Some(true) => Event::ScimReactivate(subject(Map::new())),
            Some(false) => Event::ScimDeactivate(subject(Map::new())),
            None => Event::ScimUpdate(subject(self.values)),
        };
        Patched { event, ignored: self.ignored }
    }
}

fn is_urn(path: &str) -> bool {
    path.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("urn:"))
}

/// What follows a schema and its colon.
fn below_schema<'p>(path: &'p str, schema: &str) -> Option<&'p str> {
    let (start, rest) = (path.get(..schema.len())?, path.get(schema.len()..)?);
    rest.strip_prefix(':').filter(|_| start.eq_ignore_ascii_case(schema))
}

pub(super) fn bad(place: &str, why: String) -> Diagnostic {
    Diagnostic::new(Code::InvalidEvent, format!("{place}: {why}"))
}
