use super::{Decision, Policy, Program};
use crate::document::Holds;
use crate::program::World;
use crate::provision::Source;
use serde_json::{Map, Value as Json};

/// Decides about many users of one source: by the policy's [`Program`] where it has one, and else by the rules.
#[derive(Debug)]
pub struct Decider<'p> {
    policy: &'p Policy,
    source: Source,
    program: Option<Program>,
}

impl Policy {
    /// Makes the policy ready to decide about many users. To make it ready costs as much as to decide about some
    /// hundred users one by one.
    pub fn decider(&self, source: Source) -> Decider<'_> {
        Decider { policy: self, source, program: self.program(source) }
    }
}

impl Decider<'_> {
    /// What [`Policy::decide`] gives.
    pub fn decide(&self, record: &Map<String, Json>, holds: Holds, assigned: Option<bool>, world: &dyn World) -> Decision {
        match &self.program {
            Some(program) if holds == Holds::Source => program.decision(record, assigned, world),
            _ => self.policy.decide(self.source, record, holds, assigned, world),
        }
    }
}
