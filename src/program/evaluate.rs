use super::compare::{self, compare};
use super::record::{Record, known};
use super::seen::{Plain, Rest, Seen};
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
    pub rest: &'t mut Rest<'a>,
}

impl<'a, R: Record + ?Sized, T: Tracer> Evaluation<'a, '_, R, T> {
    /// The value of a part, traced. What stands in the record or the program is read where it is asked for, without a call.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn value(&mut self, term: &'a Term) -> Result<Value<'a>, Halt> {
        match &term.kind {
            Kind::Constant(value) if !T::EVERY_PART => Ok(value.view()),
            Kind::Attribute(slot) if !T::EVERY_PART => Ok(self.attribute(*slot)),
            _ => {
                let seen = if T::EVERY_PART { self.seen(term) } else { self.compound(term) };
                self.rest.take(seen)
            }
        }
    }

    /// The same, in registers where it can be.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub fn seen(&mut self, term: &'a Term) -> Seen<'a> {
        if T::EVERY_PART {
            let seen = self.compound(term);
            self.tracer.part(term, self.rest.view(seen));
            return seen;
        }
        match &term.kind {
            Kind::Constant(Value::Text(text)) => Some(text),
            Kind::Attribute(slot) => self.rest.keep(self.attribute(*slot)),
            Kind::Call(call) if call.constant.is_none() => self.call(call, term),
            _ => self.compound(term),
        }
    }

    #[inline]
    fn attribute(&self, slot: usize) -> Value<'a> {
        let name = self.attributes.get(slot).map_or("", AsRef::as_ref);
        self.record.attribute(name, known(self.slots, slot))
    }

    /// A part, whatever it is.
    #[inline(never)]
    fn compound(&mut self, term: &'a Term) -> Seen<'a> {
        let result = match &term.kind {
            Kind::Constant(value) => Ok(value.view()),
            Kind::Attribute(slot) => Ok(self.attribute(*slot)),
            Kind::Skip(skip) => Err(Halt::Skip(*skip)),
            Kind::Call(call) => match &call.constant {
                Some(value) if !T::EVERY_PART => Ok(value.view()),
                _ => return self.call(call, term),
            },
            Kind::Compare(parts) => self.compare(parts),
            Kind::If(parts) => match self.condition(&parts.condition) {
                Ok(holds) => return self.seen(if holds { &parts.then } else { &parts.otherwise }),
                Err(halt) => Err(halt),
            },
            Kind::Choice(choice) => return self.choice(choice, term),
            Kind::First(terms) => return self.first(terms, false),
            Kind::FirstFilled(terms) => return self.first(terms, true),
        };
        self.placed(result, term)
    }

    /// A fault without a place gets that of the innermost part which raised it.
    #[inline]
    fn placed(&mut self, result: Result<Value<'a>, Halt>, term: &Term) -> Seen<'a> {
        let seen = self.rest.keep_result(result);
        if seen.is_none() && self.rest.plain == Plain::Other {
            place(self.rest.halt(), term);
        }
        seen
    }

    fn condition(&mut self, term: &'a Term) -> Result<bool, Halt> {
        match self.value(term)? {
            condition @ (Value::List(_) | Value::Object(_)) => Err(no_condition(&condition)),
            condition => Ok(truth(&condition)),
        }
    }

    #[inline(never)]
    fn call(&mut self, call: &'a Call, term: &'a Term) -> Seen<'a> {
        let mut frame = Frame { evaluation: self, arguments: &call.arguments, prepared: call.prepared.as_ref() };
        let result = match call.function.run {
            // An instance of each function takes its room: not for who wants every part, nor on a page that is waited for.
            Run::Direct(direct) if T::EVERY_PART || cfg!(target_arch = "wasm32") => direct.run(&mut frame as &mut dyn Arguments<'a>),
            Run::Direct(direct) => direct.run(&mut frame),
            Run::Native(run) => run(&mut frame),
            Run::Form(_) => Err(Fault::whole(Code::UnexpectedText, "a form is lowered before it is evaluated")),
        };
        self.placed(result, term)
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

    /// The first that is not null, nor an empty text where those are passed over too; else the last.
    fn first(&mut self, terms: &'a [Term], filled: bool) -> Seen<'a> {
        let Some((last, others)) = terms.split_last() else { return self.rest.keep_plain(Plain::Null) };
        for term in others {
            match self.seen(term) {
                Some("") if filled => {}
                None if self.rest.view(None).is_ok_and(|value| value.is_null() || filled && value.is_unset()) => {}
                seen => return seen,
            }
        }
        self.seen(last)
    }

    #[inline]
    fn choice(&mut self, choice: &'a Choice, term: &'a Term) -> Seen<'a> {
        let seen = self.seen(&choice.source);
        let text = if seen.is_none() && self.rest.plain == Plain::Null { Some("") } else { seen };
        let case = match (text, &choice.keys) {
            (Some(text), Some(keys)) if choice.matching == Matching::Equal => keys.case(text),
            _ => match self.rest.take(seen).and_then(|source| self.case(choice, &source, term)) {
                Ok(case) => case,
                Err(halt) => return self.rest.keep_other(Err(halt)),
            },
        };
        match (case.and_then(|case| choice.cases.get(case)), &choice.default) {
            (Some((_, result)), _) => self.seen(result),
            (None, Some(default)) => self.seen(default),
            (None, None) => self.rest.keep_plain(Plain::Null),
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
        Value::Text(text) => Ok(Cow::Borrowed(text)),
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
fn place(halt: Option<&mut Halt>, term: &Term) {
    let Some(Halt::Fault(fault)) = halt else { return };
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
    place(Some(&mut halt), term);
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
