//! What goes past the governor: operations of the council, which proposes and cancels in the timelock too, and what
//! nobody may do.

use aia_abi::IAIATimelock::{
    cancelCall, executeBatchCall, executeCall, getMinDelayCall, grantRoleCall, renounceRoleCall, scheduleBatchCall,
    scheduleCall, updateDelayCall,
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    sol_types::{SolCall, SolValue},
};
use eyre::Result;
use rand::Rng;

use super::{
    pair::{OURS, Place, Step, THEIRS},
    proposal::{Batch, both, calldata},
    trace::Trace,
};

/// An operation that was scheduled, or could be.
#[derive(Clone, Debug)]
pub(super) struct Operation {
    /// On each side.
    batches: [Batch; 2],
    predecessors: [B256; 2],
    salt: B256,
    /// Whether it goes by the functions for one call.
    is_single: bool,
}

impl Operation {
    /// Returns the arguments of `execute` and `executeBatch`, with which those of scheduling begin.
    fn arguments(&self, side: usize) -> Vec<u8> {
        let Self { batches, predecessors, salt, is_single } = self;
        let (batch, predecessor) = (&batches[side], predecessors[side]);
        if *is_single {
            let (target, value, data) = (batch.targets[0], batch.values[0], batch.calldatas[0].clone());
            (target, value, data, predecessor, *salt).abi_encode_params()
        } else {
            batch.with_words(predecessor, *salt)
        }
    }

    fn id(&self, side: usize) -> B256 {
        keccak256(self.arguments(side))
    }

    /// Returns its id on each side, by the formula.
    pub(super) fn ids(&self) -> [B256; 2] {
        [OURS, THEIRS].map(|side| self.id(side))
    }

    fn execution(&self, side: usize) -> Bytes {
        let selector = if self.is_single { executeCall::SELECTOR } else { executeBatchCall::SELECTOR };
        calldata(selector, &self.arguments(side))
    }

    fn scheduling(&self, side: usize, delay: U256) -> Bytes {
        let Self { batches, predecessors, salt, is_single } = self.clone();
        let (Batch { targets, values, calldatas }, predecessor) = (batches[side].clone(), predecessors[side]);
        if is_single {
            let (target, value, data) = (targets[0], values[0], calldatas[0].clone());
            scheduleCall { target, value, data, predecessor, salt, delay }.abi_encode().into()
        } else {
            let payloads = calldatas;
            scheduleBatchCall { targets, values, payloads, predecessor, salt, delay }.abi_encode().into()
        }
    }
}

