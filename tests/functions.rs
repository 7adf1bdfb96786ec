//! The table of functions is the one place: every entry has a case, its example is true, and what `explain` shows of
//! it is what the evaluation saw.

mod support;

use rolewright::functions::entra;
use rolewright::suite::Suite;
use rolewright::{Dialect, Evaluated, Expression, FixedWorld, Flow, Limits, Scope, Skip};
use serde_json::{Map, Value as Json};

/// The cases of every suite of expressions in `tests/conformance`.
fn cases() -> Vec<Map<String, Json>> {
    let folder = support::home().join("tests/conformance");
    let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let texts = files.iter().map(|file| std::fs::read_to_string(file).unwrap());
    let suites = texts.map(|text| Suite::parse(&text, &Limits::default()).unwrap());
    suites.filter(|suite| suite.name == "entra-expression").flat_map(|suite| suite.cases).map(|case| case.fields).collect()
}

fn world() -> FixedWorld {
    FixedWorld::new(jiff::civil::date(2026, 11, 25).at(9, 30, 0, 0), 1)
}

#[test]
fn every_function_has_a_conformance_case() {
    let cases = cases();
    let of = |name: &str| {
        cases.iter().any(|case| {
            case.get("function").and_then(Json::as_str) == Some(name)
                && case.get("expr").and_then(Json::as_str).is_some_and(|text| text.contains(&format!("{name}(")))
        })
    };
    let without: Vec<&str> = entra().iter().map(|function| function.name).filter(|name| !of(name)).collect();
    assert!(without.is_empty(), "no conformance case calls {}", without.join(", "));
}

#[test]
fn every_case_names_a_function_of_the_table() {
    let cases = cases();
    let named = cases.iter().filter(|case| !case.contains_key("expect_error")).filter_map(|case| case.get("function")?.as_str());
    let strange: Vec<&str> = named.filter(|name| *name != "Syntax" && !entra().iter().any(|function| function.name == *name)).collect();
    assert!(strange.is_empty(), "{strange:?}");
}

#[test]
fn every_example_gives_the_value_that_the_manual_prints() {
    let mut world = world();
    world.default_domain = Some("example.org".into());
    for function in entra() {
        let example = function.example;
        assert!(example.expression.starts_with(&format!("{}(", function.name)), "the example of {} begins with it", function.name);
        let expression =
            Expression::compile(Dialect::Entra, example.expression).unwrap_or_else(|error| panic!("{}: {error}", function.name));
        let record = Map::new();
        let Ok(Flow::Value(value)) = expression.evaluate(&record, &world).result else {
            assert_eq!(function.name, "Error", "{} gives no value", example.expression);
            continue;
        };
        if example.value.is_empty() {
            assert!(!function.pure || function.parameters.is_empty(), "{} gives the same each time", function.name);
        } else {
            assert_eq!(value.to_json().to_string(), example.value, "{}", example.expression);
        }
    }
}

#[test]
fn every_entry_is_documented() {
    for function in entra() {
        assert!(function.summary.ends_with('.'), "{}: a sentence", function.name);
        for parameter in function.parameters {
            assert!(!parameter.about.is_empty(), "{} of {}", parameter.name, function.name);
        }
    }
}

#[test]
fn the_manual_is_the_table() {
    let markdown = support::run(&["functions", "--format", "markdown"]).exits(0).out;
    let json = support::run(&["functions", "--format", "json"]).exits(0).json();
    let list = support::run(&["functions"]).exits(0).out;
    assert_eq!(list.lines().count(), entra().len());
    assert_eq!(json.as_array().unwrap().len(), entra().len());
    for (function, entry) in entra().iter().zip(json.as_array().unwrap()) {
        let one = support::run(&["functions", function.name]).exits(0).out;
        for part in [function.signature().as_str(), function.summary, function.example.expression] {
            assert!(markdown.contains(part), "{part}");
            assert!(one.contains(part), "{part}");
        }
        assert_eq!(entry["name"], function.name);
        assert_eq!(entry["signature"], function.signature());
    }
}

