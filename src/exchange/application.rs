//! The application for which a configuration is imported: what its policy says of its attributes.

use crate::diagnostic::Sources;
use crate::policy::{Loader, PolicyError, is_core};
use crate::program::record::CORE_SCHEMA;
use serde_json::{Map, Value as Json};

/// The policies that stand alone and ship with the program.
const SHIPPED: [&str; 3] = [
    include_str!("../../policies/docker.yaml"),
    include_str!("../../policies/github-emu.yaml"),
    include_str!("../../policies/grafana.yaml"),
];

/// How the name of an imported policy ends.
const IMPORTED: &str = "-imported";

/// How many letters a namespace may differ and still be meant.
const NEAR: usize = 6;

/// Namespaces that every application shares.
const SHARED: [&str; 2] = [CORE_SCHEMA, "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"];

/// An application, as its policy describes it.
#[derive(Debug, Clone)]
pub struct Application {
    pub(super) root: Json,
}

impl Application {
    /// The application of a policy.
    ///
    /// # Errors
    /// The policy cannot be read.
    pub fn of(loader: &Loader<'_>, name: &str, text: &str) -> Result<Application, PolicyError> {
        let mut texts = Sources::default();
        match loader.document(name, text, &mut texts) {
            Ok(node) => Ok(Application { root: node.to_json() }),
            Err(diagnostic) => Err(PolicyError { diagnostics: vec![*diagnostic], texts }),
        }
    }

