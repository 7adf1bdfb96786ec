//! A plain row as the record that Okta's expressions read. A table or a list of objects has one level, `login` and
//! `email`, and expressions read `user.login`; whose attribute a column is, the user's or the application's, no row says.

use serde_json::{Map, Value as Json, json};
use std::borrow::Cow;

/// The variables of which a record that is none of a plain row has at least one.
const VARIABLES: [&str; 6] = ["user", "appuser", "appUser", "source", "idpuser", "user_internal"];

/// The record with what Okta's expressions read: a plain row stands for the user and for the application's user, whose
/// name is the login where the row has no other.
pub(crate) fn for_okta(record: &Map<String, Json>) -> Cow<'_, Map<String, Json>> {
    let of = |name: &str| VARIABLES.iter().any(|root| name.strip_prefix(root).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
    if record.keys().any(|name| of(name)) {
        return Cow::Borrowed(record);
    }
    let mut app_user = record.clone();
    if let (Some(name), false) = (record.get("login").or_else(|| record.get("email")), record.contains_key("userName")) {
        app_user.insert("userName".into(), name.clone());
    }
    let internal: Map<String, Json> =
        ["id", "status"].iter().filter_map(|name| Some(((*name).to_owned(), record.get(*name)?.clone()))).collect();
    let mut lifted = record.clone();
    lifted.insert("user".into(), record.clone().into());
    lifted.insert("appuser".into(), app_user.into());
    lifted.insert("user_internal".into(), json!(internal));
    Cow::Owned(lifted)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plain_row_is_lifted_and_another_record_stays() {
        let row = json!({ "login": "ada@x", "department": "R&D", "status": "ACTIVE" });
        let lifted = for_okta(row.as_object().unwrap());
        assert_eq!(lifted["user"], row);
        assert_eq!(lifted["appuser"]["userName"], "ada@x");
        assert_eq!(lifted["user_internal"], json!({ "status": "ACTIVE" }));
        for other in [json!({ "user": { "login": "ada@x" } }), json!({ "user.login": "ada@x" }), json!({ "appuser": null })] {
            assert!(matches!(for_okta(other.as_object().unwrap()), Cow::Borrowed(_)), "{other}");
        }
        assert!(matches!(for_okta(json!({ "userName": "x" }).as_object().unwrap()), Cow::Owned(_)));
    }
}
