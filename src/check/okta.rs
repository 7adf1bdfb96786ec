//! Okta's syntax tree to the typed tree.

use super::Checker;
use super::arguments::bounds;
use super::okta_references::{USER_INTERNAL, may_be_null, root};
use super::types::Typed;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::functions::okta::operators as op;
use crate::functions::{self, Form, Function, Run, Type};
use crate::language::Dialect;
use crate::language::okta::{Called, Infix, Node, Prefix, Sign, Syntax};
use crate::program::term::{Compare, If, Kind, Operator, Rules, Term};
use crate::program::{Number, Value};

impl Checker<'_> {
    /// `None` where the part is so wrong that nothing can be said of it; a diagnostic tells why.
    pub(super) fn okta(&mut self, syntax: &Syntax) -> Option<Typed> {
        let span = syntax.span;
        Some(match &syntax.node {
            Node::Text(text) => constant(span, Value::text(text.clone()), Type::Text),
            Node::Number { value, .. } => constant(span, Value::Number(*value), Type::Number),
            Node::Bool(bool) => constant(span, Value::Bool(*bool), Type::Boolean),
            Node::Null => constant(span, Value::Null, Type::Any),
            Node::Group(inner) => return self.okta(inner),
            Node::Name(name) => return self.variable(name, span),
            Node::Member(member) => return self.member(span, &member.of, &member.name.text, member.safe),
            Node::Call(called) => return self.called(span, &called.name.text, None, called),
            Node::Method(method) => return self.method(span, &method.of, &method.call, method.safe),
            Node::Index(of, index) => {
                let (of, index) = (self.okta(of), self.okta(index));
                self.operation(span, &op::INDEX, vec![of?, index?])
            }
            Node::Project(of, path) => {
                let of = self.okta(of)?;
                if path == "name" && self.dialect == Dialect::OktaIdentityEngine {
                    let place = Span::new(span.end.saturating_sub(path.len() + 1), span.end.saturating_sub(1));
                    let message = "a group has its name in its profile: .![profile.name]";
                    self.diagnostics.push(Diagnostic::new(Code::UnknownReference, message).at(place, "").edit(place, "profile.name"));
                    return None;
                }
                let path = constant(span, Value::text(path.clone()), Type::Text);
                self.operation(span, &op::PROJECT, vec![of, path])
            }
            Node::List(items) => {
                let items: Vec<Option<Typed>> = items.iter().map(|item| self.okta(item)).collect();
                self.list(span, items.into_iter().collect::<Option<_>>()?)
            }
            Node::Map(entries) => {
                let mut parts = Vec::new();
                for (key, value) in entries {
                    parts.push(Some(constant(span, Value::text(key.clone()), Type::Text)));
                    parts.push(self.okta(value));
                }
                self.operation(span, &op::MAP, parts.into_iter().collect::<Option<_>>()?)
            }
            Node::Prefix(Prefix::Not, of) => {
                let of = self.okta(of)?;
                self.wants(&of, Type::Boolean, "!")?;
                self.operation(span, &op::NOT, vec![of])
            }
            Node::Prefix(Prefix::Minus, of) => {
                let of = self.okta(of)?;
                self.wants(&of, Type::Number, "-")?;
                match of.term.kind {
                    Kind::Constant(Value::Number(Number::Int(int))) => constant(span, Value::int(-int), Type::Number),
                    Kind::Constant(Value::Number(Number::Float(float))) => {
                        constant(span, Value::Number(Number::Float(-float)), Type::Number)
                    }
                    _ => self.operation(span, &op::NEGATE, vec![of]),
                }
            }
            Node::Infix(infix) => return self.infix(span, infix),
            Node::Conditional(parts) => {
                let [condition, then, otherwise] = parts.as_ref();
                let (condition, then, otherwise) = (self.okta(condition), self.okta(then), self.okta(otherwise));
                let (condition, then, otherwise) = (condition?, then?, otherwise?);
                self.wants(&condition, Type::Boolean, "a condition with ?")?;
                let ty = if then.ty == otherwise.ty { then.ty } else { Type::Any };
                let condition = self.condition(condition).term;
                Typed { term: Term { span, kind: Kind::If(Box::new(If { condition, then: then.term, otherwise: otherwise.term })) }, ty }
            }
            Node::Elvis(parts) => {
                let [first, second] = parts.as_ref();
                let (first, second) = (self.okta(first), self.okta(second));
                let (first, second) = (first?, second?);
                let ty = if first.ty == second.ty { first.ty } else { Type::Any };
                Typed { term: Term { span, kind: Kind::FirstFilled(Box::new([first.term, second.term])) }, ty }
            }
        })
    }

    /// A comparison is a boolean whatever happens; everything else is asked.
    fn condition(&mut self, condition: Typed) -> Typed {
        match condition.term.kind {
            Kind::Compare(_) | Kind::Constant(Value::Bool(_)) => condition,
            _ => self.operation(condition.term.span, &op::CONDITION, vec![condition]),
        }
    }

    fn operation(&mut self, span: Span, function: &'static Function, operands: Vec<Typed>) -> Typed {
        self.lower(function, span, operands.into_iter().map(Some).collect())
    }

    /// A list of constants is one itself.
    fn list(&mut self, span: Span, items: Vec<Typed>) -> Typed {
        let constants: Option<Vec<Value<'static>>> = items
            .iter()
            .map(|item| match &item.term.kind {
                Kind::Constant(value) => Some(value.clone()),
                _ => None,
            })
            .collect();
        match constants {
            Some(values) => constant(span, Value::list(values), Type::List),
            None => self.operation(span, &op::LIST, items),
        }
    }

    fn infix(&mut self, span: Span, infix: &Infix) -> Option<Typed> {
        let (left, right) = (self.okta(&infix.left), self.okta(&infix.right));
        let (left, right) = (left?, right?);
        let word = infix.sign.word();
        let function = match infix.sign {
            Sign::Compare(operator) => return self.comparison(span, operator, left, right),
            Sign::And => &op::AND,
            Sign::Or => &op::OR,
            Sign::Matches => &op::MATCHES,
            Sign::Plus => &op::PLUS,
            Sign::Minus => &op::MINUS,
            Sign::Times => &op::TIMES,
            Sign::Divide => &op::DIVIDE,
            Sign::Remainder => &op::REMAINDER,
        };
        let takes = match infix.sign {
            Sign::And | Sign::Or => Type::Boolean,
            Sign::Plus => Type::Any,
            Sign::Matches => Type::Text,
            _ => Type::Number,
        };
        let fit = (self.wants(&left, takes, word), self.wants(&right, takes, word));
        fit.0.and(fit.1)?;
        let ty = match (infix.sign, left.ty, right.ty) {
            (Sign::Plus, Type::Text, _) | (Sign::Plus, _, Type::Text) => Type::Text,
            (Sign::Plus, Type::Number, Type::Number) => Type::Number,
            (Sign::Plus, ..) => Type::Any,
            _ => function.returns,
        };
        Some(Typed { ty, ..self.operation(span, function, vec![left, right]) })
    }

    fn comparison(&mut self, span: Span, operator: Operator, left: Typed, right: Typed) -> Option<Typed> {
        let orders = !matches!(operator, Operator::Equal | Operator::NotEqual);
        let unlike = left.ty != right.ty && left.ty != Type::Any && right.ty != Type::Any;
        let lists = [left.ty, right.ty].contains(&Type::List);
        if orders && (unlike || lists) {
            let message = format!("{} and {} are in no order", left.ty.name(), right.ty.name());
            self.diagnostics.push(Diagnostic::new(Code::TypeMismatch, message).at(span, ""));
            return None;
        }
        let compare = Compare { operator, rules: Rules::Okta, left: left.term, right: right.term };
        Some(Typed { term: Term { span, kind: Kind::Compare(Box::new(compare)) }, ty: Type::Boolean })
    }

    /// Whether an operand can be of a type, as far as the text shows it.
    fn wants(&mut self, given: &Typed, takes: Type, what: &str) -> Option<()> {
        let fits = match (takes, given.ty) {
            (Type::Any, _) | (_, Type::Any) => true,
            // Everything has a text, arrays as CSV.
            (Type::Text, _) => true,
            (takes, ty) => takes == ty,
        };
        if !fits {
            let message = format!("{what} takes {}, and this is {}", takes.name(), given.ty.name());
            let diagnostic = Diagnostic::new(Code::TypeMismatch, message).at(given.term.span, "");
            self.diagnostics.push(match (takes, given.ty) {
                (Type::Boolean, Type::Text) => diagnostic.help("compare it: value == \"…\", or value != null"),
                (Type::Number, Type::Text) => diagnostic.help("make a number of it with Convert.toInt(…)"),
                _ => diagnostic,
            });
        }
        fits.then_some(())
    }

    /// A variable that stands alone.
    fn variable(&mut self, name: &str, span: Span) -> Option<Typed> {
        let name = root(name);
        if !self.is_variable(name) {
            match functions::table(self.dialect).iter().find(|function| function.name == name) {
                Some(function) => self.diagnostics.push(
                    Diagnostic::new(Code::UnknownReference, format!("{name} is a function and stands without parentheses"))
                        .at(span, "")
                        .help(function.signature()),
                ),
                None => self.unknown_variable(name, span),
            }
            return None;
        }
        Some(self.attribute(name, span))
    }

    fn attribute(&mut self, name: &str, span: Span) -> Typed {
        let slot = match self.attributes.iter().position(|known| known.as_ref() == name) {
            Some(slot) => slot,
            None => {
                self.attributes.push(name.into());
                self.attributes.len() - 1
            }
        };
        Typed { term: Term { span, kind: Kind::Attribute(slot) }, ty: Type::Any }
    }

    fn member(&mut self, span: Span, of: &Syntax, name: &str, safe: bool) -> Option<Typed> {
        let engine = self.dialect == Dialect::OktaIdentityEngine;
        let variable = match &of.node {
            Node::Name(variable) if engine && variable == "user" && name == "profile" => return Some(self.attribute("user", span)),
            Node::Name(variable) if engine && variable == "user" => Some(USER_INTERNAL),
            Node::Name(variable) => Some(root(variable)),
            Node::Member(member) if engine && member.name.text == "profile" => {
                matches!(&member.of.node, Node::Name(variable) if variable == "user").then_some("user")
            }
            _ => None,
        };
        let Some(variable) = variable else {
            let of = self.okta(of)?;
            let function = if safe { &op::SAFE_PROPERTY } else { &op::PROPERTY };
            let name = constant(span, Value::text(name.to_owned()), Type::Text);
            return Some(self.operation(span, function, vec![of, name]));
        };
        if !self.known(variable, name, span) {
            return None;
        }
        let attribute = self.attribute(&format!("{variable}.{name}"), span);
        if safe || !may_be_null(variable) {
            return Some(attribute);
        }
        let variable = self.attribute(variable, of.span);
        Some(self.operation(span, &op::ATTRIBUTE_OF, vec![attribute, variable]))
    }

    /// `String.len(…)` is a function whose name has a point; in Identity Engine's style a value has methods too.
    fn method(&mut self, span: Span, of: &Syntax, call: &Called, safe: bool) -> Option<Typed> {
        let table = functions::table(self.dialect);
        if let Node::Name(family) = &of.node {
            let whole = format!("{family}.{}", call.name.text);
            let is_family = |function: &&&Function| function.name.split_once('.').is_some_and(|(name, _)| name == family);
            let known = table.iter().any(|function| function.name == whole);
            if known || (table.iter().find(is_family).is_some() && !self.is_variable(family)) || family == "user" {
                let place = Span::new(of.span.start, call.name.span.end);
                return self.called_at(span, &whole, place, None, call);
            }
        }
        if self.dialect == Dialect::OktaIdentityEngine {
            let receiver = self.okta(of);
            let present = receiver.map(|value| if safe { value } else { self.operation(value.term.span, &op::PRESENT, vec![value]) });
            return self.called(span, &format!(".{}", call.name.text), Some(present), call);
        }
        let bare = call.name.text.as_str();
        let same = |function: &&&Function| function.name.rsplit('.').next().is_some_and(|name| name.eq_ignore_ascii_case(bare));
        let diagnostic = Diagnostic::new(Code::UnknownFunction, format!("values have no methods in classic style, and so no {bare}"));
        let diagnostic = diagnostic.at(call.name.span, "");
        self.diagnostics.push(match table.iter().find(same) {
            Some(function) => diagnostic.help(format!("write {}", function.signature())),
            None => diagnostic.help("Identity Engine's style is the dialect okta-identity-engine"),
        });
        None
    }

    fn called(&mut self, span: Span, name: &str, receiver: Option<Option<Typed>>, call: &Called) -> Option<Typed> {
        self.called_at(span, name, call.name.span, receiver, call)
    }

    /// A call; a method's receiver is its first argument.
    fn called_at(&mut self, span: Span, name: &str, place: Span, receiver: Option<Option<Typed>>, call: &Called) -> Option<Typed> {
        let Some(function) = functions::table(self.dialect).iter().copied().find(|function| function.name == name) else {
            self.unknown_called(name, place);
            for argument in &call.arguments {
                self.okta(argument);
            }
            return None;
        };
        let before = usize::from(receiver.is_some());
        let counted = self.counted(function, span, place, before, &call.arguments);
        let mut arguments: Vec<Option<Typed>> = receiver.into_iter().collect();
        arguments.extend(call.arguments.iter().map(|argument| self.okta(argument)));
        let mut whole = counted;
        for (at, argument) in arguments.iter().enumerate() {
            whole &= match argument {
                Some(given) => !counted || self.takes(function, at, given),
                None => false,
            };
        }
        if !whole {
            return None;
        }
        for part in function.reads {
            let attribute = self.attribute(part, span);
            arguments.push(Some(attribute));
        }
        Some(self.lower(function, span, arguments))
    }

    fn unknown_called(&mut self, name: &str, place: Span) {
        let shown = name.trim_start_matches('.');
        let diagnostic = Diagnostic::new(Code::UnknownFunction, format!("there is no function {shown}")).at(place, "");
        let table = functions::table(self.dialect);
        // The same name in another family, or without one: endsWith for Groups.endsWith.
        let last = |name: &'static str| name.rsplit('.').next().unwrap_or(name);
        let near = nearest(name, table.iter().map(|function| function.name));
        let elsewhere = || table.iter().find(|function| last(function.name).eq_ignore_ascii_case(shown)).map(|function| function.name);
        self.diagnostics.push(match near.or_else(elsewhere) {
            Some(meant) if meant.eq_ignore_ascii_case(name) => {
                diagnostic.help(format!("names are case-sensitive: {meant}")).edit(place, meant.trim_start_matches('.'))
            }
            Some(meant) => diagnostic.help(format!("did you mean {meant}?")),
            None => diagnostic.help(format!("`rolewright functions --dialect {}` lists all functions", self.dialect.word())),
        });
    }

    /// Whether the arguments are as many as the function takes.
    fn counted(&mut self, function: &Function, span: Span, place: Span, before: usize, given: &[Syntax]) -> bool {
        let (least, most) = bounds(function);
        let (least, most) = (least - before.min(least), most.map(|most| most - before));
        let pairs = matches!(function.run, Run::Form(Form::Choice)) && given.len() > 2 && given.len() % 2 == 1;
        let (code, message, at) = if given.len() < least {
            let many = if least == 1 { "one argument".to_string() } else { format!("{least} arguments") };
            let message = format!("{} needs at least {many}, and here are {}", function.name.trim_start_matches('.'), given.len());
            (Code::TooFewArguments, message, if given.is_empty() { span } else { place })
        } else if let Some(surplus) = most.and_then(|most| given.get(most)) {
            let takes = match most {
                Some(0) => "no argument".to_string(),
                Some(1) => "one argument".to_string(),
                many => format!("at most {} arguments", many.unwrap_or_default()),
            };
            let message = format!("{} takes {takes}, and here are {}", function.name.trim_start_matches('.'), given.len());
            (Code::TooManyArguments, message, surplus.span)
        } else if pairs {
            let last = given.last().map_or(span, |last| last.span);
            (Code::TooFewArguments, format!("the last key of {} has no value", function.name), last)
        } else {
            return true;
        };
        self.diagnostics.push(Diagnostic::new(code, message).at(at, "").help(function.signature()));
        false
    }

    /// Whether an argument fits its parameter, as far as the text shows it.
    fn takes(&mut self, function: &Function, at: usize, given: &Typed) -> bool {
        let Some(parameter) = function.parameter(at) else { return true };
        let fits = match (parameter.takes, given.ty) {
            (Type::Any, _) | (_, Type::Any) | (Type::Text, _) => true,
            // CSV
            (Type::List, Type::Text) => true,
            (wanted, given) => wanted == given,
        };
        if !fits {
            let name = function.name.trim_start_matches('.');
            let message = format!("{name} takes {} as {}, and this is {}", parameter.takes.name(), parameter.name, given.ty.name());
            self.diagnostics.push(Diagnostic::new(Code::TypeMismatch, message).at(given.term.span, ""));
        }
        fits
    }
}

fn constant(span: Span, value: Value<'static>, ty: Type) -> Typed {
    Typed { term: Term { span, kind: Kind::Constant(value) }, ty }
}
