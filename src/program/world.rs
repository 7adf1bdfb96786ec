use jiff::civil::DateTime;
use std::sync::atomic::{AtomicU64, Ordering};

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

    /// Whether another user has that value of that attribute in the target (SelectUniqueValue). The attribute is the
    /// target's, by its name in the policy; it is empty where an expression is evaluated on its own.
    fn is_taken(&self, _attribute: &str, _value: &str) -> bool {
        false
    }

    /// The default domain of the tenant (DefaultDomain).
    fn default_domain(&self) -> Option<&str> {
        None
    }
}

/// A world fixed in advance.
#[derive(Debug)]
pub struct FixedWorld {
    /// The time, in UTC.
    pub now: DateTime,
    /// Values that are taken in the target, of whatever attribute.
    pub taken: Vec<String>,
    /// The default domain of the tenant.
    pub default_domain: Option<String>,
    random: AtomicU64,
}

impl FixedWorld {
    /// A world at that time whose random values follow from the seed.
    pub fn new(now: DateTime, seed: u64) -> Self {
        FixedWorld { now, taken: Vec::new(), default_domain: None, random: AtomicU64::new(seed) }
    }

    /// A world that differs in its random values alone, which follow from the next of this one's.
    #[cfg(feature = "cli")]
    pub(crate) fn split(&self) -> FixedWorld {
        let random = AtomicU64::new(self.random().unwrap_or_default());
        FixedWorld { random, ..self.clone() }
    }
}

impl Clone for FixedWorld {
    fn clone(&self) -> Self {
        FixedWorld {
            now: self.now,
            taken: self.taken.clone(),
            default_domain: self.default_domain.clone(),
            random: AtomicU64::new(self.random.load(Ordering::Relaxed)),
        }
    }
}

impl World for FixedWorld {
    fn now(&self) -> DateTime {
        self.now
    }

    /// SplitMix64: small, and the same on every machine.
    fn random(&self) -> Option<u64> {
        const STEP: u64 = 0x9E37_79B9_7F4A_7C15;
        let state = self.random.fetch_add(STEP, Ordering::Relaxed).wrapping_add(STEP);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        Some(mixed ^ (mixed >> 31))
    }

    fn is_taken(&self, _attribute: &str, value: &str) -> bool {
        self.taken.iter().any(|taken| taken == value)
    }

    fn default_domain(&self) -> Option<&str> {
        self.default_domain.as_deref()
    }
}
