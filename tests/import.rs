//! Configuration that providers export becomes a policy; what must be found stands beside the documents.

mod support;

use rolewright::policy::Loader;
use serde_json::{Value as Json, json};
use std::collections::BTreeMap;
use support::{Folder, Run, home, run};

const ENTRA: &str = "tests/data/entra-schema";
const OKTA: &str = "tests/data/okta-mappings";

fn expected(folder: &str) -> Vec<Json> {
    let text = std::fs::read_to_string(home().join(folder).join("expected.yaml")).unwrap();
    let expected: Json = serde_yaml::from_str(&text).unwrap();
    expected["files"].as_array().unwrap().clone()
}

/// How many diagnostics there are about each target; those of a schema call it name.
fn about(diagnostics: &Json) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for diagnostic in diagnostics.as_array().unwrap() {
        let target = diagnostic.get("target").or(diagnostic.get("name")).and_then(Json::as_str).unwrap_or_default();
        *counts.entry(target.to_owned()).or_default() += 1;
    }
    counts
}

#[track_caller]
fn same_diagnostics(expected: &Json, found: &Json, more: bool) {
    let (wanted, given) = (about(&expected["diagnostics"]), about(&found["diagnostics"]));
    if more {
        for (target, count) in wanted {
            assert!(given.get(&target).is_some_and(|given| *given >= count), "{target}: {:#}", found["diagnostics"]);
        }
    } else {
        assert_eq!(given, wanted, "{:#}", found["diagnostics"]);
    }
    for diagnostic in found["diagnostics"].as_array().unwrap() {
        assert!(diagnostic["code"].is_string() && diagnostic["message"].is_string(), "{diagnostic}");
    }
}

fn entra(file: &str, more: &[&str]) -> Run {
    run(&[&["import", "entra", &format!("{ENTRA}/{file}")][..], more].concat())
}

#[test]
fn entra_schemas_are_found_as_expected() {
    for expected in expected(ENTRA) {
        let file = expected["file"].as_str().unwrap();
        let found = entra(file, &["--format", "json"]).json()["files"][0].clone();
        assert_eq!(found["file"], file);
        assert_eq!(found["rules"], expected["rules"], "{file}");
        same_diagnostics(&expected, &found, false);
    }
}

#[test]
fn okta_mappings_and_schemas_are_found_as_expected() {
    for pair in expected(OKTA).chunks(2) {
        let paths: Vec<String> = pair.iter().map(|file| format!("{OKTA}/{}", file["file"].as_str().unwrap())).collect();
        let found = run(&["import", "okta", &paths[1], &paths[0], "--format", "json"]).json();
        for expected in pair {
            let found = found["files"].as_array().unwrap().iter().find(|found| found["file"] == expected["file"]).unwrap();
            for key in ["kind", "attributes", "schema", "direction", "mappings"] {
                assert_eq!(found.get(key), expected.get(key), "{} {key}", expected["file"]);
            }
            same_diagnostics(expected, found, expected["diagnostics"] != json!([]));
        }
    }
}

#[test]
fn a_near_miss_of_a_namespace_shows_the_difference() {
    let paths = ["care-app-schema.json", "care-mapping.json"].map(|file| format!("{OKTA}/{file}"));
    insta::assert_snapshot!(run(&["import", "okta", &paths[0], &paths[1], "--format", "json"]).exits(1).err);
}

#[test]
fn what_was_found_in_a_careless_schema_is_told() {
    insta::assert_snapshot!(entra("care.json", &["--format", "json"]).exits(1).err);
}

#[test]
fn imported_policies_load() {
    let scim = entra("docker-scim.json", &[]).exits(0);
    insta::assert_snapshot!("policy_of_entra", scim.shown());
    let direct = entra("docker-direct.json", &[]).exits(0);
    let paths = ["docker-app-schema.json", "docker-mapping.json"].map(|file| format!("{OKTA}/{file}"));
    let okta = run(&["import", "okta", &paths[0], &paths[1]]).exits(0);
    insta::assert_snapshot!("policy_of_okta", okta.shown());
    for run in [scim, direct, okta] {
        let policy = Loader::new().load("imported", &run.out).unwrap_or_else(|error| panic!("{:#?}\n{}", error.diagnostics, run.out));
        // What the application advises is told of the configuration, which is as it is.
        assert!(policy.warnings().iter().all(|found| found.code.word() == "advice"), "{:#?}", policy.warnings());
    }
}

#[test]
fn an_imported_policy_evaluates_users() {
    let folder = Folder::new().with("imported.yaml", entra("docker-direct.json", &[]).out).with(
        "users.json",
        json!([{ "mail": "ada@example.org", "extensionAttribute3": "OWNER", "extensionAttribute1": "moby", "extensionAttribute2": "core" }])
            .to_string(),
    );
    let rows =
        folder.run(&["eval", "imported.yaml", "users.json", "--set", "sources.scim.assigned=any", "--format", "json"]).exits(0).json();
    assert_eq!(rows[0]["attributes"]["dockerRole"], "owner", "{rows:#}");
}

