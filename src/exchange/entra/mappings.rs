//! Attribute mappings, held against the directories that the document defines.

use super::super::application::Application;
use super::super::import::{Finding, leftovers, object, objects, scalar, text};
use super::source::{self, Origin};
use super::{Mapping, Notes};
use crate::diagnostic::{Code, nearest};
use crate::expression::Expression;
use crate::language::Dialect;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

/// What mappings are held against.
pub(super) struct Reader<'r> {
    pub directories: Directories<'r>,
    pub application: Option<&'r Application>,
}

/// The attributes that the document defines, by name, for each object of each directory.
#[derive(Debug, Default)]
pub(super) struct Directories<'r>(HashMap<&'r str, HashMap<&'r str, HashMap<&'r str, &'r Json>>>);

impl<'r> Directories<'r> {
    pub(super) fn of(schema: &'r Map<String, Json>) -> Self {
        let named = |json: &'r Json| json.get("name").and_then(Json::as_str);
        let listed = |json: &'r Json, key: &str| json.get(key).and_then(Json::as_array).into_iter().flatten();
        let mut all: HashMap<_, HashMap<_, HashMap<_, _>>> = HashMap::new();
        for directory in schema.get("directories").and_then(Json::as_array).into_iter().flatten() {
            for object in listed(directory, "objects").filter(|object| object.get("attributes").is_some_and(Json::is_array)) {
                let (Some(of), Some(name)) = (named(directory), named(object)) else { continue };
                let attributes = listed(object, "attributes").filter_map(|attribute| Some((named(attribute)?, attribute)));
                all.entry(of).or_default().entry(name).or_default().extend(attributes);
            }
        }
        Directories(all)
    }
}

/// How many attribute mappings a schema has.
pub(super) fn count(schema: &Map<String, Json>) -> usize {
    let rules = schema.get("synchronizationRules").and_then(Json::as_array).into_iter().flatten();
    let objects = rules.filter_map(|rule| rule.get("objectMappings")?.as_array()).flatten();
    objects.filter_map(|object| object.get("attributeMappings")?.as_array()).map(Vec::len).sum()
}

/// Among more names than these a near one is not looked for.
const MOST_NAMES: usize = 1_000;

/// The attributes of extensions into which a schema maps.
pub(super) fn targets(schema: &Map<String, Json>) -> Vec<String> {
    let lists = |json: &'_ Json, key: &str| json.get(key).and_then(Json::as_array).cloned().unwrap_or_default();
    let rules = schema.get("synchronizationRules").and_then(Json::as_array).into_iter().flatten();
    let mappings = rules.flat_map(|rule| lists(rule, "objectMappings")).flat_map(|object| lists(&object, "attributeMappings"));
    let targets = mappings.filter_map(|mapping| mapping.get("targetAttributeName")?.as_str().map(str::to_owned));
    targets.filter(|target| target.starts_with("urn:")).collect()
}

