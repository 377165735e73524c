//! What bounds disputes: what can be opened at all, once for each fault, so much in an epoch, so much in all.

use aia_abi::{IAIAToken as I, IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::staking::{
    BOND, Charge, DETECTION, INFERENCE, MAX_SLASH_BPS, Staking, TRAINING, UPHOLD, VETO, aia, emitted, refusal,
    standing, status,
};
use alloy::{
    primitives::{
        Address, B256, U256,
        aliases::{U48, U96},
    },
    signers::local::PrivateKeySigner,
};
use eyre::Result;

const VICTIM: Address = Address::repeat_byte(0x5a);

/// A provider with 10,000 AIA behind inference, and two who dispute, with four bonds each.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    disputer: PrivateKeySigner,
    rival: PrivateKeySigner,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let [provider, disputer, rival] = [0, 1, 2].map(|index| staking.net.account(index));
        staking.serving(&provider, aia(10_000)).await?;
        for account in [&disputer, &rival] {
            staking.endow(account, BOND * U256::from(4)).await?;
        }
        Ok(Self { staking, provider, disputer, rival })
    }

    fn charge(&self) -> Charge {
        Charge::new(&self.staking, &self.provider, VICTIM)
    }

    /// Lets so many disputes about different faults of this second be upheld and executed, and returns what each slashed.
    async fn convict(&self, faults: std::ops::Range<u8>) -> Result<Vec<U256>> {
        let mut ids = Vec::new();
        for fault in faults {
            let charge = Charge { fault: B256::with_last_byte(fault), ..self.charge() };
            let id = self.staking.accuse(&self.disputer, &charge).await?;
            self.staking.rule(id, UPHOLD).await?;
            ids.push(id);
        }
        self.staking.net.pass(VETO + 1)?;
        let mut slashed = Vec::new();
        for id in ids {
            let receipt = self.staking.execute(id).await?;
            let executed = emitted::<C::DisputeExecuted>(&receipt, self.staking.court);
            slashed.extend(executed.into_iter().map(|event| event.slashed));
        }
        Ok(slashed)
    }

    /// Asserts what registry, court, provider, disputer, rival and victim have.
    async fn assert_holdings(&self, expected: [U256; 6], burned: U256) -> Result<()> {
        let Self { staking, provider, disputer, rival } = self;
        let people = [provider, disputer, rival].map(|account| account.address());
        let accounts = [staking.registry, staking.court, people[0], people[1], people[2], VICTIM];
        let holdings: Vec<_> = accounts.into_iter().zip(expected).collect();
        staking.assert_holdings(&holdings, burned).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_out_of_bounds_is_not_opened() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, .. } = &scene;
    let (net, court, charge) = (&staking.net, staking.court_as(disputer)?, scene.charge());
    let (earliest, latest) = (U256::from(net.now() - DETECTION), U256::from(net.now()));
    for fault_at in [net.now() + 1, net.now() - DETECTION - 1] {
        let outside = C::InvalidFaultTime { faultAt: U256::from(fault_at), earliest, latest };
        net.refuses(&staking.opening(&court, &Charge { fault_at, ..charge }), outside).await?;
    }
    for bps in [0, 1_001] {
        let invalid: C::InvalidBps = refusal(&staking.opening(&court, &Charge { bps, ..charge })).await?;
        assert_eq!((invalid.bps, invalid.max), (bps, 1_000));
    }
    for service in [0, 3] {
        let unjudged = C::UnknownService { target: staking.registry, service };
        net.refuses(&staking.opening(&court, &Charge { service, ..charge }), unjudged).await?;
    }
    // Nothing stands behind training, so nothing could be slashed.
    let poor = C::InsufficientCover { slashable: U256::ZERO, needed: BOND * U256::from(2) };
    net.refuses(&staking.opening(&court, &Charge { service: TRAINING, ..charge }), poor).await?;
    let (subject, at) = (provider.address().into_word(), U48::from(charge.fault_at));
    let elsewhere = court.openDispute(net.token, subject, 1, charge.fault, B256::ZERO, 1_000, VICTIM, at);
    net.refuses(&elsewhere, C::UnknownTarget { target: net.token }).await?;
    // Whoever offers no bond gets no hearing.
    let by_bystander = staking.court_as(&staking.bystander())?;
    let bondless = I::ERC20InsufficientAllowance { spender: staking.court, allowance: U256::ZERO, needed: BOND };
    net.refuses(&staking.opening(&by_bystander, &charge), bondless).await?;

    net.refuses(&court.execute(U256::ONE), C::UnknownDispute { id: U256::ONE }).await?;
    // In the last second of the detection window the dispute opens.
    net.pass(DETECTION)?;
    staking.accuse(disputer, &charge).await?;
    let bonds = BOND * U256::from(4);
    let holdings = [aia(10_000), BOND, U256::ZERO, bonds - BOND, bonds, U256::ZERO];
    scene.assert_holdings(holdings, U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fault_is_slashed_once_however_many_dispute_it() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, rival } = &scene;
    let registry = staking.registry_as(provider)?;
    let first = staking.accuse(disputer, &scene.charge()).await?;
    let second = staking.accuse(rival, &scene.charge()).await?;
    assert_eq!(registry.providerOf(provider.address()).call().await?.openDisputes, 2);
    for id in [first, second] {
        staking.rule(id, UPHOLD).await?;
    }
    staking.net.pass(VETO + 1)?;
    // Whichever is executed first takes it all; the other gets its bond back.
    staking.execute(second).await?;
    staking.assert_dispute(second, status::EXECUTED).await?;
    let receipt = staking.execute(first).await?;
    assert_eq!(emitted::<C::DisputeDuplicate>(&receipt, staking.court), [C::DisputeDuplicate { id: first }]);
    assert!(emitted::<R::Slashed>(&receipt, staking.registry).is_empty());
    staking.assert_dispute(first, status::DUPLICATE).await?;
    let seen = registry.providerOf(provider.address()).call().await?;
    assert_eq!((seen.openDisputes, seen.slashes), (0, 1));
    let bonds = BOND * U256::from(4);
    let holdings = [aia(9_000), U256::ZERO, U256::ZERO, bonds, bonds + aia(200), aia(300)];
    scene.assert_holdings(holdings, aia(500)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_epoch_takes_no_more_than_its_cap_and_half_in_all_expels_for_good() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, .. } = &scene;
    let (net, account, registry) = (&staking.net, provider.address(), staking.registry_as(provider)?);
    let slashed = scene.convict(1..5).await?;
    assert_eq!(slashed, [1_000, 900, 810, 0].map(aia), "three times a tenth, and then nothing is left of the cap");
    assert_eq!(registry.providerOf(account).call().await?.status, standing::JAILED);

    // Two tenths more in the next epoch make half.
    staking.pass_epochs(1)?;
    let slashed = scene.convict(5..7).await?;
    let tenth = |amount: u64| aia(amount) / U256::from(10);
    assert_eq!(slashed, [tenth(7_290), tenth(6_561)]);
    let seen = registry.providerOf(account).call().await?;
    assert_eq!((seen.status, seen.slashedBps.to::<u16>()), (standing::TOMBSTONED, 5_000));

    let expelled = R::ProviderTombstoned { provider: account };
    net.refuses(&registry.delegate(account, 1), expelled.clone()).await?;
    net.refuses(&registry.setProfile(B256::ZERO, 0, 0, account), expelled.clone()).await?;
    net.refuses(&registry.allocate(TRAINING, 0), expelled.clone()).await?;
    net.refuses(&registry.list(1, TRAINING, B256::ZERO, 0, 1, 1), expelled.clone()).await?;
    net.refuses(&registry.commitBatch(B256::ZERO, 1, 0, B256::ZERO), expelled).await?;
    net.refuses(&registry.unjail(), R::ProviderNotJailed { provider: account }).await?;
    let again = R::AlreadyRegistered { provider: account };
    net.refuses(&registry.register(B256::ZERO, 0, 0, account), again).await?;

    // All that is left to it is to leave, with what is left to it.
    let rest = tenth(59_049);
    let (bucket, left) = staking.undelegate(provider, provider, aia(10_000)).await?;
    assert_eq!(left, rest);
    staking.pass_epochs(3)?;
    net.send(&registry.withdraw(account, bucket, account)).await?;
    let slashed = aia(10_000) - rest;
    let (victim, reporter) = (slashed * U256::from(3) / U256::from(10), slashed / U256::from(5));
    let bonds = BOND * U256::from(4);
    let holdings = [U256::ZERO, U256::ZERO, rest, bonds + reporter, bonds, victim];
    scene.assert_holdings(holdings, slashed - victim - reporter).await
}

