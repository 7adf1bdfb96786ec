//! An attribute in an event: what the event carries of it, what the user holds of it, and, where rows ask for neither
//! value, whether the two are equal.

use super::classes::same;
use super::situations::Classes;
use serde_json::Value as Json;

/// The classes of what an event carries of an attribute, and of what a user holds of it.
#[derive(Debug)]
pub(crate) struct Attribute {
    /// The values that rows ask for.
    asked: Vec<Json>,
    carried: Vec<Carried>,
    held: Vec<Held>,
}

/// What an event carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Carried {
    Absent,
    Null,
    /// A value: that at a position of those for which rows ask, or any other; and whether the attribute does not allow it.
    Value {
        asked: Option<usize>,
        wrong: bool,
    },
}

/// What a user holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Held {
    Unset,
    /// The value at a position of those for which rows ask, or any other.
    Value(Option<usize>),
}

impl Attribute {
    /// The classes where rows ask for some values; `may` tells whether a value may be one that the attribute does not allow,
    /// and whether it may be one that it allows; `others` the same of all other values, of which there may be none.
    pub fn new<'v>(asked: impl IntoIterator<Item = &'v Json>, may: impl Fn(&Json) -> [bool; 2], others: [bool; 2]) -> Attribute {
        let mut once: Vec<Json> = Vec::new();
        for value in asked {
            if !value.is_null() && !once.iter().any(|known| same(known, value)) {
                once.push(value.clone());
            }
        }
        let named = once.iter().enumerate().map(|(at, value)| (Some(at), may(value)));
        let values = named.chain([(None, others)]).flat_map(|(asked, may)| {
            [(may[0], true), (may[1], false)].into_iter().filter(|(may, _)| *may).map(move |(_, wrong)| Carried::Value { asked, wrong })
        });
        let any = (others != [false; 2]).then_some(Held::Value(None));
        Attribute {
            carried: [Carried::Absent, Carried::Null].into_iter().chain(values).collect(),
            held: [Held::Unset].into_iter().chain((0..once.len()).map(|at| Held::Value(Some(at)))).chain(any).collect(),
            asked: once,
        }
    }

    /// The values for which rows ask.
    pub fn asked(&self) -> &[Json] {
        &self.asked
    }

    /// The position of a value for which rows ask.
    pub fn position(&self, value: &Json) -> Option<usize> {
        self.asked.iter().position(|known| same(known, value))
    }

    /// The classes of what is carried, each at its position.
    pub fn carried(&self) -> &[Carried] {
        &self.carried
    }

    /// The classes of what is held, each at its position.
    pub fn held(&self) -> &[Held] {
        &self.held
    }

    /// What is carried, of which something is true.
    pub fn carrying(&self, is: impl Fn(Carried) -> bool) -> Classes {
        self.carried.iter().enumerate().filter(|(_, carried)| is(**carried)).map(|(at, _)| at).collect()
    }

    /// What is held, of which something is true.
    pub fn holding(&self, is: impl Fn(Held) -> bool) -> Classes {
        self.held.iter().enumerate().filter(|(_, held)| is(**held)).map(|(at, _)| at).collect()
    }
}

impl Carried {
    /// Whether it is this value of those for which rows ask, or, with none, any other.
    pub fn is(self, value: Option<usize>) -> bool {
        matches!(self, Carried::Value { asked, .. } if asked == value)
    }

    /// Whether the attribute does not allow it.
    pub fn is_wrong(self) -> bool {
        matches!(self, Carried::Value { wrong: true, .. })
    }
}
