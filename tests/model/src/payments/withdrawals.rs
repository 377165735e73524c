//! A payer's way out of a channel, and its promise not to take it.

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{HOLD_UNIT, LONGEST_HOLD, Model, Outcome, error, instant, model::Channel, narrow, require};

/// Calls.
impl Model {
    /// `initiateWithdraw`.
    pub fn initiate_withdraw(&mut self, caller: Address, call: &Abi::initiateWithdrawCall) -> Outcome {
        let (config, amount) = (&call.config, U256::from(call.amount));
        let id = self.channel_id(config);
        let delay = config.withdrawDelay.to::<u64>();
        require(is_payer_side(config, caller), Abi::UnauthorizedSide { channelId: id, caller })?;
        let mut channel = self.check_known(id)?;
        let since = instant(channel.initiated_at.unwrap_or_default());
        let leaving = channel.is_leaving(self.now, delay);
        require(!leaving, Abi::WithdrawPending { channelId: id, initiatedAt: since })?;
        let unclaimed = channel.unclaimed();
        require(amount >= unclaimed, Abi::PartialWithdraw { channelId: id, amount, unclaimed })?;
        channel.initiated_at = Some(self.now);
        self.put_channel(id, channel);
        let (amount, ready) = (narrow(unclaimed), instant(self.now + delay));
        Ok(vec![self.emit(&Abi::WithdrawInitiated { channelId: id, amount, finalizeAfter: ready })].into())
    }

    /// `finalizeWithdraw`.
    pub fn finalize_withdraw(&mut self, caller: Address, config: &Abi::ChannelConfig) -> Outcome {
        let id = self.channel_id(config);
        require(is_payer_side(config, caller), Abi::UnauthorizedSide { channelId: id, caller })?;
        let mut channel = self.channel(id);
        let (first, last) = channel
            .window(config.withdrawDelay.to())
            .ok_or_else(|| error(Abi::WithdrawNotPending { channelId: id }))?;
        require(self.now <= last, Abi::WithdrawExpired { channelId: id, latest: instant(last) })?;
        require(self.now >= first, Abi::WithdrawTooEarly { channelId: id, earliest: instant(first) })?;
        let amount = channel.unclaimed();
        channel = Channel { balance: channel.claimed, initiated_at: None, closed: true, ..channel };
        self.put_channel(id, channel);
        self.account_mut(config.payer).free += amount;
        let paid = self.emit(&Abi::WithdrawFinalized { channelId: id, sender: caller, amount: narrow(amount) });
        let closed = self.emit(&Abi::ChannelClosed { channelId: id, config: config.clone() });
        Ok(vec![paid, closed].into())
    }

    /// `hold`.
    pub fn hold(&mut self, caller: Address, call: &Abi::holdCall) -> Outcome {
        let id = self.channel_id(&call.config);
        require(caller == call.config.payer, Abi::UnauthorizedSide { channelId: id, caller })?;
        let mut channel = self.check_known(id)?;
        let until = call.until.to::<u64>();
        let (present, latest) = (channel.held_until.max(self.now), self.now + LONGEST_HOLD);
        let (longer, bounds) = (present < until && until <= latest, (instant(present), instant(latest)));
        let refusal = Abi::InvalidHold { channelId: id, until: call.until, present: bounds.0, latest: bounds.1 };
        require(longer, refusal)?;
        channel.held_until = until.next_multiple_of(HOLD_UNIT);
        self.put_channel(id, channel);
        Ok(vec![self.emit(&Abi::ChannelHeld { channelId: id, until: instant(channel.held_until) })].into())
    }

    /// Returns a channel that holds or has paid something and was not closed.
    fn check_known(&self, id: B256) -> Result<Channel, Bytes> {
        let channel = self.channel(id);
        require(!channel.closed, Abi::ChannelIsClosed { channelId: id })?;
        require(!channel.balance.is_zero(), Abi::UnknownChannel { channelId: id })?;
        Ok(channel)
    }
}

/// Whether an account acts for the payer.
pub(super) fn is_payer_side(config: &Abi::ChannelConfig, account: Address) -> bool {
    account == config.payer || account == config.payerAuthorizer
}
