//! Plain rows read straight into slots, against the same rows read the long way.

use super::*;
use crate::program::Record;
use crate::program::record::KNOWN_AS;
use proptest::prelude::*;
use std::io::Cursor;

const NAMES: [&str; 8] =
    ["userPrincipalName", "givenName", "accountEnabled", "department", "appRoleAssignments", "extensionAttribute1", "n", "objectId"];

/// The application, where it is known: three roles, one of them without a value.
fn principal() -> Map<String, Json> {
    let role = |id: &str, name: &str, value: Option<&str>| serde_json::json!({ "id": id, "displayName": name, "value": value });
    let roles = [role("Role-1", "Editor", Some("editor")), role("role-2", "Owner", None), role("role-3", "Editor", Some(""))];
    Map::from_iter([("id".to_owned(), "App-1".into()), ("appRoles".to_owned(), roles.to_vec().into())])
}

/// Reads lines both ways, with and without the application, and compares row for row; gives how many were plain.
fn compare(lines: &[String]) -> usize {
    let plain = compare_for(lines, None);
    assert_eq!(compare_for(lines, Some(&principal())), plain, "{lines:?}");
    plain
}

fn compare_for(lines: &[String], principal: Option<&Map<String, Json>>) -> usize {
    let describe = |documents: &mut Documents| principal.into_iter().for_each(|known| documents.application.principal(known).unwrap());
    let text = lines.join("\n");
    let wanted = Wanted::new(&NAMES, &KNOWN_AS);
    let inputs = vec![input("d0", text.clone())];
    let mut documents = Documents::open(inputs, Some(Shape::Ndjson), &Limits::DEFAULT).unwrap();
    describe(&mut documents);
    let expected = all(&documents);
    let source = Source::new("d0".into(), Box::new(Cursor::new(text.clone())), None).unwrap();
    let (mut documents, pieces) = Documents::stream(vec![source], Some(Shape::Ndjson), &Limits::DEFAULT, 1).unwrap();
    describe(&mut documents);
    let (mut at, mut plain_rows) = (0, 0);
    for piece in pieces {
        documents.users_in(&piece, Some(&wanted), &mut |user| {
            match (user, &expected[at]) {
                (Ok(User::Plain(plain)), Ok(person)) => {
                    plain_rows += 1;
                    for (slot, name) in NAMES.iter().enumerate() {
                        let long = person.record.attribute(name, slot);
                        assert_eq!(plain.attribute(name, slot).to_json(), long.to_json(), "{name} of {text}");
                    }
                    assert_eq!((plain.assigned(), plain.known_as()), (person.assigned, person.record.known_as()), "{text}");
                }
                (Ok(User::Person(given)), Ok(person)) => {
                    let read = |person: &Person| NAMES.map(|name| person.record.get(name).cloned());
                    assert_eq!((read(&given), given.assigned), (read(person), person.assigned), "{text}");
                }
                (Err(given), Err(expected)) => assert_eq!(given.message, expected.message, "{text}"),
                (given, expected) => panic!("{given:?} against {expected:?} of {text}"),
            }
            at += 1;
            ControlFlow::Continue(())
        });
    }
    assert_eq!(at, expected.len(), "{text}");
    plain_rows
}

