//! Signatures as the model has them: 65 bytes that say who made them, with which nonce, and whether something is wrong.
//!
//! Whoever drives the real contract replaces each by the signature that it stands for.

use alloy_primitives::{Address, Bytes, U256};

/// How long a seal is, and an ECDSA signature.
pub const LENGTH: usize = 65;
/// How long a packed ballot is: voter, support, signature.
pub const ROW: usize = 20 + 1 + LENGTH;

/// What a signature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Whose key made it.
    pub signer: Address,
    /// The nonce that was signed.
    pub nonce: U256,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What is wrong with a signature, beside its signer and its nonce.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// Nothing.
    None,
    /// It is over another message.
    OtherMessage,
    /// It is the malleable twin, whose `s` is high.
    HighS,
    /// Its `v` names no recovery.
    NoRecovery,
    /// It is 64 bytes long; never in a packed ballot.
    Short,
}

/// All flaws, in the order of their bytes.
const FLAWS: [Flaw; 5] = [Flaw::None, Flaw::OtherMessage, Flaw::HighS, Flaw::NoRecovery, Flaw::Short];

impl Seal {
    /// Whether it is `voter`'s over a message with this nonce.
    pub fn binds(&self, voter: Address, nonce: U256) -> bool {
        self.flaw == Flaw::None && self.signer == voter && self.nonce == nonce
    }

    /// Returns the bytes that stand for it.
    pub fn bytes(&self) -> Bytes {
        let flaw = FLAWS.iter().position(|flaw| *flaw == self.flaw).unwrap_or_default();
        let flaw = U256::from(flaw).to_be_bytes::<32>();
        [self.signer.into_word().as_slice(), &self.nonce.to_be_bytes::<32>(), &flaw[31..]].concat().into()
    }

    /// Reads the bytes that stand for one.
    ///
    /// # Panics
    /// When they do not.
    pub fn read(bytes: &[u8]) -> Self {
        assert_eq!(bytes.len(), LENGTH, "a seal is as long as a signature");
        let signer = Address::from_slice(&bytes[12..32]);
        let nonce = U256::from_be_slice(&bytes[32..64]);
        Self { signer, nonce, flaw: FLAWS[usize::from(bytes[64])] }
    }
}

/// A packed ballot.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Whose it says it is.
    pub voter: Address,
    /// The side.
    pub support: u8,
    /// Its signature.
    pub seal: Seal,
}

impl Row {
    /// Returns the row's bytes.
    pub fn packed(&self) -> Vec<u8> {
        [self.voter.as_slice(), &[self.support], &self.seal.bytes()].concat()
    }

    /// Reads a row's bytes.
    ///
    /// # Panics
    /// When there are not as many.
    pub fn unpack(bytes: &[u8]) -> Self {
        Self { voter: Address::from_slice(&bytes[..20]), support: bytes[20], seal: Seal::read(&bytes[21..]) }
    }
}

/// Reads packed ballots; `None` if there are none or a part of one is missing.
pub fn rows(packed: &[u8]) -> Option<Vec<Row>> {
    let whole = !packed.is_empty() && packed.len().is_multiple_of(ROW);
    whole.then(|| packed.chunks(ROW).map(Row::unpack).collect())
}
