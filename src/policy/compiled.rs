//! A policy made ready to decide about users: one numbering of the attributes that its mappings read, and the rulings of
//! its rows. To decide is to evaluate the mappings and to look up what the rows say of values of these classes.

use super::decision::{Conclusion, Decision, Notes, Notice, Values};
use super::explanation::Explain;
use super::file::{AttributeKind, ValueType};
use super::mapped::{Mapped, MappedValues, Others, Slot};
use super::mapping::Mapping;
use super::rulings::Rulings;
use super::target::of_kind;
use super::{Claims, Explanation, Filters, Policy, SourcePolicy};
use crate::diagnostic::Diagnostic;
use crate::program::keys::Keys;
use crate::program::seen::{Plain, Rest, Seen};
use crate::program::trace::Tracer;
use crate::program::{Record, RecordKind, Value, World};
use crate::provision::{Event, SignIn, Source, Subject};
use serde_json::Map;
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// What a policy gives newcomers of one source, ready for many of them and for many threads.
///
/// ```
/// use rolewright::{FixedWorld, Policy, provision::Source};
/// use serde_json::json;
///
/// let policy = Policy::from_yaml(include_str!("../../policies/docker.yaml"))?;
/// let compiled = policy.compile(Source::Scim);
/// let world = FixedWorld::new("2026-01-01T00:00:00".parse()?, 0);
/// let ada = json!({"userPrincipalName": "ada@acme.example", "appRoleAssignments": ["My Corp Administrator"]});
/// let decision = compiled.decide(&ada, Some(true), &world);
/// assert_eq!(decision.membership().map(|seat| (seat.org, seat.role)), Some(("acme", "owner")));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Compiled {
    pub(crate) policy: Policy,
    pub(crate) from: Source,
    /// How records of the provider's attributes are read.
    pub(crate) provider: Reading,
    /// How those of the target's own values are; made when the first comes.
    target: OnceLock<Reading>,
}

/// One is enough for all threads of a server.
const _: () = {
    const fn shared<T: Send + Sync>() {}
    shared::<Compiled>();
    shared::<Policy>();
};

/// How records of one kind are read.
#[derive(Debug)]
pub(crate) struct Reading {
    pub source: Arc<SourcePolicy>,
    /// The attributes that are read, each by its slot.
    pub attributes: Vec<Box<str>>,
    /// The same, by their names.
    pub names: Keys,
    /// The mappings that are an attribute as it is.
    pub steps: Box<[Option<Step>]>,
    /// The slots of each mapping's attributes.
    pub slots: Vec<Box<[usize]>>,
    /// The slots of the scope's clauses.
    pub scope: Box<[usize]>,
    /// The mapping that gives the user name.
    pub name: Option<usize>,
    /// That of SCIM, where this source is another: it gives the name that the own one does not.
    pub name_by_scim: Option<NameByScim>,
    pub active: Option<usize>,
    /// What the target requires, by its path.
    pub required: Vec<(Required, Box<str>)>,
    pub rulings: Rulings,
}

/// An attribute that a mapping takes as it is.
#[derive(Debug)]
pub(crate) struct Step {
    slot: usize,
    takes: ValueType,
    /// Whether null is null, and no default stands in its place.
    null: bool,
}

impl Step {
    /// What the record has, where that needs nothing done to it.
    #[inline(always)]
    fn given<'a, R: Record + ?Sized>(&self, record: &'a R, names: &[Box<str>]) -> Option<Slot<'a>> {
        let name = names.get(self.slot).map_or("", AsRef::as_ref);
        let value = record.attribute(name, self.slot);
        let given = match (&value, self.takes) {
            (Value::Text(Cow::Borrowed(text)), ValueType::String) if !text.is_empty() => Some(Slot::Text(text)),
            (Value::Null, _) if self.null => Some(Slot::NULL),
            (Value::Bool(true), ValueType::Boolean) => Some(Slot::Plain(Plain::True)),
            (Value::Bool(false), ValueType::Boolean) => Some(Slot::Plain(Plain::False)),
            _ => None,
        };
        value.end();
        given
    }
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
    /// Makes the policy ready to decide about users of a source. What the rows say of values is found out when the first
    /// user has them, and kept.
    pub fn compile(&self, source: Source) -> Compiled {
        let provider = Reading::new(self, source, self.sources.get(&source).map(Arc::clone).unwrap_or_default());
        Compiled { policy: self.clone(), from: source, provider, target: OnceLock::new() }
    }
}

