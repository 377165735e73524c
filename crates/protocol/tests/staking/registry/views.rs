//! What can be seen of a provider's stake.

use aia_protocol::staking::{
    allocation::Allocation,
    pool::{Bucket, Pool},
    provider::{Profile, Provider},
    rewards::{Position, Stream},
};
use alloy_primitives::U256;

use super::Registry;
use crate::{
    ops::{Actor, WHOLE},
    storage::Slot,
};

impl Registry {
    pub(crate) fn now(&self) -> u64 {
        self.now
    }

    pub(crate) fn epoch(&self) -> u32 {
        self.config.epoch_at(self.now)
    }

    pub(crate) fn provider(&self) -> Provider {
        Provider::from_word(self.storage.get(Slot::Provider))
    }

    pub(crate) fn profile(&self) -> Profile {
        Profile::from_word(self.storage.get(Slot::Profile))
    }

    pub(crate) fn pool(&self) -> Pool {
        Pool::from_word(self.storage.get(Slot::Pool))
    }

    pub(crate) fn stream(&self) -> Stream {
        Stream::from_word(self.storage.get(Slot::Stream))
    }

    pub(crate) fn position(&self, by: Actor) -> Position {
        Position::from_word(self.storage.get(Slot::Position(by)))
    }

    pub(crate) fn live_shares(&self, by: Actor) -> u128 {
        let position = self.position(by);
        if position.generation == self.provider().generation { position.shares } else { 0 }
    }

    pub(crate) fn owed(&self, by: Actor) -> U256 {
        self.storage.get(Slot::Owed(by))
    }

    /// Returns what somebody has earned and was not credited, as of the last time that rewards flowed.
    pub(crate) fn accrued(&self, by: Actor) -> u128 {
        self.earned(self.position(by), self.provider().generation, self.stream().acc)
    }

    pub(crate) fn bucket(&self, epoch: u32) -> Bucket {
        Bucket::from_word(self.storage.get(Slot::Bucket(epoch)))
    }

    pub(crate) fn exit(&self, epoch: u32, owner: Actor) -> U256 {
        self.storage.get(Slot::Exit(epoch, owner))
    }

    pub(crate) fn allocation(&self, service: u32) -> Allocation {
        Allocation::from_word(self.storage.get(Slot::Allocation(service)))
    }

    /// Returns what stands behind a service now, and what it falls to.
    pub(crate) fn exposure(&self, service: u32) -> Allocation {
        if service == WHOLE { Allocation::WHOLE } else { self.allocation(service).settle(self.epoch()) }
    }

    pub(crate) fn is_active(&self) -> bool {
        self.provider().is_active(self.own_stake(), self.pool().tokens, self.config, self.limits)
    }
}
