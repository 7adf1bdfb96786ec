use super::compare::{self, compare};
use super::glance::{Glance, Short, known};
use super::record::Record;
use super::term::{Choice, Kind, Matching, Rules, Skip, Term};
use super::trace::Tracer;
use super::value::Value;
use super::world::World;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::{Arguments, Prepared, Run, okta};
use crate::limits::Limits;
use std::borrow::Cow;

/// Why an evaluation gave no value.
#[derive(Debug, Clone, PartialEq)]
pub enum Halt {
    /// The expression said to leave something out.
    Skip(Skip),
    /// A value was not what a function needs.
    Fault(Box<Fault>),
}

/// What went wrong, and where in the expression.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{message}")]
pub struct Fault {
    /// The kind.
    pub code: Code,
    /// In words.
    pub message: String,
    /// The argument of the call that is at fault, while the call has not yet placed it.
    pub(crate) argument: Option<usize>,
    /// Where in the expression.
    pub span: Option<Span>,
}

impl Fault {
    /// A fault of the call as a whole.
    pub(crate) fn whole(code: Code, message: impl Into<String>) -> Halt {
        Halt::Fault(Box::new(Fault { code, message: message.into(), argument: None, span: None }))
    }

    /// A fault of one argument, counted from 0.
    pub(crate) fn of(argument: usize, code: Code, message: impl Into<String>) -> Halt {
        Halt::Fault(Box::new(Fault { code, message: message.into(), argument: Some(argument), span: None }))
    }

    /// As a diagnostic on the expression's text.
    pub fn to_diagnostic(&self) -> Diagnostic {
        let diagnostic = Diagnostic::new(self.code, self.message.clone());
        match self.span {
            Some(span) => diagnostic.at(span, ""),
            None => diagnostic,
        }
    }
}

/// Everything that one evaluation reads.
pub(crate) struct Evaluation<'a, 't, T> {
    pub attributes: &'a [Box<str>],
    /// The slots under which the record knows the attributes, where it counts those of several expressions; else empty.
    pub slots: &'a [usize],
    pub record: &'a dyn Record,
    pub world: &'a dyn World,
    pub limits: &'a Limits,
    pub tracer: &'t mut T,
}

impl<'a, T: Tracer> Evaluation<'a, '_, T> {
    /// The value of a part, traced.
    pub fn value(&mut self, term: &'a Term) -> Result<Value<'a>, Halt> {
        let result = match &term.kind {
            Kind::Constant(value) => Ok(value.view()),
            Kind::Attribute(slot) => Ok(self.record.attribute(&self.attributes[*slot], known(self.slots, *slot))),
            _ => match self.compound(term) {
                Ok(value) => Ok(value),
                Err(halt) => Err(place(halt, term)),
            },
        };
        if T::EVERY_PART {
            self.tracer.part(term, &result);
        }
        result
    }

    fn short(&self) -> Short<'a> {
        Short { attributes: self.attributes, slots: self.slots, record: self.record }
    }

    #[inline]
    fn compound(&mut self, term: &'a Term) -> Result<Value<'a>, Halt> {
        match &term.kind {
            Kind::Constant(_) | Kind::Attribute(_) => self.value(term),
            Kind::Skip(skip) => Err(Halt::Skip(*skip)),
            Kind::Call(call) => match (&call.constant, call.function.run) {
                (Some(value), _) if !T::EVERY_PART => Ok(value.view()),
                (_, Run::Native(run)) => run(&mut Frame { evaluation: self, arguments: &call.arguments, prepared: call.prepared.as_ref() }),
                (_, Run::Form(_)) => Err(Fault::whole(Code::UnexpectedText, "a form is lowered before it is evaluated")),
            },
            Kind::Compare(parts) => {
                let left = self.value(&parts.left)?;
                let right = self.value(&parts.right)?;
                match parts.rules {
                    Rules::Entra => Ok(Value::Bool(compare(&left, &right).is_some_and(|ordering| parts.operator.holds(ordering)))),
                    Rules::Okta => compare::okta(&left, &right, parts.operator).map(Value::Bool),
                }
            }
            Kind::If(parts) => {
                let condition = self.value(&parts.condition)?;
                if matches!(condition, Value::List(_) | Value::Object(_)) {
                    return Err(no_condition(&condition));
                }
                self.value(if truth(&condition) { &parts.then } else { &parts.otherwise })
            }
            Kind::First(terms) => {
                for term in terms {
                    let value = self.value(term)?;
                    if !value.is_null() {
                        return Ok(value);
                    }
                }
                Ok(Value::Null)
            }
            Kind::FirstFilled(terms) => {
                let mut value = Value::Null;
                for term in terms {
                    value = self.value(term)?;
                    if !value.is_null() && !matches!(&value, Value::Text(text) if text.is_empty()) {
                        break;
                    }
                }
                Ok(value)
            }
            Kind::Choice(choice) => self.choice(choice),
        }
    }

    fn choice(&mut self, choice: &'a Choice) -> Result<Value<'a>, Halt> {
        let source = self.value(&choice.source)?;
        if choice.matching == Matching::Within {
            return self.choice_within(choice, &source);
        }
        let hit = match (&choice.keys, &source) {
            (Some(keys), Value::Text(text)) => keys.case(text),
            (Some(keys), source) => keys.case(&choice_text(source)?),
            (None, source) => {
                let text = choice_text(source)?;
                let mut hit = None;
                for (at, (key, _)) in choice.cases.iter().enumerate() {
                    if choice_text(&self.value(key)?)? == text {
                        hit = Some(at);
                        break;
                    }
                }
                hit
            }
        };
        match (hit, &choice.default) {
            (Some(at), _) => self.value(&choice.cases[at].1),
            (None, Some(default)) => self.value(default),
            (None, None) => Ok(Value::Null),
        }
    }

    /// The first case whose key stands in the source.
    fn choice_within(&mut self, choice: &'a Choice, source: &Value<'a>) -> Result<Value<'a>, Halt> {
        let shown = |value: &Value<'_>| okta::shown(value).map(|text| text.unwrap_or_default().into_owned());
        let text = shown(source)?;
        for (key, result) in &choice.cases {
            let key = self.value(key)?;
            if text.contains(&shown(&key)?) {
                return self.value(result);
            }
        }
        choice.default.as_ref().map_or(Ok(Value::Null), |default| self.value(default))
    }
}

