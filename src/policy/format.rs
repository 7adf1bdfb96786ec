use crate::diagnostic::{Diagnostic, SourceId, Span};
use crate::expression::Expression;
use crate::language::Dialect;
use crate::limits::Limits;
use crate::yaml::{self, Node, NodeValue, Style};

/// A policy's text with its expressions in canonical form, without trailing blanks, and with one line end at its end.
/// Comments, order, line ends and quoting stay as they are, and what no expression can be read from stays untouched.
///
/// # Errors
/// The text is no YAML.
pub fn format(text: &str) -> Result<String, Diagnostic> {
    let root = yaml::parse(text, SourceId::EXPRESSION, &Limits::DEFAULT)?;
    let mut edits = Vec::new();
    collect(&root, text, Dialect::Entra, &mut edits);
    edits.sort_by_key(|(span, _): &(Span, String)| span.start);
    let mut out = text.to_owned();
    for (span, replacement) in edits.iter().rev() {
        out.replace_range(span.start..span.end, replacement);
    }
    let blocks = block_lines(&root, text);
    let mut lines: Vec<&str> = out.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect();
    // Before the line end that is added, what is left of a last one would be another.
    if let Some(last) = lines.last_mut() {
        *last = last.trim_end_matches('\r');
    }
    if lines.last().is_some_and(|line| line.is_empty()) {
        lines.pop();
    }
    for (_, line) in lines.iter_mut().enumerate().filter(|(at, _)| !blocks(*at)) {
        *line = line.trim_end_matches([' ', '\t']); // other white space may be content
    }
    while lines.last().is_some_and(|line| line.is_empty()) && !blocks(lines.len() - 1) {
        lines.pop();
    }
    let end = if text.contains("\r\n") { "\r\n" } else { "\n" };
    Ok(lines.join(end) + end)
}

/// Trailing blanks are content in the lines of a scalar that spans several.
fn block_lines(root: &Node, text: &str) -> impl Fn(usize) -> bool + use<> {
    let mut ranges = Vec::new();
    multiline(root, text, &mut ranges);
    move |line| ranges.iter().any(|(from, to)| (*from..=*to).contains(&line))
}

fn multiline(node: &Node, text: &str, ranges: &mut Vec<(usize, usize)>) {
    match &node.value {
        NodeValue::Text(_) => {
            let line = |at: usize| text[..at.min(text.len())].matches('\n').count();
            let (from, to) = (line(node.span.start), line(node.span.end));
            if to > from {
                ranges.push((from, to));
            }
        }
        NodeValue::List(items) => items.iter().for_each(|item| multiline(item, text, ranges)),
        NodeValue::Map(entries) => entries.iter().for_each(|entry| multiline(&entry.value, text, ranges)),
        _ => {}
    }
}

/// Edits that bring the expressions of mappings into form. A scalar over several lines is laid out by hand and left.
fn collect(node: &Node, text: &str, around: Dialect, edits: &mut Vec<(Span, String)>) {
    match &node.value {
        NodeValue::List(items) => items.iter().for_each(|item| collect(item, text, around, edits)),
        NodeValue::Map(entries) => {
            // A source names its dialect for all of its mappings, and a mapping its own; of others no form is known.
            let (dialect, foreign) = match node.get("dialect").and_then(Node::as_text).map(Dialect::from_word) {
                None => (around, false),
                Some(Some(dialect)) => (dialect, false),
                Some(None) => (around, true),
            };
            for entry in entries {
                match &entry.value.value {
                    NodeValue::Text(scalar) if entry.key == "expression" && !foreign => {
                        let one_line = matches!(scalar.offsets.style(), Style::Plain | Style::PlainInFlow | Style::Single | Style::Double);
                        let Ok(formatted) = Expression::format(dialect, &scalar.text) else { continue };
                        let whole = scalar.offsets.source_span(Span::new(0, scalar.text.len()));
                        let lines = text.get(whole.start..whole.end).is_none_or(|written| written.contains(['\n', '\r']));
                        if formatted == scalar.text || !one_line || lines {
                            continue;
                        }
                        if let Some(written) = scalar.offsets.write(&formatted) {
                            edits.push((whole, written));
                        }
                    }
                    _ => collect(&entry.value, text, dialect, edits),
                }
            }
        }
        _ => {}
    }
}
