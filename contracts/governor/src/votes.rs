//! Counting votes.

use aia_calldata::Encoder;
use aia_protocol::governance::{
    counting::{Refusal, Votes},
    proposal::{Proposal, State, Tally},
};
use aia_shell::{Revert, Word, emit, emit_encoded, revert, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{Governor, I};

/// A vote that somebody casts.
pub(crate) struct Vote<'a> {
    pub(crate) voter: Address,
    pub(crate) support: u8,
    pub(crate) reason: &'a [u8],
    pub(crate) params: &'a [u8],
}

/// What a vote adds.
pub(crate) struct Ballot {
    /// What its voter cast before.
    used: u128,
    pub(crate) votes: Votes,
}

/// Why a vote adds nothing.
pub(crate) struct Uncounted {
    pub(crate) refusal: Refusal,
    /// Votes that the voter has left.
    left: u128,
}

impl Governor {
    /// Counts a vote and returns how many votes it has.
    pub(crate) fn cast(&mut self, id: B256, vote: &Vote<'_>) -> Result<u128, Revert> {
        let (proposal, tally) = self.in_state(id, State::Active)?;
        let held = self.past_votes(vote.voter, U256::from(proposal.vote_start))?;
        let ballot = self.weigh(id, vote, held).map_err(|why| why.revert(vote.voter))?;
        self.record(id, vote, &ballot);
        self.add(id, &proposal, tally, &ballot.votes)?;
        Ok(ballot.votes.sum())
    }

    /// Returns what a vote adds; `held` are the voter's votes in all.
    pub(crate) fn weigh(&self, id: B256, vote: &Vote<'_>, held: u128) -> Result<Ballot, Uncounted> {
        let used = self.used_votes(id, vote.voter);
        let left = held.saturating_sub(used);
        let votes = Votes::of_ballot(vote.support, vote.params, left).map_err(|refusal| Uncounted { refusal, left })?;
        Ok(Ballot { used, votes })
    }

    /// Records and tells of a vote that counts.
    pub(crate) fn record(&mut self, id: B256, vote: &Vote<'_>, ballot: &Ballot) {
        let weight = ballot.votes.sum();
        // Together they are at most what the voter holds.
        self.used.setter(id).insert(vote.voter, U256::from(ballot.used + weight));
        self.emit_vote(id, vote, weight);
    }

    /// Adds votes to the tally; if they reach the quorum, voting goes on for long enough.
    pub(crate) fn add(&mut self, id: B256, proposal: &Proposal, tally: Tally, votes: &Votes) -> Result<(), Revert> {
        let mut next = tally.with(votes);
        let abstained = self.abstain(id, proposal, votes.abstain);
        if !tally.has_quorum() && self.is_quorum(next.favour + abstained, proposal.vote_start)? {
            next = next.reach_quorum(self.now(), self.settings().extension);
        }
        self.store_tally(id, next);
        if next.extended > proposal.deadline(&tally) {
            emit::<I::ProposalExtended, 1>(self.vm(), [id], words![next.extended]);
        }
        Ok(())
    }

    /// Adds to the votes that abstain, and returns their sum; most often nobody does, and nothing is read.
    fn abstain(&mut self, id: B256, proposal: &Proposal, votes: u128) -> u128 {
        let before = if proposal.abstained { self.abstained(id) } else { 0 };
        if votes == 0 {
            return before;
        }
        // All votes together are at most the supply.
        let sum = before + votes;
        self.abstentions.insert(id, U256::from(sum));
        if !proposal.abstained {
            self.store_proposal(id, Proposal { abstained: true, ..*proposal });
        }
        sum
    }

    pub(crate) fn used_votes(&self, id: B256, voter: Address) -> u128 {
        amount(self.used.getter(id).get(voter))
    }

    pub(crate) fn abstained(&self, id: B256) -> u128 {
        amount(self.abstentions.get(id))
    }

    fn emit_vote(&self, id: B256, vote: &Vote<'_>, weight: u128) {
        let has_params = !vote.params.is_empty();
        let mut event = Encoder::new(&[], if has_params { 5 } else { 4 });
        event.word(id);
        event.word(vote.support.word());
        event.word(weight.word());
        event.bytes(vote.reason);
        if has_params {
            event.bytes(vote.params);
            emit_encoded::<I::VoteCastWithParams, 1>(self.vm(), words![vote.voter], &event.done());
        } else {
            emit_encoded::<I::VoteCast, 1>(self.vm(), words![vote.voter], &event.done());
        }
    }
}

impl Uncounted {
    fn revert(self, voter: Address) -> Revert {
        match self.refusal {
            Refusal::NoneLeft => revert::<I::GovernorAlreadyCastVote>(words![voter]),
            Refusal::Support => revert::<I::GovernorInvalidVoteType>([]),
            Refusal::Params => revert::<I::GovernorInvalidVoteParams>([]),
            Refusal::Exceeds(used) => revert::<I::GovernorExceedRemainingWeight>(words![voter, used, self.left]),
        }
    }
}

/// Returns an amount that was stored here, none of which exceeds the supply.
fn amount(word: U256) -> u128 {
    u128::try_from(word).unwrap_or_default()
}
