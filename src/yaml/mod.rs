//! YAML in which every value knows its place: policy files are read through it, so that a diagnostic points into the
//! file, also where an expression stands inside a scalar.

mod de;
mod emit;
mod entries;
mod error;
mod merge;
mod node;
mod offsets;
mod parse;
mod resolve;
mod scalar;
mod spanned;
mod steps;

#[cfg(test)]
mod tests;

pub(crate) use emit::emit;
pub(crate) use {
    de::from_node,
    entries::Entries,
    merge::{merge, set},
    node::{Entry, Node, NodeValue},
    offsets::Style,
    parse::parse,
    spanned::{At, Spanned},
};
