//! A profile mapping into an application as a policy, and what of it it cannot say.

use super::super::application::{self, Application, Line, Written};
use super::mapping::{Origin, ProfileMapping};
use super::schema::AppSchema;
use crate::check::Scope;
use crate::expression::Expression;
use crate::language::Dialect;
use serde_json::{Map, Value as Json, json};

/// The attributes that every application user has beside its profile, and where Okta takes them from.
const GIVEN: [(&str, &str, &str); 2] =
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
        lines.push(Line { path: path.into(), value_type: if path == "active" { "boolean" } else { "string" }, mapping });
    }
    for mapped in &mapping.properties {
        let property = schema.and_then(|schema| schema.property(&mapped.target));
        let path = match (schema, property.and_then(|property| property.sends())) {
            (_, Some(sends)) => sends,
            (None, None) => mapped.target.clone(),
            (Some(_), None) => {
                left_out.push(format!("{}: not sent to the application, so not in the policy", mapped.target));
                continue;
            }
        };
        let value_type = match property.map(|property| property.declared.as_str()) {
            Some("boolean") => "boolean",
            Some("integer" | "number") => "number",
            Some("array") => "list",
            _ => "string",
        };
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
        if mapped.apply == "on-create" {
            out.insert("apply".into(), "on_create".into());
        }
        match lines.iter_mut().find(|line| line.path == path) {
            // What the mapping says itself stands in place of what every application user has.
            Some(line) if GIVEN.iter().any(|(given, ..)| *given == path) => line.mapping = out,
            Some(_) => left_out.push(format!("{}: {path} is mapped already, so it is not in the policy", mapped.target)),
            None => lines.push(Line { path, value_type, mapping: out }),
        }
    }
    let name = if mapping.target_name.is_empty() { "okta" } else { &mapping.target_name };
    let scope: Json = json!([]);
    application::policy(application, Written { name, dialect: "okta", scope, attributes, lines })
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
