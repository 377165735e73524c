//! Voting: the caller's own votes, and single votes that somebody signed.

use aia_abi::IAIAGovernor::{VoteCast, VoteCastWithParams};
use alloy::{
    primitives::{Address, U256, aliases::U192},
    providers::Provider,
    rpc::types::TransactionReceipt,
};

use super::Governor;
use crate::{
    Result,
    chain::{event, mined},
    governance::{ExtendedBallot, Shares, SignedBallot, Support, ballot::FRACTIONAL},
};

impl<P: Provider> Governor<P> {
    /// Casts all votes that the caller has left. Returns how many were counted, base units.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused), [`Error::Failed`](crate::Error::Failed),
    /// [`Error::MissingEvent`](crate::Error::MissingEvent), [`Error::Node`](crate::Error::Node).
    pub async fn vote(&self, proposal: U256, support: Support) -> Result<U256> {
        self.weight(&mined(&self.contract.castVote(proposal, support.into())).await?)
    }

    /// As [`vote`](Self::vote), and says why.
    ///
    /// # Errors
    /// As [`vote`](Self::vote).
    pub async fn vote_because(&self, proposal: U256, support: Support, reason: &str) -> Result<U256> {
        let call = self.contract.castVoteWithReason(proposal, support.into(), reason.to_owned());
        self.weight(&mined(&call).await?)
    }

    /// Casts some of the caller's votes; the others can be cast later. Returns how many were counted, base units.
    ///
    /// # Errors
    /// As [`vote`](Self::vote).
    pub async fn vote_in_parts(&self, proposal: U256, shares: Shares, reason: &str) -> Result<U256> {
        let (reason, params) = (reason.to_owned(), shares.params());
        let call = self.contract.castVoteWithReasonAndParams(proposal, FRACTIONAL, reason, params);
        self.weight(&mined(&call).await?)
    }

    /// Casts a ballot that somebody signed, also one of a contract's, and uses up its nonce. Returns how many votes
    /// were counted, base units.
    ///
    /// # Errors
    /// As [`vote`](Self::vote).
    pub async fn cast(&self, signed: &SignedBallot) -> Result<U256> {
        let SignedBallot { ballot, signature } = signed;
        let call = self.contract.castVoteBySig(ballot.proposalId, ballot.support, ballot.voter, signature.clone());
        self.weight(&mined(&call).await?)
    }

    /// As [`cast`](Self::cast), for a ballot with a reason or in parts.
    ///
    /// # Errors
    /// As [`vote`](Self::vote).
    pub async fn cast_extended(&self, signed: &SignedBallot<ExtendedBallot>) -> Result<U256> {
        let SignedBallot { ballot, signature } = signed.clone();
        let ExtendedBallot { proposalId: proposal, support, voter, reason, params, .. } = ballot;
        let contract = &self.contract;
        let call = contract.castVoteWithReasonAndParamsBySig(proposal, support, voter, reason, params, signature);
        self.weight(&mined(&call).await?)
    }

    /// Returns the nonce that a voter has for a proposal: with it nothing else that the voter signs is used up.
    ///
    /// # Errors
    /// [`Error::Node`](crate::Error::Node).
    pub async fn nonce(&self, voter: Address, proposal: U256) -> Result<U256> {
        Ok(self.contract.nonces_1(voter, U192::wrapping_from(proposal)).call().await?)
    }

    /// Returns the nonce that a voter has for everything.
    ///
    /// # Errors
    /// [`Error::Node`](crate::Error::Node).
    pub async fn plain_nonce(&self, voter: Address) -> Result<U256> {
        Ok(self.contract.nonces_0(voter).call().await?)
    }

    /// Reads how many votes a transaction cast.
    fn weight(&self, receipt: &TransactionReceipt) -> Result<U256> {
        if let Some(cast) = self.events::<VoteCastWithParams>(receipt).first() {
            return Ok(cast.weight);
        }
        let cast: VoteCast = event(receipt, *self.contract.address())?;
        Ok(cast.weight)
    }
}
