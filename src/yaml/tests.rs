//! Tests of the whole folder.

mod laws;
mod places;
mod shapes;
mod syntax;

use super::{Node, parse};
use crate::diagnostic::{Diagnostic, SourceId, Span};
use crate::limits::Limits;

const SOURCE: SourceId = SourceId(7);

fn read(text: &str) -> Node {
    match parse(text, SOURCE, &Limits::DEFAULT) {
        Ok(node) => node,
        Err(found) => panic!("{text:?}: {found:?}"),
    }
}

fn refused(text: &str) -> Diagnostic {
    match parse(text, SOURCE, &Limits::DEFAULT) {
        Ok(node) => panic!("{text:?}: {:?}", node.to_json()),
        Err(found) => found,
    }
}

/// The text of a span.
fn slice(text: &str, span: Span) -> &str {
    &text[span.start..span.end]
}

/// The text of the first label, and the message.
fn told<'t>(text: &'t str, found: &Diagnostic) -> (&'t str, String) {
    (found.labels.first().map_or("", |label| slice(text, label.span)), found.message.clone())
}
