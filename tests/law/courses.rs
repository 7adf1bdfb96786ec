//! The ways through a history of events: each tells of every event what it did, by which rows.

use super::ways::{Asked, error, load, object, standing, with, world};
use super::yaml;
use rolewright::Policy;
use rolewright::provision::{Event, SignIn, State, Subject, User};
use serde_json::{Map, Value as Json, json};

/// What a way tells of each event of a history.
pub type Course = Vec<Map<String, Json>>;

/// A way through a history.
pub type Way = fn(&Asked, &[Event]) -> Course;

/// The ways through a history. The first one is what the others are compared with.
pub const COURSES: [(&str, Way); 6] = [
    ("applied", applied_each),
    ("resumed", resumed),
    ("sign-ins without nulls", without_nulls),
    ("replayed", replayed),
    ("test", tested_history),
    ("check", checked),
];

/// Every way through a history.
pub fn courses(asked: &Asked, history: &[Json]) -> Vec<(&'static str, Course)> {
    let events: Vec<Event> = history.iter().filter_map(|event| serde_json::from_value(event.clone()).ok()).collect();
    COURSES.iter().map(|(name, way)| (*name, way(asked, &events))).collect()
}

/// Each event applied to what the ones before left.
fn applied_each(asked: &Asked, events: &[Event]) -> Course {
    let mut state = asked.policy.initial_state();
    let mut course = Course::new();
    for event in events {
        let carries = carries(asked, &state, event);
        course.push(with(step(asked, &mut state, event), "carries", carries));
    }
    ended(asked, course, &state)
}

/// The same, where every state is stored and read again.
fn resumed(asked: &Asked, events: &[Event]) -> Course {
    let mut state = asked.policy.initial_state();
    let mut course = Course::new();
    for event in events {
        let stored = serde_json::to_string(&state).unwrap();
        state = serde_json::from_str(&stored).unwrap();
        course.push(step(asked, &mut state, event));
    }
    ended(asked, course, &state)
}

/// A sign-in cannot say that a value is gone: what it carries as null it does not carry.
fn without_nulls(asked: &Asked, events: &[Event]) -> Course {
    let mut events = events.to_vec();
    for event in &mut events {
        if let Event::SignIn(sign_in) = event {
            sign_in.attributes.retain(|_, value| !value.is_null());
        }
    }
    resumed(asked, &events)
}

/// With the state after the last event, and what the target shows then.
fn ended(asked: &Asked, mut course: Course, state: &State) -> Course {
    if let Some(last) = course.pop() {
        course.push(with(with(last, "state", json!(state)), "users", shown(&asked.policy, state)));
    }
    course
}

fn step(asked: &Asked, state: &mut State, event: &Event) -> Map<String, Json> {
    let ids = row_ids(&asked.file, event);
    let told = match asked.policy.apply(state, event) {
        Err(refusal) => json!({ "rows": [ids[refusal.row]], "refusal": error(&asked.policy, &refusal) }),
        Ok(outcome) => {
            let rows: Json = outcome.rows.iter().map(|row| ids[*row].clone()).collect();
            let created: Json = outcome.created_teams.iter().map(|(org, team)| json!(format!("{org}:{team}"))).collect();
            let warnings: Json = outcome.warnings.iter().map(|notice| json!([notice.code, notice.about])).collect();
            state.accept(outcome);
            json!({ "rows": rows, "refusal": null, "warnings": warnings, "created_teams": created })
        }
    };
    let told = object(&told).unwrap_or_default();
    with(with(told, "failed tests", json!([])), "dead rows that hit", json!([]))
}

