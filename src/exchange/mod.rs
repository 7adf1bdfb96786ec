//! Other programs' forms: event files, SCIM requests and assertions become events of a policy, by the names that the
//! policy gives its attributes.

mod assertion;
mod events;
mod patch;
mod scim;

pub use assertion::{Assertion, Ignored, SignedIn, sign_in};
pub use events::{ReadEvent, read_events};
pub use patch::{Patched, patch_to_event};
pub use scim::{group_to_event, resource_to_create, resource_to_replace};
