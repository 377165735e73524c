//! When a withdrawal can be finalized, and when it cannot any more.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, DELAY, HOLD_UNIT, MAX_HOLD, PURSE, WINDOW, at},
};
use alloy::primitives::{U256, aliases::U40};
use eyre::Result;

use super::Scene;

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_takes_all_within_a_week_after_its_delay() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, .. } = &scene;
    scene.assert_not_pending().await?;
    scene.assert_safe_until(market.net().now() + DELAY).await?;
    let part =
        P::PartialWithdraw { channelId: *id, amount: U256::from(10 * COIN - 1), unclaimed: U256::from(10 * COIN) };
    market.net().refuses(&by_consumer.initiateWithdraw(config.clone(), 10 * COIN - 1), part).await?;
    let ready = scene.announce(10 * COIN).await?;
    let pending = by_consumer.pendingWithdrawals(*id).call().await?;
    assert_eq!((pending.amount, pending.initiatedAt), (10 * COIN, at(ready - DELAY)));

    market.staking.pass_to(ready - 1)?;
    scene.assert_too_early(ready).await?;
    scene.assert_safe_until(ready).await?;
    for seconds in [1, WINDOW] {
        // In the first second and in the last it would succeed.
        market.net().pass(seconds)?;
        by_consumer.finalizeWithdraw(config.clone()).call().await?;
        scene.assert_safe_until(market.net().now()).await?;
    }
    market.net().pass(1)?;
    scene.assert_expired(ready + WINDOW).await?;
    scene.assert_safe_until(market.net().now() + DELAY).await?;

    // Announced anew, it waits anew.
    let ready = scene.announce(10 * COIN).await?;
    market.staking.pass_to(ready + WINDOW)?;
    scene.finalize(10 * COIN).await?;
    scene.assert_not_pending().await?;
    scene.assert_ledgers(0, PURSE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_holds_the_signing_key_cannot_put_a_withdrawal_off_by_announcing_it_again() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, .. } = &scene;
    let ready = scene.announce(10 * COIN).await?;
    let again = by_consumer.initiateWithdraw(config.clone(), u128::MAX);
    for instant in [ready - 1, ready, ready + WINDOW] {
        market.staking.pass_to(instant)?;
        let pending = P::WithdrawPending { channelId: *id, initiatedAt: at(ready - DELAY) };
        market.net().refuses(&again, pending).await?;
    }
    scene.finalize(10 * COIN).await?;
    scene.assert_ledgers(0, PURSE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_keeps_a_withdrawal_waiting_and_is_only_made_longer() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, .. } = &scene;
    let ready = scene.announce(10 * COIN).await?;
    // In units of 512 seconds, rounded up.
    let held = (ready + DELAY).next_multiple_of(HOLD_UNIT);
    let receipt = market.net().send(&by_consumer.hold(config.clone(), at(held - HOLD_UNIT + 1))).await?;
    market.assert_logged(&receipt, &[event(&P::ChannelHeld { channelId: *id, until: at(held) })]);
    scene.assert_safe_until(held).await?;
    let status = by_consumer.channelStatus(*id).call().await?;
    assert_eq!((status.heldUntil, status.closed), (at(held), false));

    let latest = market.net().now() + MAX_HOLD;
    for until in [at(held), at(held - HOLD_UNIT), U40::ZERO, at(latest + 1), U40::MAX] {
        let invalid = P::InvalidHold { channelId: *id, until, present: at(held), latest: at(latest) };
        market.net().refuses(&by_consumer.hold(config.clone(), until), invalid).await?;
    }
    market.staking.pass_to(held - 1)?;
    scene.assert_too_early(held).await?;
    market.net().pass(1)?;
    scene.finalize(10 * COIN).await?;
    scene.assert_ledgers(0, PURSE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hold_does_not_open_an_expired_window_again() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, by_consumer, .. } = &scene;
    let latest = scene.announce(10 * COIN).await? + WINDOW;
    market.staking.pass_to(latest)?;
    let held = (latest + DELAY).next_multiple_of(HOLD_UNIT);
    market.net().send(&by_consumer.hold(config.clone(), at(held))).await?;
    scene.assert_too_early(held).await?;
    market.staking.pass_to(held)?;
    scene.assert_expired(latest).await?;
    scene.assert_safe_until(held + DELAY).await?;
    scene.assert_ledgers(0, PURSE - 10 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_claimed_before_a_withdrawal_comes_first() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, id, by_consumer, .. } = &scene;
    let ready = scene.announce(10 * COIN).await?;
    market.staking.pass_to(ready + WINDOW)?;
    scene.claim(7 * COIN).await?;
    let pending = by_consumer.pendingWithdrawals(*id).call().await?;
    assert_eq!((pending.amount, pending.initiatedAt), (3 * COIN, at(ready - DELAY)));
    scene.finalize(3 * COIN).await?;
    let pending = by_consumer.pendingWithdrawals(*id).call().await?;
    assert_eq!((pending.amount, pending.initiatedAt), (0, U40::ZERO));
    scene.assert_ledgers(7 * COIN, PURSE - 7 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_withdrawal_that_a_hold_outlasts_is_announced_again_at_once() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, by_consumer, .. } = &scene;
    let ready = scene.announce(10 * COIN).await?;
    market.net().pass(HOLD_UNIT)?;
    let held = (ready + WINDOW + 1).next_multiple_of(HOLD_UNIT);
    market.net().send(&by_consumer.hold(config.clone(), at(held))).await?;
    scene.assert_safe_until(held).await?;

    // The second has its window when the hold ends.
    scene.announce(10 * COIN).await?;
    market.staking.pass_to(held - 1)?;
    scene.assert_too_early(held).await?;
    market.net().pass(1)?;
    scene.finalize(10 * COIN).await?;
    scene.assert_ledgers(0, PURSE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_receiver_gives_back_leaves_an_announcement_as_it_is() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, by_consumer, by_provider } = &scene;
    let ready = scene.announce(10 * COIN).await?;
    market.net().pass(1)?;
    market.net().send(&by_provider.refund(config.clone(), 4 * COIN)).await?;
    let pending = by_consumer.pendingWithdrawals(*id).call().await?;
    assert_eq!((pending.amount, pending.initiatedAt), (6 * COIN, at(ready - DELAY)));
    market.staking.pass_to(ready)?;
    scene.finalize(6 * COIN).await?;
    scene.assert_ledgers(0, PURSE).await
}
