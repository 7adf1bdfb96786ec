use super::compare::{self, compare};
use super::record::{Record, known};
use super::term::{Call, Choice, Compare, Kind, Matching, Rules, Skip, Term};
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

/// Everything that one evaluation reads. Generic over the record and over who follows it, so that a typed record is read
/// in place and an evaluation without explanation pays nothing for one.
pub(crate) struct Evaluation<'a, 't, R: ?Sized, T> {
    pub attributes: &'a [Box<str>],
    /// The slots under which the record knows the attributes, where it counts those of several expressions; else empty.
    pub slots: &'a [usize],
    pub record: &'a R,
    pub world: &'a dyn World,
    /// The name of the target attribute that the value is for; empty for an expression on its own.
    pub target: &'a str,
    pub limits: &'a Limits,
    pub tracer: &'t mut T,
    /// What the last part gave that [`seen`](Self::seen) does not give itself.
    pub rest: &'t mut Rest<'a>,
}

/// Whatever is no text that stands in the record or the program.
pub(crate) type Rest<'a> = Result<Value<'a>, Halt>;

impl<'a, R: Record + ?Sized, T: Tracer> Evaluation<'a, '_, R, T> {
    /// The value of a part, traced. What stands in the record or the program is read where it is asked for, without a call.
    #[inline]
    pub fn value(&mut self, term: &'a Term) -> Result<Value<'a>, Halt> {
        match &term.kind {
            Kind::Constant(value) if !T::EVERY_PART => Ok(value.view()),
            Kind::Attribute(slot) if !T::EVERY_PART => Ok(self.attribute(*slot)),
            _ => {
                let seen = self.seen(term);
                self.result(seen)
            }
        }
    }

    /// The same, where most parts are texts of the record or the program: such a text comes in two registers, and anything
    /// else waits in `rest`. A [`Value`] that can be anything is written to memory and read again at each step, which takes
    /// longer than most steps do.
    #[inline]
    pub fn seen(&mut self, term: &'a Term) -> Option<&'a str> {
        if T::EVERY_PART {
            let seen = self.compound(term);
            let result = self.result(seen);
            self.tracer.part(term, &result);
            return self.keep(result);
        }
        match &term.kind {
            Kind::Constant(Value::Text(text)) => Some(text),
            _ => self.compound(term),
        }
    }

    fn result(&mut self, seen: Option<&'a str>) -> Result<Value<'a>, Halt> {
        match seen {
            Some(text) => Ok(Value::text(text)),
            None => std::mem::replace(self.rest, Ok(Value::Null)),
        }
    }

    #[inline]
    fn keep(&mut self, result: Result<Value<'a>, Halt>) -> Option<&'a str> {
        match result {
            Ok(Value::Text(Cow::Borrowed(text))) => Some(text),
            rest => {
                *self.rest = rest;
                None
            }
        }
    }

    #[inline]
    fn attribute(&self, slot: usize) -> Value<'a> {
        let name = self.attributes.get(slot).map_or("", AsRef::as_ref);
        self.record.attribute(name, known(self.slots, slot))
    }

    /// A part, whatever it is. A fault without a place gets that of the innermost part which raised it.
    #[inline(never)]
    fn compound(&mut self, term: &'a Term) -> Option<&'a str> {
        let result = match &term.kind {
            Kind::Constant(value) => Ok(value.view()),
            Kind::Attribute(slot) => Ok(self.attribute(*slot)),
            Kind::Skip(skip) => Err(Halt::Skip(*skip)),
            Kind::Call(call) => match &call.constant {
                Some(value) if !T::EVERY_PART => Ok(value.view()),
                _ => self.call(call),
            },
            Kind::Compare(parts) => self.compare(parts),
            Kind::If(parts) => match self.value(&parts.condition) {
                Ok(condition @ (Value::List(_) | Value::Object(_))) => Err(no_condition(&condition)),
                Ok(condition) => return self.seen(if truth(&condition) { &parts.then } else { &parts.otherwise }),
                halt => halt,
            },
            Kind::Choice(choice) => return self.choice(choice, term),
            Kind::First(terms) => return self.first(terms, |_| false, Value::is_null),
            Kind::FirstFilled(terms) => return self.first(terms, str::is_empty, Value::is_unset),
        };
        let seen = self.keep(result);
        if let (None, Err(halt)) = (seen, &mut *self.rest) {
            place(halt, term);
        }
        seen
    }

    fn call(&mut self, call: &'a Call) -> Result<Value<'a>, Halt> {
        let mut frame = Frame { evaluation: self, arguments: &call.arguments, prepared: call.prepared.as_ref() };
        match call.function.run {
            // An instance of each function takes its room: not for who wants every part, nor on a page that is waited for.
            Run::Direct(direct) if T::EVERY_PART || cfg!(target_arch = "wasm32") => direct.run(&mut frame as &mut dyn Arguments<'a>),
            Run::Direct(direct) => direct.run(&mut frame),
            Run::Native(run) => run(&mut frame),
            Run::Form(_) => Err(Fault::whole(Code::UnexpectedText, "a form is lowered before it is evaluated")),
        }
    }

    fn compare(&mut self, parts: &'a Compare) -> Result<Value<'a>, Halt> {
        let left = self.value(&parts.left)?;
        let right = self.value(&parts.right)?;
        match parts.rules {
            Rules::Entra => Ok(compare(&left, &right).is_some_and(|ordering| parts.operator.holds(ordering))),
            Rules::Okta => compare::okta(&left, &right, parts.operator),
        }
        .map(Value::Bool)
    }

    /// The first that is not passed over, else the last.
    fn first(&mut self, terms: &'a [Term], empty: fn(&str) -> bool, passed: fn(&Value<'a>) -> bool) -> Option<&'a str> {
        let Some((last, others)) = terms.split_last() else { return self.keep(Ok(Value::Null)) };
        for term in others {
            match self.seen(term) {
                Some(text) if empty(text) => {}
                None if self.rest.as_ref().is_ok_and(passed) => {}
                seen => return seen,
            }
        }
        self.seen(last)
    }

    #[inline]
    fn choice(&mut self, choice: &'a Choice, term: &'a Term) -> Option<&'a str> {
        let case = match (self.seen(&choice.source), &choice.keys) {
            (Some(text), Some(keys)) if choice.matching == Matching::Equal => keys.case(text),
            (None, _) if self.rest.is_err() => return None,
            (seen, _) => match self.result(seen).and_then(|source| self.case(choice, &source, term)) {
                Ok(case) => case,
                Err(halt) => return self.keep(Err(halt)),
            },
        };
        match (case.and_then(|case| choice.cases.get(case)), &choice.default) {
            (Some((_, result)), _) => self.seen(result),
            (None, Some(default)) => self.seen(default),
            (None, None) => self.keep(Ok(Value::Null)),
        }
    }

    /// The case that a source hits, where the source is no text or the keys must be evaluated.
    #[inline(never)]
    fn case(&mut self, choice: &'a Choice, source: &Value<'a>, term: &'a Term) -> Result<Option<usize>, Halt> {
        let text = match choice.matching {
            Matching::Equal => choice_text(source),
            Matching::Within => okta::shown(source).map(Option::unwrap_or_default),
        };
        let text = text.map_err(|halt| placed(halt, term))?;
        if let (Matching::Equal, Some(keys)) = (choice.matching, &choice.keys) {
            return Ok(keys.case(&text));
        }
        for (at, (key, _)) in choice.cases.iter().enumerate() {
            let key = self.value(key)?;
            let hit = match choice.matching {
                Matching::Equal => choice_text(&key).map(|key| key == text),
                Matching::Within => okta::shown(&key).map(|key| text.contains(&*key.unwrap_or_default())),
            };
            if hit.map_err(|halt| placed(halt, term))? {
                return Ok(Some(at));
            }
        }
        Ok(None)
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
fn place(halt: &mut Halt, term: &Term) {
    let Halt::Fault(fault) = halt else { return };
    if fault.span.is_none() {
        let argument = match (&term.kind, fault.argument) {
            (Kind::Call(call), Some(at)) => call.arguments.get(at).and_then(Option::as_ref),
            _ => None,
        };
        fault.span = Some(argument.map_or(term.span, |argument| argument.span));
    }
}

#[cold]
fn placed(mut halt: Halt, term: &Term) -> Halt {
    place(&mut halt, term);
    halt
}

/// A call in progress: what a native function sees.
struct Frame<'f, 'a, 't, R: ?Sized, T> {
    evaluation: &'f mut Evaluation<'a, 't, R, T>,
    arguments: &'a [Option<Term>],
    prepared: Option<&'a Prepared>,
}

impl<'a, R: Record + ?Sized, T: Tracer> Arguments<'a> for Frame<'_, 'a, '_, R, T> {
    fn count(&self) -> usize {
        self.arguments.len()
    }

    fn is_given(&self, at: usize) -> bool {
        self.arguments.get(at).is_some_and(Option::is_some)
    }

    #[inline]
    fn value(&mut self, at: usize) -> Result<Value<'a>, Halt> {
        match self.arguments.get(at) {
            Some(Some(term)) => self.evaluation.value(term),
            _ => Ok(Value::Null),
        }
    }

    fn world(&self) -> &'a dyn World {
        self.evaluation.world
    }

    fn target(&self) -> &'a str {
        self.evaluation.target
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
