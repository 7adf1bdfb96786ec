//! The check of a policy's tables, over policies/docker.yaml with single lines changed.

mod support;

use rolewright::policy::Loader;
use rolewright::provision::Event;
use rolewright::{Limits, Policy};
use serde_json::json;
use std::fmt::Write;
use support::run;

/// What `check` says of the policy with one text in place of another.
fn changed(name: &str, from: &str, to: &str) -> String {
    let policy = std::fs::read_to_string("policies/docker.yaml").unwrap();
    assert!(policy.contains(from), "{from}");
    let path = std::env::temp_dir().join(format!("rolewright-tables-{}-{name}.yaml", std::process::id()));
    std::fs::write(&path, policy.replace(from, to)).unwrap();
    let ran = run(&["check", path.to_str().unwrap()]);
    std::fs::remove_file(path).unwrap();
    format!("{}{}", ran.out, ran.err)
}

#[test]
fn a_wrong_value_that_a_row_would_write_is_told() {
    let said = changed("unchecked", "    - { check: scim-values }\n", "");
    assert!(said.contains("warning[no-answer]: scim.create has no answer for a value that is wrong for dockerOrg, dockerRole"), "{said}");
    assert!(said.contains("warning[no-answer]: scim.update"), "{said}");
    let said = changed(
        "by-hand",
        "{ id: wrong-role, when: { role: wrong }, refuse: invalid-role }",
        "{ id: never, when: { user: unknown }, warn: x }",
    );
    assert!(said.contains("console.set_role has no answer for a value that is wrong for the role"), "{said}");
}

#[test]
fn a_wrong_value_is_told_under_every_option() {
    let row = "    - { id: ignored-org,  when: { dockerOrg: wrong }, warn: unknown-org, count: { dockerOrg: absent } }   # option\n";
    let said = changed("one-option", row, "");
    assert!(said.contains("sso.login has no answer for a value that is wrong for dockerOrg"), "{said}");
}

#[test]
fn an_event_of_scim_without_rows_is_told() {
    let said = changed("left", "  scim.deactivate: [{ check: scim-on }, { check: known }, { id: off, active: false }]", "");
    assert!(said.contains("the policy has no rules for scim.deactivate"), "{said}");
    let said = changed("groups", "  group.delete: [{ check: scim-on }, { id: gone, group: end }]", "");
    assert!(said.contains("the policy has no rules for group.delete"), "{said}");
}

#[test]
fn gaps_shadowed_rows_and_unused_options_are_told() {
    let said = changed("gap", "{ id: default,     when: {}, ", "{ id: default,     when: { dockerOrg: set }, ");
    assert!(said.contains("error[placement-gap]") && said.contains("error[row-never-hits]"), "{said}");
    let said = changed("option", "when: { user: inactive, inactive_login: refuse }", "when: { user: inactive }");
    assert!(said.contains("warning[unused-option]: no row asks for the option inactive_login"), "{said}");
    let said = changed("late", "    - { id: first,        when", "    - { id: end, stop: true }\n    - { id: first,        when");
    assert!(said.contains("warning[event-row-never-hits]"), "{said}");
}

/// A policy whose placement rows are `rows`, with options `o0` and so on of two values each.
fn placed_by(options: usize, rows: &str) -> String {
    let docker = std::fs::read_to_string("policies/docker.yaml").unwrap();
    let (head, rest) = docker.split_once("placement:\n").unwrap();
    let (_, rest) = rest.split_once("# Group mapping").unwrap();
    let (head, more) = head.split_once("options:\n").unwrap();
    let mut options_of = String::from("options:\n");
    for at in 0..options {
        writeln!(options_of, "  o{at}: {{ one_of: [p, q], default: p }}").unwrap();
    }
    format!("{head}{options_of}{more}placement:\n{rows}# Group mapping{rest}")
}

fn codes(policy: &str, limits: Limits) -> Vec<&'static str> {
    let loaded = Loader::new().limits(limits).load("policy.yaml", policy);
    let found = match &loaded {
        Ok(policy) => Policy::warnings(policy),
        Err(error) => &error.diagnostics,
    };
    let tables = ["placement-gap", "row-never-hits", "event-row-never-hits", "check-incomplete"];
    found.iter().map(|found| found.code.word()).filter(|code| tables.contains(code)).collect()
}

/// Sets hold any number of values: from the 62nd on nothing changes.
#[test]
fn any_number_of_values_is_told_apart() {
    for count in [3, 61, 62, 63, 64, 65, 70, 130, 300] {
        let mut rows = String::new();
        for at in 0..count {
            writeln!(rows, "  - {{ id: r{at}, when: {{ dockerTeam: team{at} }}, org: default_org, team: none }}").unwrap();
        }
        let whole = placed_by(1, &format!("{rows}  - {{ id: rest, when: {{}}, org: default_org }}\n"));
        assert_eq!(codes(&whole, Limits::DEFAULT), [""; 0], "{count} values");
        let gap = placed_by(1, &format!("{rows}  - {{ id: rest, when: {{ dockerTeam: set }}, org: default_org }}\n"));
        assert_eq!(codes(&gap, Limits::DEFAULT), ["placement-gap"], "{count} values");
        let last = count - 1;
        let again = format!(
            "{rows}  - {{ id: again, when: {{ dockerTeam: team{last} }}, org: default_org }}\n  - {{ id: rest, when: {{}}, org: default_org }}\n"
        );
        assert_eq!(codes(&placed_by(1, &again), Limits::DEFAULT), ["row-never-hits"], "{count} values");
    }
}

