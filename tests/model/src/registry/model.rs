//! The state of both contracts, in maps.
//!
//! Every operation first makes all its checks, in the order in which the contracts make them, and then changes the
//! state, so a refusal leaves everything as it was.

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::IProviderRegistry;
use alloy_primitives::{Address, B256, FixedBytes, U256};

use super::{books::Books, cases::Court, token::Token};

/// A provider that may work.
pub const ACTIVE: u8 = 1;
/// A provider that was slashed and has not come back.
pub const JAILED: u8 = 2;
/// A provider that is expelled.
pub const TOMBSTONED: u8 = 3;

/// Token, registry and court.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Model {
    /// Accounts that random operations are about: first those who stake with others, then who may become providers.
    pub actors: Vec<Address>,
    /// Unix seconds.
    pub now: u64,
    /// The AIA token.
    pub token: Token,
    /// The provider registry.
    pub registry: Registry,
    /// The dispute court.
    pub court: Court,
    /// What went in and out so far; no rule needs it, the invariants do.
    pub books: Books,
}

/// The provider registry.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Registry {
    /// Its own address.
    pub address: Address,
    /// Who sets parameters and services.
    pub owner: Address,
    /// Who may pause; zero for nobody.
    pub guardian: Address,
    /// Who slashes.
    pub court: Address,
    /// Seconds of an epoch.
    pub epoch_length: u64,
    /// Epochs that an exit stays slashable.
    pub exit_epochs: u32,
    /// What the owner can change; `None` before construction.
    pub params: Option<IProviderRegistry::Params>,
    /// Whether entries are paused.
    pub paused: bool,
    /// By id.
    pub services: BTreeMap<u32, Service>,
    /// By provider.
    pub profiles: BTreeMap<Address, Profile>,
    /// By provider.
    pub pools: BTreeMap<Address, Pool>,
    /// Provider and delegator → what the latter has of the pool.
    pub positions: BTreeMap<(Address, Address), Position>,
    /// Rewards that were credited and not claimed, base units.
    pub owed: BTreeMap<Address, U256>,
    /// Provider and epoch → exits.
    pub buckets: BTreeMap<(Address, u32), Bucket>,
    /// Provider, epoch and owner → shares of the bucket.
    pub claims: BTreeMap<(Address, u32, Address), U256>,
    /// Provider and service → what stands behind it.
    pub allocations: BTreeMap<(Address, u32), Allocation>,
    /// Provider → the sum that leverage bounds, in basis points.
    pub allocated: BTreeMap<Address, U256>,
    /// By id, from 1 on.
    pub listings: BTreeMap<u64, IProviderRegistry::Listing>,
    /// By provider and number, from 0 on.
    pub batches: BTreeMap<(Address, u64), Committed>,
    /// Provider, batch and index of every receipt that was rated.
    pub rated: BTreeSet<(Address, u64, u32)>,
    /// By provider.
    pub reputations: BTreeMap<Address, Reputation>,
    /// Subject, attester and key → the last claim.
    pub attestations: BTreeMap<(B256, Address, B256), Attestation>,
    /// Attester → its claims before this second are void.
    pub voided: BTreeMap<Address, u64>,
}

/// What a service asks and risks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Service {
    /// The most that a dispute may slash.
    pub max_slash_bps: u16,
    /// The least stake behind it, base units.
    pub min_stake: U256,
    /// Whether it is open.
    pub active: bool,
}

/// A provider, without its pool.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Profile {
    /// [`ACTIVE`], [`JAILED`] or [`TOMBSTONED`].
    pub status: u8,
    /// What it publishes about itself.
    pub cid: B256,
    /// Multicodec of `cid`.
    pub codec: u8,
    /// Its key for receipts.
    pub signer: Address,
    /// Replaced key → the last second in which it counts.
    pub replaced: BTreeMap<Address, u64>,
    /// Commission until `commission_epoch`, in basis points.
    pub commission: u16,
    /// Commission from then on.
    pub next_commission: u16,
    /// When it changes.
    pub commission_epoch: u32,
    /// Disputes open against it.
    pub open_disputes: u32,
    /// First second in which it may leave jail.
    pub jailed_until: u64,
    /// Batches committed.
    pub batches: u64,
    /// Receipts in them.
    pub jobs: u64,
    /// Slashes so far.
    pub slashes: u16,
    /// Sum of their rates, which ends at 2^24 − 1.
    pub slashed_bps: u32,
    /// Epoch and sum of the rates applied in it, which the cap bounds.
    pub slashed_in: (u32, u16),
}

