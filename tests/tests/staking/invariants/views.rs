//! What the registry's views tell, beside the model, and the invariants of a moment by the chain's own word.

use std::{fmt::Debug, ops::RangeInclusive};

use aia_abi::{IAIAToken, IProviderRegistry as Abi};
use aia_model::registry::{
    Model, invariants,
    model::TOMBSTONED,
    ops::{PROVIDERS, STAKERS},
};
use alloy::primitives::{
    Address, U256,
    aliases::{U24, U48},
};
use eyre::{Result, ensure};
use rand::Rng;

use crate::invariants::Run;

/// How many expelled providers are looked at each time.
const EXPELLED: usize = 2;
/// Services whose views are looked at; the last is unknown.
const SERVICES: RangeInclusive<u32> = 1..=4;

pub(crate) fn same<T: PartialEq + Debug>(seen: T, expected: T, what: &str) -> Result<()> {
    ensure!(seen == expected, "{what}: the contracts say {seen:?}, the model {expected:?}");
    Ok(())
}

/// Everybody's.
impl Run<'_> {
    pub(crate) fn compare_roles(&self) -> Result<()> {
        let (live, model) = (&self.live, &self.model);
        let registry = &model.registry;
        same(live.registry(&Abi::ownerCall {})?, registry.owner, "owner")?;
        same(live.registry(&Abi::guardianCall {})?, registry.guardian, "guardian")?;
        same(live.registry(&Abi::tokenCall {})?, model.token.address, "token")?;
        same(live.registry(&Abi::courtsCall {})?.court, registry.court, "court")?;
        same(live.registry(&Abi::pausedCall {})?, registry.paused, "paused")?;
        same(&live.registry(&Abi::paramsCall {})?, model.params(), "parameters")?;
        same(live.registry(&Abi::epochCall {})?, model.epoch(), "epoch")?;
        same(u64::from(live.registry(&Abi::epochLengthCall {})?), registry.epoch_length, "epoch length")?;
        let unbonding = live.registry(&Abi::unbondingPeriodCall {})?;
        same(unbonding, U256::from(model.unbonding_period()), "unbonding period")?;
        for id in SERVICES {
            let seen = live.registry(&Abi::serviceCall { id })?;
            let seen = (seen.maxSlashBps, U256::from(seen.minStake), seen.active);
            let service = model.service(id);
            same(seen, (service.max_slash_bps, service.min_stake, service.active), "service")?;
        }
        Ok(())
    }

    pub(crate) fn compare_balances(&self) -> Result<()> {
        let model = &self.model;
        let contracts = [model.registry.address, model.court.address];
        for account in model.actors[..STAKERS].iter().copied().chain(contracts) {
            let seen = self.live.token(&IAIAToken::balanceOfCall { account })?;
            same(seen, model.token.balance_of(account), "balance")?;
        }
        Ok(())
    }

    /// Returns all providers, or those that stand and a few others.
    pub(crate) fn chosen_providers(&mut self, all: bool) -> Vec<Address> {
        let providers: Vec<Address> = self.model.registry.profiles.keys().copied().collect();
        if all {
            return providers;
        }
        let is_expelled = |provider: &Address| self.model.status_of(*provider) == TOMBSTONED;
        let (expelled, mut chosen): (Vec<Address>, Vec<Address>) = providers.into_iter().partition(is_expelled);
        chosen.truncate(2 * PROVIDERS);
        for _ in 0..EXPELLED.min(expelled.len()) {
            chosen.push(expelled[self.rng.random_range(0..expelled.len())]);
        }
        chosen
    }

    /// I4: the registry has the stake and exits that its views tell, the rewards that did not leave, and gifts.
    pub(crate) fn i4_the_registry_has_what_its_views_tell(&self) -> Result<()> {
        let (live, model) = (&self.live, &self.model);
        let mut sum = U256::ZERO;
        for account in model.registry.profiles.keys() {
            sum += U256::from(live.registry(&Abi::providerOfCall { account: *account })?.tokens);
            for (epoch, bucket) in model.buckets(*account) {
                if !bucket.shares.is_zero() {
                    sum += live.registry(&Abi::bucketCall { account: *account, epoch })?.tokens;
                }
            }
        }
        let books = &model.books;
        let gifts = books.gifts.get(&model.registry.address).copied().unwrap_or_default();
        let rewards = books.funded - books.claimed - books.stranded;
        let balance = live.token(&IAIAToken::balanceOfCall { account: model.registry.address })?;
        ensure!(
            balance == sum + rewards + gifts,
            "I4: {balance} there, {sum} staked, {rewards} rewards, {gifts} gifts"
        );
        Ok(())
    }
}

