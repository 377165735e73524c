//! Which part of the stake stands behind which service.

use aia_protocol::{
    math::{FULL_BPS, bps_down},
    staking::allocation::{Allocation, Service},
};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry, narrow};

/// The service that stands for the provider as a whole.
pub(crate) const WHOLE: u32 = 0;

impl ProviderRegistry {
    pub(crate) fn allocate(&mut self, service: u32, bps: u16) -> Result<(), Revert> {
        let account = self.caller();
        self.living(account)?;
        if bps > FULL_BPS {
            return Err(revert::<I::AllocationTooHigh>(words![bps, FULL_BPS]));
        }
        let (config, epoch) = self.clock();
        let stored = self.allocation(account, service);
        let settled = stored.settle(epoch);
        // A fall whose time has come leaves the sum, of which it is a part.
        let mut sum = narrow(self.allocated.get(account)) - u128::from(stored.bps - settled.bps);
        if bps > settled.bps {
            self.entry()?;
            if !self.service(service).active {
                return Err(revert::<I::UnknownService>(words![service]));
            }
            sum += u128::from(bps - settled.bps);
            let most = self.limits().leverage_bps;
            if sum > most.into() {
                return Err(revert::<I::AllocationTooHigh>(words![sum, most]));
            }
        }
        let changed = settled.change(bps, config.matured_from(epoch));
        self.allocated.insert(account, U256::from(sum));
        self.allocations.setter(account).insert(U256::from(service), changed.to_word());
        let from = if changed.epoch == 0 { epoch } else { changed.epoch };
        emit::<I::Allocated, 2>(self.vm(), words![account, service], words![changed.bps, changed.next, from]);
        Ok(())
    }

    pub(crate) fn allocation(&self, account: Address, service: u32) -> Allocation {
        Allocation::from_word(self.allocations.getter(account).get(U256::from(service)))
    }

    pub(crate) fn allocation_words(&self, account: Address, service: u32) -> [B256; 3] {
        let (_, epoch) = self.clock();
        let allocation = self.allocation(account, service).settle(epoch);
        let from = if allocation.epoch == 0 { epoch } else { allocation.epoch };
        words![allocation.bps, allocation.next, from]
    }

    /// Returns what stands behind a service: its `bps` are what a slash reaches, its `next` what is offered.
    pub(crate) fn exposure(&self, account: Address, service: u32) -> Allocation {
        if service == WHOLE {
            return Allocation::WHOLE;
        }
        let (_, epoch) = self.clock();
        self.allocation(account, service).settle(epoch)
    }

    /// Stake whose fall is announced is offered no more: a fault on its last day could not be judged in time.
    pub(crate) fn service_stake(&self, account: Address, service: u32) -> u128 {
        bps_down(self.pool(account).tokens, self.exposure(account, service).next)
    }

    pub(crate) fn service(&self, id: u32) -> Service {
        Service::from_word(self.services.get(U256::from(id)))
    }

    pub(crate) fn set_service(
        &mut self,
        id: u32,
        max_slash_bps: u16,
        min_stake: u128,
        active: bool,
    ) -> Result<(), Revert> {
        self.ownership.check()?;
        let rate_fits = (1..=FULL_BPS).contains(&max_slash_bps);
        if id == WHOLE || !rate_fits || min_stake > aia_protocol::MAX_SUPPLY {
            return Err(revert::<I::InvalidService>(words![id, max_slash_bps, min_stake]));
        }
        self.services.insert(U256::from(id), Service { max_slash_bps, min_stake, active }.to_word());
        emit::<I::ServiceSet, 1>(self.vm(), words![id], words![max_slash_bps, min_stake, active]);
        Ok(())
    }
}
