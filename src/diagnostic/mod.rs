//! What is wrong, where it stands, and how to mend it: as data that every output shares.

mod code;
mod json;
pub(crate) mod plain;
mod printable;
#[cfg(feature = "render")]
pub(crate) mod render;
mod source;

pub use code::{Class, Code, Severity};
#[cfg(feature = "cli")]
pub(crate) use printable::json as printable_json;
pub(crate) use printable::{one_line, printable};
pub use source::{Place, Source, SourceId, Sources};

use serde::Serialize;

/// A range of bytes in a source text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Hash, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// One past the last byte.
    pub end: usize,
}

impl Span {
    /// The bytes from `start` up to `end`.
    pub const fn new(start: usize, end: usize) -> Self {
        Span { start, end }
    }

    /// From the start of `self` to the end of `other`.
    pub fn to(self, other: Span) -> Self {
        Span { start: self.start, end: other.end.max(self.start) }
    }
}

/// A marked range with a remark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Label {
    /// The text in which it stands.
    pub source: SourceId,
    /// Where.
    pub span: Span,
    /// What there is to say about it; may be empty.
    pub text: String,
}

/// A replacement of text that repairs what a diagnostic found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Edit {
    /// The text to change.
    pub source: SourceId,
    /// What is replaced; empty where text is inserted.
    pub span: Span,
    /// What stands there afterwards.
    pub replacement: String,
}

/// One finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Diagnostic {
    /// What kind of finding; stable, and documented once in [`Code`].
    pub code: Code,
    /// What is wrong, in the words of who wrote the text.
    pub message: String,
    /// Where. The first is the main one; a finding without a place in a text has none.
    pub labels: Vec<Label>,
    /// How to mend it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
    /// The repair, where there is one obvious one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub edit: Option<Edit>,
}

/// What makes one is cold, so that it stands apart from what finds nothing: the page loads it later.
impl Diagnostic {
    /// A finding without place, help or repair.
    #[cold]
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Diagnostic { code, message: message.into(), labels: Vec::new(), help: None, edit: None }
    }

    /// Adds a marked range of an expression's own text.
    #[cold]
    pub fn at(self, span: Span, text: impl Into<String>) -> Self {
        self.at_source(SourceId::EXPRESSION, span, text)
    }

    /// Adds a marked range of a source.
    #[cold]
    pub fn at_source(mut self, source: SourceId, span: Span, text: impl Into<String>) -> Self {
        self.labels.push(Label { source, span, text: text.into() });
        self
    }

    /// Adds a marked range, where there is one to mark.
    pub fn at_place(self, at: Option<(SourceId, Span)>, text: impl Into<String>) -> Self {
        match at {
            Some((source, span)) => self.at_source(source, span, text),
            None => self,
        }
    }

    /// Says how to mend it.
    #[cold]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Adds the repair, in an expression's own text.
    pub fn edit(self, span: Span, replacement: impl Into<String>) -> Self {
        self.edit_source(SourceId::EXPRESSION, span, replacement)
    }

    /// Adds the repair, in a source.
    pub fn edit_source(mut self, source: SourceId, span: Span, replacement: impl Into<String>) -> Self {
        self.edit = Some(Edit { source, span, replacement: replacement.into() });
        self
    }

    /// As `check` draws it without colours: the place in its line, what is wrong, how to mend it.
    #[cfg(feature = "render")]
    pub fn to_text(&self, sources: &Sources) -> String {
        render::text(self, sources, false)
    }

    /// Whether it keeps the text from being used.
    pub fn is_error(&self) -> bool {
        self.code.severity() == Severity::Error
    }
}

/// One line, as a log shows it: severity, code, message, help.
impl std::fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}[{}]: {}", self.code.severity(), self.code, one_line(&self.message))?;
        match &self.help {
            Some(help) => write!(f, " (help: {})", one_line(help)),
            None => Ok(()),
        }
    }
}

/// Characters at most of a name that is looked at for a slip of the pen: to compare two takes the product of their lengths,
/// in time and memory.
const LONGEST_NAME: usize = 200;

/// The name nearest to `given`, if one is near enough to be meant.
pub fn nearest<'n>(given: &str, names: impl IntoIterator<Item = &'n str>) -> Option<&'n str> {
    let lower = short(given)?;
    let length = lower.chars().count();
    let distance = |name: &'n str| {
        let (most, known) = (name.chars().count().max(3) / 3, short(name)?);
        // The difference of the lengths is the least that the distance can be.
        let comparable = known.chars().count().abs_diff(length) <= most;
        let distance = comparable.then(|| strsim::damerau_levenshtein(&lower, &known))?;
        (distance <= most).then_some((distance, name))
    };
    names.into_iter().filter_map(distance).min_by_key(|(distance, _)| *distance).map(|(_, name)| name)
}

/// A name without case, unless it is too long to be compared.
fn short(name: &str) -> Option<String> {
    name.chars().nth(LONGEST_NAME).is_none().then(|| name.to_lowercase())
}