impl Trace<'_> {
    /// Schedules, executes or cancels an operation.
    pub(super) fn council(&mut self) -> Result<()> {
        if self.scheduled.is_empty() || self.rng.random_bool(0.4) {
            let operation = self.operation();
            return self.schedule(operation);
        }
        let place = self.rng.random_range(0..self.scheduled.len());
        let operation = self.scheduled[place].clone();
        match self.rng.random_range(0..100) {
            0..70 => self.execute_operation(&operation),
            70..85 => self.cancel_operation(operation.ids()),
            _ => self.schedule(operation),
        }
    }

    fn operation(&mut self) -> Operation {
        let mut actions = self.actions();
        let is_single = self.rng.random_bool(0.5);
        if is_single {
            actions.truncate(1);
        }
        let mut batches = Batch::of(&actions);
        if !is_single && self.rng.random_bool(0.1) {
            batches.iter_mut().for_each(|batch| batch.values.push(U256::ZERO));
        }
        let salt = if self.rng.random_bool(0.3) { B256::ZERO } else { B256::from(self.some_number()) };
        let operation = Operation { batches, predecessors: self.predecessors(), salt, is_single };
        self.pair.know_hashes(operation.ids());
        operation
    }

    fn predecessors(&mut self) -> [B256; 2] {
        match self.rng.random_range(0..10) {
            0 => [B256::repeat_byte(0x77); 2],
            1..3 if !self.scheduled.is_empty() => self.scheduled[self.rng.random_range(0..self.scheduled.len())].ids(),
            3 if !self.proposals.is_empty() => {
                let proposal = &self.proposals[self.rng.random_range(0..self.proposals.len())];
                self.pair.operations(proposal)
            }
            _ => [B256::ZERO; 2],
        }
    }

    fn schedule(&mut self, operation: Operation) -> Result<()> {
        let least = self.pair.ask(Place::Timelock, &getMinDelayCall {})?;
        let delay = match self.rng.random_range(0..10) {
            0 => least - U256::ONE,
            1 => U256::ZERO,
            2..5 => least + U256::from(self.rng.random_range(1..=10_000_u64)),
            _ => least,
        };
        let name = if operation.is_single { "timelock.schedule" } else { "timelock.scheduleBatch" };
        let data = [OURS, THEIRS].map(|side| operation.scheduling(side, delay));
        let ids = operation.ids();
        if self.submit_to_timelock(name, U256::ZERO, data)? {
            self.keep(self.pair.now() + delay.to::<u64>());
            self.scheduled.push(operation);
        }
        self.pair.compare_operation(ids)
    }

    fn execute_operation(&mut self, operation: &Operation) -> Result<()> {
        let name = if operation.is_single { "timelock.execute" } else { "timelock.executeBatch" };
        let value = self.pittance();
        self.submit_to_timelock(name, value, [OURS, THEIRS].map(|side| operation.execution(side)))?;
        self.pair.compare_operation(operation.ids())
    }

    /// Cancels an operation in the timelock.
    pub(super) fn cancel_operation(&mut self, ids: [B256; 2]) -> Result<()> {
        let data = ids.map(|id| cancelCall { id }.abi_encode().into());
        self.submit_to_timelock("timelock.cancel", U256::ZERO, data)?;
        self.pair.compare_operation(ids)
    }

    /// Makes a governance call without any proposal.
    pub(super) fn govern_without_vote(&mut self) -> Result<()> {
        let (_, data) = self.draw_governance_call();
        let (name, from) = ("governance call by anybody", self.anybody());
        self.pair.run(&Step { name, from, to: Place::Governor, value: U256::ZERO, data })?;
        Ok(())
    }

    /// Calls what only the timelock itself may, or gives a role up.
    pub(super) fn administer_without_vote(&mut self) -> Result<()> {
        let (role, account, from) = (self.role(), self.anybody(), self.anybody());
        let (name, data) = match self.rng.random_range(0..4) {
            0 => ("timelock administered by anybody", both(&grantRoleCall { role, account })),
            1 => ("timelock administered by anybody", both(&updateDelayCall { newDelay: U256::from(100_000) })),
            2 => ("timelock.renounceRole", both(&renounceRoleCall { role, callerConfirmation: account })),
            _ => ("timelock.renounceRole", both(&renounceRoleCall { role, callerConfirmation: from })),
        };
        self.pair.run(&Step { name, from, to: Place::Timelock, value: U256::ZERO, data })?;
        Ok(())
    }

    /// Sends the governor native value, or nothing at all.
    pub(super) fn deposit(&mut self) -> Result<()> {
        let (from, value, data) = (self.anybody(), self.pittance(), [Bytes::new(), Bytes::new()]);
        self.pair.run(&Step { name: "deposit", from, to: Place::Governor, value, data })?;
        Ok(())
    }

    /// Calls the timelock, as the council mostly; returns whether it succeeds.
    fn submit_to_timelock(&mut self, name: &'static str, value: U256, data: [Bytes; 2]) -> Result<bool> {
        let from: Address = if self.rng.random_bool(0.7) { self.pair.people.council.address() } else { self.anybody() };
        Ok(self.pair.run(&Step { name, from, to: Place::Timelock, value, data })?.success)
    }
}
