//! Which part of a provider's stake stands behind which service.

use alloy_primitives::U256;

use crate::{
    math::FULL_BPS,
    word::{Reader, Writer},
};

/// The part behind one service.
///
/// Word layout, from the low end: bps 16 bits, next 16, epoch 24.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    /// Basis points that count now, unless `epoch` has come.
    pub bps: u16,
    /// Basis points that count from `epoch` on; the same as `bps` when nothing is pending.
    pub next: u16,
    /// When a fall takes effect; 0 when none is pending.
    pub epoch: u32,
}

impl Allocation {
    /// The whole stake.
    pub const WHOLE: Self = Self { bps: FULL_BPS, next: FULL_BPS, epoch: 0 };

    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self { bps: fields.u16(), next: fields.u16(), epoch: fields.u32(24) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default().uint(16, self.bps).uint(16, self.next).uint(24, self.epoch).done()
    }

    /// Returns the allocation with a fall whose time has come taken into account.
    #[must_use]
    pub fn settle(self, epoch: u32) -> Self {
        if self.epoch == 0 || epoch < self.epoch { self } else { Self::settled(self.next) }
    }

    /// Changes a settled allocation to `bps`: a rise counts at once, a fall from the epoch `effective` on.
    #[must_use]
    pub fn change(self, bps: u16, effective: u32) -> Self {
        if bps < self.bps { Self { bps: self.bps, next: bps, epoch: effective } } else { Self::settled(bps) }
    }

    /// Returns the part, basis points rounded up, that a rate for this service is of the whole stake.
    pub fn effective_bps(self, bps: u16) -> u16 {
        // At most `bps`, as an allocation is at most the whole.
        (u32::from(self.bps) * u32::from(bps)).div_ceil(FULL_BPS.into()).try_into().unwrap_or(bps)
    }

    fn settled(bps: u16) -> Self {
        Self { bps, next: bps, epoch: 0 }
    }
}

/// What a service asks of those who offer it.
///
/// Word layout, from the low end: max_slash_bps 16 bits, min_stake 96, active 8.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// Most that one dispute may slash; 0 for a service never defined.
    pub max_slash_bps: u16,
    /// Least stake behind it, base units.
    pub min_stake: u128,
    /// Whether it takes new offers.
    pub active: bool,
}

impl Service {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self { max_slash_bps: fields.u16(), min_stake: fields.u128(96), active: fields.u8() != 0 }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default().uint(16, self.max_slash_bps).uint(96, self.min_stake).uint(8, u8::from(self.active)).done()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rise_counts_at_once_and_a_fall_waits() {
        let allocation = Allocation::default().change(6_000, 9);
        assert_eq!(allocation, Allocation { bps: 6_000, next: 6_000, epoch: 0 });
        let falling = allocation.change(2_000, 9);
        assert_eq!(falling.settle(8), Allocation { bps: 6_000, next: 2_000, epoch: 9 });
        assert_eq!(falling.settle(9), Allocation { bps: 2_000, next: 2_000, epoch: 0 });
    }

    #[test]
    fn a_rise_or_the_same_cancels_a_fall() {
        let falling = Allocation { bps: 6_000, next: 2_000, epoch: 9 };
        assert_eq!(falling.change(6_000, 12).epoch, 0);
        assert_eq!(falling.change(7_000, 12), Allocation { bps: 7_000, next: 7_000, epoch: 0 });
        assert_eq!(falling.change(1_000, 12), Allocation { bps: 6_000, next: 1_000, epoch: 12 });
    }

    #[test]
    fn an_effective_rate_rounds_up() {
        let tenth = Allocation { bps: 1_000, next: 0, epoch: 9 };
        assert_eq!([0, 1, 10, 11, 10_000].map(|bps| tenth.effective_bps(bps)), [0, 1, 1, 2, 1_000]);
        assert_eq!(Allocation::WHOLE.effective_bps(10_000), 10_000);
    }

    #[test]
    fn words_round_trip() {
        let service = Service { max_slash_bps: 10_000, min_stake: crate::MAX_SUPPLY, active: true };
        assert_eq!(Service::from_word(service.to_word()), service);
        let allocation = Allocation { bps: 50_000, next: 1, epoch: (1 << 24) - 1 };
        assert_eq!(Allocation::from_word(allocation.to_word()), allocation);
    }
}
