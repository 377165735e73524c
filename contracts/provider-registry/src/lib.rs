//! The registry of staked providers.
//!
//! Providers stake AIA and are delegated to, publish what they offer and what they delivered, are rated by those who paid,
//! and slashed by the court.
//! `IProviderRegistry.sol` says what each function promises; here is how it is done.
//!
//! The rules are in `aia-protocol`; this crate is the storage and the ABI around them.
#![cfg_attr(target_arch = "wasm32", no_main)]
// Only WASM has the entry point that makes use of everything else.
#![cfg_attr(not(target_arch = "wasm32"), allow(dead_code))]

extern crate alloc;

mod allocations;
mod attestations;
mod listings;
mod parameters;
mod providers;
mod receipts;
mod rewards;
mod roles;
mod router;
mod slashing;
mod stake;

use aia_protocol::staking::{
    config::{Config, Limits},
    pool::{Bucket, Pool},
    provider::{Profile, Provider, Status},
};
use aia_shell::{Revert, ownership::Ownership, revert, token::Token, words};
use alloy_primitives::{Address, U256};
use stylus_sdk::{prelude::*, storage::*};

#[allow(missing_docs, clippy::too_many_arguments)] // the interface documents itself
mod interface {
    alloy_sol_types::sol!("IProviderRegistry.sol");
}
pub(crate) use interface::IProviderRegistry as I;

/// Amounts, counters and records by the epoch, service or number they belong to.
type ByNumber = StorageMap<U256, StorageU256>;

/// Everything the registry remembers. Slots follow the order of the fields.
#[storage]
pub struct ProviderRegistry {
    /// The token and what else most calls need, packed by [`Config`].
    config: StorageU256,
    /// What few calls need, packed by [`Limits`].
    limits: StorageU256,
    /// The owner: the timelock.
    ownership: Ownership,
    /// May pause entries and void attesters; zero for nobody.
    guardian: StorageAddress,
    /// Base units burned for a listing.
    listing_fee: StorageU256,
    /// Told of slashed providers; zero for nobody.
    payments: StorageAddress,
    /// The ERC-8004 identity registry; zero for none.
    identity_registry: StorageAddress,
    /// The court; zero for none.
    court: StorageAddress,
    /// The court to come (160 bits) and the epoch from which it can be accepted (24); zero for none.
    proposed_court: StorageU256,
    /// The court before (160 bits) and the last epoch in which it may slash (24).
    previous_court: StorageU256,
    /// Account → 1 if it is or was the court: it may close what it opened.
    had_court: StorageMap<Address, StorageU256>,
    /// Listings so far; ids start at 1.
    listing_count: StorageU256,
    /// Service → what it asks, packed by `Service`.
    services: ByNumber,

    /// Provider → its record, packed by [`Provider`].
    providers: StorageMap<Address, StorageU256>,
    /// Provider → signer and slashes, packed by [`Profile`].
    profiles: StorageMap<Address, StorageU256>,
    /// Provider → digest of its profile.
    contents: StorageMap<Address, StorageU256>,
    /// Provider → its ERC-8004 agent, plus one.
    agents: StorageMap<Address, StorageU256>,
    /// Provider → signer it replaced → last second in which that is accountable.
    retired_signers: StorageMap<Address, StorageMap<Address, StorageU256>>,

    /// Provider → stake and shares, packed by [`Pool`].
    pools: StorageMap<Address, StorageU256>,
    /// Provider → rewards that flow, packed by `Stream`.
    streams: StorageMap<Address, StorageU256>,
    /// Provider → generation → the stream's accumulator when that generation was wiped.
    final_rewards: StorageMap<Address, ByNumber>,
    /// Provider → delegator → shares, packed by `Position`.
    positions: StorageMap<Address, StorageMap<Address, StorageU256>>,
    /// Account → rewards credited and not claimed, base units.
    owed: StorageMap<Address, StorageU256>,
    /// Provider → epoch → stake that leaves, packed by [`Bucket`].
    buckets: StorageMap<Address, ByNumber>,
    /// Provider → epoch → owner → claims on that bucket.
    exits: StorageMap<Address, StorageMap<U256, StorageMap<Address, StorageU256>>>,

    /// Provider → service → part of the stake behind it, packed by `Allocation`.
    allocations: StorageMap<Address, ByNumber>,
    /// Provider → sum of those parts, basis points, each at its higher value.
    allocated: StorageMap<Address, StorageU256>,

