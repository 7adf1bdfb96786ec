use crate::check::{self, Scope};
use crate::diagnostic::{Code, Diagnostic, Sources};
use crate::language::{self, Dialect};
use crate::limits::Limits;
use crate::program::evaluate::Evaluation;
use crate::program::seen::{Plain, Rest, Seen};
use crate::program::term::{Kind, Term};
use crate::program::trace::{Explain, Tracer, Warnings};
use crate::program::{Fault, Halt, Part, Record, Skip, Value, World, Yield, yields};

/// A checked expression, ready to be evaluated for any number of users.
#[derive(Debug)]
pub struct Expression {
    dialect: Dialect,
    text: Box<str>,
    attributes: Vec<Box<str>>,
    root: Term,
    warnings: Vec<Diagnostic>,
    limits: Limits,
}

/// Why a text is no expression: at least one error, and the warnings found with it.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{}", self.first())]
pub struct CompileError {
    /// Everything that was found.
    pub diagnostics: Vec<Diagnostic>,
}

impl CompileError {
    /// The first error, on one line.
    pub(crate) fn first_message(&self) -> String {
        self.first()
    }

    fn first(&self) -> String {
        self.diagnostics.iter().find(|diagnostic| diagnostic.is_error()).map_or_else(String::new, ToString::to_string)
    }
}

/// What an expression gave for one user.
#[derive(Debug, Clone, PartialEq)]
pub enum Flow<'a> {
    /// The value that flows; null is one.
    Value(Value<'a>),
    /// The expression says to leave the attribute or the user out of this cycle.
    Skip(Skip),
}

/// A result with what the evaluation warns of.
#[derive(Debug, Clone, PartialEq)]
pub struct Evaluated<'a> {
    /// The value or skip, or why there is none.
    pub result: Result<Flow<'a>, Box<Fault>>,
    /// Such as several app roles where one is read.
    pub warnings: Vec<Diagnostic>,
}

impl Expression {
    /// Checks an expression of a dialect, with the default limits.
    ///
    /// # Errors
    /// Every error that its text shows, with its place.
    pub fn compile(dialect: Dialect, text: &str) -> Result<Expression, CompileError> {
        Expression::compile_in(dialect, text, &Scope::default())
    }

    /// Checks an expression that may read attributes beyond those the provider is known to have.
    ///
    /// # Errors
    /// As [`compile`](Self::compile).
    pub fn compile_in(dialect: Dialect, text: &str, scope: &Scope<'_>) -> Result<Expression, CompileError> {
        let failed = |found| CompileError { diagnostics: vec![found] };
        let checked = match dialect {
            Dialect::Entra => check::check(&language::entra::parse(text, &scope.limits).map_err(failed)?, text, scope),
            Dialect::Okta | Dialect::OktaIdentityEngine => {
                check::check_okta(&language::okta::parse(text, &scope.limits).map_err(failed)?, text, scope, dialect)
            }
        };
        match checked.root {
            Some(root) => Ok(Expression {
                dialect,
                text: text.into(),
                attributes: checked.attributes,
                root,
                warnings: checked.diagnostics,
                limits: scope.limits,
            }),
            None => Err(CompileError { diagnostics: checked.diagnostics }),
        }
    }

    /// An expression that is one attribute, as a direct mapping is.
    pub(crate) fn attribute(dialect: Dialect, name: &str) -> Expression {
        let text = match dialect {
            Dialect::Entra => format!("[{name}]"),
            Dialect::Okta | Dialect::OktaIdentityEngine => name.to_owned(),
        };
        let span = crate::diagnostic::Span::new(0, text.len());
        Expression {
            dialect,
            text: text.into(),
            attributes: vec![name.into()],
            root: Term { span, kind: Kind::Attribute(0) },
            warnings: Vec::new(),
            limits: Limits::DEFAULT,
        }
    }

