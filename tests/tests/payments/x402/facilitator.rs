//! A buyer without ether, a server and a facilitator, who know nothing but x402.

use aia_abi::IStreamPayments as P;
use aia_tests::{
    payments::{COIN, DELAY, MILLI, Market, PURSE, TREASURY, Voucher, at, without_ether},
    staking::emitted,
};
use alloy::{
    primitives::{Address, B256, U256, aliases::U40},
    providers::DynProvider,
    signers::local::PrivateKeySigner,
    sol_types::SolStruct,
};
use eyre::Result;

use super::{IX402, theirs};

/// A channel from a buyer without ether to the market's provider, for which a facilitator claims.
struct Scene {
    market: Market,
    buyer: PrivateKeySigner,
    /// Signs for the buyer, and has ether.
    helper: PrivateKeySigner,
    facilitator: PrivateKeySigner,
    /// The channel, as the harness and as x402 has it.
    config: P::ChannelConfig,
    channel: IX402::ChannelConfig,
    id: B256,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let [helper, facilitator] = [2, 3].map(|index| market.net().account(index));
        let buyer = without_ether("a buyer")?;
        market.give(buyer.address(), 20 * COIN).await?;
        let config = P::ChannelConfig {
            payer: buyer.address(),
            payerAuthorizer: helper.address(),
            receiverAuthorizer: facilitator.address(),
            ..market.channel(1)
        };
        let channel = theirs(&config);
        let id = channel.eip712_signing_hash(&market.domain());
        Ok(Self { market, buyer, helper, facilitator, config, channel, id })
    }

    /// Returns the contract as x402 has it.
    fn by(&self, account: &PrivateKeySigner) -> Result<IX402::IX402Instance<DynProvider>> {
        Ok(IX402::new(self.market.payments, self.market.net().provider(account)?))
    }

    /// Returns a claim of all of a voucher.
    fn claim(&self, total: u128) -> Result<IX402::VoucherClaim> {
        let voucher = Voucher { channelId: self.id, maxClaimableAmount: total };
        let signature = self.market.sign(&self.helper, &voucher)?;
        let voucher = IX402::Voucher { channel: self.channel.clone(), maxClaimableAmount: total };
        Ok(IX402::VoucherClaim { voucher, signature, totalClaimed: total })
    }

    /// Lets the facilitator deposit 10 AIA that the buyer signed for.
    async fn deposit(&self, salt: u64) -> Result<()> {
        let Self { market, buyer, facilitator, config, channel, id, .. } = self;
        let data = market.collector_data(buyer, config, 10 * COIN, salt)?;
        let deposit = self.by(facilitator)?;
        let deposit = deposit.deposit(channel.clone(), 10 * COIN, market.payments, data);
        let receipt = market.net().send(&deposit).await?;
        let deposited = emitted::<IX402::Deposited>(&receipt, market.payments);
        let (sender, balance) = (facilitator.address(), u128::from(salt) * 10 * COIN);
        let expected = IX402::Deposited { channelId: *id, sender, amount: 10 * COIN, newBalance: balance };
        assert_eq!(deposited, [expected]);
        Ok(())
    }

    /// Asserts what the channel tells of itself.
    async fn assert_channel(&self, balance: u128, claimed: u128) -> Result<()> {
        let seen = self.by(&self.facilitator)?.channels(self.id).call().await?;
        assert_eq!((seen.balance, seen.totalClaimed), (balance, claimed));
        Ok(())
    }

    /// Asserts what could be sent to a wallet.
    async fn assert_settleable(&self, account: Address, amount: u128) -> Result<()> {
        let token = self.market.net().token;
        let seen = self.by(&self.facilitator)?.receivers(account, token).call().await?;
        assert_eq!(seen.totalClaimed - seen.totalSettled, amount);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_channel_is_opened_claimed_settled_and_refunded() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, buyer, facilitator, config, channel, id, .. } = &scene;
    let (net, provider, stranger) = (market.net(), config.receiver, market.stranger());
    let (by_facilitator, by_stranger) = (scene.by(facilitator)?, scene.by(&stranger)?);
    assert_eq!(by_facilitator.getChannelId(channel.clone()).call().await?, *id);
    let digest = Voucher { channelId: *id, maxClaimableAmount: COIN }.eip712_signing_hash(&market.domain());
    assert_eq!(by_facilitator.getVoucherDigest(*id, COIN).call().await?, digest);
    scene.deposit(1).await?;
    scene.assert_channel(10 * COIN, 0).await?;

    // Claimed by the facilitator, and by its signature by anyone.
    let receipt = net.send(&by_facilitator.claim(vec![scene.claim(2 * COIN)?])).await?;
    let sender = facilitator.address();
    let claimed = IX402::Claimed { channelId: *id, sender, claimAmount: 2 * COIN, newTotalClaimed: 2 * COIN };
    assert_eq!(emitted::<IX402::Claimed>(&receipt, market.payments), [claimed]);
    let signed = market.row(facilitator, config, 6 * COIN, 6 * COIN)?;
    let signature = market.sign_claims(facilitator, &[signed])?;
    let receipt = net.send(&by_stranger.claimWithSignature(vec![scene.claim(6 * COIN)?], signature)).await?;
    let sender = stranger.address();
    let claimed = IX402::Claimed { channelId: *id, sender, claimAmount: 4 * COIN, newTotalClaimed: 6 * COIN };
    assert_eq!(emitted::<IX402::Claimed>(&receipt, market.payments), [claimed]);

    // Settled to the provider's wallet, less 1 %.
    let (token, amount) = (net.token, 5_940 * MILLI);
    scene.assert_settleable(provider, amount).await?;
    let receipt = net.send(&by_stranger.settle(provider, token)).await?;
    let settled = IX402::Settled { receiver: provider, token, sender, amount };
    assert_eq!(emitted::<IX402::Settled>(&receipt, market.payments), [settled]);
    scene.assert_settleable(provider, 0).await?;

    // Refunded in both ways, and settled to the buyer's wallet.
    let receipt = net.send(&by_facilitator.refund(channel.clone(), COIN)).await?;
    let refunded = |sender, amount| IX402::Refunded { channelId: *id, sender, amount };
    assert_eq!(emitted::<IX402::Refunded>(&receipt, market.payments), [refunded(facilitator.address(), COIN)]);
    assert_eq!(by_stranger.refundNonce(*id).call().await?, U256::ONE);
    let signature = market.sign_refund(facilitator, config, 1, 3 * COIN)?;
    let refund = by_stranger.refundWithSignature(channel.clone(), 3 * COIN, U256::ONE, signature);
    let receipt = net.send(&refund).await?;
    assert_eq!(emitted::<IX402::Refunded>(&receipt, market.payments), [refunded(stranger.address(), 3 * COIN)]);
    assert_eq!(by_stranger.refundNonce(*id).call().await?, U256::from(2));
    scene.assert_channel(6 * COIN, 6 * COIN).await?;
    net.send(&by_stranger.settle(buyer.address(), token)).await?;
    let wallets = [(buyer.address(), 14 * COIN), (provider, amount), (TREASURY, 0)];
    market.assert_wallets(&wallets, PURSE + 60 * MILLI, 0).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_buyer_withdraws_what_was_not_claimed() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, buyer, helper, facilitator, channel, id, .. } = &scene;
    let (net, by_helper, by_facilitator) = (market.net(), scene.by(helper)?, scene.by(facilitator)?);
    scene.deposit(1).await?;
    scene.deposit(2).await?;
    let receipt = net.send(&by_helper.initiateWithdraw(channel.clone(), 20 * COIN)).await?;
    let announced =
        IX402::WithdrawInitiated { channelId: *id, amount: 20 * COIN, finalizeAfter: at(net.now() + DELAY) };
    assert_eq!(emitted::<IX402::WithdrawInitiated>(&receipt, market.payments), [announced]);
    let pending = by_facilitator.pendingWithdrawals(*id).call().await?;
    assert_eq!((pending.amount, pending.initiatedAt), (20 * COIN, at(net.now())));

    // The facilitator sees that, and claims while it can.
    net.send(&by_facilitator.claim(vec![scene.claim(5 * COIN)?])).await?;
    net.pass(DELAY)?;
    let receipt = net.send(&by_helper.finalizeWithdraw(channel.clone())).await?;
    let finalized = IX402::WithdrawFinalized { channelId: *id, sender: helper.address(), amount: 15 * COIN };
    assert_eq!(emitted::<IX402::WithdrawFinalized>(&receipt, market.payments), [finalized]);
    let closed = IX402::ChannelClosed { channelId: *id, config: channel.clone() };
    assert_eq!(emitted::<IX402::ChannelClosed>(&receipt, market.payments), [closed]);
    let pending = by_facilitator.pendingWithdrawals(*id).call().await?;
    assert_eq!((pending.amount, pending.initiatedAt), (0, U40::ZERO));
    scene.assert_channel(5 * COIN, 5 * COIN).await?;

    net.send(&by_facilitator.settle(buyer.address(), net.token)).await?;
    market.assert_wallets(&[(buyer.address(), 15 * COIN)], PURSE + 5 * COIN, 0).await?;
    market.assert_adds_up().await
}
