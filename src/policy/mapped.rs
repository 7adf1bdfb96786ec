//! The values that the mappings of a policy gave one user.

use super::compiled::{Compiled, Reading};
use super::decision::Values;
use crate::program::evaluate::Rest;
use crate::program::{Halt, Value};
use smallvec::SmallVec;
use std::borrow::Cow;

/// The values, in the order of the mappings.
#[derive(Debug, Default)]
pub(super) struct MappedValues<'a> {
    slots: SmallVec<[Slot<'a>; 8]>,
    /// Those that own something.
    others: SmallVec<[Value<'a>; 2]>,
}

/// A value that is copied as it is, which most are, and which takes nothing to be dropped; or where another stands.
#[derive(Debug, Clone, Copy)]
enum Slot<'a> {
    Null,
    Bool(bool),
    Text(&'a str),
    Other(usize),
}

impl<'a> MappedValues<'a> {
    /// Adds what a mapping gave, as [`Mapping::seen`](super::Mapping::seen) gives it, and takes it out of `rest`; null where it
    /// gave nothing, and then why.
    #[inline]
    pub fn push(&mut self, seen: Option<&'a str>, rest: &mut Rest<'a>) -> Option<Halt> {
        let slot = match (seen, &*rest) {
            (Some(text), _) => Slot::Text(text),
            (None, Ok(Value::Null)) => Slot::Null,
            (None, Ok(Value::Bool(truth))) => Slot::Bool(*truth),
            (None, _) => return self.push_other(std::mem::replace(rest, Ok(Value::Null))),
        };
        self.slots.push(slot);
        None
    }

    #[inline(never)]
    fn push_other(&mut self, rest: Rest<'a>) -> Option<Halt> {
        let (slot, halt) = match rest {
            Ok(Value::Text(Cow::Borrowed(text))) => (Slot::Text(text), None),
            Ok(value) => {
                self.others.push(value);
                (Slot::Other(self.others.len() - 1), None)
            }
            Err(halt) => (Slot::Null, Some(halt)),
        };
        self.slots.push(slot);
        halt
    }

    /// The value of a mapping, counted from 0.
    #[inline]
    pub fn get(&self, mapping: usize) -> Value<'_> {
        match self.slots.get(mapping) {
            None | Some(Slot::Null) => Value::Null,
            Some(Slot::Bool(truth)) => Value::Bool(*truth),
            Some(Slot::Text(text)) => Value::text(*text),
            Some(Slot::Other(at)) => self.others.get(*at).map_or(Value::Null, Value::view),
        }
    }

    /// The text of a mapping, if it is one.
    #[inline]
    pub fn text(&self, mapping: usize) -> Option<&str> {
        match self.slots.get(mapping)? {
            Slot::Text(text) => Some(text),
            Slot::Other(at) => match self.others.get(*at)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
            Slot::Null | Slot::Bool(_) => None,
        }
    }
}

/// The values of an interpreted policy.
#[derive(Debug)]
pub struct Mapped<'a> {
    pub(super) compiled: &'a Compiled,
    pub(super) reading: &'a Reading,
    pub(super) given: MappedValues<'a>,
    /// The user name, where no mapping of the source gives it.
    pub(super) named: Cow<'a, str>,
    pub(super) known_as: &'a str,
}

impl Values for Mapped<'_> {
    fn target(&self, mapping: usize) -> Option<(&str, &str)> {
        self.reading.source.mappings.get(mapping).map(|mapping| (mapping.target.as_str(), mapping.attribute.as_str()))
    }

    fn value(&self, mapping: usize) -> Value<'_> {
        self.given.get(mapping)
    }

    fn text(&self, mapping: usize) -> &str {
        self.given.text(mapping).unwrap_or_default()
    }

    fn user(&self) -> &str {
        self.reading.name.and_then(|at| self.given.text(at)).unwrap_or(&self.named)
    }

    fn known_as(&self) -> &str {
        self.known_as
    }

    fn active(&self) -> Option<usize> {
        self.reading.active
    }

    fn lacks_team(&self, org: &str, team: &str) -> bool {
        self.compiled.policy.settings.lacks_team(org, team)
    }
}
