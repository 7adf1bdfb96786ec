//! Generated code and the interpreter give the same.

#[path = "../../tests/support/pool.rs"]
mod pool;

#[path = "../../tests/law/made.rs"]
mod made;

use made::{policy, users};
use rolewright::generated::{Halt, User};
use rolewright::policy::Loader;
use rolewright::provision::Source;
use rolewright::suite::Suite;
use rolewright::{FixedWorld, Flow, Limits, OwnedDecision, Policy, RecordKind};
use rolewright_emitted::{CASES, Emitted, POLICIES};
use serde_json::{Map, Value as Json};
use std::collections::BTreeMap;
use std::path::Path;

/// How many users are decided about in all; `ROLEWRIGHT_USERS` asks for more or fewer.
fn users() -> usize {
    std::env::var("ROLEWRIGHT_USERS").ok().and_then(|count| count.parse().ok()).unwrap_or(100_000)
}

fn world() -> FixedWorld {
    FixedWorld::new("2026-01-01T00:00:00".parse().unwrap(), 1)
}

fn load(emitted: &Emitted) -> Policy {
    let loader = Loader::new().resolve(|asking, wanted| {
        let path = Path::new(asking).with_file_name(wanted);
        Ok((path.display().to_string(), std::fs::read_to_string(&path).map_err(|error| error.to_string())?))
    });
    let loader = emitted.settings.iter().fold(loader, |loader, (path, yaml)| loader.set(*path, *yaml));
    loader.load(emitted.path, &std::fs::read_to_string(emitted.path).unwrap()).unwrap()
}

#[test]
fn decisions() {
    let mut seed = 5u64;
    let mut random = move |below: usize| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(seed >> 33).unwrap() % below
    };
    let sources: Vec<_> = POLICIES
        .iter()
        .flat_map(|emitted| [(emitted, Source::Scim, emitted.scim), (emitted, Source::Jit, emitted.jit)])
        .filter_map(|(emitted, source, decide)| Some((emitted, source, decide?)))
        .collect();
    // A scope alone has few kinds of users.
    let share = |emitted: &Emitted| if emitted.name.starts_with("scoping") { 1 } else { 50 };
    let shares: usize = sources.iter().map(|(emitted, ..)| share(emitted)).sum();
    let mut seen = BTreeMap::new();
    for (emitted, source, decide) in sources {
        let policy = load(emitted);
        let compiled = policy.compile(source);
        let pool = pool::pool(&policy, source);
        let (lists, single): (Vec<_>, Vec<_>) = pool.iter().cloned().partition(Json::is_array);
        let texts: Vec<_> = single.into_iter().filter(|value| value.is_string() || value.is_boolean()).collect();
        for _ in 0..users() * share(emitted) / shares + 1 {
            let mut record = Map::new();
            for attribute in compiled.attributes() {
                // Mostly values of the type that the provider gives.
                let pool = match random(16) {
                    0 => &pool,
                    1..=3 => continue,
                    _ if attribute.as_ref() == "appRoleAssignments" => &lists,
                    _ => &texts,
                };
                record.insert(attribute.to_string(), pool[random(pool.len())].clone());
            }
            // A record without any name of Okta's would be a plain row, which is lifted before it is decided about.
            record.insert("user.none".into(), Json::Null);
            let assigned = [None, Some(true), Some(false), Some(true)][random(4)];
            // Generated code knows no other name for a user without a user name.
            let world_of_one = world();
            let decision = compiled.decide(&record, assigned, &world_of_one);
            let interpreted = OwnedDecision { user: decision.user().to_owned(), ..decision.to_owned() };
            let generated = decide(&record, assigned, &world());
            assert_eq!(generated, interpreted, "{}, {source:?}: {record:?}, assigned {assigned:?}", emitted.name);
            let kind = (generated.scope_reason, generated.active, generated.error.map(|error| error.code));
            *seen.entry(kind).or_insert(0usize) += 1;
        }
    }
    assert!(seen.len() >= 8, "the users are too much alike: {seen:?}");
}

