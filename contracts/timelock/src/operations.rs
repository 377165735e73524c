//! Operations: calls that wait, and then are made.

use alloc::vec::Vec;

use aia_calldata::Encoder;
use aia_protocol::governance::{
    OutOfBounds,
    delay::MAX_SCHEDULED,
    operation::{self, Operation, State},
};
use aia_shell::{
    Revert, Word,
    actions::{Actions, make},
    emit, emit_encoded, revert, words,
};
use alloy_primitives::{Address, B256, KECCAK256_EMPTY, U256, keccak256};
use stylus_sdk::prelude::*;

use crate::{I, Timelock, invalid};

/// Returns the id of an operation of one call: its members one after the other, not in arrays.
pub(crate) fn single_id(target: Address, value: B256, data: &[u8], predecessor: B256, salt: B256) -> B256 {
    let mut encoder = Encoder::new(&[], 5);
    encoder.word(target.word());
    encoder.word(value);
    encoder.bytes(data);
    encoder.word(predecessor);
    encoder.word(salt);
    keccak256(encoder.done())
}

/// Returns the id of an operation of any number of calls.
pub(crate) fn batch_id(actions: &Actions<'_>, predecessor: B256, salt: B256) -> B256 {
    keccak256(actions.encode(&[], &[predecessor, salt]))
}

/// Refuses calls of which something is missing.
pub(crate) fn check_lengths(actions: &Actions<'_>) -> Result<(), Revert> {
    if actions.is_consistent() {
        return Ok(());
    }
    Err(revert::<I::TimelockInvalidOperationLength>(actions.lengths()))
}

impl Timelock {
    pub(crate) fn operation(&self, id: B256) -> Operation {
        Operation::from_word(self.operations.get(id))
    }

    pub(crate) fn state(&self, id: B256) -> State {
        self.operation(id).state(self.now())
    }

    pub(crate) fn schedule(
        &mut self,
        id: B256,
        actions: &Actions<'_>,
        predecessor: B256,
        salt: B256,
        delay: U256,
    ) -> Result<(), Revert> {
        if self.state(id) != State::Unset {
            return Err(unexpected(id, State::Unset.bit()));
        }
        let required = self.required_delay(actions)?;
        if delay < U256::from(required) {
            return Err(revert::<I::TimelockInsufficientDelay>(words![delay, required]));
        }
        let too_long = OutOfBounds { min: required.into(), max: MAX_SCHEDULED };
        let seconds = u64::try_from(delay).ok().filter(|seconds| u128::from(*seconds) <= MAX_SCHEDULED);
        let seconds = seconds.ok_or_else(|| invalid(delay, too_long))?;
        let operation = Operation::schedule(self.now(), seconds, self.config().grace, self.pin(actions));
        self.operations.insert(id, operation.to_word());
        for (index, (target, value, data)) in (0u64..).zip(actions.iter()) {
            let mut event = Encoder::new(&[], 5);
            event.word(target.word());
            event.word(value.word());
            event.bytes(data);
            event.word(predecessor);
            event.word(delay.word());
            emit_encoded::<I::CallScheduled, 2>(self.vm(), words![id, index], &event.done());
        }
        if !salt.is_zero() {
            emit::<I::CallSalt, 1>(self.vm(), [id], [salt]);
        }
        Ok(())
    }

    pub(crate) fn cancel(&mut self, id: B256) -> Result<(), Revert> {
        if !self.state(id).is_pending() {
            return Err(unexpected(id, State::Waiting.bit() | State::Ready.bit()));
        }
        self.operations.delete(id);
        emit::<I::Cancelled, 1>(self.vm(), [id], []);
        Ok(())
    }

    pub(crate) fn execute(&mut self, id: B256, actions: &Actions<'_>, predecessor: B256) -> Result<(), Revert> {
        if self.state(id) == State::Expired {
            return Err(revert::<I::TimelockExpired>([id]));
        }
        self.check_ready(id)?;
        if !predecessor.is_zero() && self.state(predecessor) != State::Done {
            return Err(revert::<I::TimelockUnexecutedPredecessor>([predecessor]));
        }
        self.check_brake()?;
        if self.config().abdicated {
            // Delays are over; but what was abdicated since is refused.
            self.required_delay(actions)?;
        }
        if self.operation(id).pin != self.pin(actions) {
            return Err(revert::<I::TimelockTargetChanged>([id]));
        }
        for (index, (target, value, data)) in (0u64..).zip(actions.iter()) {
            make(self.vm(), target, value, data)?;
            let mut event = Encoder::new(&[], 3);
            event.word(target.word());
            event.word(value.word());
            event.bytes(data);
            emit_encoded::<I::CallExecuted, 2>(self.vm(), words![id, index], &event.done());
        }
        // The calls may have come back and executed or cancelled this very operation.
        self.check_ready(id)?;
        self.operations.insert(id, Operation::done().to_word());
        Ok(())
    }

    fn check_ready(&self, id: B256) -> Result<(), Revert> {
        if self.state(id) == State::Ready { Ok(()) } else { Err(unexpected(id, State::Ready.bit())) }
    }

    /// Returns what the code hashes to that calls with data meet; accounts that never were hash as those that are empty.
    ///
    /// Without data only value is sent, to an account that may well get code meanwhile.
    fn pin(&self, actions: &Actions<'_>) -> U256 {
        let met = actions.iter().filter(|(_, _, data)| !data.is_empty());
        let hashes: Vec<_> = met
            .map(|(target, _, _)| match self.vm().code_hash(target) {
                KECCAK256_EMPTY => B256::ZERO,
                hash => hash,
            })
            .collect();
        operation::pin(&hashes)
    }
}

/// Says in which states the operation should have been.
fn unexpected(id: B256, expected: u8) -> Revert {
    revert::<I::TimelockUnexpectedOperationState>(words![id, expected])
}
