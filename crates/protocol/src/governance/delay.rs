//! Delays that can be raised at once and lowered only slowly.

use alloy_primitives::{Address, FixedBytes, U256};

use super::{INSTANT_BITS, OutOfBounds, within};
use crate::word::{Reader, Writer};

/// Bounds of a delay, seconds: a quarter of a day to 30 days.
pub const BOUNDS: (u128, u128) = (21_600, 2_592_000);
/// The longest delay with which an operation can be scheduled, seconds.
pub const MAX_SCHEDULED: u128 = 31_536_000;
/// Stands for all calls of a target.
pub const WHOLE_TARGET: FixedBytes<4> = FixedBytes([0xff; 4]);

/// A delay, and the lower one that follows it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Delay {
    /// Holds before `effect`, seconds.
    pub before: u32,
    /// Holds from `effect` on, seconds.
    pub after: u32,
    /// Unix seconds.
    pub effect: u64,
}

impl Delay {
    /// Bits of the packed form.
    pub const BITS: usize = 32 + 32 + INSTANT_BITS;

    /// A delay without a past.
    pub fn fixed(seconds: u32) -> Self {
        Self { before: seconds, after: seconds, effect: 0 }
    }

    /// Returns the delay in force.
    pub fn at(&self, now: u64) -> u32 {
        if now < self.effect { self.before } else { self.after }
    }

    /// Returns what follows when a delay of `from` seconds is changed: more holds at once, less only after as many
    /// seconds as it is less by, so that nothing comes sooner than the old delay after the change.
    pub fn change(from: u32, to: u32, now: u64) -> Self {
        let lag = from.saturating_sub(to);
        let before = if lag > 0 { from } else { to };
        // Instants are far below 2^64.
        Self { before, after: to, effect: now + u64::from(lag) }
    }

    /// Takes the packed form off a word.
    pub fn read(reader: &mut Reader) -> Self {
        Self { before: reader.u32(32), after: reader.u32(32), effect: reader.u64(INSTANT_BITS) }
    }

    /// Puts the packed form into a word.
    #[must_use]
    pub fn write(self, writer: Writer) -> Writer {
        writer.uint(32, self.before).uint(32, self.after).uint(INSTANT_BITS, self.effect)
    }
}

/// What is special about a call, or about all calls of a target.
///
/// Word layout, from the low end: delay 102 bits, abdicated 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Class {
    /// The delay of its own; all zero for none.
    pub delay: Delay,
    /// Whether it was given up.
    pub abdicated: bool,
}

impl Class {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut reader = Reader::new(word);
        Self { delay: Delay::read(&mut reader), abdicated: reader.u64(1) == 1 }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        self.delay.write(Writer::default()).uint(1, self.abdicated).done()
    }

    /// Returns the delay of its own in force, if it has one: none is shorter than a quarter of a day.
    pub fn own(&self, now: u64) -> Option<u32> {
        (self.delay != Delay::default()).then(|| self.delay.at(now))
    }
}

/// Returns the selector of a call; `None` if its data is too short to have one.
pub fn selector(data: &[u8]) -> Option<FixedBytes<4>> {
    data.first_chunk().copied().map(FixedBytes)
}

/// Returns the key under which a class is stored: target and selector, side by side.
pub fn class_key(target: Address, selector: FixedBytes<4>) -> U256 {
    Writer::default().address(target).uint(32, u32::from_be_bytes(selector.0)).done()
}

/// Checks a delay.
///
/// # Errors
/// [`OutOfBounds`].
pub fn check(seconds: u128) -> Result<(), OutOfBounds> {
    within(seconds, BOUNDS.0, BOUNDS.1)
}
