//! What a pause stops, and all that it does not: nobody's stake, reward, exit or hearing.

use aia_abi::IProviderRegistry as R;
use aia_tests::{
    actions::{assert_events, event},
    staking::{
        BOND, COMMISSION, Charge, DAY, INFERENCE, Registry, Staking, TRAINING, UPHOLD, VETO, aia, registry_params,
        standing, status,
    },
};
use alloy::{
    primitives::{
        Address, B256, Bytes, FixedBytes, U256,
        aliases::{U24, U48},
    },
    signers::local::PrivateKeySigner,
};
use eyre::Result;

const VICTIM: Address = Address::repeat_byte(0x5a);
const KEY: B256 = B256::repeat_byte(0x6e);
const CLAIM: FixedBytes<20> = FixedBytes::repeat_byte(0xcc);

/// A provider with 4,000 AIA of its own and 6,000 of alice's behind inference, a disputer, and a payer with plenty.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    alice: PrivateKeySigner,
    disputer: PrivateKeySigner,
    payer: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let [provider, alice, disputer, payer] = [0, 1, 2, 3].map(|index| staking.net.account(index));
        staking.serving(&provider, aia(4_000)).await?;
        staking.backing(&alice, &provider, aia(6_000)).await?;
        staking.endow(&disputer, BOND).await?;
        staking.endow(&payer, aia(672_000)).await?;
        let registry = staking.registry_as(&provider)?;
        Ok(Self { staking, provider, alice, disputer, payer, registry })
    }

    /// Lets the guardian pause entries.
    async fn pause(&self) -> Result<()> {
        let by_guardian = self.staking.registry_as(&self.staking.guardian())?;
        let receipt = self.staking.net.send(&by_guardian.setPaused(true)).await?;
        let paused = R::PausedSet { account: self.staking.guardian().address(), paused: true };
        assert_events(&receipt, &[event(&paused)]);
        Ok(())
    }

    /// Asserts what registry, court, provider, alice, disputer, payer and victim have, in AIA.
    async fn assert_holdings(&self, expected: [u64; 7], burned: u64) -> Result<()> {
        let Self { staking, provider, alice, disputer, payer, .. } = self;
        let [a, b, c, d] = [provider, alice, disputer, payer].map(|account| account.address());
        let accounts = [staking.registry, staking.court, a, b, c, d, VICTIM];
        let holdings: Vec<_> = accounts.into_iter().zip(expected.map(aia)).collect();
        staking.assert_holdings(&holdings, aia(burned)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guardian_and_owner_pause_and_nobody_else() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (net, guardian) = (&staking.net, staking.guardian());
    let (by_owner, by_guardian) = (staking.registry_as(&net.owner)?, staking.registry_as(&guardian)?);
    let nobody = R::UnauthorizedGuardian { account: provider.address() };
    net.refuses(&registry.setPaused(true), nobody.clone()).await?;
    scene.pause().await?;
    assert!(registry.paused().call().await?);
    net.refuses(&registry.setPaused(false), nobody).await?;
    net.send(&by_owner.setPaused(false)).await?;
    assert!(!registry.paused().call().await?);

    // The owner names the guardian; one who was dismissed pauses nothing.
    let powerless = R::OwnableUnauthorizedAccount { account: guardian.address() };
    net.refuses(&by_guardian.setGuardian(provider.address()), powerless).await?;
    let receipt = net.send(&by_owner.setGuardian(provider.address())).await?;
    assert_events(&receipt, &[event(&R::GuardianSet { guardian: provider.address() })]);
    net.refuses(&by_guardian.setPaused(true), R::UnauthorizedGuardian { account: guardian.address() }).await?;
    net.send(&registry.setPaused(true)).await?;
    net.send(&by_owner.setPaused(true)).await?;
    assert!(registry.paused().call().await?);
    scene.assert_holdings([10_000, 0, 0, 0, 100, 672_000, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn during_a_pause_nothing_new_begins() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, payer, registry, .. } = &scene;
    let (net, account, by_payer) = (&staking.net, provider.address(), staking.registry_as(payer)?);
    // There is room for one allocation more.
    let room = R::Params { leverageBps: U24::from(20_000), ..registry_params() };
    net.send(&staking.registry_as(&net.owner)?.setParams(room)).await?;
    scene.pause().await?;
    let paused = || R::EnforcedPause {};
    net.refuses(&by_payer.register(B256::ZERO, 0, 0, payer.address()), paused()).await?;
    net.refuses(&registry.setProfile(B256::ZERO, 0, COMMISSION, account), paused()).await?;
    net.refuses(&registry.linkAgent(U256::ONE), paused()).await?;
    net.refuses(&by_payer.delegate(account, 1), paused()).await?;
    net.refuses(&by_payer.delegateWithPermit(account, 1, U256::MAX, Bytes::new()), paused()).await?;
    let (never, from) = (U256::MAX, alice.address());
    let authorized = by_payer.delegateWithAuthorization(account, from, 1, U256::ZERO, never, KEY, Bytes::new());
    net.refuses(&authorized, paused()).await?;
    net.refuses(&by_payer.fund(account, 1), paused()).await?;
    net.refuses(&registry.allocate(TRAINING, 1), paused()).await?;
    net.refuses(&registry.list(1, INFERENCE, B256::ZERO, 0, 1, 1), paused()).await?;
    net.refuses(&registry.commitBatch(B256::ZERO, 1, 0, B256::ZERO), paused()).await?;
    let receipt = staking.receipt(account, payer.address(), 1, U256::ZERO);
    let batch = R::Batch { seq: 0, root: B256::ZERO, count: 1, value: 0, fee: 0 };
    net.refuses(&by_payer.rate(batch, receipt, 0, 1, Vec::new()), paused()).await?;
    let later = U48::from(net.now() + DAY);
    net.refuses(&by_payer.attest(account.into_word(), KEY, CLAIM, later), paused()).await?;
    scene.assert_holdings([10_000, 0, 0, 0, 100, 672_000, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn during_a_pause_everyone_may_leave_and_take_what_is_theirs() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, payer, registry, .. } = &scene;
    let (net, account, subject) = (&staking.net, provider.address(), provider.address().into_word());
    let (by_alice, by_payer) = (staking.registry_as(alice)?, staking.registry_as(payer)?);
    // An AIA a second for an epoch; then a part of alice's stake leaves, and the provider is slashed and jailed.
    net.send(&by_payer.fund(account, aia(672_000).to())).await?;
    net.send(&by_payer.attest(subject, KEY, CLAIM, U48::from(net.now() + 100 * DAY))).await?;
    staking.pass_epochs(1)?;
    let (bucket, _) = staking.undelegate(alice, provider, aia(1_000)).await?;
    staking.convict(&scene.disputer, &Charge::new(staking, provider, VICTIM)).await?;
    staking.pass_epochs(3)?;

    scene.pause().await?;
    net.send(&by_alice.withdraw(account, bucket, alice.address())).await?;
    let (last, left) = staking.undelegate(alice, provider, aia(5_000)).await?;
    assert_eq!(left, aia(4_500));
    net.send(&by_alice.claim(account)).await?;
    net.send(&registry.claim(account)).await?;
    net.send(&registry.unjail()).await?;
    assert_eq!(registry.providerOf(account).call().await?.status, standing::ACTIVE);
    staking.allocate(provider, INFERENCE, 5_000).await?;
    net.send(&by_payer.attest(subject, KEY, FixedBytes::ZERO, U48::ZERO)).await?;
    assert!(!registry.attestation(subject, payer.address(), KEY).call().await?.valid);
    // A tenth of the provider's 4,000 AIA makes 80 for the disputer and 120 for the victim.
    scene.assert_holdings([8_100, 0, 67_200 + 241_920, 362_880 + 900, 180, 0, 120], 800).await?;

    // The last exit too, in its time.
    staking.pass_epochs(3)?;
    net.send(&by_alice.withdraw(account, last, alice.address())).await?;
    scene.assert_holdings([3_600, 0, 309_120, 368_280, 180, 0, 120], 800).await
}

#[tokio::test(flavor = "multi_thread")]
async fn during_a_pause_disputes_go_their_way() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, .. } = &scene;
    let net = &staking.net;
    scene.pause().await?;
    let id = staking.accuse(disputer, &Charge::new(staking, provider, VICTIM)).await?;
    net.send(&staking.court_as(provider)?.submitEvidence(id, KEY)).await?;
    staking.rule(id, UPHOLD).await?;
    net.pass(VETO + 1)?;
    staking.execute(id).await?;
    scene.assert_holdings([9_000, 0, 0, 0, 180, 672_000, 120], 800).await?;

    let proven = staking.expose(disputer, provider, &staking.conflict(provider.address(), VICTIM, 1)).await?;
    net.pass(VETO + 1)?;
    staking.execute(proven).await?;
    staking.assert_dispute(proven, status::EXECUTED).await?;
    // Five percent of 9,000 AIA more, of which 180 are the provider's own: 36 and 54 of these.
    scene.assert_holdings([8_550, 0, 0, 0, 216, 672_000, 174], 1_160).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_voids_what_an_attester_has_claimed_and_no_more() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, payer, registry, .. } = &scene;
    let (net, attester, subject) = (&staking.net, payer.address(), provider.address().into_word());
    let (by_payer, by_guardian) = (staking.registry_as(payer)?, staking.registry_as(&staking.guardian())?);
    let valid = || registry.attestation(subject, attester, KEY);
    let (now, expires) = (U48::from(net.now()), U48::from(net.now() + DAY));
    let past = now - U48::from(1);
    let expired = R::InvalidExpiry { expires: past, current: now };
    net.refuses(&by_payer.attest(subject, KEY, CLAIM, past), expired).await?;
    let receipt = net.send(&by_payer.attest(subject, KEY, CLAIM, expires)).await?;
    assert_events(&receipt, &[event(&R::Attested { subject, attester, key: KEY, claim: CLAIM, expires })]);
    let seen = valid().call().await?;
    assert_eq!((seen.claim, seen.issued, seen.expires, seen.valid), (CLAIM, now, expires, true));

    // Voided up to the next second, claims of which count again.
    let before = now + U48::from(1);
    let nobody = R::UnauthorizedGuardian { account: attester };
    net.refuses(&by_payer.revokeAttester(attester, before), nobody).await?;
    let receipt = net.send(&by_guardian.revokeAttester(attester, before)).await?;
    assert_events(&receipt, &[event(&R::AttesterRevoked { attester, before })]);
    assert!(!valid().call().await?.valid);
    net.pass(1)?;
    net.send(&by_payer.attest(subject, KEY, CLAIM, expires)).await?;
    assert!(valid().call().await?.valid);
    // Until its last second.
    net.pass(DAY - 1)?;
    assert!(valid().call().await?.valid);
    net.pass(1)?;
    assert!(!valid().call().await?.valid);
    scene.assert_holdings([10_000, 0, 0, 0, 100, 672_000, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_cannot_void_future_claims() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, payer, registry, .. } = &scene;
    let (net, attester, subject) = (&staking.net, payer.address(), provider.address().into_word());
    let (by_payer, by_guardian) = (staking.registry_as(payer)?, staking.registry_as(&staking.guardian())?);
    let (valid, expires) = (|| registry.attestation(subject, attester, KEY), U48::from(net.now() + DAY));
    net.send(&by_payer.attest(subject, KEY, CLAIM, expires)).await?;
    // "For ever" is until the next second.
    let revoked = |before| event(&R::AttesterRevoked { attester, before });
    let before = U48::from(net.now() + 1);
    let receipt = net.send(&by_guardian.revokeAttester(attester, U48::MAX)).await?;
    assert_events(&receipt, &[revoked(before)]);
    assert!(!valid().call().await?.valid);
    net.pass(1)?;
    net.send(&by_payer.attest(subject, KEY, CLAIM, expires)).await?;
    assert!(valid().call().await?.valid);

    // And what was voided stays so.
    net.pass(1)?;
    let receipt = net.send(&by_guardian.revokeAttester(attester, U48::ZERO)).await?;
    assert_events(&receipt, &[revoked(before)]);
    assert!(valid().call().await?.valid);
    scene.assert_holdings([10_000, 0, 0, 0, 100, 672_000, 0], 0).await
}
