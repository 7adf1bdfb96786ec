//! From the tree to typed values. Every unknown key is found in one run; of wrong values, the first ends it.
//!
//! A value that may have several shapes is an enum named [`SHAPE`], whose variants are named by the kinds of values:
//!
//! ```ignore
//! #[derive(Deserialize)]
//! #[serde(rename = "$shape", rename_all = "lowercase")]
//! enum Mapping { Text(Spanned<String>), List(Vec<Mapping>), Map(Detailed) }
//! ```
//!
//! Unlike `#[serde(untagged)]`, this tells the right error at the right place, and keeps unknown keys being found.

use super::node::{Entry, Node, NodeValue};
use super::spanned::{self, At};
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeOwned, DeserializeSeed, Deserializer, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use std::cell::RefCell;

mod fault;
use fault::Fault;

/// The name of an enum that tells values apart by what they are: `nothing`, `flag`, `number`, `text`, `list`, `map`.
pub(crate) const SHAPE: &str = "$shape";

/// Reads a typed value. What is wrong is added to `found`; with an unknown key, there may be a value all the same.
pub(crate) fn from_node<T: DeserializeOwned>(node: &Node, found: &mut Vec<Diagnostic>) -> Option<T> {
    let unknown = RefCell::new(Vec::new());
    let result = T::deserialize(De { node, entry: None, unknown: &unknown });
    let mut unknown = unknown.into_inner();
    // Each map reports its own before those of the maps in it; a person reads from above.
    unknown.sort_by_key(|found| found.labels.first().map(|label| (label.source, label.span)));
    found.append(&mut unknown);
    match result {
        Ok(value) => Some(value),
        Err(fault) => {
            found.push(fault.at(node).into_diagnostic());
            None
        }
    }
}

/// Reads one value.
#[derive(Clone, Copy)]
struct De<'n> {
    node: &'n Node,
    /// The entry whose value it is: skipping the value means that its key is unknown.
    entry: Option<&'n Entry>,
    unknown: &'n RefCell<Vec<Diagnostic>>,
}

impl<'n> De<'n> {
    fn of(self, node: &'n Node) -> Self {
        De { node, entry: None, ..self }
    }

    /// Another kind of value is wanted.
    fn wanted<T>(&self, what: &str) -> Result<T, Fault> {
        Err(Fault::wanted(what, self.node.kind(), self.node))
    }

    fn placed<T>(&self, result: Result<T, Fault>) -> Result<T, Fault> {
        result.map_err(|fault| fault.at(self.node))
    }

    fn unknown_key(&self, entry: &Entry, fields: &[&str]) {
        let missing = fields.iter().copied().filter(|field| self.node.get(field).is_none());
        let mut diagnostic =
            Diagnostic::new(Code::UnknownKey, format!("unknown key `{}`", entry.key)).at_source(entry.key_source, entry.key_span, "");
        if let Some(near) = nearest(&entry.key, missing) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?")).edit_source(entry.key_source, entry.key_span, near);
        } else if !fields.is_empty() {
            diagnostic = diagnostic.help(format!("the keys here are {}", fault::names(fields)));
        }
        self.unknown.borrow_mut().push(diagnostic);
    }

    /// The keys of a map that a struct has; the others are reported.
    fn fields<V: Visitor<'n>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        let NodeValue::Map(entries) = &self.node.value else { return self.wanted("a map") };
        let (known, unknown): (Vec<&Entry>, Vec<&Entry>) = entries.iter().partition(|entry| fields.contains(&entry.key.as_str()));
        for entry in unknown {
            self.unknown_key(entry, fields);
        }
        self.placed(visitor.visit_map(MapOf { de: self, entries: known.into_iter(), value: None }))
    }

    fn integer<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.value {
            NodeValue::Int(number) => self.placed(visitor.visit_i64(number)),
            _ => self.wanted("a whole number"),
        }
    }

    fn float<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.value {
            NodeValue::Int(number) => self.placed(visitor.visit_f64(number as f64)),
            NodeValue::Float(number) => self.placed(visitor.visit_f64(number)),
            _ => self.wanted("a number"),
        }
    }

    fn text<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            NodeValue::Text(scalar) => self.placed(visitor.visit_borrowed_str(&scalar.text)),
            _ => self.wanted("a text"),
        }
    }

    fn list<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match &self.node.value {
            NodeValue::List(items) => self.placed(visitor.visit_seq(SeqOf { de: self, items: items.iter() })),
            _ => self.wanted("a list"),
        }
    }

    fn place(&self) -> At {
        let offsets = match &self.node.value {
            NodeValue::Text(scalar) => Some(scalar.offsets.clone()),
            _ => None,
        };
        At { source: self.node.source, span: self.node.span, offsets }
    }
}

