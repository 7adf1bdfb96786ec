//! Histories of events for a policy: few users to whom much happens, values that they have already among them.

use super::policy::{Attribute, Made};
use super::random::Random;
use serde_json::{Map, Value as Json, json};

const USERS: [&str; 3] = ["ada@acme.example", "Bo@acme.example", "cem@acme.example"];
const TEAMS: [&str; 3] = ["company", "platform", "qa"];

/// A history, as an event file has it.
pub fn history(made: &Made, number: usize, length: usize) -> Vec<Json> {
    let mut random = Random::of_part(made.seed, &format!("history {number}"));
    let mut story = Story { random: &mut random, made, carried: Map::new() };
    (0..length).map(|at| story.event(at == 0)).collect()
}

struct Story<'s> {
    random: &'s mut Random,
    made: &'s Made,
    /// What the last event of each user carried, to say it again.
    carried: Map<String, Json>,
}

/// How often each kind comes; what ends things comes seldom, so that histories grow.
const KINDS: [(usize, &str); 11] = [
    (20, "scim.create"),
    (20, "scim.update"),
    (5, "scim.deactivate"),
    (6, "scim.reactivate"),
    (2, "scim.delete"),
    (24, "sso.login"),
    (8, "group.push"),
    (3, "group.delete"),
    (8, "console.set_role"),
    (2, "console.remove"),
    (4, "settings.change"),
];

impl Story<'_> {
    fn event(&mut self, first: bool) -> Json {
        let kind = if first { self.random.word(&["scim.create", "sso.login"]) } else { self.random.weighted(&KINDS) };
        let mut event = json!({ "event": kind });
        let name = self.random.word(&USERS);
        let user = if self.random.chance(15) { name.to_uppercase() } else { name.to_owned() };
        match kind {
            "group.push" | "group.delete" => {
                event["group"] = self.group().into();
                if kind == "group.push" {
                    event["members"] = json!(self.random.some(&[USERS[0], USERS[1], USERS[2], "nobody@acme.example"], 0, 4));
                }
            }
            "settings.change" => {
                for (name, values) in [("scim", ["enabled", "disabled"]), ("jit", ["enabled", "disabled"])] {
                    if self.random.chance(40) {
                        event[name] = json!(*self.random.of(&values));
                    }
                }
                if self.random.chance(60) {
                    event["default_org"] = self.random.of(&self.made.orgs).clone();
                }
                if self.random.chance(30) {
                    event["default_team"] = json!(self.random.word(&TEAMS));
                }
            }
            "console.set_role" => {
                event["user"] = user.into();
                event["org"] = self.random.of(&self.made.orgs).clone();
                let roles = self.made.attributes.iter().find(|attribute| attribute.kind == "role").map(|role| &role.pool[..]);
                let role = roles.map_or_else(|| json!("member"), |roles| self.random.of(roles).clone());
                event["role"] = if role.is_string() && self.random.chance(65) { role } else { json!("wrong") };
            }
            _ => {
                event["user"] = user.into();
                if ["scim.create", "scim.update", "sso.login"].contains(&kind) {
                    let attributes = self.attributes(name);
                    self.carried.insert(name.to_owned(), attributes.clone());
                    event["attributes"] = attributes;
                }
                if kind == "sso.login" && self.random.chance(55) {
                    event["groups"] = (0..self.random.below(4)).map(|_| self.group()).collect::<Vec<_>>().into();
                }
            }
        }
        event
    }

    /// A group's name, which the pattern fits mostly.
    fn group(&mut self) -> String {
        let pattern = self.made.file.get("groups").and_then(|groups| groups["pattern"].as_str()).unwrap_or("{organization}:{team}");
        let org = self.random.of(&self.made.orgs).as_str().unwrap_or_default();
        let blank = if self.random.chance(10) { " " } else { "" };
        let name = pattern.replace("{organization}", &format!("{blank}{org}")).replace("{team}", self.random.word(&TEAMS));
        if self.random.chance(85) { name } else { self.random.word(&["no mapping", "a:b:c", "", "acme"]).to_owned() }
    }

    fn attributes(&mut self, user: &str) -> Json {
        let before = self.carried.get(user).cloned();
        let mut attributes = Map::new();
        for attribute in self.made.attributes.iter().filter(|attribute| attribute.kind != "user_name") {
            let name = if attribute.kind == "active" { "active" } else { &attribute.name };
            let again = before.as_ref().and_then(|before| before.get(name));
            match again {
                Some(again) if self.random.chance(40) => drop(attributes.insert(name.to_owned(), again.clone())),
                _ if self.random.chance(75) => drop(attributes.insert(name.to_owned(), self.value(attribute))),
                _ => {}
            }
        }
        Json::Object(attributes)
    }

    fn value(&mut self, attribute: &Attribute) -> Json {
        match self.random.weighted(&[(64, 0), (10, 1), (5, 2), (6, 3), (4, 4), (6, 5), (5, 6)]) {
            1 if attribute.default.is_some() => attribute.default.clone().unwrap_or_default(),
            2 => json!(""),
            3 => Json::Null,
            4 => self.random.of(&[json!(7), json!(true), json!(["a", 1]), json!({ "a": 1 }), json!(1.0), json!("True")]).clone(),
            5 => json!(self.random.word(&["other", "another", "\u{1}0\u{1}", "\u{1}1\u{1}\u{2}"])),
            6 => self.random.of(&self.made.orgs).clone(),
            _ => self.random.of(&attribute.pool).clone(),
        }
    }
}
