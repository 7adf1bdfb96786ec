//! Texts as bytes, written in signs of ASCII.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// UTF-16, little-endian, in base 64 (RFC 4648, section 4): what .NET calls Unicode.
pub(super) fn utf16_base64(text: &str) -> String {
    STANDARD.encode(text.encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<u8>>())
}

/// How a text became the bytes that base 64 writes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Encoding {
    /// UTF-16, little-endian.
    Unicode,
    Ascii,
    Utf8,
}

impl Encoding {
    pub fn named(name: &str) -> Option<Encoding> {
        match name {
            "Unicode" => Some(Encoding::Unicode),
            "ASCII" => Some(Encoding::Ascii),
            "UTF8" => Some(Encoding::Utf8),
            _ => None,
        }
    }

    /// The text of base 64, white space ignored as .NET ignores it; what it is not, in words.
    pub fn of_base64(self, written: &str) -> Result<String, &'static str> {
        let written: String = written.chars().filter(|c| !c.is_ascii_whitespace()).collect();
        let bytes = STANDARD.decode(written).map_err(|_| "base 64")?;
        match self {
            Encoding::Utf8 => String::from_utf8(bytes).map_err(|_| "base 64 of UTF-8"),
            Encoding::Ascii => String::from_utf8(bytes).ok().filter(|text| text.is_ascii()).ok_or("base 64 of ASCII"),
            Encoding::Unicode => {
                let units: Vec<u16> = bytes.chunks_exact(2).map(|unit| u16::from_le_bytes([unit[0], unit[1]])).collect();
                String::from_utf16(&units).ok().filter(|_| bytes.len() % 2 == 0).ok_or("base 64 of UTF-16")
            }
        }
    }
}

/// UTF-8 in hexadecimal, capital letters.
pub(super) fn utf8_hex(text: &str) -> String {
    const SIGNS: &[u8; 16] = b"0123456789ABCDEF";
    let mut written = String::with_capacity(text.len() * 2);
    for byte in text.bytes() {
        written.push(char::from(SIGNS[usize::from(byte >> 4)]));
        written.push(char::from(SIGNS[usize::from(byte & 0xF)]));
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_padded() {
        assert_eq!(utf16_base64(""), "");
        assert_eq!(utf16_base64("a"), "YQA=");
        assert_eq!(utf16_base64("😀"), "PdgA3g==");
        assert_eq!(utf8_hex("é"), "C3A9");
    }

    #[test]
    fn base64_is_read_back() {
        for text in ["", "a", "Zoë", "😀 and more"] {
            assert_eq!(Encoding::Unicode.of_base64(&utf16_base64(text)).as_deref(), Ok(text));
        }
        assert_eq!(Encoding::Utf8.of_base64("SGVs bG8gd29y\r\nbGQh").as_deref(), Ok("Hello world!"));
        for (encoding, wrong) in
            [(Encoding::Utf8, "gA=="), (Encoding::Ascii, "w6k="), (Encoding::Unicode, "YQ=="), (Encoding::Unicode, "ANg=")]
        {
            assert!(encoding.of_base64(wrong).is_err(), "{encoding:?} {wrong}");
        }
        assert_eq!(Encoding::Utf8.of_base64("SGVsbG8"), Err("base 64"));
    }
}
