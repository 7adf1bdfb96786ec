//! A profile mapping: which property gets which value, and when it is sent.

use super::super::application::Application;
use super::super::import::{Finding, leftovers, object, text};
use super::Notes;
use super::schema::AppSchema;
use crate::check::Scope;
use crate::expression::Expression;
use crate::language::{Dialect, okta};
use crate::limits::Limits;
use serde_json::{Map, Value as Json};

/// Variables whose attributes only the tenant knows: mapping documents come without the profile's schema.
const VARIABLES: [&str; 4] = ["user", "appuser", "source", "idpuser"];

/// A profile mapping.
#[derive(Debug)]
pub(super) struct ProfileMapping {
    pub target_id: String,
    pub target_name: String,
    /// `to-application` or `to-okta`.
    pub direction: &'static str,
    pub properties: Vec<Mapped>,
}

/// How one property is mapped.
#[derive(Debug)]
pub(super) struct Mapped {
    pub target: String,
    pub origin: Origin,
    /// `always`, `on-create`, or the status as written.
    pub apply: String,
}

/// Where a value comes from.
#[derive(Debug, PartialEq)]
pub(super) enum Origin {
    Direct(String),
    Constant(String),
    Expression(String),
    None,
}

impl ProfileMapping {
    pub(super) fn read(root: &Map<String, Json>, notes: &mut Notes) -> ProfileMapping {
        leftovers(root, &["id", "source", "target", "properties"], "the mapping", &mut notes.left_out);
        let end = |side: &str, key: &str| root.get(side).and_then(Json::as_object).and_then(|end| text(end, key)).map(str::to_owned);
        let direction = if end("source", "type").as_deref() == Some("appuser") { "to-okta" } else { "to-application" };
        let mut properties = Vec::new();
        let listed = object(root, "properties", "the mapping", &mut notes.found);
        for (target, property) in listed.into_iter().flatten() {
            let Some(property) = property.as_object() else {
                notes.found.push(Finding::error(Some(target), "wrong-shape", "the mapping is no object and is left out"));
                continue;
            };
            leftovers(property, &["expression", "pushStatus"], target, &mut notes.left_out);
            if property.get("expression").is_some_and(|expression| !expression.is_string() && !expression.is_null()) {
                notes.found.push(Finding::error(Some(target), "wrong-shape", "the expression is no text and is left out"));
            }
            let apply = match text(property, "pushStatus") {
                None | Some("PUSH") => "always",
                Some("DONT_PUSH") => "on-create",
                Some(other) => {
                    let message = format!("pushStatus {other} is neither PUSH nor DONT_PUSH; a policy applies it always");
                    notes.found.push(Finding::error(Some(target), "unknown-push-status", message));
                    other
                }
            };
            let origin = origin(text(property, "expression").unwrap_or_default(), direction);
            properties.push(Mapped { target: target.clone(), origin, apply: apply.to_owned() });
        }
        ProfileMapping {
            target_id: end("target", "id").unwrap_or_default(),
            target_name: end("target", "name").unwrap_or_default(),
            direction,
            properties,
        }
    }

