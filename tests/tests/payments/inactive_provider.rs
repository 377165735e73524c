//! A provider that is not active any more: what was paid in flows on, and nothing new comes in.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, MILLI, Market, Payments, STAKE, STAKE_TTL, at},
    reverts::assert_reverts,
    staking::{BOND, Charge, UPHOLD, VETO, add_registry, aia, emitted, registry_params},
};
use alloy::primitives::{
    Address, Bytes, U256,
    aliases::{U24, U40},
};
use eyre::Result;

/// Base units a second.
const RATE: u128 = MILLI;

/// A provider paid by a stream without notice and by a channel, each with 10 AIA of the consumer's.
struct Scene {
    market: Market,
    stream: P::StreamConfig,
    channel: P::ChannelConfig,
    by_consumer: Payments,
    by_stranger: Payments,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let (stream, channel) = (market.stream(0, 1), market.channel(1));
        market.open(&stream, RATE, 10 * COIN).await?;
        market.deposit(&channel, 10 * COIN).await?;
        let by_consumer = market.payments_as(&market.consumer)?;
        let by_stranger = market.payments_as(&market.stranger())?;
        Ok(Self { market, stream, channel, by_consumer, by_stranger })
    }

    /// Lets a stranger ask about the provider.
    async fn refresh(&self, active: bool) -> Result<()> {
        let provider = self.market.provider.address();
        let refresh = self.by_stranger.refreshProvider(provider);
        assert_eq!(refresh.call().await?, active);
        let receipt = self.market.net().send(&refresh).await?;
        self.market.assert_logged(&receipt, &[event(&P::ProviderRefreshed { provider, active })]);
        Ok(())
    }

    /// Lets the provider take its stake out of the registry, which tells nobody.
    async fn leave(&self) -> Result<()> {
        let Market { staking, provider, .. } = &self.market;
        staking.undelegate(provider, provider, aia(STAKE)).await?;
        assert!(!staking.registry_as(provider)?.isActive(provider.address()).call().await?);
        Ok(())
    }

    /// Asserts until when the provider counts as active without being asked about.
    async fn assert_remembered(&self, until: U40) -> Result<()> {
        assert_eq!(self.market.account(self.market.provider.address()).await?.activeUntil, until);
        Ok(())
    }

    /// Lets the consumer top up, raise, deposit and open: a new stream for each `round`.
    async fn pay_in(&self, round: u8) -> Result<()> {
        let Self { market, stream, channel, by_consumer, .. } = self;
        market.net().send(&by_consumer.topUpStream(stream.clone(), COIN)).await?;
        market.net().send(&by_consumer.setRate(stream.clone(), RATE + u128::from(round))).await?;
        market.deposit(channel, COIN).await?;
        market.open(&market.stream(0, 1 + round), RATE, COIN).await?;
        Ok(())
    }

    /// Asserts that none of that is possible.
    async fn assert_shut(&self) -> Result<()> {
        let Self { market, stream, channel, by_consumer, .. } = self;
        let (net, before) = (market.net(), market.books().await?);
        let inactive = || P::ProviderInactive { provider: stream.payee };
        net.refuses(&by_consumer.topUpStream(stream.clone(), COIN), inactive()).await?;
        net.refuses(&by_consumer.setRate(stream.clone(), 2 * RATE), inactive()).await?;
        let deposit = by_consumer.deposit(channel.clone(), COIN, Address::ZERO, Bytes::new());
        net.refuses(&deposit, inactive()).await?;
        let other = market.stream(0, 0xff);
        let open = by_consumer.openStream(other.payee, RATE, other.notice, other.jobId, COIN);
        net.refuses(&open, inactive()).await?;
        assert_eq!(market.books().await?, before);
        Ok(())
    }

    /// Lets everything be paid out: what 10 AIA and `paid_in` have brought.
    async fn empty(&self, earned: u128) -> Result<()> {
        let Self { market, stream, channel, by_consumer, by_stranger } = self;
        let net = market.net();
        let before = market.account(stream.payee).await?;
        let receipt = net.send(&by_stranger.collect(vec![stream.clone()])).await?;
        let collected: U256 =
            emitted::<P::StreamCollected>(&receipt, market.payments).iter().map(|event| event.gross).sum();
        assert_eq!(collected, U256::from(earned));
        let voucher = market.voucher(&market.consumer, channel, 10 * COIN)?;
        net.send(&market.payments_as(&market.provider)?.claim(vec![voucher])).await?;
        let after = market.account(stream.payee).await?;
        assert_eq!(after.free + after.feeOwed - before.free - before.feeOwed, earned + 10 * COIN);
        net.send(&by_consumer.stopStream(stream.clone())).await?;
        market.assert_adds_up().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_takes_its_stake_out_gets_what_was_paid_in_and_nothing_new_once_that_is_forgotten() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, .. } = &scene;
    scene.refresh(true).await?;
    let last = market.net().now() + STAKE_TTL;
    scene.assert_remembered(at(last)).await?;
    scene.leave().await?;
    scene.pay_in(1).await?;

    // In the last second of an hour it still counts, in the next it does not.
    market.staking.pass_to(last)?;
    scene.pay_in(2).await?;
    scene.assert_remembered(at(last)).await?;
    market.net().pass(1)?;
    scene.assert_shut().await?;
    scene.refresh(false).await?;
    scene.assert_remembered(U40::ZERO).await?;
    scene.assert_shut().await?;

    // A second at the rate of round 2; the hour before was paid when that was set.
    scene.empty(RATE + 2).await?;

    // Staked again it is welcome.
    let back = &market.provider;
    market.staking.endow(back, aia(STAKE)).await?;
    market.staking.delegate(back, back, aia(STAKE)).await?;
    market.open(&market.stream(0, 9), RATE, COIN).await?;
    scene.assert_remembered(at(market.net().now() + STAKE_TTL)).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn anyone_can_make_the_contract_ask_before_it_forgets() -> Result<()> {
    let scene = Scene::start().await?;
    scene.refresh(true).await?;
    scene.leave().await?;
    scene.pay_in(1).await?;
    scene.refresh(false).await?;
    scene.assert_shut().await?;
    scene.empty(0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_is_told_and_nothing_new_comes_in_the_same_second() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, .. } = &scene;
    let (staking, provider, disputer) = (&market.staking, &market.provider, market.net().account(2));
    staking.endow(&disputer, BOND).await?;
    let charge = Charge::new(staking, provider, market.consumer.address());
    let id = staking.accuse(&disputer, &charge).await?;
    staking.rule(id, UPHOLD).await?;
    market.net().pass(VETO + 1)?;
    scene.refresh(true).await?;
    scene.pay_in(1).await?;

    let receipt = staking.execute(id).await?;
    let told = P::ProviderRefreshed { provider: provider.address(), active: false };
    market.assert_logged(&receipt, &[event(&told)]);
    scene.assert_remembered(U40::ZERO).await?;
    scene.assert_shut().await?;
    scene.empty(0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_contract_that_remembers_nothing_asks_in_every_second() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, .. } = &scene;
    market.set_params(P::Params { stakeTtl: U24::ZERO, ..market.params() }).await?;
    scene.refresh(true).await?;
    scene.assert_remembered(at(market.net().now())).await?;
    market.net().pass(1)?;
    scene.pay_in(1).await?;
    scene.assert_remembered(at(market.net().now())).await?;
    scene.leave().await?;
    scene.pay_in(2).await?;
    market.net().pass(1)?;
    scene.assert_shut().await?;
    scene.empty(RATE + 2).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shorter_memory_and_another_registry_count_at_once() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, .. } = &scene;
    let other = add_registry(market.net(), market.staking.court, registry_params(), 2).await?;
    scene.refresh(true).await?;
    market.set_params(P::Params { stakeTtl: U24::from(60), ..market.params() }).await?;
    scene.assert_remembered(at(market.net().now() + 60)).await?;
    scene.pay_in(1).await?;

    // The other one knows no providers, and what the first has said in this very second is forgotten.
    market.set_params(P::Params { registry: other, ..market.params() }).await?;
    scene.assert_remembered(U40::ZERO).await?;
    scene.assert_shut().await?;
    // What the first one says does not count any more, nor does what it tells.
    let by_provider = market.payments_as(&market.provider)?;
    let told = by_provider.onProviderInactive(market.provider.address());
    let foreign = P::UnauthorizedRegistry { account: market.staking.registry };
    assert_reverts(&told.from(market.staking.registry), foreign).await;
    market.set_params(market.params()).await?;
    scene.pay_in(2).await?;
    scene.empty(0).await
}
