//! Generated code against the same by hand, over the same records, in one run. `cargo xtask bench` prints the ratios.
#![allow(missing_docs)] // what criterion's macros make has no documentation

#[allow(dead_code)] // the interpreter takes users by their slots
#[path = "../../benches/bound.rs"]
mod bound;
#[path = "../../benches/by_hand.rs"]
mod by_hand;
#[allow(dead_code)] // what the build script takes of it
#[path = "../../benches/jobs.rs"]
mod jobs;

/// The expressions of the jobs, by the build script.
mod emitted {
    include!(concat!(env!("OUT_DIR"), "/jobs.rs"));
}

use bound::Typed;
use criterion::{Criterion, criterion_group, criterion_main};
use jobs::{employees, json_of, world};
use rolewright::generated::User;
use rolewright::{FixedWorld, Record, Value};
use rolewright_emitted::docker::scim as docker;
use serde_json::{Map, Value as Json};
use std::collections::HashMap;
use std::hint::black_box;

/// One job by us and by hand, over each of the users in turn.
fn pair<U>(criterion: &mut Criterion, job: &str, users: &[U], ours: impl Fn(&U), hand: impl Fn(&U)) {
    let mut group = criterion.benchmark_group(format!("generated {job}"));
    group.bench_function("generated", |bencher| bencher.iter(|| users.iter().for_each(|user| ours(black_box(user)))));
    group.bench_function("by hand", |bencher| bencher.iter(|| users.iter().for_each(|user| hand(black_box(user)))));
    group.finish();
}

#[inline]
fn role<R: Record>(user: &R, world: &FixedWorld) -> &'static str {
    emitted::switch::text(&mut User::new(user, world)).unwrap_or("fault")
}

fn switch(criterion: &mut Criterion) {
    let (world, users) = (world(), employees());
    let by_hand = |user: &Typed<'_>| by_hand::role(user.0.app_roles.first().map(String::as_str));
    let typed: Vec<_> = users.iter().map(Typed).collect();
    typed.iter().for_each(|user| assert_eq!(role(user, &world), by_hand(user)));
    pair(criterion, "Switch, typed user", &typed, |user| _ = black_box(role(user, &world)), |user| _ = black_box(by_hand(user)));

    let json: Vec<_> = users.iter().map(json_of).collect();
    let by_hand = |user: &Map<String, Json>| by_hand::role(by_hand::first_app_role(user));
    json.iter().for_each(|user| assert_eq!(role(user, &world), by_hand(user)));
    pair(criterion, "Switch, JSON user", &json, |user| _ = black_box(role(user, &world)), |user| _ = black_box(by_hand(user)));
}

fn decision(criterion: &mut Criterion) {
    let (world, users) = (world(), employees());
    let same = |decision: &docker::Decision<'_>, hand: Option<by_hand::Decision<'_>>| {
        let hand = hand.unwrap();
        assert_eq!((decision.user(), decision.is_active()), (hand.user, hand.active));
        let seat = decision.membership().map(|seat| (seat.org, seat.role, seat.team.map(|(team, _)| team)));
        assert_eq!(seat, hand.active.then_some((hand.org, hand.role, hand.team)));
        assert_eq!((decision.given_name.as_deref(), decision.family_name.as_deref()), (hand.given_name, hand.family_name));
    };
    let typed: Vec<_> = users.iter().map(Typed).collect();
    typed.iter().for_each(|user| same(&docker::decide(user, Some(true), &world), by_hand::decide_employee(user.0, Some(true))));
    let ours = |user: &Typed<'_>| _ = black_box(black_box(&docker::decide(user, Some(true), &world)).membership().is_some());
    let hand = |user: &Typed<'_>| _ = black_box(&by_hand::decide_employee(user.0, Some(true)));
    pair(criterion, "Decision, typed user", &typed, ours, hand);

    let json: Vec<_> = users.iter().map(json_of).collect();
    json.iter().for_each(|user| same(&docker::decide(user, Some(true), &world), by_hand::decide_json(user, Some(true))));
    let ours = |user: &Map<String, Json>| _ = black_box(black_box(&docker::decide(user, Some(true), &world)).membership().is_some());
    pair(criterion, "Decision, JSON user", &json, ours, |user| _ = black_box(&by_hand::decide_json(user, Some(true))));
}

fn long_switch(criterion: &mut Criterion) {
    let world = world();
    let pairs = jobs::departments();
    let map: HashMap<&str, &str, foldhash::fast::FixedState> = pairs.iter().map(|(key, team)| (key.as_str(), team.as_str())).collect();
    let users = jobs::in_departments();
    let typed: Vec<_> = users.iter().map(Typed).collect();
    let ours = |user: &Typed<'_>| emitted::long_switch::text(&mut User::new(user, &world)).unwrap_or("fault");
    let by_hand =
        |user: &Typed<'_>| user.0.department.as_deref().and_then(|department| map.get(department).copied()).unwrap_or("none").len();
    typed.iter().for_each(|user| assert_eq!(ours(user).len(), by_hand(user)));
    pair(criterion, "Switch of 200 keys", &typed, |user| _ = black_box(ours(user)), |user| _ = black_box(by_hand(user)));
}

fn text_work(criterion: &mut Criterion) {
    let (world, users) = (world(), employees());
    let typed: Vec<_> = users.iter().map(Typed).collect();
    let by_hand = |user: &Typed<'_>| {
        let [given_name, surname, department] =
            [&user.0.given_name, &user.0.surname, &user.0.department].map(|part| part.as_deref().unwrap_or_default());
        by_hand::text_work(given_name, surname, department)
    };
    let check = |user: &Typed<'_>| match emitted::text_work::evaluate(&mut User::new(user, &world)) {
        Ok(Value::Text(text)) => assert_eq!(text, by_hand(user)),
        other => panic!("{other:?}"),
    };
    typed.iter().for_each(check);
    let ours = |user: &Typed<'_>| _ = black_box(emitted::text_work::evaluate(&mut User::new(user, &world)));
    pair(criterion, "Join, PCase, ToLower, Mid, Replace", &typed, ours, |user| _ = black_box(by_hand(user)));
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(60).measurement_time(std::time::Duration::from_secs(2)).warm_up_time(std::time::Duration::from_millis(500));
    targets = switch, decision, long_switch, text_work
}
criterion_main!(benches);
