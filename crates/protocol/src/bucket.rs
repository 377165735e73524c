//! A limit that refills: how much may be minted within any window of time.

use alloy_primitives::U256;

use crate::MAX_SUPPLY;

/// The longest window, in seconds: the 24 bits it has in storage, 194 days.
pub const MAX_WINDOW: u32 = (1 << 24) - 1;

/// A bucket that holds `capacity` base units and refills linearly, a whole capacity per window.
///
/// Within any span of `s` seconds at most `capacity + capacity * s / window` can be taken.
/// Word layout, from the low end: capacity 96 bits, used 96 bits, window 24 bits, settled_at 40 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Base units the full bucket holds; zero means there is no bucket.
    pub capacity: u128,
    /// Base units taken and not yet refilled; may exceed a capacity that was lowered since.
    pub used: u128,
    /// Seconds in which a whole capacity refills; at least 1 if there is a bucket.
    pub window: u32,
    /// Unix seconds up to which the refill is in `used`.
    pub settled_at: u64,
}

/// The bucket does not hold what was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimitExceeded {
    /// Base units that could be taken now.
    pub available: u128,
}

/// Capacity or window is out of bounds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InvalidLimit;

impl Bucket {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let [a, b, c, d] = word.into_limbs();
        let low32 = u64::from(u32::MAX);
        // Masked to 24 bits.
        #[allow(clippy::cast_possible_truncation)]
        let window = (d & u64::from(MAX_WINDOW)) as u32;
        Self {
            capacity: u128::from(a) | u128::from(b & low32) << 64,
            used: u128::from(b >> 32) | u128::from(c) << 32,
            window,
            settled_at: d >> 24,
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        U256::from(self.capacity)
            | U256::from(self.used) << 96
            | U256::from(self.window) << 192
            | U256::from(self.settled_at) << 216
    }

    /// Brings `used` up to `now`; the refill rounds down, in favour of the limit.
    ///
    /// A span too short to refill one base unit is left unsettled, so frequent use cannot starve a
    /// small bucket.
    #[must_use]
    pub fn settle(self, now: u64) -> Self {
        let elapsed = now.saturating_sub(self.settled_at);
        if self.used == 0 || elapsed >= u64::from(self.window) && self.used <= self.capacity {
            return Self { used: 0, settled_at: now, ..self };
        }
        // Without a bucket there is no window to divide by, and nothing to refill.
        // The product fits: the capacity has 90 bits and 2^38 seconds are 8,700 years.
        let Some(refill) = (self.capacity * u128::from(elapsed)).checked_div(u128::from(self.window)) else {
            return self;
        };
        if refill == 0 {
            return self;
        }
        Self { used: self.used.saturating_sub(refill), settled_at: now, ..self }
    }

    /// Returns the base units that can be taken at `now`.
    pub fn available(self, now: u64) -> u128 {
        let settled = self.settle(now);
        settled.capacity.saturating_sub(settled.used)
    }

    /// Takes `amount` base units at `now`.
    ///
    /// # Errors
    /// [`RateLimitExceeded`] when fewer are available or there is no bucket.
    pub fn take(self, amount: u128, now: u64) -> Result<Self, RateLimitExceeded> {
        let settled = self.settle(now);
        let available = settled.capacity.saturating_sub(settled.used);
        if self.capacity == 0 || amount > available {
            return Err(RateLimitExceeded { available });
        }
        // Both terms are at most the capacity, which is below 2^90.
        Ok(Self { used: settled.used + amount, ..settled })
    }

    /// Changes the limit at `now`; what is used stays used.
    ///
    /// A capacity of zero removes the bucket, whatever the window.
    ///
    /// # Errors
    /// [`InvalidLimit`] unless capacity ≤ [`MAX_SUPPLY`] and 1 ≤ window ≤ [`MAX_WINDOW`].
    pub fn reconfigure(self, capacity: u128, window: u64, now: u64) -> Result<Self, InvalidLimit> {
        if capacity == 0 {
            return Ok(Self::default());
        }
        let window = u32::try_from(window).map_err(|_| InvalidLimit)?;
        if capacity > MAX_SUPPLY || window == 0 || window > MAX_WINDOW {
            return Err(InvalidLimit);
        }
        let settled = self.settle(now);
        Ok(Self { capacity, window, used: settled.used, settled_at: now })
    }
}
