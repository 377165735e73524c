//! Pools that are slashed to nothing: what ends with them, what does not, and what begins anew.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::staking::{
    BOND, Charge, INFERENCE, Registry, Staking, VETO, aia, court_params, emitted, registry_params, standing,
};
use alloy::{
    primitives::{
        Address, B256, U256,
        aliases::{U24, U96},
    },
    signers::local::PrivateKeySigner,
};
use eyre::{OptionExt, Result};

const VICTIM: Address = Address::repeat_byte(0x5a);
const ONE: U256 = U256::ONE;
/// Seconds from a charge to its execution, if nobody loses any; a funded pool streams an AIA in each.
const TRIAL: u64 = VETO + 1;
/// AIA that have not flowed until then, of a week's.
const REST: u64 = 604_800 - TRIAL;

/// Returns so many tenths of an AIA.
fn tenths(amount: u64) -> U256 {
    aia(amount) / U256::from(10)
}

/// Two fifths of a pool are the provider's, three fifths alice's, and everything may be slashed at once.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    alice: PrivateKeySigner,
    bob: PrivateKeySigner,
    disputer: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
}

impl Scene {
    /// Starts with a pool of so many AIA.
    async fn start(stake: u64) -> Result<Self> {
        let merciless = R::Params { tombstoneBps: U24::from(100_000), epochSlashCapBps: 10_000, ..registry_params() };
        let staking = Staking::start_with(merciless, court_params()).await?;
        let [provider, alice, bob, disputer] = [0, 1, 2, 3].map(|index| staking.net.account(index));
        let owner = staking.registry_as(&staking.net.owner)?;
        staking.net.send(&owner.setService(INFERENCE, 10_000, U96::from(aia(500)), true)).await?;
        staking.serving(&provider, aia(stake / 5 * 2)).await?;
        staking.backing(&alice, &provider, aia(stake / 5 * 3)).await?;
        staking.endow(&bob, aia(2_000)).await?;
        staking.endow(&disputer, BOND).await?;
        let registry = staking.registry_as(&provider)?;
        Ok(Self { staking, provider, alice, bob, disputer, registry })
    }

    /// Lets somebody fund the pool with 672,000 AIA: a tenth is commission, of the rest an AIA flows every second.
    async fn fund(&self) -> Result<()> {
        let payer = self.staking.net.account(4);
        self.staking.endow(&payer, aia(672_000)).await?;
        let by_payer = self.staking.registry_as(&payer)?;
        self.staking.net.send(&by_payer.fund(self.provider.address(), aia(672_000).to())).await?;
        Ok(())
    }

    /// Convicts the provider of a fault of this second at a rate, and returns the slash.
    async fn convict(&self, bps: u16) -> Result<(R::Slashed, Option<R::PoolWiped>)> {
        let charge = Charge::new(&self.staking, &self.provider, VICTIM);
        let fault = B256::from(U256::from(charge.fault_at));
        let receipt = self.staking.convict(&self.disputer, &Charge { bps, fault, ..charge }).await?;
        let slashed = emitted::<R::Slashed>(&receipt, self.staking.registry).pop().ok_or_eyre("no slash")?;
        Ok((slashed, emitted::<R::PoolWiped>(&receipt, self.staking.registry).pop()))
    }

    /// Returns what an account could claim.
    async fn pending(&self, account: &PrivateKeySigner) -> Result<U256> {
        Ok(self.registry.pendingRewards(self.provider.address(), account.address()).call().await?)
    }

    async fn claim(&self, account: &PrivateKeySigner) -> Result<()> {
        let registry = self.staking.registry_as(account)?;
        self.staking.net.send(&registry.claim(self.provider.address())).await?;
        Ok(())
    }

