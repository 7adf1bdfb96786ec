//! Decisions as they are written: made into text where they are decided, written where their turn comes.

use super::super::CouldNotRun;
use super::super::output::{self, fail};
use super::super::table::Table;
use super::Format;
use super::rows::{csv_row, table_rows};
use crate::policy::{Decision, OwnedDecision, Policy};
use serde::Serialize;

/// How decisions are written.
pub(super) struct Form {
    format: Format,
    /// Whether CSV is for a spreadsheet.
    spreadsheet: bool,
    /// Target attributes, which are columns of CSV, each by its path and by its name.
    targets: Vec<[String; 2]>,
}

/// Decisions that are ready to be written.
pub(super) enum Text {
    /// Rows of a table.
    Rows(Vec<Vec<String>>),
    /// Whatever needs no more than to be written.
    Bytes(Vec<u8>),
}

/// So many rows decide how wide the columns of a table are. A longer table is written as it comes, so that its rows are
/// never all held; a cell that is wider than its column moves what stands to its right.
const ROWS: usize = 1000;

/// Where a table of that many users goes on.
pub(super) enum Sink {
    Table(Table),
    Json { any: bool },
    Lines,
}

impl Form {
    pub(super) fn new(format: Format, spreadsheet: bool, policy: &Policy) -> Self {
        let targets = policy.attributes().iter().map(|attribute| [attribute.path.clone(), attribute.name.clone()]).collect();
        Form { format, spreadsheet, targets }
    }

    /// Where decisions are collected, which take about so many bytes.
    pub(super) fn text(&self, bytes: usize) -> Text {
        if self.format == Format::Table { Text::Rows(Vec::new()) } else { Text::Bytes(Vec::with_capacity(bytes)) }
    }

    pub(super) fn owned(&self, text: &mut Text, decision: &OwnedDecision) -> Result<(), CouldNotRun> {
        match text {
            Text::Rows(rows) => {
                rows.extend(table_rows(decision));
                Ok(())
            }
            Text::Bytes(bytes) if self.format == Format::Csv => self.csv_line(bytes, csv_row(decision, &self.targets)),
            Text::Bytes(bytes) => self.json(bytes, decision),
        }
    }

    /// The same of one that borrows, which JSON is made of as it stands.
    pub(super) fn add(&self, text: &mut Text, decision: &Decision<'_>) -> Result<(), CouldNotRun> {
        match (text, self.format) {
            (Text::Bytes(bytes), Format::Json | Format::Ndjson) => self.json(bytes, decision),
            (text, _) => self.owned(text, &decision.to_owned()),
        }
    }

    fn json(&self, bytes: &mut Vec<u8>, decision: &impl Serialize) -> Result<(), CouldNotRun> {
        let list = self.format == Format::Json;
        let from = bytes.len();
        bytes.extend_from_slice(if list { BETWEEN } else { b"" });
        serde_json::to_writer(&mut *bytes, decision).map_err(|error| fail(&format!("a decision cannot be written as JSON: {error}")))?;
        output::escape_json(bytes, from);
        bytes.extend_from_slice(if list { b"" } else { b"\n" });
        Ok(())
    }

    fn csv_line(&self, bytes: &mut Vec<u8>, cells: impl IntoIterator<Item = String>) -> Result<(), CouldNotRun> {
        // The bytes are buffer enough: a large one of its own would be made for each row.
        let mut writer = csv::WriterBuilder::new().buffer_capacity(256).from_writer(bytes);
        let cells = cells.into_iter().map(|cell| if self.spreadsheet { harmless(&cell) } else { cell });
        let written = writer.write_record(cells).and_then(|()| Ok(writer.flush()?));
        written.map_err(|error| fail(&format!("a row cannot be written as CSV: {error}")))
    }

