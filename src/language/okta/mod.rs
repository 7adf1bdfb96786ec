//! The Okta dialect: `grammar/okta.pest` to [`Syntax`].

mod errors;
mod print;
mod syntax;

pub(crate) use print::{print, quoted};
pub(crate) use syntax::{Called, Infix, Node, Prefix, Sign, Syntax};

use crate::diagnostic::{Code, Diagnostic, Span};
use crate::limits::Limits;
use crate::program::Number;
use pest::Parser;
use pest::iterators::{Pair, Pairs};
use std::iter::Peekable;
use syntax::{Member, Method, Named};

#[derive(pest_derive::Parser)]
#[grammar = "../grammar/okta.pest"]
struct OktaParser;

/// Reads an expression.
pub(crate) fn parse(text: &str, limits: &Limits) -> Result<Syntax, Diagnostic> {
    // What a scan of the characters finds is told better than by the grammar, and depth is bounded before recursion.
    errors::scan(text, limits)?;
    let mut pairs = OktaParser::parse(Rule::expression, text).map_err(|error| errors::explain(text, position(&error)))?;
    let value = pairs.next().and_then(|expression| expression.into_inner().next());
    match value {
        Some(pair) => Builder { text, limits }.value(pair),
        None => Err(errors::empty(text)),
    }
}

fn position(error: &pest::error::Error<Rule>) -> usize {
    match error.location {
        pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at,
    }
}

fn span(pair: &Pair<'_, Rule>) -> Span {
    Span::new(pair.as_span().start(), pair.as_span().end())
}

fn name(pair: &Pair<'_, Rule>) -> Named {
    Named { text: pair.as_str().to_owned(), span: span(pair) }
}

struct Builder<'b> {
    text: &'b str,
    limits: &'b Limits,
}

