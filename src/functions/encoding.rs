//! Texts as bytes, written in signs of ASCII.

/// UTF-16, little-endian, in base 64 (RFC 4648, section 4): what .NET calls Unicode.
pub(super) fn utf16_base64(text: &str) -> String {
    let bytes: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    const SIGNS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut written = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for chunk in bytes.chunks(3) {
        let byte = |at: usize| u32::from(chunk.get(at).copied().unwrap_or(0));
        let bits = byte(0) << 16 | byte(1) << 8 | byte(2);
        for sign in 0..4 {
            if sign <= chunk.len() {
                written.push(char::from(SIGNS[(bits >> (18 - 6 * sign) & 0x3F) as usize]));
            } else {
                written.push('=');
            }
        }
    }
    written
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
}
