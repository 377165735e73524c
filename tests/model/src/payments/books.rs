//! What went in and out so far, counted apart from the state, so that invariants can hold one against the other.

use std::collections::BTreeMap;

use alloy_primitives::{Address, B256, U256};

/// Sums over the whole past, in base units unless another unit is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// What came in for somebody.
    pub entered: U256,
    /// What was sent out or burned.
    pub left: U256,
    /// What was sent to the contract without being asked for.
    pub gifts: U256,
    /// Fees taken of credits.
    pub fees: U256,
    /// Fees swept.
    pub swept: U256,
    /// Stream → what went into it and out.
    pub lives: BTreeMap<B256, Life>,
    /// Stream that its payer has stopped → what the payee was still to get then.
    pub promises: BTreeMap<B256, Promise>,
    /// Channel → the highest ceiling that its payer signed and that was submitted.
    pub ceilings: BTreeMap<B256, U256>,
    /// Provider → when a registry last called it active, and which one.
    pub asked: BTreeMap<Address, (u64, Address)>,
}

/// What went into a stream and out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Life {
    /// Put in.
    pub deposited: U256,
    /// Paid to the payee, before fees.
    pub paid: U256,
    /// Given back to the payer.
    pub returned: U256,
}

/// What a payee gets after its payer has stopped a stream.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Promise {
    /// What was paid before.
    pub paid: U256,
    /// What is to be paid from then to the end.
    pub amount: U256,
}

impl Books {
    pub(super) fn note_deposited(&mut self, id: B256, amount: U256) {
        self.lives.entry(id).or_default().deposited += amount;
    }

    pub(super) fn note_paid(&mut self, id: B256, gross: U256) {
        self.lives.entry(id).or_default().paid += gross;
    }

    pub(super) fn note_returned(&mut self, id: B256, amount: U256) {
        self.lives.entry(id).or_default().returned += amount;
    }

    /// Remembers what the notice of a stream that was just stopped and paid will bring.
    pub(super) fn note_stopped(&mut self, id: B256, amount: U256) {
        let paid = self.paid(id);
        self.promises.insert(id, Promise { paid, amount });
    }

    /// Releases a payer from its promise: the payee wants less.
    pub(super) fn note_released(&mut self, id: B256) {
        self.promises.remove(&id);
    }

    /// Notes a voucher that the right account signed.
    pub(super) fn note_voucher(&mut self, channel: B256, ceiling: U256) {
        let highest = self.ceilings.entry(channel).or_default();
        *highest = ceiling.max(*highest);
    }

    pub(super) fn note_asked(&mut self, provider: Address, now: u64, registry: Address, active: bool) {
        if active {
            self.asked.insert(provider, (now, registry));
        } else {
            self.asked.remove(&provider);
        }
    }

    /// Returns what a stream has paid.
    pub fn paid(&self, id: B256) -> U256 {
        self.lives.get(&id).map_or(U256::ZERO, |life| life.paid)
    }
}
