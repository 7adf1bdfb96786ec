//! The same questions for JavaScript. Values cross as JSON; what is no such value is answered as a diagnostic, too.

use crate::policies::{PolicyText, told};
use crate::questions;
use crate::users::{DocumentText, Edit, Settings};
use rolewright::Dialect;
use serde::de::DeserializeOwned;
use serde_json::{Value as Json, json};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = include_str!("types.d.ts");

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = JSON, js_name = parse)]
    fn parse(text: &str) -> JsValue;
    #[wasm_bindgen(js_namespace = JSON, js_name = stringify)]
    fn stringify(value: &JsValue) -> JsValue;
    /// What whoever loads the engine in two files sets: it brings in the second one before it returns.
    #[wasm_bindgen(js_name = rolewrightRest)]
    fn bring_rest();
}

/// Brings in the second file, where the engine is in two. What needs that file calls this first.
#[wasm_bindgen(js_name = loadRest)]
pub fn load_rest() {
    bring_rest();
}

/// The users of documents, read once and asked often.
#[wasm_bindgen]
pub struct Users(crate::users::Users);

#[wasm_bindgen]
impl Users {
    /// Reads documents, and edits users in place; `summary` tells what could not be read.
    #[wasm_bindgen(constructor)]
    pub fn new(
        #[wasm_bindgen(unchecked_param_type = "DocumentText[]")] documents: &JsValue,
        #[wasm_bindgen(unchecked_optional_param_type = "Edit[]")] edits: Option<JsValue>,
    ) -> Users {
        let none = |bad: Json| crate::users::Users { diagnostics: vec![bad["diagnostics"][0].clone()], ..crate::users::Users::default() };
        let mut users = read::<Vec<DocumentText>>(documents).map(crate::users::Users::open).unwrap_or_else(none);
        match edits.map_or_else(|| Ok(Vec::new()), |edits| read::<Vec<Edit>>(&edits)) {
            Ok(edits) => users.edit(edits),
            Err(bad) => users.diagnostics.push(bad["diagnostics"][0].clone()),
        }
        Users(users)
    }

    /// What was read.
    #[wasm_bindgen(unchecked_return_type = "UsersSummary")]
    pub fn summary(&self) -> JsValue {
        give(&self.0.summary())
    }
}

fn read<T: DeserializeOwned>(value: &JsValue) -> Result<T, Json> {
    let text = stringify(value).as_string().unwrap_or_default();
    serde_json::from_str(&text).map_err(|error| invalid(&error.to_string()))
}

fn invalid(why: &str) -> Json {
    let message = format!("the request is not of the shape that is wanted: {why}");
    json!({ "ok": false, "diagnostics": [told("invalid-request", true, &message)] })
}

fn give(answer: &Json) -> JsValue {
    parse(&answer.to_string())
}

fn answered(answer: Result<Json, Json>) -> JsValue {
    give(&answer.unwrap_or_else(|bad| bad))
}

/// Everything that is wrong with a policy, with places and repairs.
#[wasm_bindgen(unchecked_return_type = "Answer")]
pub fn check(#[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue) -> JsValue {
    answered(read(policy).map(|policy: PolicyText| questions::check(&policy)))
}

/// A policy's text in its canonical form.
#[wasm_bindgen(unchecked_return_type = "Formatted")]
pub fn format(text: &str) -> JsValue {
    give(&questions::format(text))
}

/// What the policy gives each user.
#[wasm_bindgen(unchecked_return_type = "Evaluated")]
pub fn evaluate(
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue,
    users: &Users,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue,
) -> JsValue {
    answered(both(policy, settings, |policy, settings| questions::evaluate(policy, &users.0, settings)))
}

/// How one user's decision came about; the user by row or name.
#[wasm_bindgen(unchecked_return_type = "Explained")]
pub fn explain(
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue,
    users: &Users,
    #[wasm_bindgen(unchecked_param_type = "number | string")] who: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue,
) -> JsValue {
    let who: Json = read(who).unwrap_or_default();
    answered(both(policy, settings, |policy, settings| questions::explain(policy, &users.0, &who, settings)))
}

/// One expression over no user or all of them.
#[wasm_bindgen(unchecked_return_type = "ExpressionResult")]
pub fn expr(text: &str, users: &Users, #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue) -> JsValue {
    answered(read(settings).map(|settings: Settings| questions::expr(text, &users.0, &settings)))
}

/// What can stand at a place of a policy; with a dialect, of an expression that stands alone.
#[wasm_bindgen(unchecked_return_type = "Completions")]
pub fn complete(
    text: &str,
    offset: usize,
    users: &Users,
    #[wasm_bindgen(unchecked_optional_param_type = "Dialect")] dialect: Option<String>,
) -> JsValue {
    answered(language(dialect).map(|dialect| questions::complete(text, offset, &users.0, dialect)))
}

/// What the manual says of the word at a place.
#[wasm_bindgen(unchecked_return_type = "Hover | null")]
pub fn hover(
    text: &str,
    offset: usize,
    users: &Users,
    #[wasm_bindgen(unchecked_optional_param_type = "Dialect")] dialect: Option<String>,
) -> JsValue {
    answered(language(dialect).map(|dialect| questions::hover(text, offset, &users.0, dialect)))
}

