//! Documents of users of any length: they are read piece by piece, and no more than a few pieces are held at a time.
//!
//! What recognises a document stands in its first bytes. Those about the application are held as a whole, and so is what
//! its first bytes do not show to be a list of users.

use super::decode::encoding;
use super::feed::{Feed, Part, Sizes};
use super::incomplete::{self, Told};
use super::open::open;
use super::outline::Layout;
use super::parquet::{self, Place};
use super::rows::Body;
use super::shape::{Role, Shape};
use super::utf16::Utf16;
use super::{Document, Documents, EachUser, Input, Wanted};
use crate::bounded;
use crate::diagnostic::{Code, Diagnostic};
use crate::limits::Limits;
use std::collections::VecDeque;
use std::fs::{File, Metadata};
use std::io::{Cursor, ErrorKind, Read};

/// Bytes that are read before a document is recognised.
const HEAD: usize = 1 << 20;

/// Bytes of a piece at most, unless one row is longer, and of all pieces that are held at once: a list of many small values
/// takes 75 times its length while it is decided about.
const PART: usize = 256 << 10;
const HELD: usize = 512 << 10;

/// A document that has begun to be read.
pub struct Source {
    name: String,
    head: Vec<u8>,
    /// What follows the head; `None` where the head is all.
    rest: Option<Box<dyn Read + Send>>,
    length: Option<u64>,
    file: Option<File>,
}

impl Source {
    /// Reads as much of a file as recognises it.
    pub fn file(name: String, file: File) -> std::io::Result<Source> {
        let length = file.metadata().ok().filter(Metadata::is_file).map(|about| about.len());
        let again = file.try_clone()?;
        let source = Source::new(name, Box::new(file), length)?;
        Ok(Source { file: Some(again), ..source })
    }

    /// Reads as much as recognises the document. The name is what people call it, and the length that in bytes, where it
    /// is known.
    pub fn new(name: String, reader: Box<dyn Read + Send>, length: Option<u64>) -> std::io::Result<Source> {
        Source::with_head(name, reader, length, HEAD)
    }

    pub(super) fn with_head(name: String, mut reader: Box<dyn Read + Send>, length: Option<u64>, most: usize) -> std::io::Result<Source> {
        let mut head = Vec::new();
        reader.by_ref().take(most as u64).read_to_end(&mut head)?;
        let (rest, length) = if head.len() == most { (Some(reader), length) } else { (None, Some(head.len() as u64)) };
        Ok(Source { name, head, rest, length, file: None })
    }

    /// The whole document, unless it is larger than is read as a whole.
    fn whole(mut self, limits: &Limits) -> Result<Input, Diagnostic> {
        let unreadable = |told: String| Diagnostic::new(Code::FileUnreadable, format!("{}: {told}", self.name));
        // How much is left is nothing that a person would know.
        let too_large = || bounded::too_large(limits.document_bytes).to_string();
        if self.length.is_some_and(|length| length > limits.document_bytes as u64) {
            return Err(unreadable(too_large()));
        }
        if let Some(rest) = self.rest {
            let read = bounded::read(rest, limits.document_bytes.saturating_sub(self.head.len()));
            let read = read.map_err(|error| match error.kind() {
                ErrorKind::FileTooLarge => unreadable(too_large()),
                _ => unreadable(error.to_string()),
            })?;
            self.head.extend_from_slice(&read);
        }
        Ok(Input { name: self.name, bytes: self.head })
    }

    /// The rows of a Parquet file as lines. One that is no file, such as standard input, is held as a whole.
    fn unpacked(mut self, limits: &Limits) -> Result<Source, Diagnostic> {
        let name = self.name.clone();
        let place = match self.file.take() {
            Some(file) => Place::File(file),
            None => Place::Memory(self.whole(limits)?.bytes),
        };
        let lines = Source::new(name.clone(), parquet::lines(&name, place)?, None);
        lines.map_err(|error| Diagnostic::new(Code::InvalidDocument, format!("{name} cannot be read as Parquet: {error}")))
    }

