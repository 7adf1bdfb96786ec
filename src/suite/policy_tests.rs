use super::decision::{choices, compare, connection, history};
use super::{CaseResult, show};
use crate::policy::{Explanation, Policy, PolicyTest};
use crate::program::RecordKind;
use crate::program::World;
use crate::provision::{State, User};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

/// Runs the tests inside a policy. What a test does not name is not compared.
pub fn run_policy(policy: &Policy, world: &dyn World) -> Vec<CaseResult> {
    policy.tests.iter().map(|test| run(policy, test, world)).collect()
}

/// The policy with the settings of a test.
pub(crate) fn prepared(policy: &Policy, test: &PolicyTest) -> Result<Policy, String> {
    let mut changed = policy.with_options(&choices(test.settings.as_ref())?)?;
    changed.settings = connection(test.settings.as_ref(), &policy.settings)?;
    Ok(changed)
}

/// How a test's user is decided about.
pub(crate) fn explained(policy: &Policy, test: &PolicyTest, record: &Map<String, Json>, world: &dyn World) -> Explanation {
    let assigned = record.get("appRoleAssignments").and_then(Json::as_array).map(|list| !list.is_empty());
    policy.explain(test.source, record, RecordKind::Source, assigned, world)
}

/// What comes out of a test, in the words in which it would expect that.
pub(crate) fn observed(policy: &Policy, test: &PolicyTest, world: &dyn World) -> Result<Json, String> {
    let changed = prepared(policy, test)?;
    let mut expect = Map::new();
    if let Some(Json::Object(record)) = &test.user {
        let decision = explained(&changed, test, record, world).decision;
        if !decision.is_in_scope() {
            expect.insert("in_scope".into(), false.into());
        }
        let given = decision.attributes.into_iter().filter(|(_, value)| !value.is_null());
        expect.insert("active".into(), decision.active.into());
        expect.insert("attributes".into(), Json::Object(given.collect()));
        expect.insert("orgs".into(), json!(decision.orgs));
        expect.insert("warnings".into(), decision.warnings.iter().map(|warning| Json::from(warning.code.as_ref())).collect());
        expect.extend(decision.error.map(|error| ("error".to_owned(), error.code.into_owned().into())));
    } else {
        let state = State { settings: changed.settings.clone(), ..State::default() };
        let history = history(&changed, state, test.events.as_ref(), true)?;
        let user = |user: &User| {
            let memberships = if user.active { changed.memberships(user, &history.state) } else { BTreeMap::new() };
            let mut seen = Map::from_iter([("active".to_owned(), user.active.into())]);
            seen.extend(user.attributes.iter().map(|(name, held)| (name.clone(), held.value.clone())));
            seen.insert("orgs".into(), json!(memberships));
            (user.user.clone(), Json::Object(seen))
        };
        let users: Map<String, Json> = history.state.users.values().map(user).collect();
        if !users.is_empty() {
            expect.insert("users".into(), Json::Object(users));
        }
        expect.insert("warnings".into(), json!(history.warnings));
        expect.extend(history.error.map(|(event, code)| ("error".to_owned(), json!({ "event": event, "code": code }))));
    }
    Ok(Json::Object(expect))
}

fn run(policy: &Policy, test: &PolicyTest, world: &dyn World) -> CaseResult {
    let mut result = CaseResult::new(&test.name);
    let changed = match prepared(policy, test) {
        Ok(changed) => changed,
        Err(why) => {
            result.differs("settings", "settings of the policy", why);
            return result;
        }
    };
    match (&test.user, &test.events) {
        (Some(Json::Object(record)), None) => {
            let explanation = explained(&changed, test, record, world);
            let actual = serde_json::to_value(&explanation.decision).unwrap_or_default();
            contains("", &test.expect, &actual, &mut result);
            if !result.passed() {
                result.path = explanation
                    .attributes
                    .iter()
                    .map(|winner| format!("{} = {} by {}", winner.target, winner.value, winner.mapping))
                    .collect();
                let row = explanation.placement.and_then(|row| policy.rules.placement.get(row));
                result.path.extend(row.map(|row| format!("placed by {}", policy.row_name(row.id.as_deref(), row.at))));
            }
        }
        (None, Some(events)) => {
            let state = State { settings: changed.settings.clone(), ..State::default() };
            match history(&changed, state, Some(events), true) {
                Ok(history) => {
                    compare(&changed, &test.expect, &history, false, &mut result);
                    if !result.passed() {
                        result.path = history.path;
                    }
                }
                Err(why) => result.differs("events", "a history", why),
            }
        }
        _ => result.differs("test", "a user or events", "both or neither"),
    }
    result
}

/// Whether everything that is expected came out; a list of warnings is compared by its codes.
fn contains(at: &str, expected: &Json, actual: &Json, result: &mut CaseResult) {
    match (expected, actual) {
        (Json::Object(expected), Json::Object(actual)) if !at.starts_with(".orgs") => {
            for (name, wanted) in expected {
                contains(&format!("{at}.{name}"), wanted, actual.get(name).unwrap_or(&Json::Null), result);
            }
        }
        (Json::Array(wanted), Json::Array(given)) if at == ".warnings" => {
            let codes: Vec<Json> = given.iter().filter_map(|warning| warning.get("code").cloned()).collect();
            if *wanted != codes {
                result.differs("warnings", show(wanted), show(&codes));
            }
        }
        (Json::String(code), Json::Object(error)) if at == ".error" && error.get("code").and_then(Json::as_str) == Some(code) => {}
        _ if expected == actual => {}
        _ => result.differs(at.trim_start_matches('.'), show(expected), show(actual)),
    }
}