/// A provider's.
impl Run<'_> {
    pub(crate) fn compare_provider(&mut self, account: Address) -> Result<()> {
        self.compare_profile(account)?;
        self.compare_allocations(account)?;
        self.compare_pool(account)?;
        self.compare_buckets(account)?;
        let seen = self.live.registry(&Abi::reputationCall { account })?;
        let expected = self.model.reputation(account);
        let expected = (expected.ratings, expected.weight, expected.weighted_score);
        same((seen.ratings, seen.weight, seen.weightedScore), expected, "reputation")?;
        invariants::i19_active_means_all_of_it(&self.model, account);
        Ok(())
    }

    fn compare_profile(&mut self, account: Address) -> Result<()> {
        let somebody = self.model.actors[self.rng.random_range(0..self.model.actors.len())];
        let (live, model) = (&self.live, &self.model);
        same(live.registry(&Abi::providerOfCall { account })?, expected_provider(model, account), "provider")?;
        same(live.registry(&Abi::isActiveCall { account })?, model.is_active(account), "active")?;
        for service in SERVICES {
            let seen = live.registry(&Abi::isActiveInCall { account, service })?;
            same(seen, model.is_active_in(account, service), "active in a service")?;
        }
        let profile = &model.registry.profiles[&account];
        let replaced = profile.replaced.keys().copied().take(2);
        for key in replaced.chain([profile.signer, somebody]) {
            let seen = live.registry(&Abi::isSignerCall { account, key })?;
            same(seen, model.is_signer(account, key), "signer")?;
        }
        Ok(())
    }

    fn compare_allocations(&self, account: Address) -> Result<()> {
        let (live, model) = (&self.live, &self.model);
        same(live.registry(&Abi::allocatedBpsCall { account })?, model.allocated(account), "sum of allocations")?;
        self.compare_slashable(account, 0)?;
        for service in SERVICES {
            self.compare_slashable(account, service)?;
            let seen = live.registry(&Abi::allocationCall { account, service })?;
            let counts = if model.epoch() >= seen.epoch { seen.nextBps } else { seen.bps };
            let expected = model.allocation(account, service);
            same(counts, expected.bps, "allocation")?;
            let pending =
                (model.epoch() < seen.epoch && seen.nextBps != seen.bps).then_some((seen.nextBps, seen.epoch));
            same(pending, expected.fall, "fall of an allocation")?;
            let stake = live.registry(&Abi::serviceStakeCall { account, service })?;
            same(stake, model.service_stake(account, service), "stake behind a service")?;
        }
        Ok(())
    }

    fn compare_slashable(&self, account: Address, service: u32) -> Result<()> {
        let (live, model) = (&self.live, &self.model);
        for fault in [model.now, model.start_of(model.epoch() - 1), model.start_of(model.epoch()) - 1] {
            let call = Abi::slashableCall { account, service, faultAt: U48::from(fault) };
            same(live.registry(&call)?, model.slashable(account, service, fault), "slashable")?;
        }
        Ok(())
    }

    /// Compares everybody's stake and rewards. I1, I2, I18: shares are somebody's, and worth a base unit at most.
    fn compare_pool(&self, account: Address) -> Result<()> {
        let (live, model) = (&self.live, &self.model);
        let mut shares = U256::ZERO;
        for delegator in self.concerned(account) {
            let seen = live.registry(&Abi::stakeOfCall { account, delegator })?;
            same((seen.shares, seen.tokens), model.stake_of(account, delegator), "stake")?;
            ensure!(seen.tokens <= seen.shares, "I18: shares of {delegator} are worth more than a base unit each");
            shares += seen.shares;
            let rewards = live.registry(&Abi::pendingRewardsCall { account, owner: delegator })?;
            same(rewards, model.pending_rewards(account, delegator), "rewards")?;
        }
        let pool = live.registry(&Abi::providerOfCall { account })?;
        ensure!(shares == U256::from(pool.shares), "I2: {shares} of {} shares are somebody's", pool.shares);
        ensure!(pool.tokens <= pool.shares, "I1: {} tokens for {} shares", pool.tokens, pool.shares);
        ensure!((pool.tokens == 0) == (pool.shares == 0), "I1: {} tokens for {} shares", pool.tokens, pool.shares);
        Ok(())
    }

    /// Compares the latest buckets. I3: their shares are somebody's.
    fn compare_buckets(&self, account: Address) -> Result<()> {
        let (live, model) = (&self.live, &self.model);
        let last = model.epoch() + model.registry.exit_epochs + 1;
        for epoch in last - 8..=last {
            let seen = live.registry(&Abi::bucketCall { account, epoch })?;
            let expected = model.bucket(account, epoch);
            same((seen.tokens, seen.claims), (expected.tokens, expected.shares), "bucket")?;
            ensure!(seen.tokens <= seen.claims, "I3: {} tokens for {} claims", seen.tokens, seen.claims);
            if seen.claims.is_zero() {
                continue;
            }
            for owner in self.concerned(account) {
                let seen = live.registry(&Abi::unbondingCall { account, epoch, owner })?;
                let expected = (model.unbonding(account, epoch, owner), U48::from(model.withdrawable_at(epoch)));
                same((seen.tokens, seen.withdrawableAt), expected, "exit")?;
            }
        }
        Ok(())
    }

    /// Returns those who ever staked with a provider, and all who usually stake.
    fn concerned(&self, account: Address) -> Vec<Address> {
        let pairs = self.model.registry.positions.range((account, Address::ZERO)..);
        let own = pairs.take_while(|((provider, _), _)| *provider == account).map(|((_, delegator), _)| *delegator);
        let mut all: Vec<Address> = own.chain(self.model.actors[..STAKERS].iter().copied()).collect();
        all.sort();
        all.dedup();
        all
    }
}

fn expected_provider(model: &Model, account: Address) -> Abi::Provider {
    let profile = &model.registry.profiles[&account];
    let pool = model.pool(account);
    Abi::Provider {
        status: profile.status,
        commissionBps: model.commission_of(account),
        nextCommissionBps: profile.next_commission,
        generation: U24::from(pool.generation),
        openDisputes: profile.open_disputes,
        jailedUntil: U48::from(profile.jailed_until),
        batches: profile.batches,
        jobs: profile.jobs,
        slashes: profile.slashes,
        slashedBps: U24::from(profile.slashed_bps),
        signer: profile.signer,
        codec: profile.codec,
        cid: profile.cid,
        agent: U256::ZERO,
        tokens: pool.tokens.to(),
        shares: pool.shares.to(),
    }
}
