//! Where things are written, and the one place where texts for people are made harmless: what a person reads is written
//! line by line, and of a value nothing reaches the terminal that steers it, ends the line, or cannot be seen.

use super::CouldNotRun;
use crate::diagnostic::{Diagnostic, Severity, Sources, one_line, printable, printable_json, render};
use anstream::ColorChoice;
use serde::Serialize;
use std::borrow::Cow;
use std::ffi::OsStr;
use std::fmt;
use std::hash::{BuildHasher, RandomState};
use std::io::{IsTerminal, Write};
use std::sync::LazyLock;

/// Lines for people. `writeln!` adds one; whatever ends lines in between is part of a value, and does not.
#[derive(Default)]
pub(super) struct Lines(String);

impl Lines {
    /// What `write!` and `writeln!` call: each call is a line.
    pub(super) fn write_fmt(&mut self, line: fmt::Arguments<'_>) -> fmt::Result {
        let line = line.to_string();
        self.line(line.strip_suffix('\n').unwrap_or(&line));
        Ok(())
    }

    pub(super) fn line(&mut self, line: &str) {
        self.0.push_str(&harmless(line));
        self.0.push('\n');
    }

    /// Adds what the renderer of diagnostics drew, which is harmless, and whose lines are its own.
    pub(super) fn drawn(&mut self, drawn: &str) {
        self.0.push_str(drawn);
        self.0.push('\n');
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Begins and ends a style in a text on its way out. It is new in each run, so that no value can hold it.
static STYLE: LazyLock<String> = LazyLock::new(|| format!("\u{1b}{:016x}:", RandomState::new().hash_one("style")));

/// A text in a style of ANSI; the stream drops it where no terminal shows it.
pub(super) fn styled(text: &str, style: &str) -> String {
    let mark = STYLE.as_str();
    format!("{mark}{style}m{text}{mark}0m")
}

/// A text as it is seen: harmless, and without styles.
pub(super) fn visible(text: &str) -> String {
    let mut parts = text.split(STYLE.as_str());
    let first = parts.next().map(one_line);
    let rest = parts.filter_map(|part| part.split_once('m')).map(|(_, part)| one_line(part));
    first.into_iter().chain(rest).collect()
}

/// A line without anything that steers a terminal but this program's own styles, and that a build service does not take
/// for a command when it stands in its log.
fn harmless(line: &str) -> String {
    let mut parts = line.split(STYLE.as_str());
    let mut clean = parts.next().map(one_line).unwrap_or_default();
    for (style, part) in parts.filter_map(|part| part.split_once('m')) {
        clean.push_str(&format!("\u{1b}[{style}m{}", one_line(part)));
    }
    let seen = clean.trim_start();
    if seen.starts_with("::") {
        let at = clean.len() - seen.len();
        clean.replace_range(at..=at, "?");
    }
    clean
}

/// An argument as it can be shown.
pub(super) fn shown(argument: &OsStr) -> String {
    harmless(&argument.to_string_lossy())
}

/// Writes lines for people to standard output.
pub(super) fn data(lines: &Lines) -> Result<(), CouldNotRun> {
    let mut out = anstream::stdout().lock();
    written(out.write_all(lines.0.as_bytes()).and_then(|()| out.flush()))
}

/// Writes one line for people.
pub(super) fn line(text: &str) -> Result<(), CouldNotRun> {
    let mut lines = Lines::default();
    lines.line(text);
    data(&lines)
}

/// Writes a text that other programs read, such as a policy: exactly as it is, unless a terminal shows it.
pub(super) fn source(text: &str) -> Result<(), CouldNotRun> {
    bytes(text.as_bytes())
}

/// Writes data that other programs read: exactly as they are, unless a terminal shows them.
pub(super) fn bytes(bytes: &[u8]) -> Result<(), CouldNotRun> {
    let stdout = std::io::stdout();
    // Who forces colours has a terminal behind the pipe.
    let shown = stdout.is_terminal() || matches!(anstream::AutoStream::choice(&stdout), ColorChoice::Always | ColorChoice::AlwaysAnsi);
    let mut out = stdout.lock();
    let done = match shown {
        true => out.write_all(printable(String::from_utf8_lossy(bytes).trim_start_matches('\u{feff}')).as_bytes()),
        false => out.write_all(bytes),
    };
    written(done.and_then(|()| out.flush()))
}

/// Writes a value as JSON, over several lines.
pub(super) fn json(value: &impl Serialize) -> Result<(), CouldNotRun> {
    let text = serde_json::to_string_pretty(value).map_err(|error| fail(&format!("the result cannot be written as JSON: {error}")))?;
    source(&format!("{}\n", printable_json(&text)))
}

/// Writes a value as JSON in one line.
pub(super) fn json_line(value: &impl Serialize) -> Result<(), CouldNotRun> {
    let text = serde_json::to_string(value).map_err(|error| fail(&format!("the result cannot be written as JSON: {error}")))?;
    source(&format!("{}\n", printable_json(&text)))
}

/// Escapes what is hostile in the JSON that ends a buffer.
pub(super) fn escape_json(bytes: &mut Vec<u8>, from: usize) {
    let escaped = match std::str::from_utf8(&bytes[from..]).map(printable_json) {
        Ok(Cow::Owned(escaped)) => escaped,
        _ => return,
    };
    bytes.truncate(from);
    bytes.extend_from_slice(escaped.as_bytes());
}

fn written(done: std::io::Result<()>) -> Result<(), CouldNotRun> {
    match done {
        Ok(()) => Ok(()),
        Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => std::process::exit(0),
        Err(error) => Err(fail(&format!("standard output cannot be written: {error}"))),
    }
}

/// Writes a note, which is a line, to standard error; nobody listening there is no reason to stop.
pub(super) fn note(text: &str) {
    let _ = writeln!(anstream::stderr(), "{}", harmless(text));
}

/// Says why the command cannot run.
pub(super) fn fail(why: &str) -> CouldNotRun {
    note(&format!("{} {why}", styled("error:", "1;31")));
    CouldNotRun
}

/// Shows a finding on standard error.
pub(super) fn diagnostic(diagnostic: &Diagnostic, sources: &Sources) {
    let _ = writeln!(anstream::stderr(), "{}\n", render::text(diagnostic, sources, true));
}

/// Shows findings on standard error.
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_neither_steer_nor_end_a_line() {
        let mut lines = Lines::default();
        let (steering, command) = ("\u{202e}c\n\u{1b}[0md\n", "::error::x");
        let _ = writeln!(lines, "{} is {steering}", styled("a\u{1b}[2J\nb", "1"));
        let _ = writeln!(lines, "  {command}");
        assert_eq!(lines.0, "\u{1b}[1ma?[2J b\u{1b}[0m is ???c ?[0md \n  ?:error::x\n");
        assert_eq!(visible(&styled("a\u{1b}b", "1;31")), "a?b");
    }
}
