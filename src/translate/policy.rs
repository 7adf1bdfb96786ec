//! A whole policy in the other vendor's language: the mappings of what its provider provisions, and what belongs to them.

use super::written::{Change, Place, written};
use super::{Partner, Partners, Translation, translate_in, vendor};
use crate::check::{Scope, is_known_attribute, is_known_profile};
use crate::diagnostic::{Code, Diagnostic, Sources, Span};
use crate::language::Dialect;
use crate::policy::{Loader, PolicyError};
use crate::yaml::{Entry, Node};

/// A policy in the other language.
#[derive(Debug)]
pub struct PolicyTranslation {
    /// The policy file.
    pub text: String,
    /// The attributes that its mappings read, with those of the original and what both are taken to hold.
    pub attributes: Vec<Partner>,
    /// As those of an expression, each with its place in the original.
    pub warnings: Vec<Diagnostic>,
    /// The files of the original.
    pub texts: Sources,
    /// What the translation does not have, or has in another form.
    pub left_out: Vec<String>,
}

/// The ways in which a mapping reads a user.
const KINDS: [&str; 2] = ["direct", "expression"];

/// Translates a policy. One that builds on another becomes a whole one.
///
/// # Errors
/// What is wrong with the policy, and every part of it that cannot be said, each with its place in the file. What is
/// written passes the checks of a policy.
pub fn translate_policy(
    loader: &Loader<'_>,
    name: &str,
    text: &str,
    to: Dialect,
    partners: &Partners,
) -> Result<PolicyTranslation, PolicyError> {
    loader.load(name, text)?;
    let mut texts = Sources::default();
    let root = match loader.document(name, text, &mut texts) {
        Ok(root) => root,
        Err(found) => return Err(PolicyError { diagnostics: vec![*found], texts }),
    };
    let mut work = Work { to, partners, found: Vec::new(), changes: Vec::new(), used: Vec::new(), left_out: Vec::new() };
    for source in root.get("sources").map(Node::entries).unwrap_or_default() {
        // With claims it reads what a sign-in carries, under the names of the assertion.
        match source.value.get("claims") {
            Some(_) => {
                work.left_out.push(format!("sources.{} stays as it is: it reads what a sign-in carries, under its names", source.key))
            }
            None => {
                let found = work.source(&source.key, &source.value);
                work.found.extend(found);
            }
        }
    }
    work.rest(&root);
    let Work { found, changes, used, left_out, .. } = work;
    if found.iter().any(Diagnostic::is_error) {
        let diagnostics = found.into_iter().filter(Diagnostic::is_error).collect();
        return Err(PolicyError { diagnostics, texts });
    }
    let text = written(root, text, &changes);
    Loader::new().load(name, &text)?;
    Ok(PolicyTranslation { text, attributes: used, warnings: found, texts, left_out })
}

struct Work<'w> {
    to: Dialect,
    partners: &'w Partners,
    found: Vec<Diagnostic>,
    changes: Vec<Change>,
    used: Vec<Partner>,
    left_out: Vec<String>,
}

