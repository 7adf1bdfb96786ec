//! Expressions and decisions against the same by hand, over the same records, in one run.
//! `cargo xtask bench` prints the ratios.
#![allow(missing_docs)] // what criterion's macros make has no documentation

#[allow(dead_code)] // generated code takes users by their names
#[path = "bound.rs"]
mod bound;
#[path = "by_hand.rs"]
mod by_hand;
#[path = "jobs.rs"]
mod jobs;

use bound::{Bound, bound, fields};
use by_hand::Employee;
use criterion::{Criterion, criterion_group, criterion_main};
use jobs::{DOCKER, SWITCH, TEXT, employees, json_of, world};
use rolewright::provision::{Event, Source};
use rolewright::{Dialect, Expression, FixedWorld, Flow, Policy, Record, RecordKind, Value};
use serde_json::{Map, Value as Json, json};
use std::collections::HashMap;
use std::hint::black_box;

fn text<'a>(expression: &'a Expression, record: &'a dyn Record, world: &'a FixedWorld) -> std::borrow::Cow<'a, str> {
    match expression.evaluate(record, world).result {
        Ok(Flow::Value(Value::Text(text))) => text,
        other => panic!("{other:?}"),
    }
}

/// One job by us and by hand, over each of the users in turn.
fn pair<U>(criterion: &mut Criterion, job: &str, users: &[U], ours: impl Fn(&U), hand: impl Fn(&U)) {
    let mut group = criterion.benchmark_group(job);
    group.bench_function("rolewright", |bencher| bencher.iter(|| users.iter().for_each(|user| ours(black_box(user)))));
    group.bench_function("by hand", |bencher| bencher.iter(|| users.iter().for_each(|user| hand(black_box(user)))));
    group.finish();
}

fn switch(criterion: &mut Criterion) {
    let (expression, world, users) = (Expression::compile(Dialect::Entra, SWITCH).unwrap(), world(), employees());
    let fields = fields(expression.attributes());
    let role = |user: &Employee| by_hand::role(user.app_roles.first().map(String::as_str));
    let typed = bound(&users, &fields);
    typed.iter().for_each(|user| assert_eq!(text(&expression, user, &world), role(user.user)));
    let ours = |user: &Bound<'_>| _ = black_box(text(&expression, user, &world));
    pair(criterion, "Switch, typed user", &typed, ours, |user| _ = black_box(role(user.user)));

    let json: Vec<_> = users.iter().map(json_of).collect();
    let by_hand = |user: &Map<String, Json>| by_hand::role(by_hand::first_app_role(user));
    json.iter().for_each(|user| assert_eq!(text(&expression, user, &world), by_hand(user)));
    let ours = |user: &Map<String, Json>| _ = black_box(text(&expression, user, &world));
    pair(criterion, "Switch, JSON user", &json, ours, |user| _ = black_box(by_hand(user)));
}

fn decision(criterion: &mut Criterion) {
    let (policy, world, users) = (Policy::from_yaml(DOCKER).unwrap(), world(), employees());
    let compiled = policy.compile(Source::Scim);
    let same = |verdict: &rolewright::Decision<'_>, hand: Option<by_hand::Decision<'_>>| {
        let hand = hand.unwrap();
        assert_eq!((verdict.user(), verdict.is_active()), (hand.user, hand.active));
        let seat = verdict.membership().map(|seat| (seat.org, seat.role, seat.team.map(|(team, _)| team)));
        assert_eq!(seat, hand.active.then_some((hand.org, hand.role, hand.team)));
    };
    let fields = fields(compiled.attributes());
    let typed = bound(&users, &fields);
    typed.iter().for_each(|user| same(&compiled.decide(user, Some(true), &world), by_hand::decide_employee(user.user, Some(true))));
    let ours = |user: &Bound<'_>| _ = black_box(black_box(compiled.decide(user, Some(true), &world)).membership().is_some());
    let hand = |user: &Bound<'_>| _ = black_box(by_hand::decide_employee(user.user, Some(true)));
    pair(criterion, "Decision, typed user", &typed, ours, hand);

    let json: Vec<_> = users.iter().map(json_of).collect();
    let decide = |user: &Map<String, Json>, see: &dyn Fn(&rolewright::Decision<'_>)| {
        see(&compiled.decide(&compiled.bind(user, RecordKind::Source), Some(true), &world));
    };
    json.iter().for_each(|user| decide(user, &|decision| same(decision, by_hand::decide_json(user, Some(true)))));
    let ours = |user: &Map<String, Json>| decide(user, &|decision| _ = black_box(black_box(decision).membership().is_some()));
    pair(criterion, "Decision, JSON user", &json, ours, |user| _ = black_box(by_hand::decide_json(user, Some(true))));
}

