//! The functions of the dialects. Each is one entry in one table: the checker, the manual, completion and the coverage
//! test all read it.

pub(crate) mod casing;
mod date_text;
pub(crate) mod dates;
mod diacritics;
mod direct;
mod dotnet_class;
mod dotnet_date;
mod dotnet_date_read;
mod dotnet_groups;
mod dotnet_regex;
mod dotnet_translate;
mod encoding;
mod flow;
mod java_class;
mod java_translate;
mod joda;
pub(crate) mod lists;
mod logic;
pub(crate) mod okta;
mod pattern_work;
mod random;
pub(crate) mod replace;
mod replacement;
pub(crate) mod roles;
pub(crate) mod text;

pub use direct::Direct;
pub(crate) use dotnet_date::DateFormat;
pub(crate) use dotnet_regex::Pattern;
pub(crate) use joda::JodaFormat;

use crate::diagnostic::Code;
use crate::language::Dialect;
use crate::limits::Limits;
use crate::program::{Fault, Halt, List, Number, Value, World};
use jiff::civil::DateTime;
use std::borrow::Cow;

/// One function of the language.
#[derive(Debug)]
pub struct Function {
    /// Its name, case-sensitive.
    pub name: &'static str,
    /// Its parameters.
    pub parameters: &'static [Parameter],
    /// Where parameters repeat: from which on, and how often at least.
    pub repeats: Option<Repeat>,
    /// What it gives.
    pub returns: Type,
    /// One sentence for the manual.
    pub summary: &'static str,
    /// An expression without attributes of a user, and what it gives.
    pub example: Example,
    /// Whether it can give null.
    pub nullable: bool,
    /// The argument that it gives back unchanged, if it is such a function.
    pub passes: Option<usize>,
    /// Whether the same arguments always give the same value.
    pub pure: bool,
    /// The parts of the record that it reads beside its arguments; they follow the arguments of a call.
    pub reads: &'static [&'static str],
    /// Whether no trace may print its value.
    pub redacts: bool,
    /// Whether it must be the outermost function.
    pub top_level: bool,
    /// The name of a parameter that is missing, where that depends on which others are given.
    pub complete: Option<Complete>,
    /// Makes constant arguments ready, and finds what is wrong with them before any user is read.
    pub prepare: Option<Prepare>,
    /// What it does.
    pub run: Run,
}

impl Function {
    /// What most functions are: pure, null for null, nothing to prepare.
    pub(crate) const PLAIN: Function = Function {
        name: "",
        parameters: &[],
        repeats: None,
        returns: Type::Text,
        summary: "",
        example: Example { expression: "", value: "" },
        nullable: true,
        passes: None,
        pure: true,
        reads: &[],
        redacts: false,
        top_level: false,
        complete: None,
        prepare: None,
        run: Run::Form(Form::Choice),
    };

    /// The parameter for the argument at a position.
    pub fn parameter(&self, at: usize) -> Option<&'static Parameter> {
        if let Some(parameter) = self.parameters.get(at) {
            return Some(parameter);
        }
        let repeat = self.repeats?;
        let period = self.parameters.len() - repeat.from;
        Some(&self.parameters[repeat.from + (at - repeat.from) % period])
    }

    /// The name with its parameters, as the manual shows it.
    pub fn signature(&self) -> String {
        let mut parts = Vec::new();
        for (at, parameter) in self.parameters.iter().enumerate() {
            let first_repeat = self.repeats.is_some_and(|repeat| at >= repeat.from);
            let name = if first_repeat { format!("{}1", parameter.name) } else { parameter.name.to_string() };
            parts.push(match parameter.need {
                Need::Required => name,
                Need::Omissible | Need::Optional => format!("[{name}]"),
            });
        }
        if self.repeats.is_some() {
            parts.push("…".into());
        }
        match self.name.strip_prefix('.') {
            // A method: what it is called on stands before its name.
            Some(name) if !parts.is_empty() => format!("{}.{name}({})", parts.remove(0), parts.join(", ")),
            _ => format!("{}({})", self.name, parts.join(", ")),
        }
    }
}

/// One parameter.
#[derive(Debug, Clone, Copy)]
pub struct Parameter {
    /// Its name in the vendor's reference.
    pub name: &'static str,
    /// What it takes.
    pub takes: Type,
    /// Whether it may be left out.
    pub need: Need,
    /// What it is for.
    pub about: &'static str,
}

/// Whether an argument may be left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    /// It must be given.
    Required,
    /// It may be empty, its comma may not be missing.
    Omissible,
    /// It may be empty, or missing at the end with its comma.
    Optional,
}

