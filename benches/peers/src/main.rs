//! Rolewright against other engines: the same jobs over the same users in one run, equal answers asserted before anything
//! is timed. Prints tables in Markdown.

#[path = "../../bound.rs"]
mod bound;
#[allow(dead_code)] // the types of some fields are for the other benchmark
#[path = "../../by_hand.rs"]
mod by_hand;
#[path = "../../count.rs"]
mod count;
mod engines;
#[path = "../../jobs.rs"]
mod jobs;
mod measure;
mod table;
mod task;
mod versions;

use by_hand::Employee;
use engines::{ENGINES, Kind, Ready};
use measure::measured;
use serde_json::{Map, Value as Json};
use std::process::ExitCode;

const USAGE: &str = "\
Usage: peers [--quick] [--date DATE] [--write FILE]

--quick  compares the answers and measures nothing
--date   in place of today's
--write  puts the tables into FILE, between the lines <!-- peers --> and <!-- /peers -->";

/// What is to be done for each user.
#[derive(Clone, Copy, PartialEq)]
pub enum Job {
    Switch,
    Decision,
    LongSwitch,
    Text,
}

impl Job {
    const ALL: [(Self, &'static str); 4] = [
        (Self::Switch, "Switch over app roles"),
        (Self::Decision, "Role, organization and team"),
        (Self::LongSwitch, "Switch of 200 keys"),
        (Self::Text, "Join, PCase, ToLower, Mid, Replace"),
    ];

    /// The users, typed.
    pub fn employees(self) -> Vec<Employee> {
        if self == Self::LongSwitch { jobs::in_departments() } else { jobs::employees() }
    }

    /// The users, as they come in JSON.
    pub fn records(self) -> Vec<Map<String, Json>> {
        self.employees().iter().map(jobs::json_of).collect()
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("{why}");
            ExitCode::from(2)
        }
    }
}

fn run(arguments: &[&str]) -> Result<(), String> {
    let (mut quick, mut date, mut file) = (false, None, None);
    let mut rest = arguments.iter();
    while let Some(argument) = rest.next() {
        let mut value = || rest.next().copied().ok_or_else(|| format!("{argument} wants a value\n\n{USAGE}"));
        match *argument {
            "--quick" => quick = true,
            "--date" => date = Some(value()?.to_owned()),
            "--write" => file = Some(value()?),
            other => return Err(format!("there is no argument {other}\n\n{USAGE}")),
        }
    }
    let jobs = Job::ALL.iter().map(|(job, title)| (*title, ready(*job, title)));
    if quick {
        jobs.for_each(drop);
        return Ok(());
    }
    let date = date.unwrap_or_else(|| jiff::Timestamp::now().strftime("%F").to_string());
    let text = table::tables(&jobs.map(|(title, ready)| (title, measured(&ready))).collect::<Vec<_>>(), &date);
    match file {
        None => print!("{text}"),
        Some(file) => table::write(file, &text)?,
    }
    Ok(())
}

/// The job in each engine. Answers have been compared.
fn ready(job: Job, title: &str) -> Vec<Ready> {
    let ready: Vec<Ready> = ENGINES.iter().map(|engine| (engine.ready)(job)).collect();
    assert_equal(&ready);
    eprintln!("{title}: {} of {} rows can do it, with equal answers", ready.iter().flatten().count(), ready.len());
    ready
}

/// The work by hand is right, and whoever says something else is not measured.
fn assert_equal(ready: &[Ready]) {
    let answers = || ENGINES.iter().zip(ready).filter_map(|(engine, task)| Some((engine, task.as_ref().ok()?.answers())));
    let right = answers().find(|(engine, _)| engine.kind == Kind::ByHand).map(|(_, answers)| answers);
    for (engine, found) in answers() {
        assert_eq!(Some(found), right, "{}", engine.name);
    }
}
