//! Votes, one by one.

use aia_abi::IAIAGovernor as Abi;
use alloy_primitives::{Address, Bytes, U256};

use super::{Log, Model, Outcome, answer, error, model::State, require};

/// A vote that somebody casts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Vote {
    pub(super) voter: Address,
    pub(super) support: u8,
    pub(super) reason: String,
    pub(super) params: Bytes,
}

impl Model {
    pub(super) fn cast(&mut self, id: U256, vote: &Vote) -> Outcome {
        self.check_state(id, &[State::Active])?;
        let votes = self.votes_of(id, vote)?;
        let mut logs = vec![self.record(id, vote, votes)];
        logs.extend(self.extend(id));
        answer(logs, &votes.iter().copied().sum::<U256>())
    }

    /// Returns how many votes a voter has left.
    pub fn left(&self, id: U256, voter: Address) -> U256 {
        let proposal = &self.governor.proposals[&id];
        let used = proposal.used.get(&voter).copied().unwrap_or_default();
        self.token.past_votes(voter, proposal.start).saturating_sub(used)
    }

    /// Counts votes Against, For and Abstain that somebody has.
    pub(super) fn record(&mut self, id: U256, vote: &Vote, votes: [U256; 3]) -> Log {
        let Vote { voter, support, reason, params } = vote.clone();
        let weight: U256 = votes.iter().copied().sum();
        let proposal = self.proposal_mut(id);
        *proposal.used.entry(voter).or_default() += weight;
        for (sum, part) in proposal.votes.iter_mut().zip(votes) {
            *sum += part;
        }
        if params.is_empty() {
            self.emit(&Abi::VoteCast { voter, proposalId: id, support, weight, reason })
        } else {
            self.emit(&Abi::VoteCastWithParams { voter, proposalId: id, support, weight, reason, params })
        }
    }

    /// Lets voting go on for long enough, when the quorum has just been reached.
    pub(super) fn extend(&mut self, id: U256) -> Option<Log> {
        let quorum = self.quorum(self.governor.proposals[&id].start);
        let until = self.now + self.governor.extension;
        let proposal = self.proposal_mut(id);
        if proposal.reached || proposal.votes[1] + proposal.votes[2] < quorum {
            return None;
        }
        proposal.reached = true;
        if until <= proposal.deadline {
            return None;
        }
        proposal.deadline = until;
        Some(self.emit(&Abi::ProposalExtended { proposalId: id, extendedDeadline: until }))
    }

    /// Returns the votes Against, For and Abstain that a vote stands for.
    fn votes_of(&self, id: U256, vote: &Vote) -> Result<[U256; 3], Bytes> {
        let left = self.left(id, vote.voter);
        require(!left.is_zero(), Abi::GovernorAlreadyCastVote { voter: vote.voter })?;
        match vote.support {
            side @ 0..=2 => {
                require(vote.params.is_empty(), Abi::GovernorInvalidVoteParams {})?;
                Ok(whole(side, left))
            }
            255 => {
                require(vote.params.len() == 48, Abi::GovernorInvalidVoteParams {})?;
                let votes = [0, 16, 32].map(|start| U256::from_be_slice(&vote.params[start..start + 16]));
                let used: U256 = votes.iter().copied().sum();
                let refusal =
                    Abi::GovernorExceedRemainingWeight { voter: vote.voter, usedVotes: used, remainingWeight: left };
                require(used <= left, refusal)?;
                Ok(votes)
            }
            _ => Err(error(Abi::GovernorInvalidVoteType {})),
        }
    }
}

/// Returns as many votes on one side and none on the others.
pub(super) fn whole(side: u8, votes: U256) -> [U256; 3] {
    let mut sides = [U256::ZERO; 3];
    sides[usize::from(side)] = votes;
    sides
}