    /// The variable whose attributes direct mappings read.
    pub(super) fn variable(&self) -> &'static str {
        if self.direction == "to-okta" { "appuser" } else { "user" }
    }

    /// Checks expressions, and holds targets against the schema and the application.
    pub(super) fn check(&self, schema: Option<&AppSchema>, application: Option<&Application>, found: &mut Vec<Finding>) {
        for mapped in &self.properties {
            let target = mapped.target.as_str();
            let property = schema.map(|schema| schema.property(target));
            // Every application user has a name, also where a schema lists its custom attributes alone.
            if property.is_some_and(|property| property.is_none()) && target != "userName" {
                let message = "the target is not among the attributes of the schema";
                found.push(Finding::error(Some(target), "unknown-target-attribute", message));
            }
            let property = property.flatten();
            if let Some(lacks) = property.and_then(|property| property.lacks()) {
                let message = format!("its value goes nowhere: the attribute has no {lacks} and is not sent");
                found.push(Finding::error(Some(target), "attribute-not-sent", message));
            }
            let sends = property.and_then(|property| property.sends());
            let of_application = application.zip(sends.as_ref()).map(|(application, sends)| application.allowed(sends)).unwrap_or_default();
            let of_schema: Vec<&str> = property.map(|property| property.allowed.iter().map(String::as_str).collect()).unwrap_or_default();
            for value in mapped.check(found) {
                let taken = |by: &[&str]| by.is_empty() || value.is_empty() || by.contains(&value.as_str());
                let mut why = Vec::new();
                if !taken(&of_application) {
                    let name = application.map_or("the application", |application| application.name());
                    why.push(format!("{name} takes {}", of_application.join(", ")));
                }
                if !taken(&of_schema) {
                    why.push(format!("the attribute's enum has {}", of_schema.join(", ")));
                }
                if !why.is_empty() {
                    let message = format!("{value} can come out, and {}", why.join("; "));
                    found.push(Finding::error(Some(target), "value-not-allowed", message));
                }
            }
        }
    }

    pub(super) fn to_json(&self) -> Json {
        self.properties.iter().map(Mapped::to_json).collect()
    }
}

impl Mapped {
    /// The constants that can come out.
    fn check(&self, found: &mut Vec<Finding>) -> Vec<String> {
        match &self.origin {
            Origin::Constant(value) => vec![value.clone()],
            Origin::Direct(_) => Vec::new(),
            Origin::None => {
                found.push(Finding::warning(Some(&self.target), "nothing-mapped", "the expression is empty: nothing is mapped"));
                Vec::new()
            }
            Origin::Expression(text) => {
                let declared = VARIABLES.map(str::to_owned);
                let scope = Scope { attributes: Some(&declared), ..Scope::default() };
                match Expression::compile_in(Dialect::Okta, text, &scope) {
                    Ok(expression) => {
                        found.extend(expression.warnings().iter().map(|warning| Finding::of(&self.target, warning)));
                        let constants = expression.yields().constants;
                        constants.iter().filter_map(|(value, _)| value.to_text().map(|text| text.into_owned())).collect()
                    }
                    Err(error) => {
                        found.extend(error.diagnostics.iter().map(|diagnostic| Finding::of(&self.target, diagnostic)));
                        Vec::new()
                    }
                }
            }
        }
    }

    fn to_json(&self) -> Json {
        let (kind, key, value) = match &self.origin {
            Origin::Direct(name) => ("direct", "source", Some(name)),
            Origin::Constant(value) => ("constant", "source", Some(value)),
            Origin::Expression(text) => ("expression", "expression", Some(text)),
            Origin::None => ("none", "", None),
        };
        let mut out = Map::new();
        out.insert("target".into(), self.target.as_str().into());
        out.insert("type".into(), kind.into());
        if let Some(value) = value {
            out.insert(key.into(), value.as_str().into());
        }
        out.insert("apply".into(), self.apply.as_str().into());
        Json::Object(out)
    }
}

/// `source` stands for the variable of the side from which the mapping reads.
fn origin(text: &str, direction: &str) -> Origin {
    if text.trim().is_empty() {
        return Origin::None;
    }
    let whole = || Origin::Expression(text.to_owned());
    let Ok(syntax) = okta::parse(text, &Limits::DEFAULT) else { return whole() };
    match syntax.node {
        okta::Node::Text(constant) => Origin::Constant(constant),
        okta::Node::Number { raw, .. } => Origin::Constant(raw),
        okta::Node::Bool(bool) => Origin::Constant(bool.to_string()),
        okta::Node::Member(member) => match &member.of.node {
            okta::Node::Name(of) if of == "source" || of == if direction == "to-okta" { "appuser" } else { "user" } => {
                Origin::Direct(member.name.text.clone())
            }
            _ => whole(),
        },
        _ => whole(),
    }
}
