//! Expressions: the typed tree as Rust that gives a value.

use super::code::{self, Code, call, literal, signature, word};
use super::names::Names;
use crate::expression::Expression;
use crate::functions::{self, Function, Run};
use crate::generated;
use crate::language::Dialect;
use crate::program::term::{Call, Choice, Compare, Kind, Matching, Rules, Term};
use crate::program::{Number, Skip, Value};

/// More keys than these are hashed; what fewer cost one by one is less than a hash.
const FEW: usize = 8;
/// What is nested deeper becomes a function of its own, which people and the compiler read more easily.
const DEEP: usize = 8;
/// Where more calls stand in each other, every argument is a function of its own: the compiler follows 128 closures.
const DEEP_CALLS: usize = 60;

/// Prints the expressions of one source.
pub(super) struct Printer<'n> {
    pub names: &'n mut Names,
    /// Statics that the expressions need, and functions that are parts of them.
    pub items: Vec<String>,
}

/// An expression on its way to Rust.
pub(super) struct Printed<'p, 'n> {
    printer: &'p mut Printer<'n>,
    expression: &'p Expression,
    slots: &'p [usize],
    /// The target attribute that the expression is for.
    target: &'p str,
    depth: usize,
    /// Whether every argument of a call is a function of its own.
    in_parts: bool,
}

/// The texts that a term can give, where it gives nothing else but null.
#[derive(Debug, Default)]
pub(super) struct Texts<'t> {
    pub texts: Vec<&'t str>,
    pub null: bool,
}

impl<'t> Texts<'t> {
    pub fn of(term: &'t Term) -> Option<Texts<'t>> {
        let mut found = Texts::default();
        found.collect(term).then_some(found)
    }

    fn collect(&mut self, term: &'t Term) -> bool {
        match &term.kind {
            Kind::Constant(value) => self.constant(value),
            Kind::Call(call) => call.constant.as_ref().is_some_and(|value| self.constant(value)),
            Kind::Skip(_) => true,
            Kind::If(parts) => self.collect(&parts.then) && self.collect(&parts.otherwise),
            Kind::Choice(choice) => {
                self.null |= choice.default.is_none();
                choice.cases.iter().map(|(_, result)| result).chain(&choice.default).all(|result| self.collect(result))
            }
            _ => false,
        }
    }

    fn constant(&mut self, value: &'t Value<'_>) -> bool {
        match value {
            Value::Text(text) => self.texts.push(text),
            Value::Null => self.null = true,
            _ => return false,
        }
        true
    }
}

/// Whether a term can say to leave something out.
pub(super) fn may_skip(term: &Term) -> bool {
    matches!(term.kind, Kind::Skip(_)) || term.parts().into_iter().any(may_skip)
}

/// How many calls stand in each other.
fn calls(term: &Term) -> usize {
    let inside = term.parts().into_iter().map(calls).max().unwrap_or_default();
    inside + usize::from(matches!(term.kind, Kind::Call(_)))
}

impl<'p, 'n> Printed<'p, 'n> {
    /// An expression whose attributes have those slots; their own, where none are given.
    pub fn new(printer: &'p mut Printer<'n>, expression: &'p Expression, slots: &'p [usize]) -> Self {
        let in_parts = calls(expression.root()) > DEEP_CALLS;
        Printed { printer, expression, slots, target: "", depth: 0, in_parts }
    }

    /// The same for a target attribute.
    pub fn for_target(self, target: &'p str) -> Self {
        Printed { target, ..self }
    }

    /// As `Result<Value<'a>, Halt>`.
    pub fn result(&mut self, term: &Term) -> Code {
        match &term.kind {
            Kind::Skip(skip) => word(format!("Err({})", halt(*skip))),
            Kind::Call(made) if !is_folded(made) && self.depth <= DEEP => {
                self.depth += 1;
                let code = self.call(made);
                self.depth -= 1;
                code
            }
            _ => call("Ok", [self.value(term)]),
        }
    }

    /// As `Value<'a>`, where `?` gives back what halts.
    pub fn value(&mut self, term: &Term) -> Code {
        if self.depth > DEEP && !term.parts().is_empty() {
            return self.apart(term);
        }
        self.depth += 1;
        let code = self.nested(term);
        self.depth -= 1;
        code
    }

