//! Where things are written.

use super::CouldNotRun;
use crate::diagnostic::{Diagnostic, Severity, Sources, render};
use std::io::Write;

/// Writes data to standard output. A reader that goes away, as `head` does, ends the program quietly.
pub(super) fn data(text: &str) -> Result<(), CouldNotRun> {
    let mut out = anstream::stdout().lock();
    written(out.write_all(text.as_bytes()).and_then(|()| out.flush()))
}

/// Writes data as it is, whatever stands in it. A reader that goes away ends the program quietly.
pub(super) fn bytes(bytes: &[u8]) -> Result<(), CouldNotRun> {
    let mut out = std::io::stdout().lock();
    written(out.write_all(bytes).and_then(|()| out.flush()))
}

fn written(done: std::io::Result<()>) -> Result<(), CouldNotRun> {
    match done {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(fail(&format!("standard output cannot be written: {error}"))),
    }
}

/// Writes data and a line end.
pub(super) fn line(text: &str) -> Result<(), CouldNotRun> {
    data(&format!("{text}\n"))
}

/// Writes a note to standard error; nobody listening there is no reason to stop.
pub(super) fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{text}");
}

/// Says why the command cannot run.
pub(super) fn fail(why: &str) -> CouldNotRun {
    note(&format!("{} {}", styled("error:", "1;31"), render::printable(why)));
    CouldNotRun
}

/// Shows a finding on standard error.
pub(super) fn diagnostic(diagnostic: &Diagnostic, sources: &Sources) {
    note(&format!("{}\n", render::text(diagnostic, sources, true)));
}

/// Shows findings on standard error, and how many there are.
pub(super) fn diagnostics(diagnostics: &[Diagnostic], sources: &Sources) {
    for found in diagnostics {
        diagnostic(found, sources);
    }
}

/// `2 errors, 1 warning`
pub(super) fn count<'d>(diagnostics: impl Iterator<Item = &'d Diagnostic>) -> String {
    let (mut errors, mut warnings) = (0, 0);
    for found in diagnostics {
        match found.code.severity() {
            Severity::Error => errors += 1,
            Severity::Warning => warnings += 1,
        }
    }
    let mut parts = Vec::new();
    if errors > 0 {
        parts.push(plural(errors, "error"));
    }
    if warnings > 0 {
        parts.push(plural(warnings, "warning"));
    }
    parts.join(", ")
}

/// `1 user`, `2 users`
pub(super) fn plural(count: usize, what: &str) -> String {
    if count == 1 { format!("1 {what}") } else { format!("{count} {what}s") }
}

/// A text in a style of ANSI; the stream drops it where no terminal shows it.
pub(super) fn styled(text: &str, style: &str) -> String {
    format!("\u{1b}[{style}m{text}\u{1b}[0m")
}
