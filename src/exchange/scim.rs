//! SCIM resources as events.

use super::events::{active, shape};
use crate::diagnostic::{Code, Diagnostic};
use crate::policy::{AttributeKind, Policy, TargetAttribute, ValueType};
use crate::provision::{Event, Subject};
use serde_json::{Map, Value as Json};

/// The event that creating a user is (RFC 7644, section 3.3).
///
/// # Errors
/// [`Code::InvalidEvent`]: no userName, or a value of another type than the policy gives its attribute.
pub fn resource_to_create(policy: &Policy, resource: &Map<String, Json>) -> Result<Event, Diagnostic> {
    let Some(user) = user_name(policy, resource) else {
        return Err(Diagnostic::new(Code::InvalidEvent, "userName: the user has none").help("a user needs a userName"));
    };
    let attributes = attributes(policy, resource)?.into_iter().filter(|(_, value)| !value.is_null()).collect();
    Ok(Event::ScimCreate(Subject { user: user.to_owned(), attributes }))
}

/// The event that replacing a user is (RFC 7644, section 3.5.1): what the resource does not carry is unset; `active`
/// is left, since no provider means to unset it. `user` is the name of the user whose id the request names.
///
/// # Errors
/// As [`resource_to_create`], and [`Code::RenameNotSupported`] where the resource has another userName.
pub fn resource_to_replace(policy: &Policy, user: &str, resource: &Map<String, Json>) -> Result<Event, Diagnostic> {
    if let Some(name) = user_name(policy, resource) {
        same_user(user, name)?;
    }
    let mut attributes = attributes(policy, resource)?;
    if attributes.get("active").is_some_and(Json::is_null) {
        attributes.remove("active");
    }
    Ok(Event::ScimUpdate(Subject { user: user.to_owned(), attributes }))
}

/// The event that a group with its whole membership is. `name_of` tells the user name of a member's id; an id that it
/// does not know stays, so that the policy can warn of it.
///
/// # Errors
/// [`Code::InvalidEvent`]: no displayName, or members that are none.
pub fn group_to_event(resource: &Map<String, Json>, name_of: NameOf<'_>) -> Result<Event, Diagnostic> {
    let field = |name: &str| resource.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value);
    let Some(group) = field("displayName").and_then(Json::as_str).filter(|name| !name.is_empty()) else {
        return Err(Diagnostic::new(Code::InvalidEvent, "displayName: the group has none").help("a group needs a displayName"));
    };
    let members = field("members").filter(|members| !members.is_null()).map(|value| members(value, name_of)).transpose()?;
    Ok(Event::GroupPush { group: group.to_owned(), members: members.unwrap_or_default() })
}

/// The user name of the user with an id.
pub type NameOf<'n> = &'n dyn Fn(&str) -> Option<String>;

/// The user names of a group's members; an id that is not known stays.
pub(super) fn members(value: &Json, name_of: NameOf<'_>) -> Result<Vec<String>, Diagnostic> {
    let bad = |why: String| Diagnostic::new(Code::InvalidEvent, why);
    let items = value.as_array().ok_or_else(|| bad(format!("members: a list is wanted, and this is {}", shape(value))))?;
    let name = |(at, item): (usize, &Json)| {
        let id = item.get("value").and_then(Json::as_str);
        let id = id.ok_or_else(|| bad(format!("members[{at}]: the member has no value, the id of a user")))?;
        Ok(name_of(id).unwrap_or_else(|| id.to_owned()))
    };
    items.iter().enumerate().map(name).collect()
}

/// The event name of an attribute that events carry: all but the user name.
pub(super) fn carried_name(attribute: &TargetAttribute) -> Option<&str> {
    match attribute.kind {
        AttributeKind::UserName => None,
        AttributeKind::Active => Some("active"),
        _ => Some(&attribute.name),
    }
}

/// A value as events carry it; providers send booleans as texts too.
pub(super) fn fit(attribute: &TargetAttribute, value: &Json) -> Result<Json, Diagnostic> {
    let bad = || {
        let why = format!("{}: {} is wanted, and this is {value}", attribute.path, attribute.value_type.name());
        Diagnostic::new(Code::InvalidEvent, why)
    };
    match (attribute.value_type, value) {
        (_, Json::Null) => Ok(Json::Null),
        (ValueType::Boolean | ValueType::Number | ValueType::List, Json::String(text)) if text.is_empty() => Ok(Json::Null),
        (ValueType::Boolean, value) => active(value).map(Json::Bool).ok_or_else(bad),
        (ValueType::String, Json::String(_)) | (ValueType::Number, Json::Number(_)) | (ValueType::List, Json::Array(_)) => {
            Ok(value.clone())
        }
        _ => Err(bad()),
    }
}

/// Names are compared without case; another name would be another user.
pub(super) fn same_user(user: &str, name: &str) -> Result<(), Diagnostic> {
    if user.to_lowercase() == name.to_lowercase() {
        return Ok(());
    }
    Err(Diagnostic::new(Code::RenameNotSupported, format!("userName: {user} cannot become {name}"))
        .help("delete the user and create the other one, or keep the name by which the application knows the user"))
}

fn user_name<'r>(policy: &Policy, resource: &'r Map<String, Json>) -> Option<&'r str> {
    let attribute = policy.attributes().iter().find(|attribute| attribute.kind == AttributeKind::UserName)?;
    policy.target_value(attribute, resource).and_then(Json::as_str).filter(|name| !name.is_empty())
}

/// Every attribute of the target; null where the resource does not carry it.
fn attributes(policy: &Policy, resource: &Map<String, Json>) -> Result<Map<String, Json>, Diagnostic> {
    let mut found = Map::new();
    for attribute in policy.attributes() {
        if let Some(name) = carried_name(attribute) {
            let value = policy.target_value(attribute, resource).unwrap_or(&Json::Null);
            found.insert(name.to_owned(), fit(attribute, value)?);
        }
    }
    Ok(found)
}