    /// The shipped application that one of these targets means, each a namespace and a name in it. A namespace that is only
    /// nearly the application's means it where the name is one of its attributes: names of other applications are as near.
    pub fn shipped<'n>(targets: impl IntoIterator<Item = (&'n str, &'n str)>) -> Option<Application> {
        let targets: Vec<(&str, &str)> = targets.into_iter().filter(|(namespace, _)| !SHARED.contains(namespace)).collect();
        let known = SHIPPED.iter().filter_map(|text| Application::of(&Loader::new(), "policy", text).ok());
        known
            .filter_map(|application| {
                let wanted = application.namespace()?;
                // One whose length differs by more cannot be near, and would take the time of its length. Four bytes are one letter.
                let comparable = |(namespace, _): &&(&str, &str)| namespace.len().abs_diff(wanted.len()) <= 4 * NEAR;
                let distance = |(namespace, name): &(&str, &str)| {
                    let distance = strsim::damerau_levenshtein(namespace, wanted);
                    (distance == 0 || distance <= NEAR && application.meant(name).is_some()).then_some(distance)
                };
                let distance = targets.iter().filter(comparable).filter_map(distance).min()?;
                Some((distance, application.clone()))
            })
            .min_by_key(|(distance, _)| *distance)
            .map(|(_, application)| application)
    }

    /// The own attribute that a name means, in whatever case.
    fn meant(&self, name: &str) -> Option<&str> {
        self.own().into_iter().find(|own| own.eq_ignore_ascii_case(name))
    }

    pub(super) fn name(&self) -> &str {
        let target = self.root.get("target").and_then(|target| target.get("application"));
        target.or_else(|| self.root.get("policy")).and_then(Json::as_str).unwrap_or("the application")
    }

    /// What the provider called the application, as far as the name of an imported policy tells it: letters are small there.
    pub(super) fn imported_from(&self) -> &str {
        let policy = self.root.get("policy").and_then(Json::as_str).unwrap_or_default();
        if policy == slug(self.name()) { self.name() } else { policy.strip_suffix(IMPORTED).unwrap_or(self.name()) }
    }

    pub(super) fn namespace(&self) -> Option<&str> {
        self.root.get("target")?.get("namespace")?.as_str()
    }

    fn attributes(&self) -> impl Iterator<Item = (&str, &Json)> {
        let attributes = self.root.get("target").and_then(|target| target.get("attributes")).and_then(Json::as_object);
        attributes.into_iter().flatten().map(|(name, attribute)| (name.as_str(), attribute))
    }

    /// The application's own attributes, which stand under its namespace.
    pub(super) fn own(&self) -> Vec<&str> {
        let own = |name: &str, attribute: &Json| {
            !matches!(kind(attribute), "user_name" | "active") && attribute.get("path").is_none_or(Json::is_null) && !is_core(name)
        };
        self.attributes().filter(|(name, attribute)| own(name, attribute)).map(|(name, _)| name).collect()
    }

    /// The name of the attribute that a SCIM path means.
    pub(super) fn attribute(&self, path: &str) -> Option<&str> {
        let named = |name: &str, attribute: &Json| name == path || attribute.get("path").and_then(Json::as_str) == Some(path);
        let known = self.attributes().find(|(name, attribute)| named(name, attribute)).map(|(name, _)| name);
        known.or_else(|| {
            let (namespace, name) = path.rsplit_once(':')?;
            self.own().into_iter().find(|own| *own == name && self.namespace() == Some(namespace))
        })
    }

    /// The SCIM path, with its namespace, of an attribute's name.
    pub(super) fn path(&self, name: &str) -> String {
        let path = self.attributes().find(|(known, _)| *known == name).and_then(|(_, attribute)| attribute.get("path")?.as_str());
        match self.namespace().filter(|_| self.own().contains(&name)) {
            Some(namespace) => format!("{namespace}:{name}"),
            None => path.unwrap_or(name).to_owned(),
        }
    }

    /// The type of an attribute's values.
    pub(super) fn value_type(&self, name: &str) -> &str {
        let attribute = self.attribute(name).and_then(|name| self.attributes().find(|(known, _)| *known == name));
        attribute.and_then(|(_, attribute)| attribute.get("type")?.as_str()).unwrap_or("string")
    }

    /// Whether a user cannot be without the attribute of a SCIM path.
    pub(super) fn is_required(&self, path: &str) -> bool {
        let name = self.attribute(path);
        let attribute = self.attributes().find(|(known, _)| Some(*known) == name).and_then(|(_, attribute)| attribute.get("required"));
        attribute.and_then(Json::as_bool).unwrap_or_default()
    }

    /// The parts of the policy that say what the application does; no configuration of a provider does.
    pub(super) fn rules(&self, form: &str) -> Vec<String> {
        let given = |part: &&str| self.root.get(part).is_some_and(|part| !part.is_null());
        let parts = ["connection", "placement", "groups", "checks", "events", "options"].into_iter().filter(given);
        let mut out: Vec<String> = parts.map(|part| format!("{part}: what the application does is no part of {form}")).collect();
        if self.root.get("sources").and_then(|sources| sources.get("jit")).is_some_and(|jit| !jit.is_null()) {
            out.push(format!("sources.jit: what sign-ins carry is no part of {form}"));
        }
        out
    }

    /// The values that the attribute of a SCIM path allows; all where there are none.
    pub(super) fn allowed(&self, path: &str) -> Vec<&str> {
        let name = self.attribute(path);
        let attribute = self.attributes().find(|(known, _)| Some(*known) == name).map(|(_, attribute)| attribute);
        let values = attribute.and_then(|attribute| attribute.get("one_of")).and_then(Json::as_array);
        values.into_iter().flatten().filter_map(Json::as_str).collect()
    }

    /// What is wrong with a namespace and a name that are nearly, but not exactly, the application's.
    pub(super) fn near_miss(&self, namespace: &str, name: &str) -> Option<String> {
        let (wanted, meant) = (self.namespace()?, self.meant(name));
        if namespace == wanted {
            let near = meant.or_else(|| crate::diagnostic::nearest(name, self.own()))?;
            return (near != name).then(|| format!("the external name {name} is not {near}: {}", difference(name, near)));
        }
        meant.is_some().then(|| format!("{} takes {wanted} only, and this is {namespace}: {}", self.name(), difference(namespace, wanted)))
    }

    /// What is wrong with a name in the application's namespace that is none of its attributes, nor nearly one.
    pub(super) fn not_taken(&self, namespace: &str, name: &str) -> Option<String> {
        let own = self.own();
        let taken = self.namespace() != Some(namespace) || own.is_empty() || own.contains(&name);
        (!taken).then(|| format!("{} takes {} in {namespace}, and this is {name}", self.name(), own.join(", ")))
    }
}

