//! A policy's provisioning as a synchronization schema.

use super::super::application::Application;
use super::PROVIDER;
use super::source::OTHER_NAMES;
use crate::expression::Expression;
use crate::functions;
use crate::language::{self, Argument, Dialect, Node, Syntax};
use crate::limits::Limits;
use serde_json::{Map, Value as Json, json};

/// The schema of a policy, and what of the policy it cannot say.
///
/// # Errors
/// The policy has no mappings in Entra's language, in words.
pub fn export_entra(policy: &Application) -> Result<(Json, Vec<String>), String> {
    let mut left_out = Vec::new();
    let scim = policy.root.get("sources").and_then(|sources| sources.get("scim")).ok_or("the policy has no source scim")?;
    if scim.get("dialect").and_then(Json::as_str).is_some_and(|dialect| dialect != Dialect::Entra.word()) {
        return Err("the mappings of the policy are not in Entra's language".into());
    }
    let name = policy.imported_from();
    let (mut mappings, mut read, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    for (target, mapping) in scim.get("mappings").and_then(Json::as_object).into_iter().flatten() {
        if mapping.get("dialect").is_some_and(|dialect| dialect != Dialect::Entra.word()) {
            left_out.push(format!("{target}: a mapping in another language is not exported"));
            continue;
        }
        let path = policy.path(target);
        let source = source(mapping, &mut read).map_err(|why| format!("{target}: {why}"))?;
        let kind = match policy.value_type(target) {
            "boolean" => "Boolean",
            "number" => "Integer",
            _ => "String",
        };
        targets.push(json!({ "name": path, "type": kind, "multivalued": policy.value_type(target) == "list" }));
        mappings.push(json!({
            "defaultValue": mapping.get("default").map(constant),
            "exportMissingReferences": false,
            "flowBehavior": "FlowWhenChanged",
            "flowType": if mapping.get("apply").is_some_and(|apply| apply == "on_create") { "ObjectAddOnly" } else { "Always" },
            "matchingPriority": mapping.get("matching").cloned().unwrap_or_else(|| 0.into()),
            "targetAttributeName": path,
            "source": source,
        }));
    }
    let groups: Vec<Json> =
        scim.get("scope").and_then(Json::as_array).into_iter().flatten().map(|filter| group(filter, &mut read)).collect();
    left_out.extend(policy.rules("a synchronization schema"));
    let sources: Vec<Json> = read.iter().map(|name| json!({ "name": name, "type": "String" })).collect();
    let schema = json!({
        "directories": [
            { "name": PROVIDER[0], "objects": [{ "name": "User", "attributes": sources }] },
            { "name": name, "objects": [{ "name": "User", "attributes": targets }] },
        ],
        "synchronizationRules": [{
            "name": "USER_TO_USER",
            "editable": true,
            "priority": 1,
            "sourceDirectoryName": PROVIDER[0],
            "targetDirectoryName": name,
            "objectMappings": [{
                "enabled": true,
                "flowTypes": "Add, Update, Delete",
                "sourceObjectName": "User",
                "targetObjectName": "User",
                "scope": { "categoryFilterGroups": [], "inputFilterGroups": [], "groups": groups },
                "attributeMappings": mappings,
            }],
        }],
    });
    Ok((schema, left_out))
}

fn source(mapping: &Json, read: &mut Vec<String>) -> Result<Json, String> {
    let text =
        match (mapping.get("direct").and_then(Json::as_str), mapping.get("constant"), mapping.get("expression").and_then(Json::as_str)) {
            (Some(name), ..) => format!("[{name}]"),
            (_, Some(value), _) if constant(value) == "" => return Ok(Json::Null),
            (_, Some(value), _) => language::quoted(constant(value).as_str().unwrap_or_default()),
            (.., Some(text)) => text.to_owned(),
            _ => return Err("the mapping says not where its value comes from".into()),
        };
    let syntax = language::entra::parse(&text, &Limits::DEFAULT).map_err(|found| found.to_string())?;
    if let Ok(expression) = Expression::compile(Dialect::Entra, &text) {
        for name in expression.attributes().iter().map(|name| name.to_string()) {
            note(read, name);
        }
    }
    Ok(tree(&syntax))
}

fn note(read: &mut Vec<String>, name: String) {
    if !read.contains(&name) {
        read.push(name);
    }
}

/// A value as the text in which a schema has every constant.
fn constant(value: &Json) -> Json {
    match value {
        Json::Bool(bool) => if *bool { "True" } else { "False" }.into(),
        Json::Null | Json::String(_) => value.clone(),
        other => other.to_string().into(),
    }
}

fn group(filter: &Json, read: &mut Vec<String>) -> Json {
    let mut clauses = Vec::new();
    for clause in filter.as_array().into_iter().flatten() {
        let attribute = clause.get("attribute").and_then(Json::as_str).unwrap_or_default();
        note(read, attribute.to_owned());
        let values: Vec<Json> = clause.get("value").map(constant).into_iter().collect();
        clauses
            .push(json!({ "operatorName": clause.get("operator"), "sourceOperandName": attribute, "targetOperand": { "values": values } }));
    }
    json!({ "clauses": clauses })
}

/// An expression with its text and its tree. The language bounds its depth.
fn tree(syntax: &Syntax) -> Json {
    let expression = language::print(syntax);
    let leaf = |name: &str, kind: &str| json!({ "expression": expression, "name": name, "type": kind, "parameters": [] });
    match &syntax.node {
        Node::Attribute(name) => leaf(name, "Attribute"),
        Node::Text(text) => leaf(text, "Constant"),
        Node::Number { raw, .. } => leaf(raw, "Constant"),
        Node::Word(word) => leaf(word.text(), "Constant"),
        // A tree has no form for comparisons; the text says it.
        Node::Compare { .. } => json!({ "expression": expression }),
        Node::Call(call) => {
            let function = functions::entra().iter().find(|function| function.name == call.name);
            let mut parameters = Vec::new();
            for (at, argument) in call.arguments.iter().enumerate() {
                let Argument::Given(argument) = argument else { continue };
                let own = function.and_then(|function| function.parameter(at)).map_or("source", |parameter| parameter.name);
                let other = OTHER_NAMES.iter().find(|(of, _, name)| *of == call.name && *name == own);
                let key = if at == 0 { "source" } else { other.map_or(own, |(_, other, _)| other) };
                let mut parameter = Map::new();
                parameter.insert("key".into(), key.into());
                parameter.insert("value".into(), tree(argument));
                parameters.push(Json::Object(parameter));
            }
            json!({ "expression": expression, "name": call.name, "type": "Function", "parameters": parameters })
        }
    }
}
