//! The table of NormalizeDiacritics.
//!
//! It is the vendor's, with its gaps (Đ, œ without a macron): a decomposition by Unicode would change more letters
//! than Entra does, and names would differ between here and there.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

/// What stands for which letters. Combining marks are written out, as they would hide in the quotation marks.
const TABLE: &[(&str, &[&str])] = &[
    (
        "a",
        &[
            "ä",
            "à",
            "â",
            "ã",
            "å",
            "á",
            "ą",
            "ă",
            "ā",
            "ā\u{301}",
            "ā\u{300}",
            "ā\u{302}",
            "ā\u{303}",
            "ǟ",
            "ā\u{308}",
            "ǡ",
            "a\u{331}",
            "å\u{304}",
        ],
    ),
    (
        "A",
        &[
            "Ä",
            "À",
            "Â",
            "Ã",
            "Å",
            "Á",
            "Ą",
            "Ă",
            "Ā",
            "Ā\u{301}",
            "Ā\u{300}",
            "Ā\u{302}",
            "Ā\u{303}",
            "Ǟ",
            "Ā\u{308}",
            "Ǡ",
            "A\u{331}",
            "Å\u{304}",
        ],
    ),
    ("ae", &["æ", "ǣ"]),
    ("AE", &["Æ", "Ǣ"]),
    ("c", &["ç", "č", "ć", "c\u{304}", "c\u{331}"]),
    ("C", &["Ç", "Č", "Ć", "C\u{304}", "C\u{331}"]),
    ("d", &["ď", "d\u{304}", "ḏ"]),
    ("D", &["Ď", "D\u{304}", "Ḏ"]),
    (
        "e",
        &["ë", "è", "é", "ê", "ę", "ě", "ė", "ē", "ḗ", "ḕ", "ē\u{302}", "ē\u{303}", "ê\u{304}", "e\u{331}", "ë\u{304}", "e\u{30a}\u{304}"],
    ),
    (
        "E",
        &["Ë", "È", "É", "Ê", "Ę", "Ě", "Ė", "Ē", "Ḗ", "Ḕ", "Ē\u{302}", "Ē\u{303}", "Ê\u{304}", "E\u{331}", "Ë\u{304}", "E\u{30a}\u{304}"],
    ),
    ("g", &["ğ", "ḡ", "g\u{331}"]),
    ("G", &["Ğ", "Ḡ", "G\u{331}"]),
    ("i", &["ï", "î", "ì", "í", "ı", "ī", "ī\u{301}", "ī\u{300}", "ī\u{302}", "ī\u{303}", "i\u{331}"]),
    ("I", &["Ï", "Î", "Ì", "Í", "İ", "Ī", "Ī\u{301}", "Ī\u{300}", "Ī\u{302}", "Ī\u{303}", "I\u{331}"]),
    ("l", &["ľ", "ł", "l\u{304}", "ḹ", "ḻ"]),
    ("L", &["Ł", "Ľ", "L\u{304}", "Ḹ", "Ḻ"]),
    ("n", &["ñ", "ń", "ň", "n\u{304}", "ṉ"]),
    ("N", &["Ñ", "Ń", "Ň", "N\u{304}", "Ṉ"]),
    ("o", &["ö", "ò", "ő", "õ", "ô", "ó", "ō", "ṓ", "ṑ", "ō\u{302}", "ō\u{303}", "ȫ", "ō\u{308}", "ǭ", "ȭ", "ȱ", "o\u{331}"]),
    ("O", &["Ö", "Ò", "Ő", "Õ", "Ô", "Ó", "Ō", "Ṓ", "Ṑ", "Ō\u{302}", "Ō\u{303}", "Ȫ", "Ō\u{308}", "Ǭ", "Ȭ", "Ȱ", "O\u{331}"]),
    ("oe", &["ø", "ø\u{304}", "œ\u{304}"]),
    ("OE", &["Ø", "Ø\u{304}", "Œ\u{304}"]),
    ("r", &["ř", "r\u{304}", "ṟ", "ṝ"]),
    ("R", &["Ř", "R\u{304}", "Ṟ", "Ṝ"]),
    ("ss", &["ß"]),
    ("s", &["š", "ś", "ș", "ş", "s\u{304}", "s\u{331}"]),
    ("S", &["Š", "Ś", "Ș", "Ş", "S\u{304}", "S\u{331}"]),
    ("t", &["ť", "ț", "t\u{304}", "ṯ"]),
    ("T", &["Ť", "Ț", "T\u{304}", "Ṯ"]),
    (
        "u",
        &[
            "ü",
            "ù",
            "û",
            "ú",
            "ů",
            "ű",
            "ū",
            "ū\u{301}",
            "ū\u{300}",
            "ū\u{302}",
            "ū\u{303}",
            "u\u{307}\u{304}",
            "ǖ",
            "ṻ",
            "ṳ\u{304}",
            "u\u{331}",
        ],
    ),
    (
        "U",
        &[
            "Ü",
            "Ù",
            "Û",
            "Ú",
            "Ů",
            "Ű",
            "Ū",
            "Ū\u{301}",
            "Ū\u{300}",
            "Ū\u{302}",
            "Ū\u{303}",
            "U\u{307}\u{304}",
            "Ǖ",
            "Ṻ",
            "Ṳ\u{304}",
            "U\u{331}",
        ],
    ),
    ("y", &["ÿ", "ý", "ȳ", "ȳ\u{301}", "ȳ\u{300}", "ȳ\u{303}", "y\u{331}"]),
    ("Y", &["Ÿ", "Ý", "Ȳ", "Ȳ\u{301}", "Ȳ\u{300}", "Ȳ\u{303}", "Y\u{331}"]),
    ("z", &["ź", "ž", "ż", "z\u{304}", "ẕ"]),
    ("Z", &["Ź", "Ž", "Ż", "Z\u{304}", "Ẕ"]),
];

