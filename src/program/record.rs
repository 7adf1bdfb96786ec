use super::glance::Glance;
use super::value::Value;
use serde_json::{Map, Value as Json};

/// Where an expression reads attributes: implement it for your own user struct, or hand in JSON.
///
/// ```
/// use rolewright::{Record, Value};
///
/// struct Employee { mail: Option<String> }
///
/// impl Record for Employee {
///     fn attribute(&self, name: &str, _slot: usize) -> Value<'_> {
///         match (name, &self.mail) {
///             ("mail", Some(mail)) => Value::text(mail.as_str()),
///             _ => Value::Null,
///         }
///     }
/// }
/// ```
pub trait Record {
    /// The value of an attribute; `Null` where the user has none.
    ///
    /// `slot` is the attribute's position in [`Expression::attributes`](crate::Expression::attributes), so that a
    /// source of many records can resolve names once and answer by position.
    fn attribute(&self, name: &str, slot: usize) -> Value<'_>;

    /// What is to be seen of the attribute at a glance, as most of what a policy reads is a text. Nobody needs to write
    /// this: a compiler makes it short where it sees [`attribute`](Self::attribute).
    fn glance(&self, name: &str, slot: usize) -> Glance<'_> {
        Glance::of(self.attribute(name, slot))
    }
}

/// A JSON object answers with the member of exactly that name first, then by the path that the name spells:
/// `manager.employeeId`, `emails[type eq "work"].value`, `urn:…:User:dockerRole`. Names are case-sensitive.
impl Record for Map<String, Json> {
    #[inline]
    fn attribute(&self, name: &str, _slot: usize) -> Value<'_> {
        match self.get(name).or_else(|| along(self, name)) {
            Some(value) => Value::from_json(value),
            None => Value::Null,
        }
    }

    #[inline]
    fn glance(&self, name: &str, _slot: usize) -> Glance<'_> {
        match self.get(name).or_else(|| along(self, name)) {
            Some(Json::String(text)) => Glance::Text(text),
            Some(Json::Null) | None => Glance::Null,
            Some(_) => Glance::Unknown,
        }
    }
}

impl Record for Json {
    fn attribute(&self, name: &str, slot: usize) -> Value<'_> {
        self.as_object().map_or(Value::Null, |object| object.attribute(name, slot))
    }
}

/// The member that a name or path leads to.
pub(crate) fn lookup<'j>(object: &'j Map<String, Json>, name: &str) -> Option<&'j Json> {
    object.get(name).or_else(|| along(object, name))
}

/// The same, where no member has that name.
fn along<'j>(object: &'j Map<String, Json>, name: &str) -> Option<&'j Json> {
    if let Some((head, filter, rest)) = split_filter(name) {
        let item = object.get(head)?.as_array()?.iter().find(|item| matches(item, filter))?;
        return match rest.strip_prefix('.') {
            Some(rest) => lookup(item.as_object()?, rest),
            None => Some(item),
        };
    }
    // A URN has dots of its own ("docker:2.0:User"), so every way of cutting the name is tried, longest head first.
    name.rmatch_indices(['.', ':']).find_map(|(at, _)| {
        let inner = object.get(&name[..at])?.as_object()?;
        lookup(inner, &name[at + 1..])
    })
}

/// `emails[type eq "work"].value` as `emails`, `type eq "work"`, `.value`.
fn split_filter(name: &str) -> Option<(&str, &str, &str)> {
    let open = name.find('[')?;
    let close = open + name[open..].find(']')?;
    Some((&name[..open], &name[open + 1..close], &name[close + 1..]))
}

/// Whether an item passes `name eq value`, the one filter that mappings use (RFC 7644, section 3.4.2.2).
pub(crate) fn matches(item: &Json, filter: &str) -> bool {
    let mut words = filter.splitn(3, ' ');
    let (Some(name), Some(operator), Some(wanted)) = (words.next(), words.next(), words.next()) else { return false };
    let wanted = wanted.trim().trim_matches('"');
    operator.eq_ignore_ascii_case("eq")
        && match item.get(name) {
            Some(Json::String(text)) => text.eq_ignore_ascii_case(wanted),
            Some(Json::Bool(bool)) => wanted.eq_ignore_ascii_case(if *bool { "true" } else { "false" }),
            Some(Json::Number(number)) => number.to_string() == wanted,
            _ => false,
        }
}
