//! Reads scalars a second time, to learn from which byte of the file each byte of the text comes. The YAML parser's
//! own text stays the truth: where the two differ, the whole scalar stands for every place in it.

use super::offsets::{Offsets, Run, Style};
use crate::diagnostic::Span;

/// A scalar event of the parser.
pub(super) struct Raw<'t> {
    /// The whole file.
    pub file: &'t str,
    /// Where the parser says that it stands, with anchor and tag.
    pub span: Span,
    /// Where the event before ended; the `|` of a block scalar comes after it, before `span`.
    pub from: usize,
    /// Whether an anchor or tag precedes it.
    pub has_properties: bool,
    /// How it is written.
    pub style: Style,
    /// The parser's text.
    pub text: &'t str,
}

impl Raw<'_> {
    /// The exact place, without anchor, tag and white space, and the map into it.
    pub(super) fn locate(&self) -> (Span, Offsets) {
        if let Some(start) = self.verbatim() {
            let run = Run { decoded: 0, source: start, atom: 0 };
            return (self.span, Offsets::of_runs(vec![run], self.text.len(), self.span, self.style));
        }
        let located = match self.style {
            Style::Literal | Style::Folded => self.block(),
            _ => self.flow(),
        };
        match located {
            Some((span, built)) if built.text == self.text => {
                let len = built.text.len();
                (span, Offsets::of_runs(built.runs, len, span, self.style))
            }
            Some((span, _)) => (span, Offsets::whole(span)),
            None => {
                // Nothing is written there: the colon or dash that awaits it is marked.
                let awaits = matches!(self.file.as_bytes().get(self.span.start), Some(b':' | b'-'));
                let end = self.span.end.max(self.span.start + usize::from(awaits));
                let span = Span::new(self.span.start, end);
                (span, Offsets::whole(span))
            }
        }
    }

    /// Where the text begins that stands in the file as it is, as most does.
    fn verbatim(&self) -> Option<usize> {
        let quotes = match self.style {
            Style::Plain | Style::PlainInFlow => 0,
            Style::Single | Style::Double => 1,
            _ => return None,
        };
        let Span { start, end } = self.span;
        let written = self.file.get(start + quotes..end.checked_sub(quotes)?)?;
        (!self.has_properties && !written.is_empty() && written == self.text).then_some(start + quotes)
    }

    /// Plain and quoted scalars.
    fn flow(&self) -> Option<(Span, Built)> {
        let mut start = self.span.start;
        if self.has_properties {
            start = skip_properties(self.file, start, Dashes::Stay);
        }
        let quoted = matches!(self.style, Style::Single | Style::Double);
        if start >= self.span.end {
            return None;
        }
        let mut reader = Reader { file: self.file, at: start, end: self.span.end, built: Built::default() };
        if quoted {
            if !self.file[start..].starts_with(['"', '\'']) {
                return None;
            }
            reader.at += 1;
            reader.built.begin(reader.at);
        }
        reader.lines(self.style)?;
        let end = if quoted { reader.at + 1 } else { self.span.end };
        (end <= self.file.len()).then(|| (Span::new(start, end), reader.built))
    }

    /// Scalars after `|` and `>`.
    fn block(&self) -> Option<(Span, Built)> {
        let header = skip_properties(self.file, self.from, Dashes::Skip);
        let rest = self.file.get(header..)?;
        if !rest.starts_with(['|', '>']) {
            return None;
        }
        let count = rest.bytes().skip(1).take(2).take_while(|byte| matches!(byte, b'+' | b'-' | b'1'..=b'9')).count();
        let indicators = &rest[1..1 + count];
        let chomp = indicators.chars().find(|c| matches!(c, '+' | '-'));
        let lines = Lines { file: self.file, at: header }.skip(1).take_while(|line| line.start < self.span.end);
        let lines: &[Line] = &lines.collect::<Vec<_>>();

        // The indentation may count from the parent's, which is not known here: the text tells how much of the first
        // line's own spaces belongs to it.
        let first = lines.iter().map(|line| line.spaces(self.file)).find(|(_, blank)| !blank).map_or(0, |found| found.0);
        let content = self.text.trim_start_matches('\n');
        let kept = content.len() - content.trim_start_matches(' ').len();
        let indent = first.saturating_sub(kept);
        let (end, built) = decode_block(self.file, lines, indent, self.style == Style::Folded, chomp);
        if built.text == self.text {
            return Some((Span::new(header, end.unwrap_or(header + 1 + indicators.len())), built));
        }
        Some((Span::new(header, self.span.end.max(header + 1)), Built::default()))
    }
}

