//! Which situations reach the rows of a policy, for tests that are to be made.

use super::Policy;
use super::questions::{Questions, Situation};
use super::tables::{hits, reach};
use crate::domain::{Set, TooLarge};
use crate::provision::EventKind;
use std::collections::BTreeMap;

/// How many situations of a row are tried at most.
const MOST: usize = 48;

/// A place of the policy's tables at which something happens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum RowAt {
    /// The row of an event, counted from 0.
    Event(EventKind, usize),
    /// The row of the placement table, counted from 0.
    Placement(usize),
}

/// The rows of a policy with the situations that reach them, each found out when it is asked for.
pub(crate) struct Reaching<'p> {
    policy: &'p Policy,
    questions: Questions<'p>,
    events: BTreeMap<EventKind, Vec<Set>>,
    placement: Option<Vec<Set>>,
}

impl<'p> Reaching<'p> {
    pub fn new(policy: &'p Policy) -> Self {
        Reaching { policy, questions: questions(policy), events: BTreeMap::new(), placement: None }
    }

    /// Situations that reach a row as far as the tables tell, the simplest first. What they do not follow, such as where
    /// groups bring a user, can keep one of them from it.
    pub fn situations(&mut self, at: RowAt) -> Vec<Situation> {
        match self.set(at) {
            Ok(set) => self.questions.situations(set, &self.policy.settings, MOST),
            // Diagrams that grew too large are left behind, so that the next question has room.
            Err(TooLarge) => {
                *self = Reaching::new(self.policy);
                Vec::new()
            }
        }
    }

    fn set(&mut self, at: RowAt) -> Result<Set, TooLarge> {
        let rules = &self.policy.rules;
        let (known, row) = match at {
            RowAt::Placement(row) => {
                let known = match self.placement.take() {
                    Some(known) => known,
                    None => hits(rules, &mut self.questions)?.0,
                };
                (self.placement.insert(known), row)
            }
            RowAt::Event(kind, row) => {
                let known = match self.events.remove(&kind) {
                    Some(known) => known,
                    None => {
                        let rows = rules.events.get(&kind).map_or(&[][..], Vec::as_slice);
                        reach(kind, rows, rules, &mut self.questions)?.into_iter().map(|reach| reach.inside).collect()
                    }
                };
                (self.events.entry(kind).or_insert(known), row)
            }
        };
        Ok(known.get(row).copied().unwrap_or(Set::EMPTY))
    }
}

fn questions(policy: &Policy) -> Questions<'_> {
    Questions::new(&policy.rules, &policy.options, policy.limits.situations)
}
