//! What went in and out so far, counted apart from the state, so that invariants can hold one against the other.

use std::collections::BTreeMap;

use alloy_primitives::{Address, U256};

use super::model::Bucket;

/// Sums over the whole past, in base units unless another unit is said.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Books {
    /// Delegated.
    pub staked: U256,
    /// Paid out of buckets.
    pub withdrawn: U256,
    /// Taken by slashes.
    pub slashed: U256,
    /// Paid in as rewards.
    pub funded: U256,
    /// Rewards paid out.
    pub claimed: U256,
    /// Rewards that were burned because they could reach nobody.
    pub stranded: U256,
    /// How often rewards were rounded down.
    pub reward_roundings: u64,
    /// Bonds taken.
    pub bonds: U256,
    /// Bonds given back.
    pub returned: U256,
    /// Bonds burned.
    pub bonds_burned: U256,
    /// Bonds paid to the accused.
    pub paid_to_subjects: U256,
    /// Contract → what it was sent without having asked.
    pub gifts: BTreeMap<Address, U256>,
    /// Provider and delegator → what the latter staked there.
    pub put: BTreeMap<(Address, Address), U256>,
    /// Provider and delegator → what the latter got back.
    pub got: BTreeMap<(Address, Address), U256>,
    /// Provider and delegator → how often stake was rounded in favour of others.
    pub roundings: BTreeMap<(Address, Address), u64>,
    /// Provider → the same of all its delegators.
    pub all_roundings: BTreeMap<Address, u64>,
    /// The last slash.
    pub last_slash: Option<Cut>,
}

/// A slash in all its parts.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cut {
    /// The provider.
    pub provider: Address,
    /// The service; 0 for the whole.
    pub service: u32,
    /// The rate that was applied: of all that is within reach, after the cap.
    pub bps: u16,
    /// Sum of the applied rates of the epoch, this one included.
    pub used: u16,
    /// What the pool and the buckets within reach had.
    pub base: U256,
    /// What was to be taken of it.
    pub wanted: U256,
    /// The epoch of the first bucket within reach, and of the last.
    pub reach: (u32, u32),
    /// The pool's tokens and shares before.
    pub pool: (U256, U256),
    /// What the pool lost, without what a wipe burns.
    pub from_pool: U256,
    /// What a wipe burned; `None` when there was none.
    pub wiped: Option<U256>,
    /// What the provider itself had of the pool, and of the buckets within reach.
    pub own: (U256, U256),
    /// The same after.
    pub own_left: (U256, U256),
    /// All buckets before.
    pub buckets: BTreeMap<u32, Bucket>,
    /// Bucket → what it lost.
    pub from_buckets: BTreeMap<u32, U256>,
    /// Everything taken.
    pub slashed: U256,
    /// Burned of it.
    pub burned: U256,
    /// Paid to the victim.
    pub to_victim: U256,
    /// Paid to the reporter.
    pub to_reporter: U256,
}

impl Books {
    /// Counts stake put in.
    pub(super) fn note_stake(&mut self, provider: Address, delegator: Address, tokens: U256) {
        self.staked += tokens;
        *self.put.entry((provider, delegator)).or_default() += tokens;
        self.note_roundings(provider, delegator, 1);
    }

    /// Counts an exit: tokens for shares and shares of a bucket are both rounded.
    pub(super) fn note_exit(&mut self, provider: Address, delegator: Address) {
        self.note_roundings(provider, delegator, 2);
    }

    /// Counts stake paid out.
    pub(super) fn note_withdrawal(&mut self, provider: Address, owner: Address, tokens: U256) {
        self.withdrawn += tokens;
        *self.got.entry((provider, owner)).or_default() += tokens;
        self.note_roundings(provider, owner, 1);
    }

    /// Counts what a contract got without having asked.
    pub(super) fn note_gift(&mut self, contract: Address, tokens: U256) {
        *self.gifts.entry(contract).or_default() += tokens;
    }

    /// Returns how often others than `delegator` were rounded down at a provider.
    pub fn roundings_of_others(&self, provider: Address, delegator: Address) -> u64 {
        let all = self.all_roundings.get(&provider).copied().unwrap_or_default();
        all - self.roundings.get(&(provider, delegator)).copied().unwrap_or_default()
    }

    fn note_roundings(&mut self, provider: Address, delegator: Address, count: u64) {
        *self.roundings.entry((provider, delegator)).or_default() += count;
        *self.all_roundings.entry(provider).or_default() += count;
    }
}
