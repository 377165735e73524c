//! The same in the plainest way: unbounded integers and maps, nothing packed, each rule as the interface tells it.

mod rewards;
mod slash;
mod stake;

use std::collections::BTreeMap;

use aia_protocol::{
    MAX_SUPPLY,
    staking::config::{Config, Limits},
};
use alloy_primitives::U256;

use crate::ops::{ACTORS, Actor, JAIL, Op, Outcome, PROVIDER, Refusal, WHOLE, numbers};
pub(crate) use rewards::Flow;
pub(crate) use stake::{Bucket, Position};

/// The most shares or claims for each base unit.
pub(crate) const MAX_RATIO: U256 = U256::from_limbs([1_000_000, 0, 0, 0]);
/// The least shares to which rewards flow, and the parts of a base unit in which they are counted.
pub(crate) const SCALE: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

/// Where a provider stands, as the interface numbers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Standing {
    Active = 1,
    Jailed = 2,
    Tombstoned = 3,
}

/// A commission, and the one that it becomes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Commission {
    present: u16,
    next: u16,
    /// The epoch from which the next one counts.
    from: u32,
}

/// A part of the stake behind a service, and the part to which it falls from an epoch on.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Behind {
    pub(crate) bps: u16,
    pub(crate) fall: Option<(u32, u16)>,
}

/// Sums of all that ever came and went, base units, and how often something was rounded.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    pub(crate) paid_in: U256,
    pub(crate) withdrawn: U256,
    pub(crate) slashed: U256,
    pub(crate) funded: U256,
    pub(crate) claimed: U256,
    pub(crate) burned: U256,
    /// How often rewards flowed, and how often somebody was credited.
    pub(crate) reward_roundings: u64,
    /// What somebody paid in, and withdrew.
    pub(crate) of: [(U256, U256); ACTORS],
    /// How often what somebody did was rounded to its disadvantage, which may be to the advantage of others.
    pub(crate) roundings: [u64; ACTORS],
}

/// A provider, its pool, those who left it, and its rewards.
pub(crate) struct Model {
    pub(crate) config: Config,
    pub(crate) limits: Limits,
    pub(crate) now: u64,
    pub(crate) standing: Standing,
    pub(crate) jailed_until: u64,
    pub(crate) open_disputes: u32,
    pub(crate) commission: Commission,
    pub(crate) batches: u64,
    pub(crate) jobs: u64,
    pub(crate) slashes: u64,
    pub(crate) slashed_bps: u64,
    /// Epoch → what disputes slashed in it, basis points.
    pub(crate) capped: BTreeMap<u32, u64>,
    pub(crate) tokens: U256,
    pub(crate) shares: U256,
    pub(crate) generation: u32,
    pub(crate) positions: BTreeMap<Actor, Position>,
    /// Every bucket that ever was, by its epoch.
    pub(crate) buckets: BTreeMap<u32, Bucket>,
    /// Claims that were not withdrawn, by bucket and owner.
    pub(crate) exits: BTreeMap<(u32, Actor), U256>,
    pub(crate) flow: Flow,
    /// Generation → rewards per share when it was wiped.
    pub(crate) ends: BTreeMap<u32, U256>,
    pub(crate) owed: BTreeMap<Actor, U256>,
    pub(crate) allocations: BTreeMap<u32, Behind>,
    pub(crate) books: Books,
}

impl Model {
    /// Registers a provider without commission.
    pub(crate) fn new(config: Config, limits: Limits, now: u64) -> Self {
        Self {
            config,
            limits,
            now,
            standing: Standing::Active,
            jailed_until: 0,
            open_disputes: 0,
            commission: Commission::default(),
            batches: 0,
            jobs: 0,
            slashes: 0,
            slashed_bps: 0,
            capped: BTreeMap::new(),
            tokens: U256::ZERO,
            shares: U256::ZERO,
            generation: 0,
            positions: BTreeMap::new(),
            buckets: BTreeMap::new(),
            exits: BTreeMap::new(),
            flow: Flow::default(),
            ends: BTreeMap::new(),
            owed: BTreeMap::new(),
            allocations: BTreeMap::new(),
            books: Books::default(),
        }
    }

    /// Does the same as what was seen, and returns what should have been told.
    ///
    /// How a slash is shared out is no rule but that it is fair to a few base units: it is done as seen, if it is.
    pub(crate) fn apply(&mut self, op: Op, seen: &Outcome) -> Outcome {
        match op {
            Op::Delegate { by, amount } => self.delegate(by, U256::from(amount)),
            Op::Undelegate { by, shares } => self.undelegate(by, U256::from(shares)),
            Op::Withdraw { owner, epoch } => self.withdraw(owner, epoch),
            Op::Fund { amount } => self.fund(U256::from(amount)),
            Op::Claim { by } => self.claim(by),
            Op::BurnStranded => self.burn_stranded(),
            Op::Allocate { service, bps } => self.allocate(service, bps),
            Op::SetCommission { bps } => self.set_commission(bps),
            Op::CommitBatch { count } => self.commit_batch(count),
            Op::OpenDispute => self.count_disputes(self.open_disputes + 1),
            Op::CloseDispute => self.count_disputes(self.open_disputes.max(1) - 1),
            Op::Slash(order) => self.slash(order, seen),
            Op::Unjail => self.unjail(),
            Op::Wait { seconds } => {
                self.now += seconds;
                Ok(Vec::new())
            }
        }
    }