macro_rules! forward {
    ($($method:ident => $to:ident),* $(,)?) => {$(
        fn $method<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
            self.$to(visitor)
        }
    )*};
}

impl<'n> Deserializer<'n> for De<'n> {
    type Error = Fault;

    forward! {
        deserialize_i8 => integer, deserialize_i16 => integer, deserialize_i32 => integer, deserialize_i64 => integer,
        deserialize_i128 => integer, deserialize_u8 => integer, deserialize_u16 => integer,
        deserialize_u32 => integer, deserialize_u64 => integer, deserialize_u128 => integer,
        deserialize_f32 => float, deserialize_f64 => float,
        deserialize_char => text, deserialize_str => text, deserialize_string => text,
        deserialize_identifier => text, deserialize_bytes => text, deserialize_byte_buf => text,
        deserialize_seq => list,
    }

    fn deserialize_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        let result = match &self.node.value {
            NodeValue::Null => visitor.visit_unit(),
            NodeValue::Bool(is) => visitor.visit_bool(*is),
            NodeValue::Int(number) => visitor.visit_i64(*number),
            NodeValue::Float(number) => visitor.visit_f64(*number),
            NodeValue::Text(scalar) => visitor.visit_borrowed_str(&scalar.text),
            NodeValue::List(items) => visitor.visit_seq(SeqOf { de: self, items: items.iter() }),
            NodeValue::Map(_) => return self.deserialize_map(visitor),
        };
        self.placed(result)
    }

    fn deserialize_bool<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.value {
            NodeValue::Bool(is) => self.placed(visitor.visit_bool(is)),
            _ => self.wanted("true or false"),
        }
    }

    fn deserialize_option<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.value {
            NodeValue::Null => self.placed(visitor.visit_none()),
            _ => self.placed(visitor.visit_some(self)),
        }
    }

    fn deserialize_unit<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self.node.value {
            NodeValue::Null => self.placed(visitor.visit_unit()),
            _ => self.wanted("nothing"),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'n>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'n>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        self.placed(visitor.visit_newtype_struct(self))
    }

    fn deserialize_tuple<V: Visitor<'n>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'n>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.list(visitor)
    }

    fn deserialize_map<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        let NodeValue::Map(entries) = &self.node.value else { return self.wanted("a map") };
        let entries: Vec<&Entry> = entries.iter().collect();
        self.placed(visitor.visit_map(MapOf { de: self, entries: entries.into_iter(), value: None }))
    }

    fn deserialize_struct<V: Visitor<'n>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if name == spanned::NAME {
            return visitor.visit_map(PlaceOf { at: Some(self.place()), value: Some(self) });
        }
        self.fields(fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'n>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        if name == SHAPE {
            let Some(shape) = variants.iter().find(|variant| **variant == shape(self.node)) else {
                return self.wanted(&fault::alternatives(variants));
            };
            return self.placed(visitor.visit_enum(EnumOf { tag: Tag::Shape(shape), content: self }));
        }
        let of = match &self.node.value {
            NodeValue::Text(_) => EnumOf { tag: Tag::Text(self.node), content: self },
            NodeValue::Map(entries) => match entries.as_slice() {
                [entry] => EnumOf { tag: Tag::Key(entry), content: self.of(&entry.value) },
                _ => return self.wanted(&format!("a map with one key of {}", fault::names(variants))),
            },
            _ => return self.wanted(&format!("one of {}", fault::names(variants))),
        };
        self.placed(visitor.visit_enum(of))
    }

    fn deserialize_ignored_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        if let Some(entry) = self.entry {
            self.unknown_key(entry, &[]);
        }
        visitor.visit_unit()
    }
}

/// The variant of a [`SHAPE`] that a value belongs to.
fn shape(node: &Node) -> &'static str {
    match node.value {
        NodeValue::Null => "nothing",
        NodeValue::Bool(_) => "flag",
        NodeValue::Int(_) | NodeValue::Float(_) => "number",
        NodeValue::Text(_) => "text",
        NodeValue::List(_) => "list",
        NodeValue::Map(_) => "map",
    }
}

struct SeqOf<'n> {
    de: De<'n>,
    items: std::slice::Iter<'n, Node>,
}

impl<'n> de::SeqAccess<'n> for SeqOf<'n> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'n>>(&mut self, seed: T) -> Result<Option<T::Value>, Fault> {
        let Some(item) = self.items.next() else { return Ok(None) };
        seed.deserialize(self.de.of(item)).map(Some).map_err(|fault| fault.at(item))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len())
    }
}

struct MapOf<'n> {
    de: De<'n>,
    entries: std::vec::IntoIter<&'n Entry>,
    value: Option<&'n Entry>,
}

