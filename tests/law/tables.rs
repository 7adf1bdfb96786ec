//! The checks of tables against brute force: small tables made at random, and every situation that they can meet.

use super::random::Random;
use super::ways::rows_of;
use super::yaml;
use rolewright::Policy;
use rolewright::diagnostic::Code;
use rolewright::policy::Loader;
use rolewright::provision::{Event, State, Switch};
use serde_json::{Map, Value as Json, json};
use std::collections::{BTreeMap, BTreeSet};

/// Tables of each kind.
const TABLES: u64 = 300;

/// What a table may ask for, by name, and every value of it. Of attributes null is unset.
type Variables = Vec<(&'static str, Vec<Json>)>;

/// One value of each.
type Situation<'v> = BTreeMap<&'static str, &'v Json>;

fn situations(variables: &Variables) -> Vec<Situation<'_>> {
    let mut all = vec![Situation::new()];
    for (name, values) in variables {
        let mut more = Vec::new();
        for situation in &all {
            for value in values {
                let mut situation = situation.clone();
                situation.insert(name, value);
                more.push(situation);
            }
        }
        all = more;
    }
    all
}

/// A placement table, what it may ask for, and the policy around it.
struct Table {
    variables: Variables,
    rows: Vec<Json>,
    file: Map<String, Json>,
}

const ATTRIBUTES: [(&str, &str); 4] = [("plan", "string"), ("seat", "boolean"), ("quota", "number"), ("harbor", "string")];

fn table(random: &mut Random) -> Table {
    let mut variables: Variables = Vec::new();
    let mut attributes = Map::new();
    for (name, of) in random.some(&ATTRIBUTES, 1, 3) {
        let (named, other) = match of {
            "boolean" => (vec![json!(false), json!(true)], None),
            "number" => (vec![json!(1), json!(2.5)], Some(json!(7))),
            _ => (vec![json!("gold"), json!("silver")], Some(json!("other"))),
        };
        attributes.insert(name.to_owned(), json!({ "type": of }));
        variables.push((name, [Json::Null].into_iter().chain(named).chain(other).collect()));
    }
    let mut file = Map::from_iter([
        ("rolewright".to_owned(), json!(1)),
        ("policy".to_owned(), json!("table")),
        ("target".to_owned(), json!({ "attributes": attributes })),
        ("connection".to_owned(), json!({ "default_org": "acme" })),
        ("sources".to_owned(), json!({})),
    ]);
    if random.chance(50) {
        let values = ["keep", "end", "ask"];
        variables.push(("choice", values.map(Json::from).into()));
        file.insert("options".into(), json!({ "choice": { "one_of": values, "default": "keep" } }));
    }
    variables.push(("scim", ["enabled", "disabled"].map(Json::from).into()));
    let mut rows: Vec<Json> = (1..=random.between(1, 5)).map(|at| row(random, &variables, at)).collect();
    if random.chance(50) {
        rows.push(json!({ "id": format!("p{}", rows.len() + 1), "when": {}, "org": "acme" }));
    }
    file.insert("placement".into(), json!(rows));
    file.insert("events".into(), json!({ "scim.create": [{ "own": "scim", "write": "carried", "by": "scim", "place": "always" }] }));
    Table { variables, rows, file }
}

fn row(random: &mut Random, variables: &Variables, at: usize) -> Json {
    let mut when = Map::new();
    for (name, values) in random.some(variables, 1, 3) {
        let named = if values[0].is_null() { &values[1..values.len().min(3)] } else { &values[..] };
        let value = match random.below(4) {
            0 if values[0].is_null() => json!("set"),
            1 if values[0].is_null() => json!("unset"),
            2 if name != "scim" => json!(random.some(named, 1, 2)),
            _ => random.of(named).clone(),
        };
        when.insert(name.to_owned(), value);
    }
    json!({ "id": format!("p{at}"), "when": when, "org": "acme" })
}

/// Whether a row hits, by nothing but what it says.
fn hits(row: &Json, situation: &Situation<'_>) -> bool {
    let holds = |(name, asked): (&String, &Json)| {
        let value = situation[name.as_str()];
        match asked {
            Json::Array(items) => items.contains(value),
            asked if asked == "set" => !value.is_null(),
            asked if asked == "unset" => value.is_null(),
            asked => asked == value,
        }
    };
    row["when"].as_object().into_iter().flatten().all(holds)
}