impl Work<'_> {
    /// A source that reads the provider's users; gives why nothing of it can be translated.
    fn source(&mut self, name: &str, source: &Node) -> Option<Diagnostic> {
        let of = |node: &Node| node.get("dialect").and_then(Node::as_text).and_then(Dialect::from_word);
        let from = of(source).unwrap_or_default();
        if vendor(from) == vendor(self.to) {
            let message = format!("the policy is {}'s already: its dialect is {}", vendor(self.to), from.word());
            let place = source.get("dialect").unwrap_or(source);
            return Some(Diagnostic::new(Code::NotTranslatable, message).at_source(place.source, place.head(), ""));
        }
        let path = |key: &str| vec!["sources".to_owned(), name.to_owned(), key.to_owned()];
        self.changes.push(Change::new(path("dialect"), Place::of(source, "dialect"), self.to.word().into()));
        for filter in items(source.get("scope")) {
            for clause in items(Some(filter)) {
                self.found.push(
                    Diagnostic::new(Code::NotTranslatable, format!("a scoping filter's clause has no form with {}", vendor(self.to)))
                        .at_source(clause.source, clause.head(), "")
                        .help("assign the application by a group whose rule asks the same, and leave the clause out"),
                );
            }
        }
        let declared: Vec<String> = items(source.get("attributes")).iter().filter_map(|name| name.as_text().map(str::to_owned)).collect();
        let scope = Scope { attributes: Some(&declared), ..Scope::default() };
        for mapping in source.get("mappings").map(Node::entries).unwrap_or_default() {
            let own = mapping.value.get("dialect").and_then(Node::as_text);
            // A mapping with a dialect of its own, and a script, read what they read.
            if own.is_some_and(|own| own != from.word()) {
                self.found.push(
                    Diagnostic::new(Code::NotTranslatable, format!("the mapping of {} has a dialect of its own", mapping.key)).at_source(
                        mapping.value.source,
                        mapping.key_span,
                        "",
                    ),
                );
                continue;
            }
            let path = |key: &str| [path("mappings"), vec![mapping.key.clone(), key.to_owned()]].concat();
            if own.is_some() {
                self.changes.push(Change::new(path("dialect"), Place::of(&mapping.value, "dialect"), self.to.word().into()));
            }
            for kind in KINDS {
                let Some(node) = mapping.value.get(kind) else { continue };
                if let Some(text) = self.said(node, kind, from, &scope) {
                    self.changes.push(Change::new(path(kind), Place::of(&mapping.value, kind), text.into()));
                }
            }
        }
        let names: Vec<String> = self.used.iter().filter_map(|partner| self.declared(partner)).collect();
        if source.get("attributes").is_some() || !names.is_empty() {
            self.changes.push(Change::new(path("attributes"), Place::of(source, "attributes"), names.into()));
        }
        None
    }

    /// An attribute's name or an expression in the other language; what is found stands where it stands in the file.
    fn said(&mut self, node: &Node, kind: &str, from: Dialect, scope: &Scope<'_>) -> Option<String> {
        let text = node.as_text()?;
        let direct = kind == "direct";
        let translation = match direct {
            true => self.direct(from, text),
            false => translate_in(from, text, self.to, self.partners, scope).map_err(|error| error.diagnostics),
        };
        let (said, found) = match translation {
            Ok(Translation { text: said, attributes, warnings }) => {
                for partner in attributes {
                    if !self.used.contains(&partner) {
                        self.used.push(partner);
                    }
                }
                (Some(said), warnings)
            }
            Err(diagnostics) => (None, diagnostics),
        };
        self.found.extend(found.into_iter().map(|diagnostic| placed(diagnostic, node)));
        said
    }

    fn direct(&self, from: Dialect, name: &str) -> Result<Translation, Vec<Diagnostic>> {
        let partner = self.partners.of(from, name).cloned();
        match partner {
            Some(partner) => {
                let name = if self.to == Dialect::Entra { partner.entra.clone() } else { partner.okta.clone() };
                Ok(Translation { text: name, attributes: vec![partner], warnings: Vec::new() })
            }
            None => Err(vec![super::no_partner(from, self.partners, name, Span::new(0, name.len()))]),
        }
    }

    /// The name of an attribute that the other provider is not known to have.
    fn declared(&self, partner: &Partner) -> Option<String> {
        match self.to {
            Dialect::Entra => Some(&partner.entra).filter(|name| !is_known_attribute(name)).cloned(),
            Dialect::Okta | Dialect::OktaIdentityEngine => Some(&partner.okta).filter(|name| !is_known_profile(name)).cloned(),
        }
    }

    /// What else of a policy is about the provider's users.
    fn rest(&mut self, root: &Node) {
        if let Some(entry) = root.entry("tests") {
            self.tests(entry);
        }
        if let Some(entry) = root.entry("suites") {
            if !items(Some(&entry.value)).is_empty() {
                self.left_out.push("suites: left out, as the users of their cases are of the original's form".to_owned());
            }
            self.changes.push(Change::removed("suites", entry));
        }
        if let Some(entry) = root.entry("extends") {
            self.left_out.push("the policy stands alone, with all that it built on".to_owned());
            self.changes.push(Change::removed("extends", entry));
        }
    }
}

impl Work<'_> {
    /// Tests of events say nothing of the provider's users, and stay.
    fn tests(&mut self, entry: &Entry) {
        let tests = items(Some(&entry.value));
        let of_users: Vec<usize> = (0..tests.len()).filter(|at| tests[*at].get("user").is_some()).collect();
        if of_users.is_empty() {
            return;
        }
        self.left_out
            .push(format!("tests: {} left out, as their users are written in the original's form; write them anew", of_users.len()));
        if of_users.len() == tests.len() {
            self.changes.push(Change::removed("tests", entry));
            return;
        }
        self.changes.extend(of_users.into_iter().rev().map(|at| Change::removed_item("tests", at, &tests[at])));
    }
}

fn items(node: Option<&Node>) -> &[Node] {
    node.map(Node::items).unwrap_or_default()
}

/// From a place in an expression to one in the file.
fn placed(mut diagnostic: Diagnostic, node: &Node) -> Diagnostic {
    for label in &mut diagnostic.labels {
        label.span = match &node.value {
            crate::yaml::NodeValue::Text(scalar) => scalar.offsets.source_span(label.span),
            _ => node.span,
        };
        label.source = node.source;
    }
    diagnostic.edit = None;
    diagnostic
}
