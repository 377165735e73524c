//! Calls that somebody could mean, of channels; most of their vouchers are signed by the right key.

use aia_abi::IStreamPayments::{self as S, ChannelConfig, VoucherClaim};
use aia_tests::{
    common::Message,
    payments::{DELAY, Usage, at, packed, packed_usage},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::SolValue,
};
use eyre::Result;
use rand::{Rng, seq::IndexedRandom};

use crate::calldata_fuzz::Fuzz;

/// How many channels there can be with the same parties.
const SALTS: u8 = 6;

impl Fuzz<'_> {
    pub(super) fn channel_call(&mut self, from: Address) -> Result<Message> {
        let (config, amount) = (self.channel(from), self.amount());
        let receiver = config.receiver;
        Ok(match self.rng.random_range(0..18) {
            0..4 => {
                let collector = *[Address::ZERO, self.market.net().token].choose(&mut self.rng).unwrap_or(&from);
                self.to_payments(from, &S::depositCall { config, amount, collector, collectorData: Bytes::new() })
            }
            4 => return self.signed_deposit(from, config, amount),
            5 | 6 => {
                let rows = self.rows(receiver)?;
                self.to_payments(receiver, &S::claimCall { voucherClaims: rows })
            }
            7 | 8 => return self.packed_claim(receiver),
            9 => return self.relayed_claim(from, receiver),
            10 => {
                let row = self.row(config)?;
                self.to_payments(receiver, &S::claimAndWithdrawCall { voucherClaim: row, to: receiver })
            }
            11 => self.to_payments(receiver, &S::refundCall { config, amount }),
            12 => return self.relayed_refund(from, config, amount),
            13 | 14 => self.to_payments(from, &S::initiateWithdrawCall { config, amount: u128::MAX }),
            15 | 16 => self.to_payments(from, &S::finalizeWithdrawCall { config }),
            _ => {
                let until = at(self.now + self.rng.random_range(0..10_000));
                self.to_payments(from, &S::holdCall { config, until })
            }
        })
    }

    /// Returns one of the channels that an account can open.
    pub(super) fn channel(&mut self, payer: Address) -> ChannelConfig {
        let (receiver, salt) = (self.provider(), self.rng.random_range(0..SALTS));
        self.channel_between(payer, receiver, salt)
    }

    /// Returns a channel; every other salt has another key sign vouchers.
    fn channel_between(&self, payer: Address, receiver: Address, salt: u8) -> ChannelConfig {
        let session = if salt.is_multiple_of(2) { Address::ZERO } else { self.session().address() };
        ChannelConfig {
            payer,
            payerAuthorizer: session,
            receiver,
            receiverAuthorizer: receiver,
            token: self.market.net().token,
            withdrawDelay: at(DELAY),
            salt: B256::with_last_byte(salt),
        }
    }

    /// Returns all channels that calls here can open.
    pub(super) fn channels(&self) -> Vec<ChannelConfig> {
        let accounts = || self.signers.iter().map(PrivateKeySigner::address);
        let pairs = accounts().flat_map(|payer| accounts().map(move |receiver| (payer, receiver)));
        let all = pairs.flat_map(|pair| (0..SALTS).map(move |salt| (pair, salt)));
        all.map(|((payer, receiver), salt)| self.channel_between(payer, receiver, salt)).collect()
    }

    /// Returns who signs vouchers for payers that name it.
    fn session(&self) -> &PrivateKeySigner {
        &self.signers[9]
    }

    fn signed_deposit(&mut self, from: Address, config: ChannelConfig, amount: u128) -> Result<Message> {
        let (payer, salt) = (config.payer, U256::from(self.rng.random::<u64>()));
        let nonce = keccak256((self.market.channel_id(&config), salt).abi_encode());
        let payment = self.payment(payer, U256::from(amount), nonce);
        let signature = self.market.net().sign(&self.key(payer)?, &payment)?.bytes();
        let data = (payment.validAfter, payment.validBefore, salt, signature).abi_encode_params();
        let collector = self.market.payments;
        let call = S::depositCall { config, amount, collector, collectorData: data.into() };
        Ok(self.to_payments(from, &call))
    }

    /// Returns rows of one receiver's channels.
    fn rows(&mut self, receiver: Address) -> Result<Vec<VoucherClaim>> {
        let count = self.rng.random_range(0..6);
        (0..count)
            .map(|_| {
                let (payer, salt) = (self.signer(), self.rng.random_range(0..SALTS));
                let config = self.channel_between(payer, receiver, salt);
                self.row(config)
            })
            .collect()
    }

    /// Returns a row that claims more than those before, signed by the wrong key now and then.
    fn row(&mut self, config: ChannelConfig) -> Result<VoucherClaim> {
        self.ceiling += self.amount() / 100;
        let signer = self.voucher_signer(&config)?;
        let total = self.ceiling - self.rng.random_range(0..=self.ceiling / 10);
        self.market.row(&signer, &config, self.ceiling, total)
    }

    fn voucher_signer(&mut self, config: &ChannelConfig) -> Result<PrivateKeySigner> {
        match self.rng.random_range(0..10) {
            0 => Ok(self.session().clone()),
            _ if config.payerAuthorizer.is_zero() => self.key(config.payer),
            _ => Ok(self.session().clone()),
        }
    }

    fn packed_claim(&mut self, receiver: Address) -> Result<Message> {
        let rows = self.rows(receiver)?;
        let rows = if self.rng.random() {
            packed(&rows)
        } else {
            let usage = Usage { units: self.rng.random(), root: B256::repeat_byte(0x75) };
            let explained = rows.iter().map(|row| {
                let (config, max) = (&row.voucher.channel, row.voucher.maxClaimableAmount);
                let signer = self.voucher_signer(config)?;
                Ok((self.market.usage_voucher(&signer, config, max, usage)?, usage))
            });
            packed_usage(&explained.collect::<Result<Vec<_>>>()?)
        };
        let authorizer = receiver;
        let call = S::claimPackedCall { receiver, receiverAuthorizer: authorizer, withdrawDelay: at(DELAY), rows };
        Ok(self.to_payments(receiver, &call))
    }

    fn relayed_claim(&mut self, from: Address, receiver: Address) -> Result<Message> {
        let rows = self.rows(receiver)?;
        let signature = self.market.sign_claims(&self.key(receiver)?, &rows)?;
        let call = S::claimWithSignatureCall { voucherClaims: rows, authorizerSignature: signature };
        Ok(self.to_payments(from, &call))
    }

    fn relayed_refund(&mut self, from: Address, config: ChannelConfig, amount: u128) -> Result<Message> {
        let id = self.market.channel_id(&config);
        let nonce = self.read(self.market.payments, &S::refundNonceCall { channelId: id })?;
        let key = self.key(config.receiver)?;
        let signature = self.market.sign_refund(&key, &config, nonce.to(), amount)?;
        let call = S::refundWithSignatureCall { config, amount, nonce, receiverAuthorizerSignature: signature };
        Ok(self.to_payments(from, &call))
    }

    /// Returns bytes that are rows as far as their length goes.
    pub(super) fn rows_of_noise(&mut self) -> Vec<u8> {
        let (kind, rows) = (self.rng.random_range(0..3), self.rng.random_range(0..4));
        let mut bytes = vec![kind];
        bytes.resize(1 + rows * if kind == 0 { 169 } else { 217 }, 0);
        self.rng.fill(&mut bytes[1..]);
        bytes
    }
}
