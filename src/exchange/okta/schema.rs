//! An app user schema: which properties exist, and where each goes.

use super::super::application::Application;
use super::super::import::{Finding, leftovers, object, scalar, text};
use super::Notes;
use super::external;
use crate::program::record::CORE_SCHEMA;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

/// What the schema says of properties and a policy has no word for. Titles are the administrator's notes.
const UNSAID: [&str; 11] =
    ["title", "description", "mutability", "scope", "master", "format", "minLength", "maxLength", "permissions", "union", "pattern"];

/// A schema.
#[derive(Debug)]
pub(super) struct AppSchema {
    id: String,
    pub properties: Vec<Property>,
}

/// A property.
#[derive(Debug)]
pub(super) struct Property {
    pub name: String,
    pub declared: String,
    pub(super) external: Option<String>,
    pub namespace: Option<String>,
    pub required: bool,
    pub allowed: Vec<String>,
    pub default: Option<String>,
    group: bool,
    /// Which of [`UNSAID`] it has.
    says: Vec<&'static str>,
}

impl AppSchema {
    pub(super) fn read(root: &Map<String, Json>, notes: &mut Notes) -> AppSchema {
        const KNOWN: [&str; 9] = ["id", "$schema", "name", "title", "description", "lastUpdated", "created", "definitions", "type"];
        let known: Vec<&str> = KNOWN.into_iter().chain(["properties"]).collect();
        leftovers(root, &known, "the schema", &mut notes.left_out);
        let mut properties: Vec<Property> = Vec::new();
        let definitions = object(root, "definitions", "the schema", &mut notes.found);
        for part in ["custom", "base"] {
            let definition = definitions.and_then(|definitions| object(definitions, part, "definitions", &mut notes.found));
            let Some(definition) = definition else { continue };
            let required: Vec<&str> =
                definition.get("required").and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str).collect();
            let listed = object(definition, "properties", part, &mut notes.found);
            for (name, property) in listed.into_iter().flatten() {
                match property.as_object() {
                    Some(property) => properties.push(Property::read(name, property, required.contains(&name.as_str()), notes)),
                    None => notes.found.push(Finding::error(Some(name), "wrong-shape", format!("{name} is no object and is left out"))),
                }
            }
        }
        let unsaid: Vec<&str> = UNSAID.into_iter().filter(|key| properties.iter().any(|property| property.says.contains(key))).collect();
        if !unsaid.is_empty() {
            notes.left_out.push(format!("of the attributes, {} are not in the policy", unsaid.join(", ")));
        }
        AppSchema { id: text(root, "id").unwrap_or_default().to_owned(), properties }
    }

    /// Whether it is the schema of an application: the id of that stands in its own. What is written to be sent to Okta
    /// has no ids, and belongs together.
    pub(super) fn belongs_to(&self, application: &str) -> bool {
        if application.is_empty() { self.id.is_empty() } else { self.id.split('/').any(|part| part == application) }
    }

    pub(super) fn property(&self, name: &str) -> Option<&Property> {
        self.properties.iter().find(|property| property.name == name)
    }

    pub(super) fn to_json(&self) -> Json {
        self.properties.iter().map(Property::to_json).collect()
    }

    /// Holds every property against what the application takes.
    pub(super) fn check(&self, application: Option<&Application>, found: &mut Vec<Finding>) {
        let mut sent: HashMap<String, &str> = HashMap::new();
        for property in &self.properties {
            let name = Some(property.name.as_str());
            if let Some(lacks) = property.lacks() {
                found.push(Finding::error(name, "attribute-not-sent", format!("it has no {lacks}: it is not sent")));
            }
            let Some(sends) = property.sends() else { continue };
            if let Some(first) = sent.get(&sends) {
                let message = format!("it sends {sends}, as {first} does; one of them overwrites the other");
                found.push(Finding::error(name, "sent-twice", message));
            } else {
                sent.insert(sends.clone(), &property.name);
            }
            let Some(application) = application else { continue };
            if let (Some(namespace), Some(external)) = (&property.namespace, &property.external) {
                if let Some(message) = application.near_miss(namespace, external) {
                    found.push(Finding::error(name, "namespace-near-miss", message));
                } else if let Some(message) = application.not_taken(namespace, external) {
                    found.push(Finding::warning(name, "attribute-not-taken", message));
                }
            }
            let allowed = application.allowed(&sends);
            for value in property.allowed.iter().chain(&property.default) {
                if !allowed.is_empty() && !allowed.contains(&value.as_str()) {
                    let meant = allowed.iter().find(|allowed| allowed.eq_ignore_ascii_case(value));
                    let meant = meant.map_or_else(|| format!("it takes {}", allowed.join(", ")), |meant| format!("{meant} is"));
                    let message = format!("{value} is not a value of {}; {meant}", application.name());
                    found.push(Finding::error(name, "value-not-allowed", message));
                }
            }
            if !property.group && sends.contains(':') && application.attribute(&sends).is_some() {
                let message = "it is personal (scope SELF): a group assignment cannot give it";
                found.push(Finding::warning(name, "personal-attribute", message));
            }
        }
    }
}

impl Property {
    fn read(name: &str, property: &Map<String, Json>, required: bool, notes: &mut Notes) -> Property {
        const KNOWN: [&str; 19] = [
            "title",
            "description",
            "type",
            "externalName",
            "externalNamespace",
            "mutability",
            "scope",
            "master",
            "enum",
            "oneOf",
            "format",
            "required",
            "default",
            "minLength",
            "maxLength",
            "permissions",
            "union",
            "pattern",
            "items",
        ];
        leftovers(property, &KNOWN, name, &mut notes.left_out);
        let values = property.get("enum").and_then(Json::as_array).into_iter().flatten();
        Property {
            name: name.to_owned(),
            declared: text(property, "type").unwrap_or("string").to_owned(),
            external: text(property, "externalName").map(str::to_owned),
            namespace: text(property, "externalNamespace").map(str::to_owned),
            required: required || property.get("required").and_then(Json::as_bool) == Some(true),
            allowed: values.filter_map(|value| scalar(Some(value))).collect(),
            default: scalar(property.get("default")),
            group: text(property, "scope") != Some("SELF"),
            says: UNSAID.into_iter().filter(|key| property.contains_key(*key)).collect(),
        }
    }

    /// Where the value goes over SCIM; nothing where it is not sent.
    pub(super) fn sends(&self) -> Option<String> {
        let external = external::path(self.external.as_ref()?);
        match self.namespace.as_deref()? {
            CORE_SCHEMA => Some(external),
            namespace => Some(format!("{namespace}:{external}")),
        }
    }

    /// What it lacks for its value to go where it is meant to; nothing where it is not meant to go anywhere.
    pub(super) fn lacks(&self) -> Option<&'static str> {
        match (&self.external, &self.namespace) {
            (Some(_), None) => Some("external namespace"),
            (None, Some(_)) => Some("external name"),
            _ => None,
        }
    }

    fn to_json(&self) -> Json {
        let mut out = Map::new();
        let mut put = |key: &str, value: Option<Json>| value.map(|value| out.insert(key.into(), value));
        put("name", Some(self.name.as_str().into()));
        put("type", Some(self.declared.as_str().into()));
        put("sends", self.sends().map(Json::from));
        put("required", self.required.then_some(Json::Bool(true)));
        put("enum", Some(Json::from(self.allowed.clone())).filter(|_| !self.allowed.is_empty()));
        put("default", self.default.as_deref().map(Json::from));
        put("group", Some(self.group.into()));
        Json::Object(out)
    }
}
