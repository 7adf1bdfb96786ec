//! Microsoft Graph's `synchronizationSchema`, as `GET …/synchronization/jobs/{id}/schema` returns it, and templates.

mod export;
mod mappings;
mod policy;
mod source;

pub use export::export_entra;

use super::application::Application;
use super::import::{self, Finding, FoundFile, Imported, leftovers, objects, text};
use crate::limits::Limits;
use crate::policy::Clause;
use serde_json::{Map, Value as Json, json};
use source::Origin;

/// What the provider calls itself, in old documents and new ones.
const PROVIDER: [&str; 2] = ["Azure Active Directory", "Microsoft Entra ID"];

/// A synchronization rule.
#[derive(Debug)]
struct Rule {
    name: String,
    from: String,
    to: String,
    priority: i64,
    objects: Vec<Object>,
}

/// An object mapping.
#[derive(Debug)]
struct Object {
    name: Option<String>,
    source: String,
    target: String,
    enabled: bool,
    actions: Vec<&'static str>,
    scope: Vec<Filter>,
    mappings: Vec<Mapping>,
}

/// A scoping filter.
#[derive(Debug)]
struct Filter {
    name: Option<String>,
    /// Attribute, operator, values.
    clauses: Vec<(String, String, Vec<String>)>,
}

/// An attribute mapping.
#[derive(Debug)]
struct Mapping {
    target: String,
    origin: Origin,
    default: Option<String>,
    matching: Option<u32>,
    apply: String,
    flow: String,
    value_type: &'static str,
}

/// What is gathered on the way.
#[derive(Debug, Default)]
struct Notes {
    found: Vec<Finding>,
    left_out: Vec<String>,
}

/// Reads a synchronization schema or a template.
///
/// # Errors
/// The document is none, in words.
pub fn import_entra(file: &str, bytes: Vec<u8>, application: Option<&Application>) -> Result<Imported, String> {
    let root = import::read(bytes)?;
    let schema = schema(&root).ok_or("this is no synchronizationSchema: it has no synchronizationRules")?;
    let mut notes = Notes::default();
    leftovers(schema, &["id", "version", "directories", "synchronizationRules"], "the schema", &mut notes.left_out);
    import::bounded(mappings::count(schema), "attribute mappings")?;
    let shipped;
    let application = match application {
        Some(application) => Some(application),
        None => {
            shipped = Application::shipped(mappings::targets(schema).iter().filter_map(|target| target.rsplit_once(':')));
            shipped.as_ref()
        }
    };
    let reader = mappings::Reader { directories: mappings::Directories::of(schema), application };
    let mut rules = Vec::new();
    for (_, rule) in objects(schema, "synchronizationRules", "the schema", &mut notes.found) {
        rules.push(read_rule(rule, &reader, &mut notes));
    }
    rules.sort_by_key(|rule| rule.priority);
    let policy = policy::write(&rules, application, &mut notes);
    let mut found = Map::new();
    found.insert("rules".into(), rules.iter().map(Rule::to_json).collect());
    let Notes { found: diagnostics, left_out } = notes;
    let path = |name: &str| application.map_or_else(|| name.to_owned(), |application| application.path(name));
    let advice = import::advice(policy.as_deref(), &path);
    Ok(Imported { files: vec![FoundFile { file: file.to_owned(), found, diagnostics, advice, left_out }], policy })
}

/// The schema itself, or the one within a template or an answer of several.
fn schema(root: &Json) -> Option<&Map<String, Json>> {
    let object = root.as_object()?;
    if object.contains_key("synchronizationRules") {
        return Some(object);
    }
    let within = |json: &'_ Json| json.get("synchronizationRules").is_some();
    let several = object.get("value").and_then(Json::as_array).into_iter().flatten();
    let candidates = several.flat_map(|item| [Some(item), item.get("schema")]).chain([object.get("schema")]);
    candidates.flatten().find(|json| within(json)).and_then(Json::as_object)
}

