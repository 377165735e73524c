//! Who may do what with a channel, and whose signatures count.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    payments::{COIN, DELAY, Market, PURSE, Payments, Voucher, at, packed, skipped},
    signing::sign_in,
};
use alloy::{
    primitives::{Address, B256, U256},
    signers::local::PrivateKeySigner,
    sol_types::eip712_domain,
};
use eyre::Result;

/// A channel of the consumer's with 10 AIA, in which an operator acts for the provider, and a voucher over half of it.
struct Scene {
    market: Market,
    config: P::ChannelConfig,
    id: B256,
    voucher: P::VoucherClaim,
    operator: PrivateKeySigner,
    stranger: PrivateKeySigner,
    guardian: PrivateKeySigner,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let operator = market.net().account(2);
        let config = P::ChannelConfig { receiverAuthorizer: operator.address(), ..market.channel(1) };
        market.deposit(&config, 10 * COIN).await?;
        let (id, voucher) = (market.channel_id(&config), market.voucher(&market.consumer, &config, 5 * COIN)?);
        let (stranger, guardian) = (market.stranger(), market.guardian());
        Ok(Self { market, config, id, voucher, operator, stranger, guardian })
    }

    /// Returns the contract as somebody calls it, and its address.
    fn by(&self, account: &PrivateKeySigner) -> Result<(Payments, Address)> {
        Ok((self.market.payments_as(account)?, account.address()))
    }

    /// What others than those of a side are refused with.
    fn foreign(&self, caller: Address) -> P::UnauthorizedSide {
        P::UnauthorizedSide { channelId: self.id, caller }
    }

    /// What a claim is refused with of which no row can be claimed.
    fn refused(&self, reason: u8) -> P::ClaimRefused {
        P::ClaimRefused { channelId: self.id, reason }
    }

    /// Asserts that the provider claims what the voucher is worth all the same.
    async fn assert_good(&self) -> Result<()> {
        let Self { market, config, voucher, .. } = self;
        let (by_provider, provider) = self.by(&market.provider)?;
        market.net().send(&by_provider.claimAndWithdraw(voucher.clone(), provider)).await?;
        market.assert_channel(config, 10 * COIN, 5 * COIN).await?;
        market.assert_adds_up().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_receivers_side_claims_and_refunds() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, voucher, operator, stranger, guardian, .. } = &scene;
    let (net, before) = (market.net(), market.books().await?);
    let (receiver, authorizer) = (config.receiver, config.receiverAuthorizer);
    for intruder in [stranger, &market.consumer, guardian] {
        let (payments, caller) = scene.by(intruder)?;
        net.refuses(&payments.claim(vec![voucher.clone()]), scene.refused(skipped::FOREIGN)).await?;
        let rows = packed(std::slice::from_ref(voucher));
        let neither = P::UnauthorizedSide { channelId: B256::ZERO, caller };
        net.refuses(&payments.claimPacked(receiver, authorizer, config.withdrawDelay, rows), neither).await?;
        net.refuses(&payments.claimAndWithdraw(voucher.clone(), caller), scene.foreign(caller)).await?;
        net.refuses(&payments.refund(config.clone(), COIN), scene.foreign(caller)).await?;
    }
    // Who claims for another does not say where the money goes.
    let (by_operator, caller) = scene.by(operator)?;
    net.refuses(&by_operator.claimAndWithdraw(voucher.clone(), caller), scene.foreign(caller)).await?;
    assert_eq!(market.books().await?, before);
    scene.assert_good().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_payers_side_withdraws_and_only_the_payer_holds() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, operator, stranger, guardian, .. } = &scene;
    let (net, before) = (market.net(), market.books().await?);
    let intruders = [stranger, guardian, operator, &market.provider];
    for intruder in intruders {
        let (payments, caller) = scene.by(intruder)?;
        net.refuses(&payments.initiateWithdraw(config.clone(), 10 * COIN), scene.foreign(caller)).await?;
        net.refuses(&payments.hold(config.clone(), at(net.now() + DELAY)), scene.foreign(caller)).await?;
    }
    assert_eq!(market.books().await?, before);

    // Nor does anybody finish what the payer has begun.
    net.send(&market.payments_as(&market.consumer)?.initiateWithdraw(config.clone(), 10 * COIN)).await?;
    net.pass(DELAY)?;
    for intruder in intruders {
        let (payments, caller) = scene.by(intruder)?;
        net.refuses(&payments.finalizeWithdraw(config.clone()), scene.foreign(caller)).await?;
    }
    scene.assert_good().await?;
    net.send(&market.payments_as(&market.consumer)?.finalizeWithdraw(config.clone())).await?;
    market.assert_free(&market.consumer, PURSE - 5 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_what_the_receivers_authorizer_signed_is_submitted_by_others() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, voucher, operator, stranger, guardian } = &scene;
    let (net, before) = (market.net(), market.books().await?);
    let (by_stranger, rows) = (market.payments_as(stranger)?, vec![voucher.clone()]);
    let unsigned = || P::InvalidSignature { signer: operator.address() };
    // Not even the receiver signs in its authorizer's place.
    for signer in [stranger, &market.consumer, guardian, &market.provider] {
        let signature = market.sign_claims(signer, &rows)?;
        net.refuses(&by_stranger.claimWithSignature(rows.clone(), signature), unsigned()).await?;
        let signature = market.sign_refund(signer, config, 0, COIN)?;
        let refund = by_stranger.refundWithSignature(config.clone(), COIN, U256::ZERO, signature);
        net.refuses(&refund, unsigned()).await?;
    }
    // Nor are other rows claimed, or another sum refunded, than it signed.
    let less = vec![market.row(&market.consumer, config, 5 * COIN, 4 * COIN)?];
    let signature = market.sign_claims(operator, &less)?;
    net.refuses(&by_stranger.claimWithSignature(rows.clone(), signature), unsigned()).await?;
    let signature = market.sign_refund(operator, config, 0, COIN)?;
    let refund = |amount, nonce: u64| {
        by_stranger.refundWithSignature(config.clone(), amount, U256::from(nonce), signature.clone())
    };
    net.refuses(&refund(2 * COIN, 0), unsigned()).await?;
    let mixed = P::ChannelConfig { receiverAuthorizer: stranger.address(), ..config.clone() };
    let rows = vec![voucher.clone(), market.voucher(&market.consumer, &mixed, COIN)?];
    let mismatch =
        P::ReceiverAuthorizerMismatch { receiverAuthorizer: stranger.address(), expected: operator.address() };
    let signature = market.sign_claims(operator, &rows)?;
    net.refuses(&by_stranger.claimWithSignature(rows, signature), mismatch).await?;
    let nonce = |nonce: u64, expected: u64| {
        let [nonce, expected] = [nonce, expected].map(U256::from);
        P::InvalidRefundNonce { channelId: *id, nonce, expected }
    };
    net.refuses(&refund(COIN, 1), nonce(1, 0)).await?;
    assert_eq!(market.books().await?, before);

    // A refund is good for once.
    net.send(&refund(COIN, 0)).await?;
    net.refuses(&refund(COIN, 0), nonce(0, 1)).await?;
    market.assert_channel(config, 9 * COIN, 0).await?;
    market.assert_free(&market.consumer, PURSE - 9 * COIN).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_for_another_chain_contract_or_channel_is_worth_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, config, id, voucher, .. } = &scene;
    let (by_provider, _) = scene.by(&market.provider)?;
    let home = market.net().api.chain().config().chain_id;
    let message = Voucher { channelId: *id, maxClaimableAmount: 5 * COIN };
    let elsewhere = |chain_id: u64, contract: Address| -> Result<P::VoucherClaim> {
        let domain = eip712_domain! {
            name: "x402 Batch Settlement",
            version: "1",
            chain_id: chain_id,
            verifying_contract: contract,
        };
        let signature = sign_in(&domain, &market.consumer, &message)?.bytes();
        Ok(P::VoucherClaim { signature, ..voucher.clone() })
    };
    let other = market.channel(2);
    let borrowed = market.voucher(&market.consumer, &other, 5 * COIN)?.signature;
    let rows = [
        elsewhere(home + 1, market.payments),
        elsewhere(home, market.net().token),
        Ok(P::VoucherClaim { signature: borrowed, ..voucher.clone() }),
        market.voucher(&market.stranger(), config, 5 * COIN),
        market.voucher(&market.provider, config, 5 * COIN),
    ];
    let rows: Vec<_> = rows.into_iter().collect::<Result<_>>()?;
    market.net().refuses(&by_provider.claim(rows.clone()), scene.refused(skipped::UNSIGNED)).await?;
    for row in rows {
        market.net().refuses(&by_provider.claim(vec![row]), scene.refused(skipped::UNSIGNED)).await?;
    }

    // Less than the ceiling can be claimed, more cannot.
    let more = P::VoucherClaim { totalClaimed: 6 * COIN, ..voucher.clone() };
    market.net().send(&by_provider.claim(vec![more])).await?;
    market.assert_channel(config, 10 * COIN, 5 * COIN).await?;
    market.assert_adds_up().await
}
