//! The quorum: a part of the delegated votes, between a floor and a cap, by history.

use alloy_primitives::U256;

use super::{OutOfBounds, within};
use crate::{
    MAX_SUPPLY,
    math::{FULL_BPS, bps_down},
    word::{Reader, Writer},
};

/// The least floor: nothing passes without anybody's votes.
pub const MIN_FLOOR: u128 = 10u128.pow(18);
/// The largest floor: a tenth of the largest supply.
pub const MAX_FLOOR: u128 = MAX_SUPPLY / 10;

/// What makes the quorum from a second on.
///
/// Word layout, from the low end: since 48 bits, numerator 16, floor 96, cap 96.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Quorum {
    /// From the end of this second on, Unix seconds.
    pub since: u64,
    /// The part of all delegated votes, basis points.
    pub numerator: u16,
    /// The least quorum, base units.
    pub floor: u128,
    /// The largest quorum, base units.
    pub cap: u128,
}

/// Which of the numbers cannot be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvalidQuorum {
    /// The numerator is above all.
    Numerator,
    /// The floor is out of bounds.
    Floor(OutOfBounds),
    /// The cap is out of bounds.
    Cap(OutOfBounds),
}

impl Quorum {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut reader = Reader::new(word);
        Self { since: reader.u64(48), numerator: reader.u16(), floor: reader.u128(96), cap: reader.u128(96) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default().uint(48, self.since).uint(16, self.numerator).uint(96, self.floor).uint(96, self.cap).done()
    }

    /// Checks the bounds.
    ///
    /// # Errors
    /// [`InvalidQuorum`].
    pub fn check(&self) -> Result<(), InvalidQuorum> {
        if self.numerator > FULL_BPS {
            return Err(InvalidQuorum::Numerator);
        }
        within(self.floor, MIN_FLOOR, MAX_FLOOR).map_err(InvalidQuorum::Floor)?;
        within(self.cap, self.floor, MAX_SUPPLY).map_err(InvalidQuorum::Cap)
    }

    /// Returns the quorum when so many votes are delegated, rounded down.
    pub fn of(&self, delegated: u128) -> u128 {
        bps_down(delegated, self.numerator).clamp(self.floor, self.cap)
    }
}

/// Returns what held at the end of second `at`, given the former words, oldest first; `None` before the first.
///
/// `load` reads one of `len` words whose seconds ascend.
pub fn lookup(len: u32, at: u64, mut load: impl FnMut(u32) -> U256) -> Option<Quorum> {
    let (mut low, mut high) = (0, len);
    while low < high {
        let middle = low + (high - low) / 2;
        if Quorum::from_word(load(middle)).since <= at {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    low.checked_sub(1).map(|index| Quorum::from_word(load(index)))
}
