//! CEL, over a context that holds the user. Its letters are those of ASCII.

use super::Ready;
use crate::task::{Task, decision};
use crate::{Job, jobs};
use cel::{Context, Program, Value};
use serde_json::{Map, Value as Json};
use std::collections::HashMap;

const ROLE: &str = r#"size(user.appRoleAssignments) == 0 ? "member"
    : user.appRoleAssignments[0] == "My Corp Administrator" ? "owner"
    : user.appRoleAssignments[0] == "My Corp Editor" ? "editor" : "member""#;
const ORG: &str = r#"user.extensionAttribute2 == null ? "acme" : user.extensionAttribute2"#;
const TEAM: &str = r#"user.extensionAttribute3 == null && user.extensionAttribute2 == null ? "company" : user.extensionAttribute3"#;
const LONG_SWITCH: &str = r#"user.department in teams ? teams[user.department] : "none""#;

pub fn ready(job: Job) -> Ready {
    let source = match job {
        Job::Switch => ROLE.to_owned(),
        Job::Decision => format!("[user.userPrincipalName, user.accountEnabled, {ORG}, {ROLE}, {TEAM}]"),
        Job::LongSwitch => LONG_SWITCH.to_owned(),
        Job::Text => return Err("lowerAscii and upperAscii know the letters of ASCII alone"),
    };
    let program = Program::compile(&source).unwrap();
    let read = move |value: Value| match (job, value) {
        (Job::Decision, Value::List(parts)) => {
            let text = |at: usize| parts.get(at).and_then(text);
            let [user, org, role] = [0, 2, 3].map(|at| text(at).unwrap());
            decision(&user, parts.get(1) == Some(&Value::Bool(true)), &org, &role, text(4).as_deref())
        }
        (_, value) => text(&value).unwrap(),
    };
    let users = job.records().into_iter().map(|user| context(job, user)).collect();
    Ok(Task::new(users, move |context: &Context<'static, 'static>| program.execute(context).unwrap(), read))
}

fn text(value: &Value) -> Option<String> {
    if let Value::String(text) = value { Some(text.to_string()) } else { None }
}

fn context(job: Job, user: Map<String, Json>) -> Context<'static, 'static> {
    let mut context = Context::default();
    context.add_variable("user", user).unwrap();
    if job == Job::LongSwitch {
        context.add_variable("teams", jobs::departments().into_iter().collect::<HashMap<_, _>>()).unwrap();
    }
    context
}
