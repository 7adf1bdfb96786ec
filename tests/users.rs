//! The exports in `tests/data/users` under the shipped policy, against `expected.yaml`, which was written by hand.

use rolewright::document::{Documents, Input};
use rolewright::policy::Loader;
use rolewright::provision::Source;
use rolewright::{FixedWorld, Limits, OwnedDecision, Policy};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeSet;
use std::ops::ControlFlow;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// Lists that are no decisions about users; the tests of `document` read them.
const OTHER: [&str; 3] = ["settings", "saml", "docker_members"];

#[test]
fn every_list_has_a_test() {
    let known: BTreeSet<&str> = ["graph", "scim", "okta"].into_iter().chain(OTHER).collect();
    let expected = expected();
    let listed: BTreeSet<&str> = expected.keys().map(String::as_str).collect();
    assert_eq!(listed, known);
}

#[test]
fn graph_with_assigned_users_only() {
    let list = &expected()["graph"];
    let policy = policy(&[]);
    for documents in orders(&files(list, &["users", "application", "assigned_to"])) {
        check(list, &decide(&policy, &documents), true);
    }
}

#[test]
fn graph_with_all_users() {
    let list = &expected()["graph"];
    let policy = policy(&[("sources.scim.assigned", "any")]);
    for documents in orders(&files(list, &["users", "application", "assigned_to"])) {
        check(list, &decide(&policy, &documents), false);
    }
}

/// Assignments that stand at the users alone are enough to tell who is assigned.
#[test]
fn graph_without_the_list_of_assignments() {
    let list = &expected()["graph"];
    for documents in orders(&files(list, &["users", "application"])) {
        check(list, &decide(&policy(&[]), &documents), true);
    }
}

#[test]
fn okta_users_with_what_they_inherit() {
    let list = &expected()["okta"];
    for documents in orders(&files(list, &["users", "app_users", "groups", "members"])) {
        check(list, &decide(&load("docker-okta.yaml", &[]), &documents), true);
    }
}

/// A group is none of the users, whether it gives values or not.
#[test]
fn okta_groups_are_no_users() {
    let list = &expected()["okta"];
    let with_groups = |change: &dyn Fn(&mut Json)| {
        let mut inputs: Vec<Input> = files(list, &["groups", "users", "app_users", "members"]).iter().map(input).collect();
        let mut groups: Json = serde_json::from_slice(&inputs[0].bytes).unwrap();
        groups.as_array_mut().unwrap().iter_mut().for_each(change);
        inputs[0].bytes = groups.to_string().into();
        decide_inputs(&load("docker-okta.yaml", &[]), inputs)
    };
    assert_eq!(with_groups(&|group| group["profile"] = Json::Null).len(), items(list).len());
    // A group that does not name an attribute gives as little as one that has null.
    let named = |group: &mut Json| group["profile"].as_object_mut().unwrap().retain(|_, value| !value.is_null());
    check(list, &with_groups(&named), true);
    // Some tools write every number as a text.
    check(list, &with_groups(&|group| group["priority"] = group["priority"].to_string().into()), true);
}

/// A table has one level, and Okta's expressions read `user` and `appuser`.
#[test]
fn plain_rows_are_read_by_mappings_of_okta() {
    let policy = load("docker-okta.yaml", &[]);
    let rows = "login,firstName,lastName,dockerRole,status\nada@acme.example,Ada,Nowak,owner,ACTIVE\nbo@acme.example,Bo,,,DEPROVISIONED\n";
    let documents = Documents::open(vec![Input { name: "rows.csv".into(), bytes: rows.into() }], None, &Limits::DEFAULT).unwrap();
    let world = FixedWorld::new(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0), 1);
    let mut decisions = Vec::new();
    documents.persons(&mut |person| {
        let person = person.unwrap();
        decisions.push(policy.decide(Source::Scim, &person.record, person.kind, person.assigned, &world));
        ControlFlow::Continue(())
    });
    assert_eq!((decisions[0].user.as_str(), &decisions[0].attributes["name.givenName"]), ("ada@acme.example", &json!("Ada")));
    assert_eq!(decisions[0].attributes["dockerRole"], "owner");
    assert!(!decisions[1].active, "{:?}", decisions[1]);
}

#[test]
fn scim_values_are_placed_as_they_are() {
    let list = &expected()["scim"];
    // A SCIM document holds who is in the application; the assignment is no question there.
    for assigned in ["required", "any"] {
        check(list, &decide(&policy(&[("sources.scim.assigned", assigned)]), &files(list, &["users"])), false);
    }
}

