//! Users that are edge cases for a policy.

use super::audit::choices;
use super::examples::{allowed, organizations, wrong};
use crate::check::APP_ROLES;
use crate::domain::{ValueClass, ValueClasses, ValueKind};
use crate::language::Dialect;
use crate::policy::mapping::MappingRule;
use crate::policy::{AttributeKind, Policy};
use crate::program::term::Kind;
use crate::provision::Source;
use serde_json::{Map, Value as Json, json};

/// What a made-up record has anyway, of Entra and of Okta.
const OWN: [&str; 6] = ["userPrincipalName", "accountEnabled", APP_ROLES, "user.login", "appuser.userName", "user_internal.status"];
/// A value that is no key of any Switch.
const OTHER: &str = "none of the keys";

/// Users that bring out what the SCIM mappings of a policy do: for all attributes that they read no value, null, an empty
/// and a blank text, a key of a Switch in its own and in another case, none of the keys, a text that is not ASCII; no app
/// role and two of them; somebody inactive; for each further key a user; and for each attribute that is mapped directly
/// and that rules look at, a value of each class that they tell apart.
pub fn edge_users(policy: &Policy) -> Vec<Map<String, Json>> {
    let mut maker = Maker { policy, reads: reads(policy), users: Vec::new() };
    let keys = keys(policy);
    let key = keys.first().map_or("value", |(_, key)| key);
    let same = |value: Json| Some(value);
    let texts = [
        ("missing", None, vec!["User"]),
        ("null", same(Json::Null), vec![OTHER]),
        ("empty", same("".into()), vec![key]),
        ("blank", same(" ".into()), vec![key]),
        ("key", same(key.into()), vec![key]),
        ("lower-case", same(key.to_lowercase().into()), vec![key]),
        ("other", same(OTHER.into()), vec![key]),
        ("non-ascii", same("Ünïcödé 名".into()), vec![key]),
    ];
    for (label, value, roles) in texts {
        maker.everywhere(label, true, &roles, value.as_ref());
    }
    let of_roles: Vec<&str> = keys.iter().filter(|(reads, _)| reads.contains(&APP_ROLES)).map(|(_, key)| key.as_str()).collect();
    let two = if of_roles.len() > 1 { of_roles.iter().copied().take(2).collect() } else { vec![key, OTHER] };
    maker.everywhere("no-role", true, &[], Some(&key.into()));
    maker.everywhere("two-roles", true, &two, Some(&key.into()));
    maker.everywhere("inactive", false, &[key], Some(&key.into()));
    for (at, (reads, key)) in keys.iter().enumerate().skip(1) {
        let values: Vec<(&str, Json)> = reads.iter().map(|name| (*name, Json::from(key.as_str()))).collect();
        maker.user(&format!("key-{}", at + 1), &["User"], &values);
    }
    maker.classes();
    maker.users
}

struct Maker<'p> {
    policy: &'p Policy,
    reads: Vec<&'p str>,
    users: Vec<Map<String, Json>>,
}