#[test]
fn import_then_export_then_import_is_the_identity() {
    for file in ["docker-scim.json", "docker-direct.json"] {
        let first = entra(file, &["--format", "json"]).json();
        let folder = Folder::new().with("policy.yaml", entra(file, &[]).out);
        let exported = folder.run(&["export", "entra", "policy.yaml"]).exits(0);
        if file == "docker-direct.json" {
            insta::assert_snapshot!("exported_to_entra", exported.shown());
        }
        let folder = folder.with("again.json", exported.out);
        let name = |policy: &str| policy.lines().nth(1).unwrap().to_owned();
        assert_eq!(name(&folder.run(&["import", "entra", "again.json"]).out), name(&folder.read("policy.yaml")));
        let mut again = folder.run(&["import", "entra", "again.json", "--format", "json"]).exits(0).json();
        let (first, again) = (&first["files"][0]["rules"][0]["objects"][0], &mut again["files"][0]["rules"][0]["objects"][0]);
        for (one, other) in first["mappings"].as_array().unwrap().iter().zip(again["mappings"].as_array_mut().unwrap()) {
            // A policy has no word for FlowAlways; the import lists it.
            other["flow"] = one["flow"].clone();
            assert_eq!(one, other);
        }
        assert_eq!(first["mappings"].as_array().unwrap().len(), again["mappings"].as_array().unwrap().len());
        let clauses =
            |object: &Json| object["scope"].as_array().unwrap().iter().map(|filter| filter["clauses"].clone()).collect::<Vec<_>>();
        assert_eq!(clauses(first), clauses(again));
    }
}

#[test]
fn names_of_the_engine_alone_are_derived_from_an_export() {
    let folder = Folder::new().with("imported.yaml", entra("docker-scim.json", &[]).out);
    for enabled in [true, false] {
        let user = json!([{ "userPrincipalName": "ada@example.org", "accountEnabled": enabled, "jobTitle": "Chief Architect" }]);
        let run = support::run_in(
            folder.path(),
            &["eval", "imported.yaml", "-", "--set", "sources.scim.assigned=any", "--format", "json"],
            user.to_string().as_bytes(),
        );
        assert_eq!(run.json()[0]["active"], enabled, "{}", run.shown());
    }
}

#[test]
fn names_that_no_export_has_are_reported_once() {
    let mapping = |target: &str, source: &str| json!({ "targetAttributeName": target, "source": { "expression": source } });
    let mut schema = schema(mapping("nickName", "Join(\"\", [netBiosName], [objectId])"));
    let mappings = schema["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"].as_array_mut().unwrap();
    mappings.extend([mapping("title", "[netBiosName]"), mapping("desk", "[physicalDeliveryOfficeName]")]);
    let folder = Folder::new().with("s.json", schema.to_string());
    let run = folder.run(&["import", "entra", "s.json", "--format", "json"]).exits(0);
    let found = run.json()["files"][0]["diagnostics"].clone();
    let told: Vec<&Json> = found.as_array().unwrap().iter().filter(|found| found["code"] == "attribute-not-exported").collect();
    assert!(told.len() == 1 && told[0]["message"].as_str().unwrap().starts_with("netBiosName"), "{found:#}");
    let folder = folder.with("p.yaml", folder_policy(&schema));
    let user = json!([{ "id": "7", "userPrincipalName": "ada@x.example", "mail": "ada@x.example", "officeLocation": "B 12" }]);
    let rows = support::run_in(
        folder.path(),
        &["eval", "p.yaml", "-", "--set", "sources.scim.assigned=any", "--format", "json"],
        user.to_string().as_bytes(),
    );
    assert_eq!(rows.json()[0]["attributes"]["desk"], "B 12", "{}", rows.shown());
    assert_eq!(rows.json()[0]["attributes"]["nickName"], "7");
}

fn folder_policy(schema: &Json) -> String {
    Folder::new().with("s.json", schema.to_string()).run(&["import", "entra", "s.json"]).out
}

/// A schema of no known application with one mapping.
fn schema(mapping: Json) -> Json {
    json!({ "synchronizationRules": [{ "name": "r", "sourceDirectoryName": "Azure Active Directory", "targetDirectoryName": "Wiki",
        "objectMappings": [{ "sourceObjectName": "User", "targetObjectName": "User", "attributeMappings": [
            { "targetAttributeName": "userName", "matchingPriority": 1, "source": { "name": "mail" } }, mapping] }] }] })
}

