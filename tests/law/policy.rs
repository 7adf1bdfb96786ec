//! Policies that nobody wrote, with everything that the format has, and what is known of each.

use super::mappings::{self, Feed};
use super::random::Random;
use super::rows::Rows;
use serde_json::{Map, Value as Json, json};

/// A policy and what it is made of.
pub struct Made {
    pub seed: u64,
    pub file: Map<String, Json>,
    pub attributes: Vec<Attribute>,
    /// SCIM, and sign-ins where the policy has them.
    pub feeds: Vec<Feed>,
    /// Names of organizations that rows and users speak of; the last one exists nowhere.
    pub orgs: Vec<Json>,
}

/// What attributes may hold.
struct Names<'n> {
    orgs: &'n [Json],
    /// Where the connection puts users whom no attribute places.
    org: &'n Json,
    team: &'n Json,
    /// Whether there are more values than a table of outcomes holds.
    wide: bool,
}

/// A target attribute.
#[derive(Clone)]
pub struct Attribute {
    pub name: String,
    pub kind: &'static str,
    pub of: &'static str,
    pub default: Option<Json>,
    pub required: bool,
    /// Values that rows and mappings may name.
    pub pool: Vec<Json>,
    /// A value of another type that rows and mappings may name as well.
    pub odd: Option<Json>,
    file: Json,
}

pub const NOWHERE: &str = "nowhere";
const ORGS: [&str; 4] = ["acme", "moby", "whale", "North Sea"];
const TEAMS: [&str; 4] = ["company", "platform", "qa", "release crew"];

/// Names that no word of `when` has, but for `role` and `org`, which the format shares with attributes.
const PLAIN: [&str; 12] = ["plan", "tier", "seat", "contractor", "level", "quota", "labels", "region", "badge", "cost", "title", "shift"];
const ROLES: [&str; 3] = ["role", "duty", "dockRole"];
const PLACES: [&str; 4] = ["org", "unit", "harbor", "dockOrg"];
const CREWS: [&str; 3] = ["squad", "crew", "dockTeam"];
const PATHS: [&str; 6] = [
    "name.givenName",
    "profileUrl",
    "nickName",
    "emails[type eq \"work\"].value",
    "urn:example:more:2.0:User:note",
    "roles[primary eq \"True\"].value",
];

impl Made {
    pub fn new(seed: u64) -> Made {
        let mut random = Random::of_part(seed, "policy");
        let (connection, orgs) = connection(&mut random);
        let default_team = connection.get("default_team").is_some();
        let (org, team) = (&connection["default_org"], &connection["default_team"]);
        let names = Names { orgs: &orgs, org, team, wide: random.chance(3) };
        let attributes = attributes(&mut random, &names);
        let options = options(&mut random);
        let feeds = mappings::feeds(&mut random, &attributes);
        let mut target = Map::from_iter([("application".to_owned(), json!("Law"))]);
        if random.chance(70) {
            target.insert("namespace".into(), json!("urn:example:law:2.0:User"));
        }
        let files = attributes.iter().map(|attribute| (attribute.name.clone(), attribute.file.clone()));
        target.insert("attributes".into(), Json::Object(files.collect()));
        let groups = random.chance(60).then(|| groups(&mut random));
        let mut file = Map::from_iter([
            ("rolewright".to_owned(), json!(1)),
            ("policy".to_owned(), json!("law")),
            ("target".to_owned(), Json::Object(target)),
            ("connection".to_owned(), connection),
        ]);
        if !options.is_empty() {
            let choices = options.iter().map(|(name, values)| (name.clone(), json!({ "one_of": values, "default": random.of(values) })));
            file.insert("options".into(), Json::Object(choices.collect()));
        }
        file.insert("sources".into(), Json::Object(feeds.iter().map(|feed| (feed.source.to_owned(), feed.file.clone())).collect()));
        let mut rows = Rows::new(&mut random, &attributes, &options, default_team);
        file.insert("placement".into(), rows.placement(&orgs));
        if let Some(groups) = groups {
            file.insert("groups".into(), groups);
        }
        let checks = rows.checks();
        file.insert("checks".into(), checks);
        let events = rows.events(feeds.len() > 1);
        file.insert("events".into(), events);
        file.insert("messages".into(), json!({ "w1": "the first warning", "r2": "the second refusal" }));
        Made { seed, file, attributes, feeds, orgs }
    }
}

