//! The rules of a synchronization schema as a policy, and what of them it cannot say.

use super::super::application::{self, Application, Line, Written};
use super::super::import::Finding;
use super::source::Origin;
use super::{Mapping, Notes, Object, PROVIDER, Rule};
use crate::check::{is_known_attribute, is_lost};
use crate::expression::Expression;
use crate::language::Dialect;
use serde_json::{Map, Value as Json, json};

/// The policy of the first enabled mapping of users into an application.
pub(super) fn write(rules: &[Rule], application: Option<&Application>, notes: &mut Notes) -> Option<String> {
    let left_out = &mut notes.left_out;
    let all = || rules.iter().flat_map(|rule| rule.objects.iter().map(move |object| (rule, object)));
    let outbound = |(rule, object): &(&Rule, &Object)| !PROVIDER.contains(&rule.to.as_str()) && object.source == "User";
    let chosen = all().find(|found| outbound(found) && found.1.enabled).or_else(|| all().find(outbound));
    for (rule, object) in all().filter(|(_, object)| chosen.is_none_or(|(_, chosen)| !std::ptr::eq(chosen, *object))) {
        left_out
            .push(format!("rule {}: the mapping of {} to {} of {} is not in the policy", rule.name, object.source, object.target, rule.to));
    }
    let (rule, object) = chosen?;
    if !object.enabled {
        left_out.push(format!("rule {}: that the mapping of {} is disabled is not in the policy", rule.name, object.source));
    }
    if object.actions.len() < 3 {
        left_out.push(format!("rule {}: that only {} flow is not in the policy", rule.name, object.actions.join(", ")));
    }
    let mut lines: Vec<Line> = Vec::new();
    let mut attributes: Vec<String> = Vec::new();
    let mut read: Vec<String> = object.scope.iter().flat_map(|filter| &filter.clauses).map(|(attribute, ..)| attribute.clone()).collect();
    for mapping in &object.mappings {
        if lines.iter().any(|line| line.path == mapping.target) {
            continue;
        }
        if mapping.flow != "when-changed" {
            left_out.push(format!("{}: flowBehavior {} is not in the policy", mapping.target, mapping.flow));
        }
        for name in reads(&mapping.origin) {
            if !is_known_attribute(&name) && !attributes.contains(&name) {
                attributes.push(name);
            }
        }
        read.extend(reads(&mapping.origin));
        lines.push(Line { path: mapping.target.clone(), value_type: mapping.value_type, mapping: line(mapping), declared: Map::new() });
    }
    read.sort_unstable();
    read.dedup();
    for name in read.iter().filter(|name| is_lost(name)) {
        let message = format!("{name} is known to the provider's engine alone: no export of users has it, and a policy reads it as null");
        notes.found.push(Finding::warning(None, "attribute-not-exported", message));
    }
    let name = if rule.to.is_empty() { &rule.name } else { &rule.to };
    Some(application::policy(application, Written { name, dialect: "entra", scope: scope(object), attributes, lines }))
}

fn reads(origin: &Origin) -> Vec<String> {
    match origin {
        Origin::Direct(name) => vec![name.clone()],
        Origin::Expression(text) => Expression::compile(Dialect::Entra, text)
            .map(|expression| expression.attributes().iter().map(|name| name.to_string()).collect())
            .unwrap_or_default(),
        _ => Vec::new(),
    }
}

fn line(mapping: &Mapping) -> Map<String, Json> {
    let mut out = Map::new();
    match &mapping.origin {
        Origin::Direct(name) => out.insert("direct".into(), name.as_str().into()),
        Origin::Constant(value) => out.insert("constant".into(), Line::typed(value, mapping.value_type)),
        Origin::Expression(text) => out.insert("expression".into(), text.as_str().into()),
        // An empty constant counts as none, so that the default takes its place.
        Origin::None => out.insert("constant".into(), "".into()),
    };
    if let Some(default) = &mapping.default {
        out.insert("default".into(), Line::typed(default, mapping.value_type));
    }
    if mapping.apply == "on-create" {
        out.insert("apply".into(), "on_create".into());
    }
    if let Some(matching) = mapping.matching {
        out.insert("matching".into(), matching.into());
    }
    out
}

fn scope(object: &Object) -> Json {
    let clause = |(attribute, operator, values): &(String, String, Vec<String>)| match values.first() {
        Some(value) => json!({ "attribute": attribute, "operator": operator, "value": value }),
        None => json!({ "attribute": attribute, "operator": operator }),
    };
    object.scope.iter().map(|filter| filter.clauses.iter().map(clause).collect::<Json>()).collect()
}
