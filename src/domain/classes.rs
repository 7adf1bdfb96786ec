//! The classes of one attribute's values.

use crate::program::Value;
use crate::program::keys::Keys;
use serde_json::{Number, Value as Json};

/// Values that no row tells apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum ValueClass {
    /// Null, the empty text, or nothing at all.
    Unset,
    /// The value at that position of those that rows ask for.
    Named(usize),
    /// Any other value that the attribute allows.
    Allowed,
    /// Any other value that it does not allow.
    Wrong,
}

/// What the values of an attribute are, once they fit its type.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ValueKind {
    /// Texts.
    Text,
    /// True and false, and nothing else.
    Boolean,
    /// Numbers, lists: whatever is no text.
    Other,
}

/// What an attribute allows.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits<'l> {
    /// These values; all where empty.
    pub one_of: &'l [Json],
    /// Names of organizations, and whether it is known which of them exist.
    pub organizations: Option<bool>,
}

impl Limits<'_> {
    /// Everything is allowed.
    pub const NONE: Limits<'static> = Limits { one_of: &[], organizations: None };
}

/// The classes of an attribute's values, each with its position.
#[derive(Debug)]
pub(crate) struct ValueClasses {
    kind: ValueKind,
    /// The values that rows ask for.
    named: Vec<Json>,
    /// All values that the policy knows, those that rows ask for before those that are merely allowed.
    known: Vec<Json>,
    /// The class of each text among them.
    texts: Keys,
    /// The class of any other text; where it is to name an organization, of one that exists.
    other: usize,
    /// Whether that is all that tells the class of a text.
    plain: bool,
    all: Vec<ValueClass>,
    one_of: Vec<Json>,
    organization: bool,
}

impl ValueClasses {
    /// The classes of values of a kind, some of which rows ask for.
    pub fn new<'n>(kind: ValueKind, limits: Limits<'_>, asked: impl IntoIterator<Item = &'n Json>) -> Self {
        let mut known: Vec<Json> = Vec::new();
        let mut add = |value: &Json| {
            if !is_unset(value) && !known.iter().any(|known| same(known, value)) {
                known.push(value.clone());
            }
            known.len()
        };
        let count = match kind {
            ValueKind::Boolean => [Json::Bool(false), Json::Bool(true)].iter().map(&mut add).last(),
            _ => asked.into_iter().map(&mut add).last(),
        };
        let named = count.unwrap_or(0);
        if kind != ValueKind::Boolean {
            limits.one_of.iter().for_each(|value| _ = add(value));
        }
        let listed = !limits.one_of.is_empty();
        let allowed = match (kind, limits.organizations) {
            (ValueKind::Boolean, _) | (ValueKind::Other, Some(_)) => false,
            _ => !listed || known.len() > named,
        };
        let wrong = kind != ValueKind::Boolean && (listed || limits.organizations.is_some_and(|known| known || kind == ValueKind::Other));
        let others = [(allowed, ValueClass::Allowed), (wrong, ValueClass::Wrong)];
        let others = others.into_iter().filter(|(exists, _)| *exists).map(|(_, class)| class);
        let all: Vec<_> = std::iter::once(ValueClass::Unset).chain((0..named).map(ValueClass::Named)).chain(others).collect();
        let class = |at: usize| 1 + at.min(named);
        let texts = known.iter().enumerate().filter_map(|(at, value)| Some((value.as_str()?.into(), class(at))));
        ValueClasses {
            kind,
            texts: Keys::new(texts.collect()),
            other: if listed { all.len() - 1 } else { class(named) },
            plain: kind != ValueKind::Boolean && limits.organizations != Some(true),
            named: known[..named].to_vec(),
            known,
            all,
            one_of: limits.one_of.to_vec(),
            organization: limits.organizations.is_some(),
        }
    }

    /// All of them, each at its position.
    pub fn all(&self) -> &[ValueClass] {
        &self.all
    }

    /// What the values are.
    pub fn kind(&self) -> ValueKind {
        self.kind
    }

    /// The values that rows ask for.
    pub fn named(&self) -> &[Json] {
        &self.named
    }

    /// The values that the policy allows by name and no row asks for.
    pub fn merely_allowed(&self) -> &[Json] {
        &self.known[self.named.len()..]
    }

    /// All values that are allowed, where only listed ones are.
    pub fn allowed(&self) -> &[Json] {
        &self.one_of
    }

    /// Whether values name organizations.
    pub fn is_organization(&self) -> bool {
        self.organization
    }

    /// Whether only values that are listed are allowed.
    pub fn is_listed(&self) -> bool {
        !self.one_of.is_empty()
    }

    /// The position of a value's class; `exists` tells of a text whether it names an organization that exists.
    #[inline]
    pub fn position(&self, value: &Value<'_>, exists: impl FnOnce(&str) -> bool) -> usize {
        match (value, self.kind) {
            (Value::Null, _) => 0,
            (Value::Text(text), _) => self.position_of_text(text, exists),
            (Value::Bool(truth), ValueKind::Boolean) => Self::position_of_truth(*truth),
            (_, ValueKind::Boolean) => 0,
            (value, _) => {
                let json = value.to_json();
                match self.known.iter().position(|known| same(known, &json)) {
                    Some(at) if at < self.named.len() => 1 + at,
                    // No value that is no text names an organization.
                    Some(_) if !self.organization => 1 + self.named.len(),
                    None if !self.organization => self.other,
                    _ => self.all.len() - 1,
                }
            }
        }
    }

    /// The same of a text.
    #[inline]
    pub fn position_of_text(&self, text: &str, exists: impl FnOnce(&str) -> bool) -> usize {
        if text.is_empty() {
            return 0;
        }
        let class = self.texts.case(text).unwrap_or(self.other);
        if self.plain { class } else { self.position_beyond(text, class, exists) }
    }

    #[inline(never)]
    fn position_beyond(&self, text: &str, class: usize, exists: impl FnOnce(&str) -> bool) -> usize {
        match self.kind {
            // Whether a user is active may come as a text.
            ValueKind::Boolean => text.to_ascii_lowercase().parse().map_or(0, Self::position_of_truth),
            _ if class > self.named.len() && !exists(text) => self.all.len() - 1,
            _ => class,
        }
    }

    /// The position of true or false, where that is all there is.
    pub fn position_of_truth(truth: bool) -> usize {
        1 + usize::from(truth)
    }
}

/// Null and the empty text, which counts as null in a target.
pub(crate) fn is_unset(value: &Json) -> bool {
    value.is_null() || value.as_str() == Some("")
}

/// Whether two values are the same one: numbers by what they are worth, `1` and `1.0` alike, and everything else to the
/// letter.
pub(crate) fn same(one: &Json, other: &Json) -> bool {
    match (one, other) {
        (Json::Number(one), Json::Number(other)) => match (whole(one), whole(other)) {
            (None, None) => one.as_f64() == other.as_f64(),
            (one, other) => one == other,
        },
        (Json::Array(one), Json::Array(other)) => one.len() == other.len() && one.iter().zip(other).all(|(one, other)| same(one, other)),
        (one, other) => one == other,
    }
}

/// The whole number that a number is worth. A float is compared as one where it is one, since beyond 2^53 several whole
/// numbers become the same float, and of two that equal a third one neither may differ from the other.
fn whole(number: &Number) -> Option<i128> {
    let float = || number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 1e38).map(|float| float as i128);
    number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)).or_else(float)
}
