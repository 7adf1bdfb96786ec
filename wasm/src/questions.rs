//! What can be asked, each question with an answer in JSON.

use crate::complete;
use crate::context::Context;
use crate::hover;
use crate::manual;
use crate::offsets::unit_of;
use crate::policies::{PolicyText, last_good, load, no_policy, shown};
use crate::users::{Settings, Users};
use rolewright::analyze;
use rolewright::diagnostic::{Sources, nearest};
use rolewright::document::{Holds, Input};
use rolewright::exchange::read_events;
use rolewright::policy::{self, AttributeKind, Decision, Explanation, Policy};
use rolewright::provision::{Membership, Source, User};
use rolewright::{Dialect, Expression, Flow, Limits, Part, Record, Scope, Skip};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::ops::ControlFlow;

/// Everything that is wrong with a policy.
pub fn check(policy: &PolicyText) -> Json {
    let loaded = load(policy);
    json!({ "ok": loaded.policy.is_some(), "diagnostics": loaded.diagnostics })
}

/// A policy's text in its canonical form, or why it has none.
pub fn format(text: &str) -> Json {
    match policy::format(text) {
        Ok(text) => json!({ "ok": true, "text": text, "diagnostics": [] }),
        Err(found) => {
            let mut texts = Sources::default();
            texts.add("policy.yaml", text);
            json!({ "ok": false, "diagnostics": [found.to_json(&texts)] })
        }
    }
}

/// What the policy gives each user.
pub fn evaluate(policy: &PolicyText, users: &Users, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let world = settings.world();
    let rows: Vec<Json> = users
        .subjects
        .iter()
        .map(|(row, subject)| {
            let decision = policy.decide(settings.source(), &subject.record, subject.holds, subject.assigned, &world);
            let (privileged, default_only) = (is_privileged(policy, &decision), is_default(policy, &decision));
            let mut row = json!({ "row": row, "privileged": privileged, "defaultOnly": default_only });
            row["decision"] = serde_json::to_value(&decision).unwrap_or_default();
            row
        })
        .collect();
    let sources = [Source::Scim, Source::Jit].map(|source| !policy.mappings(source).is_empty());
    json!({
        "ok": true,
        "diagnostics": loaded.diagnostics,
        "policy": policy.name(),
        "application": policy.application(),
        "targets": targets(policy),
        "sources": sources,
        "rows": rows,
    })
}

/// The target attributes, as a table needs them for its columns.
fn targets(policy: &Policy) -> Vec<Json> {
    let kind = |kind| match kind {
        AttributeKind::Plain => "plain",
        AttributeKind::UserName => "user_name",
        AttributeKind::Active => "active",
        AttributeKind::Role => "role",
        AttributeKind::Organization => "organization",
        AttributeKind::Team => "team",
    };
    let target = |attribute: &rolewright::policy::TargetAttribute| {
        let mut target = serde_json::to_value(attribute).unwrap_or_default();
        target["kind"] = kind(attribute.kind).into();
        target
    };
    policy.attributes().iter().map(target).collect()
}

fn roles(policy: &Policy) -> impl Iterator<Item = &rolewright::policy::TargetAttribute> {
    policy.attributes().iter().filter(|attribute| attribute.kind == AttributeKind::Role)
}

fn is_privileged(policy: &Policy, decision: &Decision) -> bool {
    let holds = |membership: &Membership| {
        roles(policy).flat_map(|role| &role.privileged).any(|value| value.as_str() == Some(membership.role.as_str()))
    };
    decision.orgs.values().any(holds)
}

/// Whether the user has memberships, and no role in them but the default one.
fn is_default(policy: &Policy, decision: &Decision) -> bool {
    let by_value = |membership: &Membership| {
        roles(policy).filter_map(|role| role.default.as_ref()).any(|value| value.as_str() == Some(membership.role.as_str()))
    };
    !decision.orgs.is_empty() && decision.orgs.values().all(|membership| membership.role_from == Source::Default || by_value(membership))
}

