//! Plain rows, read from the text straight into the slots of a program.
//!
//! Most rows of a long document hold texts, truth and nothing that must be undone, so that a tree of members need not be
//! made of them. Whatever is more than that is read the long way, which gives the same; a test compares both.

use super::application::{ASSIGNMENTS, Application, Assignment};
use super::graph::{PASCAL_KEYS, PASCAL_KEYS_OF_GRAPH, original_address};
use super::outline::WRAPPERS;
use super::passed::Passed;
use crate::check::{Derived, ENGINE};
use crate::program::keys::Keys;
use crate::program::{Number, Record, Value};
use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::fmt::Formatter;

/// Members that make a row more than plain.
const MORE: [&str; 5] = ["additionalProperties", "schemas", "appuser", "user", "user_internal"];

/// Where Graph's users have their extension attributes, which expressions read under their own names.
const EXTENSIONS: &str = "onPremisesExtensionAttributes";
/// What kind of thing a row is about, where Graph lists several kinds.
const KIND: &str = "@odata.type";

/// Where the members of a plain row go.
#[derive(Debug)]
pub(super) struct Slots {
    names: Keys,
    uses: Vec<Use>,
    /// How many slots there are.
    count: usize,
    user_name: usize,
    /// Slots that have the value of another where the row lacks their attribute, as the provider's own engine has it.
    derived: Vec<(usize, usize)>,
    /// The slots of the names by which people know a user, best first.
    shown: Vec<usize>,
}

/// What a member is for.
#[derive(Debug, Clone, Copy)]
enum Use {
    Slot(usize),
    UserName(usize),
    Assignments(usize),
    /// An object whose members go to the slots of their names, where the row has nothing under these.
    Extensions,
    Kind,
    /// The row is not plain.
    More,
}

/// A user of a plain row. Attributes are known by their slots alone.
#[derive(Debug)]
pub struct Plain<'t> {
    slots: &'t Slots,
    application: &'t Application,
    values: Vec<Value<'t>>,
    /// Those that stand under extension attributes, by their slots.
    extensions: Vec<(usize, Value<'t>)>,
    assignments: Vec<Assignment<'t>>,
    /// Which of them the row has.
    present: Vec<bool>,
    assigned: Option<bool>,
}

impl<'t> Plain<'t> {
    /// For the rows of one text, whose assignments are to an application.
    pub(super) fn of(slots: &'t Slots, application: &'t Application) -> Plain<'t> {
        Plain {
            slots,
            application,
            values: Vec::new(),
            extensions: Vec::new(),
            assignments: Vec::new(),
            present: Vec::new(),
            assigned: None,
        }
    }

    /// Reads the next row, if it is plain and at most so deep.
    pub(super) fn read(&mut self, text: &'t str, depth: usize) -> bool {
        let Some(depth) = depth.checked_sub(1) else { return false };
        self.values.clear();
        self.values.resize_with(self.slots.count, || Value::Null);
        self.present.clear();
        self.present.resize(self.slots.count, false);
        self.extensions.clear();
        self.assigned = None;
        let mut reader = serde_json::Deserializer::from_str(text);
        let read = reader.deserialize_map(Row { plain: self, depth }).and_then(|()| reader.end());
        for (slot, value) in self.extensions.drain(..) {
            if !value.is_null() && self.values[slot].is_null() {
                (self.values[slot], self.present[slot]) = (value, true);
            }
        }
        if matches!(self.values.get(self.slots.user_name), Some(Value::Text(_))) {
            for (slot, from) in self.slots.derived.iter().filter(|(slot, _)| !self.present[*slot]) {
                self.values[*slot] = self.values[*from].clone();
            }
        }
        read.is_ok()
    }

    /// Whether the user is assigned to the application; `None` where the row does not tell.
    pub fn assigned(&self) -> Option<bool> {
        self.assigned
    }

    fn first_shown(&self) -> &str {
        let text = |slot: &usize| match self.values.get(*slot) {
            Some(Value::Text(text)) => Some(text.as_ref()),
            _ => None,
        };
        self.slots.shown.iter().find_map(text).unwrap_or_default()
    }
}

