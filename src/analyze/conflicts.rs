use super::{Subject, carried};
use crate::diagnostic::{SourceId, Span};
use crate::policy::Policy;
use crate::program::World;
use crate::provision::{Event, Membership, SignIn, Source, State, Subject as Named, User};
use serde::Serialize;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};

/// Two writers that do not agree about a user.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Conflict {
    /// The user name.
    pub user: String,
    /// The target attribute; `userName` where the two would name two users.
    pub attribute: String,
    /// What SCIM sends.
    pub scim: Json,
    /// What the sign-in carries.
    pub sign_in: Json,
    /// What comes of it.
    pub effect: Effect,
    /// What the user loses at the sign-in, in words.
    pub lost: Vec<String>,
    /// Why the sign-in is refused, where it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub refusal: Option<String>,
    /// What ends it.
    pub remedy: String,
    /// Where the sign-in's mapping stands in the policy.
    #[serde(skip)]
    pub at: Option<(SourceId, Span)>,
}

/// What comes of a conflict.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Effect {
    /// Each sign-in writes one value and each sync the other.
    Flaps,
    /// The sign-in's value stays.
    Overwritten,
    /// The sign-in's value does not count.
    NotApplied,
    /// The policy refuses the sign-in.
    Refused,
    /// The sign-in names another user, so that there would be two.
    SecondUser,
}

impl Effect {
    /// In words.
    pub fn describe(self) -> &'static str {
        match self {
            Effect::Flaps => "flaps: each sign-in writes one, each sync the other",
            Effect::Overwritten => "the sign-in's value stays, no sync restores SCIM's",
            Effect::NotApplied => "the sign-in's value does not count",
            Effect::Refused => "the sign-in is refused",
            Effect::SecondUser => "a second user comes to be",
        }
    }
}

/// Where SCIM's mappings and sign-ins differ. Sign-ins are those given, by user name in lower case; for other users
/// the mappings of `sources.jit` are read from their own record. Each pair is tried out: a sync, a sign-in, a sync.
pub fn conflicts(policy: &Policy, users: &[Subject], sign_ins: &BTreeMap<String, SignIn>, world: &dyn World) -> Vec<Conflict> {
    let mut found = Vec::new();
    let mut names = BTreeMap::new();
    let (scim, jit) = (policy.compile(Source::Scim), policy.compile(Source::Jit));
    for subject in users {
        let record = scim.bind(&subject.record, subject.kind);
        let Some(Event::ScimCreate(created)) = scim.decide(&record, subject.assigned, world).event() else { continue };
        let key = User::key(&created.user);
        let sign_in = match sign_ins.get(&key) {
            Some(given) => given.clone(),
            None => SignIn { user: created.user.clone(), attributes: carried(&jit, subject, world), groups: None },
        };
        names.insert(key, subject);
        found.extend(try_out(policy, &created, &sign_in));
    }
    found.extend(second_users(&names, sign_ins));
    found
}

