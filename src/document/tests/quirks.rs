//! What real exports do, and the rules of assignments.

use super::*;

const PRINCIPAL: &str = r#"{"id":"AA","displayName":"App","appRoles":[
    {"id":"r1","displayName":"One","value":"one","isEnabled":false},{"id":"r2","displayName":"Two","value":null}]}"#;

/// The roles' names and whether the user is assigned, of the last document's first user.
fn roles(texts: &[&str]) -> (Json, Option<bool>) {
    let person = people(&open(texts)).remove(0);
    let names = person.record.get("appRoleAssignments").map(|list| {
        let name = |item: &Json| item.get("displayName").or_else(|| item.get("value")).unwrap_or(item).clone();
        list.as_array().map(|items| items.iter().map(name).collect()).unwrap_or(list.clone())
    });
    (names.unwrap_or(Json::Null), person.assigned)
}

fn user(assignments: &str) -> String {
    format!("{{\"value\":[{{\"id\":\"U1\",\"userPrincipalName\":\"a@x\",\"appRoleAssignments\":{assignments}}}]}}")
}

/// A loop over the pages of a list, each answer appended to a file.
#[test]
fn a_page_a_line_is_unfolded() {
    let page = |ids: &[&str], more: &str| {
        let users: Vec<String> = ids.iter().map(|id| format!("{{\"userPrincipalName\":\"{id}@x\"}}")).collect();
        format!("{{\"@odata.context\":\"https://graph/$metadata#users\",{more}\"value\":[{}]}}\n", users.join(","))
    };
    let link = "\"@odata.nextLink\":\"https://graph/more\",";
    let whole = open(&[&(page(&["a", "b"], link) + "\n" + page(&["c"], "").as_str())]);
    assert_eq!(whole.shape(0), Some(Shape::GraphUsers));
    assert!(whole.warnings().is_empty(), "{:?}", whole.warnings());
    let found: Vec<_> = people(&whole).into_iter().map(|person| (person.record["userPrincipalName"].clone(), person.origin.line)).collect();
    assert_eq!(found, [(json!("a@x"), 1), (json!("b@x"), 1), (json!("c@x"), 3)]);
    let cut = open(&[&(page(&["a"], link) + page(&["b"], link).as_str())]);
    assert_eq!(cut.warnings().len(), 1, "the last page names a further one");
    let user = |id: &str| format!("{{\"schemas\":[\"urn:ietf:params:scim:schemas:core:2.0:User\"],\"userName\":\"{id}\"}}");
    let list = |id: &str| format!("{{\"totalResults\":2,\"Resources\":[{}]}}\n", user(id));
    assert_eq!(people(&open(&[&(list("a") + list("b").as_str())])).len(), 2);
    // A row of one's own may have a list of that name beside other attributes.
    assert_eq!(people(&open(&["{\"mail\":\"a\",\"value\":[{\"x\":1}]}\n{\"mail\":\"b\"}"])).len(), 2);
}

