//! `rewards.rs` of the registry.

use aia_protocol::{
    math::bps_down,
    staking::{
        provider::Status,
        rewards::{MIN_SHARES, Position, Stream},
    },
};
use alloy_primitives::U256;

use super::Registry;
use crate::{
    ops::{Actor, Outcome, PROVIDER, Refusal, numbers},
    storage::Slot,
};

impl Registry {
    pub(super) fn fund(&mut self, amount: u128) -> Outcome {
        let shares = self.pool().shares;
        if shares < MIN_SHARES {
            return Err(Refusal::PoolTooSmall);
        }
        let commission = bps_down(amount, self.provider().commission_in(self.epoch()));
        let stream = self.settle(shares).fund(amount - commission, self.now, self.config.epoch_length.into());
        self.storage.set(Slot::Stream, stream.to_word());
        self.credit(PROVIDER, commission);
        Ok(numbers([commission]))
    }

    pub(super) fn claim(&mut self, by: Actor) -> Outcome {
        let stream = self.settle(self.pool().shares);
        let position = self.touch(by, self.provider().generation, stream.acc);
        self.store_position(by, position);
        let tokens = self.owed(by);
        if tokens.is_zero() {
            return Err(Refusal::Nothing);
        }
        self.storage.set(Slot::Owed(by), U256::ZERO);
        Ok(vec![tokens])
    }

    pub(super) fn burn_stranded(&mut self) -> Outcome {
        let shares = self.pool().shares;
        if self.provider().status != Status::Tombstoned || shares >= MIN_SHARES {
            return Err(Refusal::NotStranded);
        }
        let stream = self.settle(shares);
        if stream.left == 0 {
            return Err(Refusal::Nothing);
        }
        self.storage.set(Slot::Stream, Stream { left: 0, remaining: 0, ..stream }.to_word());
        Ok(numbers([stream.left]))
    }

    pub(super) fn settle(&mut self, shares: u128) -> Stream {
        let settled = self.stream().settle(self.now, shares);
        self.storage.set(Slot::Stream, settled.to_word());
        settled
    }

    /// Credits what somebody has earned, and returns the position as of now.
    pub(super) fn touch(&mut self, by: Actor, generation: u32, acc: u128) -> Position {
        let position = self.position(by);
        self.credit(by, self.earned(position, generation, acc));
        let shares = if position.generation == generation { position.shares } else { 0 };
        Position { shares, paid: acc, generation }
    }

    pub(super) fn earned(&self, position: Position, generation: u32, acc: u128) -> u128 {
        if position.shares == 0 || position.generation == generation {
            return position.earned(acc);
        }
        position.earned(self.storage.get(Slot::FinalRewards(position.generation)).to())
    }

    fn credit(&mut self, by: Actor, tokens: u128) {
        let all = self.owed(by) + U256::from(tokens);
        self.storage.set(Slot::Owed(by), all);
    }
}