impl Record for Plain<'_> {
    fn attribute(&self, _: &str, slot: usize) -> Value<'_> {
        self.values.get(slot).map_or(Value::Null, Value::view)
    }

    fn known_as(&self) -> &str {
        self.first_shown()
    }
}

impl Slots {
    /// The slots of attributes in their order. `None` where one of them is not simply a member of the row.
    pub(super) fn new<'n>(attributes: impl IntoIterator<Item = &'n str>, shown: &[&'n str]) -> Option<Slots> {
        let own = [EXTENSIONS, KIND];
        let more: Vec<&str> = MORE.into_iter().chain(WRAPPERS).chain(PASCAL_KEYS).chain(PASCAL_KEYS_OF_GRAPH).collect();
        let path = |name: &str| name.contains(['.', ':', '[']);
        let mut names: Vec<&str> = Vec::new();
        let mut derived = Vec::new();
        for name in attributes {
            if path(name) || more.contains(&name) || own.contains(&name) {
                return None;
            }
            match ENGINE.iter().find(|(known, _)| *known == name) {
                Some((_, Derived::Same(from))) if !path(from) => derived.push((names.len(), *from)),
                Some(_) => return None,
                None => {}
            }
            names.push(name);
        }
        let mut slot = |name| {
            names.iter().position(|known| *known == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            })
        };
        let shown = shown.iter().map(|name| slot(name)).collect();
        let derived = derived.into_iter().map(|(at, from)| (at, slot(from))).collect();
        let (user_name, assignments) = (slot("userPrincipalName"), slot(ASSIGNMENTS));
        let count = names.len();
        let mut uses: Vec<Use> = (0..count).map(Use::Slot).collect();
        uses[user_name] = Use::UserName(user_name);
        uses[assignments] = Use::Assignments(assignments);
        uses.extend([Use::Extensions, Use::Kind].into_iter().chain(more.iter().map(|_| Use::More)));
        let names = Keys::numbered(names.into_iter().chain(own).chain(more).map(Box::from));
        Some(Slots { names, uses, count, user_name, derived, shown })
    }
}

struct Row<'p, 't> {
    plain: &'p mut Plain<'t>,
    depth: usize,
}

impl<'t> Visitor<'t> for Row<'_, 't> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a plain object")
    }

    fn visit_map<A: MapAccess<'t>>(self, mut members: A) -> Result<(), A::Error> {
        let Row { plain, depth } = self;
        while let Some(used) = members.next_key_seed(Name(plain.slots))? {
            let Some(used) = used else {
                members.next_value_seed(Passed { depth })?;
                continue;
            };
            let (slot, value) = match used {
                Use::More => return Err(more()),
                Use::Slot(slot) => (slot, members.next_value_seed(Simple)?),
                Use::UserName(slot) => match members.next_value_seed(Simple)? {
                    Value::Text(name) => (slot, Value::Text(original_address(&name).map_or(name, Cow::Owned))),
                    name => (slot, name),
                },
                Use::Assignments(slot) => {
                    plain.assignments.clear();
                    let listed = members.next_value_seed(Assignments { depth, list: &mut plain.assignments })?;
                    let (assigned, roles) = plain.application.roles_of(&plain.assignments, &[]);
                    plain.assigned = listed.then_some(assigned);
                    (slot, if listed { Value::list(roles) } else { Value::Null })
                }
                Use::Extensions => {
                    plain.extensions.clear();
                    members.next_value_seed(Extensions { depth, slots: plain.slots, values: &mut plain.extensions })?;
                    continue;
                }
                Use::Kind => match members.next_value_seed(Simple)? {
                    Value::Text(kind) if kind.starts_with("#microsoft.graph.") && kind != "#microsoft.graph.user" => return Err(more()),
                    _ => continue,
                },
            };
            (plain.values[slot], plain.present[slot]) = (value, true);
        }
        Ok(())
    }
}

/// Nobody reads it: the row is read the long way.
fn more<E: Error>() -> E {
    E::custom("more than a plain row")
}

/// What a member is for, by its name; `None` for one that is not wanted.
struct Name<'s>(&'s Slots);

impl<'de> DeserializeSeed<'de> for Name<'_> {
    type Value = Option<Use>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Name<'_> {
    type Value = Option<Use>;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Self::Value, E> {
        Ok(self.0.names.case(name).and_then(|at| self.0.uses.get(at)).copied())
    }
}

