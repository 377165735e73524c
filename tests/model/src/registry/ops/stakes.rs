//! Draws of what providers and their delegators do with stake.

use aia_abi::IProviderRegistry::{self as Abi, IProviderRegistryCalls as Calls};
use alloy_primitives::{Address, U256};
use rand::Rng;

use super::{
    Op, PROVIDERS, STAKERS,
    dice::{Dice, MILLION, SERVICES},
};
use crate::registry::model::JAILED;

/// Providers.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn register(&mut self) -> Op {
        let registered = &self.model.registry.profiles;
        let candidates = &self.model.actors[STAKERS..];
        let next = candidates.iter().find(|candidate| !registered.contains_key(*candidate)).copied();
        let wanted = self.standing().len() < PROVIDERS;
        let again = self.provider();
        let caller = if wanted { next.unwrap_or(again) } else { again };
        let (cid, codec, signer) = (self.word(), 0x55, self.signer());
        let commission =
            if self.chance(96) { self.rng.random_range(0..=3000) } else { self.rng.random_range(9999..10_002) };
        self.on_registry(caller, Calls::register(Abi::registerCall { cid, codec, commissionBps: commission, signer }))
    }

    pub(super) fn set_profile(&mut self) -> Op {
        let caller = self.provider();
        let present = self.model.commission_of(caller);
        let step = self.model.params().commissionStepBps;
        let commission = match self.below(100) {
            0..30 => present,
            30..55 => self.rng.random_range(0..=present),
            55..75 => present.saturating_add(step),
            75..85 => present.saturating_add(step).saturating_add(1),
            85..90 => 10_000,
            _ => self.rng.random_range(0..=2 * present.max(1)),
        };
        let known = self.model.registry.profiles.get(&caller).map(|profile| profile.signer);
        let (other, keep) = (self.signer(), self.chance(50));
        let signer = known.filter(|_| keep).unwrap_or(other);
        let call = Abi::setProfileCall { cid: self.word(), codec: 0x12, commissionBps: commission, signer };
        self.on_registry(caller, Calls::setProfile(call))
    }

    pub(super) fn unjail(&mut self) -> Op {
        let profiles = self.model.registry.profiles.iter();
        let jailed: Vec<Address> =
            profiles.filter(|(_, profile)| profile.status == JAILED).map(|(provider, _)| *provider).collect();
        let anybody = self.provider();
        let caller = self.maybe_one_of(&jailed).unwrap_or(anybody);
        self.on_registry(caller, Calls::unjail(Abi::unjailCall {}))
    }

    pub(super) fn allocate(&mut self) -> Op {
        let caller = self.provider();
        let service = if self.chance(96) { self.below(SERVICES) + 1 } else { self.below(SERVICES + 3) };
        let present = self.model.allocation(caller, service).bps;
        let bps = if self.chance(96) { self.bps(present) } else { self.one_of(&[10_001, 20_000, u16::MAX]) };
        self.on_registry(caller, Calls::allocate(Abi::allocateCall { service, bps }))
    }

    fn signer(&mut self) -> Address {
        if self.chance(97) { self.actor() } else { Address::ZERO }
    }
}

/// Stake.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn delegate(&mut self) -> Op {
        let account = if self.chance(85) { self.undisputed() } else { self.provider() };
        let (staked, _) = self.model.pool_size(account);
        let room = self.model.pool_bound(account).saturating_sub(staked);
        match self.below(100) {
            0..8 => {
                let accused = self.disputed().unwrap_or(account);
                self.stake_own(accused)
            }
            8..40 => self.stake_own(account),
            // Without stake of its own nobody else's is borne.
            40..95 if room.is_zero() => self.stake_own(account),
            _ => self.stake_with(account, room),
        }
    }

    /// Stakes enough with oneself, mostly, that others can follow.
    fn stake_own(&mut self, account: Address) -> Op {
        let around = self.model.token.balance_of(account).min(MILLION);
        let much = (around / U256::from(self.below(20) + 1)).to::<u128>();
        let amount = if self.chance(65) { much } else { self.amount(around) };
        self.on_registry(account, Calls::delegate(Abi::delegateCall { account, amount }))
    }

    /// Stakes with another, mostly what its own stake bears: up to `room`.
    fn stake_with(&mut self, account: Address, room: U256) -> Op {
        let caller = self.staker();
        let around = self.model.token.balance_of(caller).min(MILLION);
        let amount = match self.below(100) {
            0..6 => room.min(around).to::<u128>(),
            6..12 => room.saturating_add(U256::ONE).min(around).to::<u128>(),
            12..85 => self.amount(around.min(room)),
            _ => self.amount(around),
        };
        self.on_registry(caller, Calls::delegate(Abi::delegateCall { account, amount }))
    }

    pub(super) fn undelegate(&mut self) -> Op {
        let model = self.model;
        let mut pairs: Vec<(Address, Address)> = model.registry.positions.keys().copied().collect();
        pairs.retain(|(provider, delegator)| !model.shares_of(*provider, *delegator).is_zero());
        let stranger = (self.provider(), self.staker());
        let some = self.maybe_one_of(&pairs).unwrap_or(stranger);
        let (account, caller) = if self.chance(96) { some } else { stranger };
        let around = model.shares_of(account, caller);
        let shares = self.amount(around);
        self.on_registry(caller, Calls::undelegate(Abi::undelegateCall { account, shares }))
    }

    pub(super) fn withdraw(&mut self) -> Op {
        let epoch = self.model.epoch();
        let claims: Vec<(Address, u32, Address)> = self.model.registry.claims.keys().copied().collect();
        let mature: Vec<(Address, u32, Address)> =
            claims.iter().copied().filter(|(_, bucket, _)| *bucket < epoch).collect();
        let nothing = (self.provider(), epoch.saturating_sub(self.below(3)), self.staker());
        let among = match self.below(100) {
            0..80 => &mature[..],
            80..95 => &claims[..],
            _ => &[],
        };
        let (account, epoch, owner) = self.maybe_one_of(among).unwrap_or(nothing);
        // Anyone may call.
        let caller = if self.chance(60) { owner } else { self.staker() };
        self.on_registry(caller, Calls::withdraw(Abi::withdrawCall { account, epoch, owner }))
    }
}
