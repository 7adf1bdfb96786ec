//! Diagnostics where no terminal draws them: in errors of the compiler, which a build script can only hand a text.

use super::{Diagnostic, Sources, one_line, printable};
use std::fmt::Write;

/// So much of a long line is shown around what is marked, in characters.
const BEFORE: usize = 60;
const AFTER: usize = 100;

/// What is wrong, the line with its place marked, and how to mend it.
pub(crate) fn text(diagnostic: &Diagnostic, sources: &Sources) -> String {
    let mut text = format!("{}[{}]: {}", diagnostic.code.severity(), diagnostic.code, one_line(&diagnostic.message));
    if let Some(label) = diagnostic.labels.first() {
        if let (Some(source), Some((start, end))) = (sources.get(label.source), sources.places(label.source, label.span)) {
            let written: Vec<char> = source.text.lines().nth(start.line - 1).unwrap_or_default().chars().collect();
            let marked = if end.line == start.line { end.column.saturating_sub(start.column).max(1) } else { 1 };
            let from = start.column.saturating_sub(1 + BEFORE);
            let shown = printable(&written.iter().skip(from).take(BEFORE + marked + AFTER).collect::<String>());
            let cut = if from > 0 { "…" } else { "" };
            let number = start.line.to_string();
            let margin = " ".repeat(number.len());
            let blanks = " ".repeat(start.column - 1 - from + cut.chars().count());
            // Writing to a text cannot fail.
            let _ = write!(
                text,
                "\n{margin}--> {}:{}:{}\n{margin} |\n{number} | {cut}{shown}\n{margin} | {blanks}{} {}",
                one_line(&source.name),
                start.line,
                start.column,
                "^".repeat(marked),
                one_line(&label.text)
            );
            text.truncate(text.trim_end().len());
        }
    }
    if let Some(help) = &diagnostic.help {
        let _ = write!(text, "\n  = help: {}", one_line(help));
    }
    text
}
