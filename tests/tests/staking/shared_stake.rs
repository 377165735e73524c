//! Two services that share one stake: what stands behind one is not taken for the other.

use aia_abi::IProviderRegistry as R;
use aia_tests::staking::{
    BOND, Charge, EPOCH, INFERENCE, MAX_SLASH_BPS, Registry, Staking, TRAINING, aia, emitted, registry_params,
};
use alloy::{
    primitives::{
        Address, B256, U256,
        aliases::{U24, U48, U96},
    },
    signers::local::PrivateKeySigner,
};
use eyre::{OptionExt, Result};

const VICTIM: Address = Address::repeat_byte(0x5a);
const ONE: U256 = U256::ONE;

/// A provider with a stake that stands in parts behind inference and training, half and half if nothing else is said,
/// and a disputer.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    disputer: PrivateKeySigner,
    /// The registry as the provider calls it.
    registry: Registry,
}

impl Scene {
    async fn start(stake: U256) -> Result<Self> {
        Self::start_with(stake, [5_000, 5_000]).await
    }

    async fn start_with(stake: U256, parts: [u16; 2]) -> Result<Self> {
        let staking = Staking::start().await?;
        let (provider, disputer) = (staking.net.account(0), staking.net.account(1));
        staking.endow(&provider, stake).await?;
        staking.provider(&provider, stake).await?;
        for (service, part) in [INFERENCE, TRAINING].into_iter().zip(parts) {
            staking.allocate(&provider, service, part).await?;
        }
        staking.endow(&disputer, BOND).await?;
        let registry = staking.registry_as(&provider)?;
        Ok(Self { staking, provider, disputer, registry })
    }

    /// Lets the owner bound what disputes slash within an epoch.
    async fn cap(&self, bps: u16) -> Result<()> {
        let owner = self.staking.registry_as(&self.staking.net.owner)?;
        let params = R::Params { epochSlashCapBps: bps, ..registry_params() };
        self.staking.net.send(&owner.setParams(params)).await?;
        Ok(())
    }

    /// Convicts the provider of a fault in a service, and returns the slash.
    async fn slash(&self, service: u32) -> Result<R::Slashed> {
        let charge = Charge::new(&self.staking, &self.provider, VICTIM);
        let fault = B256::from(U256::from(self.staking.net.now()));
        let receipt = self.staking.convict(&self.disputer, &Charge { service, fault, ..charge }).await?;
        emitted::<R::Slashed>(&receipt, self.staking.registry).pop().ok_or_eyre("nothing was slashed")
    }

    /// Like [`slash`](Self::slash), and returns what was slashed.
    async fn convict(&self, service: u32) -> Result<U256> {
        Ok(self.slash(service).await?.slashed)
    }

    /// Asserts what stands behind inference and training, in AIA, and what their allocations add up to.
    async fn assert_behind(&self, parts: [u64; 2], sum: u64) -> Result<()> {
        self.assert_shown_and_slashable(parts, parts, sum).await
    }

    /// Asserts what is said to stand behind inference and training and what a slash reaches, in AIA, and the sum.
    async fn assert_shown_and_slashable(&self, shown: [u64; 2], slashable: [u64; 2], sum: u64) -> Result<()> {
        let (account, now) = (self.provider.address(), U48::from(self.staking.net.now()));
        for (index, service) in [INFERENCE, TRAINING].into_iter().enumerate() {
            let stake = self.registry.serviceStake(account, service).call().await?;
            assert_eq!(stake, aia(shown[index]), "behind service {service}");
            let reached = self.registry.slashable(account, service, now).call().await?;
            assert_eq!(reached, aia(slashable[index]), "slashable for service {service}");
        }
        assert_eq!(self.registry.allocatedBps(account).call().await?, U256::from(sum));
        Ok(())
    }

    /// Asserts that an allocation would add up to `total`, of the `max` that is allowed.
    async fn assert_too_high(&self, service: u32, bps: u16, total: u64, max: u64) -> Result<()> {
        let excess = R::AllocationTooHigh { total: U256::from(total), max: U256::from(max) };
        self.staking.net.refuses(&self.registry.allocate(service, bps), excess).await
    }

