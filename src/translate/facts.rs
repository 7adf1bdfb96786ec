use crate::program::Value;

/// The kinds of values that a part can give; a set.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Kinds(u8);

impl Kinds {
    pub const NULL: Kinds = Kinds(1);
    /// The empty text.
    pub const EMPTY: Kinds = Kinds(2);
    /// Any other text.
    pub const FILLED: Kinds = Kinds(4);
    pub const NUMBER: Kinds = Kinds(8);
    pub const BOOL: Kinds = Kinds(16);
    pub const LIST: Kinds = Kinds(32);
    /// Dates and objects.
    pub const OTHER: Kinds = Kinds(64);
    pub const TEXT: Kinds = Kinds::EMPTY.or(Kinds::FILLED);
    pub const ANY: Kinds = Kinds(127);

    pub const fn or(self, other: Kinds) -> Kinds {
        Kinds(self.0 | other.0)
    }

    pub const fn without(self, other: Kinds) -> Kinds {
        Kinds(self.0 & !other.0)
    }

    pub const fn within(self, other: Kinds) -> bool {
        self.0 & !other.0 == 0
    }

    pub const fn meets(self, other: Kinds) -> bool {
        self.0 & other.0 != 0
    }

    /// Whether null aside there is nothing but this.
    pub const fn only(self, other: Kinds) -> bool {
        self.within(other.or(Kinds::NULL))
    }

    /// For messages.
    pub fn name(self) -> String {
        let names = [
            (Kinds::NULL, "null"),
            (Kinds::TEXT, "a text"),
            (Kinds::NUMBER, "a number"),
            (Kinds::BOOL, "true or false"),
            (Kinds::LIST, "a list"),
            (Kinds::OTHER, "a date or an object"),
        ];
        let found: Vec<&str> = names.iter().filter(|(kind, _)| self.meets(*kind)).map(|(_, name)| *name).collect();
        found.join(", ")
    }
}

/// What is known of a part's value before any user is read. It holds for the original and, as both give the same value,
/// for its translation.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Facts {
    pub kinds: Kinds,
    /// Whether all texts are of ASCII.
    pub ascii: bool,
    /// The value, where it is always the same.
    pub constant: Option<Value<'static>>,
}

impl Facts {
    pub fn of(kinds: Kinds) -> Facts {
        Facts { kinds, ascii: false, constant: None }
    }

    /// Of a text that is ASCII where all of its parts are.
    pub fn ascii(kinds: Kinds, ascii: bool) -> Facts {
        Facts { kinds, ascii, constant: None }
    }

    pub fn constant(value: Value<'static>) -> Facts {
        let kinds = match &value {
            Value::Null => Kinds::NULL,
            Value::Text(text) if text.is_empty() => Kinds::EMPTY,
            Value::Text(_) => Kinds::FILLED,
            Value::Number(_) => Kinds::NUMBER,
            Value::Bool(_) => Kinds::BOOL,
            Value::List(_) => Kinds::LIST,
            Value::Date(_) | Value::Object(_) => Kinds::OTHER,
        };
        let ascii = value.to_text().is_none_or(|text| text.is_ascii());
        Facts { kinds, ascii, constant: Some(value) }
    }

    /// Of a value that is one of two.
    pub fn either(&self, other: &Facts) -> Facts {
        // Where both are the same constant, what chooses between them can still fail.
        Facts { kinds: self.kinds.or(other.kinds), ascii: self.ascii && other.ascii, constant: None }
    }

    pub fn may_be_null(&self) -> bool {
        self.kinds.meets(Kinds::NULL)
    }

    /// Whether it is neither null nor an empty text.
    pub fn is_filled(&self) -> bool {
        !self.kinds.meets(Kinds::NULL.or(Kinds::EMPTY))
    }

    /// The constant text.
    pub fn text(&self) -> Option<&str> {
        match &self.constant {
            Some(Value::Text(text)) => Some(text),
            _ => None,
        }
    }
}

/// A part in the other language, and what is known of its value.
#[derive(Debug, Clone)]
pub(super) struct Said {
    pub text: String,
    /// How tight its outermost sign binds; a call, a constant and an attribute bind tightest.
    pub binds: u8,
    pub facts: Facts,
}
