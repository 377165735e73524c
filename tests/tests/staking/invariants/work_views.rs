//! What the registry tells of listings, receipts and attestations, beside the model.

use aia_abi::{IDisputeCourt, IProviderRegistry as Abi};
use aia_model::registry::{equivocation_fault, model::Committed, ops::STAKERS, tree};
use alloy::{
    primitives::{Address, B256, U256},
    sol_types::SolStruct,
};
use eyre::{OptionExt, Result, ensure};
use rand::Rng;

use crate::invariants::{Run, views::same};

/// How many of each kind are looked at each time.
const SAMPLES: usize = 4;

impl Run<'_> {
    pub(crate) fn compare_work(&mut self) -> Result<()> {
        for _ in 0..SAMPLES {
            self.compare_listing()?;
            self.compare_batch()?;
            self.compare_attestation()?;
        }
        Ok(())
    }

    fn compare_listing(&mut self) -> Result<()> {
        let count = self.model.registry.listings.len() as u64;
        if count == 0 {
            return Ok(());
        }
        let id = self.rng.random_range(1..=count);
        same(&self.live.registry(&Abi::listingCall { id })?, &self.model.registry.listings[&id], "listing")
    }

    fn compare_batch(&mut self) -> Result<()> {
        let count = self.model.registry.batches.len();
        if count == 0 {
            return Ok(());
        }
        let place = self.rng.random_range(0..count);
        let ((account, seq), committed) = self.model.registry.batches.iter().nth(place).ok_or_eyre("no such batch")?;
        let (account, seq, committed) = (*account, *seq, committed.clone());
        let seen = self.live.registry(&Abi::batchOfCall { account, seq })?;
        same(seen.rated, committed.rated, "sum of prices rated")?;
        ensure!(!seen.commitment.is_zero(), "batch {seq} of {account} is not there");
        let next = self.model.registry.profiles[&account].batches;
        let none = self.live.registry(&Abi::batchOfCall { account, seq: next })?;
        ensure!(none.commitment.is_zero() && none.rated.is_zero(), "batch {next} of {account} is there");
        self.compare_receipts(account, &committed)
    }

    fn compare_receipts(&mut self, account: Address, committed: &Committed) -> Result<()> {
        let receipts = tree::receipts(account, committed.cid, &self.model.actors[..STAKERS]);
        let place = self.rng.random_range(0..receipts.len());
        let (receipt, index) = (&receipts[place], u32::try_from(place)?);
        let (batch, proof) = (committed.batch.clone(), tree::proof(&receipts, place));
        let rated = self.model.registry.rated.contains(&(account, batch.seq, index));
        same(self.live.registry(&Abi::isRatedCall { account, seq: batch.seq, index })?, rated, "rated")?;
        let digest = self.live.registry(&Abi::receiptDigestCall { receipt: receipt.clone() })?;
        same(digest, receipt.eip712_signing_hash(&self.wallet.domain), "digest of a receipt")?;
        for (leaf, index) in [(tree::leaf(receipt), index), (tree::leaf(receipt), index ^ 1), (B256::ZERO, index)] {
            let expected = tree::verify(batch.root, batch.count, leaf, index, &proof);
            let call = Abi::verifyReceiptCall { account, batch: batch.clone(), leaf, index, proof: proof.clone() };
            same(self.live.registry(&call)?, expected, "place of a receipt")?;
        }
        let (consumer, job) = (receipt.consumer, receipt.jobId);
        let fault = self.live.court(&IDisputeCourt::equivocationFaultCall { consumer, jobId: job })?;
        same(fault, equivocation_fault(consumer, job), "name of an equivocation")
    }

    fn compare_attestation(&mut self) -> Result<()> {
        let made = &self.model.registry.attestations;
        let somebody = self.model.actors[self.rng.random_range(0..STAKERS)];
        let place = self.rng.random_range(0..=made.len());
        let never = (B256::ZERO, somebody, B256::repeat_byte(9));
        let (subject, attester, key) = made.keys().nth(place).copied().unwrap_or(never);
        let seen = self.live.registry(&Abi::attestationCall { subject, attester, key })?;
        let (expected, valid) = self.model.attestation(subject, attester, key);
        same((seen.claim, seen.valid), (expected.claim, valid), "attestation")?;
        if !expected.claim.is_zero() {
            let instants = (U256::from(seen.issued), U256::from(seen.expires));
            same(instants, (U256::from(expected.issued), U256::from(expected.expires)), "time of an attestation")?;
        }
        Ok(())
    }
}
