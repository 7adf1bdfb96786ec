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

    /// Whose attributes the record has.
    #[inline]
    fn kind(&self) -> RecordKind {
        RecordKind::Source
    }

    /// How people know a user without user name; empty where nothing tells. Asked for such users alone.
    fn known_as(&self) -> &str {
        ""
    }
}

/// Whose attributes a record has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum RecordKind {
    /// The provider's, which mappings read.
    #[default]
    Source,
    /// The target's own, as SCIM carries them.
    Target,
}

/// How a user without user name is known, best first.
pub(crate) const KNOWN_AS: [&str; 9] =
    ["userName", "userPrincipalName", "mail", "email", "displayName", "id", "appuser.userName", "user.login", "user_internal.id"];

/// The slot under which the record knows an attribute of an expression.
#[inline]
pub(crate) fn known(slots: &[usize], slot: usize) -> usize {
    slots.get(slot).copied().unwrap_or(slot)
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

    fn known_as(&self) -> &str {
        KNOWN_AS.into_iter().find_map(|name| lookup(self, name)?.as_str()).unwrap_or_default()
    }
}

impl Record for Json {
    fn attribute(&self, name: &str, slot: usize) -> Value<'_> {
        self.as_object().map_or(Value::Null, |object| object.attribute(name, slot))
    }

    fn known_as(&self) -> &str {
        self.as_object().map_or("", Record::known_as)
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