    /// The text in UTF-8 and without its mark, as it is read.
    fn into_text(self) -> Box<dyn Read + Send> {
        let (mark, unit) = encoding(&self.head);
        let mut head = Cursor::new(self.head);
        head.set_position(mark as u64);
        let all = head.chain(self.rest.unwrap_or_else(|| Box::new(std::io::empty())));
        match unit {
            Some(unit) => Box::new(Utf16::new(all, unit)),
            None => Box::new(all),
        }
    }
}

/// A document that is recognised.
enum Opened {
    Whole(Document),
    Begun(Document, Source),
}

/// A run of users of one document.
#[derive(Debug)]
pub struct Piece {
    input: usize,
    /// `None` is the whole of a document that is held.
    part: Option<Part>,
    bytes: usize,
}

impl Piece {
    /// Its length in bytes.
    pub fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The users of all documents in order, piece by piece.
pub struct Pieces {
    /// The documents that are still to be read, and what reads them if they are not held.
    left: VecDeque<(usize, Option<Feed>)>,
    told: Vec<Told>,
    begun: bool,
    bytes: Option<u64>,
    part: usize,
}

impl Documents {
    /// Recognises the documents and reads those about the application. Those of users are left to the pieces, unless
    /// they are short; [`Documents::persons`] therefore has only users of documents that are.
    ///
    /// `forced` is as for [`Documents::open`], and so are the errors. The more pieces are held `at_once`, the shorter they are.
    pub fn stream(
        sources: Vec<Source>,
        forced: Option<Shape>,
        limits: &Limits,
        at_once: usize,
    ) -> Result<(Documents, Pieces), Vec<Diagnostic>> {
        let part = (HELD / at_once.max(1)).min(PART);
        Documents::stream_in(sources, forced, limits, Sizes { part, rows: 2048, row: limits.row_bytes })
    }

    pub(super) fn stream_in(
        sources: Vec<Source>,
        forced: Option<Shape>,
        limits: &Limits,
        sizes: Sizes,
    ) -> Result<(Documents, Pieces), Vec<Diagnostic>> {
        let alone = sources.len() == 1;
        let (mut opened, mut errors) = (Vec::new(), Vec::new());
        for source in sources {
            match begin(source, forced, alone, limits) {
                Ok(document) => opened.push(document),
                Err(error) => errors.push(error),
            }
        }
        let users = opened.iter().any(|opened| opened.document().shape == Shape::OktaUsers);
        let (mut documents, mut feeds) = (Vec::new(), Vec::new());
        for opened in opened {
            match opened {
                Opened::Whole(document) => {
                    feeds.push((None, Told::of(&document.body), Some(document.body.text.text.len() as u64)));
                    documents.push(document);
                }
                // Beside a list of users, that of the application's is joined to them.
                Opened::Begun(document, source) if users && document.shape == Shape::OktaAppUsers => {
                    match source.whole(limits).and_then(|input| open(input, forced, alone, limits)) {
                        Ok(document) => {
                            feeds.push((None, Told::of(&document.body), Some(document.body.text.text.len() as u64)));
                            documents.push(document);
                        }
                        Err(error) => errors.push(error),
                    }
                }
                Opened::Begun(mut document, source) => {
                    let mut told = Told::default();
                    told.members(&document.body.outline, &document.body.text.text);
                    told.links(before(&document.body));
                    let length = source.length;
                    let feed = Feed::new(source.name.clone(), source.into_text(), &document.body.outline.layout, sizes);
                    feeds.push((feed, told, length));
                    document.body.forget();
                    documents.push(document);
                }
            }
        }
        if !errors.is_empty() {
            return Err(errors);
        }
        let mut documents = Documents::of(documents, limits.depth.min(limits.json_depth))?;
        let mut pieces = Pieces { left: VecDeque::new(), told: Vec::new(), begun: false, bytes: Some(0), part: sizes.part };
        for (input, (feed, told, length)) in feeds.into_iter().enumerate() {
            pieces.begun |= feed.is_some();
            pieces.told.push(told);
            if documents.is_users(&documents.documents[input]) {
                pieces.left.push_back((input, feed));
                pieces.bytes = pieces.bytes.zip(length).map(|(all, length)| all + length);
            }
        }
        if !pieces.begun {
            documents.warnings = incomplete::warnings(&documents, &pieces.told);
        }
        Ok((documents, pieces))
    }

