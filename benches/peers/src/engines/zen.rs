//! ZEN, the expression language of GoRules, with one machine for all users.

use super::{Ready, teams};
use crate::Job;
use crate::task::{Task, decision};
use serde_json::Value as Json;
use std::cell::RefCell;
use zen_expression::scope::Scope;
use zen_expression::vm::VM;
use zen_expression::{Variable, compile_expression};

const ROLE: &str =
    r#"(appRoleAssignments[0] == "My Corp Administrator" ? "owner" : appRoleAssignments[0] == "My Corp Editor" ? "editor" : "member")"#;
const ORG: &str = r#"extensionAttribute2 ?? "acme""#;
const TEAM: &str = r#"extensionAttribute3 ?? (extensionAttribute2 == null ? "company" : null)"#;

pub fn ready(job: Job) -> Ready {
    let source = match job {
        Job::Switch => ROLE.to_owned(),
        Job::Decision => format!("[userPrincipalName, accountEnabled, {ORG}, {ROLE}, {TEAM}]"),
        Job::LongSwitch => r#"teams[department] ?? "none""#.to_owned(),
        Job::Text => return Err("no function replaces in a text, or makes one text of a list"),
    };
    let expression = compile_expression(&source).unwrap();
    let machine = RefCell::new(VM::new());
    let work = move |scope: &'static Scope| expression.evaluate_with_scope(scope, &mut machine.borrow_mut()).unwrap();
    let read = move |value: Variable| match job {
        Job::Decision => {
            let parts = value.as_array().unwrap();
            let parts = parts.borrow();
            let text = |at: usize| parts[at].as_str().map(str::to_owned);
            let [user, org, role] = [0, 2, 3].map(|at| text(at).unwrap());
            decision(&user, parts[1].as_bool().unwrap(), &org, &role, text(4).as_deref())
        }
        _ => value.as_str().unwrap().to_owned(),
    };
    let scope = |mut user: serde_json::Map<String, Json>| {
        if job == Job::LongSwitch {
            user.insert("teams".to_owned(), teams());
        }
        Scope::new(Json::Object(user).into())
    };
    Ok(Task::new(job.records().into_iter().map(scope).collect(), work, read))
}
