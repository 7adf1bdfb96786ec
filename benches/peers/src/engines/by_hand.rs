//! The work by hand, over the same records and over the same typed users.

use super::Ready;
use crate::by_hand::{self, Decision, Employee};
use crate::task::{Task, decision};
use crate::{Job, jobs};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

type Teams = HashMap<String, String, foldhash::fast::FixedState>;

pub fn json(job: Job) -> Ready {
    let users = job.records();
    let text = |user: &'static Map<String, Json>, name: &str| user.get(name).and_then(Json::as_str).unwrap_or_default();
    Ok(match job {
        Job::Switch => Task::new(users, |user| by_hand::role(by_hand::first_app_role(user)), str::to_owned),
        Job::Decision => Task::new(users, |user| by_hand::decide_json(user, Some(true)).unwrap(), seat),
        Job::LongSwitch => {
            let teams = teams();
            Task::new(users, move |user| team(teams, text(user, "department")), str::to_owned)
        }
        Job::Text => Task::new(
            users,
            move |user| by_hand::text_work(text(user, "givenName"), text(user, "surname"), text(user, "department")),
            |text| text,
        ),
    })
}

pub fn typed(job: Job) -> Ready {
    let users = job.employees();
    let text = |text: &'static Option<String>| text.as_deref().unwrap_or_default();
    Ok(match job {
        Job::Switch => Task::new(users, |user: &Employee| by_hand::role(user.app_roles.first().map(String::as_str)), str::to_owned),
        Job::Decision => Task::new(users, |user| by_hand::decide_employee(user, Some(true)).unwrap(), seat),
        Job::LongSwitch => {
            let teams = teams();
            Task::new(users, move |user: &'static Employee| team(teams, text(&user.department)), str::to_owned)
        }
        Job::Text => {
            let work =
                move |user: &'static Employee| by_hand::text_work(text(&user.given_name), text(&user.surname), text(&user.department));
            Task::new(users, work, |text| text)
        }
    })
}

fn teams() -> &'static Teams {
    Box::leak(Box::new(jobs::departments().into_iter().collect()))
}

fn team(teams: &'static Teams, department: &str) -> &'static str {
    teams.get(department).map_or("none", String::as_str)
}

fn seat(seat: Decision<'_>) -> String {
    decision(seat.user, seat.active, seat.org, seat.role, seat.team)
}