/// The rows of an event, shared ones in their place.
pub fn rows<'f>(file: &'f Map<String, Json>, event: &str) -> Vec<&'f Json> {
    let written = file.get("events").and_then(|events| events[event].as_array());
    let expand = |row: &'f Json| match row["check"].as_str() {
        Some(name) => file["checks"][name].as_array().into_iter().flatten().collect(),
        None => vec![row],
    };
    written.into_iter().flatten().flat_map(expand).collect()
}

fn connection(random: &mut Random) -> (Json, Vec<Json>) {
    let known: Vec<&str> = random.some(&ORGS, 2, 4);
    let switch = |random: &mut Random| if random.chance(85) { "enabled" } else { "disabled" };
    let mut connection = json!({ "default_org": *random.of(&known), "scim": switch(random), "jit": switch(random) });
    if random.chance(80) {
        connection["default_team"] = json!(random.word(&TEAMS));
    }
    match random.below(3) {
        0 => {}
        1 => connection["orgs"] = json!(known),
        _ => {
            let teams = |random: &mut Random| if random.chance(30) { Json::Null } else { json!(random.some(&TEAMS, 0, 3)) };
            connection["orgs"] = Json::Object(known.iter().map(|org| ((*org).to_owned(), teams(random))).collect());
        }
    }
    (connection, known.into_iter().chain([NOWHERE]).map(Json::from).collect())
}

fn options(random: &mut Random) -> Vec<(String, Vec<String>)> {
    let count = random.weighted(&[(40, 0), (40, 1), (20, 2)]);
    let names = ["first_choice", "second_choice"];
    let values = |random: &mut Random| match random.weighted(&[(90, 0), (5, 1), (5, 2)]) {
        0 => random.some(&["keep", "end", "refuse", "adopt"], 2, 4).into_iter().map(str::to_owned).collect(),
        1 => vec!["alone".to_owned()],
        _ => (1..=70).map(|at| format!("v{at}")).collect(),
    };
    names.iter().take(count).map(|name| ((*name).to_owned(), values(random))).collect()
}

fn groups(random: &mut Random) -> Json {
    let pattern = random.word(&["{organization}:{team}", "app-{organization}-{team}-x", "in {organization}", "{organization} / {team}"]);
    let mut groups = json!({ "pattern": pattern });
    if random.chance(50) {
        groups["malformed"] = json!("no-mapping");
        groups["unknown"] = json!("no-such-org");
    }
    groups
}

fn attributes(random: &mut Random, known: &Names<'_>) -> Vec<Attribute> {
    let mut attributes = Vec::new();
    if random.chance(97) {
        attributes.push(Attribute::fixed("userName", "user_name", "string", random.chance(85)));
    }
    if random.chance(85) {
        let of = if random.chance(85) { "boolean" } else { "string" };
        attributes.push(Attribute::fixed(if random.chance(90) { "active" } else { "enabled" }, "active", of, random.chance(5)));
    }
    let mut paths = PATHS.to_vec();
    random.shuffle(&mut paths);
    let mut add = |random: &mut Random, kind: &'static str, names: &[&str], most: usize| {
        for name in random.some(names, 0, most) {
            let path = if random.chance(25) { paths.pop() } else { None };
            attributes.push(Attribute::new(random, name, kind, path, known));
        }
    };
    let roles = if random.chance(50) { &ROLES[..1] } else { &ROLES[1..] };
    add(random, "role", roles, 1);
    let places = random.weighted(&[(10, 0), (70, 1), (20, 2)]);
    add(random, "organization", &PLACES, places);
    let crews = random.weighted(&[(20, 0), (70, 1), (10, 2)]);
    add(random, "team", &CREWS, crews);
    add(random, "plain", &PLAIN, 4);
    attributes
}

impl Attribute {
    fn fixed(name: &str, kind: &'static str, of: &'static str, required: bool) -> Attribute {
        let file = json!({ "type": of, "kind": kind, "required": required, "unique": kind == "user_name" });
        let pool = if kind == "active" { vec![json!(true), json!(false)] } else { vec![json!("ada@acme.example")] };
        Attribute { name: name.into(), kind, of, default: None, required, pool, odd: None, file }
    }

