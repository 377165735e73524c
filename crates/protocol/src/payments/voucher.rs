//! What payers and receivers sign: the messages of x402's `batch-settlement`, and vouchers that say what was used.

use alloy_primitives::{Address, B256, U256, b256};

use crate::typed_data::{self, hash_words};

/// Name of the EIP-712 domain, which is x402's.
pub const DOMAIN_NAME: &str = "x402 Batch Settlement";
/// Version of that domain.
pub const DOMAIN_VERSION: &str = "1";

/// Typehash of `ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,address
/// token,uint40 withdrawDelay,bytes32 salt)`.
pub const CHANNEL_CONFIG_TYPEHASH: B256 = b256!("1c9a06ceab9b0ebbd3301dc56c9111bb6d9af421356dc9ccb3b7084c755db308");
/// Typehash of `Voucher(bytes32 channelId,uint128 maxClaimableAmount)`.
pub const VOUCHER_TYPEHASH: B256 = b256!("1e1bd6ff84c3e0d9029a292b212e039c0ca97ec497c55191a4a5874294609a69");
/// Typehash of `UsageVoucher(bytes32 channelId,uint128 maxClaimableAmount,uint128 units,bytes32 usageRoot)`.
pub const USAGE_VOUCHER_TYPEHASH: B256 = b256!("9f588d05ba1fc20b33e6ed4b6703d421293105ce67aa5bb395547738eb213956");
/// Typehash of `ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)`.
pub const CLAIM_ENTRY_TYPEHASH: B256 = b256!("30b9a0367528fca13c3e8ec6134c3113f1887ebe7a1ad61de0955aac288b0cf5");
/// Typehash of `ClaimBatch(ClaimEntry[] claims)` with that of its entries.
pub const CLAIM_BATCH_TYPEHASH: B256 = b256!("42bd57c010b870c2e96203c66341f28a6a19b4d56a74533a8eb5f706b9fd6d57");
/// Typehash of `Refund(bytes32 channelId,uint256 nonce,uint128 amount)`.
pub const REFUND_TYPEHASH: B256 = b256!("be23ad087435072cd69b49cc5b92de10ee610fce7ae0ab428307972d764bb216");

/// What a channel is, as `IStreamPayments.ChannelConfig` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // told once, in the interface
pub struct ChannelConfig {
    pub payer: Address,
    pub payer_authorizer: Address,
    pub receiver: Address,
    pub receiver_authorizer: Address,
    pub token: Address,
    /// Seconds.
    pub withdraw_delay: u64,
    pub salt: B256,
}

impl ChannelConfig {
    /// Returns its members, one word each.
    pub fn words(&self) -> [B256; 7] {
        [
            self.payer.into_word(),
            self.payer_authorizer.into_word(),
            self.receiver.into_word(),
            self.receiver_authorizer.into_word(),
            self.token.into_word(),
            U256::from(self.withdraw_delay).into(),
            self.salt,
        ]
    }

    /// Returns the hash of the struct, as EIP-712 defines it.
    pub fn struct_hash(&self) -> B256 {
        let [payer, payer_authorizer, receiver, receiver_authorizer, token, delay, salt] = self.words();
        let typehash = CHANNEL_CONFIG_TYPEHASH;
        hash_words(&[typehash, payer, payer_authorizer, receiver, receiver_authorizer, token, delay, salt])
    }

    /// Returns the channel's id under a domain: what a wallet would sign for the struct.
    pub fn id(&self, domain: B256) -> B256 {
        typed_data::digest(domain, self.struct_hash())
    }

    /// Returns who signs vouchers.
    pub fn voucher_signer(&self) -> Address {
        if self.payer_authorizer.is_zero() { self.payer } else { self.payer_authorizer }
    }

    /// Whether an account acts for the receiver.
    pub fn is_receiver_side(&self, account: Address) -> bool {
        account == self.receiver || account == self.receiver_authorizer
    }

    /// Whether an account acts for the payer.
    pub fn is_payer_side(&self, account: Address) -> bool {
        account == self.payer || account == self.payer_authorizer
    }
}

/// What was used, as the payer signs it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Usage {
    /// How many units, of what the root's leaves say.
    pub units: u128,
    /// Root of the Merkle tree over what was delivered.
    pub root: B256,
}

/// Returns the hash of a voucher.
pub fn voucher(channel: B256, max: u128) -> B256 {
    hash_words(&[VOUCHER_TYPEHASH, channel, uint(max)])
}

/// Returns the hash of a voucher that says what was used.
pub fn usage_voucher(channel: B256, max: u128, usage: Usage) -> B256 {
    hash_words(&[USAGE_VOUCHER_TYPEHASH, channel, uint(max), uint(usage.units), usage.root])
}

/// Returns the hash of a row of a claim, as a receiver's authorizer signs it.
pub fn claim_entry(channel: B256, max: u128, total: u128) -> B256 {
    hash_words(&[CLAIM_ENTRY_TYPEHASH, channel, uint(max), uint(total)])
}

/// Returns the hash of a batch of claims, given the hashes of its rows.
pub fn claim_batch(entries: &[B256]) -> B256 {
    hash_words(&[CLAIM_BATCH_TYPEHASH, hash_words(entries)])
}

/// Returns the hash of a refund.
pub fn refund(channel: B256, nonce: U256, amount: u128) -> B256 {
    hash_words(&[REFUND_TYPEHASH, channel, nonce.into(), uint(amount)])
}

fn uint(value: u128) -> B256 {
    U256::from(value).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use alloy_primitives::keccak256;

    #[test]
    fn typehashes_are_the_hashes_of_their_types() {
        let entry = "ClaimEntry(bytes32 channelId,uint128 maxClaimableAmount,uint128 totalClaimed)";
        for (typehash, parts) in [
            (
                CHANNEL_CONFIG_TYPEHASH,
                [
                    "ChannelConfig(address payer,address payerAuthorizer,address receiver,address receiverAuthorizer,",
                    "address token,uint40 withdrawDelay,bytes32 salt)",
                ],
            ),
            (VOUCHER_TYPEHASH, ["Voucher(bytes32 channelId,uint128 maxClaimableAmount)", ""]),
            (
                USAGE_VOUCHER_TYPEHASH,
                ["UsageVoucher(bytes32 channelId,uint128 maxClaimableAmount,", "uint128 units,bytes32 usageRoot)"],
            ),
            (CLAIM_ENTRY_TYPEHASH, [entry, ""]),
            (CLAIM_BATCH_TYPEHASH, ["ClaimBatch(ClaimEntry[] claims)", entry]),
            (REFUND_TYPEHASH, ["Refund(bytes32 channelId,uint256 nonce,uint128 amount)", ""]),
        ] {
            let text = parts.map(str::as_bytes);
            let mut bytes = [0; 160];
            let (head, tail) = (text[0].len(), text[0].len() + text[1].len());
            bytes[..head].copy_from_slice(text[0]);
            bytes[head..tail].copy_from_slice(text[1]);
            assert_eq!(typehash, keccak256(&bytes[..tail]), "{parts:?}");
        }
    }
}
