//! What the commands print that are asked before a rollout, over the exports in `tests/data`.

mod support;

use support::run;

const ORGS: &str = "connection.orgs={acme: [company], moby: [developers], whale: []}";
const USERS: [&str; 3] = [
    "tests/data/users/graph-users.json",
    "tests/data/users/graph-service-principal.json",
    "tests/data/users/graph-app-role-assigned-to.json",
];
const SIGN_INS: &str = "tests/data/users/saml-attributes.json";

fn over<'a>(command: &[&'a str], more: &[&'a str]) -> support::Run {
    run(&[command, &USERS, more].concat())
}

#[test]
fn conflicts() {
    let ran = over(&["conflicts", "policies/docker.yaml", "--set", ORGS], &[SIGN_INS]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!("conflicts", format!("{}\n---\n{}", ran.out, ran.err));
}

#[test]
fn conflicts_end_where_the_remedy_says() {
    let ran = over(
        &[
            "conflicts",
            "policies/docker.yaml",
            "--set",
            ORGS,
            "--set",
            "sources.jit.mappings.dockerOrg.apply=on_create",
            "--set",
            "sources.jit.mappings.dockerTeam.apply=on_create",
            "--format",
            "json",
        ],
        &[SIGN_INS],
    );
    let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    let effects: Vec<&str> = found.as_array().unwrap().iter().map(|conflict| conflict["effect"].as_str().unwrap()).collect();
    assert!(effects.iter().all(|effect| *effect == "not-applied"), "{effects:?}");
}

#[test]
fn conflicts_as_sarif() {
    let ran = over(&["conflicts", "policies/docker.yaml", "--format", "sarif"], &[SIGN_INS]);
    let sarif: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(sarif["version"], "2.1.0");
    let place = &sarif["runs"][0]["results"][0]["locations"][0]["physicalLocation"];
    assert_eq!(place["artifactLocation"]["uri"], "policies/docker.yaml");
}

#[test]
fn a_sign_in_under_another_name_makes_a_second_user() {
    let folder = std::env::temp_dir().join(format!("rolewright-analysis-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let (users, sign_ins) = (folder.join("users.json"), folder.join("sign-ins.json"));
    std::fs::write(&users, r#"[{"userPrincipalName": "ada@corp.example", "mail": "ada@acme.example", "accountEnabled": true}]"#).unwrap();
    std::fs::write(&sign_ins, r#"[{"nameId": "ada@acme.example", "attributes": {"givenName": ["Ada"]}}]"#).unwrap();
    let ran = run(&["conflicts", "policies/docker.yaml", users.to_str().unwrap(), sign_ins.to_str().unwrap(), "--format", "json"]);
    let found: serde_json::Value = serde_json::from_str(&ran.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", ran.out, ran.err));
    assert_eq!(found[0]["effect"], "second-user");
    std::fs::remove_dir_all(folder).unwrap();
}

#[test]
fn audit() {
    let ran = over(&["audit", "policies/docker.yaml", "--set", ORGS], &[SIGN_INS, "tests/data/users/docker-members.csv"]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!("audit", format!("{}\n---\n{}", ran.out, ran.err));
}

#[test]
fn diff() {
    let ran = over(&["diff", "policies/docker.yaml", "policies/docker-entra-roles.yaml", "--format", "markdown"], &[]);
    assert_eq!(ran.code, 1);
    insta::assert_snapshot!("diff", ran.out);
    let same = over(&["diff", "policies/docker.yaml", "policies/docker.yaml"], &[]);
    assert_eq!((same.code, same.out.as_str()), (0, ""));
    let only_gains = over(&["diff", "policies/docker.yaml", "policies/docker-2025.yaml", "--fail-on", "privileged"], &[]);
    assert_eq!(only_gains.code, 0);
}

#[test]
fn whatif() {
    let ran = over(&["whatif", "policies/docker.yaml", "--set", ORGS, "--user", "ada.nowak@acme.example"], &[SIGN_INS]);
    insta::assert_snapshot!("whatif", ran.out);
    let options = over(
        &["whatif", "policies/docker.yaml", "--set", ORGS, "--option", "org_without_team", "--user", "lucia.fernandez@acme.example"],
        &[],
    );
    insta::assert_snapshot!("whatif-option", options.out);
    let unknown = over(&["whatif", "policies/docker.yaml", "--option", "org_without_teams"], &[]);
    assert!(unknown.err.contains("did you mean org_without_team?"), "{}", unknown.err);
}

#[test]
fn coverage() {
    let ran = run(&["test", "policies/docker-entra-roles.yaml", "--coverage"]);
    insta::assert_snapshot!("coverage", ran.out.lines().take(40).collect::<Vec<_>>().join("\n"));
    let too_little = run(&["test", "policies/docker-entra-roles.yaml", "--min-coverage", "100"]);
    assert_eq!(too_little.code, 1);
}

/// Sign-ins with one group, written in several ways, under a policy in which moby exists.
#[test]
fn another_separator_is_taken_for_a_slip() {
    for (group, meant) in [
        ("moby;dev", Some("moby:dev")),
        ("moby / dev", Some("moby:dev")),
        ("moby--dev", Some("moby:dev")),
        ("acme.qa", Some("acme:qa")),
        ("mobydev", None),
        ("moby:", None),
        ("other;dev", None),
    ] {
        let sign_ins = serde_json::json!([{ "nameId": "a@x.example", "attributes": { "groups": [group] } }]).to_string();
        let folder = support::Folder::new().with("s.json", sign_ins);
        let path = folder.path().join("s.json");
        let findings = over(&["audit", "policies/docker.yaml", "--set", ORGS, "--format", "json"], &[path.to_str().unwrap()]).json();
        let found = findings["findings"].as_array().unwrap().iter().find(|found| found["kind"] == "group-not-mapped").cloned();
        assert_eq!(found.unwrap_or_else(|| panic!("{group}: {findings:#}"))["meant"].as_str(), meant, "{group}");
    }
}

#[test]
fn who_is_refused_has_no_role_by_default() {
    let findings = over(&["audit", "policies/docker-entra-roles.yaml", "--format", "json"], &[]).json();
    let findings = findings["findings"].as_array().unwrap().clone();
    let refused: Vec<&str> =
        findings.iter().filter(|found| found["kind"] == "refused").map(|found| found["user"].as_str().unwrap()).collect();
    let by_default = findings.iter().find(|found| found["kind"] == "default-only").map(|found| found["users"].clone()).unwrap_or_default();
    assert!(!refused.is_empty());
    for user in by_default.as_array().into_iter().flatten() {
        assert!(!refused.contains(&user.as_str().unwrap()), "{user}");
    }
}
