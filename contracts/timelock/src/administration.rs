//! What the timelock changes about itself, besides delays and roles.

use aia_protocol::governance::{
    brake::Config,
    guardian::{self, Guardian},
    operation,
};
use aia_shell::{Revert, emit, words};
use alloy_primitives::Address;
use stylus_sdk::prelude::*;

use crate::{I, Timelock, invalid};

impl Timelock {
    pub(crate) fn set_grace_period(&mut self, seconds: u32) -> Result<(), Revert> {
        self.check_self()?;
        operation::check_grace(seconds).map_err(|bounds| invalid(seconds, bounds))?;
        let config = self.config();
        self.store_config(Config { grace: seconds, ..config });
        emit::<I::GracePeriodChange, 0>(self.vm(), [], words![config.grace, seconds]);
        Ok(())
    }

    pub(crate) fn set_guardian(&mut self, account: Address, expiry: u64) -> Result<(), Revert> {
        self.check_self()?;
        self.store_guardian(account, expiry)
    }

    pub(crate) fn store_guardian(&mut self, account: Address, expiry: u64) -> Result<(), Revert> {
        guardian::check_expiry(expiry, self.now()).map_err(|bounds| invalid(expiry, bounds))?;
        let old = self.guardian().account;
        self.guardian.set(Guardian { account, expiry, strikes: 0 }.to_word());
        emit::<I::GuardianSet, 0>(self.vm(), [], words![old, account, expiry]);
        Ok(())
    }
}
