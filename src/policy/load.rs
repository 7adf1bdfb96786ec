use super::file::PolicyFile;
use super::{Policy, is_policy};
use crate::diagnostic::{Code, Diagnostic, SourceId, Sources, Span, nearest};
use crate::limits::Limits;
use crate::yaml::{self, Node, NodeValue};

/// Why a policy cannot be used: what was found, and the texts into which it points.
#[derive(Debug, thiserror::Error)]
#[error("{}", self.first())]
pub struct PolicyError {
    /// Errors and warnings.
    pub diagnostics: Vec<Diagnostic>,
    /// The files.
    pub texts: Sources,
}

impl PolicyError {
    fn first(&self) -> String {
        self.diagnostics.iter().find(|found| found.is_error()).map_or_else(String::new, ToString::to_string)
    }
}

/// Finds the policy that another one names in `extends`: from the name of the file that asks and the name asked for
/// to a name and a text, or what went wrong in words.
pub type Resolve<'l> = dyn Fn(&str, &str) -> Result<(String, String), String> + 'l;

/// Reads policies: settings from outside, and other policies to build on.
pub struct Loader<'l> {
    limits: Limits,
    settings: Vec<(String, String)>,
    resolve: Option<Box<Resolve<'l>>>,
}

/// The version of the format that this release reads.
const VERSION: u32 = 1;

impl Default for Loader<'_> {
    fn default() -> Self {
        Loader::new()
    }
}

impl<'l> Loader<'l> {
    /// A loader without settings, for policies that stand alone.
    pub fn new() -> Self {
        Loader { limits: Limits::DEFAULT, settings: Vec::new(), resolve: None }
    }

    /// Other limits.
    pub fn limits(mut self, limits: Limits) -> Self {
        self.limits = limits;
        self
    }

    /// Changes a place of the policy, after everything it builds on: `connection.default_org` to a YAML text.
    pub fn set(mut self, path: impl Into<String>, yaml: impl Into<String>) -> Self {
        self.settings.push((path.into(), yaml.into()));
        self
    }

    /// How `extends` is followed.
    pub fn resolve(mut self, resolve: impl Fn(&str, &str) -> Result<(String, String), String> + 'l) -> Self {
        self.resolve = Some(Box::new(resolve));
        self
    }

    /// Reads and checks a policy; the name is for messages and for `extends`.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with its place.
    pub fn load(&self, name: &str, text: &str) -> Result<Policy, PolicyError> {
        let mut texts = Sources::default();
        let mut found = Vec::new();
        let policy = self
            .document(name, text, &mut texts)
            .map_err(|diagnostic| found.push(*diagnostic))
            .ok()
            .and_then(|root| yaml::from_node::<PolicyFile>(&root, &mut found))
            .map(|file| Policy::from_file(file, &self.limits, &mut found));
        // Shared rows are read wherever they are named, and what is wrong with them is told once.
        let mut told: Vec<Diagnostic> = Vec::new();
        for diagnostic in found {
            if !told.contains(&diagnostic) {
                told.push(diagnostic);
            }
        }
        let found = told;
        match policy {
            Some(mut policy) if !found.iter().any(Diagnostic::is_error) => {
                policy.texts = texts.into();
                policy.warnings = found;
                Ok(policy)
            }
            _ => Err(PolicyError { diagnostics: found, texts }),
        }
    }