    /// Asserts what registry, provider, alice, bob, disputer and victim have.
    async fn assert_holdings(&self, expected: [U256; 6], burned: U256) -> Result<()> {
        let Self { staking, provider, alice, bob, disputer, .. } = self;
        let [a, b, c, d] = [provider, alice, bob, disputer].map(|account| account.address());
        let holdings: Vec<_> = [staking.registry, a, b, c, d, VICTIM].into_iter().zip(expected).collect();
        staking.assert_holdings(&holdings, burned).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wiped_pool_voids_its_shares_and_begins_anew() -> Result<()> {
    let scene = Scene::start(10_000).await?;
    let Scene { staking, provider, alice, bob, registry, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    scene.fund().await?;
    let (slashed, wiped) = scene.convict(10_000).await?;
    assert_eq!((slashed.slashed, slashed.burned), (aia(10_000), aia(8_000)));
    assert_eq!(wiped, Some(R::PoolWiped { provider: account, generation: U24::from(1) }));
    let seen = registry.providerOf(account).call().await?;
    assert_eq!((seen.status, seen.generation, seen.tokens, seen.shares), (standing::JAILED, U24::from(1), 0, 0));

    // The old shares are void: there is nothing to take out, and nothing to fund.
    let stake = registry.stakeOf(account, alice.address()).call().await?;
    assert_eq!((stake.shares, stake.tokens), (U256::ZERO, U256::ZERO));
    let by_alice = staking.registry_as(alice)?;
    let void = R::InsufficientShares { delegator: alice.address(), shares: U256::ZERO, needed: ONE };
    net.refuses(&by_alice.undelegate(account, 1), void).await?;
    net.refuses(&by_alice.fund(account, 1), R::PoolTooSmall { provider: account, shares: U256::ZERO }).await?;

    // What they have earned is not, and what has not flowed waits for new ones, of which the provider takes the first.
    net.pass(1_000)?;
    let (of_alice, of_provider) = (tenths(6 * TRIAL), tenths(4 * TRIAL));
    assert_eq!(scene.pending(alice).await?, of_alice);
    let alone = R::DelegationTooHigh { provider: account, tokens: aia(2_000), max: U256::ZERO };
    net.refuses(&staking.registry_as(bob)?.delegate(account, aia(2_000).to()), alone).await?;
    staking.backing(provider, provider, aia(2_000)).await?;
    staking.delegate(bob, provider, aia(2_000)).await?;
    let stake = registry.stakeOf(account, bob.address()).call().await?;
    assert_eq!((stake.shares, stake.tokens), (aia(2_000), aia(2_000)));
    net.pass(REST)?;
    assert_eq!(scene.pending(alice).await?, of_alice);
    assert_eq!(scene.pending(bob).await?, tenths(5 * REST));
    for account in [alice, bob, provider] {
        scene.claim(account).await?;
    }
    let (half, of_provider) = (tenths(5 * REST), aia(67_200) + of_provider);
    let holdings = [aia(4_000), of_provider + half, of_alice, half, aia(900), aia(1_200)];
    scene.assert_holdings(holdings, aia(8_000)).await?;

    // Alice may come back, with new shares only.
    staking.delegate(alice, provider, aia(1_000)).await?;
    let old = R::InsufficientShares { delegator: alice.address(), shares: aia(1_000), needed: aia(6_000) };
    net.refuses(&by_alice.undelegate(account, aia(6_000).to()), old).await?;
    staking.undelegate(alice, provider, aia(1_000)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bucket_slashed_to_nothing_takes_nobody_in_until_the_next_epoch() -> Result<()> {
    let scene = Scene::start(10_000).await?;
    let Scene { staking, provider, alice, bob, registry, .. } = &scene;
    let account = provider.address();
    let (bucket, _) = staking.undelegate(alice, provider, aia(6_000)).await?;
    let (slashed, wiped) = scene.convict(10_000).await?;
    assert_eq!(slashed.slashed, aia(10_000));
    assert!(wiped.is_some());
    let seen = registry.bucket(account, bucket).call().await?;
    assert_eq!((seen.tokens, seen.claims), (U256::ZERO, aia(6_000)));

    // What bob put in there now would be alice's as well.
    staking.backing(provider, provider, aia(2_000)).await?;
    staking.delegate(bob, provider, aia(2_000)).await?;
    let by_bob = staking.registry_as(bob)?;
    let insolvent = R::InsolventBucket { provider: account, epoch: bucket };
    staking.net.refuses(&by_bob.undelegate(account, aia(2_000).to()), insolvent).await?;
    staking.pass_epochs(1)?;
    let (next, left) = staking.undelegate(bob, provider, aia(2_000)).await?;
    assert_eq!((next, left), (bucket + 1, aia(2_000)));
    staking.pass_epochs(3)?;
    staking.net.send(&by_bob.withdraw(account, next, bob.address())).await?;
    let holdings = [aia(2_000), U256::ZERO, U256::ZERO, aia(2_000), aia(900), aia(1_200)];
    scene.assert_holdings(holdings, aia(8_000)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn shares_that_are_worth_hardly_anything_are_void_too() -> Result<()> {
    let scene = Scene::start(10_000_000).await?;
    let Scene { staking, provider, alice, registry, .. } = &scene;
    let (first, wiped) = scene.convict(9_999).await?;
    assert_eq!((first.slashed, wiped), (aia(9_999_000), None));
    staking.pass_epochs(1)?;
    // A ten-thousandth of a ten-thousandth is less than a millionth: it burns with the rest.
    let (second, wiped) = scene.convict(9_999).await?;
    assert_eq!(second.slashed, aia(1_000));
    assert_eq!(wiped, Some(R::PoolWiped { provider: provider.address(), generation: U24::from(1) }));
    // Two fifths of each were the provider's; of what the wipe burns beside, nobody gets a part.
    assert_eq!((first.toVictim, first.toReporter), (aia(1_199_880), aia(799_920)));
    let milli = aia(1) / U256::from(1_000);
    let parts = [119_988, 79_992].map(|thousandths| milli * U256::from(thousandths));
    assert_eq!([second.toVictim, second.toReporter], parts);
    for slash in [&first, &second] {
        assert_eq!(slash.toVictim + slash.toReporter + slash.burned, slash.slashed);
        assert!(slash.burned * U256::from(2) >= slash.slashed, "at least half burns");
    }
    let stake = registry.stakeOf(provider.address(), alice.address()).call().await?;
    assert_eq!((stake.shares, stake.tokens), (U256::ZERO, U256::ZERO));
    let (reporter, victim) = (first.toReporter + second.toReporter, first.toVictim + second.toVictim);
    let holdings = [U256::ZERO, U256::ZERO, U256::ZERO, aia(2_000), BOND + reporter, victim];
    scene.assert_holdings(holdings, first.burned + second.burned).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_reach_nobody_any_more_is_burned() -> Result<()> {
    let scene = Scene::start(10_000).await?;
    let Scene { staking, provider, alice, disputer, registry, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    let by_bystander = staking.registry_as(&staking.bystander())?;
    let burning = by_bystander.burnStranded(account);
    scene.fund().await?;
    // Expelled for good for two results of one job, which cost five percent.
    let id = staking.expose(disputer, provider, &staking.conflict(account, VICTIM, 1)).await?;
    net.pass(VETO + 1)?;
    let receipt = staking.execute(id).await?;
    assert_eq!(emitted::<C::DisputeExecuted>(&receipt, staking.court)[0].slashed, aia(500));

    // Rewards flow as long as somebody is in.
    net.refuses(&burning, R::NotStranded { provider: account }).await?;
    let (bucket, _) = staking.undelegate(alice, provider, aia(6_000)).await?;
    net.refuses(&burning, R::NotStranded { provider: account }).await?;
    staking.undelegate(provider, provider, aia(4_000)).await?;
    staking.pass_epochs(3)?;
    let receipt = net.send(&burning).await?;
    let burned = R::RewardsBurned { provider: account, tokens: aia(REST) };
    assert_eq!(emitted::<R::RewardsBurned>(&receipt, staking.registry), [burned]);
    net.refuses(&burning, R::ZeroAmount {}).await?;

    for account in [alice, provider] {
        scene.claim(account).await?;
        net.send(&registry.withdraw(provider.address(), bucket, account.address())).await?;
    }
    let of_provider = aia(3_800 + 67_200) + tenths(4 * TRIAL);
    let of_alice = aia(5_700) + tenths(6 * TRIAL);
    // In the end the registry is empty, to the last base unit.
    let holdings = [U256::ZERO, of_provider, of_alice, aia(2_000), aia(140), aia(60)];
    scene.assert_holdings(holdings, aia(400 + REST)).await
}
