//! Rolewright against other engines: the same jobs over the same users in one run, equal answers asserted before anything
//! is timed. Prints tables in Markdown. An argument takes the place of today's date.

#[allow(dead_code)] // work over typed users is for the other benchmark
#[path = "../../by_hand.rs"]
mod by_hand;
mod count;
mod engines;
#[path = "../../jobs.rs"]
mod jobs;
mod task;
mod versions;

use engines::{ENGINES, Ready};
use serde_json::{Map, Value as Json};
use std::time::Duration;

/// Medians are of so many rounds, in each of which every engine has its turn.
const ROUNDS: usize = 41;
const TURN: Duration = Duration::from_millis(4);

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

    /// The users, as they come in JSON.
    pub fn records(self) -> Vec<Map<String, Json>> {
        let users = if self == Self::LongSwitch { jobs::in_departments() } else { jobs::employees() };
        users.iter().map(jobs::json_of).collect()
    }
}

fn main() {
    let date = std::env::args().nth(1).unwrap_or_else(|| jiff::Timestamp::now().strftime("%F").to_string());
    println!("On {date}; of {ROUNDS} rounds the median.");
    for (job, title) in Job::ALL {
        println!("\n**{title}**\n\n| engine | version | ns per user | of Rolewright | allocations |\n| --- | --- | ---: | ---: | ---: |");
        let ready: Vec<Ready> = ENGINES.iter().map(|engine| (engine.ready)(job)).collect();
        assert_equal(&ready);
        let figures = measured(&ready);
        let own = figures[0].map_or(1.0, |figure| figure.nanoseconds);
        for ((engine, ready), figure) in ENGINES.iter().zip(&ready).zip(&figures) {
            let version = versions::of(engine.package);
            match (ready, figure) {
                (Err(why), _) => println!("| {} | {version} | cannot: {why} | | |", engine.package),
                (Ok(_), None) => unreachable!("what is ready is measured"),
                (Ok(_), Some(Figure { nanoseconds, allocations })) => {
                    println!("| {} | {version} | {nanoseconds:.0} | {:.2} | {allocations:.1} |", engine.package, nanoseconds / own);
                }
            }
        }
    }
}

/// The work by hand is right, and whoever says something else is not measured.
fn assert_equal(ready: &[Ready]) {
    let answers: Vec<_> = ready.iter().map(|task| task.as_ref().ok().map(task::Task::answers)).collect();
    for (engine, answers_of) in ENGINES.iter().zip(&answers).filter(|(_, answers)| answers.is_some()) {
        assert_eq!(answers_of, &answers[1], "{}", engine.package);
    }
}

#[derive(Clone, Copy)]
struct Figure {
    nanoseconds: f64,
    allocations: f64,
}

fn measured(ready: &[Ready]) -> Vec<Option<Figure>> {
    let users = jobs::employees().len() as f64;
    let mut times = vec![Vec::with_capacity(ROUNDS); ready.len()];
    for _ in 0..ROUNDS {
        for (task, times) in ready.iter().zip(&mut times) {
            times.extend(task.as_ref().ok().map(|task| task.time(TURN)));
        }
    }
    let figure = |(task, times): (&Ready, &mut Vec<Duration>)| {
        let task = task.as_ref().ok()?;
        times.sort();
        Some(Figure {
            nanoseconds: times[times.len() / 2].as_nanos() as f64 / users,
            allocations: count::allocations(|| task.pass()) as f64 / users,
        })
    };
    ready.iter().zip(&mut times).map(figure).collect()
}
