//! Rewards: a stream into each pool, divided by shares.

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, U256};

use super::{
    Model, Outcome, UNIT, WHOLE, answer, bps, instant,
    model::{Pool, Position, TOMBSTONED},
    part, part_up, require, take,
};

/// Calls.
impl Model {
    /// `fund`.
    pub fn fund(&mut self, caller: Address, provider: Address, amount: U256) -> Outcome {
        self.check_not_paused()?;
        require(!amount.is_zero(), Abi::ZeroAmount {})?;
        self.known_profile(provider)?;
        let (_, shares) = self.pool_size(provider);
        require(shares >= UNIT, Abi::PoolTooSmall { provider, shares })?;
        self.token.check_pull(self.registry.address, caller, amount)?;
        let commission = part(amount, bps(self.commission_of(provider)), WHOLE);
        let (now, length, streamed) = (self.now, self.registry.epoch_length, amount - commission);
        self.settle(provider);
        let pool = self.registry.pools.entry(provider).or_default();
        let duration = pool.duration_with(streamed, length);
        pool.left += streamed;
        pool.remaining = duration;
        *self.registry.owed.entry(provider).or_default() += commission;
        self.books.funded += amount;
        let finish = instant(now + duration);
        let event = Abi::RewardsFunded { provider, from: caller, tokens: amount, commission, finish };
        let logs = vec![self.emit(&event), self.token.pull(self.registry.address, caller, amount)];
        Ok(logs.into())
    }

    /// `claim`.
    pub fn claim(&mut self, caller: Address, provider: Address) -> Outcome {
        let tokens = self.pending_rewards(provider, caller);
        require(!tokens.is_zero(), Abi::NothingToClaim { owner: caller })?;
        self.touch(provider, caller);
        self.registry.owed.remove(&caller);
        self.books.claimed += tokens;
        let event = Abi::RewardsClaimed { provider, owner: caller, tokens };
        answer(vec![self.emit(&event), self.token.send(self.registry.address, caller, tokens)], &tokens)
    }

    /// `burnStranded`, whoever calls.
    pub fn burn_stranded(&mut self, provider: Address) -> Outcome {
        let pool = self.pool(provider);
        let stranded = self.status_of(provider) == TOMBSTONED && pool.shares < UNIT;
        require(stranded, Abi::NotStranded { provider })?;
        let tokens = pool.left;
        require(!tokens.is_zero(), Abi::ZeroAmount {})?;
        self.settle(provider);
        self.registry.pools.entry(provider).or_default().left = U256::ZERO;
        self.books.stranded += tokens;
        let event = Abi::RewardsBurned { provider, tokens };
        answer(vec![self.emit(&event), self.token.burn(self.registry.address, tokens)], &tokens)
    }

    /// `pendingRewards`.
    pub fn pending_rewards(&self, provider: Address, owner: Address) -> U256 {
        let mut pool = self.pool(provider);
        pool.settle(self.now);
        let credited = self.registry.owed.get(&owner).copied().unwrap_or_default();
        credited + pool.accrued(&self.position(provider, owner))
    }
}

/// What happens before shares change.
impl Model {
    /// Lets a pool's rewards flow up to now.
    pub(super) fn settle(&mut self, provider: Address) {
        let flowed = self.registry.pools.entry(provider).or_default().settle(self.now);
        self.books.reward_roundings += u64::from(flowed);
    }

    /// Credits somebody with its rewards up to now, and voids its shares if they are of an older generation.
    pub(super) fn touch(&mut self, provider: Address, account: Address) {
        self.settle(provider);
        let position = self.position(provider, account);
        let pool = self.pool(provider);
        let accrued = pool.accrued(&position);
        let shares = if position.generation == pool.generation { position.shares } else { U256::ZERO };
        let touched = Position { shares, generation: pool.generation, paid: pool.per_share };
        self.registry.positions.insert((provider, account), touched);
        if !position.shares.is_zero() {
            self.books.reward_roundings += 1;
            *self.registry.owed.entry(account).or_default() += accrued;
        }
    }
}

impl Pool {
    /// Lets rewards flow up to `now` and returns whether any did: while there is less than a whole share, time stands
    /// still.
    pub fn settle(&mut self, now: u64) -> bool {
        let passed = now - self.settled_at;
        self.settled_at = now;
        if self.shares < UNIT || self.left.is_zero() || self.remaining == 0 {
            return false;
        }
        let seconds = passed.min(self.remaining);
        let released = if seconds == self.remaining {
            self.left
        } else {
            part(self.left, U256::from(seconds), U256::from(self.remaining))
        };
        let per_share = part(released, UNIT, self.shares);
        self.per_share += per_share;
        take(&mut self.left, part_up(per_share, self.shares, UNIT));
        self.remaining -= seconds;
        true
    }

    /// Returns the seconds in which all flows once `more` comes, which alone would take `length`.
    ///
    /// It is the mean of both times by amounts, so that next to nothing changes next to nothing.
    pub fn duration_with(&self, more: U256, length: u64) -> u64 {
        let all = self.left + more;
        if all.is_zero() {
            return length;
        }
        let seconds = (self.left * U256::from(self.remaining) + more * U256::from(length)) / all;
        seconds.to::<u64>().max(1)
    }

    /// Returns the rewards of a position that it was not credited with yet.
    pub fn accrued(&self, position: &Position) -> U256 {
        let ended = position.generation != self.generation;
        let per_share = if ended { self.ended.get(&position.generation) } else { Some(&self.per_share) };
        let gained = per_share.copied().unwrap_or_default().checked_sub(position.paid);
        part(position.shares, gained.expect("rewards per share never fall"), UNIT)
    }
}