    /// Asserts what registry, disputer and victim have.
    async fn assert_holdings(&self, expected: [U256; 3], burned: U256) -> Result<()> {
        let accounts = [self.staking.registry, self.disputer.address(), VICTIM];
        let holdings: Vec<_> = accounts.into_iter().zip(expected).collect();
        self.staking.assert_holdings(&holdings, burned).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_for_one_service_takes_its_part_only() -> Result<()> {
    let scene = Scene::start(aia(10_000)).await?;
    scene.assert_behind([5_000, 5_000], 10_000).await?;
    // A tenth of one half, and then a tenth of the other half of the rest.
    assert_eq!(scene.convict(INFERENCE).await?, aia(500));
    scene.assert_behind([4_750, 4_750], 10_000).await?;
    assert_eq!(scene.convict(TRAINING).await?, aia(475));
    let burned = aia(975) / U256::from(2);
    let (reporter, victim) = (aia(975) / U256::from(5), aia(975) * U256::from(3) / U256::from(10));
    scene.assert_holdings([aia(9_025), BOND + reporter, victim], burned).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_rounds_up_and_what_does_not_divide_burns() -> Result<()> {
    let scene = Scene::start(aia(10_000) + ONE).await?;
    let (account, now) = (scene.provider.address(), U48::from(scene.staking.net.now()));
    assert_eq!(scene.registry.serviceStake(account, INFERENCE).call().await?, aia(5_000));
    assert_eq!(scene.registry.slashable(account, INFERENCE, now).call().await?, aia(5_000) + ONE);
    // A tenth of half of a base unit is one.
    assert_eq!(scene.convict(INFERENCE).await?, aia(500) + ONE);
    scene.assert_holdings([aia(9_500), BOND + aia(100), aia(150)], aia(250) + ONE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn allocations_add_up_to_no_more_than_the_leverage() -> Result<()> {
    let scene = Scene::start(aia(10_000)).await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (net, owner) = (&staking.net, staking.registry_as(&staking.net.owner)?);
    scene.assert_too_high(INFERENCE, 5_001, 10_001, 10_000).await?;
    let stranger = R::UnknownProvider { provider: scene.disputer.address() };
    net.refuses(&staking.registry_as(&scene.disputer)?.allocate(INFERENCE, 1), stranger).await?;

    // With twice the leverage the whole stake stands behind each service, and each may take its tenth of all of it.
    net.send(&owner.setParams(R::Params { leverageBps: U24::from(20_000), ..registry_params() })).await?;
    net.refuses(&registry.allocate(3, 1), R::UnknownService { service: 3 }).await?;
    for service in [INFERENCE, TRAINING] {
        staking.allocate(provider, service, 10_000).await?;
    }
    scene.assert_behind([10_000, 10_000], 20_000).await?;
    // More than the whole stands behind none, and it takes no pause to refuse it.
    net.send(&owner.setPaused(true)).await?;
    scene.assert_too_high(INFERENCE, 10_001, 10_001, 10_000).await?;
    scene.assert_too_high(3, u16::MAX, 65_535, 10_000).await?;
    net.send(&owner.setPaused(false)).await?;
    assert_eq!(scene.convict(INFERENCE).await?, aia(1_000));
    assert_eq!(scene.convict(TRAINING).await?, aia(900));

    // To a service that is closed nothing is added; taking away goes on.
    net.send(&owner.setService(TRAINING, MAX_SLASH_BPS, U96::from(aia(500)), false)).await?;
    staking.allocate(provider, TRAINING, 1_000).await?;
    staking.pass_epochs(3)?;
    net.refuses(&registry.allocate(TRAINING, 2_000), R::UnknownService { service: TRAINING }).await?;
    assert!(!registry.isActiveIn(provider.address(), TRAINING).call().await?);
    scene.assert_holdings([aia(8_100), BOND + aia(380), aia(570)], aia(950)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fall_takes_effect_when_exits_of_its_epoch_have_matured() -> Result<()> {
    let scene = Scene::start(aia(10_000)).await?;
    let Scene { staking, provider, .. } = &scene;
    staking.pass_to((u64::from(staking.epoch()) + 1) * EPOCH - 1)?;
    let falls = u64::from(staking.epoch()) + 3;
    staking.allocate(provider, INFERENCE, 2_000).await?;
    scene.assert_shown_and_slashable([2_000, 5_000], [5_000, 5_000], 10_000).await?;
    scene.assert_too_high(TRAINING, 5_001, 10_001, 10_000).await?;

    staking.pass_to(falls * EPOCH - 1)?;
    scene.assert_shown_and_slashable([2_000, 5_000], [5_000, 5_000], 10_000).await?;
    staking.net.pass(1)?;
    // It counts at once, and leaves the sum with the next word about that service.
    scene.assert_behind([2_000, 5_000], 10_000).await?;
    scene.assert_too_high(TRAINING, 8_000, 13_000, 10_000).await?;
    staking.allocate(provider, INFERENCE, 2_000).await?;
    scene.assert_behind([2_000, 5_000], 7_000).await?;
    staking.allocate(provider, TRAINING, 8_000).await?;
    scene.assert_behind([2_000, 8_000], 10_000).await?;

    assert_eq!(scene.convict(TRAINING).await?, aia(800));
    let holdings = [aia(9_200), BOND + aia(160), aia(240)];
    scene.assert_holdings(holdings, aia(400)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announced_fall_advertises_less_at_once_and_is_slashed_for_more_until_it_comes() -> Result<()> {
    let scene = Scene::start(aia(10_000)).await?;
    let Scene { staking, provider, registry, .. } = &scene;
    assert!(registry.isActiveIn(provider.address(), INFERENCE).call().await?);
    // Less than the 500 AIA that the service asks for.
    staking.allocate(provider, INFERENCE, 400).await?;
    scene.assert_shown_and_slashable([400, 5_000], [5_000, 5_000], 10_000).await?;
    assert!(!registry.isActiveIn(provider.address(), INFERENCE).call().await?);
    assert!(registry.isActiveIn(provider.address(), TRAINING).call().await?);
    assert_eq!(scene.convict(INFERENCE).await?, aia(500), "a tenth of one half");
    scene.assert_shown_and_slashable([380, 4_750], [4_750, 4_750], 10_000).await?;
    // Taken back, the fall is none.
    staking.allocate(provider, INFERENCE, 5_000).await?;
    scene.assert_behind([4_750, 4_750], 10_000).await?;
    scene.assert_holdings([aia(9_500), BOND + aia(100), aia(150)], aia(250)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn trifles_in_a_hardly_allocated_service_do_not_use_up_the_cap_of_the_epoch() -> Result<()> {
    let scene = Scene::start_with(aia(10_000), [9_500, 500]).await?;
    scene.cap(1_000).await?;
    // A tenth of a twentieth is half a percent of all, and leaves room for a tenth of the rest.
    let trifle = scene.slash(TRAINING).await?;
    assert_eq!((trifle.bps, trifle.slashed), (50, aia(50)));
    let fault = scene.slash(INFERENCE).await?;
    let slashed = aia(94_525) / U256::from(100);
    assert_eq!((fault.bps, fault.slashed), (950, slashed));
    let beyond = scene.slash(INFERENCE).await?;
    assert_eq!((beyond.bps, beyond.slashed), (0, U256::ZERO));

    let seen = scene.registry.providerOf(scene.provider.address()).call().await?;
    assert_eq!((seen.slashes, seen.slashedBps.to::<u16>()), (3, 1_000));
    let all = aia(50) + slashed;
    let (reporter, victim) = (all / U256::from(5), all * U256::from(3) / U256::from(10));
    scene.assert_holdings([aia(10_000) - all, BOND + reporter, victim], all - reporter - victim).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_left_of_the_cap_is_a_part_of_all() -> Result<()> {
    let scene = Scene::start(aia(10_000)).await?;
    scene.cap(600).await?;
    let first = scene.slash(INFERENCE).await?;
    assert_eq!((first.bps, first.slashed), (500, aia(500)));
    // A tenth of one half of 9,500 AIA would be 475; a hundredth of all is left.
    let second = scene.slash(TRAINING).await?;
    assert_eq!((second.bps, second.slashed), (100, aia(95)));
    let burned = aia(595) / U256::from(2);
    let reporter = aia(119);
    scene.assert_holdings([aia(9_405), BOND + reporter, aia(595) - burned - reporter], burned).await
}
