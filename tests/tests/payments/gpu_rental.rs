//! A GPU rented by the second: with notice, by a payer and a payee who each change the terms to the other's advantage.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, MILLI, Market, PURSE, Payments, TREASURY, at},
    staking::emitted,
};
use alloy::primitives::{B256, LogData, U256, aliases::U40};
use eyre::Result;

/// Base units a second.
const RATE: u128 = MILLI;
/// Seconds.
const NOTICE: u32 = 3_600;

/// A stream of the consumer's to the provider, with a notice of an hour, and all who call.
struct Scene {
    market: Market,
    config: P::StreamConfig,
    id: B256,
    by_consumer: Payments,
    by_provider: Payments,
    by_stranger: Payments,
}

impl Scene {
    async fn start(notice: u32) -> Result<Self> {
        let market = Market::start().await?;
        let config = market.stream(notice, 1);
        let id = market.stream_id(&config);
        let by_consumer = market.payments_as(&market.consumer)?;
        let by_provider = market.payments_as(&market.provider)?;
        let by_stranger = market.payments_as(&market.stranger())?;
        Ok(Self { market, config, id, by_consumer, by_provider, by_stranger })
    }

    /// What is logged when the provider is credited so much less 1 %.
    fn collected(&self, gross: u128) -> LogData {
        let (gross, fee) = (U256::from(gross), U256::from(gross / 100));
        event(&P::StreamCollected { id: self.id, payee: self.config.payee, gross, fee })
    }

    /// What is logged when the stream is over.
    fn closed(&self, refunded: u128) -> LogData {
        event(&P::StreamClosed { id: self.id, refunded: U256::from(refunded) })
    }

    /// Asserts what the stream tells of itself.
    async fn assert_stream(&self, balance: u128, rate: u128, settled_at: u64, ends_at: u64) -> Result<()> {
        let seen = self.by_stranger.streamOf(self.id).call().await?;
        assert_eq!(seen, P::Stream { balance, rate, settledAt: at(settled_at), endsAt: at(ends_at) });
        Ok(())
    }

