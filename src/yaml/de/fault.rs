//! What ends the reading of a value, in plain words.

use crate::diagnostic::{Code, Diagnostic, SourceId, Span, nearest};
use crate::yaml::node::{Entry, Node, NodeValue};
use serde::de::{self, Expected, Unexpected};
use std::fmt;

/// An error that takes the place of the innermost value on its way out.
#[derive(Debug)]
pub(super) struct Fault {
    diagnostic: Box<Diagnostic>,
    label: &'static str,
    /// What may stand there instead.
    replacement: Option<&'static str>,
}

impl Fault {
    fn new(message: impl Into<String>) -> Self {
        Fault { diagnostic: Box::new(Diagnostic::new(Code::InvalidPolicyValue, message)), label: "", replacement: None }
    }

    /// Another kind of value is wanted than `node`, or a part of it, is.
    pub(super) fn wanted(what: &str, kind: &str, node: &Node) -> Self {
        let mut fault = Fault::new(wanted(what, kind));
        let looks_else = matches!(node.value, NodeValue::Bool(_) | NodeValue::Int(_) | NodeValue::Float(_));
        if what.contains("a text") && looks_else {
            fault.help("to make it a text, put it in quotation marks");
        }
        if matches!((what, node.as_text()), ("true or false", Some("yes" | "no" | "on" | "off"))) {
            fault.help("write `true` or `false`");
        }
        fault
    }

    fn help(&mut self, help: impl Into<String>) {
        self.diagnostic.help = Some(help.into());
    }

    fn place(mut self, source: SourceId, span: Span) -> Self {
        if self.diagnostic.labels.is_empty() {
            let label = self.label;
            let mut diagnostic = self.diagnostic.at_source(source, span, label);
            if let Some(replacement) = self.replacement {
                diagnostic = diagnostic.edit_source(source, span, replacement);
            }
            self.diagnostic = Box::new(diagnostic);
        }
        self
    }

    /// It was found in this value.
    pub(super) fn at(self, node: &Node) -> Self {
        self.place(node.source, node.head())
    }

    /// It was found in this key.
    pub(super) fn at_key(self, entry: &Entry) -> Self {
        self.place(entry.key_source, entry.key_span)
    }

    /// It was found in the value of this key, which may be empty.
    pub(super) fn at_entry(self, entry: &Entry) -> Self {
        self.place(entry.value.source, super::or_key(entry.value.head(), entry.key_span))
    }

    #[cold]
    pub(super) fn into_diagnostic(self) -> Diagnostic {
        *self.diagnostic
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.diagnostic.message)
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Fault::new(message.to_string())
    }

    fn invalid_type(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Fault::new(wanted(&words(expected), kind(found)))
    }

    fn invalid_value(found: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = match found {
            Unexpected::Signed(number) => number.to_string(),
            Unexpected::Unsigned(number) => number.to_string(),
            Unexpected::Float(number) => number.to_string(),
            Unexpected::Str(text) => format!("`{text}`"),
            other => kind(other).to_owned(),
        };
        Fault::new(format!("{} is wanted here, this is {found}", words(expected)))
    }

    fn invalid_length(length: usize, expected: &dyn Expected) -> Self {
        let expected = expected.to_string();
        Fault::new(format!("the list has {length} items; wanted is {expected}"))
    }

    fn unknown_variant(variant: &str, expected: &'static [&'static str]) -> Self {
        let mut fault = Fault::new(format!("`{variant}` is none of the values that can stand here"));
        match nearest(variant, expected.iter().copied()) {
            Some(near) => {
                fault.help(format!("did you mean `{near}`?"));
                fault.replacement = Some(near);
            }
            None if expected.is_empty() => {}
            None => fault.help(format!("the values are {}", names(expected))),
        }
        fault
    }

    fn unknown_field(field: &str, expected: &'static [&'static str]) -> Self {
        let mut fault = Fault::new(format!("unknown key `{field}`"));
        fault.diagnostic.code = Code::UnknownKey;
        fault.help(format!("the keys here are {}", names(expected)));
        fault
    }

    fn missing_field(field: &'static str) -> Self {
        let mut fault = Fault::new(format!("the key `{field}` is missing"));
        fault.label = "in this map";
        fault
    }

    fn duplicate_field(field: &'static str) -> Self {
        Fault::new(format!("the key `{field}` stands here under two names"))
    }
}

fn wanted(what: &str, kind: &str) -> String {
    match kind {
        "nothing" => format!("{what} is wanted here, and there is nothing"),
        "true or false" => format!("{what} is wanted here, this is `true` or `false`"),
        _ => format!("{what} is wanted here, this is {kind}"),
    }
}

/// What serde's own types expect, in our words.
fn words(expected: &dyn Expected) -> String {
    let words = expected.to_string();
    let plain = match words.as_str() {
        "a string" | "a borrowed string" | "string" => "a text",
        "a character" => "a text of one character",
        "a boolean" => "true or false",
        "a sequence" => "a list",
        "u8" => "a whole number from 0 to 255",
        "u16" => "a whole number from 0 to 65535",
        "u32" => "a whole number from 0 to 4294967295",
        "u64" | "u128" | "usize" => "a whole number that is not negative",
        "i8" | "i16" | "i32" | "i64" | "i128" | "isize" => "a whole number",
        "a nonzero u8" | "a nonzero u16" | "a nonzero u32" | "a nonzero u64" | "a nonzero usize" => "a whole number above 0",
        "f32" | "f64" => "a number",
        "unit" => "nothing",
        words if words.starts_with("struct ") => "a map",
        words if words.starts_with("tuple ") => "a list",
        words => words,
    };
    plain.to_owned()
}

fn kind(found: Unexpected<'_>) -> &'static str {
    match found {
        Unexpected::Bool(_) => "true or false",
        Unexpected::Unsigned(_) | Unexpected::Signed(_) | Unexpected::Float(_) => "a number",
        Unexpected::Char(_) | Unexpected::Str(_) | Unexpected::Bytes(_) => "a text",
        Unexpected::Unit | Unexpected::Option => "nothing",
        Unexpected::Seq | Unexpected::TupleVariant => "a list",
        Unexpected::Map | Unexpected::StructVariant => "a map",
        _ => "something else",
    }
}

/// "`a`, `b` and `c`".
pub(super) fn names(names: &[&str]) -> String {
    join(names.iter().map(|name| format!("`{name}`")), "and")
}

/// The shapes that can stand somewhere: "a text, a list or a map".
pub(super) fn alternatives(shapes: &[&str]) -> String {
    let words = shapes.iter().map(|shape| match *shape {
        "flag" => "true or false".to_owned(),
        "nothing" => "nothing".to_owned(),
        shape => format!("a {shape}"),
    });
    join(words, "or")
}

fn join(words: impl Iterator<Item = String>, last: &str) -> String {
    let mut words: Vec<String> = words.collect();
    match words.pop() {
        Some(end) if words.is_empty() => end,
        Some(end) => format!("{} {last} {end}", words.join(", ")),
        None => String::new(),
    }
}
