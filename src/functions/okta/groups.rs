//! Questions about the groups of a user. The groups are part of the record: objects with id, name, type, source_id, and
//! where the directory gives more, app, objectClass and profile.

use super::super::{Arguments, Example, Function, Parameter, Pattern, Prepared, Repeat, Run, Type, required};
use super::{array, int, member, text, text_field};
use crate::check::Scope;
use crate::diagnostic::Code;
use crate::expression::{Expression, Flow};
use crate::language::Dialect;
use crate::limits::Limits;
use crate::program::{Fault, Halt, List, Object, Record, Value};
use std::borrow::Cow;

const GROUPS: &[&str] = &["groups"];
const NAME: Parameter = required("groupName", Type::Text, "the name, or the part of it, case-sensitive");
const FILTER: Parameter = required("filter", Type::Any, "a map such as {\"group.profile.name\": \"Sales\", \"operator\": \"EXACT\"}");
const APP: Parameter = required("app", Type::Text, "\"OKTA\", the type of an application, or the id of its instance");
const PATTERN: Parameter = required("pattern", Type::Text, "the part of the name");
const LIMIT: Parameter = required("limit", Type::Number, "the most groups that are given");

pub(super) static CLASSIC: &[Function] = &[
    Function {
        name: "getFilteredGroups",
        parameters: &[
            required("allowList", Type::List, "the ids of groups that may be given"),
            required("groupExpression", Type::Text, "an expression over group, such as \"group.name\""),
            LIMIT,
        ],
        returns: Type::List,
        summary: "Gives, of those groups in the list in which the user is, what an expression makes of each.",
        example: Example { expression: r#"getFilteredGroups({"00g1"}, "group.name", 40)"#, value: "[]" },
        nullable: false,
        reads: GROUPS,
        pure: false,
        prepare: Some(|constant, limits| {
            let expression = constant(1).map(|text| of_group(&text, limits)).transpose()?;
            Ok(expression.map(|expression| Prepared::Expression(Box::new(expression))))
        }),
        run: Run::Native(filtered),
        ..Function::PLAIN
    },
    Function {
        name: "Groups.contains",
        parameters: &[APP, PATTERN, LIMIT],
        returns: Type::List,
        summary: "Gives the names of the user's groups that contain a text, null where there are none.",
        example: Example { expression: r#"Groups.contains("OKTA", "Region", 10)"#, value: "null" },
        reads: GROUPS,
        pure: false,
        run: Run::Native(|arguments| names(arguments, |name, part| name.contains(part))),
        ..Function::PLAIN
    },
    Function {
        name: "Groups.endsWith",
        parameters: &[APP, PATTERN, LIMIT],
        returns: Type::List,
        summary: "Gives the names of the user's groups that end in a text, null where there are none.",
        example: Example { expression: r#"Groups.endsWith("OKTA", "-Region", 10)"#, value: "null" },
        reads: GROUPS,
        pure: false,
        run: Run::Native(|arguments| names(arguments, |name, part| name.ends_with(part))),
        ..Function::PLAIN
    },
    Function {
        name: "Groups.startsWith",
        parameters: &[APP, PATTERN, LIMIT],
        returns: Type::List,
        summary: "Gives the names of the user's groups that begin with a text, null where there are none.",
        example: Example { expression: r#"Groups.startsWith("OKTA", "East", 10)"#, value: "null" },
        reads: GROUPS,
        pure: false,
        run: Run::Native(|arguments| names(arguments, |name, part| name.starts_with(part))),
        ..Function::PLAIN
    },
    Function {
        name: "isMemberOfAnyGroup",
        parameters: &[required("groupId", Type::Text, "the id of a group")],
        repeats: Some(Repeat { from: 0, least: 1 }),
        returns: Type::Boolean,
        summary: "Tells whether the user is in one of several groups.",
        example: Example { expression: r#"isMemberOfAnyGroup("00g1", "00g2")"#, value: "false" },
        nullable: false,
        reads: GROUPS,
        pure: false,
        run: Run::Native(|arguments| {
            let last = arguments.count() - 1;
            let groups = list(arguments.value(last)?);
            for at in 0..last {
                let Some(id) = text(arguments, at)? else { continue };
                if groups.iter().any(|group| text_field(&group, "id").is_some_and(|have| have == id)) {
                    return Ok(Value::Bool(true));
                }
            }
            Ok(Value::Bool(false))
        }),
        ..Function::PLAIN
    },
    Function {
        name: "isMemberOfGroup",
        parameters: &[required("groupId", Type::Text, "the id of the group")],
        returns: Type::Boolean,
        summary: "Tells whether the user is in a group, by its id.",
        example: Example { expression: r#"isMemberOfGroup("00g1")"#, value: "false" },
        nullable: false,
        reads: GROUPS,
        pure: false,
        run: Run::Native(|arguments| is_member(arguments, "id", |id, wanted| id == wanted)),
        ..Function::PLAIN
    },
    Function {
        name: "isMemberOfGroupName",
        parameters: &[NAME],
        returns: Type::Boolean,
        summary: "Tells whether the user is in a group of that name.",
        example: Example { expression: r#"isMemberOfGroupName("Everyone")"#, value: "false" },
        nullable: false,
        reads: GROUPS,
        pure: false,
        run: Run::Native(|arguments| is_member(arguments, "name", |name, wanted| name == wanted)),
        ..Function::PLAIN
    },
    Function {
        name: "isMemberOfGroupNameContains",
        parameters: &[NAME],
        returns: Type::Boolean,
        summary: "Tells whether the user is in a group whose name contains a text.",
        example: Example { expression: r#"isMemberOfGroupNameContains("admin")"#, value: "false" },
        nullable: false,
        reads: GROUPS,
        pure: false,
        run: Run::Native(|arguments| is_member(arguments, "name", |name, part| name.contains(part))),
        ..Function::PLAIN
    },
    Function {
        name: "isMemberOfGroupNameRegex",
        parameters: &[required("groupNameRegex", Type::Text, "a Java regular expression for the whole name")],
        returns: Type::Boolean,
        summary: "Tells whether the user is in a group whose name matches a pattern.",
        example: Example { expression: r#"isMemberOfGroupNameRegex(".*admin.*")"#, value: "false" },
        nullable: false,
        reads: GROUPS,
        pure: false,
        prepare: Some(|constant, limits| {
            let pattern = constant(0).map(|text| Pattern::java(&text, limits).map_err(|error| error.at(0))).transpose()?;
            Ok(pattern.map(|pattern| Prepared::Pattern(Box::new(pattern))))
        }),
        run: Run::Native(matching),
        ..Function::PLAIN
    },
    Function {
        name: "isMemberOfGroupNameStartsWith",
        parameters: &[NAME],
        returns: Type::Boolean,
        summary: "Tells whether the user is in a group whose name begins with a text.",
        example: Example { expression: r#"isMemberOfGroupNameStartsWith("eng-")"#, value: "false" },
        nullable: false,
        reads: GROUPS,
        pure: false,
        run: Run::Native(|arguments| is_member(arguments, "name", |name, part| name.starts_with(part))),
        ..Function::PLAIN
    },
];

/// In both styles.
pub(super) static OF_USER: &[Function] = &[Function {
    name: "user.getGroups",
    parameters: &[FILTER],
    repeats: Some(Repeat { from: 0, least: 0 }),
    returns: Type::List,
    summary: "Gives the user's groups that pass every filter; .![name] or .![id] after it takes that of each.",
    example: Example { expression: r#"user.getGroups({"group.profile.name": "West"}).![id]"#, value: "[]" },
    nullable: false,
    reads: GROUPS,
    pure: false,
    run: Run::Native(|arguments| passing(arguments).map(Value::list)),
    ..Function::PLAIN
}];

pub(super) static IDENTITY_ENGINE: &[Function] = &[Function {
    name: "user.isMemberOf",
    parameters: &[FILTER],
    repeats: Some(Repeat { from: 0, least: 1 }),
    returns: Type::Boolean,
    summary: "Tells whether the user is in a group that passes every filter.",
    example: Example { expression: r#"user.isMemberOf({"group.type": "APP_GROUP"})"#, value: "false" },
    nullable: false,
    reads: GROUPS,
    pure: false,
    run: Run::Native(|arguments| passing(arguments).map(|groups| Value::Bool(!groups.is_empty()))),
    ..Function::PLAIN
}];

fn list(value: Value<'_>) -> List<'_> {
    match value {
        Value::List(list) => list,
        _ => List::Owned(Vec::new()),
    }
}

fn is_member<'a>(arguments: &mut (dyn Arguments<'a> + '_), by: &str, holds: fn(&str, &str) -> bool) -> Result<Value<'a>, Halt> {
    let Some(wanted) = text(arguments, 0)? else { return Ok(Value::Bool(false)) };
    let groups = list(arguments.value(1)?);
    Ok(Value::Bool(groups.iter().any(|group| text_field(&group, by).is_some_and(|have| holds(&have, &wanted)))))
}

fn matching<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let groups = list(arguments.value(1)?);
    let any = |pattern: &Pattern| {
        for group in groups.iter() {
            let Some(name) = text_field(&group, "name") else { continue };
            if pattern.is_match(&name).map_err(|error| error.at(0))? {
                return Ok(Value::Bool(true));
            }
        }
        Ok(Value::Bool(false))
    };
    if let Some(Prepared::Pattern(pattern)) = arguments.prepared() {
        return any(pattern);
    }
    let Some(pattern) = text(arguments, 0)? else { return Ok(Value::Bool(false)) };
    any(&Pattern::java(&pattern, arguments.limits()).map_err(|error| error.at(0))?)
}

/// Groups.*: names of groups of one application.
fn names<'a>(arguments: &mut (dyn Arguments<'a> + '_), holds: fn(&str, &str) -> bool) -> Result<Value<'a>, Halt> {
    let (Some(app), Some(part)) = (text(arguments, 0)?, text(arguments, 1)?) else { return Ok(Value::Null) };
    let limit = usize::try_from(int(arguments, 2)?).unwrap_or(0);
    let groups = list(arguments.value(3)?);
    let names: Vec<Value<'a>> = groups
        .into_items()
        .into_iter()
        .filter(|group| is_of(group, &app))
        .filter_map(|group| member(group, "name"))
        .filter(|name| matches!(name, Value::Text(name) if holds(name, &part)))
        .take(limit)
        .collect();
    Ok(if names.is_empty() { Value::Null } else { Value::list(names) })
}

/// Whether a group is of an application, which is named by its type or by the id of its instance.
fn is_of(group: &Value<'_>, app: &str) -> bool {
    let own = text_field(group, "type").is_some_and(|kind| kind != "APP_GROUP");
    match text_field(group, "app").as_deref() {
        Some(of) if of == app => true,
        None if own && app == "OKTA" => true,
        _ => text_field(group, "source_id").as_deref() == Some(app),
    }
}

/// How names are compared where a filter does not say: by their beginning.
const STARTS_WITH: &str = "STARTS_WITH";

/// The groups that pass all filters, each with its name in the profile too.
fn passing<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Vec<Value<'a>>, Halt> {
    let last = arguments.count() - 1;
    let mut groups = list(arguments.value(last)?).into_items();
    for at in 0..last {
        let filter = arguments.value(at)?;
        let Value::Object(conditions) = &filter else {
            return Err(super::wrong_type(at, "a map such as {\"group.id\": \"00g1\"}", filter.kind()));
        };
        let operator = text_field(&filter, "operator").unwrap_or(Cow::Borrowed(STARTS_WITH));
        if !matches!(operator.as_ref(), "EXACT" | STARTS_WITH) {
            return Err(Fault::of(at, Code::WrongValueType, format!("the operator is EXACT or {STARTS_WITH}, and this is {operator}")));
        }
        for (name, wanted) in conditions.members().into_iter().filter(|(name, _)| name != "operator") {
            let wanted = match wanted {
                Value::List(list) => list.into_items(),
                single => vec![single],
            };
            let texts: Vec<&str> =
                wanted.iter().filter_map(|value| if let Value::Text(text) = value { Some(text.as_ref()) } else { None }).collect();
            groups.retain(|group| pass(group, &name, &texts, &operator));
            if !matches!(name.as_ref(), "group.id" | "group.type" | "group.source.id" | "group.profile.name") {
                let message =
                    format!("groups are filtered by group.id, group.type, group.source.id and group.profile.name, and not by {name}");
                return Err(Fault::of(at, Code::WrongValueType, message));
            }
        }
    }
    Ok(groups.into_iter().map(with_profile).collect())
}

fn pass(group: &Value<'_>, by: &str, wanted: &[&str], operator: &str) -> bool {
    let have = |name: &str| text_field(group, name).unwrap_or_default();
    match by {
        "group.id" => wanted.contains(&have("id").as_ref()),
        "group.type" => wanted.contains(&have("type").as_ref()),
        "group.source.id" => wanted.contains(&have("source_id").as_ref()),
        // The vendor's own examples write a beginning as a pattern; the end of that is dropped.
        _ if operator == STARTS_WITH => wanted.iter().any(|name| have("name").starts_with(name.strip_suffix(".*").unwrap_or(name))),
        _ => wanted.contains(&have("name").as_ref()),
    }
}

fn with_profile(group: Value<'_>) -> Value<'_> {
    let Value::Object(object) = group else { return group };
    let mut members = object.into_members();
    let name = members.iter().find(|(key, _)| key == "name").map_or(Value::Null, |(_, name)| name.clone());
    match members.iter_mut().find(|(key, _)| key == "profile") {
        Some((_, Value::Object(profile))) if profile.get("name").is_some() => {}
        Some((_, Value::Object(profile))) => {
            let mut own = std::mem::replace(profile, Object::Owned(Vec::new())).into_members();
            own.push(("name".into(), name));
            *profile = Object::Owned(own);
        }
        _ => members.push(("profile".into(), Value::object(vec![("name".into(), name)]))),
    }
    Value::object(members)
}

/// An expression over one group.
fn of_group(text: &str, limits: &Limits) -> Result<Expression, Halt> {
    let declared = ["group".to_owned()];
    let scope = Scope { attributes: Some(&declared), limits: *limits, ..Scope::default() };
    Expression::compile_in(Dialect::Okta, text, &scope).map_err(|error| {
        let first = error.diagnostics.iter().find(|found| found.is_error());
        let (code, why) = first.map_or((Code::UnexpectedText, String::new()), |found| (found.code, found.message.clone()));
        Fault::of(1, code, format!("the expression over group cannot be read: {why}"))
    })
}

/// One group, read as `group.…`.
struct OneGroup<'g, 'v>(&'g Value<'v>);

impl Record for OneGroup<'_, '_> {
    fn attribute(&self, name: &str, _: usize) -> Value<'_> {
        name.split('.').skip(1).try_fold(self.0.view(), member).unwrap_or(Value::Null)
    }
}

fn filtered<'a>(arguments: &mut (dyn Arguments<'a> + '_)) -> Result<Value<'a>, Halt> {
    let Some(allowed) = array(arguments, 0)? else { return Ok(Value::list(Vec::new())) };
    let limit = usize::try_from(int(arguments, 2)?).unwrap_or(0);
    let groups = list(arguments.value(3)?);
    let made;
    let expression = match arguments.prepared() {
        Some(Prepared::Expression(expression)) => expression.as_ref(),
        _ => {
            made = of_group(&text(arguments, 1)?.unwrap_or_default(), arguments.limits())?;
            &made
        }
    };
    let mut given = Vec::new();
    let allowed = allowed.into_items();
    let chosen = groups.into_items().into_iter().filter(|group| {
        let id = text_field(group, "id");
        allowed.iter().any(|item| matches!(item, Value::Text(item) if id.as_deref() == Some(item)))
    });
    for group in chosen.take(limit) {
        let group = with_profile(group);
        match expression.evaluate(&OneGroup(&group), arguments.world()).result {
            Ok(Flow::Value(value)) => given.push(value.into_owned()),
            Ok(Flow::Skip(_)) => {}
            Err(fault) => return Err(Fault::of(1, fault.code, fault.message)),
        }
    }
    Ok(Value::list(given))
}
