//! Whether a mapping can give a value that its target attribute does not allow.

use super::file::MappingFile;
use super::mapping::{Mapping, MappingRule, place};
use super::target::TargetAttribute;
use crate::diagnostic::{Code, Diagnostic, Span, nearest};
use crate::domain::is_unset;
use crate::program::Value;
use crate::yaml::Spanned;
use serde_json::Value as Json;

/// Follows values through the mapping: its constant, its default, and every constant that its expression can give.
pub(super) fn check(attribute: &TargetAttribute, mapping: &Mapping, file: &MappingFile, found: &mut Vec<Diagnostic>) {
    if attribute.one_of.is_empty() {
        return;
    }
    for value in file.constant.iter().chain(&file.default) {
        check_written(attribute, value, found);
    }
    let (MappingRule::Expression(expression), Some(text)) = (&mapping.rule, &file.expression) else { return };
    for (value, span) in expression.yields().constants {
        let json = value.to_json();
        let listed = attribute.one_of.contains(&json)
            || value.to_text().is_some_and(|text| attribute.one_of.iter().any(|allowed| allowed.as_str() == Some(&text)));
        if listed || is_unset(&json) {
            continue;
        }
        // A constant is edited where it is written; what a call of constants gives is not written anywhere.
        let written = text.value[span.start..span.end].starts_with('"');
        found.push(place(
            diagnostic(
                attribute,
                &json,
                |diagnostic, meant| if written { diagnostic.edit(span, format!("\"{meant}\"")) } else { diagnostic },
                |diagnostic| diagnostic.at(span, "can come out here"),
            ),
            text,
        ));
    }
}

/// A value that stands in the policy file itself, in the type of its attribute.
pub(super) fn typed(attribute: &TargetAttribute, written: &Spanned<Json>, found: &mut Vec<Diagnostic>) -> Option<Json> {
    let fitted = attribute.value_type.fit_json(&written.value);
    if fitted.is_none() {
        let (wanted, kind) = (attribute.value_type.name(), Value::from_json(&written.value).kind());
        found.push(
            Diagnostic::new(Code::ValueOfOtherType, format!("{} is {wanted}, and this is {kind}", attribute.name))
                .at_source(written.at.source, written.at.span, "")
                .help(format!("write {wanted}, or change the type of the attribute")),
        );
    }
    fitted
}

/// Whether a value that stands in the policy file is one that its attribute allows.
pub(super) fn check_written(attribute: &TargetAttribute, value: &Spanned<Json>, found: &mut Vec<Diagnostic>) {
    let fitted = attribute.value_type.fit_json(&value.value);
    if attribute.one_of.is_empty() || is_unset(&value.value) || fitted.is_none_or(|fitted| attribute.one_of.contains(&fitted)) {
        return;
    }
    let (source, span) = (value.at.source, value.at.span);
    found.push(diagnostic(
        attribute,
        &value.value,
        |diagnostic, meant| match value.at.edit_of(Span::new(0, value.value.as_str().map_or(0, str::len)), meant) {
            Some(edit) => Diagnostic { edit: Some(edit), ..diagnostic },
            None => diagnostic,
        },
        |diagnostic| diagnostic.at_source(source, span, ""),
    ));
}

fn diagnostic(
    attribute: &TargetAttribute,
    value: &Json,
    edit: impl FnOnce(Diagnostic, &str) -> Diagnostic,
    mark: impl FnOnce(Diagnostic) -> Diagnostic,
) -> Diagnostic {
    let names: Vec<String> = attribute.one_of.iter().map(show).collect();
    let diagnostic = mark(Diagnostic::new(Code::ValueNotAllowed, format!("{} does not allow {value}", attribute.name)));
    match nearest(&show(value), names.iter().map(String::as_str)) {
        Some(meant) => edit(diagnostic.help(format!("did you mean {meant}? Allowed are {}", names.join(", "))), meant),
        None => diagnostic.help(format!("allowed are {}", names.join(", "))),
    }
}

fn show(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
