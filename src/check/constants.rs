//! Calls whose arguments are all constant: their value, or what is wrong with them, is known without a user.

use super::Checker;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::language::Dialect;
use crate::program::evaluate::Evaluation;
use crate::program::seen::Rest;
use crate::program::term::{Kind, Term};
use crate::program::trace::Warnings;
use crate::program::{FixedWorld, Halt, Value};

impl Checker<'_> {
    /// Evaluates a constant call once; a fault is found before any user is read.
    pub(super) fn fold(&mut self, term: &mut Term) {
        let Kind::Call(call) = &term.kind else { return };
        let ready = call.function.pure && !call.arguments.is_empty() && call.arguments.iter().flatten().all(is_constant);
        // What `prepare` refused is reported already, and more precisely.
        if !ready || self.diagnostics.iter().any(|found| found.is_error() && found.labels.iter().any(|label| inside(label.span, term.span)))
        {
            return;
        }
        let record = serde_json::Map::new();
        let world = FixedWorld::new(jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0), 0);
        let mut warnings = Vec::new();
        let result = Evaluation {
            attributes: &[],
            slots: &[],
            record: &record,
            world: &world,
            target: "",
            limits: &self.scope.limits,
            tracer: &mut Warnings(&mut warnings),
            rest: &mut Rest::new(),
        }
        .value(term)
        .map(Value::into_owned);
        match result {
            Ok(value) => {
                if let Kind::Call(call) = &mut term.kind {
                    call.constant = Some(value);
                }
            }
            Err(halt) => self.report(halt, term.span, &[]),
        }
    }

    /// A fault that constants alone cause.
    pub(super) fn report(&mut self, halt: Halt, span: Span, arguments: &[Option<Term>]) {
        let Halt::Fault(fault) = halt else { return };
        let code = fault.code;
        let argument = fault.argument.and_then(|at| arguments.get(at)).and_then(Option::as_ref);
        let at = argument.map(|term| term.span).or(fault.span).unwrap_or(span);
        let diagnostic = Diagnostic::new(fault.code, fault.message).at(at, "");
        self.diagnostics.push(match code {
            Code::InvalidPattern if self.dialect != Dialect::Entra => {
                diagnostic.help("patterns are Java regular expressions; a plain sign such as ( is written \\(")
            }
            Code::InvalidPattern => diagnostic.help("patterns are .NET regular expressions; a plain sign such as ( is written \\("),
            Code::InvalidInterval => diagnostic.help("intervals are yyyy, m (months), d, ww, h, n (minutes), s"),
            _ => diagnostic,
        });
    }
}

fn is_constant(term: &Term) -> bool {
    match &term.kind {
        Kind::Constant(_) => true,
        Kind::Call(call) => call.constant.is_some(),
        _ => false,
    }
}

fn inside(inner: Span, outer: Span) -> bool {
    outer.start <= inner.start && inner.end <= outer.end
}
