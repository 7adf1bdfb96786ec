//! SCIM requests and assertions become events, by the names that the policy gives its attributes.

use rolewright::document::{Documents, Input};
use rolewright::exchange::{
    Assertion, group_patch_to_events, group_to_event, patch_to_event, read_events, resource_to_create, resource_to_replace, sign_in,
};
use rolewright::{FixedWorld, Limits, Policy};
use serde_json::{Map, Value as Json, json};
use std::ops::ControlFlow;

/// An application of its own: other names, no namespace, no organizations.
const OTHER: &str = r#"
rolewright: 1
policy: wiki
target:
  attributes:
    login:  { path: userName, kind: user_name, required: true }
    active: { type: boolean, kind: active }
    grade:  { kind: role, one_of: [reader, writer], default: reader }
    cost:   { path: costCenter }
connection: { default_org: wiki }
sources:
  scim:
    mappings: { login: { direct: userPrincipalName } }
  jit:
    claims: { user: [sub_name, nameId], groups: [], attributes: { rank: [urn:rank, rank] } }
    mappings:
      grade: { expression: 'Switch([rank], "reader", "7", "writer")' }
placement: [{ when: {}, org: default_org }]
events:
  sso.login: [{ own: jit, overwrite: carried, by: jit, place: always }]
"#;

fn docker() -> Policy {
    Policy::from_yaml(include_str!("../policies/docker.yaml")).unwrap()
}

fn world() -> FixedWorld {
    FixedWorld::new("2026-01-01T00:00:00".parse().unwrap(), 1)
}

fn object(json: Json) -> Map<String, Json> {
    json.as_object().unwrap().clone()
}

fn event_json(event: &rolewright::provision::Event) -> Json {
    serde_json::to_value(event).unwrap()
}

#[test]
fn sign_ins_become_the_expected_events() {
    let expected: Json = serde_yaml::from_str(include_str!("data/users/expected.yaml")).unwrap();
    let input = Input { name: "saml-attributes.json".into(), bytes: include_bytes!("data/users/saml-attributes.json").to_vec() };
    let documents = Documents::open(vec![input], None, &Limits::DEFAULT).unwrap();
    let policy = docker();
    let sign_ins = documents.sign_ins();
    let wanted = expected["saml"]["events"].as_array().unwrap();
    assert_eq!(sign_ins.len(), wanted.len());
    for (assertion, wanted) in sign_ins.into_iter().zip(wanted) {
        let result = sign_in(&policy, &Assertion::from(assertion.unwrap()), &world());
        if let Some(code) = wanted.get("refused") {
            assert_eq!(Json::from(result.unwrap_err().code.word()), *code);
            continue;
        }
        let signed_in = result.unwrap();
        let event = event_json(&signed_in.event);
        for field in ["event", "user", "groups"] {
            assert_eq!(event.get(field), wanted.get(field), "{wanted}");
        }
        let attributes = event.get("attributes").cloned().unwrap_or_else(|| json!({}));
        assert_eq!(attributes, wanted["attributes"]);
        let ignored: Vec<Json> = signed_in.ignored.into_iter().map(|ignored| ignored.name.into()).collect();
        assert_eq!(Json::Array(ignored), wanted.get("ignored").cloned().unwrap_or_else(|| json!([])));
    }
}

#[test]
fn a_full_name_is_carried_and_not_kept() {
    let policy = docker();
    let assertion = Assertion { name_id: Some("bo@acme.example".into()), attributes: vec![("name".into(), vec!["Bo Li".into()])] };
    let signed_in = sign_in(&policy, &assertion, &world()).unwrap();
    assert_eq!(event_json(&signed_in.event)["attributes"], json!({"name": "Bo Li"}));
    let mut state = policy.initial_state();
    state.accept(policy.apply(&state, &signed_in.event).unwrap());
    assert!(state.users["bo@acme.example"].attributes.is_empty());
}

