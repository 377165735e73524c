//! `channels.rs`, `claims.rs` and `withdrawals.rs` of the contract.

use aia_protocol::payments::{
    MAX_AMOUNT,
    channel::{self, Channel},
    voucher::ChannelConfig,
};
use alloy_primitives::{Address, B256};

use super::{Escrow, TOKEN, ledger::check_most};
use crate::ops::{Actor, ChannelNo, Moved, Reason, Refusal, Row, Terms};

impl Escrow {
    pub(super) fn deposit(&mut self, by: Actor, no: ChannelNo, amount: u128, wallet: bool) -> Moved {
        if amount == 0 {
            return Err(Refusal::ZeroAmount);
        }
        check_most(amount, MAX_AMOUNT)?;
        let Terms { payer, receiver, delay, .. } = self.setting.terms(no);
        let before = self.open_channel(no)?;
        if before.is_leaving(self.now, delay) && by != payer {
            return Err(Refusal::WithdrawPending(before.initiated_at));
        }
        self.check_active(receiver)?;
        let balance = check_most(before.balance + amount, MAX_AMOUNT)?;
        self.store_channel(no, Channel { balance, initiated_at: 0, ..before });
        if wallet {
            self.held += amount;
        } else {
            self.spend(by, amount)?;
        }
        Ok(Vec::new())
    }

    pub(super) fn claim(&mut self, by: Actor, rows: &[Row]) -> Moved {
        let (mut told, mut refusal) = (Vec::with_capacity(rows.len()), None);
        let mut till: Option<(Actor, u128)> = None;
        for row in rows {
            let receiver = self.setting.terms(row.channel).receiver;
            let claimed = self.claim_row(by, row);
            told.push(claimed.unwrap_or_default());
            match claimed {
                Ok(gross) => {
                    till = match till {
                        Some((last, sum)) if last == receiver => Some((last, sum + gross)),
                        before => {
                            self.empty(before);
                            Some((receiver, gross))
                        }
                    }
                }
                Err(Reason::Claimed) => {}
                Err(reason) => refusal = Some(Refusal::ClaimRefused(reason)),
            }
        }
        self.empty(till);
        match refusal {
            Some(refusal) if till.is_none() => Err(refusal),
            _ => Ok(told),
        }
    }

    /// Credits what rows of one receiver have earned together.
    fn empty(&mut self, till: Option<(Actor, u128)>) {
        if let Some((receiver, gross)) = till {
            self.credit(receiver, gross);
        }
    }

    pub(super) fn claim_and_withdraw(&mut self, by: Actor, row: &Row) -> Moved {
        if by != self.setting.terms(row.channel).receiver {
            return Err(Refusal::UnauthorizedSide);
        }
        let gross = self.claim_row(by, row).map_err(Refusal::ClaimRefused)?;
        Ok(vec![gross, self.pay_out(by, gross)])
    }

    /// Records what a row claims anew.
    fn claim_row(&mut self, by: Actor, row: &Row) -> Result<u128, Reason> {
        if !self.config_of(row.channel).is_receiver_side(address(by)) {
            return Err(Reason::Caller);
        }
        let (before, total) = (self.channel(row.channel), row.total.min(row.max));
        let Some((channel, new)) = before.claim(total) else {
            return Err(if total > before.claimed { Reason::Empty } else { Reason::Claimed });
        };
        if !row.signed {
            return Err(Reason::Signature);
        }
        self.store_channel(row.channel, channel);
        Ok(new)
    }

    pub(super) fn refund(&mut self, by: Actor, no: ChannelNo, amount: u128) -> Moved {
        if !self.config_of(no).is_receiver_side(address(by)) {
            return Err(Refusal::UnauthorizedSide);
        }
        if amount == 0 {
            return Err(Refusal::ZeroAmount);
        }
        let (channel, part) = self.channel(no).refund(amount);
        self.store_channel(no, channel);
        self.gain(self.setting.terms(no).payer, part);
        Ok(vec![part])
    }

    pub(super) fn initiate(&mut self, by: Actor, no: ChannelNo, amount: u128) -> Moved {
        self.check_payer_side(by, no)?;
        let channel = self.known_channel(no)?;
        if channel.is_leaving(self.now, self.setting.terms(no).delay) {
            return Err(Refusal::WithdrawPending(channel.initiated_at));
        }
        if amount < channel.unclaimed() {
            return Err(Refusal::PartialWithdraw(channel.unclaimed()));
        }
        self.store_channel(no, Channel { initiated_at: self.now, ..channel });
        Ok(vec![channel.unclaimed()])
    }

    pub(super) fn finalize(&mut self, by: Actor, no: ChannelNo) -> Moved {
        self.check_payer_side(by, no)?;
        let Terms { payer, delay, .. } = self.setting.terms(no);
        let finalized = self.channel(no).finalize(self.now, delay);
        let (channel, amount) = finalized.map_err(|refusal| match refusal {
            channel::Refusal::NotPending => Refusal::WithdrawNotPending,
            channel::Refusal::TooEarly(earliest) => Refusal::WithdrawTooEarly(earliest),
            channel::Refusal::Expired(latest) => Refusal::WithdrawExpired(latest),
        })?;
        self.store_channel(no, channel);
        self.gain(payer, amount);
        Ok(vec![amount])
    }

    pub(super) fn hold(&mut self, by: Actor, no: ChannelNo, until: u64) -> Moved {
        if by != self.setting.terms(no).payer {
            return Err(Refusal::UnauthorizedSide);
        }
        let held = self.known_channel(no)?.extend_hold(self.now, until);
        self.store_channel(no, held.map_err(Refusal::InvalidHold)?);
        Ok(Vec::new())
    }

    fn check_payer_side(&self, by: Actor, no: ChannelNo) -> Result<(), Refusal> {
        if self.config_of(no).is_payer_side(address(by)) { Ok(()) } else { Err(Refusal::UnauthorizedSide) }
    }

    /// Returns a channel that was not closed.
    fn open_channel(&self, no: ChannelNo) -> Result<Channel, Refusal> {
        let channel = self.channel(no);
        if channel.closed { Err(Refusal::ChannelIsClosed) } else { Ok(channel) }
    }

    /// Returns a channel that holds or has paid something and was not closed.
    fn known_channel(&self, no: ChannelNo) -> Result<Channel, Refusal> {
        let channel = self.open_channel(no)?;
        if channel.exists() { Ok(channel) } else { Err(Refusal::UnknownChannel) }
    }

    fn config_of(&self, no: ChannelNo) -> ChannelConfig {
        let Terms { payer, payer_authorizer, receiver, receiver_authorizer, delay } = self.setting.terms(no);
        ChannelConfig {
            payer: address(payer),
            payer_authorizer: payer_authorizer.map_or(Address::ZERO, address),
            receiver: address(receiver),
            receiver_authorizer: address(receiver_authorizer),
            token: TOKEN,
            withdraw_delay: delay,
            salt: B256::ZERO,
        }
    }
}

fn address(actor: Actor) -> Address {
    Address::repeat_byte(1 + u8::try_from(actor).expect("few actors"))
}
