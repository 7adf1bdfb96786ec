//! Users for a policy: every kind of value for every attribute that the policy reads.

use super::mappings::{Feed, Read};
use super::policy::Made;
use super::random::Random;
use serde_json::{Map, Value as Json, json};

/// A user as a provider has it.
#[derive(Clone)]
pub struct User {
    pub record: Map<String, Json>,
    /// Whether the user is assigned to the application; none where the record does not tell.
    pub assigned: Option<bool>,
}

pub fn users(made: &Made, feed: &Feed, count: usize) -> Vec<User> {
    let mut random = Random::of_part(made.seed, feed.source);
    (0..count).map(|at| user(&mut random, made, feed, at)).collect()
}

fn user(random: &mut Random, made: &Made, feed: &Feed, at: usize) -> User {
    let mut record = Map::new();
    let name = json!(format!("user{at}@acme.example"));
    for read in &feed.reads {
        let value = match read.name.as_str() {
            "userPrincipalName" if random.chance(95) => Some(name.clone()),
            "mail" if random.chance(60) => Some(json!(format!("mail{at}@acme.example"))),
            "accountEnabled" if random.chance(75) => Some(json!(true)),
            "appRoleAssignments" => app_roles(random),
            "user.login" if random.chance(95) => Some(name.clone()),
            "appuser.userName" if random.chance(90) => Some(json!(format!("app{at}@acme.example"))),
            "user_internal.status" => Some(json!(random.word(&["ACTIVE", "ACTIVE", "SUSPENDED", "DEPROVISIONED"]))),
            "groups" => Some(groups(random)),
            _ => value(random, made, read),
        };
        if let Some(value) = value {
            put(&mut record, &read.name, value);
        }
    }
    if feed.okta {
        record.entry("user").or_insert_with(|| json!({}));
    } else if random.chance(60) && !record.contains_key("appRoleAssignments") {
        record.extend(app_roles(random).map(|roles| ("appRoleAssignments".to_owned(), roles)));
    }
    User::new(record)
}

impl User {
    pub fn new(record: Map<String, Json>) -> User {
        let assigned = record.get("appRoleAssignments").and_then(Json::as_array).map(|roles| !roles.is_empty());
        User { record, assigned }
    }
}

/// Groups of Okta, as its lists make them.
fn groups(random: &mut Random) -> Json {
    let group = |name: &str| json!({ "id": format!("id of {name}"), "name": name, "type": "OKTA_GROUP", "objectClass": ["okta:user_group"], "profile": { "name": name } });
    random.some(&["Admins", "Everyone"], 0, 2).into_iter().map(group).collect()
}

fn app_roles(random: &mut Random) -> Option<Json> {
    let roles = ["Reader", "Admins", "editor", "Other role"];
    random.chance(90).then(|| {
        let (low, high) = random.weighted(&[(10, (0, 0)), (70, (1, 1)), (20, (2, 3))]);
        json!(random.some(&roles, low, high))
    })
}

/// Where a path leads: `manager.department` is a member of an object.
pub fn put(record: &mut Map<String, Json>, path: &str, value: Json) {
    match path.split_once('.') {
        Some((head, rest)) => {
            let inner = record.entry(head).or_insert_with(|| json!({}));
            put(inner.as_object_mut().unwrap(), rest, value);
        }
        None => drop(record.insert(path.to_owned(), value)),
    }
}

/// Texts that something could take for something else.
const HOSTILE: [&str; 16] = [
    "\u{1}",
    "\u{1}0\u{1}",
    "\u{1}1\u{1}",
    "\u{1}2\u{1}\u{2}",
    "\u{1}3\u{1}",
    " acme ",
    "ACME",
    "default_org",
    "[org]",
    "null",
    "acme:platform",
    "{organization}",
    "\"quoted\", \\ and 'single'",
    "İstanbul ﬁ ß",
    "\u{202e}\u{feff}x\u{7f}",
    "line\nbreak\ttab",
];

/// A value, or none where the user lacks the attribute.
fn value(random: &mut Random, made: &Made, read: &Read) -> Option<Json> {
    let kinds = [(52, 0), (12, 1), (10, 2), (4, 3), (4, 4), (6, 5), (4, 6), (3, 7), (3, 8), (3, 9)];
    Some(match random.weighted(&kinds) {
        0 if !read.values.is_empty() => random.of(&read.values).clone(),
        0 | 1 => json!(random.word(&["other", "another", "Gold", "x"])),
        2 => return None,
        3 => Json::Null,
        4 => json!(""),
        5 => random.of(&made.orgs).clone(),
        6 => random.of(&[json!(7), json!(1.0), json!(2.5), json!(0), json!(true), json!(false), json!(-3), json!(1e300)]).clone(),
        7 => random.of(&[json!(["a"]), json!([]), json!(["a", "b"]), json!([1, null]), json!({ "a": 1 }), json!({})]).clone(),
        8 if random.chance(10) => json!("long ".repeat(400)),
        8 => json!(*random.of(&HOSTILE)),
        _ => json!(random.word(&["True", "false", "FALSE", "maybe", "1", "2.5", "a,b"])),
    })
}
