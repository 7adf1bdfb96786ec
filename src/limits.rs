use serde::{Deserialize, Serialize};

/// The bounds within which foreign text is read and evaluated. Every entry point that reads such text takes one;
/// [`Limits::default`] is what the program uses.
///
/// Past a bound the answer is a diagnostic or an evaluation fault that names the bound, never a panic or a hang.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Limits {
    /// Longest expression, in characters. Entra's own bound ("Maximum characters for attribute-mapping expressions").
    pub expression_chars: usize,
    /// Deepest nesting of calls in an expression, of collections in a policy file, and of values in a record.
    pub depth: usize,
    /// Deepest nesting of a JSON document. Beyond it the JSON reader itself gives up.
    pub json_depth: usize,
    /// Most attribute mappings, or properties, in a provider's configuration that is imported.
    pub mappings: usize,
    /// Largest policy or suite file, in bytes.
    pub file_bytes: usize,
    /// Largest document, file of events, state or configuration that is read as a whole, in bytes.
    pub document_bytes: usize,
    /// Most nodes in a policy file, those that aliases repeat counted each time.
    pub nodes: usize,
    /// Longest text that an evaluation may produce, in bytes.
    pub text_bytes: usize,
    /// Longest list that an evaluation may produce.
    pub list_items: usize,
    /// Most steps of a pattern over one text, over all of its matches.
    pub pattern_steps: usize,
    /// Most policies in a chain of `extends`.
    pub extends: usize,
    /// Longest row of a document that is read piece by piece, in bytes.
    pub row_bytes: usize,
    /// Most combinations of classes of values whose outcome a compiled policy keeps; past it the rows of the policy are
    /// walked for each user.
    pub outcomes: usize,
    /// Most nodes of the diagrams in which the tables of a policy are checked; past it the check says what it gave up.
    pub situations: usize,
}

impl Limits {
    /// The defaults, usable where a constant is wanted.
    pub const DEFAULT: Limits = Limits {
        expression_chars: 10_000,
        depth: 256,
        json_depth: 127,
        mappings: 10_000,
        file_bytes: 4 << 20,
        document_bytes: 512 << 20,
        nodes: 200_000,
        text_bytes: 1 << 20,
        list_items: 10_000,
        pattern_steps: 5_000_000,
        extends: 16,
        row_bytes: 1 << 20,
        outcomes: 4096,
        situations: 200_000,
    };
}

impl Default for Limits {
    fn default() -> Self {
        Limits::DEFAULT
    }
}
