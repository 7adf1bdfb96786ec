use super::decision::{choices, compare, connection, history};
use super::{CaseResult, show};
use crate::document::Holds;
use crate::policy::{Policy, PolicyTest};
use crate::program::World;
use crate::provision::State;
use serde_json::Value as Json;

/// Runs the tests inside a policy. What a test does not name is not compared.
pub fn run_policy(policy: &Policy, world: &dyn World) -> Vec<CaseResult> {
    policy.tests.iter().map(|test| run(policy, test, world)).collect()
}

fn run(policy: &Policy, test: &PolicyTest, world: &dyn World) -> CaseResult {
    let mut result = CaseResult::new(&test.name);
    let prepared = choices(test.settings.as_ref()).and_then(|options| policy.with_options(&options)).and_then(|mut changed| {
        changed.settings = connection(test.settings.as_ref(), &policy.settings)?;
        Ok(changed)
    });
    let changed = match prepared {
        Ok(changed) => changed,
        Err(why) => {
            result.differs("settings", "settings of the policy", why);
            return result;
        }
    };
    match (&test.user, &test.events) {
        (Some(Json::Object(record)), None) => {
            let assigned = record.get("appRoleAssignments").and_then(Json::as_array).map(|list| !list.is_empty());
            let explanation = changed.explain(test.source, record, Holds::Source, assigned, world);
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