/// How one user's decision came about; the user by row, or by any of the names that a person would use.
pub fn explain(policy: &PolicyText, users: &Users, who: &Json, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let world = settings.world();
    let whole = |subject: &analyze::Subject| policy.explain(settings.source(), &subject.record, subject.holds, subject.assigned, &world);
    let hit = match who.as_u64() {
        Some(wanted) => users.subjects.iter().find(|(row, _)| *row as u64 == wanted).map(|(row, subject)| (row, subject, whole(subject))),
        None => {
            let wanted = who.as_str().unwrap_or_default().to_lowercase();
            let all = users.subjects.iter().map(|(row, subject)| (row, subject, whole(subject)));
            let same = |subject: &analyze::Subject, explanation: &Explanation| {
                explanation.decision.user.to_lowercase() == wanted
                    || ["id", "userPrincipalName", "userName", "mail", "email", "externalId"]
                        .into_iter()
                        .any(|name| subject.record.get(name).and_then(Json::as_str).is_some_and(|text| text.to_lowercase() == wanted))
            };
            all.into_iter().find(|(_, subject, explanation)| same(subject, explanation))
        }
    };
    let Some((row, subject, explanation)) = hit else {
        let names: Vec<String> = users.subjects.iter().map(|(_, subject)| whole(subject).decision.user).collect();
        let near = nearest(who.as_str().unwrap_or_default(), names.iter().map(String::as_str));
        let message = format!("no document has a user {who}");
        return json!({ "ok": false, "diagnostics": [{
            "code": "user-not-found", "class": "document", "severity": "error", "message": message, "labels": [],
            "help": near.map(|near| format!("did you mean {near}?")), "edit": null,
        }] });
    };
    let mut answer = serde_json::to_value(&explanation).unwrap_or_default();
    answer["ok"] = true.into();
    answer["diagnostics"] = json!(loaded.diagnostics);
    answer["row"] = json!(row);
    answer["record"] = Json::Object(subject.record.clone());
    answer["assigned"] = json!(subject.assigned);
    answer["holds"] = if subject.holds == Holds::Source { "source" } else { "target" }.into();
    answer["placementAt"] = json!(policy.placement_shown(&explanation));
    answer["rowsAt"] = json!(policy.rows_shown(&explanation));
    for (at, winner) in explanation.attributes.iter().enumerate() {
        let parts: Vec<Json> = winner.parts.iter().map(|part| shown_part(&winner.mapping, part, &subject.record)).collect();
        answer["attributes"][at]["parts"] = json!(parts);
        let place = winner.at.and_then(|(source, span)| {
            let start = policy.texts().place(source, span.start)?;
            Some(json!({ "file": policy.texts().get(source)?.name, "start": start }))
        });
        answer["attributes"][at]["at"] = json!(place);
    }
    answer
}

/// A part with its place in units of JavaScript, and of an attribute why it has no value.
fn shown_part(text: &str, part: &Part, record: &Map<String, Json>) -> Json {
    let written = text.get(part.span.start..part.span.end).unwrap_or_default();
    let attribute = written.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    let state = match (attribute, &part.value, part.halt) {
        (_, _, Some(_)) => "halt",
        (_, Json::String(text), _) if text.is_empty() => "empty",
        (_, Json::Array(items), _) if items.is_empty() => "empty",
        (Some(name), Json::Null, _) if !record.contains_key(name) && record.attribute(name, 0).is_null() => "missing",
        (_, Json::Null, _) => "null",
        _ => "value",
    };
    json!({
        "from": unit_of(text, part.span.start),
        "to": unit_of(text, part.span.end),
        "value": part.value,
        "halt": part.halt,
        "state": state,
    })
}

/// One expression over no user or all of them, with the value of every part for the first ones.
pub fn expr(text: &str, users: &Users, settings: &Settings) -> Json {
    let names = users.attributes();
    let scope = Scope { attributes: Some(&names), ..Scope::default() };
    let sources = Sources::of_expression(text);
    let expression = match Expression::compile_in(Dialect::Entra, text, &scope) {
        Ok(expression) => expression,
        Err(error) => return json!({ "ok": false, "diagnostics": shown(&error.diagnostics, &sources) }),
    };
    let world = settings.world();
    let nobody = Map::new();
    let records: Vec<&Map<String, Json>> =
        if users.subjects.is_empty() { vec![&nobody] } else { users.subjects.iter().map(|(_, subject)| &subject.record).collect() };
    let one = |(at, record): (usize, &&Map<String, Json>)| {
        const EXPLAINED: usize = 50;
        let (evaluated, parts) = if at < EXPLAINED || expression.is_redacted() {
            expression.explain(*record, &world)
        } else {
            (expression.evaluate(*record, &world), Vec::new())
        };
        let mut row = match evaluated.result {
            Ok(Flow::Value(value)) => {
                let value = if expression.is_redacted() { "[Redact]".into() } else { value.to_json() };
                json!({ "value": value })
            }
            Ok(Flow::Skip(Skip::Flow)) => json!({ "skip": "skip-flow" }),
            Ok(Flow::Skip(Skip::Object)) => json!({ "skip": "skip-object" }),
            Err(fault) => json!({ "fault": fault.to_diagnostic().to_json(&sources) }),
        };
        row["parts"] = parts.iter().map(|part| shown_part(text, part, record)).collect();
        row["warnings"] = json!(shown(&evaluated.warnings, &sources));
        row
    };
    let rows: Vec<Json> = records.iter().enumerate().map(one).collect();
    json!({ "ok": true, "diagnostics": shown(expression.warnings(), &sources), "rows": rows })
}

