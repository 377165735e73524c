//! Draws of deposits and refunds.

use aia_abi::IStreamPayments::{self as Abi, IStreamPaymentsCalls as Calls};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolValue;
use rand::Rng;

use super::{Op, dice::Dice};
use crate::payments::seal::Seal;

/// Deposits.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn deposit(&mut self) -> Op {
        let config = self.deposited();
        let (token, contract) = (self.model.token.address, self.model.contract.address);
        let collector = match self.below(100) {
            0..58 => Address::ZERO,
            58..78 => token,
            78..96 => contract,
            _ => self.actor(),
        };
        let caller = if self.chance(75) { self.mostly(config.payer) } else { self.actor() };
        let around = if collector.is_zero() {
            self.model.account(caller).free >> 4
        } else if collector == token {
            self.model.token.balance_of(caller) >> 8
        } else {
            self.model.token.balance_of(config.payer) >> 8
        };
        let amount = self.narrow_amount(around);
        let data = if collector == contract { self.collector_data(config.payer) } else { Bytes::new() };
        let call = Abi::depositCall { config, amount, collector, collectorData: data };
        self.pay(caller, Calls::deposit(call))
    }

    fn collector_data(&mut self, payer: Address) -> Bytes {
        let (after, before) = self.validity();
        let (salt, signature) = (self.authorization_salt(), self.seal(payer, true).bytes());
        (after, before, salt, signature).abi_encode_params().into()
    }
}

/// Refunds.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn refund(&mut self) -> Op {
        let config = self.unclosed();
        let caller =
            if self.chance(50) { self.mostly(config.receiver) } else { self.mostly(config.receiverAuthorizer) };
        let amount = self.refunded(&config);
        self.pay(caller, Calls::refund(Abi::refundCall { config, amount }))
    }

    pub(super) fn refund_with_signature(&mut self) -> Op {
        let config = self.unclosed();
        let (caller, amount) = (self.actor(), self.refunded(&config));
        let next = self.model.channel(self.model.channel_id(&config)).refunds;
        let nonce = U256::from(if self.chance(94) { next } else { next + 1 });
        let seal: Seal = self.seal(config.receiverAuthorizer, true);
        let call = Abi::refundWithSignatureCall { config, amount, nonce, receiverAuthorizerSignature: seal.bytes() };
        self.pay(caller, Calls::refundWithSignature(call))
    }

    /// Returns a small part of what is unclaimed, mostly: channels are there to be claimed from.
    fn refunded(&mut self, config: &Abi::ChannelConfig) -> u128 {
        let unclaimed = self.unclaimed(config);
        let around = if self.chance(20) { unclaimed } else { unclaimed >> 4 };
        self.narrow_amount(around)
    }
}