fn read_rule(rule: &Map<String, Json>, reader: &mappings::Reader<'_>, notes: &mut Notes) -> Rule {
    const KNOWN: [&str; 10] = [
        "id",
        "name",
        "editable",
        "priority",
        "metadata",
        "sourceDirectoryName",
        "targetDirectoryName",
        "objectMappings",
        "containerFilter",
        "groupFilter",
    ];
    let name = text(rule, "name").unwrap_or("without a name").to_owned();
    let place = format!("rule {name}");
    leftovers(rule, &KNOWN, &place, &mut notes.left_out);
    let mut read = Rule {
        from: text(rule, "sourceDirectoryName").unwrap_or_default().to_owned(),
        to: text(rule, "targetDirectoryName").unwrap_or_default().to_owned(),
        priority: rule.get("priority").and_then(Json::as_i64).unwrap_or_default(),
        objects: Vec::new(),
        name,
    };
    for (at, object) in objects(rule, "objectMappings", &place, &mut notes.found) {
        if text(object, "sourceObjectName").is_none() || text(object, "targetObjectName").is_none() {
            let why = if object.is_empty() { "is empty" } else { "does not name its source and target objects" };
            let message = format!("object mapping {at} of {place} {why}, and is left out");
            notes.found.push(Finding::warning(None, "object-mapping-left-out", message));
            continue;
        }
        read.objects.push(read_object(object, &read.from, &read.to, reader, notes));
    }
    read
}

fn read_object(object: &Map<String, Json>, from: &str, to: &str, reader: &mappings::Reader<'_>, notes: &mut Notes) -> Object {
    const KNOWN: [&str; 8] =
        ["name", "enabled", "flowTypes", "metadata", "sourceObjectName", "targetObjectName", "scope", "attributeMappings"];
    let source = text(object, "sourceObjectName").unwrap_or_default().to_owned();
    let target = text(object, "targetObjectName").unwrap_or_default().to_owned();
    let name = text(object, "name").map(str::to_owned);
    let place = format!("object mapping {}", name.clone().unwrap_or_else(|| format!("{source} to {target}")));
    leftovers(object, &KNOWN, &place, &mut notes.left_out);
    let scope = read_scope(object, &place, notes);
    for (attribute, ..) in scope.iter().flat_map(|filter| &filter.clauses) {
        reader.defined_source(from, &source, attribute, None, notes);
    }
    let mappings = reader.mappings(object, (from, &source), (to, &target), &place, notes);
    let enabled = object.get("enabled").filter(|enabled| !enabled.is_null());
    if enabled.is_some_and(|enabled| !enabled.is_boolean()) {
        let message = format!("enabled of {place} is neither true nor false, and counts as true");
        notes.found.push(Finding::error(None, "wrong-shape", message));
    }
    Object {
        name,
        enabled: enabled.and_then(Json::as_bool).unwrap_or(true),
        actions: actions(text(object, "flowTypes"), &place, notes),
        scope,
        mappings,
        source,
        target,
    }
}

/// `Add, Update, Delete` in SCIM's words; all where nothing is said.
fn actions(flow_types: Option<&str>, place: &str, notes: &mut Notes) -> Vec<&'static str> {
    const WORDS: [(&str, &str); 3] = [("Add", "create"), ("Update", "update"), ("Delete", "delete")];
    let Some(flow_types) = flow_types else { return WORDS.map(|(_, word)| word).to_vec() };
    let parts: Vec<&str> = flow_types.split(',').map(str::trim).filter(|part| !part.is_empty()).collect();
    for part in parts.iter().filter(|part| **part != "None" && !WORDS.iter().any(|(word, _)| word == *part)) {
        let message = format!("{part} in flowTypes of {place} is none of Add, Update, Delete, and is left out");
        notes.found.push(Finding::warning(None, "unknown-flow-type", message));
    }
    WORDS.into_iter().filter(|(word, _)| parts.contains(word)).map(|(_, word)| word).collect()
}