/// The decoded text and its runs.
#[derive(Default)]
struct Built {
    text: String,
    runs: Vec<Run>,
}

impl Built {
    /// Where the text begins, should it turn out to be empty.
    fn begin(&mut self, source: usize) {
        self.runs.push(Run { decoded: 0, source, atom: 0 });
    }

    /// Text that stands in the file as it is.
    fn verbatim(&mut self, source: usize, text: &str) {
        if text.is_empty() {
            return;
        }
        let decoded = self.text.len();
        let continues = self.runs.last().is_some_and(|run| run.atom == 0 && run.source + (decoded - run.decoded) == source);
        if !continues {
            self.runs.push(Run { decoded, source, atom: 0 });
        }
        self.text.push_str(text);
    }

    /// A character that the file writes in another way.
    fn atom(&mut self, source: usize, length: usize, decoded: char) {
        let run = Run { decoded: self.text.len(), source, atom: length.max(1) };
        // An empty run before it would hide nothing, and its place is the same.
        if self.runs.last().is_some_and(|last| last.decoded == run.decoded) {
            self.runs.pop();
        }
        self.runs.push(run);
        self.text.push(decoded);
    }
}

/// Walks through a plain or quoted scalar.
struct Reader<'t> {
    file: &'t str,
    at: usize,
    end: usize,
    built: Built,
}

impl Reader<'_> {
    fn peek(&self, ahead: usize) -> Option<u8> {
        let at = self.at + ahead;
        if at < self.end { self.file.as_bytes().get(at).copied() } else { None }
    }

    /// Reads to the closing quotation mark, or to the end of a plain scalar.
    fn lines(&mut self, style: Style) -> Option<()> {
        let (single, double) = (style == Style::Single, style == Style::Double);
        loop {
            let Some(byte) = self.peek(0) else {
                return (!single && !double).then_some(());
            };
            match byte {
                b'\'' if single && self.peek(1) == Some(b'\'') => {
                    self.built.atom(self.at, 2, '\'');
                    self.at += 2;
                }
                b'\'' if single => return Some(()),
                b'"' if double => return Some(()),
                b'\\' if double && matches!(self.peek(1), Some(b'\n' | b'\r')) => {
                    self.at += 1;
                    self.line_break(false);
                }
                b'\\' if double => self.escape()?,
                b' ' | b'\t' => {
                    let start = self.at;
                    self.blanks();
                    // White space before a line break is not part of the text.
                    if !matches!(self.peek(0), Some(b'\n' | b'\r')) {
                        self.built.verbatim(start, &self.file[start..self.at]);
                    }
                }
                b'\n' | b'\r' => self.line_break(true),
                _ => {
                    let start = self.at;
                    self.at += self.file[start..].chars().next()?.len_utf8();
                    self.built.verbatim(start, &self.file[start..self.at]);
                }
            }
        }
    }

    fn blanks(&mut self) {
        while matches!(self.peek(0), Some(b' ' | b'\t')) {
            self.at += 1;
        }
    }

    /// One line break folds into a space; of several, all but the first stay. An escaped one is nothing itself.
    fn line_break(&mut self, folds: bool) {
        let (first, length) = (self.at, break_length(self.file, self.at));
        self.at += length;
        let mut others = false;
        loop {
            self.blanks();
            match self.peek(0) {
                Some(b'\n' | b'\r') => {
                    let length = break_length(self.file, self.at);
                    self.built.atom(self.at, length, '\n');
                    self.at += length;
                    others = true;
                }
                _ => break,
            }
        }
        if folds && !others {
            self.built.atom(first, length, ' ');
        }
    }

    fn escape(&mut self) -> Option<()> {
        let code = self.file[self.at + 1..].chars().next()?;
        let hex = match code {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let length = 1 + code.len_utf8() + hex;
        let decoded = match code {
            '0' => '\0',
            'a' => '\x07',
            'b' => '\x08',
            't' | '\t' => '\t',
            'n' => '\n',
            'v' => '\x0b',
            'f' => '\x0c',
            'r' => '\r',
            'e' => '\x1b',
            'N' => '\u{85}',
            '_' => '\u{a0}',
            'L' => '\u{2028}',
            'P' => '\u{2029}',
            ' ' | '"' | '/' | '\\' => code,
            _ if hex > 0 => {
                let digits = self.file.get(self.at + 2..self.at + length)?;
                char::from_u32(u32::from_str_radix(digits, 16).ok()?)?
            }
            _ => return None,
        };
        self.built.atom(self.at, length, decoded);
        self.at += length;
        Some(())
    }
}

