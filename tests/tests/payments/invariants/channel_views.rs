//! What the contract's views tell of channels, beside the model, and 6 by the signatures that were made.

use aia_abi::IStreamPayments as Abi;
use aia_model::payments::model::Channel;
use aia_tests::payments::{Refund, UsageVoucher, Voucher};
use alloy::primitives::{B256, U256, aliases::U40};
use eyre::{Result, ensure};
use rand::Rng;

use crate::invariants::{Run, views::same};

impl Run<'_> {
    /// Returns all channels, or some, most of which are open.
    pub(crate) fn chosen_channels(&mut self, all: bool) -> Vec<B256> {
        let channels = &self.model.contract.channels;
        if all {
            return channels.keys().copied().collect();
        }
        let ids: Vec<B256> = channels.keys().copied().collect();
        let open: Vec<B256> = channels.iter().filter(|(_, channel)| !channel.closed).map(|(id, _)| *id).collect();
        let mut chosen = self.sample(&open);
        chosen.extend(self.sample(&ids).into_iter().take(2));
        chosen
    }

    /// Compares what is in a channel. 6: no more was claimed than its payer's side signed for.
    pub(crate) fn compare_amounts(&self, id: B256) -> Result<()> {
        let seen = self.live.payments(&Abi::channelsCall { channelId: id })?;
        let Channel { balance, claimed, .. } = self.model.channel(id);
        same((seen.balance, seen.totalClaimed), (balance.to(), claimed.to()), "channel")?;
        let signed = self.wallet.signed.get(&id).copied().unwrap_or_default();
        ensure!(
            seen.totalClaimed <= signed,
            "6: channel {id} has paid {}, {signed} were signed for",
            seen.totalClaimed
        );
        Ok(())
    }

    pub(crate) fn compare_channel(&mut self, id: B256) -> Result<()> {
        self.compare_amounts(id)?;
        self.compare_digests(id)?;
        let (live, channel) = (&self.live, self.model.channel(id));
        let pending = live.payments(&Abi::pendingWithdrawalsCall { channelId: id })?;
        let expected = match channel.initiated_at {
            Some(instant) => (channel.unclaimed().to(), U40::from(instant)),
            None => (0, U40::ZERO),
        };
        same((pending.amount, pending.initiatedAt), expected, "pending withdrawal")?;
        let status = live.payments(&Abi::channelStatusCall { channelId: id })?;
        same((status.heldUntil, status.closed), (U40::from(channel.held_until), channel.closed), "status")?;
        let nonce = live.payments(&Abi::refundNonceCall { channelId: id })?;
        same(nonce, U256::from(channel.refunds), "refund nonce")?;
        let Some(config) = self.model.contract.channel_configs.get(&id).cloned() else { return Ok(()) };
        let safe = channel.safe_until(self.model.now, config.withdrawDelay.to());
        let seen = live.payments(&Abi::getChannelIdCall { config: config.clone() })?;
        same(seen, self.wallet.channel_id(&config), "id")?;
        same(live.payments(&Abi::channelSafeUntilCall { config })?, U40::from(safe), "safe until")
    }

    /// 16: what parties sign for a channel is what wallets make of it.
    fn compare_digests(&mut self, id: B256) -> Result<()> {
        let (max, units, root) = (self.rng.random(), self.rng.random(), B256::from(self.rng.random::<[u8; 32]>()));
        let (live, wallet) = (&self.live, &self.wallet);
        let voucher = Voucher { channelId: id, maxClaimableAmount: max };
        let call = Abi::getVoucherDigestCall { channelId: id, maxClaimableAmount: max };
        same(live.payments(&call)?, wallet.digest(&voucher), "digest of a voucher")?;
        let usage = UsageVoucher { channelId: id, maxClaimableAmount: max, units, usageRoot: root };
        let call = Abi::getUsageVoucherDigestCall { channelId: id, maxClaimableAmount: max, units, usageRoot: root };
        same(live.payments(&call)?, wallet.digest(&usage), "digest of a usage voucher")?;
        let nonce = U256::from_be_bytes(root.0);
        let call = Abi::getRefundDigestCall { channelId: id, nonce, amount: max };
        let refund = Refund { channelId: id, nonce, amount: max };
        same(live.payments(&call)?, wallet.digest(&refund), "digest of a refund")
    }
}