/// The row that the engine takes.
fn taken(policy: &Policy, situation: &Situation<'_>) -> Option<usize> {
    let chosen = situation.get("choice").map(|value| ("choice".to_owned(), value.as_str().unwrap().to_owned()));
    let policy = policy.with_options(&chosen.into_iter().collect()).unwrap();
    let mut state = policy.initial_state();
    state.settings.scim = if *situation["scim"] == "enabled" { Switch::Enabled } else { Switch::Disabled };
    let carried = situation.iter().filter(|(name, value)| ATTRIBUTES.iter().any(|(known, _)| known == *name) && !value.is_null());
    let attributes: Map<String, Json> = carried.map(|(name, value)| ((*name).to_owned(), (*value).clone())).collect();
    let event = serde_json::from_value(json!({ "event": "scim.create", "user": "ada", "attributes": attributes })).unwrap();
    let outcome = policy.apply(&state, &event).unwrap();
    outcome.users["ada"].as_ref().unwrap().placement.as_ref().map(|placement| placement.row)
}

/// Rows are reported as dead and tables as open where brute force says so, and nowhere else; the gap that is told is one.
#[test]
fn checks_of_placement_agree_with_brute_force() {
    let (mut dead_rows, mut gaps, mut sound) = (0, 0, 0);
    let mut wrong = Vec::new();
    for seed in 0..TABLES {
        let Table { variables, rows, file } = table(&mut Random::of_part(seed, "table"));
        let text = yaml::policy(&file);
        let all = situations(&variables);
        let first: Vec<Option<usize>> = all.iter().map(|situation| rows.iter().position(|row| hits(row, situation))).collect();
        let dead: BTreeSet<String> =
            (0..rows.len()).filter(|row| !first.contains(&Some(*row))).map(|row| format!("p{}", row + 1)).collect();
        let open: Vec<&Situation<'_>> = all.iter().zip(&first).filter(|(_, row)| row.is_none()).map(|(situation, _)| situation).collect();
        let (reported, gap) = match Loader::new().load("table", &text) {
            Ok(policy) => {
                for (situation, row) in all.iter().zip(&first) {
                    assert_eq!(taken(&policy, situation), *row, "{situation:?} under\n{text}");
                }
                sound += 1;
                (BTreeSet::new(), None)
            }
            Err(error) => {
                let gap = error.diagnostics.iter().find(|found| found.code == Code::PlacementGap).map(|found| found.message.clone());
                (rows_of(&error.diagnostics, Code::RowNeverHits, &text).into_iter().collect(), gap)
            }
        };
        gaps += usize::from(!open.is_empty());
        dead_rows += dead.len();
        let told = gap.as_ref().is_none_or(|gap| open.iter().any(|situation| is_told(gap, situation)));
        if reported != dead || gap.is_some() == open.is_empty() || !told {
            wrong.push(format!("seed {seed}: reported {reported:?} and {gap:?}; dead are {dead:?}, open {:?}\n{text}\n", open.first()));
        }
    }
    println!("{TABLES} tables: {sound} sound, {gaps} with a gap, {dead_rows} dead rows");
    assert!(wrong.is_empty(), "{} tables:\n{}", wrong.len(), wrong.iter().take(3).map(String::as_str).collect::<String>());
    assert!(dead_rows > 50 && gaps > 50 && sound > 50);
}

/// Whether a situation is one of those that the message tells: `… where plan is unset and choice is keep`.
fn is_told(gap: &str, situation: &Situation<'_>) -> bool {
    let told = gap.rsplit_once(" where ").map_or("", |(_, told)| told);
    told.split(" and ").filter_map(|part| part.split_once(" is ")).all(|(name, value)| match (value, situation.get(name)) {
        (_, None) => false, // "nothing is asked for" has its own name
        ("unset", Some(held)) => held.is_null(),
        ("set", Some(held)) => !held.is_null(),
        (value, Some(held)) => held.as_str().map_or_else(|| held.to_string(), str::to_owned) == value.trim_matches('"'),
    }) || told == "nothing is asked for"
}

