//! Where the values of a JSON text begin and end, found without reading them: a large export is never held as a tree,
//! each user knows its line, and one damaged user does not take the others along.

use std::ops::Range;

/// The extent of one value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Extent {
    /// Its bytes.
    pub(super) range: Range<usize>,
    /// How deeply its collections are nested.
    pub(super) depth: usize,
}

/// The text ends, or goes on, where it cannot: at this byte at the latest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Broken(pub(super) usize);

/// The first byte from `at` on that is no white space; the end of the text if there is none.
pub(super) fn skip_space(bytes: &[u8], mut at: usize) -> usize {
    while matches!(bytes.get(at), Some(b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// The value that begins at `at`. Brackets are counted, not matched: the parser that reads the value does that.
pub(super) fn value(bytes: &[u8], at: usize) -> Result<Extent, Broken> {
    let (mut end, mut open, mut depth) = (at, 0usize, 0usize);
    loop {
        match bytes.get(end) {
            None => return Err(Broken(end)),
            Some(b'"') => end = text(bytes, end)?,
            Some(b'{' | b'[') => {
                open += 1;
                depth = depth.max(open);
                end += 1;
            }
            Some(b'}' | b']') => {
                if open == 0 {
                    return Err(Broken(end));
                }
                open -= 1;
                end += 1;
            }
            Some(_) if open > 0 => {
                end += 1;
                continue; // only a text or a bracket can end a collection
            }
            Some(_) => {
                end = word(bytes, end);
                if end == at {
                    return Err(Broken(at));
                }
            }
        }
        if open == 0 {
            return Ok(Extent { range: at..end, depth });
        }
    }
}

/// One past the closing quotation mark of the text that begins at `at`. A line end within is damage, as in JSON: it
/// keeps a forgotten quotation mark from turning the rest of the document inside out.
fn text(bytes: &[u8], at: usize) -> Result<usize, Broken> {
    let mut end = at + 1;
    loop {
        let Some(next) = bytes.get(end..).and_then(|rest| memchr::memchr3(b'"', b'\\', b'\n', rest)) else {
            return Err(Broken(bytes.len()));
        };
        end += next;
        match bytes.get(end..) {
            Some([b'"', ..]) => return Ok(end + 1),
            Some([b'\\', escaped, ..]) if *escaped != b'\n' => end += 2,
            Some([b'\\', ..]) => end += 1,
            _ => return Err(Broken(end)),
        }
    }
}

/// One past a number, `true`, `false`, `null` or whatever stands in their place.
fn word(bytes: &[u8], mut at: usize) -> usize {
    while !matches!(bytes.get(at), None | Some(b',' | b':' | b']' | b'}' | b'{' | b'[' | b'"' | b' ' | b'\t' | b'\r' | b'\n')) {
        at += 1;
    }
    at
}

/// The items of a list, or the members of an object: what stands between its brackets.
#[derive(Debug)]
pub(super) struct Items<'t> {
    bytes: &'t [u8],
    at: usize,
    named: bool,
    state: State,
    pending: Option<(Range<usize>, usize)>,
}

#[derive(Debug, PartialEq, Eq)]
enum State {
    First,
    Next,
    Done,
}

/// One item; a member of an object has its name's extent too.
#[derive(Debug)]
pub(super) struct Item {
    /// The name, with its quotation marks.
    pub(super) name: Option<Range<usize>>,
    /// The value.
    pub(super) value: Extent,
}

impl<'t> Items<'t> {
    /// Of the collection whose bracket stands at `at`.
    pub(super) fn of(bytes: &'t [u8], at: usize) -> Self {
        Items { bytes, at: at + 1, named: bytes.get(at) == Some(&b'{'), state: State::First, pending: None }
    }

    /// Of a collection of which an item ends at `at`: those that follow.
    pub(super) fn rest(bytes: &'t [u8], at: usize, named: bool) -> Self {
        Items { bytes, at, named, state: State::Next, pending: None }
    }

    /// How far it has read: after the last item, one past the closing bracket; after damage, where the value begins in
    /// which it is, or the damage itself if it is between values.
    pub(super) fn at(&self) -> usize {
        self.at
    }

    /// The name and the beginning of the member at whose value it stopped.
    pub(super) fn pending(&self) -> Option<(Range<usize>, usize)> {
        self.pending.clone()
    }

    fn step(&mut self) -> Result<Option<Item>, Broken> {
        let close = if self.named { b'}' } else { b']' };
        self.at = skip_space(self.bytes, self.at);
        match (self.bytes.get(self.at), &self.state) {
            (Some(byte), _) if *byte == close => {
                self.at += 1;
                return Ok(None);
            }
            (Some(_), State::First) => self.state = State::Next,
            (Some(b','), State::Next) => self.at = skip_space(self.bytes, self.at + 1),
            _ => return Err(Broken(self.at)),
        }
        let mut name = None;
        self.pending = None;
        if self.named {
            if self.bytes.get(self.at) != Some(&b'"') {
                return Err(Broken(self.at));
            }
            let end = text(self.bytes, self.at)?;
            name = Some(self.at..end);
            let colon = skip_space(self.bytes, end);
            if self.bytes.get(colon) != Some(&b':') {
                return Err(Broken(colon));
            }
            self.at = skip_space(self.bytes, colon + 1);
            self.pending = name.clone().map(|name| (name, self.at));
        }
        let value = value(self.bytes, self.at)?;
        self.at = value.range.end;
        Ok(Some(Item { name, value }))
    }
}

impl Iterator for Items<'_> {
    type Item = Result<Item, Broken>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.state == State::Done {
            return None;
        }
        let step = self.step().transpose();
        if !matches!(step, Some(Ok(_))) {
            self.state = State::Done;
        }
        step
    }
}