    /// The whole policy as one tree, each node with the place it came from: what it builds on, then itself, then
    /// settings from outside.
    ///
    /// # Errors
    /// The first thing that keeps it from being read.
    pub(crate) fn document(&self, name: &str, text: &str, texts: &mut Sources) -> Result<Node, Box<Diagnostic>> {
        let mut first = self.parse(name, text, texts)?;
        if let Some((path, value)) = self.settings.iter().rfind(|(path, _)| path == "extends") {
            let source = texts.add(format!("--set {path}"), value.clone());
            let base = yaml::parse(value, source, &self.limits).map_err(Box::new)?;
            // It fails where there is no base to remove.
            let _ = yaml::set(&mut first, path, base);
        }
        let mut chain = vec![first];
        let mut asking = name.to_owned();
        let mut names = vec![name.to_owned()];
        while let Some(base) = chain.last().and_then(|node| node.get("extends")).filter(|base| !base.is_null()) {
            let wanted = base.as_text().unwrap_or_default();
            let fail =
                |why: String| Box::new(Diagnostic::new(Code::ExtendsFailed, why).at_source(base.source, base.span, "asked for here"));
            if chain.len() >= self.limits.extends {
                return Err(fail(format!("more than {} policies build on each other", self.limits.extends)));
            }
            let Some(resolve) = &self.resolve else { return Err(fail("a policy that is no file cannot build on another".into())) };
            let (name, text) = resolve(&asking, wanted).map_err(fail)?;
            if !is_policy(&text) {
                return Err(fail(format!("{name} is no policy: a policy says `rolewright: {VERSION}`")));
            }
            if names.contains(&name) {
                return Err(fail(format!("{name} builds on itself")));
            }
            let node = self.parse(&name, &text, texts)?;
            names.push(name.clone());
            asking = name;
            chain.push(node);
        }
        let mut root = chain.pop().unwrap_or_else(|| Node::new(NodeValue::Null, SourceId::EXPRESSION, Span::default()));
        while let Some(mut over) = chain.pop() {
            choose_options(&mut root, &mut over);
            change_kinds(&mut root, &over);
            root = yaml::merge(root, over);
        }
        for (path, value) in self.settings.iter().filter(|(path, _)| path != "extends") {
            let source = texts.add(format!("--set {path}"), value.clone());
            let node = yaml::parse(value, source, &self.limits).map_err(Box::new)?;
            // A list of names is long to write in a shell; orgs=acme,moby is a list, too.
            let node = if path == "connection.orgs" { comma_list(node) } else { node };
            let fail = |why: String| Box::new(Diagnostic::new(Code::InvalidSetting, format!("--set {path}: {why}")));
            let place = setting_path(&root, path).map_err(fail)?;
            let given = !node.is_null();
            if !given && path == "connection.orgs" && root.get("connection").is_some_and(|connection| connection.get("orgs").is_none()) {
                continue; // they are not listed already
            }
            yaml::set(&mut root, &place, node).map_err(fail)?;
            if let (true, Some((mapping, kind))) = (given, mapping_kind(&place)) {
                forget_other_kinds(&mut root, mapping, kind);
            }
        }
        readable(&root, root.source)?;
        Ok(root)
    }

    fn parse(&self, name: &str, text: &str, texts: &mut Sources) -> Result<Node, Box<Diagnostic>> {
        let meant = is_policy(text) || text.lines().any(|line| line.starts_with("policy:") || line.starts_with("sources:"));
        // What is no policy can be any file, of which nothing is shown.
        let source = texts.add(name, if meant { text } else { "" });
        let none = || {
            let message = "this is no policy: a map with `rolewright`, `policy`, `target` and `sources` is wanted";
            let none = Diagnostic::new(Code::InvalidPolicyValue, message).at_source(source, Span::default(), "");
            Box::new(none.help("`rolewright new` writes a first policy"))
        };
        if !meant {
            return Err(none());
        }
        let node = yaml::parse(text, source, &self.limits)?;
        if !matches!(node.value, NodeValue::Map(_)) {
            return Err(none());
        }
        readable(&node, source)?;
        Ok(node)
    }
}

/// Whether this release reads the version of the format that a policy names.
fn readable(node: &Node, source: SourceId) -> Result<(), Box<Diagnostic>> {
    let start = Span::new(node.span.start, node.span.start);
    let refused = match node.get("rolewright") {
        Some(Node { value: NodeValue::Int(version), .. }) if *version == i64::from(VERSION) => return Ok(()),
        Some(Node { value: NodeValue::Int(version), span, source, .. }) if *version > i64::from(VERSION) => {
            Diagnostic::new(Code::UnsupportedVersion, format!("this release reads version {VERSION} of the format, not {version}"))
                .at_source(*source, *span, "")
                .help(format!("version {version} is read by a later release of rolewright"))
        }
        Some(other) => Diagnostic::new(Code::UnsupportedVersion, "this is no version of the policy format")
            .at_source(other.source, other.span, "")
            .help(format!("write rolewright: {VERSION}")),
        None => Diagnostic::new(Code::UnsupportedVersion, "the file does not say which version of the policy format it has")
            .at_source(source, start, "")
            .help(format!("a policy begins with the line rolewright: {VERSION}"))
            .edit_source(source, start, format!("rolewright: {VERSION}\n")),
    };
    Err(Box::new(refused))
}

