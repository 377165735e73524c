//! Receipts as providers sign them and trees as they commit them, by alloy's own EIP-712: independent of `aia-protocol`.

use aia_abi::{
    IDisputeCourt::{self, EquivocationProven},
    IProviderRegistry::{Batch, BatchCommitted, JobReceipt},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{Eip712Domain, SolStruct, eip712_domain},
};
use eyre::{OptionExt, Result};

use crate::{
    signing::sign_in,
    staking::{Staking, aia, emitted},
};

/// Where the receipts of every batch can be read.
pub const CID: B256 = B256::repeat_byte(0xc1);

/// A Merkle tree over receipts, filled up with zero leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tree {
    /// From the leaves to the root.
    levels: Vec<Vec<B256>>,
}

impl Tree {
    /// Grows a tree over at least one receipt.
    pub fn new(receipts: &[JobReceipt]) -> Self {
        let mut leaves: Vec<B256> = receipts.iter().map(leaf).collect();
        leaves.resize(leaves.len().next_power_of_two(), B256::ZERO);
        let mut levels = vec![leaves];
        while let Some(children) = levels.last().filter(|level| level.len() > 1) {
            let parents = children.chunks(2).map(|pair| keccak256(pair.concat())).collect();
            levels.push(parents);
        }
        Self { levels }
    }

    /// Returns the root.
    pub fn root(&self) -> B256 {
        self.levels[self.levels.len() - 1][0]
    }

    /// Returns the siblings on the way from a leaf to the root.
    pub fn proof(&self, index: usize) -> Vec<B256> {
        let inner = self.levels.len() - 1;
        self.levels[..inner].iter().enumerate().map(|(height, level)| level[(index >> height) ^ 1]).collect()
    }
}

/// Returns the leaf of a receipt: the hash of its hash.
pub fn leaf(receipt: &JobReceipt) -> B256 {
    keccak256(receipt.eip712_hash_struct())
}

/// Returns the same receipt as the court's interface has it.
pub fn for_court(receipt: &JobReceipt) -> IDisputeCourt::JobReceipt {
    IDisputeCourt::JobReceipt {
        jobId: receipt.jobId,
        provider: receipt.provider,
        consumer: receipt.consumer,
        listingId: receipt.listingId,
        modelHash: receipt.modelHash,
        requestHash: receipt.requestHash,
        resultHash: receipt.resultHash,
        fingerprint: receipt.fingerprint,
        unitsIn: receipt.unitsIn,
        unitsOut: receipt.unitsOut,
        price: receipt.price,
        completedAt: receipt.completedAt,
    }
}

impl Staking {
    /// Returns a receipt for a job that is done now.
    pub fn receipt(&self, provider: Address, consumer: Address, job: u8, price: U256) -> JobReceipt {
        JobReceipt {
            jobId: B256::with_last_byte(job),
            provider,
            consumer,
            listingId: 1,
            modelHash: B256::repeat_byte(0x30),
            requestHash: B256::repeat_byte(0x4e),
            resultHash: B256::repeat_byte(0x5e),
            fingerprint: B256::ZERO,
            unitsIn: 1000,
            unitsOut: 200,
            price: price.to(),
            completedAt: self.net.now(),
        }
    }

    /// Returns two receipts for one job that is done now, with two results.
    pub fn conflict(&self, provider: Address, consumer: Address, job: u8) -> [JobReceipt; 2] {
        let receipt = self.receipt(provider, consumer, job, aia(1));
        let other = JobReceipt { resultHash: B256::repeat_byte(0x66), ..receipt.clone() };
        [receipt, other]
    }

    /// Lets somebody prove that a provider signed both receipts, and returns the dispute that waits for its execution.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn expose(
        &self,
        reporter: &PrivateKeySigner,
        provider: &PrivateKeySigner,
        receipts: &[JobReceipt; 2],
    ) -> Result<U256> {
        let (court, [a, b]) = (self.court_as(reporter)?, receipts);
        let (of_a, of_b) = (self.sign_receipt(provider, a)?, self.sign_receipt(provider, b)?);
        let (signer, [a, b]) = (provider.address(), [a, b].map(for_court));
        let receipt = self.net.send(&court.proveEquivocation(self.registry, signer, a, b, of_a, of_b)).await?;
        let proven = emitted::<EquivocationProven>(&receipt, self.court);
        Ok(proven.first().ok_or_eyre("nothing was proven")?.id)
    }

    /// Returns the domain under which receipts are signed.
    pub fn receipt_domain(&self) -> Eip712Domain {
        let (chain_id, registry) = (self.net.api.chain().config().chain_id, self.registry);
        eip712_domain! {
            name: "AIA Provider Registry",
            version: "1",
            chain_id: chain_id,
            verifying_contract: registry,
        }
    }

    /// Signs a receipt.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn sign_receipt(&self, signer: &PrivateKeySigner, receipt: &JobReceipt) -> Result<Bytes> {
        Ok(sign_in(&self.receipt_domain(), signer, receipt)?.bytes())
    }

    /// Commits receipts of a provider, declared to be worth `value`, and returns the batch.
    ///
    /// # Errors
    /// When the transaction fails.
    pub async fn commit(&self, provider: &PrivateKeySigner, receipts: &[JobReceipt], value: U256) -> Result<Batch> {
        let registry = self.registry_as(provider)?;
        let (root, count) = (Tree::new(receipts).root(), u32::try_from(receipts.len())?);
        let receipt = self.net.send(&registry.commitBatch(root, count, value.to(), CID)).await?;
        let committed = emitted::<BatchCommitted>(&receipt, self.registry);
        let BatchCommitted { seq, root, count, value, fee, .. } = *committed.first().ok_or_eyre("no batch")?;
        Ok(Batch { seq, root, count, value, fee })
    }
}