/// RFC 7643, section 2.1, and RFC 7644, section 3.10.
#[test]
fn names_of_scim_ignore_case() {
    const DOCKER: &str = "urn:ietf:params:scim:schemas:extension:docker:2.0:User";
    const CORE: &str = "urn:ietf:params:scim:schemas:core:2.0:User";
    let upper = |urn: &str| urn.replace("urn:", "URN:").replace("docker", "Docker");
    let owner = json!([{ "type": "x", "value": "enterprise_owner", "primary": true }]);
    let cases = [
        ("docker.yaml", json!({ DOCKER: { "dockerRole": "owner" } }), "dockerRole", "owner"),
        ("docker.yaml", json!({ DOCKER: { "DOCKERROLE": "owner" } }), "dockerRole", "owner"),
        ("docker.yaml", json!({ upper(DOCKER): { "dockerRole": "owner" } }), "dockerRole", "owner"),
        ("docker.yaml", json!({ format!("{DOCKER}:DockerRole"): "owner" }), "dockerRole", "owner"),
        ("docker.yaml", json!({ format!("{}:dockerrole", upper(DOCKER)): "owner" }), "dockerRole", "owner"),
        ("docker.yaml", json!({ CORE: { "Name": { "GIVENNAME": "Noor" } } }), "name.givenName", "Noor"),
        ("docker.yaml", json!({ format!("{CORE}:name.givenName"): "Noor" }), "name.givenName", "Noor"),
        ("github-emu.yaml", json!({ "Emails": [{ "Type": "work", "Value": "n@x", "primary": true }] }), "emails", "n@x"),
        ("github-emu.yaml", json!({ "roles": [{ "value": "enterprise_owner", "Primary": "True" }] }), "role", "enterprise_owner"),
        ("github-emu.yaml", json!({ CORE: { "roles": owner } }), "role", "enterprise_owner"),
        ("github-emu.yaml", json!({ format!("{CORE}:Roles"): owner }), "role", "enterprise_owner"),
    ];
    for (policy, more, attribute, value) in cases {
        let mut user = json!({ "schemas": [CORE], "userName": "noor@acme.example", "externalId": "e1", "active": true });
        user.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let bytes = user.to_string().into_bytes();
        let decisions = decide_inputs(&load(policy, &[]), vec![Input { name: "user.json".into(), bytes }]);
        let given = decisions[0].attributes.iter().find(|(name, _)| name.starts_with(attribute)).map(|(_, value)| value.clone());
        assert_eq!(given, Some(json!(value)), "{user}");
    }
}

/// What refers to another object is its id, also where the export has all of it.
#[test]
fn a_manager_is_the_id_of_one() {
    const POLICY: &str = "rolewright: 1\npolicy: managers\ntarget:\n  attributes:\n    userName: { type: string, kind: user_name }\n    \
                          manager: { type: string }\n    badge: { type: string }\nconnection: { default_org: acme }\nsources:\n  scim:\n    mappings:\n      \
                          userName: { direct: userPrincipalName }\n      manager: { direct: manager }\n      badge: { expression: 'Append(\"m-\", [manager])' }\n";
    let policy = Loader::new().load("managers", POLICY).unwrap_or_else(|error| panic!("{error}"));
    let manager = json!({ "@odata.type": "#microsoft.graph.user", "id": "3333", "displayName": "Mia" });
    for (manager, id) in [(manager, "3333"), (json!("3333"), "3333")] {
        let users = json!({ "value": [{ "id": "1", "userPrincipalName": "ada@acme.example", "manager": manager }] });
        let decisions = decide_inputs(&policy, vec![Input { name: "users.json".into(), bytes: users.to_string().into_bytes() }]);
        let OwnedDecision { attributes, error, .. } = &decisions[0];
        assert_eq!((&attributes["manager"], &attributes["badge"], error), (&json!(id), &json!(format!("m-{id}")), &None));
    }
}

#[test]
fn target_values_are_the_mappings_results() {
    let list = &expected()["graph"];
    let decisions = decide(&policy(&[]), &files(list, &["users", "application", "assigned_to"]));
    for (wanted, given) in items(list).iter().zip(&decisions) {
        assert_eq!(given.attributes["dockerRole"], wanted["dockerRole"], "{}", given.user);
    }
}

/// Compares the decisions with a list; `scoped` leaves those out who are not assigned.
fn check(list: &Json, decisions: &[OwnedDecision], scoped: bool) {
    let users: Vec<&str> = decisions.iter().map(|decision| decision.user.as_str()).collect();
    let wanted: Vec<&str> = items(list).iter().filter_map(|item| item["user"].as_str()).collect();
    assert_eq!(users, wanted, "the order of the file");
    for (wanted, decision) in items(list).iter().zip(decisions) {
        if scoped && wanted["assigned"] == false {
            check_left_out(decision);
        } else {
            check_user(wanted, decision);
        }
    }
    let created: BTreeSet<&str> = decisions.iter().flat_map(|decision| &decision.created_teams).map(String::as_str).collect();
    let expected: BTreeSet<&str> = texts(&list["created_teams"]).into_iter().collect();
    assert_eq!(created, expected, "created teams of the whole list");
}

