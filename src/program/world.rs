use jiff::civil::DateTime;

/// What an expression may ask of the world around it. Everything that could make two evaluations differ comes in here,
/// so that the same inputs always give the same result.
pub trait World {
    /// The time, in UTC. The default is the epoch, 1970-01-01.
    fn now(&self) -> DateTime {
        jiff::civil::date(1970, 1, 1).at(0, 0, 0, 0)
    }

    /// Random bits, from a source that the caller can repeat. `None` makes functions that need them fail.
    fn random(&self) -> Option<u64> {
        None
    }

    /// Whether a value is taken by another user in the target (SelectUniqueValue).
    fn is_taken(&self, _value: &str) -> bool {
        false
    }

    /// The default domain of the tenant (DefaultDomain).
    fn default_domain(&self) -> Option<&str> {
        None
    }
}

/// A world fixed in advance.
#[derive(Debug, Clone)]
pub struct FixedWorld {
    /// The time, in UTC.
    pub now: DateTime,
    /// Values that are taken in the target.
    pub taken: Vec<String>,
    /// The default domain of the tenant.
    pub default_domain: Option<String>,
    random: std::cell::Cell<u64>,
}

impl FixedWorld {
    /// A world at that time whose random values follow from the seed.
    pub fn new(now: DateTime, seed: u64) -> Self {
        FixedWorld { now, taken: Vec::new(), default_domain: None, random: std::cell::Cell::new(seed) }
    }

    /// A world that differs in its random values alone, which follow from the next of this one's.
    #[cfg(feature = "cli")]
    pub(crate) fn split(&self) -> FixedWorld {
        let random = std::cell::Cell::new(self.random().unwrap_or_default());
        FixedWorld { random, ..self.clone() }
    }
}

impl World for FixedWorld {
    fn now(&self) -> DateTime {
        self.now
    }

    /// SplitMix64: small, and the same on every machine.
    fn random(&self) -> Option<u64> {
        let state = self.random.get().wrapping_add(0x9E37_79B9_7F4A_7C15);
        self.random.set(state);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Some(mixed ^ (mixed >> 31))
    }

    fn is_taken(&self, value: &str) -> bool {
        self.taken.iter().any(|taken| taken == value)
    }

    fn default_domain(&self) -> Option<&str> {
        self.default_domain.as_deref()
    }
}
