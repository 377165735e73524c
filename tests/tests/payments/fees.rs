//! The protocol's fee: rounded up at every credit, then burned and paid out to the base unit.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, MILLI, Market, PURSE, Payments, TREASURY},
    staking::emitted,
};
use alloy::{
    primitives::{Address, U256},
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
};
use eyre::Result;

/// Two providers, for both of which the first claims, and a channel of the consumer's to each with 10 AIA.
struct Scene {
    market: Market,
    rival: PrivateKeySigner,
    channel: P::ChannelConfig,
    other: P::ChannelConfig,
    by_provider: Payments,
    by_stranger: Payments,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let rival = market.net().account(2);
        market.serve(&rival).await?;
        let (channel, other) = (market.channel(1), P::ChannelConfig { receiver: rival.address(), ..market.channel(2) });
        for config in [&channel, &other] {
            market.deposit(config, 10 * COIN).await?;
        }
        let by_provider = market.payments_as(&market.provider)?;
        let by_stranger = market.payments_as(&market.stranger())?;
        Ok(Self { market, rival, channel, other, by_provider, by_stranger })
    }

    /// Sets what is taken of credits and burned of fees.
    async fn set_fee(&self, fee_bps: u16, burn_bps: u16) -> Result<()> {
        let params = P::Params { feeBps: fee_bps, burnBps: burn_bps, ..self.market.params() };
        self.market.set_params(params).await?;
        Ok(())
    }

    /// Lets the first provider claim up to these totals at once.
    async fn claim(&self, rows: &[(&P::ChannelConfig, u128)]) -> Result<TransactionReceipt> {
        let rows = rows.iter().map(|(config, total)| self.market.voucher(&self.market.consumer, config, *total));
        let rows: Vec<_> = rows.collect::<Result<_>>()?;
        self.market.net().send(&self.by_provider.claim(rows)).await
    }

    /// Asserts what was credited, net and fee, to whom and in which order.
    fn assert_credited(&self, receipt: &TransactionReceipt, expected: &[(Address, u128, u128)]) {
        let credited = expected.iter().map(|(payee, net, fee)| {
            let [net, fee] = [*net, *fee].map(U256::from);
            P::Credited { payee: *payee, net, fee }
        });
        assert_eq!(emitted::<P::Credited>(receipt, self.market.payments), credited.collect::<Vec<_>>());
    }

    /// Lets a stranger sweep the fees of both providers; asserts what was burned and what the treasury got.
    async fn sweep(&self, burned: u128, to_treasury: u128) -> Result<()> {
        let Self { market, rival, by_stranger, .. } = self;
        let provider = market.provider.address();
        // Named twice, an account is swept once.
        let sweep = by_stranger.collectFees(vec![provider, rival.address(), provider]);
        let (burned, to_treasury) = (U256::from(burned), U256::from(to_treasury));
        let seen = sweep.call().await?;
        assert_eq!((seen.burned, seen.toTreasury), (burned, to_treasury));
        let receipt = market.net().send(&sweep).await?;
        let collected = emitted::<P::FeesCollected>(&receipt, market.payments);
        assert_eq!(collected, [P::FeesCollected { burned, toTreasury: to_treasury }]);
        market.assert_adds_up().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_fee_rounds_up_at_every_credit() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, channel, by_stranger, .. } = &scene;
    let (provider, mut total) = (market.provider.address(), 0);
    for (gross, fee) in [(1, 1), (99, 1), (100, 1), (101, 2), (10_000, 100), (10_001, 101)] {
        total += gross;
        let receipt = scene.claim(&[(channel, total)]).await?;
        scene.assert_credited(&receipt, &[(provider, gross - fee, fee)]);
    }
    let seen = market.account(provider).await?;
    assert_eq!((seen.free, seen.feeOwed), (20_302 - 206, 206));

    // Of a stream alike.
    let stream = market.stream(0, 1);
    let id = market.open(&stream, 1, 1_000).await?;
    market.net().pass(101)?;
    let receipt = market.net().send(&by_stranger.collect(vec![stream])).await?;
    let (gross, fee) = (U256::from(101), U256::from(2));
    market.assert_logged(&receipt, &[event(&P::StreamCollected { id, payee: provider, gross, fee })]);
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn claims_in_parts_never_pay_less_and_rows_that_follow_each_other_pay_once() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, channel, other, .. } = &scene;
    let (provider, rival) = (market.provider.address(), scene.rival.address());
    // 10,001 at once, then in three rows of one claim, then in three claims.
    let receipt = scene.claim(&[(channel, 10_001)]).await?;
    scene.assert_credited(&receipt, &[(provider, 9_900, 101)]);
    let rows = [13_334, 16_668, 20_002].map(|total| (channel, total));
    let receipt = scene.claim(&rows).await?;
    scene.assert_credited(&receipt, &[(provider, 9_900, 101)]);
    for (total, gross) in [(23_335, 3_333), (26_669, 3_334), (30_003, 3_334)] {
        let receipt = scene.claim(&[(channel, total)]).await?;
        scene.assert_credited(&receipt, &[(provider, gross - 34, 34)]);
    }

    // Another receiver's row between them ends a credit; one that is passed over does not.
    let rows = [(channel, 30_053), (other, 50), (channel, 30_103), (channel, 1), (channel, 30_153), (other, 100)];
    let receipt = scene.claim(&rows).await?;
    let expected = [(provider, 49, 1), (rival, 49, 1), (provider, 99, 1), (rival, 49, 1)];
    scene.assert_credited(&receipt, &expected);
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_fee_is_taken_of_what_is_credited_from_then_on() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, channel, by_stranger, .. } = &scene;
    let provider = market.provider.address();
    let stream = market.stream(0, 1);
    let id = market.open(&stream, MILLI, COIN).await?;
    let receipt = scene.claim(&[(channel, COIN)]).await?;
    scene.assert_credited(&receipt, &[(provider, 990 * MILLI, 10 * MILLI)]);

    // What the stream has paid and nobody collected is credited under the new fee; what was credited stays.
    market.net().pass(100)?;
    scene.set_fee(200, 5_000).await?;
    let seen = market.account(provider).await?;
    assert_eq!((seen.free, seen.feeOwed), (990 * MILLI, 10 * MILLI));
    let receipt = market.net().send(&by_stranger.collect(vec![stream])).await?;
    let (gross, fee) = (U256::from(100 * MILLI), U256::from(2 * MILLI));
    market.assert_logged(&receipt, &[event(&P::StreamCollected { id, payee: provider, gross, fee })]);
    let receipt = scene.claim(&[(channel, 2 * COIN)]).await?;
    scene.assert_credited(&receipt, &[(provider, 980 * MILLI, 20 * MILLI)]);
    scene.set_fee(0, 5_000).await?;
    let receipt = scene.claim(&[(channel, 3 * COIN)]).await?;
    scene.assert_credited(&receipt, &[(provider, COIN, 0)]);
    let seen = market.account(provider).await?;
    assert_eq!((seen.free, seen.feeOwed), (3_068 * MILLI, 32 * MILLI));
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sweep_burns_its_part_rounded_up_and_pays_the_rest() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, channel, other, .. } = &scene;
    let (provider, rival) = (market.provider.address(), scene.rival.address());
    scene.set_fee(100, 3_333).await?;
    // A base unit of each: of both together 0.6666 is burned.
    scene.claim(&[(channel, 1), (other, 1)]).await?;
    scene.sweep(1, 1).await?;
    for account in [provider, rival] {
        assert_eq!(market.account(account).await?.feeOwed, 0);
    }
    let none = scene.by_stranger.collectFees(vec![provider, rival]);
    let seen = none.call().await?;
    assert_eq!((seen.burned, seen.toTreasury), (U256::ZERO, U256::ZERO));
    market.net().send(&none).await?;

    // Of 101, 33.6633; then all of it, then none.
    scene.claim(&[(channel, 10_002)]).await?;
    scene.sweep(34, 67).await?;
    scene.set_fee(100, 10_000).await?;
    scene.claim(&[(other, 20_001)]).await?;
    scene.sweep(200, 0).await?;
    scene.set_fee(100, 0).await?;
    scene.claim(&[(other, 40_001)]).await?;
    scene.sweep(0, 200).await?;
    let (burned, treasury) = (1 + 34 + 200, 1 + 67 + 200);
    market.assert_wallets(&[(TREASURY, treasury)], PURSE - burned - treasury, burned).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_swept_alone_and_a_new_treasury_gets_what_is_swept_from_then_on() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, rival, channel, other, by_stranger, .. } = &scene;
    let (net, provider, heir) = (market.net(), market.provider.address(), Address::repeat_byte(0x7e));
    scene.claim(&[(channel, COIN), (other, COIN)]).await?;
    let receipt = net.send(&by_stranger.collectFees(vec![provider])).await?;
    let swept = P::FeeSwept { account: provider, amount: U256::from(10 * MILLI) };
    let [burned, to_treasury] = [5 * MILLI; 2].map(U256::from);
    let collected = P::FeesCollected { burned, toTreasury: to_treasury };
    market.assert_logged(&receipt, &[event(&swept), event(&collected)]);
    assert_eq!(market.account(rival.address()).await?.feeOwed, 10 * MILLI);

    market.set_params(P::Params { treasury: heir, ..market.params() }).await?;
    net.send(&by_stranger.collectFees(vec![rival.address()])).await?;
    let wallets = [(TREASURY, 5 * MILLI), (heir, 5 * MILLI)];
    market.assert_wallets(&wallets, PURSE - 20 * MILLI, 10 * MILLI).await?;
    market.assert_adds_up().await
}