fn long_switch(criterion: &mut Criterion) {
    let world = world();
    let pairs = jobs::departments();
    let expression = Expression::compile(Dialect::Entra, &jobs::long_switch()).unwrap();
    // Tried were maps with std's hash, foldhash, rustc-hash and ahash, and a sorted search: 11.6, 5.6, 5.5, 6.7 and 75 ns.
    let map: HashMap<&str, &str, foldhash::fast::FixedState> = pairs.iter().map(|(key, team)| (key.as_str(), team.as_str())).collect();
    let users = jobs::in_departments();
    let fields = fields(expression.attributes());
    let typed = bound(&users, &fields);
    let by_hand = |user: &Employee| user.department.as_deref().and_then(|department| map.get(department).copied()).unwrap_or("none").len();
    typed.iter().for_each(|user| assert_eq!(text(&expression, user, &world).len(), by_hand(user.user)));
    let ours = |user: &Bound<'_>| _ = black_box(text(&expression, user, &world));
    pair(criterion, "Switch of 200 keys", &typed, ours, |user| _ = black_box(by_hand(user.user)));
}

fn text_work(criterion: &mut Criterion) {
    let (expression, world, users) = (Expression::compile(Dialect::Entra, TEXT).unwrap(), world(), employees());
    let fields = fields(expression.attributes());
    let typed = bound(&users, &fields);
    let by_hand = |user: &Employee| {
        let [given_name, surname, department] =
            [&user.given_name, &user.surname, &user.department].map(|part| part.as_deref().unwrap_or_default());
        by_hand::text_work(given_name, surname, department)
    };
    typed.iter().for_each(|user| assert_eq!(text(&expression, user, &world), by_hand(user.user)));
    let ours = |user: &Bound<'_>| _ = black_box(text(&expression, user, &world));
    pair(criterion, "Join, PCase, ToLower, Mid, Replace", &typed, ours, |user| _ = black_box(by_hand(user.user)));
}

fn compile(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compile");
    group.bench_function("policies/docker.yaml", |bencher| bencher.iter(|| Policy::from_yaml(black_box(DOCKER)).unwrap()));
    let policy = Policy::from_yaml(DOCKER).unwrap();
    group.bench_function("its decisions", |bencher| bencher.iter(|| policy.compile(Source::Scim)));
    group.bench_function("an expression", |bencher| bencher.iter(|| Expression::compile(Dialect::Entra, black_box(SWITCH)).unwrap()));
    group.finish();
}

/// An event costs the same in a small and in a large target.
fn event(criterion: &mut Criterion) {
    let policy = Policy::from_yaml(DOCKER).unwrap();
    let event = |json: Json| -> Event { serde_json::from_value(json).unwrap() };
    let mut group = criterion.benchmark_group("event");
    for users in [100, 100_000] {
        let mut state = policy.initial_state();
        for user in 0..users {
            let attributes = json!({"givenName": "Ada", "dockerRole": "editor"});
            let created = event(json!({"event": "scim.create", "user": format!("user{user}@acme.example"), "attributes": attributes}));
            state.accept(policy.apply(&state, &created).unwrap());
        }
        let login =
            json!({"event": "sso.login", "user": "user57@acme.example", "attributes": {"dockerTeam": "qa"}, "groups": ["moby:dev"]});
        let login = event(login);
        group.bench_function(format!("of {users} users"), |bencher| bencher.iter(|| policy.apply(black_box(&state), &login).unwrap()));
    }
    group.finish();
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(60).measurement_time(std::time::Duration::from_secs(2)).warm_up_time(std::time::Duration::from_millis(500));
    targets = switch, decision, long_switch, text_work, compile, event
}
criterion_main!(benches);
