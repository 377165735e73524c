//! Votes by signature, one by one and by the hundred.

use aia_protocol::{
    governance::{
        ballot::{self, Row},
        counting::{Refusal, Votes},
        proposal::State,
    },
    typed_data,
};
use aia_shell::{Revert, emit, revert, signatures, words};
use alloc::vec::Vec;
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{Governor, I, router::DOMAIN, votes::Vote};

/// Why a ballot is skipped, as `BallotSkipped` says.
#[derive(Clone, Copy)]
enum Reason {
    Signature = 1,
    NoneLeft = 2,
    Support = 3,
}

impl Governor {
    /// Counts a vote that its voter signed as a `Ballot`.
    pub(crate) fn cast_signed(
        &mut self,
        id: B256,
        support: u8,
        voter: Address,
        signature: &[u8],
    ) -> Result<u128, Revert> {
        self.use_signature(id, voter, signature, |nonce| ballot::ballot(id, support, voter, nonce))?;
        self.cast(id, &Vote { voter, support, reason: &[], params: &[] })
    }

    /// Counts a vote that its voter signed as an `ExtendedBallot`.
    pub(crate) fn cast_signed_extended(&mut self, id: B256, vote: &Vote<'_>, signature: &[u8]) -> Result<u128, Revert> {
        let Vote { voter, support, reason, params } = *vote;
        let hash = |nonce| ballot::extended_ballot(id, support, voter, nonce, reason, params);
        self.use_signature(id, voter, signature, hash)?;
        self.cast(id, vote)
    }

    /// Counts the ballots of a batch that count, and says of the others why not; returns how many did.
    pub(crate) fn cast_batch(&mut self, id: B256, packed: &[u8]) -> Result<u64, Revert> {
        let rows = ballot::rows(packed)
            .ok_or_else(|| revert::<I::GovernorInvalidBallots>(words![U256::from(packed.len())]))?;
        let (proposal, tally) = self.in_state(id, State::Active)?;
        let voters: Vec<_> = rows.clone().map(|row| row.voter).collect();
        let held = self.past_votes_of(&voters, proposal.vote_start)?;
        let domain = self.domain();
        let (mut sum, mut counted) = (Votes::default(), 0);
        for (index, (row, held)) in (0u64..).zip(rows.zip(held)) {
            match self.count_row(domain, id, &row, held) {
                Ok(votes) => {
                    sum = sum.plus(&votes);
                    counted += 1;
                }
                Err(reason) => {
                    let topics = words![id, row.voter];
                    emit::<I::BallotSkipped, 2>(self.vm(), topics, words![index, reason as u8]);
                }
            }
        }
        self.add(id, &proposal, tally, &sum)?;
        Ok(counted)
    }

    fn count_row(&mut self, domain: B256, id: B256, row: &Row<'_>, held: u128) -> Result<Votes, Reason> {
        let vote = Vote { voter: row.voter, support: row.support, reason: &[], params: &[] };
        let ballot = self.weigh(id, &vote, held).map_err(|why| match why.refusal {
            Refusal::NoneLeft => Reason::NoneLeft,
            _ => Reason::Support,
        })?;
        // The dearest question comes last.
        if !self.is_signed(domain, id, row) {
            return Err(Reason::Signature);
        }
        self.record(id, &vote, &ballot);
        Ok(ballot.votes)
    }

    /// Whether a voter's key signed a ballot, with either of its nonces.
    fn is_signed(&self, domain: B256, id: B256, row: &Row<'_>) -> bool {
        let is_valid = |nonce: U256| {
            let message = ballot::ballot(id, row.support, row.voter, nonce);
            signatures::recover(self.vm(), typed_data::digest(domain, message), row.signature) == Ok(row.voter)
        };
        is_valid(self.keyed_nonce(row.voter, ballot::nonce_key(id))) || is_valid(self.nonces.get(row.voter))
    }

    /// Uses up the nonce that a voter signed, of the two that it may have.
    fn use_signature(
        &mut self,
        id: B256,
        voter: Address,
        signature: &[u8],
        hash: impl Fn(U256) -> B256,
    ) -> Result<(), Revert> {
        let (domain, key) = (self.domain(), ballot::nonce_key(id));
        let is_valid = |nonce: U256| {
            signatures::check(self.vm(), voter, typed_data::digest(domain, hash(nonce)), signature).is_ok()
        };
        if !key.is_zero() && is_valid(self.keyed_nonce(voter, key)) {
            let mut nonces = self.keyed_nonces.setter(voter);
            let next = nonces.get(key).saturating_add(U256::ONE);
            nonces.insert(key, next);
            return Ok(());
        }
        let plain = self.nonces.get(voter);
        if is_valid(plain) {
            self.nonces.insert(voter, plain.saturating_add(U256::ONE));
            return Ok(());
        }
        Err(revert::<I::GovernorInvalidSignature>(words![voter]))
    }

    /// Returns a voter's nonce of a key; the key zero stands for the plain one.
    pub(crate) fn keyed_nonce(&self, voter: Address, key: U256) -> U256 {
        if key.is_zero() {
            return self.nonces.get(voter);
        }
        ballot::keyed_nonce(key, self.keyed_nonces.getter(voter).get(key))
    }

    fn domain(&self) -> B256 {
        DOMAIN.separator(self.vm(), self.here())
    }
}
