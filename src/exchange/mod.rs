//! Other programs' forms: the configuration of identity providers becomes a policy; event files, SCIM requests and
//! assertions become events of a policy, by the names that the policy gives its attributes.

mod application;
mod assertion;
mod entra;
mod events;
mod group_patch;
mod import;
mod okta;
mod patch;
mod scim;

pub use application::Application;
pub use assertion::{Assertion, Ignored, SignedIn, sign_in};
pub use entra::{export_entra, import_entra};
pub use events::{ReadEvent, read_events};
pub use group_patch::{PatchedGroup, group_patch_to_events};
pub use import::{Finding, FoundFile, Imported};
pub use okta::{OktaExport, export_okta, import_okta};
pub use patch::{Patched, patch_to_event};
pub use scim::{NameOf, group_to_event, resource_to_create, resource_to_replace};
