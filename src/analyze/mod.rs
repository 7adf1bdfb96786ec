//! Questions that are asked of a policy and a company's users before anything is switched on.

mod audit;
mod conflicts;
mod coverage;
mod diff;
mod edge_users;
mod examples;
mod staging;
mod stubs;
mod whatif;

pub use audit::{Audit, Finding, Known, Seats, audit};
pub use conflicts::{Conflict, Effect, conflicts};
pub use coverage::{Coverage, Uncovered, coverage, reach};
pub use diff::{Difference, Privilege, diff};
pub use edge_users::edge_users;
pub use whatif::{Scenario, Setting, option_values, scenarios, switches};

use crate::policy::{AttributeKind, Compiled, Policy};
use crate::program::{RecordKind, World};
use crate::provision::Membership;
use serde_json::{Map, Value as Json};

/// A user of the documents, as the analyses take it.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The attributes.
    pub record: Map<String, Json>,
    /// Whose they are.
    pub kind: RecordKind,
    /// Whether the user is assigned to the application.
    pub assigned: Option<bool>,
}

impl From<crate::document::Person> for Subject {
    fn from(person: crate::document::Person) -> Self {
        Subject { record: person.record, kind: person.kind, assigned: person.assigned }
    }
}

/// What a source sends of a user.
fn carried(compiled: &Compiled, subject: &Subject, world: &dyn World) -> Map<String, Json> {
    compiled.decide(&compiled.bind(&subject.record, subject.kind), subject.assigned, world).carried()
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
