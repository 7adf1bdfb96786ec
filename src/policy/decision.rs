//! What a policy gives one user, read from where it stands and written as JSON from there.

use super::mapped::Mapped;
use super::rulings::{End, Filled, Placing, Ruled, Ruling, Said};
use crate::diagnostic::Code;
use crate::program::{Halt, Skip, Value};
use crate::provision::{Membership, Source};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What the target gives one user of whom it knows nothing yet, borrowed from the user's record and the policy.
///
/// `V` holds the values of the mappings: those of an interpreted policy, or the struct of a generated one.
#[derive(Debug)]
pub struct Decision<'a, V = Mapped<'a>> {
    pub(crate) values: V,
    pub(crate) conclusion: Conclusion<'a>,
    /// Most users have nothing to tell of, and pay nothing for it. Never shared: an `Arc` is here because its end, where
    /// there is none, is one test that is inlined.
    pub(crate) notes: Option<Arc<Notes<'a>>>,
}

/// The values that the mappings of a source give one user.
pub trait Values {
    /// The target of a mapping, as the policy names it, and the name of its attribute; none past the last one.
    fn target(&self, mapping: usize) -> Option<(&str, &str)>;
    /// The value of a mapping, counted from 0 in the order of the policy; null where it gives none.
    fn value(&self, mapping: usize) -> Value<'_>;
    /// The text of a mapping by which rows place users, empty where it has none.
    fn text(&self, mapping: usize) -> &str;
    /// The user name; empty where the user has none.
    fn user(&self) -> &str;
    /// How people know a user without user name; empty where nothing tells.
    fn known_as(&self) -> &str;
    /// The mapping that tells whether the user is active.
    fn active(&self) -> Option<usize>;
    /// Whether a team is known to be missing in an organization.
    fn lacks_team(&self, org: &str, team: &str) -> bool;
}

/// What a decision ends in.
#[derive(Debug)]
pub(crate) enum Conclusion<'a> {
    OutOfScope(&'static str),
    /// As the notes say.
    Refused,
    /// The path of what the target requires and the user has not.
    Missing(&'a str),
    Ruled(&'a Ruled),
    /// Where no table holds it.
    Walked(Box<Ruled>),
    /// Of generated code.
    Fixed(&'static Ruling),
}

/// What is told of a user beside the values.
#[derive(Debug, Clone, Default)]
pub(crate) struct Notes<'a> {
    pub warnings: Vec<Notice<'static>>,
    /// Targets of mappings that say to leave the attribute out.
    pub left_out: Vec<&'a str>,
    pub error: Option<Notice<'static>>,
    /// Whether a mapping says to leave the user out.
    pub skipped: bool,
}

impl<'a> Notes<'a> {
    /// The mapping to a target gave no value.
    pub fn halted(&mut self, halt: Halt, target: &'a str) {
        match halt {
            Halt::Skip(skip) => {
                self.left_out.push(target);
                self.skipped |= skip == Skip::Object;
            }
            Halt::Fault(fault) => {
                let error = || Notice::of_mapping(fault.code, fault.message, target);
                self.error.get_or_insert_with(error);
            }
        }
    }
}

/// A membership: where, as what, and who put the user there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Seat<'a> {
    /// The organization.
    pub org: &'a str,
    /// Who brought the user there.
    pub org_from: Source,
    /// The role.
    pub role: &'a str,
    /// Who gave it.
    pub role_from: Source,
    /// The team, and who put the user into it.
    pub team: Option<(&'a str, Source)>,
}

/// A warning, or why a user is refused.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice<'a> {
    /// The word for it.
    pub code: Cow<'a, str>,
    /// In words.
    pub message: Cow<'a, str>,
    /// The attribute or group that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Cow<'a, str>>,
}

/// A [`Decision`] that borrows nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct OwnedDecision {
    /// The user name, as first written, or how people know a user who has none.
    pub user: String,
    /// Why the user is not provisioned at all: `not-assigned`, `scoping-filter`, or `skip-object`.
    pub scope_reason: Option<&'static str>,
    /// Whether the user is active.
    pub active: bool,
    /// Target values by target name; null where there is none.
    pub attributes: Map<String, Json>,
    /// The memberships, by organization. Groups of a sign-in can make it several.
    pub orgs: BTreeMap<String, Membership>,
    /// Teams that come to be, as `organization:team`.
    pub created_teams: Vec<String>,
    /// Warnings, in the order raised.
    pub warnings: Vec<Notice<'static>>,
    /// Why the user is refused.
    pub error: Option<Notice<'static>>,
}

impl<'a, V: Values> Decision<'a, V> {
    /// The user name, empty where the user has none.
    pub fn user(&self) -> &str {
        self.values.user()
    }

    /// The user name, or how people know a user who has none.
    pub fn shown(&self) -> &str {
        if self.user().is_empty() { self.values.known_as() } else { self.user() }
    }

