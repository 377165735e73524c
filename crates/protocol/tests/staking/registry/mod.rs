//! A provider's stake, composed of the pieces of `aia-protocol` in the way the registry composes them.
//!
//! Storage is a map of the same packed words; there are no tokens to move, and whoever may not call does not.

mod rewards;
mod views;

use std::ops::RangeInclusive;

use aia_protocol::{
    math::FULL_BPS,
    staking::{
        allocation::Allocation,
        config::{Config, Limits},
        pool::{Cut, Insolvent, Pool, Worthless},
        provider::{CommissionTooHigh, Profile, Provider, Status},
        rewards::Position,
    },
};
use alloy_primitives::U256;

use crate::{
    ops::{Actor, Op, Order, Outcome, PROVIDER, Refusal, WHOLE, numbers},
    storage::{Slot, Storage},
};

type Result<T> = std::result::Result<T, Refusal>;

pub(crate) struct Registry {
    storage: Storage,
    config: Config,
    limits: Limits,
    now: u64,
}

impl Registry {
    /// Registers a provider without commission.
    pub(crate) fn new(config: Config, limits: Limits, now: u64) -> Self {
        let mut storage = Storage::default();
        storage.set(Slot::Provider, Provider { status: Status::Active, ..Default::default() }.to_word());
        storage.commit();
        Self { storage, config: Config::from_word(config.to_word()), limits: Limits::from_word(limits.to_word()), now }
    }

    pub(crate) fn execute(&mut self, op: Op) -> Outcome {
        let outcome = self.dispatch(op);
        match &outcome {
            Ok(_) => self.storage.commit(),
            Err(_) => self.storage.revert(),
        }
        outcome
    }

    fn dispatch(&mut self, op: Op) -> Outcome {
        match op {
            Op::Delegate { by, amount } => self.delegate(by, amount),
            Op::Undelegate { by, shares } => self.undelegate(by, shares),
            Op::Withdraw { owner, epoch } => self.withdraw(owner, epoch),
            Op::Fund { amount } => self.fund(amount),
            Op::Claim { by } => self.claim(by),
            Op::BurnStranded => self.burn_stranded(),
            Op::Allocate { service, bps } => self.allocate(service, bps),
            Op::SetCommission { bps } => self.set_commission(bps),
            Op::CommitBatch { count } => self.commit_batch(count),
            Op::OpenDispute => self.on_dispute(self.provider().open_dispute().expect("few disputes")),
            Op::CloseDispute => self.on_dispute(self.provider().close_dispute()),
            Op::Slash(order) => self.slash(order),
            Op::Unjail => self.unjail(),
            Op::Wait { seconds } => {
                self.now += seconds;
                Ok(Vec::new())
            }
        }
    }
}

/// `stake.rs`.
impl Registry {
    fn delegate(&mut self, by: Actor, amount: u128) -> Outcome {
        let (provider, pool) = (self.living()?, self.pool());
        if by != PROVIDER {
            self.check_newcomer(provider, pool, amount)?;
        }
        let stream = self.settle(pool.shares);
        let position = self.touch(by, provider.generation, stream.acc);
        let (pool, shares) = pool.delegate(amount);
        self.storage.set(Slot::Pool, pool.to_word());
        self.store_position(by, Position { shares: position.shares + shares, ..position });
        Ok(numbers([shares]))
    }

    fn check_newcomer(&self, provider: Provider, pool: Pool, amount: u128) -> Result<()> {
        if provider.open_disputes > 0 {
            return Err(Refusal::Disputed);
        }
        let fits = pool.tokens + amount <= self.config.most_pool(self.own_stake());
        if fits { Ok(()) } else { Err(Refusal::DelegationTooHigh) }
    }

    fn undelegate(&mut self, by: Actor, shares: u128) -> Outcome {
        let pool = self.pool();
        let stream = self.settle(pool.shares);
        let position = self.touch(by, self.provider().generation, stream.acc);
        let left = position.shares.checked_sub(shares).ok_or(Refusal::Insufficient)?;
        let (pool, tokens) = pool.undelegate(shares).map_err(|Worthless| Refusal::Worthless)?;
        let leaves = self.config.exit_bucket(self.epoch());
        let (bucket, claims) = self.bucket(leaves).join(tokens).map_err(|Insolvent| Refusal::Insolvent)?;
        self.storage.set(Slot::Pool, pool.to_word());
        self.store_position(by, Position { shares: left, ..position });
        self.storage.set(Slot::Bucket(leaves), bucket.to_word());
        let exit = self.exit(leaves, by) + U256::from(claims);
        self.storage.set(Slot::Exit(leaves, by), exit);
        Ok(numbers([tokens, claims]))
    }

    fn withdraw(&mut self, owner: Actor, epoch: u32) -> Outcome {
        if self.epoch() <= epoch {
            return Err(Refusal::NotMatured);
        }
        let claims = self.exit(epoch, owner).to::<u128>();
        if claims == 0 {
            return Err(Refusal::Nothing);
        }
        let (bucket, tokens) = self.bucket(epoch).withdraw(claims);
        self.storage.set(Slot::Bucket(epoch), bucket.to_word());
        self.storage.set(Slot::Exit(epoch, owner), U256::ZERO);
        Ok(numbers([tokens]))
    }
}