impl Builder<'_> {
    /// A node over its parts, unless the tree grows too deep with it.
    fn node(&self, at: Span, node: Node, below: usize) -> Result<Syntax, Diagnostic> {
        // White space before the next sign belongs to no part.
        let end = at.start + self.text[at.start..at.end].trim_end().len();
        let span = Span::new(at.start, end);
        if below >= self.limits.depth {
            let message = format!("the expression is nested deeper than {}", self.limits.depth);
            return Err(Diagnostic::new(Code::NestingTooDeep, message).at(span, "").help("split it, or look the value up in an array"));
        }
        Ok(Syntax { span, node, depth: below + 1 })
    }

    fn value(&self, pair: Pair<'_, Rule>) -> Result<Syntax, Diagnostic> {
        let at = span(&pair);
        let mut inner = pair.into_inner();
        let first = self.operation(next(&mut inner, at)?)?;
        let Some(second) = inner.next() else { return Ok(first) };
        if second.as_rule() == Rule::elvis {
            let otherwise = self.value(next(&mut inner, at)?)?;
            let below = first.depth.max(otherwise.depth);
            return self.node(at, Node::Elvis(Box::new([first, otherwise])), below);
        }
        let then = self.value(second)?;
        let otherwise = self.value(next(&mut inner, at)?)?;
        let below = first.depth.max(then.depth).max(otherwise.depth);
        self.node(at, Node::Conditional(Box::new([first, then, otherwise])), below)
    }

    fn operation(&self, pair: Pair<'_, Rule>) -> Result<Syntax, Diagnostic> {
        let at = span(&pair);
        let mut inner = pair.into_inner().peekable();
        let first = self.operand(next(&mut inner, at)?)?;
        self.climb(first, 0, &mut inner, at)
    }

    /// Takes in all operators that bind at least so tight (precedence climbing).
    fn climb(&self, mut left: Syntax, least: usize, rest: &mut Peekable<Pairs<'_, Rule>>, at: Span) -> Result<Syntax, Diagnostic> {
        while let Some(sign) = rest.peek().and_then(|pair| Sign::read(pair.as_str().trim_end())).filter(|sign| sign.binds() >= least) {
            let place = rest.next().map_or(at, |pair| span(&pair));
            let mut right = self.operand(next(rest, at)?)?;
            let tighter = |rest: &mut Peekable<Pairs<'_, Rule>>| {
                rest.peek().and_then(|pair| Sign::read(pair.as_str().trim_end())).is_some_and(|after| after.binds() > sign.binds())
            };
            while tighter(rest) {
                right = self.climb(right, sign.binds() + 1, rest, at)?;
            }
            if let Node::Infix(infix) = &left.node {
                if !sign.chains() && infix.sign.binds() == sign.binds() {
                    return Err(errors::compared_twice(place));
                }
            }
            let whole = left.span.to(right.span);
            let below = left.depth.max(right.depth);
            left = self.node(whole, Node::Infix(Box::new(Infix { sign, left, right })), below)?;
        }
        Ok(left)
    }

    fn operand(&self, pair: Pair<'_, Rule>) -> Result<Syntax, Diagnostic> {
        let at = span(&pair);
        let mut inner = pair.into_inner().peekable();
        let mut prefixes = Vec::new();
        while let Some(prefix) = inner.next_if(|pair| pair.as_rule() == Rule::prefix) {
            let sign = if prefix.as_str().starts_with('-') { Prefix::Minus } else { Prefix::Not };
            prefixes.push((sign, span(&prefix).start));
        }
        let mut value = self.primary(next(&mut inner, at)?)?;
        for suffix in inner {
            value = self.suffix(value, suffix)?;
        }
        for (prefix, start) in prefixes.into_iter().rev() {
            let (whole, below) = (Span::new(start, value.span.end), value.depth);
            value = self.node(whole, Node::Prefix(prefix, Box::new(value)), below)?;
        }
        Ok(value)
    }

    fn primary(&self, pair: Pair<'_, Rule>) -> Result<Syntax, Diagnostic> {
        let at = span(&pair);
        let node = match pair.as_rule() {
            Rule::text => Node::Text(unquote(pair)),
            Rule::number => number(pair.as_str(), at)?,
            Rule::constant => match pair.as_str().to_ascii_lowercase().as_str() {
                "true" => Node::Bool(true),
                "false" => Node::Bool(false),
                _ => Node::Null,
            },
            Rule::name => Node::Name(pair.as_str().to_owned()),
            Rule::call => {
                let called = self.called(&mut pair.into_inner(), at)?;
                let below = deepest(&called.arguments);
                return self.node(at, Node::Call(called), below);
            }
            Rule::group => {
                let inner = self.value(next(&mut pair.into_inner(), at)?)?;
                let below = inner.depth;
                return self.node(at, Node::Group(Box::new(inner)), below);
            }
            Rule::list => {
                let items = pair.into_inner().map(|item| self.value(item)).collect::<Result<Vec<_>, _>>()?;
                let below = deepest(&items);
                return self.node(at, Node::List(items), below);
            }
            Rule::map => {
                let mut entries = Vec::new();
                for entry in pair.into_inner() {
                    let mut parts = entry.into_inner();
                    let key = next(&mut next(&mut parts, at)?.into_inner(), at)?;
                    let key = if key.as_rule() == Rule::text { unquote(key) } else { key.as_str().to_owned() };
                    entries.push((key, self.value(next(&mut parts, at)?)?));
                }
                let below = entries.iter().map(|(_, value)| value.depth).max().unwrap_or_default();
                return self.node(at, Node::Map(entries), below);
            }
            _ => return Err(Diagnostic::new(Code::UnexpectedText, "this is no value").at(at, "")),
        };
        self.node(at, node, 0)
    }

    fn suffix(&self, of: Syntax, pair: Pair<'_, Rule>) -> Result<Syntax, Diagnostic> {
        let at = span(&pair);
        let (rule, below) = (pair.as_rule(), of.depth);
        let whole = of.span.to(at);
        let mut inner = pair.into_inner();
        let first = next(&mut inner, at)?;
        let safe = first.as_str() == "?.";
        let (node, below) = match rule {
            Rule::member => (Node::Member(Box::new(Member { of, name: name(&next(&mut inner, at)?), safe })), below),
            Rule::method => {
                let call = self.called(&mut inner, at)?;
                let deeper = below.max(deepest(&call.arguments));
                (Node::Method(Box::new(Method { of, call, safe })), deeper)
            }
            Rule::index => {
                let index = self.value(first)?;
                let deeper = below.max(index.depth);
                (Node::Index(Box::new(of), Box::new(index)), deeper)
            }
            _ => (Node::Project(Box::new(of), first.as_str().to_owned()), below),
        };
        self.node(whole, node, below)
    }

    fn called(&self, inner: &mut Pairs<'_, Rule>, at: Span) -> Result<Called, Diagnostic> {
        let name = name(&next(inner, at)?);
        let arguments = next(inner, at)?.into_inner().map(|argument| self.value(argument)).collect::<Result<Vec<_>, _>>()?;
        Ok(Called { name, arguments })
    }
}

