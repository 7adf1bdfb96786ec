//! Okta's profile mappings (`/api/v1/mappings/{id}`) and app user schemas (`/api/v1/meta/schemas/apps/{id}/default`).

mod export;
mod external;
mod mapping;
mod policy;
mod schema;

pub use export::{OktaExport, export_okta};

use super::application::Application;
use super::import::{self, Finding, FoundFile, Imported};
use mapping::ProfileMapping;
use schema::AppSchema;
use serde_json::{Map, Value as Json};

/// Reads profile mappings and app user schemas, in any order.
///
/// # Errors
/// A document is none of them, in words.
pub fn import_okta(files: Vec<(String, Vec<u8>)>, application: Option<&Application>) -> Result<Imported, String> {
    let mut documents = Vec::new();
    for (file, bytes) in files {
        let root = import::read(bytes).map_err(|why| format!("{file}: {why}"))?;
        for object in parts(&root).ok_or_else(|| format!("{file}: {NEITHER}"))? {
            let mut notes = Notes::default();
            let document = read(object, &mut notes).ok_or_else(|| format!("{file}: {NEITHER}"))?;
            documents.push((file.clone(), document, notes));
        }
    }
    let count = |(_, document, _): &(String, Document, Notes)| match document {
        Document::Schema(schema) => schema.properties.len(),
        Document::Mapping(mapping) => mapping.properties.len(),
    };
    import::bounded(documents.iter().map(count).max().unwrap_or_default(), "properties")?;
    let shipped;
    let application = match application {
        Some(application) => Some(application),
        None => {
            shipped = Application::shipped(documents.iter().flat_map(|(_, document, _)| document.targets()));
            shipped.as_ref()
        }
    };
    let mut policy = None;
    let mut out = Vec::new();
    for (file, document, notes) in &documents {
        let mut notes = notes.clone();
        let (mut found, mut advice) = (Map::new(), Vec::new());
        match document {
            Document::Schema(schema) => {
                schema.check(application, &mut notes.found);
                found.insert("kind".into(), "schema".into());
                found.insert("attributes".into(), schema.to_json());
            }
            Document::Mapping(mapping) => {
                let schemas = documents.iter().filter_map(|(file, document, _)| match document {
                    Document::Schema(schema) if schema.belongs_to(&mapping.target_id) => Some((file, schema)),
                    _ => None,
                });
                let schema = schemas.into_iter().next();
                if schema.is_none() && mapping.direction == "to-application" {
                    let of = if mapping.target_id.is_empty() { "the mapping's target" } else { &mapping.target_id };
                    let message = format!("no file is the schema of {of}, so that where values go is not checked");
                    notes.found.push(Finding::warning(None, "schema-missing", message));
                }
                mapping.check(schema.map(|(_, schema)| schema), application, &mut notes.found);
                found.insert("kind".into(), "mapping".into());
                if let Some((file, _)) = schema {
                    found.insert("schema".into(), file.as_str().into());
                }
                found.insert("direction".into(), mapping.direction.into());
                found.insert("mappings".into(), mapping.to_json());
                match (&policy, mapping.direction) {
                    (None, "to-application") => {
                        let written = policy::write(mapping, schema.map(|(_, schema)| schema), application, &mut notes.left_out);
                        advice = import::advice(Some(&written), &str::to_owned);
                        policy = Some(written);
                    }
                    _ => notes.left_out.push(format!("the mapping to {} is not in the policy", mapping.target_name)),
                }
            }
        }
        out.push(FoundFile { file: file.clone(), found, diagnostics: notes.found, advice, left_out: notes.left_out });
    }
    Ok(Imported { files: out, policy })
}

const NEITHER: &str = "this is neither a profile mapping (source, target, properties) nor a schema (definitions)";

/// The documents in a file: one, several in a list, or a mapping and a schema side by side, as the export writes them.
fn parts(root: &Json) -> Option<Vec<&Map<String, Json>>> {
    match root {
        Json::Array(items) if !items.is_empty() => items.iter().map(Json::as_object).collect(),
        Json::Object(object) => {
            let pair: Vec<_> = ["schema", "mapping"].iter().filter_map(|part| object.get(*part)?.as_object()).collect();
            let whole = pair.is_empty() || object.contains_key("properties") || object.contains_key("definitions");
            Some(if whole { vec![object] } else { pair })
        }
        _ => None,
    }
}

/// A document of one of the two kinds. A change of a mapping, as it is sent to Okta, has properties alone.
fn read(object: &Map<String, Json>, notes: &mut Notes) -> Option<Document> {
    let mapped = |property: &Json| property.get("expression").or(property.get("pushStatus")).is_some();
    if object.contains_key("definitions") {
        return Some(Document::Schema(AppSchema::read(object, notes)));
    }
    let properties = object.get("properties")?;
    let change = || properties.as_object().is_some_and(|all| all.values().any(mapped) || (all.is_empty() && object.len() == 1));
    (object.contains_key("source") || change()).then(|| Document::Mapping(ProfileMapping::read(object, notes)))
}

#[derive(Debug)]
enum Document {
    Schema(AppSchema),
    Mapping(ProfileMapping),
}

impl Document {
    /// The external names of a schema, each with its namespace before it.
    fn targets(&self) -> impl Iterator<Item = (&str, &str)> {
        let properties = if let Document::Schema(schema) = self { &schema.properties[..] } else { &[] };
        properties.iter().filter_map(|property| Some((property.namespace.as_deref()?, property.external.as_deref().unwrap_or_default())))
    }
}

/// What is gathered on the way.
#[derive(Debug, Default, Clone)]
struct Notes {
    found: Vec<Finding>,
    left_out: Vec<String>,
}
