//! Rows of claims, as both forms of the interface have them.

use aia_abi::IStreamPayments as Abi;
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{instant, seal::LENGTH};

/// Bytes of a packed row without units.
pub const PLAIN: usize = 20 + 20 + 32 + 16 + 16 + LENGTH;
/// Bytes of a packed row with units.
pub const WITH_USAGE: usize = PLAIN + 16 + 32;

/// A voucher, and what is claimed by it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// The channel.
    pub config: Abi::ChannelConfig,
    /// What the payer allows in all.
    pub ceiling: u128,
    /// What is claimed in all.
    pub total: u128,
    /// Units and their root, if the payer signed for them.
    pub usage: Option<(u128, B256)>,
    /// The payer's signature.
    pub signature: Bytes,
}

/// What packed rows have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Common {
    /// Who is paid.
    pub receiver: Address,
    /// Who may claim beside it.
    pub authorizer: Address,
    /// AIA.
    pub token: Address,
    /// Delay of withdrawals, in seconds.
    pub delay: u64,
}

impl Row {
    /// Returns a row of `claim`.
    pub fn of(claim: &Abi::VoucherClaim) -> Self {
        Self {
            config: claim.voucher.channel.clone(),
            ceiling: claim.voucher.maxClaimableAmount,
            total: claim.totalClaimed,
            usage: None,
            signature: claim.signature.clone(),
        }
    }

    /// Returns it as `claim` takes it; units are lost.
    pub fn voucher_claim(&self) -> Abi::VoucherClaim {
        let voucher = Abi::Voucher { channel: self.config.clone(), maxClaimableAmount: self.ceiling };
        Abi::VoucherClaim { voucher, signature: self.signature.clone(), totalClaimed: self.total }
    }

    /// Returns it as `claimPacked` takes it, without what all rows have in common.
    pub fn packed(&self) -> Vec<u8> {
        let Abi::ChannelConfig { payer, payerAuthorizer, salt, .. } = &self.config;
        let mut bytes = [payer.as_slice(), payerAuthorizer.as_slice(), salt.as_slice()].concat();
        bytes.extend(self.ceiling.to_be_bytes());
        bytes.extend(self.total.to_be_bytes());
        bytes.extend_from_slice(&self.signature);
        if let Some((units, root)) = self.usage {
            bytes.extend(units.to_be_bytes());
            bytes.extend_from_slice(root.as_slice());
        }
        bytes
    }

    /// Reads a packed row, of either length.
    ///
    /// # Panics
    /// When it is shorter.
    pub fn unpack(bytes: &[u8], common: &Common) -> Self {
        let Common { receiver, authorizer, token, delay } = *common;
        let number = |at: usize| U256::from_be_slice(&bytes[at..at + 16]).to();
        Self {
            config: Abi::ChannelConfig {
                payer: Address::from_slice(&bytes[..20]),
                payerAuthorizer: Address::from_slice(&bytes[20..40]),
                receiver,
                receiverAuthorizer: authorizer,
                token,
                withdrawDelay: instant(delay),
                salt: B256::from_slice(&bytes[40..72]),
            },
            ceiling: number(72),
            total: number(88),
            usage: (bytes.len() > PLAIN).then(|| (number(PLAIN), B256::from_slice(&bytes[PLAIN + 16..WITH_USAGE]))),
            signature: Bytes::copy_from_slice(&bytes[104..PLAIN]),
        }
    }

    /// Returns whose key signs vouchers of the channel.
    pub fn signer(&self) -> Address {
        let Abi::ChannelConfig { payer, payerAuthorizer, .. } = self.config;
        if payerAuthorizer.is_zero() { payer } else { payerAuthorizer }
    }
}
