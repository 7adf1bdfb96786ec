//! The objects of a document one after another, whatever its layout; no more than one is held at a time.

use super::application::Application;
use super::decode::Text;
use super::outline::{Layout, Outline, WRAPPERS, page};
use super::plain::Plain;
use super::scan::{self, Cursor, Extent, Items};
use super::wanted::Wanted;
use crate::diagnostic::{Code, Diagnostic};
use serde::de::IgnoredAny;
use serde_json::{Map, Value as Json};
use std::ops::ControlFlow;

/// How deep the parser of JSON goes: it stops at 128.
const PARSER_DEPTH: usize = 127;

/// One object with its line, or why it cannot be read.
pub(super) type Each<'f> = &'f mut dyn FnMut(usize, Result<Map<String, Json>, Diagnostic>) -> ControlFlow<()>;

/// A row as it is read.
pub(super) enum Row<'t> {
    Object(Map<String, Json>),
    Plain(&'t Plain<'t>),
}

/// One row with its line, or why it cannot be read.
pub(super) type EachRow<'f> = &'f mut dyn FnMut(usize, Result<Row<'_>, Diagnostic>) -> ControlFlow<()>;

/// How rows are read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Reading<'w> {
    /// How deep a row may be nested.
    pub(super) depth: usize,
    /// The attributes that are kept; without it, all.
    pub(super) wanted: Option<&'w Wanted>,
    /// By whose roles plain rows are read the short way, if they are.
    pub(super) roles: Option<&'w Application>,
}

impl From<usize> for Reading<'_> {
    fn from(depth: usize) -> Self {
        Reading { depth, wanted: None, roles: None }
    }
}

impl<'w> Reading<'w> {
    /// What reads plain rows.
    fn plain(self) -> Option<Plain<'w>> {
        Some(Plain::of(self.wanted?.slots.as_ref()?, self.roles?))
    }

    /// Reads a value. What is no object is read in full, to be told, and so is what can be a page.
    fn parse(self, text: &str) -> serde_json::Result<Json> {
        let can_be_page = |row: &Map<String, Json>| WRAPPERS.iter().any(|wrapper| row.get(*wrapper).is_some_and(Json::is_array));
        match self.wanted.and_then(|wanted| wanted.read(text)) {
            Some(row) if !can_be_page(&row) => Ok(Json::Object(row)),
            _ => serde_json::from_str(text),
        }
    }
}

/// A document as it is read.
#[derive(Debug)]
pub(super) struct Body {
    /// What people call it.
    pub(super) name: String,
    /// The text.
    pub(super) text: Text,
    /// Where what stands.
    pub(super) outline: Outline,
    /// The line and the column in which the text begins: a part of a document does not begin in the first.
    pub(super) begins: (usize, usize),
}

/// A finding about a line of a document. The text itself may be too large to be carried along, so the message says
/// where, and there is no label.
#[cold]
pub(super) fn at_line(code: Code, name: &str, line: usize, message: impl std::fmt::Display) -> Diagnostic {
    Diagnostic::new(code, format!("{name}, line {line}: {message}"))
}

impl Body {
    /// Hands on every object, or the finding in its place.
    pub(super) fn rows(&self, depth: usize, each: Each<'_>) -> ControlFlow<()> {
        self.read(Reading::from(depth), &mut |line, row| match row {
            Ok(Row::Object(object)) => each(line, Ok(object)),
            Ok(Row::Plain(_)) => ControlFlow::Continue(()), // only a program has plain rows read
            Err(bad) => each(line, Err(bad)),
        })
    }

    /// Hands on every row, or the finding in its place.
    pub(super) fn read(&self, reading: Reading<'_>, each: EachRow<'_>) -> ControlFlow<()> {
        match &self.outline.layout {
            Layout::Empty | Layout::Other => ControlFlow::Continue(()),
            Layout::Single => self.single(reading, each),
            Layout::Array(at) | Layout::Wrapped(_, at) => self.list(Items::of(self.text.text.as_bytes(), *at), reading, each),
            Layout::Rest => self.list(Items::rest(self.text.text.as_bytes(), 0, false), reading, each),
            Layout::Lines => self.lines(reading, each),
            Layout::Table(head) => head.rows(&self.text.text, reading.wanted, &mut |first, last, text, row| {
                each(first, self.intact(first, last, text).and_then(|()| row.map(Row::Object).map_err(|bad| self.bad(first, bad))))
            }),
        }
    }

