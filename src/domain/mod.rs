//! What rows can tell apart.
//!
//! The tables of a policy ask finitely many things of a value: whether there is one, whether it is a certain one, whether
//! it is allowed. So the values of an attribute fall into a handful of [classes](ValueClass), and whatever rows do to one
//! value of a class they do to each. Over classes stand [sets of situations](Situations), in which tables are checked.
//!
//! The one law: to decide about a value is to decide about its class, with the value put in its place.

mod attribute;
mod classes;
mod given;
mod situations;
#[cfg(test)]
mod tests;

pub(crate) use attribute::{Attribute, Carried, Held};
pub(crate) use classes::{Limits, ValueClass, ValueClasses, ValueKind, is_unset, same};
pub(crate) use given::{Given, Word};
pub(crate) use situations::{Classes, Set, Situations, TooLarge};
