//! Okta's tables of functions: every entry has a case, its example is true, and what `explain` shows is what the
//! evaluation saw; expressions printed mean what they meant.

mod support;

use rolewright::functions::{Function, table};
use rolewright::suite::Suite;
use rolewright::{Dialect, Expression, FixedWorld, Flow, Limits, Scope};
use serde_json::{Map, Value as Json, json};

const DIALECTS: [Dialect; 2] = [Dialect::Okta, Dialect::OktaIdentityEngine];

fn cases() -> Vec<(Dialect, Map<String, Json>)> {
    let text = std::fs::read_to_string(support::home().join("tests/conformance/okta.yaml")).unwrap();
    let suite = Suite::parse(&text, &Limits::default()).unwrap();
    let dialect = |case: &Map<String, Json>| if case.contains_key("dialect") { Dialect::OktaIdentityEngine } else { Dialect::Okta };
    suite.cases.into_iter().map(|case| (dialect(&case.fields), case.fields)).collect()
}

fn text(case: &Map<String, Json>) -> &str {
    case["expr"].as_str().unwrap()
}

fn world() -> FixedWorld {
    FixedWorld::new(jiff::civil::date(2026, 11, 25).at(9, 30, 0, 0), 1)
}

fn all() -> impl Iterator<Item = (Dialect, &'static Function)> {
    DIALECTS.into_iter().flat_map(|dialect| table(dialect).iter().map(move |function| (dialect, *function)))
}

#[test]
fn every_function_has_a_conformance_case() {
    let cases = cases();
    let called = |dialect: Dialect, name: &str| cases.iter().any(|(of, case)| *of == dialect && text(case).contains(&format!("{name}(")));
    // A function of both styles needs a case in one of them.
    let shared = |name: &str| name.starts_with("user.") && DIALECTS.iter().any(|dialect| called(*dialect, name));
    let without: Vec<&str> = all()
        .filter(|(dialect, function)| !called(*dialect, function.name) && !shared(function.name))
        .map(|(_, function)| function.name)
        .collect();
    assert!(without.is_empty(), "no conformance case calls {}", without.join(", "));
}

#[test]
fn every_example_gives_the_value_that_the_manual_prints() {
    let record = Map::new();
    for (dialect, function) in all() {
        let example = function.example;
        assert!(example.expression.contains(&format!("{}(", function.name)), "the example of {} calls it", function.name);
        let expression = Expression::compile(dialect, example.expression).unwrap_or_else(|error| panic!("{}: {error}", function.name));
        let world = world();
        match expression.evaluate(&record, &world).result {
            Ok(Flow::Value(value)) if example.value.is_empty() => assert!(!function.pure, "{}: {value:?}", function.name),
            Ok(Flow::Value(value)) => assert_eq!(value.to_json().to_string(), example.value, "{}", example.expression),
            other => panic!("{}: {other:?}", example.expression),
        };
    }
}

#[test]
fn every_entry_is_documented() {
    for (_, function) in all() {
        assert!(function.summary.ends_with('.'), "{}: a sentence", function.name);
        for parameter in function.parameters {
            assert!(!parameter.about.is_empty(), "{} of {}", parameter.name, function.name);
        }
    }
}

#[test]
fn the_manual_is_the_table() {
    for (dialect, word) in [(Dialect::Okta, "okta"), (Dialect::OktaIdentityEngine, "okta-identity-engine")] {
        let markdown = support::run(&["functions", "--dialect", word, "--format", "markdown"]).exits(0).out;
        let json = support::run(&["functions", "--dialect", word, "--format", "json"]).exits(0).json();
        assert_eq!(json.as_array().unwrap().len(), table(dialect).len());
        for function in table(dialect) {
            for part in [function.signature().as_str(), function.summary, function.example.expression] {
                assert!(markdown.contains(part), "{part}");
            }
        }
    }
}

/// What is printed reads back as the same, and prints the same.
#[test]
fn printing_keeps_the_meaning() {
    let mut printed = 0;
    for (dialect, case) in cases() {
        let Ok(once) = Expression::format(dialect, text(&case)) else { continue };
        assert_eq!(Expression::format(dialect, &once).as_ref(), Ok(&once), "{}", text(&case));
        printed += 1;
    }
    assert!(printed > 300, "{printed}");
}

/// A user who lacks everything makes no expression panic, and explaining changes no result.
#[test]
fn any_record_is_answered() {
    let records = [
        json!({}),
        json!({"user": null, "appuser": null, "groups": null, "directory_users": [null], "manager": "x"}),
        json!({"user": {"firstName": ["a", {"b": 1}], "lastName": 7, "email": {"x": null}, "city": true}, "groups": [1, {"name": 2}, {"id": "1", "name": "x"}], "linked": []}),
        json!({"user": {"firstName": "\u{1F600}", "lastName": "", "email": "@", "login": null, "middleName": "\u{0}"}, "groups": {"a": 1}}),
    ];
    let names: Vec<String> =
        ["user", "appuser", "app", "zendesk", "active_directory", "zendesk_app", "user_internal"].map(str::to_owned).into();
    let scope = Scope { attributes: Some(&names), ..Scope::default() };
    let mut compared = 0;
    for (dialect, case) in cases() {
        let Ok(expression) = Expression::compile_in(dialect, text(&case), &scope) else { continue };
        for record in &records {
            let plain = expression.evaluate(record, &world()).result.map(|flow| format!("{flow:?}")).map_err(|fault| fault.code());
            let world = world();
            let (explained, parts) = expression.explain(record, &world);
            assert_eq!(plain, explained.result.map(|flow| format!("{flow:?}")).map_err(|fault| fault.code()), "{}", text(&case));
            assert!(!parts.is_empty());
            compared += 1;
        }
    }
    assert!(compared > 1_000, "{compared}");
}
