//! Channels that do not begin, and channels that have ended.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, DELAY, PURSE, at, skipped},
};
use alloy::primitives::{Address, Bytes, U256};
use eyre::Result;

use super::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn a_closed_channel_is_closed_for_good() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, by_provider } = &scene;
    scene.claim(4 * COIN).await?;
    market.staking.pass_to(scene.announce(6 * COIN).await?)?;
    scene.finalize(6 * COIN).await?;
    market.assert_channel(config, 4 * COIN, 4 * COIN).await?;
    let status = by_consumer.channelStatus(*id).call().await?;
    assert!(status.closed);
    scene.assert_safe_until(0).await?;

    // It does not open again, and what the consumer signed before pays nothing again.
    let closed = || P::ChannelIsClosed { channelId: *id };
    let deposit = by_consumer.deposit(config.clone(), COIN, Address::ZERO, Bytes::new());
    market.net().refuses(&deposit, closed()).await?;
    market.net().refuses(&by_consumer.initiateWithdraw(config.clone(), COIN), closed()).await?;
    market.net().refuses(&by_consumer.hold(config.clone(), at(market.net().now() + DELAY)), closed()).await?;
    scene.assert_not_pending().await?;
    let voucher = |total| market.voucher(&market.consumer, config, total);
    let receipt = market.net().send(&by_provider.claim(vec![voucher(COIN)?, voucher(4 * COIN)?])).await?;
    let claimed = event(&P::ClaimSkipped { channelId: *id, reason: skipped::CLAIMED });
    market.assert_logged(&receipt, &vec![claimed; 2]);
    let empty = P::ClaimRefused { channelId: *id, reason: skipped::EMPTY };
    market.net().refuses(&by_provider.claim(vec![voucher(COIN)?, voucher(10 * COIN)?]), empty).await?;
    let receipt = market.net().send(&by_provider.refund(config.clone(), COIN)).await?;
    let nothing = P::Refunded { channelId: *id, sender: config.receiver, amount: 0 };
    market.assert_logged(&receipt, &[event(&nothing)]);
    scene.assert_ledgers(4 * COIN, PURSE - 4 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_was_claimed_to_the_end_can_be_closed_with_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    scene.claim(10 * COIN).await?;
    scene.market.staking.pass_to(scene.announce(0).await?)?;
    scene.finalize(0).await?;
    scene.assert_ledgers(10 * COIN, PURSE - 10 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn no_channel_opens_that_could_not_work() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, by_consumer, .. } = &scene;
    let (net, good) = (market.net(), market.channel(2));
    let deposit = |config: &P::ChannelConfig| by_consumer.deposit(config.clone(), COIN, Address::ZERO, Bytes::new());
    for config in [
        P::ChannelConfig { payer: Address::ZERO, ..good.clone() },
        P::ChannelConfig { receiver: Address::ZERO, ..good.clone() },
        P::ChannelConfig { receiverAuthorizer: Address::ZERO, ..good.clone() },
        P::ChannelConfig { receiver: good.payer, ..good.clone() },
        P::ChannelConfig { receiverAuthorizer: good.payer, ..good.clone() },
        P::ChannelConfig { payerAuthorizer: good.receiverAuthorizer, ..good.clone() },
        P::ChannelConfig { token: market.staking.registry, ..good.clone() },
    ] {
        net.refuses(&deposit(&config), P::InvalidChannel { channelId: market.channel_id(&config) }).await?;
    }
    for delay in [0, 89_999, 2_592_001].map(at) {
        let config = P::ChannelConfig { withdrawDelay: delay, ..good.clone() };
        let out_of_range = P::WithdrawDelayOutOfRange { delay, min: at(90_000), max: at(2_592_000) };
        net.refuses(&deposit(&config), out_of_range).await?;
    }
    let collector = market.stranger().address();
    let collected = by_consumer.deposit(good.clone(), COIN, collector, Bytes::new());
    net.refuses(&collected, P::InvalidCollector { collector }).await?;
    let (unknown, id) = (market.channel(9), market.channel_id(&market.channel(9)));
    let nothing = || P::UnknownChannel { channelId: id };
    net.refuses(&by_consumer.initiateWithdraw(unknown.clone(), 0), nothing()).await?;
    net.refuses(&by_consumer.hold(unknown, at(net.now() + DELAY)), nothing()).await?;
    for delay in [90_000, 2_592_000].map(at) {
        net.send(&deposit(&P::ChannelConfig { withdrawDelay: delay, ..good.clone() })).await?;
    }
    scene.assert_ledgers(0, PURSE - 12 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_that_was_refunded_whole_begins_anew_and_no_refund_is_signed_twice() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, by_provider } = &scene;
    let signature = market.sign_refund(&market.provider, config, 0, 10 * COIN)?;
    let refund = by_consumer.refundWithSignature(config.clone(), 10 * COIN, U256::ZERO, signature);
    market.net().send(&refund).await?;
    market.assert_channel(config, 0, 0).await?;
    scene.assert_safe_until(0).await?;
    let unknown = P::UnknownChannel { channelId: *id };
    market.net().refuses(&by_consumer.initiateWithdraw(config.clone(), u128::MAX), unknown).await?;

    let receipt = market.deposit(config, 10 * COIN).await?;
    let account = market.consumer.address();
    let created = P::ChannelCreated { channelId: *id, config: config.clone() };
    let deposited = P::Deposited { channelId: *id, sender: account, amount: 10 * COIN, newBalance: 10 * COIN };
    let paid = P::LedgerDeposit { channelId: *id, account, amount: U256::from(10 * COIN) };
    market.assert_logged(&receipt, &[event(&created), event(&deposited), event(&paid)]);
    let used = P::InvalidRefundNonce { channelId: *id, nonce: U256::ZERO, expected: U256::ONE };
    market.net().refuses(&refund, used).await?;
    assert_eq!(by_provider.refundNonce(*id).call().await?, U256::ONE);
    scene.claim(3 * COIN).await?;
    scene.assert_ledgers(3 * COIN, PURSE - 10 * COIN).await
}
