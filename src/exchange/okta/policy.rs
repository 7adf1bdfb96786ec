//! A profile mapping into an application as a policy, and what of it it cannot say.

use super::super::application::{self, Application, Line, Written};
use super::external::property_name;
use super::mapping::{Origin, ProfileMapping};
use super::schema::{AppSchema, Property};
use crate::check::Scope;
use crate::expression::Expression;
use crate::language::Dialect;
use serde_json::{Map, Value as Json, json};

/// The attributes that every application user has beside its profile, and where Okta takes them from.
pub(super) const GIVEN: [(&str, &str, &str); 2] =
    [("userName", "direct", "appuser.userName"), ("active", "expression", "user.getInternalProperty(\"status\") != \"DEPROVISIONED\"")];

pub(super) fn write(
    mapping: &ProfileMapping,
    schema: Option<&AppSchema>,
    application: Option<&Application>,
    left_out: &mut Vec<String>,
) -> String {
    let mut lines: Vec<Line> = Vec::new();
    let mut attributes = Vec::new();
    for (path, kind, value) in GIVEN {
        let mut mapping = Map::new();
        mapping.insert(kind.into(), value.into());
        if path == "userName" {
            attributes.push(value.to_owned());
            mapping.insert("matching".into(), 1.into());
        }
        let value_type = if path == "active" { "boolean" } else { "string" };
        lines.push(Line { path: path.into(), value_type, mapping, declared: Map::new() });
    }
    for mapped in &mapping.properties {
        let property = schema.and_then(|schema| schema.property(&mapped.target));
        let path = match (schema, property.and_then(|property| property.sends())) {
            (_, Some(sends)) => sends,
            (None, None) => mapped.target.clone(),
            _ if mapped.target == "userName" => mapped.target.clone(),
            (Some(_), None) => {
                left_out.push(format!("{}: not sent to the application, so not in the policy", mapped.target));
                continue;
            }
        };
        let value_type = property.map_or("string", value_type);
        let mut out = Map::new();
        match &mapped.origin {
            Origin::Direct(name) => {
                let name = format!("{}.{name}", mapping.variable());
                declare(&mut attributes, name.clone());
                out.insert("direct".into(), name.into());
            }
            Origin::Constant(value) => drop(out.insert("constant".into(), Line::typed(value, value_type))),
            Origin::Expression(text) => {
                reads(text).into_iter().for_each(|name| declare(&mut attributes, name));
                out.insert("expression".into(), text.as_str().into());
            }
            Origin::None => {
                left_out.push(format!("{}: nothing is mapped, so it is not in the policy", mapped.target));
                continue;
            }
        }
        if let Some(default) = property.and_then(|property| property.default.as_ref()) {
            out.insert("default".into(), Line::typed(default, value_type));
        }
        if mapped.apply == "on-create" {
            out.insert("apply".into(), "on_create".into());
        }
        match lines.iter_mut().find(|line| line.path == path) {
            // What the mapping says itself stands in place of what every application user has.
            Some(line) if GIVEN.iter().any(|(given, ..)| *given == path) => {
                out.extend(line.mapping.shift_remove("matching").map(|matching| ("matching".to_owned(), matching)));
                line.mapping = out;
            }
            Some(_) => left_out.push(format!("{}: {path} is mapped already, so it is not in the policy", mapped.target)),
            None => {
                named(&mapped.target, &path, left_out);
                lines.push(Line { path, value_type, mapping: out, declared: property.map(declared).unwrap_or_default() });
            }
        }
    }
    assigned(mapping, schema, &mut lines, &mut attributes, left_out);
    let name = if mapping.target_name.is_empty() { "okta" } else { &mapping.target_name };
    let scope: Json = json!([]);
    application::policy(application, Written { name, dialect: "okta", scope, attributes, lines })
}

/// Attributes that no mapping fills have the value that an assignment gives, to a user or by group.
fn assigned(
    mapping: &ProfileMapping,
    schema: Option<&AppSchema>,
    lines: &mut Vec<Line>,
    attributes: &mut Vec<String>,
    left_out: &mut Vec<String>,
) {
    let properties = schema.into_iter().flat_map(|schema| &schema.properties);
    for property in properties.filter(|property| !mapping.properties.iter().any(|mapped| mapped.target == property.name)) {
        let Some(path) = property.sends() else {
            if property.name != "userName" {
                left_out.push(format!("{}: not sent to the application, so not in the policy", property.name));
            }
            continue;
        };
        if lines.iter().any(|line| line.path == path) {
            left_out.push(format!("{}: {path} is mapped already, so it is not in the policy", property.name));
            continue;
        }
        let name = format!("appuser.{}", property.name);
        declare(attributes, name.clone());
        let mut out = Map::from_iter([("direct".to_owned(), name.into())]);
        let value_type = value_type(property);
        out.extend(property.default.as_ref().map(|default| ("default".to_owned(), Line::typed(default, value_type))));
        lines.push(Line { path, value_type, mapping: out, declared: declared(property) });
    }
}

fn value_type(property: &Property) -> &'static str {
    match property.declared.as_str() {
        "boolean" => "boolean",
        "integer" | "number" => "number",
        "array" => "list",
        _ => "string",
    }
}

/// What the schema says of an attribute that the application's own policy does not know.
fn declared(property: &Property) -> Map<String, Json> {
    let mut out = Map::new();
    if !property.allowed.is_empty() {
        let values = property.allowed.iter().map(|value| Line::typed(value, value_type(property)));
        out.insert("one_of".into(), values.collect());
    }
    if property.required {
        out.insert("required".into(), true.into());
    }
    out
}

/// A policy knows where an attribute goes, and not under which name Okta has it.
fn named(name: &str, path: &str, left_out: &mut Vec<String>) {
    let own = property_name(path);
    if own != name {
        left_out.push(format!("{name}: the attribute's name in Okta is not in the policy; an export would call it {own}"));
    }
}

fn declare(attributes: &mut Vec<String>, name: String) {
    if !attributes.contains(&name) {
        attributes.push(name);
    }
}

/// The attributes of an expression that Okta's own profile does not have.
fn reads(text: &str) -> Vec<String> {
    let declared = ["user", "appuser", "source"].map(str::to_owned);
    let scope = Scope { attributes: Some(&declared), ..Scope::default() };
    let Ok(expression) = Expression::compile_in(Dialect::Okta, text, &scope) else { return Vec::new() };
    let own = expression.attributes().iter().filter(|name| declared.iter().any(|root| name.starts_with(&format!("{root}."))));
    own.map(|name| name.to_string()).collect()
}
