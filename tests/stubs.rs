//! The tests that coverage offers to paste: each passes, and reaches what it is offered for.

use rolewright::FixedWorld;
use rolewright::analyze::coverage;
use rolewright::policy::{Loader, Policy};
use rolewright::suite::run_policy;

fn load(name: &str, text: &str) -> Policy {
    let loader = Loader::new().resolve(|_, wanted| {
        let text = std::fs::read_to_string(format!("policies/{wanted}")).map_err(|error| error.to_string())?;
        Ok((wanted.to_owned(), text))
    });
    loader.load(name, text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"))
}

/// Pastes what is offered for a policy without tests; gives back what no test is offered for.
fn pasted(name: &str, text: &str) -> Vec<String> {
    let world = FixedWorld::new("2026-01-01T00:00:00".parse().unwrap(), 0);
    let bare = text.split("\ntests:").next().unwrap();
    // A policy that builds on another one would have the tests of that.
    let policy = load(name, &format!("{bare}\ntests: []\n"));
    let before = coverage(&policy, &world);
    let (missing, offered): (Vec<_>, Vec<_>) = before.uncovered.iter().partition(|uncovered| uncovered.stub.trim_start().starts_with('#'));
    let tests: String = offered.iter().map(|uncovered| uncovered.stub.as_str()).collect();
    let policy = load(name, &format!("{bare}\ntests:\n{tests}"));
    for (result, uncovered) in run_policy(&policy, &world).iter().zip(&offered) {
        assert!(result.passed(), "{name}: {result:#?}\n{}", uncovered.stub);
    }
    let after = coverage(&policy, &world);
    for uncovered in &after.uncovered {
        assert!(missing.iter().any(|missing| missing.what == uncovered.what), "{name}: {} was offered and is not reached", uncovered.what);
    }
    missing.into_iter().map(|missing| missing.stub.trim().to_owned()).collect()
}

#[test]
fn every_offered_test_passes_and_reaches_its_own() {
    for entry in std::fs::read_dir("policies").unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        let missing = pasted(&name, &std::fs::read_to_string(format!("policies/{name}")).unwrap());
        assert!(missing.is_empty(), "{name}: {missing:#?}");
    }
}
