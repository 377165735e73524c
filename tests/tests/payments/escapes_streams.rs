//! Payers who try to get away with what their streams still owe.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, MILLI, Market, PURSE, Payments, at},
};
use alloy::{
    primitives::{B256, Bytes, U256},
    sol_types::SolCall,
};
use eyre::Result;

/// Base units a second.
const RATE: u128 = MILLI;
/// Seconds: an hour, for which 3.6 AIA are needed.
const NOTICE: u32 = 3_600;
const RESERVE: u128 = 3_600 * RATE;
/// What a call may name at most.
const MOST: u128 = (1 << 96) - 1;

/// A stream of 10 AIA with a notice of an hour.
struct Scene {
    market: Market,
    config: P::StreamConfig,
    id: B256,
    by_consumer: Payments,
    by_provider: Payments,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let config = market.stream(NOTICE, 1);
        let id = market.open(&config, RATE, 10 * COIN).await?;
        let by_consumer = market.payments_as(&market.consumer)?;
        let by_provider = market.payments_as(&market.provider)?;
        Ok(Self { market, config, id, by_consumer, by_provider })
    }

    /// Lets the consumer take back as much as it can, and asserts that this is exactly `most`: what is needed stays.
    async fn reclaim_all(&self, most: u128, needed: u128) -> Result<()> {
        let Self { market, config, id, by_consumer, .. } = self;
        let short = P::UnderNotice { id: *id, balance: U256::from(needed - 1), needed: U256::from(needed) };
        market.net().refuses(&by_consumer.reclaim(config.clone(), most + 1), short.clone()).await?;
        let all = by_consumer.reclaim(config.clone(), u128::MAX);
        assert_eq!(all.call().await?, U256::from(most));
        let receipt = market.net().send(&all).await?;
        market.assert_logged(&receipt, &[event(&P::StreamReclaimed { id: *id, amount: U256::from(most) })]);
        market.net().refuses(&all, P::ZeroAmount {}).await?;
        market.net().refuses(&by_consumer.reclaim(config.clone(), 1), short).await
    }

    /// Lets the provider collect what is owed, so that nothing else does.
    async fn collect(&self) -> Result<()> {
        self.market.net().send(&self.by_provider.collect(vec![self.config.clone()])).await?;
        Ok(())
    }

    /// Asserts what provider and consumer have on their ledgers; 1 % was taken of what was earned.
    async fn assert_earned(&self, earned: u128, consumer: u128) -> Result<()> {
        self.market.assert_free(&self.market.provider, earned - earned / 100).await?;
        self.market.assert_free(&self.market.consumer, consumer).await?;
        self.market.assert_adds_up().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_pays_does_not_cut_a_rate_and_who_earns_does_not_raise_it() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, by_provider } = &scene;
    let invalid = |rate: u128| P::InvalidRate { id: *id, rate: U256::from(rate), current: U256::from(RATE) };
    for rate in [0, 1, RATE - 1, RATE] {
        market.net().refuses(&by_consumer.setRate(config.clone(), rate), invalid(rate)).await?;
    }
    for rate in [0, RATE, RATE + 1] {
        market.net().refuses(&by_provider.setRate(config.clone(), rate), invalid(rate)).await?;
    }
    market.net().pass(1_000)?;
    scene.collect().await?;
    scene.assert_earned(1_000 * RATE, PURSE - 10 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_notice_needs_is_not_reclaimed() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, .. } = &scene;
    scene.reclaim_all(10 * COIN - RESERVE, RESERVE).await?;
    market.net().refuses(&by_consumer.reclaim(config.clone(), 0), P::ZeroAmount {}).await?;

    // The stream lives on what is needed: nothing is to be had while it does.
    market.net().pass(1_000)?;
    scene.collect().await?;
    let left = U256::from(RESERVE - 1_000 * RATE - 1);
    let short = P::UnderNotice { id: *id, balance: left, needed: U256::from(RESERVE) };
    market.net().refuses(&by_consumer.reclaim(config.clone(), 1), short).await?;
    scene.assert_earned(1_000 * RATE, PURSE - RESERVE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_stops_and_reclaims_leaves_the_notice_in_full() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, .. } = &scene;
    let (net, end) = (market.net(), market.net().now() + 3_600);
    net.send(&by_consumer.stopStream(config.clone())).await?;
    scene.reclaim_all(10 * COIN - RESERVE, RESERVE).await?;

    // Nothing makes the notice shorter, or begin anew.
    let ending = || P::StreamEnding { id: *id, endsAt: at(end) };
    for passed in [0, 1_800, 1_799] {
        net.pass(passed)?;
        net.refuses(&by_consumer.stopStream(config.clone()), ending()).await?;
        net.refuses(&by_consumer.setRate(config.clone(), 2 * RATE), ending()).await?;
        net.refuses(&by_consumer.topUpStream(config.clone(), 1), ending()).await?;
        let again = by_consumer.openStream(config.payee, RATE, NOTICE, config.jobId, 10 * COIN);
        net.refuses(&again, P::StreamExists { id: *id }).await?;
    }
    net.pass(1)?;
    net.send(&by_consumer.stopStream(config.clone())).await?;
    scene.assert_earned(RESERVE, PURSE - RESERVE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn during_the_notice_only_what_the_payee_forgoes_is_reclaimed() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, by_consumer, by_provider, .. } = &scene;
    market.net().send(&by_consumer.stopStream(config.clone())).await?;
    market.net().pass(600)?;
    scene.collect().await?;
    scene.reclaim_all(10 * COIN - RESERVE, 3_000 * RATE).await?;
    market.net().send(&by_provider.setRate(config.clone(), RATE / 2)).await?;
    scene.reclaim_all(1_500 * RATE, 1_500 * RATE).await?;
    market.net().pass(3_000)?;
    market.net().send(&by_consumer.stopStream(config.clone())).await?;
    scene.assert_earned(2_100 * RATE, PURSE - 2_100 * RATE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn all_at_once_is_no_way_out_either() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, .. } = &scene;
    let net = market.net();
    let stop: Bytes = P::stopStreamCall { config: config.clone() }.abi_encode().into();
    let reclaim = P::reclaimCall { config: config.clone(), amount: 10 * COIN - RESERVE + 1 }.abi_encode().into();
    let (payee, job) = (config.payee, config.jobId);
    let open = P::openStreamCall { payee, rate: RATE, notice: NOTICE, jobId: job, deposit: RESERVE };

    let short = P::UnderNotice { id: *id, balance: U256::from(RESERVE - 1), needed: U256::from(RESERVE) };
    net.refuses(&by_consumer.multicall(vec![stop.clone(), reclaim]), short).await?;
    net.refuses(&by_consumer.multicall(vec![stop.clone(), open.abi_encode().into()]), P::StreamExists { id: *id })
        .await?;
    let ending = P::StreamEnding { id: *id, endsAt: at(net.now() + 3_600) };
    net.refuses(&by_consumer.multicall(vec![stop.clone(), stop]), ending).await?;
    net.pass(1)?;
    scene.collect().await?;
    scene.assert_earned(RATE, PURSE - 10 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_stream_opens_that_cannot_pay_its_notice() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, by_consumer, .. } = &scene;
    let (net, free, payee) = (market.net(), PURSE - 10 * COIN, config.payee);
    let other = market.stream(NOTICE, 2);
    let id = market.stream_id(&other);
    let open = |rate, notice, deposit| by_consumer.openStream(payee, rate, notice, other.jobId, deposit);

    let short = P::UnderNotice { id, balance: U256::from(RESERVE - 1), needed: U256::from(RESERVE) };
    net.refuses(&open(RATE, NOTICE, RESERVE - 1), short).await?;
    let too_long = P::NoticeTooLong { notice: 15_552_001, max: 15_552_000 };
    net.refuses(&open(1, 15_552_001, COIN), too_long).await?;
    net.refuses(&open(RATE, 0, 0), P::ZeroAmount {}).await?;
    let nothing = P::InvalidRate { id, rate: U256::ZERO, current: U256::ZERO };
    net.refuses(&open(0, NOTICE, COIN), nothing).await?;
    let too_much = P::AmountTooLarge { amount: U256::from(MOST + 1), max: U256::from(MOST) };
    net.refuses(&open(MOST + 1, 0, COIN), too_much).await?;
    let (account, needed) = (market.consumer.address(), U256::from(free + 1));
    let broke = P::InsufficientLedger { account, free: U256::from(free), needed };
    net.refuses(&open(RATE, NOTICE, free + 1), broke).await?;
    let to_itself = by_consumer.openStream(account, RATE, NOTICE, other.jobId, RESERVE);
    net.refuses(&to_itself, P::InvalidPayee { payee: account }).await?;
    net.send(&open(RATE, NOTICE, RESERVE)).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rate_beyond_all_money_pays_what_there_is() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, by_provider, .. } = &scene;
    let rich = market.stream(0, 2);
    let id = market.open(&rich, MOST, 5 * COIN).await?;
    assert_eq!(by_provider.owed(id).call().await?, U256::ZERO);
    assert_eq!(by_provider.depletionTime(id).call().await?, at(market.net().now() + 1));
    market.net().pass(1_000_000)?;
    market.net().send(&by_provider.collect(vec![rich.clone()])).await?;
    assert_eq!(by_provider.owed(id).call().await?, U256::ZERO);
    scene.assert_earned(5 * COIN, PURSE - 15 * COIN).await
}
