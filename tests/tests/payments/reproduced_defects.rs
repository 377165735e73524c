//! Four defects of payment systems that are live elsewhere, none of which is possible here.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, DELAY, FEE_BPS, MILLI, Market, PURSE, WINDOW, at, skipped},
    staking::emitted,
};
use alloy::primitives::U256;
use eyre::Result;

/// Five units of a token with six decimals in a month, in base units a second of one with eighteen: 5 AIA.
const RATE: u128 = 1_929_012_345_679;
/// Seconds.
const SECONDS: u128 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn defect_a_whoever_collects_in_every_second_destroys_nothing() -> Result<()> {
    let market = Market::start().await?;
    let by_stranger = market.payments_as(&market.stranger())?;
    let (often, once) = (market.stream(0, 1), market.stream(0, 2));
    for config in [&often, &once] {
        market.open(config, RATE, COIN).await?;
    }
    let (mut gross, mut fees) = (U256::ZERO, U256::ZERO);
    for _ in 0..SECONDS {
        market.net().pass(1)?;
        let receipt = market.net().send(&by_stranger.collect(vec![often.clone()])).await?;
        for collected in emitted::<P::StreamCollected>(&receipt, market.payments) {
            gross += collected.gross;
            fees += collected.fee;
        }
    }
    let receipt = market.net().send(&by_stranger.collect(vec![once.clone()])).await?;
    let collected = emitted::<P::StreamCollected>(&receipt, market.payments);
    assert_eq!(collected.len(), 1);
    assert_eq!((gross, collected[0].gross), (U256::from(SECONDS * RATE), U256::from(SECONDS * RATE)));

    // The fee rounds up: by less than a base unit each time.
    let exact = U256::from(SECONDS * RATE * u128::from(FEE_BPS));
    let [scale, steps] = [10_000, SECONDS].map(U256::from);
    assert_eq!(fees, U256::from(SECONDS * (RATE * u128::from(FEE_BPS)).div_ceil(10_000)));
    assert_eq!(collected[0].fee, exact.div_ceil(scale));
    assert!(fees * scale < exact + steps * scale);
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn defect_b_a_withdrawal_announced_in_advance_is_not_kept_ready() -> Result<()> {
    let market = Market::start().await?;
    let (net, config) = (market.net(), market.channel(1));
    let (id, by_consumer) = (market.channel_id(&config), market.payments_as(&market.consumer)?);
    let finalize = by_consumer.finalizeWithdraw(config.clone());
    market.deposit(&config, 10 * COIN).await?;

    // Announced, ripe, and then used: what comes in takes the announcement back.
    net.send(&by_consumer.initiateWithdraw(config.clone(), 10 * COIN)).await?;
    net.pass(DELAY)?;
    market.deposit(&config, COIN).await?;
    net.refuses(&finalize, P::WithdrawNotPending { channelId: id }).await?;

    // Announced and left: after a week it is void.
    net.send(&by_consumer.initiateWithdraw(config.clone(), 11 * COIN)).await?;
    let latest = net.now() + DELAY + WINDOW;
    market.staking.pass_to(latest + 1)?;
    net.refuses(&finalize, P::WithdrawExpired { channelId: id, latest: at(latest) }).await?;
    market.assert_channel(&config, 11 * COIN, 0).await?;
    market.assert_free(&market.consumer, PURSE - 11 * COIN).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn defect_c_a_drained_channel_spoils_no_batch() -> Result<()> {
    let market = Market::start().await?;
    let (net, by_provider) = (market.net(), market.payments_as(&market.provider)?);
    let channels = [1, 2, 3].map(|salt| market.channel(salt));
    for config in &channels {
        market.deposit(config, 2 * COIN).await?;
    }
    let drain = market.voucher(&market.consumer, &channels[1], 2 * COIN)?;
    net.send(&by_provider.claim(vec![drain])).await?;

    // The drained one's vouchers are good, and worth more than it has.
    let batch = |total: u128| {
        let totals = [total, 5 * COIN, total];
        let rows = channels.iter().zip(totals).map(|(config, max)| market.voucher(&market.consumer, config, max));
        rows.collect::<Result<Vec<_>>>()
    };
    let rows = batch(COIN)?;
    let directly = net.send(&by_provider.claim(rows)).await?;
    let rows = batch(2 * COIN)?;
    let signature = market.sign_claims(&market.provider, &rows)?;
    let by_stranger = market.payments_as(&market.stranger())?;
    let by_signature = net.send(&by_stranger.claimWithSignature(rows, signature)).await?;

    let drained = P::ClaimSkipped { channelId: market.channel_id(&channels[1]), reason: skipped::EMPTY };
    let credited =
        P::Credited { payee: market.provider.address(), net: U256::from(1_980 * MILLI), fee: U256::from(20 * MILLI) };
    for (receipt, sender, total) in
        [(directly, market.provider.address(), COIN), (by_signature, market.stranger().address(), 2 * COIN)]
    {
        let claimed = |config| {
            let id = market.channel_id(config);
            event(&P::Claimed { channelId: id, sender, claimAmount: COIN, newTotalClaimed: total })
        };
        let expected = [claimed(&channels[0]), event(&drained), claimed(&channels[2]), event(&credited)];
        market.assert_logged(&receipt, &expected);
    }
    market.assert_free(&market.provider, 5_940 * MILLI).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn defect_d_what_a_channel_cannot_pay_now_it_pays_later() -> Result<()> {
    let market = Market::start().await?;
    let (net, config) = (market.net(), market.channel(1));
    let (id, payee, by_provider) =
        (market.channel_id(&config), market.provider.address(), market.payments_as(&market.provider)?);
    let voucher = market.voucher(&market.consumer, &config, 5 * COIN)?;
    for (deposit, total) in [(COIN, COIN), (2 * COIN, 3 * COIN), (7 * COIN, 5 * COIN)] {
        market.deposit(&config, deposit).await?;
        let receipt = net.send(&by_provider.claim(vec![voucher.clone()])).await?;
        let (sender, new) = (payee, deposit.min(2 * COIN));
        let claimed = P::Claimed { channelId: id, sender, claimAmount: new, newTotalClaimed: total };
        let credited = P::Credited { payee, net: U256::from(new - new / 100), fee: U256::from(new / 100) };
        market.assert_logged(&receipt, &[event(&claimed), event(&credited)]);
    }
    // Five were owed, five are paid.
    let receipt = net.send(&by_provider.claim(vec![voucher])).await?;
    market.assert_logged(&receipt, &[event(&P::ClaimSkipped { channelId: id, reason: skipped::CLAIMED })]);
    market.assert_channel(&config, 10 * COIN, 5 * COIN).await?;
    market.assert_free(&market.provider, 4_950 * MILLI).await?;
    market.assert_adds_up().await
}