#[test]
fn what_may_have_been_meant_is_told() {
    let attributes = [("DockerRole", "owner"), ("urn:oid:1.2", "x")].map(|(name, value)| (name.to_owned(), vec![value.to_owned()]));
    let assertion = Assertion { name_id: Some("bo@acme.example".into()), attributes: attributes.into() };
    let ignored = sign_in(&docker(), &assertion, &world()).unwrap().ignored;
    assert_eq!(ignored[0].meant.as_deref(), Some("dockerRole"));
    assert_eq!(ignored[1].meant, None);
}

#[test]
fn tokens_have_no_subject_and_other_policies_other_names() {
    let token = object(json!({"sub": "9f", "email": "bo@acme.example", "groups": ["a:b"], "address": {"locality": "x"}}));
    let signed_in = sign_in(&docker(), &Assertion::of_token(&token), &world()).unwrap();
    assert_eq!(event_json(&signed_in.event), json!({"event": "sso.login", "user": "bo@acme.example", "groups": ["a:b"]}));
    let nobody = sign_in(&docker(), &Assertion::of_token(&object(json!({"sub": "9f"}))), &world()).unwrap_err();
    assert_eq!(nobody.code.word(), "invalid-event");

    let other = Policy::from_yaml(OTHER).unwrap();
    let token = object(json!({"sub_name": "bo", "rank": 7, "dockerRole": "owner"}));
    let signed_in = sign_in(&other, &Assertion::of_token(&token), &world()).unwrap();
    assert_eq!(event_json(&signed_in.event), json!({"event": "sso.login", "user": "bo", "attributes": {"grade": "writer"}}));
    assert_eq!(signed_in.ignored[0].name, "dockerRole");
}

#[test]
fn claims_are_data() {
    let text = include_str!("../policies/docker.yaml");
    let policy = rolewright::policy::Loader::new().set("sources.jit.claims.user", "[upn]").load("docker.yaml", text).unwrap();
    let assertion = Assertion { name_id: Some("S-1".into()), attributes: vec![("upn".into(), vec!["bo@acme.example".into()])] };
    assert_eq!(sign_in(&policy, &assertion, &world()).unwrap().event.user(), Some("bo@acme.example"));
    let two = vec![("upn".into(), vec!["bo@acme.example".into()]), ("dockerTeam".into(), vec!["a".into(), "b".into()])];
    let error = sign_in(&policy, &Assertion { name_id: None, attributes: two }, &world()).unwrap_err();
    assert!(error.message.contains("dockerTeam"), "{error}");
}

const URN: &str = "urn:ietf:params:scim:schemas:extension:docker:2.0:User";

#[test]
fn resources_create_and_replace() {
    let policy = docker();
    let resource = object(json!({
        "userName": "Pia@acme.example", "active": "False", "name": {"GivenName": "Pia", "familyName": null}, "displayName": "Pia",
        URN: {"dockerRole": "owner", "dockerTeam": ""},
    }));
    let created = event_json(&resource_to_create(&policy, &resource).unwrap());
    assert_eq!(created["attributes"], json!({"active": false, "givenName": "Pia", "dockerRole": "owner", "dockerTeam": ""}));
    let replaced = event_json(&resource_to_replace(&policy, "pia@acme.example", &resource).unwrap());
    assert_eq!(replaced["event"], "scim.update");
    assert_eq!(
        replaced["attributes"],
        json!({"active": false, "givenName": "Pia", "familyName": null, "dockerRole": "owner", "dockerOrg": null, "dockerTeam": ""})
    );
    let code = |user: &str, json: Json| resource_to_replace(&policy, user, &object(json)).unwrap_err().code.word();
    assert_eq!(code("quinn@acme.example", json!({"userName": "pia@acme.example"})), "rename-not-supported");
    assert_eq!(code("pia@acme.example", json!({URN: {"dockerRole": 5}})), "invalid-event");
    let other = Policy::from_yaml(OTHER).unwrap();
    let created = resource_to_create(&other, &object(json!({"USERNAME": "bo", "costcenter": "9", "grade": "writer"}))).unwrap();
    assert_eq!(event_json(&created), json!({"event": "scim.create", "user": "bo", "attributes": {"grade": "writer", "cost": "9"}}));
}

