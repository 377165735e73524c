//! Operations of a timelock: calls that wait, and then are made.

use aia_abi::IAIATimelock as Abi;
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{
    Log, Model, Outcome, YEAR, canceller_role, error, executor_role, log,
    model::{Operation, Phase},
    plan::{Action, Plan},
    proposer_role, require,
    world::Code,
};

impl Model {
    /// `schedule` and `scheduleBatch`.
    pub(super) fn schedule(
        &mut self,
        at: Address,
        caller: Address,
        plan: Plan,
        delay: U256,
    ) -> Result<Vec<Log>, Bytes> {
        self.check_role(at, proposer_role(), caller)?;
        let (id, now) = (plan.id(), self.now);
        if self.timelocks[&at].phase(id, now) != Phase::Unset {
            return Err(unexpected(id, &[Phase::Unset]));
        }
        let required = U256::from(self.required_delay(at, &plan.actions)?);
        require(delay >= required, Abi::TimelockInsufficientDelay { delay, minDelay: required })?;
        let most = U256::from(YEAR);
        require(delay <= most, Abi::TimelockInvalidParameter { value: delay, min: required, max: most })?;

        let mut logs = Vec::new();
        for (index, action) in plan.actions.iter().enumerate() {
            let Action { target, value, data } = action.clone();
            let (index, predecessor) = (U256::from(index), plan.predecessor);
            logs.push(log(at, &Abi::CallScheduled { id, index, target, value, data, predecessor, delay }));
        }
        if !plan.salt.is_zero() {
            logs.push(log(at, &Abi::CallSalt { id, salt: plan.salt }));
        }
        let ready = now + delay.to::<u64>();
        let code = self.code_of(&plan.actions);
        let timelock = self.timelock_mut(at);
        let expires = ready + timelock.grace;
        timelock.operations.insert(id, Operation { plan, ready, expires, code, done: false });
        Ok(logs)
    }

    /// `execute` and `executeBatch`.
    pub(super) fn execute(&mut self, at: Address, plan: &Plan) -> Outcome {
        let (id, now) = (plan.id(), self.now);
        let timelock = &self.timelocks[&at];
        require(timelock.phase(id, now) != Phase::Expired, Abi::TimelockExpired { operationId: id })?;
        self.check_ready(at, id)?;
        let predecessor = plan.predecessor;
        let follows = predecessor.is_zero() || timelock.phase(predecessor, now) == Phase::Done;
        require(follows, Abi::TimelockUnexecutedPredecessor { predecessorId: predecessor })?;
        self.check_brake(at)?;
        self.required_delay(at, &plan.actions)?;
        let same = timelock.operations[&id].code == self.code_of(&plan.actions);
        require(same, Abi::TimelockTargetChanged { operationId: id })?;

        let mut logs = Vec::new();
        for (index, action) in plan.actions.iter().enumerate() {
            let Action { target, value, data } = action.clone();
            let done = self.enter(at, target, value, &data);
            let done = done.map_err(|refusal| if refusal.is_empty() { error(Abi::FailedCall {}) } else { refusal })?;
            logs.extend(done.logs);
            logs.push(log(at, &Abi::CallExecuted { id, index: U256::from(index), target, value, data }));
        }
        self.check_ready(at, id)?;
        if let Some(operation) = self.timelock_mut(at).operations.get_mut(&id) {
            operation.done = true;
        }
        Ok(logs.into())
    }

    /// `cancel`.
    pub(super) fn cancel(&mut self, at: Address, caller: Address, id: B256) -> Outcome {
        self.check_role(at, canceller_role(), caller)?;
        if !matches!(self.timelocks[&at].phase(id, self.now), Phase::Waiting | Phase::Ready) {
            return Err(unexpected(id, &[Phase::Waiting, Phase::Ready]));
        }
        self.timelock_mut(at).operations.remove(&id);
        Ok(vec![log(at, &Abi::Cancelled { id })].into())
    }

    /// Refuses who may not execute.
    pub(super) fn check_executor(&self, at: Address, caller: Address) -> Result<(), Bytes> {
        let refusal = Abi::AccessControlUnauthorizedAccount { account: caller, neededRole: executor_role() };
        require(self.timelocks[&at].may_execute(caller), refusal)
    }

    fn check_ready(&self, at: Address, id: B256) -> Result<(), Bytes> {
        let ready = self.timelocks[&at].phase(id, self.now) == Phase::Ready;
        if ready { Ok(()) } else { Err(unexpected(id, &[Phase::Ready])) }
    }

    /// Returns what runs at the targets of calls with data; without, only value is sent.
    fn code_of(&self, actions: &[Action]) -> Vec<Code> {
        let called = actions.iter().filter(|action| !action.data.is_empty());
        called.map(|action| self.world.code.get(&action.target).cloned().unwrap_or_default()).collect()
    }
}

/// Refuses calls of which something is missing.
pub(super) fn check_lengths(targets: &[Address], values: &[U256], payloads: &[Bytes]) -> Result<(), Bytes> {
    let lengths = [targets.len(), payloads.len(), values.len()];
    let [t, p, v] = lengths.map(U256::from);
    let refusal = Abi::TimelockInvalidOperationLength { targets: t, payloads: p, values: v };
    require(lengths == [targets.len(); 3], refusal)
}

/// Says in which states the operation should have been.
fn unexpected(id: B256, expected: &[Phase]) -> Bytes {
    let bits: u8 = expected.iter().map(|phase| 1_u8 << (*phase as u8)).sum();
    let expected = B256::from(U256::from(bits));
    error(Abi::TimelockUnexpectedOperationState { operationId: id, expectedStates: expected })
}
