//! Courts, arbitrators and parameters that change while disputes are open.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::{
    actions::{assert_events, event},
    staking::{
        BOND, Charge, Court, DAY, EPOCH, INFERENCE, RULING, Registry, Staking, UNBONDING, UPHOLD, VETO, add_court,
        add_registry, aia, court_params, emitted, refusal, registry_params, status,
    },
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
const ONE: U256 = U256::ONE;

/// A provider with 10,000 AIA behind inference, a disputer with two bonds, and the owner of everything.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    disputer: PrivateKeySigner,
    /// The registry as its owner calls it.
    registry: Registry,
    /// The court as its owner calls it.
    court: Court,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let (provider, disputer) = (staking.net.account(0), staking.net.account(1));
        staking.serving(&provider, aia(10_000)).await?;
        staking.endow(&disputer, BOND + BOND).await?;
        let (registry, court) = (staking.registry_as(&staking.net.owner)?, staking.court_as(&staking.net.owner)?);
        Ok(Self { staking, provider, disputer, registry, court })
    }

    /// Charges the provider with one of several faults of this second.
    fn charge(&self, fault: u8) -> Charge {
        Charge { fault: B256::with_last_byte(fault), ..Charge::new(&self.staking, &self.provider, VICTIM) }
    }

    /// Disputes it.
    async fn accuse(&self, fault: u8) -> Result<U256> {
        self.staking.accuse(&self.disputer, &self.charge(fault)).await
    }

    /// Asserts what registry, court, disputer and victim have, in AIA.
    async fn assert_holdings(&self, expected: [u64; 4], burned: u64) -> Result<()> {
        let accounts = [self.staking.registry, self.staking.court, self.disputer.address(), VICTIM];
        let holdings: Vec<_> = accounts.into_iter().zip(expected.map(aia)).collect();
        self.staking.assert_holdings(&holdings, aia(burned)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_court_is_replaced_four_epochs_after_it_was_proposed() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, registry, .. } = &scene;
    let (net, old, new) = (&staking.net, staking.court, Address::repeat_byte(0xc0));
    let (account, by_bystander) = (staking.bystander().address(), staking.registry_as(&staking.bystander())?);
    net.refuses(&by_bystander.proposeCourt(new), R::OwnableUnauthorizedAccount { account }).await?;
    let none: R::CourtNotReady = refusal(&by_bystander.acceptCourt()).await?;
    assert_eq!(none.court, Address::ZERO);

    let (epoch, from) = (staking.epoch(), staking.epoch() + 4);
    let receipt = net.send(&registry.proposeCourt(new)).await?;
    assert_events(&receipt, &[event(&R::CourtProposed { court: new, epoch: from })]);
    let not_yet = |current| R::CourtNotReady { court: new, epoch: from, current };
    net.refuses(&by_bystander.acceptCourt(), not_yet(epoch)).await?;
    staking.pass_to(u64::from(from) * EPOCH - 1)?;
    net.refuses(&by_bystander.acceptCourt(), not_yet(from - 1)).await?;
    net.pass(1)?;
    let seen = registry.courts().call().await?;
    assert_eq!((seen.court, seen.proposed, seen.proposedFrom), (old, new, from));
    let receipt = net.send(&by_bystander.acceptCourt()).await?;
    let set = R::CourtSet { court: new, previous: old, previousUntil: from + 3 };
    assert_events(&receipt, &[event(&set)]);
    let seen = registry.courts().call().await?;
    assert_eq!((seen.court, seen.proposed), (new, Address::ZERO));
    assert_eq!((seen.previous, seen.previousUntil), (old, from + 3));

    // A proposal can be withdrawn.
    net.send(&registry.proposeCourt(old)).await?;
    let receipt = net.send(&registry.proposeCourt(Address::ZERO)).await?;
    assert_events(&receipt, &[event(&R::CourtProposed { court: Address::ZERO, epoch: 0 })]);
    staking.pass_epochs(4)?;
    let withdrawn = R::CourtNotReady { court: Address::ZERO, epoch: 0, current: from + 4 };
    net.refuses(&by_bystander.acceptCourt(), withdrawn).await?;
    scene.assert_holdings([10_000, 0, 200, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_but_a_court_slashes_or_opens() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, .. } = &scene;
    let subject = provider.address().into_word();
    for caller in [staking.net.owner.clone(), staking.guardian(), staking.arbitrator(), staking.bystander()] {
        let (account, registry) = (caller.address(), staking.registry_as(&caller)?);
        let order = R::Slash {
            subject,
            service: 0,
            bps: 10_000,
            faultAt: U48::from(staking.net.now()),
            reporter: account,
            reporterBps: 2_000,
            victim: account,
            victimBps: 3_000,
        };
        let refused = R::UnauthorizedCourt { account };
        staking.net.refuses(&registry.slash(order), refused.clone()).await?;
        for open in [true, false] {
            staking.net.refuses(&registry.onDispute(subject, open), refused.clone()).await?;
        }
    }
    scene.assert_holdings([10_000, 0, 200, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replaced_court_finishes_what_it_began_and_begins_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, registry, .. } = &scene;
    let net = &staking.net;
    net.send(&registry.proposeCourt(add_court(net, court_params()).await?)).await?;
    // The day before the change two disputes are upheld.
    staking.pass_epochs(3)?;
    net.pass(6 * DAY)?;
    let (in_time, too_late) = (scene.accuse(1).await?, scene.accuse(2).await?);
    for id in [in_time, too_late] {
        staking.rule(id, UPHOLD).await?;
    }
    staking.pass_epochs(1)?;
    net.send(&registry.acceptCourt()).await?;
    let until = staking.epoch() + 3;
    let by_disputer = staking.court_as(disputer)?;
    let refused = R::UnauthorizedCourt { account: staking.court };
    net.refuses(&staking.opening(&by_disputer, &scene.charge(3)), refused).await?;

    // For three epochs after that of the change it may still slash, to the last second; it may close for ever.
    staking.pass_to((u64::from(until) + 1) * EPOCH - 1)?;
    staking.execute(in_time).await?;
    staking.assert_dispute(in_time, status::EXECUTED).await?;
    net.pass(1)?;
    let receipt = staking.execute(too_late).await?;
    let over = C::DisputeDuplicate { id: too_late };
    assert_eq!(emitted::<C::DisputeDuplicate>(&receipt, staking.court), [over]);
    staking.assert_dispute(too_late, status::DUPLICATE).await?;
    assert_eq!(registry.providerOf(provider.address()).call().await?.openDisputes, 0);
    scene.assert_holdings([9_000, 0, 400, 300], 500).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_court_judges_from_its_acceptance_on() -> Result<()> {
    let Scene { mut staking, provider, disputer, registry, .. } = Scene::start().await?;
    let (old, new) = (staking.court, add_court(&staking.net, court_params()).await?);
    staking.court = new;
    staking.endow(&disputer, U256::ZERO).await?; // the allowance for the new court
    let by_owner = staking.court_as(&staking.net.owner)?;
    let arbitrator = staking.arbitrator().address();
    staking.net.send(&by_owner.addTarget(staking.registry)).await?;
    staking.net.send(&by_owner.setService(staking.registry, INFERENCE, arbitrator, U96::from(BOND))).await?;
    staking.net.send(&registry.proposeCourt(new)).await?;
    let by_disputer = staking.court_as(&disputer)?;
    let refused = R::UnauthorizedCourt { account: new };
    let charge = Charge::new(&staking, &provider, VICTIM);
    staking.net.refuses(&staking.opening(&by_disputer, &charge), refused).await?;
    staking.pass_epochs(4)?;
    staking.net.send(&registry.acceptCourt()).await?;

    staking.convict(&disputer, &Charge::new(&staking, &provider, VICTIM)).await?;
    let disputer = (disputer.address(), BOND + BOND + aia(200));
    let others = [(staking.registry, aia(9_000)), (VICTIM, aia(300)), (old, U256::ZERO), (new, U256::ZERO)];
    staking.assert_holdings(&[&others[..], &[disputer]].concat(), aia(500)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_set_later_touches_an_open_dispute() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, court, .. } = &scene;
    let (net, successor) = (&staking.net, staking.net.account(3));
    let open = scene.accuse(1).await?;
    let harsh = C::Params { rulingWindow: 600, vetoWindow: 600, reporterBps: 0, victimBps: 0, ..court_params() };
    let receipt = net.send(&court.setParams(harsh.clone())).await?;
    assert_events(&receipt, &[event(&C::ParamsSet { version: 1, params: harsh })]);
    let double = U96::from(BOND + BOND);
    let receipt = net.send(&court.setService(staking.registry, INFERENCE, successor.address(), double)).await?;
    let terms =
        C::ServiceSet { target: staking.registry, service: INFERENCE, arbitrator: successor.address(), bond: double };
    assert_events(&receipt, &[event(&terms)]);

    // The old arbitrator rules, at the end of the old window; the old windows, bond and parts hold to the end.
    let by_successor = staking.court_as(&successor)?;
    let stranger = C::UnauthorizedParty { id: open, caller: successor.address() };
    net.refuses(&by_successor.rule(open, ONE), stranger).await?;
    net.pass(RULING)?;
    staking.rule(open, UPHOLD).await?;
    net.pass(VETO)?;
    let early: C::DeadlineNotPassed = refusal(&by_successor.execute(open)).await?;
    assert_eq!(early.deadline, U48::from(net.now()));
    net.pass(1)?;
    staking.execute(open).await?;
    scene.assert_holdings([9_000, 0, 400, 300], 500).await?;

    // The next dispute goes by the new ones: nobody is paid, and all of the slash burns.
    let next = scene.accuse(2).await?;
    let seen = court.dispute(next).call().await?;
    assert_eq!((seen.paramsVersion, seen.bond, seen.arbitrator), (1, double, successor.address()));
    net.send(&by_successor.rule(next, ONE)).await?;
    net.pass(601)?;
    staking.execute(next).await?;
    scene.assert_holdings([8_100, 0, 400, 300], 1_400).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_an_arbitrator_nothing_is_disputed() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, disputer, court, .. } = &scene;
    let (net, target, by_disputer) = (&staking.net, staking.registry, staking.court_as(disputer)?);
    let set = |arbitrator, bond| court.setService(target, INFERENCE, arbitrator, bond);
    let account = disputer.address();
    let most = U96::from(aia(1_000_000));
    for bond in [U96::ZERO, most + U96::from(1)] {
        net.refuses(&set(account, bond), C::InvalidBond { bond: U256::from(bond) }).await?;
    }
    let foreign = by_disputer.setService(target, INFERENCE, account, most);
    net.refuses(&foreign, C::OwnableUnauthorizedAccount { account }).await?;
    let elsewhere = court.setService(net.token, INFERENCE, account, most);
    net.refuses(&elsewhere, C::UnknownTarget { target: net.token }).await?;

    let open = scene.accuse(1).await?;
    net.send(&set(Address::ZERO, U96::ZERO)).await?;
    let unjudged = C::UnknownService { target, service: INFERENCE };
    net.refuses(&staking.opening(&by_disputer, &scene.charge(2)), unjudged).await?;
    // What was open before has its arbitrator.
    staking.rule(open, UPHOLD).await?;
    net.pass(VETO + 1)?;
    staking.execute(open).await?;
    scene.assert_holdings([9_000, 0, 400, 300], 500).await
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_never_exceed_the_time_for_which_stake_is_bound() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, court, .. } = &scene;
    let (net, bound, week) = (&staking.net, U256::from(UNBONDING), U256::from(EPOCH));
    assert_eq!(court.requiredUnbonding().call().await?, bound);
    assert_eq!(court.shortestUnbonding().call().await?, bound);
    let longest = court_params();
    for longer in [
        C::Params { detectionWindow: longest.detectionWindow + 1, ..court_params() },
        C::Params { rulingWindow: longest.rulingWindow + 1, ..court_params() },
        C::Params { vetoWindow: longest.vetoWindow + 1, ..court_params() },
        C::Params { executionWindow: longest.executionWindow + 1, ..court_params() },
    ] {
        let refused = C::UnbondingTooShort { unbonding: bound, needed: bound + ONE };
        net.refuses(&court.setParams(longer), refused).await?;
    }
    let hasty = C::Params { rulingWindow: 599, ..court_params() };
    let (value, min, max) = (U256::from(599), U256::from(600), U256::from(7_776_000));
    net.refuses(&court.setParams(hasty), C::InvalidParameter { index: 1, value, min, max }).await?;

    // A registry that lets stake go after a week is none for a court that takes two.
    let brief = add_registry(net, staking.court, registry_params(), 1).await?;
    let refused = C::UnbondingTooShort { unbonding: week, needed: bound };
    net.refuses(&court.addTarget(brief), refused.clone()).await?;
    net.refuses(&court.addTarget(staking.registry), C::InvalidTarget { target: staking.registry }).await?;
    // Nor is what answers nothing, refuses to answer, or answers what is no time: a hash.
    for target in [VICTIM, net.token, Address::with_last_byte(2)] {
        net.refuses(&court.addTarget(target), C::TargetCallFailed { target }).await?;
    }
    let swift = C::Params { detectionWindow: 172_800, rulingWindow: 172_800, ..court_params() };
    net.send(&court.setParams(swift)).await?;
    let receipt = net.send(&court.addTarget(brief)).await?;
    assert_events(&receipt, &[event(&C::TargetAdded { target: brief, unbondingPeriod: week })]);
    assert_eq!(court.shortestUnbonding().call().await?, week);
    // And from then on the court takes no longer.
    net.refuses(&court.setParams(court_params()), refused).await?;
    scene.assert_holdings([10_000, 0, 200, 0], 0).await
}
