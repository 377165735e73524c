//! The governor's numbers and whom it works with.

use alloy_primitives::{Address, U256};

use super::{OutOfBounds, proposal::TIMELOCK_BITS, within};
use crate::{
    MAX_SUPPLY,
    word::{Reader, Writer},
};

/// Bounds of the seconds from a proposal to its snapshot: time to delegate.
pub const VOTING_DELAY: (u128, u128) = (3_600, 2_592_000);
/// Bounds of the seconds of voting.
pub const VOTING_PERIOD: (u128, u128) = (86_400, 2_592_000);
/// The largest threshold: a hundredth of the largest supply.
pub const MAX_THRESHOLD: u128 = MAX_SUPPLY / 100;
/// Bits of a threshold.
const THRESHOLD_BITS: usize = 84;

const _: () = assert!(MAX_THRESHOLD < 1 << THRESHOLD_BITS);

/// The token and the times.
///
/// Word layout, from the low end: token 160 bits, delay 32, period 32, extension 32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// Whose votes count.
    pub token: Address,
    /// Seconds from a proposal to its snapshot.
    pub voting_delay: u32,
    /// Seconds of voting.
    pub voting_period: u32,
    /// Seconds of voting that are left, at least, once the quorum is reached.
    pub extension: u32,
}

impl Settings {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut reader = Reader::new(word);
        Self {
            token: reader.address(),
            voting_delay: reader.u32(32),
            voting_period: reader.u32(32),
            extension: reader.u32(32),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default()
            .address(self.token)
            .uint(32, self.voting_delay)
            .uint(32, self.voting_period)
            .uint(32, self.extension)
            .done()
    }

    /// Whether voting may last so many seconds, given the extension.
    pub fn is_period(&self, seconds: u32) -> bool {
        within(seconds.into(), VOTING_PERIOD.0, VOTING_PERIOD.1).is_ok() && seconds >= self.extension
    }
}

/// Checks the seconds from a proposal to its snapshot.
///
/// # Errors
/// [`OutOfBounds`].
pub fn check_delay(seconds: u64) -> Result<(), OutOfBounds> {
    within(seconds.into(), VOTING_DELAY.0, VOTING_DELAY.1)
}

/// Who executes, and how many votes a proposer needs.
///
/// Word layout, from the low end: timelock 160 bits, its number 12, threshold 84.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Executor {
    /// The timelock.
    pub timelock: Address,
    /// How many timelocks there were before.
    pub number: u16,
    /// Votes that a proposer needs, base units.
    pub threshold: u128,
}

impl Executor {
    /// Reads the packed form.
    #[allow(clippy::cast_possible_truncation)] // the field has 12 bits
    pub fn from_word(word: U256) -> Self {
        let mut reader = Reader::new(word);
        Self {
            timelock: reader.address(),
            number: reader.u64(TIMELOCK_BITS) as u16,
            threshold: reader.u128(THRESHOLD_BITS),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default()
            .address(self.timelock)
            .uint(TIMELOCK_BITS, self.number)
            .uint(THRESHOLD_BITS, self.threshold)
            .done()
    }

    /// Returns it with another timelock; `None` after 4,095 of them, which take decades.
    pub fn succeeded_by(self, timelock: Address) -> Option<Self> {
        let number = self.number + 1;
        (number >> TIMELOCK_BITS == 0).then_some(Self { timelock, number, ..self })
    }
}
