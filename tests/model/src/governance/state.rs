//! What there is to see of governor and timelocks.

use alloy_primitives::{Address, B256, U256};
use alloy_sol_types::SolEvent;

use super::{
    ADMIN, Log, WHOLE, executor_role, log,
    model::{Governor, Model, Phase, Quorum, State, Timelock},
};

/// What there is.
impl Model {
    /// `state`; `None` if there is no such proposal.
    pub fn state(&self, id: U256) -> Option<State> {
        let proposal = self.governor.proposals.get(&id)?;
        Some(if proposal.executed {
            State::Executed
        } else if proposal.canceled {
            State::Canceled
        } else if self.now <= proposal.start {
            State::Pending
        } else if self.now <= proposal.deadline {
            State::Active
        } else if !proposal.reached || proposal.votes[1] <= proposal.votes[0] {
            State::Defeated
        } else if let Some(queued) = proposal.queued {
            match self.timelocks[&queued.timelock].phase(queued.operation, self.now) {
                Phase::Done => State::Executed,
                Phase::Expired => State::Expired,
                Phase::Unset => State::Canceled,
                _ => State::Queued,
            }
        } else {
            State::Succeeded
        })
    }

    /// `quorum`, of a second that is over.
    pub fn quorum(&self, timepoint: u64) -> U256 {
        let Quorum { numerator, floor, cap } = self.governor.quorum_at(timepoint);
        let part = self.token.past_delegation(timepoint) * U256::from(numerator) / WHOLE;
        part.clamp(floor, cap)
    }

    pub(super) fn emit(&self, event: &impl SolEvent) -> Log {
        log(self.governor.address, event)
    }
}

impl Governor {
    /// `quorumParams`.
    pub fn quorum_at(&self, timepoint: u64) -> Quorum {
        let known = self.quorums.iter().rev().find(|(since, _)| *since <= timepoint);
        known.map_or(Quorum::default(), |(_, quorum)| *quorum)
    }

    /// `nonces` with a key, or with zero the plain one.
    pub fn nonce(&self, voter: Address, key: U256) -> U256 {
        let count = self.nonces.get(&(voter, key)).copied().unwrap_or_default();
        (key << 64) | U256::from(count)
    }

    /// Returns the salt of a proposal's operation.
    pub fn salt(&self, description: B256) -> B256 {
        B256::right_padding_from(self.address.as_slice()) ^ description
    }
}

impl Timelock {
    /// `getOperationState`.
    pub fn phase(&self, id: B256, now: u64) -> Phase {
        match self.operations.get(&id) {
            None => Phase::Unset,
            Some(operation) if operation.done => Phase::Done,
            Some(operation) if now < operation.ready => Phase::Waiting,
            Some(operation) if now <= operation.expires => Phase::Ready,
            Some(_) => Phase::Expired,
        }
    }

    /// `hasRole`.
    pub fn has_role(&self, role: B256, account: Address) -> bool {
        if role == ADMIN { account == self.address } else { self.roles.contains(&(role, account)) }
    }

    /// Whether an account may execute.
    pub fn may_execute(&self, account: Address) -> bool {
        [Address::ZERO, account].into_iter().any(|account| self.has_role(executor_role(), account))
    }
}
