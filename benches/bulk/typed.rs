//! What somebody writes by hand who has this one policy (`policies/docker.yaml`) and nothing else to do: types for what
//! is read and what is written, text borrowed from the document, one thread. It names the roles by the service principal, and
//! writes what `eval --format ndjson` writes.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::HashMap;
use std::io::{BufRead, Result, Write};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct User<'l> {
    #[serde(borrow, default)]
    user_principal_name: Option<Cow<'l, str>>,
    #[serde(default)]
    account_enabled: Option<bool>,
    #[serde(borrow, default)]
    given_name: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    surname: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    mail: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    on_premises_extension_attributes: Option<Extensions<'l>>,
    #[serde(borrow, default)]
    app_role_assignments: Option<Vec<Assignment<'l>>>,
}

#[derive(Deserialize, Default)]
#[serde(rename_all = "camelCase")]
struct Extensions<'l> {
    #[serde(borrow, default)]
    extension_attribute2: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    extension_attribute3: Option<Cow<'l, str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Assignment<'l> {
    #[serde(borrow)]
    app_role_id: Cow<'l, str>,
    #[serde(borrow)]
    resource_id: Cow<'l, str>,
}

#[derive(Deserialize)]
struct Page<'l> {
    #[serde(borrow)]
    value: Vec<User<'l>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Principal {
    id: String,
    app_roles: Vec<AppRole>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct AppRole {
    id: String,
    display_name: String,
}

/// The application: its id, and its roles by theirs.
struct Application {
    id: String,
    roles: HashMap<String, String>,
}

#[derive(Serialize)]
struct Decision<'d> {
    user: &'d str,
    in_scope: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope_reason: Option<&'d str>,
    active: bool,
    attributes: Attributes<'d>,
    orgs: Orgs<'d>,
    created_teams: [&'d str; 0],
    warnings: &'d [Notice<'d>],
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Notice<'d>>,
}

#[derive(Serialize)]
struct Attributes<'d> {
    #[serde(rename = "userName")]
    user_name: Option<&'d str>,
    active: Option<bool>,
    #[serde(rename = "name.givenName")]
    given_name: Option<&'d str>,
    #[serde(rename = "name.familyName")]
    family_name: Option<&'d str>,
    #[serde(rename = "dockerRole")]
    role: &'d str,
    #[serde(rename = "dockerOrg")]
    org: Option<&'d str>,
    #[serde(rename = "dockerTeam")]
    team: Option<&'d str>,
}

#[derive(Serialize)]
struct Notice<'d> {
    code: &'d str,
    message: Cow<'d, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<&'d str>,
}

#[derive(Serialize)]
struct Membership<'d> {
    role: &'d str,
    role_from: &'d str,
    org_from: &'d str,
    teams: Teams<'d>,
}

/// At most one organization.
struct Orgs<'d>(Option<(&'d str, Membership<'d>)>);

/// At most one team.
struct Teams<'d>(Option<(&'d str, &'d str)>);

impl Serialize for Orgs<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(org, membership)| (org, membership)))
    }
}

impl Serialize for Teams<'_> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> std::result::Result<S::Ok, S::Error> {
        serializer.collect_map(self.0)
    }
}

/// Reads users, one a line or as a page of a list, and writes decisions.
pub fn run(principal: &str, lines: bool, mut input: impl BufRead, mut out: impl Write) -> Result<()> {
    let principal: Principal = serde_json::from_str(principal)?;
    let roles = principal.app_roles.into_iter().map(|role| (role.id, role.display_name)).collect();
    let application = Application { id: principal.id, roles };
    let mut text = String::new();
    if lines {
        while input.read_line(&mut text)? > 0 {
            decide(&application, &serde_json::from_str(&text)?, &mut out)?;
            text.clear();
        }
    } else {
        input.read_to_string(&mut text)?;
        let page: Page = serde_json::from_str(&text)?;
        page.value.iter().try_for_each(|user| decide(&application, user, &mut out))?;
    }
    out.flush()
}

fn decide(application: &Application, user: &User, out: &mut impl Write) -> Result<()> {
    let set = |value: &'_ Option<Cow<str>>| value.as_deref().is_some_and(|text| !text.is_empty());
    let roles: Option<Vec<&str>> = user.app_role_assignments.as_ref().map(|all| {
        let own = all.iter().filter(|assignment| assignment.resource_id == application.id);
        own.filter_map(|assignment| application.roles.get(&*assignment.app_role_id)).map(String::as_str).collect()
    });
    let roles = roles.as_deref();
    let role = match roles.and_then(|roles| roles.first()) {
        Some(&"My Corp Administrator") => "owner",
        Some(&"My Corp Editor") => "editor",
        _ => "member",
    };
    let none = Extensions::default();
    let extensions = user.on_premises_extension_attributes.as_ref().unwrap_or(&none);
    let name = user.user_principal_name.as_deref();
    let enabled = user.account_enabled;
    let (org, team) = (extensions.extension_attribute2.as_deref(), extensions.extension_attribute3.as_deref());
    let mut warnings = Vec::new();
    let mut decision = Decision {
        user: name.or(user.mail.as_deref()).unwrap_or_default(),
        in_scope: true,
        scope_reason: None,
        active: enabled.unwrap_or(true),
        attributes: Attributes {
            user_name: name,
            active: enabled,
            given_name: user.given_name.as_deref(),
            family_name: user.surname.as_deref(),
            role,
            org,
            team,
        },
        orgs: Orgs(None),
        created_teams: [],
        warnings: &[],
        error: None,
    };
    if roles.is_some_and(<[_]>::is_empty) {
        (decision.in_scope, decision.scope_reason) = (false, Some("not-assigned"));
        return write(out, &decision);
    }
    if let Some([_, _, ..]) = roles {
        let names = roles.unwrap_or_default();
        let message = format!("the user has {} app roles where one is read, and the first counts: {}", names.len(), names.join(", "));
        warnings.push(Notice { code: "multiple-app-roles", message: message.into(), about: Some("dockerRole") });
    }
    if name.is_none_or(str::is_empty) {
        let message = "the target requires userName, and the user has none".into();
        decision.error = Some(Notice { code: "required-attribute-missing", message, about: Some("userName") });
        decision.active = false;
    } else {
        let (home, org_from) = if set(&extensions.extension_attribute2) { (org.unwrap_or_default(), "scim") } else { ("acme", "default") };
        let teams = match (set(&extensions.extension_attribute2), team.filter(|team| !team.is_empty())) {
            (_, Some(team)) => Some((team, "scim")),
            (true, None) => {
                let message = "dockerOrg without dockerTeam puts the user into no team".into();
                warnings.push(Notice { code: "default-team-skipped", message, about: None });
                None
            }
            (false, None) => Some(("company", "default")),
        };
        if decision.active {
            decision.orgs = Orgs(Some((home, Membership { role, role_from: "scim", org_from, teams: Teams(teams) })));
        }
    }
    decision.warnings = &warnings;
    write(out, &decision)
}

fn write(out: &mut impl Write, decision: &Decision<'_>) -> Result<()> {
    serde_json::to_writer(&mut *out, decision)?;
    out.write_all(b"\n")
}
