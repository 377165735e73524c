//! A mint limit by schoolbook arithmetic, in numbers that cannot overflow.

use alloy_primitives::U256;

/// The longest window, in seconds.
pub const LONGEST_WINDOW: u64 = 16_777_215;

/// A limit that is set, and how much of it is used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MintLimit {
    /// Base units.
    pub capacity: U256,
    /// Seconds in which a whole capacity comes back.
    pub window: u64,
    /// Base units that were used at the instant `since`.
    pub used: U256,
    /// Unix seconds.
    pub since: u64,
    /// Instant and base units of every mint since the limit was set; no rule needs it, T9 does.
    pub mints: Vec<(u64, U256)>,
}

impl MintLimit {
    /// Returns the base units that are used at `now`: whole ones come back, parts do not.
    pub fn used_at(&self, now: u64) -> U256 {
        let seconds = U256::from(now - self.since);
        let back = self.capacity * seconds / U256::from(self.window);
        if back > self.used { U256::ZERO } else { self.used - back }
    }

    /// Returns the base units that can be minted at `now`.
    pub fn available_at(&self, now: u64) -> U256 {
        let used = self.used_at(now);
        if used > self.capacity { U256::ZERO } else { self.capacity - used }
    }

    /// Counts a mint at `now`, which the caller found available.
    pub(crate) fn count(&mut self, value: U256, now: u64) {
        let used = self.used_at(now);
        // While nothing came back, the part of a unit that is due goes on growing.
        if used != self.used || used.is_zero() {
            self.since = now;
        }
        self.used = used + value;
        self.mints.push((now, value));
    }
}