impl Maker<'_> {
    /// A user with one value, or none, for all attributes that the mappings read.
    fn everywhere(&mut self, label: &str, active: bool, roles: &[&str], value: Option<&Json>) {
        let values: Vec<(&str, Json)> = self.reads.iter().filter_map(|name| Some((*name, value?.clone()))).collect();
        self.users.push(record(self.policy, Source::Scim, &format!("{label}@edge.example"), active, roles, &values));
    }

    fn user(&mut self, label: &str, roles: &[&str], values: &[(&str, Json)]) {
        self.users.push(record(self.policy, Source::Scim, &format!("{label}@edge.example"), true, roles, values));
    }

    /// A value of each class that rows tell apart.
    fn classes(&mut self) {
        let compiled = self.policy.compile(Source::Scim);
        let orgs = organizations(self.policy, &[]);
        for variable in &compiled.provider.rulings.variables {
            let Some(mapping) = self.policy.mappings(Source::Scim).get(variable.mapping) else { continue };
            let MappingRule::Direct(_) = mapping.rule else { continue };
            let [read] = mapping.reads() else { continue };
            for (at, class) in variable.classes.all().iter().enumerate() {
                if let Some(value) = self.value_of(&variable.classes, *class, &mapping.attribute, &orgs) {
                    self.user(&format!("{}-{at}", variable.name), &["User"], &[(read, value)]);
                }
            }
        }
    }

    fn value_of(&self, classes: &ValueClasses, class: ValueClass, name: &str, orgs: &[String]) -> Option<Json> {
        match class {
            // What is neither true nor false counts as nothing; of other attributes `missing` has none.
            ValueClass::Unset => (classes.kind() == ValueKind::Boolean).then(|| "neither".into()),
            ValueClass::Named(at) => classes.named().get(at).cloned(),
            ValueClass::Allowed => {
                let named: Vec<&Json> = classes.named().iter().collect();
                let listed = classes
                    .merely_allowed()
                    .iter()
                    .find(|value| !classes.is_organization() || value.as_str().is_some_and(|org| orgs.iter().any(|known| known == org)));
                listed.cloned().or_else(|| allowed(self.policy, name, &named, orgs))
            }
            ValueClass::Wrong => Some(wrong(self.policy, name)),
        }
    }
}

/// What the SCIM mappings read beside what a record has anyway, each once.
fn reads(policy: &Policy) -> Vec<&str> {
    let mut reads: Vec<&str> = Vec::new();
    let names = named_by(policy, Source::Scim);
    // A property of Okta is read from the object in which it stands.
    let is_own = |name: &str| OWN.iter().any(|own| own.strip_prefix(name).is_some_and(|rest| rest.is_empty() || rest.starts_with('.')));
    for name in policy.mappings(Source::Scim).iter().flat_map(|mapping| mapping.reads()).map(AsRef::as_ref) {
        if !is_own(name) && !names.contains(&name) && !reads.contains(&name) {
            reads.push(name);
        }
    }
    reads
}

/// The keys of all Switches that are written as texts, each with the attributes of which its Switch makes its source.
fn keys(policy: &Policy) -> Vec<(Vec<&str>, String)> {
    let mut keys: Vec<(Vec<&str>, String)> = Vec::new();
    for mapping in policy.mappings(Source::Scim) {
        for term in mapping.expression().map(|expression| choices(expression.root())).unwrap_or_default() {
            let Kind::Choice(choice) = &term.kind else { continue };
            let slots = super::stubs::slots(&choice.source);
            let reads: Vec<&str> = slots.into_iter().filter_map(|slot| mapping.reads().get(slot).map(AsRef::as_ref)).collect();
            for (key, _) in &choice.cases {
                let Kind::Constant(key) = &key.kind else { continue };
                let key = (reads.clone(), key.to_text().unwrap_or_default().into_owned());
                if !keys.contains(&key) {
                    keys.push(key);
                }
            }
        }
    }
    keys
}

/// The attributes by which a source's users are named.
fn named_by(policy: &Policy, source: Source) -> Vec<&str> {
    let name = policy.attributes().iter().find(|attribute| attribute.kind == AttributeKind::UserName);
    let mappings = [source, Source::Scim].into_iter().flat_map(|source| policy.mappings(source));
    mappings
        .filter(|mapping| name.is_some_and(|name| name.name == mapping.attribute))
        .flat_map(|mapping| mapping.reads())
        .map(AsRef::as_ref)
        .collect()
}

