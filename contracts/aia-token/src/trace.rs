//! An amount over time, in storage; the arithmetic is in `aia_protocol::checkpoints`.

use aia_protocol::checkpoints::{Checkpoint, Head};
use alloy_primitives::U256;
use stylus_sdk::{prelude::*, storage::*};

/// A history: the newest checkpoint and the count in `head`, older ones two to a word in `archive`.
#[storage]
pub struct Trace {
    head: StorageU256,
    archive: StorageMap<U256, StorageU256>,
}

impl Trace {
    /// Returns the amount now.
    pub(crate) fn latest(&self) -> u128 {
        self.head().last.value
    }

    /// Returns how many checkpoints there are.
    pub(crate) fn len(&self) -> u32 {
        self.head().len
    }

    /// Returns the amount at the instant `at`, Unix seconds.
    pub(crate) fn lookup(&self, at: u64) -> u128 {
        self.head().lookup(at, |slot| self.archive.get(U256::from(slot)))
    }

    /// Returns a checkpoint, oldest first.
    pub(crate) fn checkpoint(&self, index: u32) -> Option<Checkpoint> {
        self.head().get(index, |slot| self.archive.get(U256::from(slot)))
    }

    /// Records that the amount is `value` from `now` on.
    pub(crate) fn push(&mut self, now: u64, value: u128) {
        let (head, archived) = self.head().push(now, value);
        if let Some(archived) = archived {
            let mut word = self.archive.setter(U256::from(archived.slot));
            let with_older = word.get() | archived.bits;
            word.set(with_older);
        }
        self.head.set(head.to_word());
    }

    fn head(&self) -> Head {
        Head::from_word(self.head.get())
    }
}
