//! Questions that are asked of a policy and a company's users before anything is switched on.

mod audit;
mod conflicts;
mod coverage;
mod diff;
mod whatif;

pub use audit::{Audit, Finding, Known, Seats, audit};
pub use conflicts::{Conflict, Effect, conflicts};
pub use coverage::{Coverage, Uncovered, coverage, reach};
pub use diff::{Difference, Privilege, diff};
pub use whatif::{Scenario, option_values, scenarios, switches};

use crate::policy::{AttributeKind, Policy};
use crate::provision::Membership;
use serde_json::{Map, Value as Json};

/// A user of the documents, as the analyses take it.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The attributes.
    pub record: Map<String, Json>,
    /// Whether they are the provider's or the target's own.
    pub holds: crate::document::Holds,
    /// Whether the user is assigned to the application.
    pub assigned: Option<bool>,
}

impl From<crate::document::Person> for Subject {
    fn from(person: crate::document::Person) -> Self {
        Subject { record: person.record, holds: person.holds, assigned: person.assigned }
    }
}

/// Whether a role is one that the policy marks as privileged.
fn is_privileged(policy: &Policy, role: &str) -> bool {
    let roles = policy.attributes().iter().filter(|attribute| attribute.kind == AttributeKind::Role);
    roles.flat_map(|attribute| &attribute.privileged).any(|value| value.as_str() == Some(role))
}

/// A membership in a few words: `editor in moby, developers`.
pub(crate) fn words(org: &str, membership: &Membership) -> String {
    let teams: Vec<&str> = membership.teams.keys().map(String::as_str).collect();
    let teams = if teams.is_empty() { String::new() } else { format!(", {}", teams.join(", ")) };
    format!("{} in {org}{teams}", membership.role)
}
