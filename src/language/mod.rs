//! Text to syntax tree with spans, and back to text: one file a dialect.

pub(crate) mod entra;
mod entra_errors;
pub(crate) mod okta;
mod print;
mod syntax;

pub(crate) use print::{print, quoted};
pub(crate) use syntax::{Argument, Call, Node, Syntax, Word};

use serde::{Deserialize, Serialize};

/// The language in which an expression is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "cli", derive(schemars::JsonSchema, clap::ValueEnum))]
#[serde(rename_all = "kebab-case")]
pub enum Dialect {
    /// Microsoft Entra's attribute mapping expressions.
    #[default]
    Entra,
    /// Okta's expressions in classic style: profile mappings, claims, group rules.
    Okta,
    /// Okta's expressions in the method style of Identity Engine.
    OktaIdentityEngine,
}

impl Dialect {
    /// The word for it, as policies and the command line write it.
    pub fn word(self) -> &'static str {
        match self {
            Dialect::Entra => "entra",
            Dialect::Okta => "okta",
            Dialect::OktaIdentityEngine => "okta-identity-engine",
        }
    }

    /// The dialect of that word.
    pub(crate) fn from_word(word: &str) -> Option<Dialect> {
        [Dialect::Entra, Dialect::Okta, Dialect::OktaIdentityEngine].into_iter().find(|dialect| dialect.word() == word)
    }
}
