//! Runs the measurements and prints each job as a ratio to the same job by hand, from the medians of one run.

use std::path::Path;
use std::process::Command;

/// A job of `benches/evaluate.rs`, and how often the time by hand it may take.
const JOBS: [(&str, f64); 6] = [
    ("Switch, typed user", 3.0),
    ("Switch, JSON user", 3.0),
    ("Decision, typed user", 3.0),
    ("Decision, JSON user", 3.0),
    ("Switch of 200 keys", 1.5),
    ("Join, PCase, ToLower, Mid, Replace", 1.5),
];

/// How often the time by hand generated code may take, in each of the jobs.
const GENERATED: f64 = 1.1;

/// Figures that stand alone, with the nanoseconds that they may take.
const ALONE: [(&str, &str, f64); 3] =
    [("compile", "policies/docker.yaml", 1e6), ("compile", "its decisions", 1e6), ("compile", "an expression", 20e3)];

/// Each job of the bench goes over this many users.
const USERS: f64 = 64.0;

/// Runs the measurements of the interpreter and of generated code, and prints the tables.
pub fn run(root: &Path) -> Result<bool, String> {
    for bench in [["rolewright", "evaluate"], ["rolewright-emitted", "generated"]] {
        let [package, bench] = bench;
        let status = Command::new(crate::cargo::cargo())
            .args(["bench", "--locked", "--package", package, "--bench", bench])
            .current_dir(root)
            .status()
            .map_err(|error| format!("cargo: {error}"))?;
        if !status.success() {
            return Ok(false);
        }
    }
    let median = |group: &str, name: &str| median(root, group, name);
    println!("\n| job | rolewright | by hand | ratio | goal | |\n| --- | ---: | ---: | ---: | ---: | --- |");
    for (job, goal) in JOBS {
        let (ours, hand) = (median(job, "rolewright")?, median(job, "by hand")?);
        let line = format!("{job} | {:.1} ns | {:.1} ns | {:.1} | {goal}", ours / USERS, hand / USERS, ours / hand);
        println!("| {line} | {} |", met(ours / hand, goal));
    }
    let (small, large) = (median("event", "of 100 users")?, median("event", "of 100000 users")?);
    println!(
        "| one event, 100,000 users against 100 | {large:.0} ns | {small:.0} ns | {:.2} | 3 | {} |",
        large / small,
        met(large / small, 3.0)
    );
    println!("\n| job | generated | by hand | ratio | goal | |\n| --- | ---: | ---: | ---: | ---: | --- |");
    for (job, _) in JOBS {
        let group = format!("generated {job}");
        let (ours, hand) = (median(&group, "generated")?, median(&group, "by hand")?);
        let line = format!("{job} | {:.1} ns | {:.1} ns | {:.2} | {GENERATED}", ours / USERS, hand / USERS, ours / hand);
        println!("| {line} | {} |", met(ours / hand, GENERATED));
    }
    println!("\n| figure | measured | goal | |\n| --- | ---: | ---: | --- |");
    for (group, name, goal) in ALONE {
        let found = median(group, name)?;
        println!("| {group} {name} | {:.1} µs | {:.0} µs | {} |", found / 1e3, goal / 1e3, met(found, goal));
    }
    Ok(true)
}

fn met(found: f64, goal: f64) -> &'static str {
    if found <= goal { "met" } else { "missed" }
}

/// The median of a figure in nanoseconds, as criterion wrote it down.
fn median(root: &Path, group: &str, name: &str) -> Result<f64, String> {
    let folder = |text: &str| text.replace(['/', ':', '?', '"', '\\', '*', '<', '>', '|'], "_");
    let path = root.join("target/criterion").join(folder(group)).join(folder(name)).join("new/estimates.json");
    let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
    let number = || {
        let rest = text.split_once("\"median\"")?.1.split_once("\"point_estimate\":")?.1;
        rest.split([',', '}']).next()?.trim().parse().ok()
    };
    number().ok_or_else(|| format!("{}: no median", path.display()))
}
