//! Rolewright itself: over records as they come in JSON, and over typed users, which are what the other engines' own values
//! are to them.

use super::Ready;
use crate::bound::{bound, fields};
use crate::task::{Task, decision};
use crate::{Job, jobs};
use rolewright::provision::Source;
use rolewright::{Compiled, Decision, Dialect, Expression, FixedWorld, Flow, Policy, Record, RecordKind, Value};
use std::hint::black_box;

pub fn json(job: Job) -> Ready {
    let Job::Decision = job else { return Ok(task(job, |_| job.records())) };
    let (compiled, world) = decider();
    Ok(Task::inside(job.records(), move |user, wanted| {
        let bound = compiled.bind(user, RecordKind::Source);
        let decision = compiled.decide(&bound, Some(true), world);
        black_box(&decision);
        wanted.then(|| seat(&decision))
    }))
}

pub fn typed(job: Job) -> Ready {
    Ok(task(job, |attributes| bound(job.employees().leak(), fields(attributes).leak())))
}

/// `users` are told the attributes that are read.
fn task<R: Record + 'static>(job: Job, users: impl FnOnce(&[Box<str>]) -> Vec<R>) -> Task {
    let source = match job {
        Job::Switch => jobs::SWITCH.to_owned(),
        Job::LongSwitch => jobs::long_switch(),
        Job::Text => jobs::TEXT.to_owned(),
        Job::Decision => {
            let (compiled, world) = decider();
            return Task::new(users(compiled.attributes()), move |user| compiled.decide(user, Some(true), world), |decision| seat(&decision));
        }
    };
    let world: &'static _ = Box::leak(Box::new(jobs::world()));
    let expression: &'static _ = Box::leak(Box::new(Expression::compile(Dialect::Entra, &source).unwrap()));
    Task::new(
        users(expression.attributes()),
        move |user| expression.evaluate(user, world).result,
        |result| match result {
            Ok(Flow::Value(Value::Text(text))) => text.into_owned(),
            other => panic!("{other:?}"),
        },
    )
}

fn decider() -> (&'static Compiled, &'static FixedWorld) {
    let policy = Policy::from_yaml(jobs::DOCKER).unwrap();
    (Box::leak(Box::new(policy.compile(Source::Scim))), Box::leak(Box::new(jobs::world())))
}

fn seat(decided: &Decision<'_>) -> String {
    let seat = decided.membership();
    let text = seat.map(|seat| decision(decided.user(), true, seat.org, seat.role, seat.team.map(|(team, _)| team)));
    text.unwrap_or_else(|| decision(decided.user(), decided.is_active(), "", "", None))
}
