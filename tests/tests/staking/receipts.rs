//! Work that is committed by the batch, and consumers who rate it.

use aia_abi::IProviderRegistry as R;
use aia_tests::{
    actions::{assert_events, event},
    receipts::{CID, Tree, leaf},
    staking::{Registry, Staking, aia, emitted, registry_params},
};
use alloy::{
    primitives::{B256, U256},
    signers::local::PrivateKeySigner,
    sol_types::SolStruct,
};
use eyre::Result;

const ONE: U256 = U256::ONE;

/// A provider with 2,000 AIA staked and 1,000 to spend, and a customer.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    customer: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let (provider, customer) = (staking.net.account(0), staking.net.account(1));
        staking.endow(&provider, aia(3_000)).await?;
        staking.provider(&provider, aia(2_000)).await?;
        let registry = staking.registry_as(&provider)?;
        Ok(Self { staking, provider, customer, registry })
    }

    /// Returns receipts of five jobs for the customer, at 10, 20, 30, 40 and 50 AIA.
    fn receipts(&self) -> [R::JobReceipt; 5] {
        let (provider, consumer) = (self.provider.address(), self.customer.address());
        [1, 2, 3, 4, 5].map(|job| self.staking.receipt(provider, consumer, job, aia(10 * u64::from(job))))
    }

    /// Asserts what is said about the provider: ratings, their weight, and weight times score.
    async fn assert_reputation(&self, ratings: u64, weight: U256, weighted_score: U256) -> Result<()> {
        let seen = self.registry.reputation(self.provider.address()).call().await?;
        let expected = (U256::from(ratings), weight, weighted_score);
        assert_eq!((seen.ratings, seen.weight, seen.weightedScore), expected);
        Ok(())
    }

    /// Asserts that the provider has paid fees, which burned, and nothing else has moved since the start.
    async fn assert_fees(&self, burned: U256) -> Result<()> {
        let provider = (self.provider.address(), aia(1_000) - burned);
        let others = [(self.customer.address(), U256::ZERO), (self.staking.registry, aia(2_000))];
        self.staking.assert_holdings(&[&others[..], &[provider]].concat(), burned).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_shows_each_receipt_at_its_place() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (account, receipts) = (provider.address(), scene.receipts());
    let tree = Tree::new(&receipts);
    let digest = receipts[0].eip712_signing_hash(&staking.receipt_domain());
    assert_eq!(registry.receiptDigest(receipts[0].clone()).call().await?, digest);

    let batch = staking.commit(provider, &receipts, aia(150)).await?;
    let fee = aia(15) / U256::from(10);
    let committed = R::Batch { seq: 0, root: tree.root(), count: 5, value: aia(150).to(), fee: fee.to() };
    assert_eq!(batch, committed);
    let work = registry.providerOf(account).call().await?;
    assert_eq!((work.batches, work.jobs), (1, 5));
    for (index, receipt) in receipts.iter().enumerate() {
        let shown = |place| registry.verifyReceipt(account, batch.clone(), leaf(receipt), place, tree.proof(index));
        let place = u32::try_from(index)?;
        assert!(shown(place).call().await?, "receipt {index}");
        assert!(!shown(place ^ 1).call().await?, "receipt {index} at the place beside");
    }
    // What fills the tree up is no receipt.
    let filling = registry.verifyReceipt(account, batch, B256::ZERO, 5, tree.proof(5));
    assert!(!filling.call().await?);
    scene.assert_fees(fee).await
}

