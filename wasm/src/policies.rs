use rolewright::diagnostic::{Diagnostic, Sources};
use rolewright::policy::{Loader, Policy};
use serde::Deserialize;
use serde_json::{Value as Json, json};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

/// A policy as it is written, with what it may build on.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PolicyText {
    /// What diagnostics call it.
    #[serde(default = "name")]
    pub name: String,
    /// The text.
    pub text: String,
    /// The policies that `extends` may name.
    #[serde(default)]
    pub bases: BTreeMap<String, String>,
    /// Settings over it: paths with their YAML.
    #[serde(default)]
    pub set: Vec<(String, String)>,
}

fn name() -> String {
    "policy.yaml".into()
}

/// A policy that was loaded, or what keeps it from being one.
#[derive(Clone)]
pub struct Loaded {
    pub policy: Option<Rc<Policy>>,
    /// As the program prints them in JSON.
    pub diagnostics: Vec<Json>,
}

/// So many policies are kept as they were loaded: the present one, the pinned one, and those before a change.
const KEPT: usize = 4;

thread_local! {
    static CACHE: RefCell<Vec<(PolicyText, Loaded)>> = const { RefCell::new(Vec::new()) };
    static GOOD: RefCell<Option<Rc<Policy>>> = const { RefCell::new(None) };
}

/// Loads a policy, or takes it as it was loaded before.
pub fn load(written: &PolicyText) -> Loaded {
    let known = CACHE.with_borrow(|cache| cache.iter().find(|(known, _)| known == written).map(|(_, loaded)| loaded.clone()));
    if let Some(loaded) = known {
        return loaded;
    }
    let loaded = compile(written);
    if let Some(policy) = &loaded.policy {
        GOOD.set(Some(Rc::clone(policy)));
    }
    CACHE.with_borrow_mut(|cache| {
        cache.truncate(KEPT - 1);
        cache.insert(0, (written.clone(), loaded.clone()));
    });
    loaded
}

/// The policy that was last without errors: what is asked while a line is half written is answered by it.
pub fn last_good() -> Option<Rc<Policy>> {
    GOOD.with_borrow(Clone::clone)
}

/// A loader that finds what the policy builds on beside it.
pub fn loader(written: &PolicyText) -> Loader<'_> {
    let mut loader = Loader::new().resolve(|_, wanted| match written.bases.get(wanted) {
        Some(text) => Ok((wanted.to_owned(), text.clone())),
        None => {
            let names: Vec<&str> = written.bases.keys().map(String::as_str).collect();
            let known = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
            Err(format!("there is no policy {wanted} here to build on; there are {known}"))
        }
    });
    for (path, yaml) in &written.set {
        loader = loader.set(path.as_str(), yaml.as_str());
    }
    loader
}

fn compile(written: &PolicyText) -> Loaded {
    match loader(written).load(&written.name, &written.text) {
        Ok(policy) => Loaded { diagnostics: shown(policy.warnings(), policy.texts()), policy: Some(Rc::new(policy)) },
        Err(error) => Loaded { policy: None, diagnostics: shown(&error.diagnostics, &error.texts) },
    }
}

/// Diagnostics as the program prints them in JSON.
pub fn shown(diagnostics: &[Diagnostic], texts: &Sources) -> Vec<Json> {
    diagnostics.iter().map(|diagnostic| diagnostic.to_json(texts)).collect()
}

/// A finding that is about no place of a text.
pub fn told(code: &str, error: bool, message: &str) -> Json {
    let severity = if error { "error" } else { "warning" };
    json!({ "code": code, "class": "document", "severity": severity, "message": message, "labels": [], "help": null, "edit": null })
}

/// The answer where there is no policy to ask.
pub fn no_policy(loaded: &Loaded) -> Json {
    json!({ "ok": false, "diagnostics": loaded.diagnostics })
}
