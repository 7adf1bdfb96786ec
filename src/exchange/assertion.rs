//! What a SAML assertion or an OIDC token says, as a sign-in of a policy.

use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::document;
use crate::policy::{Claims, Mapping, NAME_ID, Policy};
use crate::program::World;
use crate::provision::{Event, SignIn, Source};
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// What an identity provider says of a user who signs in.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Assertion {
    /// The subject: SAML's NameID. A token of OIDC has none, since its `sub` is no name.
    pub name_id: Option<String>,
    /// Attributes with their values, in order and as received.
    pub attributes: Vec<(String, Vec<String>)>,
}

impl From<document::SignIn> for Assertion {
    fn from(sign_in: document::SignIn) -> Self {
        Assertion { name_id: Some(sign_in.name_id), attributes: sign_in.attributes }
    }
}

impl Assertion {
    /// The claims of an OIDC token. A claim that is an object has no values that a policy could read.
    pub fn of_token(claims: &Map<String, Json>) -> Self {
        let text = |value: &Json| match value {
            Json::Null | Json::Array(_) | Json::Object(_) => None,
            Json::String(text) => Some(text.clone()),
            Json::Bool(_) | Json::Number(_) => Some(value.to_string()),
        };
        let values = |value: &Json| match value {
            Json::Array(items) => items.iter().filter_map(text).collect(),
            one => text(one).into_iter().collect(),
        };
        Assertion { name_id: None, attributes: claims.iter().map(|(name, value)| (name.clone(), values(value))).collect() }
    }

    fn values(&self, name: &str) -> Option<&[String]> {
        self.attributes.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
    }

    /// The values under the first of the names that has any; an empty text is none.
    fn first(&self, names: &[String]) -> Vec<&str> {
        let mut found = names.iter().map(|name| match &self.name_id {
            Some(subject) if name == NAME_ID => vec![subject.as_str()],
            _ => self.values(name).unwrap_or_default().iter().map(String::as_str).filter(|value| !value.is_empty()).collect(),
        });
        found.find(|values| values.iter().any(|value| !value.is_empty())).unwrap_or_default()
    }
}

/// A sign-in, and what of the assertion does not count.
#[derive(Debug, Clone, PartialEq)]
pub struct SignedIn {
    /// The event.
    pub event: Event,
    /// Attributes that the policy does not read, in the order of the assertion.
    pub ignored: Vec<Ignored>,
}

/// An attribute of an assertion that the policy does not read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Ignored {
    /// Its name.
    pub name: String,
    /// The name that may have been meant.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub meant: Option<String>,
}

/// The event that a sign-in with this assertion is: user name, groups and attributes under the names that
/// `sources.jit.claims` lists, through the mappings of `sources.jit`.
///
/// # Errors
/// [`Code::NameIdNotEmail`] where the policy wants an e-mail address as user name and the first name that has a value has
/// another one; [`Code::InvalidEvent`] where there is no user name or a mapping cannot make its value.
pub fn sign_in(policy: &Policy, assertion: &Assertion, world: &dyn World) -> Result<SignedIn, Diagnostic> {
    let Some(claims) = policy.claims() else {
        return Err(Diagnostic::new(Code::InvalidEvent, "the policy has no sign-ins").help("it has no sources.jit"));
    };
    let user = user(claims, assertion)?;
    let record = record(policy, claims, assertion);
    let mut attributes = Map::new();
    for (name, _) in &claims.attributes {
        let kept = policy.attributes().iter().any(|attribute| attribute.is_named(name));
        let read = policy.mappings(Source::Jit).iter().any(|mapping| reads(mapping, name));
        if let (false, false, Some(value)) = (kept, read, record.get(name)) {
            attributes.insert(name.clone(), value.clone());
        }
    }
    let compiled = policy.compile(Source::Jit);
    let decision = compiled.decide(&record, None, world);
    if let Some(error) = decision.fault() {
        return Err(Diagnostic::new(Code::InvalidEvent, format!("{user}: {}", error.message)));
    }
    attributes.extend(decision.carried());
    let groups = claims.groups.iter().find_map(|name| assertion.values(name));
    let groups = groups.map(|groups| groups.iter().filter(|group| !group.is_empty()).cloned().collect());
    let ignored = ignored(policy, claims, assertion);
    Ok(SignedIn { event: Event::SignIn(SignIn { user: user.to_owned(), attributes, groups }), ignored })
}

fn user<'a>(claims: &Claims, assertion: &'a Assertion) -> Result<&'a str, Diagnostic> {
    let names = || claims.user.join(", ");
    match assertion.first(&claims.user).first() {
        None => Err(Diagnostic::new(Code::InvalidEvent, "the assertion has no user name").help(format!("it is read from {}", names()))),
        Some(user) if claims.email && !is_email(user) => {
            let why = format!("the user name of the sign-in is {user}, which is no e-mail address");
            let help = "let the identity provider send the primary e-mail address as name identifier";
            Err(Diagnostic::new(Code::NameIdNotEmail, why).help(help))
        }
        Some(user) => Ok(user),
    }
}

/// One `@` with something on both sides and no blanks: a provider vouches for the rest.
fn is_email(text: &str) -> bool {
    let apart = text.split_once('@');
    apart.is_some_and(|(local, domain)| !local.is_empty() && !domain.is_empty() && !domain.contains('@'))
        && !text.contains(|c: char| c.is_whitespace() || c.is_control())
}

/// What mappings can read: claims under the policy's names for them, the others under their own.
fn record(policy: &Policy, claims: &Claims, assertion: &Assertion) -> Map<String, Json> {
    let mut record = Map::new();
    let mut put = |name: &str, values: Vec<&str>| match values.as_slice() {
        [] => {}
        [one] => drop(record.insert(name.to_owned(), Json::from(*one))),
        several => drop(record.insert(name.to_owned(), several.iter().copied().collect())),
    };
    for (name, names) in &claims.attributes {
        put(name, assertion.first(names));
    }
    for name in policy.mappings(Source::Jit).iter().flat_map(Mapping::reads) {
        if !claims.attributes.iter().any(|(known, _)| **known == **name) {
            put(name, assertion.first(&[name.to_string()]));
        }
    }
    record
}

fn reads(mapping: &Mapping, name: &str) -> bool {
    mapping.reads().iter().any(|read| **read == *name)
}

fn ignored(policy: &Policy, claims: &Claims, assertion: &Assertion) -> Vec<Ignored> {
    let listed = claims.user.iter().chain(&claims.groups).chain(claims.attributes.iter().flat_map(|(_, names)| names));
    let own = policy.mappings(Source::Jit).iter().flat_map(Mapping::reads).map(|name| &**name);
    let own = own.filter(|name| !claims.attributes.iter().any(|(known, _)| known == name));
    let known: Vec<&str> = listed.map(String::as_str).chain(own).collect();
    let unknown = assertion.attributes.iter().map(|(name, _)| name).filter(|name| !known.contains(&name.as_str()));
    let short = |name: &&str| !name.contains(':');
    unknown
        .map(|name| Ignored { meant: nearest(name, known.iter().copied().filter(short)).map(str::to_owned), name: name.clone() })
        .collect()
}
