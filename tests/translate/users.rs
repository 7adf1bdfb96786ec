//! Users for an expression: the values that its attributes can hold, the texts that stand in it among them.

use rolewright::translate::{Holds, Partner};
use serde_json::{Map, Value as Json, json};

/// The same person with both vendors.
#[derive(Debug)]
pub struct Person {
    pub entra: Map<String, Json>,
    pub okta: Map<String, Json>,
}

/// Each attribute goes through all of its values once, the others at random; then all are at random.
pub struct Users {
    columns: Vec<(Partner, Vec<Option<Json>>)>,
    next: usize,
    seed: u64,
}

impl Users {
    /// `beyond` adds characters beyond U+FFFF to the texts.
    pub fn new(expression: &str, partners: &[Partner], beyond: bool) -> Users {
        let words = words(expression);
        let columns = partners.iter().map(|partner| (partner.clone(), values(partner.holds, &words, beyond))).collect();
        Users { columns, next: 0, seed: 7 }
    }

    /// SplitMix64, the same on every machine.
    fn random(&mut self, below: usize) -> usize {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.seed ^ (self.seed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % below as u64).expect("fits")
    }
}

impl Iterator for Users {
    type Item = Person;

    fn next(&mut self) -> Option<Person> {
        let systematic = self.next;
        self.next += 1;
        let mut person = Person { entra: Map::new(), okta: Map::new() };
        let mut offset = 0;
        for at in 0..self.columns.len() {
            let count = self.columns[at].1.len();
            let pick = if (offset..offset + count).contains(&systematic) { systematic - offset } else { self.random(count) };
            offset += count;
            let (partner, values) = &self.columns[at];
            // An attribute that is absent is none of the record's members.
            let Some(value) = values[pick].clone() else { continue };
            person.entra.insert(partner.entra.clone(), value.clone());
            let (variable, name) = partner.okta.split_once('.').expect("a variable");
            let members = person.okta.entry(variable).or_insert_with(|| json!({}));
            members.as_object_mut().expect("members").insert(name.to_owned(), value);
        }
        Some(person)
    }
}

/// The texts that stand in an expression in quotation marks.
fn words(expression: &str) -> Vec<String> {
    let mut words = Vec::new();
    for mark in ['"', '\''] {
        words.extend(expression.split(mark).skip(1).step_by(2).map(str::to_owned));
    }
    words.extend(expression.split(|character: char| !character.is_ascii_digit()).filter(|digits| !digits.is_empty()).map(str::to_owned));
    words
}

const TEXTS: &[&str] = &[
    "",
    " ",
    "  ",
    "\t",
    "\u{a0}",
    "a",
    "ab",
    "abc",
    " a b ",
    "Ada",
    "ada",
    "ADA LOVELACE",
    "True",
    "true",
    "TRUE",
    "False",
    "false",
    "null",
    "0",
    "1",
    "2",
    "3",
    "4",
    "10",
    "007",
    "42",
    "-3",
    "+1",
    "1.0",
    "3.14",
    "1e3",
    "Zoë",
    "Straße",
    "STRASSE",
    "İstanbul",
    "ıldız",
    "ΣΟΦΟΣ",
    "Σ",
    "ὈΔΥΣΣΕΎΣ",
    "日本語",
    "ﬁn",
    "ſ",
    "K",
    "ŉ",
    "ΐ",
    "ǆ",
    "e\u{301}",
    "a,b",
    ", ,",
    ",",
    "a, b ,c",
    "a.b.c",
    ".",
    "@",
    "ada@example.com",
    "a@b@c",
    "DOMAIN\\user",
    "\"",
    "'",
    "\\",
    "$1",
    "$",
    "^",
    "^0",
    "^1",
    "^0İ",
    "(x)",
    "[y]",
    "a\nb",
    "\n",
    "\r\n",
    "2025-05-28",
    "5/28/2025 12:00:00 AM",
    "2024-03-07T10:00:00Z",
    "20240307100000.0Z",
    "one two three four",
    "a very long text of more than forty characters, for cutting",
];

const BEYOND: &[&str] = &["😀", "a😀b", "😀@😀", "😀😀😀", "𠮷野", "\u{ffff}", "\u{e000}"];

fn values(holds: Holds, words: &[String], beyond: bool) -> Vec<Option<Json>> {
    let mut values = vec![None, Some(Json::Null)];
    if matches!(holds, Holds::Text | Holds::Ascii | Holds::Any) {
        let mut texts: Vec<String> = TEXTS.iter().map(|text| (*text).to_owned()).collect();
        if beyond {
            texts.extend(BEYOND.iter().map(|text| (*text).to_owned()));
        }
        for word in words {
            texts.extend([
                word.clone(),
                word.to_lowercase(),
                word.to_uppercase(),
                format!("{word}x"),
                format!("x{word}"),
                format!("é{word}ß{word}"),
                format!(" {word}"),
                word.chars().skip(1).collect(),
            ]);
        }
        texts.retain(|text| holds != Holds::Ascii || text.is_ascii());
        texts.sort();
        texts.dedup();
        values.extend(texts.into_iter().map(|text| Some(Json::String(text))));
    }
    if matches!(holds, Holds::Number | Holds::Any) {
        let mut numbers: Vec<i64> = vec![0, 1, -1, 2, 3, 7, 9, 10, 512, 1_000_000, 2_147_483_647, -2_147_483_648, 2_147_483_648];
        let written: Vec<i64> = words.iter().filter_map(|word| word.parse().ok()).collect();
        numbers.extend(written.iter().flat_map(|number| [*number, number.saturating_sub(1), number.saturating_add(1)]));
        values.extend(numbers.into_iter().map(|number| Some(json!(number))));
    }
    if matches!(holds, Holds::Boolean | Holds::Any) {
        values.extend([Some(json!(true)), Some(json!(false))]);
    }
    if matches!(holds, Holds::List | Holds::Any) {
        values.extend(
            [json!([]), json!([""]), json!(["a"]), json!(["a", "b", "a"]), json!(["a,b", null, " "]), json!([1, 2, 3]), json!([true])]
                .map(Some),
        );
        values.push(Some(json!(words)));
    }
    values
}
