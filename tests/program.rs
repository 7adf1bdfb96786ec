//! A policy made ready for many users decides as the policy itself does, for users of every kind.

#[path = "support/pool.rs"]
mod pool;

use pool::pool;
use rolewright::document::Holds;
use rolewright::policy::Loader;
use rolewright::provision::Source;
use rolewright::{FixedWorld, Policy};
use serde_json::Map;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const USERS: usize = 400;

/// The shipped policies, with and without known organizations, and with each option at each of its values.
fn policies() -> Vec<(String, Policy)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    files.sort();
    let mut all = Vec::new();
    for path in &files {
        for orgs in ["null", "{acme: [company], moby: []}"] {
            let policy = load(path, orgs);
            for (option, choice) in policy.options() {
                for value in &choice.one_of {
                    let chosen = BTreeMap::from([(option.clone(), value.clone())]);
                    all.push((
                        format!("{}: {option}={value}, organizations {orgs}", path.display()),
                        policy.with_options(&chosen).unwrap(),
                    ));
                }
            }
            all.push((format!("{}: organizations {orgs}", path.display()), policy));
            // A sign-in that names its user itself, or leaves that to SCIM's mapping where it gives none.
            let named = loader(orgs).set("sources.jit.mappings.userName", "{direct: nickname}");
            if let Ok(policy) = named.load(&path.display().to_string(), &std::fs::read_to_string(path).unwrap()) {
                all.push((format!("{}: sign-ins name the user, organizations {orgs}", path.display()), policy));
            }
        }
    }
    all
}

fn loader(orgs: &str) -> Loader<'static> {
    Loader::new().set("connection.default_org", "acme").set("connection.orgs", orgs).resolve(|asking, wanted| {
        let path = Path::new(asking).with_file_name(wanted);
        Ok((path.display().to_string(), std::fs::read_to_string(&path).map_err(|error| error.to_string())?))
    })
}

fn load(path: &Path, orgs: &str) -> Policy {
    loader(orgs).load(&path.display().to_string(), &std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn a_program_decides_as_its_policy() {
    let world = FixedWorld::new("2026-01-01T00:00:00".parse().unwrap(), 1);
    let mut seed = 11u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut seen = BTreeMap::new();
    for (name, policy) in policies() {
        for source in [Source::Scim, Source::Jit] {
            if policy.mappings(source).is_empty() {
                continue;
            }
            let program = policy.program(source).unwrap_or_else(|| panic!("{name}: too many values"));
            let pool = pool(&policy, source);
            for _ in 0..USERS {
                let mut record = Map::new();
                for attribute in program.attributes() {
                    if random(4) > 0 {
                        record.insert(attribute.to_string(), pool[random(pool.len())].clone());
                    }
                }
                let assigned = [None, Some(true), Some(false)][random(3)];
                let slow = policy.decide(source, &record, Holds::Source, assigned, &world);
                let fast = program.decision(&record, assigned, &world);
                assert_eq!(fast, slow, "{name}, {source:?}: {record:?}, assigned {assigned:?}");
                let kind = (slow.in_scope, slow.active, slow.error.map(|error| error.code));
                *seen.entry(kind).or_insert(0usize) += 1;
            }
        }
    }
    assert!(seen.len() >= 6, "the users are too much alike: {seen:?}");
}
