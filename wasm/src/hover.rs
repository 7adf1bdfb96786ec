use crate::context::{Context, Kind};
use crate::manual;
use crate::offsets::unit_of;
use crate::users::Users;
use rolewright::functions::table;
use rolewright::policy::{Policy, TargetAttribute};
use rolewright::{Dialect, Record, known_attributes, known_okta_attributes};
use serde_json::{Value as Json, json};

/// What the manual says of the word at a place; null where it says nothing.
pub fn at(context: &Context<'_>, policy: Option<&Policy>, users: &Users) -> Json {
    let (from, to) = word(context);
    let word = &context.text[from..to];
    // A method's name begins with its point, and its word with what it is called on.
    let named = |name: &str| name == word || (name.starts_with('.') && word.ends_with(name));
    let okta = context.dialect != Dialect::Entra;
    let about = match context.kind {
        Kind::Attribute => Some(attribute(word, context.dialect, users)),
        _ => match table(context.dialect).iter().find(|function| named(function.name)) {
            Some(function) if context.kind == Kind::Word => Some(json!({ "function": manual::entry(function) })),
            _ if okta && context.kind == Kind::Word && word.contains('.') => Some(attribute(word, context.dialect, users)),
            _ => policy.and_then(|policy| policy.attributes().iter().find(|attribute| attribute.is_named(word))).map(target),
        },
    };
    match about.filter(|_| !word.is_empty()) {
        Some(mut about) => {
            about["from"] = json!(unit_of(context.text, from));
            about["to"] = json!(unit_of(context.text, to));
            about
        }
        None => Json::Null,
    }
}

fn word(context: &Context<'_>) -> (usize, usize) {
    let part = |c: char| c.is_alphanumeric() || matches!(c, '_' | '.');
    let text = context.text;
    let before: usize = text[..context.at].chars().rev().take_while(|c| part(*c)).map(char::len_utf8).sum();
    let after: usize = text[context.at..].chars().take_while(|c| part(*c)).map(char::len_utf8).sum();
    (context.at - before, context.at + after)
}

fn attribute(name: &str, dialect: Dialect, users: &Users) -> Json {
    let with = users.subjects.iter().filter(|(_, subject)| !subject.record.attribute(name, 0).is_null()).count();
    let known = match dialect {
        Dialect::Entra => known_attributes().contains(&name),
        Dialect::Okta | Dialect::OktaIdentityEngine => known_okta_attributes().any(|known| known == name),
    };
    json!({ "attribute": {
        "name": name,
        "known": known,
        "users": users.subjects.len(),
        "with": with,
        "values": users.values(name).into_iter().take(5).collect::<Vec<_>>(),
    }})
}

fn target(attribute: &TargetAttribute) -> Json {
    json!({ "target": attribute })
}
