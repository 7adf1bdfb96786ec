use super::evaluate::Halt;
use super::term::{Kind, Term};
use super::value::Value;
use crate::diagnostic::{Diagnostic, Span};
use serde::Serialize;

/// Follows an evaluation. A type parameter, so that an evaluation without explanation pays nothing for it.
pub(crate) trait Tracer {
    /// Whether it wants every part, those of constants included.
    const EVERY_PART: bool;
    /// An expression begins; the parts that follow are its own.
    #[inline]
    fn begin(&mut self, _root: &Term) {}
    /// A part was evaluated.
    #[inline]
    fn part(&mut self, _term: &Term, _result: Result<Value<'_>, &Halt>) {}
    /// The mapping's default took the place of null.
    #[inline]
    fn defaulted(&mut self) {}
    /// The evaluation warns.
    fn warning(&mut self, diagnostic: Diagnostic);
}

/// Keeps the warnings and nothing else.
pub(crate) struct Warnings<'w>(pub &'w mut Vec<Diagnostic>);

impl Tracer for Warnings<'_> {
    const EVERY_PART: bool = false;

    #[cold]
    fn warning(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }
}

/// The value of one part of an expression, as [`Expression::explain`](crate::Expression::explain) saw it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Part {
    /// Where the part stands in the expression's text.
    pub span: Span,
    /// Its value as JSON; the text `[Redact]` where Redact hides it, and null for a skip or fault.
    pub value: serde_json::Value,
    /// Why there is no value: `skip-flow`, `skip-object`, or the code of a fault.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub halt: Option<&'static str>,
}

/// Keeps every part's value, in the order in which the evaluation finished them.
#[derive(Default)]
pub(crate) struct Explain {
    pub parts: Vec<Part>,
    pub warnings: Vec<Diagnostic>,
    /// Whether a mapping's default took the place of null.
    pub defaulted: bool,
    /// Spans of Redact calls: what stands inside is hidden as what they give.
    hidden: Vec<Span>,
}

/// What a trace prints in place of a value that Redact marks.
pub(crate) const REDACTED: &str = "[Redact]";

impl Tracer for Explain {
    const EVERY_PART: bool = true;

    fn begin(&mut self, root: &Term) {
        self.hidden.clear();
        redacted(root, &mut self.hidden);
    }

    fn part(&mut self, term: &Term, result: Result<Value<'_>, &Halt>) {
        let inside = self.hidden.iter().any(|outer| outer.start <= term.span.start && term.span.end <= outer.end);
        let (value, halt) = match result {
            _ if inside || term.is_redacted() => (REDACTED.into(), None),
            Ok(value) => (value.to_json(), None),
            Err(Halt::Skip(super::Skip::Flow)) => (serde_json::Value::Null, Some("skip-flow")),
            Err(Halt::Skip(super::Skip::Object)) => (serde_json::Value::Null, Some("skip-object")),
            Err(Halt::Fault(fault)) => (serde_json::Value::Null, Some(fault.code.word())),
        };
        self.parts.push(Part { span: term.span, value, halt });
    }

    fn defaulted(&mut self) {
        self.defaulted = true;
    }

    fn warning(&mut self, diagnostic: Diagnostic) {
        self.warnings.push(diagnostic);
    }
}

/// The spans of the calls that hide what they give.
fn redacted(term: &Term, spans: &mut Vec<Span>) {
    match &term.kind {
        Kind::Call(call) if call.function.redacts => spans.push(term.span),
        _ => term.parts().into_iter().for_each(|part| redacted(part, spans)),
    }
}