/// A table of an event whose rows only look, tell and end.
fn event_table(random: &mut Random) -> Vec<Json> {
    let words = ["absent", "carried", "wrong", "other"];
    let users = ["unknown", "known", "inactive", "outside", "foreign"];
    let row = |random: &mut Random, at: usize| {
        let mut when = Map::new();
        for _ in 0..random.between(0, 2) {
            let (name, value) = match random.below(6) {
                0 => ("scim", json!(*random.of(&["enabled", "disabled"]))),
                1 => ("choice", json!(*random.of(&["keep", "end"]))),
                2 => ("user", json!(random.some(&users, 1, 2))),
                3 => ("active", json!(random.of(&[json!(true), json!(false), json!("absent"), json!("carried")]))),
                _ => ("plan", json!(random.some(&words, 1, 2))),
            };
            when.insert(name.to_owned(), value);
        }
        let (name, value) = match random.below(7) {
            0 | 1 => ("refuse", json!("r")),
            2 => ("ignore", json!("i")),
            3 => ("stop", json!(true)),
            4 => ("count", json!({ "plan": *random.of(&["absent", "unset"]) })),
            _ => ("warn", json!("w")),
        };
        json!({ "id": format!("e{at}"), "when": when, name: value })
    };
    (1..=random.between(2, 6)).map(|at| row(random, at)).collect()
}

/// Every state and event that such a table can tell apart.
fn every_event(policy: &Policy) -> Vec<(State, Event)> {
    let mut all = Vec::new();
    let mut users = vec![Json::Null];
    for bits in 0..8 {
        let is = |bit: u8| bits & bit != 0;
        let mut user = json!({ "user": "ada", "managed_by": if is(1) { "scim" } else { "jit" }, "active": is(2) });
        if is(4) {
            user["placement"] = json!({ "org": "acme", "org_from": "default", "row": 0 });
        }
        // A user may hold what is not allowed any more.
        let held = |value: &str| json!({ "plan": { "value": value, "from": "scim" } });
        users.extend([json!({}), held("gold"), held("wrong")].map(|held| {
            let mut user = user.clone();
            user["attributes"] = held;
            user
        }));
    }
    let plans = [None, Some(Json::Null), Some(json!("gold")), Some(json!("silver")), Some(json!("wrong"))];
    for scim in [Switch::Enabled, Switch::Disabled] {
        for user in &users {
            let mut state = policy.initial_state();
            state.settings.scim = scim;
            if !user.is_null() {
                state.users.insert("ada".into(), serde_json::from_value(user.clone()).unwrap());
            }
            for plan in &plans {
                for active in [None, Some(true), Some(false)] {
                    let mut attributes = Map::new();
                    attributes.extend(plan.iter().map(|plan| ("plan".to_owned(), plan.clone())));
                    attributes.extend(active.iter().map(|active| ("active".to_owned(), json!(active))));
                    let event = json!({ "event": "scim.update", "user": "ada", "attributes": attributes });
                    all.push((state.clone(), serde_json::from_value(event).unwrap()));
                }
            }
        }
    }
    all
}

#[test]
fn checks_of_events_agree_with_brute_force() {
    let (mut dead_rows, mut live_rows) = (0, 0);
    let mut wrong = Vec::new();
    for seed in 0..TABLES {
        let rows = event_table(&mut Random::of_part(seed, "event"));
        let file = json!({
            "rolewright": 1,
            "policy": "table",
            "target": { "attributes": { "active": { "type": "boolean", "kind": "active" }, "plan": { "type": "string", "one_of": ["gold", "silver"] } } },
            "connection": { "default_org": "acme" },
            "options": { "choice": { "one_of": ["keep", "end"], "default": "keep" } },
            "sources": {},
            "events": { "scim.update": rows },
        });
        let text = yaml::policy(file.as_object().unwrap());
        let policy = Loader::new().load("table", &text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        let reported: BTreeSet<String> = rows_of(policy.warnings(), Code::EventRowNeverHits, &text).into_iter().collect();
        // Of a refused event only the row that refuses is told: let it end otherwise.
        let ends = text.replace("refuse: r", "ignore: r");
        let policy = Loader::new().load("table", &ends).unwrap();
        let mut hit = BTreeSet::new();
        for choice in ["keep", "end"] {
            let policy = policy.with_options(&BTreeMap::from([("choice".to_owned(), choice.to_owned())])).unwrap();
            for (state, event) in every_event(&policy) {
                hit.extend(policy.apply(&state, &event).unwrap().rows);
            }
        }
        let dead: BTreeSet<String> = (0..rows.len()).filter(|row| !hit.contains(row)).map(|row| format!("e{}", row + 1)).collect();
        if reported != dead {
            wrong.push(format!("seed {seed}: reported {reported:?}; dead are {dead:?}\n{text}\n"));
        }
        dead_rows += dead.len();
        live_rows += rows.len() - dead.len();
    }
    println!("{TABLES} tables of events: {dead_rows} dead rows, {live_rows} others");
    assert!(wrong.is_empty(), "{} tables:\n{}", wrong.len(), wrong.iter().take(3).map(String::as_str).collect::<String>());
    assert!(dead_rows > 50 && live_rows > 300);
}
