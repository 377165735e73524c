//! What verifiers claim about providers, models and data.

use aia_protocol::word::{Reader, Writer};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256, FixedBytes, FixedBytesSliceExt, U256, keccak256};
use stylus_sdk::prelude::*;

use crate::{I, ProviderRegistry, narrow};

/// A claim; 20 bytes that may be an address, but need not.
type Claim = FixedBytes<20>;

/// Word layout, from the low end: claim 160 bits, issued 48, expires 48.
struct Attestation {
    claim: Claim,
    issued: u64,
    expires: u64,
}

impl Attestation {
    fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self { claim: fields.address().0, issued: fields.u64(48), expires: fields.u64(48) }
    }

    fn to_word(&self) -> U256 {
        Writer::default().address(Address(self.claim)).uint(48, self.issued).uint(48, self.expires).done()
    }
}

impl ProviderRegistry {
    pub(crate) fn attest(&mut self, subject: B256, key: B256, claim: Claim, expires: u64) -> Result<(), Revert> {
        let (attester, now) = (self.caller(), self.now());
        if !claim.is_zero() {
            self.entry()?;
            if expires < now {
                return Err(revert::<I::InvalidExpiry>(words![expires, now]));
            }
        }
        let attestation = Attestation { claim, issued: now, expires };
        self.attestations.insert(place(subject, attester, key), attestation.to_word());
        emit::<I::Attested, 3>(self.vm(), words![subject, attester, key], words![claim, expires]);
        Ok(())
    }

    pub(crate) fn revoke_attester(&mut self, attester: Address, before: u64) -> Result<(), Revert> {
        self.check_guardian()?;
        // What will be claimed is not the guardian's to void.
        let before = before.min(self.now() + 1).max(self.voided_before(attester));
        self.void_before.insert(attester, U256::from(before));
        emit::<I::AttesterRevoked, 1>(self.vm(), words![attester], words![before]);
        Ok(())
    }

    /// Returns claim, issue, expiry, and whether it is valid.
    pub(crate) fn attestation(&self, subject: B256, attester: Address, key: B256) -> [B256; 4] {
        let attestation = Attestation::from_word(self.attestations.get(place(subject, attester, key)));
        let Attestation { claim, issued, expires } = attestation;
        let valid = !claim.is_zero() && self.now() <= expires && issued >= self.voided_before(attester);
        words![claim, issued, expires, valid]
    }

    fn voided_before(&self, attester: Address) -> u64 {
        // 48 bits were stored.
        #[allow(clippy::cast_possible_truncation)]
        let before = narrow(self.void_before.get(attester)) as u64;
        before
    }
}

/// The attester is part of the place: nobody can write another's claim.
fn place(subject: B256, attester: Address, key: B256) -> U256 {
    keccak256(words![subject, attester, key].as_flattened()).into()
}
