//! The short way: most of what policies read is a text that stands in the record or the program, or nothing. Such a text
//! is given in two registers, where a [`Value`] that can be anything is written to memory and read again at each step.
//!
//! The short way gives a result or says that it does not know; it never halts, warns, asks the world or makes anything,
//! so that to go the long way afterwards changes nothing. A test compares both over every case.

use super::record::Record;
use super::term::{Choice, Compare, Kind, Matching, Operator, Term};
use super::value::Value;
use std::borrow::Cow;

/// What the short way sees of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glance<'a> {
    /// A text of the record or the program.
    Text(&'a str),
    /// Null.
    Null,
    /// That takes the long way.
    Unknown,
}

impl<'a> Glance<'a> {
    /// What is to be seen of a value; texts that an evaluation made are not.
    #[inline]
    pub fn of(value: Value<'a>) -> Glance<'a> {
        let seen = match value {
            Value::Text(Cow::Borrowed(text)) => Glance::Text(text),
            Value::Null => Glance::Null,
            _ => return Glance::Unknown,
        };
        std::mem::forget(value); // it holds nothing, which a compiler does not see
        seen
    }

    /// The same of a value that stays where it is.
    pub fn at(value: &'a Value<'_>) -> Glance<'a> {
        match value {
            Value::Text(text) => Glance::Text(text),
            Value::Null => Glance::Null,
            _ => Glance::Unknown,
        }
    }
}

/// What the short way reads.
#[derive(Clone, Copy)]
pub(crate) struct Short<'a> {
    pub attributes: &'a [Box<str>],
    /// The slots under which the record knows the attributes, where it counts those of several expressions; else empty.
    pub slots: &'a [usize],
    pub record: &'a dyn Record,
}

impl<'a> Short<'a> {
    /// A part.
    #[inline]
    pub fn glance(&self, term: &'a Term) -> Glance<'a> {
        match &term.kind {
            Kind::Constant(value) => Glance::at(value),
            Kind::Attribute(slot) => self.record.glance(&self.attributes[*slot], known(self.slots, *slot)),
            _ => self.inside(term),
        }
    }

    fn inside(&self, term: &'a Term) -> Glance<'a> {
        match &term.kind {
            Kind::Call(call) => match (&call.constant, call.function.glance, &*call.arguments) {
                (Some(value), _, _) => Glance::at(value),
                (None, Some(glance), [Some(Term { kind: Kind::Attribute(slot), .. })]) => {
                    glance(self.record.attribute(&self.attributes[*slot], known(self.slots, *slot)))
                }
                _ => Glance::Unknown,
            },
            Kind::Choice(choice) => self.choice(choice),
            Kind::If(parts) => match &parts.condition.kind {
                Kind::Compare(compare) => match self.compare(compare) {
                    Some(holds) => self.glance(if holds { &parts.then } else { &parts.otherwise }),
                    None => Glance::Unknown,
                },
                _ => Glance::Unknown,
            },
            Kind::First(terms) => self.first(terms, false),
            Kind::FirstFilled(terms) => self.first(terms, true),
            _ => Glance::Unknown,
        }
    }

    fn choice(&self, choice: &'a Choice) -> Glance<'a> {
        let (Matching::Equal, Some(keys)) = (choice.matching, &choice.keys) else { return Glance::Unknown };
        let case = match self.glance(&choice.source) {
            Glance::Text(text) => keys.case(text),
            Glance::Null => keys.case(""),
            Glance::Unknown => return Glance::Unknown,
        };
        match (case.and_then(|case| choice.cases.get(case)), &choice.default) {
            (Some((_, result)), _) => self.glance(result),
            (None, Some(default)) => self.glance(default),
            (None, None) => Glance::Null,
        }
    }

    /// Whether two texts are equal, which all rules see alike.
    fn compare(&self, compare: &'a Compare) -> Option<bool> {
        let equal = match (self.glance(&compare.left), self.glance(&compare.right)) {
            (Glance::Text(left), Glance::Text(right)) => left == right,
            _ => return None,
        };
        match compare.operator {
            Operator::Equal => Some(equal),
            Operator::NotEqual => Some(!equal),
            _ => None,
        }
    }

    /// The first that is not null, or with `filled` not an empty text either.
    fn first(&self, terms: &'a [Term], filled: bool) -> Glance<'a> {
        let mut seen = Glance::Null;
        for term in terms {
            seen = self.glance(term);
            match seen {
                Glance::Null => {}
                Glance::Text("") if filled => {}
                _ => break,
            }
        }
        seen
    }
}

/// The slot under which the record knows an attribute of an expression.
#[inline]
pub(super) fn known(slots: &[usize], slot: usize) -> usize {
    slots.get(slot).copied().unwrap_or(slot)
}