    pub(crate) fn epoch(&self) -> u32 {
        self.epoch_at(self.now)
    }

    fn epoch_at(&self, instant: u64) -> u32 {
        u32::try_from(instant / u64::from(self.config.epoch_length)).expect("before the year 2106")
    }

    /// Returns what nobody has staked and no reward is made of, of the whole supply.
    pub(crate) fn free(&self) -> u128 {
        let Books { paid_in, withdrawn, slashed, funded, claimed, burned, .. } = self.books;
        (U256::from(MAX_SUPPLY) + withdrawn + slashed + claimed + burned - paid_in - funded).to()
    }

    /// Returns how much others may delegate, base units.
    pub(crate) fn room(&self) -> u128 {
        self.most().saturating_sub(self.tokens).min(U256::from(MAX_SUPPLY)).to()
    }

    /// Returns what the provider's own shares are worth.
    fn own(&self) -> U256 {
        self.value(self.live_shares(PROVIDER))
    }

    /// Returns the largest pool that the provider's own stake bears.
    fn most(&self) -> U256 {
        self.own() * U256::from(self.config.self_ratio)
    }

    /// Whether the provider may take work.
    pub(crate) fn is_active(&self) -> bool {
        let least = U256::from(self.limits.min_self_stake);
        self.standing == Standing::Active && self.own() >= least && self.tokens <= self.most()
    }

    /// Returns the part of the stake behind a service now, and what becomes of it.
    pub(crate) fn behind(&self, service: u32) -> Behind {
        match self.allocations.get(&service).copied().unwrap_or_default() {
            Behind { fall: Some((from, bps)), .. } if from <= self.epoch() => Behind { bps, fall: None },
            behind => behind,
        }
    }

    /// Returns the part of the stake that a slash for a service reaches, and the part that it falls to.
    pub(crate) fn exposure(&self, service: u32) -> [u16; 2] {
        let Behind { bps, fall } = self.behind(service);
        let next = fall.map_or(bps, |(_, next)| next);
        if service == WHOLE { [10_000; 2] } else { [bps, next] }
    }

    /// Returns the commission in this epoch and in the next one.
    pub(crate) fn commissions(&self) -> [u16; 2] {
        let Commission { present, next, from } = self.commission;
        [if self.epoch() < from { present } else { next }, next]
    }

    fn living(&self) -> Result<(), Refusal> {
        if self.standing == Standing::Tombstoned { Err(Refusal::Tombstoned) } else { Ok(()) }
    }

    fn allocate(&mut self, service: u32, bps: u16) -> Outcome {
        self.living()?;
        if bps > 10_000 {
            return Err(Refusal::AllocationTooHigh(U256::from(bps)));
        }
        let behind = self.behind(service);
        if bps > behind.bps {
            let others = self.allocations.iter().filter(|(other, _)| **other != service);
            let sum = others.map(|(_, other)| u32::from(other.bps)).sum::<u32>() + u32::from(bps);
            if sum > self.limits.leverage_bps {
                return Err(Refusal::AllocationTooHigh(U256::from(sum)));
            }
        }
        let falls = self.epoch() + u32::from(self.config.exit_epochs) + 1;
        let changed = if bps < behind.bps {
            Behind { bps: behind.bps, fall: Some((falls, bps)) }
        } else {
            Behind { bps, fall: None }
        };
        self.allocations.insert(service, changed);
        let (from, next) = changed.fall.unwrap_or((0, bps));
        Ok(numbers([changed.bps.into(), next.into(), from.into()]))
    }

    fn set_commission(&mut self, bps: u16) -> Outcome {
        self.living()?;
        let [present, _] = self.commissions();
        let max = (present + self.config.commission_step_bps).min(10_000);
        if bps > max {
            return Err(Refusal::CommissionTooHigh(max));
        }
        self.commission = Commission { present, next: bps, from: self.epoch() + 1 };
        Ok(Vec::new())
    }

    fn commit_batch(&mut self, count: u32) -> Outcome {
        self.living()?;
        self.batches += 1;
        self.jobs += u64::from(count);
        Ok(numbers([self.batches.into(), self.jobs.into()]))
    }

    fn count_disputes(&mut self, open: u32) -> Outcome {
        self.open_disputes = open;
        Ok(numbers([open.into()]))
    }

    fn unjail(&mut self) -> Outcome {
        if self.standing != Standing::Jailed {
            return Err(Refusal::NotJailed);
        }
        if self.now < self.jailed_until {
            return Err(Refusal::Jailed);
        }
        if self.own() < U256::from(self.limits.min_self_stake) {
            return Err(Refusal::InsufficientSelfStake);
        }
        self.standing = Standing::Active;
        Ok(Vec::new())
    }

    /// Jails, or expels.
    fn punish(&mut self, service: u32) {
        if service == WHOLE || self.slashed_bps >= u64::from(self.limits.tombstone_bps) {
            self.standing = Standing::Tombstoned;
        }
        if self.standing != Standing::Tombstoned {
            self.standing = Standing::Jailed;
            self.jailed_until = self.now + u64::from(JAIL);
        }
    }
}
