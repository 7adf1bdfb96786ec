//! A policy made ready to decide about many users: one numbering of the attributes that its mappings read, and the
//! outcome of its rules for every kind of values. To decide then is to evaluate the mappings and to look up one entry.

use super::decide::{Decision, DecisionError, DecisionWarning, display_name, warning_of};
use super::file::AttributeKind;
use super::outlook::{Ending, Entry, Filled, Outlook};
use super::target::of_kind;
use super::{Policy, SourcePolicy};
use crate::document::Holds;
use crate::program::{Halt, Record, Skip, Value, World};
use crate::provision::{Membership, Source};
use serde_json::{Map, Value as Json};
use smallvec::SmallVec;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a policy gives newcomers of one source, ready for many of them. [`Policy::decide`] gives the same for one.
///
/// ```
/// use rolewright::{FixedWorld, Policy, provision::Source};
/// use serde_json::json;
///
/// let policy = Policy::from_yaml(include_str!("../../policies/docker.yaml"))?;
/// let program = policy.program(Source::Scim).expect("the policy has few enough values");
/// let world = FixedWorld::new("2026-01-01T00:00:00".parse()?, 0);
/// let ada = json!({"userPrincipalName": "ada@acme.example", "appRoleAssignments": ["My Corp Administrator"]});
/// let verdict = program.decide(&ada, Some(true), &world);
/// assert_eq!(verdict.membership().map(|seat| (seat.org, seat.role)), Some(("acme", "owner")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Program {
    policy: Policy,
    from: Source,
    source: Arc<SourcePolicy>,
    /// The attributes of the provider that are read, each by its slot.
    attributes: Vec<Box<str>>,
    /// The slots of each mapping's attributes.
    slots: Vec<Box<[usize]>>,
    /// The slots of the scope's clauses.
    scope: Box<[usize]>,
    /// The mapping that gives the user name.
    name: Option<usize>,
    /// That of SCIM, where this source is another: it gives the name that the own one does not.
    name_by_scim: Option<NameByScim>,
    active: Option<usize>,
    /// What the target requires, by its path.
    required: Vec<(Required, Box<str>)>,
    outlook: Outlook,
}

/// What a user cannot be without.
#[derive(Debug)]
enum Required {
    UserName,
    Mapping(Option<usize>),
}

#[derive(Debug)]
struct NameByScim {
    source: Arc<SourcePolicy>,
    mapping: usize,
    slots: Box<[usize]>,
}

/// What one user is given, borrowed from the user's record and the program.
#[derive(Debug)]
pub struct Verdict<'a> {
    program: &'a Program,
    user: Cow<'a, str>,
    values: Values<'a>,
    warnings: Vec<DecisionWarning>,
    end: End<'a>,
}

/// By mapping; none where the mapping leaves the attribute out.
type Values<'a> = SmallVec<[Option<Value<'a>>; 8]>;

#[derive(Debug)]
enum End<'a> {
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

impl Policy {
    /// Makes the policy ready to decide about many users of a source. `None` where its rules tell too many values apart
    /// to be tried in advance (4,096 combinations), or where it has mappings in Rhai; [`Policy::decide`] has no such bound.
    pub fn program(&self, from: Source) -> Option<Program> {
        let source = Arc::clone(self.sources.get(&from)?);
        #[cfg(feature = "rhai")]
        if source.mappings.iter().any(|mapping| matches!(mapping.rule, super::mapping::MappingRule::Script(_))) {
            return None;
        }
        let mut attributes: Vec<Box<str>> = Vec::new();
        let mut slot = |name: &str| {
            attributes.iter().position(|known| known.as_ref() == name).unwrap_or_else(|| {
                attributes.push(name.into());
                attributes.len() - 1
            })
        };
        let slots = source.mappings.iter().map(|mapping| mapping.reads().iter().map(|name| slot(name)).collect()).collect();
        let scope = source.scope.reads().map(&mut slot).collect();
        let mapping_of = |source: &SourcePolicy, name: &str| source.mappings.iter().position(|mapping| mapping.attribute == name);
        let key = of_kind(&self.attributes, AttributeKind::UserName);
        let name = key.and_then(|key| mapping_of(&source, &key.name));
        let name_by_scim = key.and_then(|key| {
            let scim = self.sources.get(&Source::Scim).filter(|_| from != Source::Scim)?;
            let mapping = mapping_of(scim, &key.name)?;
            let slots = scim.mappings.get(mapping)?.reads().iter().map(|name| slot(name)).collect();
            Some(NameByScim { source: Arc::clone(scim), mapping, slots })
        });
        let required = self
            .attributes
            .iter()
            .filter_map(|attribute| {
                let required = match attribute.kind {
                    AttributeKind::UserName => Required::UserName,
                    _ if attribute.required && from == Source::Scim => Required::Mapping(mapping_of(&source, &attribute.name)),
                    _ => return None,
                };
                Some((required, attribute.path.as_str().into()))
            })
            .collect();
        let active = of_kind(&self.attributes, AttributeKind::Active).and_then(|active| mapping_of(&source, &active.name));
        let outlook = Outlook::new(self, from)?;
        Some(Program { policy: self.clone(), from, source, attributes, slots, scope, name, name_by_scim, active, required, outlook })
    }
}

impl Program {
    /// The attributes that the mappings read, each by the slot under which a [`Record`] is asked for it.
    pub fn attributes(&self) -> &[Box<str>] {
        &self.attributes
    }

