//! Two results signed for one job: proven without a judge.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::{
    peers::artifact,
    receipts::for_court,
    signing::{Parts, domain, sign_in},
    staking::{
        COMMISSION, Court, DAY, DETECTION, Registry, Staking, UNBONDING, VETO, aia, emitted, refusal, standing, status,
    },
};
use alloy::{
    contract::SolCallBuilder,
    network::Ethereum,
    primitives::{Address, B256, Bytes, U256, aliases::U48, keccak256},
    providers::DynProvider,
    signers::local::PrivateKeySigner,
    sol_types::SolValue,
};
use eyre::Result;

const CONSUMER: Address = Address::repeat_byte(0x5a);
const ONE: U256 = U256::ONE;
/// The order of secp256k1.
const ORDER: U256 = U256::from_limbs([0xbfd25e8cd0364141, 0xbaaedce6af48a03b, 0xfffffffffffffffe, 0xffffffffffffffff]);

/// A provider with 10,000 AIA that serves nothing in particular, and somebody who compares receipts and has nothing.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    reporter: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
    /// The court as the reporter calls it.
    court: Court,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let (provider, reporter) = (staking.net.account(0), staking.net.account(1));
        staking.endow(&provider, aia(10_000)).await?;
        staking.provider(&provider, aia(10_000)).await?;
        let (registry, court) = (staking.registry_as(&provider)?, staking.court_as(&reporter)?);
        Ok(Self { staking, provider, reporter, registry, court })
    }

    /// Returns two receipts for one job, with two results, done now.
    fn conflict(&self) -> [R::JobReceipt; 2] {
        self.staking.conflict(self.provider.address(), CONSUMER, 1)
    }

    /// Signs both and builds the proof.
    fn proof(&self, key: &PrivateKeySigner, receipts: &[R::JobReceipt; 2]) -> Result<Proof<'_>> {
        let a = self.staking.sign_receipt(key, &receipts[0])?;
        let b = self.staking.sign_receipt(key, &receipts[1])?;
        Ok(self.submission(key.address(), receipts, a, b))
    }

    /// Builds the proof with these signatures.
    fn submission(&self, signer: Address, receipts: &[R::JobReceipt; 2], a: Bytes, b: Bytes) -> Proof<'_> {
        let [first, second] = [&receipts[0], &receipts[1]].map(for_court);
        self.court.proveEquivocation(self.staking.registry, signer, first, second, a, b)
    }

    /// Proves the conflict, and returns the dispute that waits for the veto window to pass.
    async fn prove(&self) -> Result<U256> {
        self.staking.expose(&self.reporter, &self.provider, &self.conflict()).await
    }

    /// Asserts that the job proves nothing more: not by the same results, nor the other way round, nor by a third.
    async fn assert_settled(&self) -> Result<()> {
        let [first, second] = self.conflict();
        let third = R::JobReceipt { resultHash: B256::repeat_byte(0x67), ..first.clone() };
        for pair in [[first.clone(), second.clone()], [second, first.clone()], [third, first]] {
            let settled = C::FaultSettled { fault: fault() };
            self.staking.net.refuses(&self.proof(&self.provider, &pair)?, settled).await?;
        }
        Ok(())
    }

    /// Asserts what registry, reporter and consumer have, in AIA; the court needs nothing.
    async fn assert_holdings(&self, expected: [u64; 3], burned: u64) -> Result<()> {
        let accounts = [self.staking.registry, self.reporter.address(), CONSUMER];
        let mut holdings: Vec<_> = accounts.into_iter().zip(expected.map(aia)).collect();
        holdings.push((self.staking.court, U256::ZERO));
        self.staking.assert_holdings(&holdings, aia(burned)).await
    }
}

/// A call that proves an equivocation.
type Proof<'a> = SolCallBuilder<&'a DynProvider, C::proveEquivocationCall, Ethereum>;

