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
        match lookup(self, name) {
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
#[inline]
pub(crate) fn lookup<'j>(object: &'j Map<String, Json>, name: &str) -> Option<&'j Json> {
    match object.get(name) {
        Some(value) => Some(referred(name, value)),
        None => along(object, name),
    }
}

/// The value under a name: of one that refers to another object, that object's id, also where the export has all of it.
/// Source: Microsoft, "Customize application attributes" (an attribute of the type Reference), and Graph's `$expand=manager`.
#[inline]
pub(crate) fn referred<'j>(name: &str, value: &'j Json) -> &'j Json {
    match value {
        Json::Object(object) if name == "manager" => object.get("id").filter(|id| id.is_string()).unwrap_or(value),
        value => value,
    }
}

/// The URN of SCIM's core schema of users.
pub(crate) const CORE_SCHEMA: &str = "urn:ietf:params:scim:schemas:core:2.0:User";

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

/// The same among the attributes of SCIM, whose names ignore case (RFC 7643, section 2.1).
pub(crate) fn scim<'j>(object: &'j Map<String, Json>, path: &str) -> Option<&'j Json> {
    if let Some(value) = member(object, path) {
        return Some(value);
    }
    if let Some((head, filter, rest)) = split_filter(path) {
        let item = scim(object, head)?.as_array()?.iter().find(|item| matches(item, filter))?;
        return match rest.strip_prefix('.') {
            Some(rest) => scim(item.as_object()?, rest),
            None => Some(item),
        };
    }
    path.rmatch_indices(['.', ':']).find_map(|(at, _)| scim(member(object, &path[..at])?.as_object()?, &path[at + 1..]))
}

/// A member, whatever the case of its name.
pub(crate) fn member<'j>(object: &'j Map<String, Json>, name: &str) -> Option<&'j Json> {
    object.get(name).or_else(|| object.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value))
}

/// Whether an item passes a filter: comparisons, joined by `and` and `or` (RFC 7644, section 3.4.2.2). Names, operators and
/// texts ignore case; what is no such filter lets nothing pass.
pub(crate) fn matches(item: &Json, filter: &str) -> bool {
    let (Some(item), Some(words)) = (item.as_object(), words(filter)) else { return false };
    let is = |wanted: &'static str| move |word: &Word| matches!(word, Word::Bare(word) if word.eq_ignore_ascii_case(wanted));
    words.split(is("or")).any(|all| all.split(is("and")).all(|one| passes(item, one)))
}

/// A word of a filter.
enum Word {
    Bare(String),
    Quoted(String),
}

fn words(filter: &str) -> Option<Vec<Word>> {
    let (mut words, mut rest) = (Vec::new(), filter.trim());
    while !rest.is_empty() {
        let end = if rest.starts_with('"') {
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<String>();
            words.push(Word::Quoted(values.next()?.ok()?));
            values.byte_offset()
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            words.push(Word::Bare(rest[..end].to_owned()));
            end
        };
        rest = rest[end..].trim_start();
    }
    Some(words)
}

fn passes(item: &Map<String, Json>, comparison: &[Word]) -> bool {
    let [Word::Bare(name), Word::Bare(operator), wanted @ ..] = comparison else { return false };
    let value = member(item, name).filter(|value| !value.is_null());
    let wanted = match wanted {
        [] => return operator.eq_ignore_ascii_case("pr") && value.is_some(),
        [Word::Bare(wanted) | Word::Quoted(wanted)] => wanted.to_lowercase(),
        _ => return false,
    };
    let text = match value {
        Some(Json::String(text)) => Some(text.to_lowercase()),
        Some(value @ (Json::Bool(_) | Json::Number(_))) => Some(value.to_string()),
        _ => None,
    };
    match (operator.to_ascii_lowercase().as_str(), text) {
        ("eq", Some(text)) => text == wanted,
        ("ne", text) => text.is_none_or(|text| text != wanted),
        ("co", Some(text)) => text.contains(&wanted),
        ("sw", Some(text)) => text.starts_with(&wanted),
        ("ew", Some(text)) => text.ends_with(&wanted),
        _ => false,
    }
}
