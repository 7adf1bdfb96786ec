//! Rolewright

pub mod diagnostic;
pub mod functions;
mod limits;
mod program;

pub use limits::Limits;
pub use program::*;