fn read_scope(of: &Map<String, Json>, place: &str, notes: &mut Notes) -> Vec<Filter> {
    let Some(scope) = import::object(of, "scope", place, &mut notes.found) else { return Vec::new() };
    for other in ["categoryFilterGroups", "inputFilterGroups"] {
        if scope.get(other).and_then(Json::as_array).is_some_and(|groups| !groups.is_empty()) {
            notes.left_out.push(format!("scope of {place}: {other} not read"));
        }
    }
    let mut filters = Vec::new();
    for (at, group) in objects(scope, "groups", place, &mut notes.found) {
        let within = format!("scoping filter {}", text(group, "name").map_or_else(|| at.to_string(), str::to_owned));
        let mut clauses = Vec::new();
        for (_, clause) in objects(group, "clauses", &within, &mut notes.found) {
            let attribute = text(clause, "sourceOperandName").unwrap_or_default().to_owned();
            let operator = text(clause, "operatorName").unwrap_or_default().to_owned();
            let values = clause.get("targetOperand").and_then(|operand| operand.get("values")).and_then(Json::as_array);
            let values: Vec<String> = values.into_iter().flatten().filter_map(|value| import::scalar(Some(value))).collect();
            if let Err(error) = Clause::new(&attribute, &operator, values.first().map(String::as_str), &Limits::DEFAULT) {
                notes.found.push(Finding::error(None, error.code.word(), format!("{within} of {place}: {}", error.message)));
            }
            if values.len() > 1 {
                let message = format!("{within} of {place}: {attribute} has {} values; a policy takes the first", values.len());
                notes.found.push(Finding::warning(None, "several-values", message));
            }
            clauses.push((attribute, operator, values));
        }
        filters.push(Filter { name: text(group, "name").map(str::to_owned), clauses });
    }
    filters
}

impl Rule {
    fn to_json(&self) -> Json {
        let objects: Vec<Json> = self.objects.iter().map(Object::to_json).collect();
        json!({ "name": self.name, "from": self.from, "to": self.to, "objects": objects })
    }
}

impl Object {
    fn to_json(&self) -> Json {
        let mut out = Map::new();
        if let Some(name) = &self.name {
            out.insert("name".into(), name.as_str().into());
        }
        let scope: Vec<Json> = self.scope.iter().map(Filter::to_json).collect();
        let mappings: Vec<Json> = self.mappings.iter().map(Mapping::to_json).collect();
        let rest = json!({
            "source": self.source, "target": self.target, "enabled": self.enabled,
            "actions": self.actions, "scope": scope, "mappings": mappings,
        });
        out.extend(rest.as_object().cloned().unwrap_or_default());
        Json::Object(out)
    }
}

impl Filter {
    fn to_json(&self) -> Json {
        let clause = |(attribute, operator, values): &(String, String, Vec<String>)| match values.as_slice() {
            [] => json!({ "attribute": attribute, "operator": operator }),
            [value] => json!({ "attribute": attribute, "operator": operator, "value": value }),
            values => json!({ "attribute": attribute, "operator": operator, "value": values }),
        };
        let clauses: Vec<Json> = self.clauses.iter().map(clause).collect();
        match &self.name {
            Some(name) => json!({ "name": name, "clauses": clauses }),
            None => json!({ "clauses": clauses }),
        }
    }
}

impl Mapping {
    fn to_json(&self) -> Json {
        let (kind, key, value) = match &self.origin {
            Origin::Direct(name) => ("direct", "source", Some(name)),
            Origin::Constant(value) => ("constant", "source", Some(value)),
            Origin::Expression(text) => ("expression", "expression", Some(text)),
            Origin::None => ("none", "", None),
        };
        let mut out = Map::new();
        let mut put = |key: &str, value: Option<Json>| value.map(|value| out.insert(key.into(), value));
        put("target", Some(self.target.as_str().into()));
        put("type", Some(kind.into()));
        put(key, value.map(|value| value.as_str().into()));
        put("default", self.default.as_deref().map(Json::from));
        put("match", self.matching.map(Json::from));
        put("apply", Some(self.apply.as_str().into()));
        put("flow", Some(self.flow.as_str().into()));
        Json::Object(out)
    }
}
