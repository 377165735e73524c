//! Who serves, with which key and terms, and whether it may now.

use alloc::vec::Vec;

use aia_calldata::Args;
use aia_protocol::{
    math::FULL_BPS,
    staking::{
        pool::{Cut, Pool},
        provider::{CommissionTooHigh, Profile, Provider, Status},
    },
};
use aia_shell::{Call, Revert, emit, revert, view, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry, narrow};

#[allow(missing_docs)]
mod erc8004 {
    alloy_sol_types::sol! {
        function isAuthorizedOrOwner(address spender, uint256 agentId) returns (bool);
    }
}

impl ProviderRegistry {
    pub(crate) fn register(&mut self, content: B256, codec: u8, bps: u16, signer: Address) -> Result<(), Revert> {
        self.entry()?;
        let account = self.caller();
        if self.load_provider(account).status != Status::Unknown {
            return Err(revert::<I::AlreadyRegistered>(words![account]));
        }
        check_signer(signer)?;
        if bps > FULL_BPS {
            return Err(revert::<I::InvalidCommission>(words![bps, FULL_BPS]));
        }
        let provider =
            Provider { status: Status::Active, commission_bps: bps, next_commission_bps: bps, ..Default::default() };
        self.store_provider(account, provider);
        self.profiles.insert(account, Profile { signer, codec, ..Default::default() }.to_word());
        self.contents.insert(account, content.into());
        emit::<I::ProviderRegistered, 2>(self.vm(), words![account, signer], words![content, codec, bps]);
        Ok(())
    }

    pub(crate) fn set_profile(&mut self, content: B256, codec: u8, bps: u16, signer: Address) -> Result<(), Revert> {
        let config = self.entry()?;
        let (account, now) = (self.caller(), self.now());
        let provider = self.living(account)?;
        check_signer(signer)?;
        let provider = provider
            .set_commission(bps, config.epoch_at(now), config.commission_step_bps)
            .map_err(|CommissionTooHigh { max }| revert::<I::InvalidCommission>(words![bps, max]))?;
        let profile = self.profile(account);
        let mut accountable_until = 0;
        if signer != profile.signer {
            accountable_until = now + config.unbonding_period();
            self.retired_signers.setter(account).insert(profile.signer, U256::from(accountable_until));
        }
        self.store_provider(account, provider);
        self.profiles.insert(account, Profile { signer, codec, ..profile }.to_word());
        self.contents.insert(account, content.into());
        let data = words![content, codec, bps, provider.commission_epoch, accountable_until];
        emit::<I::ProfileUpdated, 2>(self.vm(), words![account, signer], data);
        Ok(())
    }

    pub(crate) fn link_agent(&mut self, agent: U256) -> Result<(), Revert> {
        self.entry()?;
        let account = self.caller();
        self.registered(account)?;
        let refusal = || revert::<I::UnauthorizedAgent>(words![agent, account]);
        let registry = self.identity_registry.get();
        // An account without code answers with nothing; no id is the largest, to which nothing can be added.
        let linked = agent.checked_add(U256::ONE).ok_or_else(refusal)?;
        let question = Call::new::<erc8004::isAuthorizedOrOwnerCall>(words![account, agent]);
        let answer = view(self.vm(), registry, &question).unwrap_or_default();
        if !Args::new(&answer).boolean() {
            return Err(refusal());
        }
        self.agents.insert(account, linked);
        emit::<I::AgentLinked, 2>(self.vm(), words![account, agent], []);
        Ok(())
    }

    pub(crate) fn unjail(&mut self) -> Result<(), Revert> {
        let account = self.caller();
        let provider = self.registered(account)?;
        if provider.status != Status::Jailed {
            return Err(revert::<I::ProviderNotJailed>(words![account]));
        }
        if self.now() < provider.jailed_until {
            return Err(revert::<I::ProviderJailed>(words![account, provider.jailed_until]));
        }
        let own = self.own_stake(account, provider, self.pool(account));
        let needed = self.limits().min_self_stake;
        if own < needed {
            return Err(revert::<I::InsufficientSelfStake>(words![account, own, needed]));
        }
        self.store_provider(account, Provider { status: Status::Active, ..provider });
        emit::<I::Unjailed, 1>(self.vm(), words![account], []);
        Ok(())
    }

    pub(crate) fn is_active(&self, account: Address) -> bool {
        let provider = self.load_provider(account);
        if provider.status != Status::Active {
            return false;
        }
        let pool = self.pool(account);
        let own = self.own_stake(account, provider, pool);
        provider.is_active(own, pool.tokens, self.config(), self.limits())
    }

    pub(crate) fn is_active_in(&self, account: Address, service: u32) -> bool {
        let asked = self.service(service);
        asked.active && self.service_stake(account, service) >= asked.min_stake && self.is_active(account)
    }

    pub(crate) fn is_signer(&self, account: Address, key: Address) -> bool {
        if key.is_zero() {
            return false;
        }
        let until = self.retired_signers.getter(account).get(key);
        key == self.profile(account).signer || U256::from(self.now()) <= until
    }

    /// Returns the members of the interface's `Provider`.
    pub(crate) fn provider_view(&self, account: Address) -> Vec<u8> {
        let (_, epoch) = self.clock();
        let provider = self.load_provider(account);
        let (profile, pool) = (self.profile(account), self.pool(account));
        aia_calldata::words(&words![
            provider.status as u8,
            provider.commission_in(epoch),
            provider.next_commission_bps,
            provider.generation,
            provider.open_disputes,
            provider.jailed_until,
            provider.batches,
            provider.jobs,
            profile.slashes,
            profile.slashed_bps,
            profile.signer,
            profile.codec,
            self.contents.get(account),
            self.agents.get(account),
            pool.tokens,
            pool.shares,
        ])
    }

    /// Returns what the provider's own shares of its pool are worth.
    pub(crate) fn own_stake(&self, account: Address, provider: Provider, pool: Pool) -> u128 {
        pool.value(self.live_shares(account, account, provider.generation))
    }

    /// Returns what a provider can lose for a service, when the fault happened at `fault_at`.
    pub(crate) fn slashable(&self, account: Address, service: u32, fault_at: u64) -> u128 {
        let base = self.bound_stake(account, fault_at);
        Cut::new(base, self.exposure(account, service).bps, FULL_BPS, FULL_BPS).rest
    }

    pub(crate) fn batch_words(&self, account: Address, seq: u64) -> [B256; 2] {
        let number = U256::from(seq);
        words![self.batches.getter(account).get(number), narrow(self.rated_values.getter(account).get(number))]
    }
}

fn check_signer(signer: Address) -> Result<(), Revert> {
    if signer.is_zero() { Err(revert::<I::InvalidSigner>(words![signer])) } else { Ok(()) }
}
