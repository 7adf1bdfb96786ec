//! What somebody writes by hand who has this one policy (`policies/docker.yaml`) and nothing else to do: types for what
//! is read and what is written, text borrowed from the line, one thread. It writes what `eval --format ndjson` writes.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;
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
    extension_attribute2: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    extension_attribute3: Option<Cow<'l, str>>,
    #[serde(borrow, default)]
    app_role_assignments: Option<Vec<Cow<'l, str>>>,
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

/// Reads users, one a line, and writes decisions.
pub fn run(mut input: impl BufRead, mut out: impl Write) -> Result<()> {
    let mut line = String::new();
    while input.read_line(&mut line)? > 0 {
        let user: User = serde_json::from_str(&line)?;
        decide(&user, &mut out)?;
        out.write_all(b"\n")?;
        line.clear();
    }
    out.flush()
}

fn decide(user: &User, out: &mut impl Write) -> Result<()> {
    let set = |value: &'_ Option<Cow<str>>| value.as_deref().is_some_and(|text| !text.is_empty());
    let roles = user.app_role_assignments.as_deref();
    let role = match roles.and_then(|roles| roles.first()).map(AsRef::as_ref) {
        Some("My Corp Administrator") => "owner",
        Some("My Corp Editor") => "editor",
        _ => "member",
    };
    let name = user.user_principal_name.as_deref();
    let enabled = user.account_enabled;
    let (org, team) = (user.extension_attribute2.as_deref(), user.extension_attribute3.as_deref());
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
        return Ok(serde_json::to_writer(out, &decision)?);
    }
    if let Some([_, _, ..]) = roles {
        let names: Vec<&str> = roles.iter().copied().flatten().map(AsRef::as_ref).collect();
        let message = format!("the user has {} app roles where one is read, and the first counts: {}", names.len(), names.join(", "));
        warnings.push(Notice { code: "multiple-app-roles", message: message.into(), about: Some("dockerRole") });
    }
    if name.is_none_or(str::is_empty) {
        let message = "the target requires userName, and the user has none".into();
        decision.error = Some(Notice { code: "required-attribute-missing", message, about: Some("userName") });
        decision.active = false;
    } else {
        let (home, org_from) = if set(&user.extension_attribute2) { (org.unwrap_or_default(), "scim") } else { ("acme", "default") };
        let teams = match (set(&user.extension_attribute2), team.filter(|team| !team.is_empty())) {
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
    Ok(serde_json::to_writer(out, &decision)?)
}
