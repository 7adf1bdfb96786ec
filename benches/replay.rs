//! A history of events over 10,000 users: the time grows with the number of events, not with that of users.
#![allow(missing_docs)] // what criterion's macros make has no documentation

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};
use rolewright::Policy;
use rolewright::provision::{Event, State};
use serde_json::json;
use std::hint::black_box;

const USERS: u64 = 10_000;

/// A user of the application whom SCIM created.
fn created(user: u64) -> Event {
    let attributes = json!({"givenName": "Ada", "familyName": "Li", "dockerRole": "editor"});
    serde_json::from_value(json!({"event": "scim.create", "user": name(user), "attributes": attributes})).unwrap()
}

fn name(user: u64) -> String {
    format!("user{user}@acme.example")
}

/// Sign-ins, updates, pushes of groups and the rest, in the proportion of a busy week.
fn history(events: u64) -> Vec<Event> {
    let mut seed = 7u64;
    let mut random = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    (0..events)
        .map(|_| {
            let (user, team) = (name(random(USERS)), format!("team{}", random(50)));
            let role = ["member", "editor", "owner"][random(3) as usize];
            let json = match random(100) {
                0..50 => {
                    let attributes = json!({"givenName": "Ada", "dockerTeam": team});
                    json!({"event": "sso.login", "user": user, "attributes": attributes, "groups": [format!("moby:{team}")]})
                }
                50..80 => {
                    let attributes = json!({"familyName": "Li", "dockerRole": role, "dockerTeam": team});
                    json!({"event": "scim.update", "user": user, "attributes": attributes})
                }
                80..85 => json!({"event": "scim.deactivate", "user": user}),
                85..90 => json!({"event": "scim.reactivate", "user": user}),
                90..95 => json!({"event": "console.set_role", "user": user, "org": "acme", "role": role}),
                95..98 => {
                    let members: Vec<String> = (0..20).map(|_| name(random(USERS))).collect();
                    json!({"event": "group.push", "group": format!("whale:{team}"), "members": members})
                }
                _ => json!({"event": "scim.create", "user": user}),
            };
            serde_json::from_value(json).unwrap()
        })
        .collect()
}

fn after<'e>(policy: &Policy, mut state: State, events: impl IntoIterator<Item = &'e Event>) -> State {
    for event in events {
        if let Ok(outcome) = policy.apply(&state, black_box(event)) {
            state.accept(outcome);
        }
    }
    state
}

fn replay(criterion: &mut Criterion) {
    let policy = Policy::from_yaml(include_str!("../policies/docker.yaml")).unwrap();
    let users: Vec<Event> = (0..USERS).map(created).collect();
    let state = after(&policy, policy.initial_state(), &users);
    let mut group = criterion.benchmark_group("replay");
    group.sample_size(10);
    for events in [10_000, 30_000, 100_000] {
        let history = history(events);
        group.throughput(Throughput::Elements(events));
        group.bench_with_input(BenchmarkId::from_parameter(events), &history, |bencher, history| {
            bencher.iter_batched(|| state.clone(), |state| after(&policy, state, history), BatchSize::PerIteration);
        });
    }
    group.finish();
}

criterion_group!(benches, replay);
criterion_main!(benches);
