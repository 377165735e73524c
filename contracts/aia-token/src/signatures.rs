//! Who signed: EIP-712 digests, ECDSA, and ERC-1271 for accounts that are contracts.

use aia_protocol::{
    signature::{Malformed, Signature},
    typed_data,
};
use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_sol_types::SolCall;
use stylus_sdk::{call::RawCall, prelude::*};

use crate::{AiaToken, NAME, VERSION, error::Error};

/// The precompile that recovers ECDSA signers.
const ECRECOVER: Address = Address::with_last_byte(1);

alloy_sol_types::sol! {
    /// ERC-1271.
    function isValidSignature(bytes32 digest, bytes signature) returns (bytes4);
}

/// Why a signature does not bind its signer.
pub(crate) enum Refusal {
    /// It is not a signature at all.
    Malformed(Error),
    /// It is the signature of another account; zero when a contract refused one that recovers nothing.
    Signer(Address),
}

/// Joins the parts in the order that ERC-1271 wallets and `bytes` overloads use.
pub(crate) fn join(v: u8, r: B256, s: B256) -> [u8; 65] {
    let mut bytes = [v; 65];
    bytes[..32].copy_from_slice(r.as_slice());
    bytes[32..64].copy_from_slice(s.as_slice());
    bytes
}

impl AiaToken {
    pub(crate) fn domain(&self) -> B256 {
        let (name, version) = (keccak256(NAME), keccak256(VERSION));
        typed_data::domain_separator(name, version, self.vm().chain_id(), self.vm().contract_address())
    }

    pub(crate) fn digest(&self, message: B256) -> B256 {
        typed_data::digest(self.domain(), message)
    }

    pub(crate) fn permit_signed(
        &mut self,
        owner: Address,
        spender: Address,
        value: U256,
        deadline: U256,
        signature: &[u8],
    ) -> Result<(), Error> {
        if U256::from(self.now()) > deadline {
            return Err(Error::ERC2612ExpiredSignature { deadline });
        }
        let nonce = self.use_nonce(owner);
        let digest = self.digest(typed_data::permit(owner, spender, value, nonce, deadline));
        self.check_signature(owner, digest, signature).map_err(|refusal| match refusal {
            Refusal::Malformed(error) => error,
            Refusal::Signer(signer) => Error::ERC2612InvalidSigner { signer, owner },
        })?;
        self.set_allowance(owner, spender, value)
    }

    /// Returns the signer's nonce and moves it on.
    pub(crate) fn use_nonce(&mut self, signer: Address) -> U256 {
        let mut nonce = self.nonces.setter(signer);
        let current = nonce.get();
        // One step a signature: 2^256 cannot be reached.
        nonce.set(current + U256::ONE);
        current
    }

    /// Checks that `signer` signed `digest`: with its key, or as a contract by ERC-1271.
    ///
    /// The key comes first, so an account with a key keeps it when EIP-7702 gives it code.
    pub(crate) fn check_signature(&self, signer: Address, digest: B256, signature: &[u8]) -> Result<(), Refusal> {
        let recovered = self.recover(digest, signature);
        if matches!(recovered, Ok(account) if account == signer) {
            return Ok(());
        }
        if self.vm().code_size(signer) == 0 {
            return Err(recovered.map_or_else(Refusal::Malformed, Refusal::Signer));
        }
        if self.contract_accepts(signer, digest, signature) {
            return Ok(());
        }
        Err(Refusal::Signer(recovered.unwrap_or_default()))
    }

    /// Returns the account whose key signed `digest`.
    pub(crate) fn recover(&self, digest: B256, signature: &[u8]) -> Result<Address, Error> {
        let signature = Signature::from_bytes(signature).map_err(|malformed| match malformed {
            Malformed::HighS(s) => Error::ECDSAInvalidSignatureS { s },
            Malformed::Form => Error::ECDSAInvalidSignature,
        })?;
        // A precompile has no code that could call back or touch our storage.
        let answer = unsafe {
            RawCall::new_static(self.vm()).limit_return_data(0, 32).call(ECRECOVER, &signature.recovery_input(digest))
        };
        match answer {
            // The precompile answers with nothing when no key fits.
            Ok(word) if word.len() == 32 => Ok(Address::from_slice(&word[12..])),
            _ => Err(Error::ECDSAInvalidSignature),
        }
    }

    fn contract_accepts(&self, signer: Address, digest: B256, signature: &[u8]) -> bool {
        let call = isValidSignatureCall { digest, signature: signature.to_vec().into() };
        // A static call changes nothing, and the flush lets it read the state as it is; 32 bytes are
        // all that is copied of the answer, however long it is.
        let answer = unsafe {
            RawCall::new_static(self.vm())
                .flush_storage_cache()
                .limit_return_data(0, 32)
                .call(signer, &call.abi_encode())
        };
        let mut magic = B256::ZERO;
        magic[..4].copy_from_slice(&isValidSignatureCall::SELECTOR);
        matches!(answer, Ok(word) if word == magic.as_slice())
    }
}