/// How what an event carries stands to what its user has.
fn carries(asked: &Asked, state: &State, event: &Event) -> Json {
    let (Event::ScimCreate(Subject { attributes, .. })
    | Event::ScimUpdate(Subject { attributes, .. })
    | Event::SignIn(SignIn { attributes, .. })) = event
    else {
        return json!([]);
    };
    let user = event.user().and_then(|name| state.users.get(&User::key(name)));
    let how = |(name, value): (&String, &Json)| {
        let held = user.and_then(|user| user.attributes.get(name)).map(|held| &held.value);
        let default = asked.policy.attribute(name).and_then(|attribute| attribute.default.as_ref());
        match held {
            _ if value.is_null() => "null",
            Some(held) if held == value => "what the user has",
            None if default == Some(value) => "the default of a user who has none",
            _ => "what the user has not",
        }
    };
    attributes.iter().map(how).collect()
}

/// The ids of the rows of an event, shared ones in their place.
fn row_ids(file: &Map<String, Json>, event: &Event) -> Vec<Json> {
    super::policy::rows(file, event.kind().word()).into_iter().map(|row| row["id"].clone()).collect()
}

/// What the target shows of each user.
fn shown(policy: &Policy, state: &State) -> Json {
    let shown = state.users.values().map(|user| {
        let (active, orgs) = standing(policy, state, &user.user);
        (user.user.clone(), json!({ "active": active, "orgs": orgs }))
    });
    Json::Object(shown.collect())
}

/// Rows that the check reports as dead and that hit all the same.
fn checked(asked: &Asked, events: &[Event]) -> Course {
    let is_dead = |id: &Json| asked.dead.iter().any(|dead| id == dead);
    let dead =
        |told: Map<String, Json>| -> Json { told["rows"].as_array().into_iter().flatten().filter(|id| is_dead(id)).cloned().collect() };
    applied_each(asked, events).into_iter().map(|told| with(Map::new(), "dead rows that hit", dead(told))).collect()
}

/// As people are told of it.
fn replayed(asked: &Asked, events: &[Event]) -> Course {
    let policy = &asked.policy;
    let replay = policy.replay();
    let mut state = policy.initial_state();
    let mut course = Course::new();
    for (at, event) in events.iter().enumerate() {
        let step = replay.step(&mut state, at + 1, event);
        let rows: Json = step.rows.iter().map(|row| json!(row.id)).collect();
        let warnings: Json = step.warnings.iter().map(|warning| json!([warning.code, warning.about])).collect();
        let mut told = json!({ "rows": rows, "refusal": step.refusal });
        if step.refusal.is_none() {
            told["warnings"] = warnings;
            told["created_teams"] = json!(step.created_teams);
        }
        course.extend(object(&told));
    }
    ended(asked, course, &state)
}

/// The history as a test inside of the policy, which expects what was applied. It ends at its first refusal.
fn tested_history(asked: &Asked, events: &[Event]) -> Course {
    let refused = applied_each(asked, events).iter().position(|told| !told["refusal"].is_null());
    let events = &events[..refused.map_or(events.len(), |at| at + 1)];
    let course = applied_each(asked, events);
    let Some(last) = course.last() else { return Course::new() };
    let all = |member: &str, of: fn(&Json) -> Json| -> Json {
        course.iter().filter_map(|told| told.get(member)?.as_array()).flatten().map(of).collect()
    };
    let mut expect = json!({
        "users": last["users"],
        "created_teams": all("created_teams", Json::clone),
        "warnings": all("warnings", |warning| warning[0].clone()),
    });
    if let Some(refusal) = last["refusal"].as_object() {
        expect["error"] = json!({ "event": events.len(), "code": refusal["code"] });
    }
    let mut file = asked.file.clone();
    file.insert("tests".into(), json!([{ "name": "history", "events": events, "expect": expect }]));
    let failed = match load(&yaml::policy(&file), rolewright::Limits::DEFAULT) {
        Ok(policy) => {
            let results = rolewright::suite::run_policy(&policy, &world());
            json!(results.iter().flat_map(|result| &result.differences).collect::<Vec<_>>())
        }
        Err(why) => json!(why),
    };
    // What came out stands at the end, where the whole history ends.
    let told = with(Map::new(), "failed tests", failed);
    events.iter().skip(1).map(|_| Map::new()).chain([told]).collect()
}
