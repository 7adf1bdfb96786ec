//! From a tree to YAML that a person likes to read, and that reads as the same tree.

use super::node::{Entry, Node, NodeValue};
use super::resolve::{self, Plain};

/// How wide a line may get before a short list or map is written over several lines.
const WIDTH: usize = 100;

/// Longest key, in bytes, that YAML takes without `?` (1024 characters), with some room.
const LONGEST_KEY: usize = 1000;

/// The tree as YAML. Where `remark` has something to say about a node, it stands behind it as a comment.
pub(crate) fn emit(node: &Node, remark: &dyn Fn(&Node) -> Option<String>) -> String {
    let mut emitter = Emitter { out: String::new(), remark };
    match &node.value {
        NodeValue::Map(entries) if !entries.is_empty() => {
            emitter.line_of_remark(node);
            emitter.map(entries, 0);
        }
        NodeValue::List(items) if !items.is_empty() => {
            emitter.line_of_remark(node);
            emitter.list(items, 0);
        }
        _ => {
            emitter.value(node, 0, 0);
            // A document's own text after `|` begins on the line after it.
            if emitter.out.starts_with(' ') {
                emitter.out.remove(0);
            }
        }
    }
    emitter.out
}

struct Emitter<'r> {
    out: String,
    remark: &'r dyn Fn(&Node) -> Option<String>,
}

impl Emitter<'_> {
    /// A remark as the comment that it becomes.
    fn comment(&self, node: &Node) -> Option<String> {
        let remark = (self.remark)(node)?;
        let line: String = remark.chars().map(|c| if is_printable(c) { c } else { ' ' }).collect();
        Some(format!("# {}", line.trim())).filter(|_| !line.trim().is_empty())
    }

    fn line_of_remark(&mut self, node: &Node) {
        if let Some(comment) = self.comment(node) {
            self.out.push_str(&comment);
            self.out.push('\n');
        }
    }

    fn end_line(&mut self, node: &Node) {
        if let Some(comment) = self.comment(node) {
            self.out.push(' ');
            self.out.push_str(&comment);
        }
        self.out.push('\n');
    }

    fn indent(&mut self, indent: usize) {
        self.out.extend(std::iter::repeat_n(' ', indent));
    }

    fn map(&mut self, entries: &[Entry], indent: usize) {
        for (index, entry) in entries.iter().enumerate() {
            // The first key of an item follows its dash.
            if index > 0 || self.out.is_empty() || self.out.ends_with('\n') {
                self.indent(indent);
            }
            let key = key(&entry.key);
            let long = key.len() > LONGEST_KEY;
            if long {
                self.out.push_str("? ");
            }
            self.out.push_str(&key);
            if long {
                self.out.push('\n');
                self.indent(indent);
            }
            self.out.push(':');
            let column = if long { indent + 1 } else { indent + key.chars().count() + 1 };
            self.value(&entry.value, indent, column);
        }
    }

    fn list(&mut self, items: &[Node], indent: usize) {
        for (index, item) in items.iter().enumerate() {
            if index > 0 || self.out.is_empty() || self.out.ends_with('\n') {
                self.indent(indent);
            }
            self.out.push('-');
            match &item.value {
                // A map begins on the line of its dash, unless a remark stands there.
                NodeValue::Map(entries)
                    if !entries.is_empty()
                        && self.comment(item).is_none()
                        && entries[0].key.len() <= LONGEST_KEY
                        && self.flow(item, indent + 1).is_none() =>
                {
                    self.out.push(' ');
                    self.map(entries, indent + 2);
                }
                _ => self.value(item, indent, indent + 1),
            }
        }
    }

    /// A value after `:` or `-`, which stands at `indent`; the line has `column` columns already.
    fn value(&mut self, node: &Node, indent: usize, column: usize) {
        if let Some(flow) = self.flow(node, column) {
            self.out.push(' ');
            self.out.push_str(&flow);
            return self.end_line(node);
        }
        match &node.value {
            NodeValue::Map(entries) => {
                self.end_line(node);
                self.map(entries, indent + 2);
            }
            NodeValue::List(items) => {
                self.end_line(node);
                self.list(items, indent + 2);
            }
            NodeValue::Text(scalar) if is_literal(&scalar.text) => {
                let text = scalar.text.as_str();
                let chomp = match text.strip_suffix('\n') {
                    None => "-",
                    Some(rest) if rest.ends_with('\n') => "+",
                    Some(_) => "",
                };
                self.out.push_str(" |");
                self.out.push_str(chomp);
                self.end_line(node);
                for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
                    if !line.is_empty() {
                        self.indent(indent + 2);
                        self.out.push_str(line);
                    }
                    self.out.push('\n');
                }
            }
            _ => {
                self.out.push(' ');
                self.out.push_str(&scalar(node, false));
                self.end_line(node);
            }
        }
    }

    /// A list or map of nothing but scalars on one line, if it fits and no remark stands inside.
    fn flow(&self, node: &Node, column: usize) -> Option<String> {
        let is_leaf = |node: &Node| match &node.value {
            NodeValue::List(items) => items.is_empty(),
            NodeValue::Map(entries) => entries.is_empty(),
            NodeValue::Text(scalar) => !is_literal(&scalar.text),
            _ => true,
        };
        let inner = |node: &Node| (is_leaf(node) && self.comment(node).is_none()).then(|| scalar(node, true));
        let flow = match &node.value {
            NodeValue::List(items) => {
                let items = items.iter().map(inner).collect::<Option<Vec<_>>>()?;
                format!("[{}]", items.join(", "))
            }
            NodeValue::Map(entries) => {
                let entry = |entry: &Entry| Some(format!("{}: {}", key_in_flow(&entry.key), inner(&entry.value)?));
                let entries = entries.iter().map(entry).collect::<Option<Vec<_>>>()?;
                format!("{{{}}}", entries.join(", "))
            }
            _ => return None,
        };
        (flow.len() == 2 || column + 1 + flow.chars().count() <= WIDTH).then_some(flow)
    }
}

