//! What a provider signs when it delivers.

use alloy_primitives::{Address, B256, b256, keccak256};

use crate::typed_data::{self, hash_words};

/// Name of the EIP-712 domain under which receipts are signed; the contract is the registry.
pub const DOMAIN_NAME: &str = "AIA Provider Registry";
/// Version of that domain.
pub const DOMAIN_VERSION: &str = "1";

/// Typehash of `JobReceipt(bytes32 jobId,address provider,address consumer,uint64 listingId,bytes32 modelHash,bytes32
/// requestHash,bytes32 resultHash,bytes32 fingerprint,uint64 unitsIn,uint64 unitsOut,uint128 price,uint64 completedAt)`.
pub const JOB_RECEIPT_TYPEHASH: B256 = b256!("4e99c3d15dc83effa5483cb5e51a5b8bf78e9892e17885385201eeff45fd41a9");

/// A job done, as `IProviderRegistry.JobReceipt` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // told once, in the interface
pub struct JobReceipt {
    pub job_id: B256,
    pub provider: Address,
    pub consumer: Address,
    pub listing_id: u64,
    pub model_hash: B256,
    pub request_hash: B256,
    pub result_hash: B256,
    pub fingerprint: B256,
    pub units_in: u64,
    pub units_out: u64,
    /// Base units.
    pub price: u128,
    /// Unix seconds.
    pub completed_at: u64,
}

impl JobReceipt {
    /// Returns the hash of the struct, as EIP-712 defines it.
    pub fn struct_hash(&self) -> B256 {
        hash_words(&[
            JOB_RECEIPT_TYPEHASH,
            self.job_id,
            self.provider.into_word(),
            self.consumer.into_word(),
            uint(self.listing_id.into()),
            self.model_hash,
            self.request_hash,
            self.result_hash,
            self.fingerprint,
            uint(self.units_in.into()),
            uint(self.units_out.into()),
            uint(self.price),
            uint(self.completed_at.into()),
        ])
    }

    /// Returns the leaf of a batch: hashed once more, so that it has another length than a pair of nodes.
    pub fn leaf(&self) -> B256 {
        keccak256(self.struct_hash())
    }

    /// Returns what is signed for a registry.
    pub fn digest(&self, chain_id: u64, registry: Address) -> B256 {
        typed_data::digest(domain_separator(chain_id, registry), self.struct_hash())
    }

    /// Whether both together prove that the provider gave two results for one job.
    ///
    /// Consumer and request must agree too, so that nobody can trick a provider into it by choosing another's job id.
    pub fn conflicts_with(&self, other: &Self) -> bool {
        let job = |receipt: &Self| (receipt.provider, receipt.consumer, receipt.job_id, receipt.request_hash);
        job(self) == job(other) && self.result_hash != other.result_hash
    }
}

/// Encodes an integer as one word.
#[inline(never)] // one copy serves all members
fn uint(value: u128) -> B256 {
    let mut word = B256::ZERO;
    word[16..].copy_from_slice(&value.to_be_bytes());
    word
}

/// Returns the separator of a registry's domain.
pub fn domain_separator(chain_id: u64, registry: Address) -> B256 {
    typed_data::domain_separator(keccak256(DOMAIN_NAME), keccak256(DOMAIN_VERSION), chain_id, registry)
}

/// Returns the fault that an equivocation about a job is: the hash of the word "Equivocation", the consumer and the job.
pub fn equivocation_fault(consumer: Address, job_id: B256) -> B256 {
    hash_words(&[keccak256("Equivocation"), consumer.into_word(), job_id])
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    fn receipt() -> JobReceipt {
        JobReceipt {
            job_id: B256::with_last_byte(1),
            provider: Address::with_last_byte(2),
            consumer: Address::with_last_byte(3),
            listing_id: 4,
            model_hash: B256::with_last_byte(5),
            request_hash: B256::with_last_byte(6),
            result_hash: B256::with_last_byte(7),
            fingerprint: B256::with_last_byte(8),
            units_in: 9,
            units_out: 10,
            price: 11,
            completed_at: 12,
        }
    }

    #[test]
    fn the_typehash_is_the_hash_of_the_type() {
        let members = "bytes32 jobId,address provider,address consumer,uint64 listingId,bytes32 modelHash,\
                       bytes32 requestHash,bytes32 resultHash,bytes32 fingerprint,uint64 unitsIn,uint64 unitsOut,\
                       uint128 price,uint64 completedAt";
        assert_eq!(JOB_RECEIPT_TYPEHASH, keccak256(std::format!("JobReceipt({members})")));
    }

    #[test]
    fn only_another_result_for_the_same_job_conflicts() {
        let other = JobReceipt { result_hash: B256::with_last_byte(70), ..receipt() };
        assert!(receipt().conflicts_with(&other));
        assert!(!receipt().conflicts_with(&receipt()));
        for same in [
            JobReceipt { job_id: B256::ZERO, ..other },
            JobReceipt { provider: Address::ZERO, ..other },
            JobReceipt { consumer: Address::ZERO, ..other },
            JobReceipt { request_hash: B256::ZERO, ..other },
        ] {
            assert!(!receipt().conflicts_with(&same));
        }
    }

    #[test]
    fn prices_and_units_alone_are_no_conflict() {
        let dearer = JobReceipt { price: 100, units_out: 100, completed_at: 100, ..receipt() };
        assert!(!receipt().conflicts_with(&dearer));
    }
}
