//! CSV: the header names the attributes, and each row is one object.

use super::application::ASSIGNMENTS;
use super::graph::lower_first;
use super::wanted::Wanted;
use csv::{ByteRecord, Reader, ReaderBuilder};
use serde_json::{Map, Value as Json};
use std::ops::ControlFlow;

/// The first and the last line of one row, its text, and what it holds or what is bad about it.
type Each<'f> = &'f mut dyn FnMut(usize, usize, &str, Result<Map<String, Json>, String>) -> ControlFlow<()>;

/// A row as it is met.
struct Row<'r> {
    /// Its first line.
    line: usize,
    /// Its last.
    last: usize,
    start: usize,
    /// How far the text was read for it.
    end: usize,
    /// Where reading goes on.
    next: usize,
    record: &'r ByteRecord,
}

/// A row, or the line in which reading ends and why.
type Step<'r> = Result<Row<'r>, (usize, String)>;
type EachStep<'f> = &'f mut dyn FnMut(Step<'_>) -> ControlFlow<()>;

/// The header of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The names.
    pub(super) columns: Vec<String>,
    /// Comma; semicolon or tab where spreadsheets of other countries wrote the file.
    delimiter: u8,
    /// Where the rows begin: byte and line.
    body: (usize, usize),
}

/// The header of a text that may be a table; `None` where there is not even a line.
pub(super) fn head(text: &str) -> Option<Head> {
    let (mut at, mut line) = (0, 1);
    while let Some((first, _)) = text[at..].split_once('\n').filter(|(first, _)| is_preamble(first.trim())) {
        at += first.len() + 1;
        line += 1;
    }
    let first = text[at..].lines().next()?;
    let delimiter = delimiter(first);
    let mut reader = reader(&text.as_bytes()[at..], delimiter);
    let mut record = ByteRecord::new();
    if !reader.read_byte_record(&mut record).ok()? {
        return None;
    }
    let columns: Vec<String> = record.iter().map(|cell| String::from_utf8_lossy(cell).trim().to_owned()).collect();
    // A row ends at its line end; the reader may stop between the two bytes of one.
    let used = at + reader.position().byte() as usize;
    let body = used + usize::from(text[..used].ends_with('\r') && text[used..].starts_with('\n'));
    line += text[at..body].matches('\n').count();
    Some(Head { columns, delimiter, body: (body, line) })
}

/// Windows PowerShell writes the type before the header, and Excel reads the delimiter from such a line.
fn is_preamble(line: &str) -> bool {
    line.is_empty() || line.starts_with("#TYPE") || line.get(..4).is_some_and(|start| start.eq_ignore_ascii_case("sep="))
}

/// The one that stands most often outside quotation marks.
fn delimiter(line: &str) -> u8 {
    let (mut quoted, mut counts) = (false, [(b',', 0), (b';', 0), (b'\t', 0)]);
    for byte in line.bytes() {
        quoted ^= byte == b'"';
        for (delimiter, count) in &mut counts {
            *count += usize::from(!quoted && byte == *delimiter);
        }
    }
    let most = counts.iter().map(|(_, count)| *count).max().unwrap_or(0);
    counts.iter().find(|(_, count)| *count == most).map_or(b',', |(delimiter, _)| *delimiter)
}

/// Whether a part of a text may begin there: the reader takes away a mark at the beginning, which within a text is none.
pub(super) fn may_begin(bytes: &[u8], at: usize) -> bool {
    bytes.get(at..at + MARK.len()).is_some_and(|next| next != MARK)
}

/// The mark of UTF-8.
const MARK: &[u8] = b"\xEF\xBB\xBF";

fn reader(bytes: &[u8], delimiter: u8) -> Reader<&[u8]> {
    ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(bytes)
}