/// Turns ascending bytes of a text into lines and columns, without counting again from the start each time.
#[derive(Debug)]
pub(super) struct Cursor<'t> {
    bytes: &'t [u8],
    at: usize,
    /// From 1.
    pub(super) line: usize,
    /// A byte and its column.
    known: (usize, usize),
}

impl<'t> Cursor<'t> {
    /// At the beginning of a text, which stands there in the document.
    pub(super) fn new(bytes: &'t [u8], (line, column): (usize, usize)) -> Self {
        Cursor { bytes, at: 0, line, known: (0, column) }
    }

    /// Moves on to a byte; one already passed changes nothing.
    pub(super) fn go(&mut self, to: usize) {
        let Some(passed) = self.bytes.get(self.at..to.min(self.bytes.len())) else { return };
        if let Some(end) = memchr::memrchr(b'\n', passed) {
            self.line += memchr::memchr_iter(b'\n', passed).count();
            self.known = (self.at + end + 1, 1);
        }
        self.at += passed.len();
    }

    /// In characters, from 1. It is counted when it is asked for, which is seldom.
    pub(super) fn column(&mut self) -> usize {
        let (from, column) = self.known;
        let since = self.bytes.get(from..self.at).unwrap_or_default();
        let column = column + since.iter().filter(|byte| !matches!(byte, 0x80..=0xBF)).count(); // others are within a character
        self.known = (self.at, column);
        column
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn items(text: &str) -> Vec<Result<&str, usize>> {
        Items::of(text.as_bytes(), 0).map(|item| item.map(|item| &text[item.value.range]).map_err(|broken| broken.0)).collect()
    }

    #[test]
    fn items_of_lists_and_objects() {
        assert_eq!(items("[]"), []);
        assert_eq!(items("[ 1, \"a]\\\"\" ,{\"b\":[2,{}]}, null ]"), [Ok("1"), Ok("\"a]\\\"\""), Ok("{\"b\":[2,{}]}"), Ok("null")]);
        assert_eq!(items("{\"a\" : 1,\"b\":{}}"), [Ok("1"), Ok("{}")]);
    }

    #[test]
    fn damage_stands_where_it_is() {
        assert_eq!(items("[1,]"), [Ok("1"), Err(3)]);
        assert_eq!(items("[1 2]"), [Ok("1"), Err(3)]);
        assert_eq!(items("[1"), [Ok("1"), Err(2)]);
        assert_eq!(items("[\"a\n\"]"), [Err(3)]);
        assert_eq!(items("[{\"a\":1]"), [Ok("{\"a\":1]"), Err(8)]);
        assert_eq!(items("{a:1}"), [Err(1)]);
        assert_eq!(items("[tru, {\"a\":tru}]"), [Ok("tru"), Ok("{\"a\":tru}")], "the parser refuses these, one by one");
    }

    #[test]
    fn depth_and_place() {
        assert_eq!(value(b"[[{}],1]", 0), Ok(Extent { range: 0..8, depth: 3 }));
        let text = "a\nüx";
        let mut cursor = Cursor::new(text.as_bytes(), (1, 1));
        cursor.go(4);
        assert_eq!((cursor.line, cursor.column()), (2, 2));
    }
}
