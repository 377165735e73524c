//! Minters within their limits, and holders who burn.

use aia_abi::IAIAToken as I;
use aia_tests::{
    Network, Token,
    actions::{assert_events, event},
};
use alloy::primitives::{Address, U256, aliases::U48};
use eyre::Result;

const ALL_MINTERS: Address = Address::ZERO;
const SHOP: Address = Address::repeat_byte(0x5a);
/// Base units that exist at the start.
const START: u64 = 1000;

fn units(amount: u64) -> U256 {
    U256::from(amount)
}

/// Two minters of 100 base units per 100 seconds each, within 150 per 100 seconds together.
struct Scene {
    net: Network,
    owner: Token,
    minters: [Token; 2],
}

impl Scene {
    async fn start() -> Result<Self> {
        let net = Network::start(units(START)).await?;
        let owner = net.token_as(&net.owner)?;
        let minters = [net.token_as(&net.account(0))?, net.token_as(&net.account(1))?];
        let scene = Self { net, owner, minters };
        for (minter, capacity) in [(scene.minter(0), 100), (scene.minter(1), 100), (ALL_MINTERS, 150)] {
            scene.limit(minter, capacity, 100).await?;
        }
        Ok(scene)
    }

    fn minter(&self, index: usize) -> Address {
        self.net.account(index).address()
    }

    async fn limit(&self, minter: Address, capacity: u128, window: u64) -> Result<()> {
        let receipt = self.net.send(&self.owner.setMintLimit(minter, capacity, U48::from(window))).await?;
        let (capacity, window) = if capacity == 0 { (0, 0) } else { (capacity, window) };
        let set = I::MintLimitSet { minter, capacity: U256::from(capacity), window: units(window) };
        assert_events(&receipt, &[event(&set)]);
        Ok(())
    }

    async fn mint(&self, index: usize, amount: u64) -> Result<()> {
        let receipt = self.net.send(&self.minters[index].mint(SHOP, units(amount))).await?;
        let minted = I::Transfer { from: Address::ZERO, to: SHOP, value: units(amount) };
        assert_events(&receipt, &[event(&minted)]);
        Ok(())
    }

    async fn mint_exceeds(&self, index: usize, amount: u64) -> Result<()> {
        self.net.refuses(&self.minters[index].mint(SHOP, units(amount)), I::RateLimitExceeded {}).await
    }

    /// Asserts used and available of a bucket.
    async fn assert_bucket(&self, minter: Address, used: u128, available: u128) -> Result<()> {
        let limit = self.owner.mintLimitOf(minter).call().await?;
        assert_eq!((limit.used, limit.available), (used, available), "bucket of {minter}");
        Ok(())
    }

