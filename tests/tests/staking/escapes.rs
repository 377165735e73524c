//! Providers who try to get away, and stakers who owe nothing and may go.

use aia_abi::IProviderRegistry as R;
use aia_tests::{
    actions::{assert_events, event},
    staking::{
        BOND, COMMISSION, Charge, DAY, DETECTION, EPOCH, INFERENCE, REJECT, RULING, Registry, Staking, UNBONDING,
        UPHOLD, VETO, aia, emitted, status,
    },
};
use alloy::{
    primitives::{Address, B256, U256, aliases::U48},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

const VICTIM: Address = Address::repeat_byte(0x5a);

/// A provider with 6,000 AIA of its own and 4,000 of alice's, all behind inference, and a disputer with one bond.
///
/// Of the provider's part of a slash, three fifths if nobody left before, the victim gets 30 % and the disputer 20 %.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    alice: PrivateKeySigner,
    disputer: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let [provider, alice, disputer] = [0, 1, 2].map(|index| staking.net.account(index));
        staking.serving(&provider, aia(6_000)).await?;
        staking.backing(&alice, &provider, aia(4_000)).await?;
        staking.endow(&disputer, BOND).await?;
        let registry = staking.registry_as(&provider)?;
        Ok(Self { staking, provider, alice, disputer, registry })
    }

    /// Charges the provider with a fault of this second.
    fn charge(&self) -> Charge {
        Charge::new(&self.staking, &self.provider, VICTIM)
    }

    /// Returns the first second of the next epoch.
    fn next_epoch(&self) -> u64 {
        (u64::from(self.staking.epoch()) + 1) * EPOCH
    }

    /// Asserts what a slash of everything for inference would take now, in AIA.
    async fn assert_slashable(&self, charge: &Charge, expected: u64) -> Result<()> {
        let (account, fault_at) = (self.provider.address(), U48::from(charge.fault_at));
        assert_eq!(self.registry.slashable(account, INFERENCE, fault_at).call().await?, aia(expected));
        Ok(())
    }

    /// Asserts what somebody has in a bucket, in AIA.
    async fn assert_unbonding(&self, owner: &PrivateKeySigner, bucket: u32, expected: u64) -> Result<()> {
        let seen = self.registry.unbonding(self.provider.address(), bucket, owner.address()).call().await?;
        let mature = U48::from((u64::from(bucket) + 1) * EPOCH);
        assert_eq!((seen.tokens, seen.withdrawableAt), (aia(expected), mature));
        Ok(())
    }

    /// Withdraws an exit of the provider's pool.
    async fn withdraw(&self, owner: &PrivateKeySigner, bucket: u32) -> Result<()> {
        let registry = self.staking.registry_as(owner)?;
        self.staking.net.send(&registry.withdraw(self.provider.address(), bucket, owner.address())).await?;
        Ok(())
    }

    /// Asserts that an exit is still bound.
    async fn assert_bound(&self, owner: &PrivateKeySigner, bucket: u32) -> Result<()> {
        let registry = self.staking.registry_as(owner)?;
        let early = R::NotMatured { epoch: bucket, current: self.staking.epoch() };
        let withdraw = registry.withdraw(self.provider.address(), bucket, owner.address());
        self.staking.net.refuses(&withdraw, early).await
    }

    /// Asserts what registry, court, provider, alice, disputer and victim have, in AIA.
    async fn assert_holdings(&self, expected: [u64; 6], burned: u64) -> Result<()> {
        let Self { staking, provider, alice, disputer, .. } = self;
        let people = [provider, alice, disputer].map(|account| account.address());
        let accounts = [staking.registry, staking.court, people[0], people[1], people[2], VICTIM];
        let holdings: Vec<_> = accounts.into_iter().zip(expected.map(aia)).collect();
        staking.assert_holdings(&holdings, aia(burned)).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_right_after_a_fault_is_slashed_in_the_last_second_of_the_longest_dispute() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, disputer, .. } = &scene;
    // In the last second of an epoch exits are bound for the shortest time.
    staking.pass_to(scene.next_epoch() - 1)?;
    let charge = scene.charge();
    let (bucket, _) = staking.undelegate(provider, provider, aia(6_000)).await?;
    staking.undelegate(alice, provider, aia(4_000)).await?;
    scene.assert_slashable(&charge, 10_000).await?;

    // Everyone takes all the time there is.
    staking.pass_to(charge.fault_at + DETECTION)?;
    let id = staking.accuse(disputer, &charge).await?;
    staking.net.pass(RULING)?;
    staking.rule(id, UPHOLD).await?;
    staking.net.pass(VETO)?;
    staking.pass_to(charge.fault_at + UNBONDING)?;
    scene.assert_bound(provider, bucket).await?;
    scene.assert_slashable(&charge, 10_000).await?;
    let receipt = staking.execute(id).await?;
    let exits = R::ExitsSlashed { provider: provider.address(), epoch: bucket, tokens: aia(1_000) };
    assert_eq!(emitted::<R::ExitsSlashed>(&receipt, staking.registry), [exits]);

    // A second later it would have been too late.
    staking.net.pass(1)?;
    scene.assert_slashable(&charge, 0).await?;
    scene.withdraw(provider, bucket).await?;
    scene.withdraw(alice, bucket).await?;
    scene.assert_holdings([0, 0, 5_400, 3_600, 220, 180], 700).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lowered_allocation_stays_slashable_until_the_fall_takes_effect() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, registry, .. } = &scene;
    let (account, charge, falls) = (provider.address(), scene.charge(), staking.epoch() + 3);
    let receipt = staking.net.send(&registry.allocate(INFERENCE, 0)).await?;
    let allocated = R::Allocated { provider: account, service: INFERENCE, bps: 10_000, nextBps: 0, epoch: falls };
    assert_events(&receipt, &[event(&allocated)]);
    let seen = registry.allocation(account, INFERENCE).call().await?;
    assert_eq!((seen.bps, seen.nextBps, seen.epoch), (10_000, 0, falls));
    assert_eq!(registry.serviceStake(account, INFERENCE).call().await?, U256::ZERO, "it advertises nothing any more");
    scene.assert_slashable(&charge, 10_000).await?;
    staking.convict(disputer, &charge).await?;

    staking.pass_to(u64::from(falls) * EPOCH - 1)?;
    scene.assert_slashable(&scene.charge(), 9_000).await?;
    staking.net.pass(1)?;
    scene.assert_slashable(&scene.charge(), 0).await?;
    scene.assert_holdings([9_000, 0, 0, 0, 220, 180], 700).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_does_not_disown_what_the_old_one_signed() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, registry, .. } = &scene;
    let (old, new) = (provider.address(), staking.net.account(4).address());
    let receipts = staking.conflict(old, VICTIM, 1);
    // Caught, the provider changes its key and leaves, both at once.
    staking.net.send(&registry.setProfile(B256::ZERO, 0, COMMISSION, new)).await?;
    let (bucket, _) = staking.undelegate(provider, provider, aia(6_000)).await?;

    staking.net.pass(DETECTION)?;
    let id = staking.expose(disputer, provider, &receipts).await?;
    staking.net.pass(VETO + 1)?;
    staking.execute(id).await?;
    // Five percent of what was in when it signed: 300 AIA of its own, 200 of alice's.
    scene.assert_unbonding(provider, bucket, 5_700).await?;
    scene.assert_holdings([9_500, 0, 0, 0, 160, 90], 350).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_exit_is_paid_once_and_not_a_second_early() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, disputer, .. } = &scene;
    let (bucket, _) = staking.undelegate(alice, provider, aia(1_000)).await?;
    assert_eq!(bucket, staking.epoch() + 2);
    let never = scene.registry.unbonding(provider.address(), u32::MAX, alice.address()).call().await?;
    assert_eq!((never.tokens, never.withdrawableAt), (U256::ZERO, U48::MAX), "the last second there is");
    scene.assert_unbonding(alice, bucket, 1_000).await?;
    scene.assert_bound(alice, bucket).await?;
    staking.pass_epochs(2)?;
    scene.assert_bound(alice, bucket).await?;
    staking.pass_to(scene.next_epoch() - 1)?;
    scene.assert_bound(alice, bucket).await?;
    staking.net.pass(1)?;
    scene.withdraw(alice, bucket).await?;
    for owner in [alice, disputer] {
        let nothing = R::NothingToWithdraw { provider: provider.address(), epoch: bucket, owner: owner.address() };
        let withdraw = scene.registry.withdraw(provider.address(), bucket, owner.address());
        staking.net.refuses(&withdraw, nothing).await?;
    }
    scene.assert_holdings([9_000, 0, 0, 1_000, 100, 0], 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn disputing_oneself_with_a_later_time_spares_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, .. } = &scene;
    staking.endow(provider, BOND).await?;
    staking.pass_to(scene.next_epoch() - DAY)?;
    let truth = scene.charge();
    let (bucket, _) = staking.undelegate(provider, provider, aia(5_000)).await?;
    staking.pass_epochs(1)?;

    // A fault of today would spare what left yesterday: the arbitrator finds that the time is wrong.
    let lie = scene.charge();
    scene.assert_slashable(&lie, 5_000).await?;
    scene.assert_slashable(&truth, 10_000).await?;
    let lied = staking.accuse(provider, &lie).await?;
    staking.rule(lied, REJECT).await?;
    scene.assert_holdings([10_000, 0, 50, 0, 100, 0], 50).await?;

    // The same fault is disputed again, with the time at which it happened.
    staking.convict(disputer, &truth).await?;
    scene.assert_unbonding(provider, bucket, 4_500).await?;
    scene.assert_holdings([9_000, 0, 50, 0, 220, 180], 750).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commission_rises_by_a_step_and_not_before_the_next_epoch() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (net, account, payer) = (&staking.net, provider.address(), staking.net.account(3));
    staking.undelegate(&scene.alice, provider, aia(4_000)).await?;
    staking.undelegate(provider, provider, aia(1_000)).await?;
    staking.endow(&payer, aia(2_000)).await?;
    let by_payer = staking.registry_as(&payer)?;
    let profile = |bps| registry.setProfile(B256::ZERO, 0, bps, account);
    let too_much = |bps, max| R::InvalidCommission { commissionBps: bps, max };
    net.refuses(&profile(10_000), too_much(10_000, 1_500)).await?;
    net.send(&profile(1_500)).await?;
    // Twice in an epoch is no second step.
    net.refuses(&profile(1_501), too_much(1_501, 1_500)).await?;
    let seen = registry.providerOf(account).call().await?;
    assert_eq!((seen.commissionBps, seen.nextCommissionBps), (1_000, 1_500));

    for commission in [100, 150] {
        let receipt = net.send(&by_payer.fund(account, aia(1_000).to())).await?;
        assert_eq!(emitted::<R::RewardsFunded>(&receipt, staking.registry)[0].commission, aia(commission));
        staking.pass_epochs(1)?;
    }
    net.refuses(&profile(2_001), too_much(2_001, 2_000)).await?;
    net.send(&registry.claim(account)).await?;
    let others = [(staking.registry, aia(10_000)), (account, aia(2_000)), (scene.disputer.address(), BOND)];
    staking.assert_holdings(&others, U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn executed_too_late_a_dispute_takes_from_the_pool_and_not_from_matured_exits() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, .. } = &scene;
    let charge = scene.charge();
    let (bucket, _) = staking.undelegate(provider, provider, aia(5_000)).await?;
    let id = staking.accuse(disputer, &charge).await?;
    staking.rule(id, UPHOLD).await?;
    // Anyone could have executed it for two weeks and more.
    staking.pass_epochs(3)?;
    scene.assert_slashable(&charge, 5_000).await?;
    staking.execute(id).await?;
    staking.assert_dispute(id, status::EXECUTED).await?;
    scene.withdraw(provider, bucket).await?;
    // Of the 5,000 AIA that it reached 1,000 were the provider's.
    scene.assert_holdings([4_500, 0, 5_000, 0, 120, 30], 450).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_left_in_an_epoch_before_the_fault_does_not_pay() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, disputer, .. } = &scene;
    let (before, _) = staking.undelegate(alice, provider, aia(2_000)).await?;
    staking.pass_epochs(1)?;
    // Within the epoch of the fault nobody asks who was first.
    let (same, _) = staking.undelegate(alice, provider, aia(1_000)).await?;
    staking.net.pass(1)?;
    let charge = scene.charge();
    scene.assert_slashable(&charge, 8_000).await?;
    staking.convict(disputer, &charge).await?;
    scene.assert_unbonding(alice, before, 2_000).await?;
    scene.assert_unbonding(alice, same, 900).await?;
    scene.assert_holdings([9_200, 0, 0, 0, 220, 180], 500).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_else_joins_while_a_dispute_is_open_and_everybody_may_leave() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, disputer, registry } = &scene;
    let (net, account, bob) = (&staking.net, provider.address(), staking.net.account(3));
    let (past, _) = staking.undelegate(alice, provider, aia(1_000)).await?;
    staking.pass_epochs(3)?;
    staking.endow(&bob, aia(1_000)).await?;
    let by_bob = staking.registry_as(&bob)?;
    let charge = scene.charge();
    let id = staking.accuse(disputer, &charge).await?;

    let disputed = R::ProviderUnderDispute { provider: account, openDisputes: 1 };
    net.refuses(&by_bob.delegate(account, aia(1_000).to()), disputed.clone()).await?;
    staking.rule(id, UPHOLD).await?;
    net.refuses(&by_bob.delegate(account, aia(1_000).to()), disputed).await?;
    // What matured is paid, and is safe; what leaves now is not.
    scene.assert_slashable(&charge, 9_000).await?;
    scene.withdraw(alice, past).await?;
    let (bucket, _) = staking.undelegate(alice, provider, aia(1_000)).await?;
    net.pass(VETO + 1)?;
    staking.execute(id).await?;
    scene.assert_unbonding(alice, bucket, 900).await?;

    // Over, bob may join: he has not paid for what was before him.
    staking.delegate(&bob, provider, aia(1_000)).await?;
    let stake = registry.stakeOf(account, bob.address()).call().await?;
    assert!(aia(1_000) - stake.tokens <= U256::ONE, "rounded down, {}", stake.tokens);
    scene.assert_holdings([9_100, 0, 0, 1_000, 220, 180], 600).await
}
