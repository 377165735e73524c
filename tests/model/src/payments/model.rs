//! The state of the contract and of what it calls, in maps.
//!
//! Every operation first makes all its checks, in the order in which the contract makes them, and then changes the
//! state, so a refusal leaves everything as it was.

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_sol_types::{Eip712Domain, SolEvent, SolStruct, SolValue, eip712_domain};

use super::{Log, WINDOW, books::Books, flow::Stream, log, token::Token};

/// The contract, the token that it moves and the registry that it asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Accounts that random operations are about: first those who mostly pay, then those who are mostly paid.
    pub actors: Vec<Address>,
    /// Unix seconds.
    pub now: u64,
    /// Chain id, which channel ids depend on.
    pub chain: u64,
    /// The AIA token.
    pub token: Token,
    /// What stands for provider registries, by address; the contract asks one of them.
    pub registries: BTreeMap<Address, Registry>,
    /// The payments contract.
    pub contract: Contract,
    /// What went in and out so far; no rule needs it, the invariants do.
    pub books: Books,
    /// What the last operation changed, as it was before.
    pub before: Before,
}

/// A registry that says of each provider what it was told to say, or nothing at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    /// Providers that may work.
    pub active: BTreeSet<Address>,
    /// Whether it refuses to answer.
    pub silent: bool,
}

/// The payments contract.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// Its own address.
    pub address: Address,
    /// Who sets parameters.
    pub owner: Address,
    /// Who may pause; zero for nobody.
    pub guardian: Address,
    /// What the owner can change.
    pub params: Abi::Params,
    /// When the present registry was named, Unix seconds.
    pub registry_since: u64,
    /// Whether what brings money in is paused.
    pub paused: bool,
    /// Ledgers by account.
    pub accounts: BTreeMap<Address, Account>,
    /// Streams that were ever opened, by id.
    pub streams: BTreeMap<B256, Stream>,
    /// What ids of streams stand for.
    pub stream_configs: BTreeMap<B256, Abi::StreamConfig>,
    /// Channels that anything ever happened to, by id.
    pub channels: BTreeMap<B256, Channel>,
    /// What ids of channels stand for, since the first deposit.
    pub channel_configs: BTreeMap<B256, Abi::ChannelConfig>,
}

/// An account's ledger.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Account {
    /// Free AIA, base units.
    pub free: U256,
    /// Fees taken of its earnings and not swept, base units.
    pub fee_owed: U256,
    /// When a registry last called it an active provider; 0 for never, or not any more.
    pub seen_active: u64,
    /// Whether only itself can send its AIA to its wallet.
    pub locked: bool,
}

/// A metered channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// All that was deposited and not given back, base units.
    pub balance: U256,
    /// What of it was claimed, base units.
    pub claimed: U256,
    /// When a withdrawal was announced, if one is.
    pub initiated_at: Option<u64>,
    /// Until when its payer promised not to withdraw.
    pub held_until: u64,
    /// Whether a withdrawal has closed it, which is for good.
    pub closed: bool,
    /// How many refunds there were, which numbers the next signed one.
    pub refunds: u64,
}

/// What an operation changed, as it was before; `None` where nothing was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Before {
    /// Ledgers.
    pub accounts: BTreeMap<Address, Account>,
    /// Streams.
    pub streams: BTreeMap<B256, Option<Stream>>,
    /// Channels.
    pub channels: BTreeMap<B256, Option<Channel>>,
}

impl Channel {
    /// Returns what can still be claimed.
    ///
    /// # Panics
    /// When more was claimed than there is.
    pub fn unclaimed(&self) -> U256 {
        self.balance.checked_sub(self.claimed).expect("nobody claims what is not there")
    }

    /// Returns when an announced withdrawal can first be finalized and when last, if one is announced.
    pub fn window(&self, delay: u64) -> Option<(u64, u64)> {
        let ready = self.initiated_at? + delay;
        Some((ready.max(self.held_until), ready + WINDOW))
    }

    /// Whether an announced withdrawal can still be finalized, or will be.
    pub fn is_leaving(&self, now: u64, delay: u64) -> bool {
        self.window(delay).is_some_and(|(first, last)| first.max(now) <= last)
    }

    /// `channelSafeUntil`: when the payer could finalize at the earliest, whatever it does; 0 for an empty or closed
    /// one.
    pub fn safe_until(&self, now: u64, delay: u64) -> u64 {
        if self.closed || self.balance.is_zero() {
            return 0;
        }
        match self.window(delay) {
            Some((first, last)) if first.max(now) <= last => first.max(now),
            _ => self.held_until.max(now + delay),
        }
    }
}

/// What there is.
impl Model {
    /// Returns a ledger; that of an unknown account is empty.
    pub fn account(&self, account: Address) -> Account {
        self.contract.accounts.get(&account).copied().unwrap_or_default()
    }

    /// Returns a stream, if there ever was one.
    pub fn stream(&self, id: B256) -> Option<Stream> {
        self.contract.streams.get(&id).copied()
    }

    /// Returns a channel; an unknown one is empty.
    pub fn channel(&self, id: B256) -> Channel {
        self.contract.channels.get(&id).copied().unwrap_or_default()
    }

    /// Returns the domain under which vouchers are signed.
    pub fn domain(&self) -> Eip712Domain {
        eip712_domain! {
            name: "x402 Batch Settlement",
            version: "1",
            chain_id: self.chain,
            verifying_contract: self.contract.address,
        }
    }

    /// `getChannelId`.
    pub fn channel_id(&self, config: &Abi::ChannelConfig) -> B256 {
        config.eip712_signing_hash(&self.domain())
    }
}

/// `streamId`.
pub fn stream_id(config: &Abi::StreamConfig) -> B256 {
    keccak256(config.abi_encode())
}

/// What calls share: each change remembers what was before it.
impl Model {
    pub(super) fn emit(&self, event: &impl SolEvent) -> Log {
        log(self.contract.address, event)
    }

    pub(super) fn account_mut(&mut self, address: Address) -> &mut Account {
        let account = self.contract.accounts.entry(address).or_default();
        self.before.accounts.entry(address).or_insert(*account);
        account
    }

    pub(super) fn put_stream(&mut self, id: B256, stream: Stream) {
        let old = self.contract.streams.insert(id, stream);
        self.before.streams.entry(id).or_insert(old);
    }

    pub(super) fn put_channel(&mut self, id: B256, channel: Channel) {
        let old = self.contract.channels.insert(id, channel);
        self.before.channels.entry(id).or_insert(old);
    }
}
