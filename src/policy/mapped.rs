//! The values that the mappings of a policy gave one user.

use super::compiled::{Compiled, Reading};
use super::decision::Values;
use crate::program::seen::{Plain, Rest, Seen};
use crate::program::{Halt, Value};
use std::borrow::Cow;
use std::sync::Arc;

/// The values, in the order of the mappings.
#[derive(Debug)]
pub(super) struct MappedValues<'a> {
    few: [Slot<'a>; FEW],
    /// All of them, where they are not few.
    many: Vec<Slot<'a>>,
    /// Those that are not plain, in their order.
    others: Others<'a>,
}

/// Most users have none, and pay nothing for it. Never shared: an `Arc` is here because its end, where there is none, is one
/// test that is inlined.
pub(super) type Others<'a> = Option<Arc<Vec<Value<'a>>>>;

/// Up to how many values take no allocation.
const FEW: usize = 8;

/// A value that is copied as it is, which most are, and which takes nothing to be dropped.
#[derive(Debug, Clone, Copy)]
pub(super) enum Slot<'a> {
    Text(&'a str),
    Plain(Plain),
}

impl<'a> Slot<'a> {
    pub const NULL: Self = Slot::Plain(Plain::Null);

    /// What a mapping gave, mappings in their order; nothing where it gave nothing, and then why.
    #[inline]
    pub fn set(&mut self, seen: Seen<'a>, rest: &mut Rest<'a>, others: &mut Others<'a>) -> Option<Halt> {
        *self = match (seen, rest.plain) {
            (Some(text), _) => Slot::Text(text),
            (None, Plain::Other) => match rest.take_other() {
                Ok(value) => {
                    Arc::make_mut(others.get_or_insert_default()).push(value);
                    Slot::Plain(Plain::Other)
                }
                Err(halt) => return Some(halt),
            },
            (None, plain) => Slot::Plain(plain),
        };
        None
    }
}

impl<'a> MappedValues<'a> {
    /// Null for each of so many mappings.
    #[inline]
    pub fn new(count: usize) -> Self {
        let many = if count > FEW { vec![Slot::NULL; count] } else { Vec::new() };
        MappedValues { few: [Slot::NULL; FEW], many, others: None }
    }

    /// The places of the values, in the order of the mappings.
    #[inline]
    pub fn places(&mut self) -> (&mut [Slot<'a>], &mut Others<'a>) {
        (if self.many.is_empty() { &mut self.few } else { &mut self.many }, &mut self.others)
    }

    /// What the mappings gave, as far as it is copied as it is.
    #[inline]
    pub fn slots(&self) -> &[Slot<'a>] {
        if self.many.is_empty() { &self.few } else { &self.many }
    }

    /// The value of a mapping, counted from 0.
    #[inline]
    pub fn get(&self, mapping: usize) -> Value<'_> {
        match self.slots().get(mapping) {
            None => Value::Null,
            Some(Slot::Text(text)) => Value::text(*text),
            Some(Slot::Plain(Plain::Other)) => self.other(mapping).map_or(Value::Null, Value::view),
            Some(Slot::Plain(plain)) => plain.value(),
        }
    }

    /// Whether a mapping gave null or the empty text.
    #[inline]
    pub fn is_unset(&self, mapping: usize) -> bool {
        match self.slots().get(mapping) {
            None | Some(Slot::Plain(Plain::Null)) => true,
            Some(Slot::Text(text)) => text.is_empty(),
            Some(Slot::Plain(Plain::Other)) => self.other(mapping).is_none_or(Value::is_unset),
            Some(Slot::Plain(_)) => false,
        }
    }

    #[cold]
    fn other(&self, mapping: usize) -> Option<&Value<'a>> {
        let before = self.slots().iter().take(mapping).filter(|slot| matches!(slot, Slot::Plain(Plain::Other)));
        self.others.as_ref()?.get(before.count())
    }

    /// The text of a mapping, if it is one.
    #[inline]
    pub fn text(&self, mapping: usize) -> Option<&str> {
        match self.slots().get(mapping)? {
            Slot::Text(text) => Some(text),
            Slot::Plain(Plain::Other) => match self.other(mapping)? {
                Value::Text(text) => Some(text),
                _ => None,
            },
            Slot::Plain(_) => None,
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

    #[inline]
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
