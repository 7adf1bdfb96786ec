//! A policy file, checked: how one target application is provisioned.

mod advice;
mod bases;
mod bound;
mod claims;
pub(crate) mod compiled;
mod conditions;
mod decide;
pub(crate) mod decision;
mod embedded_tests;
mod explanation;
pub(crate) mod file;
mod format;
mod history;
mod load;
mod mapped;
pub(crate) mod mapping;
mod questions;
mod reaching;
mod rows;
pub(crate) mod rulings;
mod scope;
mod shown;
mod tables;
mod target;
mod values;

#[cfg(feature = "cli")]
pub(crate) use bases::reason;
pub use bases::{Bases, is_policy};
pub use bound::Bound;
pub(crate) use claims::{Claims, NAME_ID};
pub use compiled::Compiled;
pub use decision::{Decision, Notice, OwnedDecision, Seat, Values};
pub(crate) use embedded_tests::PolicyTest;
pub use explanation::{AppliedMapping, Explanation};
pub use file::{AttributeKind, ValueType};
pub use format::format;
pub use history::{Replay, RowName, Step, StepChange};
pub use load::{Loader, PolicyError};
pub use mapped::Mapped;
pub use mapping::Mapping;
pub(crate) use questions::{Situation, Wanted, WantedValue};
pub(crate) use reaching::{Reaching, RowAt};
pub(crate) use rows::organizations;
pub use scope::{Clause, FilterError, Filters};
pub use target::TargetAttribute;
pub(crate) use target::is_core;

use crate::diagnostic::{Diagnostic, SourceId, Sources, Span};
use crate::limits::Limits;
use crate::provision::rules::Condition;
use crate::provision::{self, Event, Outcome, Refusal, Rules, Settings, Source, State};
use std::collections::BTreeMap;
use std::sync::Arc;

/// How one target application is provisioned: which source attribute becomes which target attribute, where that puts
/// a user, and what each event may change.
#[derive(Debug, Clone)]
pub struct Policy {
    pub(crate) name: String,
    pub(crate) application: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) suites: Vec<String>,
    pub(crate) attributes: Arc<Vec<TargetAttribute>>,
    pub(crate) options: BTreeMap<String, Choice>,
    pub(crate) settings: Settings,
    pub(crate) sources: BTreeMap<Source, Arc<SourcePolicy>>,
    pub(crate) rules: Arc<Rules>,
    pub(crate) advice: Arc<Vec<advice::Advice>>,
    pub(crate) messages: Arc<BTreeMap<String, String>>,
    pub(crate) tests: Arc<Vec<PolicyTest>>,
    pub(crate) texts: Arc<Sources>,
    pub(crate) warnings: Vec<Diagnostic>,
    pub(crate) limits: Limits,
}

/// An option: the values that it may have, and the one that it has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Choice {
    /// The values.
    pub one_of: Vec<String>,
    /// The one.
    pub value: String,
    pub(crate) at: (SourceId, Span),
}

impl Choice {
    /// The same without the other values.
    pub(crate) fn alone(&self) -> Choice {
        Choice { one_of: vec![self.value.clone()], ..self.clone() }
    }
}

/// What one source does.
#[derive(Debug, Default)]
pub(crate) struct SourcePolicy {
    /// Whether only users count who are assigned to the application.
    pub assigned: bool,
    pub scope: Filters,
    pub mappings: Vec<Mapping>,
    /// Under which names an assertion carries what.
    pub claims: Claims,
}

impl Policy {
    /// Reads and checks a policy that stands alone.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place in the text.
    pub fn from_yaml(text: &str) -> Result<Policy, PolicyError> {
        Loader::new().load("policy", text)
    }

    /// The policy's name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The target application's name, for people.
    pub fn application(&self) -> &str {
        self.application.as_deref().unwrap_or(&self.name)
    }

    /// The URN of the SCIM extension that holds the application's own attributes.
    pub fn namespace(&self) -> Option<&str> {
        self.namespace.as_deref()
    }

    /// The suites of cases that are this policy's own.
    pub fn suites(&self) -> &[String] {
        &self.suites
    }

    /// The attributes of the target.
    pub fn attributes(&self) -> &[TargetAttribute] {
        &self.attributes
    }

