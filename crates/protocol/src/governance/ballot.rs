//! Ballots: what voters sign, and many of them in few bytes.

use alloy_primitives::{Address, B256, U256, b256, keccak256};

use crate::typed_data::hash_words;

/// Typehash of `Ballot(uint256 proposalId,uint8 support,address voter,uint256 nonce)`.
pub const BALLOT_TYPEHASH: B256 = b256!("f2aad550cf55f045cb27e9c559f9889fdfb6e6cdaa032301d6ea397784ae51d7");
/// Typehash of `ExtendedBallot(uint256 proposalId,uint8 support,address voter,uint256 nonce,string reason,bytes params)`.
pub const EXTENDED_BALLOT_TYPEHASH: B256 = b256!("3e83946653575f9a39005e1545185629e92736b7528ab20ca3816f315424a811");

/// Bytes of a packed ballot: voter, support, signature.
pub const ROW: usize = 20 + 1 + 65;

/// Bits of the key of a nonce; its count has the others.
pub const KEY_BITS: usize = 192;

/// Returns the hash of a ballot.
pub fn ballot(proposal: B256, support: u8, voter: Address, nonce: U256) -> B256 {
    hash_words(&[BALLOT_TYPEHASH, proposal, U256::from(support).into(), voter.into_word(), nonce.into()])
}

/// Returns the hash of a ballot with a reason and params.
pub fn extended_ballot(proposal: B256, support: u8, voter: Address, nonce: U256, reason: &[u8], params: &[u8]) -> B256 {
    hash_words(&[
        EXTENDED_BALLOT_TYPEHASH,
        proposal,
        U256::from(support).into(),
        voter.into_word(),
        nonce.into(),
        keccak256(reason),
        keccak256(params),
    ])
}

/// Returns the key of a voter's nonces for one proposal: the low bits of its id.
pub fn nonce_key(proposal: B256) -> U256 {
    let [a, b, c, _] = U256::from_be_bytes(proposal.0).into_limbs();
    U256::from_limbs([a, b, c, 0])
}

/// Returns the nonce of a key that was used so many times.
pub fn keyed_nonce(key: U256, count: U256) -> U256 {
    key << (U256::BITS - KEY_BITS) | count
}

/// A ballot of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row<'a> {
    /// Whose it says it is.
    pub voter: Address,
    /// The side.
    pub support: u8,
    /// r, s and v.
    pub signature: &'a [u8],
}

/// Reads a batch; `None` if it is empty or not made of whole rows.
pub fn rows(packed: &[u8]) -> Option<impl Iterator<Item = Row<'_>> + Clone> {
    if packed.is_empty() || !packed.len().is_multiple_of(ROW) {
        return None;
    }
    Some(packed.chunks_exact(ROW).map(|row| Row {
        voter: Address::from_slice(&row[..20]),
        support: row[20],
        signature: &row[21..],
    }))
}