/// A record of the provider whose attributes a policy reads, with some values; of Entra with app roles, of Okta in its form.
pub(super) fn record(
    policy: &Policy,
    source: Source,
    name: &str,
    active: bool,
    roles: &[&str],
    values: &[(&str, Json)],
) -> Map<String, Json> {
    let is_okta = policy
        .mappings(Source::Scim)
        .iter()
        .chain(policy.mappings(source))
        .any(|mapping| matches!(mapping.dialect(), Some(Dialect::Okta | Dialect::OktaIdentityEngine)));
    let status = if active { "ACTIVE" } else { "DEPROVISIONED" };
    let own = if is_okta {
        json!({ "user": { "login": name }, "user_internal": { "status": status }, "appuser": { "userName": name } })
    } else {
        json!({ "userPrincipalName": name, "accountEnabled": active, APP_ROLES: roles })
    };
    let Json::Object(mut record) = own else { return Map::new() };
    let names = named_by(policy, source).into_iter().map(|read| (read, Json::from(name)));
    for (attribute, value) in names.chain(values.iter().cloned()) {
        // Where an app role is asked for, the value is the name of one.
        let value = if attribute == APP_ROLES && value.is_string() { json!([value]) } else { value };
        put(&mut record, attribute, value, is_okta);
    }
    record
}

fn put(record: &mut Map<String, Json>, attribute: &str, value: Json, is_okta: bool) {
    let (outer, inner) = match attribute.split_once('.').filter(|_| is_okta) {
        Some((outer, inner)) => (outer, inner),
        None => {
            record.insert(attribute.to_owned(), value);
            return;
        }
    };
    if let Json::Object(outer) = record.entry(outer).or_insert_with(|| json!({})) {
        put(outer, inner, value, is_okta);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::policy::{Loader, Values};
    use crate::program::{FixedWorld, RecordKind};
    use std::collections::BTreeSet;

    #[test]
    fn a_user_of_okta_keeps_its_status() {
        let read = |name: &str| std::fs::read_to_string(format!("policies/{name}")).map_err(|error| error.to_string());
        let loader = Loader::new().resolve(|_, wanted| Ok((wanted.to_owned(), read(wanted)?)));
        let policy = loader.load("docker-okta.yaml", &read("docker-okta.yaml").unwrap()).unwrap();
        let statuses: Vec<Json> = edge_users(&policy).iter().map(|user| user["user_internal"]["status"].clone()).collect();
        assert_eq!(statuses.iter().filter(|status| **status == "DEPROVISIONED").count(), 1);
        assert!(statuses.iter().all(Json::is_string), "{statuses:?}");
    }

    /// What a mapping makes of its attribute is left to it; a direct one can give every class.
    #[test]
    fn each_class_that_a_direct_mapping_can_give_is_reached() {
        let world = FixedWorld::new(jiff::civil::date(2026, 1, 1).at(0, 0, 0, 0), 0);
        let read = |name: &str| std::fs::read_to_string(format!("policies/{name}")).map_err(|error| error.to_string());
        for entry in std::fs::read_dir("policies").unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            for orgs in ["{ acme: [company], moby: [] }", "null"] {
                let loader = Loader::new().resolve(|_, wanted| Ok((wanted.to_owned(), read(wanted)?)));
                let loader = if orgs == "null" { loader } else { loader.set("connection.orgs", orgs) };
                let policy = loader.load(&name, &read(&name).unwrap()).unwrap();
                let compiled = policy.compile(Source::Scim);
                let users = edge_users(&policy);
                for variable in &compiled.provider.rulings.variables {
                    if !matches!(policy.mappings(Source::Scim)[variable.mapping].rule, MappingRule::Direct(_)) {
                        continue;
                    }
                    let class = |user: &Map<String, Json>| {
                        let bound = compiled.bind(user, RecordKind::Source);
                        let decision = compiled.decide(&bound, Some(true), &world);
                        let value = decision.values.value(variable.mapping);
                        variable.classes.position(&value, |org| policy.settings.has_org(org))
                    };
                    let reached: BTreeSet<usize> = users.iter().map(class).collect();
                    assert_eq!(reached.len(), variable.classes.all().len(), "{name}: {} under {orgs}", variable.name);
                }
            }
        }
    }
}
