//! EIP-712 hashes of every message that the contracts accept.

use alloy_primitives::{Address, B256, FixedBytesSliceExt, U256, b256, keccak256};

/// Typehash of the domain: `EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)`.
pub const DOMAIN_TYPEHASH: B256 = b256!("8b73c3c69bb8fe3d512ecc4cf759cc79239f7b179b0ffacaa9a75d522b39400f");
/// Typehash of ERC-2612 `Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)`.
pub const PERMIT_TYPEHASH: B256 = b256!("6e71edae12b1b97f4d1f60370fef10105fa2faae0126114a169c64845d6126c9");
/// Typehash of ERC-5805 `Delegation(address delegatee,uint256 nonce,uint256 expiry)`.
pub const DELEGATION_TYPEHASH: B256 = b256!("e48329057bfd03d55e49b547132e39cffd9c1820ad7b9d4c5307691425d15adf");
/// Typehash of ERC-3009 `TransferWithAuthorization(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)`.
pub const TRANSFER_WITH_AUTHORIZATION_TYPEHASH: B256 =
    b256!("7c7c6cdb67a18743f49ec6fa9b35f50d52ed05cbed4cc592e13b44501c1a2267");
/// Typehash of ERC-3009 `ReceiveWithAuthorization(…)`, with the same members.
pub const RECEIVE_WITH_AUTHORIZATION_TYPEHASH: B256 =
    b256!("d099cc98ef71107a616c4f0f941f04c322d8e254fe26b3c6668db87aae413de8");
/// Typehash of ERC-3009 `CancelAuthorization(address authorizer,bytes32 nonce)`.
pub const CANCEL_AUTHORIZATION_TYPEHASH: B256 =
    b256!("158b0a9edf7a828aad02f63cd515c68ef2f50ba807396f6d12842833a1597429");

/// Returns the separator of a domain, given the hashes of its name and version.
pub fn domain_separator(name: B256, version: B256, chain_id: u64, contract: Address) -> B256 {
    hash_words(&[DOMAIN_TYPEHASH, name, version, U256::from(chain_id).into(), contract.into_word()])
}

/// Returns what is signed: `keccak256(0x1901 ‖ domain ‖ message)`.
pub fn digest(domain: B256, message: B256) -> B256 {
    let mut bytes = [0; 66];
    bytes[..2].copy_from_slice(&[0x19, 0x01]);
    bytes[2..34].copy_from_slice(domain.as_slice());
    bytes[34..].copy_from_slice(message.as_slice());
    keccak256(bytes)
}

/// Returns the hash of an ERC-2612 permit.
pub fn permit(owner: Address, spender: Address, value: U256, nonce: U256, deadline: U256) -> B256 {
    hash_words(&[PERMIT_TYPEHASH, owner.into_word(), spender.into_word(), value.into(), nonce.into(), deadline.into()])
}

/// Returns the hash of an ERC-5805 delegation.
pub fn delegation(delegatee: Address, nonce: U256, expiry: U256) -> B256 {
    hash_words(&[DELEGATION_TYPEHASH, delegatee.into_word(), nonce.into(), expiry.into()])
}

/// The members that both ERC-3009 payments sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Authorization {
    /// Who pays and signs.
    pub from: Address,
    /// Who is paid.
    pub to: Address,
    /// Base units.
    pub value: U256,
    /// Unix seconds; valid strictly after.
    pub valid_after: U256,
    /// Unix seconds; valid strictly before.
    pub valid_before: U256,
    /// Any unused 32 bytes.
    pub nonce: B256,
}

impl Authorization {
    /// Returns the hash under the typehash of the transfer or of the receive form.
    pub fn hash(&self, typehash: B256) -> B256 {
        hash_words(&[
            typehash,
            self.from.into_word(),
            self.to.into_word(),
            self.value.into(),
            self.valid_after.into(),
            self.valid_before.into(),
            self.nonce,
        ])
    }

    /// Whether `now` lies strictly inside the validity.
    pub fn is_valid_at(&self, now: u64) -> bool {
        let now = U256::from(now);
        self.valid_after < now && now < self.valid_before
    }
}

/// Returns the hash of an ERC-3009 cancellation.
pub fn cancel_authorization(authorizer: Address, nonce: B256) -> B256 {
    hash_words(&[CANCEL_AUTHORIZATION_TYPEHASH, authorizer.into_word(), nonce])
}

/// Hashes words one after the other, which is `abi.encode` for members of one word each.
pub(crate) fn hash_words(words: &[B256]) -> B256 {
    keccak256(words.as_flattened())
}

#[cfg(test)]
mod tests {
    extern crate std;
    use super::*;

    #[test]
    fn typehashes_are_the_hashes_of_their_types() {
        let payment = "(address from,address to,uint256 value,uint256 validAfter,uint256 validBefore,bytes32 nonce)";
        let table = [
            (
                DOMAIN_TYPEHASH,
                "EIP712Domain(string name,string version,uint256 chainId,address verifyingContract)".into(),
            ),
            (
                PERMIT_TYPEHASH,
                "Permit(address owner,address spender,uint256 value,uint256 nonce,uint256 deadline)".into(),
            ),
            (DELEGATION_TYPEHASH, "Delegation(address delegatee,uint256 nonce,uint256 expiry)".into()),
            (TRANSFER_WITH_AUTHORIZATION_TYPEHASH, std::format!("TransferWithAuthorization{payment}")),
            (RECEIVE_WITH_AUTHORIZATION_TYPEHASH, std::format!("ReceiveWithAuthorization{payment}")),
            (
                CANCEL_AUTHORIZATION_TYPEHASH,
                std::string::String::from("CancelAuthorization(address authorizer,bytes32 nonce)"),
            ),
        ];
        for (typehash, text) in table {
            assert_eq!(typehash, keccak256(&text), "{text}");
        }
    }

    #[test]
    fn validity_is_strict_on_both_sides() {
        let auth = Authorization {
            from: Address::ZERO,
            to: Address::ZERO,
            value: U256::ZERO,
            valid_after: U256::from(10),
            valid_before: U256::from(12),
            nonce: B256::ZERO,
        };
        assert_eq!([10, 11, 12].map(|now| auth.is_valid_at(now)), [false, true, false]);
    }
}
