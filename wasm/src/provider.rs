//! What comes from an identity provider's own configuration, and what goes back to it.

use crate::policies::{PolicyText, load, loader, no_policy, shown, told};
use crate::users::{DocumentText, Settings};
use rolewright::diagnostic::Sources;
use rolewright::exchange::{self, Application, Assertion, Imported};
use rolewright::provision::Source;
use serde_json::{Value as Json, json};

/// A policy of a provider's configuration: a synchronization schema, or profile mappings with schemas of applications.
pub fn import(files: Vec<DocumentText>) -> Json {
    let is_schema = |text: &str| text.contains("\"synchronizationRules\"");
    let imported = match files.as_slice() {
        [one] if is_schema(&one.text) => exchange::import_entra(&one.name, one.text.clone().into_bytes(), None),
        _ => exchange::import_okta(files.into_iter().map(|file| (file.name, file.text.into_bytes())).collect(), None),
    };
    match imported {
        Ok(imported) => answer(&imported),
        Err(why) => json!({ "ok": false, "diagnostics": [told("invalid-configuration", true, &why)] }),
    }
}

fn answer(imported: &Imported) -> Json {
    let mut diagnostics = Vec::new();
    for file in &imported.files {
        let lead = |target: &Option<String>| target.as_ref().map_or_else(|| format!("{}: ", file.file), |target| format!("{target}: "));
        let found = file.diagnostics.iter();
        diagnostics.extend(found.map(|found| told(found.code, found.error, &format!("{}{}", lead(&found.target), found.message))));
        diagnostics.extend(file.left_out.iter().map(|left| told("left-out", false, left)));
    }
    json!({ "ok": imported.policy.is_some(), "diagnostics": diagnostics, "policy": imported.policy, "files": imported.files })
}

/// The policy's mappings as a synchronization schema of Entra.
pub fn export_entra(policy: &PolicyText) -> Json {
    let application = match Application::of(&loader(policy), &policy.name, &policy.text) {
        Ok(application) => application,
        Err(error) => return json!({ "ok": false, "diagnostics": shown(&error.diagnostics, &error.texts) }),
    };
    match exchange::export_entra(&application) {
        Ok((schema, left_out)) => {
            let left_out: Vec<Json> = left_out.iter().map(|left| told("left-out", false, left)).collect();
            json!({ "ok": true, "diagnostics": left_out, "schema": schema })
        }
        Err(why) => json!({ "ok": false, "diagnostics": [told("not-exported", true, &why)] }),
    }
}

/// The mappings of a policy, each in the words in which its provider takes it.
pub fn mappings(policy: &PolicyText) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let of = |source: Source| {
        policy.mappings(source).iter().map(move |mapping| {
            json!({ "source": source, "target": mapping.target, "mapping": mapping.describe(), "dialect": mapping.dialect(), "reads": mapping.reads() })
        })
    };
    let all: Vec<Json> = [Source::Scim, Source::Jit].into_iter().flat_map(of).collect();
    json!({ "ok": true, "diagnostics": loaded.diagnostics, "mappings": all })
}

/// The event that a sign-in is: an assertion with `nameId` and `attributes`, or the claims of a token.
pub fn sign_in(policy: &PolicyText, claims: &Json, settings: &Settings) -> Json {
    let loaded = load(policy);
    let Some(policy) = &loaded.policy else { return no_policy(&loaded) };
    let none = serde_json::Map::new();
    let assertion = match claims.get("nameId").and_then(Json::as_str) {
        Some(name) => {
            let attributes = claims.get("attributes").and_then(Json::as_object).unwrap_or(&none);
            Assertion { name_id: Some(name.to_owned()), ..Assertion::of_token(attributes) }
        }
        None => Assertion::of_token(claims.as_object().unwrap_or(&none)),
    };
    match exchange::sign_in(policy, &assertion, &settings.world()) {
        Ok(read) => json!({ "ok": true, "diagnostics": [], "event": read.event, "ignored": read.ignored }),
        Err(bad) => json!({ "ok": false, "diagnostics": [bad.to_json(&Sources::default())] }),
    }
}
