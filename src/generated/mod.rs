//! What generated Rust calls: `rolewright compile --emit rust` and [`build`](crate::build) write modules that use nothing
//! but this one. The primitives are those of the interpreter, so that the two cannot drift.
//!
//! A generated module has a submodule for each source of the policy. Its `decide` gives a [`Decision`], whose values are
//! fields with the names of the target's attributes.

mod call;
mod choice;
mod user;
mod values;

pub use crate::diagnostic::Code;
pub use crate::language::Dialect;
pub use crate::policy::rulings::{End, Filled, Placing, Ruling, Said};
pub use crate::policy::{Decision, Seat, ValueType};
pub use crate::program::{Halt, Number, Operator, Record, Skip, Value, World};
pub use crate::provision::Source;
pub(crate) use call::named;
pub use call::{Argument, Call, Frame, Part};
pub use choice::Classes;
pub use choice::{Constant, Table, chosen, compares, compares_in_okta, is_filled, is_true, shown, text_of};
pub use std::borrow::Cow;
pub use user::{Scope, Test, User, attribute};
pub use values::{Facts, Fields, Organization, Shown, decided, filled};

/// Functions that are called without the table, by the function's name.
pub mod natives {
    pub use crate::functions::casing::{to_lower, to_upper};
    pub use crate::functions::lists::join;
    pub use crate::functions::replace::replace;
    pub use crate::functions::roles::single_app_role_assignment;
    pub use crate::functions::text::{mid, pcase};
}

/// Puts the module in place that [`build::policy`](crate::build::policy) wrote of a policy in the build script. A policy
/// with a mistake is an error of the compiler at this line.
///
/// ```ignore
/// mod access {
///     rolewright::include_policy!("policies/access.yaml");
/// }
/// ```
#[macro_export]
macro_rules! include_policy {
    ($path:literal) => {
        include!(concat!(env!("OUT_DIR"), "/", $path, ".rs"));
    };
}
