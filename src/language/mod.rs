//! Text to syntax tree with spans, and back to text: one file a dialect.

pub(crate) mod entra;
mod entra_errors;
mod print;
mod syntax;

pub(crate) use print::print;
pub(crate) use syntax::{Argument, Node, Syntax, Word};

use serde::{Deserialize, Serialize};

/// The language in which an expression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema, clap::ValueEnum))]
#[serde(rename_all = "lowercase")]
pub enum Dialect {
    /// Microsoft Entra's attribute mapping expressions.
    #[default]
    Entra,
}
