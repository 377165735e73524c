//! Messages as wallets sign them, hashed by alloy's own EIP-712: independent of `aia-protocol`.

use alloy::{
    network::Ethereum,
    primitives::{Address, B256, Bytes, Signature, U256},
    providers::DynProvider,
    signers::{SignerSync, local::PrivateKeySigner},
    sol,
    sol_types::{Eip712Domain, SolStruct, eip712_domain},
};
use eyre::Result;

use crate::{Network, Token};
use aia_abi::IAIAToken::{receiveWithAuthorization_0Call, transferWithAuthorization_0Call};

sol! {
    /// ERC-2612.
    #[derive(Debug, PartialEq, Eq)]
    struct Permit {
        address owner;
        address spender;
        uint256 value;
        uint256 nonce;
        uint256 deadline;
    }

    /// ERC-5805.
    #[derive(Debug, PartialEq, Eq)]
    struct Delegation {
        address delegatee;
        uint256 nonce;
        uint256 expiry;
    }

    /// ERC-3009: anyone may submit it.
    #[derive(Debug, PartialEq, Eq)]
    struct TransferWithAuthorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }

    /// ERC-3009: only its receiver may submit it.
    #[derive(Debug, PartialEq, Eq)]
    struct ReceiveWithAuthorization {
        address from;
        address to;
        uint256 value;
        uint256 validAfter;
        uint256 validBefore;
        bytes32 nonce;
    }

    /// ERC-3009.
    #[derive(Debug, PartialEq, Eq)]
    struct CancelAuthorization {
        address authorizer;
        bytes32 nonce;
    }
}

/// A call that returns nothing to wait for.
type Call<'a, C> = alloy::contract::SolCallBuilder<&'a DynProvider, C, Ethereum>;

impl From<TransferWithAuthorization> for ReceiveWithAuthorization {
    fn from(payment: TransferWithAuthorization) -> Self {
        let TransferWithAuthorization { from, to, value, validAfter, validBefore, nonce } = payment;
        Self { from, to, value, validAfter, validBefore, nonce }
    }
}

/// An ECDSA signature, taken apart as the older overloads take it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Parts {
    /// 27 or 28 as signed.
    pub v: u8,
    /// The x coordinate of the ephemeral key.
    pub r: B256,
    /// The proof, in the lower half of the group order as signed.
    pub s: B256,
}

impl From<Signature> for Parts {
    fn from(signature: Signature) -> Self {
        Self { v: 27 + u8::from(signature.v()), r: signature.r().into(), s: signature.s().into() }
    }
}

impl Parts {
    /// Returns `r ‖ s ‖ v`, as the younger overloads take it.
    pub fn bytes(&self) -> Bytes {
        [self.r.as_slice(), self.s.as_slice(), &[self.v]].concat().into()
    }

    /// Returns the same signature with `v` as 0 or 1.
    #[must_use]
    pub fn with_parity(self) -> Self {
        Self { v: self.v - 27, ..self }
    }
}

/// Returns the domain under which the token at `token` reads signatures.
pub fn domain(chain_id: u64, token: Address) -> Eip712Domain {
    eip712_domain! { name: "AIA", version: "1", chain_id: chain_id, verifying_contract: token, }
}

/// Signs a message under a domain.
///
/// # Errors
/// Never with a key in memory.
pub fn sign_in(domain: &Eip712Domain, signer: &PrivateKeySigner, message: &impl SolStruct) -> Result<Parts> {
    sign_hash(signer, message.eip712_signing_hash(domain))
}

/// Signs a digest.
///
/// # Errors
/// Never with a key in memory.
pub fn sign_hash(signer: &PrivateKeySigner, digest: B256) -> Result<Parts> {
    Ok(signer.sign_hash_sync(&digest)?.into())
}

impl Network {
    /// Returns the domain of the token.
    pub fn domain(&self) -> Eip712Domain {
        domain(self.api.chain().config().chain_id, self.token)
    }

    /// Signs a message for the token.
    ///
    /// # Errors
    /// Never with a key in memory.
    pub fn sign(&self, signer: &PrivateKeySigner, message: &impl SolStruct) -> Result<Parts> {
        sign_in(&self.domain(), signer, message)
    }

    /// Returns a payment that is valid for an hour, with a nonce of its own.
    pub fn payment(&self, from: Address, to: Address, value: U256) -> TransferWithAuthorization {
        TransferWithAuthorization {
            from,
            to,
            value,
            validAfter: U256::ZERO,
            validBefore: U256::from(self.now() + 3600),
            nonce: rand::random::<[u8; 32]>().into(),
        }
    }

    /// Returns a permit that is valid for an hour.
    ///
    /// # Errors
    /// When the nonce cannot be read.
    pub async fn permit(&self, owner: Address, spender: Address, value: U256) -> Result<Permit> {
        let nonce = self.token_as(&self.owner)?.nonces(owner).call().await?;
        Ok(Permit { owner, spender, value, nonce, deadline: U256::from(self.now() + 3600) })
    }
}

/// Submits a payment as v, r, s.
pub fn transfer<'a>(
    token: &'a Token,
    message: &TransferWithAuthorization,
    parts: Parts,
) -> Call<'a, transferWithAuthorization_0Call> {
    let TransferWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce } = *message;
    token.transferWithAuthorization_0(from, to, value, after, before, nonce, parts.v, parts.r, parts.s)
}

/// Submits a payment as bytes.
pub fn transfer_bytes<'a>(
    token: &'a Token,
    message: &TransferWithAuthorization,
    signature: Bytes,
) -> Call<'a, aia_abi::IAIAToken::transferWithAuthorization_1Call> {
    let TransferWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce } = *message;
    token.transferWithAuthorization_1(from, to, value, after, before, nonce, signature)
}

/// Submits a receiver's payment as v, r, s.
pub fn receive<'a>(
    token: &'a Token,
    message: &ReceiveWithAuthorization,
    parts: Parts,
) -> Call<'a, receiveWithAuthorization_0Call> {
    let ReceiveWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce } = *message;
    token.receiveWithAuthorization_0(from, to, value, after, before, nonce, parts.v, parts.r, parts.s)
}

/// Submits a receiver's payment as bytes.
pub fn receive_bytes<'a>(
    token: &'a Token,
    message: &ReceiveWithAuthorization,
    signature: Bytes,
) -> Call<'a, aia_abi::IAIAToken::receiveWithAuthorization_1Call> {
    let ReceiveWithAuthorization { from, to, value, validAfter: after, validBefore: before, nonce } = *message;
    token.receiveWithAuthorization_1(from, to, value, after, before, nonce, signature)
}
