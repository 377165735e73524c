//! What neither hides, blocks, replaces nor repeats the proof of an equivocation.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::{
    receipts::for_court,
    staking::{BOND, Charge, Court, DETECTION, Registry, Staking, UPHOLD, VETO, aia, emitted, standing, status},
};
use alloy::{
    primitives::{Address, B256, U256, aliases::U48},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

const CONSUMER: Address = Address::repeat_byte(0x5a);

/// A provider with 10,000 AIA behind inference, a disputer with one bond, and a reporter who has nothing.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    disputer: PrivateKeySigner,
    reporter: PrivateKeySigner,
    /// The registry as anybody calls it.
    registry: Registry,
    /// The court as the disputer calls it.
    court: Court,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let [provider, disputer, reporter] = [0, 1, 2].map(|index| staking.net.account(index));
        staking.serving(&provider, aia(10_000)).await?;
        staking.endow(&disputer, BOND).await?;
        let (registry, court) = (staking.registry_as(&reporter)?, staking.court_as(&disputer)?);
        Ok(Self { staking, provider, disputer, reporter, registry, court })
    }

    /// Returns two receipts for a job of the consumer's that end in two results, done now.
    fn conflict(&self, job: u8) -> [R::JobReceipt; 2] {
        self.staking.conflict(self.provider.address(), CONSUMER, job)
    }

    /// Lets the reporter prove it.
    async fn expose(&self, receipts: &[R::JobReceipt; 2]) -> Result<U256> {
        self.staking.expose(&self.reporter, &self.provider, receipts).await
    }

    /// Asserts that two receipts are refused because of when they say the job was done.
    async fn assert_too_old(&self, receipts: &[R::JobReceipt; 2]) -> Result<()> {
        let Self { staking, provider, court, .. } = self;
        let [a, b] = receipts;
        let (of_a, of_b) = (staking.sign_receipt(provider, a)?, staking.sign_receipt(provider, b)?);
        let now = staking.net.now();
        let [fault_at, earliest] = [a.completedAt.max(b.completedAt), now - DETECTION].map(U256::from);
        let refused = C::InvalidFaultTime { faultAt: fault_at, earliest, latest: U256::from(now) };
        let (signer, [a, b]) = (provider.address(), [a, b].map(for_court));
        staking.net.refuses(&court.proveEquivocation(staking.registry, signer, a, b, of_a, of_b), refused).await
    }

    /// Returns an ordinary charge that names an equivocation's fault.
    async fn charge(&self, job: u8) -> Result<Charge> {
        let fault = self.court.equivocationFault(CONSUMER, B256::with_last_byte(job)).call().await?;
        Ok(Charge { fault, ..Charge::new(&self.staking, &self.provider, CONSUMER) })
    }

    /// Asserts what is known about a fault: 1 slashed in a dispute, 2 proven, 3 both.
    async fn assert_fault(&self, charge: &Charge, expected: u8) -> Result<()> {
        let subject = charge.provider.into_word();
        let seen = self.court.faultStatus(self.staking.registry, subject, charge.fault).call().await?;
        assert_eq!(seen, expected);
        Ok(())
    }

    /// Asserts what registry, disputer, reporter and consumer have, in AIA; the court has nothing.
    async fn assert_holdings(&self, expected: [u64; 4], burned: u64) -> Result<()> {
        let Self { staking, disputer, reporter, .. } = self;
        let accounts = [staking.registry, disputer.address(), reporter.address(), CONSUMER];
        let mut holdings: Vec<_> = accounts.into_iter().zip(expected.map(aia)).collect();
        holdings.push((staking.court, U256::ZERO));
        staking.assert_holdings(&holdings, aia(burned)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_equivocation_is_too_old_when_both_receipts_are() -> Result<()> {
    let scene = Scene::start().await?;
    let net = &scene.staking.net;
    let receipts = scene.conflict(1);
    net.pass(DETECTION + 1)?;
    scene.assert_too_old(&receipts).await?;
    let [mut first, mut second] = receipts;
    first.completedAt = 0;
    scene.assert_too_old(&[first.clone(), second.clone()]).await?;
    // In its last second it is not: the other is no excuse.
    second.completedAt += 1;
    scene.expose(&[first, second]).await?;
    scene.assert_holdings([10_000, 100, 0, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn absurd_times_in_a_receipt_do_not_hide_an_equivocation() -> Result<()> {
    let scene = Scene::start().await?;
    let net = &scene.staking.net;
    let (now, earliest) = (net.now(), net.now() - DETECTION);
    let times = [
        ([0, u64::MAX], earliest),
        ([u64::MAX, u64::MAX], earliest),
        ([now + 1, now + 2], earliest),
        ([now, 0], earliest),
        ([earliest - 1, earliest], earliest),
        ([now - 5, now], earliest),
    ];
    for (job, ([first, second], fault_at)) in (1..).zip(times) {
        let mut receipts = scene.conflict(job);
        [receipts[0].completedAt, receipts[1].completedAt] = [first, second];
        let id = scene.expose(&receipts).await?;
        assert_eq!(scene.court.dispute(id).call().await?.faultAt, U48::from(fault_at), "{first} and {second}");
    }
    scene.assert_holdings([10_000, 100, 0, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_that_names_an_equivocation_does_not_block_its_proof() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, registry, .. } = &scene;
    let (receipts, charge) = (scene.conflict(1), scene.charge(1).await?);
    staking.convict(disputer, &charge).await?;
    scene.assert_fault(&charge, 1).await?;
    scene.assert_holdings([9_000, 300, 0, 300], 500).await?;

    let id = scene.expose(&receipts).await?;
    scene.assert_fault(&charge, 3).await?;
    staking.net.pass(VETO + 1)?;
    staking.execute(id).await?;
    staking.assert_dispute(id, status::EXECUTED).await?;
    assert_eq!(registry.providerOf(provider.address()).call().await?.status, standing::TOMBSTONED);
    // Five percent of 9,000 AIA: 90 for the reporter, 135 for the consumer.
    scene.assert_holdings([8_550, 300, 90, 435], 725).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_that_names_an_equivocation_does_not_replace_its_proof() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, registry, court, .. } = &scene;
    let charge = scene.charge(1).await?;
    let disputed = staking.accuse(disputer, &charge).await?;
    let proven = scene.expose(&scene.conflict(1)).await?;
    scene.assert_fault(&charge, 2).await?;
    let settled = C::FaultSettled { fault: charge.fault };
    staking.net.refuses(&staking.opening(court, &charge), settled).await?;
    staking.rule(disputed, UPHOLD).await?;
    staking.net.pass(VETO + 1)?;

    // Executed first, the dispute takes nothing and its bond goes back; the proof takes its five percent.
    let receipt = staking.execute(disputed).await?;
    assert!(emitted::<R::Slashed>(&receipt, staking.registry).is_empty());
    staking.assert_dispute(disputed, status::DUPLICATE).await?;
    staking.execute(proven).await?;
    staking.assert_dispute(proven, status::EXECUTED).await?;
    scene.assert_fault(&charge, 2).await?;
    let seen = registry.providerOf(provider.address()).call().await?;
    assert_eq!((seen.status, seen.openDisputes, seen.slashes), (standing::TOMBSTONED, 0, 1));
    scene.assert_holdings([9_500, 100, 100, 150], 250).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_in_a_later_epoch_frees_no_exit_of_the_window() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (account, (bucket, _)) = (provider.address(), staking.undelegate(provider, provider, aia(4_000)).await?);
    staking.pass_epochs(1)?;
    // It may write any time it likes into what it signs now.
    let id = scene.expose(&scene.conflict(1)).await?;
    staking.net.pass(VETO + 1)?;
    staking.execute(id).await?;
    assert_eq!(registry.unbonding(account, bucket, account).call().await?.tokens, aia(3_800));
    scene.assert_holdings([9_500, 100, 100, 150], 250).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_equivocation_takes_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (account, fault_at) = (provider.address(), U48::from(staking.net.now() - DETECTION));
    let ids = [scene.expose(&scene.conflict(1)).await?, scene.expose(&scene.conflict(2)).await?];
    staking.net.pass(VETO + 1)?;
    staking.execute(ids[0]).await?;
    scene.assert_holdings([9_500, 100, 100, 150], 250).await?;
    let receipt = staking.execute(ids[1]).await?;
    let nothing = R::Slashed {
        provider: account,
        service: 0,
        bps: 0,
        faultAt: fault_at,
        slashed: U256::ZERO,
        burned: U256::ZERO,
        toVictim: U256::ZERO,
        toReporter: U256::ZERO,
    };
    assert_eq!(emitted::<R::Slashed>(&receipt, staking.registry), [nothing]);
    assert!(emitted::<R::Tombstoned>(&receipt, staking.registry).is_empty(), "it is expelled already");

    // Nor does one that it commits afterwards.
    let late = scene.expose(&scene.conflict(3)).await?;
    staking.net.pass(VETO + 1)?;
    let receipt = staking.execute(late).await?;
    assert_eq!(emitted::<R::Slashed>(&receipt, staking.registry)[0].slashed, U256::ZERO);
    let seen = registry.providerOf(account).call().await?;
    assert_eq!((seen.slashes, seen.slashedBps.to::<u16>(), seen.openDisputes), (3, 500, 0));
    scene.assert_holdings([9_500, 100, 100, 150], 250).await
}
