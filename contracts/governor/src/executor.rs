//! The timelock, and the calls that it may make here.

use alloc::vec::Vec;

use aia_calldata::Args;
use aia_protocol::governance::{
    operation,
    proposal::Proposal,
    roles::{CANCELLER_ROLE, EXECUTOR_ROLE, PROPOSER_ROLE},
};
use aia_shell::{Call, Revert, actions::Actions, call, revert, view, words};
use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_sol_types::{Panic, SolCall};
use stylus_sdk::prelude::*;

use crate::{Governor, I};

/// Solidity's panic of taking from what is empty, with which OpenZeppelin refuses calls that nobody proposed.
const EMPTY_POP: u8 = 0x31;

#[allow(missing_docs, clippy::too_many_arguments)] // the timelock's interface documents them
mod timelock {
    alloy_sol_types::sol! {
        function getRequiredDelay(address[] targets, uint256[] values, bytes[] payloads) returns (uint256);
        function getOperationState(bytes32 id) returns (uint8);
        function scheduleBatch(
            address[] targets,
            uint256[] values,
            bytes[] payloads,
            bytes32 predecessor,
            bytes32 salt,
            uint256 delay
        );
        function executeBatch(
            address[] targets,
            uint256[] values,
            bytes[] payloads,
            bytes32 predecessor,
            bytes32 salt
        );
        function cancel(bytes32 id);
        function hasRole(bytes32 role, address account) returns (bool);
    }
}

impl Governor {
    /// Returns the delay with which calls must be scheduled in a timelock, seconds.
    pub(crate) fn required_delay(&self, timelock: Address, actions: &Actions<'_>) -> Result<u32, Revert> {
        let question = Call::encoded(actions.encode(&timelock::getRequiredDelayCall::SELECTOR, &[]));
        let answer = number(timelock, &view(self.vm(), timelock, &question)?)?;
        u32::try_from(answer).map_err(|_| invalid_timelock(timelock))
    }

    pub(crate) fn operation_state(&self, timelock: Address, id: B256) -> Result<operation::State, Revert> {
        let question = Call::new::<timelock::getOperationStateCall>([id]);
        let answer = number(timelock, &view(self.vm(), timelock, &question)?)?;
        let state = u8::try_from(answer).ok().and_then(operation::State::from_number);
        state.ok_or_else(|| invalid_timelock(timelock))
    }

    /// Returns the timelock that a proposal was queued in.
    pub(crate) fn timelock_of(&self, proposal: &Proposal) -> Address {
        let executor = self.executor();
        if proposal.timelock == executor.number {
            return executor.timelock;
        }
        self.former_timelocks.get(U256::from(proposal.timelock))
    }

    /// Returns the id that a proposal's calls have in the timelock.
    pub(crate) fn operation_id(&self, actions: &Actions<'_>, description_hash: B256) -> B256 {
        keccak256(actions.encode(&[], &[B256::ZERO, self.salt(description_hash)]))
    }

    pub(crate) fn schedule(
        &self,
        timelock: Address,
        actions: &Actions<'_>,
        description_hash: B256,
        delay: u32,
    ) -> Result<(), Revert> {
        let [predecessor, salt, delay] = words![B256::ZERO, self.salt(description_hash), delay];
        let data = actions.encode(&timelock::scheduleBatchCall::SELECTOR, &[predecessor, salt, delay]);
        call(self.vm(), timelock, &Call::encoded(data)).map(|_| ())
    }

    pub(crate) fn execute_in(
        &self,
        timelock: Address,
        actions: &Actions<'_>,
        description_hash: B256,
    ) -> Result<(), Revert> {
        let words = [B256::ZERO, self.salt(description_hash)];
        let data = actions.encode(&timelock::executeBatchCall::SELECTOR, &words);
        aia_shell::execute(self.vm(), timelock, self.vm().msg_value(), &data).map(|_| ())
    }

    pub(crate) fn cancel_in(&self, timelock: Address, operation: B256) -> Result<(), Revert> {
        call(self.vm(), timelock, &Call::new::<timelock::cancelCall>([operation])).map(|_| ())
    }

    /// Lets the timelock make the calls to this contract that a proposal contains, once each.
    ///
    /// Returns what was allowed before: another proposal may be in execution, whose call executes this one.
    pub(crate) fn authorize(&mut self, actions: &Actions<'_>) -> Vec<(B256, U256)> {
        let here = self.here();
        let mut before = Vec::new();
        for (target, _, data) in actions.iter() {
            if target == here {
                let hash = keccak256(data);
                let count = self.authorized.get(hash);
                before.push((hash, count));
                self.authorized.insert(hash, count.saturating_add(U256::ONE));
            }
        }
        before
    }

    /// Restores what was allowed before: what was not used, because the call needs no authority, is not left behind.
    pub(crate) fn restore_authority(&mut self, before: &[(B256, U256)]) {
        // The last first: of calls that are the same, the first knows what was before all of them.
        for (hash, count) in before.iter().rev() {
            self.authorized.insert(*hash, *count);
        }
    }

    /// Whether this contract can schedule, cancel and execute in a timelock, which answers all that it is asked here.
    pub(crate) fn can_act_in(&self, timelock: Address) -> Result<bool, Revert> {
        let here = self.here();
        self.required_delay(timelock, &Actions::default())?;
        self.operation_state(timelock, B256::ZERO)?;
        let has = |role: B256, account: Address| {
            let question = Call::new::<timelock::hasRoleCall>(words![role, account]);
            Ok::<_, Revert>(!number(timelock, &view(self.vm(), timelock, &question)?)?.is_zero())
        };
        let can_execute = has(EXECUTOR_ROLE, Address::ZERO)? || has(EXECUTOR_ROLE, here)?;
        Ok(can_execute && has(PROPOSER_ROLE, here)? && has(CANCELLER_ROLE, here)?)
    }

    /// Lets only a call pass that the proposal in execution contains.
    pub(crate) fn check_governance(&mut self, calldata: &[u8]) -> Result<(), Revert> {
        let caller = self.caller();
        if caller != self.executor().timelock {
            return Err(revert::<I::GovernorOnlyExecutor>(words![caller]));
        }
        let mut count = self.authorized.setter(keccak256(calldata));
        let Some(left) = count.get().checked_sub(U256::ONE) else {
            return Err(revert::<Panic>(words![EMPTY_POP]));
        };
        count.set(left);
        Ok(())
    }

    /// Returns the salt of a proposal in the timelock: OpenZeppelin's, which tells governors apart.
    fn salt(&self, description_hash: B256) -> B256 {
        B256::right_padding_from(self.here().as_slice()) ^ description_hash
    }
}

fn number(timelock: Address, answer: &[u8]) -> Result<U256, Revert> {
    let mut args = Args::new(answer);
    let number = args.uint256();
    args.check().map_err(|_| invalid_timelock(timelock))?;
    Ok(number)
}

pub(crate) fn invalid_timelock(timelock: Address) -> Revert {
    revert::<I::GovernorInvalidTimelock>(words![timelock])
}