/// A line of a block scalar, without and with its break.
#[derive(Clone, Copy)]
struct Line {
    start: usize,
    end: usize,
    next: usize,
}

impl Line {
    /// How many spaces it begins with, and whether that is all of it.
    fn spaces(&self, file: &str) -> (usize, bool) {
        let text = &file[self.start..self.end];
        let spaces = text.len() - text.trim_start_matches(' ').len();
        (spaces, spaces == text.len())
    }
}

/// The lines from a byte on.
struct Lines<'t> {
    file: &'t str,
    at: usize,
}

impl Iterator for Lines<'_> {
    type Item = Line;

    fn next(&mut self) -> Option<Line> {
        let start = self.at;
        let rest = self.file.get(start..).filter(|rest| !rest.is_empty())?;
        let end = start + rest.find(['\n', '\r']).unwrap_or(rest.len());
        self.at = end + break_length(self.file, end);
        Some(Line { start, end, next: self.at })
    }
}

/// Length of the line break at a byte; 0 if there is none.
fn break_length(file: &str, at: usize) -> usize {
    match file.as_bytes().get(at..) {
        Some([b'\r', b'\n', ..]) => 2,
        Some([b'\r' | b'\n', ..]) => 1,
        _ => 0,
    }
}

/// The text of a block scalar, and where its last line with content ends.
fn decode_block(file: &str, lines: &[Line], indent: usize, folded: bool, chomp: Option<char>) -> (Option<usize>, Built) {
    let mut built = Built::default();
    let mut breaks: Vec<Line> = Vec::new(); // The line breaks since the last content.
    let mut last: Option<(Line, bool)> = None; // The last line with content, and whether it stays as it is.
    for line in lines {
        let (spaces, blank) = line.spaces(file);
        if blank && spaces <= indent {
            if line.next > line.end {
                breaks.push(*line);
            }
            continue;
        }
        if spaces < indent {
            break;
        }
        let content = line.start + indent;
        let text = &file[content..line.end];
        let kept = text.starts_with([' ', '\t']);
        let folds = folded && last.is_some_and(|(_, kept_before)| !kept_before) && !kept;
        match breaks.as_slice() {
            [only] if folds => built.atom(only.end, only.next - only.end, ' '),
            [_, others @ ..] if folds => others.iter().for_each(|line| built.line_break(line)),
            all => all.iter().for_each(|line| built.line_break(line)),
        }
        built.verbatim(content, text);
        breaks = vec![*line];
        last = Some((*line, kept));
    }
    let end = last.map(|(line, _)| line.end);
    match chomp {
        Some('-') => {}
        Some(_) => breaks.iter().for_each(|line| built.line_break(line)),
        // Without content, there is no last line break to keep.
        None => breaks.iter().take(usize::from(last.is_some())).for_each(|line| built.line_break(line)),
    }
    (end, built)
}

impl Built {
    fn line_break(&mut self, line: &Line) {
        self.atom(line.end, line.next - line.end, '\n');
    }
}

/// What to do about the dash of an item.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Dashes {
    Skip,
    Stay,
}

/// Skips white space, comments, the indicators between nodes, anchors and tags.
pub(super) fn skip_properties(file: &str, from: usize, dashes: Dashes) -> usize {
    let bytes = file.as_bytes();
    let mut at = from;
    let skip_while = |at: &mut usize, holds: &dyn Fn(u8) -> bool| {
        while bytes.get(*at).is_some_and(|byte| holds(*byte)) {
            *at += 1;
        }
    };
    while let Some(byte) = bytes.get(at) {
        let blank_after = bytes.get(at + 1).is_none_or(u8::is_ascii_whitespace);
        match byte {
            b' ' | b'\t' | b'\n' | b'\r' => at += 1,
            b'#' => skip_while(&mut at, &|byte| !matches!(byte, b'\n' | b'\r')),
            b'-' if blank_after && dashes == Dashes::Stay => break,
            b'-' | b'?' | b':' if blank_after => at += 1,
            b'-' if bytes[at..].starts_with(b"---") && bytes.get(at + 3).is_none_or(u8::is_ascii_whitespace) => at += 3,
            b'!' if bytes.get(at + 1) == Some(&b'<') => {
                skip_while(&mut at, &|byte| byte != b'>' && !byte.is_ascii_whitespace());
                at += usize::from(bytes.get(at) == Some(&b'>'));
            }
            b'&' | b'!' => skip_while(&mut at, &|byte| !byte.is_ascii_whitespace() && !matches!(byte, b',' | b'[' | b']' | b'{' | b'}')),
            _ => break,
        }
    }
    at
}
