//! What parties sign, by alloy's own EIP-712: independent of `aia-protocol`.

use aia_abi::IStreamPayments::{ChannelConfig, VoucherClaim};
use alloy::{
    primitives::{B256, Bytes, U256, keccak256},
    signers::local::PrivateKeySigner,
    sol,
    sol_types::{Eip712Domain, SolStruct, SolValue, eip712_domain},
};
use eyre::Result;

use super::Market;
use crate::signing::{ReceiveWithAuthorization, TransferWithAuthorization, sign_in};

sol! {
    /// A payer's: the receiver may claim up to a cumulative amount.
    #[derive(Debug, PartialEq, Eq)]
    struct Voucher {
        bytes32 channelId;
        uint128 maxClaimableAmount;
    }

    /// A payer's, with what it pays for.
    #[derive(Debug, PartialEq, Eq)]
    struct UsageVoucher {
        bytes32 channelId;
        uint128 maxClaimableAmount;
        uint128 units;
        bytes32 usageRoot;
    }

    /// A row of a claim that others may submit.
    #[derive(Debug, PartialEq, Eq)]
    struct ClaimEntry {
        bytes32 channelId;
        uint128 maxClaimableAmount;
        uint128 totalClaimed;
    }

    /// A receiver's authorizer's: others may submit these rows.
    #[derive(Debug, PartialEq, Eq)]
    struct ClaimBatch {
        ClaimEntry[] claims;
    }

    /// A receiver's authorizer's: others may give that much back to the payer.
    #[derive(Debug, PartialEq, Eq)]
    struct Refund {
        bytes32 channelId;
        uint256 nonce;
        uint128 amount;
    }
}

impl Market {
    /// Returns the domain under which the contract reads signatures: x402's.
    pub fn domain(&self) -> Eip712Domain {
        let (chain_id, contract) = (self.net().api.chain().config().chain_id, self.payments);
        eip712_domain! {
            name: "x402 Batch Settlement",
            version: "1",
            chain_id: chain_id,
            verifying_contract: contract,
        }
    }

    /// Signs a message for the contract.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn sign(&self, signer: &PrivateKeySigner, message: &impl SolStruct) -> Result<Bytes> {
        Ok(sign_in(&self.domain(), signer, message)?.bytes())
    }

    /// Signs rows of a claim, so that others may submit them.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn sign_claims(&self, signer: &PrivateKeySigner, rows: &[VoucherClaim]) -> Result<Bytes> {
        let entry = |row: &VoucherClaim| ClaimEntry {
            channelId: self.channel_id(&row.voucher.channel),
            maxClaimableAmount: row.voucher.maxClaimableAmount,
            totalClaimed: row.totalClaimed,
        };
        self.sign(signer, &ClaimBatch { claims: rows.iter().map(entry).collect() })
    }

    /// Signs a refund, so that others may submit it.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn sign_refund(
        &self,
        signer: &PrivateKeySigner,
        config: &ChannelConfig,
        nonce: u64,
        amount: u128,
    ) -> Result<Bytes> {
        self.sign(signer, &Refund { channelId: self.channel_id(config), nonce: U256::from(nonce), amount })
    }

    /// Returns what `from` signs to pay the contract within the hour, under a nonce that is the hash of key and salt.
    pub fn authorization(
        &self,
        from: &PrivateKeySigner,
        amount: u128,
        key: B256,
        salt: B256,
    ) -> ReceiveWithAuthorization {
        let nonce = keccak256((key, salt).abi_encode());
        let payment = self.net().payment(from.address(), self.payments, U256::from(amount));
        TransferWithAuthorization { nonce, ..payment }.into()
    }

    /// Returns `collectorData`: what lets anyone deposit an amount of the payer's wallet into one channel.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn collector_data(
        &self,
        payer: &PrivateKeySigner,
        config: &ChannelConfig,
        amount: u128,
        salt: u64,
    ) -> Result<Bytes> {
        let salt = U256::from(salt);
        let message = self.authorization(payer, amount, self.channel_id(config), salt.into());
        let signature = self.net().sign(payer, &message)?.bytes();
        Ok((message.validAfter, message.validBefore, salt, signature).abi_encode_params().into())
    }
}