    async fn assert_minted(&self, minted: u64) -> Result<()> {
        let minters = [0, 1].map(|index| (self.minter(index), U256::ZERO));
        let balances = [(self.net.owner.address(), units(START)), (SHOP, units(minted)), minters[0], minters[1]];
        self.net.assert_balances(&balances).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minter_stops_at_its_limit_and_goes_on_by_the_second() -> Result<()> {
    let scene = Scene::start().await?;
    scene.mint_exceeds(0, 101).await?;
    scene.mint(0, 60).await?;
    scene.mint_exceeds(0, 41).await?;
    scene.mint(0, 40).await?;
    scene.mint_exceeds(0, 1).await?;
    scene.assert_bucket(scene.minter(0), 100, 0).await?;
    scene.assert_bucket(ALL_MINTERS, 100, 50).await?;

    for _ in 0..3 {
        scene.net.pass(1)?;
        scene.assert_bucket(scene.minter(0), 99, 1).await?;
        scene.mint_exceeds(0, 2).await?;
        scene.mint(0, 1).await?;
    }
    scene.net.pass(99)?;
    scene.assert_bucket(scene.minter(0), 1, 99).await?;
    scene.net.pass(1)?;
    scene.assert_bucket(scene.minter(0), 0, 100).await?;
    // Full it stays full.
    scene.net.pass(1_000_000)?;
    scene.assert_bucket(scene.minter(0), 0, 100).await?;
    scene.mint_exceeds(0, 101).await?;
    scene.mint(0, 100).await?;
    scene.assert_minted(203).await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_minters_together_stop_at_the_global_limit() -> Result<()> {
    let scene = Scene::start().await?;
    scene.mint(0, 100).await?;
    scene.mint_exceeds(1, 51).await?;
    scene.assert_bucket(scene.minter(1), 0, 100).await?;
    scene.mint(1, 50).await?;
    scene.mint_exceeds(1, 1).await?;
    scene.assert_bucket(ALL_MINTERS, 150, 0).await?;
    // In two seconds the global bucket gains three and each minter's two.
    scene.net.pass(2)?;
    scene.mint_exceeds(0, 3).await?;
    scene.mint(0, 2).await?;
    scene.mint_exceeds(1, 2).await?;
    scene.mint(1, 1).await?;
    scene.assert_minted(153).await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_bucket_nobody_mints_not_even_the_owner_or_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    for amount in [0, 1] {
        scene.net.refuses(&scene.owner.mint(SHOP, units(amount)), I::RateLimitExceeded {}).await?;
    }
    // Removed, the bucket is gone at once and forgets what was used.
    scene.mint(0, 70).await?;
    scene.limit(scene.minter(0), 0, 12_345).await?;
    let removed = scene.owner.mintLimitOf(scene.minter(0)).call().await?;
    assert_eq!((removed.capacity, removed.used, removed.available, removed.window.to::<u64>()), (0, 0, 0, 0));
    scene.mint_exceeds(0, 0).await?;
    scene.limit(scene.minter(0), 80, 100).await?;
    scene.mint(0, 80).await?;
    // Without the global bucket nobody mints at all.
    scene.limit(ALL_MINTERS, 0, 0).await?;
    scene.mint_exceeds(1, 0).await?;
    scene.mint_exceeds(1, 1).await?;
    scene.assert_minted(150).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_changed_limit_keeps_what_was_used() -> Result<()> {
    let scene = Scene::start().await?;
    scene.limit(ALL_MINTERS, 10_000, 100).await?;
    scene.mint(0, 100).await?;
    scene.net.pass(10)?;
    // Ten seconds of the old refill count, then the new capacity.
    scene.limit(scene.minter(0), 200, 100).await?;
    scene.assert_bucket(scene.minter(0), 90, 110).await?;
    scene.limit(scene.minter(0), 50, 100).await?;
    scene.assert_bucket(scene.minter(0), 90, 0).await?;
    scene.mint_exceeds(0, 1).await?;
    // 90 used of 50: the refill of 0.5 a second has to make up for the excess first.
    scene.net.pass(80)?;
    scene.mint_exceeds(0, 1).await?;
    scene.net.pass(2)?;
    scene.mint(0, 1).await?;
    scene.assert_minted(101).await
}

#[tokio::test(flavor = "multi_thread")]
async fn limits_out_of_bounds_are_refused() -> Result<()> {
    let scene = Scene::start().await?;
    let (minter, cap) = (scene.minter(0), 10_u128.pow(27));
    let longest = (1 << 24) - 1;
    for (capacity, window) in [(1, 0), (1, longest + 1), (cap + 1, 1), (u128::MAX, 1), (1, (1 << 48) - 1)] {
        let call = scene.owner.setMintLimit(minter, capacity, U48::from(window));
        let refusal = I::InvalidMintLimit { minter, capacity: U256::from(capacity), window: units(window) };
        scene.net.refuses(&call, refusal).await?;
    }
    scene.limit(minter, cap, longest).await?;
    let limit = scene.owner.mintLimitOf(minter).call().await?;
    assert_eq!((limit.capacity, limit.window.to::<u64>()), (cap, longest));

    let account = scene.minter(1);
    let foreign = scene.minters[1].setMintLimit(account, 1, U48::from(1));
    scene.net.refuses(&foreign, I::OwnableUnauthorizedAccount { account }).await?;
    scene.assert_minted(0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_mints_above_the_cap() -> Result<()> {
    let scene = Scene::start().await?;
    let (net, cap) = (&scene.net, U256::from(10).pow(U256::from(27)));
    assert_eq!(scene.owner.maxSupply().call().await?, cap);
    for minter in [scene.minter(0), ALL_MINTERS] {
        scene.limit(minter, u128::try_from(cap)?, 1).await?;
    }
    let room = cap - units(START);
    let minter = &scene.minters[0];

    let above = I::MaxSupplyExceeded { supply: cap + U256::ONE, cap };
    net.refuses(&minter.mint(SHOP, room + U256::ONE), above.clone()).await?;
    net.refuses(&minter.mint(SHOP, U256::MAX), I::RateLimitExceeded {}).await?;
    net.send(&minter.mint(SHOP, room)).await?;
    net.pass(1)?;
    net.refuses(&minter.mint(SHOP, U256::ONE), above).await?;
    net.assert_balances(&[(net.owner.address(), units(START)), (SHOP, room)]).await?;

    // Burning makes room, but gives no minter back what it used.
    net.send(&minter.mint(SHOP, U256::ZERO)).await?;
    net.send(&scene.owner.burn_0(units(START))).await?;
    net.send(&minter.mint(SHOP, units(START))).await?;
    scene.assert_bucket(scene.minter(0), START.into(), u128::try_from(room)?).await?;
    net.assert_balances(&[(net.owner.address(), U256::ZERO), (SHOP, cap)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn holders_and_their_spenders_burn() -> Result<()> {
    let net = Network::start(units(START)).await?;
    let (holder, spender) = (net.owner.address(), net.account(0).address());
    let (token, by_spender) = (net.token_as(&net.owner)?, net.token_as(&net.account(0))?);
    let burned = |value: u64| event(&I::Transfer { from: holder, to: Address::ZERO, value: units(value) });

    assert_events(&net.send(&token.burn_0(units(100))).await?, &[burned(100)]);
    net.send(&token.approve(spender, units(50))).await?;
    assert_events(&net.send(&by_spender.burnFrom(holder, units(20))).await?, &[burned(20)]);
    assert_events(&net.send(&by_spender.burn_1(holder, units(20))).await?, &[burned(20)]);
    let short = I::ERC20InsufficientAllowance { spender, allowance: units(10), needed: units(11) };
    net.refuses(&by_spender.burnFrom(holder, units(11)), short.clone()).await?;
    net.refuses(&by_spender.burn_1(holder, units(11)), short).await?;
    net.assert_balances(&[(holder, units(860)), (spender, U256::ZERO)]).await?;

    // In the form with an account even one's own needs an allowance.
    let own = I::ERC20InsufficientAllowance { spender: holder, allowance: U256::ZERO, needed: U256::ONE };
    net.refuses(&token.burn_1(holder, U256::ONE), own).await?;
    net.send(&token.approve(holder, U256::MAX)).await?;
    assert_events(&net.send(&token.burn_1(holder, units(60))).await?, &[burned(60)]);
    assert_eq!(token.allowance(holder, holder).call().await?, U256::MAX);

    let poor = I::ERC20InsufficientBalance { sender: holder, balance: units(800), needed: units(801) };
    net.refuses(&token.burn_0(units(801)), poor.clone()).await?;
    net.refuses(&token.burnFrom(holder, units(801)), poor).await?;
    let nobody = I::ERC20InvalidApprover { approver: Address::ZERO };
    net.refuses(&token.burnFrom(Address::ZERO, U256::ZERO), nobody).await?;
    assert_events(&net.send(&token.burn_0(U256::ZERO)).await?, &[burned(0)]);
    net.send(&token.burn_0(units(800))).await?;
    net.assert_balances(&[(holder, U256::ZERO), (spender, U256::ZERO)]).await
}
