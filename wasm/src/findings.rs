//! What an administrator looks at before switching on.

use crate::policies::{PolicyText, load, no_policy, shown};
use crate::users::{Settings, Users};
use rolewright::World;
use rolewright::analyze::{self, Known};
use rolewright::diagnostic::{Diagnostic, Sources};
use rolewright::exchange::{self, Assertion};
use rolewright::policy::Policy;
use rolewright::provision::{Event, SignIn, User};
use serde_json::{Value as Json, json};

/// Where SCIM and sign-ins do not agree.
pub fn conflicts(policy: &PolicyText, users: &Users, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let world = settings.world();
    let (sign_ins, unread) = sign_ins(policy, users, &world);
    let by_user = sign_ins.into_iter().map(|sign_in| (User::key(&sign_in.user), sign_in)).collect();
    let found = analyze::conflicts(policy, &users.all(), &by_user, &world);
    let told = found.iter().map(|conflict| {
        let mut told = serde_json::to_value(conflict).unwrap_or_default();
        told["words"] = conflict.effect.describe().into();
        told
    });
    json!({ "ok": true, "diagnostics": shown(&unread, &Sources::default()), "conflicts": told.collect::<Vec<_>>() })
}

/// What of the policy no loaded user reaches.
pub fn gaps(policy: &PolicyText, users: &Users, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let reach = analyze::reach(policy, &users.all(), &settings.world());
    let uncovered = reach.uncovered.iter().map(|gap| {
        let place = policy.texts().place(gap.at.0, gap.at.1.start);
        json!({ "what": gap.what, "file": policy.texts().get(gap.at.0).map(|text| &text.name), "start": place })
    });
    json!({ "ok": true, "diagnostics": [], "total": reach.total, "reached": reach.reached, "gaps": uncovered.collect::<Vec<_>>() })
}

/// Users that are edge cases for the policy.
pub fn edge_users(policy: &PolicyText) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    json!({ "ok": true, "diagnostics": [], "users": analyze::edge_users(policy) })
}

/// What is signed off before a policy is switched on: seats, privileged roles, app roles that no case covers.
pub fn audit(policy: &PolicyText, users: &Users, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let world = settings.world();
    let (sign_ins, unread) = sign_ins(policy, users, &world);
    let app_roles: Vec<&str> = users.app_roles.iter().map(String::as_str).collect();
    let known = Known { sign_ins: &sign_ins, members: &users.members, app_roles: &app_roles };
    let audit = analyze::audit(policy, &users.all(), &known, &world);
    let told = audit.findings.iter().map(|finding| {
        let (title, words) = finding.describe();
        let mut told = serde_json::to_value(finding).unwrap_or_default();
        told["title"] = title.into();
        told["words"] = words.into();
        told
    });
    json!({
        "ok": true,
        "diagnostics": shown(&unread, &Sources::default()),
        "findings": told.collect::<Vec<_>>(),
        "seats": audit.seats,
        "users": audit.users,
        "inScope": audit.in_scope,
    })
}

/// The sign-ins of the documents as the policy reads them, and those that it cannot read.
fn sign_ins(policy: &Policy, users: &Users, world: &dyn World) -> (Vec<SignIn>, Vec<Diagnostic>) {
    let (mut all, mut unread) = (Vec::new(), Vec::new());
    for read in &users.sign_ins {
        match exchange::sign_in(policy, &Assertion::from(read.clone()), world).map(|signed_in| signed_in.event) {
            Ok(Event::SignIn(sign_in)) => all.push(sign_in),
            Ok(_) => {}
            Err(bad) => unread.push(bad),
        }
    }
    (all, unread)
}
