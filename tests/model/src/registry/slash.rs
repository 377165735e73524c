//! What only the court may do: slash a provider, and count the disputes against it.

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, Bytes, U256, aliases::U24};

use super::{
    Log, Model, Outcome, WHOLE,
    books::Cut,
    bps, instant,
    model::{JAILED, TOMBSTONED},
    part, part_up, take,
};

/// Above so many shares for each base unit a pool is wiped out.
pub(super) const MOST_SHARES: U256 = U256::from_limbs([1_000_000, 0, 0, 0]);
/// What slashes add up to at most.
const MOST_SLASHED: u32 = (1 << 24) - 1;

/// A slash as the court orders it; the reporter is never zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) provider: Address,
    pub(super) service: u32,
    pub(super) bps: u16,
    pub(super) fault_at: u64,
    pub(super) reporter: Address,
    pub(super) reporter_bps: u16,
    pub(super) victim: Address,
    pub(super) victim_bps: u16,
}

/// Calls that anybody may try.
impl Model {
    /// `slash` by somebody who is not the court.
    pub fn slash_uninvited(&self, caller: Address) -> Outcome {
        Err(super::error(Abi::UnauthorizedCourt { account: caller }))
    }

    /// `slashable`.
    pub fn slashable(&self, provider: Address, service: u32, fault_at: u64) -> U256 {
        self.to_take(self.base(provider, fault_at), self.counting_bps(provider, service), 10_000)
    }
}

/// What the court does.
impl Model {
    /// `onDispute`, for a provider that is known.
    pub(super) fn count_dispute(&mut self, provider: Address, opens: bool) -> Log {
        let profile = self.registry.profiles.entry(provider).or_default();
        let open = if opens { profile.open_disputes + 1 } else { profile.open_disputes - 1 };
        profile.open_disputes = open;
        self.emit(&Abi::DisputesChanged { provider, court: self.court.address, openDisputes: open })
    }

    /// Checks `onDispute` when a dispute opens.
    pub(super) fn check_dispute(&self, provider: Address) -> Result<(), Bytes> {
        self.known_profile(provider).map(|_| ())
    }

    /// `slash`, for a provider that is known; returns what was taken and what of it was burned.
    pub(super) fn slash(&mut self, order: &Order) -> (Vec<Log>, U256, U256) {
        let Order { provider, service, .. } = *order;
        self.settle(provider);
        let mut cut = self.measure(order);
        let mut logs = self.take_stake(&mut cut);
        self.divide(order, &mut cut);
        let Cut { bps: rate, slashed, burned, to_victim, to_reporter, .. } = cut;
        logs.push(self.emit(&Abi::Slashed {
            provider,
            service,
            bps: rate,
            faultAt: instant(order.fault_at),
            slashed,
            burned,
            toVictim: to_victim,
            toReporter: to_reporter,
        }));
        logs.extend(self.punish(order, rate));
        let used = self.registry.profiles.entry(provider).or_default().slashed_in;
        cut.used = used.1;
        logs.extend(self.pay_out(order, &cut));
        self.books.slashed += slashed;
        self.books.last_slash = Some(cut);
        (logs, slashed, burned)
    }
}

/// Its steps.
impl Model {
    /// Returns the rate that is applied to `base`, and what is taken of it.
    ///
    /// The rate is of all within reach, and not only of the part allocated; the cap of the epoch cuts both.
    fn extent(&self, order: &Order, base: U256) -> (u16, U256) {
        let Order { provider, service, bps: ordered, .. } = *order;
        if service == 0 {
            // Who is expelled loses no more for the provider as a whole.
            let rate = if self.status_of(provider) == TOMBSTONED { 0 } else { ordered };
            return (rate, part_up(base, bps(rate), WHOLE));
        }
        let exposure = self.counting_bps(provider, service);
        let left = self.params().epochSlashCapBps.saturating_sub(self.slashed_in_epoch(provider));
        let effective = part_up(bps(ordered), bps(exposure), WHOLE).to::<u16>();
        let taken = self.to_take(base, exposure, ordered).min(part_up(base, bps(left), WHOLE));
        (effective.min(left), taken)
    }

    fn slashed_in_epoch(&self, provider: Address) -> u16 {
        let (epoch, sum) = self.registry.profiles.get(&provider).map_or((0, 0), |profile| profile.slashed_in);
        if epoch == self.epoch() { sum } else { 0 }
    }

    fn counting_bps(&self, provider: Address, service: u32) -> u16 {
        if service == 0 { 10_000 } else { self.allocation(provider, service).bps }
    }

    /// Returns the first and the last bucket that a slash for a fault reaches; the first may be after the last.
    fn reach(&self, fault_at: u64) -> (u32, u32) {
        let exits = self.registry.exit_epochs;
        ((self.epoch_at(fault_at) + exits).max(self.epoch()), self.epoch() + exits)
    }

    fn base(&self, provider: Address, fault_at: u64) -> U256 {
        let (first, last) = self.reach(fault_at);
        let (pool, _) = self.pool_size(provider);
        (first..=last).fold(pool, |sum, epoch| sum + self.bucket(provider, epoch).tokens)
    }