#[test]
fn patches_in_both_flavours() {
    let policy = docker();
    let patch = |operations: Json| {
        let document = object(json!({"schemas": ["urn:ietf:params:scim:api:messages:2.0:PatchOp"], "Operations": operations}));
        patch_to_event(&policy, "pia@acme.example", &document)
    };
    let event = |operations: Json| event_json(&patch(operations).unwrap().event);
    let update = |attributes: Json| json!({"event": "scim.update", "user": "pia@acme.example", "attributes": attributes});
    let paths = patch(json!([
        {"op": "Replace", "path": "displayName", "value": "Pia"},
        {"op": "Replace", "path": "emails[type eq \"work\"].value", "value": "x"},
        {"op": "Replace", "path": "name.givenName", "value": "Pia"},
        {"op": "Add", "path": format!("{URN}:dockerRole"), "value": "editor"},
        {"op": "Remove", "path": format!("{URN}:dockerOrg")},
    ]))
    .unwrap();
    assert_eq!(event_json(&paths.event), update(json!({"givenName": "Pia", "dockerRole": "editor", "dockerOrg": null})));
    assert_eq!(paths.ignored, ["displayName", "emails[type eq \"work\"].value"]);

    let objects = json!([
        {"op": "replace", "value": {"name.givenName": "Pia", "name": {"familyName": "Old"}, URN: {"dockerTeam": "qa"}, "id": "7"}},
        {"op": "add", "value": {format!("{URN}:dockerRole"): "owner", "userName": "PIA@acme.example"}},
    ]);
    assert_eq!(event(objects), update(json!({"givenName": "Pia", "familyName": "Old", "dockerTeam": "qa", "dockerRole": "owner"})));
    assert_eq!(event(json!([{"op": "remove", "path": "name"}])), update(json!({"givenName": null, "familyName": null})));
    let unset = update(json!({"dockerRole": null, "dockerOrg": null, "dockerTeam": null}));
    assert_eq!(event(json!([{"op": "remove", "path": URN}])), unset);
    let core = "URN:ietf:params:scim:schemas:core:2.0:user:name.givenName";
    assert_eq!(event(json!([{"op": "replace", "path": core, "value": "Pia"}])), update(json!({"givenName": "Pia"})));
    let manager = patch(
        json!([{"op": "Add", "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:manager", "value": {"value": "7"}}]),
    );
    assert_eq!(manager.unwrap().ignored.len(), 1);

    let off = json!({"event": "scim.deactivate", "user": "pia@acme.example"});
    assert_eq!(event(json!([{"op": "Replace", "path": "active", "value": "False"}])), off);
    assert_eq!(event(json!([{"op": "replace", "value": {"active": false}}])), off);
    assert_eq!(event(json!([{"op": "replace", "path": "active", "value": true}]))["event"], "scim.reactivate");
    assert_eq!(event(json!([{"op": "replace", "value": {"active": false, "displayName": "P"}}]))["attributes"], json!({"active": false}));
    // The application's own names stand under its namespace, in any case.
    assert_eq!(patch(json!([{"op": "add", "path": "dockerRole", "value": "owner"}])).unwrap().ignored, ["dockerRole"]);
    for path in [URN.to_uppercase() + ":dockerRole", format!("{URN}:DockerRole")] {
        assert_eq!(event(json!([{"op": "add", "path": path, "value": "owner"}])), update(json!({"dockerRole": "owner"})));
    }
    for operation in [
        json!({"op": "add", "path": URN.to_uppercase(), "value": {"DockerRole": "owner"}}),
        json!({"op": "add", "value": {URN.to_uppercase(): {"dockerrole": "owner"}}}),
    ] {
        assert_eq!(event(json!([operation])), update(json!({"dockerRole": "owner"})));
    }
}

