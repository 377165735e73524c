//! A proposal from its proposal to its end.

use alloy_primitives::{Address, U256};

use super::{INSTANT_BITS, VOTES_BITS, counting::Votes, operation};
use crate::word::{Reader, Writer};

/// Bits of a period of voting.
const DURATION_BITS: usize = 32;
/// Bits of the number of the timelock in which a proposal is queued.
pub const TIMELOCK_BITS: usize = 12;

/// OpenZeppelin's states, with its numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Voting has not begun.
    Pending,
    /// Voting goes on.
    Active,
    /// Called off.
    Canceled,
    /// Without quorum, or without majority.
    Defeated,
    /// Can be queued.
    Succeeded,
    /// Scheduled in the timelock.
    Queued,
    /// Not executed in time.
    Expired,
    /// Carried out.
    Executed,
}

impl State {
    /// Returns the bit that stands for it in a set of states.
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Whether its proposer must wait with another one.
    pub fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Active)
    }
}

/// States from which a proposal can be cancelled, as far as the state goes.
pub const CANCELLABLE: u8 = !(State::Canceled.bit() | State::Expired.bit() | State::Executed.bit());

/// What a proposal is, and what ended it.
///
/// Word layout, from the low end: proposer 160 bits, start 38, duration 32, executed 1, canceled 1, abstained 1, timelock
/// 12.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proposal {
    /// Who proposed it.
    pub proposer: Address,
    /// The second whose votes count, Unix seconds; 0 if there is no such proposal.
    pub vote_start: u64,
    /// Seconds of voting.
    pub duration: u32,
    /// Whether it was executed.
    pub executed: bool,
    /// Whether it was cancelled.
    pub canceled: bool,
    /// Whether anybody abstained, so that there is a sum to read.
    pub abstained: bool,
    /// The number of the timelock in which it was queued.
    pub timelock: u16,
}

/// How the vote stands, and what follows from it.
///
/// Word layout, from the low end: against 90 bits, favour 90, extended deadline 38, eta 38.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Votes against, base units.
    pub against: u128,
    /// Votes in favour, base units.
    pub favour: u128,
    /// The end of voting as moved by the quorum, Unix seconds; 0 until the quorum is reached.
    pub extended: u64,
    /// When it can be executed, Unix seconds; 0 until it is queued.
    pub eta: u64,
}

impl Proposal {
    /// Reads the packed form.
    #[allow(clippy::cast_possible_truncation)] // the field has 12 bits
    pub fn from_word(word: U256) -> Self {
        let mut reader = Reader::new(word);
        Self {
            proposer: reader.address(),
            vote_start: reader.u64(INSTANT_BITS),
            duration: reader.u32(DURATION_BITS),
            executed: reader.u64(1) == 1,
            canceled: reader.u64(1) == 1,
            abstained: reader.u64(1) == 1,
            timelock: reader.u64(TIMELOCK_BITS) as u16,
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default()
            .address(self.proposer)
            .uint(INSTANT_BITS, self.vote_start)
            .uint(DURATION_BITS, self.duration)
            .uint(1, self.executed)
            .uint(1, self.canceled)
            .uint(1, self.abstained)
            .uint(TIMELOCK_BITS, self.timelock)
            .done()
    }

    /// Whether it was executed or cancelled, whatever its tally.
    pub fn is_over(&self) -> bool {
        self.executed || self.canceled
    }

    /// Returns the last second of voting, Unix seconds.
    pub fn deadline(&self, tally: &Tally) -> u64 {
        // Both are far below 2^64.
        (self.vote_start + u64::from(self.duration)).max(tally.extended)
    }

    /// Returns the state as far as the governor alone knows it; `None` if there is no such proposal.
    pub fn state(&self, tally: &Tally, now: u64) -> Option<State> {
        if self.vote_start == 0 {
            return None;
        }
        Some(if self.executed {
            State::Executed
        } else if self.canceled {
            State::Canceled
        } else if now <= self.vote_start {
            State::Pending
        } else if now <= self.deadline(tally) {
            State::Active
        } else if !tally.has_succeeded() {
            State::Defeated
        } else if tally.eta == 0 {
            State::Succeeded
        } else {
            State::Queued
        })
    }
}

/// Returns the state of a queued proposal, which follows its operation in the timelock.
pub fn queued_state(operation: operation::State) -> State {
    match operation {
        operation::State::Waiting | operation::State::Ready => State::Queued,
        operation::State::Done => State::Executed,
        operation::State::Expired => State::Expired,
        operation::State::Unset => State::Canceled,
    }
}

impl Tally {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut reader = Reader::new(word);
        Self {
            against: reader.u128(VOTES_BITS),
            favour: reader.u128(VOTES_BITS),
            extended: reader.u64(INSTANT_BITS),
            eta: reader.u64(INSTANT_BITS),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default()
            .uint(VOTES_BITS, self.against)
            .uint(VOTES_BITS, self.favour)
            .uint(INSTANT_BITS, self.extended)
            .uint(INSTANT_BITS, self.eta)
            .done()
    }

    /// Adds a ballot's votes for and against; all voters' together are at most the supply.
    #[must_use]
    pub fn with(self, votes: &Votes) -> Self {
        Self { against: self.against + votes.against, favour: self.favour + votes.favour, ..self }
    }

    /// Whether the quorum was reached. What was cast stays cast, so it stays reached.
    pub fn has_quorum(&self) -> bool {
        self.extended != 0
    }

    /// Whether the votes suffice, once voting is over.
    pub fn has_succeeded(&self) -> bool {
        self.has_quorum() && self.favour > self.against
    }

    /// Records that the quorum is reached `now`, which leaves `extension` seconds of voting at least.
    #[must_use]
    pub fn reach_quorum(self, now: u64, extension: u32) -> Self {
        // Both are far below 2^64.
        Self { extended: now + u64::from(extension), ..self }
    }
}