/// The value and the halt of a part, as `explain` writes them.
fn outcome(evaluated: &Evaluated<'_>) -> (Json, Option<&'static str>) {
    match &evaluated.result {
        Ok(Flow::Value(value)) => (value.to_json(), None),
        Ok(Flow::Skip(Skip::Flow)) => (Json::Null, Some("skip-flow")),
        Ok(Flow::Skip(Skip::Object)) => (Json::Null, Some("skip-object")),
        Err(fault) => (Json::Null, Some(fault.code().word())),
    }
}

/// Each part's text, evaluated by itself over the same user and world, gives what `explain` shows for it.
#[test]
fn explain_shows_what_the_evaluation_saw() {
    let (mut compared, mut hidden) = (0, 0);
    for case in cases() {
        let Some(text) = case.get("expr").and_then(Json::as_str) else { continue };
        let mut record = case.get("input").and_then(Json::as_object).cloned().unwrap_or_default();
        let mut world = world();
        if let Some(Json::Array(taken)) = record.remove("existing") {
            world.taken = taken.iter().filter_map(|value| value.as_str().map(str::to_owned)).collect();
        }
        world.default_domain = record.remove("defaultDomain").and_then(|domain| domain.as_str().map(str::to_owned));
        let names: Vec<String> = record.keys().cloned().collect();
        let scope = Scope { attributes: Some(&names), ..Scope::default() };
        let Ok(expression) = Expression::compile_in(Dialect::Entra, text, &scope) else { continue };
        let fresh = world.clone();
        let (whole, parts) = expression.explain(&record, &world);
        let plain = expression.evaluate(&record, &fresh);
        assert_eq!(outcome(&whole), outcome(&plain), "{text}");
        assert_eq!(whole.warnings, plain.warnings, "{text}");
        let last = parts.last().unwrap_or_else(|| panic!("{text} has parts"));
        for part in &parts {
            if part.value == "[Redact]" {
                hidden += 1;
                continue;
            }
            let written = &text[part.span.start..part.span.end];
            if matches!(written, "vbTextCompare" | "vbBinaryCompare")
                || ["RandomString(", "Guid("].iter().any(|name| written.contains(name))
            {
                continue;
            }
            let alone =
                Expression::compile_in(Dialect::Entra, written, &scope).unwrap_or_else(|error| panic!("{written} of {text}: {error}"));
            assert_eq!((part.value.clone(), part.halt), outcome(&alone.evaluate(&record, &world)), "{written} of {text}");
            compared += 1;
        }
        if last.value != "[Redact]" {
            assert_eq!((last.value.clone(), last.halt), outcome(&whole), "the last part of {text} is the whole");
        }
    }
    println!("{compared} parts compared, {hidden} hidden");
    assert!(compared > 1000 && hidden > 0, "{compared} compared, {hidden} hidden");
}

/// Nothing that Redact is given, and nothing made of it, is shown.
#[test]
fn explain_hides_what_redact_marks() {
    let record = serde_json::json!({ "surname": "Nowak-Secret", "givenName": "Ada" });
    for text in [
        "Redact([surname])",
        "Append(Redact([surname]), \"x\")",
        "Switch(Redact([surname]), \"other\", \"Nowak-Secret\", \"hit\")",
        "IIF(Redact([surname]) = \"Nowak-Secret\", [givenName], \"no\")",
        "Coalesce(Redact(ToUpper([surname])), \"x\")",
        "Join(\"-\", [givenName], Redact([surname]))",
        "SelectUniqueValue(Redact([surname]), \"x\")",
    ] {
        let expression = Expression::compile(Dialect::Entra, text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let world = world();
        let (_, parts) = expression.explain(&record, &world);
        for part in parts {
            let shown = part.value.to_string().to_lowercase();
            let is_constant = text[part.span.start..part.span.end].starts_with('"');
            assert!(is_constant || !shown.contains("secret"), "{text} shows {shown}");
        }
    }
}
