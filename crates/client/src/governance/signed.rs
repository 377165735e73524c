//! A vote with its signature, as it is handed to a relayer.

use aia_protocol::signature;
use alloy::{
    primitives::{Address, Bytes, Signature},
    signers::{Signer, SignerSync},
};
use serde::{Deserialize, Serialize};

use super::{Ballot, Domain, Vote};
use crate::{Error, Result};

/// A vote with its voter's signature. Its JSON is what a relayer takes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SignedBallot<V = Ballot> {
    /// What is signed.
    pub ballot: V,
    /// `r ‖ s ‖ v`, or whatever the voter takes for a signature if it is a contract.
    pub signature: Bytes,
}

impl<V: Vote> SignedBallot<V> {
    /// Signs a vote of the signer's own.
    ///
    /// # Errors
    /// [`Error::Signer`], [`Error::WrongSigner`].
    pub fn sign(ballot: V, domain: &Domain, signer: &(impl SignerSync + ?Sized)) -> Result<Self> {
        let signature = signer.sign_hash_sync(&domain.digest(&ballot))?;
        Self::signed(ballot, domain, signature)
    }

    /// As [`sign`](Self::sign), with a key that takes its time: a device, or one that lives elsewhere.
    ///
    /// # Errors
    /// As [`sign`](Self::sign).
    pub async fn sign_remotely(ballot: V, domain: &Domain, signer: &(impl Signer + ?Sized)) -> Result<Self> {
        let signature = signer.sign_hash(&domain.digest(&ballot)).await?;
        Self::signed(ballot, domain, signature)
    }

    fn signed(ballot: V, domain: &Domain, signature: Signature) -> Result<Self> {
        // The governor refuses a high `s`, which some signers return.
        let signed = Self { ballot, signature: signature.normalized_s().as_bytes().into() };
        signed.verify(domain)?;
        Ok(signed)
    }

    /// Returns the key that signed, by the rules of the governor.
    ///
    /// # Errors
    /// [`Error::MalformedSignature`].
    pub fn recover(&self, domain: &Domain) -> Result<Address> {
        signature::Signature::from_bytes(&self.signature).map_err(|_| Error::MalformedSignature)?;
        let signature = Signature::from_raw(&self.signature).map_err(|_| Error::MalformedSignature)?;
        let digest = domain.digest(&self.ballot);
        signature.recover_address_from_prehash(&digest).map_err(|_| Error::MalformedSignature)
    }

    /// Checks that the voter signed. For a voter that is a contract ask it itself, by ERC-1271.
    ///
    /// # Errors
    /// [`Error::MalformedSignature`], [`Error::WrongSigner`].
    pub fn verify(&self, domain: &Domain) -> Result<()> {
        let (expected, recovered) = (self.ballot.voter(), self.recover(domain)?);
        if recovered == expected { Ok(()) } else { Err(Error::WrongSigner { expected, recovered }) }
    }
}
