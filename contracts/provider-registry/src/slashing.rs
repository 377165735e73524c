//! What the court may do.

use aia_calldata::Args;
use aia_protocol::{
    dispute::{MAX_REPORTER_BPS, MAX_VICTIM_BPS},
    math::{bps_down, mul_div_down},
    staking::{
        allocation::Allocation,
        pool::Cut,
        provider::{Provider, Status},
    },
};
use aia_shell::{Call, Revert, emit, revert, tell, words};
use alloy_primitives::{Address, U256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry, allocations::WHOLE};

/// Gas that the payments contract may use when it is told of a slash.
const NOTICE_GAS: u64 = 100_000;

alloy_sol_types::sol! {
    /// Tells a payments contract that a provider must not be paid further in advance.
    function onProviderInactive(address account);
}

/// The interface's `Slash`.
pub(crate) struct Order {
    account: Address,
    service: u32,
    bps: u16,
    fault_at: u64,
    reporter: Address,
    reporter_bps: u16,
    victim: Address,
    victim_bps: u16,
}

impl Order {
    pub(crate) fn read(args: &mut Args<'_>) -> Self {
        Self {
            account: args.address(),
            service: args.uint32(),
            bps: args.uint16(),
            fault_at: args.uint48(),
            reporter: args.address(),
            reporter_bps: args.uint16(),
            victim: args.address(),
            victim_bps: args.uint16(),
        }
    }
}

/// What a slash took.
struct Loss {
    /// From everybody, base units.
    all: u128,
    /// Of that, from the provider itself.
    own: u128,
}

impl ProviderRegistry {
    pub(crate) fn slash(&mut self, order: &Order) -> Result<[u128; 2], Revert> {
        self.check_slasher()?;
        let account = order.account;
        let provider = self.registered(account)?;
        let exposure = self.exposure(account, order.service);
        let bps = self.count_slash(order, provider.status, exposure);
        let loss = self.take_stake(provider, order, exposure, bps);
        // Out of the provider's own loss only: it could be victim and reporter in disguise, at its delegators' expense.
        let to_victim = self.part(loss.own, order.victim, order.victim_bps.min(MAX_VICTIM_BPS));
        let to_reporter = self.part(loss.own, order.reporter, order.reporter_bps.min(MAX_REPORTER_BPS));
        // The parts are at most half together.
        let burned = loss.all - to_victim - to_reporter;
        let data = words![bps, order.fault_at, loss.all, burned, to_victim, to_reporter];
        emit::<I::Slashed, 2>(self.vm(), words![account, order.service], data);
        self.punish(account, order.service);
        let token = self.token();
        token.transfer(order.victim, to_victim)?;
        token.transfer(order.reporter, to_reporter)?;
        token.burn(burned)?;
        self.tell_payments(account);
        Ok([loss.all, burned])
    }

    pub(crate) fn on_dispute(&mut self, account: Address, opens: bool) -> Result<(), Revert> {
        let caller = self.caller();
        let closes_its_own = !opens && !self.had_court.get(caller).is_zero();
        if caller != self.court.get() && !closes_its_own {
            return Err(revert::<I::UnauthorizedCourt>(words![caller]));
        }
        let provider = self.registered(account)?;
        let counted = if opens { provider.open_dispute() } else { Some(provider.close_dispute()) };
        let provider = counted.ok_or_else(|| revert::<I::TooManyDisputes>(words![account]))?;
        self.store_provider(account, provider);
        self.log_disputes(account, provider);
        Ok(())
    }

    /// Returns what a slash for a fault at `fault_at` reaches: the pool, and the buckets that are neither matured nor of
    /// stake that left before the fault's epoch.
    pub(crate) fn bound_stake(&self, account: Address, fault_at: u64) -> u128 {
        let buckets = self.bound_epochs(fault_at).map(|epoch| self.bucket(account, epoch).tokens);
        // Together at most the supply.
        buckets.sum::<u128>() + self.pool(account).tokens
    }

    /// At most `exit_epochs` + 1 of them.
    fn bound_epochs(&self, fault_at: u64) -> impl Iterator<Item = u32> + use<> {
        let (config, epoch) = self.clock();
        epoch.max(config.exit_bucket(config.epoch_at(fault_at)))..=config.exit_bucket(epoch)
    }

