//! What a program decides about one user, read from where it stands and written as JSON from there.

use super::decide::{Decision, DecisionError, DecisionWarning};
use super::outlook::{About, Ending, Entry, Filled};
use super::ready::Program;
use crate::program::Value;
use crate::provision::{Membership, Source};
use serde::Serialize;
use serde::ser::{SerializeStruct, Serializer};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// What one user is given, borrowed from the user's record and the program.
#[derive(Debug)]
pub struct Verdict<'a> {
    pub(super) program: &'a Program,
    pub(super) user: Cow<'a, str>,
    pub(super) values: Values<'a>,
    pub(super) warnings: Vec<DecisionWarning>,
    pub(super) end: End<'a>,
}

/// By mapping; none where the mapping leaves the attribute out.
pub(super) type Values<'a> = SmallVec<[Option<Value<'a>>; 8]>;

#[derive(Debug)]
pub(super) enum End<'a> {
    OutOfScope(&'static str),
    Refused(Box<DecisionError>),
    Entry(&'a Entry),
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
    pub code: &'a str,
    /// In words.
    pub message: &'a str,
    /// The attribute or group that it is about.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<Cow<'a, str>>,
}

impl<'a> Verdict<'a> {
    /// The user name, empty where the user has none.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// Why the user is not provisioned at all: `not-assigned`, `scoping-filter`, or `skip-object`.
    pub fn scope_reason(&self) -> Option<&'static str> {
        if let End::OutOfScope(reason) = self.end { Some(reason) } else { None }
    }

    /// The word for why the user is refused.
    pub fn refusal(&self) -> Option<&str> {
        match &self.end {
            End::Refused(error) => Some(&error.code),
            End::Entry(Entry { ending: Ending::Refused { code, .. }, .. }) => Some(code),
            _ => None,
        }
    }

    /// Whether the user is active.
    pub fn is_active(&self) -> bool {
        match &self.end {
            End::OutOfScope(_) => !matches!(self.program.active.and_then(|at| self.value(at)), Some(Value::Bool(false))),
            End::Refused(_) => false,
            End::Entry(entry) => matches!(entry.ending, Ending::Given { active: true, .. }),
        }
    }

    /// Where the user is a member, and as what. Groups, of which a newcomer has none, would make it several.
    pub fn membership(&self) -> Option<Seat<'_>> {
        let End::Entry(Entry { ending: Ending::Given { membership: Some(seat), .. }, .. }) = &self.end else { return None };
        Some(Seat {
            org: self.filled(&seat.org),
            org_from: seat.org_from,
            role: self.filled(&seat.role),
            role_from: seat.role_from,
            team: seat.team.as_ref().map(|(team, from)| (self.filled(team), *from)),
        })
    }

    /// The value of a target attribute, by its name; `None` where no mapping gives it one, or one says to leave it out.
    pub fn attribute(&self, name: &str) -> Option<&Value<'a>> {
        self.value(self.program.source.mappings.iter().position(|mapping| mapping.attribute == name)?)
    }

    /// The values that the mappings give, in the order of [`Policy::mappings`](super::Policy::mappings); `None` where one
    /// says to leave the attribute out.
    pub fn values(&self) -> impl Iterator<Item = Option<&Value<'a>>> {
        self.values.iter().map(Option::as_ref)
    }

    pub(super) fn value(&self, mapping: usize) -> Option<&Value<'a>> {
        self.values.get(mapping)?.as_ref()
    }

    fn filled<'v>(&'v self, filled: &'v Filled) -> &'v str {
        match filled {
            Filled::Fixed(text) => text,
            Filled::Value(mapping) => match self.value(*mapping) {
                Some(Value::Text(text)) => text,
                _ => "",
            },
        }
    }

    /// What is told.
    pub fn warnings(&self) -> impl Iterator<Item = Notice<'_>> {
        let own: &[DecisionWarning] = if self.scope_reason().is_some() { &[] } else { &self.warnings };
        let rules = if let End::Entry(entry) = &self.end { &*entry.warnings } else { &[] };
        let own = own.iter().map(|warning| Notice {
            code: &warning.code,
            message: &warning.message,
            about: warning.about.as_deref().map(Cow::Borrowed),
        });
        own.chain(rules.iter().map(|(code, about)| self.notice(code, about)))
    }

    /// Why the user is refused.
    pub fn error(&self) -> Option<Notice<'_>> {
        match &self.end {
            End::Refused(error) => {
                Some(Notice { code: &error.code, message: &error.message, about: error.about.as_deref().map(Cow::Borrowed) })
            }
            End::Entry(Entry { ending: Ending::Refused { code, about }, .. }) => Some(self.notice(code, about)),
            _ => None,
        }
    }

    fn notice<'v>(&'v self, code: &'v str, about: &Option<About>) -> Notice<'v> {
        let about = about.as_ref().map(|about| Cow::Owned(about.with(&self.values)));
        Notice { code, message: self.program.policy.message(code), about }
    }

    /// The team that comes to be, as `organization:team`.
    pub fn created_team(&self) -> Option<String> {
        let seat = self.membership()?;
        let (team, _) = seat.team?;
        self.program.policy.settings.lacks_team(seat.org, team).then(|| format!("{}:{team}", seat.org))
    }

    /// By the names of the target.
    fn attributes(&self) -> impl Iterator<Item = (&str, &Value<'a>)> {
        let targets = self.program.source.mappings.iter().zip(&self.values);
        targets.filter_map(|(mapping, value)| Some((mapping.target.as_str(), value.as_ref()?)))
    }

    /// What is written as the [`Decision`] is written, without making one. `shown` is how people know a user who has no
    /// user name.
    pub fn written<'v>(&'v self, shown: &'v str) -> impl Serialize + use<'v, 'a> {
        Named { verdict: self, user: if self.user.is_empty() { shown } else { &self.user } }
    }

    /// The decision, which borrows nothing; `shown` is how people know a user who has no user name.
    pub(crate) fn to_decision(&self, shown: &str) -> Decision {
        let seat = self.membership();
        let created_teams = self.created_team().into_iter().collect();
        let membership = |seat: Seat<'_>| {
            let teams = seat.team.into_iter().map(|(team, from)| (team.to_owned(), from)).collect();
            (seat.org.to_owned(), Membership { role: seat.role.to_owned(), role_from: seat.role_from, org_from: seat.org_from, teams })
        };
        Decision {
            user: if self.user.is_empty() { shown } else { &self.user }.to_owned(),
            in_scope: self.scope_reason().is_none(),
            scope_reason: self.scope_reason(),
            active: self.is_active(),
            attributes: self.attributes().map(|(target, value)| (target.to_owned(), value.to_json())).collect(),
            orgs: seat.into_iter().map(membership).collect::<BTreeMap<_, _>>(),
            created_teams,
            warnings: self.warnings().map(Notice::into_warning).collect(),
            error: self.error().map(Notice::into_warning).map(|DecisionWarning { code, message, about }| DecisionError {
                code,
                message,
                about,
            }),
        }
    }
}