    /// Begins to write.
    pub(super) fn sink(&self) -> Result<Sink, CouldNotRun> {
        Ok(match self.format {
            Format::Table => Sink::Table(Table::new(&["USER", "ROLE", "ORGANIZATION", "TEAMS", "WHY"])),
            Format::Json => Sink::Json { any: false },
            Format::Ndjson => Sink::Lines,
            Format::Csv => {
                let fixed = ["user", "in_scope", "scope_reason", "active", "orgs", "roles", "teams", "created_teams", "warnings", "error"];
                let mut header = if self.spreadsheet { "\u{feff}".as_bytes().to_vec() } else { Vec::new() };
                self.csv_line(
                    &mut header,
                    fixed.into_iter().map(str::to_owned).chain(self.targets.iter().map(|[path, _]| match fixed.contains(&path.as_str()) {
                        true => format!("attributes.{path}"), // what the target is given, beside what was decided
                        false => path.clone(),
                    })),
                )?;
                output::bytes(&header)?;
                Sink::Lines
            }
        })
    }
}

/// What stands between two decisions of a list.
const BETWEEN: &[u8] = b",\n";

impl Text {
    /// How much there is: a place at which something else is told.
    pub(super) fn len(&self) -> usize {
        match self {
            Text::Rows(_) => 0, // a table tells everything else first
            Text::Bytes(bytes) => bytes.len(),
        }
    }
}

impl Sink {
    /// Writes what stands between two places of a text.
    pub(super) fn write(&mut self, text: &mut Text, from: usize, to: usize) -> Result<(), CouldNotRun> {
        match (self, text) {
            (Sink::Table(table), Text::Rows(rows)) => {
                rows.drain(..).for_each(|cells| table.row(cells));
                if table.rows() > ROWS { output::data(&table.drain()) } else { Ok(()) }
            }
            (_, Text::Bytes(_)) if from == to => Ok(()),
            (Sink::Json { any }, Text::Bytes(bytes)) => {
                if !std::mem::replace(any, true) {
                    output::bytes(b"[\n")?;
                    return output::bytes(&bytes[from + BETWEEN.len()..to]);
                }
                output::bytes(&bytes[from..to])
            }
            (_, Text::Bytes(bytes)) => output::bytes(&bytes[from..to]),
            (Sink::Json { .. } | Sink::Lines, Text::Rows(_)) => Ok(()),
        }
    }

    pub(super) fn finish(self) -> Result<(), CouldNotRun> {
        match self {
            Sink::Table(mut table) => output::data(&table.drain()),
            Sink::Json { any } => output::bytes(if any { b"\n]\n" } else { b"[]\n" }),
            Sink::Lines => Ok(()),
        }
    }
}

/// A cell of which a spreadsheet calculates nothing: an apostrophe stands before what would be a formula, at the beginning
/// and where a semicolon or a line end makes another cell begin for spreadsheets of some countries. A number is none.
fn harmless(cell: &str) -> String {
    let number = |text: &str| text.chars().all(|c| c.is_ascii_digit() || c == '.');
    if cell.strip_prefix('-').is_some_and(number) {
        return cell.to_owned();
    }
    let mut written = String::with_capacity(cell.len() + 1);
    let mut begins = true;
    for character in cell.chars() {
        if begins && matches!(character, '=' | '+' | '-' | '@' | '\t' | '\r' | '＝' | '＋' | '－' | '＠') {
            written.push('\'');
        }
        begins = matches!(character, ';' | '\n' | '\r' | '\t') || (begins && (character == '"' || character.is_whitespace()));
        written.push(character);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spreadsheet_calculates_nothing() {
        for (cell, shown) in [
            ("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0"),
            ("+1-800", "'+1-800"),
            ("@SUM(A1)", "'@SUM(A1)"),
            (" \"=1+1", " \"'=1+1"),
            ("＝1", "'＝1"),
            ("\t=1", "'\t'=1"),
            ("acme;=1+1", "acme;'=1+1"),
            ("a\n-1+1", "a\n'-1+1"),
            ("-12.5", "-12.5"),
            ("ada@acme.example", "ada@acme.example"),
            ("a-b=c", "a-b=c"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell), shown);
        }
    }
}
