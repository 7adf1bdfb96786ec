//! Whole policies, and the command.

use super::support::{Folder, home, run, run_in};
use super::users::Users;
use rolewright::RecordKind;
use rolewright::policy::Loader;
use rolewright::provision::Source;
use rolewright::translate::{Partners, translate_policy};
use rolewright::{Dialect, FixedWorld, Policy};
use serde_json::{Map, Value as Json};

const OWN: [&str; 3] = ["accountEnabled=user.enabled:boolean", "objectId=user.entraId", "extensionAttribute1=user.jobRole"];

fn partners() -> Partners {
    let mut partners = Partners::default();
    OWN.iter().for_each(|own| partners.declare(own).expect("a partner"));
    partners
}

/// A shipped policy without what Entra alone has.
fn policy() -> String {
    let text = std::fs::read_to_string(home().join("policies/github-emu.yaml")).expect("a policy");
    text.replace("SingleAppRoleAssignment([appRoleAssignments])", "[extensionAttribute1]").replace("assigned: required", "assigned: any")
}

/// What a policy gives a user; the name by which a user without a user name is shown is each document's own.
fn decided(policy: &Policy, record: &Map<String, Json>) -> Json {
    let world = FixedWorld::new(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0), 1);
    let decision = policy.decide(Source::Scim, record, RecordKind::Source, None, &world);
    let mut shown = serde_json::to_value(decision).expect("JSON");
    shown.as_object_mut().expect("an object").remove("user");
    shown
}

#[test]
fn a_policy_decides_the_same() {
    let original = policy();
    let done = translate_policy(&Loader::new(), "mine.yaml", &original, Dialect::Okta, &partners()).expect("a translation");
    let (before, after) = (Policy::from_yaml(&original).expect("a policy"), Policy::from_yaml(&done.text).expect("a policy"));
    for person in Users::new(&original, &done.attributes, true).take(1_000) {
        assert_eq!(decided(&before, &person.entra), decided(&after, &person.okta), "{person:?}");
    }
    // And back: the same text, but for what was left out.
    let back = translate_policy(&Loader::new(), "back.yaml", &done.text, Dialect::Entra, &partners()).expect("a translation");
    let back = Policy::from_yaml(&back.text).expect("a policy");
    for person in Users::new(&original, &done.attributes, true).take(1_000) {
        assert_eq!(decided(&before, &person.entra), decided(&back, &person.entra), "{person:?}");
    }
}

#[test]
fn comments_and_layout_stay() {
    let original = policy();
    let done = translate_policy(&Loader::new(), "mine.yaml", &original, Dialect::Okta, &partners()).expect("a translation");
    let changed: Vec<&str> = done.text.lines().filter(|line| !original.lines().any(|known| known == *line)).collect();
    insta::assert_snapshot!("policy-lines", changed.join("\n"));
    let comments = |text: &str| text.lines().filter(|line| line.trim_start().starts_with('#')).count();
    assert_eq!(comments(&done.text), comments(&original));
}

#[test]
fn a_policy_that_builds_on_another_becomes_whole() {
    let folder = Folder::new().with("mine.yaml", "rolewright: 1\npolicy: mine\nextends: base.yaml\nsources:\n  scim:\n    mappings:\n      role: { expression: 'Switch([department], \"user\", \"Platform\", \"enterprise_owner\")' }\n").with("base.yaml", policy());
    let args: Vec<&str> =
        ["translate", "--to", "okta", "mine.yaml"].into_iter().chain(OWN.iter().flat_map(|own| ["--attribute", own])).collect();
    let done = folder.run(&args).exits(0);
    assert!(done.out.contains(r#"user.department == "Platform" ? "enterprise_owner" : "user""#), "{}", done.out);
    assert!(!done.out.contains("extends"));
    std::fs::write(folder.path().join("okta.yaml"), &done.out).expect("a file");
    folder.run(&["check", "okta.yaml"]).exits(0);
    folder.run(&["test", "okta.yaml"]).exits(0);
}

#[test]
fn what_cannot_be_said_stands_in_the_policy() {
    let folder = Folder::new().with(
        "mine.yaml",
        policy().replace("    mappings:", "    scope: [[{ attribute: department, operator: EQUALS, value: Sales }]]\n    mappings:"),
    );
    insta::assert_snapshot!("policy-refused", folder.run(&["translate", "--to", "okta", "mine.yaml"]).exits(1).shown());
    let none = run(&["translate", "--to", "entra", "policies/github-emu.yaml"]).exits(1);
    assert!(none.out.is_empty() && none.err.contains("Entra's already"), "{}", none.err);
}

#[test]
fn the_command_says_what_it_did() {
    let mut shown = String::new();
    for args in [
        &["--to", "okta", r#"IIF(IsNullOrEmpty([department]), "none", [department])"#][..],
        &["--to", "okta", r#"Left([surname], 3)"#],
        &["--to", "okta", r#"Join(" ", PCase([givenName]), ToUpper([surname]), [surnme])"#],
        &["--to", "okta", r#"Switch([level], "low", "3", "high")"#, "--attribute", "level=user.level:number"],
        &["--to", "entra", r#"user.badge ?: "none""#],
        &["--to", "entra", r#"user.badge ?: "none""#, "--attribute", "extensionAttribute1=user.badge"],
        &["--to", "entra", "--from", "okta-identity-engine", "user.profile.login.substringBefore('@')"],
        &["--to", "entra", "--from", "entra", "[mail]"],
        &["--to", "okta", "[mail"],
        &["--to", "okta", ""],
        &["--to", "okta", "[mail]", "--attribute", "mail"],
        &["--to", "okta", "[mail]", "--attribute", "mail=user.x:colour"],
        &["--to", "okta", "policies/none.yaml"],
        &["--to", "okta", "--format", "json", "Len([displayName])"],
        &["--to", "okta", "--format", "json", "PCase([displayName])"],
    ] {
        let args: Vec<&str> = std::iter::once("translate").chain(args.iter().copied()).collect();
        shown += &format!("$ rolewright {}\n{}\n", args.join(" "), run(&args).shown());
    }
    insta::assert_snapshot!("command", shown);
    let piped = run_in(home(), &["translate", "--to", "okta", "-"], b"Coalesce([mail], [userPrincipalName])\n").exits(0);
    assert_eq!(piped.out, "user.email != null ? user.email : user.login\n");
}