/// A policy that builds on another chooses an option by its value alone; the choice keeps the values that the option
/// may have.
fn choose_options(base: &mut Node, over: &mut Node) {
    let NodeValue::Map(entries) = &mut over.value else { return };
    let Some(options) = entries.iter_mut().find(|entry| entry.key == "options") else { return };
    let NodeValue::Map(chosen) = &mut options.value.value else { return };
    chosen.retain(|entry| {
        let declared = base.get("options").and_then(|options| options.get(&entry.key)).is_some();
        if !declared || !matches!(entry.value.value, NodeValue::Text(_)) {
            return true;
        }
        yaml::set(base, &format!("options.\"{}\".default", entry.key), entry.value.clone()).is_err()
    });
}

/// The ways in which a mapping gives its value. It has one of them, so that another one takes its place.
const KINDS: [&str; 3] = ["direct", "constant", "expression"];

/// A policy that builds on another gives a mapping another kind by naming it: `{ direct: mail }` over an expression.
fn change_kinds(base: &mut Node, over: &Node) {
    let map = |node: Option<&Node>| match node.map(|node| &node.value) {
        Some(NodeValue::Map(entries)) => entries.iter().map(|entry| (entry.key.clone(), entry.value.clone())).collect(),
        _ => Vec::new(),
    };
    for (source, changes) in map(over.get("sources")) {
        for (target, mapping) in map(changes.get("mappings")) {
            let named = |kind: &&str| mapping.get(kind).is_some_and(|value| !value.is_null());
            if let Some(kind) = KINDS.into_iter().find(named) {
                forget_other_kinds(base, &format!("sources.{}.mappings.{}", quoted(&source), quoted(&target)), kind);
            }
        }
    }
}

/// A key as a path holds it whole.
fn quoted(key: &str) -> String {
    if key.contains('"') { format!("'{key}'") } else { format!("\"{key}\"") }
}

fn forget_other_kinds(root: &mut Node, mapping: &str, kind: &str) {
    for other in KINDS.into_iter().filter(|other| *other != kind) {
        let nothing = Node::new(NodeValue::Null, SourceId::EXPRESSION, Span::default());
        // It fails where there is nothing to forget.
        let _ = yaml::set(root, &format!("{mapping}.{other}"), nothing);
    }
}

/// The mapping and the kind that a path ends in, if it does.
fn mapping_kind(path: &str) -> Option<(&str, &str)> {
    let (mapping, kind) = path.rsplit_once('.')?;
    (path.starts_with("sources.") && mapping.contains(".mappings.") && KINDS.contains(&kind)).then_some((mapping, kind))
}

/// The place that a setting means. `options.NAME` is what the option has, not what it may have. A name that stands
/// between `mappings` or `attributes` and the last key is one key, whatever dots it has.
fn setting_path(root: &Node, path: &str) -> Result<String, String> {
    if let Some(name) = path.strip_prefix("options.") {
        let options = root.get("options").map(|options| &options.value);
        let names: Vec<&str> = match options {
            Some(NodeValue::Map(entries)) => entries.iter().map(|entry| entry.key.as_str()).collect(),
            _ => Vec::new(),
        };
        let known = |name: &str| names.contains(&name.trim_matches('"'));
        return match name.rsplit_once('.') {
            _ if known(name) => Ok(format!("{path}.default")),
            Some((option, _)) if known(option) => Ok(path.to_owned()),
            _ => Err(match nearest(name, names.iter().copied()) {
                Some(near) => format!("the policy has no such option; did you mean {near}?"),
                None if names.is_empty() => "the policy has no options".to_owned(),
                None => format!("the policy has no such option; it has {}", names.join(", ")),
            }),
        };
    }
    for (lead, table) in [("sources.", ".mappings."), ("target.", "attributes.")] {
        let Some(at) = path.strip_prefix(lead).and_then(|rest| rest.find(table)) else { continue };
        let (table, rest) = path.split_at(lead.len() + at + table.len());
        if let Some((name, key)) = rest.rsplit_once('.') {
            let last = KINDS.contains(&key) || ["default", "apply", "matching", "dialect", "one_of", "privileged"].contains(&key);
            if last && !name.starts_with(['"', '\'']) {
                return Ok(format!("{table}{}.{key}", quoted(name)));
            }
        }
    }
    Ok(path.to_owned())
}

fn comma_list(node: Node) -> Node {
    let NodeValue::Text(scalar) = &node.value else { return node };
    let items = scalar.text.split(',').map(str::trim).filter(|item| !item.is_empty());
    let items = items.map(|item| Node::from_json(&item.into(), node.source, node.span)).collect();
    Node { value: NodeValue::List(items), ..node }
}
