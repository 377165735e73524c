//! Proposals from their calls to their execution.

use aia_calldata::Encoder;
use aia_protocol::governance::{
    proposal::{self, Proposal, State, Tally},
    proposer,
};
use aia_shell::{Revert, Word, actions::Actions, emit, emit_encoded, revert, words};
use alloc::vec;
use alloy_primitives::{Address, B256, U256, keccak256};
use stylus_sdk::prelude::*;

use crate::{Governor, I};

/// Returns the id of a proposal.
pub(crate) fn proposal_id(actions: &Actions<'_>, description_hash: B256) -> B256 {
    keccak256(actions.encode(&[], &[description_hash]))
}

impl Governor {
    pub(crate) fn propose(&mut self, actions: &Actions<'_>, description: &[u8]) -> Result<B256, Revert> {
        let (proposer, now) = (self.caller(), self.now());
        if !proposer::may_propose(proposer, description) {
            return Err(revert::<I::GovernorRestrictedProposer>(words![proposer]));
        }
        self.check_threshold(proposer, now)?;
        let id = proposal_id(actions, keccak256(description));
        if !actions.is_consistent() || actions.targets.is_empty() {
            return Err(revert::<I::GovernorInvalidProposalLength>(actions.lengths()));
        }
        if self.proposal(id).vote_start != 0 {
            return Err(unexpected(id, self.state(id)?, 0));
        }
        self.check_no_live(proposer, now)?;

        let settings = self.settings();
        let vote_start = now + u64::from(settings.voting_delay);
        let proposal = Proposal { proposer, vote_start, duration: settings.voting_period, ..Proposal::default() };
        self.store_proposal(id, proposal);
        self.latest.insert(proposer, id);
        self.emit_created(id, &proposal, actions, description);
        Ok(id)
    }

    pub(crate) fn queue(&mut self, actions: &Actions<'_>, description_hash: B256) -> Result<B256, Revert> {
        let id = proposal_id(actions, description_hash);
        let (proposal, tally) = self.in_state(id, State::Succeeded)?;
        let executor = self.executor();
        let delay = self.required_delay(executor.timelock, actions)?;
        // Both are far below 2^64.
        let eta = self.now() + u64::from(delay);
        self.store_tally(id, Tally { eta, ..tally });
        self.store_proposal(id, Proposal { timelock: executor.number, ..proposal });
        self.operations.insert(id, self.operation_id(actions, description_hash));
        self.schedule(executor.timelock, actions, description_hash, delay)?;
        emit::<I::ProposalQueued, 0>(self.vm(), [], words![id, eta]);
        Ok(id)
    }

    pub(crate) fn execute(&mut self, actions: &Actions<'_>, description_hash: B256) -> Result<B256, Revert> {
        let id = proposal_id(actions, description_hash);
        let (proposal, _) = self.in_state(id, State::Queued)?;
        self.store_proposal(id, Proposal { executed: true, ..proposal });
        self.operations.delete(id);
        let before = self.authorize(actions);
        self.execute_in(self.timelock_of(&proposal), actions, description_hash)?;
        self.restore_authority(&before);
        emit::<I::ProposalExecuted, 0>(self.vm(), [], [id]);
        Ok(id)
    }

    /// Returns the state, for which the timelock is asked about a queued one.
    pub(crate) fn state(&self, id: B256) -> Result<State, Revert> {
        let proposal = self.proposal(id);
        match proposal.state(&self.tally(id), self.now()) {
            None => Err(revert::<I::GovernorNonexistentProposal>([id])),
            Some(State::Queued) => {
                let operation = self.operation_state(self.timelock_of(&proposal), self.operations.get(id))?;
                Ok(proposal::queued_state(operation))
            }
            Some(state) => Ok(state),
        }
    }

    /// Returns a proposal and its tally, if it is in the state that is expected.
    pub(crate) fn in_state(&self, id: B256, expected: State) -> Result<(Proposal, Tally), Revert> {
        let state = self.state(id)?;
        if state == expected {
            return Ok((self.proposal(id), self.tally(id)));
        }
        Err(unexpected(id, state, expected.bit()))
    }

    /// Returns the last second of voting, as OpenZeppelin does also for what does not exist.
    pub(crate) fn deadline(&self, id: B256) -> u64 {
        self.proposal(id).deadline(&self.tally(id))
    }

    fn check_threshold(&self, proposer: Address, now: u64) -> Result<(), Revert> {
        let threshold = self.executor().threshold;
        if threshold == 0 {
            return Ok(());
        }
        let votes = self.past_votes(proposer, U256::from(now - 1))?;
        if votes < threshold {
            return Err(revert::<I::GovernorInsufficientProposerVotes>(words![proposer, votes, threshold]));
        }
        Ok(())
    }

    fn check_no_live(&self, proposer: Address, now: u64) -> Result<(), Revert> {
        let last = self.latest.get(proposer);
        let proposal = self.proposal(last);
        if !proposal.is_over() && proposal.state(&self.tally(last), now).is_some_and(State::is_live) {
            return Err(revert::<I::GovernorProposerHasLiveProposal>(words![proposer, last]));
        }
        Ok(())
    }

    fn emit_created(&self, id: B256, proposal: &Proposal, actions: &Actions<'_>, description: &[u8]) {
        let mut event = Encoder::new(&[], 9);
        event.word(id);
        event.word(proposal.proposer.word());
        event.array(actions.targets.iter().map(|target| target.word()));
        event.array(actions.values.iter().copied());
        event.byte_strings(&vec![&[][..]; actions.targets.len()]);
        event.byte_strings(&actions.calldatas);
        event.word(proposal.vote_start.word());
        event.word(proposal.deadline(&Tally::default()).word());
        event.bytes(description);
        emit_encoded::<I::ProposalCreated, 0>(self.vm(), [], &event.done());
    }
}

/// Says in which states the proposal should have been, a set of bits.
pub(crate) fn unexpected(id: B256, state: State, expected: u8) -> Revert {
    revert::<I::GovernorUnexpectedProposalState>(words![id, state as u8, expected])
}
