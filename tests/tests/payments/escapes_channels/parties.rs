//! Who may do what on the payer's side, and with whose money.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, DELAY, MILLI, PURSE, WINDOW, at, skipped},
};
use alloy::primitives::{Address, Bytes, U256};
use eyre::Result;

use super::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn nobody_elses_money_meets_an_announcement_and_the_payers_own_takes_it_back() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, .. } = &scene;
    let friend = market.net().account(2);
    market.fund(&friend, COIN).await?;
    let by_friend = market.payments_as(&friend)?;
    let gift = by_friend.deposit(config.clone(), COIN, Address::ZERO, Bytes::new());
    let ready = scene.announce(10 * COIN).await?;
    let pending = || P::WithdrawPending { channelId: *id, initiatedAt: at(ready - DELAY) };
    market.net().refuses(&gift, pending()).await?;
    // Nor what the payer signed, when somebody else brings it.
    market.give(market.consumer.address(), COIN).await?;
    let data = market.collector_data(&market.consumer, config, COIN, 1)?;
    market.net().refuses(&by_friend.deposit(config.clone(), COIN, market.payments, data), pending()).await?;
    market.assert_channel(config, 10 * COIN, 0).await?;

    market.staking.pass_to(ready)?;
    let receipt = market.deposit(config, COIN).await?;
    let sender = market.consumer.address();
    let deposited = P::Deposited { channelId: *id, sender, amount: COIN, newBalance: 11 * COIN };
    let paid = P::LedgerDeposit { channelId: *id, account: sender, amount: U256::from(COIN) };
    let cancelled = P::WithdrawCancelled { channelId: *id };
    // So much later the registry is asked again.
    let asked = P::ProviderRefreshed { provider: config.receiver, active: true };
    market.assert_logged(&receipt, &[event(&asked), event(&cancelled), event(&deposited), event(&paid)]);
    scene.assert_not_pending().await?;
    market.net().send(&gift).await?;
    market.assert_channel(config, 12 * COIN, 0).await?;
    market.assert_free(&friend, 0).await?;
    scene.assert_ledgers(0, PURSE - 11 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payers_authorizer_signs_and_announces_but_gets_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, by_provider, .. } = &scene;
    let (net, helper) = (market.net(), market.net().account(2));
    let config = P::ChannelConfig { payerAuthorizer: helper.address(), ..market.channel(2) };
    let (id, by_helper) = (market.channel_id(&config), market.payments_as(&helper)?);
    market.deposit(&config, 10 * COIN).await?;

    // It signs instead of the payer, not beside it.
    let rows = vec![market.voucher(&market.consumer, &config, 2 * COIN)?, market.voucher(&helper, &config, COIN)?];
    let receipt = net.send(&by_provider.claim(rows)).await?;
    let (sender, payee) = (market.provider.address(), market.provider.address());
    let unsigned = P::ClaimSkipped { channelId: id, reason: skipped::UNSIGNED };
    let claimed = P::Claimed { channelId: id, sender, claimAmount: COIN, newTotalClaimed: COIN };
    let credited = P::Credited { payee, net: U256::from(990 * MILLI), fee: U256::from(10 * MILLI) };
    market.assert_logged(&receipt, &[event(&unsigned), event(&claimed), event(&credited)]);

    let foreign = || P::UnauthorizedSide { channelId: id, caller: helper.address() };
    net.refuses(&by_helper.hold(config.clone(), at(net.now() + DELAY)), foreign()).await?;
    net.refuses(&by_helper.refund(config.clone(), COIN), foreign()).await?;
    net.send(&by_helper.initiateWithdraw(config.clone(), 9 * COIN)).await?;
    net.pass(DELAY)?;
    net.send(&by_helper.finalizeWithdraw(config)).await?;
    market.assert_free(&helper, 0).await?;
    scene.assert_ledgers(COIN, PURSE - 11 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_that_has_expired_keeps_nobodys_money_out() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, .. } = &scene;
    let friend = market.net().account(2);
    market.fund(&friend, COIN).await?;
    let gift = market.payments_as(&friend)?;
    let gift = gift.deposit(config.clone(), COIN, Address::ZERO, Bytes::new());
    let ready = scene.announce(10 * COIN).await?;
    market.staking.pass_to(ready + WINDOW)?;
    let pending = P::WithdrawPending { channelId: *id, initiatedAt: at(ready - DELAY) };
    market.net().refuses(&gift, pending).await?;
    market.net().pass(1)?;
    let receipt = market.net().send(&gift).await?;
    let sender = friend.address();
    let deposited = P::Deposited { channelId: *id, sender, amount: COIN, newBalance: 11 * COIN };
    let paid = P::LedgerDeposit { channelId: *id, account: sender, amount: U256::from(COIN) };
    let cancelled = P::WithdrawCancelled { channelId: *id };
    // So much later the registry is asked again.
    let asked = P::ProviderRefreshed { provider: config.receiver, active: true };
    market.assert_logged(&receipt, &[event(&asked), event(&cancelled), event(&deposited), event(&paid)]);
    scene.assert_not_pending().await?;
    scene.assert_ledgers(0, PURSE - 10 * COIN).await
}