impl Reading {
    fn new(policy: &Policy, from: Source, source: Arc<SourcePolicy>) -> Reading {
        let mut attributes: Vec<Box<str>> = Vec::new();
        let mut slot = |name: &str| {
            attributes.iter().position(|known| known.as_ref() == name).unwrap_or_else(|| {
                attributes.push(name.into());
                attributes.len() - 1
            })
        };
        let slots: Vec<Box<[usize]>> =
            source.mappings.iter().map(|mapping| mapping.reads().iter().map(|name| slot(name)).collect()).collect();
        let steps = source.mappings.iter().zip(&slots).map(|(mapping, slots)| {
            let slot = *slots.first().filter(|_| mapping.is_direct())?;
            Some(Step { slot, takes: mapping.value_type, null: mapping.default.is_none() })
        });
        let steps = steps.collect();
        let scope = source.scope.reads().map(&mut slot).collect();
        let mapping_of = |source: &SourcePolicy, name: &str| source.mappings.iter().position(|mapping| mapping.attribute == name);
        let key = of_kind(&policy.attributes, AttributeKind::UserName);
        let name = key.and_then(|key| mapping_of(&source, &key.name));
        let name_by_scim = key.and_then(|key| {
            let scim = policy.sources.get(&Source::Scim).filter(|_| from != Source::Scim)?;
            let mapping = mapping_of(scim, &key.name)?;
            let slots = scim.mappings.get(mapping)?.reads().iter().map(|name| slot(name)).collect();
            Some(NameByScim { source: Arc::clone(scim), mapping, slots })
        });
        let required = policy.attributes.iter().filter_map(|attribute| {
            let required = match attribute.kind {
                AttributeKind::UserName => Required::UserName,
                _ if attribute.required && from == Source::Scim => Required::Mapping(mapping_of(&source, &attribute.name)),
                _ => return None,
            };
            Some((required, attribute.path.as_str().into()))
        });
        let required = required.collect();
        let active = of_kind(&policy.attributes, AttributeKind::Active).and_then(|active| mapping_of(&source, &active.name));
        let named = source.mappings.iter().map(|mapping| mapping.attribute.as_str());
        let rulings = Rulings::new(policy, from, named, policy.limits.outcomes);
        let names = Keys::numbered(attributes.iter().cloned());
        Reading { attributes, names, steps, slots, scope, name, name_by_scim, active, required, rulings, source }
    }
}

/// Follows a decision. A type parameter, so that a decision without explanation pays nothing for it.
pub(super) trait Watch {
    type Tracer: Tracer;
    /// What follows the mappings' expressions.
    fn tracer(&mut self) -> &mut Self::Tracer;
    /// A mapping gave its value, or none.
    fn mapped(&mut self, from: Source, mapping: &Mapping, seen: Seen<'_>, rest: &Rest<'_>);
    /// What was warned of, and not yet taken.
    fn warnings(&mut self) -> &mut Vec<Diagnostic>;
}

impl Compiled {
    /// The attributes that the mappings read, each by the slot under which a [`Record`] is asked for it.
    pub fn attributes(&self) -> &[Box<str>] {
        &self.provider.attributes
    }

    /// Whether the outcomes of its rows are kept in a table, once they are found out; where values fall into too many classes
    /// ([`Limits::outcomes`](crate::Limits)), the rows are walked for each user.
    pub fn has_table(&self) -> bool {
        self.provider.rulings.size().is_some()
    }

    /// The policy that was compiled.
    pub fn policy(&self) -> &Policy {
        &self.policy
    }