    fn nested(&mut self, term: &Term) -> Code {
        match &term.kind {
            Kind::Constant(value) => constant(value).unwrap_or_else(|| self.made(value)),
            Kind::Attribute(slot) => call("user.attribute", self.place(*slot)),
            Kind::Skip(skip) => word(format!("return Err({})", halt(*skip))),
            Kind::Call(made) => match self.folded(made) {
                Some(code) => code,
                None => self.call(made).after("?"),
            },
            Kind::Compare(_) => call("Value::Bool", [self.condition(term)]),
            Kind::If(parts) => {
                let (condition, then) = (self.condition(&parts.condition), self.value(&parts.then));
                Code::If(Box::new(condition), Box::new(then), Box::new(self.value(&parts.otherwise)))
            }
            Kind::First(terms) => self.first(terms, |code, rest| {
                Code::Match(Box::new(code), vec![("Value::Null".into(), rest), ("value".into(), word("value"))])
            }),
            Kind::FirstFilled(terms) => self.first(terms, |code, rest| {
                Code::Match(Box::new(code), vec![("value if is_filled(&value)".into(), word("value")), ("_".into(), rest)])
            }),
            Kind::Choice(choice) => self.choice(choice, &mut |printed, term| match term {
                Some(term) => printed.value(term),
                None => word("Value::Null"),
            }),
        }
    }

    /// As `&'static str`, or `Option<&'static str>` where it can be null. The term gives texts of its own only.
    pub fn fixed(&mut self, term: &Term, nullable: bool) -> Code {
        let shown = |value: &Value<'_>| match value {
            Value::Text(text) if nullable => word(format!("Some({})", literal(text))),
            Value::Text(text) => word(literal(text)),
            _ => word("None"),
        };
        match &term.kind {
            Kind::Constant(value) => shown(value),
            Kind::Call(made) => made.constant.as_ref().map_or(word("None"), shown),
            Kind::Skip(skip) => word(format!("return Err({})", halt(*skip))),
            Kind::If(parts) => {
                let (condition, then) = (self.condition(&parts.condition), self.fixed(&parts.then, nullable));
                Code::If(Box::new(condition), Box::new(then), Box::new(self.fixed(&parts.otherwise, nullable)))
            }
            Kind::Choice(choice) => self.choice(choice, &mut |printed, term| match term {
                Some(term) => printed.fixed(term, nullable),
                None => word("None"),
            }),
            _ => word("None"),
        }
    }

    /// As `bool`.
    fn condition(&mut self, term: &Term) -> Code {
        let Kind::Compare(parts) = &term.kind else { return call("is_true", [self.value(term).before("&")]).after("?") };
        let Compare { operator, rules, left, right } = parts.as_ref();
        let sides = [self.value(left).before("&"), word(format!("Operator::{operator:?}")), self.value(right).before("&")];
        match rules {
            Rules::Entra => call("compares", sides),
            Rules::Okta => call("compares_in_okta", sides).after("?"),
        }
    }

    fn first(&mut self, terms: &[Term], or: impl Fn(Code, Code) -> Code + Copy) -> Code {
        match terms {
            [] => word("Value::Null"),
            [last] => self.value(last),
            [first, rest @ ..] => {
                let code = self.value(first);
                or(code, self.first(rest, or))
            }
        }
    }

