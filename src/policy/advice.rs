//! What the application's own documentation advises of mappings: rows of a policy, told where a mapping does otherwise.

use super::file::{AdviceFile, AppRoleTest, Apply, MappingKind};
use super::mapping::{Mapping, MappingRule};
use super::{Policy, SourcePolicy, TargetAttribute};
use crate::diagnostic::{Code, Diagnostic, nearest};
use crate::language::Dialect;
use crate::program::term::{Kind, Term};
use crate::provision::Source;
use crate::yaml::Spanned;
use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A row, checked.
#[derive(Debug)]
pub(crate) struct Advice {
    id: Option<String>,
    source: Source,
    /// Names of target attributes.
    of: Vec<String>,
    kind: Option<MappingKind>,
    dialect: Option<Dialect>,
    matching: Option<bool>,
    apply: Option<Apply>,
    /// Source attributes of which one is read.
    reads: Vec<String>,
    shared: Option<bool>,
    app_role: Option<AppRoleTest>,
    say: String,
    help: Option<String>,
}

/// What stands in braces in `say` and `help`.
const PLACEHOLDERS: [&str; 4] = ["target", "source", "other", "value"];

impl Advice {
    pub(super) fn compile(row: &Spanned<AdviceFile>, attributes: &[TargetAttribute], found: &mut Vec<Diagnostic>) -> Advice {
        let file = &row.value;
        let mut of = Vec::new();
        for target in &file.of {
            if let Some(attribute) = attributes.iter().find(|attribute| attribute.is_named(target)) {
                of.push(attribute.name.clone());
                continue;
            }
            let names = attributes.iter().map(|attribute| attribute.name.as_str());
            let unknown = Diagnostic::new(Code::UnknownTarget, format!("the target has no attribute {}", target.value));
            let unknown = unknown.at_source(target.at.source, target.at.span, "");
            found.push(match nearest(target, names) {
                Some(meant) => unknown.help(format!("did you mean {meant}?")),
                None => unknown.help("declare it under target.attributes"),
            });
        }
        for text in [Some(&file.say), file.help.as_ref()].into_iter().flatten() {
            let inner = text.value.split('{').skip(1).filter_map(|part| part.split_once('}')).map(|(name, _)| name);
            for name in inner.filter(|name| !PLACEHOLDERS.contains(name)) {
                let known = PLACEHOLDERS.map(|name| format!("{{{name}}}")).join(", ");
                found.push(
                    Diagnostic::new(Code::InvalidPolicyValue, format!("{{{name}}} stands for nothing in advice"))
                        .at_source(text.at.source, text.at.span, "")
                        .help(format!("it may be {known}")),
                );
            }
        }
        let when = &file.when;
        Advice {
            id: file.id.clone(),
            source: file.source.unwrap_or(Source::Scim),
            of,
            kind: when.kind,
            dialect: when.dialect,
            matching: when.matching,
            apply: when.apply,
            reads: when.reads.clone(),
            shared: when.shared,
            app_role: when.app_role,
            say: file.say.value.clone(),
            help: file.help.as_ref().map(|help| help.value.clone()),
        }
    }

    /// The mappings of which all conditions hold that need no document, each with another one that reads the same.
    fn hits<'m>(&self, mappings: &'m [Mapping]) -> Vec<(&'m Mapping, Option<&'m Mapping>)> {
        let about: Vec<&Mapping> = mappings.iter().filter(|mapping| self.of.contains(&mapping.attribute)).collect();
        let mut out = Vec::new();
        for (at, mapping) in about.iter().enumerate() {
            // Of two that share an attribute the second is told.
            let other = about[..at].iter().copied().find(|other| other.reads().iter().any(|name| mapping.reads().contains(name)));
            let holds = self.kind.is_none_or(|kind| kind == kind_of(mapping))
                && self.dialect.is_none_or(|dialect| dialect == mapping.dialect)
                && self.matching.is_none_or(|matching| matching == mapping.matching.is_some())
                && self.apply.is_none_or(|apply| (apply == Apply::OnCreate) == mapping.on_create)
                && (self.reads.is_empty() || mapping.reads().iter().any(|name| self.reads.iter().any(|read| **name == **read)))
                && self.shared.is_none_or(|shared| shared == other.is_some());
            if holds {
                out.push((*mapping, other));
            }
        }
        out
    }

    #[cold]
    fn tell(&self, mapping: &Mapping, other: Option<&Mapping>, value: &str) -> Diagnostic {
        let source = mapping.reads().first().map_or("", |name| name);
        let other = other.map_or("", |other| other.attribute.as_str());
        let filled = |text: &str| {
            let values = [mapping.attribute.as_str(), source, other, value];
            PLACEHOLDERS.iter().zip(values).fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
        };
        let label = self.id.as_ref().map_or_else(String::new, |id| format!("advice {id}"));
        let told = Diagnostic::new(Code::Advice, filled(&self.say)).at_place(mapping.at, label);
        match &self.help {
            Some(help) => told.help(filled(help)),
            None => told,
        }
    }
}

/// What the rows say of a policy's own mappings.
pub(super) fn check(advice: &[Advice], sources: &BTreeMap<Source, Arc<SourcePolicy>>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for row in advice.iter().filter(|row| row.app_role.is_none()) {
        let mappings = sources.get(&row.source).map_or(&[][..], |source| &source.mappings);
        found.extend(row.hits(mappings).into_iter().map(|(mapping, other)| row.tell(mapping, other, "")));
    }
    found
}

impl Policy {
    /// What the policy's advice says of the application's roles, by their display names: which of them the mappings
    /// neither name nor can hand on as they are.
    pub fn advice_on_app_roles(&self, roles: &[&str]) -> Vec<Diagnostic> {
        let mut found = Vec::new();
        for row in self.advice.iter() {
            let Some(AppRoleTest::Unnamed) = row.app_role else { continue };
            for (mapping, other) in row.hits(self.mappings(row.source)) {
                let attribute = self.attributes.iter().find(|attribute| attribute.name == mapping.attribute);
                let allowed = |role: &str| {
                    attribute.is_some_and(|attribute| attribute.one_of.iter().filter_map(Json::as_str).any(|value| value == role))
                };
                let named = |role: &str| mapping.expression().is_some_and(|expression| names(expression.root(), role));
                let unnamed = roles.iter().filter(|role| !allowed(role) && !named(role));
                found.extend(unnamed.map(|role| row.tell(mapping, other, role)));
            }
        }
        found
    }
}

fn kind_of(mapping: &Mapping) -> MappingKind {
    match mapping.rule {
        MappingRule::Direct(_) => MappingKind::Direct,
        MappingRule::Constant(_) => MappingKind::Constant,
        _ => MappingKind::Expression,
    }
}

/// Whether a text stands in an expression as a constant.
fn names(term: &Term, text: &str) -> bool {
    let own = matches!(&term.kind, Kind::Constant(value) if value.to_text().is_some_and(|constant| constant == text));
    own || term.parts().into_iter().any(|part| names(part, text))
}
