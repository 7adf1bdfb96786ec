//! The objects of one text, for readers whose rows are no users.

use super::Input;
use super::decode::decode;
use super::outline::{Layout, Outline};
use super::rows::{Body, Each};
use std::ops::ControlFlow;

/// Hands on the objects of a JSON list, of one object, or of lines that each hold one, with the line in which each
/// begins, and in place of what is none the finding.
pub(crate) fn objects(input: Input, depth: usize, each: Each<'_>) -> ControlFlow<()> {
    let Input { name, bytes } = input;
    let text = decode(bytes);
    let mut outline = Outline::of(&text.text);
    // What is neither list nor object is reported line by line.
    if matches!(outline.layout, Layout::Other | Layout::Table(_)) || is_damaged_line(&text.text, &outline) {
        outline = Outline::of_lines(&text.text);
    }
    if let Layout::Wrapped(..) = outline.layout {
        outline.layout = Layout::Single;
    }
    Body { name, text, outline, begins: (1, 1) }.rows(depth, each)
}

/// A first line that is no whole object takes the file for one object over several lines; where a later line is whole,
/// it is the first line that is damaged.
fn is_damaged_line(text: &str, outline: &Outline) -> bool {
    let whole = |line: &str| serde_json::from_str::<serde_json::Map<String, serde_json::Value>>(line).is_ok_and(|row| !row.is_empty());
    outline.broken.is_some() && outline.layout == Layout::Single && text.lines().skip(1).any(whole)
}