/// The law of the engine, compiled: what the rows give for a user, generated code gives.
#[test]
fn policies_made_at_random() {
    let mut decided = 0;
    for emitted in POLICIES {
        let Some(seed) = emitted.name.strip_prefix("law_").and_then(|seed| seed.parse().ok()) else { continue };
        let policy = load(emitted);
        let made = policy::Made::new(seed);
        for feed in &made.feeds {
            let (source, decide) = if feed.source == "jit" { (Source::Jit, emitted.jit) } else { (Source::Scim, emitted.scim) };
            let Some(decide) = decide else { continue }; // it maps nothing
            for user in users::users(&made, feed, 50) {
                let world = world();
                let mut walked = policy.explain(source, &user.record, RecordKind::Source, user.assigned, &world);
                // Generated code knows no other name for a user without a user name.
                walked.decision.user = walked.event.as_ref().and_then(|event| event.user()).unwrap_or_default().to_owned();
                let mut generated = decide(&user.record, user.assigned, &world);
                if walked.event.is_none() {
                    generated.user.clear();
                }
                assert_eq!(generated, walked.decision, "seed {seed}, {source:?}: {:?}", user.record);
                decided += 1;
            }
        }
    }
    assert!(decided >= 150, "{decided} users");
}

#[test]
fn expressions() {
    let mut expected = BTreeMap::new();
    for entry in std::fs::read_dir("../tests/conformance").unwrap() {
        let suite = Suite::parse(&std::fs::read_to_string(entry.unwrap().path()).unwrap(), &Limits::DEFAULT).unwrap();
        for case in &suite.cases {
            if let Some(posed) = suite.posed(case).filter(|posed| posed.expression.is_ok()) {
                expected.insert(case.id.clone(), posed);
            }
        }
    }
    assert_eq!(CASES.len(), expected.len());
    let mut kinds = [0; 3];
    for (id, evaluate) in CASES {
        let posed = &expected[*id];
        let expression = posed.expression.as_ref().unwrap();
        let (world, again) = (posed.world.clone(), posed.world.clone());
        let interpreted = expression.evaluate(&posed.record, &world);
        let mut user = User::new(&posed.record, &again);
        let generated = evaluate(&mut user);
        match (interpreted.result, generated) {
            (Ok(Flow::Value(interpreted)), Ok(generated)) => {
                assert_eq!(generated, interpreted, "{id}");
                kinds[0] += 1;
            }
            (Ok(Flow::Skip(interpreted)), Err(Halt::Skip(generated))) => {
                assert_eq!(generated, interpreted, "{id}");
                kinds[1] += 1;
            }
            (Err(interpreted), Err(Halt::Fault(generated))) => {
                assert_eq!((generated.code, &generated.message), (interpreted.code, &interpreted.message), "{id}");
                kinds[2] += 1;
            }
            (interpreted, generated) => panic!("{id}: {interpreted:?}, and generated code gives {generated:?}"),
        }
        let warned: Vec<&str> = interpreted.warnings.iter().map(|warning| warning.code.word()).collect();
        assert_eq!(user.warnings().collect::<Vec<_>>(), warned, "{id}");
    }
    assert!(kinds[0] > 500 && kinds[1] > 1 && kinds[2] > 10, "{kinds:?}");
}

#[test]
fn scopes() {
    let suite = std::fs::read_to_string("../tests/conformance/entra-scoping.yaml").unwrap();
    let suite = Suite::parse(&suite, &Limits::DEFAULT).unwrap();
    let mut compared = 0;
    for case in &suite.cases {
        // Filters that are wrong are no policy.
        let Some(emitted) = POLICIES.iter().find(|emitted| emitted.name == case.id.replace('-', "_")) else { continue };
        let input = case.fields["input"].as_object().unwrap();
        let interpreted = load(emitted).decide(Source::Scim, input, RecordKind::Source, None, &world());
        let generated = emitted.scim.unwrap()(input, None, &world());
        assert_eq!(generated, interpreted, "{}", case.id);
        compared += 1;
    }
    assert!(compared > 40, "{compared}");
}
