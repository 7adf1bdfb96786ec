use super::user::User;
use crate::policy::decision::{Conclusion, Decision, Values};
use crate::policy::rulings::Ruling;
use crate::program::{Number, Record, Value};
use std::borrow::Cow;

/// The values of one source's mappings, and what the policy's rows say of them. Generated code implements it.
pub trait Fields {
    /// What is the same for every user.
    const FACTS: &'static Facts;
    /// The value of a mapping, counted from 0 in the order of the policy.
    fn value(&self, mapping: usize) -> Value<'_>;
    /// The text of a mapping by which rows place users, empty where it has none.
    fn text(&self, mapping: usize) -> &str;
    /// The user name; empty where the user has none.
    fn user(&self) -> &str;
    /// The path of an attribute that the target requires and the user has not.
    fn missing(&self) -> Option<&'static str>;
    /// What the rows say.
    fn ruling(&self) -> &'static Ruling;
}

/// What is the same for every user.
#[derive(Debug)]
pub struct Facts {
    /// Of each mapping its target as the policy names it, and the attribute's name.
    pub targets: &'static [(&'static str, &'static str)],
    /// The mapping that tells whether the user is active.
    pub active: Option<usize>,
    /// The organizations that exist, and their teams, as far as those are known.
    pub orgs: Option<&'static [Organization]>,
}

/// An organization, and its teams where they are known.
pub type Organization = (&'static str, Option<&'static [&'static str]>);

impl<V: Fields> Values for V {
    fn target(&self, mapping: usize) -> Option<(&str, &str)> {
        V::FACTS.targets.get(mapping).copied()
    }

    fn value(&self, mapping: usize) -> Value<'_> {
        Fields::value(self, mapping)
    }

    #[inline]
    fn text(&self, mapping: usize) -> &str {
        Fields::text(self, mapping)
    }

    #[inline]
    fn user(&self) -> &str {
        Fields::user(self)
    }

    /// Generated code knows no other name for a user without user name.
    fn known_as(&self) -> &str {
        ""
    }

    #[inline]
    fn active(&self) -> Option<usize> {
        V::FACTS.active
    }

    fn lacks_team(&self, org: &str, team: &str) -> bool {
        let teams = V::FACTS.orgs.into_iter().flatten().find(|(known, _)| *known == org).and_then(|(_, teams)| *teams);
        teams.is_some_and(|teams| !teams.contains(&team))
    }
}

/// What follows from the values, unless the user is out of scope.
#[inline]
pub fn decided<V: Fields, R: Record + ?Sized>(values: V, user: User<'_, R>, out_of_scope: Option<&'static str>) -> Decision<'static, V> {
    let notes = user.into_notes();
    let conclusion = match (out_of_scope, &notes) {
        (Some(reason), _) => Conclusion::OutOfScope(reason),
        (None, Some(notes)) if notes.skipped => Conclusion::OutOfScope("skip-object"),
        (None, Some(notes)) if notes.error.is_some() => Conclusion::Refused,
        _ => match values.missing() {
            Some(path) => Conclusion::Missing(path),
            None => Conclusion::Fixed(values.ruling()),
        },
    };
    Decision { values, conclusion, notes }
}

/// The values by the names of the target's attributes.
impl<V: Fields> std::ops::Deref for Decision<'_, V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.values
    }
}

/// A text that is there and not empty: what the rules count as set.
#[inline]
pub fn filled<T: AsRef<str>>(text: &Option<T>) -> Option<&str> {
    text.as_ref().map(AsRef::as_ref).filter(|text| !text.is_empty())
}

/// What a value is, whatever the type of its field.
pub trait Shown {
    /// Without copying it.
    fn shown(&self) -> Value<'_>;
}

impl Shown for Option<Cow<'_, str>> {
    #[inline]
    fn shown(&self) -> Value<'_> {
        match self {
            Some(text) => Value::text(text.as_ref()),
            None => Value::Null,
        }
    }
}

impl Shown for Option<&'static str> {
    #[inline]
    fn shown(&self) -> Value<'_> {
        match self {
            Some(text) => Value::text(*text),
            None => Value::Null,
        }
    }
}

impl Shown for Option<bool> {
    fn shown(&self) -> Value<'_> {
        self.map_or(Value::Null, Value::Bool)
    }
}

impl Shown for Option<Number> {
    fn shown(&self) -> Value<'_> {
        self.map_or(Value::Null, Value::Number)
    }
}

impl Shown for Value<'_> {
    fn shown(&self) -> Value<'_> {
        self.view()
    }
}