#[test]
fn patches_that_are_none() {
    let policy = docker();
    let fails = |operations: Json| {
        let error = patch_to_event(&policy, "pia@acme.example", &object(json!({"operations": operations}))).unwrap_err();
        (error.code.word(), error.message)
    };
    assert_eq!(
        fails(json!([{"op": "Replace", "path": "userName", "value": "other@acme.example"}])),
        ("rename-not-supported", "userName: pia@acme.example cannot become other@acme.example".to_owned())
    );
    for (operations, place) in [
        (json!([]), "Operations: "),
        (json!([5]), "Operations[0]: "),
        (json!([{"op": "move", "path": "active"}]), "Operations[0].op: "),
        (json!([{"op": "add", "value": 5}]), "Operations[0].value: "),
        (json!([{"op": "remove"}]), "Operations[0]: "),
        (json!([{"op": "add", "path": 5, "value": 5}]), "Operations[0].path: "),
        (json!([{"op": "add", "path": "active", "value": "maybe"}]), "active: "),
        (json!([{"op": "remove", "path": "userName"}]), "userName: "),
    ] {
        let (code, message) = fails(operations);
        assert_eq!(code, "invalid-event");
        assert!(message.starts_with(place), "{message}");
    }
}

#[test]
fn groups_become_pushes() {
    let group = object(json!({"displayName": "acme:qa", "members": [{"value": "1"}, {"value": "2"}]}));
    let pushed = group_to_event(&group, &|id| (id == "1").then(|| "ada@acme.example".to_owned())).unwrap();
    assert_eq!(event_json(&pushed), json!({"event": "group.push", "group": "acme:qa", "members": ["ada@acme.example", "2"]}));
    assert!(group_to_event(&object(json!({"members": []})), &|_| None).is_err());
    assert!(group_to_event(&object(json!({"displayName": "a", "members": [{}]})), &|_| None).is_err());
}

#[test]
fn patches_of_groups_become_pushes() {
    let name_of = |id: &str| ["ada", "bo"].iter().find(|name| name[..1] == *id).map(|name| format!("{name}@acme.example"));
    let present = ["ada@acme.example".to_owned()];
    let events = |operations: Json| {
        let patched = group_patch_to_events("acme:qa", &present, &object(json!({ "Operations": operations })), &name_of);
        patched.map(|patched| (patched.events.iter().map(event_json).collect::<Vec<_>>(), patched.ignored)).map_err(|bad| bad.message)
    };
    let push = |members: &[&str]| {
        let members: Vec<String> = members.iter().map(|name| format!("{name}@acme.example")).collect();
        json!({ "event": "group.push", "group": "acme:qa", "members": members })
    };
    for (operations, wanted) in [
        // Entra adds and removes by path and value; Okta, and RFC 7644, name one member in the path.
        (json!([{ "op": "Add", "path": "members", "value": [{ "value": "b" }] }]), vec![push(&["ada", "bo"])]),
        (json!([{ "op": "Remove", "path": "members", "value": [{ "value": "a" }] }]), vec![push(&[])]),
        (json!([{ "op": "remove", "path": "members[value eq \"a\"]" }]), vec![push(&[])]),
        (json!([{ "op": "remove", "path": "members" }]), vec![push(&[])]),
        (json!([{ "op": "replace", "path": "members", "value": [{ "value": "b" }] }]), vec![push(&["bo"])]),
        (json!([{ "op": "replace", "value": { "id": "7", "members": [{ "value": "b" }] } }]), vec![push(&["bo"])]),
        (json!([{ "op": "add", "path": "members", "value": [{ "value": "a" }] }]), vec![]),
        (json!([{ "op": "replace", "value": { "displayName": "acme:qa" } }]), vec![]),
        (
            json!([{ "op": "replace", "path": "displayName", "value": "acme:test" }]),
            vec![
                json!({ "event": "group.delete", "group": "acme:qa" }),
                json!({ "event": "group.push", "group": "acme:test", "members": ["ada@acme.example"] }),
            ],
        ),
    ] {
        assert_eq!(events(operations.clone()), Ok((wanted, vec![])), "{operations}");
    }
    let strange = events(
        json!([{ "op": "add", "path": "members", "value": [{ "value": "z" }] }, { "op": "add", "path": "externalId", "value": "x" }]),
    );
    assert_eq!(strange.unwrap().1, ["externalId"]);
    for operations in [
        json!([]),
        json!([5]),
        json!([{ "op": "move", "path": "members" }]),
        json!([{ "op": "add", "value": 5 }]),
        json!([{ "op": "add", "path": "members", "value": [{}] }]),
        json!([{ "op": "add", "path": "members", "value": "a" }]),
        json!([{ "op": "remove", "path": "members[a]" }]),
        json!([{ "op": "remove", "path": "displayName" }]),
    ] {
        assert!(events(operations.clone()).is_err(), "{operations}");
    }
}

