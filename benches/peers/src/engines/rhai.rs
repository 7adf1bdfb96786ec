//! Rhai: a script over a scope that holds the user.

use super::Ready;
use crate::task::{Task, decision};
use crate::{Job, jobs};
use rhai::{Array, Dynamic, Engine, Scope};
use serde_json::{Map, Value as Json};
use std::cell::RefCell;

const ROLE: &str = r#"if user.appRoleAssignments.is_empty() { "member" } else { switch user.appRoleAssignments[0] {
    "My Corp Administrator" => "owner",
    "My Corp Editor" => "editor",
    _ => "member",
} }"#;

const PLACEMENT: &str = r#"
    let org = user.extensionAttribute2;
    let team = user.extensionAttribute3;
    if org == () {
        org = "acme";
        if team == () { team = "company"; }
    }
    [user.userPrincipalName, user.accountEnabled, org, role, team]
"#;

// A character that has no case is taken for no letter: Rhai tells letters from others in no better way.
const TEXT: &str = r#"
    let cased = "";
    let starts = true;
    for c in user.givenName {
        if c.to_lower() == c.to_upper() && !(c >= '0' && c <= '9') { starts = true; cased += c; }
        else if starts { starts = false; cased += c.to_upper(); }
        else { cased += c.to_lower(); }
    }
    let department = user.department;
    department.replace("-", " ");
    for part in [user.surname.to_lower(), department.sub_string(0, 12)] {
        if part != "" {
            if cased != "" { cased += " "; }
            cased += part;
        }
    }
    cased
"#;

pub fn ready(job: Job) -> Ready {
    let script = match job {
        Job::Switch => ROLE.to_owned(),
        Job::Decision => format!("let role = {ROLE};\n{PLACEMENT}"),
        Job::LongSwitch => {
            let arms: Vec<String> = jobs::departments().iter().map(|(key, team)| format!("{key:?} => {team:?},")).collect();
            format!("switch user.department {{ {} _ => \"none\" }}", arms.join(" "))
        }
        Job::Text => TEXT.to_owned(),
    };
    let engine = Engine::new();
    let script = engine.compile(format!("{{ {script} }}")).unwrap(); // in a block, so that its variables end with it
    let work =
        move |scope: &'static RefCell<Scope<'static>>| engine.eval_ast_with_scope::<Dynamic>(&mut scope.borrow_mut(), &script).unwrap();
    let read = move |value: Dynamic| match job {
        Job::Decision => {
            let parts = value.cast::<Array>();
            let text = |at: usize| parts[at].clone().into_string().ok();
            let [user, org, role] = [0, 2, 3].map(|at| text(at).unwrap());
            decision(&user, parts[1].as_bool().unwrap(), &org, &role, text(4).as_deref())
        }
        _ => value.into_string().unwrap(),
    };
    Ok(Task::new(job.records().into_iter().map(scope).collect(), work, read))
}

fn scope(user: Map<String, Json>) -> RefCell<Scope<'static>> {
    let mut scope = Scope::new();
    scope.push_constant_dynamic("user", value(Json::Object(user)));
    RefCell::new(scope)
}

fn value(json: Json) -> Dynamic {
    match json {
        Json::Null => Dynamic::UNIT,
        Json::Bool(truth) => truth.into(),
        Json::Number(number) => number.as_i64().unwrap().into(),
        Json::String(text) => text.into(),
        Json::Array(items) => items.into_iter().map(value).collect::<Array>().into(),
        Json::Object(fields) => fields.into_iter().map(|(key, json)| (key.into(), value(json))).collect::<rhai::Map>().into(),
    }
}
