//! One policy under the law: what it meets, and where a way to the answer differs.

use super::counts::Met;
use super::policy::Made;
use super::shrink::{Failing, shrink};
use super::users::{self, User};
use super::ways::{self, Asked};
use super::{courses, events, yaml};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;
use std::fmt::Write;

/// Users for each source of a policy, histories of each, and events of each.
const USERS: usize = 50;
const HISTORIES: usize = 2;
const EVENTS: usize = 12;

/// What one policy came to.
pub struct Seen {
    pub seed: u64,
    /// Why the policy cannot be used.
    pub refused: Option<String>,
    pub met: Met,
    pub users: usize,
    pub placed: usize,
    pub failures: Vec<Failure>,
}

/// A user or a history of whom a way differs.
pub struct Failure {
    source: &'static str,
    given: Json,
    pub differences: Vec<Difference>,
}

/// Where a way differs from the first.
pub struct Difference {
    pub way: &'static str,
    pub member: String,
    first: Json,
    other: Json,
}

/// Makes the policy of a seed, and asks every way about users and histories.
pub fn examine(seed: u64) -> Seen {
    let made = Made::new(seed);
    let mut seen = Seen::new(seed);
    for feed in &made.feeds {
        let asked = match Asked::new(&made.file, feed.source) {
            Ok(asked) => asked,
            Err(why) => return Seen { refused: Some(why), ..seen },
        };
        let users = users::users(&made, feed, USERS);
        let posed = asked.pose(&users);
        let answers = asked.answers(&posed);
        for (way, answers) in &answers {
            if answers.iter().any(Option::is_some) {
                seen.met.note("way", way);
            }
        }
        seen.users += users.len();
        for (at, user) in users.iter().enumerate() {
            let Some(decision) = &answers[0].1[at] else { continue };
            seen.placed += usize::from(decision["orgs"].as_object().is_some_and(|orgs| !orgs.is_empty()));
            seen.met.decision(&made, decision);
            let (rows, placement) = ways::hits(&asked, &posed[at]);
            rows.iter().for_each(|row| seen.met.row(&made, row));
            placement.iter().for_each(|row| seen.met.placement(&made, row));
            let told = answers.iter().map(|(way, answers)| (*way, answers.get(at).and_then(Option::as_ref)));
            seen.take(feed.source, || Json::Object(user.record.clone()), differences(told));
        }
        if feed.source == "scim" {
            seen.histories(&made, &asked);
        }
    }
    seen.met.policy(&made);
    seen
}

impl Seen {
    pub fn new(seed: u64) -> Seen {
        Seen { seed, refused: None, met: Met::default(), users: 0, placed: 0, failures: Vec::new() }
    }

    fn histories(&mut self, made: &Made, asked: &Asked) {
        for number in 0..HISTORIES {
            let history = events::history(made, number, EVENTS);
            let courses = courses::courses(asked, &history);
            for (at, event) in history.iter().enumerate() {
                let told = &courses[0].1[at];
                let kind = event["event"].as_str().unwrap_or_default();
                self.met.note("event", kind);
                let rows = super::policy::rows(&made.file, kind);
                let hit = rows.into_iter().filter(|row| told["rows"].as_array().is_some_and(|ids| ids.contains(&row["id"])));
                hit.for_each(|row| self.met.row(made, row));
                told["carries"]
                    .as_array()
                    .into_iter()
                    .flatten()
                    .for_each(|how| self.met.note("event carries", how.as_str().unwrap_or_default()));
            }
            self.take("scim", || history.clone().into(), course_differences(&courses));
        }
    }

    fn take(&mut self, source: &'static str, given: impl FnOnce() -> Json, differences: Vec<Difference>) {
        if !differences.is_empty() {
            self.failures.push(Failure { source, given: given(), differences });
        }
    }
}

/// What a way tells beside what the first tells.
fn differences<'a>(mut told: impl Iterator<Item = (&'static str, Option<&'a Map<String, Json>>)>) -> Vec<Difference> {
    let Some((_, Some(first))) = told.next() else { return Vec::new() };
    let mut found = Vec::new();
    for (way, answer) in told {
        for (member, other) in answer.into_iter().flatten() {
            let first = first.get(member).unwrap_or(&Json::Null);
            if first != other {
                found.push(Difference { way, member: member.clone(), first: first.clone(), other: other.clone() });
            }
        }
    }
    found
}

/// The same for the first event of a history after which a way differs.
fn course_differences(courses: &[(&'static str, courses::Course)]) -> Vec<Difference> {
    let events = courses.first().map_or(0, |(_, course)| course.len());
    let at = |at: usize| differences(courses.iter().map(|(way, course)| (*way, course.get(at))));
    (0..events).map(at).find(|found| !found.is_empty()).unwrap_or_default()
}

/// Asks again, about one user or one history.
fn ask(failing: &Failing, source: &str) -> Vec<Difference> {
    let Some(file) = failing.file.as_object() else { return Vec::new() };
    let Ok(asked) = Asked::new(file, source) else { return Vec::new() };
    match &failing.given {
        Json::Object(record) => {
            let users = [User::new(record.clone())];
            let answers = asked.answers(&asked.pose(&users));
            differences(answers.iter().map(|(way, answers)| (*way, answers.first().and_then(Option::as_ref))))
        }
        Json::Array(history) => course_differences(&courses::courses(&asked, history)),
        _ => Vec::new(),
    }
}

/// A failure, made small, and all that differs in it.
pub fn report(seed: u64, failure: &Failure, difference: &Difference) -> (String, Vec<Difference>) {
    let same = |found: &Difference| found.way == difference.way && found.member == difference.member;
    let failing = Failing { file: Json::Object(Made::new(seed).file), given: failure.given.clone() };
    let smallest = shrink(failing, |failing| ask(failing, failure.source).iter().any(same));
    let found = ask(&smallest, failure.source);
    let policy = smallest.file.as_object().map(yaml::policy).unwrap_or_default();
    let (what, compared) = if smallest.given.is_array() { ("events", courses::COURSES[0].0) } else { ("user", ways::WAYS[0].0) };
    let mut text = format!("\n=== seed {seed}, sources.{}\n{policy}--- {what}: {:.1200}\n", failure.source, yaml::flow(&smallest.given));
    // Ways that say the same stand in one line.
    let mut said: BTreeMap<(&str, String, String), Vec<&str>> = BTreeMap::new();
    for found in &found {
        said.entry((&found.member, found.first.to_string(), found.other.to_string())).or_default().push(found.way);
    }
    for ((member, first, other), ways) in said {
        writeln!(text, "--- {member}: {first:.600} by {compared}, {other:.600} by {}", ways.join(", ")).unwrap();
    }
    (text, found)
}

/// A history without events differs nowhere.
#[test]
fn nothing_differs_of_nothing() {
    let empty = json!({ "rolewright": 1, "policy": "p", "target": { "attributes": {} }, "sources": {} });
    let failing = Failing { file: empty, given: json!([]) };
    assert!(ask(&failing, "scim").is_empty());
}