/// A single value, or null.
struct Simple;

impl<'de> DeserializeSeed<'de> for Simple {
    type Value = Value<'de>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Simple {
    type Value = Value<'de>;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a single value")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Self::Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Self::Value, E> {
        Ok(Value::int(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Self::Value, E> {
        Ok(Value::Number(i64::try_from(value).map_or(Number::Float(value as f64), Number::Int)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Self::Value, E> {
        Ok(Value::Number(Number::Float(value)))
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Value::Text(Cow::Borrowed(text)))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Value::text(text.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(Value::Null)
    }
}

/// The members of an object, by the slots of their names.
struct Extensions<'s, 't> {
    depth: usize,
    slots: &'s Slots,
    values: &'s mut Vec<(usize, Value<'t>)>,
}

impl<'de> DeserializeSeed<'de> for Extensions<'_, 'de> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<(), D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Extensions<'_, 'de> {
    type Value = ();

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("extension attributes")
    }

    fn visit_unit<E>(self) -> Result<(), E> {
        Ok(())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<(), A::Error> {
        let Some(depth) = self.depth.checked_sub(1) else { return Err(more()) };
        while let Some(used) = members.next_key_seed(Name(self.slots))? {
            match used {
                None => members.next_value_seed(Passed { depth })?,
                Some(Use::Slot(slot)) => {
                    let value = members.next_value_seed(Simple)?;
                    self.values.retain(|(known, _)| *known != slot); // the last counts
                    self.values.push((slot, value));
                }
                Some(_) => return Err(more()),
            }
        }
        Ok(())
    }
}

/// The user's own assignments, into a list; whether there are any of them, even none.
struct Assignments<'l, 't> {
    depth: usize,
    list: &'l mut Vec<Assignment<'t>>,
}

impl<'de> DeserializeSeed<'de> for Assignments<'_, 'de> {
    type Value = bool;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<bool, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Assignments<'_, 'de> {
    type Value = bool;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a list of assignments")
    }

    fn visit_unit<E>(self) -> Result<bool, E> {
        Ok(false)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<bool, A::Error> {
        let Some(depth) = self.depth.checked_sub(2) else { return Err(more()) };
        while let Some(item) = items.next_element_seed(One { depth })? {
            self.list.extend(item);
        }
        Ok(true)
    }
}

/// One assignment; none where null stands in its place.
struct One {
    /// How many levels what its members hold may have.
    depth: usize,
}

impl<'de> DeserializeSeed<'de> for One {
    type Value = Option<Assignment<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Self::Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for One {
    type Value = Option<Assignment<'de>>;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("an assignment")
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_borrowed_str<E: Error>(self, name: &'de str) -> Result<Self::Value, E> {
        Assignment::of_name(Cow::Borrowed(name)).map(Some).ok_or_else(more) // told the long way
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        Assignment::of_name(Cow::Owned(name.to_owned())).map(Some).ok_or_else(more)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<Self::Value, A::Error> {
        let mut assignment = Assignment::default();
        while let Some(member) = members.next_key_seed(Member::Other)? {
            let place = match member {
                Member::Id => &mut assignment.id,
                Member::Role => &mut assignment.role,
                Member::Resource => &mut assignment.resource,
                Member::Name => &mut assignment.name,
                Member::Value => &mut assignment.value,
                Member::Other => {
                    members.next_value_seed(Passed { depth: self.depth })?;
                    continue;
                }
            };
            *place = match members.next_value_seed(Simple)? {
                Value::Text(text) if !text.is_empty() => Some(text),
                _ => None,
            };
        }
        Ok(Some(assignment))
    }
}

/// A member of an assignment.
enum Member {
    Id,
    Role,
    Resource,
    Name,
    Value,
    Other,
}

impl<'de> DeserializeSeed<'de> for Member {
    type Value = Member;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Member, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Member {
    type Value = Member;

    fn expecting(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("a name")
    }

    fn visit_str<E>(self, name: &str) -> Result<Member, E> {
        Ok(match name {
            "id" => Member::Id,
            "appRoleId" => Member::Role,
            "resourceId" => Member::Resource,
            "displayName" => Member::Name,
            "value" => Member::Value,
            _ => Member::Other,
        })
    }
}
