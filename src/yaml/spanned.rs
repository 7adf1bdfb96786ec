//! Values that remember where they stand.

use super::offsets::Offsets;
use crate::diagnostic::{Edit, SourceId, Span};
use serde::de::{self, Deserialize, Deserializer, MapAccess, Visitor};
use serde::{Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;
use std::ops::{Deref, DerefMut};

/// The struct name by which the deserializer knows that a place is wanted too: serde has no other way to ask.
pub(super) const NAME: &str = "$rolewright::Spanned";
pub(super) const PLACE: &str = "place";
pub(super) const VALUE: &str = "value";

/// Where a value stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct At {
    /// The file.
    pub source: SourceId,
    /// Where in the file; of a list or map, all of it.
    pub span: Span,
    /// For a text: from its bytes to those of the file.
    pub offsets: Option<Offsets>,
}

impl At {
    /// A place without a text.
    pub(crate) fn new(source: SourceId, span: Span) -> Self {
        At { source, span, offsets: None }
    }

    /// Where a range of the text stands; without a text, the whole.
    pub(crate) fn span_of(&self, inner: Span) -> (SourceId, Span) {
        let span = self.offsets.as_ref().map_or(self.span, |offsets| offsets.source_span(inner));
        (self.source, span)
    }

    /// The edit of the file that makes an edit of the text, if there is a simple one.
    pub(crate) fn edit_of(&self, inner: Span, replacement: &str) -> Option<Edit> {
        let offsets = self.offsets.as_ref().filter(|offsets| offsets.is_verbatim(inner))?;
        let replacement = offsets.write(replacement)?;
        let span = offsets.source_span(inner);
        let plain = matches!(offsets.style(), super::Style::Plain | super::Style::PlainInFlow);
        // The first character decides what a scalar without quotation marks is.
        let safe = !plain || inner.start > 0 || replacement.starts_with(char::is_alphabetic);
        safe.then_some(Edit { source: self.source, span, replacement })
    }

    pub(super) fn to_numbers(&self) -> Vec<u64> {
        let mut numbers = vec![u64::from(self.source.0), self.span.start as u64, self.span.end as u64];
        if let Some(offsets) = &self.offsets {
            numbers.extend(offsets.to_numbers());
        }
        numbers
    }

    fn of_numbers(numbers: &[u64]) -> Option<Self> {
        let (&[source, start, end], offsets) = numbers.split_first_chunk()?;
        Some(At {
            source: SourceId(u32::try_from(source).ok()?),
            span: Span::new(start as usize, end as usize),
            offsets: if offsets.is_empty() { None } else { Some(Offsets::of_numbers(offsets)?) },
        })
    }
}

/// A value with its place. It compares, serializes and shows as the value alone.
#[derive(Clone)]
pub(crate) struct Spanned<T> {
    /// The value.
    pub value: T,
    /// Where it stands.
    pub at: At,
}

impl<T> Spanned<T> {
    /// A value at a place.
    pub(crate) fn new(value: T, at: At) -> Self {
        Spanned { value, at }
    }

    /// Where a range of the decoded text stands.
    pub(crate) fn span_of(&self, inner: Span) -> (SourceId, Span) {
        self.at.span_of(inner)
    }

    /// Another value at the same place.
    pub(crate) fn map<U>(self, to: impl FnOnce(T) -> U) -> Spanned<U> {
        Spanned { value: to(self.value), at: self.at }
    }
}

impl<T> Deref for Spanned<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.value
    }
}

impl<T> DerefMut for Spanned<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.value
    }
}

impl<T: fmt::Debug> fmt::Debug for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: fmt::Display> fmt::Display for Spanned<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.value.fmt(f)
    }
}

impl<T: PartialEq> PartialEq for Spanned<T> {
    fn eq(&self, other: &Self) -> bool {
        self.value == other.value
    }
}

impl<T: Eq> Eq for Spanned<T> {}

impl<T: Serialize> Serialize for Spanned<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.value.serialize(serializer)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Spanned<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Both<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for Both<T> {
            type Value = Spanned<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a value of a file")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let place = map.next_entry::<String, Vec<u64>>()?.filter(|(key, _)| key == PLACE);
                let at = place.and_then(|(_, numbers)| At::of_numbers(&numbers));
                let value = map.next_entry::<String, T>()?.filter(|(key, _)| key == VALUE);
                match (at, value) {
                    (Some(at), Some((_, value))) => Ok(Spanned { value, at }),
                    _ => Err(de::Error::custom("places are known in policy files only")),
                }
            }
        }

        deserializer.deserialize_struct(NAME, &[PLACE, VALUE], Both(PhantomData))
    }
}

#[cfg(feature = "cli")]
impl<T: schemars::JsonSchema> schemars::JsonSchema for Spanned<T> {
    fn inline_schema() -> bool {
        T::inline_schema()
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        T::schema_name()
    }

    fn schema_id() -> std::borrow::Cow<'static, str> {
        T::schema_id()
    }

    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        T::json_schema(generator)
    }
}
