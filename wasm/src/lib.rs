//! The engine for the browser and Node. Every function takes and gives plain values that are JSON, and what is wrong
//! with a text comes back as the same diagnostics that the program prints: nothing is thrown for what a person wrote.
//!
//! [`questions`] answers in Rust; `binding` hands the answers to JavaScript.

mod binding;
mod complete;
mod context;
mod expressions;
mod findings;
mod hover;
mod manual;
mod offsets;
mod parts;
mod policies;
mod provider;
pub mod questions;
mod suites;
mod users;

pub use policies::PolicyText;
pub use users::{DocumentText, Settings, Users};
