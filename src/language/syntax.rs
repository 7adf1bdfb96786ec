use crate::diagnostic::Span;
use crate::program::Number;
use crate::program::term::Operator;

/// An expression as it is written. Two are equal when they say the same, wherever they stand.
#[derive(Debug, Clone)]
pub(crate) struct Syntax {
    pub span: Span,
    pub node: Node,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Node {
    Text(String),
    /// `raw` as written, so that `&HF7` prints as it was.
    Number {
        value: Number,
        raw: String,
    },
    Attribute(String),
    Word(Word),
    Call(Call),
    Compare {
        operator: Operator,
        left: Box<Syntax>,
        right: Box<Syntax>,
    },
}

#[derive(Debug, Clone)]
pub(crate) struct Call {
    pub name: String,
    pub name_span: Span,
    pub arguments: Vec<Argument>,
}

/// An argument, or the place between two commas where it was left out.
#[derive(Debug, Clone)]
pub(crate) enum Argument {
    Given(Syntax),
    LeftOut(Span),
}

/// The words that stand bare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Word {
    TextCompare,
    BinaryCompare,
    Unicode,
    Ascii,
    Utf8,
    IgnoreAttributeFlow,
    IgnoreObjectFlow,
}

impl Word {
    pub const ALL: [Word; 7] =
        [Word::TextCompare, Word::BinaryCompare, Word::Unicode, Word::Ascii, Word::Utf8, Word::IgnoreAttributeFlow, Word::IgnoreObjectFlow];

    pub fn text(self) -> &'static str {
        match self {
            Word::TextCompare => "vbTextCompare",
            Word::BinaryCompare => "vbBinaryCompare",
            Word::Unicode => "Unicode",
            Word::Ascii => "ASCII",
            Word::Utf8 => "UTF8",
            Word::IgnoreAttributeFlow => "IgnoreAttributeFlow",
            Word::IgnoreObjectFlow => "IgnoreObjectFlow",
        }
    }
}

impl PartialEq for Syntax {
    fn eq(&self, other: &Self) -> bool {
        self.node == other.node
    }
}

impl PartialEq for Call {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name && self.arguments == other.arguments
    }
}

impl PartialEq for Argument {
    fn eq(&self, other: &Self) -> bool {
        match (self, other) {
            (Argument::Given(one), Argument::Given(other)) => one == other,
            (Argument::LeftOut(_), Argument::LeftOut(_)) => true,
            _ => false,
        }
    }
}
