//! The advice of policies: cases as data, and what an import tells of it.

mod support;

use serde_json::{Value as Json, json};
use support::{Folder, home, run};

#[test]
fn policies_are_held_against_their_advice() {
    let text = std::fs::read_to_string(home().join("tests/data/advice.yaml")).unwrap();
    let cases: Json = serde_yaml::from_str(&text).unwrap();
    for case in cases["cases"].as_array().unwrap() {
        let text = |json: &Json| json.as_str().unwrap().to_owned();
        let mut args = vec!["check".to_owned(), text(&case["policy"]), "--format".into(), "json".into()];
        for (path, value) in case.get("set").and_then(Json::as_object).into_iter().flatten() {
            args.extend(["--set".into(), format!("{path}={}", text(value))]);
        }
        for document in case.get("users").and_then(Json::as_array).into_iter().flatten() {
            args.extend(["--users".into(), text(document)]);
        }
        let found = run(&args).json();
        let found = found.as_array().unwrap();
        if let Some(error) = case.get("error") {
            let told: Vec<String> = found.iter().map(|found| format!("{}: {}", text(&found["code"]), text(&found["message"]))).collect();
            assert!(told.iter().any(|told| told.starts_with(error.as_str().unwrap())), "{}: {told:#?}", case["name"]);
            continue;
        }
        let told = found.iter().map(|found| {
            assert_eq!(found["code"], "advice", "{}: {found:#}", case["name"]);
            let row = text(&found["labels"][0]["text"]).replace("advice ", "");
            format!("{row}: {}", text(&found["message"]))
        });
        assert_eq!(json!(told.collect::<Vec<_>>()), case["advice"], "{}", case["name"]);
    }
}

#[test]
fn an_import_is_held_against_the_advice_of_its_application() {
    let run = run(&["import", "entra", "tests/data/entra-schema/docker-direct.json", "--format", "json"]).exits(0);
    let advice = &run.json()["files"][0]["advice"];
    assert_eq!(advice[0]["target"], "urn:ietf:params:scim:schemas:extension:docker:2.0:User:dockerRole");
    assert_eq!(advice.as_array().unwrap().len(), 1, "{advice:#}");
    assert!(run.err.contains("set \"Apply this mapping\" to Always"), "{}", run.err);
}

/// Mappings with errors do not keep the others from being looked at.
#[test]
fn a_broken_mapping_does_not_hide_the_advice() {
    let urn = "urn:ietf:params:scim:schemas:extension:docker:2.0:User";
    let mapping = |target: &str, source: Json, priority: u32| json!({ "targetAttributeName": target, "source": source, "matchingPriority": priority });
    let schema = json!({ "synchronizationRules": [{ "name": "r", "sourceDirectoryName": "Microsoft Entra ID", "targetDirectoryName": "Docker",
        "objectMappings": [{ "sourceObjectName": "User", "targetObjectName": "User", "attributeMappings": [
            mapping("userName", json!({ "name": "mail", "type": "Attribute" }), 1),
            mapping(&format!("{urn}:dockerRole"), json!({ "expression": "ToLowr([x])" }), 0),
            mapping(&format!("{urn}:dockerOrg"), json!({ "name": "extensionAttribute1", "type": "Attribute" }), 2),
            mapping(&format!("{urn}:dockerTeam"), json!({ "name": "extensionAttribute1", "type": "Attribute" }), 0),
        ] }] }] });
    let folder = Folder::new().with("s.json", schema.to_string());
    let advice = folder.run(&["import", "entra", "s.json", "--format", "json"]).exits(1).json()["files"][0]["advice"].clone();
    let told: Vec<&str> = advice.as_array().unwrap().iter().map(|told| told["message"].as_str().unwrap()).collect();
    assert!(
        told[0].starts_with("users are matched by dockerOrg") && told[1].starts_with("dockerTeam and dockerOrg both read"),
        "{told:#?}"
    );
}

#[test]
fn an_audit_tells_of_app_roles_that_no_case_covers() {
    let documents = ["users", "service-principal", "app-role-assigned-to"].map(|name| format!("tests/data/users/graph-{name}.json"));
    let args: Vec<&str> =
        ["audit", "policies/docker-entra-roles.yaml", "--format", "json"].into_iter().chain(documents.iter().map(String::as_str)).collect();
    let findings = run(&args).exits(1).json()["findings"].clone();
    assert!(findings.as_array().unwrap().iter().any(|found| found["kind"] == "app-role"), "{findings:#}");
}
