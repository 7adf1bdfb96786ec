//! The same users in the forms in which they are exported. A user whom a form cannot carry as it is, such as a number in
//! a table of texts, is left out of it.

use super::users::User;
use rolewright::document::{Input, Shape};
use serde_json::{Map, Value as Json, json};

/// Documents, and which of the users they hold.
pub struct Export {
    pub inputs: Vec<Input>,
    pub shape: Option<Shape>,
    pub held: Vec<usize>,
}

/// A form of Entra's users, or of anybody's.
pub type Form = fn(&[&User]) -> Export;

pub fn ndjson(users: &[&User]) -> Export {
    let lines: String = users.iter().map(|user| format!("{}\n", Json::Object(user.record.clone()))).collect();
    Export::new(vec![("users.ndjson", lines)], Shape::Ndjson, (0..users.len()).collect())
}

pub fn list(users: &[&User]) -> Export {
    let rows: Json = users.iter().map(|user| Json::Object(user.record.clone())).collect();
    Export::new(vec![("users.json", format!("{rows:#}"))], Shape::Json, (0..users.len()).collect())
}

pub fn csv(users: &[&User]) -> Export {
    let (held, rows): (Vec<usize>, Vec<Vec<(String, String)>>) =
        users.iter().enumerate().filter_map(|(at, user)| Some((at, cells("", &user.record)?))).unzip();
    let mut columns: Vec<&str> = vec!["note"]; // so that no row is blank
    for (name, _) in rows.iter().flatten() {
        if !columns.contains(&name.as_str()) {
            columns.push(name);
        }
    }
    let mut writer = ::csv::Writer::from_writer(Vec::new());
    writer.write_record(&columns).unwrap();
    for row in &rows {
        let cell = |column: &&str| row.iter().find(|(name, _)| name == column).map_or("", |(_, cell)| cell);
        let cells: Vec<&str> = columns[1..].iter().map(cell).collect();
        writer.write_record([&["row"][..], &cells].concat()).unwrap();
    }
    Export::new(vec![("users.csv", String::from_utf8(writer.into_inner().unwrap()).unwrap())], Shape::Csv, held)
}

/// The cells of a user, by column; none where a table would tell something else.
fn cells(lead: &str, record: &Map<String, Json>) -> Option<Vec<(String, String)>> {
    let mut cells = Vec::new();
    for (name, value) in record {
        let column = format!("{lead}{name}");
        match value {
            Json::Null => {}
            Json::Bool(truth) => cells.push((column, if *truth { "True" } else { "false" }.to_owned())),
            Json::String(text) if text.is_empty() || ["true", "false"].contains(&text.to_lowercase().as_str()) => return None,
            Json::String(text) => cells.push((column, text.clone())),
            // An empty cell among assignments says that there are none.
            Json::Array(_) if name == "appRoleAssignments" => cells.push((column, value.to_string())),
            Json::Object(inner) if !inner.is_empty() => cells.extend(self::cells(&format!("{column}."), inner)?),
            Json::Number(_) | Json::Array(_) | Json::Object(_) => return None,
        }
    }
    let silent = lead.is_empty() && !record.contains_key("appRoleAssignments");
    (!silent).then_some(cells)
}

/// Users as Microsoft Graph lists them, with the application's service principal and its list of assignments.
pub fn graph(users: &[&User]) -> Export {
    const ROLES: [&str; 4] = ["Reader", "Admins", "editor", "Other role"];
    let role_id = |at: usize| format!("00000000-0000-0000-0000-0000000000a{at}");
    let (mut rows, mut assigned, mut held) = (Vec::new(), Vec::new(), Vec::new());
    for (at, user) in users.iter().enumerate() {
        let mut row = user.record.clone();
        // Who is in no list of assignments is not assigned.
        let Some(Json::Array(roles)) = row.shift_remove("appRoleAssignments") else { continue };
        let id = format!("00000000-0000-0000-0000-0000000{at:05}");
        for role in &roles {
            let role = ROLES.iter().position(|known| role == known).unwrap();
            assigned.push(json!({ "id": format!("{at}-{role}"), "principalId": id, "principalType": "User", "resourceId": "sp", "appRoleId": role_id(role) }));
        }
        let (extensions, row): (Map<String, Json>, Map<String, Json>) =
            row.into_iter().partition(|(name, value)| name.starts_with("extensionAttribute") && !value.is_null());
        let mut object = json!({ "id": id, "userType": "Member", "onPremisesExtensionAttributes": extensions });
        object.as_object_mut().unwrap().extend(row);
        rows.push(object);
        held.push(at);
    }
    let roles: Json = ROLES.iter().enumerate().map(|(at, name)| json!({ "id": role_id(at), "displayName": name, "value": name })).collect();
    let principal = json!({ "id": "sp", "displayName": "Law", "servicePrincipalNames": [], "appRoles": roles });
    let context =
        |what: &str, rows: Vec<Json>| json!({ "@odata.context": format!("https://graph.example/$metadata#{what}"), "value": rows });
    let documents = vec![
        ("assigned.json", context("servicePrincipals('sp')/appRoleAssignedTo", assigned).to_string()),
        ("users.json", context("users", rows).to_string()),
        ("principal.json", principal.to_string()),
    ];
    Export { shape: None, ..Export::new(documents, Shape::GraphUsers, held) }
}

