//! Generated code of every shipped policy, of the page's examples and of every conformance case: what the build script
//! wrote, in tables. The tests compare it with the interpreter.

#![forbid(unsafe_code)]

use rolewright::generated::{Halt, User, Value};
use rolewright::{OwnedDecision, World};
use serde_json::{Map, Value as Json};

/// A policy, and what was made of it.
#[derive(Debug)]
pub struct Emitted {
    /// The name of its module.
    pub name: &'static str,
    /// Its file, from the package's folder.
    pub path: &'static str,
    /// Settings over it.
    pub settings: &'static [(&'static str, &'static str)],
    /// What SCIM gives, if the policy has it.
    pub scim: Option<Decide>,
    /// What a sign-in gives, if the policy has it.
    pub jit: Option<Decide>,
}

/// What generated code decides about a user.
pub type Decide = for<'a> fn(&'a Map<String, Json>, Option<bool>, &'a dyn World) -> OwnedDecision;

/// What a generated expression gives for a user.
pub type Evaluate = for<'u, 'a> fn(&'u mut User<'a, Map<String, Json>>) -> Result<Value<'a>, Halt>;

include!(concat!(env!("OUT_DIR"), "/policies.rs"));
include!(concat!(env!("OUT_DIR"), "/cases.rs"));
