use super::Constant;
use crate::diagnostic::Code;
use crate::limits::Limits;
use crate::policy::decision::Notes;
use crate::policy::mapping::wrong_type;
use crate::policy::{Clause, Filters, Notice, ValueType};
use crate::program::{Halt, Number, Record, Skip, Value, World};
use std::borrow::Cow;
use std::sync::{Arc, OnceLock};

/// The user who is decided about, while mappings are evaluated.
pub struct User<'a, R: ?Sized> {
    record: &'a R,
    world: &'a dyn World,
    /// The target of the mapping that is evaluated.
    target: &'static str,
    /// Most users have nothing to tell of, and pay nothing for it. Never shared: an `Arc` is here because its end, where
    /// there is none, is one test that is inlined.
    notes: Option<Arc<Notes<'static>>>,
}

/// What the long way gives. In a type of its own, so that a compiler keeps what the short way gives in registers.
struct Apart<'a>(Option<Cow<'a, str>>);

impl<'a, R: Record + ?Sized> User<'a, R> {
    /// A user of whom nothing is evaluated yet.
    #[inline]
    pub fn new(record: &'a R, world: &'a dyn World) -> Self {
        User { record, world, target: "", notes: None }
    }

    /// The value of an attribute of the provider.
    #[inline]
    pub fn attribute(&self, name: &str, slot: usize) -> Value<'a> {
        self.record.attribute(name, slot)
    }

    /// The value of a mapping that is an attribute as it is, and whose target takes texts.
    #[inline]
    pub fn direct(&mut self, target: &'static str, name: &'static str, slot: usize) -> Option<Cow<'a, str>> {
        match self.record.attribute(name, slot) {
            Value::Text(text) => Some(text),
            Value::Null => None,
            _ => self.evaluated(target, name, slot).0,
        }
    }

    #[cold]
    fn evaluated(&mut self, target: &'static str, name: &'static str, slot: usize) -> Apart<'a> {
        Apart(self.text(target, attribute(name, slot)))
    }

    /// The value of a mapping whose target takes texts.
    ///
    /// As all of these, it gives null where the mapping gives no value, and keeps why.
    #[inline]
    pub fn text(&mut self, target: &'static str, mapping: impl FnOnce(&mut Self) -> Result<Value<'a>, Halt>) -> Option<Cow<'a, str>> {
        self.target = target;
        match mapping(self) {
            Ok(Value::Text(text)) => Some(text),
            Ok(Value::Null) => None,
            other => match self.fit(ValueType::String, other) {
                Some(Value::Text(text)) => Some(text),
                _ => None,
            },
        }
    }

    /// The same, with what stands in for null and the empty text.
    #[inline]
    pub fn text_or(
        &mut self,
        target: &'static str,
        default: &'static str,
        mapping: impl FnOnce(&mut Self) -> Result<Value<'a>, Halt>,
    ) -> Option<Cow<'a, str>> {
        match self.fitted(target, ValueType::String, mapping)? {
            Value::Text(text) if !text.is_empty() => Some(text),
            _ => Some(Cow::Borrowed(default)),
        }
    }

    /// The value of a mapping that gives texts of the policy only.
    #[inline]
    pub fn fixed<T: Into<Option<&'static str>>>(
        &mut self,
        target: &'static str,
        mapping: impl FnOnce(&mut Self) -> Result<T, Halt>,
    ) -> Option<&'static str> {
        self.target = target;
        match mapping(self) {
            Ok(text) => text.into(),
            Err(halt) => self.halted(halt),
        }
    }

    /// The same, with what stands in for null and the empty text.
    #[inline]
    pub fn fixed_or<T: Into<Option<&'static str>>>(
        &mut self,
        target: &'static str,
        default: &'static str,
        mapping: impl FnOnce(&mut Self) -> Result<T, Halt>,
    ) -> Option<&'static str> {
        self.fixed(target, |user| Ok(mapping(user)?.into().filter(|text| !text.is_empty()).or(Some(default))))
    }

    /// The value of a mapping whose target takes booleans.
    #[inline]
    pub fn boolean(&mut self, target: &'static str, mapping: impl FnOnce(&mut Self) -> Result<Value<'a>, Halt>) -> Option<bool> {
        self.target = target;
        let evaluated = mapping(self);
        let bool = match evaluated {
            Ok(Value::Bool(bool)) => Some(bool),
            Ok(Value::Null) => None,
            other => {
                let fitted = self.fit(ValueType::Boolean, other);
                return if let Some(Value::Bool(bool)) = fitted { Some(bool) } else { None };
            }
        };
        std::mem::forget(evaluated); // it holds nothing, which a compiler does not see
        bool
    }

    /// The same, with what stands in for null.
    #[inline]
    pub fn boolean_or(
        &mut self,
        target: &'static str,
        default: bool,
        mapping: impl FnOnce(&mut Self) -> Result<Value<'a>, Halt>,
    ) -> Option<bool> {
        match self.fitted(target, ValueType::Boolean, mapping)? {
            Value::Bool(bool) => Some(bool),
            _ => Some(default),
        }
    }

    /// The value of a mapping whose target takes numbers.
    #[inline]
    pub fn number(&mut self, target: &'static str, mapping: impl FnOnce(&mut Self) -> Result<Value<'a>, Halt>) -> Option<Number> {
        match self.fitted(target, ValueType::Number, mapping) {
            Some(Value::Number(number)) => Some(number),
            _ => None,
        }
    }

    /// The value of a mapping whose target takes lists.
    #[inline]
    pub fn list(&mut self, target: &'static str, mapping: impl FnOnce(&mut Self) -> Result<Value<'a>, Halt>) -> Value<'a> {
        self.fitted(target, ValueType::List, mapping).unwrap_or(Value::Null)
    }

    /// The value of a mapping of any type, with what stands in for null and the empty text.
    pub fn value_or(
        &mut self,
        target: &'static str,
        wanted: ValueType,
        default: &'static Constant,
        mapping: impl FnOnce(&mut Self) -> Result<Value<'a>, Halt>,
    ) -> Value<'a> {
        match self.fitted(target, wanted, mapping) {
            Some(value) if value.is_unset() => default.value(),
            value => value.unwrap_or(Value::Null),
        }
    }

    /// None where the mapping gives no value.
    #[inline]
    fn fitted(
        &mut self,
        target: &'static str,
        wanted: ValueType,
        mapping: impl FnOnce(&mut Self) -> Result<Value<'a>, Halt>,
    ) -> Option<Value<'a>> {
        self.target = target;
        let evaluated = mapping(self);
        self.fit(wanted, evaluated)
    }

    #[inline(never)]
    fn fit(&mut self, wanted: ValueType, evaluated: Result<Value<'a>, Halt>) -> Option<Value<'a>> {
        match evaluated {
            Ok(value) => {
                let kind = value.kind();
                match wanted.fit(value) {
                    Some(value) => Some(value),
                    None => self.halted(wrong_type(self.target, wanted, kind)),
                }
            }
            Err(halt) => self.halted(halt),
        }
    }

    /// The name by which SCIM knows a user who signs in, where the sign-in's own mappings name none. What is told while
    /// it is evaluated does not count.
    pub fn name_by_scim<T>(&mut self, named: bool, mapping: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        if named {
            return None;
        }
        let notes = self.notes.take();
        let name = mapping(self);
        self.notes = notes;
        name
    }

    /// Why the user is out of scope, if so. A filter that cannot be evaluated is an error of the user's.
    #[inline]
    pub fn out_of_scope(&mut self, assigned: Option<bool>, scope: Option<&'static Scope>) -> Option<&'static str> {
        if assigned == Some(false) {
            return Some("not-assigned");
        }
        match scope?.pass(self.record) {
            Ok(true) => None,
            Ok(false) => Some("scoping-filter"),
            Err(error) => {
                let notes = self.notes();
                (notes.error, notes.skipped) = (Some(error), false);
                None
            }
        }
    }

    /// What was warned of, each by its code.
    pub fn warnings(&self) -> impl Iterator<Item = &str> {
        self.notes.iter().flat_map(|notes| &notes.warnings).map(|warning| warning.code.as_ref())
    }

    pub(super) fn world(&self) -> &'a dyn World {
        self.world
    }

    pub(super) fn into_notes(self) -> Option<Arc<Notes<'static>>> {
        self.notes
    }

    #[cold]
    fn notes(&mut self) -> &mut Notes<'static> {
        Arc::make_mut(self.notes.get_or_insert_default())
    }

    #[cold]
    fn halted<T>(&mut self, halt: Halt) -> Option<T> {
        let target = self.target;
        let notes = self.notes();
        match halt {
            Halt::Skip(skip) => {
                notes.left_out.push(target);
                notes.skipped |= skip == Skip::Object;
            }
            Halt::Fault(fault) => {
                notes.error.get_or_insert_with(|| Notice::of_mapping(fault.code, fault.message, target));
            }
        }
        None
    }

    #[cold]
    pub(super) fn warn(&mut self, code: Code, message: String) {
        let warning = Notice::of_mapping(code, message, self.target);
        self.notes().warnings.push(warning);
    }
}