impl Head {
    /// Whether a text with this header is likely a table at all: prose, markup and YAML have first lines too.
    pub(super) fn is_plausible(&self) -> bool {
        let foreign = |c: char| c.is_control() || matches!(c, '<' | '>' | '{' | '}' | '@' | '\u{fffd}');
        let odd = |name: &String| {
            let prose = name.contains(": ") || name.ends_with(':');
            name.is_empty() || name.len() > 200 || prose || name.contains(foreign)
        };
        match self.columns.as_slice() {
            [only] => !odd(only) && !only.contains(char::is_whitespace) && only.starts_with(char::is_alphabetic),
            several => !several.is_empty() && !several.iter().any(odd),
        }
    }

    /// A name that two columns have.
    pub(super) fn twice(&self) -> Option<&str> {
        let mut seen = std::collections::HashSet::new();
        self.columns.iter().find(|name| !seen.insert(name.as_str())).map(String::as_str)
    }

    /// Hands on each row with the lines from which to which it reaches.
    pub(super) fn rows(&self, text: &str, wanted: Option<&Wanted>, each: Each<'_>) -> ControlFlow<()> {
        let kept: Vec<bool> = self.columns.iter().map(|name| wanted.is_none_or(|wanted| wanted.has(name))).collect();
        self.walk(text.as_bytes(), &mut |step| match step {
            Ok(row) => each(row.line, row.last, &text[row.start..row.next], self.row(row.record, &kept)),
            Err((line, error)) => each(line, line, "", Err(error)),
        })
    }

    /// How much of a text can be read before what follows it is known: the rows of at most so many bytes, and at most
    /// so many rows. Whether a row ends may depend on text that is not there yet.
    pub(super) fn settled(&self, bytes: &[u8], most_bytes: usize, most_rows: usize) -> usize {
        let (mut settled, mut rows, mut seen) = (0, 0, 0);
        let _ = self.walk(bytes, &mut |step| {
            let Some(row) = step.ok().filter(|row| row.end < bytes.len()) else { return ControlFlow::Break(()) };
            (rows, seen) = (rows + 1, seen.max(row.end));
            // A bad row was read beyond where reading goes on, which is told with it.
            // The reader may stop between the two bytes of a line end.
            let between = bytes[..row.next].ends_with(b"\r") && bytes[row.next..].starts_with(b"\n");
            let next = row.next + usize::from(between);
            if row.next >= seen && may_begin(bytes, next) {
                settled = next;
            }
            if rows < most_rows && settled < most_bytes { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
        });
        settled
    }

    /// Meets the rows one after another.
    ///
    /// A row that has not as many cells as the header is bad. If it reaches over several lines, a quotation mark was
    /// left open, and reading goes on at its second line: the rows that it swallowed are not lost.
    fn walk(&self, bytes: &[u8], each: EachStep<'_>) -> ControlFlow<()> {
        let (mut base, mut base_line) = self.body;
        let mut record = ByteRecord::new();
        'again: while base < bytes.len() {
            let mut reader = reader(&bytes[base..], self.delimiter);
            loop {
                match reader.read_byte_record(&mut record) {
                    Ok(true) => {}
                    Ok(false) => return ControlFlow::Continue(()),
                    Err(error) => return each(Err((base_line, error.to_string()))),
                }
                let Some(position) = record.position() else { return ControlFlow::Continue(()) };
                // The position is where the row before ended: blank lines come first.
                let mut start = base + (position.byte() as usize).min(bytes.len() - base);
                let mut line = base_line + position.line() as usize - 1;
                for byte in bytes[start..].iter().take_while(|byte| matches!(byte, b'\r' | b'\n')) {
                    start += 1;
                    line += usize::from(*byte == b'\n');
                }
                let end = (base + reader.position().byte() as usize).min(bytes.len()).max(start);
                let text = String::from_utf8_lossy(&bytes[start..end]);
                let last = line + text.trim_end().matches('\n').count();
                if text.trim().is_empty() {
                    continue;
                }
                let swallowed = !self.fits(&record) && last > line;
                let second = || start + bytes[start..].iter().position(|byte| *byte == b'\n').map_or(bytes.len() - start, |at| at + 1);
                let next = if swallowed { second() } else { end };
                each(Ok(Row { line, last: if swallowed { line } else { last }, start, end, next, record: &record }))?;
                if swallowed {
                    (base, base_line) = (next, line + 1);
                    continue 'again;
                }
            }
        }
        ControlFlow::Continue(())
    }

