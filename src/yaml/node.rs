//! The tree of a file.

use super::offsets::Offsets;
use crate::diagnostic::{SourceId, Span};

/// A value of a file, with its place.
#[derive(Debug, Clone)]
pub(crate) struct Node {
    /// What it is.
    pub value: NodeValue,
    /// The file that it stands in.
    pub source: SourceId,
    /// Where in that file. What an alias repeats keeps the place where it is written.
    pub span: Span,
}

/// What a value is.
#[derive(Debug, Clone)]
pub(crate) enum NodeValue {
    /// `null`, `~`, or nothing at all.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Text(Scalar),
    /// A list.
    List(Vec<Node>),
    /// A map, in the order of the file.
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// The key, as text.
    pub key: String,
    /// Where the key stands.
    pub key_span: Span,
    /// The file that the key stands in; after a merge the value may come from another.
    pub key_source: SourceId,
    /// The value.
    pub value: Node,
}

/// A text, and how its bytes lie in the file.
#[derive(Debug, Clone)]
pub(crate) struct Scalar {
    /// The text, with escapes and line folding undone.
    pub text: String,
    /// From its bytes to those of the file.
    pub offsets: Offsets,
}

impl Scalar {
    /// A text that stands in no file as written.
    pub(crate) fn made(text: impl Into<String>, span: Span) -> Self {
        Scalar { text: text.into(), offsets: Offsets::whole(span) }
    }
}

impl Node {
    /// A value at a place.
    pub(crate) fn new(value: NodeValue, source: SourceId, span: Span) -> Self {
        Node { value, source, span }
    }

    /// The value of a key, if this is a map that has it.
    pub(crate) fn get(&self, key: &str) -> Option<&Node> {
        self.entry(key).map(|entry| &entry.value)
    }

    /// A key with its value, if this is a map that has it.
    pub(crate) fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries().iter().find(|entry| entry.key == key)
    }

    /// The entries, none if this is no map.
    pub(crate) fn entries(&self) -> &[Entry] {
        match &self.value {
            NodeValue::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items, none if this is no list.
    pub(crate) fn items(&self) -> &[Node] {
        match &self.value {
            NodeValue::List(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is one.
    pub(crate) fn as_text(&self) -> Option<&str> {
        match &self.value {
            NodeValue::Text(scalar) => Some(&scalar.text),
            _ => None,
        }
    }

    /// Whether nothing stands here.
    pub(crate) fn is_null(&self) -> bool {
        matches!(self.value, NodeValue::Null)
    }

    /// What it is, as a message says it.
    pub(crate) fn kind(&self) -> &'static str {
        match self.value {
            NodeValue::Null => "nothing",
            NodeValue::Bool(_) => "true or false",
            NodeValue::Int(_) | NodeValue::Float(_) => "a number",
            NodeValue::Text(_) => "a text",
            NodeValue::List(_) => "a list",
            NodeValue::Map(_) => "a map",
        }
    }

    /// The part of the span that a label marks: a map or list as a whole would mark half a file.
    pub(crate) fn head(&self) -> Span {
        match &self.value {
            NodeValue::Map(entries) => match entries.first() {
                // After a merge, the first key may come from another file.
                Some(first) if first.key_source == self.source && first.key_span.start >= self.span.start => {
                    self.span.start_to(first.key_span)
                }
                _ => self.span.first_byte(),
            },
            NodeValue::List(items) if !items.is_empty() => self.span.first_byte(),
            _ => self.span,
        }
    }

    /// As JSON. Numbers that JSON cannot write (infinite, none) become null.
    pub(crate) fn to_json(&self) -> serde_json::Value {
        use serde_json::Value;
        match &self.value {
            NodeValue::Null => Value::Null,
            NodeValue::Bool(is) => Value::Bool(*is),
            NodeValue::Int(number) => Value::from(*number),
            NodeValue::Float(number) => Value::from(*number),
            NodeValue::Text(scalar) => Value::String(scalar.text.clone()),
            NodeValue::List(items) => Value::Array(items.iter().map(Node::to_json).collect()),
            NodeValue::Map(entries) => Value::Object(entries.iter().map(|entry| (entry.key.clone(), entry.value.to_json())).collect()),
        }
    }

    /// From JSON, every part at the same place: what a command line gives.
    pub(crate) fn from_json(value: &serde_json::Value, source: SourceId, span: Span) -> Self {
        use serde_json::Value;
        let value = match value {
            Value::Null => NodeValue::Null,
            Value::Bool(is) => NodeValue::Bool(*is),
            Value::Number(number) => match number.as_i64() {
                Some(number) => NodeValue::Int(number),
                None => NodeValue::Float(number.as_f64().unwrap_or(f64::NAN)),
            },
            Value::String(text) => NodeValue::Text(Scalar::made(text, span)),
            Value::Array(items) => NodeValue::List(items.iter().map(|item| Node::from_json(item, source, span)).collect()),
            Value::Object(map) => NodeValue::Map(
                map.iter()
                    .map(|(key, value)| Entry {
                        key: key.clone(),
                        key_span: span,
                        key_source: source,
                        value: Node::from_json(value, source, span),
                    })
                    .collect(),
            ),
        };
        Node { value, source, span }
    }

    /// Whether it says the same, wherever it stands; not-a-number equals itself.
    #[cfg(test)]
    pub(crate) fn same(&self, other: &Node) -> bool {
        match (&self.value, &other.value) {
            (NodeValue::Null, NodeValue::Null) => true,
            (NodeValue::Bool(a), NodeValue::Bool(b)) => a == b,
            (NodeValue::Int(a), NodeValue::Int(b)) => a == b,
            (NodeValue::Float(a), NodeValue::Float(b)) => a == b || (a.is_nan() && b.is_nan()),
            (NodeValue::Text(a), NodeValue::Text(b)) => a.text == b.text,
            (NodeValue::List(a), NodeValue::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.same(b)),
            (NodeValue::Map(a), NodeValue::Map(b)) => {
                a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.key == b.key && a.value.same(&b.value))
            }
            _ => false,
        }
    }
}

trait Heads {
    fn first_byte(self) -> Span;
    fn start_to(self, key: Span) -> Span;
}

impl Heads for Span {
    /// The bracket or dash with which it begins.
    fn first_byte(self) -> Span {
        Span::new(self.start, self.end.min(self.start + 1))
    }

    /// A block map begins with its first key; `{` is marked up to the first key only if that is near.
    fn start_to(self, key: Span) -> Span {
        if key.start == self.start { key } else { self.first_byte() }
    }
}
