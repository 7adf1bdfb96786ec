//! From bytes to text: what programs on Windows write is UTF-16 as often as UTF-8, and begins with a mark.

/// A document's text, and the lines in which bytes were no text.
#[derive(Debug, Default)]
pub(crate) struct Text {
    /// The text; where bytes could not be read stands U+FFFD.
    pub(crate) text: String,
    /// Lines, from 1 and ascending, in which that happened: rows there are refused, the others are read.
    pub(crate) spoiled: Vec<usize>,
}

impl Text {
    /// The first spoiled line among `first..=last`.
    pub(crate) fn spoiled_within(&self, first: usize, last: usize) -> Option<usize> {
        let at = self.spoiled.partition_point(|line| *line < first);
        self.spoiled.get(at).copied().filter(|line| *line <= last)
    }
}

/// Reads UTF-8, and UTF-16 of either order. Without a mark, a NUL beside the first character tells the order: every
/// known shape begins with a character of ASCII.
pub(crate) fn decode(mut bytes: Vec<u8>) -> Text {
    match encoding(&bytes) {
        (mark, Some(unit)) => utf16(&bytes[mark..], unit),
        (0, None) => utf8_from(bytes, 1),
        (mark, None) => utf8_from(bytes.split_off(mark), 1),
    }
}

/// How two bytes make a unit of UTF-16.
type Unit = fn([u8; 2]) -> u16;

/// The length of a text's mark, and the order of its bytes if it is UTF-16.
pub(super) fn encoding(bytes: &[u8]) -> (usize, Option<Unit>) {
    match bytes {
        [0xEF, 0xBB, 0xBF, ..] => (3, None),
        [0xFF, 0xFE, ..] => (2, Some(u16::from_le_bytes)),
        [0xFE, 0xFF, ..] => (2, Some(u16::from_be_bytes)),
        [1..=0xFF, 0, ..] => (0, Some(u16::from_le_bytes)),
        [0, 1..=0xFF, ..] => (0, Some(u16::from_be_bytes)),
        _ => (0, None),
    }
}

/// Reads UTF-8 that begins in that line of its document.
pub(super) fn utf8_from(bytes: Vec<u8>, line: usize) -> Text {
    let bytes = match String::from_utf8(bytes) {
        Ok(text) => return Text { text, spoiled: Vec::new() },
        Err(error) => error.into_bytes(),
    };
    let mut out = Builder { line, ..Builder::default() };
    for chunk in bytes.utf8_chunks() {
        out.text.push_str(chunk.valid());
        out.line += chunk.valid().matches('\n').count();
        if !chunk.invalid().is_empty() {
            out.spoil();
        }
    }
    out.finish()
}

fn utf16(bytes: &[u8], unit: Unit) -> Text {
    let pairs = bytes.chunks_exact(2);
    let odd = !pairs.remainder().is_empty();
    let mut out = Builder { line: 1, ..Builder::default() };
    out.text.reserve(bytes.len() / 2);
    for read in char::decode_utf16(pairs.map(|pair| unit([pair[0], pair[1]]))) {
        match read {
            Ok(c) => {
                out.line += usize::from(c == '\n');
                out.text.push(c);
            }
            Err(_) => out.spoil(),
        }
    }
    if odd {
        out.spoil();
    }
    out.finish()
}

#[derive(Default)]
struct Builder {
    text: String,
    line: usize,
    spoiled: Vec<usize>,
}

impl Builder {
    fn spoil(&mut self) {
        self.text.push(char::REPLACEMENT_CHARACTER);
        if self.spoiled.last() != Some(&self.line) {
            self.spoiled.push(self.line);
        }
    }

    fn finish(self) -> Text {
        Text { text: self.text, spoiled: self.spoiled }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn units(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
        text.encode_utf16().flat_map(bytes).collect()
    }

    #[test]
    fn every_mark_and_none() {
        let text = "[{\"a\":\"Ødegård 林\"}]";
        let mut marked = vec![0xEF, 0xBB, 0xBF];
        marked.extend(text.as_bytes());
        let (le, be) = (units(text, u16::to_le_bytes), units(text, u16::to_be_bytes));
        let with = |mark: [u8; 2], rest: &[u8]| [&mark, rest].concat();
        for bytes in [text.into(), marked, with([0xFF, 0xFE], &le), with([0xFE, 0xFF], &be), le.clone(), be.clone()] {
            let read = decode(bytes);
            assert_eq!(read.text, text);
            assert!(read.spoiled.is_empty());
        }
    }

    #[test]
    fn spoiled_lines_are_told() {
        let read = decode(b"a\nb\xF8rn \xF8\nc\n\xFF".to_vec());
        assert_eq!(read.spoiled, [2, 4]);
        assert_eq!(read.spoiled_within(3, 3), None);
        assert_eq!(read.spoiled_within(3, 9), Some(4));
        let mut odd = units("\u{feff}a\nb", u16::to_le_bytes);
        odd.push(0);
        assert_eq!(decode(odd).spoiled, [2]);
    }
}