    /// Where a text goes on with rows under this header: its first line's number.
    pub(super) fn going_on(&self, line: usize) -> Head {
        Head { body: (0, line), ..self.clone() }
    }

    /// Where the rows begin: byte and line.
    pub(super) fn body(&self) -> (usize, usize) {
        self.body
    }

    fn fits(&self, record: &ByteRecord) -> bool {
        record.len() >= self.columns.len() && record.iter().skip(self.columns.len()).all(<[u8]>::is_empty)
    }

    fn row(&self, record: &ByteRecord, kept: &[bool]) -> Result<Map<String, Json>, String> {
        if !self.fits(record) {
            let s = |count: usize| if count == 1 { "" } else { "s" };
            return Err(format!("{} cell{} where the header has {}", record.len(), s(record.len()), self.columns.len()));
        }
        // An empty cell is null; but among assignments it says that there are none, which is known.
        let cells = self.columns.iter().zip(record.iter()).zip(kept).filter(|(_, kept)| **kept).map(|(cell, _)| cell);
        let cells = cells.filter_map(|(name, cell)| match cell.is_empty() {
            false => Some((name.clone(), cell_value(&String::from_utf8_lossy(cell)))),
            true => (lower_first(name) == ASSIGNMENTS).then(|| (name.clone(), Json::Array(Vec::new()))),
        });
        Ok(cells.collect())
    }
}

/// Numbers stay text, so that leading zeros do; `True` is what PowerShell writes.
fn cell_value(cell: &str) -> Json {
    if cell.eq_ignore_ascii_case("true") {
        Json::Bool(true)
    } else if cell.eq_ignore_ascii_case("false") {
        Json::Bool(false)
    } else {
        Json::String(cell.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(text: &str) -> Vec<String> {
        let mut out = Vec::new();
        let _ = head(text).unwrap().rows(text, None, &mut |first, last, _, row| {
            out.push(format!("{first}-{last} {}", row.map_or_else(|bad| bad, |row| Json::Object(row).to_string())));
            ControlFlow::Continue(())
        });
        out
    }

    #[test]
    fn cells_become_values() {
        assert_eq!(
            rows("a,b,c\r\n007,TRUE,\r\n\r\n\"x, \"\"y\"\"\r\nz\",false,1.0\r\n"),
            [r#"2-2 {"a":"007","b":true}"#, r#"4-5 {"a":"x, \"y\"\r\nz","b":false,"c":"1.0"}"#]
        );
    }

    #[test]
    fn bad_rows_do_not_stop_the_others() {
        assert_eq!(
            rows("a,b\n1\n1,2,3\n1,2,\n"),
            ["2-2 1 cell where the header has 2", "3-3 3 cells where the header has 2", r#"4-4 {"a":"1","b":"2"}"#]
        );
        assert_eq!(
            rows("a,b\n\"1,2\n3,4\n5,6\n"),
            ["2-2 1 cell where the header has 2", r#"3-3 {"a":"3","b":"4"}"#, r#"4-4 {"a":"5","b":"6"}"#]
        );
    }

    #[test]
    fn headers_of_powershell_and_excel() {
        assert_eq!(rows("#TYPE Selected.User\r\n\"Id\",\"Name\"\r\n\"1\",\"A;B\"\r\n"), [r#"3-3 {"Id":"1","Name":"A;B"}"#]);
        assert_eq!(rows("sep=;\nid;name\n1;A,B\n"), [r#"3-3 {"id":"1","name":"A,B"}"#]);
        assert_eq!(rows("\n\nid\tname\n1\t2"), [r#"4-4 {"id":"1","name":"2"}"#]);
        assert!(head("").is_none() && head("\n").is_none());
        for text in ["<?xml version=\"1.0\"?>", "version: 1\n", "Dear all, look: here", "ada@x,bob@x"] {
            assert!(!head(text).unwrap().is_plausible(), "{text}");
        }
        assert_eq!(head("a,b,a").unwrap().twice(), Some("a"));
    }
}