    /// What the target gives a user of whom it knows nothing yet; `assigned` tells whether the user is assigned to the
    /// application, as far as that is known.
    #[inline]
    pub fn decide<'a, R: Record + ?Sized>(&'a self, record: &'a R, assigned: Option<bool>, world: &'a dyn World) -> Decision<'a> {
        self.watched(record, assigned, world, &mut Quiet(Vec::new()))
    }

    /// The same, with how it came about.
    pub fn explain(&self, record: &dyn Record, assigned: Option<bool>, world: &dyn World) -> Explanation {
        let mut watch = Explain::default();
        let decision = self.watched(record, assigned, world, &mut watch);
        Explanation::new(&decision, watch)
    }

    fn watched<'a, R: Record + ?Sized, W: Watch>(
        &'a self,
        record: &'a R,
        assigned: Option<bool>,
        world: &'a dyn World,
        watch: &mut W,
    ) -> Decision<'a> {
        let reading = self.reading(record.kind());
        let given = MappedValues::new(reading.slots.len());
        let mut values = Mapped { compiled: self, reading, given, named: Cow::Borrowed(""), known_as: "" };
        let mut notes = None;
        let (places, others) = values.given.places();
        for (at, (step, place)) in reading.steps.iter().zip(places).enumerate() {
            // What most mappings do takes less than a call.
            let given = if W::Tracer::EVERY_PART { None } else { step.as_ref().and_then(|step| step.given(record, &reading.attributes)) };
            match given {
                Some(given) => *place = given,
                None => self.mapped(at, record, world, watch, (place, others), &mut notes),
            }
        }
        if values.user().is_empty() {
            values.named = reading.name_by_scim(record, world);
            if values.named.is_empty() {
                values.known_as = record.known_as();
            }
        }
        let conclusion = self.concluded(&values, record, assigned, &mut notes);
        Decision { values, conclusion, notes }
    }

    /// Puts what a mapping gives into its place.
    #[inline(never)]
    fn mapped<'a, R: Record + ?Sized, W: Watch>(
        &'a self,
        at: usize,
        record: &'a R,
        world: &'a dyn World,
        watch: &mut W,
        (place, others): (&mut Slot<'a>, &mut Others<'a>),
        notes: &mut Option<Arc<Notes<'a>>>,
    ) {
        let reading = self.reading(record.kind());
        let (Some(mapping), Some(slots)) = (reading.source.mappings.get(at), reading.slots.get(at)) else { return };
        let mut rest = Rest::new();
        let seen = mapping.seen(record, world, slots, watch.tracer(), &mut rest);
        watch.mapped(self.from, mapping, seen, &rest);
        if !watch.warnings().is_empty() {
            let told = watch.warnings().drain(..);
            noted(notes).warnings.extend(told.map(|told| Notice::of_mapping(told.code, told.message, &mapping.target)));
        }
        if let Some(halt) = place.set(seen, &mut rest, others) {
            noted(notes).halted(halt, &mapping.target);
        }
    }

    fn concluded<'a, R: Record + ?Sized>(
        &'a self,
        values: &Mapped<'a>,
        record: &R,
        assigned: Option<bool>,
        notes: &mut Option<Arc<Notes<'a>>>,
    ) -> Conclusion<'a> {
        let reading = values.reading;
        if reading.source.assigned && assigned == Some(false) {
            return Conclusion::OutOfScope("not-assigned");
        }
        match reading.source.scope.pass_in(record, &reading.scope) {
            Ok(true) if notes.as_ref().is_some_and(|notes| notes.skipped) => return Conclusion::OutOfScope("skip-object"),
            Ok(true) => {}
            Ok(false) => return Conclusion::OutOfScope("scoping-filter"),
            Err(fault) => {
                let error = Notice { code: fault.code.word().into(), message: fault.message.into(), about: None };
                noted(notes).error = Some(error);
            }
        }
        if notes.as_ref().is_some_and(|notes| notes.error.is_some()) {
            return Conclusion::Refused;
        }
        if let Some(path) = reading.missing(values) {
            return Conclusion::Missing(path);
        }
        match reading.rulings.of(&self.policy, &values.given) {
            Some(ruled) => Conclusion::Ruled(ruled),
            None => Conclusion::Walked(Box::new(reading.rulings.walked_of(&self.policy, &values.given))),
        }
    }

    /// How records of a kind are read.
    #[inline]
    pub(super) fn reading(&self, kind: RecordKind) -> &Reading {
        match kind {
            RecordKind::Source => &self.provider,
            RecordKind::Target => self.target.get_or_init(|| self.reading_of_target()),
        }
    }

    /// The target's own values are mapped as they are.
    fn reading_of_target(&self) -> Reading {
        let assigned = self.provider.source.assigned;
        let mappings = self.policy.attributes.iter().map(Mapping::of_document).collect();
        let source = SourcePolicy { assigned, scope: Filters::default(), mappings, claims: Claims::default() };
        Reading { name_by_scim: None, ..Reading::new(&self.policy, self.from, Arc::new(source)) }
    }
}