/// A mapping that is an attribute of the provider as it is.
#[inline]
pub fn attribute<'a, R: Record + ?Sized>(name: &'static str, slot: usize) -> impl FnOnce(&mut User<'a, R>) -> Result<Value<'a>, Halt> {
    move |user| Ok(user.attribute(name, slot))
}

/// The scoping filters of a source.
#[derive(Debug)]
pub struct Scope {
    filters: &'static [&'static [Test]],
    ready: OnceLock<Result<Ready, Notice<'static>>>,
}

/// The filters, and the slots of their clauses.
type Ready = (Filters, Box<[usize]>);

/// A clause of a scoping filter, as the policy writes it.
#[derive(Debug)]
pub struct Test {
    /// The attribute that it reads.
    pub attribute: &'static str,
    /// Its slot.
    pub slot: usize,
    /// How it is tested.
    pub operator: &'static str,
    /// Against what.
    pub value: Option<&'static str>,
}

impl Scope {
    /// Filters of which one must pass, each with clauses that all must hold.
    pub const fn new(filters: &'static [&'static [Test]]) -> Self {
        Scope { filters, ready: OnceLock::new() }
    }

    fn pass<R: Record + ?Sized>(&self, record: &R) -> Result<bool, Notice<'static>> {
        let error = |code: Code, message: String| Notice { code: code.word().into(), message: message.into(), about: None };
        let ready = self.ready.get_or_init(|| {
            let clause = |test: &Test| Clause::new(test.attribute, test.operator, test.value, &Limits::DEFAULT);
            let filters = self.filters.iter().map(|filter| filter.iter().map(clause).collect());
            let filters: Vec<Vec<Clause>> = filters.collect::<Result<_, _>>().map_err(|found| error(found.code, found.message))?;
            Ok((Filters::new(filters), self.filters.iter().copied().flatten().map(|test| test.slot).collect()))
        });
        let (filters, slots) = ready.as_ref().map_err(Clone::clone)?;
        filters.pass_in(record, slots).map_err(|fault| error(fault.code, fault.message))
    }
}
