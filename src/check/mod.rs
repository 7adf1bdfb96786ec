//! Syntax tree to typed tree: names, argument counts, types, constants, and what would surprise.

mod arguments;
mod attributes;
mod constants;
mod engine;
mod lints;
mod okta;
mod okta_references;
mod types;
pub use okta_references::{attributes_of as okta_attributes_of, known as known_okta_attributes};
pub(crate) use okta_references::{is_known_profile, may_be_null, root as root_of};
pub(crate) use types::APP_ROLES;

use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::functions::{self, Form, Function, Prepared, Run, Type};
use crate::language::{self, Argument, Dialect, Node, Syntax, Word};
use crate::limits::Limits;
use crate::program::Value;
use crate::program::keys::Keys;
use crate::program::term::{Call, Choice, Compare, If, Kind, Matching, Rules, Skip, Term};
pub use attributes::known_attributes;
pub(crate) use attributes::{is_known as is_known_attribute, unknown_attribute};
pub(crate) use engine::{Derived, ENGINE, is_lost};
use types::Typed;

/// What the surroundings of an expression add to the language.
#[derive(Debug, Clone, Default)]
pub struct Scope<'s> {
    /// Attributes that exist beside those that the provider is known to have.
    ///
    /// For Okta they stand with the variable by which they are read, `user.costCenter`; a variable alone, such as
    /// `zendesk`, has whatever attribute is asked for.
    pub attributes: Option<&'s [String]>,
    /// Whether there are no others at all.
    pub closed: bool,
    /// What the target counts as set where nothing is: the default that a forgotten one is repaired with.
    pub default: Option<&'s str>,
    /// The bounds.
    pub limits: Limits,
}

/// What checking made of a syntax tree.
pub(crate) struct Checked {
    /// The typed tree, unless there are errors.
    pub root: Option<Term>,
    /// The attributes that it reads, by slot.
    pub attributes: Vec<Box<str>>,
    pub diagnostics: Vec<Diagnostic>,
}

/// Checks a syntax tree; finds everything that is wrong, not only the first.
pub(crate) fn check(syntax: &Syntax, text: &str, scope: &Scope<'_>) -> Checked {
    let mut checker = Checker::new(text, scope, Dialect::Entra);
    let root = checker.term(syntax);
    checker.finish(root)
}

/// Checks a syntax tree of Okta's, in either style.
pub(crate) fn check_okta(syntax: &language::okta::Syntax, text: &str, scope: &Scope<'_>, dialect: Dialect) -> Checked {
    let mut checker = Checker::new(text, scope, dialect);
    let root = checker.okta(syntax);
    checker.finish(root)
}

pub(super) struct Checker<'c> {
    text: &'c str,
    scope: &'c Scope<'c>,
    dialect: Dialect,
    attributes: Vec<Box<str>>,
    diagnostics: Vec<Diagnostic>,
    /// Calls around the present one.
    depth: usize,
    /// Whether what is checked gives the value of the whole expression, in some case.
    is_result: bool,
}

impl<'c> Checker<'c> {
    fn new(text: &'c str, scope: &'c Scope<'c>, dialect: Dialect) -> Self {
        Checker { text, scope, dialect, attributes: Vec::new(), diagnostics: Vec::new(), depth: 0, is_result: true }
    }

    fn finish(self, root: Option<Typed>) -> Checked {
        let failed = self.diagnostics.iter().any(Diagnostic::is_error);
        let root = root.map(|typed| typed.term).filter(|_| !failed);
        Checked { root, attributes: self.attributes, diagnostics: self.diagnostics }
    }
}