#[test]
fn a_policy_of_an_unknown_application_loads() {
    let mapping = json!({ "targetAttributeName": "nickName", "source": { "expression": "ToLower([extension_1_x])" } });
    for document in
        [schema(mapping.clone()), json!({ "id": "t", "schema": schema(mapping.clone()) }), json!({ "value": [schema(mapping)] })]
    {
        let folder = Folder::new().with("s.json", document.to_string());
        let text = folder.run(&["import", "entra", "s.json"]).exits(0).out;
        let policy = Loader::new().load("imported", &text).unwrap_or_else(|error| panic!("{:#?}\n{text}", error.diagnostics));
        assert!(policy.warnings().is_empty(), "{:#?}", policy.warnings());
    }
}

#[test]
fn a_near_miss_in_an_entra_schema_is_an_error() {
    let target = "urn:ietf:params:scim:schemas:extension:docker:2.0:user:dockerRole";
    let folder = Folder::new().with("s.json", schema(json!({ "targetAttributeName": target, "source": { "name": "x" } })).to_string());
    let run = folder.run(&["import", "entra", "s.json"]).exits(1);
    assert!(run.err.contains("stands \"u\" where \"U\" belongs"), "{}", run.err);
}

/// The names of other applications are as near to the shipped one's as a typo is; the attribute's name tells which it is.
#[test]
fn another_application_is_none_that_ships() {
    let imported = |namespace: &str, name: &str| {
        let target = format!("urn:ietf:params:scim:schemas:extension:{namespace}:{name}");
        let entra = schema(json!({ "targetAttributeName": target, "source": { "name": "extensionAttribute9" } }));
        let property = json!({ "type": "string", "externalName": name, "externalNamespace": target.rsplit_once(':').unwrap().0 });
        let okta = json!({ "definitions": { "custom": { "properties": { "own": property } } } });
        let folder = Folder::new().with("entra.json", entra.to_string()).with("okta.json", okta.to_string());
        [folder.run(&["import", "entra", "entra.json"]), folder.run(&["import", "okta", "okta.json", "--format", "json"])]
    };
    let others =
        ["fint", "sap", "csv", "zoom", "hr", "slack", "box", "cisco", "miro", "figma", "acme", "workday", "github", "uber", "custom"];
    for other in others {
        for run in imported(&format!("{other}:2.0:User"), "studentNumber") {
            let told = format!("{}{}", run.out, run.err);
            assert!(!told.contains("ocker") && !told.contains("near-miss"), "{other}: {told}");
        }
    }
    let typos = [("dcoker:2.0:User", "dockerRole"), ("docker:2.0:Users", "DockerOrg"), ("docker:2.O:User", "dockerTeam")];
    for (namespace, name) in typos {
        for run in imported(namespace, name) {
            assert!(run.exits(1).err.contains("namespace-near-miss"), "{namespace}");
        }
    }
}

#[test]
fn a_namespace_of_megabytes_is_answered_in_time() {
    let target = format!("urn:ietf:params:scim:schemas:extension:{}:2.0:User:studentNumber", "n".repeat(8 << 20));
    let entra = schema(json!({ "targetAttributeName": target, "source": { "name": "extensionAttribute9" } }));
    let folder = Folder::new().with("entra.json", entra.to_string());
    let start = std::time::Instant::now();
    folder.run(&["import", "entra", "entra.json"]);
    assert!(start.elapsed().as_secs() < 20, "{:?}", start.elapsed());
}

/// A schema in which one member of the object mapping is another.
fn of_users(key: &str, value: Json) -> String {
    let mut schema = schema(json!({ "targetAttributeName": "nickName", "source": { "name": "mail" } }));
    schema["synchronizationRules"][0]["objectMappings"][0][key] = value;
    schema.to_string()
}

/// What Okta and Entra send into the application's namespace under names that it does not take.
#[test]
fn a_name_that_the_application_does_not_take_is_told() {
    let namespace = "urn:ietf:params:scim:schemas:extension:docker:2.0:User";
    let properties = json!({
        "role": { "type": "string", "externalName": "role", "externalNamespace": namespace },
        "dockerOrg": { "type": "string", "externalNamespace": namespace },
    });
    let okta = json!({ "definitions": { "custom": { "properties": properties } } });
    let entra = schema(json!({ "targetAttributeName": format!("{namespace}:role"), "source": { "name": "x" } }));
    let folder = Folder::new().with("okta.json", okta.to_string()).with("entra.json", entra.to_string());
    let okta = folder.run(&["import", "okta", "okta.json", "--format", "json"]).exits(1);
    assert!(okta.err.contains("dockerOrg: it has no external name: it is not sent"), "{}", okta.err);
    for run in [okta, folder.run(&["import", "entra", "entra.json"]).exits(0)] {
        assert!(run.err.contains("[attribute-not-taken]"), "{}", run.err);
        assert!(run.err.contains("Docker takes dockerRole, dockerOrg, dockerTeam in"), "{}", run.err);
    }
}

