//! The check of a policy's tables, over policies/docker.yaml with single lines changed.

mod support;

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
