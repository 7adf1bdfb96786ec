use super::{Subject, is_privileged};
use crate::policy::{Compiled, OwnedDecision, Policy};
use crate::program::World;
use crate::provision::{Membership, Source};
use serde::Serialize;
use std::collections::BTreeSet;

/// What two policies give one user differently in one organization.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Difference {
    /// The user name.
    pub user: String,
    /// The organization; empty where the difference is whether the user is provisioned at all.
    pub org: String,
    /// Under the old policy.
    pub before: Option<Membership>,
    /// Under the new one.
    pub after: Option<Membership>,
    /// Whether a privileged role is gained or lost.
    pub privilege: Privilege,
    /// The difference in words.
    pub summary: String,
}

/// Whether power changes hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Privilege {
    /// A privileged role is gained.
    Gained,
    /// A privileged role is lost.
    Lost,
    /// Neither.
    Unchanged,
}

/// Who gains or loses what, privileged roles first.
pub fn diff(old: &Policy, new: &Policy, users: &[Subject], world: &dyn World) -> Vec<Difference> {
    let mut found = Vec::new();
    let (before, after) = (old.compile(Source::Scim), new.compile(Source::Scim));
    for subject in users {
        let decide = |compiled: &Compiled| {
            let record = compiled.bind(&subject.record, subject.kind);
            compiled.decide(&record, subject.assigned, world).to_owned()
        };
        compare(old, new, &decide(&before), &decide(&after), &mut found);
    }
    found.sort_by_key(|difference| difference.privilege);
    found
}

fn compare(old: &Policy, new: &Policy, before: &OwnedDecision, after: &OwnedDecision, found: &mut Vec<Difference>) {
    let user = if after.user.is_empty() { &before.user } else { &after.user };
    let status = |decision: &OwnedDecision| match (&decision.error, decision.is_in_scope(), decision.active) {
        (Some(error), _, _) => format!("refused ({})", error.code),
        (None, false, _) => "out of scope".to_owned(),
        (None, true, false) => "inactive".to_owned(),
        (None, true, true) => "provisioned".to_owned(),
    };
    if status(before) != status(after) {
        found.push(Difference {
            user: user.clone(),
            org: String::new(),
            before: None,
            after: None,
            privilege: Privilege::Unchanged,
            summary: format!("was {}, is {}", status(before), status(after)),
        });
    }
    if before.user != after.user {
        found.push(Difference {
            user: user.clone(),
            org: String::new(),
            before: None,
            after: None,
            privilege: Privilege::Unchanged,
            summary: format!("is named {} instead of {}", after.user, before.user),
        });
    }
    let orgs: BTreeSet<&String> = before.orgs.keys().chain(after.orgs.keys()).collect();
    for org in orgs {
        let (was, is) = (before.orgs.get(org), after.orgs.get(org));
        let Some(summary) = summary(org, was, is) else { continue };
        let had = was.is_some_and(|membership| is_privileged(old, &membership.role));
        let has = is.is_some_and(|membership| is_privileged(new, &membership.role));
        let privilege = match (had, has) {
            (false, true) => Privilege::Gained,
            (true, false) => Privilege::Lost,
            _ => Privilege::Unchanged,
        };
        found.push(Difference { user: user.clone(), org: org.clone(), before: was.cloned(), after: is.cloned(), privilege, summary });
    }
}

/// Role and teams that differ; who put them there is no difference that a user notices.
fn summary(org: &str, was: Option<&Membership>, is: Option<&Membership>) -> Option<String> {
    match (was, is) {
        (None, Some(is)) => Some(format!("gains {}", super::words(org, is))),
        (Some(was), None) => Some(format!("loses {}", super::words(org, was))),
        (Some(was), Some(is)) => {
            let mut parts = Vec::new();
            if was.role != is.role {
                parts.push(format!("{} becomes {}", was.role, is.role));
            }
            parts.extend(is.teams.keys().filter(|team| !was.teams.contains_key(*team)).map(|team| format!("gains the team {team}")));
            parts.extend(was.teams.keys().filter(|team| !is.teams.contains_key(*team)).map(|team| format!("loses the team {team}")));
            (!parts.is_empty()).then(|| format!("in {org}: {}", parts.join(", ")))
        }
        (None, None) => None,
    }
}