/// Returns the fault that two results for the scene's job are.
fn fault() -> B256 {
    keccak256((keccak256("Equivocation"), CONSUMER, B256::with_last_byte(1)).abi_encode())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_results_for_one_job_expel_without_a_judge() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, reporter, registry, court } = &scene;
    let (net, account) = (&staking.net, provider.address());
    assert_eq!(court.equivocationFault(CONSUMER, B256::with_last_byte(1)).call().await?, fault());
    // Whatever times the provider has written, the fault reaches back to the begin of the detection window.
    let [first, mut second] = scene.conflict();
    net.pass(DAY)?;
    second.completedAt = net.now();
    let fault_at = U48::from(net.now() - DETECTION);
    let receipt = net.send(&scene.proof(provider, &[second, first])?).await?;
    let proven = C::EquivocationProven { id: ONE, provider: account, jobId: B256::with_last_byte(1) };
    assert_eq!(emitted::<C::EquivocationProven>(&receipt, staking.court), [proven]);

    let seen = court.dispute(ONE).call().await?;
    assert_eq!((seen.status, seen.disputer, seen.victim), (status::UPHELD, reporter.address(), CONSUMER));
    assert_eq!((seen.service, seen.bps, seen.arbitrator), (0, 500, Address::ZERO));
    assert_eq!((seen.faultAt, seen.fault, seen.bond.to::<u64>()), (fault_at, fault(), 0));
    let subject = account.into_word();
    assert_eq!(court.faultStatus(staking.registry, subject, fault()).call().await?, 2);
    let disputed = R::ProviderUnderDispute { provider: account, openDisputes: 1 };
    net.refuses(&staking.registry_as(reporter)?.delegate(account, 1), disputed).await?;

    net.pass(VETO)?;
    let _early: C::DeadlineNotPassed = refusal(&court.execute(ONE)).await?;
    net.pass(1)?;
    let receipt = staking.execute(ONE).await?;
    let slashed = R::Slashed {
        provider: account,
        service: 0,
        bps: 500,
        faultAt: fault_at,
        slashed: aia(500),
        burned: aia(250),
        toVictim: aia(150),
        toReporter: aia(100),
    };
    assert_eq!(emitted::<R::Slashed>(&receipt, staking.registry), [slashed]);
    assert_eq!(emitted::<R::Tombstoned>(&receipt, staking.registry), [R::Tombstoned { provider: account }]);
    assert_eq!(registry.providerOf(account).call().await?.status, standing::TOMBSTONED);
    assert_eq!(court.faultStatus(staking.registry, subject, fault()).call().await?, 2);
    net.refuses(&registry.delegate(account, 1), R::ProviderTombstoned { provider: account }).await?;
    scene.assert_holdings([9_500, 100, 150], 250).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_is_proven_once_in_whatever_order_and_words() -> Result<()> {
    let scene = Scene::start().await?;
    let staking = &scene.staking;
    let id = scene.prove().await?;
    scene.assert_settled().await?;
    staking.net.pass(VETO + 1)?;
    staking.execute(id).await?;
    scene.assert_settled().await?;
    scene.assert_holdings([9_500, 100, 150], 250).await
}

