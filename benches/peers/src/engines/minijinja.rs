//! MiniJinja: a template, which always gives a text. The decision's parts are set off by bars.

use super::Ready;
use crate::task::{Task, decision};
use crate::{Job, jobs};
use minijinja::{Environment, Value};
use serde_json::Value as Json;
use std::collections::BTreeMap;

const ROLE: &str = r#"{% set role = appRoleAssignments[0] %}{% if role == "My Corp Administrator" %}owner{% elif role == "My Corp Editor" %}editor{% else %}member{% endif %}"#;
const SEAT: &str = r#"{{ userPrincipalName }}|{{ accountEnabled }}|{{ extensionAttribute2 or "acme" }}|{{ extensionAttribute3 or ("" if extensionAttribute2 else "company") }}|"#;
const LONG_SWITCH: &str = r#"{{ teams[department] or "none" }}"#;
const TEXT: &str = r#"{{ [givenName|title, surname|lower, (department|replace("-", " "))[:12]]|select|join(" ") }}"#;

pub fn ready(job: Job) -> Ready {
    let source = match job {
        Job::Switch => ROLE.to_owned(),
        Job::Decision => format!("{SEAT}{ROLE}"),
        Job::LongSwitch => LONG_SWITCH.to_owned(),
        Job::Text => TEXT.to_owned(),
    };
    let environment: &'static mut Environment = Box::leak(Box::new(Environment::empty()));
    environment.add_filter("title", minijinja::filters::title);
    environment.add_filter("lower", minijinja::filters::lower);
    environment.add_filter("replace", minijinja::filters::replace);
    environment.add_filter("select", minijinja::filters::select);
    environment.add_filter("join", minijinja::filters::join);
    environment.add_global("teams", Value::from(jobs::departments().into_iter().collect::<BTreeMap<_, _>>()));
    environment.add_template_owned("job", source).unwrap();
    let template = environment.get_template("job").unwrap();
    let read = move |text: String| match job {
        Job::Decision => {
            let [user, active, org, team, role] = text.split('|').collect::<Vec<_>>().try_into().unwrap();
            decision(user, active == "True", org, role, Some(team).filter(|team| !team.is_empty()))
        }
        _ => text,
    };
    let users = job.records().into_iter().map(|user| value(Json::Object(user))).collect();
    Ok(Task::new(users, move |user: &Value| template.render(user).unwrap(), read))
}

fn value(json: Json) -> Value {
    match json {
        Json::Null => Value::from(()),
        Json::Bool(truth) => truth.into(),
        Json::Number(number) => number.as_i64().unwrap().into(),
        Json::String(text) => text.into(),
        Json::Array(items) => items.into_iter().map(value).collect::<Vec<_>>().into(),
        Json::Object(fields) => fields.into_iter().map(|(key, json)| (key, value(json))).collect::<BTreeMap<_, _>>().into(),
    }
}
