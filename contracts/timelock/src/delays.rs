//! How long calls must wait.

use aia_protocol::governance::{
    brake::Config,
    delay::{self, Class, Delay, WHOLE_TARGET},
};
use aia_shell::{Revert, actions::Actions, emit, revert, words};
use alloy_primitives::{Address, B256, FixedBytes, U256};
use stylus_sdk::prelude::*;

use crate::{I, Timelock, invalid};

impl Timelock {
    /// Returns the least delay with which calls can be scheduled now.
    pub(crate) fn required_delay(&self, actions: &Actions<'_>) -> Result<u32, Revert> {
        // No calls wait as long as one that has no delay of its own.
        let mut longest = if actions.targets.is_empty() { self.min_delay() } else { 0 };
        for (target, value, data) in actions.iter() {
            let own = self.delay_of(target, delay::selector(data))?;
            // No fast way for value.
            longest = longest.max(own).max(if value.is_zero() { 0 } else { self.min_delay() });
        }
        Ok(longest)
    }

    /// Returns the delay of a call now; refused if it was abdicated.
    pub(crate) fn delay_of(&self, target: Address, selector: Option<FixedBytes<4>>) -> Result<u32, Revert> {
        let selector = selector.unwrap_or(WHOLE_TARGET);
        let whole = self.live_class(target, WHOLE_TARGET)?;
        let single = if selector == WHOLE_TARGET { whole } else { self.live_class(target, selector)? };
        let (now, least) = (self.now(), self.min_delay());
        let seconds = single.own(now).or(whole.own(now)).unwrap_or(least);
        // No fast way to change the rules themselves.
        Ok(if target == self.here() { seconds.max(least) } else { seconds })
    }

    pub(crate) fn min_delay(&self) -> u32 {
        self.config().min_delay.at(self.now())
    }

    pub(crate) fn update_delay(&mut self, seconds: U256) -> Result<(), Revert> {
        self.check_self()?;
        let seconds = self.bounded_delay(seconds)?;
        let old = self.min_delay();
        let min_delay = Delay::change(old, seconds, self.now());
        self.store_config(Config { min_delay, ..self.config() });
        emit::<I::MinDelayChange, 0>(self.vm(), [], words![old, seconds]);
        Ok(())
    }

    pub(crate) fn set_call_delay(&mut self, target: Address, selector: FixedBytes<4>, to: u32) -> Result<(), Revert> {
        self.check_self()?;
        delay::check(to.into()).map_err(|bounds| invalid(to, bounds))?;
        let old = self.delay_of(target, Some(selector))?;
        let delay = Delay::change(old, to, self.now());
        self.store_class(target, selector, Class { delay, abdicated: false });
        emit::<I::CallDelaySet, 2>(self.vm(), words![target, selector], words![old, to, delay.effect]);
        Ok(())
    }

    pub(crate) fn abdicate(&mut self, target: Address, selector: FixedBytes<4>) -> Result<(), Revert> {
        self.check_self()?;
        let (class, config) = (self.class(target, selector), self.config());
        self.store_config(Config { abdicated: true, ..config });
        self.store_class(target, selector, Class { abdicated: true, ..class });
        emit::<I::Abdicated, 2>(self.vm(), words![target, selector], []);
        Ok(())
    }

    pub(crate) fn class_words(&self, target: Address, selector: FixedBytes<4>) -> [B256; 4] {
        let Class { delay, abdicated } = self.class(target, selector);
        words![delay.at(self.now()), delay.after, delay.effect, abdicated]
    }

    /// Returns a delay of so many seconds, if there can be one.
    pub(crate) fn bounded_delay(&self, seconds: U256) -> Result<u32, Revert> {
        // What has more bits is beyond the bounds as well.
        let narrow = u32::try_from(seconds).unwrap_or(u32::MAX);
        delay::check(narrow.into()).map_err(|bounds| invalid(seconds, bounds))?;
        Ok(narrow)
    }

    pub(crate) fn store_class(&mut self, target: Address, selector: FixedBytes<4>, class: Class) {
        self.classes.insert(delay::class_key(target, selector), class.to_word());
    }

    fn class(&self, target: Address, selector: FixedBytes<4>) -> Class {
        Class::from_word(self.classes.get(delay::class_key(target, selector)))
    }

    fn live_class(&self, target: Address, selector: FixedBytes<4>) -> Result<Class, Revert> {
        let class = self.class(target, selector);
        if class.abdicated {
            return Err(revert::<I::TimelockCallAbdicated>(words![target, selector]));
        }
        Ok(class)
    }
}
