//! A provider's days: it registers, is delegated to, lists, is funded, and pays out what it earns.

use aia_abi::{IAIAToken as I, IProviderRegistry as R};
use aia_tests::{
    actions::{assert_events, event},
    staking::{COMMISSION, EPOCH, INFERENCE, Registry, Staking, TRAINING, aia, emitted, refusal, standing},
};
use alloy::{
    primitives::{Address, B256, U256, aliases::U48},
    signers::local::PrivateKeySigner,
};
use eyre::{OptionExt, Result};

const PROFILE: B256 = B256::repeat_byte(0x1d);
const SHEET: B256 = B256::repeat_byte(0x5d);
/// Multicodec of raw bytes.
const RAW: u8 = 0x55;
const ONE: U256 = U256::ONE;

/// A provider with 2,000 AIA of its own, delegated 5,000 by alice and 3,000 by bob, and a customer with a million.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    alice: PrivateKeySigner,
    bob: PrivateKeySigner,
    customer: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let [provider, alice, bob, customer] = [0, 1, 2, 3].map(|index| staking.net.account(index));
        for (account, amount) in [(&provider, 3_000), (&alice, 5_000), (&bob, 3_000), (&customer, 1_000_000)] {
            staking.endow(account, aia(amount)).await?;
        }
        staking.provider(&provider, aia(2_000)).await?;
        staking.delegate(&alice, &provider, aia(5_000)).await?;
        staking.delegate(&bob, &provider, aia(3_000)).await?;
        let registry = staking.registry_as(&provider)?;
        Ok(Self { staking, provider, alice, bob, customer, registry })
    }

    /// Returns what an account holds and could claim.
    async fn wealth(&self, account: &PrivateKeySigner) -> Result<U256> {
        let token = self.staking.net.token_as(account)?;
        let pending = self.registry.pendingRewards(self.provider.address(), account.address()).call().await?;
        Ok(token.balanceOf(account.address()).call().await? + pending)
    }

    /// Lets an account claim its rewards.
    async fn claim(&self, account: &PrivateKeySigner) -> Result<U256> {
        let registry = self.staking.registry_as(account)?;
        let receipt = self.staking.net.send(&registry.claim(self.provider.address())).await?;
        let claimed = emitted::<R::RewardsClaimed>(&receipt, self.staking.registry);
        let claimed = claimed.first().ok_or_eyre("nothing was claimed")?;
        assert_eq!((claimed.provider, claimed.owner), (self.provider.address(), account.address()));
        Ok(claimed.tokens)
    }

    /// Asserts what provider, alice, bob, customer and registry have, in AIA.
    async fn assert_holdings(&self, expected: [u64; 5], burned: U256) -> Result<()> {
        let people = [&self.provider, &self.alice, &self.bob, &self.customer].map(|account| account.address());
        let accounts = people.into_iter().chain([self.staking.registry]);
        let holdings: Vec<_> = accounts.zip(expected.map(aia)).collect();
        self.staking.assert_holdings(&holdings, burned).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_registers_and_its_own_stake_bears_what_others_add() -> Result<()> {
    let staking = Staking::start().await?;
    let net = &staking.net;
    let (provider, alice, signer) = (net.account(0), net.account(1), net.account(2).address());
    let (registry, by_alice) = (staking.registry_as(&provider)?, staking.registry_as(&alice)?);
    let account = provider.address();
    staking.endow(&provider, aia(1_000)).await?;
    staking.endow(&alice, aia(14_999)).await?;

    let unknown = R::UnknownProvider { provider: account };
    net.refuses(&by_alice.delegate(account, 1), unknown).await?;
    let nobody = R::InvalidSigner { signer: Address::ZERO };
    net.refuses(&registry.register(PROFILE, RAW, COMMISSION, Address::ZERO), nobody).await?;
    let all_and_more = R::InvalidCommission { commissionBps: 10_001, max: 10_000 };
    net.refuses(&registry.register(PROFILE, RAW, 10_001, signer), all_and_more).await?;
    let receipt = net.send(&registry.register(PROFILE, RAW, COMMISSION, signer)).await?;
    let registered =
        R::ProviderRegistered { provider: account, cid: PROFILE, codec: RAW, commissionBps: COMMISSION, signer };
    assert_events(&receipt, &[event(&registered)]);
    let again = R::AlreadyRegistered { provider: account };
    net.refuses(&registry.register(PROFILE, RAW, COMMISSION, signer), again).await?;

    // Active from the last base unit of the least own stake on.
    net.refuses(&registry.delegate(account, 0), R::ZeroAmount {}).await?;
    staking.delegate(&provider, &provider, aia(1_000) - ONE).await?;
    assert!(!registry.isActive(account).call().await?);
    staking.delegate(&provider, &provider, ONE).await?;
    assert!(registry.isActive(account).call().await?);

    // Others may add until the pool holds sixteen times that.
    let broke = I::ERC20InsufficientBalance { sender: alice.address(), balance: aia(14_999), needed: aia(15_000) };
    net.refuses(&by_alice.delegate(account, aia(15_000).to()), broke).await?;
    staking.endow(&alice, aia(1) + ONE).await?;
    let receipt = net.send(&by_alice.delegate(account, aia(15_000).to())).await?;
    let delegated =
        R::Delegated { provider: account, delegator: alice.address(), tokens: aia(15_000), shares: aia(15_000) };
    assert_eq!(emitted::<R::Delegated>(&receipt, staking.registry), [delegated]);
    assert!(registry.isActive(account).call().await?);
    let too_high = R::DelegationTooHigh { provider: account, tokens: aia(16_000) + ONE, max: aia(16_000) };
    net.refuses(&by_alice.delegate(account, 1), too_high).await?;
    assert!(registry.isActive(account).call().await?);

    let seen = registry.providerOf(account).call().await?;
    assert_eq!((seen.status, seen.commissionBps, seen.nextCommissionBps), (standing::ACTIVE, COMMISSION, COMMISSION));
    assert_eq!((seen.signer, seen.cid, seen.codec), (signer, PROFILE, RAW));
    assert_eq!((U256::from(seen.tokens), U256::from(seen.shares)), (aia(16_000), aia(16_000)));
    let stake = registry.stakeOf(account, account).call().await?;
    assert_eq!((stake.shares, stake.tokens), (aia(1_000), aia(1_000)));
    staking.assert_holdings(&[(staking.registry, aia(16_000)), (alice.address(), ONE)], U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_provider_lists_for_a_fee_that_burns() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    staking.allocate(provider, INFERENCE, 9_500).await?;
    staking.allocate(provider, TRAINING, 499).await?;
    assert_eq!(registry.serviceStake(account, INFERENCE).call().await?, aia(9_500));
    assert_eq!(registry.serviceStake(account, TRAINING).call().await?, aia(499));
    assert!(registry.isActiveIn(account, INFERENCE).call().await?);
    assert!(!registry.isActiveIn(account, TRAINING).call().await?, "499 AIA are less than the least of 500");

    let mut ids = Vec::new();
    for (kind, service) in [(1, INFERENCE), (2, TRAINING), (3, INFERENCE)] {
        let (price, unit) = (u128::from(kind) * 7, 1_000);
        let receipt = net.send(&registry.list(kind, service, SHEET, RAW, price, unit)).await?;
        let listed = emitted::<R::Listed>(&receipt, staking.registry);
        let [R::Listed { id, fee, .. }] = listed[..] else { eyre::bail!("one listing, not {listed:?}") };
        assert_eq!(fee, aia(10));
        let listing = R::Listing {
            provider: account,
            kind,
            status: 1,
            codec: RAW,
            service,
            listedAt: U48::from(net.now()),
            price,
            unit,
            cid: SHEET,
        };
        assert_eq!(registry.listing(id).call().await?, listing);
        assert!(!ids.contains(&id), "every listing has an id of its own");
        ids.push(id);
    }
    scene.assert_holdings([970, 0, 0, 1_000_000, 10_000], aia(30)).await?;

    for (kind, unit) in [(0, 1), (4, 1), (1, 0)] {
        let invalid: R::InvalidListing = refusal(&registry.list(kind, INFERENCE, SHEET, RAW, 1, unit)).await?;
        assert_eq!((invalid.kind, invalid.unit), (kind, unit));
    }
    net.refuses(&registry.list(1, 99, SHEET, RAW, 1, 1), R::UnknownService { service: 99 }).await?;
    let id = ids[0];
    let receipt = net.send(&registry.updateListing(id, PROFILE, RAW, 8, 2)).await?;
    let updated = R::ListingUpdated { id, cid: PROFILE, codec: RAW, price: 8, status: 2 };
    assert_events(&receipt, &[event(&updated)]);
    let listing = registry.listing(id).call().await?;
    assert_eq!((listing.status, listing.price, listing.cid), (2, 8, PROFILE));

    // Nobody else touches it, and who is no provider lists nothing.
    let (bob, by_bob) = (scene.bob.address(), staking.registry_as(&scene.bob)?);
    let foreign = R::UnauthorizedListing { id, caller: bob };
    net.refuses(&by_bob.updateListing(id, PROFILE, RAW, 8, 1), foreign).await?;
    net.refuses(&by_bob.updateListing(99, PROFILE, RAW, 8, 1), R::UnknownListing { id: 99 }).await?;
    net.refuses(&by_bob.list(1, INFERENCE, SHEET, RAW, 1, 1), R::UnknownProvider { provider: bob }).await?;
    scene.assert_holdings([970, 0, 0, 1_000_000, 10_000], aia(30)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn funding_flows_over_an_epoch_to_those_who_are_in() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, bob, customer, registry } = &scene;
    let (net, account) = (&staking.net, provider.address());
    let by_customer = staking.registry_as(customer)?;

    net.refuses(&by_customer.fund(account, 0), R::ZeroAmount {}).await?;
    let unknown = R::UnknownProvider { provider: alice.address() };
    net.refuses(&by_customer.fund(alice.address(), 1), unknown).await?;
    // A tenth is commission, at once; of the rest an AIA flows every second.
    let receipt = net.send(&by_customer.fund(account, aia(672_000).to())).await?;
    let funded = R::RewardsFunded {
        provider: account,
        from: customer.address(),
        tokens: aia(672_000),
        commission: aia(67_200),
        finish: U48::from(net.now() + EPOCH),
    };
    assert_eq!(emitted::<R::RewardsFunded>(&receipt, staking.registry), [funded]);
    assert_eq!(scene.wealth(provider).await?, aia(1_000 + 67_200));
    assert_eq!(scene.wealth(alice).await?, U256::ZERO);

    net.pass(EPOCH / 4)?;
    assert_eq!(scene.wealth(provider).await?, aia(68_200 + 30_240));
    assert_eq!(scene.wealth(bob).await?, aia(45_360));
    assert_eq!(scene.claim(alice).await?, aia(75_600));
    let by_alice = staking.registry_as(alice)?;
    net.refuses(&by_alice.claim(account), R::NothingToClaim { owner: alice.address() }).await?;

    // Alice leaves at half time: what she has earned stays hers, the rest flows to the others.
    net.pass(EPOCH / 4)?;
    let (bucket, left) = staking.undelegate(alice, provider, aia(5_000)).await?;
    assert_eq!(left, aia(5_000));
    net.pass(EPOCH)?;
    assert_eq!(scene.claim(alice).await?, aia(75_600));
    assert_eq!(scene.claim(bob).await?, aia(90_720 + 181_440));
    assert_eq!(scene.wealth(provider).await?, aia(68_200 + 60_480 + 120_960));
    scene.claim(provider).await?;
    scene.assert_holdings([249_640, 151_200, 272_160, 328_000, 10_000], U256::ZERO).await?;

    // Nothing flows any more; alice's stake is brought to her by somebody else.
    staking.pass_epochs(2)?;
    let by_bystander = staking.registry_as(&staking.bystander())?;
    let receipt = net.send(&by_bystander.withdraw(account, bucket, alice.address())).await?;
    let withdrawn = R::Withdrawn { provider: account, owner: alice.address(), epoch: bucket, tokens: aia(5_000) };
    assert_eq!(emitted::<R::Withdrawn>(&receipt, staking.registry), [withdrawn]);
    net.refuses(&registry.claim(account), R::NothingToClaim { owner: account }).await?;
    scene.assert_holdings([249_640, 156_200, 272_160, 328_000, 5_000], U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn later_funding_joins_what_still_flows() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, bob, customer, .. } = &scene;
    let by_customer = staking.registry_as(customer)?;
    // The rest of the first, 151,200 AIA, would flow for 302,400 seconds more, the 302,400 AIA of the second for an
    // epoch; together they flow for the mean of both, by what each brings: 504,000 seconds.
    for duration in [EPOCH, 504_000] {
        let receipt = staking.net.send(&by_customer.fund(provider.address(), aia(336_000).to())).await?;
        let funded = emitted::<R::RewardsFunded>(&receipt, staking.registry);
        assert_eq!(funded[0].finish, U48::from(staking.net.now() + duration));
        staking.net.pass(EPOCH / 2)?;
    }
    // Three fifths of 453,600 AIA in 302,400 of them.
    assert_eq!(scene.wealth(alice).await?, aia((151_200 + 272_160) / 2));
    staking.net.pass(EPOCH)?;
    assert_eq!((scene.claim(alice).await?, scene.claim(bob).await?), (aia(302_400), aia(181_440)));
    scene.claim(provider).await?;
    scene.assert_holdings([1_000 + 67_200 + 120_960, 302_400, 181_440, 328_000, 10_000], U256::ZERO).await?;

    // Where there is hardly a share, rewards have nowhere to flow.
    let newcomer = staking.net.account(4);
    staking.endow(&newcomer, aia(1)).await?;
    staking.provider(&newcomer, aia(1) - ONE).await?;
    let small = R::PoolTooSmall { provider: newcomer.address(), shares: aia(1) - ONE };
    staking.net.refuses(&by_customer.fund(newcomer.address(), 1), small).await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_base_unit_of_funding_does_not_stretch_what_flows() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, alice, bob, customer, .. } = &scene;
    let (net, account, by_customer) = (&staking.net, provider.address(), staking.registry_as(customer)?);
    net.send(&by_customer.fund(account, aia(672_000).to())).await?;
    let finish = U48::from(net.now() + EPOCH);
    net.pass(EPOCH / 2)?;
    let receipt = net.send(&by_customer.fund(account, 1)).await?;
    assert_eq!(emitted::<R::RewardsFunded>(&receipt, staking.registry)[0].finish, finish);

    // What was promised for the epoch has flowed at its end; the base unit does not divide by the shares, and stays.
    net.pass(EPOCH / 2)?;
    assert_eq!((scene.claim(alice).await?, scene.claim(bob).await?), (aia(302_400), aia(181_440)));
    scene.claim(provider).await?;
    let people = [(account, aia(1_000 + 67_200 + 120_960)), (alice.address(), aia(302_400))];
    let others = [(bob.address(), aia(181_440)), (customer.address(), aia(328_000) - ONE)];
    let registry = (staking.registry, aia(10_000) + ONE);
    staking.assert_holdings(&[&people[..], &others, &[registry]].concat(), U256::ZERO).await
}
