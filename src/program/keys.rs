use std::collections::HashMap;

/// Constant keys of a choice, each with its case: the first of equal keys counts.
///
/// Few keys are compared one by one, which takes no hash. Measured over keys of one length, the worst case for that: 4.4
/// against 4.6 ns for two keys, 7.4 against 4.9 for four; a sorted search took longer than both for any number.
#[derive(Debug)]
pub(crate) enum Keys {
    Few(Box<[(Box<str>, usize)]>),
    Many(HashMap<Box<str>, usize, foldhash::fast::FixedState>),
}

/// Up to how many keys are compared one by one.
const FEW: usize = 3;

impl Keys {
    /// Keys with their cases.
    pub fn new(keys: Vec<(Box<str>, usize)>) -> Self {
        if keys.len() <= FEW {
            return Keys::Few(keys.into());
        }
        // The keys are the policy's, so that no user can choose them to collide.
        let mut table = HashMap::with_capacity_and_hasher(keys.len(), foldhash::fast::FixedState::default());
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
            Keys::Few(keys) => {
                for (key, case) in keys {
                    if key.as_ref() == text {
                        return Some(*case);
                    }
                }
                None
            }
            Keys::Many(table) => table.get(text).copied(),
        }
    }
}
