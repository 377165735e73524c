//! Words by slot, with the roll-back of a call that reverts.

use std::collections::HashMap;

use aia_protocol::checkpoints::{Checkpoint, Head};
use alloy_primitives::{Address, B256, U256};

/// Where a word is; one variant for each map or field of the contract's storage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Slot {
    Account(Address),
    Allowance(Address, Address),
    Nonce(Address),
    Authorization(Address, B256),
    Head(Trace),
    Archive(Trace, u32),
    MintLimit(Address),
    Owner,
    PendingOwner,
    CcipAdmin,
    L1Address,
}

/// Which history.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Trace {
    Votes(Address),
    Supply,
    Delegated,
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

    pub(crate) fn get_address(&self, slot: Slot) -> Address {
        Address::from_word(self.get(slot).into())
    }

    pub(crate) fn set_address(&mut self, slot: Slot, address: Address) {
        self.set(slot, address.into_word().into());
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

/// Histories, as the contract's `Trace` keeps them.
impl Storage {
    pub(crate) fn head(&self, trace: Trace) -> Head {
        Head::from_word(self.get(Slot::Head(trace)))
    }

    pub(crate) fn latest(&self, trace: Trace) -> u128 {
        self.head(trace).last.value
    }

    pub(crate) fn lookup(&self, trace: Trace, at: u64) -> u128 {
        self.head(trace).lookup(at, |slot| self.get(Slot::Archive(trace, slot)))
    }

    pub(crate) fn checkpoint(&self, trace: Trace, index: u32) -> Option<Checkpoint> {
        self.head(trace).get(index, |slot| self.get(Slot::Archive(trace, slot)))
    }

    pub(crate) fn push(&mut self, trace: Trace, now: u64, value: u128) {
        let (head, archived) = self.head(trace).push(now, value);
        if let Some(archived) = archived {
            let slot = Slot::Archive(trace, archived.slot);
            self.set(slot, self.get(slot) | archived.bits);
        }
        self.set(Slot::Head(trace), head.to_word());
    }
}
