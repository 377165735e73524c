//! Stake: in, out through a bucket, and what it is worth.

use std::collections::BTreeMap;

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, Bytes, U256};

use super::{
    Model, Outcome, answer,
    model::{Bucket, Pool, Position},
    part, require, take,
};

/// Calls.
impl Model {
    /// `delegate`.
    pub fn delegate(&mut self, caller: Address, provider: Address, amount: U256) -> Outcome {
        self.check_not_paused()?;
        require(!amount.is_zero(), Abi::ZeroAmount {})?;
        self.check_open_to_stake(caller, provider, amount)?;
        self.token.check_pull(self.registry.address, caller, amount)?;
        self.touch(provider, caller);
        let pool = self.registry.pools.entry(provider).or_default();
        let shares = if pool.tokens.is_zero() { amount } else { part(amount, pool.shares, pool.tokens) };
        pool.tokens += amount;
        pool.shares += shares;
        self.registry.positions.entry((provider, caller)).or_default().shares += shares;
        self.books.note_stake(provider, caller, amount);
        let event = Abi::Delegated { provider, delegator: caller, tokens: amount, shares };
        let logs = vec![self.emit(&event), self.token.pull(self.registry.address, caller, amount)];
        answer(logs, &shares)
    }

    /// `undelegate`.
    pub fn undelegate(&mut self, caller: Address, provider: Address, shares: U256) -> Outcome {
        let (epoch, tokens, claim) = self.quote_exit(caller, provider, shares)?;
        self.touch(provider, caller);
        let pool = self.registry.pools.entry(provider).or_default();
        take(&mut pool.tokens, tokens);
        take(&mut pool.shares, shares);
        take(&mut self.registry.positions.entry((provider, caller)).or_default().shares, shares);
        let bucket = self.registry.buckets.entry((provider, epoch)).or_default();
        bucket.tokens += tokens;
        bucket.shares += claim;
        *self.registry.claims.entry((provider, epoch, caller)).or_default() += claim;
        self.books.note_exit(provider, caller);
        let event = Abi::Undelegated { provider, delegator: caller, tokens, shares, epoch, claim };
        answer(vec![self.emit(&event)], &(epoch, tokens))
    }

    /// `withdraw`, whoever calls.
    pub fn withdraw(&mut self, provider: Address, epoch: u32, owner: Address) -> Outcome {
        let current = self.epoch();
        require(current > epoch, Abi::NotMatured { epoch, current })?;
        let claim = self.claim_in(provider, epoch, owner);
        require(!claim.is_zero(), Abi::NothingToWithdraw { provider, epoch, owner })?;
        let tokens = self.unbonding(provider, epoch, owner);
        self.registry.claims.remove(&(provider, epoch, owner));
        let bucket = self.registry.buckets.entry((provider, epoch)).or_default();
        take(&mut bucket.tokens, tokens);
        take(&mut bucket.shares, claim);
        self.books.note_withdrawal(provider, owner, tokens);
        let mut logs = vec![self.emit(&Abi::Withdrawn { provider, owner, epoch, tokens })];
        if !tokens.is_zero() {
            logs.push(self.token.send(self.registry.address, owner, tokens));
        }
        answer(logs, &tokens)
    }

    /// The provider itself may always stake; others not while it is disputed, nor more than its own stake bears.
    fn check_open_to_stake(&self, caller: Address, provider: Address, amount: U256) -> Result<(), Bytes> {
        let open = self.profile_not_tombstoned(provider)?.open_disputes;
        if caller == provider {
            return Ok(());
        }
        require(open == 0, Abi::ProviderUnderDispute { provider, openDisputes: open })?;
        let (staked, _) = self.pool_size(provider);
        let (tokens, max) = (staked + amount, self.pool_bound(provider));
        require(tokens <= max, Abi::DelegationTooHigh { provider, tokens, max })
    }

