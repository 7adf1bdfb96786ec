//! Documents of every shape, with what real exports do to them.

mod plain;
mod quirks;
mod shared;
mod stream;

use super::*;
use crate::limits::Limits;
use serde_json::json;

fn input(name: &str, bytes: impl Into<Vec<u8>>) -> Input {
    Input { name: name.to_owned(), bytes: bytes.into() }
}

fn open(texts: &[&str]) -> Documents {
    let inputs = texts.iter().enumerate().map(|(index, text)| input(&format!("d{index}"), *text)).collect();
    Documents::open(inputs, None, &Limits::DEFAULT).unwrap_or_else(|errors| panic!("{errors:?}"))
}

fn refused(text: &str, forced: Option<Shape>) -> (Code, String) {
    let mut errors = Documents::open(vec![input("d0", text)], forced, &Limits::DEFAULT).map(|_| ()).unwrap_err();
    assert_eq!(errors.len(), 1);
    let error = errors.remove(0);
    (error.code, error.message)
}

fn all(documents: &Documents) -> Vec<Result<Person, Diagnostic>> {
    let mut out = Vec::new();
    documents.persons(&mut |person| {
        out.push(person);
        ControlFlow::Continue(())
    });
    out
}

fn people(documents: &Documents) -> Vec<Person> {
    all(documents).into_iter().map(|person| person.unwrap_or_else(|error| panic!("{error}"))).collect()
}

/// Each row as its line and first attribute, or its finding.
fn told(documents: &Documents) -> Vec<String> {
    let tell = |person: Result<Person, Diagnostic>| match person {
        Ok(person) => format!("{}: {}", person.origin.line, person.record.values().next().unwrap_or(&Json::Null)),
        Err(error) => format!("{}: {}", error.code, error.message),
    };
    all(documents).into_iter().map(tell).collect()
}