    fn new(random: &mut Random, name: &str, kind: &'static str, path: Option<&str>, known: &Names<'_>) -> Attribute {
        let of = match kind {
            "plain" => random.weighted(&[(35, "string"), (30, "boolean"), (20, "number"), (15, "list")]),
            _ => random.weighted(&[(88, "string"), (5, "boolean"), (4, "number"), (3, "list")]),
        };
        let all: Vec<Json> = match (of, kind) {
            // Too many values for a table of outcomes.
            ("string", "plain" | "role") if known.wide => (1..=70).map(|at| json!(format!("{name} {at}"))).collect(),
            ("boolean", _) => vec![json!(true), json!(false)],
            ("number", _) => vec![json!(0), json!(1), json!(2.5), json!(-3), json!(1_000_000), json!(1.0)],
            ("list", _) => vec![json!(["a"]), json!(["a", "b"]), json!([]), json!(["gold"]), json!(["b"])],
            (_, "organization") => known.orgs.to_vec(),
            (_, "team") => TEAMS.iter().copied().map(Json::from).collect(),
            (_, "role") => ["member", "editor", "owner", "guest"].map(Json::from).into(),
            _ => ["gold", "silver", "basic", "Gold", "two words", "Zoë", "1", "true"].map(Json::from).into(),
        };
        let limited = random.chance(match kind {
            "role" => 80,
            "plain" => 45,
            _ => 12,
        });
        let mut pool = if all.len() == 70 { all } else { random.some(&all, 1, 3) };
        // Users whom attributes put where the connection would put them.
        let default = if kind == "organization" { known.org } else { known.team };
        let placed = of == "string" && ["organization", "team"].contains(&kind);
        if placed && default.is_string() && !pool.contains(default) && random.chance(50) {
            pool.push(default.clone());
        }
        let limited = limited || pool.len() == 70;
        // Of another type, and yet a value of the attribute's once it is written in that.
        let odds = match of {
            "boolean" => vec![json!("true"), json!("False")],
            "number" => vec![json!("1"), json!("2.50"), json!(7)],
            "list" => vec![json!("a"), json!(1), json!(["gold"])],
            _ => vec![json!("1"), json!(1), json!(true), json!(7)],
        };
        let odd = (pool.len() < 70 && random.chance(8)).then(|| random.of(&odds).clone()).filter(|odd| !pool.contains(odd));
        let default = random.chance(if kind == "role" { 75 } else { 30 }).then(|| random.of(&pool).clone());
        let required = random.chance(6);
        let mut file = json!({ "type": of, "kind": kind });
        if limited {
            file["one_of"] = pool.iter().chain(&odd).cloned().collect();
        }
        if let Some(default) = &default {
            file["default"] = default.clone();
        }
        if let Some(path) = path {
            file["path"] = json!(path);
        }
        if kind == "role" {
            file["holds"] = json!(if random.chance(70) { "placement" } else { "everywhere" });
            file["privileged"] = json!(random.some(&pool, 0, 1));
        }
        if required {
            file["required"] = json!(true);
        }
        if random.chance(8) {
            file["unique"] = json!(true);
        }
        Attribute { name: name.into(), kind, of, default, required, pool, odd, file }
    }

    /// Values of the pool that can stand in the policy in place of one of the attribute's type.
    pub fn of_its_type(&self) -> Vec<Json> {
        let is = |value: &&Json| match self.of {
            "boolean" => value.is_boolean() || value.as_str().is_some_and(|text| ["true", "false"].contains(&text.to_lowercase().as_str())),
            "number" => value.is_number() || value.as_str().is_some_and(|text| text.parse::<f64>().is_ok()),
            _ => true,
        };
        let of: Vec<Json> = self.pool.iter().filter(is).cloned().collect();
        let otherwise = if self.of == "boolean" { json!(true) } else { json!(7) };
        if of.is_empty() { vec![otherwise] } else { of }
    }

    /// Whether events carry it and users have it.
    pub fn is_held(&self) -> bool {
        !["user_name", "active"].contains(&self.kind)
    }
}