    /// Hands on the users of a piece in order, one at a time, and in place of a row that is none the finding; it stops
    /// when told to. Rows are counted from the beginning of the piece.
    ///
    /// Of users whose attributes are plain members, only the wanted ones are kept, if any are named.
    pub fn users_in(&self, piece: &Piece, wanted: Option<&Wanted>, f: EachUser<'_>) {
        let Some(document) = self.documents.get(piece.input) else { return };
        let body = match &piece.part {
            Some(Part::Rows(body)) => body,
            None => &document.body,
            Some(Part::Finding(finding)) => {
                let _ = f(Err(finding.clone()));
                return;
            }
        };
        let _ = self.persons_of(piece.input, (document.shape, body), wanted, &mut 0, f);
    }
}

impl Pieces {
    /// How many bytes the documents of users have, where that is known.
    pub fn bytes(&self) -> Option<u64> {
        self.bytes
    }

    /// How long a piece is at most, unless it is one row that is longer.
    pub fn most(&self) -> usize {
        self.part
    }

    /// What the documents leave out, as far as they say so themselves and it was not known before they had been read
    /// (that is [`Documents::warnings`]).
    pub fn warnings(&self, documents: &Documents) -> Vec<Diagnostic> {
        if self.begun && self.left.is_empty() { incomplete::warnings(documents, &self.told) } else { Vec::new() }
    }
}

impl Iterator for Pieces {
    type Item = Piece;

    fn next(&mut self) -> Option<Piece> {
        while let Some((input, feed)) = self.left.front_mut() {
            let input = *input;
            let part = match feed {
                Some(feed) => self.told.get_mut(input).and_then(|told| feed.next(told)).map(Some),
                None => {
                    self.left.pop_front();
                    return Some(Piece { input, part: None, bytes: 0 });
                }
            };
            match part {
                Some(part) => {
                    let bytes = part.as_ref().map_or(0, Part::bytes);
                    return Some(Piece { input, part, bytes });
                }
                None => self.left.pop_front(),
            };
        }
        None
    }
}

impl Opened {
    fn document(&self) -> &Document {
        match self {
            Opened::Whole(document) | Opened::Begun(document, _) => document,
        }
    }
}

/// Recognises a document by its head. Where the head is not enough, or the document is not one of users, all of it is
/// read.
fn begin(source: Source, forced: Option<Shape>, alone: bool, limits: &Limits) -> Result<Opened, Diagnostic> {
    if source.head.starts_with(parquet::MAGIC) {
        return begin(source.unpacked(limits)?, forced.or(Some(Shape::Ndjson)), true, limits);
    }
    if source.rest.is_some() {
        let head = Input { name: source.name.clone(), bytes: source.head.clone() };
        match open(head, forced, alone, limits) {
            Ok(document) if can_be_cut(&document) => return Ok(Opened::Begun(document, source)),
            _ => {}
        }
    }
    open(source.whole(limits)?, forced, alone, limits).map(Opened::Whole)
}

fn can_be_cut(document: &Document) -> bool {
    let rows = matches!(document.body.outline.layout, Layout::Lines | Layout::Table(_) | Layout::Array(_) | Layout::Wrapped(..));
    let users = document.shape.role() == Role::Users || document.shape == Shape::OktaAppUsers;
    // Whether more follow is said by the last of pages that stand a line each, which are few.
    let rows = rows && !document.body.outline.pages;
    // Bytes that are no text would stand for fewer or more than what stands in their place.
    rows && users && !before(&document.body).contains(char::REPLACEMENT_CHARACTER)
}

/// What stands before the rows.
fn before(body: &Body) -> &str {
    let end = match &body.outline.layout {
        Layout::Table(head) => head.body().0,
        Layout::Array(at) | Layout::Wrapped(_, at) => *at,
        _ => 0,
    };
    body.text.text.get(..end).unwrap_or_default()
}