impl<'n> de::MapAccess<'n> for MapOf<'n> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'n>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        self.value = self.entries.next();
        let Some(entry) = self.value else { return Ok(None) };
        seed.deserialize(KeyDe(entry)).map(Some).map_err(|fault| fault.at_key(entry))
    }

    fn next_value_seed<V: DeserializeSeed<'n>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let Some(entry) = self.value.take() else { return Err(de::Error::custom("a value has no key")) };
        let de = De { node: &entry.value, entry: Some(entry), ..self.de };
        seed.deserialize(de).map_err(|fault| fault.at_entry(entry))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.entries.len())
    }
}

/// Reads a key: a text, whatever it looks like.
struct KeyDe<'n>(&'n Entry);

impl<'n> Deserializer<'n> for KeyDe<'n> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_borrowed_str(&self.0.key)
    }

    fn deserialize_struct<V: Visitor<'n>>(self, name: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        if name != spanned::NAME {
            return self.deserialize_any(visitor);
        }
        let at = At::new(self.0.key_source, self.0.key_span);
        visitor.visit_map(PlaceOf { at: Some(at), value: Some(self) })
    }

    fn deserialize_enum<V: Visitor<'n>>(self, _: &'static str, _: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        let key: StrDeserializer<'_, Fault> = self.0.key.as_str().into_deserializer();
        visitor.visit_enum(key)
    }

    fn deserialize_newtype_struct<V: Visitor<'n>>(self, _: &'static str, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_option<V: Visitor<'n>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_some(self)
    }

    forward_to_deserialize_any! {
        <V: Visitor<'n>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier ignored_any
    }
}

/// What a [`super::Spanned`] asks for: the place, then the value.
struct PlaceOf<D> {
    at: Option<At>,
    value: Option<D>,
}

impl<'n, D: Deserializer<'n, Error = Fault>> de::MapAccess<'n> for PlaceOf<D> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'n>>(&mut self, seed: K) -> Result<Option<K::Value>, Fault> {
        let key = match (&self.at, &self.value) {
            (Some(_), _) => spanned::PLACE,
            (None, Some(_)) => spanned::VALUE,
            (None, None) => return Ok(None),
        };
        let key: StrDeserializer<'_, Fault> = key.into_deserializer();
        seed.deserialize(key).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'n>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        if let Some(at) = self.at.take() {
            return seed.deserialize(at.to_numbers().into_deserializer());
        }
        match self.value.take() {
            Some(value) => seed.deserialize(value),
            None => Err(de::Error::custom("a value is read twice")),
        }
    }
}

/// What names the variant.
enum Tag<'n> {
    Shape(&'static str),
    Text(&'n Node),
    Key(&'n Entry),
}

struct EnumOf<'n> {
    tag: Tag<'n>,
    content: De<'n>,
}

impl<'n> de::EnumAccess<'n> for EnumOf<'n> {
    type Error = Fault;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'n>>(self, seed: V) -> Result<(V::Value, Self), Fault> {
        let word = |word: &'n str| -> StrDeserializer<'n, Fault> { word.into_deserializer() };
        let variant = match self.tag {
            Tag::Shape(shape) => seed.deserialize(word(shape))?,
            Tag::Text(node) => seed.deserialize(word(node.as_text().unwrap_or_default())).map_err(|fault| fault.at(node))?,
            Tag::Key(entry) => seed.deserialize(word(&entry.key)).map_err(|fault| fault.at_key(entry))?,
        };
        Ok((variant, self))
    }
}

impl<'n> de::VariantAccess<'n> for EnumOf<'n> {
    type Error = Fault;

    fn unit_variant(self) -> Result<(), Fault> {
        match self.tag {
            Tag::Key(entry) if !entry.value.is_null() => {
                Err(Fault::wanted("nothing", entry.value.kind(), &entry.value)).map_err(|fault| fault.at(&entry.value))
            }
            _ => Ok(()),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'n>>(self, seed: T) -> Result<T::Value, Fault> {
        let content = self.content()?;
        content.placed(seed.deserialize(content))
    }

    fn tuple_variant<V: Visitor<'n>>(self, _: usize, visitor: V) -> Result<V::Value, Fault> {
        self.content()?.list(visitor)
    }

    fn struct_variant<V: Visitor<'n>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Fault> {
        self.content()?.fields(fields, visitor)
    }
}

impl<'n> EnumOf<'n> {
    /// The value that belongs to the variant.
    fn content(&self) -> Result<De<'n>, Fault> {
        match self.tag {
            Tag::Text(node) => {
                let message = format!("`{0}` needs a value: it is written `{0}: ...`", node.as_text().unwrap_or_default());
                Err(<Fault as de::Error>::custom(message).at(node))
            }
            _ => Ok(self.content),
        }
    }
}

/// Marks a span that has no better one.
fn or_key(span: Span, key: Span) -> Span {
    if span.start >= span.end { key } else { span }
}
