//! Events over a state: a pure function from policy, state and event to what changed, with reasons, or a refusal.

mod apply;
mod causes;
mod event;
mod groups;
mod outcome;
pub(crate) mod rules;
mod state;

pub use event::{Event, EventKind, SettingsChange, SignIn, Subject, Switch};
pub use groups::GroupPattern;
pub use outcome::{Change, Notice, Outcome, Refusal};
pub use state::{Held, Membership, Placement, Settings, Source, State, User};

pub(crate) use apply::apply;
pub(crate) use rules::Rules;
pub(crate) use state::RoleRule;
