//! What all draws share: chance, amounts, instants.

use aia_abi::{IAIAGovernor::IAIAGovernorCalls, IAIATimelock::IAIATimelockCalls, IAIAToken::IAIATokenCalls};
use alloy_primitives::{Address, B256, U256};
use rand::Rng;

use super::{Call, Op};
use crate::governance::{DAY, Model, settings::Setting};

/// How many of the next instants at which something changes are waited for.
const NEXT: usize = 5;
/// Nothing is waited for that is further away than this, in seconds.
const HORIZON: u64 = 40 * DAY;

/// Draws with a view to the present state.
pub(super) struct Dice<'a, R: ?Sized> {
    pub(super) rng: &'a mut R,
    pub(super) model: &'a Model,
    pub(super) usual: &'a Setting,
}

/// Operations.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn on_token(&self, caller: Address, call: IAIATokenCalls) -> Op {
        Op::Call { caller, value: U256::ZERO, call: Call::Token(call) }
    }

    pub(super) fn on_governor(&self, caller: Address, call: IAIAGovernorCalls) -> Op {
        Op::Call { caller, value: U256::ZERO, call: Call::Governor(call) }
    }

    pub(super) fn on_timelock(&self, caller: Address, at: Address, call: IAIATimelockCalls) -> Op {
        Op::Call { caller, value: U256::ZERO, call: Call::Timelock(at, call) }
    }
}

/// Time.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn wait(&mut self) -> Op {
        let seconds = match self.below(100) {
            0..20 => 0,
            20..32 => 1,
            32..40 => self.rng.random_range(2..600),
            40..92 => self.until_something_changes(),
            92..98 => self.rng.random_range(600..DAY),
            _ => self.rng.random_range(DAY..10 * DAY),
        };
        Op::Wait { seconds }
    }

    /// Returns the seconds until one of the next instants at which something changes, or one second less or more.
    fn until_something_changes(&mut self) -> u64 {
        let now = self.model.now;
        let near = now..now + HORIZON;
        let mut instants: Vec<u64> = self.instants().into_iter().filter(|instant| near.contains(instant)).collect();
        instants.sort_unstable();
        instants.dedup();
        instants.truncate(NEXT);
        let Some(instant) = self.maybe_one_of(&instants) else { return 1 };
        let shift = self.rng.random_range(0..3_u64);
        (instant + shift).saturating_sub(now + 1)
    }

    /// Returns when voting begins and ends, when operations get ready and expire, when brakes end and can be pulled,
    /// when terms end, and when delays fall.
    fn instants(&self) -> Vec<u64> {
        let governor = &self.model.governor;
        let mut instants = vec![governor.term + 1];
        instants.extend(governor.proposals.values().flat_map(|proposal| [proposal.start + 1, proposal.deadline + 1]));
        for timelock in self.model.timelocks.values() {
            let waiting = timelock.operations.values().filter(|operation| !operation.done);
            instants.extend(waiting.flat_map(|operation| [operation.ready, operation.expires + 1]));
            instants.extend([timelock.braked_until + 1, timelock.brake_ready, timelock.term + 1]);
            instants.extend(timelock.delays.values().chain([&timelock.least]).map(|delay| delay.effect));
        }
        instants
    }
}

/// Chance.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn below(&mut self, end: u32) -> u32 {
        self.rng.random_range(0..end)
    }

    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.below(100) < percent
    }

    pub(super) fn one_of<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.rng.random_range(0..items.len())]
    }

    pub(super) fn maybe_one_of<T: Copy>(&mut self, items: &[T]) -> Option<T> {
        if items.is_empty() { None } else { Some(self.one_of(items)) }
    }

    pub(super) fn word(&mut self) -> B256 {
        B256::from(self.rng.random::<[u8; 32]>())
    }

    /// Returns nothing, a unit, exactly so much, one more, or a part of it.
    pub(super) fn amount(&mut self, around: U256) -> U256 {
        match self.below(100) {
            0..4 => U256::ZERO,
            4..10 => U256::ONE,
            10..22 => around,
            22..26 => around + U256::ONE,
            26..50 => around >> self.rng.random_range(1..40_usize),
            _ => around / U256::from(u32::MAX) * U256::from(self.rng.random::<u32>()),
        }
    }
}
