//! What importing a provider's configuration gives, whatever the provider.

use crate::diagnostic::{Code, Diagnostic};
use crate::limits::Limits;
use crate::policy::Loader;
use serde::Serialize;
use serde_json::{Map, Value as Json};

/// Something that an admin should know of the configuration.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// The target attribute, where it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub target: Option<String>,
    /// The kind; stable.
    pub code: &'static str,
    /// What is wrong, and how to mend it.
    pub message: String,
    /// Whether it cannot work so.
    #[serde(skip)]
    pub error: bool,
}

impl Finding {
    pub(super) fn warning(target: Option<&str>, code: &'static str, message: impl Into<String>) -> Self {
        Finding { target: target.map(str::to_owned), code, message: message.into(), error: false }
    }

    pub(super) fn error(target: Option<&str>, code: &'static str, message: impl Into<String>) -> Self {
        Finding { error: true, ..Finding::warning(target, code, message) }
    }

    /// What the checker found in an expression.
    pub(super) fn of(target: &str, diagnostic: &Diagnostic) -> Self {
        let help = diagnostic.help.as_ref().map_or_else(String::new, |help| format!(" ({help})"));
        let message = format!("{}{help}", diagnostic.message);
        Finding { error: diagnostic.is_error(), ..Finding::warning(Some(target), diagnostic.code.word(), message) }
    }
}

/// What was found in one file.
#[derive(Debug, Clone, Serialize)]
pub struct FoundFile {
    /// The file's name.
    pub file: String,
    /// The configuration, in words that providers share.
    #[serde(flatten)]
    pub found: Map<String, Json>,
    /// What an admin should know.
    pub diagnostics: Vec<Finding>,
    /// What the application's documentation advises against, by the advice of its policy.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub advice: Vec<Finding>,
    /// What the file says and a policy cannot say.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub left_out: Vec<String>,
}

/// Imported configuration.
#[derive(Debug, Clone)]
pub struct Imported {
    /// What was found, file by file.
    pub files: Vec<FoundFile>,
    /// The policy that says the same, if there is something to say.
    pub policy: Option<String>,
}

/// What the advice in a policy says of the policy's own mappings. `target` gives an attribute the provider's name.
pub(super) fn advice(policy: Option<&str>, target: &dyn Fn(&str) -> String) -> Vec<Finding> {
    let Some(text) = policy else { return Vec::new() };
    // A policy with errors in some of its mappings is told of the others all the same.
    let found = match Loader::new().load("imported", text) {
        Ok(policy) => policy.warnings().to_vec(),
        Err(error) => error.diagnostics,
    };
    let told = found.into_iter().filter(|found| found.code == Code::Advice);
    told.map(|found| {
        // The place is the mapping's key.
        let key = found.labels.first().and_then(|label| text.get(label.span.start..label.span.end)).unwrap_or_default();
        Finding::of(&target(key.trim_matches(['"', '\''])), &found)
    })
    .collect()
}

/// A document as JSON, in whatever encoding it was saved.
pub(super) fn read(bytes: Vec<u8>) -> Result<Json, String> {
    let text = crate::document::decode::decode(bytes).text;
    serde_json::from_str(&text).map_err(|error| match error.to_string() {
        told if told.contains("recursion limit") => {
            let depth = Limits::DEFAULT.json_depth;
            format!("line {}: values are nested deeper than {depth} levels, which no export of a provider is", error.line())
        }
        told => format!("this is no JSON: {told}"),
    })
}

/// Refuses a configuration that is larger than any application's: how many there are of what.
pub(super) fn bounded(count: usize, what: &str) -> Result<(), String> {
    let most = Limits::DEFAULT.mappings;
    if count > most { Err(format!("there are {count} {what}, and a configuration with more than {most} is not read")) } else { Ok(()) }
}

/// A text that is there and not empty.
pub(super) fn text<'j>(object: &'j Map<String, Json>, key: &str) -> Option<&'j str> {
    object.get(key).and_then(Json::as_str).filter(|text| !text.is_empty())
}

/// A value as the text that it stands for; nothing for null and empty.
pub(super) fn scalar(value: Option<&Json>) -> Option<String> {
    match value? {
        Json::String(text) => Some(text.clone()).filter(|text| !text.is_empty()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(bool) => Some(if *bool { "True" } else { "False" }.to_owned()),
        _ => None,
    }
}

/// The objects of a list. What is neither list nor null, and items that are no objects, are told.
pub(super) fn objects<'j>(
    of: &'j Map<String, Json>,
    key: &str,
    place: &str,
    found: &mut Vec<Finding>,
) -> Vec<(usize, &'j Map<String, Json>)> {
    let items = match of.get(key) {
        None | Some(Json::Null) => return Vec::new(),
        Some(Json::Array(items)) => items,
        Some(_) => {
            found.push(Finding::error(None, "wrong-shape", format!("{key} of {place} is no list and is left out")));
            return Vec::new();
        }
    };
    let mut out = Vec::new();
    for (at, item) in items.iter().enumerate() {
        match item {
            Json::Object(object) => out.push((at + 1, object)),
            _ => {
                found.push(Finding::error(None, "wrong-shape", format!("item {} in {key} of {place} is no object and is left out", at + 1)))
            }
        }
    }
    out
}

/// The object under a key. What is neither an object nor null is told.
pub(super) fn object<'j>(of: &'j Map<String, Json>, key: &str, place: &str, found: &mut Vec<Finding>) -> Option<&'j Map<String, Json>> {
    match of.get(key)? {
        Json::Object(object) => Some(object),
        Json::Null => None,
        _ => {
            found.push(Finding::error(None, "wrong-shape", format!("{key} of {place} is no object and is left out")));
            None
        }
    }
}

/// Lists the keys of an object that are not read.
pub(super) fn leftovers(object: &Map<String, Json>, known: &[&str], place: &str, left_out: &mut Vec<String>) {
    let unknown: Vec<&str> =
        object.keys().map(String::as_str).filter(|key| !known.contains(key) && !key.contains('@') && !key.starts_with('_')).collect();
    if !unknown.is_empty() {
        left_out.push(format!("{place}: {} not read", unknown.join(", ")));
    }
}
