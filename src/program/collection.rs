//! Lists and objects that stand where they are: in a record's JSON, in the program, or, made by an evaluation, on their
//! own. JSON is read item by item when it is asked for, so that to read a user copies nothing.

use super::value::Value;
use serde_json::{Map, Value as Json};
use std::borrow::Cow;
use std::fmt;

/// A list that is borrowed where it can be.
#[derive(Clone)]
pub enum List<'a> {
    /// Stands in the program or in a record of your own.
    Borrowed(&'a [Value<'a>]),
    /// Texts that stand in a record of your own.
    Strings(&'a [String]),
    /// Stands in a record of JSON.
    Json(&'a [Json]),
    /// Made by the evaluation.
    Owned(Vec<Value<'a>>),
}

impl<'a> List<'a> {
    /// How many items it has.
    pub fn len(&self) -> usize {
        match self {
            List::Borrowed(items) => items.len(),
            List::Strings(items) => items.len(),
            List::Json(items) => items.len(),
            List::Owned(items) => items.len(),
        }
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// An item, not copied; positions count from 0.
    pub fn get(&self, at: usize) -> Option<Value<'_>> {
        match self {
            List::Borrowed(items) => items.get(at).map(Value::view),
            List::Strings(items) => items.get(at).map(Value::text),
            List::Json(items) => items.get(at).map(Value::from_json),
            List::Owned(items) => items.get(at).map(Value::view),
        }
    }

    /// The items, not copied.
    pub fn iter(&self) -> impl Iterator<Item = Value<'_>> {
        (0..self.len()).filter_map(|at| self.get(at))
    }

    /// One item, taken out; positions count from 0.
    pub fn into_item(self, at: usize) -> Option<Value<'a>> {
        match self {
            List::Borrowed(items) => items.get(at).map(Value::view),
            List::Strings(items) => items.get(at).map(Value::text),
            List::Json(items) => items.get(at).map(Value::from_json),
            List::Owned(mut items) => (at < items.len()).then(|| items.swap_remove(at)),
        }
    }

    /// All items, taken out.
    pub fn into_items(self) -> Vec<Value<'a>> {
        match self {
            List::Borrowed(items) => items.iter().map(Value::view).collect(),
            List::Strings(items) => items.iter().map(Value::text).collect(),
            List::Json(items) => items.iter().map(Value::from_json).collect(),
            List::Owned(items) => items,
        }
    }

    /// The same list without copying it.
    pub(super) fn view(&self) -> List<'_> {
        match self {
            List::Borrowed(items) => List::Borrowed(items),
            List::Strings(items) => List::Strings(items),
            List::Json(items) => List::Json(items),
            List::Owned(items) => List::Borrowed(items),
        }
    }
}

/// The items, whatever holds them.
impl fmt::Debug for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter()).finish()
    }
}

impl PartialEq for List<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.len() == other.len() && self.iter().eq(other.iter())
    }
}

/// An object, its members in order, borrowed where it can be.
#[derive(Clone)]
pub enum Object<'a> {
    /// Stands in the program or in a record of your own.
    Borrowed(&'a [(Cow<'a, str>, Value<'a>)]),
    /// Stands in a record of JSON.
    Json(&'a Map<String, Json>),
    /// Made by the evaluation.
    Owned(Vec<(Cow<'a, str>, Value<'a>)>),
}

impl<'a> Object<'a> {
    /// A member, not copied.
    pub fn get(&self, name: &str) -> Option<Value<'_>> {
        match self {
            Object::Borrowed(members) => member(members, name),
            Object::Json(members) => members.get(name).map(Value::from_json),
            Object::Owned(members) => member(members, name),
        }
    }

    /// A member, taken out.
    pub fn into_member(self, name: &str) -> Option<Value<'a>> {
        match self {
            Object::Borrowed(members) => member(members, name),
            Object::Json(members) => members.get(name).map(Value::from_json),
            Object::Owned(members) => members.into_iter().find(|(key, _)| key == name).map(|(_, value)| value),
        }
    }

    /// All members, taken out.
    pub fn into_members(self) -> Vec<(Cow<'a, str>, Value<'a>)> {
        match self {
            Object::Borrowed(members) => members.iter().map(|(name, value)| (Cow::Borrowed(name.as_ref()), value.view())).collect(),
            Object::Json(members) => members.iter().map(|(name, value)| (Cow::Borrowed(name.as_str()), Value::from_json(value))).collect(),
            Object::Owned(members) => members,
        }
    }

    /// The members, not copied.
    pub fn members(&self) -> Vec<(Cow<'_, str>, Value<'_>)> {
        self.view().into_members()
    }

    /// The same object without copying it.
    pub(super) fn view(&self) -> Object<'_> {
        match self {
            Object::Borrowed(members) => Object::Borrowed(members),
            Object::Json(members) => Object::Json(members),
            Object::Owned(members) => Object::Borrowed(members),
        }
    }
}

fn member<'v>(members: &'v [(Cow<'_, str>, Value<'_>)], name: &str) -> Option<Value<'v>> {
    members.iter().find(|(key, _)| key == name).map(|(_, value)| value.view())
}

/// The members, whatever holds them.
impl fmt::Debug for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.members()).finish()
    }
}

impl PartialEq for Object<'_> {
    fn eq(&self, other: &Self) -> bool {
        self.members() == other.members()
    }
}
