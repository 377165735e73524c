//! Rewards that flow to the shares of a pool.

use alloy_primitives::U256;

use super::{Model, SCALE, Standing};
use crate::ops::{Actor, Outcome, PROVIDER, Refusal};

/// What flows: evenly until it is over, but only while there are shares enough.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Flow {
    /// Rewards per share since the beginning, scaled.
    pub(crate) acc: U256,
    /// Base units that have not flowed.
    pub(crate) left: U256,
    /// Seconds until all has.
    pub(crate) remaining: u64,
    /// When it was brought up to date.
    at: u64,
}

impl Flow {
    /// Brings it up to `now`.
    fn settle(self, now: u64, shares: U256) -> Self {
        if self.remaining == 0 || shares < SCALE {
            return Self { at: now, ..self };
        }
        let elapsed = (now - self.at).min(self.remaining);
        let released = self.left * U256::from(elapsed) / U256::from(self.remaining);
        let per_share = released * SCALE / shares;
        let spent = (per_share * shares).div_ceil(SCALE);
        Self { acc: self.acc + per_share, left: self.left - spent, remaining: self.remaining - elapsed, at: now }
    }

    /// Adds what alone would flow for `duration`; together they take the mean of both times, weighted by amounts.
    fn join(self, amount: U256, duration: u64) -> Self {
        let left = self.left + amount;
        let weighted = self.left * U256::from(self.remaining) + amount * U256::from(duration);
        let mean = weighted.checked_div(left).map_or(duration, |mean| mean.to());
        Self { left, remaining: mean.max(1), ..self }
    }
}

impl Model {
    /// Brings rewards up to now.
    pub(super) fn settle(&mut self) {
        self.flow = self.flow.settle(self.now, self.shares);
        self.books.reward_roundings += 1;
    }

    /// Brings rewards up to now, and credits somebody with its own.
    pub(super) fn touch(&mut self, by: Actor) {
        self.settle();
        let (earned, shares) = (self.accrued(by), self.live_shares(by));
        self.credit(by, earned);
        self.books.reward_roundings += 1;
        let position = self.positions.entry(by).or_default();
        (position.shares, position.paid, position.generation) = (shares, self.flow.acc, self.generation);
    }

    /// Returns what somebody has earned and was not credited, as of the last time that rewards flowed.
    pub(crate) fn accrued(&self, by: Actor) -> U256 {
        self.earned(by, self.flow)
    }

    fn earned(&self, by: Actor, flow: Flow) -> U256 {
        let position = self.position(by);
        if position.shares.is_zero() {
            return U256::ZERO;
        }
        let acc = if position.generation == self.generation { flow.acc } else { self.ends[&position.generation] };
        position.shares * (acc - position.paid) / SCALE
    }

    fn credit(&mut self, by: Actor, tokens: U256) {
        *self.owed.entry(by).or_default() += tokens;
    }

    pub(super) fn fund(&mut self, amount: U256) -> Outcome {
        if self.shares < SCALE {
            return Err(Refusal::PoolTooSmall);
        }
        self.settle();
        let [present, _] = self.commissions();
        let commission = amount * U256::from(present) / U256::from(10_000);
        self.credit(PROVIDER, commission);
        self.flow = self.flow.join(amount - commission, self.config.epoch_length.into());
        self.books.funded += amount;
        Ok(vec![commission])
    }

    pub(super) fn claim(&mut self, by: Actor) -> Outcome {
        let now = self.flow.settle(self.now, self.shares);
        if self.earned(by, now) + self.owed.get(&by).copied().unwrap_or_default() == U256::ZERO {
            return Err(Refusal::Nothing);
        }
        self.touch(by);
        let tokens = self.owed.remove(&by).unwrap_or_default();
        self.books.claimed += tokens;
        Ok(vec![tokens])
    }

    pub(super) fn burn_stranded(&mut self) -> Outcome {
        if self.standing != Standing::Tombstoned || self.shares >= SCALE {
            return Err(Refusal::NotStranded);
        }
        if self.flow.left.is_zero() {
            return Err(Refusal::Nothing);
        }
        let burned = std::mem::take(&mut self.flow.left);
        self.flow.remaining = 0;
        self.books.burned += burned;
        Ok(vec![burned])
    }
}