    fn to_take(&self, base: U256, allocated: u16, rate: u16) -> U256 {
        part_up(base, bps(allocated) * bps(rate), WHOLE * WHOLE).min(base)
    }

    /// Returns what a provider itself has of its pool, and of the buckets within reach.
    fn own_stake(&self, provider: Address, (first, last): (u32, u32)) -> (U256, U256) {
        let (_, staked) = self.stake_of(provider, provider);
        (staked, (first..=last).map(|epoch| self.unbonding(provider, epoch, provider)).sum())
    }

    /// Notes what there is and what is to be taken.
    fn measure(&self, order: &Order) -> Cut {
        let Order { provider, service, fault_at, .. } = *order;
        let (base, reach) = (self.base(provider, fault_at), self.reach(fault_at));
        let (rate, wanted) = self.extent(order, base);
        Cut {
            provider,
            service,
            bps: rate,
            base,
            wanted,
            reach,
            pool: self.pool_size(provider),
            own: self.own_stake(provider, reach),
            buckets: self.buckets(provider),
            ..Cut::default()
        }
    }

    /// Takes a part of each bucket, the rest from the pool, and wipes a pool of which too little is left.
    fn take_stake(&mut self, cut: &mut Cut) -> Vec<Log> {
        let provider = cut.provider;
        let mut logs = Vec::new();
        let (mut to_take, mut there) = (cut.wanted, cut.base);
        for epoch in cut.reach.0..=cut.reach.1 {
            let tokens = self.bucket(provider, epoch).tokens;
            if tokens.is_zero() {
                continue;
            }
            let taken = part(to_take, tokens, there);
            take(&mut there, tokens);
            take(&mut to_take, taken);
            if taken.is_zero() {
                continue;
            }
            take(&mut self.registry.buckets.entry((provider, epoch)).or_default().tokens, taken);
            cut.from_buckets.insert(epoch, taken);
            logs.push(self.emit(&Abi::ExitsSlashed { provider, epoch, tokens: taken }));
        }
        cut.from_pool = to_take;
        take(&mut self.registry.pools.entry(provider).or_default().tokens, to_take);
        logs.extend(self.wipe(cut));
        cut.slashed = cut.wanted + cut.wiped.unwrap_or_default();
        cut.own_left = self.own_stake(provider, cut.reach);
        logs
    }

    fn wipe(&mut self, cut: &mut Cut) -> Option<Log> {
        let provider = cut.provider;
        let pool = self.registry.pools.entry(provider).or_default();
        if pool.shares.is_zero() || pool.shares <= pool.tokens * MOST_SHARES {
            return None;
        }
        cut.wiped = Some(pool.tokens);
        pool.ended.insert(pool.generation, pool.per_share);
        pool.generation += 1;
        (pool.tokens, pool.shares) = (U256::ZERO, U256::ZERO);
        let generation = U24::from(pool.generation);
        Some(self.emit(&Abi::PoolWiped { provider, generation }))
    }

    /// Gives victim and reporter their parts of what the provider itself lost, and burns the rest.
    fn divide(&self, order: &Order, cut: &mut Cut) {
        let own = cut.own.0 + cut.own.1;
        let lost = if cut.base.is_zero() { U256::ZERO } else { part(cut.wanted, own, cut.base) };
        let share = |account: Address, rate: u16, most: u16| {
            if self.is_nobody(account) { U256::ZERO } else { part(lost, bps(rate.min(most)), WHOLE) }
        };
        let to_victim = share(order.victim, order.victim_bps, 3000);
        let to_reporter = share(order.reporter, order.reporter_bps, 2000);
        cut.burned = cut.slashed - to_victim - to_reporter;
        (cut.to_victim, cut.to_reporter) = (to_victim, to_reporter);
    }

    /// Counts the slash, and jails or expels the provider.
    fn punish(&mut self, order: &Order, rate: u16) -> Option<Log> {
        let Order { provider, service, .. } = *order;
        let (epoch, used) = (self.epoch(), self.slashed_in_epoch(provider));
        let until = self.now + u64::from(self.params().jailPeriod);
        let most = self.params().tombstoneBps.to::<u32>();
        let profile = self.registry.profiles.entry(provider).or_default();
        profile.slashes += 1;
        profile.slashed_bps = (profile.slashed_bps + u32::from(rate)).min(MOST_SLASHED);
        if service != 0 {
            profile.slashed_in = (epoch, used + rate);
        }
        if profile.status == TOMBSTONED {
            return None;
        }
        if service == 0 || profile.slashed_bps >= most {
            profile.status = TOMBSTONED;
            return Some(self.emit(&Abi::Tombstoned { provider }));
        }
        (profile.status, profile.jailed_until) = (JAILED, until);
        Some(self.emit(&Abi::Jailed { provider, until: instant(until) }))
    }

    fn pay_out(&mut self, order: &Order, cut: &Cut) -> Vec<Log> {
        let registry = self.registry.address;
        let mut logs = Vec::new();
        for (to, tokens) in [(order.victim, cut.to_victim), (order.reporter, cut.to_reporter)] {
            if !tokens.is_zero() {
                logs.push(self.token.send(registry, to, tokens));
            }
        }
        if !cut.burned.is_zero() {
            logs.push(self.token.burn(registry, cut.burned));
        }
        logs
    }
}
