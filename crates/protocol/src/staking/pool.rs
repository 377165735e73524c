//! A provider's pool, the buckets of those who leave it, and how a slash is shared out.
//!
//! `tokens ≤ shares` always: delegating adds at least as many shares as tokens, undelegating takes `⌊s·T/S⌋` tokens for
//! `s` shares, a slash takes tokens only.
//! So a share is worth at most one base unit and nothing can make the next one dearer.

use alloy_primitives::U256;

use crate::{
    math::{bps_up, mul_div_down, mul_div_up},
    word::{Reader, Writer},
};

/// Shares, or claims, per base unit above which a pool is wiped and a bucket closed: below, 2^110 bounds them.
pub const MAX_SHARES_PER_TOKEN: u128 = 1_000_000;

/// Stake that is in, and the shares of it.
///
/// Word layout, from the low end: tokens 128 bits, shares 128 bits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Pool {
    /// Base units; at most the supply.
    pub tokens: u128,
    /// Shares; zero exactly when `tokens` is.
    pub shares: u128,
}

/// Stake that leaves with the same epoch, and the claims on it; the same layout as [`Pool`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Bucket {
    /// Base units.
    pub tokens: u128,
    /// Claims; at least `tokens`.
    pub claims: u128,
}

/// The shares are worth less than a base unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Worthless;

/// The bucket has claims and no tokens, or hardly any: what came in now would belong to those who lost theirs, or take
/// more claims than can be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Insolvent;

impl Pool {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self { tokens: fields.u128(128), shares: fields.u128(128) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default().uint(128, self.tokens).uint(128, self.shares).done()
    }

    /// Adds `amount` base units and returns their shares, rounded down and at least `amount`.
    pub fn delegate(self, amount: u128) -> (Self, u128) {
        let shares = if self.tokens == 0 { amount } else { mul_div_down(amount, self.shares, self.tokens) };
        // Neither overflows: tokens stay below the supply, shares below 10^6 of them for each.
        (Self { tokens: self.tokens + amount, shares: self.shares + shares }, shares)
    }

    /// Takes shares that are in the pool out and returns their base units, rounded down.
    ///
    /// # Errors
    /// [`Worthless`] when that is nothing.
    pub fn undelegate(self, shares: u128) -> Result<(Self, u128), Worthless> {
        match self.value(shares) {
            0 => Err(Worthless),
            // At most all: rounded down, and the shares are in the pool.
            tokens => Ok((Self { tokens: self.tokens - tokens, shares: self.shares - shares }, tokens)),
        }
    }

    /// Returns what shares of the pool are worth, base units rounded down.
    pub fn value(self, shares: u128) -> u128 {
        if self.shares == 0 { 0 } else { mul_div_down(shares, self.tokens, self.shares) }
    }

    /// Takes `loss` base units, at most all, from all shares alike.
    ///
    /// Returns the pool, and if it is wiped what was left in it: shares that are worth nothing, or hardly anything, are
    /// void, or their number would grow without bound when stake comes back.
    pub fn slash(self, loss: u128) -> (Self, Option<u128>) {
        let tokens = self.tokens - loss;
        let wiped = self.shares > 0 && (tokens == 0 || self.shares > tokens.saturating_mul(MAX_SHARES_PER_TOKEN));
        if wiped { (Self::default(), Some(tokens)) } else { (Self { tokens, ..self }, None) }
    }
}

impl Bucket {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let Pool { tokens, shares } = Pool::from_word(word);
        Self { tokens, claims: shares }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Pool { tokens: self.tokens, shares: self.claims }.to_word()
    }

    /// Adds base units and returns the claims on them, rounded down.
    ///
    /// # Errors
    /// [`Insolvent`] when the bucket was slashed to nothing or hardly anything.
    pub fn join(self, tokens: u128) -> Result<(Self, u128), Insolvent> {
        if self.claims > self.tokens.saturating_mul(MAX_SHARES_PER_TOKEN) {
            return Err(Insolvent);
        }
        let claims = if self.claims == 0 { tokens } else { mul_div_down(tokens, self.claims, self.tokens) };
        Ok((Self { tokens: self.tokens + tokens, claims: self.claims + claims }, claims))
    }

    /// Returns what claims of the bucket are worth, base units rounded down.
    pub fn value(self, claims: u128) -> u128 {
        if self.claims == 0 { 0 } else { mul_div_down(claims, self.tokens, self.claims) }
    }

    /// Pays claims of the bucket and returns their base units, rounded down.
    #[must_use]
    pub fn withdraw(self, claims: u128) -> (Self, u128) {
        let tokens = self.value(claims);
        (Self { tokens: self.tokens - tokens, claims: self.claims - claims }, tokens)
    }
}

