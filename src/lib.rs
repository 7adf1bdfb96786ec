//! Rolewright maps identity attributes by policy: a user record of an identity provider goes in, and the role,
//! organization and teams that the target application must give that user come out, each with its reason.

pub mod analyze;
mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod diagnostic;
pub mod document;
pub mod exchange;
mod expression;
pub mod functions;
mod language;
mod limits;
pub mod policy;
mod program;
pub mod provision;
#[cfg(feature = "rhai")]
mod script;
pub mod suite;
mod yaml;

pub use check::Scope;
pub use expression::{CompileError, Evaluated, Expression, Flow};
pub use language::Dialect;
pub use limits::Limits;
pub use policy::{Decision, Policy};
pub use program::{Fault, FixedWorld, Halt, List, Number, Part, Record, Skip, Value, World};
