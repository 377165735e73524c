//! A payer's way out of a channel, and its promise not to take it.

use aia_protocol::payments::{
    channel::{Channel, Refusal},
    voucher::ChannelConfig,
};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::B256;
use stylus_sdk::prelude::*;

use crate::{I, StreamPayments, channels::withdraw_pending};

impl StreamPayments {
    pub(crate) fn initiate_withdraw(&mut self, config: &ChannelConfig, amount: u128) -> Result<(), Revert> {
        let id = self.channel_id(config);
        if !config.is_payer_side(self.caller()) {
            return Err(self.unauthorized_side(id));
        }
        let channel = self.known_channel(id)?;
        let (now, unclaimed) = (self.now(), channel.unclaimed());
        // Announced anew it would start anew, which whoever holds the payer's signing key could do for ever.
        if channel.is_leaving(now, config.withdraw_delay) {
            return Err(withdraw_pending(id, channel));
        }
        if amount < unclaimed {
            return Err(revert::<I::PartialWithdraw>(words![id, amount, unclaimed]));
        }
        self.store_channel(id, Channel { initiated_at: now, ..channel });
        let data = words![unclaimed, now + config.withdraw_delay];
        emit::<I::WithdrawInitiated, 1>(self.vm(), words![id], data);
        Ok(())
    }

    pub(crate) fn finalize_withdraw(&mut self, config: &ChannelConfig) -> Result<(), Revert> {
        let id = self.channel_id(config);
        let caller = self.caller();
        if !config.is_payer_side(caller) {
            return Err(self.unauthorized_side(id));
        }
        let finalized = self.channel(id).finalize(self.now(), config.withdraw_delay);
        let (channel, amount) = finalized.map_err(|refusal| match refusal {
            Refusal::NotPending => revert::<I::WithdrawNotPending>(words![id]),
            Refusal::TooEarly(earliest) => revert::<I::WithdrawTooEarly>(words![id, earliest]),
            Refusal::Expired(latest) => revert::<I::WithdrawExpired>(words![id, latest]),
        })?;
        self.store_channel(id, channel);
        self.gain(config.payer, amount);
        emit::<I::WithdrawFinalized, 2>(self.vm(), words![id, caller], words![amount]);
        emit::<I::ChannelClosed, 1>(self.vm(), words![id], config.words());
        Ok(())
    }

    pub(crate) fn hold(&mut self, config: &ChannelConfig, until: u64) -> Result<(), Revert> {
        let id = self.channel_id(config);
        if self.caller() != config.payer {
            return Err(self.unauthorized_side(id));
        }
        let held = self.known_channel(id)?.extend_hold(self.now(), until);
        let channel = held.map_err(|[present, latest]| revert::<I::InvalidHold>(words![id, until, present, latest]))?;
        self.store_channel(id, channel);
        emit::<I::ChannelHeld, 1>(self.vm(), words![id], words![channel.held_until()]);
        Ok(())
    }

    pub(crate) fn channel_words(&self, id: B256) -> [B256; 2] {
        let channel = self.channel(id);
        words![channel.balance, channel.claimed]
    }

    pub(crate) fn pending_words(&self, id: B256) -> [B256; 2] {
        let channel = self.channel(id);
        let amount = if channel.initiated_at == 0 { 0 } else { channel.unclaimed() };
        words![amount, channel.initiated_at]
    }

    pub(crate) fn status_words(&self, id: B256) -> [B256; 2] {
        let channel = self.channel(id);
        words![channel.held_until(), channel.closed]
    }

    pub(crate) fn channel_safe_until(&self, config: &ChannelConfig) -> u64 {
        self.channel(self.channel_id(config)).safe_until(self.now(), config.withdraw_delay)
    }

    /// Returns a channel that holds or has paid something and was not closed.
    fn known_channel(&self, id: B256) -> Result<Channel, Revert> {
        let channel = self.open_channel(id)?;
        if channel.exists() { Ok(channel) } else { Err(revert::<I::UnknownChannel>(words![id])) }
    }
}