fn kind(attribute: &Json) -> &str {
    attribute.get("kind").and_then(Json::as_str).unwrap_or_default()
}

/// Where two texts part, in words.
fn difference(given: &str, wanted: &str) -> String {
    let (a, b): (Vec<char>, Vec<char>) = (given.chars().collect(), wanted.chars().collect());
    let before = a.iter().zip(&b).take_while(|(a, b)| a == b).count();
    let behind = a[before..].iter().rev().zip(b[before..].iter().rev()).take_while(|(a, b)| a == b).count();
    let part = |text: &[char]| text[before..text.len() - behind].iter().collect::<String>();
    let after: String = a[..before].iter().collect();
    let after = if after.is_empty() { "at its beginning".to_owned() } else { format!("after {after:?}") };
    match (part(&a).as_str(), part(&b).as_str()) {
        ("", lacks) => format!("{after}, {lacks:?} is missing"),
        (more, "") => format!("{after}, {more:?} is too much"),
        (has, wants) => format!("{after} stands {has:?} where {wants:?} belongs"),
    }
}

/// A target attribute's mapping, as a policy has it.
#[derive(Debug)]
pub(super) struct Line {
    /// Its SCIM path.
    pub path: String,
    /// `string`, `boolean`, `number` or `list`.
    pub value_type: &'static str,
    pub mapping: Map<String, Json>,
    /// What the provider's schema says of the attribute beside its type: `one_of`, `required`.
    pub declared: Map<String, Json>,
}

impl Line {
    /// A constant or default in the attribute's type.
    pub(super) fn typed(value: &str, value_type: &str) -> Json {
        match value_type {
            "boolean" if value.eq_ignore_ascii_case("true") => Json::Bool(true),
            "boolean" if value.eq_ignore_ascii_case("false") => Json::Bool(false),
            "number" => value.parse::<i64>().map_or_else(|_| value.into(), Json::from),
            _ => value.into(),
        }
    }
}

/// What a policy says of SCIM provisioning.
#[derive(Debug)]
pub(super) struct Written<'i> {
    pub name: &'i str,
    pub dialect: &'i str,
    pub scope: Json,
    /// Source attributes of the tenant's own.
    pub attributes: Vec<String>,
    pub lines: Vec<Line>,
}

/// The policy as YAML: the application's rules, with these mappings in place of its own.
pub(super) fn policy(application: Option<&Application>, written: Written<'_>) -> String {
    let mut root = match application.map(|application| application.root.clone()) {
        Some(Json::Object(root)) => root,
        _ => bare(written.name),
    };
    root.insert("policy".into(), slug(written.name).into());
    for of_the_target in ["tests", "suites", "extends"] {
        root.shift_remove(of_the_target);
    }
    let mut mappings = Map::new();
    let mut attributes = Vec::new();
    for line in written.lines {
        let known = application.and_then(|application| application.attribute(&line.path));
        let name = known.unwrap_or(&line.path).to_owned();
        if known.is_none() {
            attributes.push((name.clone(), declared(&line)));
        }
        mappings.insert(name, Json::Object(line.mapping));
    }
    for (name, attribute) in &attributes {
        if attribute.get("one_of").is_some() {
            answer_wrong(&mut root, name);
        }
    }
    if let Some(known) = root.get_mut("target").and_then(|target| target.get_mut("attributes")).and_then(Json::as_object_mut) {
        known.extend(attributes);
    }
    let assigned = root.get("sources").and_then(|sources| sources.get("scim")?.get("assigned")).cloned();
    let mut scim = Map::new();
    scim.insert("dialect".into(), written.dialect.into());
    scim.insert("assigned".into(), assigned.unwrap_or_else(|| "required".into()));
    scim.insert("scope".into(), written.scope);
    if !written.attributes.is_empty() {
        scim.insert("attributes".into(), written.attributes.into());
    }
    scim.insert("mappings".into(), Json::Object(mappings));
    let sources = root.entry("sources").or_insert_with(|| Json::Object(Map::new()));
    if let Some(sources) = sources.as_object_mut() {
        sources.insert("scim".into(), Json::Object(scim));
    }
    crate::yaml::emit(
        &crate::yaml::Node::from_json(&Json::Object(root), crate::diagnostic::SourceId::EXPRESSION, crate::diagnostic::Span::default()),
        &|_| None,
    )
}