fn try_out(policy: &Policy, created: &Named, sign_in: &SignIn) -> Vec<Conflict> {
    let mut state = policy.initial_state();
    let step = |state: &mut State, event: &Event| policy.apply(state, event).map(|outcome| state.accept(outcome));
    if step(&mut state, &Event::ScimCreate(created.clone())).is_err() {
        return Vec::new();
    }
    let key = User::key(&created.user);
    let look = |state: &State| state.users.get(&key).cloned();
    let memberships = |user: &Option<User>, state: &State| user.as_ref().map(|user| policy.memberships(user, state)).unwrap_or_default();
    let (first, was) = (look(&state), memberships(&look(&state), &state));
    // Who is disabled with the provider does not sign in.
    if first.as_ref().is_none_or(|user| !user.active) {
        return Vec::new();
    }
    let conflict = |attribute: &str, effect, lost| Conflict {
        user: created.user.clone(),
        attribute: attribute.to_owned(),
        scim: created.attributes.get(attribute).cloned().unwrap_or_default(),
        sign_in: sign_in.attributes.get(attribute).cloned().unwrap_or_default(),
        remedy: remedy(attribute, effect),
        effect,
        lost,
        refusal: None,
        at: policy.mappings(Source::Jit).iter().find(|mapping| mapping.attribute == attribute).and_then(|mapping| mapping.at),
    };
    if let Err(refusal) = step(&mut state, &Event::SignIn(sign_in.clone())) {
        let attribute = refusal.about.as_deref().and_then(|about| about.split(' ').next()).unwrap_or("userName");
        return vec![Conflict { refusal: Some(refusal.code.clone()), ..conflict(attribute, Effect::Refused, Vec::new()) }];
    }
    let second = look(&state);
    let lost = lost(&was, &memberships(&second, &state));
    let again = Named { user: created.user.clone(), attributes: created.attributes.clone() };
    let _ = step(&mut state, &Event::ScimUpdate(again));
    let third = look(&state);
    let value = |user: &Option<User>, name: &str| user.as_ref().and_then(|user| user.attributes.get(name)).map(|held| held.value.clone());
    let names: BTreeSet<&String> =
        created.attributes.keys().chain(sign_in.attributes.keys()).filter(|name| policy.rules.attributes.contains_key(*name)).collect();
    let mut found = Vec::new();
    for name in names {
        let (before, after, synced) = (value(&first, name), value(&second, name), value(&third, name));
        let default = policy.rules.attributes.get(name).and_then(|rule| rule.default.clone());
        let carried = sign_in.attributes.get(name).filter(|value| !value.is_null() && value.as_str() != Some("")).cloned();
        let effect = match (before == after, synced == before) {
            (false, true) => Effect::Flaps,
            (false, false) => Effect::Overwritten,
            (true, _) if carried.is_some() && carried != before.clone().or(default) => Effect::NotApplied,
            (true, _) => continue,
        };
        let places = policy.rules.attributes.get(name).is_some_and(|rule| rule.places) && before != after;
        found.push(conflict(name, effect, if places { lost.clone() } else { Vec::new() }));
    }
    found
}

fn remedy(attribute: &str, effect: Effect) -> String {
    match effect {
        Effect::Flaps | Effect::Overwritten => format!(
            "send the same value from both, leave {attribute} out of the assertion, or set sources.jit.mappings.{attribute}.apply to on_create"
        ),
        Effect::NotApplied => format!("leave {attribute} out of the assertion, or let SCIM send the value that is meant"),
        Effect::Refused => format!("correct {attribute} in the assertion"),
        Effect::SecondUser => "send the same user name from both".to_owned(),
    }
}

/// What was there before and is not afterwards.
fn lost(was: &BTreeMap<String, Membership>, is: &BTreeMap<String, Membership>) -> Vec<String> {
    let mut lost = Vec::new();
    for (org, before) in was {
        let Some(after) = is.get(org) else {
            lost.push(format!("the organization {org}"));
            continue;
        };
        if before.role != after.role {
            lost.push(format!("the role {} in {org}", before.role));
        }
        lost.extend(before.teams.keys().filter(|team| !after.teams.contains_key(*team)).map(|team| format!("the team {org}:{team}")));
    }
    lost
}

/// Sign-ins that name nobody whom SCIM creates, and yet an address that one of them has, or that carry the user name of
/// one of them in another attribute.
fn second_users(names: &BTreeMap<String, &Subject>, sign_ins: &BTreeMap<String, SignIn>) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (key, sign_in) in sign_ins.iter().filter(|(key, _)| !names.contains_key(*key)) {
        let other = names.iter().find(|(_, subject)| addresses(&subject.record).any(|address| User::key(address) == *key));
        let other = other.or_else(|| names.iter().find(|(key, _)| addresses(&sign_in.attributes).any(|text| User::key(text) == **key)));
        if let Some((scim, _)) = other {
            found.push(Conflict {
                user: sign_in.user.clone(),
                attribute: "userName".into(),
                scim: scim.as_str().into(),
                sign_in: sign_in.user.as_str().into(),
                effect: Effect::SecondUser,
                lost: Vec::new(),
                refusal: None,
                remedy: remedy("userName", Effect::SecondUser),
                at: None,
            });
        }
    }
    found
}

/// The texts of a record that could name its user.
fn addresses(record: &serde_json::Map<String, Json>) -> impl Iterator<Item = &str> {
    record.values().flat_map(|value| match value {
        Json::String(text) => vec![text.as_str()],
        Json::Array(items) => items.iter().filter_map(Json::as_str).collect(),
        _ => Vec::new(),
    })
}
