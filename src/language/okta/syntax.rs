use crate::diagnostic::Span;
use crate::program::Number;
use crate::program::term::Operator;

/// An expression as it is written. Two are equal when they say the same, wherever they stand.
#[derive(Debug, Clone)]
pub(crate) struct Syntax {
    pub span: Span,
    pub node: Node,
    /// How many levels stand below; bounded when the tree is built, so that walking it needs no bound of its own.
    pub depth: usize,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Text(String),
    Number {
        value: Number,
        raw: String,
    },
    Bool(bool),
    Null,
    /// A word that is neither constant nor call: `user`, `appuser`, `String`.
    Name(String),
    Member(Box<Member>),
    /// `name(…)`.
    Call(Called),
    /// `value.name(…)`; whether the value is a group of functions (`String`) or a value is found by checking.
    Method(Box<Method>),
    Index(Box<Syntax>, Box<Syntax>),
    /// `value.![path]`.
    Project(Box<Syntax>, String),
    List(Vec<Syntax>),
    Map(Vec<(String, Syntax)>),
    /// In parentheses; kept for printing.
    Group(Box<Syntax>),
    Prefix(Prefix, Box<Syntax>),
    Infix(Box<Infix>),
    Conditional(Box<[Syntax; 3]>),
    Elvis(Box<[Syntax; 2]>),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Member {
    pub of: Syntax,
    pub name: Named,
    pub safe: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Method {
    pub of: Syntax,
    pub call: Called,
    pub safe: bool,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Called {
    pub name: Named,
    pub arguments: Vec<Syntax>,
}

#[derive(Debug, Clone)]
pub(crate) struct Named {
    pub text: String,
    pub span: Span,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Infix {
    pub sign: Sign,
    pub left: Syntax,
    pub right: Syntax,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Prefix {
    Not,
    Minus,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Sign {
    Or,
    And,
    Compare(Operator),
    Matches,
    Plus,
    Minus,
    Times,
    Divide,
    Remainder,
}

impl Sign {
    /// How tight it binds; more is tighter.
    pub fn binds(self) -> usize {
        match self {
            Sign::Or => 0,
            Sign::And => 1,
            Sign::Compare(_) | Sign::Matches => 2,
            Sign::Plus | Sign::Minus => 3,
            Sign::Times | Sign::Divide | Sign::Remainder => 4,
        }
    }

    /// Whether `a sign b sign c` has a meaning; comparisons have none.
    pub fn chains(self) -> bool {
        self.binds() != 2
    }

    /// As the canonical form writes it.
    pub fn word(self) -> &'static str {
        match self {
            Sign::Or => "OR",
            Sign::And => "AND",
            Sign::Compare(Operator::Equal) => "==",
            Sign::Compare(Operator::NotEqual) => "!=",
            Sign::Compare(operator) => operator.sign(),
            Sign::Matches => "matches",
            Sign::Plus => "+",
            Sign::Minus => "-",
            Sign::Times => "*",
            Sign::Divide => "/",
            Sign::Remainder => "%",
        }
    }

    /// The sign that is written so.
    pub fn read(text: &str) -> Option<Sign> {
        Some(match text {
            "==" => Sign::Compare(Operator::Equal),
            "!=" => Sign::Compare(Operator::NotEqual),
            "<=" => Sign::Compare(Operator::LessOrEqual),
            ">=" => Sign::Compare(Operator::GreaterOrEqual),
            "<" => Sign::Compare(Operator::Less),
            ">" => Sign::Compare(Operator::Greater),
            "&&" => Sign::And,
            "||" => Sign::Or,
            "+" => Sign::Plus,
            "-" => Sign::Minus,
            "*" => Sign::Times,
            "/" => Sign::Divide,
            "%" => Sign::Remainder,
            "matches" => Sign::Matches,
            word if word.eq_ignore_ascii_case("and") => Sign::And,
            word if word.eq_ignore_ascii_case("or") => Sign::Or,
            _ => return None,
        })
    }
}

impl PartialEq for Syntax {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl PartialEq for Named {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}