impl Notice<'_> {
    fn into_warning(self) -> DecisionWarning {
        DecisionWarning { code: self.code.to_owned(), message: self.message.to_owned(), about: self.about.map(Cow::into_owned) }
    }
}

/// A verdict, and the name by which people know the user.
struct Named<'v, 'a> {
    verdict: &'v Verdict<'a>,
    user: &'v str,
}

impl Serialize for Named<'_, '_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let verdict = self.verdict;
        let seat = verdict.membership();
        let mut out = serializer.serialize_struct("Decision", 9)?;
        out.serialize_field("user", self.user)?;
        out.serialize_field("in_scope", &verdict.scope_reason().is_none())?;
        if let Some(reason) = verdict.scope_reason() {
            out.serialize_field("scope_reason", reason)?;
        }
        out.serialize_field("active", &verdict.is_active())?;
        out.serialize_field("attributes", &Pairs(|| verdict.attributes()))?;
        out.serialize_field("orgs", &Pairs(|| seat.map(|seat| (seat.org, seat))))?;
        out.serialize_field("created_teams", &Items(|| verdict.created_team()))?;
        out.serialize_field("warnings", &Items(|| verdict.warnings()))?;
        if let Some(error) = verdict.error() {
            out.serialize_field("error", &error)?;
        }
        out.end()
    }
}

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
