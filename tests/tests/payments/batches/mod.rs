//! Batches: good rows beside bad ones, in any order and form, and calls within a call.

mod multicalls;
mod wallets;

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{Books, COIN, MILLI, Market, packed, skipped},
    staking::{emitted, refusal},
};
use alloy::{
    primitives::{Bytes, U256},
    rpc::types::TransactionReceipt,
};
use eyre::{Result, ensure};

/// Three channels of the consumer's to the provider with 10 AIA each, one with 1 AIA that was claimed, and one of the
/// consumer's to a rival with 10 AIA.
struct Scene {
    market: Market,
    channels: [P::ChannelConfig; 3],
    drained: P::ChannelConfig,
    foreign: P::ChannelConfig,
}

/// How rows are handed in.
#[derive(Clone, Copy, Debug)]
enum Form {
    Rows,
    Signed,
    Packed,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let rival = market.net().account(2);
        market.serve(&rival).await?;
        let channels = [1, 2, 3].map(|salt| market.channel(salt));
        let drained = market.channel(4);
        let foreign =
            P::ChannelConfig { receiver: rival.address(), receiverAuthorizer: rival.address(), ..market.channel(5) };
        for config in channels.iter().chain([&foreign]) {
            market.deposit(config, 10 * COIN).await?;
        }
        market.deposit(&drained, COIN).await?;
        let scene = Self { market, channels, drained, foreign };
        let voucher = scene.voucher(&scene.drained, COIN)?;
        scene.claim(Form::Rows, vec![voucher]).await?;
        Ok(scene)
    }

    fn voucher(&self, config: &P::ChannelConfig, total: u128) -> Result<P::VoucherClaim> {
        self.market.voucher(&self.market.consumer, config, total)
    }

    /// Returns a good row for each of the three channels.
    fn good(&self) -> Result<Vec<P::VoucherClaim>> {
        self.channels.iter().zip([2, 3, 5]).map(|(config, total)| self.voucher(config, total * COIN)).collect()
    }

    /// Returns rows that cannot be claimed: forged, cut short, spent, for nothing, unfunded; with the reason each.
    fn bad(&self) -> Result<Vec<(P::VoucherClaim, u8)>> {
        let Self { market, channels: [first, ..], drained, .. } = self;
        let honest = self.voucher(first, 9 * COIN)?;
        let zeros = Bytes::from(vec![0; 65]);
        let mut high = honest.signature.to_vec();
        high[64] = 99;
        Ok(vec![
            (market.voucher(&market.stranger(), first, 9 * COIN)?, skipped::UNSIGNED),
            (P::VoucherClaim { signature: zeros, ..honest.clone() }, skipped::UNSIGNED),
            (P::VoucherClaim { signature: high.into(), ..honest.clone() }, skipped::UNSIGNED),
            (P::VoucherClaim { totalClaimed: 0, ..honest }, skipped::CLAIMED),
            (self.voucher(drained, 2 * COIN)?, skipped::EMPTY),
            (self.voucher(&market.channel(99), COIN)?, skipped::EMPTY),
        ])
    }

    /// Lets rows be claimed.
    async fn claim(&self, form: Form, rows: Vec<P::VoucherClaim>) -> Result<TransactionReceipt> {
        let Market { provider, .. } = &self.market;
        let by_provider = self.market.payments_as(provider)?;
        let payee = provider.address();
        match form {
            Form::Rows => self.market.net().send(&by_provider.claim(rows)).await,
            Form::Signed => {
                let signature = self.market.sign_claims(provider, &rows)?;
                let by_stranger = self.market.payments_as(&self.market.stranger())?;
                self.market.net().send(&by_stranger.claimWithSignature(rows, signature)).await
            }
            Form::Packed => {
                let delay = self.channels[0].withdrawDelay;
                self.market.net().send(&by_provider.claimPacked(payee, payee, delay, packed(&rows))).await
            }
        }
    }

    /// Claims rows, returns what has come of it and what was passed over, and takes it all back.
    async fn outcome(&self, form: Form, rows: Vec<P::VoucherClaim>) -> Result<(Books, Vec<P::ClaimSkipped>)> {
        let snapshot = self.market.net().api.chain().snapshot();
        let receipt = self.claim(form, rows).await?;
        self.market.assert_adds_up().await?;
        let books = self.market.books().await?;
        ensure!(self.market.net().api.chain().revert(snapshot)?, "the snapshot is gone");
        Ok((books, emitted::<P::ClaimSkipped>(&receipt, self.market.payments)))
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_rows_change_nothing_for_good_ones_in_any_form() -> Result<()> {
    let scene = Scene::start().await?;
    let (untouched, _) = scene.outcome(Form::Rows, vec![scene.voucher(&scene.drained, COIN)?]).await?;
    let (expected, nothing_skipped) = scene.outcome(Form::Rows, scene.good()?).await?;
    assert!(nothing_skipped.is_empty());
    assert_ne!(expected, untouched);
    let payee = scene.market.provider.address();
    assert_eq!(expected.accounts[&payee].free - untouched.accounts[&payee].free, 9_900 * MILLI);

    for form in [Form::Rows, Form::Signed, Form::Packed] {
        let (good, bad) = (scene.good()?, scene.bad()?);
        let reasons: Vec<u8> = bad.iter().map(|(_, reason)| *reason).collect();
        // Two bad rows before each good one.
        let mut rows: Vec<_> = bad.into_iter().map(|(row, _)| row).collect();
        for (place, row) in good.into_iter().enumerate() {
            rows.insert(3 * place + 2, row);
        }
        let (books, passed_over) = scene.outcome(form, rows).await?;
        assert_eq!(books, expected, "as {form:?}");
        let seen: Vec<u8> = passed_over.iter().map(|row| row.reason).collect();
        assert_eq!(seen, reasons, "as {form:?}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_of_another_receiver_is_passed_over() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, foreign, .. } = &scene;
    let foreign_row = scene.voucher(foreign, COIN)?;
    let good = scene.good()?;
    let (expected, _) = scene.outcome(Form::Rows, good.clone()).await?;
    let rows = [vec![foreign_row.clone()], good].concat();
    let (books, passed_over) = scene.outcome(Form::Rows, rows.clone()).await?;
    assert_eq!(books, expected);
    let id = market.channel_id(foreign);
    assert_eq!(passed_over, [P::ClaimSkipped { channelId: id, reason: skipped::FOREIGN }]);

    // The packed form names a channel of the receiver's own, which nobody opened.
    let (books, passed_over) = scene.outcome(Form::Packed, rows).await?;
    assert_eq!(books, expected);
    let payee = market.provider.address();
    let unopened = P::ChannelConfig { receiver: payee, receiverAuthorizer: payee, ..foreign.clone() };
    let id = market.channel_id(&unopened);
    assert_eq!(passed_over, [P::ClaimSkipped { channelId: id, reason: skipped::EMPTY }]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn neither_order_nor_repetition_of_vouchers_matters() -> Result<()> {
    let scene = Scene::start().await?;
    let config = &scene.channels[0];
    let vouchers = [1, 4, 9].map(|total| scene.voucher(config, total * COIN));
    let [low, mid, high] = vouchers;
    let (low, mid, high) = (low?, mid?, high?);
    let (expected, _) = scene.outcome(Form::Rows, vec![high.clone()]).await?;
    for rows in [
        [&low, &mid, &high],
        [&low, &high, &mid],
        [&mid, &low, &high],
        [&mid, &high, &low],
        [&high, &low, &mid],
        [&high, &mid, &low],
        [&high, &high, &high],
        [&low, &low, &high],
    ] {
        for form in [Form::Rows, Form::Packed] {
            let (books, _) = scene.outcome(form, rows.into_iter().cloned().collect()).await?;
            assert_eq!(books, expected, "as {form:?}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn claimed_and_withdrawn_at_once_a_voucher_pays_the_same() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, channels: [config, ..], drained, .. } = &scene;
    let (net, payee, wallet) = (market.net(), market.provider.address(), market.stranger().address());
    let by_provider = market.payments_as(&market.provider)?;
    let before = market.account(payee).await?;
    let claim = by_provider.claimAndWithdraw(scene.voucher(config, 3 * COIN)?, wallet);
    assert_eq!(claim.call().await?, U256::from(2_970 * MILLI));
    let receipt = net.send(&claim).await?;
    let id = market.channel_id(config);
    let claimed = P::Claimed { channelId: id, sender: payee, claimAmount: 3 * COIN, newTotalClaimed: 3 * COIN };
    let amount = U256::from(2_970 * MILLI);
    let credited = P::Credited { payee, net: amount, fee: U256::from(30 * MILLI) };
    let withdrawn = P::Withdrawn { account: payee, to: wallet, amount };
    market.assert_logged(&receipt, &[event(&claimed), event(&credited), event(&withdrawn)]);
    let after = market.account(payee).await?;
    assert_eq!((after.free, after.feeOwed), (before.free, before.feeOwed + 30 * MILLI));

    // Alone, a bad row is an error.
    let refused = |config, reason| P::ClaimRefused { channelId: market.channel_id(config), reason };
    net.refuses(&claim, refused(config, skipped::CLAIMED)).await?;
    let drain = by_provider.claimAndWithdraw(scene.voucher(drained, 2 * COIN)?, wallet);
    net.refuses(&drain, refused(drained, skipped::EMPTY)).await?;
    let forged = market.voucher(&market.stranger(), config, 4 * COIN)?;
    let forge = by_provider.claimAndWithdraw(forged, wallet);
    net.refuses(&forge, refused(config, skipped::UNSIGNED)).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn batches_without_rows_or_with_pieces_of_rows_are_refused() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, .. } = &scene;
    let (net, payee, delay) = (market.net(), market.provider.address(), scene.channels[0].withdrawDelay);
    let by_provider = market.payments_as(&market.provider)?;
    net.refuses(&by_provider.claim(Vec::new()), P::EmptyBatch {}).await?;
    let signature = market.sign_claims(&market.provider, &[])?;
    net.refuses(&by_provider.claimWithSignature(Vec::new(), signature), P::EmptyBatch {}).await?;
    let claim = |rows: Vec<u8>| by_provider.claimPacked(payee, payee, delay, rows.into());
    for none in [Vec::new(), vec![0], vec![1]] {
        net.refuses(&claim(none), P::EmptyBatch {}).await?;
    }
    let row = packed(&scene.good()?[..1]).to_vec();
    let (plain, with_usage) = (169, 217);
    assert_eq!(row.len(), 1 + plain);
    for (kind, length) in
        [(0, 1), (0, plain - 1), (0, plain + 1), (0, 2 * plain - 1), (1, plain), (1, with_usage + 1), (2, plain)]
    {
        let rows = [vec![kind], vec![0xab; length]].concat();
        let malformed: P::MalformedRows = refusal(&claim(rows)).await?;
        assert_eq!((malformed.kind, malformed.length), (kind, U256::from(length)), "{length} bytes of kind {kind}");
    }
    // A whole row without sense is of a channel that nobody opened.
    let refused: P::ClaimRefused = refusal(&claim([vec![0], vec![0xab; plain]].concat())).await?;
    assert_eq!(refused.reason, skipped::EMPTY);
    market.assert_adds_up().await
}
