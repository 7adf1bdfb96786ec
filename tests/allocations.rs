//! How often the hot paths allocate: counted, not timed, so that the figures are the same on every machine.

#[path = "../benches/count.rs"]
mod count;

use rolewright::provision::{Event, Source};
use rolewright::{Dialect, Expression, FixedWorld, Policy};
use serde_json::{Map, Value as Json, json};
use std::hint::black_box;

/// Checks the number of allocations against what it was: a growth of more than a tenth fails, and so does a figure that
/// is left standing after the code became better.
fn assert_allocations<T>(what: &str, known: u64, work: impl Fn() -> T) {
    black_box(work()); // what is made once and kept
    let count = count::allocations(&work);
    assert!(count * 10 <= known * 11, "{what}: {count} allocations, and it was {known}");
    assert!(count * 10 >= known * 9, "{what}: only {count} allocations, and {known} is written down; write {count}");
}

fn user() -> Map<String, Json> {
    let user = json!({
        "userPrincipalName": "ada@acme.example",
        "accountEnabled": true,
        "givenName": "Ada",
        "surname": "Lovelace",
        "department": "Research-and-Development",
        "appRoleAssignments": [{"displayName": "My Corp Administrator", "id": "1"}],
        "extensionAttribute2": "moby",
    });
    user.as_object().unwrap().clone()
}

fn world() -> FixedWorld {
    FixedWorld::new("2026-01-01T00:00:00".parse().unwrap(), 1)
}

fn expression(text: &str) -> Expression {
    Expression::compile(Dialect::Entra, text).unwrap()
}

#[test]
fn expressions() {
    let (user, world) = (user(), world());
    let cases = [
        // A constant or a piece of the input comes out: nothing is allocated.
        (r#"Switch(SingleAppRoleAssignment([appRoleAssignments]), "member", "My Corp Administrator", "owner")"#, 0),
        (r#"IIF([accountEnabled] = "True", [givenName], Left([surname], 4))"#, 0),
        (r#"Coalesce([mail], Mid([userPrincipalName], 1, 3))"#, 0),
        // One text is made.
        (r#"Join(" ", [givenName], [surname])"#, 1),
    ];
    for (text, known) in cases {
        let expression = expression(text);
        assert_allocations(text, known, || assert!(expression.evaluate(&user, &world).result.is_ok()));
    }
}

#[test]
fn decisions_and_events() {
    let (user, world) = (user(), world());
    let policy = Policy::from_yaml(include_str!("../policies/docker.yaml")).unwrap();
    let compiled = policy.compile(Source::Scim);
    assert_allocations("a decision", 0, || assert!(compiled.decide(&user, Some(true), &world).membership().is_some()));
    assert_allocations("a decision on its own", 23, || compiled.decide(&user, Some(true), &world).to_owned());
    let login: Event = serde_json::from_value(json!({"event": "sso.login", "user": "ada@acme.example"})).unwrap();
    let state = policy.initial_state();
    assert_allocations("a first sign-in", 24, || policy.apply(&state, &login).is_ok());
}