    fn choice(&mut self, choice: &Choice, result: &mut dyn FnMut(&mut Self, Option<&Term>) -> Code) -> Code {
        if choice.matching == Matching::Within {
            let text = call("shown", [self.value(&choice.source).before("&")]).after("?");
            let hit = |key| call("text.contains", [call("shown", [key]).after("?").before("&")]);
            let tests = self.tests(choice, &hit, result);
            return Code::Block(vec![("text".into(), text)], Box::new(tests));
        }
        let Some(keys) = constant_keys(choice) else {
            let source = self.value(&choice.source);
            let text = call("text_of", [word("&source")]).after("?");
            let hit = |key| call("text_of", [key]).after("? == text");
            let tests = self.tests(choice, &hit, result);
            return Code::Block(vec![("source".into(), source), ("text".into(), text)], Box::new(tests));
        };
        let lets = self.chosen(&choice.source);
        let mut arms: Vec<(String, Code)> = Vec::new();
        let many = keys.len() > FEW;
        let mut cases = Vec::new();
        for (at, (key, (_, value))) in keys.iter().zip(&choice.cases).enumerate() {
            if keys[..at].contains(key) {
                continue; // the first of equal keys counts
            }
            let pattern = if many { format!("Some({at})") } else { literal(key) };
            cases.push((literal(key), at.to_string()));
            arms.push((pattern, result(self, Some(value))));
        }
        let default = result(self, choice.default.as_ref());
        if !many {
            arms.push(("_".into(), default));
            return Code::Block(lets, Box::new(Code::Match(Box::new(word("text.as_ref()")), arms)));
        }
        let literals: Option<Vec<String>> = arms.iter().map(|(_, code)| code.as_literal().map(str::to_owned)).collect();
        let table = |printed: &mut Self, of: &str, cases: Vec<(String, String)>| {
            let cases = cases.into_iter().map(|(key, value)| word(format!("({key}, {value})"))).collect();
            let name = printed.printer.names.upper("choice");
            let head = format!("static {name}: Table<{of}> = ");
            printed.printer.items.push(super::code::item(&head, &call("Table::new", [Code::List(cases)]), 4, ";"));
            call(format!("{name}.get"), [word("&text")])
        };
        let found = match (literals, default.as_literal()) {
            (Some(literals), Some(otherwise)) => {
                let cases = cases.into_iter().zip(literals).map(|((key, _), text)| (key, text)).collect();
                let otherwise = otherwise.to_owned();
                table(self, "&str", cases).after(format!(".unwrap_or({otherwise})"))
            }
            _ => {
                arms.push(("_".into(), default));
                Code::Match(Box::new(table(self, "usize", cases)), arms)
            }
        };
        Code::Block(lets, Box::new(found))
    }

    /// What is bound so that `text` is the text by which a choice compares.
    fn chosen(&mut self, source: &Term) -> Vec<(String, Code)> {
        let (source, text) = match &source.kind {
            Kind::Call(made) if !is_folded(made) => (self.result(source), "chosen"),
            _ => (self.value(source), "text_of"),
        };
        vec![("source".into(), source), ("text".into(), call(text, [word("&source")]).after("?"))]
    }

    /// An attribute's name and slot.
    fn place(&self, slot: usize) -> [Code; 2] {
        let name = self.expression.attributes().get(slot).map_or("", AsRef::as_ref);
        [word(literal(name)), word(self.slots.get(slot).copied().unwrap_or(slot).to_string())]
    }

    /// One case after the other.
    fn tests(&mut self, choice: &Choice, hit: &dyn Fn(Code) -> Code, result: &mut dyn FnMut(&mut Self, Option<&Term>) -> Code) -> Code {
        let mut tests = Vec::new();
        for (key, value) in &choice.cases {
            tests.push((hit(self.value(key).before("&")), result(self, Some(value))));
        }
        let default = result(self, choice.default.as_ref());
        tests.into_iter().rev().fold(default, |otherwise, (test, then)| Code::If(Box::new(test), Box::new(then), Box::new(otherwise)))
    }

    /// The value that the checker found already, where it can be written down.
    fn folded(&mut self, made: &Call) -> Option<Code> {
        let value = made.constant.as_ref().filter(|_| is_folded(made))?;
        Some(constant(value).unwrap_or_else(|| self.made(value)))
    }

    /// A constant that is made once.
    fn made(&mut self, value: &Value<'_>) -> Code {
        let name = self.printer.names.upper("constant");
        let json = call("Constant::new", [word(literal(&value.to_json().to_string()))]);
        self.printer.items.push(super::code::item(&format!("static {name}: Constant = "), &json, 4, ";"));
        word(format!("{name}.value()"))
    }

    /// The name of a static that is the call.
    fn made_call(&mut self, made: &Call) -> String {
        let (dialect, name) = name_of(self.expression.dialect(), made.function);
        let known = made.arguments.iter().map(|argument| match argument {
            None => word("Argument::LeftOut"),
            Some(Term { kind: Kind::Constant(value), .. }) => match value.to_text() {
                Some(text) => word(format!("Argument::Text({})", literal(&text))),
                None => word("Argument::Evaluated"),
            },
            Some(_) => word("Argument::Evaluated"),
        });
        let known = Code::List(known.collect());
        let static_name = self.printer.names.upper(name);
        let new = call("Call::new", [word(format!("Dialect::{dialect:?}")), word(literal(name)), known]);
        let new = if made.function.top_level { new.after(format!(".for_target({})", literal(self.target))) } else { new };
        self.printer.items.push(super::code::item(&format!("static {static_name}: Call = "), &new, 4, ";"));
        static_name
    }

