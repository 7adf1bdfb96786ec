//! Rolewright itself, over records as they come in JSON.

use super::Ready;
use crate::task::{Task, decision};
use crate::{Job, jobs};
use rolewright::provision::Source;
use rolewright::{Dialect, Expression, Flow, Policy, Value};

pub fn ready(job: Job) -> Ready {
    let world: &'static _ = Box::leak(Box::new(jobs::world()));
    let source = match job {
        Job::Switch => jobs::SWITCH.to_owned(),
        Job::LongSwitch => jobs::long_switch(),
        Job::Text => jobs::TEXT.to_owned(),
        Job::Decision => {
            let policy = Policy::from_yaml(jobs::DOCKER).unwrap();
            let program: &'static _ = Box::leak(Box::new(policy.program(Source::Scim).unwrap()));
            return Ok(Task::new(
                job.records(),
                move |user| program.decide(user, Some(true), world),
                |verdict| {
                    let seat = verdict.membership();
                    let text = seat.map(|seat| decision(verdict.user(), true, seat.org, seat.role, seat.team.map(|(team, _)| team)));
                    text.unwrap_or_else(|| decision(verdict.user(), verdict.is_active(), "", "", None))
                },
            ));
        }
    };
    let expression: &'static _ = Box::leak(Box::new(Expression::compile(Dialect::Entra, &source).unwrap()));
    Ok(Task::new(
        job.records(),
        move |user| expression.evaluate(user, world).result,
        |result| match result {
            Ok(Flow::Value(Value::Text(text))) => text.into_owned(),
            other => panic!("{other:?}"),
        },
    ))
}
