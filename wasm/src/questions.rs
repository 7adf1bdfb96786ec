//! What can be asked, each question with an answer in JSON.

use crate::parts::Shown;
use crate::policies::{PolicyText, load, no_policy, shown, told};
use crate::users::{Settings, Users};
use rolewright::analyze;
use rolewright::diagnostic::{Sources, nearest};
use rolewright::document::Input;
use rolewright::exchange::read_events;
use rolewright::policy::{self, AttributeKind, OwnedDecision, Policy};
use rolewright::provision::{Membership, Source, User};
use rolewright::{Limits, RecordKind};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};
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
    let compiled = policy.compile(settings.source());
    let decide = |(_, subject): &(usize, analyze::Subject)| {
        compiled.decide(&compiled.bind(&subject.record, subject.kind), subject.assigned, &world).to_owned()
    };
    let decided: Vec<OwnedDecision> = users.subjects.iter().map(decide).collect();
    let row = |((row, _), decision): (&(usize, analyze::Subject), &OwnedDecision)| {
        json!({
            "row": row,
            "privileged": is_privileged(policy, decision),
            "defaultOnly": is_default(policy, decision),
            "edited": users.edited.iter().any(|(edited, _)| edited == row),
            "decision": decision,
        })
    };
    let rows: Vec<Json> = users.subjects.iter().zip(&decided).map(row).collect();
    let sources = [Source::Scim, Source::Jit].map(|source| !policy.mappings(source).is_empty());
    json!({
        "ok": true,
        "diagnostics": loaded.diagnostics,
        "policy": policy.name(),
        "application": policy.application(),
        "targets": targets(policy),
        "sources": sources,
        "groups": groups(policy, &decided),
        "rows": rows,
    })
}

/// Names of groups that the policy maps: of the organizations and teams that it or its users name.
fn groups(policy: &Policy, decided: &[OwnedDecision]) -> BTreeSet<String> {
    let settings = policy.initial_state().settings;
    let known =
        settings.orgs.iter().flatten().flat_map(|(org, teams)| teams.iter().flatten().map(move |team| (org.as_str(), team.as_str())));
    let given = decided
        .iter()
        .flat_map(|decision| &decision.orgs)
        .flat_map(|(org, it)| it.teams.keys().map(move |team| (org.as_str(), team.as_str())));
    let default = std::iter::once((settings.default_org.as_str(), settings.default_team.as_str()));
    known.chain(given).chain(default).filter_map(|(org, team)| policy.group_name(org, team)).collect()
}

/// The target attributes, as a table needs them for its columns.
fn targets(policy: &Policy) -> Vec<Json> {
    let target = |attribute: &rolewright::policy::TargetAttribute| {
        let mut target = serde_json::to_value(attribute).unwrap_or_default();
        target["kind"] = kind(attribute.kind).into();
        target
    };
    policy.attributes().iter().map(target).collect()
}

fn kind(kind: AttributeKind) -> &'static str {
    match kind {
        AttributeKind::Plain => "plain",
        AttributeKind::UserName => "user_name",
        AttributeKind::Active => "active",
        AttributeKind::Role => "role",
        AttributeKind::Organization => "organization",
        AttributeKind::Team => "team",
    }
}

fn roles(policy: &Policy) -> impl Iterator<Item = &rolewright::policy::TargetAttribute> {
    policy.attributes().iter().filter(|attribute| attribute.kind == AttributeKind::Role)
}

fn is_privileged(policy: &Policy, decision: &OwnedDecision) -> bool {
    let holds = |membership: &Membership| {
        roles(policy).flat_map(|role| &role.privileged).any(|value| value.as_str() == Some(membership.role.as_str()))
    };
    decision.orgs.values().any(holds)
}

