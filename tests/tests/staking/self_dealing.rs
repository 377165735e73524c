//! Providers that convict themselves, with accounts of their own as disputer, reporter and victim: they lose by it.

use aia_abi::IProviderRegistry as R;
use aia_tests::staking::{BOND, Charge, EPOCH, Registry, Staking, VETO, aia, emitted, standing};
use alloy::{
    primitives::{B256, U256},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

/// A provider with 1,000 AIA of its own and as much of alice's as these bear, 15,000. One person is the provider, the
/// reporter, who has a bond, and the victim.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    alice: PrivateKeySigner,
    reporter: PrivateKeySigner,
    victim: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let [provider, alice, reporter, victim] = [0, 1, 2, 3].map(|index| staking.net.account(index));
        staking.serving(&provider, aia(1_000)).await?;
        staking.backing(&alice, &provider, aia(15_000)).await?;
        staking.endow(&reporter, BOND).await?;
        let registry = staking.registry_as(&provider)?;
        Ok(Self { staking, provider, alice, reporter, victim, registry })
    }

    /// Lets the provider prove against itself that it equivocated in so many jobs, all slashed after the veto window.
    async fn equivocate(&self, jobs: u8) -> Result<()> {
        let mut ids = Vec::new();
        for job in 1..=jobs {
            let receipts = self.staking.conflict(self.provider.address(), self.victim.address(), job);
            ids.push(self.staking.expose(&self.reporter, &self.provider, &receipts).await?);
        }
        self.staking.net.pass(VETO + 1)?;
        for id in ids {
            self.staking.execute(id).await?;
        }
        let seen = self.registry.providerOf(self.provider.address()).call().await?;
        assert_eq!((seen.status, seen.openDisputes), (standing::TOMBSTONED, 0));
        Ok(())
    }

    /// Lets the provider take its whole stake out, and returns the bucket.
    async fn leave(&self) -> Result<u32> {
        Ok(self.staking.undelegate(&self.provider, &self.provider, aia(1_000)).await?.0)
    }

    /// Lets the provider take what is left of an exit.
    async fn withdraw(&self, bucket: u32) -> Result<()> {
        self.staking.pass_to((u64::from(bucket) + 1) * EPOCH)?;
        let account = self.provider.address();
        self.staking.net.send(&self.registry.withdraw(account, bucket, account)).await?;
        Ok(())
    }

    /// Returns what all accounts of the person hold.
    async fn wealth(&self) -> Result<U256> {
        let token = self.staking.net.token_as(&self.provider)?;
        let mut sum = U256::ZERO;
        for account in [&self.provider, &self.reporter, &self.victim] {
            sum += token.balanceOf(account.address()).call().await?;
        }
        Ok(sum)
    }

    /// Asserts what registry, provider, alice, reporter and victim have.
    async fn assert_holdings(&self, expected: [U256; 5], burned: U256) -> Result<()> {
        let Self { staking, provider, alice, reporter, victim, .. } = self;
        let [a, b, c, d] = [provider, alice, reporter, victim].map(|account| account.address());
        let holdings: Vec<_> = [staking.registry, a, b, c, d].into_iter().zip(expected).collect();
        staking.assert_holdings(&holdings, burned).await
    }
}

/// What the person has at first: its stake and its bond.
fn before() -> U256 {
    aia(1_000) + BOND
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_proves_its_own_equivocations_loses_however_many_they_are() -> Result<()> {
    for jobs in [1, 4] {
        let scene = Scene::start().await?;
        scene.equivocate(jobs).await?;
        let bucket = scene.leave().await?;
        scene.withdraw(bucket).await?;
        // Of 800 AIA 50 were its own, and half of these come back; for every job after the first nothing does.
        assert_eq!(scene.wealth().await?, before() - aia(25), "after {jobs} jobs");
        let holdings = [aia(14_250), aia(950), U256::ZERO, BOND + aia(10), aia(15)];
        scene.assert_holdings(holdings, aia(775)).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_leaves_first_loses_as_much() -> Result<()> {
    let scene = Scene::start().await?;
    let bucket = scene.leave().await?;
    scene.equivocate(2).await?;
    scene.withdraw(bucket).await?;
    assert_eq!(scene.wealth().await?, before() - aia(25));
    scene.assert_holdings([aia(14_250), aia(950), U256::ZERO, BOND + aia(10), aia(15)], aia(775)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_with_nothing_of_its_own_at_stake_gains_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let bucket = scene.leave().await?;
    scene.staking.pass_epochs(2)?;
    // Its stake left before the detection window: five percent of alice's 15,000 AIA burn as a whole.
    scene.equivocate(2).await?;
    scene.withdraw(bucket).await?;
    assert_eq!(scene.wealth().await?, before());
    scene.assert_holdings([aia(14_250), aia(1_000), U256::ZERO, BOND, U256::ZERO], aia(750)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_that_disputes_itself_loses_each_time() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, reporter, victim, registry, .. } = &scene;
    let account = provider.address();
    let mut last = before();
    for fault in 1..=3 {
        let charge = Charge::new(staking, provider, victim.address());
        let charge = Charge { fault: B256::with_last_byte(fault), ..charge };
        let receipt = staking.convict(reporter, &charge).await?;
        let slashed = emitted::<R::Slashed>(&receipt, staking.registry).remove(0);
        // A sixteenth of what is slashed is its own, and half of that is paid.
        assert_eq!(slashed.toVictim + slashed.toReporter, slashed.slashed / U256::from(32));
        let staked = registry.stakeOf(account, account).call().await?.tokens;
        let wealth = scene.wealth().await? + staked;
        assert!(wealth < last, "{wealth} after dispute {fault}");
        last = wealth;
    }
    // Three times a tenth: 1,600, 1,440 and 1,296 AIA, of which 271 were its own.
    let tenth = |amount: u64| aia(amount) / U256::from(10);
    assert_eq!(last, before() - tenth(1_355));
    let holdings = [aia(11_664), U256::ZERO, U256::ZERO, BOND + tenth(542), tenth(813)];
    scene.assert_holdings(holdings, tenth(42_005)).await
}