#[tokio::test(flavor = "multi_thread")]
async fn consumers_rate_what_they_paid_for_and_nobody_else_does() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, customer, registry, .. } = &scene;
    let (net, account, consumer) = (&staking.net, provider.address(), customer.address());
    let receipts = scene.receipts();
    let (tree, second) = (Tree::new(&receipts), &receipts[1]);
    let batch = staking.commit(provider, &receipts, aia(150)).await?;
    let by_customer = staking.registry_as(customer)?;
    let rate = |score| by_customer.rate(batch.clone(), second.clone(), 1, score, tree.proof(1));

    let by_provider = registry.rate(batch.clone(), second.clone(), 1, 100, tree.proof(1));
    net.refuses(&by_provider, R::UnauthorizedConsumer { caller: account, consumer }).await?;
    net.refuses(&rate(101), R::InvalidScore { score: 101 }).await?;
    let elsewhere = by_customer.rate(batch.clone(), second.clone(), 1, 80, tree.proof(0));
    net.refuses(&elsewhere, R::InvalidProof {}).await?;
    let dearer = R::JobReceipt { price: aia(21).to(), ..second.clone() };
    let forged = by_customer.rate(batch.clone(), dearer, 1, 80, tree.proof(1));
    net.refuses(&forged, R::InvalidProof {}).await?;
    let worth_more = R::Batch { value: aia(151).to(), ..batch.clone() };
    let mismatch = R::BatchMismatch { provider: account, seq: 0 };
    net.refuses(&by_customer.rate(worth_more, second.clone(), 1, 80, tree.proof(1)), mismatch).await?;

    let receipt = net.send(&rate(80)).await?;
    let (job, weight) = (second.jobId, aia(20));
    let rated = R::Rated { provider: account, consumer, seq: 0, jobId: job, index: 1, score: 80, weight };
    assert_events(&receipt, &[event(&rated)]);
    net.refuses(&rate(0), R::AlreadyRated { provider: account, seq: 0, index: 1 }).await?;
    net.send(&by_customer.rate(batch.clone(), receipts[4].clone(), 4, 50, tree.proof(4))).await?;
    assert!(registry.isRated(account, 0, 4).call().await? && !registry.isRated(account, 0, 0).call().await?);
    assert_eq!(registry.batchOf(account, 0).call().await?.rated, aia(70));
    scene.assert_reputation(2, aia(70), aia(20 * 80 + 50 * 50)).await?;
    scene.assert_fees(aia(15) / U256::from(10)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ratings_weigh_no_more_than_was_declared() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, customer, registry, .. } = &scene;
    let (net, account, consumer) = (&staking.net, provider.address(), customer.address());
    let by_customer = staking.registry_as(customer)?;
    net.refuses(&registry.commitBatch(B256::ZERO, 0, 0, CID), R::EmptyBatch {}).await?;
    let stranger = R::UnknownProvider { provider: consumer };
    net.refuses(&by_customer.commitBatch(B256::ZERO, 1, 0, CID), stranger).await?;

    // Two receipts of 5 AIA, declared to be worth a base unit less than that.
    let receipts = [1, 2].map(|job| staking.receipt(account, consumer, job, aia(5)));
    let tree = Tree::new(&receipts);
    let batch = staking.commit(provider, &receipts, aia(10) - ONE).await?;
    let rate =
        |index: usize, place| by_customer.rate(batch.clone(), receipts[index].clone(), place, 100, tree.proof(index));
    net.send(&rate(0, 0)).await?;
    let exceeded = R::BatchValueExceeded { rated: aia(10), value: aia(10) - ONE };
    net.refuses(&rate(1, 1), exceeded).await?;
    // The fee of a part of a base unit is a whole one.
    let fee = U256::from(batch.fee);
    assert_eq!(fee, aia(1) / U256::from(10));
    assert_eq!(staking.commit(provider, &receipts[..1], ONE).await?.fee, 1);
    scene.assert_reputation(1, aia(5), aia(500)).await?;
    scene.assert_fees(fee + ONE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ratings_without_a_fee_are_counted_weigh_nothing_and_use_nothing_up() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, customer, registry, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    let (owner, by_customer) = (staking.registry_as(&net.owner)?, staking.registry_as(customer)?);
    let receipts = [1, 2].map(|job| staking.receipt(account, customer.address(), job, aia(5)));
    let tree = Tree::new(&receipts);
    // Two receipts of 5 AIA each, declared to be worth nothing; and worth one, when no batch costs anything.
    for (seq, fee_bps, value) in [(0, 100, U256::ZERO), (1, 0, aia(1))] {
        net.send(&owner.setParams(R::Params { batchFeeBps: fee_bps, ..registry_params() })).await?;
        let batch = staking.commit(provider, &receipts, value).await?;
        assert_eq!((batch.seq, batch.fee), (seq, 0));
        for (index, place) in [(0, 0), (1, 1)] {
            let rating = by_customer.rate(batch.clone(), receipts[index].clone(), place, 100, tree.proof(index));
            let receipt = net.send(&rating).await?;
            assert_eq!(emitted::<R::Rated>(&receipt, staking.registry)[0].weight, U256::ZERO);
            assert!(registry.isRated(account, seq, place).call().await?);
        }
        assert_eq!(registry.batchOf(account, seq).call().await?.rated, U256::ZERO);
    }
    scene.assert_reputation(4, U256::ZERO, U256::ZERO).await?;
    scene.assert_fees(U256::ZERO).await
}
