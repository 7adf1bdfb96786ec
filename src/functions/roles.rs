//! Functions of the app roles that a user is assigned to.

use super::{Arguments, Example, Function, Run, Type, required};
use crate::diagnostic::Code;
use crate::program::{Fault, Glance, Halt, List, Value};
use serde_json::Value as Json;
use std::borrow::Cow;

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "SingleAppRoleAssignment",
        parameters: &[required("appRoleAssignments", Type::Roles, "the attribute of that name")],
        summary: "Gives the display name of the user's app role, null where there is none.",
        example: Example { expression: "SingleAppRoleAssignment([appRoleAssignments])", value: "null" },
        glance: Some(glance_at_single),
        run: Run::Native(single),
        ..Function::PLAIN
    },
    Function {
        name: "AppRoleAssignmentsComplex",
        parameters: &[required("appRoleAssignments", Type::Roles, "the attribute of that name")],
        returns: Type::List,
        summary: "Gives all app roles of the user, to be added to those in the target.",
        example: Example { expression: "AppRoleAssignmentsComplex([appRoleAssignments])", value: "null" },
        run: Run::Native(all),
        ..Function::PLAIN
    },
    Function {
        name: "AssertiveAppRoleAssignmentsComplex",
        parameters: &[required("appRoleAssignments", Type::Roles, "the attribute of that name")],
        returns: Type::List,
        summary: "Gives all app roles of the user, to take the place of those in the target.",
        example: Example { expression: "AssertiveAppRoleAssignmentsComplex([appRoleAssignments])", value: "null" },
        run: Run::Native(all),
        ..Function::PLAIN
    },
];

/// The first role by its display name. Entra does not say which of several it takes, hence the warning.
fn single<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(list) = arguments.list(0)? else { return Ok(Value::Null) };
    if list.len() > 1 {
        let names: Vec<String> = list.iter().filter_map(|role| shown(&role).map(Cow::into_owned)).collect();
        arguments.warn(
            Code::MultipleAppRoles,
            format!("the user has {} app roles where one is read, and the first counts: {}", names.len(), names.join(", ")),
        );
    }
    let Some(role) = list.into_item(0) else { return Ok(Value::Null) };
    match role {
        name @ Value::Text(_) => Ok(name),
        Value::Object(object) => match object.into_member(DISPLAY_NAME) {
            Some(Value::Text(name)) => Ok(Value::Text(name)),
            _ => Err(Fault::of(0, Code::WrongValueType, "the app role has no displayName")),
        },
        other => Err(not_a_role(other.kind())),
    }
}

/// The only role of a list, or null where the list has none; several are worth a warning.
#[inline(always)] // where the record's kind of list is known, most of it falls away
pub fn glance_at_single(roles: Value<'_>) -> Glance<'_> {
    let seen = match &roles {
        Value::Text(Cow::Borrowed(name)) => Glance::Text(name),
        Value::Null => Glance::Null,
        Value::List(List::Strings(names)) => only(names, |name| Glance::Text(name)),
        Value::List(List::Borrowed(names)) => {
            only(names, |name| if let Value::Text(name) = name { Glance::Text(name) } else { Glance::Unknown })
        }
        Value::List(List::Json(roles)) => only(roles, glance_at_json),
        _ => return Glance::Unknown,
    };
    std::mem::forget(roles); // it is borrowed, which a compiler does not see
    seen
}

#[inline]
fn only<'a, T>(items: &'a [T], glance: impl FnOnce(&'a T) -> Glance<'a>) -> Glance<'a> {
    match items {
        [] => Glance::Null,
        [only] => glance(only),
        _ => Glance::Unknown,
    }
}

fn glance_at_json(role: &Json) -> Glance<'_> {
    match role {
        Json::String(name) => Glance::Text(name),
        Json::Object(role) => role.get(DISPLAY_NAME).and_then(Json::as_str).map_or(Glance::Unknown, Glance::Text),
        _ => Glance::Unknown,
    }
}

/// All roles as objects; a bare display name becomes an object that has nothing else.
fn all<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(list) = arguments.list(0)? else { return Ok(Value::Null) };
    let roles: Result<Vec<_>, Halt> = list
        .into_items()
        .into_iter()
        .map(|role| match role {
            Value::Text(name) => Ok(Value::object(vec![(Cow::Borrowed(DISPLAY_NAME), Value::Text(name))])),
            Value::Object(object) => Ok(Value::Object(object)),
            other => Err(not_a_role(other.kind())),
        })
        .collect();
    roles.map(Value::list)
}

const DISPLAY_NAME: &str = "displayName";

fn shown<'v>(role: &'v Value<'_>) -> Option<Cow<'v, str>> {
    match role {
        Value::Object(object) => object.get(DISPLAY_NAME)?.into_text(),
        other => other.to_text(),
    }
}

fn not_a_role(kind: &str) -> Halt {
    Fault::of(0, Code::WrongValueType, format!("an app role is an object or a display name, and this is {kind}"))
}
