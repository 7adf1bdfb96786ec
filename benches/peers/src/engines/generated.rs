//! The same policy and expressions as Rust that Rolewright writes when this is built, over typed users.

use super::Ready;
use crate::bound::Typed;
use crate::by_hand::Employee;
use crate::task::{Task, decision};
use crate::{Job, jobs};
use rolewright::Value;
use rolewright::generated::User;

mod docker {
    rolewright::include_policy!("docker.yaml");
}

mod emitted {
    include!(concat!(env!("OUT_DIR"), "/jobs.rs"));
}

pub fn ready(job: Job) -> Ready {
    let world: &'static _ = Box::leak(Box::new(jobs::world()));
    let employees: &'static [Employee] = job.employees().leak();
    let users: Vec<Typed<'static>> = employees.iter().map(Typed).collect();
    Ok(match job {
        Job::Switch => Task::new(users, move |user| emitted::switch::text(&mut User::new(user, world)), |role| role.unwrap().to_owned()),
        Job::LongSwitch => {
            Task::new(users, move |user| emitted::long_switch::text(&mut User::new(user, world)), |team| team.unwrap().to_owned())
        }
        Job::Text => Task::new(
            users,
            move |user| emitted::text_work::evaluate(&mut User::new(user, world)),
            |text| match text {
                Ok(Value::Text(text)) => text.into_owned(),
                other => panic!("{other:?}"),
            },
        ),
        Job::Decision => Task::new(
            users,
            move |user| docker::scim::decide(user, Some(true), world),
            |decided| {
                let seat = decided.membership();
                let text = seat.map(|seat| decision(decided.user(), true, seat.org, seat.role, seat.team.map(|(team, _)| team)));
                text.unwrap_or_else(|| decision(decided.user(), decided.is_active(), "", "", None))
            },
        ),
    })
}
