//! Packed words by slot, with the roll-back of a call that is refused.

use std::collections::HashMap;

use alloy_primitives::U256;

use crate::ops::{Actor, ChannelNo, StreamNo};

/// Where a word is; one variant for each map of the contract's storage, and one for its parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    Config,
    Account(Actor),
    Stream(StreamNo),
    Channel(ChannelNo),
}

/// All words, and what those were before that the last call wrote.
#[derive(Clone, Default)]
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

    /// Begins a call: keeps what the one before wrote.
    pub(crate) fn begin(&mut self) {
        self.overwritten.clear();
    }

    /// Undoes what the call wrote.
    pub(crate) fn revert(&mut self) {
        while let Some((slot, before)) = self.overwritten.pop() {
            self.words.insert(slot, before);
        }
    }

    /// Returns every word.
    pub(crate) fn words(&self) -> impl Iterator<Item = (Slot, U256)> {
        self.words.iter().map(|(slot, word)| (*slot, *word))
    }

    /// Returns what the last call wrote: what was there before, and what is there now.
    pub(crate) fn changes(&self) -> impl Iterator<Item = (Slot, U256, U256)> {
        self.overwritten.iter().map(|(slot, before)| (*slot, *before, self.get(*slot)))
    }
}
