//! A policy becomes Okta's documents and comes back the same; what they cannot say is told.

mod support;

use rolewright::policy::Loader;
use rolewright::provision::Source;
use serde_json::{Value as Json, json};
use support::{Folder, home, run};

const OKTA: &str = "tests/data/okta-mappings";

/// The documents of an import by their kind.
fn of_kind(imported: &Json, kind: &str) -> Json {
    imported["files"].as_array().unwrap().iter().find(|file| file["kind"] == kind).unwrap().clone()
}

/// What an import finds that a policy can say: the mappings, and where attributes go. The user name is Okta's own.
fn said(imported: &Json) -> (Json, Vec<Json>) {
    let attributes = of_kind(imported, "schema")["attributes"].as_array().unwrap().clone();
    let attributes = attributes.into_iter().filter(|attribute| attribute["name"] != "userName").map(|mut attribute| {
        attribute["group"] = json!(true); // listed as left out
        attribute
    });
    (of_kind(imported, "mapping")["mappings"].clone(), attributes.collect())
}

#[test]
fn import_then_export_then_import_is_the_identity() {
    let paths = ["docker-app-schema.json", "docker-mapping.json"].map(|file| format!("{OKTA}/{file}"));
    let first = run(&["import", "okta", &paths[0], &paths[1], "--format", "json"]).json();
    let folder = Folder::new().with("policy.yaml", run(&["import", "okta", &paths[0], &paths[1]]).out);
    let exported = folder.run(&["export", "okta", "policy.yaml"]).exits(0);
    insta::assert_snapshot!("exported_to_okta", exported.shown());
    let folder = folder.with("both.json", &exported.out);
    let (mut wanted, again) = (said(&first), said(&folder.run(&["import", "okta", "both.json", "--format", "json"]).exits(0).json()));
    // An application that knows the values of an attribute has them in the schema.
    for attribute in &mut wanted.1 {
        let other = again.1.iter().find(|other| other["sends"] == attribute["sends"]).unwrap();
        if other.get("enum").is_some() {
            attribute["enum"] = other["enum"].clone();
        }
    }
    assert_eq!(again, wanted);
    let one = Loader::new().load("one", &folder.read("policy.yaml")).unwrap();
    let other = Loader::new().load("other", &folder.run(&["import", "okta", "both.json"]).out).unwrap();
    let mappings = |policy: &rolewright::Policy| {
        policy.mappings(Source::Scim).iter().map(|mapping| (mapping.target.clone(), mapping.describe())).collect::<Vec<_>>()
    };
    assert_eq!(mappings(&one), mappings(&other));
    // Each part alone is the body of one request.
    for (part, key) in [("mapping", "properties"), ("schema", "definitions")] {
        let alone = folder.run(&["export", "okta", "policy.yaml", "--part", part]).exits(0).json();
        assert_eq!(alone.as_object().unwrap().keys().collect::<Vec<_>>(), [key]);
    }
}

#[test]
fn values_that_assignments_give_need_no_mapping() {
    let exported = run(&["export", "okta", "policies/docker-okta.yaml"]).exits(0).json();
    let mapped: Vec<&String> = exported["mapping"]["properties"].as_object().unwrap().keys().collect();
    assert_eq!(mapped, ["givenName", "familyName"]);
    let folder = Folder::new().with("both.json", exported.to_string());
    let text = folder.run(&["import", "okta", "both.json"]).exits(0).out;
    let again = Loader::new().load("again", &text).unwrap();
    let role = again.mappings(Source::Scim).iter().find(|mapping| mapping.attribute == "dockerRole").unwrap();
    assert_eq!(role.describe(), "direct appuser.dockerRole");
}

/// Everything that a schema can say of an application that no policy knows.
#[test]
fn an_unknown_application_comes_back_too() {
    let core = "urn:ietf:params:scim:schemas:core:2.0:User";
    let property =
        |kind: &str, external: &str, namespace: &str| json!({ "type": kind, "externalName": external, "externalNamespace": namespace });
    let mut plan = property("string", "plan", "urn:wiki:2.0:User");
    plan["enum"] = json!(["free", "paid"]);
    plan["default"] = json!("free");
    let schema = json!({ "id": "x/0oa1/default", "definitions": { "custom": { "properties": {
        "plan": plan,
        "seats": property("integer", "seats", "urn:wiki:2.0:User"),
        "beta": property("boolean", "beta", "urn:wiki:2.0:User"),
        "tags": property("array", "tags", "urn:wiki:2.0:User"),
        "workPhoneNumber": property("string", "phoneNumbers.^[type=='work'].value", core),
        "email": property("string", "emails.^[primary==true].value", core),
    }, "required": ["email"] } } });
    let mapping = json!({ "source": { "type": "user" }, "target": { "id": "0oa1", "name": "wiki" }, "properties": {
        "userName": { "expression": "user.email" },
        "plan": { "expression": "user.department == 'R&D' ? 'paid' : null", "pushStatus": "DONT_PUSH" },
        "seats": { "expression": "3" },
        "beta": { "expression": "true" },
        "workPhoneNumber": { "expression": "user.primaryPhone" },
        "email": { "expression": "user.email" },
    } });
    let folder = Folder::new().with("schema.json", schema.to_string()).with("mapping.json", mapping.to_string());
    let policy = folder.run(&["import", "okta", "mapping.json", "schema.json"]).exits(0);
    let folder = folder.with("policy.yaml", &policy.out);
    folder.run(&["check", "policy.yaml"]).exits(0);
    let exported = folder.run(&["export", "okta", "policy.yaml"]).exits(0);
    let folder = folder.with("both.json", &exported.out);
    let again = folder.run(&["import", "okta", "both.json"]).exits(0).out;
    let body = |text: &str| text.replace("okta-imported", "wiki-imported").replace("name: okta", "name: wiki");
    assert_eq!(body(&again).lines().skip(6).collect::<Vec<_>>(), policy.out.lines().skip(6).collect::<Vec<_>>());
}

#[test]
fn what_okta_cannot_say_is_told() {
    let text = std::fs::read_to_string(home().join("policies/docker-okta.yaml")).unwrap();
    let folder = Folder::new().with("docker.yaml", std::fs::read(home().join("policies/docker.yaml")).unwrap()).with("policy.yaml", text);
    let run = folder.run(&[
        "export",
        "okta",
        "policy.yaml",
        "--part",
        "mapping",
        "--set",
        "sources.scim.assigned=any",
        "--set",
        "sources.scim.scope=[[{ attribute: user.department, operator: EQUALS, value: Sales }]]",
        "--set",
        "sources.scim.mappings.active={ constant: true }",
        "--set",
        "sources.scim.mappings.dockerRole={ expression: 'appuser.dockerRole == null ? \"member\" : appuser.dockerRole' }",
        "--set",
        "sources.scim.mappings.dockerOrg={ direct: user.org, matching: 2 }",
        "--set",
        "sources.scim.mappings.dockerTeam={ expression: 'ToLower([department])', dialect: entra }",
    ]);
    insta::assert_snapshot!("told_of_okta", run.exits(0).shown());
    let entra = folder.run(&["export", "okta", "docker.yaml"]).exits(2);
    assert!(entra.err.contains("not in Okta's classic language"), "{}", entra.err);
}
