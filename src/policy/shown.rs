use super::{Explanation, Policy};
use crate::diagnostic::{SourceId, Span};

impl Policy {
    /// The rows of the event's rules that hit: each with its place, and as it is written.
    pub fn rows_shown(&self, explanation: &Explanation) -> Vec<String> {
        let Some(rows) = explanation.event.as_ref().and_then(|event| self.rules.events.get(&event.kind())) else { return Vec::new() };
        explanation.rows.iter().filter_map(|row| self.shown(rows.get(*row)?.at)).collect()
    }

    /// The row of the placement table that hit: its place, and as it is written.
    pub fn placement_shown(&self, explanation: &Explanation) -> Option<String> {
        self.shown(self.rules.placement.get(explanation.placement?)?.at)
    }

    fn shown(&self, at: Option<(SourceId, Span)>) -> Option<String> {
        Some(format!("{}: {}", self.place(at)?, self.written(at)?))
    }

    /// What stands at a place of the policy's files, on one line.
    pub(crate) fn written(&self, at: Option<(SourceId, Span)>) -> Option<String> {
        let (source, span) = at?;
        let row = self.texts.get(source)?.text.get(span.start..span.end)?;
        Some(row.split_whitespace().collect::<Vec<_>>().join(" "))
    }
}
