//! What a provider signs when it delivers, and how others check it.

use aia_protocol::{
    receipt::{DOMAIN_NAME, DOMAIN_VERSION, JobReceipt, domain_separator},
    signature, typed_data,
};
use alloy::{
    primitives::{Address, B256, Bytes, Signature, keccak256},
    signers::SignerSync,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{Error, Result};

/// Members of the EIP-712 domain, in their order.
const DOMAIN_MEMBERS: [(&str, &str); 4] =
    [("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")];

/// Members of a receipt, in their order.
const RECEIPT_MEMBERS: [(&str, &str); 12] = [
    ("jobId", "bytes32"),
    ("provider", "address"),
    ("consumer", "address"),
    ("listingId", "uint64"),
    ("modelHash", "bytes32"),
    ("requestHash", "bytes32"),
    ("resultHash", "bytes32"),
    ("fingerprint", "bytes32"),
    ("unitsIn", "uint64"),
    ("unitsOut", "uint64"),
    ("price", "uint128"),
    ("completedAt", "uint64"),
];

/// Draws the id of a job, at random.
///
/// The provider draws it, never the consumer: a provider that signs two results for one request of one consumer under
/// one id loses stake, and a model seldom answers twice alike.
/// Were the id the consumer's choice, it could repeat an old one and have the provider convict itself.
pub fn new_job_id() -> B256 {
    rand::random::<[u8; 32]>().into()
}

/// A job as the provider did it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job<'a> {
    /// A new one of [`new_job_id`].
    pub id: B256,
    /// The account that has the stake; its signer is another key.
    pub provider: Address,
    /// Who asked, and may rate.
    pub consumer: Address,
    /// What was ordered.
    pub listing_id: u64,
    /// Hash of the model's weights.
    pub model_hash: B256,
    /// The request, exactly as it came.
    pub request: &'a [u8],
    /// The response, exactly as it went, with the sampling parameters in it.
    pub response: &'a [u8],
    /// By which the computation can be checked; zero if there is none.
    pub fingerprint: B256,
    /// Consumed, in the listing's units.
    pub units_in: u64,
    /// Produced, in the listing's units.
    pub units_out: u64,
    /// Base units.
    pub price: u128,
    /// Unix seconds.
    pub completed_at: u64,
}

impl Job<'_> {
    /// Returns the receipt, with keccak256 of the request's and the response's bytes.
    pub fn receipt(&self) -> JobReceipt {
        JobReceipt {
            job_id: self.id,
            provider: self.provider,
            consumer: self.consumer,
            listing_id: self.listing_id,
            model_hash: self.model_hash,
            request_hash: keccak256(self.request),
            result_hash: keccak256(self.response),
            fingerprint: self.fingerprint,
            units_in: self.units_in,
            units_out: self.units_out,
            price: self.price,
            completed_at: self.completed_at,
        }
    }
}

/// The registry that receipts are signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Domain {
    /// Its chain.
    #[serde(with = "alloy::serde::quantity")]
    pub chain_id: u64,
    /// Its address.
    pub registry: Address,
}

impl Domain {
    /// Returns the digest that is signed.
    pub fn digest(&self, receipt: &JobReceipt) -> B256 {
        typed_data::digest(domain_separator(self.chain_id, self.registry), receipt.struct_hash())
    }

    /// Returns a receipt as wallets take it in `eth_signTypedData_v4`.
    pub fn typed_data(&self, receipt: &JobReceipt) -> Value {
        json!({
            "types": { "EIP712Domain": members(&DOMAIN_MEMBERS), "JobReceipt": members(&RECEIPT_MEMBERS) },
            "primaryType": "JobReceipt",
            "domain": {
                "name": DOMAIN_NAME,
                "version": DOMAIN_VERSION,
                "chainId": self.chain_id,
                "verifyingContract": self.registry,
            },
            "message": message(receipt),
        })
    }
}

/// Renders members as EIP-712's JSON has them.
fn members(list: &[(&str, &str)]) -> Vec<Value> {
    list.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect()
}

/// Renders a receipt with decimal numbers, which wallets show as they are.
fn message(receipt: &JobReceipt) -> Value {
    json!({
        "jobId": receipt.job_id,
        "provider": receipt.provider,
        "consumer": receipt.consumer,
        "listingId": receipt.listing_id.to_string(),
        "modelHash": receipt.model_hash,
        "requestHash": receipt.request_hash,
        "resultHash": receipt.result_hash,
        "fingerprint": receipt.fingerprint,
        "unitsIn": receipt.units_in.to_string(),
        "unitsOut": receipt.units_out.to_string(),
        "price": receipt.price.to_string(),
        "completedAt": receipt.completed_at.to_string(),
    })
}

