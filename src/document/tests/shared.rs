//! The exports of the project's shared data, against what must come out of them.

use super::*;
use crate::program::RecordKind;

fn read(name: &str) -> Input {
    let path = format!("{}/tests/data/users/{name}", env!("CARGO_MANIFEST_DIR"));
    input(name, std::fs::read(path).unwrap())
}

fn expected() -> Json {
    let yaml = read("expected.yaml").bytes;
    serde_yaml::from_slice(&yaml).unwrap()
}

fn documents(names: &[&str]) -> Documents {
    let inputs = names.iter().map(|name| read(name)).collect();
    Documents::open(inputs, None, &Limits::DEFAULT).unwrap_or_else(|errors| panic!("{errors:?}"))
}

const GRAPH: [&str; 3] = ["graph-users.json", "graph-service-principal.json", "graph-app-role-assigned-to.json"];

fn check_graph(documents: &Documents) {
    let people = people(documents);
    let decisions = expected()["graph"]["decisions"].as_array().unwrap().clone();
    assert_eq!(people.len(), decisions.len());
    for (person, decision) in people.iter().zip(decisions) {
        let roles: Vec<&Json> = person.record["appRoleAssignments"].as_array().unwrap().iter().map(|role| &role["displayName"]).collect();
        let roles = json!({"user": person.record["userPrincipalName"], "assigned": person.assigned, "roles": roles});
        assert_eq!(roles, json!({"user": decision["user"], "assigned": decision["assigned"], "roles": decision["roles"]}));
        assert_eq!(person.kind, RecordKind::Source);
    }
}

#[test]
fn graph_in_every_order() {
    for (a, b, c) in [(0, 1, 2), (0, 2, 1), (1, 0, 2), (1, 2, 0), (2, 0, 1), (2, 1, 0)] {
        let documents = documents(&[GRAPH[a], GRAPH[b], GRAPH[c]]);
        check_graph(&documents);
        assert_eq!(documents.warnings(), []);
    }
    check_graph(&documents(&GRAPH[..2]));
}

#[test]
fn graph_through_powershell_and_utf16() {
    fn pascal(value: Json) -> Json {
        match value {
            Json::Object(object) => {
                Json::Object(object.into_iter().map(|(key, value)| (key[..1].to_ascii_uppercase() + &key[1..], pascal(value))).collect())
            }
            Json::Array(items) => Json::Array(items.into_iter().map(pascal).collect()),
            other => other,
        }
    }
    let inputs = GRAPH.map(|name| {
        let json: Json = serde_json::from_slice(&read(name).bytes).unwrap();
        let json = pascal(json.get("value").cloned().unwrap_or(json));
        let text = format!("\u{feff}{}", serde_json::to_string_pretty(&json).unwrap()).replace('\n', "\r\n");
        input(name, text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
    });
    let documents = Documents::open(inputs.into(), None, &Limits::DEFAULT).unwrap_or_else(|errors| panic!("{errors:?}"));
    check_graph(&documents);
    assert_eq!(people(&documents)[1].record["extensionAttribute2"], "moby");
}

#[test]
fn graph_attributes_and_lines() {
    let people = people(&documents(&GRAPH));
    assert_eq!((&people[1].record["extensionAttribute2"], people[1].origin.line), (&json!("moby"), 46));
    assert_eq!(people[0].record.get("extensionAttribute2"), None);
    assert_eq!(
        people[5].record["appRoleAssignments"][0],
        json!({"id": "44967dcb-7a68-493e-8181-c5831110336c", "value": "my.corp.editor", "displayName": "My Corp Editor"})
    );
    assert_eq!(people[12].record["appRoleAssignments"], json!([{"id": "77fdb895-e1ab-4194-971e-687847dee357", "displayName": "User"}]));
}

#[test]
fn scim_holds_target_values() {
    let documents = documents(&["scim-list-response.json"]);
    let people = people(&documents);
    let users = expected()["scim"]["decisions"].as_array().unwrap().clone();
    assert_eq!(people.len(), users.len());
    for (person, user) in people.iter().zip(users) {
        assert_eq!((&person.record["userName"], person.kind, person.assigned), (&user["user"], RecordKind::Target, None));
    }
    assert_eq!(documents.warnings(), []);
}

#[test]
fn sign_ins_and_members_are_kept() {
    let documents = documents(&["saml-attributes.json", "docker-members.csv"]);
    assert!(!documents.has_users() && people(&documents).is_empty());
    let sign_ins: Vec<SignIn> = documents.sign_ins().into_iter().collect::<Result<_, _>>().unwrap();
    assert_eq!(sign_ins.len(), 6);
    assert_eq!(sign_ins[0].attributes[5].1, ["acme:platform", "moby:developers"]);
    assert_eq!(
        (sign_ins[2].attributes[3].clone(), sign_ins[2].attributes[4].clone()),
        (("Groups".into(), vec![]), ("dockerTeam".into(), vec!["".into()]))
    );
    let members = documents.members().into_iter().map(|member| member.unwrap());
    let members: Vec<Json> = members
        .map(|m| json!({"email": m.email, "username": m.username, "name": m.name, "type": m.kind, "role": m.role, "teams": m.teams}))
        .collect();
    assert_eq!(Json::Array(members), expected()["docker_members"]["members"]);
}

/// Who is assigned, and from where each value comes that groups can give.
#[test]
fn okta_values_come_from_assignment_user_or_group() {
    let expected = expected()["okta"].clone();
    let shapes = [Shape::OktaUsers, Shape::OktaAppUsers, Shape::OktaGroups, Shape::OktaGroupMembers];
    let documents = Documents::open(shapes.iter().map(|shape| read(&format!("{shape}.json"))).collect(), None, &Limits::DEFAULT).unwrap();
    let mut wanted = expected["decisions"].as_array().unwrap().iter();
    documents.persons(&mut |person| {
        let (person, wanted) = (person.unwrap(), wanted.next().unwrap());
        let user = &wanted["user"];
        assert_eq!(person.assigned, wanted["assigned"].as_bool(), "{user}");
        if person.assigned == Some(true) {
            assert_eq!(person.record["appuser"]["userName"], *user);
            assert_eq!(person.record["appuser_from"], wanted["from"], "{user}");
            for name in ["dockerRole", "dockerOrg", "dockerTeam"] {
                assert_eq!(person.record["appuser"][name], wanted["attributes"][name], "{user}");
            }
        } else {
            assert_eq!(person.record["user"]["login"], *user);
            assert!(person.record["appuser"].is_null(), "{user}");
        }
        ControlFlow::Continue(())
    });
    assert!(wanted.next().is_none());
}

/// The application's users alone are users too.
#[test]
fn okta_app_users_alone() {
    let documents = Documents::open(vec![read("okta-app-users.json")], None, &Limits::DEFAULT).unwrap();
    let mut names = Vec::new();
    documents.persons(&mut |person| {
        let person = person.unwrap();
        assert_eq!(person.assigned, Some(true));
        names.push(person.record["appuser"]["userName"].clone());
        ControlFlow::Continue(())
    });
    assert_eq!((names.len(), &names[8]), (11, &Json::from("zoe@acme.example")));
}
