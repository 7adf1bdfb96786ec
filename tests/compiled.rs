//! The table of outcomes, rows that are walked for each user, and the event carried out give the same decision, for every
//! shipped policy and users of every kind.

#[path = "support/pool.rs"]
mod pool;

use pool::pool;
use rolewright::policy::{Loader, Notice};
use rolewright::provision::Source;
use rolewright::{FixedWorld, Limits, Policy, RecordKind};
use serde_json::Map;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const USERS: usize = 400;

/// The shipped policies, with and without known organizations, and with each option at each of its values.
fn policies(limits: Limits) -> Vec<(String, Policy)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("policies");
    let mut files: Vec<PathBuf> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|end| end == "yaml"));
    files.sort();
    let mut all = Vec::new();
    for path in &files {
        for orgs in ["null", "{acme: [company], moby: []}"] {
            let policy = load(path, orgs, limits);
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
            let named = loader(orgs, limits).set("sources.jit.mappings.userName", "{direct: nickname}");
            if let Ok(policy) = named.load(&path.display().to_string(), &std::fs::read_to_string(path).unwrap()) {
                all.push((format!("{}: sign-ins name the user, organizations {orgs}", path.display()), policy));
            }
        }
    }
    all
}

fn loader(orgs: &str, limits: Limits) -> Loader<'static> {
    Loader::new().limits(limits).set("connection.default_org", "acme").set("connection.orgs", orgs).resolve(|asking, wanted| {
        let path = Path::new(asking).with_file_name(wanted);
        Ok((path.display().to_string(), std::fs::read_to_string(&path).map_err(|error| error.to_string())?))
    })
}

fn load(path: &Path, orgs: &str, limits: Limits) -> Policy {
    loader(orgs, limits).load(&path.display().to_string(), &std::fs::read_to_string(path).unwrap()).unwrap()
}

#[test]
fn all_ways_to_a_decision_agree() {
    let world = FixedWorld::new("2026-01-01T00:00:00".parse().unwrap(), 1);
    let mut seed = 11u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let mut seen = BTreeMap::new();
    let walking = policies(Limits { outcomes: 0, ..Limits::DEFAULT });
    for ((name, policy), (_, walking)) in policies(Limits::DEFAULT).into_iter().zip(walking) {
        for source in [Source::Scim, Source::Jit] {
            if policy.mappings(source).is_empty() {
                continue;
            }
            let (compiled, walking) = (policy.compile(source), walking.compile(source));
            let pool = pool(&policy, source);
            for _ in 0..USERS {
                let mut record = Map::new();
                for attribute in compiled.attributes() {
                    if random(4) > 0 {
                        record.insert(attribute.to_string(), pool[random(pool.len())].clone());
                    }
                }
                let assigned = [None, Some(true), Some(false)][random(3)];
                let bound = compiled.bind(&record, RecordKind::Source);
                let decision = compiled.decide(&bound, assigned, &world);
                let decided = decision.to_owned();
                let walked = walking.decide(&walking.bind(&record, RecordKind::Source), assigned, &world).to_owned();
                assert_eq!(decided, walked, "{name}, {source:?}: {record:?}, assigned {assigned:?}");
                if let Some(event) = decision.event() {
                    let carried_out = policy.decide_event(&event);
                    let mappings =
                        |warning: &Notice<'_>| !decision.warnings().any(|told| told == *warning) || carried_out.warnings.contains(warning);
                    let rows: Vec<_> = decided.warnings.iter().filter(|warning| mappings(warning)).cloned().collect();
                    let of_rows = (decided.active, &decided.orgs, &decided.created_teams, &rows, &decided.error);
                    let out = &carried_out;
                    assert_eq!(of_rows, (out.active, &out.orgs, &out.created_teams, &out.warnings, &out.error), "{name}: {event:?}");
                }
                let kind = (decided.scope_reason, decided.active, decided.error.map(|error| error.code));
                *seen.entry(kind).or_insert(0usize) += 1;
            }
        }
    }
    assert!(seen.len() >= 6, "the users are too much alike: {seen:?}");
}