    /// Why the user is not provisioned at all: `not-assigned`, `scoping-filter`, or `skip-object`.
    #[inline]
    pub fn scope_reason(&self) -> Option<&'static str> {
        if let Conclusion::OutOfScope(reason) = self.conclusion { Some(reason) } else { None }
    }

    #[inline]
    fn ruling(&self) -> Option<&Ruling> {
        match &self.conclusion {
            Conclusion::Ruled(ruled) => Some(&ruled.ruling),
            Conclusion::Walked(ruled) => Some(&ruled.ruling),
            Conclusion::Fixed(ruling) => Some(ruling),
            _ => None,
        }
    }

    /// The word for why the user is refused.
    pub fn refusal(&self) -> Option<&str> {
        match (&self.conclusion, self.ruling()) {
            (_, Some(Ruling { end: End::Refused(said), .. })) => Some(&said.code),
            (Conclusion::Refused, _) => self.notes.as_ref()?.error.as_ref().map(|error| error.code.as_ref()),
            (Conclusion::Missing(_), _) => Some(MISSING),
            _ => None,
        }
    }

    /// Whether the user is active.
    #[inline]
    pub fn is_active(&self) -> bool {
        match (&self.conclusion, self.ruling()) {
            (Conclusion::OutOfScope(_), _) => !self.values.active().is_some_and(|at| match self.values.value(at) {
                Value::Bool(active) => !active,
                Value::Text(active) => active.eq_ignore_ascii_case("false"),
                _ => false,
            }),
            (_, Some(ruling)) => matches!(ruling.end, End::Active(_)),
            _ => false,
        }
    }

    /// Where the user is a member, and as what. Groups, of which a newcomer has none, would make it several.
    #[inline]
    pub fn membership(&self) -> Option<Seat<'_>> {
        let Some(Ruling { end: End::Active(Some(placing)), .. }) = self.ruling() else { return None };
        let Placing { org, org_from, role, role_from, team } = placing;
        Some(Seat {
            org: self.filled(org),
            org_from: *org_from,
            role: self.filled(role),
            role_from: *role_from,
            team: team.as_ref().map(|(team, from)| (self.filled(team), *from)),
        })
    }

    /// The value of a target attribute, by its name; `None` where no mapping gives it one, or one says to leave it out.
    pub fn attribute(&self, name: &str) -> Option<Value<'_>> {
        let (at, target) = self.targets().enumerate().find_map(|(at, (target, attribute))| (attribute == name).then_some((at, target)))?;
        self.is_given(target).then(|| self.values.value(at))
    }

    /// The values that the mappings give, in the order of [`Policy::mappings`](super::Policy::mappings), each with its
    /// target as the policy names it; `None` where one says to leave the attribute out.
    pub fn values(&self) -> impl Iterator<Item = (&str, Option<Value<'_>>)> {
        let targets = self.targets().enumerate();
        targets.map(|(at, (target, _))| (target, self.is_given(target).then(|| self.values.value(at))))
    }

    pub(crate) fn targets(&self) -> impl Iterator<Item = (&str, &str)> {
        (0..).map_while(|at| self.values.target(at))
    }

    pub(crate) fn is_given(&self, target: &str) -> bool {
        !self.notes.as_ref().is_some_and(|notes| notes.left_out.contains(&target))
    }

    #[inline]
    fn filled<'v>(&'v self, filled: &'v Filled) -> &'v str {
        match filled {
            Filled::Text(text) => text,
            Filled::Value(mapping) => self.values.text(*mapping),
        }
    }

    /// Warnings, in the order raised.
    pub fn warnings(&self) -> impl Iterator<Item = Notice<'_>> {
        let own = self.notes.iter().filter(|_| self.scope_reason().is_none()).flat_map(|notes| &notes.warnings);
        let rows = self.ruling().map_or(&[][..], |ruling| &ruling.warnings);
        own.map(Notice::view).chain(rows.iter().map(|said| self.said(said)))
    }

    /// Why the user is refused.
    pub fn error(&self) -> Option<Notice<'_>> {
        match (&self.conclusion, self.ruling()) {
            (_, Some(Ruling { end: End::Refused(said), .. })) => Some(self.said(said)),
            (Conclusion::Refused, _) => self.notes.as_ref()?.error.as_ref().map(Notice::view),
            (Conclusion::Missing(path), _) => Some(missing(path)),
            _ => None,
        }
    }

    /// Why a mapping or a filter could not be evaluated.
    pub(crate) fn fault(&self) -> Option<&Notice<'static>> {
        self.notes.as_ref()?.error.as_ref()
    }

    fn said<'v>(&'v self, said: &'v Said) -> Notice<'v> {
        let piece = |piece: &Filled| match piece {
            Filled::Text(text) => text.to_string(),
            Filled::Value(mapping) => self.values.value(*mapping).to_text().unwrap_or_default().into_owned(),
        };
        let about = said.about.as_ref().map(|pieces| pieces.iter().map(piece).collect::<String>().into());
        Notice { code: Cow::Borrowed(&said.code), message: Cow::Borrowed(&said.message), about }
    }

    /// The team that comes to be, as `organization:team`.
    pub fn created_team(&self) -> Option<String> {
        let seat = self.membership()?;
        let (team, _) = seat.team?;
        self.values.lacks_team(seat.org, team).then(|| format!("{}:{team}", seat.org))
    }

    /// The same decision, which borrows nothing.
    pub fn to_owned(&self) -> OwnedDecision {
        let membership = |seat: Seat<'_>| {
            let teams = seat.team.into_iter().map(|(team, from)| (team.to_owned(), from)).collect();
            (seat.org.to_owned(), Membership { role: seat.role.to_owned(), role_from: seat.role_from, org_from: seat.org_from, teams })
        };
        OwnedDecision {
            user: self.shown().to_owned(),
            scope_reason: self.scope_reason(),
            active: self.is_active(),
            attributes: self.values().filter_map(|(target, value)| Some((target.to_owned(), value?.to_json()))).collect(),
            orgs: self.membership().into_iter().map(membership).collect(),
            created_teams: self.created_team().into_iter().collect(),
            warnings: self.warnings().map(Notice::into_owned).collect(),
            error: self.error().map(Notice::into_owned),
        }
    }
}

