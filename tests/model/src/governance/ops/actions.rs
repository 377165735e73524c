//! Draws of what proposals and operations do: calls that count, calls that fail, payments, and changes of the rules.

use aia_abi::{
    IAIAGovernor::relayCall,
    IAIAToken::{IAIATokenCalls, transferCall},
};
use alloy_primitives::{Address, Bytes, FixedBytes, U256};
use alloy_sol_types::{SolCall, SolInterface};
use rand::Rng;

use super::{dice::Dice, people::execution, proposals::execute_call};
use crate::governance::{model::State, plan::Action, world::REFUSED};

/// Selectors of calls that count, which delays and abdications are about.
pub(super) const COUNTED: [FixedBytes<4>; 4] =
    [FixedBytes([0x11; 4]), FixedBytes([0x22; 4]), FixedBytes([0x33; 4]), FixedBytes([0x44; 4])];

impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Draws a few calls that a timelock is to make, for the governor or for others.
    pub(super) fn pool(&mut self, at: Address, governor: bool) -> Vec<Action> {
        let count = match self.below(100) {
            0..60 => 1,
            60..85 => 2,
            _ => 4,
        };
        (0..count).map(|_| self.action(at, governor)).collect()
    }

    fn action(&mut self, at: Address, governor: bool) -> Action {
        match self.below(100) {
            0..34 => self.counted(),
            34..44 => self.payment(at),
            44..49 => self.failing(at),
            49..69 if governor => Action { data: self.governor_setter(), ..to(self.model.governor.address) },
            49..52 => Action { data: self.governor_setter(), ..to(self.model.governor.address) },
            69..90 => Action { data: self.timelock_setter(at), ..to(at) },
            90..94 => self.gift(),
            94..97 if governor => self.relayed(),
            94..97 => self.nested(at),
            _ => self.counted(),
        }
    }

    fn counted(&mut self) -> Action {
        let selector = self.one_of(&COUNTED);
        let data = match self.below(100) {
            0..8 => Bytes::from(vec![selector[0]]),
            8..60 => selector.0.into(),
            _ => [selector.as_slice(), self.word().as_slice()].concat().into(),
        };
        let value = if self.chance(10) { U256::from(self.below(100)) } else { U256::ZERO };
        Action { value, data, ..to(self.payee()) }
    }

    /// Pays, sometimes more than there is; to the governor, who refuses, or to the timelock, who need not move.
    fn payment(&mut self, at: Address) -> Action {
        let there = self.model.world.wei_of(at);
        let value = if self.chance(85) { U256::from(self.below(1_000) + 1) } else { there + U256::ONE };
        let target = match self.below(100) {
            0..90 => self.payee(),
            90..95 => at,
            _ => self.model.governor.address,
        };
        Action { value, ..to(target) }
    }

    fn failing(&mut self, at: Address) -> Action {
        let reason: Vec<u8> = if self.chance(50) { self.word().to_vec() } else { Vec::new() };
        let refused = [&[REFUSED], reason.as_slice()].concat();
        match self.below(100) {
            0..80 => Action { data: refused.into(), ..to(self.payee()) },
            // What is no function of it.
            _ => Action { data: Bytes::from_static(&[0xde, 0xad, 0xbe, 0xef]), ..to(at) },
        }
    }

    /// Sends AIA of the timelock's own, of which it has little, or none.
    fn gift(&mut self) -> Action {
        let call = transferCall { to: self.actor(), value: U256::from(self.below(3)) };
        Action { data: IAIATokenCalls::transfer(call).abi_encode().into(), ..to(self.model.token.address) }
    }

    /// Lets the governor call, with wei that come with the call or with wei that it has not.
    fn relayed(&mut self) -> Action {
        let inner = match self.below(100) {
            0..60 => self.counted(),
            60..80 => self.failing(self.model.governor.timelock),
            _ => Action { data: self.governor_setter(), ..to(self.model.governor.address) },
        };
        let value = if self.chance(80) { inner.value } else { U256::ZERO };
        let data = relayCall { target: inner.target, value: inner.value, data: inner.data }.abi_encode().into();
        Action { value, data, ..to(self.model.governor.address) }
    }

    /// Executes another operation from within, or a proposal.
    fn nested(&mut self, at: Address) -> Action {
        if self.chance(40)
            && let Some(proposal) = self.proposal_in(&[State::Queued])
        {
            return Action { data: execute_call(proposal).abi_encode().into(), ..to(self.model.governor.address) };
        }
        Action { data: execution(&self.known_plan(at)).abi_encode().into(), ..to(at) }
    }
}

/// Returns a call without value or data.
fn to(target: Address) -> Action {
    Action { target, ..Action::default() }
}
