//! The Entra dialect: `grammar/entra.pest` to [`Syntax`].

use super::entra_errors::{explain, scan};
use super::syntax::{Argument, Call, Node, Syntax, Word};
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::limits::Limits;
use crate::program::Number;
use crate::program::term::Operator;
use pest::Parser;
use pest::iterators::Pair;

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/entra.pest"]
struct EntraParser;

/// Reads an expression.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Syntax, Diagnostic> {
    // What a scan of the characters finds is told better than by the grammar, and depth is bounded before recursion.
    scan(text, limits)?;
    let mut pairs = EntraParser::parse(Rule::expression, text).map_err(|error| explain(text, position(&error)))?;
    let value = pairs.next().and_then(|expression| expression.into_inner().next());
    value.map_or_else(|| Err(Diagnostic::new(Code::EmptyExpression, "the expression is empty")), syntax)
}

fn position(error: &pest::error::Error<Rule>) -> usize {
    match error.location {
        pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
    }
}

fn span(pair: &Pair<'_, Rule>) -> Span {
    Span::new(pair.as_span().start(), pair.as_span().end())
}

/// A `value` or any operand.
fn syntax(pair: Pair<'_, Rule>) -> Result<Syntax, Diagnostic> {
    let at = span(&pair);
    let node = match pair.as_rule() {
        Rule::value => return value(pair),
        Rule::call => Node::Call(call(pair)?),
        Rule::text => Node::Text(unescape(pair.into_inner().as_str())),
        Rule::number => number(pair.as_str(), at)?,
        Rule::attribute => Node::Attribute(attribute(pair.into_inner().as_str(), at)?),
        _ => match Word::ALL.into_iter().find(|word| word.text() == pair.as_str()) {
            Some(word) => Node::Word(word),
            None => return Err(Diagnostic::new(Code::UnexpectedText, "this is no expression").at(at, "")),
        },
    };
    Ok(Syntax { span: at, node })
}

fn value(pair: Pair<'_, Rule>) -> Result<Syntax, Diagnostic> {
    let at = span(&pair);
    let mut inner = pair.into_inner();
    let empty = || Diagnostic::new(Code::EmptyExpression, "the expression is empty").at(at, "");
    let left = syntax(inner.next().ok_or_else(empty)?)?;
    let (Some(sign), Some(right)) = (inner.next(), inner.next()) else { return Ok(left) };
    let right = syntax(right)?;
    let operator = match sign.as_str() {
        "=" => Operator::Equal,
        "<>" => Operator::NotEqual,
        ">" => Operator::Greater,
        ">=" => Operator::GreaterOrEqual,
        "<" => Operator::Less,
        _ => Operator::LessOrEqual,
    };
    Ok(Syntax { span: left.span.to(right.span), node: Node::Compare { operator, left: Box::new(left), right: Box::new(right) } })
}

fn call(pair: Pair<'_, Rule>) -> Result<Call, Diagnostic> {
    let mut call = Call { name: String::new(), name_span: span(&pair), arguments: Vec::new() };
    for part in pair.into_inner() {
        match part.as_rule() {
            Rule::name => {
                call.name = part.as_str().to_owned();
                call.name_span = span(&part);
            }
            _ => {
                for argument in part.into_inner().filter(|inner| inner.as_rule() == Rule::argument) {
                    let at = span(&argument);
                    call.arguments.push(match argument.into_inner().next() {
                        Some(value) => Argument::Given(syntax(value)?),
                        None => Argument::LeftOut(at),
                    });
                }
            }
        }
    }
    // `Now()` has no argument, and not one that was left out.
    if let [Argument::LeftOut(_)] = call.arguments[..] {
        call.arguments.clear();
    }
    Ok(call)
}

fn unescape(raw: &str) -> String {
    let mut text = String::with_capacity(raw.len());
    let mut characters = raw.chars().peekable();
    while let Some(character) = characters.next() {
        match (character, characters.peek()) {
            ('\\', Some(&escaped @ ('"' | '\\'))) => {
                text.push(escaped);
                characters.next();
            }
            _ => text.push(character),
        }
    }
    text
}

fn number(raw: &str, at: Span) -> Result<Node, Diagnostic> {
    let value = match raw.strip_prefix("&H") {
        Some(digits) => i64::from_str_radix(digits, 16).ok().map(Number::Int),
        // A whole number that does not fit must not lose digits as a floating-point number.
        None if !raw.contains('.') => raw.parse().ok().map(Number::Int),
        None => Number::parse(raw),
    };
    value.map(|value| Node::Number { value, raw: raw.to_owned() }).ok_or_else(|| {
        Diagnostic::new(Code::InvalidNumber, format!("{raw} is larger than 64 bits hold"))
            .at(at, "")
            .help("write it as a text, in double quotes")
    })
}

fn attribute(raw: &str, at: Span) -> Result<String, Diagnostic> {
    let name = raw.trim();
    if name.is_empty() {
        return Err(super::entra_errors::empty_attribute(at));
    }
    Ok(name.to_owned())
}
