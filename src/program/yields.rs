use super::term::{Kind, Term};
use super::value::Value;
use crate::diagnostic::Span;

/// What an expression can give, found without a user: one analysis that serves the check of allowed values, the report
/// of conflicts and lints.
#[derive(Debug, Default)]
pub(crate) struct Yield<'p> {
    /// The constants that can come out, each where it is written.
    pub constants: Vec<(&'p Value<'static>, Span)>,
    /// Whether values can come out that the text does not show.
    pub open: bool,
    /// Whether null can come out.
    pub null: bool,
}

/// A fold over the tree: only the parts that become the result count.
pub(crate) fn yields(term: &Term) -> Yield<'_> {
    let mut found = Yield::default();
    collect(term, &mut found);
    found
}

fn collect<'p>(term: &'p Term, found: &mut Yield<'p>) {
    match &term.kind {
        Kind::Constant(Value::Null) => found.null = true,
        Kind::Constant(value) => found.constants.push((value, term.span)),
        Kind::Attribute(_) => {
            found.open = true;
            found.null = true;
        }
        Kind::Skip(_) => {}
        Kind::Compare(_) => found.open = true,
        Kind::Call(call) => match (&call.constant, call.function.passes) {
            (Some(Value::Null), _) => found.null = true,
            (Some(value), _) => found.constants.push((value, term.span)),
            (None, Some(at)) => {
                if let Some(Some(argument)) = call.arguments.get(at) {
                    collect(argument, found);
                }
            }
            (None, None) => {
                found.open = true;
                found.null |= call.function.nullable;
            }
        },
        Kind::If(parts) => {
            collect(&parts.then, found);
            collect(&parts.otherwise, found);
        }
        Kind::Choice(choice) => {
            for (_, result) in &choice.cases {
                collect(result, found);
            }
            match &choice.default {
                Some(default) => collect(default, found),
                None => found.null = true,
            }
        }
        Kind::First(terms) => {
            let mut null = true;
            for term in terms {
                found.null = false;
                collect(term, found);
                null &= found.null;
                if !null {
                    break; // what follows a value that is never null is never reached
                }
            }
            found.null = null;
        }
        Kind::FirstFilled(terms) => {
            // What is filled passes; only the last can give null, or an empty text.
            let before = found.null;
            let Some((last, others)) = terms.split_last() else { return };
            others.iter().for_each(|term| collect(term, found));
            found.constants.retain(|(value, span)| {
                !value.is_null_or_empty() || !others.iter().any(|term| term.span.start <= span.start && span.end <= term.span.end)
            });
            found.null = before;
            collect(last, found);
        }
    }
}