/// Parameters that repeat.
#[derive(Debug, Clone, Copy)]
pub struct Repeat {
    /// The first that repeats, counted from 0; all after it repeat with it.
    pub from: usize,
    /// How often at least.
    pub least: usize,
}

/// What a value is, as far as the text shows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Type {
    /// Not known before a user is read.
    Any,
    /// A text. Where one is wanted, a number, a boolean and a date are read as theirs.
    Text,
    /// A number, or the text of one.
    Number,
    /// A boolean.
    Boolean,
    /// A single value of any kind, of which some count as true.
    Condition,
    /// A date, or the text of one.
    Date,
    /// A list. Where one is wanted, a single value of an attribute is a list of one.
    List,
    /// The app role assignments of the user.
    Roles,
    /// `vbTextCompare` or `vbBinaryCompare`.
    Comparison,
    /// `Unicode`, `ASCII` or `UTF8`.
    Encoding,
}

impl Type {
    /// For messages and the manual.
    pub fn name(self) -> &'static str {
        match self {
            Type::Any => "any value",
            Type::Text => "a text",
            Type::Number => "a number",
            Type::Boolean => "a boolean",
            Type::Condition => "a single value",
            Type::Date => "a date",
            Type::List => "a list",
            Type::Roles => "[appRoleAssignments]",
            Type::Comparison => "vbTextCompare or vbBinaryCompare",
            Type::Encoding => "Unicode, ASCII or UTF8",
        }
    }
}

/// An expression and the value it gives, as the manual prints it.
#[derive(Debug, Clone, Copy)]
pub struct Example {
    /// The expression.
    pub expression: &'static str,
    /// Its value as JSON; empty where it differs from run to run.
    pub value: &'static str,
}

/// How a function is carried out.
#[derive(Debug, Clone, Copy)]
pub enum Run {
    /// By Rust.
    Native(Native),
    /// By Rust that is generic over how it asks for its arguments.
    Direct(Direct),
    /// It is not called: the checker turns it into a form of the tree.
    Form(Form),
}

/// A function in Rust. It asks for its arguments one by one, so that one that it does not need is not evaluated.
pub type Native = for<'a> fn(&mut dyn Arguments<'a>) -> Result<Value<'a>, Halt>;

/// The forms into which the checker turns calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Switch.
    Choice,
    /// IIF.
    If,
    /// Coalesce.
    First,
}

/// Tells which parameter is missing, from which positions are given.
pub type Complete = fn(&dyn Fn(usize) -> bool) -> Option<&'static str>;

