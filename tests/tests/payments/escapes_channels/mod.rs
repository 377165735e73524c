//! Payers who try to take out of a channel what their receiver counts on, and when.

mod ends;
mod parties;
mod timing;

use aia_abi::IStreamPayments as P;
use aia_tests::{
    actions::event,
    payments::{COIN, DELAY, Market, Payments, at},
};
use alloy::primitives::B256;
use eyre::Result;

/// A channel of the consumer's with 10 AIA.
struct Scene {
    market: Market,
    config: P::ChannelConfig,
    id: B256,
    by_consumer: Payments,
    by_provider: Payments,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let config = market.channel(1);
        let id = market.channel_id(&config);
        market.deposit(&config, 10 * COIN).await?;
        let by_consumer = market.payments_as(&market.consumer)?;
        let by_provider = market.payments_as(&market.provider)?;
        Ok(Self { market, config, id, by_consumer, by_provider })
    }

    /// Lets the consumer announce that it takes out what is unclaimed, and returns from when on it can.
    async fn announce(&self, amount: u128) -> Result<u64> {
        let Self { market, config, id, by_consumer, .. } = self;
        let receipt = market.net().send(&by_consumer.initiateWithdraw(config.clone(), amount)).await?;
        let ready = market.net().now() + DELAY;
        let announced = P::WithdrawInitiated { channelId: *id, amount, finalizeAfter: at(ready) };
        market.assert_logged(&receipt, &[event(&announced)]);
        Ok(ready)
    }

    /// Lets the consumer take out what is unclaimed, which must be `amount`.
    async fn finalize(&self, amount: u128) -> Result<()> {
        let Self { market, config, id, by_consumer, .. } = self;
        let receipt = market.net().send(&by_consumer.finalizeWithdraw(config.clone())).await?;
        let finalized = P::WithdrawFinalized { channelId: *id, sender: market.consumer.address(), amount };
        let closed = P::ChannelClosed { channelId: *id, config: config.clone() };
        market.assert_logged(&receipt, &[event(&finalized), event(&closed)]);
        Ok(())
    }

    /// Asserts that the consumer can take nothing out before an instant.
    async fn assert_too_early(&self, earliest: u64) -> Result<()> {
        let early = P::WithdrawTooEarly { channelId: self.id, earliest: at(earliest) };
        self.market.net().refuses(&self.by_consumer.finalizeWithdraw(self.config.clone()), early).await
    }

    /// Asserts that the consumer can take nothing out any more.
    async fn assert_expired(&self, latest: u64) -> Result<()> {
        let late = P::WithdrawExpired { channelId: self.id, latest: at(latest) };
        self.market.net().refuses(&self.by_consumer.finalizeWithdraw(self.config.clone()), late).await
    }

    /// Asserts that no withdrawal is announced.
    async fn assert_not_pending(&self) -> Result<()> {
        let none = P::WithdrawNotPending { channelId: self.id };
        self.market.net().refuses(&self.by_consumer.finalizeWithdraw(self.config.clone()), none).await
    }

    /// Asserts up to when nothing can leave.
    async fn assert_safe_until(&self, instant: u64) -> Result<()> {
        assert_eq!(self.by_provider.channelSafeUntil(self.config.clone()).call().await?, at(instant));
        Ok(())
    }

    /// Lets the provider claim up to `total`.
    async fn claim(&self, total: u128) -> Result<()> {
        let voucher = self.market.voucher(&self.market.consumer, &self.config, total)?;
        self.market.net().send(&self.by_provider.claim(vec![voucher])).await?;
        Ok(())
    }

    /// Asserts what provider and consumer have on their ledgers; 1 % was taken of what was earned.
    async fn assert_ledgers(&self, earned: u128, consumer: u128) -> Result<()> {
        self.market.assert_free(&self.market.provider, earned - earned / 100).await?;
        self.market.assert_free(&self.market.consumer, consumer).await?;
        self.market.assert_adds_up().await
    }
}
