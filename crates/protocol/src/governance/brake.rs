//! The brake: stops all execution, for a while.

use alloy_primitives::U256;

use super::{INSTANT_BITS, delay::Delay, operation};
use crate::word::{Reader, Writer};

/// Seconds for which it stops execution.
pub const DURATION: u64 = 604_800;
/// Seconds after that before it can be pulled again.
pub const COOLING: u64 = 604_800;

// Whatever becomes ready can be executed between two brakes, or after one.
const _: () = assert!((DURATION + COOLING) as u128 <= operation::GRACE.0);

/// How the brake stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Brake {
    /// Last second in which nothing is executed, Unix seconds.
    pub until: u64,
    /// When it can be pulled again, Unix seconds.
    pub ready_at: u64,
}

impl Brake {
    /// Whether execution is stopped.
    pub fn is_on(&self, now: u64) -> bool {
        now <= self.until
    }

    /// Pulls it; `None` if it is too soon.
    pub fn pull(self, now: u64) -> Option<Self> {
        // Instants are far below 2^64.
        (now >= self.ready_at).then_some(Self { until: now + DURATION, ready_at: now + DURATION + COOLING })
    }

    /// Releases it: the second before `now` is the last that was stopped. When it can be pulled again stays.
    #[must_use]
    pub fn release(self, now: u64) -> Self {
        Self { until: now - 1, ..self }
    }
}

/// What the timelock's every call needs.
///
/// Word layout, from the low end: least delay 102 bits, grace 32, brake's end 38, brake's return 38, abdicated 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Config {
    /// The delay of calls that have none of their own.
    pub min_delay: Delay,
    /// Seconds for which operations can be executed.
    pub grace: u32,
    /// The brake.
    pub brake: Brake,
    /// Whether any call was ever abdicated, so that execution must look which.
    pub abdicated: bool,
}

impl Config {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut reader = Reader::new(word);
        Self {
            min_delay: Delay::read(&mut reader),
            grace: reader.u32(32),
            brake: Brake { until: reader.u64(INSTANT_BITS), ready_at: reader.u64(INSTANT_BITS) },
            abdicated: reader.u64(1) == 1,
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        self.min_delay
            .write(Writer::default())
            .uint(32, self.grace)
            .uint(INSTANT_BITS, self.brake.until)
            .uint(INSTANT_BITS, self.brake.ready_at)
            .uint(1, self.abdicated)
            .done()
    }
}
