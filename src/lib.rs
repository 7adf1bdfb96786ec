//! Rolewright maps identity attributes by policy: a user record of an identity provider goes in, and the role,
//! organization and teams that the target application must give that user come out, each with its reason.
//!
//! ```
//! use rolewright::{Dialect, Expression, FixedWorld, Flow, Record, Value};
//!
//! // A record of your own needs one method; JSON is one already.
//! struct Employee { department: Option<String> }
//!
//! impl Record for Employee {
//!     fn attribute(&self, name: &str, _slot: usize) -> Value<'_> {
//!         match (name, &self.department) {
//!             ("department", Some(department)) => Value::text(department.as_str()),
//!             _ => Value::Null,
//!         }
//!     }
//! }
//!
//! let role = Expression::compile(Dialect::Entra, r#"Switch([department], "member", "Platform", "admin")"#)?;
//! let world = FixedWorld::new("2026-01-01T00:00:00".parse()?, 0); // clock and random values are handed in
//! let ada = Employee { department: Some("Platform".into()) };
//! assert_eq!(role.evaluate(&ada, &world).result, Ok(Flow::Value(Value::text("admin"))));
//!
//! // What is wrong with an expression is found before any user is read, with its place and its repair.
//! let error = Expression::compile(Dialect::Entra, r#"Switch([department], "Platform", "admin")"#).unwrap_err();
//! assert_eq!(error.diagnostics[0].code.word(), "switch-missing-default");
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! [`Policy::from_yaml`] reads a policy, [`Policy::compile`] makes it ready to decide about users, and [`Policy::apply`] gives
//! what an event changes. All of them are pure: clock, random values and look-ups come in through [`World`].

#![forbid(unsafe_code)]

pub mod analyze;
mod bounded;
pub mod build;
mod check;
#[cfg(feature = "cli")]
#[doc(hidden)]
pub mod cli;
pub mod diagnostic;
pub mod document;
mod domain;
mod emit;
pub mod exchange;
mod expression;
pub mod functions;
pub mod generated;
mod language;
mod limits;
pub mod policy;
mod program;
pub mod provision;
#[cfg(feature = "rhai")]
mod script;
pub mod suite;
pub mod translate;
mod yaml;

pub use check::{Scope, known_attributes, known_okta_attributes, okta_attributes_of};
pub use expression::{CompileError, Evaluated, Expression, Flow};
pub use language::Dialect;
pub use limits::Limits;
pub use policy::{Compiled, Decision, OwnedDecision, Policy};
pub use program::{Fault, FixedWorld, Halt, List, Number, Object, Part, Record, RecordKind, Skip, Value, World};