    /// The attribute of the target that has that name or path.
    pub fn attribute(&self, name: &str) -> Option<&TargetAttribute> {
        self.attributes.iter().find(|attribute| attribute.is_named(name))
    }

    /// The mappings of a source, in the order of the file.
    pub fn mappings(&self, source: Source) -> &[Mapping] {
        self.sources.get(&source).map_or(&[], |source| &source.mappings)
    }

    /// The attributes of the provider that a source reads: its mappings, its scope, and where it names no user itself, the
    /// mappings of SCIM.
    pub fn reads(&self, source: Source) -> std::collections::BTreeSet<&str> {
        let of = |source| self.sources.get(&source).into_iter().flat_map(|source| source.mappings.iter());
        let mappings = of(source).chain(of(Source::Scim).filter(|_| source != Source::Scim));
        let scope = self.sources.get(&source).into_iter().flat_map(|source| source.scope.reads());
        mappings.flat_map(Mapping::reads).map(AsRef::as_ref).chain(scope).collect()
    }

    /// The name of the group that puts its members into an organization and a team; none where the policy maps no groups.
    pub fn group_name(&self, org: &str, team: &str) -> Option<String> {
        self.rules.groups.as_ref().map(|groups| groups.pattern.join(org, team))
    }

    /// Under which names an assertion carries what; none where the policy has no sign-ins.
    pub(crate) fn claims(&self) -> Option<&Claims> {
        self.sources.get(&Source::Jit).map(|source| &source.claims)
    }

    /// What the check warns of.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// The files into which diagnostics point.
    pub fn texts(&self) -> &Sources {
        &self.texts
    }

    /// The policy's words for a refusal or warning.
    pub fn message<'p>(&'p self, code: &'p str) -> &'p str {
        self.messages.get(code).map_or(code, String::as_str)
    }

    /// The options, by name.
    pub fn options(&self) -> &BTreeMap<String, Choice> {
        &self.options
    }

    /// The policy with other values of its options.
    ///
    /// # Errors
    /// An option or value that the policy does not have, in words.
    pub fn with_options(&self, chosen: &BTreeMap<String, String>) -> Result<Policy, String> {
        let mut policy = self.clone();
        for (name, value) in chosen {
            let option = policy.options.get_mut(name).ok_or_else(|| format!("the policy has no option {name}"))?;
            if !option.one_of.contains(value) {
                return Err(format!("the option {name} is one of {}, not {value}", option.one_of.join(", ")));
            }
            option.value.clone_from(value);
        }
        let options = &policy.options;
        let rules = Arc::make_mut(&mut policy.rules);
        let rows = rules.events.values_mut().flatten().map(|row| &mut row.when);
        let rows = rows.chain(rules.placement.iter_mut().map(|row| &mut row.when));
        for condition in rows.flatten() {
            if let Condition::Option { name, values, holds } = condition {
                *holds = options.get(name).is_some_and(|option| values.contains(&option.value));
            }
        }
        Ok(policy)
    }

    /// A row as messages name it: its id, and `file:line`.
    pub(crate) fn row_name(&self, id: Option<&str>, at: Option<(SourceId, Span)>) -> String {
        let place = self.place(at).unwrap_or_default();
        id.map_or_else(|| place.clone(), |id| format!("{id} ({place})"))
    }

    /// A place in the policy's files as `file:line`.
    pub(crate) fn place(&self, at: Option<(SourceId, Span)>) -> Option<String> {
        let (source, span) = at?;
        let name = &self.texts.get(source)?.name;
        Some(format!("{name}:{}", self.texts.place(source, span.start)?.line))
    }

    /// A state without users, with the connection as the policy has it.
    pub fn initial_state(&self) -> State {
        State { settings: self.settings.clone(), ..State::default() }
    }

    /// What an event changes. Pure: the same policy, state and event always give the same outcome.
    ///
    /// # Errors
    /// The policy refuses the event; nothing of it is kept.
    pub fn apply(&self, state: &State, event: &Event) -> Result<Outcome, Refusal> {
        provision::apply(&self.rules, state, event)
    }
}

impl std::str::FromStr for Policy {
    type Err = PolicyError;

    fn from_str(text: &str) -> Result<Self, PolicyError> {
        Policy::from_yaml(text)
    }
}