#[test]
fn what_is_plain_takes_the_short_way() {
    let cases = [
        (r#"{"userPrincipalName":"a@x","givenName":"Zo\u00eb","accountEnabled":true,"n":1,"other":{"x":[1,{"y":2}]}}"#, true),
        (r#"{"appRoleAssignments":["A",null,"B"],"mail":"a@x","displayName":"A"}"#, true),
        (r#"{"appRoleAssignments":[],"n":18446744073709551615}"#, true),
        (r#"{"appRoleAssignments":null,"givenName":"A","givenName":"B"}"#, true),
        (r#"{"userPrincipalName":"a@x","id":"1"}"#, true),
        (r#"{"userPrincipalName":"a@x","id":"1","objectId":null}"#, true),
        (r#"{"id":"1"}"#, true),
        (r#"{"appRoleAssignments":[{"appRoleId":"1"}]}"#, true),
        (
            r#"{"appRoleAssignments":[{"id":"a","appRoleId":"ROLE-1","resourceId":"app-1","x":{"y":[1]}},{"id":"a","appRoleId":"role-2"}]}"#,
            true,
        ),
        (r#"{"appRoleAssignments":[{"id":"b","appRoleId":"role-9","displayName":"A","resourceId":"app-2"},{"value":"v"},"B"]}"#, true),
        (r#"{"appRoleAssignments":[{"appRoleId":"00000000-0000-0000-0000-000000000000"}]}"#, true),
        (r#"{"appRoleAssignments":["System.Object"]}"#, false),
        (r#"{"appRoleAssignments":"A;B"}"#, false),
        (r#"{"userPrincipalName":"ada_x.example#EXT#@y"}"#, true),
        (r#"{"department":["a"]}"#, false),
        (r#"{"onPremisesExtensionAttributes":{"extensionAttribute1":"a","extensionAttribute2":null,"x":[{}]}}"#, true),
        (r#"{"extensionAttribute1":"b","onPremisesExtensionAttributes":{"extensionAttribute1":"a"}}"#, true),
        (r#"{"onPremisesExtensionAttributes":{"extensionAttribute1":"a"},"extensionAttribute1":null}"#, true),
        (r#"{"onPremisesExtensionAttributes":{"extensionAttribute1":"a"},"onPremisesExtensionAttributes":null}"#, true),
        (r#"{"onPremisesExtensionAttributes":{"userPrincipalName":"a"}}"#, false),
        (r##"{"@odata.type":"#microsoft.graph.user","n":1}"##, true),
        (r#"{"UserPrincipalName":"a@x"}"#, false),
        (r##"{"@odata.type":"#microsoft.graph.group"}"##, false),
        (r#"{"value":[{"n":1}]}"#, false),
        (r#"{"n":1} x"#, false),
        ("{}", true),
        ("[1]", false),
    ];
    for (line, plain) in cases {
        assert_eq!(compare(&[line.to_owned()]), usize::from(plain), "{line}");
    }
}

#[test]
fn depth_is_refused_as_before() {
    for levels in [1, 20, 120, 125, 126, 127, 128, 129, 300] {
        for name in ["n", "other"] {
            compare(&[format!(r#"{{"{name}":{}1{}}}"#, "[".repeat(levels), "]".repeat(levels))]);
            compare(&[format!(r#"{{"{name}":{}1{}}}"#, r#"{"x":"#.repeat(levels), "}".repeat(levels))]);
        }
    }
}

fn value() -> impl Strategy<Value = String> {
    let single = r#""[a-z#_@.]{0,6}"|"\\u00e9\\n"|"x#EXT#@y"|"System.Object"|"\\ud800"|true|false|null|-?[0-9]{1,20}|1e5|1.5|1e999|01|tru"#;
    prop_oneof![
        6 => single,
        1 => "\\[(\"[a-z]{0,3}\"|null|1|\"System.X\")(,(\"[a-z]{0,3}\"|null|\\{\\}))?\\]",
        1 => Just("[]".to_owned()),
        1 => prop::collection::vec(assignment(), 1..4).prop_map(|all| format!("[{}]", all.join(","))),
        1 => "\\{(\"extensionAttribute1\": ?(1|\"a\"|\"\"|null|\\[\\])(,\"(n|x|department)\":(2|null|\\{\\}))?)?\\}",
        1 => "\\{(\"[a-z]\":(1|\"a\"|null|\\[\\]))?\\}",
    ]
}

fn assignment() -> impl Strategy<Value = String> {
    let members = prop::collection::vec(
        "(\"id\":\"[ab]\"|\"appRoleId\":\"(role-1|ROLE-1|role-2|role-9|)\"|\"resourceId\":\"(app-1|APP-1|app-2)\"|\"displayName\":(\"N\"|null|1)|\"value\":(\"v\"|\\[\\])|\"x\":\\{\\})",
        0..5,
    );
    members.prop_map(|members| format!("{{{}}}", members.join(",")))
}

fn row() -> impl Strategy<Value = String> {
    let name = prop_oneof![
        4 => prop::sample::select(&NAMES[..]),
        2 => prop::sample::select(&KNOWN_AS[..]),
        3 => prop::sample::select(&["onPremisesExtensionAttributes", "appRoleAssignments"][..]),
        2 => prop::sample::select(&["x", "", "caf\u{e9}", "businessPhones", "officeLocation"][..]),
        1 => prop::sample::select(&["AccountEnabled", "GivenName", "additionalProperties", "schemas", "value", "Resources", "user", "@odata.type"][..]),
    ];
    let members = prop::collection::vec((name, value()), 0..7);
    members.prop_map(|members| {
        let members: Vec<String> = members.into_iter().map(|(name, value)| format!("\"{name}\": {value}")).collect();
        format!("{{{}}}", members.join(","))
    })
}

proptest! {
    #[test]
    fn both_ways_read_the_same(rows in prop::collection::vec(row(), 1..4)) {
        compare(&rows);
    }
}