/// `slashing.rs`.
impl Registry {
    /// Returns the most that it may take, what each bucket loses, what the pool loses, and what a wipe takes beside.
    fn slash(&mut self, order: Order) -> Outcome {
        let exposure = self.exposure(order.service);
        let (profile, most) = self.count_slash(order, exposure);
        self.storage.set(Slot::Profile, profile.to_word());
        let mut told = numbers([most.into()]);
        let pool = self.pool();
        let stream = self.settle(pool.shares);
        let mut cut = Cut::new(self.bound_stake(order.fault_at), exposure.bps, order.bps, most);
        for epoch in self.bound_epochs(order.fault_at) {
            let (bucket, taken) = cut.visit(self.bucket(epoch));
            self.storage.set(Slot::Bucket(epoch), bucket.to_word());
            told.push(U256::from(taken));
        }
        let (pool, wiped) = pool.slash(cut.rest);
        self.storage.set(Slot::Pool, pool.to_word());
        let mut provider = self.provider();
        if wiped.is_some() {
            self.storage.set(Slot::FinalRewards(provider.generation), U256::from(stream.acc));
            provider.generation += 1;
        }
        let punished = provider.punish(profile.slashed_bps, order.service == WHOLE, self.now, self.limits);
        self.storage.set(Slot::Provider, punished.to_word());
        told.extend(numbers([cut.rest, wiped.unwrap_or_default()]));
        Ok(told)
    }

    /// Counts the slash, and returns the part of all bound stake, basis points, at which it may be taken.
    fn count_slash(&self, order: Order, exposure: Allocation) -> (Profile, u16) {
        let (profile, epoch) = (self.profile(), self.epoch());
        match order.service {
            WHOLE if self.provider().status == Status::Tombstoned => (profile.count_slash(0), 0),
            WHOLE => (profile.count_slash(order.bps), order.bps),
            _ => {
                let left = profile.left_in(epoch, self.limits.epoch_slash_cap_bps);
                let most = exposure.effective_bps(order.bps).min(left);
                (profile.count_dispute(most, epoch), most)
            }
        }
    }

    fn bound_stake(&self, fault_at: u64) -> u128 {
        let buckets = self.bound_epochs(fault_at).map(|epoch| self.bucket(epoch).tokens);
        buckets.sum::<u128>() + self.pool().tokens
    }

    fn bound_epochs(&self, fault_at: u64) -> RangeInclusive<u32> {
        let (config, epoch) = (self.config, self.epoch());
        epoch.max(config.exit_bucket(config.epoch_at(fault_at)))..=config.exit_bucket(epoch)
    }

    fn on_dispute(&mut self, provider: Provider) -> Outcome {
        self.storage.set(Slot::Provider, provider.to_word());
        Ok(numbers([provider.open_disputes.into()]))
    }
}

/// `allocations.rs` and `providers.rs`.
impl Registry {
    fn allocate(&mut self, service: u32, bps: u16) -> Outcome {
        self.living()?;
        if bps > FULL_BPS {
            return Err(Refusal::AllocationTooHigh(U256::from(bps)));
        }
        let epoch = self.epoch();
        let stored = self.allocation(service);
        let settled = stored.settle(epoch);
        let mut sum = self.storage.get(Slot::Allocated) - U256::from(stored.bps - settled.bps);
        if bps > settled.bps {
            sum += U256::from(bps - settled.bps);
            if sum > U256::from(self.limits.leverage_bps) {
                return Err(Refusal::AllocationTooHigh(sum));
            }
        }
        let changed = settled.change(bps, self.config.matured_from(epoch));
        self.storage.set(Slot::Allocated, sum);
        self.storage.set(Slot::Allocation(service), changed.to_word());
        Ok(numbers([changed.bps.into(), changed.next.into(), changed.epoch.into()]))
    }

    fn set_commission(&mut self, bps: u16) -> Outcome {
        let changed = self.living()?.set_commission(bps, self.epoch(), self.config.commission_step_bps);
        let provider = changed.map_err(|CommissionTooHigh { max }| Refusal::CommissionTooHigh(max))?;
        self.storage.set(Slot::Provider, provider.to_word());
        Ok(Vec::new())
    }

    fn commit_batch(&mut self, count: u32) -> Outcome {
        let provider = self.living()?.count_batch(count);
        self.storage.set(Slot::Provider, provider.to_word());
        Ok(numbers([provider.batches.into(), provider.jobs.into()]))
    }

    fn unjail(&mut self) -> Outcome {
        let provider = self.provider();
        if provider.status != Status::Jailed {
            return Err(Refusal::NotJailed);
        }
        if self.now < provider.jailed_until {
            return Err(Refusal::Jailed);
        }
        if self.own_stake() < self.limits.min_self_stake {
            return Err(Refusal::InsufficientSelfStake);
        }
        self.storage.set(Slot::Provider, Provider { status: Status::Active, ..provider }.to_word());
        Ok(Vec::new())
    }

    fn living(&self) -> Result<Provider> {
        match self.provider() {
            Provider { status: Status::Tombstoned, .. } => Err(Refusal::Tombstoned),
            provider => Ok(provider),
        }
    }

    fn own_stake(&self) -> u128 {
        self.pool().value(self.live_shares(PROVIDER))
    }

    fn store_position(&mut self, by: Actor, position: Position) {
        self.storage.set(Slot::Position(by), position.to_word());
    }
}
