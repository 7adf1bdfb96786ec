//! What Microsoft Graph's users look like once every tool through which they came has been undone.

use crate::check::{Derived, ENGINE};
use crate::program::record::lookup;
use serde_json::{Map, Value as Json};

/// Keys by which an object shows that PowerShell wrote it, whatever the document.
pub(super) const PASCAL_KEYS: [&str; 4] =
    ["UserPrincipalName", "AppRoleAssignments", "OnPremisesExtensionAttributes", "AdditionalProperties"];

/// Keys that show it where the document is Graph's; elsewhere they can be somebody's own.
pub(super) const PASCAL_KEYS_OF_GRAPH: [&str; 7] =
    ["AccountEnabled", "GivenName", "Surname", "PrincipalId", "AppRoleId", "AppRoles", "AppId"];

/// How sure it is that a record is Graph's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum From {
    /// The document's shape says so.
    Graph,
    /// A plain row, whose names are the author's own unless one that only Graph has stands among them.
    Anywhere,
}

/// Brings an object into Graph's own form: keys in camelCase, extension attributes by their names, a guest's address.
pub(super) fn normalise(record: Map<String, Json>, from: From) -> Map<String, Json> {
    let shows = |key: &&str| record.contains_key(*key) && !record.contains_key(&lower_first(key));
    let pascal = PASCAL_KEYS.iter().any(shows) || (from == From::Graph && PASCAL_KEYS_OF_GRAPH.iter().any(shows));
    let mut record = if pascal { lower_keys(record) } else { record };
    if pascal {
        // What the SDK has no property for, such as everything of a group's members, stands in an object of its own.
        if let Some(Json::Object(more)) = record.shift_remove("additionalProperties") {
            add_missing(&mut record, more);
        }
    }
    if let Some(Json::Object(attributes)) = record.get("onPremisesExtensionAttributes").cloned() {
        add_missing(&mut record, attributes);
    }
    if let Some(written) = record.get("userPrincipalName").and_then(Json::as_str).map(str::to_owned) {
        if let Some(original) = original_address(&written) {
            record.insert("userPrincipalName".into(), original.into());
        }
        for (name, derived) in ENGINE {
            if record.contains_key(name) {
                continue;
            }
            if let Some(value) = value(derived, &record, &written) {
                record.insert(name.to_owned(), value);
            }
        }
    }
    record
}

/// The value of a name that the provider's engine alone has.
fn value(derived: Derived, record: &Map<String, Json>, written: &str) -> Option<Json> {
    let value = match derived {
        Derived::Same(name) => lookup(record, name)?.clone(),
        Derived::First(name) => record.get(name)?.as_array()?.first()?.clone(),
        Derived::Disabled => {
            let enabled = record.get("accountEnabled")?.as_bool()?;
            let deleted = record.get("deletedDateTime").is_some_and(|date| !date.is_null());
            Json::Bool(!enabled || deleted)
        }
        Derived::WrittenName => written.into(),
        Derived::Nothing => return None,
    };
    Some(value).filter(|value| !value.is_null())
}

/// Members that the record lacks or has as null.
fn add_missing(record: &mut Map<String, Json>, more: Map<String, Json>) {
    for (key, value) in more {
        if !value.is_null() && record.get(&key).is_none_or(Json::is_null) {
            record.insert(key, value);
        }
    }
}

fn lower_keys(object: Map<String, Json>) -> Map<String, Json> {
    let mut out = Map::new();
    for (key, value) in object {
        out.entry(lower_first(&key)).or_insert_with(|| lower_within(value));
    }
    out
}

fn lower_within(value: Json) -> Json {
    match value {
        Json::Object(object) => Json::Object(lower_keys(object)),
        Json::Array(items) => Json::Array(items.into_iter().map(lower_within).collect()),
        other => other,
    }
}

/// `AppRoleId` as `appRoleId`; a name in capitals throughout, such as `UPN`, is somebody's own and stays.
pub(super) fn lower_first(key: &str) -> String {
    let mut bytes = key.bytes();
    match (bytes.next(), bytes.next()) {
        (Some(b'A'..=b'Z'), Some(b'a'..=b'z' | b'0'..=b'9')) => key[..1].to_ascii_lowercase() + &key[1..],
        _ => key.to_owned(),
    }
}

/// A guest's name holds the address it was invited by: `ada_contoso.com#EXT#@tenant.onmicrosoft.com`.
pub(super) fn original_address(name: &str) -> Option<String> {
    memchr::memchr(b'#', name.as_bytes())?; // no other name is copied
    let before = &name[..name.to_ascii_uppercase().find("#EXT#")?];
    Some(match before.rsplit_once('_') {
        Some((local, domain)) => format!("{local}@{domain}"),
        None => before.to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn normal(value: Json, from: From) -> Json {
        let Json::Object(record) = value else { panic!("an object") };
        Json::Object(normalise(record, from))
    }

    #[test]
    fn pascal_case_becomes_graphs() {
        let user = json!({"Id": "1", "UserPrincipalName": "a@x", "OnPremisesExtensionAttributes": {"ExtensionAttribute2": "moby", "ExtensionAttribute3": null},
            "AppRoleAssignments": [{"AppRoleId": "2"}], "UPN": 1, "AdditionalProperties": {"employeeId": "7"}});
        for from in [From::Graph, From::Anywhere] {
            let user = normal(user.clone(), from);
            assert_eq!(user["userPrincipalName"], "a@x");
            assert_eq!(user["extensionAttribute2"], "moby");
            assert_eq!(user.get("extensionAttribute3"), None);
            assert_eq!(user["appRoleAssignments"][0]["appRoleId"], "2");
            assert_eq!((&user["UPN"], &user["employeeId"]), (&json!(1), &json!("7")));
        }
    }

    #[test]
    fn the_names_of_a_plain_row_stay() {
        let row = json!({"GivenName": "Ada", "Surname": "Nowak"});
        assert_eq!(normal(row.clone(), From::Anywhere), row);
        assert_eq!(normal(row, From::Graph), json!({"givenName": "Ada", "surname": "Nowak"}));
    }

    #[test]
    fn guests_have_their_original_address() {
        for (name, address) in [
            ("ines.roca_partner.example#EXT#@acme.example", "ines.roca@partner.example"),
            ("a_b_c.example#EXT#@x", "a_b@c.example"),
            ("alone#EXT#@x", "alone"),
            ("ada@acme.example", "ada@acme.example"),
            ("a_ü.example#ext#@x", "a@ü.example"),
        ] {
            assert_eq!(normal(json!({"userPrincipalName": name}), From::Anywhere)["userPrincipalName"], address);
        }
    }
}
