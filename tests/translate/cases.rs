//! The expressions of the suites, each once.

use rolewright::{Dialect, Expression, Limits, Scope, suite::Suite};
use serde_json::{Map, Value as Json};

/// An expression with the partners of the attributes that it reads, as `--attribute` declares them.
pub struct Source {
    pub dialect: Dialect,
    pub text: String,
    pub partners: Vec<String>,
}

/// The variables that are schemas even where a case gives none.
const FILES: [(&str, bool); 3] = [("entra.yaml", true), ("own-entra.yaml", true), ("okta.yaml", false)];

/// All expressions of a dialect that are ones; what a suite holds to show an error of the text is none.
pub fn sources(dialect: Dialect) -> Vec<Source> {
    let mut found: Vec<(String, Vec<Map<String, Json>>)> = Vec::new();
    for (file, _) in FILES.iter().filter(|(_, entra)| *entra == (dialect == Dialect::Entra)) {
        let path = format!("{}/tests/conformance/{file}", env!("CARGO_MANIFEST_DIR"));
        let text = std::fs::read_to_string(&path).expect("a suite");
        let suite = Suite::parse(&text, &Limits::DEFAULT).expect("a suite");
        for case in &suite.cases {
            let engine = case.fields.get("dialect").and_then(Json::as_str) == Some("identity-engine");
            if !*FILES.iter().find(|(name, _)| name == file).map(|(_, entra)| entra).expect("a file")
                && engine != (dialect == Dialect::OktaIdentityEngine)
            {
                continue;
            }
            let text = case.fields.get("expr").and_then(Json::as_str).expect("an expression").to_owned();
            let input = input(case.fields.get("input"));
            match found.iter_mut().find(|(known, _)| *known == text) {
                Some((_, inputs)) => inputs.push(input),
                None => found.push((text, vec![input])),
            }
        }
    }
    found.into_iter().filter_map(|(text, inputs)| source(dialect, text, &inputs)).collect()
}

/// The record of a case; applications stand in it under their own names.
fn input(input: Option<&Json>) -> Map<String, Json> {
    let mut record = input.and_then(Json::as_object).cloned().unwrap_or_default();
    for key in ["apps", "app_instances"] {
        if let Some(Json::Object(applications)) = record.remove(key) {
            record.extend(applications);
        }
    }
    record
}

fn source(dialect: Dialect, text: String, inputs: &[Map<String, Json>]) -> Option<Source> {
    let mut names: Vec<String> = Vec::new();
    for (root, value) in inputs.iter().flatten() {
        match value {
            Json::Object(members) if dialect != Dialect::Entra => names.extend(members.keys().map(|name| format!("{root}.{name}"))),
            _ => names.push(root.clone()),
        }
    }
    let scope = Scope { attributes: Some(&names), ..Scope::default() };
    let expression = Expression::compile_in(dialect, &text, &scope).ok()?;
    let partners = expression.attributes().iter().filter_map(|name| partner(dialect, name, inputs)).collect();
    Some(Source { dialect, text, partners })
}

/// The kind of an attribute is that of the first value that a case gives it.
fn partner(dialect: Dialect, name: &str, inputs: &[Map<String, Json>]) -> Option<String> {
    let standard = rolewright::translate::Partners::default();
    if standard.of(dialect, name).is_some() || (dialect != Dialect::Entra && !name.contains('.')) {
        return None;
    }
    let value = inputs.iter().filter_map(|input| lookup(input, name)).find(|value| !value.is_null());
    let kind = match value {
        Some(Json::Bool(_)) => "boolean",
        Some(Json::Number(_)) => "number",
        Some(Json::Array(_)) => "list",
        Some(Json::Object(_)) => return None,
        Some(Json::String(_) | Json::Null) | None => "text",
    };
    let plain: String = name.chars().map(|character| if character.is_ascii_alphanumeric() { character } else { '_' }).collect();
    Some(match dialect {
        Dialect::Entra => format!("{name}=user.of_{plain}:{kind}"),
        Dialect::Okta | Dialect::OktaIdentityEngine => format!("extension_1_{plain}={name}:{kind}"),
    })
}

fn lookup<'i>(input: &'i Map<String, Json>, name: &str) -> Option<&'i Json> {
    input.get(name).or_else(|| {
        let (root, member) = name.split_once('.')?;
        input.get(root)?.get(member)
    })
}
