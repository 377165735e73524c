//! Draws of who does something, of what happens to the token, and of what runs at the accounts that governance calls.

use aia_abi::{
    IAIATimelock::{IAIATimelockCalls, cancelCall, executeBatchCall, executeCall},
    IAIAToken::{IAIATokenCalls, delegateCall, mintCall, transferCall},
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolInterface;
use rand::Rng;

use super::{Call, Op, dice::Dice};
use crate::governance::{
    UNIT,
    plan::{Action, Plan, split},
    world::Code,
};

/// How many plans there are that an account could execute while they are executed.
const LOOPS: u32 = 4;

/// People.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn actor(&mut self) -> Address {
        self.one_of(&self.model.actors)
    }

    /// Returns an account that governance calls or pays.
    pub(super) fn payee(&mut self) -> Address {
        let payees: Vec<Address> = self.model.world.code.keys().copied().collect();
        self.one_of(&payees)
    }

    /// Returns the governor's timelock, mostly.
    pub(super) fn timelock(&mut self) -> Address {
        let all: Vec<Address> = self.model.timelocks.keys().copied().collect();
        if self.chance(85) { self.model.governor.timelock } else { self.one_of(&all) }
    }

    pub(super) fn guardian(&mut self) -> Address {
        self.one_of(&self.model.guardians)
    }

    /// Returns the entitled one if it can send, or now and then another.
    pub(super) fn mostly(&mut self, entitled: Address) -> Address {
        let known = self.model.actors.contains(&entitled) || self.model.guardians.contains(&entitled);
        if known && self.chance(92) { entitled } else { self.actor() }
    }
}

/// The token.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn token(&mut self) -> Op {
        let (caller, other) = (self.actor(), self.actor());
        match self.below(100) {
            0..45 => {
                let value = self.amount(self.model.token.balance_of(caller) >> 2);
                self.on_token(caller, IAIATokenCalls::transfer(transferCall { to: other, value }))
            }
            45..60 => {
                let minter = if self.chance(85) { self.model.token.minter } else { caller };
                let value = self.amount(UNIT * U256::from(10_000));
                self.on_token(minter, IAIATokenCalls::mint(mintCall { to: other, value }))
            }
            _ => {
                // Now and then votes go to an account with code, which cannot sign for them, or to nobody.
                let delegatee = match self.below(100) {
                    0..70 => caller,
                    70..94 => other,
                    94..97 => self.payee(),
                    _ => Address::ZERO,
                };
                self.on_token(caller, IAIATokenCalls::delegate(delegateCall { delegatee }))
            }
        }
    }

    /// Sends wei to whoever takes it, or to the governor, who does not.
    pub(super) fn deposit(&mut self) -> Op {
        let to = match self.below(100) {
            0..60 => self.timelock(),
            60..90 => self.payee(),
            _ => self.model.governor.address,
        };
        let value = U256::from(self.below(100_000) + 1);
        Op::Call { caller: self.actor(), value, call: Call::Deposit(to) }
    }
}

/// Code.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn code(&mut self) -> Op {
        let account = self.payee();
        let code = match self.below(100) {
            0..12 => Code::Nothing,
            12..62 => Code::Counter { version: u8::from(self.chance(40)) },
            _ => self.agent(account),
        };
        Op::Code { account, code }
    }

    /// Returns code that comes back to the timelock: to the operation that calls it, or to another.
    fn agent(&mut self, account: Address) -> Code {
        let at = self.timelock();
        let plan = if self.chance(70) { self.loop_of(account) } else { self.known_plan(at) };
        let call =
            if self.chance(75) { execution(&plan) } else { IAIATimelockCalls::cancel(cancelCall { id: plan.id() }) };
        Code::Agent { to: at, data: call.abi_encode().into() }
    }

    /// Returns one of a few plans that do nothing but call an account.
    pub(super) fn loop_of(&mut self, account: Address) -> Plan {
        let number = self.below(LOOPS);
        let data = Bytes::from(number.to_be_bytes());
        Plan { actions: vec![Action { target: account, value: U256::ZERO, data }], single: true, ..Plan::default() }
    }

    /// Returns the plan of an operation that there is, if there is one.
    pub(super) fn known_plan(&mut self, at: Address) -> Plan {
        let plans: Vec<&Plan> =
            self.model.timelocks[&at].operations.values().map(|operation| &operation.plan).collect();
        let account = self.payee();
        match self.maybe_one_of(&plans) {
            Some(plan) => plan.clone(),
            None => self.loop_of(account),
        }
    }
}

/// Returns the call that executes an operation.
pub(super) fn execution(plan: &Plan) -> IAIATimelockCalls {
    let Plan { predecessor, salt, .. } = *plan;
    if plan.single {
        let Action { target, value, data: payload } = plan.actions[0].clone();
        return IAIATimelockCalls::execute(executeCall { target, value, payload, predecessor, salt });
    }
    let (targets, values, payloads) = split(&plan.actions);
    IAIATimelockCalls::executeBatch(executeBatchCall { targets, values, payloads, predecessor, salt })
}
