//! Calling proposals off.

use aia_protocol::governance::proposal::{self, Proposal, State};
use aia_shell::{Revert, actions::Actions, emit, revert, words};
use alloy_primitives::{Address, B256};
use stylus_sdk::prelude::*;

use crate::{
    Governor, I,
    proposals::{proposal_id, unexpected},
};

impl Governor {
    pub(crate) fn cancel(&mut self, actions: &Actions<'_>, description_hash: B256) -> Result<B256, Revert> {
        let id = proposal_id(actions, description_hash);
        let (caller, state, proposal) = (self.caller(), self.state(id)?, self.proposal(id));
        // Its own proposal takes none of the guardian's strikes.
        let is_own = state == State::Pending && caller == proposal.proposer;
        let struck = self.guardian().strike(caller, self.now());
        if !is_own && struck.is_none() {
            return Err(revert::<I::GovernorUnableToCancel>(words![id, caller]));
        }
        if state.bit() & proposal::CANCELLABLE == 0 {
            return Err(unexpected(id, state, proposal::CANCELLABLE));
        }
        self.store_proposal(id, Proposal { canceled: true, ..proposal });
        emit::<I::ProposalCanceled, 0>(self.vm(), [], [id]);
        if let Some(guardian) = struck.filter(|_| !is_own) {
            self.guardian.set(guardian.to_word());
            emit::<I::GuardianStruck, 2>(self.vm(), words![id, caller], words![guardian.strikes]);
        }
        self.cancel_operation(id, self.timelock_of(&proposal))?;
        Ok(id)
    }

    fn cancel_operation(&mut self, id: B256, timelock: Address) -> Result<(), Revert> {
        let operation = self.operations.get(id);
        if operation.is_zero() {
            return Ok(());
        }
        self.operations.delete(id);
        self.cancel_in(timelock, operation)
    }
}