    /// Lets go of the text, so that there is nothing to read.
    pub(super) fn forget(&mut self) {
        self.text = Text::default();
        self.outline.members.clear();
        if !matches!(self.outline.layout, Layout::Table(_)) {
            self.outline.layout = Layout::Lines;
        }
    }

    #[cold]
    fn bad(&self, line: usize, message: impl std::fmt::Display) -> Diagnostic {
        at_line(Code::InvalidRow, &self.name, line, message)
    }

    /// The row has only text. Others may stand in the same line.
    fn intact(&self, first: usize, last: usize, row: &str) -> Result<(), Diagnostic> {
        match self.text.spoiled_within(first, last) {
            Some(line) if row.contains(char::REPLACEMENT_CHARACTER) => {
                Err(self.bad(line, "some bytes are no text").help("save the file as UTF-8"))
            }
            _ => Ok(()),
        }
    }

    fn single(&self, reading: Reading<'_>, each: EachRow<'_>) -> ControlFlow<()> {
        let text = &self.text.text;
        let start = scan::skip_space(text.as_bytes(), 0);
        match (self.outline.broken, scan::value(text.as_bytes(), start)) {
            (None, Ok(extent)) => self.object(&extent, reading, &mut reading.plain(), &mut self.cursor(), each),
            _ => self.damage(0, self.outline.broken, &mut self.cursor(), each),
        }
    }