    /// Listing → provider, kind, status, codec, service, time, packed by `listings`.
    listings: ByNumber,
    /// Listing → price (128 bits) and unit (128).
    listing_terms: ByNumber,
    /// Listing → digest of its profile.
    listing_contents: ByNumber,

    /// Provider → batch → hash of its members.
    batches: StorageMap<Address, ByNumber>,
    /// Provider → batch → prices rated, base units.
    rated_values: StorageMap<Address, ByNumber>,
    /// Provider → batch → 256 receipts a word, a bit for each that was rated.
    rated: StorageMap<Address, StorageMap<U256, ByNumber>>,
    /// Provider → ratings, packed by `Reputation`.
    reputations: StorageMap<Address, StorageU256>,

    /// Hash of subject, attester and key → claim, issued, expires, packed by `attestations`.
    attestations: StorageMap<U256, StorageU256>,
    /// Attester → the second before which its claims are void.
    void_before: StorageMap<Address, StorageU256>,
}

/// Runs one call.
#[cfg(target_arch = "wasm32")]
#[allow(missing_docs)] // the macro's own function
mod entry {
    use alloc::vec::Vec;

    use super::*;

    #[entrypoint]
    fn enter(calldata: Vec<u8>, host: stylus_sdk::host::VM) -> stylus_sdk::ArbResult {
        // The only instance, at the first slot.
        let mut registry = unsafe { ProviderRegistry::new(U256::ZERO, 0, host) };
        registry.route(&calldata)
    }
}

impl ProviderRegistry {
    /// Returns the block time, Unix seconds.
    fn now(&self) -> u64 {
        self.vm().block_timestamp()
    }

    fn caller(&self) -> Address {
        self.vm().msg_sender()
    }

    /// Returns the parameters, and the current epoch by them.
    fn clock(&self) -> (Config, u32) {
        let config = self.config();
        (config, config.epoch_at(self.now()))
    }

    fn config(&self) -> Config {
        Config::from_word(self.config.get())
    }

    /// Returns the parameters if entries are not paused.
    fn entry(&self) -> Result<Config, Revert> {
        let config = self.config();
        if config.paused { Err(revert::<I::EnforcedPause>([])) } else { Ok(config) }
    }

    fn limits(&self) -> Limits {
        Limits::from_word(self.limits.get())
    }

    fn token(&self) -> Token<'_, <Self as HostAccess>::Host> {
        Token::new(self.vm(), self.config().token)
    }

    fn load_provider(&self, account: Address) -> Provider {
        Provider::from_word(self.providers.get(account))
    }

    fn store_provider(&mut self, account: Address, provider: Provider) {
        self.providers.insert(account, provider.to_word());
    }

    /// Returns a provider that registered.
    fn registered(&self, account: Address) -> Result<Provider, Revert> {
        match self.load_provider(account) {
            Provider { status: Status::Unknown, .. } => Err(revert::<I::UnknownProvider>(words![account])),
            provider => Ok(provider),
        }
    }

    /// Returns a provider that registered and was not expelled.
    fn living(&self, account: Address) -> Result<Provider, Revert> {
        match self.registered(account)? {
            Provider { status: Status::Tombstoned, .. } => Err(revert::<I::ProviderTombstoned>(words![account])),
            provider => Ok(provider),
        }
    }

    fn profile(&self, account: Address) -> Profile {
        Profile::from_word(self.profiles.get(account))
    }

    fn pool(&self, account: Address) -> Pool {
        Pool::from_word(self.pools.get(account))
    }

    fn store_pool(&mut self, account: Address, pool: Pool) {
        self.pools.insert(account, pool.to_word());
    }

    fn bucket(&self, account: Address, epoch: u32) -> Bucket {
        Bucket::from_word(self.buckets.getter(account).get(U256::from(epoch)))
    }

    fn store_bucket(&mut self, account: Address, epoch: u32, bucket: Bucket) {
        self.buckets.setter(account).insert(U256::from(epoch), bucket.to_word());
    }
}

/// Returns an amount read from a slot that only ever held one of at most 128 bits.
fn narrow(word: U256) -> u128 {
    let [low, high, ..] = word.into_limbs();
    u128::from(low) | u128::from(high) << 64
}
