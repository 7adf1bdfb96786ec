//! JavaScript counts the UTF-16 units of a text, Rust its bytes.

/// The byte at which a unit begins; the end where the text is shorter.
pub fn byte_of(text: &str, unit: usize) -> usize {
    let mut units = 0;
    for (byte, character) in text.char_indices() {
        if units >= unit {
            return byte;
        }
        units += character.len_utf16();
    }
    text.len()
}

/// The unit at which a byte stands.
pub fn unit_of(text: &str, byte: usize) -> usize {
    let before = text.char_indices().take_while(|(at, _)| *at < byte);
    before.map(|(_, character)| character.len_utf16()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_and_units_name_the_same_places() {
        let text = "aé😀b";
        for (byte, unit) in [(0, 0), (1, 1), (3, 2), (7, 4), (8, 5)] {
            assert_eq!(byte_of(text, unit), byte);
            assert_eq!(unit_of(text, byte), unit);
        }
        assert_eq!(byte_of(text, 99), 8);
    }
}
