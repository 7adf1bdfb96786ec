//! Tables for a terminal.

use super::output::{Lines, styled, visible};

/// Columns under headers, as wide as what stands in them.
pub(super) struct Table {
    headers: Vec<&'static str>,
    rows: Vec<Vec<String>>,
    /// The widths under which rows have been written.
    written: Option<Vec<usize>>,
}

/// No column but the last is wider.
const WIDEST: usize = 44;

impl Table {
    pub(super) fn new(headers: &[&'static str]) -> Self {
        Table { headers: headers.to_vec(), rows: Vec::new(), written: None }
    }

    pub(super) fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    /// How many rows there are.
    pub(super) fn rows(&self) -> usize {
        self.rows.len()
    }

    /// What there is so far; the rows that follow have no header, and the columns keep their widths.
    pub(super) fn drain(&mut self) -> Lines {
        let text = self.render();
        self.written.get_or_insert_with(|| widths(&self.headers, &self.rows));
        self.rows.clear();
        text
    }

    pub(super) fn render(&self) -> Lines {
        let last = self.headers.len().saturating_sub(1);
        let widths = self.written.clone().unwrap_or_else(|| widths(&self.headers, &self.rows));
        let mut text = Lines::default();
        let mut write = |cells: &mut dyn Iterator<Item = &str>, style: Option<&str>| {
            let mut line = String::new();
            for (column, cell) in cells.enumerate() {
                line.push_str(cell);
                if column < last {
                    line.extend(std::iter::repeat_n(' ', widths[column].saturating_sub(width(cell)) + 2));
                }
            }
            let line = line.trim_end();
            text.line(&style.map_or_else(|| line.to_owned(), |style| styled(line, style)));
        };
        if self.written.is_none() {
            write(&mut self.headers.iter().copied(), Some("1"));
        }
        for row in &self.rows {
            write(&mut row.iter().map(String::as_str), None);
        }
        text
    }
}

fn widths(headers: &[&str], rows: &[Vec<String>]) -> Vec<usize> {
    let widest = |(column, header): (usize, &&str)| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(|cell| width(cell).min(WIDEST));
        cells.chain([header.len()]).max().unwrap_or_default()
    };
    headers.iter().enumerate().map(widest).collect()
}

/// Columns that a text takes: East Asian wide letters take two, combining marks none.
fn width(text: &str) -> usize {
    visible(text)
        .chars()
        .map(|character| match character {
            '\u{300}'..='\u{36f}' | '\u{200b}'..='\u{200f}' | '\u{fe00}'..='\u{fe0f}' => 0,
            '\u{1100}'..='\u{115f}'
            | '\u{2e80}'..='\u{a4cf}'
            | '\u{ac00}'..='\u{d7a3}'
            | '\u{f900}'..='\u{faff}'
            | '\u{fe30}'..='\u{fe6f}'
            | '\u{ff00}'..='\u{ff60}'
            | '\u{1f300}'..='\u{1faff}' => 2,
            _ => 1,
        })
        .sum()
}
