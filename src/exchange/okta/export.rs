//! A policy's provisioning as a profile mapping and the custom attributes of an app user schema, in the forms in which
//! Okta takes changes: `POST /api/v1/mappings/{id}` and `POST /api/v1/meta/schemas/apps/{id}/default`.

use super::super::application::Application;
use super::external::{external, property_name};
use super::policy::GIVEN;
use crate::check::Scope;
use crate::expression::Expression;
use crate::language::{Dialect, okta};
use crate::limits::Limits;
use serde_json::{Map, Value as Json, json};

/// What Okta takes of a policy.
#[derive(Debug, Clone)]
pub struct OktaExport {
    /// The body of `POST /api/v1/mappings/{id}`.
    pub mapping: Json,
    /// The body of `POST /api/v1/meta/schemas/apps/{id}/default`.
    pub schema: Json,
    /// What of the policy neither can say.
    pub left_out: Vec<String>,
}

/// The mapping from Okta's user to the application's, and the attributes of the latter.
///
/// # Errors
/// The policy has no mappings in Okta's classic language, or one that does not parse, in words.
pub fn export_okta(policy: &Application) -> Result<OktaExport, String> {
    let scim = policy.root.get("sources").and_then(|sources| sources.get("scim")).ok_or("the policy has no source scim")?;
    if scim.get("dialect").and_then(Json::as_str) != Some(Dialect::Okta.word()) {
        return Err("the mappings of the policy are not in Okta's classic language, which profile mappings have".into());
    }
    let mut out = Export::default();
    for (target, mapping) in scim.get("mappings").and_then(Json::as_object).into_iter().flatten() {
        out.mapping(policy, target, mapping)?;
    }
    if scim.get("scope").and_then(Json::as_array).is_some_and(|filters| !filters.is_empty()) {
        out.left_out.push("sources.scim.scope: Okta has no scoping filters; it provisions whom it assigns".into());
    }
    if scim.get("assigned").and_then(Json::as_str) != Some("required") {
        out.left_out.push("sources.scim.assigned: Okta provisions assigned users only".into());
    }
    out.left_out.push("policy: its name is no part of a profile mapping".into());
    out.left_out.extend(policy.rules("a profile mapping"));
    Ok(OktaExport {
        mapping: json!({ "properties": out.mapped }),
        schema: json!({
            "definitions": {
                "custom": { "id": "#custom", "type": "object", "properties": out.properties, "required": out.required },
            },
        }),
        left_out: out.left_out,
    })
}

#[derive(Default)]
struct Export {
    mapped: Map<String, Json>,
    properties: Map<String, Json>,
    required: Vec<String>,
    left_out: Vec<String>,
}

impl Export {
    fn mapping(&mut self, policy: &Application, target: &str, mapping: &Json) -> Result<(), String> {
        let text = |key: &str| mapping.get(key).and_then(Json::as_str);
        if text("dialect").is_some_and(|dialect| dialect != Dialect::Okta.word()) {
            self.left_out.push(format!("{target}: a mapping in another language is not exported"));
            return Ok(());
        }
        let path = policy.path(policy.attribute(target).unwrap_or(target));
        let given = GIVEN.iter().find(|(given, ..)| *given == path);
        if given.is_some_and(|(_, kind, value)| text(kind) == Some(value)) {
            return Ok(()); // what Okta does itself
        }
        if path == "active" {
            self.left_out.push("active: Okta sends it by the assignment, and no mapping changes that".into());
            return Ok(());
        }
        if mapping.get("matching").is_some_and(|matching| !matching.is_null()) && path != "userName" {
            self.left_out.push(format!("{target}: matching is not exported, since Okta finds users by their user name"));
        }
        // The application's own profile, which assignments of users and groups fill in, needs no mapping.
        let assigned = text("direct").and_then(|name| name.strip_prefix("appuser.")).filter(|name| !name.contains('.'));
        let name = self.name(assigned.map_or_else(|| property_name(&path), str::to_owned));
        if assigned.is_none() {
            let expression = expression(mapping).map_err(|why| format!("{target}: {why}"))?;
            let declared = ["user", "appuser", "source"].map(str::to_owned);
            let scope = Scope { attributes: Some(&declared), ..Scope::default() };
            if Expression::compile_in(Dialect::Okta, &expression, &scope)
                .is_ok_and(|read| read.attributes().iter().any(|name| name.starts_with("appuser.")))
            {
                self.left_out.push(format!("{target}: a mapping from Okta's user cannot read appuser, so it is not exported"));
                return Ok(());
            }
            let status = if text("apply") == Some("on_create") { "DONT_PUSH" } else { "PUSH" };
            self.mapped.insert(name.clone(), json!({ "expression": expression, "pushStatus": status }));
        } else if text("apply") == Some("on_create") {
            self.left_out.push(format!("{target}: what an assignment gives is sent always, not on creation only"));
        }
        if path != "userName" {
            self.property(policy, &path, name, mapping.get("default"));
        }
        Ok(())
    }

    /// A name that no other property has.
    fn name(&self, wanted: String) -> String {
        let taken = |name: &String| self.properties.contains_key(name) || self.mapped.contains_key(name);
        let numbered = (2..).map(|at| format!("{wanted}{at}"));
        std::iter::once(wanted.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or(wanted)
    }

    fn property(&mut self, policy: &Application, path: &str, name: String, default: Option<&Json>) {
        let (namespace, external) = external(path);
        let mut property = Map::new();
        let mut put = |key: &str, value: Json| property.insert(key.to_owned(), value);
        put("title", name.as_str().into());
        put("type", if policy.value_type(path) == "list" { "array" } else { policy.value_type(path) }.into());
        if policy.value_type(path) == "list" {
            put("items", json!({ "type": "string" }));
        }
        put("externalName", external.into());
        put("externalNamespace", namespace.into());
        let allowed = policy.allowed(path);
        if !allowed.is_empty() {
            put("enum", allowed.clone().into());
            put("oneOf", allowed.iter().map(|value| json!({ "const": value, "title": value })).collect());
        }
        if let Some(default) = default.filter(|default| !default.is_null()) {
            put("default", default.clone());
        }
        put("mutability", "READ_WRITE".into());
        put("scope", "NONE".into());
        if policy.is_required(path) {
            self.required.push(name.clone());
        }
        self.properties.insert(name, Json::Object(property));
    }
}

/// The expression of a mapping; a constant is one, too.
fn expression(mapping: &Json) -> Result<String, String> {
    let text =
        match (mapping.get("direct").and_then(Json::as_str), mapping.get("constant"), mapping.get("expression").and_then(Json::as_str)) {
            (Some(text), ..) | (.., Some(text)) => text.to_owned(),
            (_, Some(constant), _) => literal(constant),
            _ => return Err("the mapping says not where its value comes from".into()),
        };
    okta::parse(&text, &Limits::DEFAULT).map_err(|found| found.to_string())?;
    Ok(text)
}

fn literal(constant: &Json) -> String {
    match constant {
        Json::String(text) => okta::quoted(text),
        Json::Array(items) => format!("{{{}}}", items.iter().map(literal).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}
