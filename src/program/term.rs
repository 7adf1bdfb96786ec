use super::keys::Keys;
use super::value::Value;
use crate::diagnostic::Span;
use crate::functions::{Function, Prepared};

/// A part of a checked expression: few forms, to which every dialect is lowered.
#[derive(Debug)]
pub struct Term {
    /// Where it stands in the expression's text.
    pub span: Span,
    /// What it is.
    pub kind: Kind,
}

/// The forms of a [`Term`].
#[derive(Debug)]
pub enum Kind {
    /// A value written in the text.
    Constant(Value<'static>),
    /// The attribute in that slot of the expression.
    Attribute(usize),
    /// A function of the table; an argument left out between commas is `None`, which is not null.
    Call(Box<Call>),
    /// A comparison, false where a side is null.
    Compare(Box<Compare>),
    /// The case whose key equals the source, else the default (Switch).
    Choice(Box<Choice>),
    /// One of two (IIF).
    If(Box<If>),
    /// The first that is not null (Coalesce).
    First(Box<[Term]>),
    /// The first that is neither null nor an empty text, else the last (Okta's `?:`).
    FirstFilled(Box<[Term]>),
    /// Leaves the attribute or the whole user out of this cycle.
    Skip(Skip),
}

/// A call of a table entry.
#[derive(Debug)]
pub struct Call {
    /// The entry.
    pub function: &'static Function,
    /// The arguments as written; `None` is left out.
    pub arguments: Box<[Option<Term>]>,
    /// What could be made ready from constant arguments.
    pub prepared: Option<Prepared>,
    /// The value, where all arguments are constant.
    pub constant: Option<Value<'static>>,
}

/// A comparison.
#[derive(Debug)]
pub struct Compare {
    /// How.
    pub operator: Operator,
    /// By whose rules.
    pub rules: Rules,
    /// Left side.
    pub left: Term,
    /// Right side.
    pub right: Term,
}

/// The comparison operators.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

impl Operator {
    /// As the language writes it.
    pub fn sign(self) -> &'static str {
        match self {
            Operator::Equal => "=",
            Operator::NotEqual => "<>",
            Operator::Greater => ">",
            Operator::GreaterOrEqual => ">=",
            Operator::Less => "<",
            Operator::LessOrEqual => "<=",
        }
    }

    /// Whether sides that compare so satisfy it.
    pub fn holds(self, ordering: std::cmp::Ordering) -> bool {
        match self {
            Operator::Equal => ordering.is_eq(),
            Operator::NotEqual => ordering.is_ne(),
            Operator::Greater => ordering.is_gt(),
            Operator::GreaterOrEqual => ordering.is_ge(),
            Operator::Less => ordering.is_lt(),
            Operator::LessOrEqual => ordering.is_le(),
        }
    }
}

/// How null, texts and numbers compare; fixed when the program is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Rules {
    /// Entra's: nothing compares with null, a number compares with the text of one.
    Entra,
    /// Okta's: null equals null and is less than everything, values of different kinds are unequal and in no order.
    Okta,
}

/// When a case of a choice is hit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Matching {
    /// The source equals the key.
    Equal,
    /// The key stands somewhere in the source.
    Within,
}

/// A source, cases and a default.
#[derive(Debug)]
pub struct Choice {
    /// What is compared with the keys, by its text; null counts as the empty text.
    pub source: Term,
    /// When a case is hit.
    pub matching: Matching,
    /// Keys and results, in order; the first that matches counts.
    pub cases: Vec<(Term, Term)>,
    /// The result where no key matches; left out, it is null.
    pub default: Option<Term>,
    /// Constant keys to cases, where all keys are constant.
    pub keys: Option<Keys>,
}

/// A condition and two results.
#[derive(Debug)]
pub struct If {
    /// The condition.
    pub condition: Term,
    /// Where it holds.
    pub then: Term,
    /// Where it does not.
    pub otherwise: Term,
}

/// What is left out of a provisioning cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Skip {
    /// The attribute (`IgnoreAttributeFlow`).
    Flow,
    /// The whole user (`IgnoreObjectFlow`).
    Object,
}

impl Skip {
    /// As Entra's language writes it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Skip::Flow => "IgnoreAttributeFlow",
            Skip::Object => "IgnoreObjectFlow",
        }
    }
}

impl Term {
    /// The parts directly inside, in the order in which they are written.
    pub fn parts(&self) -> Vec<&Term> {
        match &self.kind {
            Kind::Constant(_) | Kind::Attribute(_) | Kind::Skip(_) => Vec::new(),
            Kind::Call(call) => call.arguments.iter().flatten().collect(),
            Kind::Compare(compare) => vec![&compare.left, &compare.right],
            Kind::If(branch) => vec![&branch.condition, &branch.then, &branch.otherwise],
            Kind::First(terms) | Kind::FirstFilled(terms) => terms.iter().collect(),
            Kind::Choice(choice) => std::iter::once(&choice.source)
                .chain(&choice.default)
                .chain(choice.cases.iter().flat_map(|(key, result)| [key, result]))
                .collect(),
        }
    }

    /// Whether a value inside or of it is marked by Redact, so that no trace may print it.
    pub fn is_redacted(&self) -> bool {
        matches!(&self.kind, Kind::Call(call) if call.function.redacts) || self.parts().into_iter().any(Term::is_redacted)
    }
}
