//! Ballots on one proposal, to be settled together.

use std::collections::BTreeSet;

use alloy::primitives::{Address, Bytes, U256};

use super::{Domain, SignedBallot, Support, ballot::may_be_nonce};
use crate::Error;

/// Bytes of a ballot in a batch: voter, support, signature.
pub const ROW: usize = 20 + 1 + 65;

/// Why a ballot is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Dropped {
    /// It is on another proposal.
    #[error("it is on proposal {0}")]
    OtherProposal(U256),
    /// There is no such side.
    #[error("there is no support {0}")]
    NoSupport(u8),
    /// The nonce is neither one for this proposal nor a plain one.
    #[error("nonce {0} is for something else")]
    OtherNonce(U256),
    /// The voter has a ballot already.
    #[error("its voter has a ballot already")]
    Repeated,
    /// The signature is not 65 bytes with a low `s` and a `v` of 0, 1, 27 or 28, or nobody made it.
    #[error("its signature is malformed")]
    Malformed,
    /// Somebody else signed, or something else was signed.
    #[error("it is signed by {0}, or something else was signed")]
    WrongSigner(Address),
}

/// Ballots on one proposal in the order in which they came, one of each voter, whose signatures are good.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ballots {
    domain: Domain,
    proposal: U256,
    ballots: Vec<SignedBallot>,
    voters: BTreeSet<Address>,
}

impl Ballots {
    /// Begins without any.
    pub fn new(domain: Domain, proposal: U256) -> Self {
        Self { domain, proposal, ballots: Vec::new(), voters: BTreeSet::new() }
    }

    /// Takes those that are good, of each voter the first, and returns the others with what is wrong with them.
    pub fn collect(
        domain: Domain,
        proposal: U256,
        ballots: impl IntoIterator<Item = SignedBallot>,
    ) -> (Self, Vec<(SignedBallot, Dropped)>) {
        let (mut taken, mut dropped) = (Self::new(domain, proposal), Vec::new());
        for ballot in ballots {
            if let Err(reason) = taken.check(&ballot) {
                dropped.push((ballot, reason));
            } else {
                taken.insert(ballot);
            }
        }
        (taken, dropped)
    }

    /// Takes a ballot.
    ///
    /// Whether its voter has votes, and whether its nonce is still the current one, only the governor knows.
    ///
    /// # Errors
    /// [`Dropped`].
    pub fn add(&mut self, ballot: SignedBallot) -> Result<(), Dropped> {
        self.check(&ballot)?;
        self.insert(ballot);
        Ok(())
    }

    fn check(&self, signed: &SignedBallot) -> Result<(), Dropped> {
        let ballot = &signed.ballot;
        if ballot.proposalId != self.proposal {
            return Err(Dropped::OtherProposal(ballot.proposalId));
        }
        if ballot.support > u8::from(Support::Abstain) {
            return Err(Dropped::NoSupport(ballot.support));
        }
        if !may_be_nonce(self.proposal, ballot.nonce) {
            return Err(Dropped::OtherNonce(ballot.nonce));
        }
        signed.verify(&self.domain).map_err(|error| match error {
            Error::WrongSigner { recovered, .. } => Dropped::WrongSigner(recovered),
            _ => Dropped::Malformed,
        })?;
        // Asked last: nobody keeps a voter out with a ballot that is not the voter's.
        if self.voters.contains(&ballot.voter) { Err(Dropped::Repeated) } else { Ok(()) }
    }

    fn insert(&mut self, signed: SignedBallot) {
        self.voters.insert(signed.ballot.voter);
        self.ballots.push(signed);
    }

    /// Returns the governor that they are signed for.
    pub fn domain(&self) -> Domain {
        self.domain
    }

    /// Returns what they are on.
    pub fn proposal(&self) -> U256 {
        self.proposal
    }

    /// Returns the ballots in their order.
    pub fn ballots(&self) -> &[SignedBallot] {
        &self.ballots
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.ballots.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ballots.is_empty()
    }

    /// Returns them in rows of [`ROW`] bytes, as `castVotesBySig` takes them.
    pub fn packed(&self) -> Bytes {
        let mut rows = Vec::with_capacity(self.len() * ROW);
        for SignedBallot { ballot, signature } in &self.ballots {
            rows.extend_from_slice(ballot.voter.as_slice());
            rows.push(ballot.support);
            rows.extend_from_slice(signature);
        }
        rows.into()
    }

    /// Splits them into portions of at most `most` ballots (at least one), which keep their order.
    pub fn split(&self, most: usize) -> Vec<Self> {
        let portion = |ballots: &[SignedBallot]| Self {
            domain: self.domain,
            proposal: self.proposal,
            ballots: ballots.to_vec(),
            voters: ballots.iter().map(|signed| signed.ballot.voter).collect(),
        };
        self.ballots.chunks(most.max(1)).map(portion).collect()
    }
}
