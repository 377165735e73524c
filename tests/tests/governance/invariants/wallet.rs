//! The actors' keys: operations become calldata, and seals the signatures that they stand for.

use std::collections::BTreeMap;

use aia_abi::IAIAGovernor::{
    IAIAGovernorCalls as Calls, castVoteBySigCall, castVoteWithReasonAndParamsBySigCall, castVotesBySigCall,
};
use aia_model::governance::{
    ops::Call,
    seal::{Flaw, Seal, rows},
};
use aia_tests::{
    governance::{Ballot, ExtendedBallot},
    signing::{Parts, sign_hash},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, b256, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{Eip712Domain, SolInterface, SolStruct, eip712_domain},
};
use eyre::{OptionExt, Result};

/// The order of secp256k1.
const ORDER: B256 = b256!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141");

/// Signs for the governor.
pub(crate) struct Wallet {
    domain: Eip712Domain,
    keys: BTreeMap<Address, PrivateKeySigner>,
}

impl Wallet {
    pub(crate) fn new(chain_id: u64, governor: Address, keys: Vec<PrivateKeySigner>) -> Self {
        let domain = eip712_domain! {
            name: "AIA Governor",
            version: "1",
            chain_id: chain_id,
            verifying_contract: governor,
        };
        Self { domain, keys: keys.into_iter().map(|key| (key.address(), key)).collect() }
    }

    /// Returns what is called with.
    pub(crate) fn calldata(&self, call: &Call) -> Result<Bytes> {
        match call {
            Call::Governor(call) => Ok(self.signed(call.clone())?.abi_encode().into()),
            unsigned => Ok(unsigned.data()),
        }
    }

    /// Returns a call of the governor with signatures for its seals.
    pub(crate) fn signed(&self, call: Calls) -> Result<Calls> {
        Ok(match call {
            Calls::castVoteBySig(call) => {
                let signature = self.ballot(call.proposalId, call.support, call.voter, Seal::read(&call.signature))?;
                Calls::castVoteBySig(castVoteBySigCall { signature, ..call })
            }
            Calls::castVoteWithReasonAndParamsBySig(call) => {
                let seal = Seal::read(&call.signature);
                let ballot = ExtendedBallot {
                    proposalId: call.proposalId,
                    support: call.support,
                    voter: call.voter,
                    nonce: seal.nonce,
                    reason: call.reason.clone(),
                    params: call.params.clone(),
                };
                let signature = self.sign(seal, ballot.eip712_signing_hash(&self.domain))?;
                let signed = castVoteWithReasonAndParamsBySigCall { signature, ..call };
                Calls::castVoteWithReasonAndParamsBySig(signed)
            }
            Calls::castVotesBySig(call) => Calls::castVotesBySig(self.packed(call)?),
            unsigned => unsigned,
        })
    }

    /// Signs packed ballots; bytes that are no rows stay as they are.
    fn packed(&self, call: castVotesBySigCall) -> Result<castVotesBySigCall> {
        let Some(rows) = rows(&call.packed) else { return Ok(call) };
        let mut packed = Vec::new();
        for row in rows {
            let signature = self.ballot(call.proposalId, row.support, row.voter, row.seal)?;
            packed.extend([row.voter.as_slice(), &[row.support], &signature].concat());
        }
        Ok(castVotesBySigCall { packed: packed.into(), ..call })
    }

    fn ballot(&self, id: U256, support: u8, voter: Address, seal: Seal) -> Result<Bytes> {
        let ballot = Ballot { proposalId: id, support, voter, nonce: seal.nonce };
        self.sign(seal, ballot.eip712_signing_hash(&self.domain))
    }

    /// Makes the signature that a seal stands for.
    fn sign(&self, seal: Seal, digest: B256) -> Result<Bytes> {
        let key = self.keys.get(&seal.signer).ok_or_eyre("the signer has no key")?;
        let right = sign_hash(key, digest)?;
        let parts = match seal.flaw {
            // Half of them name their parity in the other way that is allowed.
            Flaw::None if digest[31].is_multiple_of(2) => right.with_parity(),
            Flaw::None => right,
            Flaw::OtherMessage => sign_hash(key, keccak256(digest))?,
            Flaw::HighS => {
                let high = U256::from_be_bytes(ORDER.0) - U256::from_be_bytes(right.s.0);
                Parts { v: 55 - right.v, s: high.into(), ..right }
            }
            Flaw::NoRecovery => Parts { v: 29, ..right },
            Flaw::Short => return Ok(right.bytes().slice(..64)),
        };
        Ok(parts.bytes())
    }
}
