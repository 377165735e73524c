//! Rewards: funded, streamed, credited, claimed.

use aia_protocol::{
    math::bps_down,
    staking::{
        provider::Status,
        rewards::{MIN_SHARES, Position, Stream},
    },
};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, U256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry, narrow};

impl ProviderRegistry {
    pub(crate) fn fund(&mut self, account: Address, amount: u128) -> Result<(), Revert> {
        let config = self.entry()?;
        if amount == 0 {
            return Err(revert::<I::ZeroAmount>([]));
        }
        let provider = self.registered(account)?;
        let shares = self.pool(account).shares;
        if shares < MIN_SHARES {
            return Err(revert::<I::PoolTooSmall>(words![account, shares]));
        }
        let (now, from) = (self.now(), self.caller());
        let commission = bps_down(amount, provider.commission_in(config.epoch_at(now)));
        let stream = self.settle(account, shares).fund(amount - commission, now, config.epoch_length.into());
        self.streams.insert(account, stream.to_word());
        self.credit(account, commission);
        let data = words![amount, commission, stream.finish];
        emit::<I::RewardsFunded, 2>(self.vm(), words![account, from], data);
        self.token().pull(from, amount)
    }

    pub(crate) fn claim(&mut self, account: Address) -> Result<u128, Revert> {
        let owner = self.caller();
        let provider = self.load_provider(account);
        let stream = self.settle(account, self.pool(account).shares);
        let position = self.touch(account, owner, provider.generation, stream.acc);
        self.store_position(account, owner, position);
        let tokens = narrow(self.owed.get(owner));
        if tokens == 0 {
            return Err(revert::<I::NothingToClaim>(words![owner]));
        }
        self.owed.delete(owner);
        emit::<I::RewardsClaimed, 2>(self.vm(), words![account, owner], words![tokens]);
        self.token().transfer(owner, tokens)?;
        Ok(tokens)
    }

    pub(crate) fn burn_stranded(&mut self, account: Address) -> Result<u128, Revert> {
        let shares = self.pool(account).shares;
        if self.load_provider(account).status != Status::Tombstoned || shares >= MIN_SHARES {
            return Err(revert::<I::NotStranded>(words![account]));
        }
        let stream = self.settle(account, shares);
        if stream.left == 0 {
            return Err(revert::<I::ZeroAmount>([]));
        }
        self.streams.insert(account, Stream { left: 0, remaining: 0, ..stream }.to_word());
        emit::<I::RewardsBurned, 1>(self.vm(), words![account], words![stream.left]);
        self.token().burn(stream.left)?;
        Ok(stream.left)
    }

    /// Brings the rewards of a pool that has `shares` up to now.
    pub(crate) fn settle(&mut self, account: Address, shares: u128) -> Stream {
        let stream = Stream::from_word(self.streams.get(account));
        let settled = stream.settle(self.now(), shares);
        if settled != stream {
            self.streams.insert(account, settled.to_word());
        }
        settled
    }

    /// Credits what an account has earned in a pool, and returns its position as of now, for the caller to store.
    pub(crate) fn touch(&mut self, account: Address, owner: Address, generation: u32, acc: u128) -> Position {
        let position = self.position(account, owner);
        self.credit(owner, self.earned(account, position, generation, acc));
        let shares = if position.generation == generation { position.shares } else { 0 };
        Position { shares, paid: acc, generation }
    }

    pub(crate) fn pending_rewards(&self, account: Address, owner: Address) -> u128 {
        let stream = Stream::from_word(self.streams.get(account)).settle(self.now(), self.pool(account).shares);
        let generation = self.load_provider(account).generation;
        let earned = self.earned(account, self.position(account, owner), generation, stream.acc);
        narrow(self.owed.get(owner)) + earned
    }

    /// A position of a generation that was wiped earned until then.
    fn earned(&self, account: Address, position: Position, generation: u32, acc: u128) -> u128 {
        if position.shares == 0 || position.generation == generation {
            return position.earned(acc);
        }
        position.earned(narrow(self.final_rewards.getter(account).get(U256::from(position.generation))))
    }

    pub(crate) fn position(&self, account: Address, owner: Address) -> Position {
        Position::from_word(self.positions.getter(account).get(owner))
    }

    pub(crate) fn store_position(&mut self, account: Address, owner: Address, position: Position) {
        self.positions.setter(account).insert(owner, position.to_word());
    }

    fn credit(&mut self, owner: Address, tokens: u128) {
        if tokens > 0 {
            let mut owed = self.owed.setter(owner);
            // Rewards that were funded: below the supply.
            let all = narrow(owed.get()) + tokens;
            owed.set(U256::from(all));
        }
    }
}
