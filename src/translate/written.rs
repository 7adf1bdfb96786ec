//! Changes of a policy's tree, written into its text where that can be, so that comments and layout stay.

use crate::diagnostic::{SourceId, Span};
use crate::limits::Limits;
use crate::yaml::{self, Entry, Node, NodeValue};
use serde_json::Value as Json;

/// One place of a policy that gets another value, or none.
pub(super) struct Change {
    path: Vec<String>,
    place: Place,
    /// `None` removes the key.
    value: Option<Json>,
}

/// Where a change is made in the text.
pub(super) enum Place {
    /// A value that stands there.
    Value(Node),
    /// Before the first key of a map that lacks the key.
    Before { key: String, first: Span, in_braces: bool },
    /// A key with its value.
    Whole(Span),
    /// An item of a list that is written line by line.
    Item(Span),
    /// It cannot be written into the text.
    Nowhere,
}

impl Place {
    /// The place of a key in a map, whether it is there or not.
    pub fn of(map: &Node, key: &str) -> Place {
        if let Some(value) = map.get(key) {
            return Place::Value(value.clone());
        }
        match map.entries().first() {
            Some(first) => Place::Before { key: key.to_owned(), first: first.key_span, in_braces: first.key_span.start > map.span.start },
            None => Place::Nowhere,
        }
    }
}

impl Change {
    pub fn new(path: Vec<String>, place: Place, value: Json) -> Change {
        Change { path, place, value: Some(value) }
    }

    pub fn removed(key: &str, entry: &Entry) -> Change {
        let whole = Span::new(entry.key_span.start, entry.value.span.end);
        Change { path: vec![key.to_owned()], place: Place::Whole(whole), value: None }
    }

    pub fn removed_item(list: &str, at: usize, item: &Node) -> Change {
        Change { path: vec![list.to_owned(), at.to_string()], place: Place::Item(item.span), value: None }
    }

    /// The edit of the text.
    fn edit(&self, text: &str) -> Option<(Span, String)> {
        match (&self.place, &self.value) {
            (Place::Value(node), Some(value)) => {
                let span = if node.span.end > node.span.start { node.span } else { return None };
                if let (NodeValue::Text(scalar), Json::String(new)) = (&node.value, value) {
                    let inside = scalar.offsets.source_span(Span::new(0, scalar.text.len()));
                    if let Some(mut written) = scalar.offsets.write(new) {
                        if text.get(inside.start..inside.end)?.ends_with('\n') {
                            written.push('\n');
                        }
                        return Some((inside, written));
                    }
                }
                Some((span, one_line(value)))
            }
            (Place::Before { key, first, in_braces }, Some(value)) => {
                let line = text.get(..first.start)?.rfind('\n').map_or(0, |at| at + 1);
                let indent = text.get(line..first.start)?;
                let separator = if *in_braces { ", ".to_owned() } else { format!("\n{indent}") };
                Some((Span::new(first.start, first.start), format!("{key}: {}{separator}", one_line(value))))
            }
            (Place::Whole(span), None) => {
                let rest = text.get(span.end..)?;
                let line_end = rest.find('\n').filter(|at| rest[..*at].trim().is_empty()).map_or(0, |at| at + 1);
                Some((Span::new(span.start, span.end + line_end), String::new()))
            }
            (Place::Item(span), None) => {
                let line = text.get(..span.start)?.rfind('\n').map_or(0, |at| at + 1);
                let dash = text.get(line..span.start)?.trim() == "-";
                let rest = text.get(span.end..)?;
                let end = rest.find('\n').map_or(text.len(), |at| span.end + at + 1);
                // What follows on the last line is a comment on what is removed.
                let alone = text.get(..span.end)?.ends_with('\n') || rest.trim_start_matches([' ', '\t']).starts_with(['\n', '\r', '#']);
                let end = if text.get(..span.end)?.ends_with('\n') { span.end } else { end };
                (dash && alone).then(|| (Span::new(line, end), String::new()))
            }
            _ => None,
        }
    }
}

/// Whether a text is a name that needs no quotation marks anywhere.
fn is_plain(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.contains('.')
        && text.chars().all(|character| character.is_ascii_alphanumeric() || "._".contains(character))
}

/// A value as YAML on one line.
fn one_line(value: &Json) -> String {
    match value {
        Json::String(text) if is_plain(text) => text.clone(),
        Json::String(text) if !text.contains(char::is_control) => format!("'{}'", text.replace('\'', "''")),
        Json::Array(items) => format!("[{}]", items.iter().map(one_line).collect::<Vec<_>>().join(", ")),
        other => other.to_string(),
    }
}

/// The policy with its changes: the text with edits where it reads as the changed tree, and else that tree, written anew.
pub(super) fn written(mut root: Node, text: &str, changes: &[Change]) -> String {
    let edited = edited(&root, text, changes);
    for change in changes {
        let value = match &change.value {
            Some(value) => Node::from_json(value, SourceId::EXPRESSION, Span::default()),
            None => Node::new(NodeValue::Null, SourceId::EXPRESSION, Span::default()),
        };
        let path: Vec<String> =
            change.path.iter().map(|key| if key.contains('"') { format!("'{key}'") } else { format!("\"{key}\"") }).collect();
        // It fails only where a key to be removed is not there.
        let _ = yaml::set(&mut root, &path.join("."), value);
    }
    let same = |text: &String| yaml::parse(text, SourceId::EXPRESSION, &Limits::DEFAULT).is_ok_and(|node| node.to_json() == root.to_json());
    edited.filter(same).unwrap_or_else(|| yaml::emit(&root, &|_| None))
}

/// `None` where the policy builds on another, or an edit cannot be made.
fn edited(root: &Node, text: &str, changes: &[Change]) -> Option<String> {
    if root.get("extends").is_some() {
        return None;
    }
    let mut edits: Vec<(Span, String)> = changes.iter().map(|change| change.edit(text)).collect::<Option<_>>()?;
    edits.sort_by_key(|(span, _)| (span.start, span.end));
    let mut out = text.to_owned();
    for (span, replacement) in edits.iter().rev() {
        out.get(span.start..span.end)?;
        out.replace_range(span.start..span.end, replacement);
    }
    Some(out)
}
