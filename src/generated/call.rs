use super::User;
use crate::diagnostic::Code;
use crate::functions::{self, Arguments, Function, Prepared, Run};
use crate::language::Dialect;
use crate::limits::Limits;
use crate::program::{Fault, Halt, Record, Value, World};
use std::borrow::Cow;
use std::sync::OnceLock;

/// A call of a function of the table, whose constant arguments are made ready once.
#[derive(Debug)]
pub struct Call {
    dialect: Dialect,
    name: &'static str,
    arguments: &'static [Argument],
    target: &'static str,
    ready: OnceLock<Result<Ready, Halt>>,
}

/// What is known of an argument before a user is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Argument {
    /// Left out between commas.
    LeftOut,
    /// It is evaluated for each user.
    Evaluated,
    /// This text, or a constant that is this as text.
    Text(&'static str),
}

#[derive(Debug)]
struct Ready {
    run: Run,
    prepared: Option<Prepared>,
}

impl Call {
    /// A call by the name of the function, or of the operator.
    pub const fn new(dialect: Dialect, name: &'static str, arguments: &'static [Argument]) -> Self {
        Call { dialect, name, arguments, target: "", ready: OnceLock::new() }
    }

    /// The same for a target attribute, which some functions ask the world about.
    #[must_use]
    pub const fn for_target(mut self, target: &'static str) -> Self {
        self.target = target;
        self
    }

    fn missing(&self) -> Halt {
        Fault::whole(Code::UnknownFunction, format!("there is no function {}", self.name))
    }

    fn ready(&self) -> &Result<Ready, Halt> {
        self.ready.get_or_init(|| {
            let function = named(self.dialect, self.name).ok_or_else(|| self.missing())?;
            let constant = |at: usize| match self.arguments.get(at) {
                Some(Argument::Text(text)) => Some(Cow::Borrowed(*text)),
                _ => None,
            };
            let prepared = function.prepare.map(|prepare| prepare(&constant, &Limits::DEFAULT)).transpose()?.flatten();
            Ok(Ready { run: function.run, prepared })
        })
    }
}

/// The function, or the operator of Okta's language, of that name.
pub(crate) fn named(dialect: Dialect, name: &str) -> Option<&'static Function> {
    let operators = if dialect == Dialect::Entra { &[] } else { functions::okta::operators::NAMED };
    let operator = operators.iter().find(|(known, _)| *known == name).map(|(_, function)| *function);
    operator.or_else(|| functions::table(dialect).iter().copied().find(|function| function.name == name))
}

impl<'a, R: Record + ?Sized> User<'a, R> {
    /// Calls a function, which asks for the arguments that it needs.
    ///
    /// # Errors
    /// The function's own, and those of its arguments.
    pub fn call<F>(&mut self, call: &'static Call, arguments: F) -> Result<Value<'a>, Halt>
    where
        F: FnMut(&mut Self, usize) -> Result<Value<'a>, Halt>,
    {
        match call.ready() {
            Ok(Ready { run: Run::Native(run), .. }) => run(&mut self.asked(call, arguments)),
            Ok(Ready { run: Run::Direct(direct), .. }) => direct.run(&mut self.asked(call, arguments) as &mut dyn Arguments<'a>),
            Ok(Ready { run: Run::Form(_), .. }) => Err(call.missing()),
            Err(halt) => Err(halt.clone()),
        }
    }

    /// The arguments of a call, for the functions of [`natives`](super::natives).
    #[inline]
    pub fn asked<F>(&mut self, call: &'static Call, arguments: F) -> Frame<'_, 'a, R, F>
    where
        F: FnMut(&mut Self, usize) -> Result<Value<'a>, Halt>,
    {
        Frame { user: self, call, arguments }
    }
}

/// An argument that is a function of its own.
pub type Part<'a, R> = fn(&mut User<'a, R>) -> Result<Value<'a>, Halt>;

impl<'a, R: Record + ?Sized> User<'a, R> {
    /// The same as [`call`](Self::call), for calls that stand deep in each other.
    ///
    /// # Errors
    /// As those.
    pub fn call_parts(&mut self, call: &'static Call, parts: &[Option<Part<'a, R>>]) -> Result<Value<'a>, Halt> {
        self.call(call, |user, at| match parts.get(at) {
            Some(Some(part)) => part(user),
            _ => Ok(Value::Null),
        })
    }
}

/// A call in progress.
pub struct Frame<'f, 'a, R: ?Sized, F> {
    user: &'f mut User<'a, R>,
    call: &'static Call,
    arguments: F,
}

impl<'a, R, F> Arguments<'a> for Frame<'_, 'a, R, F>
where
    R: Record + ?Sized,
    F: FnMut(&mut User<'a, R>, usize) -> Result<Value<'a>, Halt>,
{
    #[inline]
    fn count(&self) -> usize {
        self.call.arguments.len()
    }

    #[inline]
    fn is_given(&self, at: usize) -> bool {
        self.call.arguments.get(at).is_some_and(|argument| *argument != Argument::LeftOut)
    }

    #[inline]
    fn value(&mut self, at: usize) -> Result<Value<'a>, Halt> {
        (self.arguments)(self.user, at)
    }

    fn world(&self) -> &'a dyn World {
        self.user.world()
    }

    fn target(&self) -> &'a str {
        self.call.target
    }

    fn limits(&self) -> &'a Limits {
        &Limits::DEFAULT
    }

    fn prepared(&self) -> Option<&'a Prepared> {
        self.call.ready().as_ref().ok()?.prepared.as_ref()
    }

    fn warn(&mut self, code: Code, message: String) {
        self.user.warn(code, message);
    }
}