#[tokio::test(flavor = "multi_thread")]
async fn receipts_that_do_not_conflict_prove_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, .. } = &scene;
    let [first, second] = scene.conflict();
    let other = B256::repeat_byte(0x99);
    let harmless = [
        R::JobReceipt { jobId: other, ..second.clone() },
        R::JobReceipt { consumer: Address::repeat_byte(0x99), ..second.clone() },
        R::JobReceipt { requestHash: other, ..second.clone() },
        R::JobReceipt { provider: Address::repeat_byte(0x99), ..second.clone() },
        // The same result, told twice.
        R::JobReceipt { resultHash: first.resultHash, price: 7, unitsOut: 7, completedAt: 7, ..second.clone() },
        first.clone(),
    ];
    for (number, harmless) in harmless.into_iter().enumerate() {
        println!("pair {number}");
        let proof = scene.proof(provider, &[first.clone(), harmless])?;
        staking.net.refuses(&proof, C::NoEquivocation {}).await?;
    }
    let signatures = (staking.sign_receipt(provider, &first)?, staking.sign_receipt(provider, &second)?);
    let (a, b) = (for_court(&first), for_court(&second));
    let nowhere = scene.court.proveEquivocation(CONSUMER, provider.address(), a, b, signatures.0, signatures.1);
    staking.net.refuses(&nowhere, C::UnknownTarget { target: CONSUMER }).await?;
    scene.assert_holdings([10_000, 0, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_providers_own_signatures_count() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, reporter, .. } = &scene;
    let (net, receipts, signer) = (&staking.net, scene.conflict(), provider.address());
    let [a, b] = [staking.sign_receipt(provider, &receipts[0])?, staking.sign_receipt(provider, &receipts[1])?];
    let forged = staking.sign_receipt(reporter, &receipts[1])?;
    // Somebody else's key, for itself or in the name of the provider's.
    let foreign: C::InvalidReceiptSignature = refusal(&scene.proof(reporter, &receipts)?).await?;
    assert_eq!(foreign.signer, reporter.address());
    let wrong = |receipt| C::InvalidReceiptSignature { receipt, signer };
    let submit = |a: &Bytes, b: &Bytes| scene.submission(signer, &receipts, a.clone(), b.clone());
    net.refuses(&submit(&forged, &b), wrong(0)).await?;
    net.refuses(&submit(&a, &forged), wrong(1)).await?;
    // Each signature for the other receipt, for another registry, of another length, or with the other s.
    net.refuses(&submit(&b, &a), wrong(0)).await?;
    let mut elsewhere = domain(net.api.chain().config().chain_id, net.token);
    elsewhere.name = Some("AIA Provider Registry".into());
    let misplaced = sign_in(&elsewhere, provider, &receipts[1])?.bytes();
    net.refuses(&submit(&a, &misplaced), wrong(1)).await?;
    net.refuses(&submit(&a, &b.slice(..64)), wrong(1)).await?;
    let parts = sign_in(&staking.receipt_domain(), provider, &receipts[0])?;
    let twin = Parts { v: 55 - parts.v, s: (ORDER - U256::from_be_bytes(parts.s.0)).into(), ..parts };
    net.refuses(&submit(&twin.bytes(), &b), wrong(0)).await?;
    scene.assert_holdings([10_000, 0, 0], 0).await?;
    // As they are, they prove it.
    net.send(&submit(&a, &b)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signer_with_code_answers_for_its_owners_signatures() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, reporter, registry, .. } = &scene;
    let (net, key) = (&staking.net, staking.net.account(2));
    let wallet = net.deploy(reporter, &artifact("SmartWallet")?, key.address().abi_encode()).await?;
    net.send(&registry.setProfile(B256::ZERO, 0, COMMISSION, wallet)).await?;
    let receipts = scene.conflict();
    let [a, b] = [staking.sign_receipt(&key, &receipts[0])?, staking.sign_receipt(&key, &receipts[1])?];
    let forged = staking.sign_receipt(reporter, &receipts[1])?;
    let wrong = C::InvalidReceiptSignature { receipt: 1, signer: wallet };
    net.refuses(&scene.submission(wallet, &receipts, a.clone(), forged), wrong).await?;
    net.send(&scene.submission(wallet, &receipts, a, b)).await?;
    scene.assert_holdings([10_000, 0, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_signer_is_accountable_for_the_unbonding_period_and_not_after() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (net, account, new) = (&staking.net, provider.address(), staking.net.account(2));
    let receipt = net.send(&registry.setProfile(B256::ZERO, 0, COMMISSION, new.address())).await?;
    let until = net.now() + UNBONDING;
    let updated = emitted::<R::ProfileUpdated>(&receipt, staking.registry);
    assert_eq!((updated[0].signer, updated[0].signerUntil), (new.address(), U48::from(until)));

    // What the old key signs meanwhile counts as much as what the new one signs.
    staking.pass_to(until - 1)?;
    for key in [provider, &new] {
        assert!(registry.isSigner(account, key.address()).call().await?);
        let _proven = scene.proof(key, &scene.conflict())?.call().await?;
    }
    // Nor is there a place to hide between the two.
    let [first, second] = scene.conflict();
    let [by_old, by_new] = [staking.sign_receipt(provider, &first)?, staking.sign_receipt(&new, &second)?];
    let _proven = scene.submission(account, &[first, second], by_old, by_new).call().await?;
    net.pass(2)?;
    assert!(!registry.isSigner(account, account).call().await?);
    let late: C::InvalidReceiptSignature = refusal(&scene.proof(provider, &scene.conflict())?).await?;
    assert_eq!(late.signer, account);
    net.send(&scene.proof(&new, &scene.conflict())?).await?;
    scene.assert_holdings([10_000, 0, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_vetoed_equivocation_is_settled_for_good() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, court, .. } = &scene;
    let id = scene.prove().await?;
    let reason = B256::repeat_byte(0x77);
    let receipt = staking.net.send(&staking.court_as(&staking.guardian())?.veto(id, reason)).await?;
    let vetoed = C::DisputeVetoed { id, by: staking.guardian().address(), reason };
    assert_eq!(emitted::<C::DisputeVetoed>(&receipt, staking.court), [vetoed]);
    let again = C::FaultSettled { fault: fault() };
    staking.net.refuses(&scene.proof(provider, &scene.conflict())?, again).await?;
    staking.net.pass(VETO + 1)?;
    staking.net.refuses(&court.execute(id), C::InvalidStatus { id, status: status::VETOED }).await?;
    let seen = registry.providerOf(provider.address()).call().await?;
    assert_eq!((seen.status, seen.openDisputes), (standing::ACTIVE, 0));
    scene.assert_holdings([10_000, 0, 0], 0).await
}
