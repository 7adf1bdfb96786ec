//! Look-ups of other users: directories, managers, linked objects, and what Okta itself keeps of a user.

use super::super::{Arguments, Example, Function, Run, Type, required};
use super::{member, text};
use crate::program::{Halt, Value};

/// The users that the user is in Active Directory, Workday, …; more than one counts as none.
const DIRECTORY: &[&str] = &["directory_users"];
const WORKDAY: &[&str] = &["workday_users"];

pub(super) static CLASSIC: &[Function] = &[
    Function {
        name: "findDirectoryUser",
        returns: Type::Any,
        summary: "Gives the user's one account in Active Directory, null where there is none or several.",
        example: Example { expression: "findDirectoryUser()", value: "null" },
        reads: DIRECTORY,
        pure: false,
        run: Run::Native(|arguments| only(arguments)),
        ..Function::PLAIN
    },
    Function {
        name: "findWorkdayUser",
        returns: Type::Any,
        summary: "Gives the user's one account in Workday, null where there is none or several.",
        example: Example { expression: "findWorkdayUser()", value: "null" },
        reads: WORKDAY,
        pure: false,
        run: Run::Native(|arguments| only(arguments)),
        ..Function::PLAIN
    },
    Function {
        name: "getAssistantAppUser",
        parameters: &[
            required("managerSource", Type::Text, "the directory that knows the assistant"),
            required("attributeSource", Type::Text, "the application whose user is wanted"),
        ],
        returns: Type::Any,
        summary: "Gives the application user of the user's manager's assistant.",
        example: Example { expression: r#"getAssistantAppUser("active_directory", "google")"#, value: "null" },
        reads: &["assistant"],
        pure: false,
        run: Run::Native(application_user),
        ..Function::PLAIN
    },
    Function {
        name: "getAssistantUser",
        parameters: &[required("managerSource", Type::Text, "the directory that knows the assistant")],
        returns: Type::Any,
        summary: "Gives the Okta user of the user's manager's assistant.",
        example: Example { expression: r#"getAssistantUser("active_directory")"#, value: "null" },
        reads: &["assistant"],
        pure: false,
        run: Run::Native(okta_user),
        ..Function::PLAIN
    },
    Function {
        name: "getManagerAppUser",
        parameters: &[
            required("managerSource", Type::Text, "the directory that knows the manager"),
            required("attributeSource", Type::Text, "the application whose user is wanted"),
        ],
        returns: Type::Any,
        summary: "Gives the application user of the user's manager.",
        example: Example { expression: r#"getManagerAppUser("active_directory", "google")"#, value: "null" },
        reads: &["manager"],
        pure: false,
        run: Run::Native(application_user),
        ..Function::PLAIN
    },
    Function {
        name: "getManagerUser",
        parameters: &[required("managerSource", Type::Text, "the directory that knows the manager")],
        returns: Type::Any,
        summary: "Gives the Okta user of the user's manager.",
        example: Example { expression: r#"getManagerUser("active_directory")"#, value: "null" },
        reads: &["manager"],
        pure: false,
        run: Run::Native(okta_user),
        ..Function::PLAIN
    },
    Function {
        name: "hasDirectoryUser",
        returns: Type::Boolean,
        summary: "Tells whether the user has exactly one account in Active Directory.",
        example: Example { expression: "hasDirectoryUser()", value: "false" },
        nullable: false,
        reads: DIRECTORY,
        pure: false,
        run: Run::Native(|arguments| Ok(Value::Bool(!only(arguments)?.is_null()))),
        ..Function::PLAIN
    },
    Function {
        name: "hasWorkdayUser",
        returns: Type::Boolean,
        summary: "Tells whether the user has exactly one account in Workday.",
        example: Example { expression: "hasWorkdayUser()", value: "false" },
        nullable: false,
        reads: WORKDAY,
        pure: false,
        run: Run::Native(|arguments| Ok(Value::Bool(!only(arguments)?.is_null()))),
        ..Function::PLAIN
    },
];

/// Functions of `user`, in both styles.
pub(super) static OF_USER: &[Function] = &[
    Function {
        name: "user.getInternalProperty",
        parameters: &[required("property", Type::Text, "id, status, created, …")],
        returns: Type::Any,
        summary: "Gives what Okta keeps of a user beside the profile.",
        example: Example { expression: r#"user.getInternalProperty("status")"#, value: "null" },
        reads: &["user_internal"],
        pure: false,
        run: Run::Native(|arguments| named(arguments, 1)),
        ..Function::PLAIN
    },
    Function {
        name: "user.getLinkedObject",
        parameters: &[required("primaryName", Type::Text, "the name of the relationship")],
        returns: Type::Any,
        summary: "Gives the user to whom this user is linked.",
        example: Example { expression: r#"user.getLinkedObject("manager")"#, value: "null" },
        reads: &["linked"],
        pure: false,
        run: Run::Native(|arguments| named(arguments, 1)),
        ..Function::PLAIN
    },
];

/// The one item of the list that the function reads.
fn only<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    Ok(match arguments.value(0)? {
        Value::List(list) if list.len() == 1 => list.into_item(0).unwrap_or(Value::Null),
        _ => Value::Null,
    })
}

fn okta_user<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    text(arguments, 0)?;
    Ok(member(arguments.value(1)?, "user").unwrap_or(Value::Null))
}

fn application_user<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    text(arguments, 0)?;
    let Some(application) = text(arguments, 1)? else { return Ok(Value::Null) };
    let person = arguments.value(2)?;
    Ok(member(person, "appusers").and_then(|users| member(users, &application)).unwrap_or(Value::Null))
}

/// The member by the name that the first argument gives.
fn named<'a>(arguments: &mut (dyn Arguments<'a> + '_), read: usize) -> Result<Value<'a>, Halt> {
    let Some(name) = text(arguments, 0)? else { return Ok(Value::Null) };
    Ok(member(arguments.value(read)?, &name).unwrap_or(Value::Null))
}
