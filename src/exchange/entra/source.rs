//! Where an attribute mapping's value comes from: a tree of functions, the text of an expression, or both.

use super::super::import::text;
use crate::diagnostic::{Diagnostic, Span};
use crate::functions::{self, Function, Need, Type};
use crate::language::{self, Argument, Node, Syntax, Word};
use crate::limits::Limits;
use crate::program::Number;
use serde_json::{Map, Value as Json};

/// Keys of a tree's parameters that are not the names of the functions reference.
pub(super) const OTHER_NAMES: [(&str, &str, &str); 2] = [("Replace", "Find", "oldValue"), ("Replace", "Replacement", "replacementValue")];

/// The source of an attribute mapping.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Origin {
    Direct(String),
    Constant(String),
    Expression(String),
    /// Nothing: the default alone counts.
    None,
}

/// A source as it was read.
#[derive(Debug)]
pub(super) struct Read {
    pub origin: Origin,
    /// Why the expression does not parse.
    pub broken: Option<Diagnostic>,
    /// What the text and the tree say, where they differ.
    pub differs: Option<(String, String)>,
}

/// Reads a source; the text counts where there is one, for it is what the portal shows.
pub(super) fn read(source: Option<&Map<String, Json>>) -> Read {
    let plain = |origin| Read { origin, broken: None, differs: None };
    let Some(source) = source else { return plain(Origin::None) };
    let kind = text(source, "type").unwrap_or_default();
    let tree = tree(source);
    let Some(written) = text(source, "expression").filter(|text| !text.trim().is_empty()) else {
        return plain(match tree {
            Some(tree) => origin(tree),
            None if kind.eq_ignore_ascii_case("Constant") => Origin::Constant(String::new()),
            None => Origin::None,
        });
    };
    match language::entra::parse(written, &Limits::DEFAULT) {
        Ok(syntax) => {
            // A function without parameters may be one whose tree was not written down.
            let whole = tree.filter(|tree| match &tree.node {
                Node::Call(call) => !call.arguments.is_empty(),
                _ => true,
            });
            let differs = whole.filter(|tree| tokens(tree) != tokens(&syntax)).map(|tree| (said(&syntax), said(&tree)));
            Read { origin: origin(syntax), broken: None, differs }
        }
        Err(_) if kind.eq_ignore_ascii_case("Constant") && text(source, "name").is_some() => {
            plain(Origin::Constant(text(source, "name").unwrap_or_default().to_owned()))
        }
        Err(broken) => Read { origin: Origin::Expression(written.to_owned()), broken: Some(broken), differs: None },
    }
}

fn origin(syntax: Syntax) -> Origin {
    match syntax.node {
        Node::Attribute(name) => Origin::Direct(name),
        Node::Text(text) => Origin::Constant(text),
        Node::Number { raw, .. } => Origin::Constant(raw),
        _ => Origin::Expression(language::print(&syntax)),
    }
}

/// The shortest name for what an expression does.
fn said(syntax: &Syntax) -> String {
    match &syntax.node {
        Node::Call(call) => call.name.clone(),
        _ => language::print(syntax),
    }
}

/// The tree as an expression. JSON is nested no deeper than its reader allows, and so is this.
fn tree(source: &Map<String, Json>) -> Option<Syntax> {
    let name = text(source, "name")?;
    let parameters = source.get("parameters").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
    let kind = text(source, "type").unwrap_or(if parameters.is_empty() { "Attribute" } else { "Function" });
    let node = match kind.to_ascii_lowercase().as_str() {
        "constant" => Node::Text(name.to_owned()),
        "function" => {
            let function = functions::entra().iter().find(|function| function.name == name).copied();
            let arguments = arguments(name, function, parameters);
            Node::Call(language::Call { name: name.to_owned(), name_span: Span::default(), arguments })
        }
        _ => Node::Attribute(name.to_owned()),
    };
    Some(at(node))
}

