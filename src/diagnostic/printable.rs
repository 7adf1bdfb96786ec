//! Texts that cannot steer what shows them.

#[cfg(feature = "cli")]
use std::borrow::Cow;

/// A text with a replacement of the same length for each character that would steer a terminal or hide what is written,
/// so that places stay right. Lines and tabs stay.
pub(crate) fn printable(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut before = ' ';
    for character in text.chars() {
        if matches!(character, '\n' | '\t') || !is_hostile(before, character) {
            written.push(character);
        } else {
            written.extend(std::iter::repeat_n('?', character.len_utf8()));
        }
        before = character;
    }
    // What build services take for a command wherever it stands in their log.
    if written.contains("##") { written.replace("##[", "?#[").replace("##vso[", "?#vso[") } else { written }
}

/// The same as one line: what stands in a value ends no line.
pub(crate) fn one_line(text: &str) -> String {
    printable(text).replace(['\n', '\t'], " ")
}

/// A text of JSON of which no value changes: hostile characters stand only within texts, and become escapes.
#[cfg(feature = "cli")]
pub(crate) fn json(json: &str) -> Cow<'_, str> {
    let (mut written, mut rest) = (Cow::Borrowed(""), json);
    let mut from = 0;
    // What writes JSON escapes the controls of ASCII, but for the last.
    while let Some(at) = rest.as_bytes().get(from..).and_then(|left| left.iter().position(|byte| *byte >= 0x7f)) {
        let (before, after) = rest.split_at(from + at);
        let Some(character) = after.chars().next() else { break };
        // Joiners, too: JSON loses nothing by an escape.
        if is_hostile(' ', character) {
            written.to_mut().push_str(before);
            written.to_mut().extend(character.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
            (rest, from) = (&after[character.len_utf8()..], 0);
        } else {
            from = before.len() + character.len_utf8();
        }
    }
    let written = if rest.len() == json.len() { Cow::Borrowed(json) } else { written + rest };
    if written.contains("##") { written.replace("##[", "\\u0023#[").replace("##vso[", "\\u0023#vso[").into() } else { written }
}

/// Whether a character steers (a control), turns the direction of what follows, ends a line in some programs, or is not
/// seen at all. What joins or parts letters is part of Persian or Indic names and of emoji; between letters of ASCII it
/// only makes two names look the same.
fn is_hostile(before: char, character: char) -> bool {
    match character {
        '\u{200c}' | '\u{200d}' => before.is_ascii(),
        '\u{ad}'
        | '\u{61c}'
        | '\u{180e}'
        | '\u{200b}'
        | '\u{200e}'..='\u{200f}'
        | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}'
        | '\u{3164}'
        | '\u{feff}'
        | '\u{ffa0}'
        | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e007f}' => true,
        other => other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_steers_or_hides_is_replaced_at_its_length() {
        for (text, shown) in [
            ("\u{1b}[31mred\u{1b}[0m", "?[31mred?[0m"),
            ("\u{9b}31m\u{7f}\u{0}\r", "??31m???"),
            ("\u{202e}live\u{2066}\u{61c}\u{200f}", "???live????????"),
            ("ad\u{200b}min\u{200d}\u{feff}", "ad???min??????"),
            ("a\u{2028}b\u{e0041}", "a???b????"),
            ("a\nb\tc", "a\nb\tc"),
            ("##[error]a ##vso[b] ## [c]", "?#[error]a ?#vso[b] ## [c]"),
            ("Ærø 株式会社 نرم\u{200c}افزار 👩\u{200d}💻 ❤\u{fe0f}", "Ærø 株式会社 نرم\u{200c}افزار 👩\u{200d}💻 ❤\u{fe0f}"),
        ] {
            assert_eq!(printable(text), shown);
            assert_eq!(printable(text).len(), text.len());
        }
        assert_eq!(one_line("a\r\nb\tc"), "a? b c");
    }

    #[test]
    #[cfg(feature = "cli")]
    fn json_says_the_same() {
        let value = serde_json::json!({ "\u{9b}a": "\u{202e}\u{7f}\u{1b}\u{e0041}\n\u{200d}ü##[a]" });
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let text = json(&pretty);
        assert_eq!(serde_json::from_str::<serde_json::Value>(&text).unwrap(), value);
        assert!(text.chars().all(|c| c == '\n' || !is_hostile(' ', c)), "{text}");
        assert_eq!(json("{\n  \"a\": \"ü\"\n}"), "{\n  \"a\": \"ü\"\n}");
    }
}
