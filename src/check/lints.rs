//! What works and is likely not meant.

use super::Checker;
use super::types::Typed;
use crate::diagnostic::{Code, Diagnostic, Span};
use crate::functions::{Form, Function, Run};
use crate::program::Value;
use crate::program::term::{Kind, Term};
use std::collections::HashMap;

impl Checker<'_> {
    pub(super) fn lint(&mut self, function: &Function, arguments: &[Option<Typed>]) {
        let Some(Some(first)) = arguments.first() else { return };
        match function.run {
            Run::Form(Form::Choice) => {
                if let Some((name, span)) = null_check(&first.term) {
                    self.diagnostics.push(
                        Diagnostic::new(Code::NullCheckInSwitchSource, format!("Entra does not support {name} as the source of a Switch"))
                            .at(span, "")
                            .help("compare the attribute itself; the key \"\" meets empty and null: Switch([a], [a], \"\", \"other\")"),
                    );
                }
                self.duplicate_keys(arguments);
            }
            Run::Form(Form::If) => {
                if let Some((name, span)) = null_check(&first.term) {
                    self.diagnostics.push(
                        Diagnostic::new(Code::NullCheckInIif, format!("Entra does not support {name} in the condition of an IIF"))
                            .at(span, "")
                            .help("use Switch, whose key \"\" meets empty and null: Switch([a], [a], \"\", \"other\"), or Coalesce for null alone"),
                    );
                }
            }
            _ => {}
        }
    }

    fn duplicate_keys(&mut self, arguments: &[Option<Typed>]) {
        let mut seen: HashMap<String, Span> = HashMap::new();
        for key in arguments.iter().skip(2).step_by(2).flatten() {
            let Kind::Constant(value) = &key.term.kind else { continue };
            let text = value.to_text().unwrap_or_default().into_owned();
            match seen.get(&text) {
                Some(first) => self.diagnostics.push(
                    Diagnostic::new(Code::DuplicateSwitchKey, format!("the key {text:?} stands twice; the first counts"))
                        .at(key.term.span, "never hits")
                        .at(*first, "the first")
                        .help("delete the second pair, or correct its key"),
                ),
                None => {
                    seen.insert(text, key.term.span);
                }
            }
        }
    }
}

/// The null check that a condition is or holds.
fn null_check(term: &Term) -> Option<(&'static str, Span)> {
    match &term.kind {
        Kind::Call(call) => match call.function.name {
            name @ ("IsNull" | "IsNullOrEmpty" | "IsPresent") => Some((name, term.span)),
            "Not" => call.arguments.iter().flatten().find_map(null_check),
            _ => None,
        },
        Kind::Compare(compare) => {
            let empty = |side: &Term| matches!(&side.kind, Kind::Constant(Value::Text(text)) if text.is_empty());
            if empty(&compare.left) || empty(&compare.right) {
                return Some(("a comparison with \"\"", term.span));
            }
            null_check(&compare.left).or_else(|| null_check(&compare.right))
        }
        _ => None,
    }
}