/// A receipt with the provider's signature, as it is stored and handed to the consumer. Its JSON has hex strings only.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct SignedReceipt {
    /// What is signed.
    #[serde(with = "ReceiptForm")]
    pub receipt: JobReceipt,
    /// `r ‖ s ‖ v`, or whatever the signer takes for a signature if it is a contract.
    pub signature: Bytes,
}

impl SignedReceipt {
    /// Signs a receipt. Providers go through [`ReceiptBook`](crate::ReceiptBook) instead, which remembers.
    ///
    /// # Errors
    /// [`Error::Signer`].
    pub fn sign(receipt: JobReceipt, domain: &Domain, signer: &(impl SignerSync + ?Sized)) -> Result<Self> {
        // Contracts refuse a high `s`, which some signers return.
        let signature = signer.sign_hash_sync(&domain.digest(&receipt))?.normalized_s();
        Ok(Self { receipt, signature: signature.as_bytes().into() })
    }

    /// Returns the key that signed, by the rules of the contracts.
    ///
    /// # Errors
    /// [`Error::MalformedSignature`].
    pub fn recover(&self, domain: &Domain) -> Result<Address> {
        signature::Signature::from_bytes(&self.signature).map_err(|_| Error::MalformedSignature)?;
        let signature = Signature::from_raw(&self.signature).map_err(|_| Error::MalformedSignature)?;
        signature.recover_address_from_prehash(&domain.digest(&self.receipt)).map_err(|_| Error::MalformedSignature)
    }

    /// Checks that `signer` signed. For a signer that is a contract ask it itself, by ERC-1271.
    ///
    /// # Errors
    /// [`Error::MalformedSignature`], [`Error::WrongSigner`].
    pub fn verify(&self, domain: &Domain, signer: Address) -> Result<()> {
        let recovered = self.recover(domain)?;
        if recovered == signer { Ok(()) } else { Err(Error::WrongSigner { expected: signer, recovered }) }
    }

    /// Whether the receipt's time lies within `tolerance` seconds of `now`: what a consumer checks on delivery, because
    /// old receipts prove no equivocation.
    pub fn is_timely(&self, now: u64, tolerance: u64) -> bool {
        self.receipt.completed_at.abs_diff(now) <= tolerance
    }

    /// Whether the receipt is about these bytes: what a consumer checks against what it sent and got.
    pub fn covers(&self, request: &[u8], response: &[u8]) -> bool {
        (self.receipt.request_hash, self.receipt.result_hash) == (keccak256(request), keccak256(response))
    }
}

/// How a receipt is written in JSON.
#[derive(Serialize, Deserialize)]
#[serde(remote = "JobReceipt", rename_all = "camelCase", deny_unknown_fields)]
struct ReceiptForm {
    job_id: B256,
    provider: Address,
    consumer: Address,
    #[serde(with = "alloy::serde::quantity")]
    listing_id: u64,
    model_hash: B256,
    request_hash: B256,
    result_hash: B256,
    fingerprint: B256,
    #[serde(with = "alloy::serde::quantity")]
    units_in: u64,
    #[serde(with = "alloy::serde::quantity")]
    units_out: u64,
    #[serde(with = "alloy::serde::quantity")]
    price: u128,
    #[serde(with = "alloy::serde::quantity")]
    completed_at: u64,
}

#[cfg(test)]
mod tests {
    use aia_protocol::{receipt::JOB_RECEIPT_TYPEHASH, typed_data::DOMAIN_TYPEHASH};

    use super::*;

    #[test]
    fn the_members_for_wallets_are_those_of_the_types() {
        let hash = |name: &str, members: &[(&str, &str)]| {
            let members: Vec<_> = members.iter().map(|(name, kind)| format!("{kind} {name}")).collect();
            keccak256(format!("{name}({})", members.join(",")))
        };
        assert_eq!(hash("JobReceipt", &RECEIPT_MEMBERS), JOB_RECEIPT_TYPEHASH);
        assert_eq!(hash("EIP712Domain", &DOMAIN_MEMBERS), DOMAIN_TYPEHASH);
    }
}