impl Checker<'_> {
    /// `None` where the part is so wrong that nothing can be said of it; a diagnostic tells why.
    fn term(&mut self, syntax: &Syntax) -> Option<Typed> {
        let span = syntax.span;
        let (kind, ty) = match &syntax.node {
            Node::Text(text) => (Kind::Constant(Value::text(text.clone())), Type::Text),
            Node::Number { value, .. } => (Kind::Constant(Value::Number(*value)), Type::Number),
            Node::Attribute(name) => (Kind::Attribute(self.slot(name, span)), types::of_attribute(name)),
            Node::Word(Word::IgnoreAttributeFlow) => (Kind::Skip(Skip::Flow), Type::Any),
            Node::Word(Word::IgnoreObjectFlow) => (Kind::Skip(Skip::Object), Type::Any),
            Node::Word(word @ (Word::TextCompare | Word::BinaryCompare)) => (Kind::Constant(Value::text(word.text())), Type::Comparison),
            Node::Word(word @ (Word::Unicode | Word::Ascii | Word::Utf8)) => (Kind::Constant(Value::text(word.text())), Type::Encoding),
            Node::Compare { operator, left, right } => {
                let outer = std::mem::replace(&mut self.is_result, false);
                let (left, right) = (self.term(left), self.term(right));
                self.is_result = outer;
                let (left, right) = (left?, right?);
                self.comparable(&left);
                self.comparable(&right);
                (
                    Kind::Compare(Box::new(Compare { operator: *operator, rules: Rules::Entra, left: left.term, right: right.term })),
                    Type::Boolean,
                )
            }
            Node::Call(call) => return self.call(span, &call.name, call.name_span, &call.arguments),
        };
        Some(Typed { term: Term { span, kind }, ty })
    }

    fn slot(&mut self, name: &str, span: Span) -> usize {
        if let Some(slot) = self.attributes.iter().position(|known| known.as_ref() == name) {
            return slot;
        }
        if !attributes::is_known(name) && !self.scope.attributes.is_some_and(|declared| declared.iter().any(|known| known == name)) {
            self.diagnostics.push(attributes::unknown(name, span, self.scope.attributes));
        }
        self.attributes.push(name.into());
        self.attributes.len() - 1
    }

    fn call(&mut self, span: Span, name: &str, name_span: Span, given: &[Argument]) -> Option<Typed> {
        let Some(function) = functions::entra().iter().copied().find(|function| function.name == name) else {
            self.unknown_function(name, name_span);
            self.depth += 1;
            let outer = std::mem::replace(&mut self.is_result, false);
            for argument in given {
                if let Argument::Given(argument) = argument {
                    self.term(argument);
                }
            }
            self.is_result = outer;
            self.depth -= 1;
            return None;
        };
        let counted = self.count(function, span, name_span, given);
        if self.depth > 0 && function.top_level {
            self.diagnostics.push(
                Diagnostic::new(Code::UniqueValueNested, format!("{name} must be the outermost function"))
                    .at(name_span, "stands inside another call")
                    .help(format!("move {name} to the outside and change each of its candidates instead")),
            );
        }
        self.depth += 1;
        let outer = self.is_result;
        let mut arguments = Vec::with_capacity(given.len());
        let mut whole = counted;
        for (at, argument) in given.iter().enumerate() {
            self.is_result = outer && types::is_result(function, at, given.len());
            arguments.push(match argument {
                Argument::LeftOut(_) => None,
                Argument::Given(syntax) => match self.term(syntax) {
                    Some(typed) => {
                        whole &= !counted || self.fits(function, at, &typed);
                        Some(typed)
                    }
                    None => {
                        whole = false;
                        None
                    }
                },
            });
        }
        self.is_result = outer;
        self.depth -= 1;
        self.lint(function, &arguments);
        if !whole {
            return None;
        }
        Some(self.lower(function, span, arguments))
    }

    fn unknown_function(&mut self, name: &str, span: Span) {
        if functions::NOT_EVALUATED.contains(&name) {
            let message = format!("Microsoft has a function {name}, and Rolewright does not evaluate it");
            let found = Diagnostic::new(Code::UnknownFunction, message).at(span, "");
            self.diagnostics.push(found.help("`rolewright functions` lists those that it evaluates"));
            return;
        }
        let diagnostic = Diagnostic::new(Code::UnknownFunction, format!("there is no function {name}")).at(span, "");
        self.diagnostics.push(match nearest(name, functions::table(self.dialect).iter().map(|function| function.name)) {
            Some(meant) if meant.eq_ignore_ascii_case(name) => {
                diagnostic.help(format!("names are case-sensitive: {meant}")).edit(span, meant)
            }
            Some(meant) => diagnostic.help(format!("did you mean {meant}?")).edit(span, meant),
            None => diagnostic.help("`rolewright functions` lists all functions"),
        });
    }

    /// The form or call that the arguments make; they are counted and fit.
    fn lower(&mut self, function: &'static Function, span: Span, arguments: Vec<Option<Typed>>) -> Typed {
        let ty = types::of_call(function, &arguments);
        let mut terms = arguments.into_iter().map(|argument| argument.map(|typed| typed.term));
        let null = || Term { span, kind: Kind::Constant(Value::Null) };
        let kind = match function.run {
            Run::Form(Form::First) => Kind::First(terms.flatten().collect()),
            Run::Form(Form::If) => {
                let mut next = || terms.next().flatten().unwrap_or_else(null);
                Kind::If(Box::new(If { condition: next(), then: next(), otherwise: next() }))
            }
            Run::Form(Form::Choice) => {
                let source = terms.next().flatten().unwrap_or_else(null);
                let default = terms.next().flatten();
                let mut cases = Vec::new();
                while let (Some(key), Some(result)) = (terms.next(), terms.next()) {
                    cases.push((key.unwrap_or_else(null), result.unwrap_or_else(null)));
                }
                let (matching, keys) = match self.dialect {
                    Dialect::Entra => (Matching::Equal, constant_keys(&cases)),
                    Dialect::Okta | Dialect::OktaIdentityEngine => (Matching::Within, None),
                };
                Kind::Choice(Box::new(Choice { source, matching, cases, default, keys }))
            }
            Run::Native(_) | Run::Direct(_) => {
                let arguments: Box<[Option<Term>]> = terms.collect();
                let prepared = self.prepare(function, span, &arguments);
                Kind::Call(Box::new(Call { function, arguments, prepared, constant: None }))
            }
        };
        let mut term = Term { span, kind };
        self.fold(&mut term);
        Typed { term, ty }
    }

    /// Makes constant arguments ready; what is wrong with them is found here.
    fn prepare(&mut self, function: &'static Function, span: Span, arguments: &[Option<Term>]) -> Option<Prepared> {
        let prepare = function.prepare?;
        let constant = |at: usize| match arguments.get(at) {
            Some(Some(Term { kind: Kind::Constant(value), .. })) => value.to_text().map(|text| std::borrow::Cow::Owned(text.into_owned())),
            _ => None,
        };
        match prepare(&constant, &self.scope.limits) {
            Ok(prepared) => prepared,
            Err(halt) => {
                self.report(halt, span, arguments);
                None
            }
        }
    }
}

/// The keys, where all are constant, so that a long Switch costs what a short one does.
fn constant_keys(cases: &[(Term, Term)]) -> Option<Keys> {
    let text = |(key, _): &(Term, Term)| match &key.kind {
        Kind::Constant(value) => Some(Box::from(value.to_text().unwrap_or_default())),
        _ => None,
    };
    let keys: Vec<Box<str>> = cases.iter().map(text).collect::<Option<_>>()?;
    Some(Keys::numbered(keys.into_iter()))
}
