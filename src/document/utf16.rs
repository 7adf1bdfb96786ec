//! UTF-16 as UTF-8, as it is read.

use std::io::Read;

/// Turns what it reads into UTF-8. What is no text becomes a byte that is none in UTF-8 either, so that the line in which
/// it stands is told as any other such line is.
pub(super) struct Utf16<R> {
    reader: R,
    unit: fn([u8; 2]) -> u16,
    /// Bytes of a character of which the rest is still to come.
    begun: Vec<u8>,
    out: Vec<u8>,
    given: usize,
}

/// The byte that stands nowhere in UTF-8.
const NO_TEXT: u8 = 0xFF;

impl<R: Read> Utf16<R> {
    /// `unit` says in which order the bytes stand.
    pub(super) fn new(reader: R, unit: fn([u8; 2]) -> u16) -> Self {
        Utf16 { reader, unit, begun: Vec::new(), out: Vec::new(), given: 0 }
    }

    /// Reads on until there is something to give, or nothing more to read.
    fn refill(&mut self) -> std::io::Result<()> {
        (self.given, self.out) = (0, Vec::new());
        while self.out.is_empty() {
            let mut bytes = [0; 8192];
            let count = self.reader.read(&mut bytes)?;
            let mut text = std::mem::take(&mut self.begun);
            text.extend_from_slice(&bytes[..count]);
            let end = text.len() & !1;
            let half = text[..end].last_chunk::<2>().is_some_and(|last| matches!((self.unit)(*last), 0xD800..=0xDBFF));
            let end = if half && count > 0 { end - 2 } else { end };
            for read in char::decode_utf16(text[..end].chunks_exact(2).map(|pair| (self.unit)([pair[0], pair[1]]))) {
                match read {
                    Ok(character) => self.out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
                    Err(_) => self.out.push(NO_TEXT),
                }
            }
            if count == 0 {
                self.out.extend(text[end..].iter().map(|_| NO_TEXT));
                return Ok(());
            }
            self.begun = text.split_off(end);
        }
        Ok(())
    }
}

impl<R: Read> Read for Utf16<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.given == self.out.len() {
            self.refill()?;
        }
        let count = (&self.out[self.given..]).read(buffer)?;
        self.given += count;
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Gives one byte at a time.
    struct Slow<'b>(&'b [u8]);

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            let count = self.0.len().min(1);
            self.0.read(&mut buffer[..count])
        }
    }

    #[test]
    fn every_character_and_none() {
        let text = "a\nØ林🦊z";
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let read = if unit(1) == [1, 0] { u16::from_le_bytes } else { u16::from_be_bytes };
            let mut bytes: Vec<u8> = text.encode_utf16().flat_map(unit).collect();
            bytes.extend(unit(0xD800));
            bytes.push(7);
            for slow in [true, false] {
                let mut out = Vec::new();
                let given = if slow {
                    Utf16::new(Slow(&bytes), read).read_to_end(&mut out)
                } else {
                    Utf16::new(bytes.as_slice(), read).read_to_end(&mut out)
                };
                assert_eq!(given.ok(), Some(out.len()));
                assert_eq!(out, [text.as_bytes(), &[NO_TEXT, NO_TEXT]].concat());
            }
        }
    }
}
