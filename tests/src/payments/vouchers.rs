//! Rows of claims, as the payer's signatures make them.

use aia_abi::IStreamPayments::{self as I, ChannelConfig, VoucherClaim};
use alloy::{
    primitives::{B256, Bytes},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

use super::{
    Market,
    messages::{UsageVoucher, Voucher},
};

/// What a payer says that it used.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// How much.
    pub units: u128,
    /// Root of the tree over what was delivered.
    pub root: B256,
}

impl Market {
    /// Returns a row that claims up to `total` by a voucher over `max`.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn row(
        &self,
        signer: &PrivateKeySigner,
        config: &ChannelConfig,
        max: u128,
        total: u128,
    ) -> Result<VoucherClaim> {
        let voucher = Voucher { channelId: self.channel_id(config), maxClaimableAmount: max };
        Ok(claim(config, max, total, self.sign(signer, &voucher)?))
    }

    /// Returns a row that claims all of a voucher over `max`.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn voucher(&self, signer: &PrivateKeySigner, config: &ChannelConfig, max: u128) -> Result<VoucherClaim> {
        self.row(signer, config, max, max)
    }

    /// Like [`voucher`](Self::voucher), by one that says what was used.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn usage_voucher(
        &self,
        signer: &PrivateKeySigner,
        config: &ChannelConfig,
        max: u128,
        usage: Usage,
    ) -> Result<VoucherClaim> {
        let (channel, Usage { units, root }) = (self.channel_id(config), usage);
        let voucher = UsageVoucher { channelId: channel, maxClaimableAmount: max, units, usageRoot: root };
        Ok(claim(config, max, max, self.sign(signer, &voucher)?))
    }
}

/// Packs rows: what they have in common is told once, beside them.
pub fn packed(rows: &[VoucherClaim]) -> Bytes {
    let rows = rows.iter().flat_map(packed_row);
    [0].into_iter().chain(rows).collect()
}

/// Packs rows whose vouchers say what was used.
pub fn packed_usage(rows: &[(VoucherClaim, Usage)]) -> Bytes {
    let rows = rows
        .iter()
        .flat_map(|(row, usage)| [packed_row(row), usage.units.to_be_bytes().to_vec(), usage.root.to_vec()].concat());
    [1].into_iter().chain(rows).collect()
}

fn packed_row(row: &VoucherClaim) -> Vec<u8> {
    let channel = &row.voucher.channel;
    [
        channel.payer.as_slice(),
        channel.payerAuthorizer.as_slice(),
        channel.salt.as_slice(),
        &row.voucher.maxClaimableAmount.to_be_bytes(),
        &row.totalClaimed.to_be_bytes(),
        &row.signature[..],
    ]
    .concat()
}

fn claim(config: &ChannelConfig, max: u128, total: u128, signature: Bytes) -> VoucherClaim {
    let voucher = I::Voucher { channel: config.clone(), maxClaimableAmount: max };
    VoucherClaim { voucher, signature, totalClaimed: total }
}
