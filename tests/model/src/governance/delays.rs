//! How long calls must wait, and which are given up.

use aia_abi::IAIATimelock as Abi;
use alloy_primitives::{Address, Bytes, FixedBytes, U256};

use super::{
    ALL_CALLS, Model, Outcome, instant, log,
    model::{Delay, Timelock},
    plan::Action,
    require,
};

/// Bounds of a delay, in seconds.
const DELAYS: (u64, u64) = (21_600, 2_592_000);

impl Timelock {
    /// Returns how long a call must wait that is scheduled now, whether or not it was given up.
    pub fn delay_of(&self, action: &Action, now: u64) -> u64 {
        let least = self.least.at(now);
        let own = self.delays.get(&(action.target, selector(&action.data)));
        let own = own.or_else(|| self.delays.get(&(action.target, ALL_CALLS))).map_or(least, |own| own.at(now));
        let never_less = action.target == self.address || !action.value.is_zero();
        if never_less { own.max(least) } else { own }
    }
}

impl Model {
    /// `getRequiredDelay`.
    pub(super) fn required_delay(&self, at: Address, actions: &[Action]) -> Result<u64, Bytes> {
        let timelock = &self.timelocks[&at];
        for action in actions {
            self.check_not_abdicated(at, action.target, selector(&action.data))?;
        }
        let longest = actions.iter().map(|action| timelock.delay_of(action, self.now)).max();
        Ok(longest.unwrap_or_else(|| timelock.least.at(self.now)))
    }

    pub(super) fn update_delay(&mut self, at: Address, seconds: U256) -> Outcome {
        check_delay(seconds)?;
        let now = self.now;
        let old = self.timelocks[&at].least.at(now);
        self.timelock_mut(at).least = change(old, seconds.to(), now);
        Ok(vec![log(at, &Abi::MinDelayChange { oldDuration: U256::from(old), newDuration: seconds })].into())
    }

    pub(super) fn set_call_delay(&mut self, at: Address, call: &Abi::setCallDelayCall) -> Outcome {
        let Abi::setCallDelayCall { target, selector, delay: new } = *call;
        check_delay(U256::from(new))?;
        self.check_not_abdicated(at, target, selector)?;
        let now = self.now;
        let action = Action { target, value: U256::ZERO, data: selector.0.into() };
        let old = self.timelocks[&at].delay_of(&action, now);
        let delay = change(old, new.into(), now);
        self.timelock_mut(at).delays.insert((target, selector), delay);
        let old = u32::try_from(old).expect("delays are bounded");
        let effect = instant(delay.effect);
        Ok(vec![log(at, &Abi::CallDelaySet { target, selector, oldDelay: old, newDelay: new, effect })].into())
    }

    pub(super) fn abdicate(&mut self, at: Address, target: Address, selector: FixedBytes<4>) -> Outcome {
        self.timelock_mut(at).abdicated.insert((target, selector));
        Ok(vec![log(at, &Abi::Abdicated { target, selector })].into())
    }

    fn check_not_abdicated(&self, at: Address, target: Address, selector: FixedBytes<4>) -> Result<(), Bytes> {
        for selector in [ALL_CALLS, selector] {
            let given_up = self.timelocks[&at].abdicated.contains(&(target, selector));
            require(!given_up, Abi::TimelockCallAbdicated { target, selector })?;
        }
        Ok(())
    }
}

/// Returns a call's selector; data that is too short stands for any call of the target.
pub(super) fn selector(data: &[u8]) -> FixedBytes<4> {
    data.first_chunk().map_or(ALL_CALLS, |bytes| FixedBytes(*bytes))
}

/// A longer delay holds at once, a shorter one after as many seconds as it is shorter.
fn change(before: u64, after: u64, now: u64) -> Delay {
    Delay { before, after, effect: now + before.saturating_sub(after) }
}

fn check_delay(seconds: U256) -> Result<(), Bytes> {
    let (min, max) = (U256::from(DELAYS.0), U256::from(DELAYS.1));
    require(min <= seconds && seconds <= max, Abi::TimelockInvalidParameter { value: seconds, min, max })
}
