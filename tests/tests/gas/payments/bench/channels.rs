//! Channels, from deposits over claims to the ways out.

use std::ops::Range;

use aia_abi::IStreamPayments::{self as S, ChannelConfig, VoucherClaim};
use aia_tests::{
    payments::{
        COIN, ClaimBatch, ClaimEntry, DELAY, MILLI, STAKE_TTL, Usage, UsageVoucher, Voucher, at, packed, packed_usage,
    },
    signing::sign_in,
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    signers::local::PrivateKeySigner,
    sol_types::{Eip712Domain, SolCall, SolStruct, SolValue, eip712_domain},
};
use eyre::{OptionExt, Result};

use super::{Bench, Row};

/// What each channel holds at first.
const DEPOSIT: u128 = 10 * COIN;
/// How many channels are claimed at once, and what that is called in full and packed.
const BATCHES: [(u64, &str, &str); 4] = [
    (1, "claim, 1 channel", "claimPacked, 1 channel"),
    (10, "claim, 10 channels", "claimPacked, 10 channels"),
    (50, "claim, 50 channels", "claimPacked, 50 channels"),
    (100, "claim, 100 channels", "claimPacked, 100 channels"),
];

impl Bench<'_> {
    pub(super) fn channels(&mut self) -> Result<()> {
        self.call(self.relayer, self.payments, &S::refreshProviderCall { provider: self.payee })?;
        self.prepare((0..100).map(|salt| self.ledger_deposit(salt).abi_encode()))?;
        self.by_payer("deposit, a new channel, from the ledger", &self.ledger_deposit(1_000))?;
        if self.is_aia() {
            let signed = self.signed_deposit(1_001)?;
            self.measure("deposit, a new channel, by authorization", self.relayer, &signed)?;
        }
        let from_wallet = S::depositCall { collector: self.token, ..self.ledger_deposit(1_002) };
        self.by_payer("deposit, a new channel, by allowance", &from_wallet)?;
        self.by_payer("deposit, again, from the ledger", &self.ledger_deposit(0))?;
        Ok(())
    }

    /// Returns a channel from the payer to the payee; nothing but the salt tells them apart.
    fn channel(&self, salt: u64) -> ChannelConfig {
        ChannelConfig {
            payer: self.payer.address(),
            payerAuthorizer: self.session.address(),
            receiver: self.payee,
            receiverAuthorizer: self.authorizer.address(),
            token: self.token,
            withdrawDelay: at(DELAY),
            salt: keccak256(salt.to_be_bytes()),
        }
    }

    fn ledger_deposit(&self, salt: u64) -> S::depositCall {
        let (config, collector) = (self.channel(salt), Address::ZERO);
        S::depositCall { config, amount: DEPOSIT, collector, collectorData: Bytes::new() }
    }

    fn signed_deposit(&self, salt: u64) -> Result<S::depositCall> {
        let (config, number) = (self.channel(salt), U256::from(salt));
        let nonce = keccak256((config.eip712_signing_hash(&self.domain()), number).abi_encode());
        let payment = self.payment(self.payer.address(), U256::from(DEPOSIT), nonce);
        let signature = self.sign_for_token(&self.payer, &payment)?;
        let data = (payment.validAfter, payment.validBefore, number, signature).abi_encode_params();
        Ok(S::depositCall { config, amount: DEPOSIT, collector: self.payments, collectorData: data.into() })
    }

    pub(super) fn claims(&mut self) -> Result<()> {
        for (channels, operation, _) in BATCHES {
            let claim = S::claimCall { voucherClaims: self.vouchers(0..channels)? };
            self.by_payee(operation, &claim)?;
        }
        for (channels, _, operation) in BATCHES {
            let rows = self.vouchers(0..channels)?;
            self.by_payee(operation, &self.claim_packed(packed(&rows)))?;
        }
        self.one_more_row()?;
        let rows = self.usage_vouchers(0..10)?;
        self.by_payee("claimPacked, 10 channels with usage", &self.claim_packed(packed_usage(&rows)))?;
        let signed = self.signed_claim(0..10)?;
        self.measure("claimWithSignature, 10 channels", self.relayer, &signed)?;
        let voucher_claim = self.vouchers(0..1)?.pop().ok_or_eyre("no voucher")?;
        let paid_out = S::claimAndWithdrawCall { voucherClaim: voucher_claim, to: self.payee };
        self.by_payee("claimAndWithdraw", &paid_out)?;
        Ok(())
    }

    /// Works out what a row adds to a batch.
    fn one_more_row(&mut self) -> Result<()> {
        let gas = |name: &str| self.rows.iter().find(|row| row.operation == name).map(|row| row.gas);
        let [_, _, (fewer, _, of_fewer), (more, _, of_more)] = BATCHES;
        let gas = gas(of_more).zip(gas(of_fewer)).map(|(of_more, of_fewer)| of_more - of_fewer);
        let gas = gas.ok_or_eyre("no batches")? / (more - fewer);
        self.rows.push(Row { operation: "claimPacked, one row more", gas });
        Ok(())
    }

    /// Returns rows that claim a thousandth of an AIA more than those before.
    fn vouchers(&mut self, salts: Range<u64>) -> Result<Vec<VoucherClaim>> {
        self.ceiling += MILLI;
        let sign = |salt| {
            let (channel, max) = (self.channel(salt), self.ceiling);
            let id = channel.eip712_signing_hash(&self.domain());
            let signature = self.sign(&self.session, &Voucher { channelId: id, maxClaimableAmount: max })?;
            Ok(row(channel, max, signature))
        };
        salts.map(sign).collect()
    }

    fn usage_vouchers(&mut self, salts: Range<u64>) -> Result<Vec<(VoucherClaim, Usage)>> {
        self.ceiling += MILLI;
        let usage = Usage { units: 1_234, root: B256::repeat_byte(0x75) };
        let sign = |salt| {
            let (channel, max, Usage { units, root }) = (self.channel(salt), self.ceiling, usage);
            let id = channel.eip712_signing_hash(&self.domain());
            let voucher = UsageVoucher { channelId: id, maxClaimableAmount: max, units, usageRoot: root };
            Ok((row(channel, max, self.sign(&self.session, &voucher)?), usage))
        };
        salts.map(sign).collect()
    }

    fn signed_claim(&mut self, salts: Range<u64>) -> Result<S::claimWithSignatureCall> {
        let rows = self.vouchers(salts)?;
        let entry = |row: &VoucherClaim| ClaimEntry {
            channelId: row.voucher.channel.eip712_signing_hash(&self.domain()),
            maxClaimableAmount: row.voucher.maxClaimableAmount,
            totalClaimed: row.totalClaimed,
        };
        let batch = ClaimBatch { claims: rows.iter().map(entry).collect() };
        let signature = self.sign(&self.authorizer, &batch)?;
        Ok(S::claimWithSignatureCall { voucherClaims: rows, authorizerSignature: signature })
    }

    fn claim_packed(&self, rows: Bytes) -> S::claimPackedCall {
        let authorizer = self.authorizer.address();
        S::claimPackedCall { receiver: self.payee, receiverAuthorizer: authorizer, withdrawDelay: at(DELAY), rows }
    }

    pub(super) fn ways_out_of_a_channel(&mut self) -> Result<()> {
        let (config, other) = (self.channel(0), self.channel(1));
        self.by_payee("refund", &S::refundCall { config: other.clone(), amount: COIN })?;
        let announced = S::initiateWithdrawCall { config: config.clone(), amount: u128::MAX };
        self.by_payer("initiateWithdraw", &announced)?;
        let until = at(self.net.now() + STAKE_TTL);
        self.by_payer("hold", &S::holdCall { config: other, until })?;
        self.net.pass(DELAY)?;
        self.by_payer("finalizeWithdraw", &S::finalizeWithdrawCall { config })?;
        Ok(())
    }

    fn sign(&self, signer: &PrivateKeySigner, message: &impl SolStruct) -> Result<Bytes> {
        Ok(sign_in(&self.domain(), signer, message)?.bytes())
    }

    fn domain(&self) -> Eip712Domain {
        eip712_domain! {
            name: "x402 Batch Settlement",
            version: "1",
            chain_id: self.api().chain().config().chain_id,
            verifying_contract: self.payments,
        }
    }
}

fn row(channel: ChannelConfig, max: u128, signature: Bytes) -> VoucherClaim {
    let voucher = S::Voucher { channel, maxClaimableAmount: max };
    VoucherClaim { voucher, signature, totalClaimed: max }
}
