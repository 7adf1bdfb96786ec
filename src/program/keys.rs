use std::collections::HashMap;

/// Constant keys of a choice, each with its case: the first of equal keys counts.
///
/// Few keys are compared one by one, which takes no hash.
#[derive(Debug)]
pub(crate) enum Keys {
    Few(Box<[Key]>),
    Many(Table),
}

type Table = HashMap<Box<str>, usize, foldhash::fast::FixedState>;

/// One of few keys.
#[derive(Debug)]
pub(crate) struct Key {
    ends: [u64; 2],
    text: Box<str>,
    case: usize,
}

/// Up to how many keys are compared one by one.
const FEW: usize = 3;

impl Keys {
    /// Keys with their cases.
    pub fn new(keys: Vec<(Box<str>, usize)>) -> Self {
        if keys.len() <= FEW {
            return Keys::Few(keys.into_iter().map(|(text, case)| Key { ends: ends(text.as_bytes()), text, case }).collect());
        }
        // The keys are the policy's, so that no user can choose them to collide.
        let mut table = Table::with_capacity_and_hasher(keys.len(), foldhash::fast::FixedState::default());
        for (key, case) in keys {
            table.entry(key).or_insert(case);
        }
        Keys::Many(table)
    }

    /// Keys whose cases are their positions.
    pub fn numbered(keys: impl Iterator<Item = Box<str>>) -> Self {
        Keys::new(keys.enumerate().map(|(case, key)| (key, case)).collect())
    }

    /// The case whose key is the text.
    #[cfg_attr(not(target_arch = "wasm32"), inline(always))] // a policy has few keys most times, or none
    pub fn case(&self, text: &str) -> Option<usize> {
        match self {
            Keys::Few(keys) if keys.is_empty() => None,
            Keys::Few(keys) => {
                let ends = ends(text.as_bytes());
                for key in keys {
                    if key.is(text, ends) {
                        return Some(key.case);
                    }
                }
                None
            }
            Keys::Many(table) => hashed(table, text),
        }
    }
}

/// Apart, since a table's look-up takes the registers in which who asks has what goes on.
#[inline(never)]
fn hashed(table: &Table, text: &str) -> Option<usize> {
    table.get(text).copied()
}

impl Key {
    #[inline]
    fn is(&self, text: &str, ends: [u64; 2]) -> bool {
        self.ends == ends && self.text.len() == text.len() && (text.len() <= 16 || *self.text == *text)
    }
}

/// A text's first and last eight bytes. Texts of one length of up to 16 bytes are equal where these are, and no call is
/// needed to compare them.
#[inline]
fn ends(text: &[u8]) -> [u64; 2] {
    if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        [u64::from_le_bytes(*first), u64::from_le_bytes(*last)]
    } else if let (Some(first), Some(last)) = (text.first_chunk(), text.last_chunk()) {
        [u32::from_le_bytes(*first).into(), u32::from_le_bytes(*last).into()]
    } else if let ([first, ..], [.., last]) = (text, text) {
        [u64::from(*first) << 8 | u64::from(text[text.len() / 2]), u64::from(*last)]
    } else {
        [0, 0]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_text_is_found_where_it_is_a_key_and_else_not(keys in prop::collection::vec("[ab]{0,20}", 0..8), text in "[ab]{0,20}") {
            let found = Keys::numbered(keys.iter().map(|key| key.as_str().into())).case(&text);
            prop_assert_eq!(found, keys.iter().position(|key| *key == text));
        }

        #[test]
        fn texts_are_equal_where_they_are_equal_byte_by_byte(one in "[ab]{0,20}", at in any::<prop::sample::Index>()) {
            let mut other = one.clone().into_bytes();
            if !one.is_empty() {
                other[at.index(one.len())] ^= 1;
            }
            let other = String::from_utf8(other).unwrap();
            let keys = Keys::numbered(std::iter::once(one.as_str().into()));
            prop_assert_eq!(keys.case(&other), (one == other).then_some(0));
        }
    }
}
