//! Draws of claims: rows that are mostly right, beside some that are not.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use alloy_primitives::U256;
use rand::Rng;

use super::{Op, dice::Dice};
use crate::payments::rows::Row;

/// Calls.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn claim(&mut self) -> Op {
        let first = self.funded();
        let caller = if self.chance(60) { self.mostly(first.receiver) } else { self.mostly(first.receiverAuthorizer) };
        let mut rows = vec![self.row(first)];
        for _ in 0..self.more_rows() {
            let config = self.channel(|config, channel| {
                !channel.unclaimed().is_zero() && [config.receiver, config.receiverAuthorizer].contains(&caller)
            });
            rows.push(self.row(config));
        }
        let claims = if self.chance(1) { Vec::new() } else { as_claims(&rows) };
        self.pay(caller, Calls::claim(Abi::claimCall { voucherClaims: claims }))
    }

    pub(super) fn claim_with_signature(&mut self) -> Op {
        let first = self.funded();
        let authorizer = first.receiverAuthorizer;
        let mut rows = vec![self.row(first)];
        for _ in 0..self.more_rows() {
            let config = if self.chance(97) {
                self.channel(|config, channel| {
                    !channel.unclaimed().is_zero() && config.receiverAuthorizer == authorizer
                })
            } else {
                self.unclosed()
            };
            rows.push(self.row(config));
        }
        let (caller, seal) = (self.actor(), self.seal(authorizer, true));
        let claims = if self.chance(1) { Vec::new() } else { as_claims(&rows) };
        let call = Abi::claimWithSignatureCall { voucherClaims: claims, authorizerSignature: seal.bytes() };
        self.pay(caller, Calls::claimWithSignature(call))
    }

    pub(super) fn claim_packed(&mut self) -> Op {
        let first = self.funded();
        let Abi::ChannelConfig { receiver, receiverAuthorizer, withdrawDelay, .. } = first;
        let caller = if self.chance(60) { self.mostly(receiver) } else { self.mostly(receiverAuthorizer) };
        let count = self.more_rows();
        let mut rows = vec![self.row(first)];
        for _ in 0..count {
            let config = self.channel(|config, channel| {
                let common = (config.receiver, config.receiverAuthorizer, config.withdrawDelay);
                !channel.unclaimed().is_zero() && common == (receiver, receiverAuthorizer, withdrawDelay)
            });
            // Whatever was drawn, packed it is a channel of this receiver.
            rows.push(self.row(Abi::ChannelConfig { receiver, receiverAuthorizer, withdrawDelay, ..config }));
        }
        let bytes = self.pack(rows).into();
        let call = Abi::claimPackedCall { receiver, receiverAuthorizer, withdrawDelay, rows: bytes };
        self.pay(caller, Calls::claimPacked(call))
    }

    pub(super) fn claim_and_withdraw(&mut self) -> Op {
        let config = self.funded();
        let caller = self.mostly(config.receiver);
        let (claim, to) = (self.row(config).voucher_claim(), self.recipient());
        self.pay(caller, Calls::claimAndWithdraw(Abi::claimAndWithdrawCall { voucherClaim: claim, to }))
    }
}

/// Rows.
impl<R: Rng + ?Sized> Dice<'_, R> {
    /// Returns a channel from which something can be claimed, if there is one.
    fn funded(&mut self) -> Abi::ChannelConfig {
        self.channel(|_, channel| !channel.unclaimed().is_zero())
    }

    fn more_rows(&mut self) -> u32 {
        match self.below(100) {
            0..45 => 0,
            45..75 => 1,
            75..90 => 2,
            _ => 4,
        }
    }

    fn row(&mut self, config: Abi::ChannelConfig) -> Row {
        let channel = self.model.channel(self.model.channel_id(&config));
        // Ceilings above the balance are vouchers that a top-up makes good.
        let around = channel.unclaimed() + (channel.balance >> 3);
        let ceiling = (channel.claimed + self.amount(around)).saturating_to();
        let total = match self.below(100) {
            0..60 => ceiling,
            60..70 => u128::MAX,
            70..74 => channel.claimed.saturating_to(),
            _ => (channel.claimed + self.amount(channel.unclaimed())).saturating_to(),
        };
        let mut row = Row { config, ceiling, total, usage: None, signature: Default::default() };
        let signer = row.signer();
        row.signature = self.seal(signer, false).bytes();
        row
    }

    /// Packs rows, mostly in good form.
    fn pack(&mut self, mut rows: Vec<Row>) -> Vec<u8> {
        let kind = u8::from(self.chance(40));
        if kind == 1 {
            for row in &mut rows {
                row.usage = Some((self.amount(U256::from(u128::MAX)).saturating_to(), self.word()));
            }
        }
        let mut bytes: Vec<u8> = rows.iter().flat_map(Row::packed).collect();
        let kind = match self.below(100) {
            0..2 => {
                bytes.pop();
                kind
            }
            2..3 => 2,
            3..4 => {
                bytes.clear();
                kind
            }
            4..5 => return Vec::new(),
            _ => kind,
        };
        bytes.insert(0, kind);
        bytes
    }
}

fn as_claims(rows: &[Row]) -> Vec<Abi::VoucherClaim> {
    rows.iter().map(Row::voucher_claim).collect()
}
