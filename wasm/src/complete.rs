use crate::context::{Context, Kind};
use crate::offsets::unit_of;
use crate::users::Users;
use rolewright::functions::table;
use rolewright::policy::Policy;
use rolewright::{Dialect, known_attributes, known_okta_attributes};
use serde_json::{Value as Json, json};

/// Words that stand bare in an expression.
const WORDS: [(&str, &str); 2] =
    [("IgnoreAttributeFlow", "leaves the attribute out of this cycle"), ("IgnoreObjectFlow", "leaves the whole user out of this cycle")];

/// The ways in which a mapping gives its value, and what stands beside them.
const MAPPING: [(&str, &str); 6] = [
    ("direct", "a source attribute as it is"),
    ("constant", "a fixed value"),
    ("expression", "an expression over source attributes"),
    ("default", "the value where the mapping gives null"),
    ("apply", "always, or on_create"),
    ("matching", "by which attributes a user is found in the target"),
];

/// What can stand there.
pub fn items(context: &Context<'_>, policy: Option<&Policy>, users: &Users) -> Json {
    let items = match context.kind {
        Kind::Word => words(context, users),
        Kind::Attribute => attributes(context.dialect, users),
        Kind::Constant => constants(context, policy, users),
        Kind::Mapping => mappings(policy),
        Kind::Means => MAPPING.iter().map(|(name, about)| item(name, "keyword", about, &format!("{name}: "))).collect(),
        Kind::Other => Vec::new(),
    };
    json!({ "from": unit_of(context.text, context.from), "to": unit_of(context.text, context.to), "items": items })
}

fn item(label: &str, kind: &str, detail: &str, apply: &str) -> Json {
    json!({ "label": label, "kind": kind, "detail": detail, "apply": apply })
}

fn words(context: &Context<'_>, users: &Users) -> Vec<Json> {
    // A method stands behind what it is called on, which is part of the word.
    let written = &context.text[context.from..context.at];
    let object = written.rfind('.').map_or("", |dot| &written[..dot]);
    let functions = table(context.dialect).iter().map(|function| {
        let name = if function.name.starts_with('.') { format!("{object}{}", function.name) } else { function.name.to_owned() };
        let mut item = item(&name, "function", function.summary, &format!("{name}("));
        item["signature"] = function.signature().into();
        item
    });
    if context.dialect == Dialect::Entra {
        functions.chain(WORDS.iter().map(|(name, about)| item(name, "keyword", about, name))).collect()
    } else {
        attributes(context.dialect, users).into_iter().chain(functions).collect()
    }
}

/// Those that users have come first.
fn attributes(dialect: Dialect, users: &Users) -> Vec<Json> {
    let own = users.attributes(dialect);
    let seen = own.iter().map(|name| {
        let values = users.values(name);
        let detail = match values.first() {
            Some(value) => format!("such as {value}"),
            None => "in the users".to_owned(),
        };
        item(name, "property", &detail, name)
    });
    let known: Vec<String> = match dialect {
        Dialect::Entra => known_attributes().iter().map(|name| (*name).to_owned()).collect(),
        Dialect::Okta | Dialect::OktaIdentityEngine => known_okta_attributes().collect(),
    };
    let known = known.iter().filter(|name| !own.contains(name));
    seen.chain(known.map(|name| item(name, "property", "of the provider", name))).collect()
}

/// The values that the target allows, then those that users have.
fn constants(context: &Context<'_>, policy: Option<&Policy>, users: &Users) -> Vec<Json> {
    let attribute = policy
        .and_then(|policy| policy.attributes().iter().find(|attribute| context.target.is_some_and(|target| attribute.is_named(target))));
    let allowed = attribute.into_iter().flat_map(|attribute| {
        attribute.one_of.iter().filter_map(Json::as_str).map(move |value| {
            let privileged = attribute.privileged.iter().any(|known| known.as_str() == Some(value));
            let detail = format!("{} allows it{}", attribute.name, if privileged { ", privileged" } else { "" });
            item(value, "enum", &detail, value)
        })
    });
    let roles = users.values("appRoleAssignments");
    allowed.chain(roles.iter().map(|role| item(role, "text", "app role of the users", role))).collect()
}

fn mappings(policy: Option<&Policy>) -> Vec<Json> {
    let attributes = policy.map_or(&[][..], Policy::attributes);
    attributes.iter().map(|attribute| item(&attribute.path, "property", "target attribute", &format!("{}: ", attribute.path))).collect()
}
