//! A text as a policy file.

use crate::{LIMITS, show, world};
use rolewright::analyze::{Subject, audit, coverage, diff, edge_users, scenarios, switches};
use rolewright::diagnostic::Sources;
use rolewright::exchange::{Application, export_entra, export_okta};
use rolewright::policy::{Loader, Policy, PolicyError, format};
use rolewright::provision::Source;
use rolewright::suite::run_policy;
use rolewright::translate::{Partners, translate_policy};
use rolewright::{Dialect, RecordKind};
use serde_json::{Map, Value as Json, json};
use std::sync::LazyLock;

/// What an input may build on; the shipped policies would take most of the time.
const BASE: &str = include_str!("base.yaml");

/// Users beside those at the edges of the policy's rows.
static USERS: LazyLock<Vec<Map<String, Json>>> = LazyLock::new(|| {
    let users = [
        json!({ "userPrincipalName": "ada@acme.example", "accountEnabled": true, "department": "Platform", "appRoleAssignments": ["owner"] }),
        json!({ "userPrincipalName": "bo@acme.example", "accountEnabled": "false", "department": null, "extensionAttribute1": ["a", 1] }),
        json!({}),
    ];
    users.into_iter().filter_map(|user| user.as_object().cloned()).collect()
});

/// How many users of a policy's edges are decided about.
const EDGES: usize = 8;

/// Reads, checks, formats, translates and exports a policy, runs its tests, and decides by it.
pub fn policies(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let printed = format(&text);
    match &printed {
        Ok(printed) => assert_eq!(format(printed).as_ref(), Ok(printed), "{text:?} has two canonical forms"),
        Err(found) => show(std::slice::from_ref(found), &sources(&text)),
    }
    let policy = match load(&text) {
        Ok(policy) => policy,
        Err(error) => return show(&error.diagnostics, &error.texts),
    };
    show(policy.warnings(), policy.texts());
    let printed = printed.expect("what is a policy has a canonical form");
    let again = load(&printed).unwrap_or_else(|error| panic!("{text:?} is printed as {printed:?}: {error}"));
    decide(&policy, &again);
    ask(&policy);
    say(&text);
}

fn load(text: &str) -> Result<Policy, PolicyError> {
    loader().load("policy.yaml", text)
}

fn loader<'l>() -> Loader<'l> {
    Loader::new().limits(LIMITS).resolve(|_, wanted| match wanted {
        "base.yaml" => Ok((wanted.to_owned(), BASE.to_owned())),
        "self.yaml" => Ok((wanted.to_owned(), "rolewright: 1\npolicy: self\nextends: self.yaml\n".to_owned())),
        _ => Err("there is no such policy".to_owned()),
    })
}

fn sources(text: &str) -> Sources {
    let mut sources = Sources::default();
    sources.add("policy.yaml", text);
    sources
}

/// Every way to a decision gives the same one, and so does the policy as it is printed.
fn decide(policy: &Policy, again: &Policy) {
    for source in [Source::Scim, Source::Jit] {
        let (compiled, printed) = (policy.compile(source), again.compile(source));
        for user in edge_users(policy).iter().take(EDGES).chain(USERS.iter()) {
            for assigned in [None, Some(true)] {
                let bound = compiled.bind(user, RecordKind::Source);
                let decision = compiled.decide(&bound, assigned, &world()).to_owned();
                let other = printed.decide(&printed.bind(user, RecordKind::Source), assigned, &world()).to_owned();
                assert_eq!(decision, other, "{user:?} by the policy and by what it is printed as");
                let explained = compiled.explain(&bound, assigned, &world());
                assert_eq!(decision, explained.decision, "{user:?} decided about and explained");
            }
        }
    }
}

/// What the program asks of a policy beside that.
fn ask(policy: &Policy) {
    let _ = (run_policy(policy, &world()), coverage(policy, &world()), policy.emit_rust("policy.yaml"));
    let subject = |record: &Map<String, Json>| Subject { record: record.clone(), kind: RecordKind::Source, assigned: Some(true) };
    let users: Vec<Subject> = USERS.iter().map(subject).collect();
    let _ = audit(policy, &users, &Default::default(), &world());
    let settings: Vec<_> = switches(policy).iter().map(rolewright::analyze::Setting::new).collect();
    for user in &users {
        let _ = scenarios(&settings, user, None, &world());
    }
    assert!(diff(policy, policy, &users, &world()).is_empty(), "a policy differs from itself");
}

/// The policy in other programs' forms.
fn say(text: &str) {
    for to in [Dialect::Entra, Dialect::Okta] {
        if let Err(error) = translate_policy(&loader(), "policy.yaml", text, to, &Partners::default()) {
            show(&error.diagnostics, &error.texts);
        }
    }
    if let Ok(application) = Application::of(&loader(), "policy.yaml", text) {
        let _ = (export_entra(&application), export_okta(&application));
    }
}