    /// Its value for one user.
    #[inline]
    pub fn evaluate<'a, R: Record + ?Sized>(&'a self, record: &'a R, world: &'a dyn World) -> Evaluated<'a> {
        let mut warnings = Vec::new();
        let result = self.flow(record, world, &mut Warnings(&mut warnings));
        Evaluated { result, warnings }
    }

    /// Its value for one user and the value of every part of it, in the order in which they were evaluated.
    pub fn explain<'a>(&'a self, record: &'a dyn Record, world: &'a dyn World) -> (Evaluated<'a>, Vec<Part>) {
        let mut trace = Explain::default();
        let result = self.flow(record, world, &mut trace);
        (Evaluated { result, warnings: trace.warnings }, trace.parts)
    }

    #[inline]
    fn flow<'a, R: Record + ?Sized, T: Tracer>(
        &'a self,
        record: &'a R,
        world: &'a dyn World,
        tracer: &mut T,
    ) -> Result<Flow<'a>, Box<Fault>> {
        let mut rest = Rest::new();
        let seen = self.seen(record, world, &[], "", tracer, &mut rest);
        match (seen, rest.plain) {
            (Some(text), _) => Ok(Flow::Value(Value::text(text))),
            (None, Plain::Other) => match rest.take_other() {
                Ok(value) => Ok(Flow::Value(value)),
                Err(Halt::Skip(skip)) => Ok(Flow::Skip(skip)),
                Err(Halt::Fault(fault)) => Err(fault),
            },
            (None, plain) => Ok(Flow::Value(plain.value())),
        }
    }

    /// The same, followed by a tracer, for a target attribute, and for a record that counts the attributes of several
    /// expressions: `slots` are theirs of this one's.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))]
    pub(crate) fn seen<'a, R: Record + ?Sized, T: Tracer>(
        &'a self,
        record: &'a R,
        world: &'a dyn World,
        slots: &'a [usize],
        target: &'a str,
        tracer: &mut T,
        rest: &mut Rest<'a>,
    ) -> Seen<'a> {
        tracer.begin(&self.root);
        let (attributes, limits) = (&self.attributes, &self.limits);
        Evaluation { attributes, slots, record, world, target, limits, tracer, rest }.seen(&self.root)
    }

    /// The text as it was given.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The language in which it is written.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// The attributes that it reads, each by its slot.
    pub fn attributes(&self) -> &[Box<str>] {
        &self.attributes
    }

    /// What the checker warns of.
    pub fn warnings(&self) -> &[Diagnostic] {
        &self.warnings
    }

    /// Whether Redact marks its value, so that nothing may print it.
    pub fn is_redacted(&self) -> bool {
        self.root.is_redacted()
    }

    pub(crate) fn root(&self) -> &Term {
        &self.root
    }

    pub(crate) fn yields(&self) -> Yield<'_> {
        yields(&self.root)
    }

    /// The expression's text in its canonical form.
    ///
    /// # Errors
    /// What keeps it from being read.
    pub fn format(dialect: Dialect, text: &str) -> Result<String, CompileError> {
        let printed = match dialect {
            Dialect::Entra => language::entra::parse(text, &Limits::DEFAULT).map(|syntax| language::print(&syntax)),
            Dialect::Okta | Dialect::OktaIdentityEngine => {
                language::okta::parse(text, &Limits::DEFAULT).map(|syntax| language::okta::print(&syntax))
            }
        };
        printed.map_err(|found| CompileError { diagnostics: vec![found] })
    }
}

impl CompileError {
    /// The texts into which the labels point.
    pub fn sources(&self, text: &str) -> Sources {
        Sources::of_expression(text)
    }

    /// The class of the first error, as suites name it.
    pub fn class(&self) -> Option<&'static str> {
        self.diagnostics.iter().find(|diagnostic| diagnostic.is_error()).map(|diagnostic| diagnostic.code.class().word())
    }
}

impl Fault {
    /// The code that stands for every fault of its kind.
    pub fn code(&self) -> Code {
        self.code
    }
}
