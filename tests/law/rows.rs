//! Rows of events and of the placement table: conditions of every word, actions of every kind.

use super::policy::Attribute;
use super::random::Random;
use serde_json::{Map, Value as Json, json};

const OF_EVENT: [&str; 4] = ["absent", "carried", "wrong", "other"];
const USER: [&str; 5] = ["unknown", "known", "inactive", "outside", "foreign"];
const GROUPS: [&str; 4] = ["absent", "some", "malformed", "mapped"];
const SOURCES: [&str; 5] = ["scim", "jit", "default", "group", "console"];

/// Makes rows of what a policy has.
pub struct Rows<'r> {
    random: &'r mut Random,
    attributes: &'r [Attribute],
    options: &'r [(String, Vec<String>)],
    /// Whether the connection has one.
    default_team: bool,
    /// The names of shared rows.
    shared: Vec<String>,
    /// The event whose rows are made.
    event: &'static str,
    count: usize,
}

/// Where a row stands.
#[derive(Clone, Copy, PartialEq)]
enum Table {
    Placement,
    Event,
}

impl<'r> Rows<'r> {
    pub fn new(random: &'r mut Random, attributes: &'r [Attribute], options: &'r [(String, Vec<String>)], default_team: bool) -> Self {
        Rows { random, attributes, options, default_team, shared: Vec::new(), event: "", count: 0 }
    }