    fn cursor(&self) -> Cursor<'_> {
        Cursor::new(self.text.text.as_bytes(), self.begins)
    }

    fn list(&self, mut items: Items<'_>, reading: Reading<'_>, each: EachRow<'_>) -> ControlFlow<()> {
        let (mut plain, mut cursor) = (reading.plain(), self.cursor());
        while let Some(item) = items.next() {
            match item {
                Ok(item) => {
                    self.object(&item.value, reading, &mut plain, &mut cursor, each)?;
                }
                Err(broken) => return self.damage(items.at(), Some(broken.0), &mut cursor, each),
            }
        }
        // What stands after the list may be damaged; the users are all there.
        match self.outline.broken {
            Some(at) => self.damage(at, Some(at), &mut cursor, each),
            None => ControlFlow::Continue(()),
        }
    }

    /// Reads one object of the text.
    fn object<'t>(
        &'t self,
        extent: &Extent,
        reading: Reading<'t>,
        plain: &mut Option<Plain<'t>>,
        cursor: &mut Cursor<'_>,
        each: EachRow<'_>,
    ) -> ControlFlow<()> {
        let depth = reading.depth;
        let text = &self.text.text;
        cursor.go(extent.range.start);
        let line = cursor.line;
        let slice = &text[extent.range.clone()];
        let is_plain = plain.as_mut().is_some_and(|plain| plain.read(slice, depth));
        if let (true, Some(plain)) = (is_plain, &*plain) {
            cursor.go(extent.range.end);
            return each(line, self.intact(line, cursor.line, slice).map(|()| Row::Plain(plain)));
        }
        let read = if extent.depth > depth {
            Err(self.bad(line, format_args!("the object is nested deeper than {depth}")))
        } else {
            reading.parse(slice).map_err(|error| {
                let (below, column) = place(slice, &error, cursor.column());
                self.bad(line + below, format_args!("column {column}: {}", reason(&error)))
            })
        };
        cursor.go(extent.range.end);
        let read = read.and_then(|value| match value {
            Json::Object(object) => Ok(Row::Object(object)),
            other => Err(self.bad(line, format_args!("{} stands where an object is expected", kind(&other)))),
        });
        each(line, self.intact(line, cursor.line, slice).and(read))
    }

    fn lines(&self, reading: Reading<'_>, each: EachRow<'_>) -> ControlFlow<()> {
        let depth = reading.depth;
        let mut plain = reading.plain();
        for (index, text) in lines(&self.text.text).enumerate() {
            if text.trim().is_empty() {
                continue;
            }
            let line = self.begins.0 + index;
            let is_plain = plain.as_mut().is_some_and(|plain| plain.read(text, depth));
            if let (true, Some(plain)) = (is_plain, &plain) {
                each(line, self.intact(line, line, text).map(|()| Row::Plain(plain)))?;
                continue;
            }
            let deep = || scan::value(text.as_bytes(), scan::skip_space(text.as_bytes(), 0)).is_ok_and(|extent| extent.depth > depth);
            let parsed = reading.parse(text);
            // What the parser's own limit lets pass needs no second look.
            let too_deep = (parsed.is_err() || depth < PARSER_DEPTH) && deep();
            let read = self.intact(line, line, text).and_then(|()| match parsed {
                _ if too_deep => Err(self.bad(line, format_args!("the object is nested deeper than {depth}"))),
                Ok(Json::Object(object)) => Ok(object),
                Ok(other) => Err(self.bad(line, format_args!("{} stands where an object is expected", kind(&other)))),
                Err(error) => {
                    let (_, column) = place(text, &error, 1);
                    Err(self.bad(line, format_args!("column {column}: {}", reason(&error))))
                }
            });
            match read.map(|mut object| (page(&mut object), object)) {
                Ok((Some(items), _)) => {
                    for item in items {
                        if let Json::Object(item) = item {
                            each(line, Ok(Row::Object(item)))?;
                        }
                    }
                }
                Ok((None, object)) => each(line, Ok(Row::Object(object)))?,
                Err(bad) => each(line, Err(bad))?,
            }
        }
        ControlFlow::Continue(())
    }

    /// Says where the document stops being JSON: within the value that begins at `from`, or there if it is between two.
    fn damage(&self, from: usize, broken: Option<usize>, cursor: &mut Cursor<'_>, each: EachRow<'_>) -> ControlFlow<()> {
        let text = &self.text.text;
        // The beginning of a part that goes on with a list is between two values.
        let first = from == 0 && self.outline.layout != Layout::Rest;
        let within = broken != Some(from) || first;
        let (line, column, reason) = match text.get(from..).map(serde_json::from_str::<IgnoredAny>) {
            Some(Err(error)) if within => {
                cursor.go(from);
                let (below, column) = place(&text[from..], &error, cursor.column());
                (cursor.line + below, column, reason(&error))
            }
            _ => {
                let at = broken.unwrap_or(from);
                cursor.go(at);
                let reason = match text.get(at..).and_then(|rest| rest.chars().next()) {
                    Some(c) => format!("{c:?} stands where JSON has something else"),
                    None => "the text ends too early".to_owned(),
                };
                (cursor.line, cursor.column(), reason)
            }
        };
        let bad = at_line(Code::InvalidDocument, &self.name, line, format_args!("column {column}: {reason}"));
        let list = matches!(self.outline.layout, Layout::Array(_) | Layout::Wrapped(..) | Layout::Rest);
        each(line, Err(if list { bad.help("mend it there: nothing that follows in this document is read") } else { bad }))
    }
}

/// As [`str::lines`], which looks for line ends byte by byte.
fn lines(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let Some(end) = memchr::memchr(b'\n', rest.as_bytes()) else {
            return Some(std::mem::take(&mut rest)).filter(|rest| !rest.is_empty());
        };
        let line = &rest[..end];
        rest = &rest[end + 1..];
        Some(line.strip_suffix('\r').unwrap_or(line))
    })
}

/// Where an error stands: lines below the first, and the column in characters, given the column of the text's begin.
fn place(text: &str, error: &serde_json::Error, column: usize) -> (usize, usize) {
    let below = error.line().saturating_sub(1);
    let line = text.split('\n').nth(below).unwrap_or_default();
    let bytes = error.column().saturating_sub(1).min(line.len());
    let characters = line.as_bytes()[..bytes].iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count();
    (below, characters + if below == 0 { column } else { 1 })
}

/// The parser's words without its place, which counts from the object's begin.
fn reason(error: &serde_json::Error) -> String {
    let words = error.to_string();
    let place = format!(" at line {} column {}", error.line(), error.column());
    match words.strip_suffix(&place).unwrap_or(&words) {
        start if start.starts_with("EOF") => "the text ends too early".to_owned(),
        other => other.to_owned(),
    }
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a text",
        Json::Array(_) => "a list",
        Json::Object(_) => "an object",
    }
}
