//! What each target does with an input: everything that the program would, and laws that hold whatever the input is.
//!
//! A panic is a fault, and so is an overflow, a law that does not hold, an input that takes longer than the runner's limit
//! of time, or more memory than its limit of memory.

#![forbid(unsafe_code)]

mod document;
mod expression;
mod policy;

pub use document::documents;
pub use expression::expressions;
pub use policy::policies;

use rolewright::diagnostic::{Diagnostic, Sources};
use rolewright::{FixedWorld, Limits};

/// Limits under which no input takes long; that they are met is a part of what is tried.
const LIMITS: Limits = Limits {
    nodes: 5_000,
    pattern_steps: 20_000,
    text_bytes: 64 << 10,
    list_items: 1_000,
    outcomes: 64,
    situations: 2_000,
    ..Limits::DEFAULT
};

/// The same world at each call.
fn world() -> FixedWorld {
    let now = jiff::civil::date(2026, 1, 31).at(23, 59, 59, 0);
    let mut world = FixedWorld::new(now, 7);
    world.taken = vec!["ada".to_owned()];
    world.default_domain = Some("acme.example".to_owned());
    world
}

/// Shows findings in each way, and applies their repairs.
fn show(found: &[Diagnostic], texts: &Sources) {
    for found in found {
        assert!(!found.message.is_empty(), "a finding without words: {found:?}");
        let _ = (found.to_text(texts), found.to_json(texts), found.to_string());
        if let Some((edit, source)) = found.edit.as_ref().and_then(|edit| Some((edit, texts.get(edit.source)?))) {
            let mut text = source.text.clone();
            text.replace_range(edit.span.start..edit.span.end, &edit.replacement);
        }
    }
}
