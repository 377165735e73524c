//! Signatures as the model has them: 65 bytes that say who made them, over what, and whether something is wrong.
//!
//! Whoever drives the real contract replaces each by the signature that it stands for.

use alloy_primitives::{Address, Bytes, U256};

/// How long a seal is, and an ECDSA signature.
pub const LENGTH: usize = 65;

/// What a signature is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seal {
    /// Whose key made it.
    pub signer: Address,
    /// The nonce that was signed, where the message has one that the call does not name.
    pub nonce: u64,
    /// What is wrong with it.
    pub flaw: Flaw,
}

/// What is wrong with a signature, beside that another account may have made it.
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
    /// It is 64 bytes long.
    Short,
}

/// All flaws, in the order of their bytes.
const FLAWS: [Flaw; 5] = [Flaw::None, Flaw::OtherMessage, Flaw::HighS, Flaw::NoRecovery, Flaw::Short];

impl Seal {
    /// Returns a signature with which nothing is wrong.
    pub fn by(signer: Address) -> Self {
        Self { signer, nonce: 0, flaw: Flaw::None }
    }

    /// Returns whom it binds; `None` if that is nobody, or nobody can tell.
    pub fn binds(&self) -> Option<Address> {
        (self.flaw == Flaw::None).then_some(self.signer)
    }

    /// Returns the bytes that stand for it.
    pub fn bytes(&self) -> Bytes {
        let flaw = FLAWS.iter().position(|flaw| *flaw == self.flaw).unwrap_or_default();
        let nonce = U256::from(self.nonce).to_be_bytes::<32>();
        [self.signer.into_word().as_slice(), &nonce, &U256::from(flaw).to_be_bytes::<32>()[31..]].concat().into()
    }

    /// Reads the bytes that stand for one.
    ///
    /// # Panics
    /// When they do not.
    pub fn read(bytes: &[u8]) -> Self {
        assert_eq!(bytes.len(), LENGTH, "a seal is as long as a signature");
        let signer = Address::from_slice(&bytes[12..32]);
        let nonce = U256::from_be_slice(&bytes[32..64]).to();
        Self { signer, nonce, flaw: FLAWS[usize::from(bytes[64])] }
    }
}
