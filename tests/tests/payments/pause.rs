//! What a pause stops, and all that it does not, even when the registry is dead.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::{assert_events, event},
    payments::{COIN, DELAY, MILLI, Market, PURSE, Payments, TREASURY, at, packed},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    sol_types::SolCall,
};
use eyre::Result;

/// Seconds for which the first stream is paid after it is stopped.
const NOTICE: u32 = 10;

/// Two streams of an AIA a second and two channels, each with 100 AIA of the consumer's.
struct Scene {
    market: Market,
    /// With and without notice.
    streams: [P::StreamConfig; 2],
    channels: [P::ChannelConfig; 2],
    by_consumer: Payments,
    by_provider: Payments,
    by_stranger: Payments,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let streams = [market.stream(NOTICE, 1), market.stream(0, 2)];
        let channels = [1, 2].map(|salt| market.channel(salt));
        for config in &streams {
            market.open(config, COIN, 100 * COIN).await?;
        }
        for config in &channels {
            market.deposit(config, 100 * COIN).await?;
        }
        let by_consumer = market.payments_as(&market.consumer)?;
        let by_provider = market.payments_as(&market.provider)?;
        let by_stranger = market.payments_as(&market.stranger())?;
        Ok(Self { market, streams, channels, by_consumer, by_provider, by_stranger })
    }

    /// Lets the guardian pause what brings money in.
    async fn pause(&self) -> Result<()> {
        let guardian = self.market.guardian();
        let receipt = self.market.net().send(&self.market.payments_as(&guardian)?.setPaused(true)).await?;
        assert_events(&receipt, &[event(&P::PausedSet { account: guardian.address(), paused: true })]);
        Ok(())
    }

    /// Names a registry that answers nothing: the token, which has other functions.
    async fn kill_registry(&self) -> Result<()> {
        let Self { market, by_stranger, .. } = self;
        market.set_params(P::Params { registry: market.net().token, ..market.params() }).await?;
        let refresh = by_stranger.refreshProvider(market.provider.address());
        assert!(refresh.call().await.is_err(), "a dead registry answers");
        Ok(())
    }

    /// Lets the streams be collected, lowered, reclaimed, stopped and closed.
    async fn end_streams(&self) -> Result<()> {
        let Self { market, streams: [with, without], by_consumer, by_provider, by_stranger, .. } = self;
        let net = market.net();
        net.pass(10)?;
        net.send(&by_stranger.collect(vec![with.clone(), without.clone()])).await?;
        net.pass(10)?;
        net.send(&by_provider.collectAndWithdraw(with.clone(), with.payee)).await?;
        net.send(&by_provider.setRate(with.clone(), COIN / 2)).await?;
        net.send(&by_consumer.reclaim(with.clone(), 75 * COIN)).await?;
        net.send(&by_consumer.stopStream(with.clone())).await?;
        net.send(&by_provider.stopStream(without.clone())).await?;
        net.pass(10)?;
        net.send(&by_stranger.stopStream(with.clone())).await?;
        Ok(())
    }

    /// Lets one channel be claimed in all four forms and refunded in both, and the other be withdrawn.
    async fn end_channels(&self) -> Result<()> {
        let Self { market, channels: [used, idle], by_consumer, by_provider, by_stranger, .. } = self;
        let (net, payee) = (market.net(), used.receiver);
        let voucher = |total: u128| market.voucher(&market.consumer, used, total);
        net.send(&by_provider.claim(vec![voucher(10 * COIN)?])).await?;
        let rows = vec![voucher(20 * COIN)?];
        let signature = market.sign_claims(&market.provider, &rows)?;
        net.send(&by_stranger.claimWithSignature(rows, signature)).await?;
        let rows = packed(&[voucher(30 * COIN)?]);
        net.send(&by_provider.claimPacked(payee, payee, used.withdrawDelay, rows)).await?;
        net.send(&by_provider.claimAndWithdraw(voucher(40 * COIN)?, payee)).await?;

        net.send(&by_consumer.hold(used.clone(), at(net.now() + DELAY))).await?;
        net.send(&by_provider.refund(used.clone(), 10 * COIN)).await?;
        let signature = market.sign_refund(&market.provider, used, 1, 50 * COIN)?;
        net.send(&by_stranger.refundWithSignature(used.clone(), 50 * COIN, U256::from(1), signature)).await?;
        net.send(&by_consumer.initiateWithdraw(idle.clone(), 100 * COIN)).await?;
        net.pass(DELAY)?;
        net.send(&by_consumer.finalizeWithdraw(idle.clone())).await?;
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn guardian_and_owner_pause_and_nobody_else() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, by_provider, .. } = &scene;
    let (net, provider, guardian) = (market.net(), market.provider.address(), market.guardian());
    let (by_owner, by_guardian) = (market.payments_as(&net.owner)?, market.payments_as(&guardian)?);
    let nobody = P::UnauthorizedGuardian { account: provider };
    net.refuses(&by_provider.setPaused(true), nobody.clone()).await?;
    scene.pause().await?;
    assert!(by_provider.paused().call().await?);
    net.refuses(&by_provider.setPaused(false), nobody).await?;
    net.send(&by_owner.setPaused(false)).await?;
    assert!(!by_provider.paused().call().await?);

    // The owner names the guardian; one who was dismissed pauses nothing.
    let receipt = net.send(&by_owner.setGuardian(provider)).await?;
    assert_events(&receipt, &[event(&P::GuardianSet { guardian: provider })]);
    assert_eq!(by_provider.guardian().call().await?, provider);
    let dismissed = P::UnauthorizedGuardian { account: guardian.address() };
    net.refuses(&by_guardian.setPaused(true), dismissed).await?;
    net.send(&by_provider.setPaused(true)).await?;
    assert!(by_provider.paused().call().await?);
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn during_a_pause_no_money_comes_in() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, streams: [stream, _], channels: [channel, _], by_consumer, .. } = &scene;
    let (net, consumer, payee) = (market.net(), market.consumer.address(), stream.payee);
    market.give(consumer, COIN).await?;
    scene.pause().await?;
    let before = market.books().await?;
    let paused = || P::EnforcedPause {};
    let (one, never, none) = (U256::ONE, U256::MAX, Bytes::new());
    net.refuses(&by_consumer.fund(consumer, one), paused()).await?;
    net.refuses(&by_consumer.fundWithPermit(consumer, one, never, none.clone()), paused()).await?;
    let authorized = by_consumer.fundWithAuthorization(consumer, one, U256::ZERO, never, B256::ZERO, none.clone());
    net.refuses(&authorized, paused()).await?;
    net.refuses(&by_consumer.openStream(payee, 1, 0, B256::ZERO, 1), paused()).await?;
    net.refuses(&by_consumer.topUpStream(stream.clone(), 1), paused()).await?;
    net.refuses(&by_consumer.setRate(stream.clone(), 2 * COIN), paused()).await?;
    let data = market.collector_data(&market.consumer, channel, 1, 1)?;
    for (collector, data) in [(Address::ZERO, none.clone()), (net.token, none), (market.payments, data)] {
        net.refuses(&by_consumer.deposit(channel.clone(), 1, collector, data), paused()).await?;
    }
    // Nor within a multicall.
    let top_up = P::topUpStreamCall { config: stream.clone(), amount: 1 }.abi_encode();
    net.refuses(&by_consumer.multicall(vec![top_up.into()]), paused()).await?;
    assert_eq!(market.books().await?, before);
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn paused_and_without_a_registry_everything_is_paid_and_everyone_leaves() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, by_consumer, by_provider, by_stranger, .. } = &scene;
    let (net, consumer, provider) = (market.net(), market.consumer.address(), market.provider.address());
    scene.pause().await?;
    scene.kill_registry().await?;
    scene.end_streams().await?;
    // Collected 20, withdrawn 10, 10 at the second stream's end, 5 in the notice of the first.
    market.assert_free(&market.provider, 34_650 * MILLI).await?;
    market.assert_free(&market.consumer, PURSE - 400 * COIN + 75 * COIN + 80 * COIN).await?;
    scene.end_channels().await?;
    market.assert_adds_up().await?;

    // 85 AIA were earned, a hundredth of which is the fee.
    net.send(&by_consumer.setLedgerLock(false)).await?;
    net.send(&by_stranger.settle(consumer, net.token)).await?;
    let withdraw = P::withdrawCall { to: provider, amount: U256::MAX }.abi_encode();
    net.send(&by_provider.multicall(vec![withdraw.into()])).await?;
    net.send(&by_stranger.collectFees(vec![provider])).await?;
    let wallets = [(consumer, PURSE - 85 * COIN), (provider, 84_150 * MILLI), (TREASURY, 425 * MILLI)];
    market.assert_wallets(&wallets, 0, 425 * MILLI).await?;
    market.assert_adds_up().await
}
