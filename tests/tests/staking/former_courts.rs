//! Courts to come, from which everyone can get away, and courts that were, which close what they opened.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::staking::{
    BOND, Charge, EPOCH, INFERENCE, Registry, Staking, UPHOLD, VETO, aia, emitted, refusal, standing, status,
};
use alloy::{
    primitives::{Address, B256, U256, aliases::U48},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

const VICTIM: Address = Address::repeat_byte(0x5a);
/// Epochs from a proposal to the first in which it can be accepted.
const NOTICE: u64 = 4;

/// A provider with 10,000 AIA behind inference, and a disputer with two bonds.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    disputer: PrivateKeySigner,
    /// The registry as its owner calls it.
    registry: Registry,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let (provider, disputer) = (staking.net.account(0), staking.net.account(1));
        staking.serving(&provider, aia(10_000)).await?;
        staking.endow(&disputer, BOND + BOND).await?;
        let registry = staking.registry_as(&staking.net.owner)?;
        Ok(Self { staking, provider, disputer, registry })
    }

    /// Charges the provider with one of several faults of this second.
    fn charge(&self, fault: u8) -> Charge {
        Charge { fault: B256::with_last_byte(fault), ..Charge::new(&self.staking, &self.provider, VICTIM) }
    }

    /// Disputes it.
    async fn accuse(&self, fault: u8) -> Result<U256> {
        self.staking.accuse(&self.disputer, &self.charge(fault)).await
    }

    /// Replaces the court, as fast as it goes.
    async fn replace_court(&self, court: Address) -> Result<()> {
        self.staking.net.send(&self.registry.proposeCourt(court)).await?;
        self.staking.pass_epochs(NOTICE)?;
        self.staking.net.send(&self.registry.acceptCourt()).await?;
        Ok(())
    }

    /// Asserts what registry, court, provider and disputer have, in AIA.
    async fn assert_holdings(&self, expected: [u64; 4]) -> Result<()> {
        let Self { staking, provider, disputer, .. } = self;
        let accounts = [staking.registry, staking.court, provider.address(), disputer.address()];
        let holdings: Vec<_> = accounts.into_iter().zip(expected.map(aia)).collect();
        staking.assert_holdings(&holdings, U256::ZERO).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_court_reaches_nobody_who_left_in_the_epoch_after_its_proposal() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    // Proposed in the last second of an epoch; the provider takes all of the next to leave.
    let start = u64::from(staking.epoch()) * EPOCH;
    staking.pass_to(start + EPOCH - 1)?;
    let new = Address::repeat_byte(0xc0);
    net.send(&registry.proposeCourt(new)).await?;
    staking.pass_to(start + 2 * EPOCH - 1)?;
    let left_at = U48::from(net.now());
    let (bucket, _) = staking.undelegate(provider, provider, aia(10_000)).await?;
    let slashable = || registry.slashable(account, INFERENCE, left_at);

    staking.pass_to(start + NOTICE * EPOCH - 1)?;
    assert_eq!(slashable().call().await?, aia(10_000));
    let early: R::CourtNotReady = refusal(&registry.acceptCourt()).await?;
    assert_eq!((early.court, early.epoch, early.current), (new, staking.epoch() + 1, staking.epoch()));
    // In the second in which the court can come the provider is out of reach.
    net.pass(1)?;
    assert_eq!(slashable().call().await?, U256::ZERO);
    net.send(&registry.acceptCourt()).await?;
    net.send(&registry.withdraw(account, bucket, account)).await?;
    scene.assert_holdings([0, 0, 10_000, 200]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_former_court_closes_what_it_had_opened_even_after_two_replacements() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, registry, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    let (unruled, upheld) = (scene.accuse(1).await?, scene.accuse(2).await?);
    staking.rule(upheld, UPHOLD).await?;
    net.pass(VETO + 1)?;
    for court in [Address::repeat_byte(0xc1), Address::repeat_byte(0xc2)] {
        scene.replace_court(court).await?;
    }
    let seen = registry.courts().call().await?;
    assert_eq!((seen.court, seen.previous), (Address::repeat_byte(0xc2), Address::repeat_byte(0xc1)));
    assert_eq!(registry.providerOf(account).call().await?.openDisputes, 2);

    // It slashes no more, and opens nothing; what is open ends, and the bonds go back.
    for (id, end, left) in [(upheld, status::DUPLICATE, 1), (unruled, status::EXPIRED, 0)] {
        let receipt = staking.execute(id).await?;
        let counted = R::DisputesChanged { provider: account, court: staking.court, openDisputes: left };
        assert_eq!(emitted::<R::DisputesChanged>(&receipt, staking.registry), [counted]);
        assert_eq!(emitted::<C::BondSettled>(&receipt, staking.court)[0].returned, BOND);
        staking.assert_dispute(id, end).await?;
    }
    let by_disputer = staking.court_as(&scene.disputer)?;
    let refused = R::UnauthorizedCourt { account: staking.court };
    net.refuses(&staking.opening(&by_disputer, &scene.charge(3)), refused).await?;
    let seen = registry.providerOf(account).call().await?;
    assert_eq!((seen.status, seen.openDisputes, seen.slashes), (standing::ACTIVE, 0, 0));
    scene.assert_holdings([10_000, 0, 0, 200]).await
}
