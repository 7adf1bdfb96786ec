//! The variables and attributes that an expression of Okta may read.
//! Source: "Okta Expression Language overview", references to user, application, organization, session; and the default
//! profile of Okta's user type.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use serde_json::{Map, Value as Json};

/// The default profile, in the order of bytes, for a binary search.
const PROFILE: &[&str] = &[
    "city",
    "costCenter",
    "countryCode",
    "department",
    "displayName",
    "division",
    "email",
    "employeeNumber",
    "firstName",
    "honorificPrefix",
    "honorificSuffix",
    "lastName",
    "locale",
    "login",
    "manager",
    "managerId",
    "middleName",
    "mobilePhone",
    "nickName",
    "organization",
    "postalAddress",
    "preferredLanguage",
    "primaryPhone",
    "profileUrl",
    "secondEmail",
    "state",
    "streetAddress",
    "timezone",
    "title",
    "userType",
    "zipCode",
];

/// What Okta keeps of a user beside the profile.
const INTERNAL: &[&str] = &["activated", "created", "id", "lastLogin", "lastUpdated", "passwordChanged", "status", "statusChanged", "type"];

/// The user's own part of the record beside the profile; written `user.status` in Identity Engine's style.
pub(super) const USER_INTERNAL: &str = "user_internal";

/// The variables that every expression has.
const ROOTS: &[&str] = &["user", "appuser", "source", "app", "org", "session", "idpuser", "access", USER_INTERNAL];

/// Variables that are always there; of the others, null can stand in their place.
const PRESENT: &[&str] = &["user", "app", "org", "session", "access", USER_INTERNAL];

/// Parts of a record that only functions read.
const LOOK_UPS: &[&str] = &["groups", "directory_users", "workday_users", "manager", "assistant", "linked"];

/// The name under which a variable stands in the record.
pub(crate) fn root(name: &str) -> &str {
    // Okta writes both.
    if name == "appUser" { "appuser" } else { name }
}

/// Whether null can stand in place of a variable.
pub(crate) fn may_be_null(root: &str) -> bool {
    !PRESENT.contains(&root)
}

/// Whether Okta's default profile has an attribute of that name, which begins with `user.`.
pub(crate) fn is_known_profile(name: &str) -> bool {
    name.strip_prefix("user.").is_some_and(|name| PROFILE.binary_search(&name).is_ok())
}

/// The attributes of every user, as expressions write them.
pub fn known() -> impl Iterator<Item = String> {
    PROFILE.iter().map(|name| format!("user.{name}"))
}

/// The attributes that a record shows, as a scope declares them.
pub fn attributes_of(record: &Map<String, Json>) -> impl Iterator<Item = String> {
    let variables = record.iter().filter(|(root, _)| !LOOK_UPS.contains(&root.as_str()));
    let members = variables.filter_map(|(root, value)| Some((root, value.as_object()?)));
    members.flat_map(|(root, members)| members.keys().map(move |name| format!("{root}.{name}")))
}

impl Checker<'_> {
    fn declared(&self) -> impl Iterator<Item = &str> {
        self.scope.attributes.unwrap_or_default().iter().map(String::as_str)
    }

    /// The declared attributes of a variable, without it.
    fn declared_of<'s>(&'s self, root: &'s str) -> impl Iterator<Item = &'s str> {
        self.declared().filter_map(move |name| name.strip_prefix(root)?.strip_prefix('.'))
    }

    /// Whether a variable exists.
    pub(super) fn is_variable(&self, root: &str) -> bool {
        (!self.scope.closed && ROOTS.contains(&root)) || self.declared().any(|name| name == root) || self.declared_of(root).next().is_some()
    }

    /// Whether a variable has an attribute.
    fn has(&self, root: &str, name: &str) -> bool {
        if self.declared().any(|declared| declared == root) || self.declared_of(root).any(|declared| declared == name) {
            return true;
        }
        // An attribute in an attribute declares the outer one.
        if self.declared_of(root).any(|declared| declared.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'))) {
            return true;
        }
        match root {
            _ if self.scope.closed => false,
            "user" => PROFILE.binary_search(&name).is_ok(),
            USER_INTERNAL => INTERNAL.contains(&name),
            // The schema of an application is not known here; where it is declared, it is declared wholly.
            _ => ROOTS.contains(&root) && self.declared_of(root).next().is_none(),
        }
    }

    /// Reports a variable that does not exist.
    pub(super) fn unknown_variable(&mut self, name: &str, span: Span) {
        let declared: Vec<&str> = self.declared().map(|name| name.split('.').next().unwrap_or(name)).collect();
        let known = ROOTS.iter().copied().filter(|root| *root != USER_INTERNAL).chain(declared);
        let diagnostic = Diagnostic::new(Code::UnknownReference, format!("there is no variable {name}")).at(span, "");
        let found = match nearest(name, known) {
            Some(meant) if meant != name => diagnostic.help(format!("did you mean {meant}?")).edit(span, meant),
            _ => diagnostic.help(
                "a constant stands in quotation marks; the variable of an application is declared in the policy, under `attributes` of its source",
            ),
        };
        self.diagnostics.push(found);
    }

    /// Whether `root.name` may be read; reports where it may not.
    pub(super) fn known(&mut self, root: &str, name: &str, span: Span) -> bool {
        let has_schema = self.scope.closed && ROOTS.contains(&root);
        if !has_schema && !self.is_variable(root) {
            self.unknown_variable(root, Span::new(span.start, span.start + root.len()));
            return false;
        }
        if self.has(root, name) {
            return true;
        }
        let provided: &[&str] = match root {
            "user" if !self.scope.closed => PROFILE,
            USER_INTERNAL if !self.scope.closed => INTERNAL,
            _ => &[],
        };
        let place = Span::new(span.end - name.len(), span.end);
        let diagnostic = Diagnostic::new(Code::UnknownReference, format!("{} has no attribute {name}", shown(root))).at(place, "");
        let near = nearest(name, provided.iter().copied().chain(self.declared_of(root)));
        let found = match near {
            Some(meant) if meant.eq_ignore_ascii_case(name) => {
                diagnostic.help(format!("names are case-sensitive: {meant}")).edit(place, meant)
            }
            Some(meant) => diagnostic.help(format!("did you mean {meant}?")).edit(place, meant),
            None => diagnostic.help("an attribute of your own is declared in the policy, under `attributes` of its source"),
        };
        self.diagnostics.push(found);
        false
    }
}

fn shown(root: &str) -> &str {
    if root == USER_INTERNAL { "user" } else { root }
}
