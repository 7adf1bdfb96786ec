//! What a careful engineer would write for the same jobs: borrowed input, no allocation where the result is a piece of
//! the input or a constant. Every figure is a ratio to these.

use serde_json::{Map, Value as Json};
use std::borrow::Cow;

/// A user, typed.
pub struct Employee {
    pub user_principal_name: Option<String>,
    pub account_enabled: Option<bool>,
    pub given_name: Option<String>,
    pub surname: Option<String>,
    pub department: Option<String>,
    pub app_roles: Vec<String>,
    pub organization: Option<String>,
    pub team: Option<String>,
}

/// The Switch of the documentation.
pub fn role(app_role: Option<&str>) -> &'static str {
    match app_role {
        Some("My Corp Administrator") => "owner",
        Some("My Corp Editor") => "editor",
        _ => "member",
    }
}

/// The first app role of a record, by name.
pub fn first_app_role(record: &Map<String, Json>) -> Option<&str> {
    match record.get("appRoleAssignments")?.as_array()?.first()? {
        Json::String(name) => Some(name),
        role => role.get("displayName")?.as_str(),
    }
}

/// A decision: who, where and as what.
#[derive(Debug, PartialEq)]
pub struct Decision<'u> {
    pub user: &'u str,
    pub active: bool,
    pub given_name: Option<&'u str>,
    pub family_name: Option<&'u str>,
    pub org: &'u str,
    pub role: &'u str,
    pub team: Option<&'u str>,
}

/// What a user's attributes are, as far as the decision reads them.
struct Read<'u> {
    user: Option<&'u str>,
    enabled: Option<bool>,
    given_name: Option<&'u str>,
    family_name: Option<&'u str>,
    app_role: Option<&'u str>,
    org: Option<&'u str>,
    team: Option<&'u str>,
}

fn filled(text: Option<&str>) -> Option<&str> {
    text.filter(|text| !text.is_empty())
}

fn decide<'u>(read: Read<'u>, assigned: Option<bool>) -> Option<Decision<'u>> {
    if assigned == Some(false) {
        return None;
    }
    let user = filled(read.user)?;
    let (org, team) = match (filled(read.org), filled(read.team)) {
        (Some(org), team) => (org, team),
        (None, Some(team)) => ("acme", Some(team)),
        (None, None) => ("acme", Some("company")),
    };
    Some(Decision {
        user,
        active: read.enabled.unwrap_or(true),
        given_name: read.given_name,
        family_name: read.family_name,
        org,
        role: role(read.app_role),
        team,
    })
}

/// The decision of `policies/docker.yaml` over a typed user.
pub fn decide_employee(user: &Employee, assigned: Option<bool>) -> Option<Decision<'_>> {
    let read = Read {
        user: user.user_principal_name.as_deref(),
        enabled: user.account_enabled,
        given_name: user.given_name.as_deref(),
        family_name: user.surname.as_deref(),
        app_role: user.app_roles.first().map(String::as_str),
        org: user.organization.as_deref(),
        team: user.team.as_deref(),
    };
    decide(read, assigned)
}

/// The same over a user in JSON.
pub fn decide_json(record: &Map<String, Json>, assigned: Option<bool>) -> Option<Decision<'_>> {
    let text = |name: &str| record.get(name).and_then(Json::as_str);
    let read = Read {
        user: text("userPrincipalName"),
        enabled: record.get("accountEnabled").and_then(Json::as_bool),
        given_name: text("givenName"),
        family_name: text("surname"),
        app_role: first_app_role(record),
        org: text("extensionAttribute2"),
        team: text("extensionAttribute3"),
    };
    decide(read, assigned)
}

/// `Join(" ", PCase([givenName]), ToLower([surname]), Mid(Replace([department], "-", , , " ", , ), 1, 12))`.
pub fn text_work(given_name: &str, surname: &str, department: &str) -> String {
    let mut joined = proper_case(given_name);
    let surname: Cow<'_, str> = if surname.chars().all(char::is_lowercase) { surname.into() } else { surname.to_lowercase().into() };
    let department: Cow<'_, str> = if department.contains('-') { department.replace('-', " ").into() } else { department.into() };
    let end = department.char_indices().nth(12).map_or(department.len(), |(at, _)| at);
    for part in [surname.as_ref(), &department[..end]] {
        if !part.is_empty() {
            if !joined.is_empty() {
                joined.push(' ');
            }
            joined.push_str(part);
        }
    }
    joined
}

fn proper_case(text: &str) -> String {
    let mut cased = String::with_capacity(text.len());
    let mut starts = true;
    for character in text.chars() {
        if !character.is_alphanumeric() {
            starts = true;
            cased.push(character);
        } else if starts {
            starts = false;
            cased.extend(character.to_uppercase());
        } else {
            cased.extend(character.to_lowercase());
        }
    }
    cased
}
