//! jq, by jaq: a filter over the user. Its letters are those of ASCII.

use super::{Ready, teams};
use crate::Job;
use crate::task::{Task, decision};
use jaq_core::load::{Arena, File, Loader};
use jaq_core::{Compiler, Ctx, Vars, data, unwrap_valr};
use jaq_json::{Val, read};
use serde_json::Value as Json;

const ROLE: &str =
    r#"(.appRoleAssignments[0] | if . == "My Corp Administrator" then "owner" elif . == "My Corp Editor" then "editor" else "member" end)"#;
const SEAT: &str = r#".userPrincipalName, .accountEnabled, (.extensionAttribute2 // "acme")"#;
const TEAM: &str = r#"(.extensionAttribute3 // if .extensionAttribute2 then null else "company" end)"#;

pub fn ready(job: Job) -> Ready {
    let code = match job {
        Job::Switch => ROLE.to_owned(),
        Job::Decision => format!("[{SEAT}, {ROLE}, {TEAM}]"),
        Job::LongSwitch => r#"$teams[.department] // "none""#.to_owned(),
        Job::Text => return Err("ascii_downcase and ascii_upcase know the letters of ASCII alone"),
    };
    let definitions = jaq_core::defs().chain(jaq_std::defs()).chain(jaq_json::defs());
    let functions = jaq_core::funs().chain(jaq_std::funs()).chain(jaq_json::funs());
    let arena = Arena::default();
    let modules = Loader::new(definitions).load(&arena, File { code: code.as_str(), path: () }).ok().unwrap();
    let compiler = Compiler::default().with_funs(functions).with_global_vars(["$teams"]);
    let filter: &'static _ = Box::leak(Box::new(compiler.compile(modules).ok().unwrap()));
    let context = Ctx::<data::JustLut<Val>>::new(&filter.lut, Vars::new([value(&teams())]));
    let work = move |user: &'static Val| filter.id.run((context.clone(), user.clone())).map(unwrap_valr).next().unwrap().unwrap();
    let read = move |value: Val| {
        let json: Json = serde_json::from_str(&value.to_string()).unwrap();
        match job {
            Job::Decision => {
                let [user, org, role] = [0, 2, 3].map(|at| json[at].as_str().unwrap());
                decision(user, json[1].as_bool().unwrap(), org, role, json[4].as_str())
            }
            _ => json.as_str().unwrap().to_owned(),
        }
    };
    Ok(Task::new(job.records().into_iter().map(|user| value(&Json::Object(user))).collect(), work, read))
}

fn value(json: &Json) -> Val {
    read::parse_single(json.to_string().as_bytes()).unwrap()
}
