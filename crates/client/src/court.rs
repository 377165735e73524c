//! The dispute court, as those call it who were wronged.

use aia_abi::IDisputeCourt::{self, DisputeOpened, IDisputeCourtInstance};
use alloy::{
    eips::BlockNumberOrTag,
    primitives::{Address, B256, U256, aliases::U48},
    providers::Provider,
};

use crate::{
    Cid, Dispute, Error, JobReceipt, Result, SignedReceipt,
    chain::{event, mined},
    dispute::Status,
};

/// A court behind a connection, whose wallet signs the transactions.
#[derive(Clone, Debug)]
pub struct Court<P> {
    contract: IDisputeCourtInstance<P>,
}

/// What is to be disputed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewDispute {
    /// The registry.
    pub target: Address,
    /// Who is accused.
    pub provider: Address,
    /// The service concerned; one that has an arbitrator.
    pub service: u32,
    /// Names the fault: the same for everybody who disputes it.
    pub fault: B256,
    /// What is to be slashed, basis points: 1 to the service's most.
    pub bps: u16,
    /// The harmed consumer, who gets a part.
    pub victim: Option<Address>,
    /// When it happened, Unix seconds; 2^48 and later count as 2^48 - 1.
    pub fault_at: u64,
}

/// A dispute that was opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Opened {
    /// Its number.
    pub id: U256,
    /// Under which its evidence must be published.
    pub evidence: Cid,
}

impl<P: Provider> Court<P> {
    /// Returns the court at an address.
    pub fn new(address: Address, provider: P) -> Self {
        Self { contract: IDisputeCourt::new(address, provider) }
    }

    /// Returns the contract, for everything that is not here.
    pub fn contract(&self) -> &IDisputeCourtInstance<P> {
        &self.contract
    }

    /// Opens a dispute with a document that shows the fault; publish it under the id that is returned.
    ///
    /// The bond, which `serviceTerms` tells, is taken from the caller by allowance.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Failed`], [`Error::MissingEvent`], [`Error::Node`].
    pub async fn open(&self, dispute: &NewDispute, evidence: &[u8]) -> Result<Opened> {
        let NewDispute { target, provider, service, fault, bps, victim, fault_at } = *dispute;
        let (victim, fault_at) = (victim.unwrap_or_default(), U48::saturating_from(fault_at));
        let evidence = Cid::of(evidence);
        let subject = provider.into_word();
        let call = self.contract.openDispute(target, subject, service, fault, evidence.digest, bps, victim, fault_at);
        let opened: DisputeOpened = event(&mined(&call).await?, *self.contract.address())?;
        Ok(Opened { id: opened.id, evidence })
    }

    /// Adds a document to a dispute that is not over; publish it under the id that is returned.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Failed`], [`Error::Node`].
    pub async fn submit_evidence(&self, id: U256, document: &[u8]) -> Result<Cid> {
        let evidence = Cid::of(document);
        mined(&self.contract.submitEvidence(id, evidence.digest)).await?;
        Ok(evidence)
    }

    /// Proves that `signer`, a key of the provider's, signed two results for one job; returns the dispute's number.
    ///
    /// # Errors
    /// [`Error::NoEquivocation`] before anything is sent, [`Error::Refused`], [`Error::Failed`],
    /// [`Error::MissingEvent`], [`Error::Node`].
    pub async fn prove_equivocation(
        &self,
        target: Address,
        signer: Address,
        a: &SignedReceipt,
        b: &SignedReceipt,
    ) -> Result<U256> {
        if !a.receipt.conflicts_with(&b.receipt) {
            return Err(Error::NoEquivocation);
        }
        let [(a, by_a), (b, by_b)] = [a, b].map(|signed| (abi_receipt(&signed.receipt), signed.signature.clone()));
        let call = self.contract.proveEquivocation(target, signer, a, b, by_a, by_b);
        let opened: DisputeOpened = event(&mined(&call).await?, *self.contract.address())?;
        Ok(opened.id)
    }

    /// Returns a dispute as it stands.
    ///
    /// # Errors
    /// [`Error::UnknownDispute`], [`Error::UnknownStatus`], [`Error::Refused`], [`Error::Node`].
    pub async fn dispute(&self, id: U256) -> Result<Dispute> {
        Dispute::read(id, self.contract.dispute(id).call().await?)
    }

    /// Executes a dispute if the time of the latest block allows it, and returns how it ended.
    ///
    /// `None` if it is over already or still waits.
    ///
    /// # Errors
    /// As [`dispute`](Self::dispute); [`Error::Failed`], [`Error::NoBlock`].
    pub async fn execute_if_due(&self, id: U256) -> Result<Option<Status>> {
        if !self.dispute(id).await?.is_due(self.now().await?) {
            return Ok(None);
        }
        mined(&self.contract.execute(id)).await?;
        Ok(Some(self.dispute(id).await?.status))
    }

    /// Returns the time of the latest block, Unix seconds.
    async fn now(&self) -> Result<u64> {
        let block = self.contract.provider().get_block_by_number(BlockNumberOrTag::Latest).await;
        let block = block.map_err(alloy::contract::Error::from)?.ok_or(Error::NoBlock)?;
        Ok(block.header.timestamp)
    }
}

/// Returns a receipt as the court takes it.
pub fn abi_receipt(receipt: &JobReceipt) -> IDisputeCourt::JobReceipt {
    IDisputeCourt::JobReceipt {
        jobId: receipt.job_id,
        provider: receipt.provider,
        consumer: receipt.consumer,
        listingId: receipt.listing_id,
        modelHash: receipt.model_hash,
        requestHash: receipt.request_hash,
        resultHash: receipt.result_hash,
        fingerprint: receipt.fingerprint,
        unitsIn: receipt.units_in,
        unitsOut: receipt.units_out,
        price: receipt.price,
        completedAt: receipt.completed_at,
    }
}

#[cfg(test)]
mod tests {
    use alloy::{
        primitives::Bytes,
        providers::{ProviderBuilder, mock::Asserter},
        rpc::types::{Block, Header},
        sol_types::SolCall,
    };

    use super::*;
    use crate::dispute::tests::terms;

    const ID: U256 = U256::ONE;

    /// Lets a node tell of a dispute, and of the time.
    fn told(node: &Asserter, terms: &IDisputeCourt::Dispute, time: u64) {
        node.push_success(&Bytes::from(IDisputeCourt::disputeCall::abi_encode_returns(terms)));
        let block: Block =
            Block::empty(Header::new(alloy::consensus::Header { timestamp: time, ..Default::default() }));
        node.push_success(&block);
    }

    #[tokio::test]
    async fn nothing_is_executed_too_early_or_twice() {
        let node = Asserter::new();
        let court = Court::new(Address::ZERO, ProviderBuilder::new().connect_mocked_client(node.clone()));
        for (status, time) in [(1, 100), (2, 100), (3, 101)] {
            told(&node, &terms(status, 100), time);
            assert_eq!(court.execute_if_due(ID).await.expect("answered"), None, "{status}");
        }
        // Nothing more is asked of the node.
        assert!(node.pop_response().is_none());
    }
}
