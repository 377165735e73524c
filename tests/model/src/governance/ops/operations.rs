//! Draws of what people do with a timelock themselves.

use aia_abi::IAIATimelock::{
    IAIATimelockCalls as Calls, brakeCall, cancelCall, renounceRoleCall, scheduleBatchCall, scheduleCall, unbrakeCall,
};
use alloy_primitives::{Address, B256, U256};
use rand::Rng;

use super::{Call, Op, dice::Dice, people::execution};
use crate::governance::{
    ADMIN, YEAR, canceller_role, executor_role,
    model::{Operation, Phase, Timelock},
    plan::{Action, Plan, split},
    proposer_role,
};

/// Operations.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn schedule(&mut self) -> Op {
        let (at, caller) = (self.timelock(), self.actor());
        let proposers: Vec<Address> = self.with_role(at, proposer_role());
        let caller = if self.chance(92) { self.maybe_one_of(&proposers).unwrap_or(caller) } else { caller };
        let plan = self.plan(at);
        let delay = self.delay_for(at, &plan);
        let Plan { predecessor, salt, .. } = plan;
        let call = if plan.single {
            let Action { target, value, data } = plan.actions[0].clone();
            Calls::schedule(scheduleCall { target, value, data, predecessor, salt, delay })
        } else {
            let (targets, mut values, payloads) = split(&plan.actions);
            if self.chance(2) {
                values.push(U256::ZERO);
            }
            Calls::scheduleBatch(scheduleBatchCall { targets, values, payloads, predecessor, salt, delay })
        };
        self.on_timelock(caller, at, call)
    }

    /// Executes what is ready, mostly, of proposals too; now and then with wei.
    pub(super) fn execute(&mut self) -> Op {
        let (at, caller) = (self.timelock(), self.actor());
        let ready = if self.chance(80) { self.operation_in(at, &[Phase::Ready]) } else { None };
        let others = [Phase::Waiting, Phase::Expired, Phase::Done];
        let plan = match ready.or_else(|| self.operation_in(at, &others)) {
            Some(operation) => operation.plan.clone(),
            None => self.plan(at),
        };
        let executors: Vec<Address> = self.with_role(at, executor_role());
        let caller = if self.chance(80) { self.maybe_one_of(&executors).unwrap_or(caller) } else { caller };
        let value = if self.chance(10) { U256::from(self.below(500)) } else { U256::ZERO };
        Op::Call { caller, value, call: Call::Timelock(at, execution(&plan)) }
    }

    pub(super) fn cancel(&mut self) -> Op {
        let (at, caller) = (self.timelock(), self.actor());
        let cancellers: Vec<Address> = self.with_role(at, canceller_role());
        let caller = if self.chance(80) { self.maybe_one_of(&cancellers).unwrap_or(caller) } else { caller };
        let pending = if self.chance(85) { self.operation_in(at, &[Phase::Waiting, Phase::Ready]) } else { None };
        let any = [Phase::Done, Phase::Expired, Phase::Waiting];
        let id = match pending.or_else(|| self.operation_in(at, &any)) {
            Some(operation) => operation.plan.id(),
            None => self.word(),
        };
        self.on_timelock(caller, at, Calls::cancel(cancelCall { id }))
    }
}

/// Brake and roles.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn brake(&mut self) -> Op {
        let at = self.timelock();
        let caller = self.mostly(self.model.timelocks[&at].guardian);
        self.on_timelock(caller, at, Calls::brake(brakeCall {}))
    }

    pub(super) fn unbrake(&mut self) -> Op {
        let at = self.timelock();
        let caller = self.mostly(self.model.timelocks[&at].guardian);
        self.on_timelock(caller, at, Calls::unbrake(unbrakeCall {}))
    }

    /// Lets somebody give up a role that can be done without.
    pub(super) fn renounce_role(&mut self) -> Op {
        let (at, caller) = (self.timelock(), self.actor());
        let role = self.one_of(&[executor_role(), canceller_role(), ADMIN]);
        let confirmation = if self.chance(85) { caller } else { self.actor() };
        let call = renounceRoleCall { role, callerConfirmation: confirmation };
        self.on_timelock(caller, at, Calls::renounceRole(call))
    }
}

/// What they share.
impl<'a, R: Rng + ?Sized> Dice<'a, R> {
    /// Draws calls that are new, or those of an operation or a proposal that there is.
    fn plan(&mut self, at: Address) -> Plan {
        let account = self.payee();
        match self.below(100) {
            0..10 => self.loop_of(account),
            10..18 => self.known_plan(at),
            18..24 => match self.any_proposal() {
                Some(proposal) => proposal.plan.clone(),
                None => self.new_plan(at),
            },
            _ => self.new_plan(at),
        }
    }

    fn new_plan(&mut self, at: Address) -> Plan {
        let actions = self.pool(at, false);
        let predecessor = match self.below(100) {
            0..85 => B256::ZERO,
            85..97 => self.known_plan(at).id(),
            _ => self.word(),
        };
        let salt = if self.chance(90) { self.word() } else { B256::ZERO };
        let single = actions.len() == 1 && self.chance(50);
        Plan { actions, predecessor, salt, single }
    }

    /// Returns a delay that suffices, mostly only just.
    fn delay_for(&mut self, at: Address, plan: &Plan) -> U256 {
        let (timelock, now): (&Timelock, u64) = (&self.model.timelocks[&at], self.model.now);
        let required = plan.actions.iter().map(|action| timelock.delay_of(action, now)).max().unwrap_or_default();
        match self.below(100) {
            0..70 => U256::from(required),
            70..78 => U256::from(required - 1),
            78..94 => U256::from(required + self.rng.random_range(0..200_000)),
            94..97 => U256::from(YEAR + 1),
            97..99 => U256::ZERO,
            _ => U256::MAX,
        }
    }

    fn operation_in(&mut self, at: Address, phases: &[Phase]) -> Option<&'a Operation> {
        let (timelock, now): (&'a Timelock, u64) = (&self.model.timelocks[&at], self.model.now);
        let fits = |id: &B256| phases.contains(&timelock.phase(*id, now));
        let operations = timelock.operations.iter().filter(|(id, _)| fits(id)).map(|(_, operation)| operation);
        let operations: Vec<&'a Operation> = operations.collect();
        self.maybe_one_of(&operations)
    }

    /// Returns the actors that have a role.
    fn with_role(&self, at: Address, role: B256) -> Vec<Address> {
        let has = |actor: &Address| self.model.timelocks[&at].has_role(role, *actor);
        self.model.actors.iter().copied().filter(has).collect()
    }
}
