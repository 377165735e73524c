//! Stake in, leaving, and gone.

use alloy_primitives::U256;

use super::{MAX_RATIO, Model};
use crate::ops::{Actor, Outcome, PROVIDER, Refusal};

/// Shares that somebody has in a generation of the pool, and the rewards per share up to which they were credited.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Position {
    pub(crate) shares: U256,
    pub(crate) paid: U256,
    pub(crate) generation: u32,
}

/// Stake that leaves with the same epoch, and the claims on it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Bucket {
    pub(crate) tokens: U256,
    pub(crate) claims: U256,
}

impl Bucket {
    /// Returns the claims on what comes in; `None` when those before are worth nothing or hardly anything.
    ///
    /// As in a pool there are no more than a million for a base unit: a number without bound would fit no word.
    fn claims_on(self, tokens: U256) -> Option<U256> {
        if self.claims.is_zero() {
            return Some(tokens);
        }
        (self.claims <= self.tokens * MAX_RATIO).then(|| tokens * self.claims / self.tokens)
    }

    pub(crate) fn value(self, claims: U256) -> U256 {
        if self.claims.is_zero() { U256::ZERO } else { claims * self.tokens / self.claims }
    }
}

impl Model {
    pub(crate) fn position(&self, by: Actor) -> Position {
        self.positions.get(&by).copied().unwrap_or_default()
    }

    /// Returns the shares that are not void.
    pub(crate) fn live_shares(&self, by: Actor) -> U256 {
        let position = self.position(by);
        if position.generation == self.generation { position.shares } else { U256::ZERO }
    }

    pub(crate) fn value(&self, shares: U256) -> U256 {
        if self.shares.is_zero() { U256::ZERO } else { shares * self.tokens / self.shares }
    }

    pub(crate) fn bucket(&self, epoch: u32) -> Bucket {
        self.buckets.get(&epoch).copied().unwrap_or_default()
    }

    /// Returns all that somebody could take out if it could at once: stake and exits.
    pub(crate) fn wealth(&self, by: Actor) -> U256 {
        let exits = self.exits.iter().filter(|((_, owner), _)| *owner == by);
        let leaving: U256 = exits.map(|((epoch, _), claims)| self.bucket(*epoch).value(*claims)).sum();
        self.value(self.live_shares(by)) + leaving
    }

    pub(super) fn delegate(&mut self, by: Actor, amount: U256) -> Outcome {
        self.living()?;
        if by != PROVIDER && self.open_disputes > 0 {
            return Err(Refusal::Disputed);
        }
        if by != PROVIDER && self.tokens + amount > self.most() {
            return Err(Refusal::DelegationTooHigh);
        }
        self.touch(by);
        let shares = if self.tokens.is_zero() { amount } else { amount * self.shares / self.tokens };
        self.tokens += amount;
        self.shares += shares;
        self.positions.entry(by).or_default().shares += shares;
        self.books.paid_in += amount;
        self.books.of[by].0 += amount;
        self.books.roundings[by] += 1;
        Ok(vec![shares])
    }

    pub(super) fn undelegate(&mut self, by: Actor, shares: U256) -> Outcome {
        if shares > self.live_shares(by) {
            return Err(Refusal::Insufficient);
        }
        let tokens = self.value(shares);
        if tokens.is_zero() {
            return Err(Refusal::Worthless);
        }
        let leaves = self.epoch() + u32::from(self.config.exit_epochs);
        let claims = self.bucket(leaves).claims_on(tokens).ok_or(Refusal::Insolvent)?;
        self.touch(by);
        self.tokens -= tokens;
        self.shares -= shares;
        self.positions.entry(by).or_default().shares -= shares;
        let bucket = self.buckets.entry(leaves).or_default();
        bucket.tokens += tokens;
        bucket.claims += claims;
        *self.exits.entry((leaves, by)).or_default() += claims;
        // Once on the way out of the pool, once on the way into the bucket.
        self.books.roundings[by] += 2;
        Ok(vec![tokens, claims])
    }

    pub(super) fn withdraw(&mut self, owner: Actor, epoch: u32) -> Outcome {
        if self.epoch() <= epoch {
            return Err(Refusal::NotMatured);
        }
        let claims = self.exits.remove(&(epoch, owner)).ok_or(Refusal::Nothing)?;
        let bucket = self.buckets.entry(epoch).or_default();
        let tokens = bucket.value(claims);
        bucket.tokens -= tokens;
        bucket.claims -= claims;
        self.books.withdrawn += tokens;
        self.books.of[owner].1 += tokens;
        self.books.roundings[owner] += 1;
        Ok(vec![tokens])
    }
}
