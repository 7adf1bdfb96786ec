use super::user::{Notes, User};
use crate::policy::{Decision, DecisionError, DecisionWarning, Seat};
use crate::program::{Number, Record, Value};
use crate::provision::{Membership, Source};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

/// The values of one source's mappings, and what the policy's rules give for them. Generated code implements it.
pub trait Values {
    /// What is the same for every user.
    const FACTS: &'static Facts;
    /// The value of a mapping, counted from 0 in the order of the policy.
    fn value(&self, mapping: usize) -> Value<'_>;
    /// The text of a mapping by which rules place users, empty where it has none.
    fn text(&self, mapping: usize) -> &str;
    /// The user name; empty where the user has none.
    fn user(&self) -> &str;
    /// The path of an attribute that the target requires and the user has not.
    fn missing(&self) -> Option<&'static str>;
    /// What the event gives.
    fn outcome(&self) -> &'static Outcome;
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
    /// The policy's words for refusals and warnings.
    pub messages: &'static [(&'static str, &'static str)],
}

/// An organization, and its teams where they are known.
pub type Organization = (&'static str, Option<&'static [&'static str]>);

/// What an event gives.
#[derive(Debug)]
pub struct Outcome {
    /// What it ends in.
    pub ending: Ending,
    /// What it warns of, each with what it is about, piece by piece.
    pub warnings: &'static [(&'static str, Option<&'static [Filled]>)],
}

/// What an event ends in.
#[derive(Debug)]
pub enum Ending {
    /// It is refused: the policy's word, and what it is about, piece by piece.
    Refused(&'static str, Option<&'static [Filled]>),
    /// The user is not active, and a member of nothing.
    Inactive,
    /// The user is active; where a member, if so.
    Active(Option<Placed>),
}

/// A membership.
#[derive(Debug)]
pub struct Placed {
    /// The organization.
    pub org: Filled,
    /// Who brought the user there.
    pub org_from: Source,
    /// The role.
    pub role: Filled,
    /// Who gave it.
    pub role_from: Source,
    /// The team, and who put the user into it.
    pub team: Option<(Filled, Source)>,
}

/// A text of the policy, or the value of a mapping.
#[derive(Debug)]
pub enum Filled {
    /// This text.
    Text(&'static str),
    /// The value of that mapping.
    Value(usize),
}

/// What one user is given.
#[derive(Debug)]
pub struct Verdict<V> {
    values: V,
    end: End,
    notes: Option<Arc<Notes>>,
}

#[derive(Debug)]
enum End {
    OutOfScope(&'static str),
    Refused,
    /// The path of what the target requires and the user has not.
    Missing(&'static str),
    Given(&'static Outcome),
}

impl<V: Values> Verdict<V> {
    /// What follows from the values, unless the user is out of scope.
    #[inline]
    pub fn new<R: Record + ?Sized>(values: V, user: User<'_, R>, out_of_scope: Option<&'static str>) -> Self {
        let notes = user.into_notes();
        let end = match (out_of_scope, &notes) {
            (Some(reason), _) => End::OutOfScope(reason),
            (None, Some(notes)) if notes.skipped => End::OutOfScope("skip-object"),
            (None, Some(notes)) if notes.error.is_some() => End::Refused,
            _ => match values.missing() {
                Some(path) => End::Missing(path),
                None => End::Given(values.outcome()),
            },
        };
        Verdict { values, end, notes }
    }

    /// The user name, empty where the user has none.
    pub fn user(&self) -> &str {
        self.values.user()
    }

    /// Why the user is not provisioned at all: `not-assigned`, `scoping-filter`, or `skip-object`.
    pub fn scope_reason(&self) -> Option<&'static str> {
        if let End::OutOfScope(reason) = self.end { Some(reason) } else { None }
    }

    /// The word for why the user is refused.
    pub fn refusal(&self) -> Option<&str> {
        match self.end {
            End::Given(Outcome { ending: Ending::Refused(code, _), .. }) => Some(code),
            End::Refused => self.notes.as_ref()?.error.as_ref().map(|error| error.code.as_str()),
            End::Missing(_) => Some(DecisionError::MISSING),
            _ => None,
        }
    }

    /// Whether the user is active.
    #[inline]
    pub fn is_active(&self) -> bool {
        match self.end {
            End::OutOfScope(_) => !V::FACTS.active.is_some_and(|at| matches!(self.values.value(at), Value::Bool(false))),
            End::Refused | End::Missing(_) => false,
            End::Given(outcome) => matches!(outcome.ending, Ending::Active(_)),
        }
    }

    /// Where the user is a member, and as what.
    #[inline]
    pub fn membership(&self) -> Option<Seat<'_>> {
        let End::Given(Outcome { ending: Ending::Active(Some(placed)), .. }) = self.end else { return None };
        Some(Seat {
            org: self.filled(&placed.org),
            org_from: placed.org_from,
            role: self.filled(&placed.role),
            role_from: placed.role_from,
            team: placed.team.as_ref().map(|(team, from)| (self.filled(team), *from)),
        })
    }

    /// The value of a target attribute, by its name; `None` where no mapping gives it one, or one says to leave it out.
    pub fn attribute(&self, name: &str) -> Option<Value<'_>> {
        let (at, (target, _)) = V::FACTS.targets.iter().enumerate().find(|(_, (_, attribute))| *attribute == name)?;
        self.is_given(target).then(|| self.values.value(at))
    }

    /// What the mappings and the event warn of, each by its code.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        let noted = self.notes.iter().flat_map(|notes| &notes.warnings).map(|warning| warning.code.as_str());
        let (noted, told) = match self.end {
            End::OutOfScope(_) => (None, &[][..]),
            End::Refused | End::Missing(_) => (Some(noted), &[][..]),
            End::Given(outcome) => (Some(noted), outcome.warnings),
        };
        noted.into_iter().flatten().chain(told.iter().map(|(code, _)| *code))
    }

    /// The verdict as the interpreter gives it: what [`Policy::decide`](crate::Policy::decide) gives for the same user,
    /// but that a user without a user name has none here.
    pub fn into_decision(mut self) -> Decision {
        let mut warnings: Vec<DecisionWarning> =
            self.notes.as_mut().map(|notes| std::mem::take(&mut Arc::make_mut(notes).warnings)).unwrap_or_default();
        let (mut orgs, mut created_teams, mut error) = (BTreeMap::new(), Vec::new(), None);
        match self.end {
            End::OutOfScope(_) => warnings.clear(),
            End::Refused => error = self.notes.as_ref().and_then(|notes| notes.error.clone()),
            End::Missing(path) => error = Some(DecisionError::missing(path)),
            End::Given(outcome) => {
                if let Ending::Refused(code, about) = outcome.ending {
                    error = Some(DecisionError { code: code.to_owned(), message: message::<V>(code), about: self.about(about) });
                }
                let warning = |(code, about): &(&'static str, _)| DecisionWarning {
                    code: (*code).to_owned(),
                    message: message::<V>(code),
                    about: self.about(*about),
                };
                warnings.extend(outcome.warnings.iter().map(warning));
            }
        }
        if let Some(seat) = self.membership() {
            let teams = seat.team.into_iter().map(|(team, from)| (team.to_owned(), from)).collect();
            created_teams
                .extend(seat.team.filter(|(team, _)| lacks_team::<V>(seat.org, team)).map(|(team, _)| format!("{}:{team}", seat.org)));
            let membership = Membership { role: seat.role.to_owned(), role_from: seat.role_from, org_from: seat.org_from, teams };
            orgs.insert(seat.org.to_owned(), membership);
        }
        let targets = V::FACTS.targets.iter().enumerate().filter(|(_, (target, _))| self.is_given(target));
        Decision {
            user: self.user().to_owned(),
            in_scope: self.scope_reason().is_none(),
            scope_reason: self.scope_reason(),
            active: self.is_active(),
            attributes: targets.map(|(at, (target, _))| ((*target).to_owned(), self.values.value(at).to_json())).collect(),
            orgs,
            created_teams,
            warnings,
            error,
        }
    }

    fn is_given(&self, target: &str) -> bool {
        !self.notes.as_ref().is_some_and(|notes| notes.left_out.contains(&target))
    }

    #[inline]
    fn filled<'v>(&'v self, filled: &Filled) -> &'v str {
        match filled {
            Filled::Text(text) => text,
            Filled::Value(mapping) => self.values.text(*mapping),
        }
    }

    fn about(&self, pieces: Option<&[Filled]>) -> Option<String> {
        let piece = |piece: &Filled| match piece {
            Filled::Text(text) => (*text).to_owned(),
            Filled::Value(mapping) => self.values.value(*mapping).to_text().unwrap_or_default().into_owned(),
        };
        pieces.map(|pieces| pieces.iter().map(piece).collect())
    }
}

/// The values by the names of the target's attributes.
impl<V> Deref for Verdict<V> {
    type Target = V;

    fn deref(&self) -> &V {
        &self.values
    }
}

fn message<V: Values>(code: &str) -> String {
    V::FACTS.messages.iter().find(|(known, _)| *known == code).map_or(code, |(_, message)| message).to_owned()
}

fn lacks_team<V: Values>(org: &str, team: &str) -> bool {
    let teams = V::FACTS.orgs.into_iter().flatten().find(|(known, _)| *known == org).and_then(|(_, teams)| *teams);
    teams.is_some_and(|teams| !teams.contains(&team))
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