/// A schema with so many mappings, of definitions to match, and each a near miss of one.
fn many_mappings(count: usize) -> String {
    let named = |at: usize| json!({ "name": format!("x{at}"), "type": "String" });
    let mapping = |at: usize| json!({ "targetAttributeName": format!("x{at}"), "source": { "name": "mail" } });
    let mut schema = schema(mapping(0));
    schema["synchronizationRules"][0]["objectMappings"][0]["attributeMappings"] = (0..count).map(mapping).collect();
    schema["directories"] =
        json!([{ "name": "Wiki", "objects": [{ "name": "User", "attributes": (0..count).map(named).collect::<Json>() }] }]);
    schema.to_string()
}

#[test]
fn hostile_documents_are_refused_or_listed() {
    let deep = |open: &str, close: &str| open.repeat(100_000) + "1" + &close.repeat(100_000);
    let tree = deep(r#"{"name":"Not","type":"Function","parameters":[{"key":"source","value":"#, "}]}");
    let deep_tree = schema(json!({ "targetAttributeName": "x", "source": "HERE" })).to_string().replace("\"HERE\"", &tree);
    let calls = schema(json!({ "targetAttributeName": "x", "source": { "expression": "Not(".repeat(100_000) } })).to_string();
    for (document, code, told) in [
        (deep("[", "]"), 2, "nested deeper"),
        (deep_tree, 2, "nested deeper"),
        (calls, 1, "expression-too-long"),
        (many_mappings(10_001), 2, "more than 10000 is not read"),
        (many_mappings(10_000), 0, ""),
        ("{}".into(), 2, "no synchronizationRules"),
        ("{".into(), 2, "no JSON"),
        (json!({ "synchronizationRules": 1, "later": {} }).to_string(), 2, "is no list"),
        (json!({ "synchronizationRules": [1, { "objectMappings": "x" }] }).to_string(), 2, "is no object"),
        (schema(json!({ "targetAttributeName": "nickName", "source": "[mail]" })).to_string(), 1, "source of nickName is no object"),
        (schema(json!({ "targetAttributeName": "nickName", "source": { "name": "mail", "later": 1 } })).to_string(), 0, "source: later"),
        (schema(json!({ "targetAttributeName": "nickName", "matchingPriority": "1" })).to_string(), 1, "matchingPriority is no whole"),
        (of_users("scope", json!("department EQUALS Sales")), 1, "scope of object mapping User to User is no object"),
        (of_users("enabled", json!("no")), 1, "neither true nor false"),
        (of_users("enabled", json!(false)), 0, "is disabled"),
        (schema(json!({ "targetAttributeName": "nickName", "later": 1, "source": { "name": "mail" } })).to_string(), 0, "nickName: later"),
        (
            schema(json!({ "targetAttributeName": "nickName", "source": { "name": "F", "parameters": [1, { "value": 3 }] } })).to_string(),
            1,
            "F",
        ),
    ] {
        let folder = Folder::new().with("s.json", document);
        let run = folder.run(&["import", "entra", "s.json"]);
        assert!(run.code == code && run.err.contains(told), "{told}: {}", run.shown().chars().take(2000).collect::<String>());
    }
    for (document, code, told) in [
        (deep("[", "]"), 2, "nested deeper"),
        ("[]".into(), 2, "neither"),
        (json!({ "definitions": { "custom": { "$ref": "#/definitions/custom" }, "base": 1 } }).to_string(), 2, "no mapping"),
        (json!({ "definitions": { "custom": { "properties": { "x": 1 } } } }).to_string(), 2, "is no object"),
        (json!({ "definitions": [] }).to_string(), 2, "definitions of the schema is no object"),
        (json!({ "definitions": { "base": { "properties": "x" } } }).to_string(), 2, "properties of base is no object"),
        (json!({ "source": {}, "target": {}, "properties": [] }).to_string(), 1, "properties of the mapping is no object"),
        (json!({ "source": {}, "properties": { "nickName": { "expression": 7 } } }).to_string(), 1, "the expression is no text"),
        (json!({ "source": {}, "properties": { "nickName": { "expression": "user.x" } } }).to_string(), 0, "no file is the schema of"),
        (json!({ "source": 1, "target": [], "properties": { "nickName": { "expression": 7 }, "x": null } }).to_string(), 1, "is no object"),
    ] {
        let folder = Folder::new().with("m.json", document);
        let run = folder.run(&["import", "okta", "m.json"]);
        assert!(run.code == code && run.err.contains(told), "{told}: {}", run.shown().chars().take(2000).collect::<String>());
    }
}
