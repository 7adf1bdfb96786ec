//! `docs/translate.md` says what the tables say, and the tables say something of every function.

use rolewright::functions::{Run, table};
use rolewright::translate::{ENTRA_APART, ENTRA_ONLY, Form, OKTA_APART, OKTA_ONLY, Only, forms};
use rolewright::{Dialect, Expression};

fn names(names: &[&str]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}

fn form(form: &Form) -> String {
    format!("| {} | {} | {} |", names(form.names), form.form, form.when)
}

fn only(only: &Only) -> String {
    let argument = only.argument.map_or("", |_| " with a pattern");
    format!("| {}{argument} | {} |", names(only.functions), only.why)
}

#[test]
fn the_manual_has_every_rule() {
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/translate.md")).expect("the manual");
    let tables = [
        forms(Dialect::Entra).iter().map(form).collect::<Vec<_>>(),
        forms(Dialect::Okta).iter().map(form).collect(),
        ENTRA_ONLY.iter().map(only).collect(),
        OKTA_ONLY.iter().map(only).collect(),
        ENTRA_APART.iter().map(only).collect(),
        OKTA_APART.iter().map(only).collect(),
    ];
    for table in tables {
        let table = table.join("\n");
        assert!(manual.contains(&table), "docs/translate.md lacks these rows in a row:\n{table}");
    }
}

/// The shares, as the manual says them.
pub fn has_share(line: &str) {
    let manual = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/translate.md")).expect("the manual");
    assert!(manual.contains(line), "docs/translate.md lacks the line:\n{line}");
}

#[test]
fn every_function_has_a_rule_or_a_reason() {
    for (dialect, only, apart) in [
        (Dialect::Entra, ENTRA_ONLY, ENTRA_APART),
        (Dialect::Okta, OKTA_ONLY, OKTA_APART),
        (Dialect::OktaIdentityEngine, OKTA_ONLY, OKTA_APART),
    ] {
        for function in table(dialect).iter().filter(|function| matches!(function.run, Run::Native(_))) {
            let by_rule = forms(dialect).iter().any(|form| form.names.contains(&function.name));
            let by_reason = only.iter().chain(apart).any(|only| only.covers(function.name, &|_| true));
            assert!(by_rule || by_reason, "{} has neither a rule nor a reason", function.name);
            let replaced = only.iter().any(|only| only.covers(function.name, &|_| false));
            assert!(!(by_rule && replaced), "{} has a rule and a reason", function.name);
        }
    }
}

#[test]
fn the_tables_name_functions_that_exist() {
    for (dialects, tables) in
        [(vec![Dialect::Entra], [ENTRA_ONLY, ENTRA_APART]), (vec![Dialect::Okta, Dialect::OktaIdentityEngine], [OKTA_ONLY, OKTA_APART])]
    {
        let known: Vec<&str> = dialects.iter().flat_map(|dialect| table(*dialect)).map(|function| function.name).collect();
        let words = ["IgnoreAttributeFlow", "IgnoreObjectFlow", "-", "*", "/", "%", "{}", "{:}", ".![]", ".", "?."];
        for name in tables.iter().copied().flatten().flat_map(|only| only.functions).filter(|name| !words.contains(name)) {
            let one = Only { functions: std::slice::from_ref(name), argument: None, why: "" };
            assert!(known.iter().any(|known| one.covers(known, &|_| true)), "{name} is no function");
        }
    }
}

#[test]
fn a_call_within_calls_is_bounded() {
    // What stands in a translation several times grows with the depth; it is refused before it is large.
    let deep = |depth: usize| format!("{}[surname]{}", "Left(".repeat(depth), ", 5)".repeat(depth));
    for depth in [1, 3, 12, 200] {
        let text = deep(depth);
        assert!(Expression::compile(Dialect::Entra, &text).is_ok());
        let translated =
            rolewright::translate::translate(Dialect::Entra, &text, Dialect::Okta, &rolewright::translate::Partners::default());
        assert_eq!(translated.is_ok(), depth < 12, "{depth}");
    }
}
