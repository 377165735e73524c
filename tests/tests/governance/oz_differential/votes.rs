//! Votes that people cast themselves: whole or in parts, with or without reasons, good and bad.

use aia_abi::IAIAGovernor::{
    castVoteCall, castVoteWithReasonAndParamsCall, castVoteWithReasonCall, getVotesCall, proposalSnapshotCall,
    usedVotesCall,
};
use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::{SolCall, SolValue},
};
use eyre::Result;
use rand::Rng;

use super::{
    pair::{Place, Step},
    proposal::{Proposal, calldata},
    trace::Trace,
};

/// The support of votes in parts.
const FRACTIONAL: u8 = 255;

impl Trace<'_> {
    pub(super) fn vote(&mut self, proposal: &Proposal) -> Result<()> {
        let (voter, support) = (self.anybody(), self.support());
        let word = U256::from(support);
        let (name, data) = match self.rng.random_range(0..100) {
            0..34 => ("castVote", proposal.named(|id| castVoteCall { proposalId: id, support })),
            34..48 => {
                let reason = self.reason();
                let arguments = |side| (proposal.id(side), word, reason.clone()).abi_encode_params();
                let data = [0, 1].map(|side| calldata(castVoteWithReasonCall::SELECTOR, &arguments(side)));
                ("castVoteWithReason", data)
            }
            48..70 => {
                let (reason, params) = (self.reason(), self.params(proposal, voter, support)?);
                let arguments = |side| (proposal.id(side), word, reason.clone(), params.clone()).abi_encode_params();
                let data = [0, 1].map(|side| calldata(castVoteWithReasonAndParamsCall::SELECTOR, &arguments(side)));
                ("castVoteWithReasonAndParams", data)
            }
            _ => return self.vote_by_signature(proposal),
        };
        self.cast(name, voter, proposal, data)
    }

    /// Casts a vote and compares what came of it.
    pub(super) fn cast(
        &mut self,
        name: &'static str,
        from: Address,
        proposal: &Proposal,
        data: [Bytes; 2],
    ) -> Result<()> {
        self.pair.run(&Step { name, from, to: Place::Governor, value: U256::ZERO, data })?;
        self.pair.compare(proposal)
    }

    /// Returns a support, For mostly, so that many proposals succeed.
    pub(super) fn support(&mut self) -> u8 {
        match self.rng.random_range(0..100) {
            0..58 => 1,
            58..70 => 0,
            70..82 => 2,
            82..94 => FRACTIONAL,
            _ => self.rng.random_range(3..FRACTIONAL),
        }
    }

    /// Returns a reason, which need not be text.
    pub(super) fn reason(&mut self) -> Bytes {
        match self.rng.random_range(0..10) {
            0..3 => Bytes::new(),
            3..6 => self.noise(100).into(),
            _ => Bytes::from_static("because it is time – 因为".as_bytes()),
        }
    }

    /// Returns params that mostly fit the support.
    pub(super) fn params(&mut self, proposal: &Proposal, voter: Address, support: u8) -> Result<Bytes> {
        let is_fractional = (support == FRACTIONAL) != self.rng.random_bool(0.1);
        if is_fractional { self.fractions(proposal, voter) } else { Ok(Bytes::new()) }
    }

    /// Returns how to divide the votes that a voter has left, or others.
    fn fractions(&mut self, proposal: &Proposal, voter: Address) -> Result<Bytes> {
        let left = self.votes_left(proposal, voter)?;
        let part = left / self.rng.random_range(1..=4_u128);
        let third = part / 3;
        let votes = match self.rng.random_range(0..12) {
            0 => [0; 3],
            1 => [left, 1, 0],
            2 => [u128::MAX; 3],
            3 => [0, 0, left + 1],
            4 => return Ok(self.noise(96).into()),
            5..7 => [third, third, part - third - third],
            7 => [part, 0, 0],
            _ => [third, part - third, 0],
        };
        Ok(votes.map(u128::to_be_bytes).concat().into())
    }

    /// Returns how many votes somebody has left; 0 before voting begins.
    fn votes_left(&self, proposal: &Proposal, voter: Address) -> Result<u128> {
        let snapshot = proposal.named(|id| proposalSnapshotCall { proposalId: id });
        let snapshot = self.pair.view(Place::Governor, &snapshot)?.output;
        let timepoint = proposalSnapshotCall::abi_decode_returns(&snapshot)?;
        if timepoint >= U256::from(self.pair.now()) {
            return Ok(0);
        }
        let votes = self.pair.ask(Place::Governor, &getVotesCall { account: voter, timepoint })?;
        let used = proposal.named(|id| usedVotesCall { proposalId: id, account: voter });
        let used = usedVotesCall::abi_decode_returns(&self.pair.view(Place::Governor, &used)?.output)?;
        Ok((votes - used).to())
    }
}
