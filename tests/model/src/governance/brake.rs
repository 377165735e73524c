//! The brake of a timelock.

use aia_abi::IAIATimelock as Abi;
use alloy_primitives::{Address, Bytes};

use super::{Answer, DAY, Model, Outcome, instant, log, require};

impl Model {
    pub(super) fn brake(&mut self, at: Address, caller: Address) -> Outcome {
        self.check_guardian(at, caller)?;
        let (now, ready) = (self.now, self.timelocks[&at].brake_ready);
        require(now >= ready, Abi::TimelockBrakeCooling { readyAt: instant(ready) })?;
        let timelock = self.timelock_mut(at);
        timelock.braked_until = now + 7 * DAY;
        timelock.brake_ready = now + 14 * DAY;
        let until = instant(timelock.braked_until);
        Ok(vec![log(at, &Abi::Braked { guardian: caller, until })].into())
    }

    pub(super) fn unbrake(&mut self, at: Address, caller: Address) -> Outcome {
        self.check_guardian(at, caller)?;
        let now = self.now;
        let timelock = self.timelock_mut(at);
        if now > timelock.braked_until {
            return Ok(Answer::default());
        }
        timelock.braked_until = now - 1;
        Ok(vec![log(at, &Abi::Unbraked { guardian: caller })].into())
    }

    pub(super) fn check_brake(&self, at: Address) -> Result<(), Bytes> {
        let until = self.timelocks[&at].braked_until;
        require(self.now > until, Abi::TimelockBraked { until: instant(until) })
    }

    fn check_guardian(&self, at: Address, caller: Address) -> Result<(), Bytes> {
        let timelock = &self.timelocks[&at];
        let serves = caller == timelock.guardian && self.now <= timelock.term;
        require(serves, Abi::TimelockUnauthorizedGuardian { caller })
    }
}