fn next<'p>(pairs: &mut impl Iterator<Item = Pair<'p, Rule>>, at: Span) -> Result<Pair<'p, Rule>, Diagnostic> {
    pairs.next().ok_or_else(|| Diagnostic::new(Code::UnexpectedText, "a value is missing here").at(at, ""))
}

fn deepest(items: &[Syntax]) -> usize {
    items.iter().map(|item| item.depth).max().unwrap_or_default()
}

fn unquote(pair: Pair<'_, Rule>) -> String {
    match pair.into_inner().next() {
        Some(inner) if inner.as_rule() == Rule::double => inner.as_str().replace("\"\"", "\""),
        Some(inner) => inner.as_str().replace("''", "'"),
        None => String::new(),
    }
}

/// Whole numbers have 32 bits, and one that does not fit must not lose digits as a floating-point number.
fn number(raw: &str, at: Span) -> Result<Node, Diagnostic> {
    let value = match raw.contains('.') {
        true => raw.parse().ok().filter(|float: &f64| float.is_finite()).map(Number::Float),
        false => raw.parse::<i32>().ok().map(|int| Number::Int(int.into())),
    };
    value.map(|value| Node::Number { value, raw: raw.to_owned() }).ok_or_else(|| {
        Diagnostic::new(Code::InvalidNumber, format!("{raw} is larger than 32 bits hold"))
            .at(at, "")
            .help("write it as a text, in quotation marks")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(text: &str) -> String {
        print(&parse(text, &Limits::DEFAULT).unwrap())
    }

    #[test]
    fn operators_bind_as_the_vendor_says() {
        for (text, grouped) in [
            ("a OR b and c", "a OR b AND c"),
            ("!a.b(1)[0] && -2 * 3 + 1 == -5", "!a.b(1)[0] AND -2 * 3 + 1 == -5"),
            ("a?b:c?.d ?: {}", "a ? b : c?.d ?: {}"),
            ("x.![profile.name]", "x.![profile.name]"),
            ("{'a':{1,2}, b : 'it''s'}", "{\"a\": {1, 2}, \"b\": \"it's\"}"),
            ("NOT user.x", "!user.x"),
            ("notes.x + android.y", "notes.x + android.y"),
            ("TRUE", "true"),
            ("'say \"hi\"'", "'say \"hi\"'"),
            ("{:}", "{:}"),
        ] {
            assert_eq!(printed(text), grouped, "{text}");
            assert_eq!(parse(&printed(text), &Limits::DEFAULT).unwrap(), parse(text, &Limits::DEFAULT).unwrap(), "{text}");
        }
        let Node::Infix(infix) = parse("1 - 2 - 3 * 4", &Limits::DEFAULT).unwrap().node else { panic!("no operation") };
        assert_eq!(print(&infix.left), "1 - 2");
        assert_eq!(print(&infix.right), "3 * 4");
    }

    #[test]
    fn depth_is_bounded() {
        for text in [
            "(".repeat(100_000),
            "a?".repeat(100_000),
            "!".repeat(9_000) + "a",
            "1".to_owned() + "+1".repeat(4_000).as_str(),
            "a".to_owned() + ".b".repeat(4_000).as_str(),
            "{".repeat(9_000),
        ] {
            assert!(parse(&text, &Limits::DEFAULT).is_err());
        }
        let deep = format!("{}1{}", "(".repeat(250), ")".repeat(250));
        assert!(parse(&deep, &Limits::DEFAULT).is_ok());
    }
}
