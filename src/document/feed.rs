//! A document of users as it is read: cut into parts, each of which holds whole rows and is read like a document.

use super::decode::utf8_from;
use super::incomplete::Told;
use super::outline::{Layout, Outline};
use super::rows::{Body, at_line};
use super::scan::{self, Cursor, Items};
use super::table::{self, Head};
use crate::diagnostic::{Code, Diagnostic};
use std::io::Read;

/// How much is held at a time.
#[derive(Debug, Clone, Copy)]
pub(super) struct Sizes {
    /// Bytes of a part, unless one row alone has more.
    pub(super) part: usize,
    /// Rows of a part.
    pub(super) rows: usize,
    /// Bytes of one row.
    pub(super) row: usize,
}

/// What comes out of a feed.
#[derive(Debug)]
pub(super) enum Part {
    /// Rows.
    Rows(Body),
    /// What stands in the place of a row that is not read.
    Finding(Diagnostic),
}

impl Part {
    pub(super) fn bytes(&self) -> usize {
        match self {
            Part::Rows(body) => body.text.text.len(),
            Part::Finding(_) => 0,
        }
    }
}

/// A document that is being read.
pub(super) struct Feed {
    name: String,
    reader: Box<dyn Read + Send>,
    form: Form,
    sizes: Sizes,
    /// What has been read and not been given.
    buffer: Vec<u8>,
    /// The line and the column in which that begins.
    at: (usize, usize),
    /// Nothing more is to be read: the document is at its end, or reading failed.
    end: bool,
    failed: Option<std::io::Error>,
    done: bool,
}

/// How rows follow each other.
enum Form {
    Lines,
    Table(Head),
    /// In a list, of which items may have been given, and which an object may wrap.
    List {
        begun: bool,
        wrapped: bool,
    },
}

/// Bytes of the longest character: what is damaged is told by its first.
const CHARACTER: usize = 4;

/// Where what has been read can be cut.
enum Cut {
    /// After so many bytes, which are so many items of a list.
    At(usize, u64),
    /// Nowhere yet.
    Nowhere,
    /// Not at all: it is the last part.
    Last(u64),
}

impl Feed {
    /// A feed of a document of which the layout is known; `None` where such a layout cannot be cut.
    pub(super) fn new(name: String, reader: Box<dyn Read + Send>, layout: &Layout, sizes: Sizes) -> Option<Feed> {
        let (form, skipped) = match layout {
            Layout::Lines => (Form::Lines, 0),
            Layout::Table(head) => (Form::Table(head.clone()), head.body().0),
            Layout::Array(at) => (Form::List { begun: false, wrapped: false }, *at),
            Layout::Wrapped(_, at) => (Form::List { begun: false, wrapped: true }, *at),
            Layout::Empty | Layout::Single | Layout::Rest | Layout::Other => return None,
        };
        let mut feed = Feed { name, reader, form, sizes, buffer: Vec::new(), at: (1, 1), end: false, failed: None, done: false };
        feed.fill(skipped);
        let before = feed.take(skipped);
        feed.advance(&before);
        Some(feed)
    }

    /// The next part. What the document tells of itself is noted.
    pub(super) fn next(&mut self, told: &mut Told) -> Option<Part> {
        if self.done {
            return None;
        }
        self.fill(self.sizes.part);
        loop {
            match self.cut() {
                Cut::At(end, items) => return Some(self.part(end, false, items, told)),
                Cut::Last(items) => return Some(self.part(self.buffer.len(), true, items, told)),
                Cut::Nowhere if self.end => return self.finish(told),
                Cut::Nowhere if self.buffer.len() > self.sizes.row => return Some(Part::Finding(self.too_long())),
                Cut::Nowhere => self.fill((2 * self.buffer.len()).min(self.sizes.row + 1)),
            }
        }
    }

    /// Reads until so much is there, if there is so much.
    fn fill(&mut self, wanted: usize) {
        let missing = wanted.saturating_sub(self.buffer.len());
        if self.end || missing == 0 {
            return;
        }
        match self.reader.by_ref().take(missing as u64).read_to_end(&mut self.buffer) {
            Ok(count) => self.end = count < missing,
            Err(error) => (self.end, self.failed) = (true, Some(error)),
        }
    }

    fn cut(&self) -> Cut {
        let end = match &self.form {
            Form::List { begun, .. } => return self.cut_list(*begun),
            Form::Lines => self.lines(),
            // A line end within quotation marks ends no row.
            Form::Table(head) => match self.lines() {
                end if end > 0 && memchr::memchr(b'"', &self.buffer).is_none() => end,
                _ => head.going_on(1).settled(&self.buffer, self.sizes.part, self.sizes.rows),
            },
        };
        if end == 0 { Cut::Nowhere } else { Cut::At(end, 0) }
    }

    /// The end of the last line that still belongs to a part.
    fn lines(&self) -> usize {
        let ends = memchr::memchr_iter(b'\n', &self.buffer).map(|at| at + 1);
        let ends = ends.filter(|end| table::may_begin(&self.buffer, *end));
        let (mut end, mut lines) = (0, 0);
        for next in ends {
            if lines == self.sizes.rows || (lines > 0 && next > self.sizes.part) {
                break;
            }
            (end, lines) = (next, lines + 1);
        }
        end
    }

