use super::evaluate::Halt;
use super::term::Term;
use super::value::Value;
use crate::diagnostic::{Diagnostic, Span};
use serde::Serialize;

/// Follows an evaluation. A type parameter, so that an evaluation without explanation pays nothing for it.
pub(crate) trait Tracer {
    /// Whether it wants every part, those of constants included.
    const EVERY_PART: bool;
    /// A part was evaluated.
    fn part(&mut self, term: &Term, result: &Result<Value<'_>, Halt>);
    /// The evaluation warns.
    fn warning(&mut self, diagnostic: Diagnostic);
}

/// Keeps the warnings and nothing else.
pub(crate) struct Warnings<'w>(pub &'w mut Vec<Diagnostic>);

impl Tracer for Warnings<'_> {
    const EVERY_PART: bool = false;

    #[inline]
    fn part(&mut self, _: &Term, _: &Result<Value<'_>, Halt>) {}

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
    /// Spans of Redact calls: what stands inside is hidden as what they give.
    pub hidden: Vec<Span>,
}

/// What a trace prints in place of a value that Redact marks.
pub(crate) const REDACTED: &str = "[Redact]";

impl Tracer for Explain {
    const EVERY_PART: bool = true;

    fn part(&mut self, term: &Term, result: &Result<Value<'_>, Halt>) {
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

    fn warning(&mut self, diagnostic: Diagnostic) {
        self.warnings.push(diagnostic);
    }
}