/// A slash while it is shared out over buckets and, last, the pool.
///
/// Each takes its part of what is still to be taken, out of what is still to be visited; so the parts add up exactly and
/// none is further than a base unit per bucket from its proportion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cut {
    /// Base units still to be taken; at most `base`.
    pub rest: u128,
    /// Base units of what is still to be visited.
    base: u128,
}

impl Cut {
    /// Takes `bps` of the part `allocated_bps` of a base, rounded up, but at most `most_bps` of all, rounded up.
    pub fn new(base: u128, allocated_bps: u16, bps: u16, most_bps: u16) -> Self {
        // Both rates are below 2^16.
        let rate = u128::from(allocated_bps) * u128::from(bps);
        let rest = mul_div_up(base, rate, 100_000_000).min(bps_up(base, most_bps)).min(base);
        Self { rest, base }
    }

    /// Visits a bucket: returns it after the cut, and what was taken.
    #[must_use]
    pub fn visit(&mut self, bucket: Bucket) -> (Bucket, u128) {
        if bucket.tokens == 0 {
            return (bucket, 0);
        }
        // The bucket is part of the base, so this is at most its tokens: `rest ≤ base`.
        let taken = mul_div_down(self.rest, bucket.tokens, self.base);
        self.base -= bucket.tokens;
        self.rest -= taken;
        (Bucket { tokens: bucket.tokens - taken, ..bucket }, taken)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_share_is_worth_one_base_unit() {
        let (pool, shares) = Pool::default().delegate(5);
        assert_eq!((pool, shares), (Pool { tokens: 5, shares: 5 }, 5));
    }

    #[test]
    fn shares_after_a_slash_are_cheaper_for_newcomers_too() {
        let pool = Pool { tokens: 50, shares: 100 };
        let (pool, shares) = pool.delegate(10);
        assert_eq!((shares, pool.value(20)), (20, 10));
    }

    #[test]
    fn undelegating_rounds_down_and_refuses_nothing() {
        let pool = Pool { tokens: 1, shares: 3 };
        assert_eq!(pool.undelegate(2), Err(Worthless));
        assert_eq!(pool.undelegate(3), Ok((Pool::default(), 1)));
    }

    #[test]
    fn an_emptied_or_hollow_pool_is_wiped() {
        let pool = Pool { tokens: 10_000_000, shares: 10_000_000 };
        assert_eq!(pool.slash(10_000_000), (Pool::default(), Some(0)));
        assert_eq!(pool.slash(10_000_000 - 9), (Pool::default(), Some(9)));
        assert_eq!(pool.slash(10_000_000 - 10), (Pool { tokens: 10, ..pool }, None));
        assert_eq!(Pool::default().slash(0), (Pool::default(), None));
    }

    #[test]
    fn a_bucket_slashed_to_nothing_takes_nobody_in() {
        let bucket = Bucket { tokens: 0, claims: 5 };
        assert_eq!(bucket.join(3), Err(Insolvent));
        assert_eq!(bucket.withdraw(5), (Bucket::default(), 0));
    }

    #[test]
    fn a_cut_rounds_up_and_takes_at_most_all() {
        let cut = |base, allocated, bps, most| Cut::new(base, allocated, bps, most).rest;
        assert_eq!(cut(1, 10_000, 1, 1), 1);
        assert_eq!(cut(0, 10_000, 10_000, 10_000), 0);
        assert_eq!(cut(100, 5_000, 1_000, 10_000), 5);
        assert_eq!(cut(100, 10_000, 10_000, 10_000), 100);
        assert_eq!(cut(1_001, 10_000, 1_000, 300), 31);
        assert_eq!(cut(1_001, 10_000, 1_000, 0), 0);
    }

    #[test]
    fn the_parts_of_a_cut_add_up() {
        let buckets = [7, 0, 11].map(|tokens| Bucket { tokens, claims: tokens });
        let pool = Pool { tokens: 13, shares: 13 };
        let mut cut = Cut::new(31, 10_000, 5_000, 10_000);
        let taken: u128 = buckets.iter().map(|bucket| cut.visit(*bucket).1).sum();
        assert_eq!(taken + cut.rest, 16);
        assert!(pool.slash(cut.rest).1.is_none());
    }
}