#[cold]
fn noted<'n, 'a>(notes: &'n mut Option<Arc<Notes<'a>>>) -> &'n mut Notes<'a> {
    Arc::make_mut(notes.get_or_insert_default())
}

impl Reading {
    /// The user name that SCIM's mapping gives.
    #[cold]
    fn name_by_scim<'a, R: Record + ?Sized>(&'a self, record: &'a R, world: &'a dyn World) -> Cow<'a, str> {
        let Some(name) = &self.name_by_scim else { return Cow::Borrowed("") };
        let Some(mapping) = name.source.mappings.get(name.mapping) else { return Cow::Borrowed("") };
        let mut rest = Rest::new();
        let seen = mapping.seen(record, world, &name.slots, &mut Quiet(Vec::new()), &mut rest);
        match rest.take(seen) {
            Ok(Value::Text(user)) => user,
            _ => Cow::Borrowed(""),
        }
    }

    /// The path of what the target requires and the user has not.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))] // a target requires the user name, and little else
    fn missing(&self, values: &Mapped<'_>) -> Option<&str> {
        let named = !values.user().is_empty();
        for (required, path) in &self.required {
            let given = match required {
                Required::UserName => named,
                Required::Mapping(at) => at.is_some_and(|at| !values.given.is_unset(at)),
            };
            if !given {
                return Some(path);
            }
        }
        None
    }
}

/// Keeps warnings and nothing else.
struct Quiet(Vec<Diagnostic>);

impl Tracer for Quiet {
    const EVERY_PART: bool = false;

    #[cold]
    fn warning(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }
}

impl Watch for Quiet {
    type Tracer = Quiet;

    #[inline]
    fn tracer(&mut self) -> &mut Quiet {
        self
    }

    #[inline]
    fn mapped(&mut self, _: Source, _: &Mapping, _: Seen<'_>, _: &Rest<'_>) {}

    #[inline]
    fn warnings(&mut self) -> &mut Vec<Diagnostic> {
        &mut self.0
    }
}

impl Decision<'_> {
    /// What the source sends of the user, under the names of the target's attributes.
    pub fn carried(&self) -> Map<String, serde_json::Value> {
        let Mapped { compiled, reading, given, .. } = &self.values;
        let attributes = compiled.policy.attributes.iter().filter(|attribute| attribute.kind != AttributeKind::UserName);
        let carried = attributes.filter_map(|attribute| {
            let at = reading.source.mappings.iter().position(|mapping| mapping.attribute == attribute.name)?;
            let value = Some(given.get(at)).filter(|value| !value.is_unset())?;
            let name = if attribute.kind == AttributeKind::Active { "active" } else { &attribute.name };
            Some((name.to_owned(), value.to_json()))
        });
        carried.collect()
    }

    /// The event that the source sends for the user; none where the user is out of scope, or is refused before that.
    pub fn event(&self) -> Option<Event> {
        if !matches!(self.conclusion, Conclusion::Ruled(_) | Conclusion::Walked(_)) {
            return None;
        }
        let (user, attributes) = (self.user().to_owned(), self.carried());
        Some(match self.values.compiled.from {
            Source::Jit => Event::SignIn(SignIn { user, attributes, groups: None }),
            _ => Event::ScimCreate(Subject { user, attributes }),
        })
    }
}