/// A share pool, and the rewards that flow to it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// Stake, base units.
    pub tokens: U256,
    /// Shares of it.
    pub shares: U256,
    /// How often it was wiped out.
    pub generation: u32,
    /// Rewards that one share ever got, times 10^18.
    pub per_share: U256,
    /// Generation that ended → `per_share` at its end.
    pub ended: BTreeMap<u32, U256>,
    /// Rewards that are still to flow, base units.
    pub left: U256,
    /// Seconds in which they will have flowed.
    pub remaining: u64,
    /// Until when rewards have flowed.
    pub settled_at: u64,
}

/// What somebody has of a pool.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Shares.
    pub shares: U256,
    /// The pool's generation that they are of.
    pub generation: u32,
    /// The pool's rewards per share up to which rewards were credited.
    pub paid: U256,
}

/// Exits of an epoch.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Base units.
    pub tokens: U256,
    /// Claims on them.
    pub shares: U256,
}

/// What part of a pool stands behind a service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Allocation {
    /// Basis points, until a fall comes.
    pub bps: u16,
    /// What it falls to, and from which epoch on.
    pub fall: Option<(u16, u32)>,
}

/// A batch as it was committed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Committed {
    /// Its members.
    pub batch: IProviderRegistry::Batch,
    /// Where its receipts can be read: what [`tree::receipts`](super::tree::receipts) draws them from.
    pub cid: B256,
    /// Sum of the prices rated, base units.
    pub rated: U256,
}

/// What consumers think.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reputation {
    /// How often it was rated.
    pub ratings: U256,
    /// Sum of the weights, base units.
    pub weight: U256,
    /// Sum of weight times score.
    pub weighted_score: U256,
}

/// A claim about a subject.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Attestation {
    /// Zero when it was revoked.
    pub claim: FixedBytes<20>,
    /// Unix seconds.
    pub issued: u64,
    /// Last second in which it counts.
    pub expires: u64,
}

/// Time and places.
impl Model {
    /// Lets time pass, in seconds.
    pub fn wait(&mut self, seconds: u64) {
        self.now += seconds;
    }

    /// Returns the current epoch.
    pub fn epoch(&self) -> u32 {
        self.epoch_at(self.now)
    }

    /// Returns the epoch of an instant.
    ///
    /// # Panics
    /// When it lies beyond 2^32 epochs.
    pub fn epoch_at(&self, instant: u64) -> u32 {
        u32::try_from(instant / self.registry.epoch_length).expect("epochs have 32 bits")
    }

    /// Returns the first second of an epoch.
    pub fn start_of(&self, epoch: u32) -> u64 {
        u64::from(epoch) * self.registry.epoch_length
    }

    /// Returns the least seconds that an exit stays slashable.
    pub fn unbonding_period(&self) -> u64 {
        u64::from(self.registry.exit_epochs) * self.registry.epoch_length
    }

    /// Returns what the registry's owner can change.
    ///
    /// # Panics
    /// Before construction.
    pub fn params(&self) -> &IProviderRegistry::Params {
        self.registry.params.as_ref().expect("the registry is constructed")
    }

    /// Returns when the exits of an epoch can be withdrawn: from this second on, which has 48 bits.
    pub fn withdrawable_at(&self, epoch: u32) -> u64 {
        self.start_of(epoch + 1).min((1 << 48) - 1)
    }

    /// Whether an account is nobody that a slash would pay.
    pub(super) fn is_nobody(&self, account: Address) -> bool {
        [Address::ZERO, self.token.address, self.registry.address, self.registry.court].contains(&account)
    }
}
