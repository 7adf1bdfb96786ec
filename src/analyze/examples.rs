//! Values to make up users and events with.

use crate::policy::{AttributeKind, Policy, ValueType};
use serde_json::{Value as Json, json};

/// An organization that exists beside the default one, and one that does not.
const ANOTHER_ORG: &str = "another-org";
pub(super) const NO_ORG: &str = "no-such-org";
const WRONG: &str = "nonsense";

/// The organizations that exist; some names are taken for those of others.
pub(super) fn organizations(policy: &Policy, but: &[&str]) -> Vec<String> {
    let settings = &policy.settings;
    let known = settings.orgs.iter().flat_map(|orgs| orgs.keys()).filter(|org| **org != settings.default_org);
    let mut all: Vec<String> = std::iter::once(&settings.default_org).chain(known).cloned().collect();
    if all.len() == 1 {
        all.push(ANOTHER_ORG.to_owned());
    }
    all.retain(|org| !org.is_empty() && !but.contains(&org.as_str()));
    all
}

/// A value that an attribute allows and that is none of some others; `orgs` are the organizations that exist.
pub(super) fn allowed(policy: &Policy, name: &str, but: &[&Json], orgs: &[String]) -> Option<Json> {
    let attribute = policy.attributes().iter().find(|attribute| attribute.name == name)?;
    let listed = attribute.one_of.to_vec();
    let values = match (attribute.kind, attribute.value_type) {
        _ if !listed.is_empty() => listed,
        (AttributeKind::Organization, _) => orgs.iter().map(|org| Json::from(org.as_str())).collect(),
        (_, ValueType::String) => vec!["something".into(), "something else".into(), "another thing".into()],
        (_, ValueType::Boolean) => vec![true.into(), false.into()],
        (_, ValueType::Number) => vec![7.into(), 8.into(), 9.into()],
        (_, ValueType::List) => vec![json!(["something"]), json!(["something else"]), json!(["another thing"])],
    };
    let is_organization = attribute.kind == AttributeKind::Organization;
    let exists = |value: &Json| !is_organization || value.as_str().is_some_and(|org| orgs.iter().any(|known| known == org));
    values.into_iter().find(|value| !but.contains(&value) && exists(value))
}

/// A value that an attribute does not allow.
pub(super) fn wrong(policy: &Policy, name: &str) -> Json {
    let attribute = policy.attributes().iter().find(|attribute| attribute.name == name);
    match attribute.map(|attribute| (attribute.kind, attribute.value_type)) {
        Some((AttributeKind::Organization, _)) => NO_ORG.into(),
        Some((_, ValueType::Number)) => (-1).into(),
        Some((_, ValueType::List)) => json!([WRONG]),
        _ => WRONG.into(),
    }
}
