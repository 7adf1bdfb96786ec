//! Other programs' forms, in and out: event files, SCIM requests and assertions become events of a policy.

mod events;

pub use events::{ReadEvent, read_events};
