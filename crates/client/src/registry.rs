//! The provider registry, as providers and consumers call it.

use aia_abi::IProviderRegistry::{self, BatchCommitted, IProviderRegistryInstance};
use alloy::{
    primitives::{Address, B256, FixedBytes, U256, aliases::U48},
    providers::Provider,
    rpc::types::TransactionReceipt,
};

use crate::{
    Batch, Domain, Error, JobReceipt, Result,
    chain::{event, mined},
};

/// The members of a batch as the registry committed them; whoever rates must name them.
pub type Committed = IProviderRegistry::Batch;

/// A registry behind a connection, whose wallet signs the transactions.
#[derive(Clone, Debug)]
pub struct Registry<P> {
    contract: IProviderRegistryInstance<P>,
}

/// What consumers think of a provider.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reputation {
    /// How many ratings there are.
    pub ratings: U256,
    /// Sum of the prices that were rated, base units; free batches count nothing.
    pub weight: U256,
    /// Sum of price times score.
    pub weighted_score: U256,
}

impl Reputation {
    /// Returns the average score, rounded down, 0 to 100; `None` if nothing of weight was rated.
    pub fn score(&self) -> Option<U256> {
        self.weighted_score.checked_div(self.weight)
    }
}

impl<P: Provider> Registry<P> {
    /// Returns the registry at an address.
    pub fn new(address: Address, provider: P) -> Self {
        Self { contract: IProviderRegistry::new(address, provider) }
    }

    /// Returns the contract, for everything that is not here.
    pub fn contract(&self) -> &IProviderRegistryInstance<P> {
        &self.contract
    }

    /// Returns what receipts for this registry are signed under.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn domain(&self) -> Result<Domain> {
        let chain_id = self.contract.provider().get_chain_id().await.map_err(alloy::contract::Error::from)?;
        Ok(Domain { chain_id, registry: *self.contract.address() })
    }

    /// Commits a batch of the caller's; publish its file before or right after.
    ///
    /// The fee is a part of the value, `batchFeeBps`, burned from the caller's tokens by allowance.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Failed`], [`Error::MissingEvent`], [`Error::Node`].
    pub async fn commit(&self, batch: &Batch) -> Result<Committed> {
        let call = self.contract.commitBatch(batch.root(), batch.count(), batch.value(), batch.cid().digest);
        let event: BatchCommitted = event(&mined(&call).await?, *self.contract.address())?;
        Ok(members(&event))
    }

    /// Returns a batch as its event tells it, looked for from block `from_block` on, and the digest of its file.
    ///
    /// # Errors
    /// [`Error::UnknownBatch`], [`Error::Node`].
    pub async fn committed(&self, provider: Address, seq: u64, from_block: u64) -> Result<(Committed, B256)> {
        let filter = self.contract.BatchCommitted_filter().from_block(from_block);
        let filter = filter.topic1(provider.into_word()).topic2(B256::from(U256::from(seq)));
        let events = filter.query().await?;
        let (event, _) = events.first().ok_or(Error::UnknownBatch { provider, seq })?;
        Ok((members(event), event.cid))
    }

    /// Rates the caller's receipt at `index` of a batch, once, from 0 to 100.
    ///
    /// # Errors
    /// [`Error::WrongRoot`] if the file is not that of the committed batch, [`Error::NoReceipt`], [`Error::Refused`],
    /// [`Error::Failed`], [`Error::Node`].
    pub async fn rate(
        &self,
        committed: &Committed,
        batch: &Batch,
        index: u32,
        score: u8,
    ) -> Result<TransactionReceipt> {
        batch.check_root(committed.root)?;
        let (receipt, proof) = (abi_receipt(&batch.receipt(index)?.receipt), batch.proof(index)?);
        mined(&self.contract.rate(committed.clone(), receipt, index, score, proof)).await
    }

    /// Returns what consumers think of a provider.
    ///
    /// # Errors
    /// [`Error::Node`].
    pub async fn reputation(&self, provider: Address) -> Result<Reputation> {
        let told = self.contract.reputation(provider).call().await?;
        Ok(Reputation { ratings: told.ratings, weight: told.weight, weighted_score: told.weightedScore })
    }

    /// Claims something about a subject under a key of the caller's, until the end of second `expires`.
    ///
    /// `claim` is an address or the first 20 bytes of a hash; zero revokes.
    /// Instants of 2^48 and later count as 2^48 - 1.
    ///
    /// # Errors
    /// [`Error::Refused`], [`Error::Failed`], [`Error::Node`].
    pub async fn attest(
        &self,
        subject: B256,
        key: B256,
        claim: FixedBytes<20>,
        expires: u64,
    ) -> Result<TransactionReceipt> {
        mined(&self.contract.attest(subject, key, claim, U48::saturating_from(expires))).await
    }
}

