//! What attesters claim about subjects.

use aia_abi::IProviderRegistry as Abi;
use alloy_primitives::{Address, B256};

use super::{Model, Outcome, instant, model::Attestation, require};

impl Model {
    /// `attest`.
    pub fn attest(&mut self, caller: Address, call: &Abi::attestCall) -> Outcome {
        let Abi::attestCall { subject, key, claim, expires } = *call;
        if !claim.is_zero() {
            self.check_not_paused()?;
            let current = instant(self.now);
            require(expires >= current, Abi::InvalidExpiry { expires, current })?;
        }
        let made = Attestation { claim, issued: self.now, expires: expires.to() };
        self.registry.attestations.insert((subject, caller, key), made);
        Ok(vec![self.emit(&Abi::Attested { subject, attester: caller, key, claim, expires })].into())
    }

    /// `revokeAttester`: claims to come stay valid, and what is void stays void.
    pub fn revoke_attester(&mut self, caller: Address, attester: Address, before: u64) -> Outcome {
        self.check_guardian(caller)?;
        let before = before.min(self.now + 1).max(self.voided_before(attester));
        self.registry.voided.insert(attester, before);
        Ok(vec![self.emit(&Abi::AttesterRevoked { attester, before: instant(before) })].into())
    }

    /// `attestation`, and whether it is valid.
    pub fn attestation(&self, subject: B256, attester: Address, key: B256) -> (Attestation, bool) {
        let made = self.registry.attestations.get(&(subject, attester, key)).copied().unwrap_or_default();
        let voided = self.voided_before(attester);
        (made, !made.claim.is_zero() && self.now <= made.expires && made.issued >= voided)
    }

    /// Returns before which second an attester's claims are void.
    pub fn voided_before(&self, attester: Address) -> u64 {
        self.registry.voided.get(&attester).copied().unwrap_or_default()
    }
}
