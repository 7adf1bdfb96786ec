//! What a part gave, in registers where it can be.

use super::evaluate::Halt;
use super::value::Value;
use std::borrow::Cow;

/// What most parts give is a text that stands in the record or the program: it comes in two registers, and anything else
/// waits in the [`Rest`]. A [`Value`] that can be anything is written to memory and read again at each step, which takes
/// longer than most steps do.
pub(crate) type Seen<'a> = Option<&'a str>;

/// What a part gave that is no text in registers. It is read once, by who asked for the part.
#[derive(Debug)]
pub(crate) struct Rest<'a> {
    pub plain: Plain,
    /// What is not plain. An option, since the end of none is one test that is inlined.
    other: Option<Result<Value<'a>, Halt>>,
}

/// What takes no room, and nothing to be dropped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Plain {
    Null,
    False,
    True,
    /// It is something else, or there is a reason why there is nothing.
    Other,
}

impl Plain {
    /// As a value; null where it is something else.
    #[inline]
    pub fn value(self) -> Value<'static> {
        match self {
            Plain::False => Value::Bool(false),
            Plain::True => Value::Bool(true),
            Plain::Null | Plain::Other => Value::Null,
        }
    }
}

impl<'a> Rest<'a> {
    pub const fn new() -> Self {
        Rest { plain: Plain::Null, other: None }
    }

    #[inline]
    pub fn keep_plain(&mut self, plain: Plain) -> Seen<'a> {
        self.plain = plain;
        None
    }

    #[inline]
    pub fn keep(&mut self, value: Value<'a>) -> Seen<'a> {
        let seen = match &value {
            Value::Text(Cow::Borrowed(text)) => Some(*text),
            Value::Null => self.keep_plain(Plain::Null),
            Value::Bool(true) => self.keep_plain(Plain::True),
            Value::Bool(false) => self.keep_plain(Plain::False),
            _ => return self.keep_other(Ok(value)),
        };
        value.end();
        seen
    }

    #[inline]
    pub fn keep_result(&mut self, result: Result<Value<'a>, Halt>) -> Seen<'a> {
        match result {
            Ok(value) => self.keep(value),
            halt => self.keep_other(halt),
        }
    }

    #[cold]
    #[inline(never)]
    pub fn keep_other(&mut self, other: Result<Value<'a>, Halt>) -> Seen<'a> {
        self.other = Some(other);
        self.keep_plain(Plain::Other)
    }

    /// The value of what was seen; what waits is taken.
    #[inline]
    pub fn take(&mut self, seen: Seen<'a>) -> Result<Value<'a>, Halt> {
        match (seen, self.plain) {
            (Some(text), _) => Ok(Value::text(text)),
            (None, Plain::Other) => self.take_other(),
            (None, plain) => Ok(plain.value()),
        }
    }

    #[cold]
    pub fn take_other(&mut self) -> Result<Value<'a>, Halt> {
        self.other.take().unwrap_or(Ok(Value::Null))
    }

    /// The same, where it stands.
    pub fn view<'r>(&'r self, seen: Seen<'r>) -> Result<Value<'r>, &'r Halt> {
        match (seen, self.plain) {
            (Some(text), _) => Ok(Value::text(text)),
            (None, Plain::Other) => self.other.as_ref().map_or(Ok(Value::Null), |other| other.as_ref().map(Value::view)),
            (None, plain) => Ok(plain.value()),
        }
    }

    /// Why there is nothing.
    pub fn halt(&mut self) -> Option<&mut Halt> {
        if self.plain == Plain::Other { self.other.as_mut()?.as_mut().err() } else { None }
    }
}