    fn cut_list(&self, begun: bool) -> Cut {
        let mut items = items(&self.buffer, begun);
        let (mut end, mut count) = (0, 0);
        let cut = |end: usize, count: u64| if end == 0 { Cut::Nowhere } else { Cut::At(end, count) };
        while count < self.sizes.rows as u64 && end < self.sizes.part {
            match items.next() {
                // What ends where the text does may go on.
                Some(Ok(item)) if item.value.range.end < self.buffer.len() => (end, count) = (items.at(), count + 1),
                Some(Err(broken)) if broken.0 + CHARACTER <= self.buffer.len() => return Cut::Last(count),
                None if !self.end => return cut(end, count),
                None if self.failed.is_none() => return Cut::Last(count),
                Some(_) if self.end && self.failed.is_none() => return Cut::Last(count),
                Some(_) | None => break,
            }
        }
        cut(end, count)
    }

    /// What is left at the end of a document, or why there is no more.
    fn finish(&mut self, told: &mut Told) -> Option<Part> {
        self.done = true;
        if let Some(error) = self.failed.take() {
            let message = format_args!("reading failed here, and nothing that follows is read: {error}");
            return Some(Part::Finding(at_line(Code::FileUnreadable, &self.name, self.at.0, message)));
        }
        (!self.buffer.is_empty()).then(|| self.part(self.buffer.len(), true, 0, told))
    }

    /// Takes bytes out of the buffer.
    fn take(&mut self, end: usize) -> Vec<u8> {
        let rest = self.buffer.split_off(end.min(self.buffer.len()));
        std::mem::replace(&mut self.buffer, rest)
    }

    /// Goes on to the place after a text.
    fn advance(&mut self, text: &[u8]) {
        let mut cursor = Cursor::new(text, self.at);
        cursor.go(text.len());
        self.at = (cursor.line, cursor.column());
    }

    fn part(&mut self, end: usize, last: bool, items: u64, told: &mut Told) -> Part {
        self.done |= last;
        let begins = self.at;
        let mut text = utf8_from(self.take(end), begins.0);
        self.advance(text.text.as_bytes());
        told.items += items;
        let outline = match &mut self.form {
            Form::Lines => Outline::of_part(Layout::Lines, None),
            Form::Table(head) => Outline::of_part(Layout::Table(head.going_on(begins.0)), None),
            Form::List { begun, wrapped } => {
                let layout = if *begun { Layout::Rest } else { Layout::Array(0) };
                let mut outline = Outline::of_part(layout, None);
                if last {
                    after_list(&mut outline, &text.text, *begun, *wrapped);
                    told.members(&outline, &text.text);
                } else {
                    text.text.push(']');
                }
                *begun = true;
                outline
            }
        };
        if !matches!(self.form, Form::Table(_)) {
            told.links(&text.text);
        }
        Part::Rows(Body { name: self.name.clone(), text, outline, begins })
    }

    /// Passes over what is longer than a row may be.
    #[cold]
    fn too_long(&mut self) -> Diagnostic {
        let blank = self.buffer.iter().take_while(|byte| matches!(byte, b'\r' | b'\n')).count();
        let blank = self.take(blank);
        self.advance(&blank);
        let (line, most) = (self.at.0, self.sizes.row);
        if matches!(self.form, Form::List { .. }) {
            self.done = true;
            let message = format!("an object, or what stands after the list, is longer than {most} bytes; nothing from here on is read");
            return at_line(Code::InvalidDocument, &self.name, line, message);
        }
        while memchr::memchr(b'\n', &self.buffer).is_none() {
            self.buffer.clear();
            if self.end {
                break;
            }
            self.fill(self.sizes.part);
        }
        if let Some(end) = memchr::memchr(b'\n', &self.buffer) {
            self.take(end + 1);
            self.at.0 += 1;
        }
        at_line(Code::InvalidRow, &self.name, line, format_args!("the row is longer than {most} bytes; reading goes on at the next line"))
    }
}

/// The items of a list of which some may have been given.
fn items(bytes: &[u8], begun: bool) -> Items<'_> {
    if begun { Items::rest(bytes, 0, false) } else { Items::of(bytes, 0) }
}

/// The members of the object that stand after its list, and what is wrong with them.
fn after_list(outline: &mut Outline, text: &str, begun: bool, wrapped: bool) {
    let bytes = text.as_bytes();
    let mut list = items(bytes, begun);
    if list.by_ref().any(|item| item.is_err()) {
        return; // reading the list tells it
    }
    let mut end = list.at();
    if wrapped {
        let mut members = Items::rest(bytes, end, true);
        for member in members.by_ref() {
            match member {
                Ok(member) => outline.member_at(text, member),
                Err(broken) => {
                    outline.broken = Some(broken.0);
                    return;
                }
            }
        }
        end = members.at();
    }
    let rest = scan::skip_space(bytes, end);
    outline.broken = (rest < bytes.len()).then_some(rest);
}