/// Makes constant arguments ready: gets the constant at each position, `None` where it is no constant or left out.
pub type Prepare = fn(&dyn Fn(usize) -> Option<Cow<'static, str>>, &Limits) -> Result<Option<Prepared>, Halt>;

/// What was made ready from constant arguments.
#[derive(Debug)]
pub enum Prepared {
    /// A regular expression.
    Pattern(Box<Pattern>),
    /// A date format of Java.
    Joda(Box<JodaFormat>),
    /// An expression inside an expression, for each of several values.
    Expression(Box<crate::expression::Expression>),
    /// The input and output format of a date.
    Formats(Box<DateFormat>, Box<DateFormat>),
}

/// A call in progress, as a native function sees it. An argument that is left out, or missing at the end, reads as
/// null; [`is_given`](Self::is_given) tells the difference.
pub trait Arguments<'a> {
    /// How many arguments are written, those left out between commas included.
    fn count(&self) -> usize;
    /// Whether one is written and not left out.
    fn is_given(&self, at: usize) -> bool;
    /// Evaluates one.
    fn value(&mut self, at: usize) -> Result<Value<'a>, Halt>;
    /// The clock, random values and look-ups.
    fn world(&self) -> &'a dyn World;
    /// The name of the target attribute that the value is for; empty for an expression on its own.
    fn target(&self) -> &'a str;
    /// The bounds.
    fn limits(&self) -> &'a Limits;
    /// What was made ready from constant arguments.
    fn prepared(&self) -> Option<&'a Prepared>;
    /// Reports something that does not keep the value from being used.
    fn warn(&mut self, code: Code, message: String);

    /// An argument as text, `None` for null.
    ///
    /// # Errors
    /// Its own, and a value of another kind.
    #[inline(always)] // constants fall away where generated code asks
    fn text(&mut self, at: usize) -> Result<Option<Cow<'a, str>>, Halt> {
        match self.value(at)? {
            Value::Null => Ok(None),
            Value::Text(text) => Ok(Some(text)),
            value => {
                let kind = value.kind();
                value.into_text().map(Some).ok_or_else(|| wrong_type(at, "a text", kind))
            }
        }
    }

    /// An argument as number, `None` for null; a text that is a number counts as one.
    ///
    /// # Errors
    /// Its own, and a value of another kind.
    #[inline(always)]
    fn number(&mut self, at: usize) -> Result<Option<Number>, Halt> {
        match self.value(at)? {
            Value::Null => Ok(None),
            Value::Number(number) => Ok(Some(number)),
            Value::Text(text) => {
                Number::parse(&text).map(Some).ok_or_else(|| Fault::of(at, Code::InvalidNumberText, format!("{text:?} is no number")))
            }
            other => Err(wrong_type(at, "a number", other.kind())),
        }
    }

    /// An argument as whole number, `None` for null.
    ///
    /// # Errors
    /// Its own, and a value of another kind.
    #[inline(always)]
    fn int(&mut self, at: usize) -> Result<Option<i64>, Halt> {
        let Some(number) = self.number(at)? else { return Ok(None) };
        number.as_i64().map(Some).ok_or_else(|| Fault::of(at, Code::InvalidNumberText, format!("{number} is no whole number")))
    }

    /// An argument as date, `None` for null.
    ///
    /// # Errors
    /// Its own, and a value of another kind.
    #[inline]
    fn date(&mut self, at: usize) -> Result<Option<DateTime>, Halt> {
        match self.value(at)? {
            Value::Null => Ok(None),
            Value::Date(date) => Ok(Some(date)),
            Value::Text(text) => {
                dates::parse(&text).map(Some).ok_or_else(|| Fault::of(at, Code::InvalidDate, format!("{text:?} is no date")))
            }
            other => Err(wrong_type(at, "a date", other.kind())),
        }
    }

    /// An argument as list, `None` for null; a single value is a list of one.
    ///
    /// # Errors
    /// Its own, and a value of another kind.
    #[inline]
    fn list(&mut self, at: usize) -> Result<Option<List<'a>>, Halt> {
        match self.value(at)? {
            Value::Null => Ok(None),
            Value::List(list) => Ok(Some(list)),
            single => Ok(Some(List::Owned(vec![single]))),
        }
    }
}

fn wrong_type(at: usize, wanted: &str, kind: &str) -> Halt {
    Fault::of(at, Code::WrongValueType, format!("{wanted} is wanted here, and the value is {kind}"))
}

const fn required(name: &'static str, takes: Type, about: &'static str) -> Parameter {
    Parameter { name, takes, need: Need::Required, about }
}

const fn omissible(name: &'static str, takes: Type, about: &'static str) -> Parameter {
    Parameter { name, takes, need: Need::Omissible, about }
}

const fn optional(name: &'static str, takes: Type, about: &'static str) -> Parameter {
    Parameter { name, takes, need: Need::Optional, about }
}

/// Functions that Microsoft documents for provisioning or synchronization, and that are not evaluated here.
pub(crate) const NOT_EVALUATED: [&str; 11] = [
    "BitOr",
    "CNum",
    "CRef",
    "ConvertFromUTF8Hex",
    "DNComponent",
    "DNComponentRev",
    "ImportedValue",
    "IsDate",
    "IsGuid",
    "StringFromGuid",
    "StringFromSid",
];

/// Every function of a dialect, by name.
pub fn table(dialect: Dialect) -> &'static [&'static Function] {
    match dialect {
        Dialect::Entra => entra(),
        Dialect::Okta => okta::classic(),
        Dialect::OktaIdentityEngine => okta::identity_engine(),
    }
}

/// Every function of the Entra dialect, by name.
pub fn entra() -> &'static [&'static Function] {
    static TABLE: std::sync::LazyLock<Vec<&'static Function>> = std::sync::LazyLock::new(|| {
        let families = [
            text::FUNCTIONS,
            dates::FUNCTIONS,
            lists::FUNCTIONS,
            logic::FUNCTIONS,
            flow::FUNCTIONS,
            random::FUNCTIONS,
            replace::FUNCTIONS,
            roles::FUNCTIONS,
        ];
        sorted(families.into_iter().flatten())
    });
    &TABLE
}

fn sorted(functions: impl Iterator<Item = &'static Function>) -> Vec<&'static Function> {
    let mut table: Vec<_> = functions.collect();
    table.sort_by_key(|function| function.name.to_ascii_lowercase());
    table
}
