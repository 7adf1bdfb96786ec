//! How a decision came about.

use super::compiled::Watch;
use super::decision::{Conclusion, Decision, OwnedDecision};
use super::mapping::Mapping;
use crate::diagnostic::{Diagnostic, SourceId, Span};
use crate::program::seen::{Rest, Seen};
use crate::program::trace::{self, REDACTED};
use crate::program::{Halt, Part};
use crate::provision::{Event, Source};
use serde::Serialize;
use serde_json::Value as Json;

/// How a decision came about.
#[derive(Debug, Serialize)]
pub struct Explanation {
    /// The decision.
    pub decision: OwnedDecision,
    /// Each attribute: who wrote it and how.
    pub attributes: Vec<AppliedMapping>,
    /// The row of the placement table that hit, counted from 0.
    pub placement: Option<usize>,
    /// The rows of the event that hit, counted from 0.
    pub rows: Vec<usize>,
    /// The event that the source sends.
    pub event: Option<Event>,
}

/// A mapping that gave an attribute its value.
#[derive(Debug, Serialize)]
pub struct AppliedMapping {
    /// The target attribute as the mapping names it.
    pub target: String,
    /// Who wrote it.
    pub source: Source,
    /// The mapping, in the words of the policy.
    pub mapping: String,
    /// Whether the mapping's default took the place of null.
    pub defaulted: bool,
    /// The value; `[Redact]` where it is hidden.
    pub value: Json,
    /// The values of the expression's parts.
    pub parts: Vec<Part>,
    /// Where the mapping stands in the policy.
    #[serde(skip)]
    pub at: Option<(SourceId, Span)>,
}

impl Explanation {
    pub(super) fn new(decision: &Decision<'_>, watch: Explain) -> Self {
        let ruled = match &decision.conclusion {
            Conclusion::Ruled(ruled) => Some(*ruled),
            Conclusion::Walked(ruled) => Some(&**ruled),
            _ => None,
        };
        Explanation {
            decision: decision.to_owned(),
            attributes: watch.applied,
            placement: ruled.and_then(|ruled| ruled.placement),
            rows: ruled.map(|ruled| ruled.rows.clone()).unwrap_or_default(),
            event: decision.event(),
        }
    }
}

/// Keeps how each mapping came to its value.
#[derive(Default)]
pub(super) struct Explain {
    trace: trace::Explain,
    applied: Vec<AppliedMapping>,
}

impl Watch for Explain {
    type Tracer = trace::Explain;

    fn tracer(&mut self) -> &mut trace::Explain {
        &mut self.trace
    }

    fn mapped(&mut self, from: Source, mapping: &Mapping, seen: Seen<'_>, rest: &Rest<'_>) {
        let trace = std::mem::take(&mut self.trace);
        self.trace.warnings = trace.warnings;
        let value = match rest.view(seen) {
            Ok(value) => value.to_json(),
            Err(Halt::Fault(_)) => Json::Null,
            // What is left out has no value, not even null.
            Err(Halt::Skip(_)) => return,
        };
        self.applied.push(AppliedMapping {
            target: mapping.target.clone(),
            source: from,
            mapping: mapping.describe(),
            defaulted: trace.defaulted,
            value: if mapping.is_redacted() { REDACTED.into() } else { value },
            parts: trace.parts,
            at: mapping.at,
        });
    }

    fn warnings(&mut self) -> &mut Vec<Diagnostic> {
        &mut self.trace.warnings
    }
}