/// SCIM's own attributes stand outside of the application's namespace, whatever the policy calls them.
#[test]
fn core_attributes_need_no_path() {
    let text = std::fs::read_to_string("policies/docker.yaml").unwrap();
    let text = text.replacen(
        "    givenName:  {",
        "    displayName: { type: string }\n    urn:wiki:2.0:User:desk: { type: string }\n    givenName:  {",
        1,
    );
    let policy = Policy::from_yaml(&text).unwrap();
    let resource = object(
        json!({ "userName": "pia@x.example", "displayname": "Pia", "urn:wiki:2.0:User": { "desk": "7" }, URN: { "dockerTeam": "qa" } }),
    );
    let event = event_json(&resource_to_create(&policy, &resource).unwrap());
    assert_eq!(event["attributes"], json!({ "displayName": "Pia", "urn:wiki:2.0:User:desk": "7", "dockerTeam": "qa" }));
    let patch = object(json!({ "Operations": [{ "op": "Replace", "path": "displayName", "value": "P" }] }));
    let patched = patch_to_event(&policy, "pia@x.example", &patch).unwrap();
    assert_eq!((event_json(&patched.event)["attributes"].clone(), patched.ignored), (json!({ "displayName": "P" }), vec![]));
}

/// Attribute statements of Okta carry under the application's own names what the policy's mappings read.
#[test]
fn statements_of_okta_give_the_same_events() {
    let resolve = |_: &str, wanted: &str| Ok((wanted.to_owned(), std::fs::read_to_string(format!("policies/{wanted}")).unwrap()));
    let text = std::fs::read_to_string("policies/docker-okta.yaml").unwrap();
    let okta = rolewright::policy::Loader::new().resolve(resolve).load("policies/docker-okta.yaml", &text).unwrap();
    let bytes = std::fs::read("tests/data/users/saml-attributes.json").unwrap();
    let documents = Documents::open(vec![Input { name: "saml".into(), bytes }], None, &Limits::DEFAULT).unwrap();
    let mut compared = 0;
    for assertion in documents.sign_ins() {
        let assertion = Assertion::from(assertion.unwrap());
        let event = |policy: &Policy| sign_in(policy, &assertion, &world()).map(|read| event_json(&read.event)).ok();
        let (one, other) = (event(&docker()), event(&okta));
        let own = |event: &Option<Json>| event.as_ref().map(|event| event["attributes"].clone());
        compared += usize::from(own(&one).is_some());
        assert_eq!(own(&one), own(&other));
    }
    assert!(compared > 2);
}

#[test]
fn bad_events_are_told_with_line_and_field() {
    let file = r#"{"event": "scim.create", "user": "ada@acme.example", "attributes": {"dockerRole": "Owner"}}

{"event": "scim.crate", "user": "ada@acme.example"}
{"event": "scim.create", "usr": "ada@acme.example"}
{"event": "scim.create", "user": 5, "attributes": {"givenName": ["Ada"]}}
{"event": "sso.login", "user": "bo@acme.example", "attributes": {"dockerrole": "owner", "name": "Bo"}}
{"event": "sso.login", "user": "bo@acme.example", "extra": 1}
not json
{"event": "group.push", "group": "acme:qa", "members": ["bo@acme.example", 7]}
{"event": "settings.change", "jit": "off"}
{"event": "console.set_role", "user": "bo@acme.example", "org": "acme", "role": "EDITOR"}
"#;
    let mut told = String::new();
    let mut events = 0;
    read_events(&docker(), Input { name: "e.ndjson".into(), bytes: file.into() }, &Limits::DEFAULT, &mut |row| {
        events += usize::from(row.event.is_some());
        for found in row.found {
            told.push_str(&format!("{found}\n"));
        }
        ControlFlow::Continue(())
    });
    assert_eq!(events, 3, "{told}");
    insta::assert_snapshot!(told);
}
