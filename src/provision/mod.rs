//! Events over a state: a pure function from policy, state and event to what changed, with reasons, or a refusal.

mod apply;
mod causes;
mod conditions;
mod event;
mod groups;
mod incoming;
mod outcome;
pub(crate) mod rules;
mod standing;
mod state;

pub use event::{Event, EventKind, SettingsChange, SignIn, Subject, Switch};
pub use groups::GroupPattern;
pub use outcome::{Change, Notice, Outcome, Refusal};
pub use state::{Held, Membership, Placement, Settings, Source, State, User};

pub(crate) use apply::{apply, provisioning, walk};
pub(crate) use incoming::Incoming;
pub(crate) use rules::Rules;
pub(crate) use state::RoleRule;