/// A value that is written on one line; of lists and maps, only empty ones are.
fn scalar(node: &Node, in_flow: bool) -> String {
    match &node.value {
        NodeValue::Null => "null".to_owned(),
        NodeValue::Bool(is) => is.to_string(),
        NodeValue::Int(number) => number.to_string(),
        NodeValue::Float(number) if number.is_nan() => ".nan".to_owned(),
        NodeValue::Float(number) if number.is_infinite() => {
            if *number > 0.0 {
                ".inf".to_owned()
            } else {
                "-.inf".to_owned()
            }
        }
        // `{:?}` always writes a point or an exponent, which is what makes it a float.
        NodeValue::Float(number) => format!("{number:?}"),
        NodeValue::Text(scalar) => text(&scalar.text, in_flow),
        NodeValue::List(_) => "[]".to_owned(),
        NodeValue::Map(_) => "{}".to_owned(),
    }
}

fn key(name: &str) -> String {
    if name == "<<" || is_value_like(name) { quoted(name) } else { text(name, false) }
}

fn key_in_flow(name: &str) -> String {
    if name == "<<" || is_value_like(name) { quoted(name) } else { text(name, true) }
}

/// Whether it would be read as something else than a text. A key is always text, but `true: x` would puzzle.
fn is_value_like(text: &str) -> bool {
    resolve::plain(text) != Plain::Text && !text.bytes().all(|byte| byte.is_ascii_digit()) || text.is_empty()
}

/// A text on one line, in quotation marks where it needs them.
pub(super) fn text(text: &str, in_flow: bool) -> String {
    if is_plain(text, in_flow) { text.to_owned() } else { quoted(text) }
}

/// Whether it reads the same without quotation marks.
fn is_plain(text: &str, in_flow: bool) -> bool {
    let Some(first) = text.chars().next() else { return false };
    // Not all of these need quotation marks at the start of every text; better some too many.
    let starts = !"-?:,[]{}#&*!|>'\"%@`=<~".contains(first);
    let other_yaml = matches!(
        text.to_ascii_lowercase().as_str(),
        "y" | "n" | "yes" | "no" | "on" | "off" // what older readers take for true and false
    );
    starts
        && !other_yaml
        && text.chars().all(|c| is_printable(c) && !(in_flow && matches!(c, ',' | '[' | ']' | '{' | '}')))
        && text.trim() == text
        && !text.contains(": ")
        && !text.ends_with(':')
        && !text.contains(" #")
        && !(in_flow && (text.contains(':') || text.ends_with(" -"))) // the parser takes this dash for an item's
        && !text.starts_with("...")
        && resolve::plain(text) == Plain::Text
}

/// In single quotation marks where that is enough, as nothing has to be escaped in them but themselves.
fn quoted(text: &str) -> String {
    let double = text.chars().any(|c| !is_printable(c)) || text.contains('\'') && !text.contains(['"', '\\']);
    if !double {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            '\u{a0}' => out.push_str("\\_"),
            c if is_printable(c) => out.push(c),
            c if (c as u32) < 0x100 => out.push_str(&format!("\\x{:02X}", c as u32)),
            c if (c as u32) < 0x1_0000 => out.push_str(&format!("\\u{:04X}", c as u32)),
            c => out.push_str(&format!("\\U{:08X}", c as u32)),
        }
    }
    out.push('"');
    out
}

/// Whether it is written after `|`: text of several lines, where nothing would be lost to the eye.
fn is_literal(text: &str) -> bool {
    let lines = || text.split('\n');
    text.contains('\n')
        && text.chars().all(|c| matches!(c, '\n' | '\t') || is_printable(c))
        && text.starts_with(|c: char| !c.is_whitespace())
        && lines().all(|line| line.is_empty() || !line.trim().is_empty())
        && !lines().any(|line| line.ends_with([' ', '\t']))
}

/// Whether it may stand in a file unescaped: no controls, nor what looks like nothing or like a plain space.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && (c == ' ' || !c.is_whitespace())
        && !matches!(c, '\u{feff}' | '\u{fffe}' | '\u{ffff}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}