/// Options with any number of values, and any number of options.
#[test]
fn any_number_of_options_is_told_apart() {
    for count in [2, 63, 64, 65, 100] {
        let values: Vec<String> = (0..count).map(|at| format!("v{at}")).collect();
        let rows: String =
            values.iter().map(|value| format!("  - {{ id: {value}, when: {{ o0: {value} }}, org: default_org }}\n")).collect();
        let policy = placed_by(1, &rows)
            .replace("o0: { one_of: [p, q], default: p }", &format!("o0: {{ one_of: [{}], default: v0 }}", values.join(", ")));
        assert_eq!(codes(&policy, Limits::DEFAULT), [""; 0], "{count} values");
    }
    for count in [24, 30, 40] {
        let mut rows = String::new();
        for at in 0..count - 13 {
            writeln!(rows, "  - {{ id: r{at}, when: {{ o{at}: q, o{}: q, o{}: p }}, org: default_org }}", at + 7, at + 13).unwrap();
        }
        let policy = placed_by(count, &rows);
        assert_eq!(codes(&policy, Limits::DEFAULT), ["placement-gap"], "{count} options");
        // What is wrong under the options as they are set is told, even where not all of them can be tried.
        let few = codes(&policy, Limits { situations: 100, ..Limits::DEFAULT });
        assert!(few.starts_with(&["check-incomplete", "placement-gap"]), "{count} options: {few:?}");
    }
}

/// A check that gives up says so, with what would have to be smaller.
#[test]
fn a_check_that_gives_up_says_so() {
    let docker = std::fs::read_to_string("policies/docker.yaml").unwrap();
    let few = Loader::new().limits(Limits { situations: 40, ..Limits::DEFAULT }).load("docker.yaml", &docker).unwrap();
    let found: Vec<_> = few.warnings().iter().filter(|found| found.code.word() == "check-incomplete").collect();
    assert!(found.iter().any(|found| found.message.starts_with("sso.login was not checked")), "{found:?}");
    let help = found[0].help.as_deref().unwrap();
    assert!(help.contains("the largest of them") && help.contains("the limit is 40 nodes"), "{help}");
    assert!(codes(&docker, Limits::DEFAULT).is_empty());
}

/// A guard on what is carried keeps everybody out who comes with it, and one on what is stored everybody who has it.
#[test]
fn a_guard_says_whose_value_it_asks_for() {
    let policy = |guard: &str| {
        let write = "own: scim, active: carried or true, write: carried, by: scim, place: always";
        let events = format!(
            "events:\n  scim.create: [{{ id: write, {write} }}]\n  scim.update:\n    - {{ id: guard, when: {guard}, refuse: by-hand-only }}\n    - {{ id: write, write: carried, by: scim }}\n"
        );
        let head = "rolewright: 1\npolicy: guard\ntarget:\n  attributes:\n    role: { kind: role, one_of: [guest, admin], default: guest }\nconnection: { default_org: acme }\nsources: {}\nplacement: [{ when: {}, org: default_org }]\n";
        Policy::from_yaml(&format!("{head}{events}"))
    };
    let updates = |guard: &str, from: &str, to: &str| {
        let policy = policy(guard).unwrap();
        let event = |kind: &str, role: &str| -> Event {
            serde_json::from_value(json!({ "event": kind, "user": "ada", "attributes": { "role": role } })).unwrap()
        };
        let mut state = policy.initial_state();
        state.accept(policy.apply(&state, &event("scim.create", from)).unwrap());
        policy.apply(&state, &event("scim.update", to)).is_ok()
    };
    let (carried, stored) = ("{ carried: { role: admin } }", "{ stored: { role: admin } }");
    assert!(!updates(carried, "guest", "admin") && updates(carried, "admin", "guest") && updates(carried, "guest", "guest"));
    assert!(updates(stored, "guest", "admin") && !updates(stored, "admin", "guest"));
    // Both at once, a list of values, and null.
    assert!(!updates("{ carried: { role: admin }, stored: { role: guest } }", "guest", "admin"));
    assert!(!updates("{ carried: { role: [guest, admin] } }", "guest", "guest"));
    assert!(updates("{ carried: { role: null } }", "guest", "admin"));
    for bare in ["{ role: admin }", "{ role: [admin, guest] }", "{ role: [wrong, admin] }"] {
        let error = policy(bare).unwrap_err();
        let found = &error.diagnostics[0];
        let help = found.help.as_deref().unwrap();
        assert!(found.code.word() == "bare-value" && help.contains("carried: { role:") && help.contains("stored: { role:"), "{found:?}");
    }
}
