//! Cedar: an expression over the user as an entity. Its policies permit or deny, but `eval_expression` gives any value, and
//! is the faster: to ask the authorizer for the policy that permits, or whether each role is permitted in turn, took the
//! Switch over app roles five times as long.

use super::Ready;
use crate::task::{Task, decision};
use crate::{Job, jobs};
use cedar_policy::{Context, Entities, Entity, EntityUid, EvalResult, Expression, Request, RestrictedExpression, eval_expression};
use serde_json::{Map, Value as Json};

// A list is a set, which has no first: who has several app roles would get another role than by the first of them.
const ROLE: &str = r#"if principal.appRoleAssignments.contains("My Corp Administrator") then "owner"
    else if principal.appRoleAssignments.contains("My Corp Editor") then "editor" else "member""#;
// There is no null: an attribute is there or not.
const ORG: &str = r#"if principal has extensionAttribute2 then principal.extensionAttribute2 else "acme""#;
const TEAM: &str = r#"if principal has extensionAttribute3 then principal.extensionAttribute3
    else if principal has extensionAttribute2 then "" else "company""#;
const LONG_SWITCH: &str = r#"if resource.hasTag(principal.department) then resource.getTag(principal.department) else "none""#;

pub fn ready(job: Job) -> Ready {
    let source = match job {
        Job::Switch => ROLE.to_owned(),
        Job::Decision => {
            format!("{{ user: principal.userPrincipalName, active: principal.accountEnabled, org: {ORG}, role: {ROLE}, team: {TEAM} }}")
        }
        Job::LongSwitch => LONG_SWITCH.to_owned(),
        Job::Text => return Err("texts can be compared, and nothing else"),
    };
    let expression: Expression = source.parse().unwrap();
    let users = job.records().into_iter().map(|user| input(job, user)).collect();
    let work = move |(request, entities): &'static (Request, Entities)| eval_expression(request, entities, &expression).unwrap();
    Ok(Task::new(users, work, read))
}

fn read(result: EvalResult) -> String {
    match result {
        EvalResult::String(text) => text,
        EvalResult::Record(seat) => {
            let text = |name: &str| if let Some(EvalResult::String(text)) = seat.get(name) { text.as_str() } else { panic!("no {name}") };
            let active = seat.get("active") == Some(&EvalResult::Bool(true));
            decision(text("user"), active, text("org"), text("role"), Some(text("team")).filter(|team| !team.is_empty()))
        }
        other => panic!("{other:?}"),
    }
}

/// The user is the principal of the request, and the table of teams its resource.
fn input(job: Job, user: Map<String, Json>) -> (Request, Entities) {
    let [principal, action, resource] =
        ["User::\"ada\"", "Action::\"place\"", "Table::\"teams\""].map(|uid| uid.parse::<EntityUid>().unwrap());
    let attributes = user.iter().filter_map(|(name, json)| Some((name.clone(), value(json)?)));
    let user = Entity::new(principal.clone(), attributes.collect(), Default::default()).unwrap();
    let teams = if job == Job::LongSwitch { jobs::departments() } else { Vec::new() };
    let teams = teams.into_iter().map(|(department, team)| (department, RestrictedExpression::new_string(team)));
    let table = Entity::new_with_tags(resource.clone(), [], [], teams).unwrap();
    let request = Request::new(principal, action, resource, Context::empty(), None).unwrap();
    (request, Entities::from_entities([user, table], None).unwrap())
}

fn value(json: &Json) -> Option<RestrictedExpression> {
    Some(match json {
        Json::Null => return None,
        Json::Bool(truth) => RestrictedExpression::new_bool(*truth),
        Json::Number(number) => RestrictedExpression::new_long(number.as_i64().unwrap()),
        Json::String(text) => RestrictedExpression::new_string(text.clone()),
        Json::Array(items) => RestrictedExpression::new_set(items.iter().filter_map(value)),
        Json::Object(fields) => {
            RestrictedExpression::new_record(fields.iter().filter_map(|(name, json)| Some((name.clone(), value(json)?)))).unwrap()
        }
    })
}
