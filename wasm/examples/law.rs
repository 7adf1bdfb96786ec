//! Policies and users made at random, and what the rows of each say of them, a policy a line: engines in other languages
//! must decide so, too. How many are made is the argument.

#[path = "../../tests/law/made.rs"]
mod made;

use made::{policy, users, yaml};
use rolewright::policy::Loader;
use rolewright::provision::Source;
use rolewright::{FixedWorld, Limits, OwnedDecision, RecordKind};
use serde_json::{Value as Json, json};
use std::io::Write;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let count: u64 = std::env::args().nth(1).ok_or("how many policies?")?.parse()?;
    let world = FixedWorld::new("2026-01-01T00:00:00".parse()?, 1);
    let mut out = std::io::stdout().lock();
    for seed in 0..count {
        let made = policy::Made::new(seed);
        let text = yaml::policy(&made.file);
        // Rows are walked, so that no table of outcomes is asked.
        let limits = Limits { outcomes: 0, ..Limits::DEFAULT };
        let Ok(policy) = Loader::new().limits(limits).load("policy.yaml", &text) else { continue };
        for feed in &made.feeds {
            let compiled = policy.compile(if feed.source == "jit" { Source::Jit } else { Source::Scim });
            let users = users::users(&made, feed, 50);
            let decide =
                |user: &users::User| compiled.decide(&compiled.bind(&user.record, RecordKind::Source), user.assigned, &world).to_owned();
            let decisions: Vec<OwnedDecision> = users.iter().map(decide).collect();
            // As texts: to JavaScript 1 and 1.0 are one.
            let users: Vec<String> = users.into_iter().map(|user| Json::Object(user.record).to_string()).collect();
            writeln!(out, "{}", json!({ "seed": seed, "source": feed.source, "policy": text, "users": users, "decisions": decisions }))?;
        }
    }
    Ok(())
}