/// Returns a receipt as the registry takes it.
pub fn abi_receipt(receipt: &JobReceipt) -> IProviderRegistry::JobReceipt {
    IProviderRegistry::JobReceipt {
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

/// Returns the members of a batch from its event.
fn members(event: &BatchCommitted) -> Committed {
    Committed { seq: event.seq, root: event.root, count: event.count, value: event.value, fee: event.fee }
}

#[cfg(test)]
mod tests {
    use alloy::{
        providers::{ProviderBuilder, mock::Asserter},
        rpc::types::Log,
        sol_types::{SolCall, SolEvent},
    };

    use super::*;

    const REGISTRY: Address = Address::repeat_byte(0x11);
    const PROVIDER: Address = Address::repeat_byte(0x22);

    #[test]
    fn the_average_is_by_weight() {
        let reputation = |weight: u64, weighted_score: u64| Reputation {
            ratings: U256::from(2),
            weight: U256::from(weight),
            weighted_score: U256::from(weighted_score),
        };
        assert_eq!(reputation(3, 290).score(), Some(U256::from(96)));
        assert_eq!(reputation(0, 0).score(), None);
    }

    #[tokio::test]
    async fn a_committed_batch_is_found_by_its_event() {
        let node = Asserter::new();
        let registry = Registry::new(REGISTRY, ProviderBuilder::new().connect_mocked_client(node.clone()));
        let (root, cid) = (B256::repeat_byte(3), B256::repeat_byte(4));
        let event = BatchCommitted { provider: PROVIDER, seq: 7, root, count: 40, value: 1_000, fee: 10, cid };
        let inner = alloy::primitives::Log { address: REGISTRY, data: event.encode_log_data() };
        node.push_success(&[Log { inner, ..Default::default() }]);
        let committed = Committed { seq: 7, root, count: 40, value: 1_000, fee: 10 };
        assert_eq!(registry.committed(PROVIDER, 7, 0).await.expect("found"), (committed, cid));

        node.push_success(&Vec::<Log>::new());
        let missing = registry.committed(PROVIDER, 8, 0).await.expect_err("not there");
        assert!(matches!(missing, Error::UnknownBatch { seq: 8, .. }), "{missing}");
    }

    #[tokio::test]
    async fn reputation_and_domain_are_read() {
        let node = Asserter::new();
        let registry = Registry::new(REGISTRY, ProviderBuilder::new().connect_mocked_client(node.clone()));
        let words = [1_u64, 2, 3].map(U256::from);
        let told = IProviderRegistry::reputationReturn { ratings: words[0], weight: words[1], weightedScore: words[2] };
        let answer = IProviderRegistry::reputationCall::abi_encode_returns(&told);
        node.push_success(&alloy::primitives::Bytes::from(answer));
        let [ratings, weight, weighted_score] = words;
        let expected = Reputation { ratings, weight, weighted_score };
        assert_eq!(registry.reputation(PROVIDER).await.expect("answered"), expected);

        node.push_success(&U256::from(412_346));
        assert_eq!(registry.domain().await.expect("answered"), Domain { chain_id: 412_346, registry: REGISTRY });
    }
}