#[test]
fn assignments_with_a_service_principal() {
    for (assignments, names, assigned) in [
        (r#"[{"id":"1","appRoleId":"R1","resourceId":"aa"}]"#, json!(["One"]), Some(true)),
        (r#"[{"id":"1","appRoleId":"r1","resourceId":"bb"}]"#, json!([]), Some(false)),
        (r#"[{"id":"1","appRoleId":"unknown","resourceId":"aa"}]"#, json!([]), Some(true)),
        (r#"[{"id":"1","appRoleId":"00000000-0000-0000-0000-000000000000","resourceId":"aa"}]"#, json!([]), Some(true)),
        (
            r#"[{"id":"1","appRoleId":"r2","resourceId":"aa"},{"id":"2","appRoleId":"r1","resourceId":"aa"}]"#,
            json!(["Two", "One"]),
            Some(true),
        ),
        (r#"[{"id":"1","appRoleId":"r2","resourceId":"aa"},{"id":"2","appRoleId":"r2","resourceId":"aa"}]"#, json!(["Two"]), Some(true)),
        (r#"[{"id":"1","appRoleId":"r2"}]"#, json!(["Two"]), Some(true)),
        (r#"{"id":"1","appRoleId":"r2","resourceId":"aa"}"#, json!(["Two"]), Some(true)),
        (r#"["Named"]"#, json!(["Named"]), Some(true)),
        ("[]", json!([]), Some(false)),
        ("null", Json::Null, None),
    ] {
        assert_eq!(roles(&[&user(assignments), PRINCIPAL]), (names, assigned), "{assignments}");
    }
}

#[test]
fn the_list_of_assignments_adds_to_the_users_own() {
    let list = |kind: &str| {
        format!(
            r#"{{"value":[{{"id":"1","principalId":"u1","principalType":"{kind}","appRoleId":"r1","resourceId":"aa"}},
                {{"id":"2","principalId":"u1","principalType":"{kind}","appRoleId":"r2","resourceId":"aa"}}]}}"#
        )
    };
    let own = user(r#"[{"id":"2","appRoleId":"r2","resourceId":"aa"}]"#);
    assert_eq!(roles(&[&list("User"), &own, PRINCIPAL]), (json!(["Two", "One"]), Some(true)));
    assert_eq!(roles(&[&list("Group"), &own, PRINCIPAL]), (json!(["Two"]), Some(true)));
    assert_eq!(roles(&[&list("User"), &user("null"), PRINCIPAL]), (json!(["One", "Two"]), Some(true)));
    assert_eq!(roles(&[&list("User"), &user("[]")]), (json!([]), Some(true)), "without the roles, ids name nothing");
    assert_eq!(roles(&[&list("Group"), &user("[]")]), (json!([]), Some(false)));
    assert_eq!(roles(&[&list("User"), r#"[{"id":"u2"}]"#]), (json!([]), Some(false)));
    assert_eq!(roles(&[&list("User"), r#"[{"mail":"a@x"}]"#]), (Json::Null, None), "nobody knows whom the list would name");
    let documents = open(&[&list("Group"), r#"{"value":[{"id":"u1","userPrincipalName":"a@x"}]}"#]);
    assert_eq!(documents.warnings().len(), 1);
    assert_eq!(documents.application(), Some("aa"));
}

#[test]
fn assignments_without_a_service_principal_are_taken_as_they_are() {
    for (assignments, names, assigned) in [
        (r#"["One","Two"]"#, json!(["One", "Two"]), Some(true)),
        (r#"[{"id":"1","value":"one","displayName":"One"},{"value":"two"}]"#, json!(["One", "two"]), Some(true)),
        (r#"[{"id":"1","appRoleId":"r1","resourceId":"bb"}]"#, json!([]), Some(true)),
        ("[]", json!([]), Some(false)),
    ] {
        assert_eq!(roles(&[&user(assignments)]), (names, assigned), "{assignments}");
    }
    assert_eq!(roles(&["mail\na@x"]), (Json::Null, None));
    assert_eq!(roles(&["mail,appRoleAssignments\na@x,One; Two"]), (json!(["One", "Two"]), Some(true)));
    assert_eq!(roles(&["mail,appRoleAssignments\na@x,"]), (json!([]), Some(false)), "an empty cell says that there are none");
    let rows = told(&open(&[&user("[7]"), &user(r#"["Microsoft.Graph.PowerShell.Models.MicrosoftGraphAppRoleAssignment"]"#)]));
    assert!(rows[0].starts_with("invalid-row: d0, line 1: its appRoleAssignments hold 7"), "{rows:?}");
    assert!(rows[1].contains("-Depth"), "{rows:?}");
}

#[test]
fn one_application_only() {
    let other = PRINCIPAL.replace("AA", "BB").replace("App", "Other");
    let inputs = |texts: [&str; 2]| texts.iter().map(|text| input("p", *text)).collect::<Vec<_>>();
    let errors = Documents::open(inputs([PRINCIPAL, &other]), None, &Limits::DEFAULT).map(|_| ()).unwrap_err();
    assert_eq!(errors[0].message, "there are service principals of several applications: App (p), Other (p)");
    open(&[PRINCIPAL, PRINCIPAL]);
    let entry = |resource: &str| format!(r#"[{{"principalId":"u","appRoleId":"r","resourceId":"{resource}"}}]"#);
    let errors = Documents::open(inputs([&entry("aa"), &entry("bb")]), None, &Limits::DEFAULT).map(|_| ()).unwrap_err();
    assert_eq!((errors.len(), errors[0].code), (1, Code::InvalidDocument));
    open(&[&entry("aa"), &entry("bb"), PRINCIPAL]);
}

#[test]
fn pages_that_are_missing() {
    let warnings = |texts: &[&str]| open(texts).warnings().iter().map(|warning| warning.message.clone()).collect::<Vec<_>>();
    let page = r#"{"@odata.nextLink" : "https://g/users?$skiptoken=1","value":[{"userPrincipalName":"a@x"}]}"#;
    let late = r#"{"value":[{"userPrincipalName":"a@x"}],"@odata.nextLink":"https://g"}"#;
    assert_eq!(warnings(&[page]), ["d0 names a further page (@odata.nextLink) that is not among the documents"]);
    assert_eq!(warnings(&[page, late]).len(), 2);
    assert_eq!(warnings(&[page, &user("[]")]), Vec::<String>::new(), "the last page is there");
    let within = r#"{"value":[{"userPrincipalName":"a@x","appRoleAssignments":[],"appRoleAssignments@odata.nextLink":"https://g"}]}"#;
    assert_eq!(warnings(&[within]).len(), 1);
    assert_eq!(warnings(&[r#"[{"note":"\"@odata.nextLink\":\"x\""}]"#]), Vec::<String>::new());

    let scim = |start: u32, count: u32| format!(r#"{{"Resources":[],"totalResults":9,"startIndex":{start},"itemsPerPage":{count}}}"#);
    assert_eq!(warnings(&[&scim(1, 5)]), ["d0: of 9 results, those from 6 on are not among the documents"]);
    assert_eq!(warnings(&[&scim(6, 4), &scim(1, 5)]), Vec::<String>::new());
    assert_eq!(warnings(&[r#"{"totalResults":2,"Resources":[{"userName":"a"}]}"#]).len(), 1);
}

#[test]
fn what_is_nobody_is_left_out() {
    let list = r##"[{"@odata.type":"#microsoft.graph.group","id":"1"},{"@odata.type":"#microsoft.graph.user","userPrincipalName":"a@x"}]"##;
    assert_eq!(people(&open(&[list])).len(), 1);
    let members = r##"[{"Id":"1","AdditionalProperties":{"@odata.type":"#microsoft.graph.group"}},
        {"Id":"2","AdditionalProperties":{"@odata.type":"#microsoft.graph.user","userPrincipalName":"b_x#EXT#@y"}}]"##;
    assert_eq!(people(&open(&[members]))[0].record["userPrincipalName"], "b@x");
    let scim = r#"{"Resources":[{"schemas":["urn:ietf:params:scim:schemas:core:2.0:Group"]},{"userName":"a"}]}"#;
    assert_eq!(people(&open(&[scim])).len(), 1);
    let none = r#"{"schemas":["urn:ietf:params:scim:api:messages:2.0:ListResponse"],"totalResults":0}"#;
    assert_eq!(people(&open(&[none])), []);
}

/// A user's own value counts for whatever attribute groups give, also where the group that counts does not name it.
#[test]
fn what_the_first_group_of_okta_does_not_name() {
    let users = r#"[{"id":"u1","status":"ACTIVE","profile":{"login":"a@x","team":"own","email":"a@x"}}]"#;
    let apps = r#"[{"id":"u1","scope":"GROUP","credentials":{"userName":"a"},"profile":{"email":"b@x"}}]"#;
    let group = |id: &str, priority: u8, profile: &str| {
        format!(r#"{{"id":"{id}","priority":{priority},"profile":{profile},"_embedded":{{"group":{{"id":"{id}"}}}}}}"#)
    };
    let groups = format!("[{},{}]", group("g1", 0, r#"{"role":"r"}"#), group("g2", 1, r#"{"team":"t"}"#));
    let members = r#"{"g1":[{"id":"u1","profile":{"login":"a@x"}}],"g2":[{"id":"u1","profile":{"login":"a@x"}}]}"#;
    let person = people(&open(&[users, apps, &groups, members])).remove(0);
    assert_eq!(person.record["appuser"], json!({ "email": "b@x", "role": "r", "team": "own", "userName": "a" }));
}