    /// Asserts when the stream has paid everything, and up to when it pays whatever its payer does.
    async fn assert_outlook(&self, depletion: U40, safe_until: u64) -> Result<()> {
        assert_eq!(self.by_stranger.depletionTime(self.id).call().await?, depletion);
        assert_eq!(self.by_stranger.streamSafeUntil(self.config.clone()).call().await?, at(safe_until));
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gpu_is_rented_by_the_second_and_both_leave_with_what_is_theirs() -> Result<()> {
    let scene = Scene::start(NOTICE).await?;
    let Scene { market, config, id, by_consumer, by_provider, by_stranger } = &scene;
    let (net, id, start) = (market.net(), *id, market.net().now());
    let (consumer, provider, stranger) = (config.payer, config.payee, market.stranger().address());
    assert_eq!(by_stranger.streamId(config.clone()).call().await?, id);
    let open = by_consumer.openStream(provider, RATE, NOTICE, config.jobId, 10 * COIN);
    assert_eq!(open.call().await?, id);
    let receipt = net.send(&open).await?;
    let opened = P::StreamOpened {
        id,
        payer: consumer,
        payee: provider,
        rate: RATE,
        notice: NOTICE,
        jobId: config.jobId,
        deposit: 10 * COIN,
    };
    market.assert_logged(&receipt, &[event(&opened)]);
    scene.assert_outlook(at(start + 10_000), start + 3_600).await?;

    // Collected by a stranger, and at once again for nothing.
    net.pass(1_000)?;
    assert_eq!(by_stranger.owed(id).call().await?, U256::from(COIN));
    let collect = by_stranger.collect(vec![config.clone()]);
    assert_eq!(collect.call().await?, U256::from(COIN));
    market.assert_logged(&net.send(&collect).await?, &[scene.collected(COIN)]);
    market.assert_logged(&net.send(&collect).await?, &[]);
    scene.assert_stream(9 * COIN, RATE, start + 1_000, 0).await?;

    // Topped up.
    let receipt = net.send(&by_consumer.topUpStream(config.clone(), 5 * COIN)).await?;
    let topped_up = P::StreamToppedUp { id, from: consumer, amount: U256::from(5 * COIN) };
    market.assert_logged(&receipt, &[event(&topped_up)]);
    scene.assert_outlook(at(start + 15_000), start + 4_600).await?;

    // Raised by the payer, as far as the notice is paid for; lowered by the payee.
    net.pass(1_000)?;
    let under = P::UnderNotice { id, balance: U256::from(13 * COIN), needed: U256::from(14_400 * MILLI) };
    net.refuses(&by_consumer.setRate(config.clone(), 4 * RATE), under).await?;
    let changed = |old: u128, new: u128| event(&P::RateSet { id, oldRate: U256::from(old), newRate: U256::from(new) });
    let receipt = net.send(&by_consumer.setRate(config.clone(), 2 * RATE)).await?;
    market.assert_logged(&receipt, &[scene.collected(COIN), changed(RATE, 2 * RATE)]);
    scene.assert_outlook(at(start + 2_000 + 6_500), start + 5_600).await?;
    net.pass(1_000)?;
    let receipt = net.send(&by_provider.setRate(config.clone(), RATE / 2)).await?;
    market.assert_logged(&receipt, &[scene.collected(2 * COIN), changed(2 * RATE, RATE / 2)]);

    // Stopped: the notice runs.
    net.pass(1_000)?;
    let (stop, end) = (by_consumer.stopStream(config.clone()), start + 7_600);
    assert_eq!(stop.call().await?, U256::ZERO);
    let receipt = net.send(&stop).await?;
    let stopped = event(&P::StreamStopped { id, endsAt: at(end) });
    market.assert_logged(&receipt, &[scene.collected(COIN / 2), stopped]);
    scene.assert_stream(10_500 * MILLI, RATE / 2, start + 4_000, end).await?;
    scene.assert_outlook(U40::MAX, end).await?;

    // It is paid in full, and then anyone closes the stream.
    market.staking.pass_to(end - 1)?;
    let (close, foreign) = (by_stranger.stopStream(config.clone()), P::UnauthorizedParty { id, caller: stranger });
    net.refuses(&close, foreign).await?;
    net.pass(1)?;
    assert_eq!(close.call().await?, U256::from(8_700 * MILLI));
    let receipt = net.send(&close).await?;
    market.assert_logged(&receipt, &[scene.collected(1_800 * MILLI), scene.closed(8_700 * MILLI)]);
    scene.assert_stream(0, 0, end, end).await?;
    scene.assert_outlook(at(end), end).await?;
    net.refuses(&close, P::StreamEnding { id, endsAt: at(end) }).await?;

    // 6.3 AIA were earned.
    net.send(&by_provider.withdraw(provider, U256::MAX)).await?;
    net.send(&by_consumer.withdraw(consumer, U256::MAX)).await?;
    net.send(&by_stranger.collectFees(vec![provider])).await?;
    let wallets = [(provider, 6_237 * MILLI), (consumer, PURSE - 6_300 * MILLI), (TREASURY, 315 * MILLI / 10)];
    market.assert_wallets(&wallets, 0, 315 * MILLI / 10).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn time_without_money_is_never_billed() -> Result<()> {
    let scene = Scene::start(0).await?;
    let Scene { market, config, id, by_consumer, by_stranger, .. } = &scene;
    let (net, id, start, friend) = (market.net(), *id, market.net().now(), market.net().account(2));
    market.open(config, RATE, 100 * RATE).await?;
    net.pass(500)?;
    assert_eq!(by_stranger.owed(id).call().await?, U256::from(100 * RATE));
    scene.assert_outlook(at(start + 100), start + 500).await?;

    // A friend pays for fifty seconds more, which begin now.
    market.fund(&friend, 50 * RATE).await?;
    let receipt = net.send(&market.payments_as(&friend)?.topUpStream(config.clone(), 50 * RATE)).await?;
    let topped_up = P::StreamToppedUp { id, from: friend.address(), amount: U256::from(50 * RATE) };
    market.assert_logged(&receipt, &[scene.collected(100 * RATE), event(&topped_up)]);
    assert_eq!(by_stranger.owed(id).call().await?, U256::ZERO);
    scene.assert_outlook(at(start + 550), start + 500).await?;
    net.pass(20)?;
    assert_eq!(by_stranger.owed(id).call().await?, U256::from(20 * RATE));
    net.pass(1_000)?;
    let receipt = net.send(&by_consumer.stopStream(config.clone())).await?;
    assert_eq!(emitted::<P::StreamCollected>(&receipt, market.payments)[0].gross, U256::from(50 * RATE));
    market.assert_free(&market.provider, 1_485 * RATE / 10).await?;
    market.assert_free(&market.consumer, PURSE - 100 * RATE).await?;
    market.assert_free(&friend, 0).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notice_is_paid_as_far_as_the_money_goes_and_then_anyone_closes_the_stream() -> Result<()> {
    let scene = Scene::start(NOTICE).await?;
    let Scene { market, config, id, by_consumer, by_stranger, .. } = &scene;
    let (net, start) = (market.net(), market.net().now());
    market.open(config, RATE, 3_600 * RATE).await?;
    net.pass(1_000)?;
    net.send(&by_consumer.stopStream(config.clone())).await?;
    scene.assert_stream(2_600 * RATE, RATE, start + 1_000, start + 4_600).await?;
    scene.assert_outlook(at(start + 3_600), start + 3_600).await?;

    market.staking.pass_to(start + 3_599)?;
    let foreign = P::UnauthorizedParty { id: *id, caller: market.stranger().address() };
    let close = by_stranger.stopStream(config.clone());
    net.refuses(&close, foreign).await?;
    net.pass(1)?;
    let receipt = net.send(&close).await?;
    market.assert_logged(&receipt, &[scene.collected(2_600 * RATE), scene.closed(0)]);
    market.assert_free(&market.provider, 3_564 * RATE).await?;
    market.assert_free(&market.consumer, PURSE - 3_600 * RATE).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payee_ends_its_stream_at_once_and_its_id_is_used_up() -> Result<()> {
    let scene = Scene::start(NOTICE).await?;
    let Scene { market, config, id, by_consumer, by_provider, .. } = &scene;
    let net = market.net();
    market.open(config, RATE, 10 * COIN).await?;
    net.pass(100)?;
    // Also while the notice runs.
    net.send(&by_consumer.stopStream(config.clone())).await?;
    net.pass(100)?;
    let stop = by_provider.stopStream(config.clone());
    assert_eq!(stop.call().await?, U256::from(10 * COIN - 200 * RATE));
    let receipt = net.send(&stop).await?;
    market.assert_logged(&receipt, &[scene.collected(100 * RATE), scene.closed(10 * COIN - 200 * RATE)]);
    let ended = net.now();

    // Who serves a stream by its id never meets another one under it.
    net.pass(100)?;
    let again = by_consumer.openStream(config.payee, RATE, config.notice, config.jobId, 10 * COIN);
    net.refuses(&again, P::StreamExists { id: *id }).await?;
    net.refuses(&stop, P::StreamEnding { id: *id, endsAt: at(ended) }).await?;
    market.assert_free(&market.provider, 198 * RATE).await?;
    market.assert_free(&market.consumer, PURSE - 200 * RATE).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stream_collected_late_ended_when_it_ended() -> Result<()> {
    let scene = Scene::start(NOTICE).await?;
    let Scene { market, config, id, by_consumer, by_stranger, .. } = &scene;
    let (net, end) = (market.net(), market.net().now() + 3_600);
    market.open(config, RATE, 10 * COIN).await?;
    net.send(&by_consumer.stopStream(config.clone())).await?;
    market.staking.pass_to(end + 1_000)?;
    let receipt = net.send(&by_stranger.collect(vec![config.clone()])).await?;
    market.assert_logged(&receipt, &[scene.collected(3_600 * RATE)]);
    let seen = by_stranger.streamOf(*id).call().await?;
    assert_eq!((seen.balance, seen.rate, seen.endsAt), (6_400 * RATE, 0, at(end)));
    let over = || P::StreamEnding { id: *id, endsAt: at(end) };
    net.refuses(&by_consumer.topUpStream(config.clone(), 1), over()).await?;
    net.pass(1_000)?;
    assert_eq!(by_stranger.owed(*id).call().await?, U256::ZERO);
    net.refuses(&by_consumer.setRate(config.clone(), 2 * RATE), over()).await?;
    let receipt = net.send(&by_stranger.stopStream(config.clone())).await?;
    market.assert_logged(&receipt, &[scene.closed(6_400 * RATE)]);
    market.assert_free(&market.consumer, PURSE - 3_600 * RATE).await?;
    market.assert_adds_up().await
}
