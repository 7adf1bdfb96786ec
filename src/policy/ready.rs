//! A policy made ready to decide about many users: one numbering of the attributes that its mappings read, and the
//! outcome of its rules for every kind of values. To decide then is to evaluate the mappings and to look up one entry.

use super::decide::{Decision, DecisionError, display_name, warning_of};
use super::file::AttributeKind;
use super::outlook::Outlook;
use super::target::of_kind;
use super::verdict::{End, Values, Verdict};
use super::{Policy, SourcePolicy};
use crate::document::Holds;
use crate::program::{Halt, Record, Skip, Value, World};
use crate::provision::Source;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
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
    pub(crate) policy: Policy,
    pub(crate) from: Source,
    pub(crate) source: Arc<SourcePolicy>,
    /// The attributes of the provider that are read, each by its slot.
    pub(crate) attributes: Vec<Box<str>>,
    /// The slots of each mapping's attributes.
    pub(crate) slots: Vec<Box<[usize]>>,
    /// The slots of the scope's clauses.
    pub(crate) scope: Box<[usize]>,
    /// The mapping that gives the user name.
    pub(crate) name: Option<usize>,
    /// That of SCIM, where this source is another: it gives the name that the own one does not.
    pub(crate) name_by_scim: Option<NameByScim>,
    pub(crate) active: Option<usize>,
    /// What the target requires, by its path.
    pub(crate) required: Vec<(Required, Box<str>)>,
    pub(crate) outlook: Outlook,
}

/// What a user cannot be without.
#[derive(Debug)]
pub(crate) enum Required {
    UserName,
    Mapping(Option<usize>),
}

#[derive(Debug)]
pub(crate) struct NameByScim {
    pub source: Arc<SourcePolicy>,
    pub mapping: usize,
    pub slots: Box<[usize]>,
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
        let record = &*self.readable(record);
        self.decide(record, assigned, world).to_decision(display_name(record))
    }

    /// A record of a document as the mappings read it.
    pub(crate) fn readable<'r>(&self, record: &'r Map<String, Json>) -> Cow<'r, Map<String, Json>> {
        self.policy.readable(self.from, record, Holds::Source)
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
