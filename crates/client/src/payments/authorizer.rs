//! What a receiver's authorizer signs, so that anybody can submit it.

use aia_protocol::payments::voucher::{claim_batch, claim_entry, refund};
use alloy::primitives::{B256, U256};
use serde_json::{Value, json};

use super::message::{Members, Message};

/// Members of a batch, in their order.
const BATCH_MEMBERS: Members = &[("claims", "ClaimEntry[]")];

/// Members of a row, in their order.
const ENTRY_MEMBERS: Members =
    &[("channelId", "bytes32"), ("maxClaimableAmount", "uint128"), ("totalClaimed", "uint128")];

/// Members of a refund, in their order.
const REFUND_MEMBERS: Members = &[("channelId", "bytes32"), ("nonce", "uint256"), ("amount", "uint128")];

/// A row of a batch of claims.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClaimEntry {
    /// Which channel.
    pub channel_id: B256,
    /// Ceiling of its voucher, base units.
    pub max_claimable_amount: u128,
    /// What is claimed up to, base units.
    pub total_claimed: u128,
}

/// Claims that somebody may submit, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClaimBatch {
    /// The rows.
    pub claims: Vec<ClaimEntry>,
}

/// A refund that somebody may submit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refund {
    /// Which channel.
    pub channel_id: B256,
    /// What `refundNonce` says.
    pub nonce: U256,
    /// The most that is given back, base units.
    pub amount: u128,
}

impl Message for ClaimBatch {
    fn types(&self) -> &'static [(&'static str, Members)] {
        &[("ClaimBatch", BATCH_MEMBERS), ("ClaimEntry", ENTRY_MEMBERS)]
    }

    fn struct_hash(&self) -> B256 {
        let hash = |row: &ClaimEntry| claim_entry(row.channel_id, row.max_claimable_amount, row.total_claimed);
        claim_batch(&self.claims.iter().map(hash).collect::<Vec<_>>())
    }

    fn members(&self) -> Value {
        let row = |row: &ClaimEntry| {
            json!({
                "channelId": row.channel_id,
                "maxClaimableAmount": row.max_claimable_amount.to_string(),
                "totalClaimed": row.total_claimed.to_string(),
            })
        };
        json!({ "claims": self.claims.iter().map(row).collect::<Vec<_>>() })
    }
}

impl Message for Refund {
    fn types(&self) -> &'static [(&'static str, Members)] {
        &[("Refund", REFUND_MEMBERS)]
    }

    fn struct_hash(&self) -> B256 {
        refund(self.channel_id, self.nonce, self.amount)
    }

    fn members(&self) -> Value {
        let (nonce, amount) = (self.nonce.to_string(), self.amount.to_string());
        json!({ "channelId": self.channel_id, "nonce": nonce, "amount": amount })
    }
}
