//! What voters sign, as OpenZeppelin has it.

use alloy::primitives::{Address, Bytes, U256};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{Members, Vote};

/// The support of a vote in parts.
pub(super) const FRACTIONAL: u8 = 255;
/// Bits of a nonce's count; its key has the others.
const COUNT_BITS: usize = 64;

/// Which side a vote takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Support {
    /// No.
    Against = 0,
    /// Yes.
    For = 1,
    /// Neither, but it counts towards the quorum.
    Abstain = 2,
}

impl From<Support> for u8 {
    fn from(support: Support) -> Self {
        support as Self
    }
}

/// Votes in parts, base units: what is left of a voter's can be cast later.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Shares {
    /// Votes against.
    pub against: u128,
    /// Votes for.
    pub in_favour: u128,
    /// Votes for neither.
    pub abstain: u128,
}

impl Shares {
    /// Returns them packed, as the governor's `params`.
    pub fn params(self) -> Bytes {
        let Self { against, in_favour, abstain } = self;
        [against, in_favour, abstain].into_iter().flat_map(u128::to_be_bytes).collect()
    }
}

alloy::sol! {
    /// A vote with all votes that are left. Only a ballot can be settled in a batch.
    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Ballot {
        /// What is voted on.
        uint256 proposalId;
        /// 0 against, 1 for, 2 abstain.
        uint8 support;
        /// Who votes.
        address voter;
        /// The voter's for this proposal, or its plain one.
        uint256 nonce;
    }

    /// A vote with a reason, and perhaps in parts.
    #[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
    #[serde(deny_unknown_fields)]
    struct ExtendedBallot {
        /// What is voted on.
        uint256 proposalId;
        /// 0 against, 1 for, 2 abstain, 255 as `params` say.
        uint8 support;
        /// Who votes.
        address voter;
        /// The voter's for this proposal, or its plain one.
        uint256 nonce;
        /// Why.
        string reason;
        /// Empty, or votes in parts.
        bytes params;
    }
}

/// Returns the nonce that a voter has for one proposal, once `count` votes on it have used it.
pub fn keyed_nonce(proposal: U256, count: u64) -> U256 {
    (proposal << COUNT_BITS) | U256::from(count)
}

/// Whether a nonce is one for this proposal or a plain one.
pub(super) fn may_be_nonce(proposal: U256, nonce: U256) -> bool {
    let key = nonce >> COUNT_BITS;
    key.is_zero() || key == (proposal << COUNT_BITS) >> COUNT_BITS
}

impl Ballot {
    /// Returns the first ballot of a voter on a proposal; what was signed and used there before changes its nonce.
    pub fn new(proposal: U256, support: Support, voter: Address) -> Self {
        Self { proposalId: proposal, support: support.into(), voter, nonce: keyed_nonce(proposal, 0) }
    }

    /// Returns it with another nonce: the governor's [`nonce`](super::Governor::nonce) or
    /// [`plain_nonce`](super::Governor::plain_nonce).
    #[must_use]
    pub fn with_nonce(self, nonce: U256) -> Self {
        Self { nonce, ..self }
    }

    /// Returns it with a reason, to be cast alone.
    pub fn because(self, reason: impl Into<String>) -> ExtendedBallot {
        let Self { proposalId, support, voter, nonce } = self;
        ExtendedBallot { proposalId, support, voter, nonce, reason: reason.into(), params: Bytes::new() }
    }
}

impl ExtendedBallot {
    /// Returns it with votes in parts.
    #[must_use]
    pub fn in_parts(self, shares: Shares) -> Self {
        Self { support: FRACTIONAL, params: shares.params(), ..self }
    }
}

impl Vote for Ballot {
    const MEMBERS: Members =
        &[("proposalId", "uint256"), ("support", "uint8"), ("voter", "address"), ("nonce", "uint256")];

    fn voter(&self) -> Address {
        self.voter
    }

    fn members(&self) -> Value {
        json!({
            "proposalId": self.proposalId.to_string(),
            "support": self.support.to_string(),
            "voter": self.voter,
            "nonce": self.nonce.to_string(),
        })
    }
}

impl Vote for ExtendedBallot {
    const MEMBERS: Members = &[
        ("proposalId", "uint256"),
        ("support", "uint8"),
        ("voter", "address"),
        ("nonce", "uint256"),
        ("reason", "string"),
        ("params", "bytes"),
    ];

    fn voter(&self) -> Address {
        self.voter
    }

    fn members(&self) -> Value {
        json!({
            "proposalId": self.proposalId.to_string(),
            "support": self.support.to_string(),
            "voter": self.voter,
            "nonce": self.nonce.to_string(),
            "reason": self.reason,
            "params": self.params,
        })
    }
}
