//! Providers: who they are, what they take, and whether they may work.

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{
    Model, Outcome, WHOLE, bps, instant,
    model::{ACTIVE, JAILED, Profile, TOMBSTONED},
    part, require, wide,
};

/// Calls.
impl Model {
    /// `register`.
    pub fn register(&mut self, caller: Address, cid: B256, codec: u8, commission: u16, signer: Address) -> Outcome {
        self.check_not_paused()?;
        require(!self.registry.profiles.contains_key(&caller), Abi::AlreadyRegistered { provider: caller })?;
        check_profile(signer, commission, 10_000)?;
        let profile = Profile {
            status: ACTIVE,
            cid,
            codec,
            signer,
            commission,
            next_commission: commission,
            commission_epoch: self.epoch(),
            ..Profile::default()
        };
        self.registry.profiles.insert(caller, profile);
        let event = Abi::ProviderRegistered { provider: caller, cid, codec, commissionBps: commission, signer };
        Ok(vec![self.emit(&event)].into())
    }

    /// `setProfile`.
    pub fn set_profile(&mut self, caller: Address, cid: B256, codec: u8, commission: u16, signer: Address) -> Outcome {
        self.check_not_paused()?;
        let mut profile = self.profile_not_tombstoned(caller)?.clone();
        let present = self.commission_of(caller);
        let max = present.saturating_add(self.params().commissionStepBps).min(10_000);
        check_profile(signer, commission, max)?;
        let until = self.now + self.unbonding_period();
        let replaced = profile.signer != signer;
        if replaced {
            profile.replaced.insert(profile.signer, until);
        }
        let commission_epoch = self.epoch() + 1;
        let changed = Profile {
            cid,
            codec,
            signer,
            commission: present,
            next_commission: commission,
            commission_epoch,
            ..profile
        };
        self.registry.profiles.insert(caller, changed);
        let event = Abi::ProfileUpdated {
            provider: caller,
            cid,
            codec,
            commissionBps: commission,
            commissionEpoch: commission_epoch,
            signer,
            signerUntil: instant(if replaced { until } else { 0 }),
        };
        Ok(vec![self.emit(&event)].into())
    }

    /// `unjail`.
    pub fn unjail(&mut self, caller: Address) -> Outcome {
        let profile = self.known_profile(caller)?;
        require(profile.status == JAILED, Abi::ProviderNotJailed { provider: caller })?;
        let until = profile.jailed_until;
        require(self.now >= until, Abi::ProviderJailed { provider: caller, until: instant(until) })?;
        let ((_, tokens), needed) = (self.stake_of(caller, caller), wide(self.params().minSelfStake));
        require(tokens >= needed, Abi::InsufficientSelfStake { provider: caller, tokens, needed })?;
        self.registry.profiles.entry(caller).or_default().status = ACTIVE;
        Ok(vec![self.emit(&Abi::Unjailed { provider: caller })].into())
    }
}

/// Views.
impl Model {
    /// `isActive`.
    pub fn is_active(&self, provider: Address) -> bool {
        let params = self.params();
        let (_, own) = self.stake_of(provider, provider);
        let (pool, _) = self.pool_size(provider);
        self.status_of(provider) == ACTIVE
            && own >= wide(params.minSelfStake)
            && pool <= own * U256::from(params.selfRatio)
    }

    /// `isActiveIn`.
    pub fn is_active_in(&self, provider: Address, service: u32) -> bool {
        let terms = self.service(service);
        self.is_active(provider) && terms.active && self.service_stake(provider, service) >= terms.min_stake
    }

    /// `serviceStake`: a fall counts as soon as it is announced.
    pub fn service_stake(&self, provider: Address, service: u32) -> U256 {
        let (pool, _) = self.pool_size(provider);
        let allocation = self.allocation(provider, service);
        let offered = allocation.fall.map_or(allocation.bps, |(next, _)| next);
        part(pool, bps(offered), WHOLE)
    }

    /// `isSigner`.
    pub fn is_signer(&self, provider: Address, key: Address) -> bool {
        let Some(profile) = self.registry.profiles.get(&provider) else { return false };
        profile.signer == key || profile.replaced.get(&key).is_some_and(|until| self.now <= *until)
    }

    /// Returns a provider's status; 0 when it is unknown.
    pub fn status_of(&self, provider: Address) -> u8 {
        self.registry.profiles.get(&provider).map_or(0, |profile| profile.status)
    }

    /// Returns the commission that counts now.
    pub fn commission_of(&self, provider: Address) -> u16 {
        self.registry.profiles.get(&provider).map_or(0, |profile| {
            let changed = self.epoch() >= profile.commission_epoch;
            if changed { profile.next_commission } else { profile.commission }
        })
    }

    /// Returns a provider, or the refusal that it is none.
    pub(super) fn known_profile(&self, provider: Address) -> Result<&Profile, Bytes> {
        let profile = self.registry.profiles.get(&provider);
        profile.ok_or_else(|| super::error(Abi::UnknownProvider { provider }))
    }

    /// Returns a provider, or the refusal that it is none or expelled.
    pub(super) fn profile_not_tombstoned(&self, provider: Address) -> Result<&Profile, Bytes> {
        let profile = self.known_profile(provider)?;
        require(profile.status != TOMBSTONED, Abi::ProviderTombstoned { provider })?;
        Ok(profile)
    }
}

fn check_profile(signer: Address, commission: u16, max: u16) -> Result<(), Bytes> {
    require(!signer.is_zero(), Abi::InvalidSigner { signer })?;
    require(commission <= max, Abi::InvalidCommission { commissionBps: commission, max })
}