impl Reader<'_> {
    pub(super) fn mappings(
        &self,
        object: &Map<String, Json>,
        from: (&str, &str),
        to: (&str, &str),
        place: &str,
        notes: &mut Notes,
    ) -> Vec<Mapping> {
        let mut mappings: Vec<Mapping> = Vec::new();
        for (at, mapping) in objects(object, "attributeMappings", place, &mut notes.found) {
            let Some(target) = text(mapping, "targetAttributeName") else {
                let message = format!("attribute mapping {at} of {place} has no targetAttributeName, and is left out");
                notes.found.push(Finding::warning(None, "mapping-without-target", message));
                continue;
            };
            if mappings.iter().any(|known| known.target == target) {
                let message = format!("attribute mapping {at} of {place} maps {target} a second time; a policy takes the first");
                notes.found.push(Finding::error(Some(target), "mapped-twice", message));
            }
            mappings.push(self.mapping(target, mapping, from, to, notes));
        }
        mappings
    }

    fn mapping(&self, target: &str, mapping: &Map<String, Json>, from: (&str, &str), to: (&str, &str), notes: &mut Notes) -> Mapping {
        const KNOWN: [&str; 7] =
            ["defaultValue", "exportMissingReferences", "flowBehavior", "flowType", "matchingPriority", "targetAttributeName", "source"];
        leftovers(mapping, &KNOWN, target, &mut notes.left_out);
        let value_type = self.defined_target(to, target, notes);
        let source = object(mapping, "source", target, &mut notes.found);
        if let Some(source) = source {
            leftovers(source, &["expression", "name", "type", "parameters"], &format!("{target}: source"), &mut notes.left_out);
        }
        let read = source::read(source);
        if let Some((text, tree)) = read.differs {
            let message =
                format!("the text of the expression says {text} and its tree says {tree}; the text counts, as the portal shows it");
            notes.found.push(Finding::warning(Some(target), "text-and-tree-differ", message));
        }
        if let Some(broken) = &read.broken {
            notes.found.push(Finding::of(target, broken));
        }
        let default = scalar(mapping.get("defaultValue"));
        match &read.origin {
            Origin::Direct(name) => self.defined_source(from.0, from.1, name, Some(target), notes),
            Origin::Expression(text) if read.broken.is_none() => self.expression(target, text, from, notes),
            _ => {}
        }
        if let Origin::Constant(value) = &read.origin {
            self.allowed(target, value, notes);
        }
        if let Some(value) = &default {
            self.allowed(target, value, notes);
        }
        let apply = match text(mapping, "flowType") {
            None | Some("Always") => "always".to_owned(),
            Some("ObjectAddOnly") => "on-create".to_owned(),
            Some(other) => {
                let message = format!("flowType {other} has no equal among always and on-create; a policy applies it always");
                notes.found.push(Finding::warning(Some(target), "flow-type-without-equal", message));
                other.to_owned()
            }
        };
        let flow = match text(mapping, "flowBehavior") {
            None | Some("FlowWhenChanged") => "when-changed".to_owned(),
            Some("FlowAlways") => "always".to_owned(),
            Some(other) => {
                let message = format!("flowBehavior {other} is neither FlowWhenChanged nor FlowAlways");
                notes.found.push(Finding::warning(Some(target), "unknown-flow-behavior", message));
                other.to_owned()
            }
        };
        let priority = mapping.get("matchingPriority").filter(|priority| !priority.is_null());
        let matching = priority.and_then(Json::as_u64).and_then(|priority| u32::try_from(priority).ok());
        if priority.is_some() && matching.is_none() {
            let message = "matchingPriority is no whole number from 0 on and is left out";
            notes.found.push(Finding::error(Some(target), "wrong-shape", message));
        }
        Mapping {
            target: target.to_owned(),
            origin: read.origin,
            default,
            matching: matching.filter(|priority| *priority > 0),
            apply,
            flow,
            value_type,
        }
    }

    fn expression(&self, target: &str, text: &str, from: (&str, &str), notes: &mut Notes) {
        match Expression::compile(Dialect::Entra, text) {
            Ok(expression) => {
                // Attributes are held against what the document itself defines.
                let warnings = expression.warnings().iter().filter(|warning| warning.code != Code::UnknownAttribute);
                notes.found.extend(warnings.map(|warning| Finding::of(target, warning)));
                for name in expression.attributes() {
                    self.defined_source(from.0, from.1, name, Some(target), notes);
                }
                for (value, _) in expression.yields().constants {
                    self.allowed(target, &value.to_text().unwrap_or_default(), notes);
                }
            }
            Err(error) => {
                let told = error.diagnostics.iter().filter(|found| found.code != Code::UnknownAttribute);
                notes.found.extend(told.map(|found| Finding::of(target, found)));
            }
        }
    }

    /// Whether the application allows a value.
    fn allowed(&self, target: &str, value: &str, notes: &mut Notes) {
        let allowed = self.application.map(|application| application.allowed(target)).unwrap_or_default();
        if !allowed.is_empty() && !value.is_empty() && !allowed.contains(&value) {
            let message = format!("{value} can come out, and {target} is one of {}", allowed.join(", "));
            notes.found.push(Finding::error(Some(target), "value-not-allowed", message));
        }
    }

    /// The attributes that the document defines for an object of a directory; `None` where it does not define any.
    fn defined(&self, directory: &str, object: &str) -> Option<&HashMap<&str, &Json>> {
        self.directories.0.get(directory)?.get(object)
    }

    pub(super) fn defined_source(&self, directory: &str, object: &str, name: &str, target: Option<&str>, notes: &mut Notes) {
        if let Some(defined) = self.defined(directory, object) {
            undefined(defined, "source", name, directory, target, notes);
        }
    }

    /// The type of a target attribute, held against the definition and the application's namespace.
    fn defined_target(&self, (directory, object): (&str, &str), target: &str, notes: &mut Notes) -> &'static str {
        if let (Some((namespace, name)), Some(application)) = (target.rsplit_once(':'), self.application) {
            if let Some(message) = application.near_miss(namespace, name) {
                notes.found.push(Finding::error(Some(target), "namespace-near-miss", message));
            } else if let Some(message) = application.not_taken(namespace, name) {
                notes.found.push(Finding::warning(Some(target), "attribute-not-taken", message));
            }
        }
        let by_name = if target == "active" { "boolean" } else { "string" };
        let Some(defined) = self.defined(directory, object) else { return by_name };
        let Some(attribute) = undefined(defined, "target", target, directory, Some(target), notes) else { return by_name };
        if attribute.get("multivalued").and_then(Json::as_bool) == Some(true) {
            return "list";
        }
        match attribute.get("type").and_then(Json::as_str) {
            Some("Boolean") => "boolean",
            Some("Integer") => "number",
            _ => "string",
        }
    }
}

/// The definition of an attribute; told where there is none.
fn undefined<'j>(
    defined: &HashMap<&str, &'j Json>,
    side: &str,
    name: &str,
    directory: &str,
    target: Option<&str>,
    notes: &mut Notes,
) -> Option<&'j Json> {
    if let Some(found) = defined.get(name) {
        return Some(found);
    }
    let mut names: Vec<&str> = if defined.len() > MOST_NAMES { Vec::new() } else { defined.keys().copied().collect() };
    names.sort_unstable();
    let near = nearest(name, names).map_or_else(String::new, |near| format!("; did you mean {near}?"));
    let message = format!("the {side} {name} is not among the attributes that the document defines for {directory}{near}");
    notes.found.push(Finding::warning(target, "attribute-not-defined", message));
    None
}