fn check_left_out(decision: &OwnedDecision) {
    assert_eq!((decision.is_in_scope(), decision.scope_reason), (false, Some("not-assigned")), "{}", decision.user);
    assert!(decision.orgs.is_empty() && decision.warnings.is_empty() && decision.error.is_none(), "{decision:?}");
}

fn check_user(wanted: &Json, decision: &OwnedDecision) {
    let user = &decision.user;
    assert!(decision.is_in_scope() && decision.scope_reason.is_none(), "{user}");
    assert_eq!(decision.error.as_ref().map(|error| error.code.as_ref()), wanted["refused"].as_str(), "{user}");
    if wanted["refused"].is_string() {
        // Nothing is kept of who is refused.
        assert!(decision.orgs.is_empty() && decision.created_teams.is_empty(), "{decision:?}");
        return;
    }
    let name = |attribute: &str| decision.attributes.get(attribute).cloned().unwrap_or_default();
    let given = json!({
        "active": decision.active,
        "givenName": name("name.givenName"),
        "familyName": name("name.familyName"),
        "orgs": decision.orgs,
    });
    assert_eq!(given, wanted["expect"], "{user}");
    let mut codes: Vec<&str> = decision.warnings.iter().map(|warning| warning.code.as_ref()).collect();
    codes.sort_unstable();
    assert_eq!(codes, texts(&wanted["warnings"]), "{user}");
}

fn decide(policy: &Policy, files: &[String]) -> Vec<OwnedDecision> {
    decide_inputs(policy, files.iter().map(input).collect())
}

fn input(name: &String) -> Input {
    Input { name: name.clone(), bytes: std::fs::read(format!("{ROOT}/tests/data/users/{name}")).unwrap() }
}

fn decide_inputs(policy: &Policy, inputs: Vec<Input>) -> Vec<OwnedDecision> {
    let documents = Documents::open(inputs, None, &Limits::DEFAULT).unwrap_or_else(|found| panic!("{found:?}"));
    let world = FixedWorld::new(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0), 1);
    let mut decisions = Vec::new();
    documents.persons(&mut |person| {
        let person = person.unwrap_or_else(|found| panic!("{found}"));
        decisions.push(policy.decide(Source::Scim, &person.record, person.kind, person.assigned, &world));
        ControlFlow::Continue(())
    });
    decisions
}

/// The shipped policy with the connection that `expected.yaml` gives.
fn policy(settings: &[(&str, &str)]) -> Policy {
    load("docker.yaml", settings)
}

fn load(name: &str, settings: &[(&str, &str)]) -> Policy {
    let read = |name: &str| std::fs::read_to_string(format!("{ROOT}/policies/{name}"));
    let mut loader = Loader::new().resolve(move |_, wanted| match read(wanted) {
        Ok(text) => Ok((wanted.to_owned(), text)),
        Err(error) => Err(error.to_string()),
    });
    for (name, value) in expected()["settings"].as_object().unwrap() {
        loader = loader.set(format!("connection.{name}"), value.to_string()); // JSON is YAML
    }
    for (path, yaml) in settings {
        loader = loader.set(*path, *yaml);
    }
    loader.load(name, &read(name).unwrap()).unwrap_or_else(|error| panic!("{error}"))
}

fn expected() -> Map<String, Json> {
    serde_yaml::from_str(&std::fs::read_to_string(format!("{ROOT}/tests/data/users/expected.yaml")).unwrap()).unwrap()
}

fn items(list: &Json) -> &[Json] {
    list["decisions"].as_array().unwrap()
}

fn files(list: &Json, keys: &[&str]) -> Vec<String> {
    keys.iter().map(|key| list[*key].as_str().unwrap().to_owned()).collect()
}

fn texts(list: &Json) -> Vec<&str> {
    list.as_array().into_iter().flatten().filter_map(Json::as_str).collect()
}

/// The documents in every order.
fn orders(files: &[String]) -> Vec<Vec<String>> {
    if files.len() < 2 {
        return vec![files.to_vec()];
    }
    let mut all = Vec::new();
    for (at, first) in files.iter().enumerate() {
        let mut rest = files.to_vec();
        rest.remove(at);
        all.extend(orders(&rest).into_iter().map(|rest| [vec![first.clone()], rest].concat()));
    }
    all
}
