//! How much others may add to a provider's stake, and what the provider may add itself.

use aia_abi::IProviderRegistry as R;
use aia_tests::{
    actions::{assert_events, event},
    staking::{BOND, Charge, JAIL, Registry, Staking, UPHOLD, VETO, aia, standing},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

const VICTIM: Address = Address::repeat_byte(0x5a);
const ONE: U256 = U256::ONE;

/// A provider with 1,000 AIA of its own and 9,000 of alice's behind inference, a disputer, and bob, who has 100,000 and
/// means no good.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    alice: PrivateKeySigner,
    bob: PrivateKeySigner,
    disputer: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
    /// The registry as bob calls it.
    by_bob: Registry,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let [provider, alice, bob, disputer] = [0, 1, 2, 3].map(|index| staking.net.account(index));
        staking.serving(&provider, aia(1_000)).await?;
        staking.backing(&alice, &provider, aia(9_000)).await?;
        staking.endow(&bob, aia(100_000)).await?;
        staking.endow(&disputer, BOND + BOND).await?;
        let (registry, by_bob) = (staking.registry_as(&provider)?, staking.registry_as(&bob)?);
        Ok(Self { staking, provider, alice, bob, disputer, registry, by_bob })
    }

    async fn is_active(&self) -> Result<bool> {
        Ok(self.registry.isActive(self.provider.address()).call().await?)
    }

    /// Asserts that bob's stake is refused, however it comes: the pool would have so much, and may have so much.
    async fn assert_too_high(&self, amount: U256, tokens: U256, max: U256) -> Result<()> {
        let Self { staking, provider, bob, by_bob, .. } = self;
        let (account, never, none) = (provider.address(), U256::MAX, Bytes::new);
        let refused = || R::DelegationTooHigh { provider: account, tokens, max };
        let amount = amount.to::<u128>();
        staking.net.refuses(&by_bob.delegate(account, amount), refused()).await?;
        staking.net.refuses(&by_bob.delegateWithPermit(account, amount, never, none()), refused()).await?;
        let (from, after) = (bob.address(), U256::ZERO);
        let authorized = by_bob.delegateWithAuthorization(account, from, amount, after, never, B256::ZERO, none());
        staking.net.refuses(&authorized, refused()).await
    }

    /// Asserts what registry, bob, disputer and victim have.
    async fn assert_holdings(&self, expected: [U256; 4], burned: U256) -> Result<()> {
        let Self { staking, bob, disputer, .. } = self;
        let accounts = [staking.registry, bob.address(), disputer.address(), VICTIM];
        let holdings: Vec<_> = accounts.into_iter().zip(expected).collect();
        staking.assert_holdings(&holdings, burned).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_switches_a_provider_off_by_delegating_too_much() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, bob, .. } = &scene;
    // Sixteen times 1,000 AIA, and not a base unit more.
    scene.assert_too_high(aia(6_000) + ONE, aia(16_000) + ONE, aia(16_000)).await?;
    staking.delegate(bob, provider, aia(6_000)).await?;
    assert!(scene.is_active().await?);
    scene.assert_too_high(ONE, aia(16_000) + ONE, aia(16_000)).await?;

    // The provider makes room, for itself and for others.
    staking.backing(provider, provider, aia(100)).await?;
    assert!(scene.is_active().await?);
    scene.assert_too_high(aia(1_500) + ONE, aia(17_600) + ONE, aia(17_600)).await?;
    staking.delegate(bob, provider, aia(1_500)).await?;
    assert!(scene.is_active().await?);
    scene.assert_holdings([aia(17_600), aia(92_500), BOND + BOND, U256::ZERO], U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_stake_of_its_own_a_provider_is_delegated_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, .. } = &scene;
    staking.undelegate(provider, provider, aia(1_000)).await?;
    scene.assert_too_high(ONE, aia(9_000) + ONE, U256::ZERO).await?;
    // Nobody is kept in by it, and the provider may come back however much others have.
    staking.undelegate(alice, provider, aia(1_000)).await?;
    staking.backing(provider, provider, ONE).await?;
    assert!(!scene.is_active().await?);
    scene.assert_too_high(ONE, aia(8_000) + ONE + ONE, U256::from(16)).await?;
    scene.assert_holdings([aia(10_000) + ONE, aia(100_000), BOND + BOND, U256::ZERO], U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_restores_its_own_stake_and_comes_back_while_disputed() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, disputer, registry, by_bob, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    staking.convict(disputer, &Charge::new(staking, provider, VICTIM)).await?;
    net.pass(JAIL)?;
    let charge = Charge { fault: B256::ZERO, ..Charge::new(staking, provider, VICTIM) };
    let id = staking.accuse(disputer, &charge).await?;
    let short = R::InsufficientSelfStake { provider: account, tokens: aia(900), needed: aia(1_000) };
    net.refuses(&registry.unjail(), short).await?;
    let disputed = R::ProviderUnderDispute { provider: account, openDisputes: 1 };
    net.refuses(&by_bob.delegate(account, 1), disputed).await?;

    // A dispute keeps others out, and not the provider from coming back: 180 AIA are 200 shares, which make 1,200.
    staking.backing(provider, provider, aia(180)).await?;
    assert_eq!(registry.stakeOf(account, account).call().await?.tokens, aia(1_080));
    let receipt = net.send(&registry.unjail()).await?;
    assert_events(&receipt, &[event(&R::Unjailed { provider: account })]);
    assert!(scene.is_active().await?);
    // What it added is slashed with the rest.
    staking.rule(id, UPHOLD).await?;
    net.pass(VETO + 1)?;
    staking.execute(id).await?;
    assert_eq!(registry.providerOf(account).call().await?.status, standing::JAILED);
    assert_eq!(registry.stakeOf(account, account).call().await?.tokens, aia(972));

    // Of 1,000 AIA the provider lost 100, of 918 it lost 108.
    let (reporter, victim) = (aia(208) / U256::from(5), aia(208) * U256::from(3) / U256::from(10));
    let holdings = [aia(8_262), aia(100_000), BOND + BOND + reporter, victim];
    scene.assert_holdings(holdings, aia(1_918) - reporter - victim).await
}