/// Values of which the provider's schema allows some only are not written where they are others: no rule of the
/// application says what becomes of them.
fn answer_wrong(root: &mut Map<String, Json>, name: &str) {
    let events = root.get_mut("events").and_then(Json::as_object_mut).into_iter().flatten();
    for rows in events.filter_map(|(_, rows)| rows.as_array_mut()) {
        let writes = |row: &Json| ["write", "replace", "overwrite"].iter().any(|action| row.get(action).is_some());
        if let Some(at) = rows.iter().position(writes) {
            let wrong = serde_json::json!({ "when": { name: "wrong" }, "warn": "value-not-allowed", "count": { name: "absent" } });
            rows.insert(at, wrong);
        }
    }
}

fn declared(line: &Line) -> Json {
    let kind = match line.path.as_str() {
        "userName" => "user_name",
        "active" => "active",
        _ => "plain",
    };
    match kind {
        "plain" => {
            let mut declared = Map::from_iter([("type".to_owned(), line.value_type.into())]);
            declared.extend(line.declared.clone());
            Json::Object(declared)
        }
        "user_name" => serde_json::json!({ "type": "string", "kind": kind, "required": true, "unique": true }),
        _ => serde_json::json!({ "type": "boolean", "kind": kind }),
    }
}

/// A policy of an application of which nothing more is known: users are written as they come.
fn bare(name: &str) -> Map<String, Json> {
    let write = |id: &str, row: Json| {
        let mut all = Map::new();
        all.insert("id".into(), id.into());
        all.extend(row.as_object().cloned().unwrap_or_default());
        Json::Object(all)
    };
    let stranger = || write("stranger", serde_json::json!({ "when": { "user": "unknown" }, "refuse": "unknown-user" }));
    let duplicate = write("duplicate", serde_json::json!({ "when": { "user": "known" }, "refuse": "duplicate-user" }));
    let create = serde_json::json!({ "own": "scim", "active": "carried or true", "write": "carried", "by": "scim", "place": "always" });
    let update = serde_json::json!({ "active": "carried", "write": "carried", "by": "scim", "place": "always" });
    let root = serde_json::json!({
        "rolewright": 1,
        "policy": slug(name),
        "target": { "application": name, "attributes": {} },
        "connection": { "default_org": slug(name), "scim": "enabled", "jit": "disabled" },
        "sources": {},
        "placement": [{ "id": "default", "when": {}, "org": "default_org", "team": "none" }],
        "events": {
            "scim.create": [duplicate, write("write", create)],
            "scim.update": [stranger(), write("write", update)],
            "scim.deactivate": [stranger(), write("off", serde_json::json!({ "active": false }))],
            "scim.reactivate": [stranger(), write("on", serde_json::json!({ "active": true }))],
            "scim.delete": [stranger(), write("gone", serde_json::json!({ "remove": "user" }))],
        },
    });
    root.as_object().cloned().unwrap_or_default()
}

/// A name of letters, digits and hyphens.
fn slug(name: &str) -> String {
    let lower = name.to_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty()).collect();
    match parts.join("-") {
        none if none.is_empty() => "imported".to_owned(),
        slug => format!("{slug}{IMPORTED}"),
    }
}
