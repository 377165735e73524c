//! Packed words by slot, with the roll-back of a call that is refused.

use std::collections::HashMap;

use alloy_primitives::U256;

use crate::ops::Actor;

/// Where a word is; one variant for each map of the registry's storage that has to do with stake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    Provider,
    Profile,
    Pool,
    Stream,
    FinalRewards(u32),
    Position(Actor),
    Owed(Actor),
    Bucket(u32),
    Exit(u32, Actor),
    Allocation(u32),
    Allocated,
}

/// All words that are not zero, and what they were before the call that is under way.
#[derive(Default)]
pub(crate) struct Storage {
    words: HashMap<Slot, U256>,
    overwritten: Vec<(Slot, U256)>,
}

impl Storage {
    pub(crate) fn get(&self, slot: Slot) -> U256 {
        self.words.get(&slot).copied().unwrap_or_default()
    }

    pub(crate) fn set(&mut self, slot: Slot, word: U256) {
        let before = self.words.insert(slot, word).unwrap_or_default();
        self.overwritten.push((slot, before));
    }

    /// Keeps what the call wrote.
    pub(crate) fn commit(&mut self) {
        self.overwritten.clear();
    }

    /// Undoes what the call wrote.
    pub(crate) fn revert(&mut self) {
        while let Some((slot, before)) = self.overwritten.pop() {
            self.words.insert(slot, before);
        }
    }
}