/// The entries by their first character, the longest first: a letter with a combining mark comes before the letter.
static BY_FIRST: LazyLock<HashMap<char, Vec<(&'static str, &'static str)>>> = LazyLock::new(|| {
    let mut map: HashMap<char, Vec<_>> = HashMap::new();
    for (plain, letters) in TABLE {
        for letter in *letters {
            if let Some(first) = letter.chars().next() {
                map.entry(first).or_default().push((*letter, *plain));
            }
        }
    }
    for entries in map.values_mut() {
        entries.sort_by_key(|(letter, _)| std::cmp::Reverse(letter.len()));
    }
    map
});

/// Replaces what the table lists and nothing else.
pub(super) fn normalize(text: Cow<'_, str>) -> Cow<'_, str> {
    if find(&text).is_none() {
        return text;
    }
    let mut plain = String::with_capacity(text.len());
    let mut rest: &str = &text;
    while let Some((at, letter, replacement)) = find(rest) {
        plain.push_str(&rest[..at]);
        plain.push_str(replacement);
        rest = &rest[at + letter.len()..];
    }
    plain.push_str(rest);
    Cow::Owned(plain)
}

/// The first letter of the table in a text: where, which, and what stands for it.
fn find(text: &str) -> Option<(usize, &'static str, &'static str)> {
    // An ASCII letter is in the table only with a combining mark after it, so pure ASCII needs no look-up at all.
    if text.is_ascii() {
        return None;
    }
    text.char_indices().find_map(|(at, character)| {
        let entries = BY_FIRST.get(&character)?;
        let (letter, plain) = entries.iter().find(|(letter, _)| text[at..].starts_with(letter))?;
        Some((at, *letter, *plain))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_table_counts() {
        for (text, plain) in [
            ("Zoë Straße Øystein Đà", "Zoe Strasse OEystein Đa"),
            ("C\u{304}a\u{331}r\u{304} \u{1E73}\u{304}", "Car u"),
            ("œ œ\u{304} a\u{301} a", "œ oe a\u{301} a"),
            ("å\u{304}e\u{30a}\u{304}", "ae"),
        ] {
            assert_eq!(normalize(Cow::Borrowed(text)), plain, "{text}");
        }
        assert!(matches!(normalize(Cow::Borrowed("plain œ")), Cow::Borrowed(_)));
    }
}
