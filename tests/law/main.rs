//! The law of the engine: deciding about a value is deciding about its class with the value put in its place, so that
//! every way to the answer gives the same answer. Policies, users and histories are made at random.
//!
//! `ROLEWRIGHT_LAW_SEED=17` runs one policy alone and prints it; `PROPTEST_CASES` says how many are made.

mod counts;
mod courses;
mod documents;
mod events;
mod known;
mod law;
#[path = "made.rs"] // its modules stand beside it
mod made;
mod shrink;
mod tables;
mod ways;

use counts::Counts;
use law::Seen;
use made::{policy, random, users, yaml};
use std::collections::BTreeSet;

/// Policies that are made in a usual run: over 2,000 are compared, and the others are refused.
const POLICIES: u64 = 2_200;

/// Failures that are made small and shown, each of another kind.
const SHOWN: usize = 6;

#[test]
fn every_way_gives_the_same() {
    let alone = number("ROLEWRIGHT_LAW_SEED");
    let seeds = alone.map_or(0..number("PROPTEST_CASES").unwrap_or(POLICIES), |seed| seed..seed + 1);
    if let Some(seed) = alone {
        println!("{}", yaml::policy(&policy::Made::new(seed).file));
    }
    let many = seeds.end - seeds.start >= 500;
    let seen = on_threads(seeds);
    let (table, seldom) = Counts::of(&seen).close();
    println!("{table}");
    let failing = failing(&seen);
    assert!(failing.is_empty(), "{failing}");
    assert!(!many || seldom.is_empty(), "met too seldom: {seldom:#?}");
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// What the policy of a seed came to, should it make the engine panic.
fn examine(seed: u64) -> Seen {
    std::panic::catch_unwind(|| law::examine(seed)).unwrap_or_else(|panic| {
        let told = panic.downcast_ref::<String>().cloned().or_else(|| panic.downcast_ref::<&str>().map(ToString::to_string));
        Seen { refused: Some(format!("a panic: {}", told.unwrap_or_default())), ..Seen::new(seed) }
    })
}

/// What the policies of the seeds came to, in their order.
fn on_threads(seeds: std::ops::Range<u64>) -> Vec<Seen> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let part = |first: usize| seeds.clone().skip(first).step_by(threads).map(examine).collect::<Vec<Seen>>();
    let mut seen: Vec<Seen> = std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads).map(|first| scope.spawn(move || part(first))).collect();
        parts.into_iter().flat_map(|part| part.join().unwrap()).collect()
    });
    seen.sort_by_key(|seen| seen.seed);
    seen
}

/// Policies that cannot be used though nothing is wrong with them, and ways that differ: those of another kind than the
/// ones before made small.
fn failing(seen: &[Seen]) -> String {
    // What leaves a gap or a row in vain is made now and then, so that the checks of tables have something to find.
    let meant = |why: &str| ["placement-gap", "row-never-hits"].iter().any(|code| why.contains(code));
    let mut text = String::new();
    for seen in seen {
        if let Some(why) = seen.refused.as_ref().filter(|why| !meant(why)) {
            text += &format!("=== seed {}: {why}\n", seen.seed);
        }
    }
    let mut known = BTreeSet::new();
    let mut shown = 0;
    for seen in seen {
        let differences = seen.failures.iter().flat_map(|failure| failure.differences.iter().map(move |found| (failure, found)));
        let new = differences.filter(|_| shown < SHOWN).find(|(_, found)| !known.contains(&(found.way, found.member.clone())));
        if let Some((failure, new)) = new {
            let (report, found) = law::report(seen.seed, failure, new);
            text += &report;
            shown += 1;
            // What still differs when it is small, and what else differed of this policy, is of the same kind most likely.
            let same = found.iter().chain(seen.failures.iter().flat_map(|failure| &failure.differences));
            known.extend(same.map(|found| (found.way, found.member.clone())));
        }
    }
    let seeds: Vec<u64> = seen.iter().filter(|seen| !seen.failures.is_empty()).map(|seen| seen.seed).collect();
    if !seeds.is_empty() {
        text += &format!("\n{} of {} policies fail: seeds {seeds:?}\n", seeds.len(), seen.len());
    }
    text
}