/// The text by which a Switch compares; null counts as empty.
#[inline]
pub(crate) fn choice_text<'v>(value: &'v Value<'_>) -> Result<Cow<'v, str>, Halt> {
    match value {
        Value::Null => Ok(Cow::Borrowed("")),
        other => other
            .to_text()
            .ok_or_else(|| Fault::whole(Code::WrongValueType, format!("a Switch compares texts, and this is {}", other.kind()))),
    }
}

/// The fault of a condition that is no single value.
pub(crate) fn no_condition(value: &Value<'_>) -> Halt {
    Fault::whole(Code::WrongValueType, format!("a condition is a single value, and this is {}", value.kind()))
}

/// Whether a value counts as true: `true`, the text True in any case, or a number other than zero.
pub(crate) fn truth(value: &Value<'_>) -> bool {
    match value {
        Value::Bool(bool) => *bool,
        Value::Text(text) => text.eq_ignore_ascii_case("true"),
        Value::Number(number) => number.as_f64() != 0.0,
        _ => false,
    }
}

/// Gives a fault without a place the place of the part that raised it.
#[cold]
fn place(halt: Halt, term: &Term) -> Halt {
    let Halt::Fault(mut fault) = halt else { return halt };
    if fault.span.is_none() {
        let argument = match (&term.kind, fault.argument) {
            (Kind::Call(call), Some(at)) => call.arguments.get(at).and_then(Option::as_ref),
            _ => None,
        };
        fault.span = Some(argument.map_or(term.span, |argument| argument.span));
    }
    Halt::Fault(fault)
}

/// A call in progress: what a native function sees.
struct Frame<'f, 'a, 't, T> {
    evaluation: &'f mut Evaluation<'a, 't, T>,
    arguments: &'a [Option<Term>],
    prepared: Option<&'a Prepared>,
}

impl<'a, T: Tracer> Arguments<'a> for Frame<'_, 'a, '_, T> {
    fn count(&self) -> usize {
        self.arguments.len()
    }

    fn is_given(&self, at: usize) -> bool {
        self.arguments.get(at).is_some_and(Option::is_some)
    }

    fn value(&mut self, at: usize) -> Result<Value<'a>, Halt> {
        match self.arguments.get(at) {
            Some(Some(term)) => self.evaluation.value(term),
            _ => Ok(Value::Null),
        }
    }

    fn glance(&self, at: usize) -> Glance<'a> {
        match self.arguments.get(at) {
            _ if T::EVERY_PART => Glance::Unknown,
            Some(Some(term)) => self.evaluation.short().glance(term),
            _ => Glance::Null,
        }
    }

    fn world(&self) -> &'a dyn World {
        self.evaluation.world
    }

    fn limits(&self) -> &'a Limits {
        self.evaluation.limits
    }

    fn prepared(&self) -> Option<&'a Prepared> {
        self.prepared
    }

    fn warn(&mut self, code: Code, message: String) {
        self.evaluation.tracer.warning(Diagnostic::new(code, message));
    }
}
