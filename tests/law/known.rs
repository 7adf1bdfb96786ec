//! What follows from the policy's file and the user alone. The ways to the answer share one engine, and a mistake in what
//! they share is found by what is known without it: defaults, scoping filters, and who is skipped.

use super::ways::{Answer, Asked, Posed, world};
use rolewright::{Dialect, Expression, Flow, Skip};
use serde_json::{Map, Value as Json, json};

/// What is known of an answer.
pub fn known(asked: &Asked, posed: &Posed) -> Answer {
    let source = asked.file.get("sources")?.get(asked.word())?;
    let record = &posed.user.record;
    let mut attributes = posed.explanation.decision.attributes.clone();
    let mappings = source["mappings"].as_object()?;
    for (target, mapping) in mappings {
        if let (Some(name), Some(Json::String(default))) = (mapping["direct"].as_str(), mapping.get("default")) {
            let is_text = asked.file["target"]["attributes"][target]["type"] == "string";
            if is_text && text(record, name) == Some("") {
                attributes.insert(target.clone(), json!(default));
            }
        }
    }
    let mut answer = Map::from_iter([("attributes".to_owned(), Json::Object(attributes))]);
    let unassigned = source["assigned"] == "required" && posed.user.assigned == Some(false);
    let reason = match (unassigned, in_scope(&source["scope"], record)) {
        (true, _) => Some(json!("not-assigned")),
        (false, Some(false)) => Some(json!("scoping-filter")),
        (false, Some(true)) => skips(source, mappings, record).map(|skips| if skips { json!("skip-object") } else { Json::Null }),
        (false, None) => None,
    };
    answer.extend(reason.map(|reason| ("scope_reason".to_owned(), reason)));
    Some(answer)
}

/// The text of an attribute, empty where there is none; nothing where it is something else.
fn text<'r>(record: &'r Map<String, Json>, name: &str) -> Option<&'r str> {
    let value = match name.split_once('.') {
        Some((head, rest)) => match record.get(head) {
            Some(Json::Object(inner)) => return text(inner, rest),
            other => other,
        },
        None => record.get(name),
    };
    match value {
        None | Some(Json::Null) => Some(""),
        Some(Json::String(text)) => Some(text),
        Some(_) => None,
    }
}

/// Whether one of the filters passes, each a list of clauses that must all pass.
fn in_scope(filters: &Json, record: &Map<String, Json>) -> Option<bool> {
    let filters = filters.as_array().map_or(&[][..], Vec::as_slice);
    for filter in filters {
        let mut all = true;
        for clause in filter.as_array()? {
            all = all && passes(clause, record)?;
        }
        if all {
            return Some(true);
        }
    }
    Some(filters.is_empty())
}

fn passes(clause: &Json, record: &Map<String, Json>) -> Option<bool> {
    let text = text(record, clause["attribute"].as_str()?)?;
    match clause["operator"].as_str()? {
        "IS NULL" => Some(text.is_empty()),
        "IS NOT NULL" => Some(!text.is_empty()),
        "EQUALS" => Some(!text.is_empty() && clause["value"] == text),
        "NOT EQUALS" => Some(!text.is_empty() && clause["value"] != text),
        _ => None,
    }
}

/// Whether an expression of Entra's leaves the user out.
fn skips(source: &Json, mappings: &Map<String, Json>, record: &Map<String, Json>) -> Option<bool> {
    let mut skips = false;
    for mapping in mappings.values() {
        let Some(written) = mapping["expression"].as_str() else { continue };
        if mapping.get("dialect").or(source.get("dialect")) != Some(&json!("entra")) {
            return None;
        }
        let (expression, world) = (Expression::compile(Dialect::Entra, written).ok()?, world());
        skips |= matches!(expression.evaluate(record, &world).result, Ok(Flow::Skip(Skip::Object)));
    }
    Some(skips)
}
