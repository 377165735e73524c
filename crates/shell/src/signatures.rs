//! Who signed: EIP-712 domains, ECDSA, and ERC-1271 for accounts that are contracts.

use aia_protocol::{
    signature::{Malformed, Signature},
    typed_data,
};
use alloy_primitives::{Address, B256, U256, keccak256};
use alloy_sol_types::SolCall;
use stylus_sdk::{call::RawCall, stylus_core::Host};

use crate::Word;

/// The precompile that recovers ECDSA signers.
const ECRECOVER: Address = Address::with_last_byte(1);

alloy_sol_types::sol! {
    /// ERC-1271.
    function isValidSignature(bytes32 digest, bytes signature) returns (bytes4);
}

/// Why a signature does not bind its signer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// It is not a signature at all.
    Malformed(Malformed),
    /// It is the signature of another account; zero when a contract refused one that recovers nothing.
    Signer(Address),
}

/// Name and version of an EIP-712 domain; each at most 32 bytes.
#[derive(Clone, Copy, Debug)]
pub struct Domain {
    /// Its name.
    pub name: &'static str,
    /// Its version.
    pub version: &'static str,
}

impl Domain {
    /// Returns the separator for a contract on this chain.
    pub fn separator(self, host: &impl Host, contract: Address) -> B256 {
        typed_data::domain_separator(keccak256(self.name), keccak256(self.version), host.chain_id(), contract)
    }

    /// Encodes the seven members of ERC-5267's answer, two strings and an empty array among them.
    pub fn encode(self, host: &impl Host) -> Vec<u8> {
        let offset = |words: u64| (words * 32).word();
        let text = |text: &str| B256::right_padding_from(text.as_bytes());
        let mut fields = B256::ZERO;
        fields[0] = 0x0f; // name, version, chain id and contract are used; no salt
        aia_calldata::words(&[
            fields,
            offset(7),
            offset(9),
            host.chain_id().word(),
            host.contract_address().word(),
            B256::ZERO,
            offset(11),
            U256::from(self.name.len()).word(),
            text(self.name),
            U256::from(self.version.len()).word(),
            text(self.version),
            B256::ZERO,
        ])
    }
}

/// Checks that `signer` signed `digest`: with its key, or as a contract by ERC-1271.
///
/// The key comes first, so an account with a key keeps it when EIP-7702 gives it code.
///
/// # Errors
/// [`Refusal`].
pub fn check(host: &impl Host, signer: Address, digest: B256, signature: &[u8]) -> Result<(), Refusal> {
    let recovered = recover(host, digest, signature);
    if matches!(recovered, Ok(account) if account == signer) {
        return Ok(());
    }
    if host.code_size(signer) == 0 {
        return Err(recovered.map_or_else(Refusal::Malformed, Refusal::Signer));
    }
    if contract_accepts(host, signer, digest, signature, u64::MAX) {
        return Ok(());
    }
    Err(Refusal::Signer(recovered.unwrap_or_default()))
}

/// Returns the account whose key signed `digest`; never zero.
///
/// # Errors
/// [`Malformed`] when none did.
pub fn recover(host: &impl Host, digest: B256, signature: &[u8]) -> Result<Address, Malformed> {
    let signature = Signature::from_bytes(signature)?;
    // A precompile has no code that could call back or touch our storage.
    let answer = unsafe {
        RawCall::new_static(host).limit_return_data(0, 32).call(ECRECOVER, &signature.recovery_input(digest))
    };
    match answer {
        // The precompile answers with nothing when no key fits.
        Ok(word) if word.len() == 32 => Ok(Address::from_slice(&word[12..])),
        _ => Err(Malformed::Form),
    }
}

/// Whether a contract says by ERC-1271 that it signed; with at most so much gas, one that does not end costs no more.
pub fn contract_accepts(host: &impl Host, signer: Address, digest: B256, signature: &[u8], gas: u64) -> bool {
    let call = isValidSignatureCall { digest, signature: signature.to_vec().into() };
    // A static call changes nothing, and the flush lets it read the state as it is; 32 bytes are
    // all that is copied of the answer, however long it is.
    let answer = unsafe {
        let asked = RawCall::new_static(host).gas(gas).flush_storage_cache().limit_return_data(0, 32);
        asked.call(signer, &call.abi_encode())
    };
    let mut magic = B256::ZERO;
    magic[..4].copy_from_slice(&isValidSignatureCall::SELECTOR);
    matches!(answer, Ok(word) if word == magic.as_slice())
}
