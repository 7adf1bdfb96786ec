//! From the text of a file to its tree.

use super::error::{self, Places};
use super::node::{Entry, Node, NodeValue};
use super::steps::{Step, Steps};
use crate::diagnostic::{Code, Diagnostic, SourceId, Span};
use crate::limits::Limits;
use saphyr_parser::{Event, Parser};

/// Reads the one document of a file. A file without any is null.
pub(crate) fn parse(text: &str, source: SourceId, limits: &Limits) -> Result<Node, Diagnostic> {
    if text.len() > limits.file_bytes {
        let message = format!("the file has {} bytes; at most {} are read", text.len(), limits.file_bytes);
        return Err(Diagnostic::new(Code::YamlLimit, message));
    }
    let places = Places::of(text);
    let mut steps = Steps::new(text, source, limits);
    let mut documents = 0;
    // The parser must be driven event by event: its own `load` recurses as deep as the file nests.
    for event in Parser::new_from_str(places.without_bom()) {
        let (event, span) = match event {
            Ok((event, span)) => (event, places.span(span)),
            Err(found) => return Err(error::syntax(&found, &places, source, steps.open_brackets())),
        };
        match event {
            Event::DocumentStart(_) if documents == 1 => {
                let at = Span::new(span.start, span.end.max(span.start));
                return Err(Diagnostic::new(Code::YamlSyntax, "a second document begins here")
                    .at_source(source, at, "only the first would be read")
                    .help("a file holds one document; remove the `---` or split the file"));
            }
            Event::DocumentStart(is_written) => {
                documents += 1;
                // One that is not written has the place of the first value.
                steps.passed(if is_written { span.end } else { 0 });
            }
            Event::StreamEnd => break,
            event => steps.take(event, span)?,
        }
    }
    Ok(build(steps.finish(), source))
}

/// A list or map under construction.
struct Open {
    start: usize,
    items: Items,
}

enum Items {
    List(Vec<Node>),
    Map(Vec<Entry>, Option<(String, Span)>),
}

/// Builds the tree, following aliases. The steps are already known to stay within the limits.
fn build(steps: Vec<Step>, source: SourceId) -> Node {
    let mut root = Node::new(NodeValue::Null, source, Span::new(0, 0));
    let mut open: Vec<Open> = Vec::new();
    // Ranges of steps that are being gone through: an alias interrupts one with that of its anchor.
    let all = 0..steps.len();
    let mut ranges = vec![all];
    while let Some(range) = ranges.last_mut() {
        let Some(step) = range.next().and_then(|index| steps.get(index)) else {
            ranges.pop();
            continue;
        };
        let node = match step {
            Step::Repeat(repeated) => {
                ranges.push(repeated.clone());
                continue;
            }
            Step::Open { is_list, start } => {
                let items = if *is_list { Items::List(Vec::new()) } else { Items::Map(Vec::new(), None) };
                open.push(Open { start: *start, items });
                continue;
            }
            Step::Key(key, span) => {
                if let Some(Open { items: Items::Map(_, pending), .. }) = open.last_mut() {
                    *pending = Some((key.clone(), *span));
                }
                continue;
            }
            Step::Leaf(node) => node.clone(),
            Step::Close { end } => match open.pop() {
                Some(Open { start, items: Items::List(items) }) => Node::new(NodeValue::List(items), source, Span::new(start, *end)),
                Some(Open { start, items: Items::Map(entries, _) }) => Node::new(NodeValue::Map(entries), source, Span::new(start, *end)),
                None => continue,
            },
        };
        match open.last_mut().map(|open| &mut open.items) {
            Some(Items::List(items)) => items.push(node),
            Some(Items::Map(entries, pending)) => {
                if let Some((key, key_span)) = pending.take() {
                    entries.push(Entry { key, key_span, key_source: source, value: node });
                }
            }
            None => root = node,
        }
    }
    root
}
