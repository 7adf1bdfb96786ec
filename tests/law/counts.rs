//! What was met: each word of the vocabulary in a row that hit, each class of values, each kind of attribute and mapping.

use super::law::Seen;
use super::policy::Made;
use super::ways::WAYS;
use serde_json::{Map, Value as Json};
use std::collections::{BTreeMap, BTreeSet};

/// What must be met, each in one of 100 policies at least. Words of rows count where the row hits.
const WORDS: &[(&str, &[&str])] = &[
    ("when scim", &["enabled", "disabled"]),
    ("when jit", &["enabled", "disabled"]),
    ("when user", &["unknown", "known", "inactive", "outside", "foreign"]),
    ("when groups", &["absent", "some", "malformed", "mapped"]),
    ("when values", &["unplaced"]),
    ("when placed", &["in a new organization"]),
    ("when home", &["set", "unset"]),
    ("when active", &["true", "false", "absent", "carried"]),
    ("when role", &["wrong"]),
    ("when org", &["not a member"]),
    ("when default_org", &["wrong"]),
    ("when an option", &["has a value", "has one of several"]),
    ("when an attribute", &["absent", "carried", "wrong", "other", "set", "unset", "is any of several"]),
    ("when an attribute is", &["a text", "a boolean", "a number", "a list"]),
    ("does", &["refuse", "ignore", "warn", "stop", "count", "own", "active", "write", "replace", "overwrite", "over", "groups", "group"]),
    ("does", &["place", "hand_role", "remove", "settings", "unknown"]),
    ("count", &["unset", "absent", "empty"]),
    ("active", &["true", "false", "carried", "carried or true"]),
    ("write", &["carried", "named"]),
    ("replace", &["carried", "named"]),
    ("overwrite", &["carried", "named"]),
    ("by", &["scim", "jit", "default", "group", "console"]),
    ("over", &["scim", "jit", "default", "group", "console"]),
    ("own", &["scim", "jit", "default", "group", "console"]),
    ("groups", &["replace"]),
    ("group", &["replace members", "end"]),
    ("place", &["always", "if moved or outside", "home only"]),
    ("hand_role", &["set", "end"]),
    ("placement org", &["an attribute", "default_org", "fixed"]),
    ("placement team", &["an attribute", "default_team", "fixed", "none", "left out"]),
    ("placement", &["warns", "asks nothing", "asks whether set", "asks for a value", "asks for an option", "asks for a setting"]),
    ("event", &["scim.create", "scim.update", "scim.deactivate", "scim.reactivate", "scim.delete", "sso.login", "group.push"]),
    ("event", &["group.delete", "console.set_role", "console.remove", "settings.change"]),
    ("type", &["string", "boolean", "number", "list"]),
    ("kind", &["plain", "user_name", "active", "role", "organization", "team"]),
    ("two of kind", &["organization", "team"]),
    ("one_of", &["string", "boolean", "number", "list"]),
    ("default", &["string", "boolean", "number", "list"]),
    ("attribute", &["path", "required", "unique", "privileged", "holds placement", "holds everywhere"]),
    ("connection", &["default_team", "orgs left out", "orgs as a list", "orgs as a map", "teams not known"]),
    ("connection", &["scim disabled", "jit disabled"]),
    ("option", &["of one value", "of 70 values"]),
    ("source", &["entra", "okta", "okta-identity-engine", "assigned required", "scope", "claims", "user_form", "sign-ins"]),
    ("mapping", &["direct", "constant", "expression", "default", "on_create", "matching", "dialect"]),
    ("policy", &["groups", "no placement", "checks"]),
    ("value", &["unset", "named", "other", "false", "true", "number", "list", "the attribute's default"]),
    ("organization", &["existing", "not existing"]),
    ("team", &["of its organization", "to be created"]),
    ("user", &["out of scope", "refused", "inactive", "placed", "not placed", "without a name"]),
    ("event carries", &["what the user has", "what the user has not", "null", "the default of a user who has none"]),
    ("when a value is", &["carried", "stored"]),
];

/// In how many policies each thing was met.
#[derive(Default)]
pub struct Counts {
    policies: usize,
    refused: usize,
    met: BTreeMap<String, usize>,
    users: usize,
    placed: usize,
}

/// What one policy meets.
#[derive(Default)]
pub struct Met(BTreeSet<String>);

impl Counts {
    pub fn of(all: &[Seen]) -> Counts {
        let mut counts = Counts::default();
        for seen in all {
            if seen.refused.is_some() {
                counts.refused += 1;
                continue;
            }
            counts.policies += 1;
            (counts.users, counts.placed) = (counts.users + seen.users, counts.placed + seen.placed);
            for what in &seen.met.0 {
                *counts.met.entry(what.clone()).or_default() += 1;
            }
        }
        counts
    }