/// The manual of every function.
#[wasm_bindgen(unchecked_return_type = "FunctionManual[]")]
pub fn functions(#[wasm_bindgen(unchecked_optional_param_type = "Dialect")] dialect: Option<String>) -> JsValue {
    answered(language(dialect).map(|dialect| questions::functions(dialect.unwrap_or_default())))
}

/// Replays a history of events.
#[wasm_bindgen(unchecked_return_type = "Replayed")]
pub fn replay(#[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue, events: &str) -> JsValue {
    answered(read(policy).map(|policy: PolicyText| questions::replay(&policy, events)))
}

/// The events that a user's records make.
#[wasm_bindgen(js_name = eventsOf, unchecked_return_type = "EventsOf")]
pub fn events_of(
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue,
    users: &Users,
    row: usize,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue,
) -> JsValue {
    answered(both(policy, settings, |policy, settings| questions::events_of(policy, &users.0, row, settings)))
}

/// Who gains or loses what between two policies.
#[wasm_bindgen(unchecked_return_type = "Differences")]
pub fn diff(
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] old: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] new: &JsValue,
    users: &Users,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue,
) -> JsValue {
    let answer =
        read::<PolicyText>(old).and_then(|old| both(new, settings, |new, settings| questions::diff(&old, new, &users.0, settings)));
    answered(answer)
}

/// Where SCIM and sign-ins do not agree.
#[wasm_bindgen(unchecked_return_type = "Conflicts")]
pub fn conflicts(
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue,
    users: &Users,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue,
) -> JsValue {
    answered(both(policy, settings, |policy, settings| questions::conflicts(policy, &users.0, settings)))
}

/// What of the policy no user reaches.
#[wasm_bindgen(unchecked_return_type = "Gaps")]
pub fn gaps(
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue,
    users: &Users,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue,
) -> JsValue {
    answered(both(policy, settings, |policy, settings| questions::gaps(policy, &users.0, settings)))
}

/// Users that are edge cases for the policy.
#[wasm_bindgen(js_name = edgeUsers, unchecked_return_type = "EdgeUsers")]
pub fn edge_users(#[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue) -> JsValue {
    answered(read(policy).map(|policy: PolicyText| questions::edge_users(&policy)))
}

/// What is signed off before a policy is switched on.
#[wasm_bindgen(unchecked_return_type = "Audited")]
pub fn audit(
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue,
    users: &Users,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue,
) -> JsValue {
    answered(both(policy, settings, |policy, settings| questions::audit(policy, &users.0, settings)))
}

/// A policy of a provider's configuration.
#[wasm_bindgen(js_name = importConfiguration, unchecked_return_type = "ImportedPolicy")]
pub fn import(#[wasm_bindgen(unchecked_param_type = "DocumentText[]")] files: &JsValue) -> JsValue {
    answered(read(files).map(questions::import))
}

/// The policy's mappings as a synchronization schema of Entra.
#[wasm_bindgen(js_name = exportEntra, unchecked_return_type = "ExportedSchema")]
pub fn export_entra(#[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue) -> JsValue {
    answered(read(policy).map(|policy: PolicyText| questions::export_entra(&policy)))
}

/// The mappings of a policy, each in the words in which its provider takes it.
#[wasm_bindgen(unchecked_return_type = "Mappings")]
pub fn mappings(#[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue) -> JsValue {
    answered(read(policy).map(|policy: PolicyText| questions::mappings(&policy)))
}

/// The event that a sign-in is, by its assertion or the claims of its token.
#[wasm_bindgen(js_name = signIn, unchecked_return_type = "SignedIn")]
pub fn sign_in(
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "Claims")] claims: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue,
) -> JsValue {
    let claims: Json = read(claims).unwrap_or_default();
    answered(both(policy, settings, |policy, settings| questions::sign_in(policy, &claims, settings)))
}

/// Runs the tests inside a policy.
#[wasm_bindgen(unchecked_return_type = "TestResults")]
pub fn tests(
    #[wasm_bindgen(unchecked_param_type = "PolicyText")] policy: &JsValue,
    #[wasm_bindgen(unchecked_param_type = "Settings")] settings: &JsValue,
) -> JsValue {
    answered(both(policy, settings, questions::tests))
}

/// Runs a suite file, one of decisions under the policy that declares it.
#[wasm_bindgen(unchecked_return_type = "TestResults")]
pub fn suite(text: &str, #[wasm_bindgen(unchecked_param_type = "PolicyText[]")] policies: &JsValue) -> JsValue {
    answered(read(policies).map(|policies: Vec<PolicyText>| questions::suite(text, &policies)))
}

fn language(word: Option<String>) -> Result<Option<Dialect>, Json> {
    word.map(|word| serde_json::from_value(word.into()).map_err(|error| invalid(&error.to_string()))).transpose()
}

fn both(policy: &JsValue, settings: &JsValue, ask: impl FnOnce(&PolicyText, &Settings) -> Json) -> Result<Json, Json> {
    Ok(ask(&read(policy)?, &read(settings)?))
}