/// What can stand at a place of the policy, by the engine's own tables.
pub fn complete(text: &str, unit: usize, users: &Users) -> Json {
    let context = Context::at(text, unit);
    complete::items(&context, last_good().as_deref(), users)
}

/// What the manual says of the word at a place.
pub fn hover(text: &str, unit: usize, users: &Users) -> Json {
    let context = Context::at(text, unit);
    hover::at(&context, last_good().as_deref(), users)
}

/// The manual of every function.
pub fn functions() -> Json {
    manual::functions()
}

/// Replays a history: what each event did, and what there is afterwards.
pub fn replay(policy: &PolicyText, events: &str) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let (mut state, mut steps, mut found) = (policy.initial_state(), Vec::new(), Vec::new());
    let input = Input { name: "events".into(), bytes: events.as_bytes().to_vec() };
    let none = Sources::default();
    let history = policy.replay();
    read_events(policy, input, &Limits::DEFAULT, &mut |row| {
        found.extend(shown(&row.found, &none));
        if let Some(event) = row.event {
            let step = history.step(&mut state, row.index, &event);
            let mut step = serde_json::to_value(&step).unwrap_or_default();
            step["line"] = json!(row.line);
            steps.push(step);
        }
        ControlFlow::Continue(())
    });
    let after = |user: &User| {
        let orgs = if user.active { policy.memberships(user, &state) } else { BTreeMap::new() };
        json!({ "user": user.user, "active": user.active, "orgs": orgs })
    };
    let users: Vec<Json> = state.users.values().map(after).collect();
    json!({ "ok": true, "diagnostics": loaded.diagnostics, "found": found, "steps": steps, "users": users, "state": state })
}

/// The events that a user's records make: what SCIM sends, and what a sign-in carries.
pub fn events_of(policy: &PolicyText, users: &Users, row: usize, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let Some((_, subject)) = users.subjects.iter().find(|(at, _)| *at == row) else { return json!({ "ok": true, "events": [] }) };
    let world = settings.world();
    let event = |source| policy.explain(source, &subject.record, subject.holds, subject.assigned, &world).event;
    let events: Vec<_> = [Source::Scim, Source::Jit].into_iter().filter_map(event).collect();
    json!({ "ok": true, "events": events })
}

/// Who gains or loses what between two policies, privileged roles first.
pub fn diff(old: &PolicyText, new: &PolicyText, users: &Users, settings: &Settings) -> Json {
    let (before, after) = (load(old), load(new));
    let (Some(old), Some(new)) = (&before.policy, &after.policy) else {
        return no_policy(if after.policy.is_none() { &after } else { &before });
    };
    json!({ "ok": true, "diagnostics": [], "differences": analyze::diff(old, new, &users.all(), &settings.world()) })
}

/// Where SCIM and sign-ins do not agree.
pub fn conflicts(policy: &PolicyText, users: &Users, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let found = analyze::conflicts(policy, &users.all(), &users.sign_ins, &settings.world());
    let told = found.iter().map(|conflict| {
        let mut told = serde_json::to_value(conflict).unwrap_or_default();
        told["words"] = conflict.effect.describe().into();
        told
    });
    json!({ "ok": true, "diagnostics": [], "conflicts": told.collect::<Vec<_>>() })
}

/// What of the policy no loaded user reaches.
pub fn gaps(policy: &PolicyText, users: &Users, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let reach = analyze::reach(policy, &users.all(), &settings.world());
    let uncovered = reach.uncovered.iter().map(|gap| {
        let place = policy.texts().place(gap.at.0, gap.at.1.start);
        json!({ "what": gap.what, "file": policy.texts().get(gap.at.0).map(|text| &text.name), "start": place })
    });
    json!({ "ok": true, "diagnostics": [], "total": reach.total, "reached": reach.reached, "gaps": uncovered.collect::<Vec<_>>() })
}

pub use crate::suites::{suite, tests};
