//! A history of one amount over time, in as few storage words as possible.
//!
//! The newest checkpoint lives with the count in a *head* word; older ones are archived two to a
//! word.
//! Reading the present costs one word, recording a new second costs the head plus half a word, and
//! several changes within one second overwrite the head only.

use alloy_primitives::U256;

/// Bits of a key, Unix seconds: good for 8,700 years.
pub const KEY_BITS: usize = 38;
/// Bits of a value, base units: the maximum supply needs 90.
pub const VALUE_BITS: usize = 90;
/// Bits of a packed checkpoint.
const CHECKPOINT_BITS: usize = KEY_BITS + VALUE_BITS;

/// What an amount was from `key` on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Checkpoint {
    /// Unix seconds; below 2^38.
    pub key: u64,
    /// Base units; below 2^90.
    pub value: u128,
}

impl Checkpoint {
    fn pack(self) -> u128 {
        u128::from(self.key) << VALUE_BITS | self.value
    }

    fn unpack(word: u128) -> Self {
        // The shift leaves 38 bits, so the key fits 64.
        #[allow(clippy::cast_possible_truncation)]
        let key = (word >> VALUE_BITS) as u64;
        Self { key, value: word & ((1 << VALUE_BITS) - 1) }
    }
}

/// The newest checkpoint and how many there are.
///
/// Word layout, from the low end: value 90 bits, key 38 bits, count 32 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// How many checkpoints there are, the newest included.
    pub len: u32,
    /// The newest checkpoint; all zero when there is none.
    pub last: Checkpoint,
}

/// A checkpoint that leaves the head for the archive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Archived {
    /// The archive word that takes it.
    pub slot: u32,
    /// Its bits at their place in that word; the place was zero before.
    pub bits: U256,
}

impl Head {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let [a, b, c, _] = word.into_limbs();
        // The count has 32 bits, the lowest ones of the third limb.
        #[allow(clippy::cast_possible_truncation)]
        let len = c as u32;
        Self { len, last: Checkpoint::unpack(u128::from(b) << 64 | u128::from(a)) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        (U256::from(self.len) << CHECKPOINT_BITS) | U256::from(self.last.pack())
    }

    /// Records that the amount is `value` from `key` on.
    ///
    /// `key` must not be below the newest one, which holds for block times.
    /// The count cannot wrap: there is at most one checkpoint a second, 2^32 take 136 years.
    #[must_use]
    pub fn push(self, key: u64, value: u128) -> (Self, Option<Archived>) {
        let last = Checkpoint { key, value };
        if self.len == 0 {
            return (Self { len: 1, last }, None);
        }
        if self.last.key == key {
            return (Self { last, ..self }, None);
        }
        let index = self.len - 1;
        let shift = (index % 2) as usize * CHECKPOINT_BITS;
        let archived = Archived { slot: index / 2, bits: U256::from(self.last.pack()) << shift };
        (Self { len: self.len + 1, last }, Some(archived))
    }

    /// Returns the checkpoint at `index`, oldest first; `None` beyond the newest.
    ///
    /// `load` reads an archive word.
    pub fn get(self, index: u32, load: impl FnOnce(u32) -> U256) -> Option<Checkpoint> {
        if index >= self.len {
            return None;
        }
        if index + 1 == self.len {
            return Some(self.last);
        }
        Some(half(load(index / 2), index % 2))
    }

    /// Returns the amount at instant `key`: the value of the newest checkpoint not after it, zero
    /// before the first.
    ///
    /// Doubles its step from the newest word backwards, then halves: an instant `d` words ago costs
    /// about 2·log2(d) reads however long the history is.
    /// `load` reads an archive word.
    pub fn lookup(self, key: u64, mut load: impl FnMut(u32) -> U256) -> u128 {
        if self.len == 0 || self.last.key <= key {
            return self.last.value;
        }
        let archived = self.len - 1;
        // Words at and after `high` start after `key`; the one before `low` does not.
        let mut high = archived.div_ceil(2);
        let mut low = 0;
        let mut step = 1;
        while low < high {
            let probe = high.saturating_sub(step);
            if half(load(probe), 0).key <= key {
                low = probe + 1;
                break;
            }
            high = probe;
            step = step.saturating_mul(2);
        }
        while low < high {
            let middle = low + (high - low) / 2;
            if half(load(middle), 0).key <= key {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        let Some(slot) = low.checked_sub(1) else { return 0 };
        let word = load(slot);
        let upper = half(word, 1);
        let has_upper = slot * 2 + 1 < archived;
        if has_upper && upper.key <= key { upper.value } else { half(word, 0).value }
    }
}

/// Reads one of the two checkpoints of an archive word, the older one at 0.
fn half(word: U256, index: u32) -> Checkpoint {
    let [a, b, c, d] = word.into_limbs();
    let (low, high) = if index == 0 { (a, b) } else { (c, d) };
    Checkpoint::unpack(u128::from(high) << 64 | u128::from(low))
}
