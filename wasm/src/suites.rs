use crate::policies::{PolicyText, load, no_policy};
use crate::users::Settings;
use rolewright::Limits;
use rolewright::diagnostic::Sources;
use rolewright::suite::{self, Kind, Suite};
use serde_json::{Value as Json, json};

/// Runs the tests inside a policy.
pub fn tests(policy: &PolicyText, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    json!({ "ok": true, "diagnostics": loaded.diagnostics, "results": suite::run_policy(policy, &settings.world()) })
}

/// Runs a suite file; one of decisions under the first of the policies that declares it.
pub fn suite(text: &str, policies: &[PolicyText]) -> Json {
    let suite = match Suite::parse(text, &Limits::DEFAULT) {
        Ok(suite) => suite,
        Err(found) => return json!({ "ok": false, "diagnostics": [found.to_json(&Sources::default())] }),
    };
    let declaring = policies.iter().find(|policy| suite.kind == Kind::Decision && suite::declares(&policy.text, &suite.name));
    let loaded = declaring.map(load);
    let policy = loaded.as_ref().and_then(|loaded| loaded.policy.as_deref());
    let results: Vec<_> = suite.cases.iter().map(|case| suite.run(case, policy)).collect();
    json!({ "ok": true, "diagnostics": [], "results": results })
}