#[tokio::test(flavor = "multi_thread")]
async fn closing_a_service_is_no_amnesty() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, .. } = &scene;
    let (net, charge) = (&staking.net, scene.charge());
    let owner = staking.registry_as(&net.owner)?;
    net.send(&owner.setService(INFERENCE, MAX_SLASH_BPS, U96::from(aia(500)), false)).await?;
    assert!(!owner.isActiveIn(provider.address(), INFERENCE).call().await?);
    staking.convict(disputer, &charge).await?;

    // What never was a service has no faults, whoever would judge it.
    let (court, arbitrator) = (staking.court_as(&net.owner)?, staking.arbitrator().address());
    net.send(&court.setService(staking.registry, 3, arbitrator, U96::from(BOND))).await?;
    let unknown = C::UnknownService { target: staking.registry, service: 3 };
    let (by_disputer, fault) = (staking.court_as(disputer)?, B256::ZERO);
    net.refuses(&staking.opening(&by_disputer, &Charge { service: 3, fault, ..charge }), unknown).await?;
    let bonds = BOND * U256::from(4);
    let holdings = [aia(9_000), U256::ZERO, U256::ZERO, bonds + aia(200), bonds, aia(300)];
    scene.assert_holdings(holdings, aia(500)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_victim_that_is_the_court_or_nobody_gets_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, disputer, .. } = &scene;
    let nobody = [staking.court, staking.registry, staking.net.token, Address::ZERO];
    for (fault, victim) in (1..).zip(nobody) {
        let charge = Charge { fault: B256::with_last_byte(fault), victim, ..scene.charge() };
        let receipt = staking.convict(disputer, &charge).await?;
        let slashed = emitted::<R::Slashed>(&receipt, staking.registry).remove(0);
        assert_eq!((slashed.toVictim, slashed.toReporter), (U256::ZERO, slashed.slashed / U256::from(5)));
        assert_eq!(slashed.burned, slashed.slashed - slashed.toReporter);
        staking.pass_epochs(1)?;
    }
    // 1,000, 900, 810 and 729 AIA; a fifth of each is the disputer's.
    let (bonds, reporter) = (BOND * U256::from(4), aia(3_439) / U256::from(5));
    let holdings = [aia(6_561), U256::ZERO, U256::ZERO, bonds + reporter, bonds, U256::ZERO];
    scene.assert_holdings(holdings, aia(3_439) - reporter).await
}