/// Whether the user has memberships, and no role in them but the default one.
fn is_default(policy: &Policy, decision: &OwnedDecision) -> bool {
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
    let compiled = policy.compile(settings.source());
    let name = |subject: &analyze::Subject| {
        compiled.decide(&compiled.bind(&subject.record, subject.kind), subject.assigned, &world).shown().to_owned()
    };
    let hit = match who.as_u64() {
        Some(wanted) => users.subjects.iter().find(|(row, _)| *row as u64 == wanted),
        None => {
            let wanted = who.as_str().unwrap_or_default().to_lowercase();
            users.subjects.iter().find(|(_, subject)| {
                name(subject).to_lowercase() == wanted
                    || ["id", "userPrincipalName", "userName", "mail", "email", "externalId"]
                        .into_iter()
                        .any(|name| subject.record.get(name).and_then(Json::as_str).is_some_and(|text| text.to_lowercase() == wanted))
            })
        }
    };
    let Some((row, subject)) = hit else {
        let names: Vec<String> = users.subjects.iter().map(|(_, subject)| name(subject)).collect();
        let near = nearest(who.as_str().unwrap_or_default(), names.iter().map(String::as_str));
        let message = format!("no document has a user {who}");
        let mut bad = told("user-not-found", true, &message);
        bad["help"] = json!(near.map(|near| format!("did you mean {near}?")));
        return json!({ "ok": false, "diagnostics": [bad] });
    };
    let explanation = compiled.explain(&compiled.bind(&subject.record, subject.kind), subject.assigned, &world);
    let mut answer = serde_json::to_value(&explanation).unwrap_or_default();
    answer["ok"] = true.into();
    answer["diagnostics"] = json!(loaded.diagnostics);
    answer["row"] = json!(row);
    answer["record"] = Json::Object(subject.record.clone());
    answer["was"] = json!(users.edited.iter().find(|(edited, _)| edited == row).map(|(_, was)| was));
    answer["assigned"] = json!(subject.assigned);
    answer["holds"] = if subject.kind == RecordKind::Source { "source" } else { "target" }.into();
    answer["placementAt"] = json!(policy.placement_shown(&explanation));
    answer["rowsAt"] = json!(policy.rows_shown(&explanation));
    for (at, winner) in explanation.attributes.iter().enumerate() {
        let shown = Shown { users, record: &subject.record };
        let parts: Vec<Json> = winner.parts.iter().map(|part| shown.part(&winner.mapping, part)).collect();
        answer["attributes"][at]["state"] = shown.whole(&winner.mapping, &winner.value).into();
        answer["attributes"][at]["parts"] = json!(parts);
        let target = policy.attributes().iter().find(|attribute| attribute.is_named(&winner.target));
        answer["attributes"][at]["kind"] = target.map_or("plain", |target| kind(target.kind)).into();
        answer["attributes"][at]["path"] = json!(target.map(|target| &target.path));
        let place = winner.at.and_then(|(source, span)| {
            let start = policy.texts().place(source, span.start)?;
            Some(json!({ "file": policy.texts().get(source)?.name, "start": start }))
        });
        answer["attributes"][at]["at"] = json!(place);
    }
    answer
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
    let Some((_, subject)) = users.subjects.iter().find(|(at, _)| *at == row) else {
        return json!({ "ok": true, "diagnostics": [], "events": [] });
    };
    let world = settings.world();
    let event = |source| {
        let compiled = policy.compile(source);
        compiled.decide(&compiled.bind(&subject.record, subject.kind), subject.assigned, &world).event()
    };
    let events: Vec<_> = [Source::Scim, Source::Jit].into_iter().filter_map(event).collect();
    json!({ "ok": true, "diagnostics": [], "events": events })
}

/// Who gains or loses what between two policies, privileged roles first.
pub fn diff(old: &PolicyText, new: &PolicyText, users: &Users, settings: &Settings) -> Json {
    let (before, after) = (load(old), load(new));
    let (Some(old), Some(new)) = (&before.policy, &after.policy) else {
        return no_policy(if after.policy.is_none() { &after } else { &before });
    };
    json!({ "ok": true, "diagnostics": [], "differences": analyze::diff(old, new, &users.all(), &settings.world()) })
}

pub use crate::expressions::{complete, expr, functions, hover};
pub use crate::findings::{audit, conflicts, edge_users, gaps};
pub use crate::provider::{export_entra, import, mappings, sign_in};
pub use crate::suites::{suite, tests};
