//! From the bytes of a scalar's text to the bytes of the file.

use crate::diagnostic::Span;
use std::sync::Arc;

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotation marks.
    Plain,
    /// Without quotation marks, inside `[]` or `{}`, where it cannot hold a comma.
    PlainInFlow,
    /// In `'`.
    Single,
    /// In `"`.
    Double,
    /// After `|`.
    Literal,
    /// After `>`.
    Folded,
    /// In no file as such: its place is only roughly known.
    Made,
}

impl Style {
    /// Every style, by its number.
    pub(super) const ALL: [Style; 7] =
        [Style::Plain, Style::PlainInFlow, Style::Single, Style::Double, Style::Literal, Style::Folded, Style::Made];
}

/// A stretch of decoded text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Run {
    /// Its first byte in the decoded text.
    pub decoded: usize,
    /// Its first byte in the source.
    pub source: usize,
    /// 0 where text stands as it is; else how many bytes of source (an escape, a folded line break) it comes from.
    pub atom: usize,
}

/// Maps places in the text of a scalar to places in its file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Offsets {
    /// In order, the first at 0. None: everything is mapped to the whole scalar.
    runs: Arc<[Run]>,
    /// Length of the decoded text.
    len: usize,
    whole: Span,
    style: Style,
}

impl Offsets {
    /// Maps everything to one place.
    pub(crate) fn whole(span: Span) -> Self {
        Offsets { runs: Arc::new([]), len: 0, whole: span, style: Style::Made }
    }

    /// From runs that cover `len` bytes of decoded text.
    pub(super) fn of_runs(runs: Vec<Run>, len: usize, whole: Span, style: Style) -> Self {
        Offsets { runs: runs.into(), len, whole, style }
    }

    /// How it is written.
    pub(crate) fn style(&self) -> Style {
        self.style
    }

    /// Where a range of the decoded text stands in the source.
    pub(crate) fn source_span(&self, span: Span) -> Span {
        if self.runs.is_empty() || span.start > self.len {
            return self.whole;
        }
        let start = match span.start {
            // After the end: there is no byte whose start it could be.
            start if start == self.len && start > 0 => self.after(start),
            start => self.at(start),
        };
        let end = if span.end > span.start { self.after(span.end.min(self.len)) } else { start };
        // The line break that a block scalar ends with may be one that the file does not have.
        let start = start.min(self.whole.end);
        Span::new(start, end.min(self.whole.end).max(start))
    }

    /// Whether the source has this range as it is, so that an edit of the one is an edit of the other.
    pub(crate) fn is_verbatim(&self, span: Span) -> bool {
        if span.start > span.end || span.end > self.len {
            return false;
        }
        let (Some(first), Some(last)) = (self.run(span.start), self.run(span.end.max(span.start + 1) - 1)) else {
            return false;
        };
        first == last && (span.start == span.end || self.runs[first].atom == 0)
    }

    /// A replacement for text of the scalar, written as its style needs it; `None` where the style cannot hold it.
    pub(crate) fn write(&self, replacement: &str) -> Option<String> {
        let one_line = !replacement.contains(|c: char| c.is_control());
        match self.style {
            Style::Single if one_line => Some(replacement.replace('\'', "''")),
            Style::Double if one_line => Some(replacement.replace('\\', "\\\\").replace('"', "\\\"")),
            Style::Literal | Style::Folded if one_line => Some(replacement.to_owned()),
            Style::Plain if one_line && !replacement.contains([':', '#']) => Some(replacement.to_owned()),
            Style::PlainInFlow if one_line && !replacement.contains([':', '#', ',', '[', ']', '{', '}']) => Some(replacement.to_owned()),
            _ => None,
        }
    }

    /// The index of the run that holds a byte.
    fn run(&self, decoded: usize) -> Option<usize> {
        self.runs.partition_point(|run| run.decoded <= decoded).checked_sub(1)
    }

    /// Where the byte stands.
    fn at(&self, decoded: usize) -> usize {
        match self.run(decoded).map(|index| self.runs[index]) {
            Some(run) if run.atom == 0 => run.source + (decoded - run.decoded),
            Some(run) => run.source,
            None => self.whole.start,
        }
    }

    /// Where the byte before ends: this is not where `decoded` begins, which may be on the next line.
    fn after(&self, decoded: usize) -> usize {
        let before = decoded.saturating_sub(1);
        match self.run(before).map(|index| self.runs[index]) {
            Some(run) if run.atom == 0 => run.source + (decoded - run.decoded),
            Some(run) => run.source + run.atom,
            None => self.whole.end,
        }
    }

    /// As numbers, which is what can pass through serde.
    pub(super) fn to_numbers(&self) -> Vec<u64> {
        let style = Style::ALL.iter().position(|style| *style == self.style).unwrap_or(0);
        let mut numbers = vec![style, self.whole.start, self.whole.end, self.len];
        numbers.extend(self.runs.iter().flat_map(|run| [run.decoded, run.source, run.atom]));
        numbers.into_iter().map(|number| number as u64).collect()
    }

    /// From [`Self::to_numbers`].
    pub(super) fn of_numbers(numbers: &[u64]) -> Option<Self> {
        let numbers: Vec<usize> = numbers.iter().map(|number| *number as usize).collect();
        let (&[style, start, end, len], runs) = numbers.split_first_chunk()?;
        let runs = runs.chunks_exact(3).map(|run| Run { decoded: run[0], source: run[1], atom: run[2] });
        Some(Offsets { runs: runs.collect(), len, whole: Span::new(start, end), style: *Style::ALL.get(style)? })
    }
}