impl OwnedDecision {
    /// Whether the user is provisioned at all.
    pub fn is_in_scope(&self) -> bool {
        self.scope_reason.is_none()
    }
}

/// The word for a user who lacks what the target requires.
const MISSING: &str = "required-attribute-missing";

fn missing(path: &str) -> Notice<'_> {
    let message = format!("the target requires {path}, and the user has none");
    Notice { code: MISSING.into(), message: message.into(), about: Some(path.into()) }
}

impl<'a> Notice<'a> {
    /// Of what a mapping to that target warns of, or why it gave no value.
    pub(crate) fn of_mapping(code: Code, message: String, target: &str) -> Notice<'static> {
        Notice { code: code.word().into(), message: message.into(), about: Some(target.to_owned().into()) }
    }

    /// The same without copying it.
    pub(crate) fn view(&self) -> Notice<'_> {
        Notice { code: Cow::Borrowed(&self.code), message: Cow::Borrowed(&self.message), about: self.about.as_deref().map(Cow::Borrowed) }
    }

    /// The same, which borrows nothing.
    pub fn into_owned(self) -> Notice<'static> {
        Notice {
            code: self.code.into_owned().into(),
            message: self.message.into_owned().into(),
            about: self.about.map(|about| about.into_owned().into()),
        }
    }
}

/// What a decision is as JSON, whoever owns its parts.
fn write<S, A, O, C, W>(serializer: S, plain: Plain<'_>, attributes: A, orgs: O, created: C, warnings: W) -> Result<S::Ok, S::Error>
where
    S: Serializer,
    A: Serialize,
    O: Serialize,
    C: Serialize,
    W: Serialize,
{
    let mut out = serializer.serialize_struct("Decision", 9)?;
    out.serialize_field("user", plain.user)?;
    out.serialize_field("in_scope", &plain.scope_reason.is_none())?;
    if let Some(reason) = plain.scope_reason {
        out.serialize_field("scope_reason", reason)?;
    }
    out.serialize_field("active", &plain.active)?;
    out.serialize_field("attributes", &attributes)?;
    out.serialize_field("orgs", &orgs)?;
    out.serialize_field("created_teams", &created)?;
    out.serialize_field("warnings", &warnings)?;
    if let Some(error) = &plain.error {
        out.serialize_field("error", error)?;
    }
    out.end()
}

struct Plain<'p> {
    user: &'p str,
    scope_reason: Option<&'static str>,
    active: bool,
    error: Option<Notice<'p>>,
}

impl<V: Values> Serialize for Decision<'_, V> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let plain = Plain { user: self.shown(), scope_reason: self.scope_reason(), active: self.is_active(), error: self.error() };
        let given = || self.values().filter_map(|(target, value)| Some((target, value?)));
        let seat = self.membership();
        let (orgs, created) = (Pairs(|| seat.map(|seat| (seat.org, seat))), Items(|| self.created_team()));
        write(serializer, plain, Pairs(given), orgs, created, Items(|| self.warnings()))
    }
}

impl Serialize for OwnedDecision {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let error = self.error.as_ref().map(Notice::view);
        let plain = Plain { user: &self.user, scope_reason: self.scope_reason, active: self.active, error };
        write(serializer, plain, &self.attributes, &self.orgs, &self.created_teams, &self.warnings)
    }
}

/// As a [`Membership`].
impl Serialize for Seat<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut out = serializer.serialize_struct("Membership", 4)?;
        out.serialize_field("role", self.role)?;
        out.serialize_field("role_from", &self.role_from)?;
        out.serialize_field("org_from", &self.org_from)?;
        out.serialize_field("teams", &Pairs(|| self.team))?;
        out.end()
    }
}

/// An object of what an iterator gives.
struct Pairs<F>(F);

impl<F: Fn() -> I, I: IntoIterator<Item = (K, V)>, K: Serialize, V: Serialize> Serialize for Pairs<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0())
    }
}

/// A list of them.
struct Items<F>(F);

impl<F: Fn() -> I, I: IntoIterator<Item = V>, V: Serialize> Serialize for Items<F> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.0())
    }
}