    /// What the target gives a user of whom it knows nothing yet; `assigned` tells whether the user is assigned to the
    /// application, as far as that is known.
    pub fn decide<'a>(&'a self, record: &'a dyn Record, assigned: Option<bool>, world: &'a dyn World) -> Verdict<'a> {
        let mut values = Values::new();
        let mut warnings = Vec::new();
        let mut found = Vec::new();
        let mut error = None;
        let mut skipped = false;
        for (mapping, slots) in self.source.mappings.iter().zip(&self.slots) {
            values.push(match mapping.value(record, world, slots, &mut found) {
                Ok(value) => Some(value),
                Err(Halt::Skip(skip)) => {
                    skipped |= skip == Skip::Object;
                    None
                }
                Err(Halt::Fault(fault)) => {
                    error.get_or_insert_with(|| {
                        let about = Some(mapping.target.clone());
                        Box::new(DecisionError { code: fault.code.word().into(), message: fault.message, about })
                    });
                    Some(Value::Null)
                }
            });
            if !found.is_empty() {
                warnings.extend(found.drain(..).map(|warning| warning_of(&warning, &mapping.target)));
            }
        }
        let user = self.user(record, world, &values);
        let mut verdict = Verdict { program: self, user, values, warnings, end: End::OutOfScope("skip-object") };
        match self.out_of_scope(record, assigned) {
            Ok(None) if !skipped => {}
            Ok(None) => return verdict,
            Ok(Some(reason)) => {
                verdict.end = End::OutOfScope(reason);
                return verdict;
            }
            Err(fault) => error = Some(fault),
        }
        let error = error.or_else(|| self.missing(&verdict).map(Box::new));
        let settings = &self.policy.settings;
        verdict.end = match (error, self.outlook.entry(&verdict.values, settings)) {
            (Some(error), _) => End::Refused(error),
            (None, Some(entry)) => End::Entry(entry),
            (None, None) => return verdict, // every combination of classes has its entry
        };
        verdict
    }

    /// The same as [`Policy::decide`] gives for a record of the provider's attributes.
    pub fn decision(&self, record: &Map<String, Json>, assigned: Option<bool>, world: &dyn World) -> Decision {
        let record = &*self.policy.readable(self.from, record, Holds::Source);
        let verdict = self.decide(record, assigned, world);
        let shown = if verdict.user.is_empty() { display_name(record) } else { verdict.user.clone().into_owned() };
        verdict.into_decision(shown)
    }

    fn user<'a>(&'a self, record: &'a dyn Record, world: &'a dyn World, values: &Values<'a>) -> Cow<'a, str> {
        if let Some(Some(Value::Text(user))) = self.name.and_then(|at| values.get(at)) {
            return user.clone();
        }
        let user = self.name_by_scim.as_ref().and_then(|name| {
            let value = name.source.mappings.get(name.mapping)?.value(record, world, &name.slots, &mut Vec::new());
            if let Ok(Value::Text(user)) = value { Some(user) } else { None }
        });
        user.unwrap_or_default()
    }

    fn out_of_scope(&self, record: &dyn Record, assigned: Option<bool>) -> Result<Option<&'static str>, Box<DecisionError>> {
        if self.source.assigned && assigned == Some(false) {
            return Ok(Some("not-assigned"));
        }
        match self.source.scope.pass_in(record, &self.scope) {
            Ok(true) => Ok(None),
            Ok(false) => Ok(Some("scoping-filter")),
            Err(fault) => Err(Box::new(DecisionError { code: fault.code.word().into(), message: fault.message, about: None })),
        }
    }

    fn missing(&self, verdict: &Verdict<'_>) -> Option<DecisionError> {
        let (_, path) = self.required.iter().find(|(required, _)| match required {
            Required::UserName => verdict.user.is_empty(),
            Required::Mapping(at) => at.and_then(|at| verdict.value(at)).is_none_or(Value::is_unset),
        })?;
        Some(DecisionError::missing(path))
    }
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

    fn value(&self, mapping: usize) -> Option<&Value<'a>> {
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

    /// The verdict on its own, with the name by which people know the user.
    fn into_decision(mut self, user: String) -> Decision {
        let policy = &self.program.policy;
        let mut warnings = std::mem::take(&mut self.warnings);
        let (mut orgs, mut created_teams, mut error) = (BTreeMap::new(), Vec::new(), None);
        match &self.end {
            End::OutOfScope(_) => warnings.clear(),
            End::Refused(refused) => error = Some(DecisionError::clone(refused)),
            End::Entry(entry) => {
                let about = |about: &Option<super::outlook::About>| about.as_ref().map(|about| about.with(&self.values));
                if let Ending::Refused { code, about: of } = &entry.ending {
                    error = Some(DecisionError { message: policy.message(code).to_owned(), code: code.clone(), about: about(of) });
                }
                warnings.extend(entry.warnings.iter().map(|(code, of)| DecisionWarning {
                    code: code.clone(),
                    message: policy.message(code).to_owned(),
                    about: about(of),
                }));
            }
        }
        if let Some(seat) = self.membership() {
            let teams = seat.team.into_iter().map(|(team, from)| (team.to_owned(), from)).collect();
            let lacks = |(team, _): &(&str, Source)| policy.settings.lacks_team(seat.org, team);
            created_teams.extend(seat.team.filter(lacks).map(|(team, _)| format!("{}:{team}", seat.org)));
            let membership = Membership { role: seat.role.to_owned(), role_from: seat.role_from, org_from: seat.org_from, teams };
            orgs.insert(seat.org.to_owned(), membership);
        }
        let targets = self.program.source.mappings.iter().zip(&self.values);
        let attributes = targets.filter_map(|(mapping, value)| Some((mapping.target.clone(), value.as_ref()?.to_json()))).collect();
        Decision {
            user,
            in_scope: self.scope_reason().is_none(),
            scope_reason: self.scope_reason(),
            active: self.is_active(),
            attributes,
            orgs,
            created_teams,
            warnings,
            error,
        }
    }
}