/// Users as the Okta Management API lists them, with the application's users, its groups and their members.
pub fn okta(users: &[&User]) -> Export {
    let (mut rows, mut app_users, mut held) = (Vec::new(), Vec::new(), Vec::new());
    let mut groups: Map<String, Json> = Map::new();
    // A list of members that names nobody else says that there are no others.
    let mut members: Map<String, Json> = Map::from_iter([("other".to_owned(), json!([{ "id": "x", "profile": { "login": "x" } }]))]);
    for (at, user) in users.iter().enumerate() {
        let record = &user.record;
        // Who is none of the application's users is not assigned.
        let (Some(profile), Some(Json::Object(app_user))) = (record.get("user"), record.get("appuser")) else { continue };
        let id = format!("u{at}");
        let status = record.get("user_internal").and_then(|internal| internal.get("status")).cloned();
        rows.push(json!({ "id": id, "status": status.unwrap_or_else(|| "ACTIVE".into()), "profile": profile }));
        let mut values = app_user.clone();
        let mut row = json!({ "id": id, "scope": "USER", "status": "ACTIVE", "credentials": {} });
        if let Some(name) = values.shift_remove("userName") {
            row["credentials"]["userName"] = name;
        }
        row["profile"] = Json::Object(values);
        app_users.push(row);
        for group in record.get("groups").and_then(Json::as_array).into_iter().flatten() {
            let key = group["id"].as_str().unwrap_or_default();
            groups
                .insert(key.to_owned(), json!({ "id": key, "priority": 0, "profile": {}, "_links": {}, "_embedded": { "group": group } }));
            let list = members.entry(key).or_insert_with(|| json!([]));
            list.as_array_mut().unwrap().push(json!({ "id": id, "profile": { "login": id } }));
        }
        held.push(at);
    }
    let mut documents = vec![("users.json", Json::Array(rows).to_string()), ("app-users.json", Json::Array(app_users).to_string())];
    if users.iter().any(|user| user.record.contains_key("groups")) {
        documents.push(("members.json", Json::Object(members).to_string()));
    }
    if !groups.is_empty() {
        documents.push(("groups.json", groups.into_iter().map(|(_, group)| group).collect::<Json>().to_string()));
    }
    if held.is_empty() { Export::new(Vec::new(), Shape::OktaUsers, held) } else { Export::new(documents, Shape::OktaUsers, held) }
}

/// What an assertion of a sign-in carries of these source attributes, under the names that the claims have for them;
/// none where it would carry something else. An assertion has texts alone.
pub fn claims(record: &Map<String, Json>, reads: &[&str], names: &Json) -> Option<Vec<(String, Vec<String>)>> {
    let text = |value: &Json| value.as_str().filter(|text| !text.is_empty()).map(str::to_owned);
    let mut carried = Vec::new();
    for read in reads {
        let path = format!("/{}", read.replace('.', "/"));
        let values = match Json::Object(record.clone()).pointer(&path) {
            None => continue,
            Some(Json::Array(items)) if items.len() > 1 => items.iter().map(text).collect::<Option<Vec<String>>>()?,
            Some(value) => vec![text(value)?],
        };
        carried.push((names[*read][0].as_str().unwrap_or(read).to_owned(), values));
    }
    Some(carried)
}

impl Export {
    fn new(documents: Vec<(&str, String)>, shape: Shape, held: Vec<usize>) -> Export {
        let inputs = documents.into_iter().map(|(name, text)| Input { name: name.to_owned(), bytes: text.into_bytes() }).collect();
        Export { inputs, shape: Some(shape), held }
    }
}

/// A SCIM resource that carries what the mappings gave; `target` is that section of the policy.
pub fn resource(target: &Json, values: &Map<String, Json>) -> Json {
    let mut resource = json!({ "schemas": ["urn:ietf:params:scim:schemas:core:2.0:User"] });
    for (name, file) in target["attributes"].as_object().into_iter().flatten() {
        let path = file["path"].as_str().unwrap_or(name);
        let Some(value) = values.get(name).or_else(|| values.get(path)) else { continue };
        let own = path == name && !["user_name", "active"].iter().any(|kind| file["kind"] == *kind) && !CORE.contains(&name.as_str());
        match target["namespace"].as_str().filter(|_| own) {
            Some(namespace) => resource[namespace][name.as_str()] = value.clone(),
            None => place(&mut resource, path, value),
        }
    }
    resource
}

/// Names of policies made at random that SCIM has too.
const CORE: [&str; 3] = ["title", "userName", "active"];

fn place(resource: &mut Json, path: &str, value: &Json) {
    if let Some((head, rest)) = path.split_once('[') {
        let (filter, rest) = rest.split_once("].").unwrap();
        let (name, wanted) = filter.split_once(" eq ").unwrap();
        resource[head] = json!([{ name: "other", rest: "other" }, { name: wanted.trim_matches('"'), rest: value }]);
    } else if let Some((schema, name)) = path.rsplit_once(':') {
        resource[schema][name] = value.clone();
    } else if let Some((head, rest)) = path.split_once('.') {
        place(&mut resource[head], rest, value);
    } else {
        resource[path] = value.clone();
    }
}