    /// The table, and what was met too seldom.
    pub fn close(&self) -> (String, Vec<String>) {
        let mut text =
            format!("{} policies and {} that are refused; {} users, {} placed\n", self.policies, self.refused, self.users, self.placed);
        let mut seldom = Vec::new();
        for (what, words) in WORDS {
            text += &format!("{what:24}");
            for word in *words {
                let count = self.met.get(&format!("{what}: {word}")).copied().unwrap_or_default();
                text += &format!(" {word} {count};");
                if count * 100 < self.policies {
                    seldom.push(format!("{what}: {word}: {count} of {}", self.policies));
                }
            }
            text.push('\n');
        }
        let met = |way: &str| self.met.get(&format!("way: {way}")).copied().unwrap_or_default();
        text += "way                     ";
        for (way, _) in &WAYS {
            text += &format!(" {way} {};", met(way));
            if met(way) * 100 < self.policies {
                seldom.push(format!("the way {way}: {} of {}", met(way), self.policies));
            }
        }
        text.push('\n');
        if self.placed * 100 < self.users * 40 {
            seldom.push(format!("{} of {} users are placed", self.placed, self.users));
        }
        (text, seldom)
    }
}

impl Met {
    pub fn note(&mut self, what: &str, word: &str) {
        self.0.insert(format!("{what}: {word}"));
    }

    fn when(&mut self, condition: bool, what: &str, word: &str) {
        if condition {
            self.note(what, word);
        }
    }

    /// What stands in the policy, but for its rows.
    pub fn policy(&mut self, made: &Made) {
        let file = Json::Object(made.file.clone());
        for attribute in &made.attributes {
            let written = &file["target"]["attributes"][&attribute.name];
            self.note("type", attribute.of);
            self.note("kind", attribute.kind);
            let same = made.attributes.iter().filter(|other| other.kind == attribute.kind).count();
            self.when(same > 1, "two of kind", attribute.kind);
            self.when(written["one_of"].is_array(), "one_of", attribute.of);
            self.when(!written["default"].is_null(), "default", attribute.of);
            self.when(written["path"].is_string(), "attribute", "path");
            self.when(written["required"] == true, "attribute", "required");
            self.when(written["unique"] == true, "attribute", "unique");
            self.when(written["privileged"].as_array().is_some_and(|values| !values.is_empty()), "attribute", "privileged");
            self.when(written["holds"] == "placement", "attribute", "holds placement");
            self.when(written["holds"] == "everywhere", "attribute", "holds everywhere");
        }
        let connection = &file["connection"];
        self.when(connection["default_team"].is_string(), "connection", "default_team");
        self.when(connection["orgs"].is_null(), "connection", "orgs left out");
        self.when(connection["orgs"].is_array(), "connection", "orgs as a list");
        self.when(connection["orgs"].is_object(), "connection", "orgs as a map");
        self.when(connection["orgs"].as_object().is_some_and(|orgs| orgs.values().any(Json::is_null)), "connection", "teams not known");
        self.when(connection["scim"] == "disabled", "connection", "scim disabled");
        self.when(connection["jit"] == "disabled", "connection", "jit disabled");
        for option in file["options"].as_object().into_iter().flat_map(Map::values) {
            let values = option["one_of"].as_array().map_or(0, Vec::len);
            self.when(values == 1, "option", "of one value");
            self.when(values == 70, "option", "of 70 values");
        }
        for feed in &made.feeds {
            self.note("source", feed.file["dialect"].as_str().unwrap_or_default());
            self.when(feed.file["assigned"] == "required", "source", "assigned required");
            self.when(feed.file["scope"].is_array(), "source", "scope");
            self.when(feed.source == "jit", "source", "sign-ins");
            self.when(feed.file["claims"]["attributes"].as_object().is_some_and(|names| !names.is_empty()), "source", "claims");
            self.when(feed.file["claims"]["user_form"] == "email", "source", "user_form");
            for mapping in feed.file["mappings"].as_object().into_iter().flat_map(Map::values) {
                for part in ["direct", "constant", "expression", "default", "matching", "dialect"] {
                    self.when(!mapping[part].is_null(), "mapping", part);
                }
                self.when(mapping["apply"] == "on_create", "mapping", "on_create");
            }
        }
        self.when(file["groups"].is_object(), "policy", "groups");
        let rows = file["events"].as_object().into_iter().flat_map(Map::values).filter_map(Json::as_array).flatten();
        self.when(rows.into_iter().any(|row| row["check"].is_string()), "policy", "checks");
        self.when(file["placement"].as_array().is_none_or(Vec::is_empty), "policy", "no placement");
    }

