use super::Span;
use serde::Serialize;

/// Names one of the texts in a [`Sources`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(transparent)]
pub struct SourceId(pub(crate) u32);

impl SourceId {
    /// The text of an expression that stands alone.
    pub const EXPRESSION: SourceId = SourceId(0);
}

/// A text with the name that a person knows it by.
#[derive(Debug, Clone)]
pub struct Source {
    /// A path, or words such as `expression`.
    pub name: String,
    /// The text.
    pub text: String,
}

/// The texts into which the labels of diagnostics point.
#[derive(Debug, Clone, Default)]
pub struct Sources(Vec<Source>);

/// A line and column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Place {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Sources {
    /// The one text of an expression that stands alone.
    pub fn of_expression(text: &str) -> Self {
        let mut sources = Sources::default();
        sources.add("expression", text);
        sources
    }

    /// Adds a text and gives its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> SourceId {
        self.0.push(Source { name: name.into(), text: text.into() });
        SourceId(self.0.len() as u32 - 1)
    }

    /// The text of an id that these sources gave out.
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.0.get(id.0 as usize)
    }

    /// The line and column of a byte.
    pub fn place(&self, id: SourceId, byte: usize) -> Option<Place> {
        let text = &self.get(id)?.text;
        let before = &text[..text.floor_char_boundary_at(byte)];
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Some(Place { line: before.matches('\n').count() + 1, column: before[line_start..].chars().count() + 1 })
    }

    /// The lines and columns of a span's two ends.
    pub fn places(&self, id: SourceId, span: Span) -> Option<(Place, Place)> {
        Some((self.place(id, span.start)?, self.place(id, span.end)?))
    }
}

trait FloorBoundary {
    fn floor_char_boundary_at(&self, byte: usize) -> usize;
}

impl FloorBoundary for str {
    /// `str::floor_char_boundary` is younger than the Rust that this library builds with.
    fn floor_char_boundary_at(&self, byte: usize) -> usize {
        let mut at = byte.min(self.len());
        while !self.is_char_boundary(at) {
            at -= 1;
        }
        at
    }
}
