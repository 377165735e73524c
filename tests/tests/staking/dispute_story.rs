//! A dispute from the bond to the slash, and every other way in which it can end.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::{
    actions::{assert_events, event},
    staking::{
        BOND, Charge, Court, DRAW, INFERENCE, JAIL, REJECT, RULING, Registry, Staking, UPHOLD, VETO, aia, emitted,
        refusal, standing, status,
    },
};
use alloy::{
    primitives::{
        Address, B256, U256,
        aliases::{U48, U96},
    },
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
};
use eyre::Result;

const VICTIM: Address = Address::repeat_byte(0x5a);
const ONE: U256 = U256::ONE;

/// A provider with 6,000 AIA of its own and 4,000 of alice's, all behind inference, and a disputer with three bonds.
///
/// Of a slash victim and disputer get their parts of what the provider itself loses.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    alice: PrivateKeySigner,
    disputer: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
    /// The court as the disputer calls it.
    court: Court,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let [provider, alice, disputer] = [0, 1, 2].map(|index| staking.net.account(index));
        staking.serving(&provider, aia(6_000)).await?;
        staking.backing(&alice, &provider, aia(4_000)).await?;
        staking.endow(&disputer, BOND * U256::from(3)).await?;
        let (registry, court) = (staking.registry_as(&provider)?, staking.court_as(&disputer)?);
        Ok(Self { staking, provider, alice, disputer, registry, court })
    }

    /// Disputes a fault that happened now.
    async fn accuse(&self) -> Result<U256> {
        self.staking.accuse(&self.disputer, &self.charge()).await
    }

    fn charge(&self) -> Charge {
        Charge::new(&self.staking, &self.provider, VICTIM)
    }

    /// Asserts how a bond was settled.
    fn assert_bond(&self, receipt: &TransactionReceipt, id: U256, returned: U256, burned: U256, to_subject: U256) {
        let disputer = self.disputer.address();
        let settled = C::BondSettled { id, disputer, returned, burned, toSubject: to_subject };
        assert_eq!(emitted::<C::BondSettled>(receipt, self.staking.court), [settled]);
    }

    /// Asserts what registry, court, provider, disputer and victim have; alice's is all staked.
    async fn assert_holdings(&self, expected: [U256; 5], burned: U256) -> Result<()> {
        let Self { staking, provider, disputer, .. } = self;
        let accounts = [staking.registry, staking.court, provider.address(), disputer.address(), VICTIM];
        let holdings: Vec<_> = accounts.into_iter().zip(expected).collect();
        staking.assert_holdings(&holdings, burned).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_false_result_is_disputed_with_a_bond_and_evidence() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, court, .. } = &scene;
    let (net, charge) = (&staking.net, scene.charge());
    let receipt = net.send(&staking.opening(court, &charge)).await?;
    let (id, disputer, subject) = (ONE, scene.disputer.address(), provider.address().into_word());
    let opened = C::DisputeOpened {
        id,
        subject,
        disputer,
        target: staking.registry,
        service: INFERENCE,
        fault: charge.fault,
        faultAt: U48::from(charge.fault_at),
        bps: charge.bps,
        victim: VICTIM,
        bond: U96::from(BOND),
        paramsVersion: 0,
    };
    assert_eq!(emitted::<C::DisputeOpened>(&receipt, staking.court), [opened]);
    assert_eq!(emitted::<C::Evidence>(&receipt, staking.court).len(), 1);
    let counted = R::DisputesChanged { provider: provider.address(), court: staking.court, openDisputes: 1 };
    assert_eq!(emitted::<R::DisputesChanged>(&receipt, staking.registry), [counted]);
    assert_eq!(registry.providerOf(provider.address()).call().await?.openDisputes, 1);

    let seen = court.dispute(id).call().await?;
    assert_eq!((seen.status, seen.disputer, seen.subject), (status::OPEN, disputer, subject));
    assert_eq!((seen.at, seen.deadline), (U48::from(net.now()), U48::from(net.now() + RULING)));
    assert_eq!((seen.arbitrator, seen.bond), (staking.arbitrator().address(), U96::from(BOND)));
    assert_eq!(court.disputeCount().call().await?, ONE);

    // Whoever knows something may say so, on either side.
    let defence = B256::repeat_byte(0xde);
    let receipt = net.send(&staking.court_as(provider)?.submitEvidence(id, defence)).await?;
    let said = C::Evidence { id, party: provider.address(), cid: defence };
    assert_events(&receipt, &[event(&said)]);
    scene.assert_holdings([aia(10_000), BOND, U256::ZERO, BOND + BOND, U256::ZERO], U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upheld_dispute_slashes_stake_and_exits_alike() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, registry, court, .. } = &scene;
    let (net, account, charge) = (&staking.net, provider.address(), scene.charge());
    let (bucket, _) = staking.undelegate(alice, provider, aia(2_000)).await?;
    let id = scene.accuse().await?;
    let by_arbitrator = staking.court_as(&staking.arbitrator())?;

    let disputer = C::UnauthorizedParty { id, caller: scene.disputer.address() };
    net.refuses(&court.rule(id, ONE), disputer).await?;
    let none = C::InvalidRuling { ruling: U256::from(3) };
    net.refuses(&by_arbitrator.rule(id, U256::from(3)), none).await?;
    let receipt = staking.rule(id, UPHOLD).await?;
    let ruled = C::Ruling { arbitrator: staking.arbitrator().address(), id, ruling: ONE };
    assert_events(&receipt, &[event(&ruled)]);

    // The veto window ends with its last second.
    net.pass(VETO)?;
    let last = U48::from(net.now());
    net.refuses(&court.execute(id), C::DeadlineNotPassed { id, deadline: last, current: last }).await?;
    net.pass(1)?;
    let receipt = staking.execute(id).await?;
    let executed = C::DisputeExecuted { id, slashed: aia(1_000), burned: aia(700) };
    assert_eq!(emitted::<C::DisputeExecuted>(&receipt, staking.court), [executed]);
    scene.assert_bond(&receipt, id, BOND, U256::ZERO, U256::ZERO);
    let slashed = R::Slashed {
        provider: account,
        service: INFERENCE,
        bps: 1_000,
        faultAt: U48::from(charge.fault_at),
        slashed: aia(1_000),
        burned: aia(700),
        toVictim: aia(180),
        toReporter: aia(120),
    };
    assert_eq!(emitted::<R::Slashed>(&receipt, staking.registry), [slashed]);
    let exits = R::ExitsSlashed { provider: account, epoch: bucket, tokens: aia(200) };
    assert_eq!(emitted::<R::ExitsSlashed>(&receipt, staking.registry), [exits]);
    let jailed = R::Jailed { provider: account, until: U48::from(net.now() + JAIL) };
    assert_eq!(emitted::<R::Jailed>(&receipt, staking.registry), [jailed]);

    assert_eq!(registry.stakeOf(account, account).call().await?.tokens, aia(5_400));
    assert_eq!(registry.stakeOf(account, alice.address()).call().await?.tokens, aia(1_800));
    assert_eq!(registry.unbonding(account, bucket, alice.address()).call().await?.tokens, aia(1_800));
    let seen = registry.providerOf(account).call().await?;
    assert_eq!((seen.status, seen.openDisputes), (standing::JAILED, 0));
    assert_eq!((seen.slashes, seen.slashedBps.to::<u16>()), (1, 1_000));

    // It is over: neither the dispute nor the fault can be slashed again.
    net.refuses(&court.execute(id), C::InvalidStatus { id, status: status::EXECUTED }).await?;
    assert_eq!(court.faultStatus(staking.registry, account.into_word(), charge.fault).call().await?, 1);
    let settled = C::FaultSettled { fault: charge.fault };
    net.refuses(&staking.opening(court, &charge), settled).await?;
    let holdings = [aia(9_000), U256::ZERO, U256::ZERO, aia(420), aia(180)];
    scene.assert_holdings(holdings, aia(700)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_jailed_provider_comes_back_when_its_time_is_over_and_its_own_stake_restored() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    net.refuses(&registry.unjail(), R::ProviderNotJailed { provider: account }).await?;
    // Of its own it keeps 1,111 AIA, of which a tenth is slashed.
    staking.undelegate(provider, provider, aia(4_889)).await?;
    staking.pass_epochs(1)?;
    staking.convict(&scene.disputer, &scene.charge()).await?;
    assert_eq!(registry.stakeOf(account, account).call().await?.tokens, aia(9_999) / U256::from(10));
    assert!(!registry.isActive(account).call().await?);

    let until = net.now() + JAIL;
    staking.pass_to(until - 1)?;
    let later = R::ProviderJailed { provider: account, until: U48::from(until) };
    net.refuses(&registry.unjail(), later).await?;
    staking.pass_to(until)?;
    let short = R::InsufficientSelfStake { provider: account, tokens: aia(9_999) / U256::from(10), needed: aia(1_000) };
    net.refuses(&registry.unjail(), short).await?;
    staking.backing(provider, provider, aia(1)).await?;
    let receipt = net.send(&registry.unjail()).await?;
    assert_events(&receipt, &[event(&R::Unjailed { provider: account })]);
    assert!(registry.isActive(account).call().await?);
    net.refuses(&registry.unjail(), R::ProviderNotJailed { provider: account }).await?;

    // 511.1 AIA were slashed of 5,111 that were in, 111.1 of them the provider's: those who left before do not pay.
    let tenth = |amount: u64| aia(amount) / U256::from(10);
    let (slashed, own) = (tenth(5_111), tenth(1_111));
    let (victim, reporter) = (own * U256::from(3) / U256::from(10), own / U256::from(5));
    let disputer = BOND * U256::from(3) + reporter;
    let holdings = [aia(10_001) - slashed, U256::ZERO, U256::ZERO, disputer, victim];
    scene.assert_holdings(holdings, slashed - victim - reporter).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_frivolous_disputer_loses_half_to_the_fire_and_half_to_the_accused() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let by_owner = staking.court_as(&staking.net.owner)?;
    let (half, bond) = (BOND / U256::from(2), BOND + ONE);
    let terms = by_owner.setService(staking.registry, INFERENCE, staking.arbitrator().address(), U96::from(bond));
    staking.net.send(&terms).await?;
    let id = scene.accuse().await?;
    let receipt = staking.rule(id, REJECT).await?;
    scene.assert_bond(&receipt, id, U256::ZERO, half + ONE, half);
    staking.assert_dispute(id, status::REJECTED).await?;
    let seen = registry.providerOf(provider.address()).call().await?;
    assert_eq!((seen.status, seen.openDisputes, seen.slashes), (standing::ACTIVE, 0, 0));

    // A rejected fault may be disputed again, at the same price.
    let again = scene.accuse().await?;
    staking.rule(again, REJECT).await?;
    let lost = bond + bond;
    let holdings = [aia(10_000), U256::ZERO, BOND, BOND * U256::from(3) - lost, U256::ZERO];
    scene.assert_holdings(holdings, BOND + U256::from(2)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draw_gives_the_bond_back_and_a_cancellation_all_but_a_tenth() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, court, .. } = &scene;
    let id = scene.accuse().await?;
    let receipt = staking.rule(id, DRAW).await?;
    scene.assert_bond(&receipt, id, BOND, U256::ZERO, U256::ZERO);
    staking.assert_dispute(id, status::DRAWN).await?;
    // Who may not is told so first.
    let (by_provider, stranger) =
        (staking.court_as(provider)?, |id| C::UnauthorizedParty { id, caller: provider.address() });
    staking.net.refuses(&by_provider.cancel(id), stranger(id)).await?;
    staking.net.refuses(&court.cancel(id), C::InvalidStatus { id, status: status::DRAWN }).await?;

    let id = scene.accuse().await?;
    staking.net.refuses(&by_provider.cancel(id), stranger(id)).await?;
    let receipt = staking.net.send(&court.cancel(id)).await?;
    let tenth = BOND / U256::from(10);
    scene.assert_bond(&receipt, id, BOND - tenth, tenth, U256::ZERO);
    staking.assert_dispute(id, status::CANCELLED).await?;
    let holdings = [aia(10_000), U256::ZERO, U256::ZERO, BOND * U256::from(3) - tenth, U256::ZERO];
    scene.assert_holdings(holdings, tenth).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_that_nobody_rules_expires() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, court, .. } = &scene;
    let net = &staking.net;
    let id = scene.accuse().await?;
    net.pass(RULING)?;
    let (deadline, by_arbitrator) = (U48::from(net.now()), staking.court_as(&staking.arbitrator())?);
    net.refuses(&court.execute(id), C::DeadlineNotPassed { id, deadline, current: deadline }).await?;
    net.pass(1)?;
    let late = C::DeadlinePassed { id, deadline, current: deadline + U48::from(1) };
    net.refuses(&by_arbitrator.rule(id, ONE), late.clone()).await?;
    net.refuses(&court.cancel(id), late).await?;
    let receipt = staking.execute(id).await?;
    assert_eq!(emitted::<C::DisputeExpired>(&receipt, staking.court), [C::DisputeExpired { id }]);
    scene.assert_bond(&receipt, id, BOND, U256::ZERO, U256::ZERO);
    assert!(registry.isActive(provider.address()).call().await?);
    let holdings = [aia(10_000), U256::ZERO, U256::ZERO, BOND * U256::from(3), U256::ZERO];
    scene.assert_holdings(holdings, U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_lowers_and_neither_raises_nor_starts() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, court, .. } = &scene;
    let (net, guardian) = (&staking.net, staking.guardian());
    let (by_guardian, by_arbitrator) = (staking.court_as(&guardian)?, staking.court_as(&staking.arbitrator())?);
    let id = scene.accuse().await?;
    let party = |account: &PrivateKeySigner| C::UnauthorizedParty { id, caller: account.address() };
    net.refuses(&by_guardian.rule(id, ONE), party(&guardian)).await?;
    let waits = C::InvalidStatus { id, status: status::OPEN };
    net.refuses(&by_guardian.reduce(id, 1), waits.clone()).await?;
    net.refuses(&by_guardian.veto(id, B256::ZERO), waits).await?;

    staking.rule(id, UPHOLD).await?;
    for bps in [0, 1_000, 1_001] {
        let invalid: C::InvalidBps = refusal(&by_guardian.reduce(id, bps)).await?;
        assert_eq!(invalid.bps, bps);
    }
    net.refuses(&court.reduce(id, 1), party(&scene.disputer)).await?;
    let receipt = net.send(&by_guardian.reduce(id, 400)).await?;
    assert_events(&receipt, &[event(&C::DisputeReduced { id, by: guardian.address(), bps: 400 })]);
    net.send(&by_arbitrator.reduce(id, 300)).await?;
    net.pass(VETO + 1)?;
    let _late: C::DeadlinePassed = refusal(&by_guardian.reduce(id, 1)).await?;
    staking.execute(id).await?;
    // Three percent of 10,000 AIA; of the provider's own 180 the disputer gets 36 and the victim 54.
    let holdings = [aia(9_700), U256::ZERO, U256::ZERO, aia(336), aia(54)];
    scene.assert_holdings(holdings, aia(210)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_or_the_owner_stops_a_dispute_within_the_window() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, court, .. } = &scene;
    let (net, reason) = (&staking.net, B256::repeat_byte(0x77));
    for by in [staking.guardian(), net.owner.clone()] {
        let id = scene.accuse().await?;
        staking.rule(id, UPHOLD).await?;
        let arbitrator = C::UnauthorizedParty { id, caller: staking.arbitrator().address() };
        net.refuses(&staking.court_as(&staking.arbitrator())?.veto(id, reason), arbitrator).await?;
        net.pass(VETO)?; // the last second of the window
        let receipt = net.send(&staking.court_as(&by)?.veto(id, reason)).await?;
        let vetoed = C::DisputeVetoed { id, by: by.address(), reason };
        assert_eq!(emitted::<C::DisputeVetoed>(&receipt, staking.court), [vetoed]);
        scene.assert_bond(&receipt, id, BOND, U256::ZERO, U256::ZERO);
        net.refuses(&court.execute(id), C::InvalidStatus { id, status: status::VETOED }).await?;
    }
    assert!(registry.isActive(provider.address()).call().await?);

    // A second later it is too late.
    let id = scene.accuse().await?;
    staking.rule(id, UPHOLD).await?;
    net.pass(VETO + 1)?;
    let _late: C::DeadlinePassed = refusal(&staking.court_as(&staking.guardian())?.veto(id, reason)).await?;
    let holdings = [aia(10_000), BOND, U256::ZERO, BOND + BOND, U256::ZERO];
    scene.assert_holdings(holdings, U256::ZERO).await
}
