//! What a pattern does on a text, counted: of one search by the engine that backtracks itself, of all of them here.

use regex_syntax::hir::{Hir, HirKind, Repetition};
use std::cell::Cell;

/// What the searches of one text have taken so far.
#[derive(Default)]
pub(super) struct Work(usize);

/// So many bytes are read by the linear engine in the time of a step.
const BYTES: usize = 32;

/// Texts up to this have too few matches to count what a search reads behind them.
const SHORT: usize = 4096;

impl Work {
    pub fn steps(&self) -> usize {
        self.0
    }

    /// Whether a text is long enough for what is read twice to count.
    pub fn counts(text: &str) -> bool {
        text.len() > SHORT
    }

    pub fn read(&mut self, bytes: usize) {
        self.0 = self.0.saturating_add(bytes / BYTES + 1);
    }

    pub fn take(&mut self, metered: &Metered<'_>) {
        self.0 = self.0.saturating_add(metered.looks.get());
    }
}

/// A text that counts how often the engine that backtracks looks at it: the engine tells nobody how many steps it took.
pub(super) struct Metered<'t> {
    text: &'t str,
    looks: Cell<usize>,
}

impl<'t> Metered<'t> {
    pub fn new(text: &'t str) -> Self {
        Metered { text, looks: Cell::new(0) }
    }
}

impl fancy_regex::Input for Metered<'_> {
    type Match<'m>
        = (usize, usize)
    where
        Self: 'm;

    fn len(&self) -> usize {
        self.text.len()
    }

    fn as_bytes(&self) -> &[u8] {
        self.looks.set(self.looks.get() + 1);
        self.text.as_bytes()
    }

    fn is_char_boundary(&self, ix: usize) -> bool {
        self.text.is_char_boundary(ix)
    }

    fn is_ascii(&self) -> bool {
        self.text.is_ascii()
    }

    fn prev_codepoint_ix(&self, i: usize) -> usize {
        fancy_regex::Input::prev_codepoint_ix(self.text, i)
    }

    fn make_match(&self, start: usize, end: usize) -> (usize, usize) {
        (start, end)
    }

    fn advance_position(&self, i: usize) -> usize {
        fancy_regex::Input::advance_position(self.text, i)
    }
}

/// Whether a search may read on far behind the match that it finds, for a longer one that stands first in the pattern, so
/// that many matches read a text many times: what repeats without end stands in an alternative or in a part that may be left
/// out, unless it only goes on with what matches already.
pub(super) fn overruns(pattern: &str) -> bool {
    regex_syntax::parse(pattern).map_or(true, |hir| runs_on(&hir, false, true))
}

fn runs_on(hir: &Hir, optional: bool, last: bool) -> bool {
    match hir.kind() {
        HirKind::Repetition(Repetition { min, max, sub, .. }) => {
            let goes_on = last && sub.properties().maximum_len().is_some_and(|most| most <= 4);
            (optional && max.is_none() && !goes_on) || runs_on(sub, optional || *min == 0 || *max != Some(1), last && *max == Some(1))
        }
        HirKind::Capture(group) => runs_on(&group.sub, optional, last),
        HirKind::Concat(parts) => {
            let end = parts.len().saturating_sub(1);
            parts.iter().enumerate().any(|(at, part)| runs_on(part, optional, last && at == end))
        }
        HirKind::Alternation(branches) => branches.iter().any(|branch| runs_on(branch, true, last)),
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use super::overruns;

    #[test]
    fn what_reads_on_behind_its_match_is_known() {
        for pattern in ["a", "a+", "[a-z]+|[0-9]+", r"\s+|-+", "(a)(b+)", "x.*y", r"^\s+", "a[^c]*b", "(?:ab?)", "a{2,5}|b"] {
            assert!(!overruns(pattern), "{pattern}");
        }
        for pattern in [".*[^A-Z]|[A-Z]", "a(?:.*b)?", "(?:x*y)?z", "(?:a+b|c)+", "a|a.*b", "(?:.*b|a)"] {
            assert!(overruns(pattern), "{pattern}");
        }
    }
}
