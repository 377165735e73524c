//! An operation of the timelock.

use alloy_primitives::{B256, FixedBytesSliceExt, U256, keccak256};

use super::{INSTANT_BITS, OutOfBounds, within};
use crate::word::{Reader, Writer};

/// Bounds of the seconds for which an operation can be executed.
///
/// The least is longer than a brake: what is queued can be executed before or after it.
pub const GRACE: (u128, u128) = (1_209_600, 2_592_000);
/// What the instant of a done operation is, as in OpenZeppelin.
const DONE: u64 = 1;
/// Bits that are kept of the hash of the targets' code: enough that nobody finds two codes with the same.
const PIN_BITS: usize = 180;

/// OpenZeppelin's states, with its numbers, and one more.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum State {
    /// Not scheduled.
    Unset,
    /// Its delay runs.
    Waiting,
    /// Can be executed.
    Ready,
    /// Executed.
    Done,
    /// Not executed in time.
    Expired,
}

impl State {
    /// Returns the state of a number; `None` for no such.
    pub fn from_number(number: u8) -> Option<Self> {
        [Self::Unset, Self::Waiting, Self::Ready, Self::Done, Self::Expired].get(usize::from(number)).copied()
    }

    /// Returns the bit that stands for it in a set of states.
    pub const fn bit(self) -> u8 {
        1 << self as u8
    }

    /// Whether it can be cancelled.
    pub fn is_pending(self) -> bool {
        matches!(self, Self::Waiting | Self::Ready)
    }
}

/// What is remembered of an operation.
///
/// Word layout, from the low end: ready 38 bits, expiry 38, pin 180; all zero for none.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Operation {
    /// From when on it can be executed, Unix seconds; 1 when it is done.
    pub ready: u64,
    /// Last second in which it can be, Unix seconds.
    pub expiry: u64,
    /// What the code of its targets hashes to.
    pub pin: U256,
}

impl Operation {
    /// Returns an operation of `delay` seconds; the caller has bounded both durations.
    pub fn schedule(now: u64, delay: u64, grace: u32, pin: U256) -> Self {
        let ready = now + delay;
        Self { ready, expiry: ready + u64::from(grace), pin }
    }

    /// Returns one that was executed.
    pub fn done() -> Self {
        Self { ready: DONE, ..Self::default() }
    }

    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut reader = Reader::new(word);
        Self { ready: reader.u64(INSTANT_BITS), expiry: reader.u64(INSTANT_BITS), pin: word >> (2 * INSTANT_BITS) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let instants = Writer::default().uint(INSTANT_BITS, self.ready).uint(INSTANT_BITS, self.expiry).done();
        instants | self.pin << (2 * INSTANT_BITS)
    }

    /// Returns the state.
    pub fn state(&self, now: u64) -> State {
        match self.ready {
            0 => State::Unset,
            DONE => State::Done,
            ready if now < ready => State::Waiting,
            _ if now <= self.expiry => State::Ready,
            _ => State::Expired,
        }
    }
}

/// Returns what is remembered of the targets' code: hashes one after the other, zero where there is none.
pub fn pin(code_hashes: &[B256]) -> U256 {
    U256::from_be_bytes(keccak256(code_hashes.as_flattened()).0) >> (256 - PIN_BITS)
}

/// Checks a grace period.
///
/// # Errors
/// [`OutOfBounds`].
pub fn check_grace(seconds: u32) -> Result<(), OutOfBounds> {
    within(seconds.into(), GRACE.0, GRACE.1)
}