    /// A row of an event that hit.
    pub fn row(&mut self, made: &Made, row: &Json) {
        for (name, value) in row["when"].as_object().into_iter().flatten() {
            self.condition(made, name, value);
        }
        for (name, value) in row.as_object().into_iter().flatten().filter(|(name, _)| *name != "id" && *name != "when") {
            self.note("does", name);
            let value = match (name.as_str(), value) {
                ("count", Json::Object(counts)) => counts.values().next().unwrap_or(value),
                ("write" | "replace" | "overwrite", Json::Array(_)) => &Json::String("named".into()),
                (_, value) => value,
            };
            match value {
                Json::Object(members) => members.keys().for_each(|member| self.note(name, member)),
                Json::String(word) => self.note(name, word),
                other => self.note(name, &other.to_string()),
            }
        }
    }

    fn condition(&mut self, made: &Made, name: &str, value: &Json) {
        if let ("carried" | "stored", Json::Object(inner)) = (name, value) {
            self.note("when a value is", name);
            inner.iter().for_each(|(name, value)| self.condition(made, name, value));
            return;
        }
        let items = value.as_array().map_or_else(|| vec![value], |items| items.iter().collect());
        if made.file.get("options").is_some_and(|options| options.get(name).is_some()) {
            self.note("when an option", if items.len() > 1 { "has one of several" } else { "has a value" });
        } else if made.attributes.iter().any(|attribute| attribute.name == name && attribute.is_held()) && value != "not a member" {
            self.when(items.len() > 1, "when an attribute", "is any of several");
            for item in items {
                match item {
                    Json::String(word) if ["absent", "carried", "wrong", "other", "set", "unset"].contains(&word.as_str()) => {
                        self.note("when an attribute", word);
                    }
                    Json::String(_) => self.note("when an attribute is", "a text"),
                    Json::Bool(_) => self.note("when an attribute is", "a boolean"),
                    Json::Number(_) => self.note("when an attribute is", "a number"),
                    _ => self.note("when an attribute is", "a list"),
                }
            }
        } else {
            for item in items {
                self.note(&format!("when {name}"), item.as_str().unwrap_or(&item.to_string()));
            }
        }
    }

    /// A row of the placement table that hit.
    pub fn placement(&mut self, made: &Made, row: &Json) {
        let word = |value: &Json| match value.as_str() {
            None => "left out",
            Some("none") => "none",
            Some("default_org") => "default_org",
            Some("default_team") => "default_team",
            Some(name) if name.starts_with('[') => "an attribute",
            Some(_) => "fixed",
        };
        self.note("placement org", word(&row["org"]));
        self.note("placement team", word(&row["team"]));
        self.when(row["warn"].is_string(), "placement", "warns");
        self.when(row["when"].as_object().is_none_or(Map::is_empty), "placement", "asks nothing");
        for (name, value) in row["when"].as_object().into_iter().flatten() {
            let option = made.file.get("options").is_some_and(|options| options.get(name).is_some());
            let attribute = made.attributes.iter().any(|attribute| attribute.name == *name && attribute.is_held());
            self.when(option, "placement", "asks for an option");
            self.when(["scim", "jit"].contains(&name.as_str()), "placement", "asks for a setting");
            self.when(attribute && (value == "set" || value == "unset"), "placement", "asks whether set");
            self.when(attribute && value != "set" && value != "unset", "placement", "asks for a value");
        }
    }

    /// What became of a user.
    pub fn decision(&mut self, made: &Made, decision: &Map<String, Json>) {
        let orgs = decision["orgs"].as_object();
        let placed = orgs.is_some_and(|orgs| !orgs.is_empty());
        self.when(decision["in_scope"] == false, "user", "out of scope");
        self.when(decision.contains_key("error"), "user", "refused");
        self.when(decision["active"] == false && !decision.contains_key("error"), "user", "inactive");
        self.note("user", if placed { "placed" } else { "not placed" });
        self.when(decision["user"] == "", "user", "without a name");
        for attribute in made.attributes.iter().filter(|attribute| attribute.is_held()) {
            let value = decision["attributes"].get(&attribute.name).unwrap_or(&Json::Null);
            self.value(attribute.pool.contains(value), value);
            self.when(attribute.default.as_ref() == Some(value), "value", "the attribute's default");
            if let ("organization", Some(name)) = (attribute.kind, value.as_str()) {
                let known = &made.file["connection"]["orgs"];
                let exists = known.is_null() || known.get(name).is_some() || known.as_array().is_some_and(|orgs| orgs.contains(value));
                self.note("organization", if exists { "existing" } else { "not existing" });
            }
        }
        let created = decision["created_teams"].as_array().is_some_and(|teams| !teams.is_empty());
        let team = orgs.into_iter().flatten().any(|(_, seat)| seat["teams"].as_object().is_some_and(|teams| !teams.is_empty()));
        self.when(team, "team", if created { "to be created" } else { "of its organization" });
    }

    fn value(&mut self, named: bool, value: &Json) {
        self.note(
            "value",
            match value {
                value if value.is_null() || value == "" => "unset",
                Json::Bool(true) => "true",
                Json::Bool(false) => "false",
                Json::Number(_) => "number",
                Json::Array(_) => "list",
                _ if named => "named",
                _ => "other",
            },
        );
    }
}