    fn held(&self) -> Vec<&'r Attribute> {
        self.attributes.iter().filter(|attribute| attribute.is_held()).collect()
    }

    fn has(&self, name: &str) -> bool {
        self.attributes.iter().any(|attribute| attribute.name == name)
    }

    /// The number of the next row, by which it and what it tells are named.
    fn next(&mut self) -> usize {
        self.count += 1;
        self.count
    }

    /// The placement table. Now and then it leaves a gap, which the check of the policy refuses.
    pub fn placement(&mut self, orgs: &[Json]) -> Json {
        if self.random.chance(3) {
            return json!([]);
        }
        let mut rows: Vec<Json> = Vec::new();
        for _ in 0..self.random.between(0, 3) {
            let row = self.placement_row(orgs, false);
            if !rows.iter().any(|earlier| covers(&earlier["when"], &row["when"])) {
                rows.push(row);
            }
        }
        if self.random.chance(97) {
            rows.push(self.placement_row(orgs, true));
        }
        Json::Array(rows)
    }

    fn placement_row(&mut self, orgs: &[Json], last: bool) -> Json {
        let mut when = Map::new();
        let held = self.held();
        let places: Vec<&Attribute> = held.iter().copied().filter(|attribute| ["organization", "team"].contains(&attribute.kind)).collect();
        let named_team = self.random.chance(50);
        let mut row = json!({ "id": format!("p{}", self.next()) });
        let mut org = json!("default_org");
        let mut team = Json::Null;
        if !last {
            for place in &places {
                if self.random.chance(60) {
                    when.insert(place.name.clone(), json!("set"));
                    *(if place.kind == "organization" { &mut org } else { &mut team }) = json!(format!("[{}]", place.name));
                }
            }
            if when.is_empty() || self.random.chance(50) {
                let (name, value) = self.condition(Table::Placement);
                when.entry(name).or_insert(value);
            }
        }
        if self.random.chance(6) {
            org = self.random.of(orgs).clone();
        }
        let held = self.held();
        if let (true, Some(other)) = (self.random.chance(6), held.get(self.random.below(held.len()))) {
            let side = if self.random.chance(50) { &mut org } else { &mut team };
            *side = json!(format!("[{}]", other.name));
        }
        if team.is_null() && named_team {
            team = json!(*self.random.of(&[if self.default_team { "default_team" } else { "none" }, "none", "fixed team"]));
        }
        row["when"] = Json::Object(when);
        row["org"] = org;
        if !team.is_null() {
            row["team"] = team;
        }
        if self.random.chance(30) {
            row["warn"] = json!(format!("w{}", self.count));
        }
        row
    }

    pub fn checks(&mut self) -> Json {
        let mut checks = Map::new();
        for name in self.random.some(&["on", "values", "strangers"], 0, 2) {
            let rows: Vec<Json> = (0..self.random.between(1, 2)).map(|_| self.guard()).collect();
            checks.insert(name.to_owned(), Json::Array(rows));
        }
        self.shared = checks.keys().cloned().collect();
        Json::Object(checks)
    }

    pub fn events(&mut self, sign_ins: bool) -> Json {
        let mut events = Map::new();
        let kinds: [(&'static str, usize); 11] = [
            ("scim.create", 99),
            ("scim.update", 85),
            ("scim.deactivate", 85),
            ("scim.reactivate", 85),
            ("scim.delete", 85),
            ("sso.login", if sign_ins { 98 } else { 30 }),
            ("group.push", 60),
            ("group.delete", 60),
            ("console.set_role", 80),
            ("console.remove", 60),
            ("settings.change", 80),
        ];
        for (kind, chance) in kinds {
            if self.random.chance(chance) {
                self.event = kind;
                events.insert(kind.to_owned(), Json::Array(self.event(kind)));
            }
        }
        Json::Object(events)
    }

    /// The rows of an event: some that look, those that do what the event is for, some that do more.
    fn event(&mut self, kind: &str) -> Vec<Json> {
        let mut rows = Vec::new();
        for _ in 0..self.random.weighted(&[(30, 0), (40, 1), (20, 2), (10, 3)]) {
            if let (true, false) = (self.random.chance(35), self.shared.is_empty()) {
                rows.push(json!({ "check": self.random.of(&self.shared) }));
            } else {
                rows.push(self.guard());
            }
        }
        for mut actions in self.purpose(kind) {
            let mut row = json!({ "id": format!("e{}", self.next()) });
            if let Some(when) = actions.as_object_mut().and_then(|actions| actions.remove("when")) {
                row["when"] = when;
            } else if self.random.chance(8) {
                row["when"] = self.when(1);
            }
            row.as_object_mut().unwrap().extend(actions.as_object().unwrap().clone());
            rows.push(row);
        }
        if self.random.chance(20) && !self.held().is_empty() {
            rows.push(self.look_at_what_is_held());
        }
        for _ in 0..self.random.weighted(&[(40, 0), (35, 1), (25, 2)]) {
            rows.push(self.guard());
        }
        rows
    }

    /// What the rows of an event are for.
    fn purpose(&mut self, kind: &str) -> Vec<Json> {
        let active = self.random.word(&["carried or true", "carried or true", "carried"]);
        match kind {
            "scim.create" => match self.random.below(7) {
                0 => vec![json!({ "own": "scim" }), self.writing("scim"), json!({ "active": active, "place": "always" })],
                1 => vec![json!({ "own": "scim", "active": active, "place": "if moved or outside" }), self.writing("scim")],
                // What is written over what the event itself has written.
                2 if !self.held().is_empty() => {
                    let name = self.random.of(&self.held()).name.clone();
                    let count = self.random.word(&["unset", "absent"]);
                    vec![
                        json!({ "own": "scim", "active": active, "write": "carried", "by": "scim" }),
                        json!({ "count": { name.as_str(): count } }),
                        json!({ "replace": [name], "by": "jit", "over": { "scim": "w-over" }, "place": "always" }),
                    ]
                }
                _ => vec![json!({ "own": "scim", "active": active, "write": "carried", "by": "scim", "place": "always" })],
            },
            "scim.update" => vec![json!({ "active": "carried", "write": "carried", "by": "scim", "place": "always" })],
            "scim.deactivate" => vec![json!({ "active": false })],
            "scim.reactivate" => vec![json!({ "active": true })],
            "scim.delete" => vec![json!({ "remove": "user" })],
            "sso.login" => {
                let mut rows = vec![json!({ "when": { "user": "unknown" }, "own": "jit" })];
                if self.random.chance(30) {
                    rows.insert(0, json!({ "when": { "jit": "disabled" }, "stop": true }));
                }
                rows.push(json!({ "active": true, "overwrite": "carried", "by": "jit", "over": { "scim": "w-over" } }));
                rows.push(json!({ "groups": "replace" }));
                if self.random.chance(50) {
                    rows.push(json!({ "when": { "user": "unknown", "values": "unplaced", "groups": "mapped" }, "place": "home only" }));
                }
                rows.push(match self.random.below(3) {
                    0 => json!({ "place": "always" }),
                    1 => json!({ "when": { "home": "unset" }, "place": "always" }),
                    _ => json!({ "place": "if moved or outside" }),
                });
                // The home is kept by a row of its own, and follows from where the user is by then.
                if self.random.chance(25) {
                    rows.push(json!({ "place": "home only" }));
                }
                rows
            }
            "group.push" => vec![json!({ "group": "replace members", "unknown": "w-member" })],
            "group.delete" => vec![json!({ "group": "end" })],
            "console.set_role" => vec![json!({ "hand_role": "set" })],
            "console.remove" => vec![json!({ "remove": "user" })],
            _ => vec![json!({ "settings": "change" })],
        }
    }

    /// A row after those that write, about somebody of whom nothing was held before.
    fn look_at_what_is_held(&mut self) -> Json {
        let at = self.next();
        let attribute = *self.random.of(&self.held());
        let values = json!([self.random.of(&attribute.pool).clone()]);
        json!({ "id": format!("h{at}"), "when": { "user": "unknown", "stored": { attribute.name.as_str(): values } }, "warn": format!("w{at}") })
    }

    /// A row that looks at something and tells or decides.
    fn guard(&mut self) -> Json {
        let at = self.next();
        let mut row = json!({ "id": format!("g{at}") });
        let ends = self.random.chance(22);
        let conditions = if ends { self.random.between(1, 2) } else { self.random.between(0, 2) };
        row["when"] = self.when(conditions);
        let actions = if ends {
            match self.random.below(4) {
                0 => json!({ "ignore": format!("w{at}") }),
                1 => json!({ "stop": true }),
                _ => json!({ "refuse": format!("r{at}") }),
            }
        } else {
            let mut actions = self.action(at);
            if self.random.chance(25) {
                let more = self.action(at);
                actions.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            }
            actions
        };
        row.as_object_mut().unwrap().extend(actions.as_object().unwrap().clone());
        row
    }

    fn action(&mut self, at: usize) -> Json {
        match self.random.weighted(&[(40, 0), (18, 1), (4, 2), (8, 3), (14, 4), (6, 5), (4, 6), (2, 7), (4, 8), (1, 9), (1, 10), (1, 11)]) {
            0 => json!({ "warn": format!("w{at}") }),
            1 if self.random.chance(15) || self.held().is_empty() => json!({ "count": { "groups": "empty" } }),
            1 => {
                let attribute = *self.random.of(&self.held());
                json!({ "count": { attribute.name.as_str(): self.random.word(&["unset", "absent"]) } })
            }
            2 => json!({ "own": self.random.word(&SOURCES) }),
            3 => json!({ "active": self.random.of(&[json!(true), json!(false), json!("carried"), json!("carried or true")]) }),
            4 => {
                let by = self.random.word(&SOURCES);
                self.writing(by)
            }
            5 => json!({ "place": self.random.word(&["always", "if moved or outside", "home only"]) }),
            6 => json!({ "groups": "replace" }),
            7 => json!({ "group": self.random.word(&["replace members", "end"]) }),
            8 => json!({ "hand_role": self.random.word(&["set", "end"]) }),
            9 => json!({ "remove": "user" }),
            10 => json!({ "settings": "change" }),
            _ => json!({ "stop": true }),
        }
    }

    fn writing(&mut self, by: &str) -> Json {
        let mode = self.random.word(&["write", "write", "replace", "overwrite"]);
        let names: Vec<String> = self.held().iter().map(|attribute| attribute.name.clone()).collect();
        let what = if self.random.chance(50) { json!("carried") } else { json!(self.random.some(&names, 1, 3)) };
        let mut action = json!({ mode: what, "by": by });
        if self.random.chance(30) {
            let over = self.random.some(&SOURCES, 1, 3).into_iter().map(|source| (source.to_owned(), json!(format!("w-over-{source}"))));
            action["over"] = Json::Object(over.collect());
        }
        action
    }

    fn when(&mut self, most: usize) -> Json {
        let mut when = Map::new();
        for _ in 0..most {
            let (name, value) = self.condition(Table::Event);
            when.entry(name).or_insert(value);
        }
        Json::Object(when)
    }

    /// What only some events can be asked.
    fn of_event(&mut self) -> Option<(String, Json)> {
        let (name, word) = match self.event {
            "console.set_role" if !self.has("role") && self.random.chance(60) => ("role", "wrong"),
            "console.set_role" => ("org", "not a member"),
            "settings.change" => ("default_org", "wrong"),
            "sso.login" => return Some(("groups".into(), self.words(&GROUPS))),
            _ => return None,
        };
        Some((name.into(), json!(word)))
    }

    /// One condition: mostly of an attribute.
    fn condition(&mut self, table: Table) -> (String, Json) {
        let held = self.held();
        let seldom = ["console.set_role", "settings.change"].contains(&self.event);
        if table == Table::Event && self.random.chance(if seldom { 35 } else { 12 }) {
            if let Some(condition) = self.of_event() {
                return condition;
            }
        }
        let kind = match table {
            Table::Placement => self.random.weighted(&[(60, 0), (24, 1), (6, 2), (2, 3), (2, 4), (1, 5), (1, 7), (2, 8)]),
            Table::Event => self.random.weighted(&[(50, 0), (8, 1), (8, 2), (13, 3), (3, 4), (2, 5), (3, 6), (3, 7), (6, 8), (2, 9)]),
        };
        let word = |name: &str, word: &str| (name.to_owned(), json!(word));
        match kind {
            0 if !held.is_empty() => {
                let attribute = *self.random.of(&held);
                self.of_attribute(table, attribute)
            }
            1 if !self.options.is_empty() => {
                let (name, values) = self.random.of(self.options);
                let values = self.random.some(values, 1, 2);
                (name.clone(), if values.len() == 1 { json!(values[0]) } else { json!(values) })
            }
            0..=2 => {
                let name = self.random.word(&["scim", "jit"]);
                word(name, self.random.word(&["enabled", "disabled", "disabled"]))
            }
            3 => ("user".into(), self.words(&USER)),
            4 => ("groups".into(), self.words(&GROUPS)),
            5 => word("values", "unplaced"),
            6 => word("placed", "in a new organization"),
            7 => word("home", self.random.word(&["set", "unset"])),
            8 => ("active".into(), if self.random.chance(50) { json!(self.random.chance(50)) } else { self.words(&OF_EVENT[..2]) }),
            _ => match self.random.below(3) {
                0 if !self.has("role") => word("role", "wrong"),
                1 => word("org", "not a member"),
                _ => word("default_org", "wrong"),
            },
        }
    }

    fn of_attribute(&mut self, table: Table, attribute: &Attribute) -> (String, Json) {
        // The name `org` with this word is another question.
        let words = match table {
            Table::Placement if self.random.chance(4) => &OF_EVENT[..],
            Table::Placement => &["set", "unset"][..],
            Table::Event => &["absent", "carried", "wrong", "other", "set", "unset"][..],
        };
        if self.random.chance(if table == Table::Event { 55 } else { 40 }) {
            // Set or unset is whatever there is, and rows after that would never hit.
            let words = if table == Table::Placement { json!(*self.random.of(words)) } else { self.words(words) };
            return (attribute.name.clone(), words);
        }
        let mut values = self.random.some(&attribute.pool, 1, 2);
        if let (true, Some(odd)) = (self.random.chance(50), &attribute.odd) {
            values[0] = odd.clone();
        }
        // A list of values is any of them, so that one that is a list stands in one.
        let value = if values.len() == 1 && !values[0].is_array() { values[0].clone() } else { json!(values) };
        match table {
            Table::Event => {
                let what = self.random.word(&["carried", "stored"]);
                (what.to_owned(), json!({ attribute.name.as_str(): value }))
            }
            Table::Placement => (attribute.name.clone(), value),
        }
    }

    /// One word, or two of which any may hold.
    fn words(&mut self, words: &[&str]) -> Json {
        if self.random.chance(25) { json!(self.random.some(words, 2, 2)) } else { json!(*self.random.of(words)) }
    }
}

/// Whether whatever meets the one row's conditions meets the other's: the later of them would never hit.
fn covers(earlier: &Json, later: &Json) -> bool {
    let covers = |(name, value): (&String, &Json)| match later.get(name) {
        Some(other) => other == value || (value == "set" && other != "unset"),
        None => false,
    };
    earlier.as_object().into_iter().flatten().all(covers)
}
