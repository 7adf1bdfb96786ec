//! Functions of the app roles that a user is assigned to.

use super::{Arguments, Direct, Example, Function, Run, Type, required};
use crate::diagnostic::Code;
use crate::program::{Fault, Halt, List, Value};
use serde_json::Value as Json;
use std::borrow::Cow;

pub(super) static FUNCTIONS: &[Function] = &[
    Function {
        name: "SingleAppRoleAssignment",
        parameters: &[required("appRoleAssignments", Type::Roles, "the attribute of that name")],
        summary: "Gives the display name of the user's app role, null where there is none.",
        example: Example { expression: "SingleAppRoleAssignment([appRoleAssignments])", value: "null" },
        run: Run::Direct(Direct::SingleAppRoleAssignment),
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

/// SingleAppRoleAssignment: the first role by its display name. Entra does not say which of several it takes, hence the
/// warning.
///
/// # Errors
/// What is no app role.
#[inline(always)] // else what it gives is written to memory and read again
pub fn single_app_role_assignment<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A) -> Result<Value<'a>, Halt> {
    let roles = arguments.value(0);
    let only = match &roles {
        Ok(Value::Null) => None,
        Ok(Value::List(List::Strings(names))) if names.len() < 2 => names.first().map(String::as_str),
        Ok(Value::List(List::Json([]))) => None,
        Ok(Value::List(List::Json([Json::String(name)]))) => Some(name.as_str()),
        _ => return Ok(first(arguments, roles?)?.map_or(Value::Null, Value::Text)),
    };
    // It stands in the record: there is nothing to be dropped, and a move takes longer than all else here.
    std::mem::forget(roles);
    match only {
        Some(name) => Ok(Value::text(name)),
        None => Ok(Value::Null),
    }
}

#[inline(never)]
fn first<'a, A: Arguments<'a> + ?Sized>(arguments: &mut A, roles: Value<'a>) -> Result<Option<Cow<'a, str>>, Halt> {
    let Value::List(list) = roles else { return named(roles).map(Some) };
    if list.len() > 1 {
        let names: Vec<String> = list.iter().filter_map(|role| shown(&role).map(Cow::into_owned)).collect();
        arguments.warn(
            Code::MultipleAppRoles,
            format!("the user has {} app roles where one is read, and the first counts: {}", names.len(), names.join(", ")),
        );
    }
    list.into_item(0).map(named).transpose()
}

fn named(role: Value<'_>) -> Result<Cow<'_, str>, Halt> {
    match role {
        Value::Text(name) => Ok(name),
        Value::Object(object) => match object.into_member(DISPLAY_NAME) {
            Some(Value::Text(name)) => Ok(name),
            _ => Err(Fault::of(0, Code::WrongValueType, "the app role has no displayName")),
        },
        other => Err(not_a_role(other.kind())),
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