fn at(node: Node) -> Syntax {
    Syntax { span: Span::default(), node }
}

/// The arguments at the positions that their keys name.
fn arguments(name: &str, function: Option<&Function>, parameters: &[Json]) -> Vec<Argument> {
    let mut places: Vec<Option<Syntax>> = Vec::new();
    for parameter in parameters {
        let key = parameter.get("key").and_then(Json::as_str).unwrap_or_default();
        let value = parameter.get("value").and_then(Json::as_object).and_then(tree);
        let free = |place: usize| places.get(place).is_none_or(Option::is_none);
        let named = function.and_then(|function| place(name, function, key, &free));
        let place = named.unwrap_or(places.len());
        let wanted = function.and_then(|function| parameter_at(function, place)).map(|parameter| parameter.takes);
        if places.len() <= place {
            places.resize(place + 1, None);
        }
        places[place] = value.map(|value| fitting(value, wanted));
    }
    // Where one in the middle is left out, the reference writes the commas of all.
    let fixed = function.filter(|function| function.repeats.is_none()).map_or(0, |function| function.parameters.len());
    let omissible = function.is_some_and(|function| function.parameters.iter().any(|parameter| parameter.need == Need::Omissible));
    if places.len() < fixed && (omissible || places.iter().any(Option::is_none)) {
        places.resize(fixed, None);
    }
    places.into_iter().map(|place| place.map_or(Argument::LeftOut(Span::default()), Argument::Given)).collect()
}

fn parameter_at(function: &Function, at: usize) -> Option<&'static functions::Parameter> {
    if at < function.parameters.len() || function.repeats.is_some() { function.parameter(at) } else { None }
}

/// The first free position of a key.
fn place(name: &str, function: &Function, key: &str, free: &dyn Fn(usize) -> bool) -> Option<usize> {
    let other = OTHER_NAMES.iter().find(|(of, other, _)| *of == name && other.eq_ignore_ascii_case(key));
    let key = other.map_or(key, |(_, _, own)| own);
    if key.eq_ignore_ascii_case("source") && free(0) {
        return Some(0);
    }
    let named = |at: &usize| parameter_at(function, *at).is_some_and(|parameter| parameter.name.eq_ignore_ascii_case(key));
    (0..function.parameters.len()).find(|at| named(at) && free(*at))
}

/// A constant as the parameter wants it: a tree knows texts only.
fn fitting(value: Syntax, wanted: Option<Type>) -> Syntax {
    let Node::Text(text) = &value.node else { return value };
    let node = match wanted {
        Some(Type::Number) => text.parse().ok().map(|int| Node::Number { value: Number::Int(int), raw: text.clone() }),
        Some(Type::Comparison | Type::Encoding) => Word::ALL.into_iter().find(|word| word.text() == text).map(Node::Word),
        _ => None,
    };
    node.map_or(value, at)
}

/// What an expression is made of, without the differences that a tree cannot show: numbers are texts there, and what is
/// left out has no place.
fn tokens(syntax: &Syntax) -> Vec<(char, &str)> {
    let mut out = Vec::new();
    collect(syntax, &mut out);
    out
}

fn collect<'s>(syntax: &'s Syntax, out: &mut Vec<(char, &'s str)>) {
    match &syntax.node {
        Node::Text(text) => out.push(('c', text)),
        Node::Number { raw, .. } => out.push(('c', raw)),
        Node::Word(word) => out.push(('c', word.text())),
        Node::Attribute(name) => out.push(('a', name)),
        Node::Compare { operator, left, right } => {
            collect(left, out);
            out.push(('o', operator.sign()));
            collect(right, out);
        }
        Node::Call(call) => {
            out.push(('f', &call.name));
            for argument in &call.arguments {
                if let Argument::Given(argument) = argument {
                    collect(argument, out);
                }
            }
            out.push(('f', ")"));
        }
    }
}
