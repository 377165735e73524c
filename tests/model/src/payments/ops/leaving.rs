//! Draws of withdrawals from channels, and of holds.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use alloy_primitives::Address;
use rand::Rng;

use super::{Op, dice::Dice};
use crate::payments::{LONGEST_HOLD, instant};

impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn initiate_withdraw(&mut self) -> Op {
        let config = self.channel(|_, channel| !channel.closed && channel.initiated_at.is_none());
        let (caller, unclaimed) = (self.payer_side(&config), self.unclaimed(&config));
        let amount = match self.below(100) {
            0..50 => u128::MAX,
            50..75 => unclaimed.saturating_to(),
            75..85 => unclaimed.saturating_to::<u128>().saturating_sub(1),
            _ => self.narrow_amount(unclaimed),
        };
        self.pay(caller, Calls::initiateWithdraw(Abi::initiateWithdrawCall { config, amount }))
    }

    pub(super) fn finalize_withdraw(&mut self) -> Op {
        let now = self.model.now;
        let config = if self.chance(60) {
            self.channel(|config, channel| {
                channel.window(config.withdrawDelay.to()).is_some_and(|(first, _)| first <= now)
            })
        } else {
            self.channel(|_, channel| channel.initiated_at.is_some())
        };
        let caller = self.payer_side(&config);
        self.pay(caller, Calls::finalizeWithdraw(Abi::finalizeWithdrawCall { config }))
    }

    pub(super) fn hold(&mut self) -> Op {
        let config = self.unclosed();
        let caller = self.mostly(config.payer);
        let (now, latest) = (self.model.now, self.model.now + LONGEST_HOLD);
        let present = self.model.channel(self.model.channel_id(&config)).held_until.max(now);
        let until = match self.below(100) {
            0..6 => present,
            6..14 => present + 1,
            14..20 => latest,
            20..26 => latest + 1,
            26..30 => 0,
            30..80 => now + self.rng.random_range(1..300_000_u64),
            _ => self.rng.random_range(now..latest),
        };
        self.pay(caller, Calls::hold(Abi::holdCall { config, until: instant(until) }))
    }

    fn payer_side(&mut self, config: &Abi::ChannelConfig) -> Address {
        let authorized = !config.payerAuthorizer.is_zero() && self.chance(40);
        self.mostly(if authorized { config.payerAuthorizer } else { config.payer })
    }
}
