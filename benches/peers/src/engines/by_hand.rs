//! The work by hand, over the same records.

use super::Ready;
use crate::task::{Task, decision};
use crate::{Job, by_hand, jobs};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

pub fn ready(job: Job) -> Ready {
    let users = job.records();
    let text = |user: &'static Map<String, Json>, name: &str| user.get(name).and_then(Json::as_str).unwrap_or_default();
    Ok(match job {
        Job::Switch => Task::new(users, |user| by_hand::role(by_hand::first_app_role(user)), str::to_owned),
        Job::Decision => Task::new(
            users,
            |user| by_hand::decide_json(user, Some(true)).unwrap(),
            |seat| decision(seat.user, seat.active, seat.org, seat.role, seat.team),
        ),
        Job::LongSwitch => {
            let teams: HashMap<String, String, foldhash::fast::FixedState> = jobs::departments().into_iter().collect();
            let teams: &'static _ = Box::leak(Box::new(teams));
            Task::new(users, move |user| teams.get(text(user, "department")).map_or("none", String::as_str), str::to_owned)
        }
        Job::Text => Task::new(
            users,
            move |user| by_hand::text_work(text(user, "givenName"), text(user, "surname"), text(user, "department")),
            |text| text,
        ),
    })
}