#[test]
fn shapes_are_recognised() {
    let cases = [
        (r#"{"value":[{"id":"1","userPrincipalName":"a@x"}]}"#, Shape::GraphUsers),
        (r#"{"id":"1","userPrincipalName":"a@x"}"#, Shape::GraphUsers),
        (r#"{"@odata.context":"https://g/$metadata#users(id,appRoleAssignments())","value":[]}"#, Shape::GraphUsers),
        (r#"{"id":"1","appRoles":[],"appId":"2"}"#, Shape::GraphServicePrincipal),
        (r#"{"value":[{"Id":"1","AppRoles":[{"Id":"2"}]}]}"#, Shape::GraphServicePrincipal),
        (r#"{"value":[{"principalId":"1","resourceId":"2","appRoleId":"3"}]}"#, Shape::GraphAppRoleAssignedTo),
        (r#"[{"PrincipalId":"1","ResourceId":"2","AppRoleId":"3"}]"#, Shape::GraphAppRoleAssignedTo),
        ("\"PrincipalId\",\"ResourceId\",\"AppRoleId\"\n\"1\",\"2\",\"3\"\n", Shape::GraphAppRoleAssignedTo),
        (r#"{"@odata.context":"https://g/$metadata#servicePrincipals('1')/appRoleAssignedTo","value":[]}"#, Shape::GraphAppRoleAssignedTo),
        (r#"{"Resources":[{"userName":"a"}],"totalResults":1}"#, Shape::Scim),
        (r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0}"#, Shape::Scim),
        (r#"{"schemas":["urn:ietf:params:scim:schemas:core:2.0:User"],"userName":"a"}"#, Shape::Scim),
        (r#"[{"userPrincipalName":"a@x"}]"#, Shape::Json),
        ("[]", Shape::Json),
        ("{\"a\":1}\n{\"a\":2}\n", Shape::Ndjson),
        ("{\"mail\":\"a@x\"}\n", Shape::Ndjson),
        ("mail,surname\n", Shape::Csv),
        ("mail\na@x\n", Shape::Csv),
        (r#"[{"nameId":"a@x","attributes":{}}]"#, Shape::SignIns),
        ("Name,Username,Email,Type,Role,Teams,Date Joined\n", Shape::Members),
    ];
    for (text, shape) in cases {
        assert_eq!(open(&[text]).shape(0), Some(shape), "{text}");
    }
}

#[test]
fn other_documents_are_refused_with_the_known_shapes() {
    for (text, says) in [
        ("", "it is empty"),
        ("\u{feff} \n", "it is empty"),
        ("{}", "it is an empty object"),
        ("[1,2]", "something else than objects"),
        ("<users/>", "neither JSON nor a table"),
        ("version: 1\napplication: x\n", "neither JSON nor a table"),
        (r#"{"error":{"code":"Authorization_RequestDenied"}}"#, "error answer"),
        (r#"{"id":"1","appRoles":[],"requiredResourceAccess":[]}"#, "registration"),
        (r#"{"value":[{"a":1}]}"#, "neither users nor assignments"),
        ("{\n\"a\": 1\n}", "no marks"),
    ] {
        let (code, message) = refused(text, None);
        assert_eq!(code, Code::UnknownShape, "{text}");
        assert!(message.contains(says), "{text}: {message}");
    }
    let damaged = refused("{\"id\":\"1\",\n\"appRoles\":[{]", None);
    assert_eq!(damaged, (Code::InvalidDocument, "d0, line 2: column 14: key must be a string".to_owned()));
    let (code, message) = refused(r#"{"value":[]}"#, None);
    assert_eq!(code, Code::AmbiguousShape, "{message}");
    let (code, message) = refused("userPrincipalName,username,email,role,teams\n", None);
    assert_eq!((code, message.as_str()), (Code::AmbiguousShape, "d0 can be any of several shapes: members, csv"));
    let errors = Documents::open(vec![input("x", "")], None, &Limits::DEFAULT).map(|_| ()).unwrap_err();
    let help = errors[0].help.clone().unwrap_or_default();
    assert!(help.contains("--as graph-users|") && help.contains("graph-users") && help.contains("okta-users"), "{help}");
}

#[test]
fn forcing_decides() {
    let shape = |texts: &[&str], forced| {
        let inputs = texts.iter().map(|text| input("d", *text)).collect();
        let documents = Documents::open(inputs, Some(forced), &Limits::DEFAULT).unwrap_or_else(|errors| panic!("{errors:?}"));
        (0..texts.len()).filter_map(|index| documents.shape(index)).collect::<Vec<_>>()
    };
    assert_eq!(shape(&[r#"{"value":[]}"#], Shape::GraphUsers), [Shape::GraphUsers]);
    assert_eq!(shape(&[r#"[{"userName":"a"}]"#], Shape::Scim), [Shape::Scim]);
    let principal = r#"{"id":"1","appRoles":[],"appId":"2"}"#;
    assert_eq!(shape(&[principal, r#"{"value":[{"a":1}]}"#], Shape::Json), [Shape::GraphServicePrincipal, Shape::Json]);
    assert_eq!(shape(&["mail\n", r#"{"value":[]}"#], Shape::GraphAppRoleAssignedTo), [Shape::Csv, Shape::GraphAppRoleAssignedTo]);
    assert_eq!(refused("<users/>", Some(Shape::Json)).0, Code::UnknownShape);
    let one = Documents::open(vec![input("d", "Dear name: x\na")], Some(Shape::Csv), &Limits::DEFAULT);
    assert_eq!(told(&one.unwrap_or_else(|errors| panic!("{errors:?}"))), ["2: \"a\""]);
    for shape in Shape::ALL {
        assert_eq!(Shape::from_word(shape.word()), Some(*shape));
    }
}

#[test]
fn one_bad_row_leaves_the_others() {
    assert_eq!(
        told(&open(&["{\"a\":1}\n\n{\"a\":2,}\n[]\n{\"a\":3}"])),
        [
            "1: 1",
            "invalid-row: d0, line 3: column 8: trailing comma",
            "invalid-row: d0, line 4: a list stands where an object is expected",
            "5: 3"
        ]
    );
    assert_eq!(told(&open(&["a,b\n1,2\n3\n5,6\n"])), ["2: \"1\"", "invalid-row: d0, line 3: 1 cell where the header has 2", "4: \"5\""]);
    assert_eq!(
        told(&open(&["[{\"a\":1},\n {\"a\":tru},\n 7, {\"ü\":\n  x}, {\"a\":4}]"])),
        [
            "1: 1",
            "invalid-row: d0, line 2: column 10: expected ident",
            "invalid-row: d0, line 3: a number stands where an object is expected",
            "invalid-row: d0, line 4: column 3: expected value",
            "4: 4",
        ]
    );
    let spoiled = Documents::open(vec![input("d0", b"a,b\n\xF8,1\nx,y\n".to_vec())], None, &Limits::DEFAULT);
    assert_eq!(
        told(&spoiled.unwrap_or_else(|errors| panic!("{errors:?}"))),
        ["invalid-row: d0, line 2: some bytes are no text", "3: \"x\""]
    );
}

#[test]
fn damage_is_told_after_what_stands_before_it() {
    for (text, told_as) in [
        ("[{\"a\":1},\n{\"a\":2", "line 2, column 6: the text ends too early"),
        ("[{\"a\":1},\n{\"a\":\"x\n\"},{}]", "line 2, column 7: control character (\\u0000-\\u001F) found while parsing a string"),
        ("[{\"a\":1} {\"a\":2}]", "line 1, column 10: '{' stands where JSON has something else"),
        ("[{\"a\":1}] oops", "line 1, column 11: 'o' stands where JSON has something else"),
        ("{\"Resources\":[{\"a\":1}], oops", "line 1, column 25: 'o' stands where JSON has something else"),
        ("{\"Resources\":[{\"a\":1},", "line 1, column 23: the text ends too early"),
    ] {
        let (line, rest) = told_as.split_once(", ").unwrap_or_default();
        assert_eq!(told(&open(&[text])), ["1: 1".to_owned(), format!("invalid-document: d0, {line}: {rest}")], "{text}");
    }
    assert_eq!(told(&open(&["[{\"a\":1}", "mail\na@x"])).len(), 3, "the next document is read");
}

#[test]
fn rows_are_streamed_until_told_to_stop() {
    let documents = open(&["[{\"a\":1},{\"a\":2}]", "a\n3\n"]);
    let mut rows = Vec::new();
    documents.persons(&mut |person| {
        rows.extend(person.map(|person| person.row));
        if rows.len() == 2 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(rows, [1, 2]);
    assert_eq!(people(&documents).last().map(|person| (person.origin, person.row)), Some((Origin { input: 1, line: 2 }, 3)));
}

#[test]
fn depth_has_a_limit() {
    let deep = |depth: usize| format!("[{{\"a\":{}1{}}}]", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(told(&open(&[&deep(300)])), ["invalid-row: d0, line 1: the object is nested deeper than 127"]);
    assert!(told(&open(&[&deep(125)]))[0].starts_with("1: "), "{:?}", told(&open(&[&deep(125)])));
    assert_eq!(told(&open(&[&deep(127)])), told(&open(&[&deep(300)])));
    assert!(told(&open(&[&deep(100_000)]))[0].contains("nested deeper"));
    for open_only in ["[", "{\"a\":", "{\"value\":[", "[{\"a\":["] {
        let (told, errors) = match Documents::open(vec![input("d0", open_only.repeat(100_000))], None, &Limits::DEFAULT) {
            Ok(documents) => (told(&documents).len(), 0),
            Err(errors) => (0, errors.len()),
        };
        assert_eq!(told + errors, 1, "{open_only}");
    }
    assert_eq!(told(&open(&["[{\"a\":".repeat(100_000).as_str(), "mail\na"])).len(), 2);
}

proptest::proptest! {
    #[test]
    fn bytes_never_panic(bytes: Vec<u8>) {
        read_as_everything(bytes);
    }

    #[test]
    fn near_documents_never_panic(text in "([\\[\\]{},:;\"\\\\\n\t ü\u{feff}]|\"value\"|\"Resources\"|\"appRoles\"|\"id\"|\"a\"|1|tru|mail,b|#EXT#_){0,40}") {
        read_as_everything(text.into_bytes());
    }
}

fn read_as_everything(bytes: Vec<u8>) {
    for forced in std::iter::once(None).chain(Shape::ALL.iter().copied().map(Some)) {
        if let Ok(documents) = Documents::open(vec![input("d", bytes.clone())], forced, &Limits::DEFAULT) {
            all(&documents);
            documents.sign_ins();
            documents.members();
        }
    }
}
