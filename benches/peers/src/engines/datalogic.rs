//! JSONLogic, by datalogic-rs: a rule over data that was parsed before, with one session for all users.

use super::{Ready, teams};
use crate::Job;
use crate::task::{Task, decision};
use datalogic_rs::{Engine, ParsedData};
use serde_json::{Value as Json, json};
use std::cell::RefCell;

pub fn ready(job: Job) -> Ready {
    let first = json!({"var": "appRoleAssignments.0"});
    let role = json!({"if": [
        {"===": [first, "My Corp Administrator"]}, "owner",
        {"===": [first, "My Corp Editor"]}, "editor",
        "member",
    ]});
    let (org, team) = (json!({"var": "extensionAttribute2"}), json!({"var": "extensionAttribute3"}));
    let rule = match job {
        Job::Switch => role,
        Job::Decision => json!([
            {"var": "userPrincipalName"},
            {"var": "accountEnabled"},
            {"if": [org, org, "acme"]},
            role,
            {"if": [team, team, {"if": [org, null, "company"]}]},
        ]),
        Job::LongSwitch => json!({"??": [{"val": ["teams", {"var": "department"}]}, "none"]}),
        Job::Text => text(),
    };
    let engine: &'static Engine = Box::leak(Box::new(Engine::new()));
    let logic = engine.compile(rule.to_string().as_str()).unwrap();
    let session = RefCell::new(engine.session());
    let read = move |json: String| {
        let json: Json = serde_json::from_str(&json).unwrap();
        match job {
            Job::Decision => {
                let [user, org, role] = [0, 2, 3].map(|at| json[at].as_str().unwrap());
                decision(user, json[1].as_bool().unwrap(), org, role, json[4].as_str())
            }
            _ => json.as_str().unwrap().to_owned(),
        }
    };
    let data = |mut user: serde_json::Map<String, Json>| {
        if job == Job::LongSwitch {
            user.insert("teams".to_owned(), teams());
        }
        ParsedData::from_json(&Json::Object(user).to_string()).unwrap()
    };
    let work = move |user: &'static ParsedData| {
        let mut session = session.borrow_mut();
        session.reset();
        session.eval(&logic, user).unwrap()
    };
    Ok(Task::new(job.records().into_iter().map(data).collect(), work, move |value| read(value.to_string())))
}

/// A character that has no case is taken for no letter, as in Rhai.
fn text() -> Json {
    let (so_far, next) = (json!({"var": "accumulator"}), json!({"var": "current"}));
    let last = json!({"substr": [so_far, -1]});
    let no_letter = json!({"and": [{"===": [{"upper": [last]}, {"lower": [last]}]}, {"!": [{"in": [last, "0123456789"]}]}]});
    let starts = json!({"or": [{"===": [so_far, ""]}, no_letter]});
    let cased = json!({"cat": [so_far, {"if": [starts, {"upper": [next]}, {"lower": [next]}]}]});
    let given = json!({"reduce": [{"split": [{"var": "givenName"}, ""]}, cased, ""]});
    let spaced = json!({"if": [{"===": [so_far, null]}, next, {"cat": [so_far, " ", next]}]});
    let department = json!({"substr": [{"reduce": [{"split": [{"var": "department"}, "-"]}, spaced, null]}, 0, 12]});
    let parts = json!([given, {"lower": [{"var": "surname"}]}, department]);
    let joined = json!({"if": [{"===": [next, ""]}, so_far, {"===": [so_far, ""]}, next, {"cat": [so_far, " ", next]}]});
    json!({"reduce": [parts, joined, ""]})
}
