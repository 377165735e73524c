//! What the guardian can do.

use aia_protocol::governance::brake::Config;
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::Address;
use stylus_sdk::prelude::*;

use crate::{I, Timelock};

impl Timelock {
    pub(crate) fn pull_brake(&mut self) -> Result<(), Revert> {
        let guardian = self.serving_guardian()?;
        let config = self.config();
        let Some(brake) = config.brake.pull(self.now()) else {
            return Err(revert::<I::TimelockBrakeCooling>(words![config.brake.ready_at]));
        };
        self.store_config(Config { brake, ..config });
        emit::<I::Braked, 1>(self.vm(), words![guardian], words![brake.until]);
        Ok(())
    }

    pub(crate) fn release_brake(&mut self) -> Result<(), Revert> {
        let guardian = self.serving_guardian()?;
        let (config, now) = (self.config(), self.now());
        if config.brake.is_on(now) {
            self.store_config(Config { brake: config.brake.release(now), ..config });
            emit::<I::Unbraked, 1>(self.vm(), words![guardian], []);
        }
        Ok(())
    }

    /// Refuses while the brake is pulled.
    pub(crate) fn check_brake(&self) -> Result<(), Revert> {
        let brake = self.config().brake;
        if brake.is_on(self.now()) { Err(revert::<I::TimelockBraked>(words![brake.until])) } else { Ok(()) }
    }

    fn serving_guardian(&self) -> Result<Address, Revert> {
        let caller = self.caller();
        if self.guardian().is_serving(caller, self.now()) {
            return Ok(caller);
        }
        Err(revert::<I::TimelockUnauthorizedGuardian>(words![caller]))
    }
}
