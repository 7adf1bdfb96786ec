//! Rego, by the virtual machine of Regorus: a compiled program, with one machine for all users. Its other way, the
//! interpreter, took four to eight times as long.

use super::{Ready, teams};
use crate::Job;
use crate::task::{Task, decision};
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{PolicyModule, Value, compile_policy_with_entrypoint};
use serde_json::{Value as Json, json};
use std::cell::RefCell;

// With a default rule, or with roles in an object, it took as long or longer.
const ROLE: &str = r#""owner" if { input.appRoleAssignments[0] == "My Corp Administrator" }
    else := "editor" if { input.appRoleAssignments[0] == "My Corp Editor" } else := "member""#;

const PLACEMENT: &str = r#"
org := "acme" if { input.extensionAttribute2 == null } else := input.extensionAttribute2
team := "company" if { input.extensionAttribute2 == null; input.extensionAttribute3 == null } else := input.extensionAttribute3
answer := [input.userPrincipalName, input.accountEnabled, org, role, team]
"#;

const LONG_SWITCH: &str = r#"
default answer := "none"
answer := data.teams[input.department]
"#;

// A character that has no case is taken for no letter, as in Rhai.
const TEXT: &str = r#"
letters := split(input.givenName, "")
letter(c) if { lower(c) != upper(c) }
letter(c) if { c in {"0", "1", "2", "3", "4", "5", "6", "7", "8", "9"} }
cased(i, c) := lower(c) if { i > 0; letter(letters[i - 1]) } else := upper(c)
given := concat("", [cased(i, c) | some i, c in letters])
parts := [given, lower(input.surname), substring(replace(input.department, "-", " "), 0, 12)]
answer := concat(" ", [part | some part in parts; part != ""])
"#;

pub fn ready(job: Job) -> Ready {
    let rules = match job {
        Job::Switch => format!("answer := {ROLE}"),
        Job::Decision => format!("role := {ROLE}\n{PLACEMENT}"),
        Job::LongSwitch => LONG_SWITCH.to_owned(),
        Job::Text => TEXT.to_owned(),
    };
    let data = value(&json!({ "teams": teams() }));
    let module = PolicyModule { id: "job.rego".into(), content: format!("package job\nimport rego.v1\n{rules}").into() };
    let policy = compile_policy_with_entrypoint(data.clone(), &[module], "data.job.answer".into()).unwrap();
    let mut machine = RegoVM::new();
    machine.load_program(Compiler::compile_from_policy(&policy, &["data.job.answer"]).unwrap());
    machine.set_data(data).unwrap();
    let machine = RefCell::new(machine);
    let work = move |user: &'static Value| {
        let mut machine = machine.borrow_mut();
        machine.set_input(user.clone());
        machine.execute().unwrap()
    };
    let read = move |value: Value| match job {
        Job::Decision => {
            let parts = value.as_array().unwrap();
            let text = |at: usize| parts[at].as_string().ok().map(|text| text.to_string());
            let [user, org, role] = [0, 2, 3].map(|at| text(at).unwrap());
            decision(&user, *parts[1].as_bool().unwrap(), &org, &role, text(4).as_deref())
        }
        _ => value.as_string().unwrap().to_string(),
    };
    Ok(Task::new(job.records().into_iter().map(|user| value(&Json::Object(user))).collect(), work, read))
}

fn value(json: &Json) -> Value {
    Value::from_json_str(&json.to_string()).unwrap()
}