    fn call(&mut self, made: &Call) -> Code {
        let static_name = self.made_call(made);
        if self.in_parts {
            let part = |printed: &mut Self, argument: &Option<Term>| match argument {
                Some(argument) => word(format!("Some({})", printed.part(argument))),
                None => word("None"),
            };
            let parts = made.arguments.iter().map(|argument| part(self, argument)).collect();
            return call("user.call_parts", [word(format!("&{static_name}")), Code::List(parts)]);
        }
        let mut arms = Vec::new();
        for (at, argument) in made.arguments.iter().enumerate() {
            if let Some(argument) = argument {
                arms.push((at.to_string(), self.result(argument)));
            }
        }
        arms.push(("_".into(), word("Ok(Value::Null)")));
        let arguments = match arms.len() {
            1 => word("|_, _| Ok(Value::Null)"),
            _ => Code::Match(Box::new(word("at")), arms).before("|user, at| "),
        };
        if let Run::Direct(_) = made.function.run {
            let asked = call("user.asked", [word(format!("&{static_name}")), arguments]);
            return call(format!("natives::{}", super::names::snake(made.function.name)), [asked.before("&mut ")]);
        }
        call("user.call", [word(format!("&{static_name}")), arguments])
    }

    /// A call of a function of its own.
    fn apart(&mut self, term: &Term) -> Code {
        word(format!("{}(user)?", self.part(term)))
    }

    /// The name of a function that gives the term.
    fn part(&mut self, term: &Term) -> String {
        let depth = std::mem::replace(&mut self.depth, 0);
        let body = self.result(term);
        self.depth = depth;
        let name = self.printer.names.lower("part");
        let head = signature(&format!("fn {name}<'a, R: Record + ?Sized>"), &["user: &mut User<'a, R>"], "Result<Value<'a>, Halt>");
        self.printer.items.push(format!("{head}{}    }}\n", code::body(&body, 8)));
        name
    }
}

fn halt(skip: Skip) -> String {
    format!("Halt::Skip(Skip::{skip:?})")
}

/// A constant that needs no memory.
fn constant(value: &Value<'_>) -> Option<Code> {
    Some(word(match value {
        Value::Null => "Value::Null".to_owned(),
        Value::Bool(bool) => format!("Value::Bool({bool})"),
        Value::Number(Number::Int(int)) => format!("Value::int({int})"),
        Value::Number(Number::Float(float)) => format!("Value::Number(Number::Float({float:?}))"),
        Value::Text(text) => format!("Value::text({})", literal(text)),
        Value::Date(_) | Value::List(_) | Value::Object(_) => return None,
    }))
}

fn is_folded(made: &Call) -> bool {
    made.constant.as_ref().is_some_and(is_json)
}

/// Whether a value is the same after it was JSON.
fn is_json(value: &Value<'_>) -> bool {
    match value {
        Value::Date(_) => false,
        Value::List(list) => list.iter().all(|item| is_json(&item)),
        Value::Object(object) => object.members().iter().all(|(_, value)| is_json(value)),
        _ => true,
    }
}

fn constant_keys(choice: &Choice) -> Option<Vec<String>> {
    choice.keys.as_ref()?;
    let key = |(key, _): &(Term, Term)| match &key.kind {
        Kind::Constant(value) => Some(value.to_text().unwrap_or_default().into_owned()),
        _ => None,
    };
    choice.cases.iter().map(key).collect()
}

/// The dialect and name by which generated code finds a function.
fn name_of(dialect: Dialect, function: &'static Function) -> (Dialect, &'static str) {
    let operator = functions::okta::operators::NAMED.iter().find(|(_, known)| std::ptr::eq(*known, function));
    if let Some((name, _)) = operator {
        return (dialect, name);
    }
    let is = |dialect: &Dialect| generated::named(*dialect, function.name).is_some_and(|known| std::ptr::eq(known, function));
    let found = [dialect, Dialect::Okta, Dialect::OktaIdentityEngine, Dialect::Entra].into_iter().find(is);
    (found.unwrap_or(dialect), function.name)
}
