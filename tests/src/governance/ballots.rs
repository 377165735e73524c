//! Votes as voters sign them, by alloy's own EIP-712: independent of `aia-protocol`.

use alloy::{
    primitives::{Address, Bytes, U256},
    signers::local::PrivateKeySigner,
    sol,
    sol_types::{Eip712Domain, eip712_domain},
};
use eyre::Result;

use super::Dao;
use crate::{
    Network,
    signing::{Parts, sign_in},
};

sol! {
    /// A vote with all that is left.
    #[derive(Debug, PartialEq, Eq)]
    struct Ballot {
        uint256 proposalId;
        uint8 support;
        address voter;
        uint256 nonce;
    }

    /// A vote with a reason, and perhaps in parts.
    #[derive(Debug, PartialEq, Eq)]
    struct ExtendedBallot {
        uint256 proposalId;
        uint8 support;
        address voter;
        uint256 nonce;
        string reason;
        bytes params;
    }
}

/// A row of a batch of ballots.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Who is said to have signed.
    pub voter: Address,
    /// What is said to have been signed.
    pub support: u8,
    /// The signature.
    pub parts: Parts,
}

/// Packs rows of 86 bytes: voter, support, r, s, v.
pub fn pack(rows: &[Row]) -> Bytes {
    let row = |row: &Row| [row.voter.as_slice(), &[row.support], row.parts.bytes().as_ref()].concat();
    rows.iter().flat_map(row).collect()
}

/// Packs a vote in parts, in base units: Against, For and Abstain.
pub fn fractions(against: U256, in_favour: U256, abstain: U256) -> Bytes {
    [against, in_favour, abstain].iter().flat_map(|votes| votes.to_be_bytes::<32>()[16..].to_vec()).collect()
}

/// Returns the nonce that a proposal has of its own, once `count` ballots on it have used it.
pub fn keyed_nonce(proposal: U256, count: u64) -> U256 {
    (proposal << 64) | U256::from(count)
}

impl<N: AsRef<Network>> Dao<N> {
    /// Returns the domain under which the governor reads ballots.
    pub fn ballot_domain(&self) -> Eip712Domain {
        let (chain_id, governor) = (self.net().api.chain().config().chain_id, self.governor);
        eip712_domain! {
            name: "AIA Governor",
            version: "1",
            chain_id: chain_id,
            verifying_contract: governor,
        }
    }

    /// Signs a ballot of the signer's own, with the proposal's nonce, which nothing has used yet.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn sign_ballot(&self, voter: &PrivateKeySigner, proposal: U256, support: u8) -> Result<Parts> {
        let nonce = keyed_nonce(proposal, 0);
        let ballot = Ballot { proposalId: proposal, support, voter: voter.address(), nonce };
        sign_in(&self.ballot_domain(), voter, &ballot)
    }

    /// Signs an extended ballot, as it stands.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn sign_extended_ballot(&self, voter: &PrivateKeySigner, ballot: &ExtendedBallot) -> Result<Parts> {
        sign_in(&self.ballot_domain(), voter, ballot)
    }

    /// Returns a row for a batch, signed by the voter itself.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn row(&self, voter: &PrivateKeySigner, proposal: U256, support: u8) -> Result<Row> {
        Ok(Row { voter: voter.address(), support, parts: self.sign_ballot(voter, proposal, support)? })
    }
}
