//! Numbers from a seed, the same on every machine.

/// SplitMix64.
pub struct Random(u64);

impl Random {
    /// Other numbers for another purpose, so that what one part draws does not move what the others draw.
    pub fn of_part(seed: u64, part: &str) -> Self {
        Random(part.bytes().fold(seed, |mixed, byte| Random(mixed ^ u64::from(byte)).next()))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.next() % bound.max(1) as u64).unwrap()
    }

    /// From `low` to `high`, both included.
    pub fn between(&mut self, low: usize, high: usize) -> usize {
        low + self.below(high - low + 1)
    }

    /// Whether it happens, so many times of 100.
    pub fn chance(&mut self, of_100: usize) -> bool {
        self.below(100) < of_100
    }

    pub fn of<'v, T>(&mut self, values: &'v [T]) -> &'v T {
        &values[self.below(values.len())]
    }

    pub fn word(&mut self, words: &[&'static str]) -> &'static str {
        words[self.below(words.len())]
    }

    /// One of the values, each as likely as its weight says.
    pub fn weighted<T: Copy>(&mut self, values: &[(usize, T)]) -> T {
        let mut left = self.below(values.iter().map(|(weight, _)| weight).sum());
        for (weight, value) in values {
            match left.checked_sub(*weight) {
                Some(rest) => left = rest,
                None => return *value,
            }
        }
        values[0].1
    }

    /// Some of the values, in their order, `low` to `high` of them.
    pub fn some<T: Clone>(&mut self, values: &[T], low: usize, high: usize) -> Vec<T> {
        let wanted = self.between(low, high).min(values.len());
        let mut left = values.len();
        let mut chosen = Vec::new();
        for value in values {
            if self.below(left) < wanted - chosen.len() {
                chosen.push(value.clone());
            }
            left -= 1;
        }
        chosen
    }

    pub fn shuffle<T>(&mut self, values: &mut [T]) {
        for at in (1..values.len()).rev() {
            values.swap(at, self.below(at + 1));
        }
    }
}
