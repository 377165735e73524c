//! What the timelock carries out: proposals, and operations of its own.

use aia_abi::{IAIATimelock as T, IAIAToken as I};
use aia_tests::staking::aia;
use alloy::{
    primitives::{Address, B256, Bytes, FixedBytes, U256},
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use super::Bench;
use crate::governance::{
    motions::{FORERUNNER, GUARDED, LATE, PACKAGE, PARAMETER, PAYEE, PAYMENT, payment},
    side::{LONGER_DELAY, MIN_DELAY},
};

/// Seconds that transfers take once they have a delay of their own.
const CALL_DELAY: u32 = 259_200;
/// Of operations that were not voted on.
const SALT: B256 = B256::repeat_byte(0x5a);

impl Bench<'_> {
    pub(super) fn queues_and_executions(&mut self) -> Result<()> {
        self.pass_to(self.deadline(LATE)? + 1)?;
        self.fill_treasury()?;
        let (side, anyone) = (self.side, self.submitter);
        self.govern("queue, 1 action", anyone, &PAYMENT.queue(side))?;
        self.govern("queue, 3 actions", anyone, &PACKAGE.queue(side))?;
        for motion in [FORERUNNER, PARAMETER, GUARDED] {
            self.call(anyone, side.governor, &motion.queue(side))?;
        }
        self.govern("cancel, by the guardian, queued", side.guardian, &GUARDED.cancel(side))?;
        self.net.pass(MIN_DELAY)?;
        self.call(anyone, side.governor, &FORERUNNER.execute(side))?;
        self.govern("execute, 1 action: a payment", anyone, &PAYMENT.execute(side))?;
        self.govern("execute, 1 action: a parameter", anyone, &PARAMETER.execute(side))?;
        self.govern("execute, 3 actions: two payments and a parameter", anyone, &PACKAGE.execute(side))?;
        Ok(())
    }

    /// Gives AIA to the timelock and to the payee, neither of whom delegates.
    fn fill_treasury(&self) -> Result<()> {
        for (to, coins) in [(self.side.timelock, 1_000), (PAYEE, 1)] {
            let transfer = I::transferCall { to, value: aia(coins) };
            self.call(self.net.owner.address(), self.side.token, &transfer)?;
        }
        Ok(())
    }

    /// Operations that were not voted on; the governor schedules them, as only it may.
    pub(super) fn operations(&mut self) -> Result<()> {
        let (governor, timelock, token) = (self.side.governor, self.side.timelock, self.side.token);
        let delay = T::updateDelayCall { newDelay: U256::from(LONGER_DELAY) }.abi_encode();
        let selector = FixedBytes(I::transferCall::SELECTOR);
        let call_delay = T::setCallDelayCall { target: token, selector, delay: CALL_DELAY }.abi_encode();

        self.measure("timelock: schedule, a payment", governor, timelock, &schedule(token, payment()))?;
        self.call(governor, timelock, &schedule(timelock, delay.clone().into()))?;
        if self.side.is_ours() {
            let call_delay = schedule(timelock, call_delay.clone().into());
            self.measure("timelock: schedule, setCallDelay", governor, timelock, &call_delay)?;
        }
        self.net.pass(MIN_DELAY)?;
        self.operate("timelock: execute, a payment", token, payment())?;
        self.operate("timelock: execute, updateDelay", timelock, delay.into())?;
        if self.side.is_ours() {
            self.operate("timelock: execute, setCallDelay", timelock, call_delay.into())?;
            let set = self.ask(timelock, &T::callDelayCall { target: token, selector })?;
            ensure!(set.delay == CALL_DELAY, "the delay of transfers is {}", set.delay);
        }
        Ok(())
    }

    fn operate(&mut self, operation: &'static str, target: Address, payload: Bytes) -> Result<()> {
        let (value, predecessor, salt) = (U256::ZERO, B256::ZERO, SALT);
        let execute = T::executeCall { target, value, payload, predecessor, salt };
        self.measure(operation, self.submitter, self.side.timelock, &execute)?;
        Ok(())
    }

    /// Pulls the brake, which only ours has.
    pub(super) fn brake(&mut self) -> Result<()> {
        if self.side.is_ours() {
            let (guardian, timelock) = (self.side.guardian, self.side.timelock);
            self.measure("timelock: brake", guardian, timelock, &T::brakeCall {})?;
            let until = self.ask(timelock, &T::brakedUntilCall {})?;
            ensure!(until.to::<u64>() > self.net.now(), "the brake ends at {until}");
        }
        Ok(())
    }
}

fn schedule(target: Address, data: Bytes) -> T::scheduleCall {
    let (value, predecessor, delay) = (U256::ZERO, B256::ZERO, U256::from(MIN_DELAY));
    T::scheduleCall { target, value, data, predecessor, salt: SALT, delay }
}