    /// Returns the bucket's epoch, the tokens and the claims that shares leave for.
    fn quote_exit(&self, caller: Address, provider: Address, shares: U256) -> Result<(u32, U256, U256), Bytes> {
        require(!shares.is_zero(), Abi::ZeroAmount {})?;
        let owned = self.shares_of(provider, caller);
        let short = Abi::InsufficientShares { delegator: caller, shares: owned, needed: shares };
        require(owned >= shares, short)?;
        let pool = self.pool(provider);
        let tokens = part(shares, pool.tokens, pool.shares);
        require(!tokens.is_zero(), Abi::WorthlessShares { shares })?;
        let epoch = self.epoch() + self.registry.exit_epochs;
        let bucket = self.bucket(provider, epoch);
        let insolvent = bucket.shares > bucket.tokens * U256::from(1_000_000);
        require(!insolvent, Abi::InsolventBucket { provider, epoch })?;
        let claim = if bucket.shares.is_zero() { tokens } else { part(tokens, bucket.shares, bucket.tokens) };
        Ok((epoch, tokens, claim))
    }
}

/// Views.
impl Model {
    /// Returns a pool; that of an unknown provider is empty.
    pub fn pool(&self, provider: Address) -> Pool {
        self.registry.pools.get(&provider).cloned().unwrap_or_default()
    }

    /// Returns a position as it is stored, or one that begins now.
    pub fn position(&self, provider: Address, delegator: Address) -> Position {
        self.registry.positions.get(&(provider, delegator)).copied().unwrap_or_else(|| {
            let pool = self.pool(provider);
            Position { shares: U256::ZERO, generation: pool.generation, paid: pool.per_share }
        })
    }

    /// Returns the shares that count: those of the present generation.
    pub fn shares_of(&self, provider: Address, delegator: Address) -> U256 {
        let position = self.position(provider, delegator);
        let counts = position.generation == self.generation(provider);
        if counts { position.shares } else { U256::ZERO }
    }

    /// `stakeOf`: shares, and tokens for them.
    pub fn stake_of(&self, provider: Address, delegator: Address) -> (U256, U256) {
        let shares = self.shares_of(provider, delegator);
        let (tokens, all) = self.pool_size(provider);
        (shares, if shares.is_zero() { U256::ZERO } else { part(shares, tokens, all) })
    }

    /// Returns how large others may make a pool: so many times the provider's own stake.
    pub fn pool_bound(&self, provider: Address) -> U256 {
        let (_, own) = self.stake_of(provider, provider);
        own * U256::from(self.params().selfRatio)
    }

    /// `bucket`.
    pub fn bucket(&self, provider: Address, epoch: u32) -> Bucket {
        self.registry.buckets.get(&(provider, epoch)).copied().unwrap_or_default()
    }

    /// Returns all buckets of a provider, by epoch.
    pub fn buckets(&self, provider: Address) -> BTreeMap<u32, Bucket> {
        let all = self.registry.buckets.range((provider, 0)..=(provider, u32::MAX));
        all.map(|((_, epoch), bucket)| (*epoch, *bucket)).collect()
    }

    /// Returns the shares of a bucket that somebody has.
    pub fn claim_in(&self, provider: Address, epoch: u32, owner: Address) -> U256 {
        self.registry.claims.get(&(provider, epoch, owner)).copied().unwrap_or_default()
    }

    /// `unbonding`, without the instant.
    pub fn unbonding(&self, provider: Address, epoch: u32, owner: Address) -> U256 {
        let claim = self.claim_in(provider, epoch, owner);
        let bucket = self.bucket(provider, epoch);
        if claim.is_zero() { U256::ZERO } else { part(claim, bucket.tokens, bucket.shares) }
    }

    /// Returns a pool's generation.
    fn generation(&self, provider: Address) -> u32 {
        self.registry.pools.get(&provider).map_or(0, |pool| pool.generation)
    }

    /// Returns a pool's tokens and shares.
    pub fn pool_size(&self, provider: Address) -> (U256, U256) {
        self.registry.pools.get(&provider).map_or((U256::ZERO, U256::ZERO), |pool| (pool.tokens, pool.shares))
    }
}
