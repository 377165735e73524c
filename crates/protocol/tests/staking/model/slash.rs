//! Slashes: how much is a rule, and that everyone bears the same part of it, to a few base units.

use alloy_primitives::U256;

use super::{MAX_RATIO, Model, Standing};
use crate::ops::{Order, Outcome, WHOLE};

impl Model {
    /// Slashes as was seen: the most that it may take, what each bucket and the pool lose, and what a wipe takes beside.
    ///
    /// # Panics
    /// When what was seen adds up to another amount, or is not fair.
    pub(super) fn slash(&mut self, order: Order, seen: &Outcome) -> Outcome {
        let seen = seen.as_ref().expect("a slash is never refused");
        let epochs = self.bound_epochs(order.fault_at);
        assert_eq!(seen.len(), epochs.len() + 3, "who is slashed");
        let most = self.count_slash(order);
        self.settle();
        let taken = &seen[1..=epochs.len() + 1];
        let ordered = self.check_shares(order, most, &epochs, taken);
        for (epoch, taken) in epochs.iter().zip(taken) {
            self.buckets.entry(*epoch).or_default().tokens -= *taken;
        }
        self.tokens -= taken[epochs.len()];
        let wiped = self.wipe();
        self.books.slashed += ordered + wiped;
        self.punish(order.service);
        Ok([&[U256::from(most)][..], taken, &[wiped]].concat())
    }

    /// Returns the buckets that a slash reaches: not matured, and not of those who left before the epoch of the fault.
    fn bound_epochs(&self, fault_at: u64) -> Vec<u32> {
        let (exit, now, fault) = (u32::from(self.config.exit_epochs), self.epoch(), self.epoch_at(fault_at));
        (now..=now + exit).filter(|epoch| *epoch >= fault + exit).collect()
    }

    /// Counts the slash, and returns the most that it may take, basis points of everything.
    fn count_slash(&mut self, order: Order) -> u64 {
        let most: u64 = match order.service {
            // Who was expelled cannot be expelled again.
            WHOLE if self.standing == Standing::Tombstoned => 0,
            WHOLE => order.bps.into(),
            service => {
                let [exposed, _] = self.exposure(service);
                let part = (u64::from(exposed) * u64::from(order.bps)).div_ceil(10_000);
                let epoch = self.epoch();
                let used = self.capped.entry(epoch).or_default();
                let most = part.min(u64::from(self.limits.epoch_slash_cap_bps) - *used);
                *used += most;
                most
            }
        };
        self.slashes += 1;
        self.slashed_bps += most;
        most
    }

    /// Checks what buckets and, last, the pool lose, and returns what they should lose together.
    fn check_shares(&self, order: Order, most: u64, epochs: &[u32], taken: &[U256]) -> U256 {
        let buckets = epochs.iter().map(|epoch| self.bucket(*epoch).tokens);
        let had: Vec<U256> = buckets.chain([self.tokens]).collect();
        let base: U256 = had.iter().sum();
        let [exposed, _] = self.exposure(order.service);
        let part = (base * U256::from(exposed) * U256::from(order.bps)).div_ceil(U256::from(100_000_000));
        let ordered = part.min((base * U256::from(most)).div_ceil(U256::from(10_000)));
        assert_eq!(taken.iter().sum::<U256>(), ordered, "the shares of a slash do not add up");
        // As many base units as there are buckets and the pool.
        let rounding = U256::from(taken.len()) * base;
        for (had, taken) in had.iter().zip(taken) {
            assert!(taken <= had, "{taken} of {had} taken");
            assert!((*taken * base).abs_diff(ordered * *had) <= rounding, "{taken} of {had}, {ordered} of {base}");
        }
        ordered
    }

    /// Voids shares that are worth nothing or hardly anything, and returns what was left of them.
    fn wipe(&mut self) -> U256 {
        if self.shares.is_zero() || (!self.tokens.is_zero() && self.shares <= self.tokens * MAX_RATIO) {
            return U256::ZERO;
        }
        self.ends.insert(self.generation, self.flow.acc);
        self.generation += 1;
        self.shares = U256::ZERO;
        std::mem::take(&mut self.tokens)
    }
}