    /// Counts the slash, and returns the part of all bound stake, basis points, at which it may be taken.
    fn count_slash(&mut self, order: &Order, status: Status, exposure: Allocation) -> u16 {
        let (_, epoch) = self.clock();
        let profile = self.profile(order.account);
        let (profile, bps) = match order.service {
            // A provider is expelled once, however many proofs there are.
            WHOLE if status == Status::Tombstoned => (profile.count_slash(0), 0),
            WHOLE => (profile.count_slash(order.bps), order.bps),
            _ => {
                let left = profile.left_in(epoch, self.limits().epoch_slash_cap_bps);
                let bps = exposure.effective_bps(order.bps).min(left);
                (profile.count_dispute(bps, epoch), bps)
            }
        };
        self.profiles.insert(order.account, profile.to_word());
        bps
    }

    /// Takes at most `most_bps` of the stake, from buckets and pool alike.
    fn take_stake(&mut self, provider: Provider, order: &Order, exposure: Allocation, most_bps: u16) -> Loss {
        let account = order.account;
        let pool = self.pool(account);
        let stream = self.settle(account, pool.shares);
        let base = self.bound_stake(account, order.fault_at);
        let own_before = self.own_stake(account, provider, pool) + self.own_bound_exits(account, order.fault_at);
        let mut cut = Cut::new(base, exposure.bps, order.bps, most_bps);
        let ordered = cut.rest;
        for epoch in self.bound_epochs(order.fault_at) {
            let (bucket, taken) = cut.visit(self.bucket(account, epoch));
            if taken > 0 {
                self.store_bucket(account, epoch, bucket);
                emit::<I::ExitsSlashed, 2>(self.vm(), words![account, epoch], words![taken]);
            }
        }
        let (pool, wiped) = pool.slash(cut.rest);
        self.store_pool(account, pool);
        if wiped.is_some() {
            self.wipe(account, provider, stream.acc);
        }
        // Its part of what was ordered; what a wipe adds is the pool's alone.
        let own = if base == 0 { 0 } else { mul_div_down(ordered, own_before, base) };
        Loss { all: ordered + wiped.unwrap_or_default(), own }
    }

    /// Returns the provider's own part of the bound exits.
    fn own_bound_exits(&self, account: Address, fault_at: u64) -> u128 {
        let exits = self.bound_epochs(fault_at).map(|epoch| {
            let bucket = self.bucket(account, epoch);
            // Most buckets are empty: nobody has anything there.
            if bucket.tokens == 0 { 0 } else { bucket.value(self.exit_of(account, epoch, account)) }
        });
        exits.sum()
    }

    /// Begins a new generation of shares; what the old ones earned stays claimable.
    fn wipe(&mut self, account: Address, provider: Provider, acc: u128) {
        self.final_rewards.setter(account).insert(U256::from(provider.generation), U256::from(acc));
        // A wipe takes a ruling each: 2^24 are out of reach.
        let generation = provider.generation + 1;
        self.store_provider(account, Provider { generation, ..provider });
        emit::<I::PoolWiped, 1>(self.vm(), words![account], words![generation]);
    }

    /// Jails the provider, or expels it, and closes the dispute that led to it.
    fn punish(&mut self, account: Address, service: u32) {
        let provider = self.load_provider(account);
        let slashed_bps = self.profile(account).slashed_bps;
        let punished = provider.punish(slashed_bps, service == WHOLE, self.now(), self.limits()).close_dispute();
        self.store_provider(account, punished);
        match punished.status {
            Status::Jailed => emit::<I::Jailed, 1>(self.vm(), words![account], words![punished.jailed_until]),
            _ if provider.status != Status::Tombstoned => emit::<I::Tombstoned, 1>(self.vm(), words![account], []),
            _ => {}
        }
        self.log_disputes(account, punished);
    }

    fn log_disputes(&self, account: Address, provider: Provider) {
        let topics = words![account, self.caller()];
        emit::<I::DisputesChanged, 2>(self.vm(), topics, words![provider.open_disputes]);
    }

    /// Returns a receiver's part of a loss; those with whom it would be stuck have none.
    fn part(&self, loss: u128, receiver: Address, bps: u16) -> u128 {
        let barred = [Address::ZERO, self.vm().contract_address(), self.caller(), self.config().token];
        if barred.contains(&receiver) { 0 } else { bps_down(loss, bps) }
    }

    /// Whatever the payments contract does with it, the slash stands: it asks for itself before it relies on a provider.
    fn tell_payments(&self, account: Address) {
        let payments = self.payments.get();
        if !payments.is_zero() {
            tell(self.vm(), payments, &Call::new::<onProviderInactiveCall>(words![account]), NOTICE_GAS);
        }
    }

    fn check_slasher(&self) -> Result<(), Revert> {
        let caller = self.caller();
        let (previous, until) = self.previous_court();
        let (_, epoch) = self.clock();
        if caller == self.court.get() || (caller == previous && epoch <= until) {
            return Ok(());
        }
        Err(revert::<I::UnauthorizedCourt>(words![caller]))
    }
}
