//! Messages of EIP-712: how they are hashed, signed, checked, and shown by wallets.

use aia_protocol::{
    payments::voucher::{DOMAIN_NAME, DOMAIN_VERSION},
    signature, typed_data,
};
use alloy::{
    primitives::{Address, B256, Bytes, Signature, keccak256},
    signers::SignerSync,
};
use serde_json::{Map, Value, json};

use super::ChannelConfig;
use crate::{Error, Result};

/// Members of a struct in their order, each with its type.
pub type Members = &'static [(&'static str, &'static str)];

/// Members of the EIP-712 domain, in their order.
const DOMAIN_MEMBERS: Members =
    &[("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")];

/// A message that a contract reads.
pub trait Message {
    /// Returns name and members of the struct, then those of the structs in it.
    fn types(&self) -> &'static [(&'static str, Members)];

    /// Returns the hash of the struct, as EIP-712 defines it.
    fn struct_hash(&self) -> B256;

    /// Renders the members, with decimal numbers, which wallets show as they are.
    fn members(&self) -> Value;
}

/// Who reads a message: a contract on a chain, by the name it goes by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domain {
    name: &'static str,
    version: &'static str,
    /// Its chain.
    pub chain_id: u64,
    /// Its address.
    pub contract: Address,
}

impl Domain {
    /// Returns the domain of a payments contract.
    pub const fn new(chain_id: u64, contract: Address) -> Self {
        Self { name: DOMAIN_NAME, version: DOMAIN_VERSION, chain_id, contract }
    }

    /// Returns the domain of the AIA token.
    pub const fn of_token(chain_id: u64, token: Address) -> Self {
        Self { name: "AIA", version: "1", chain_id, contract: token }
    }

    /// Returns the domain's separator.
    pub fn separator(&self) -> B256 {
        let (name, version) = (keccak256(self.name), keccak256(self.version));
        typed_data::domain_separator(name, version, self.chain_id, self.contract)
    }

    /// Returns the digest that is signed.
    pub fn digest(&self, message: &dyn Message) -> B256 {
        typed_data::digest(self.separator(), message.struct_hash())
    }

    /// Returns the id of a channel, which is its digest.
    pub fn channel_id(&self, config: &ChannelConfig) -> B256 {
        self.digest(config)
    }

    /// Returns a message as wallets take it in `eth_signTypedData_v4`.
    pub fn typed_data(&self, message: &dyn Message) -> Value {
        let structs = message.types();
        let all = [("EIP712Domain", DOMAIN_MEMBERS)].into_iter().chain(structs.iter().copied());
        let types: Map<String, Value> = all.map(|(name, list)| (name.to_owned(), members(list))).collect();
        json!({
            "types": types,
            "primaryType": structs[0].0,
            "domain": {
                "name": self.name,
                "version": self.version,
                "chainId": self.chain_id,
                "verifyingContract": self.contract,
            },
            "message": message.members(),
        })
    }

    /// Signs a message, `r ‖ s ‖ v`.
    ///
    /// # Errors
    /// [`Error::Signer`].
    pub fn sign(&self, message: &dyn Message, signer: &(impl SignerSync + ?Sized)) -> Result<Bytes> {
        // Contracts refuse a high `s`, which some signers return.
        let signature = signer.sign_hash_sync(&self.digest(message))?.normalized_s();
        Ok(signature.as_bytes().into())
    }

    /// Returns the key that signed a message, by the rules of the contracts.
    ///
    /// # Errors
    /// [`Error::MalformedSignature`].
    pub fn recover(&self, message: &dyn Message, signature: &[u8]) -> Result<Address> {
        signature::Signature::from_bytes(signature).map_err(|_| Error::MalformedSignature)?;
        let signature = Signature::from_raw(signature).map_err(|_| Error::MalformedSignature)?;
        signature.recover_address_from_prehash(&self.digest(message)).map_err(|_| Error::MalformedSignature)
    }

    /// Checks that `signer` signed a message. For a signer that is a contract ask it itself, by ERC-1271.
    ///
    /// # Errors
    /// [`Error::MalformedSignature`], [`Error::WrongSigner`].
    pub fn verify(&self, message: &dyn Message, signature: &[u8], signer: Address) -> Result<()> {
        let recovered = self.recover(message, signature)?;
        if recovered == signer { Ok(()) } else { Err(Error::WrongSigner { expected: signer, recovered }) }
    }
}

/// Renders members as EIP-712's JSON has them.
fn members(list: &[(&str, &str)]) -> Value {
    list.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect()
}

#[cfg(test)]
pub(crate) mod tests {
    use aia_protocol::payments::voucher;
    use alloy::{primitives::U256, signers::local::PrivateKeySigner};

    use super::*;
    use crate::payments::{ClaimBatch, Refund, Transfer, Usage, Voucher, channel::tests::config};

    /// The contract of these tests.
    pub(crate) const DOMAIN: Domain = Domain::new(412_346, Address::repeat_byte(0x11));

    /// A key, by a number above 0.
    pub(crate) fn key(number: u8) -> PrivateKeySigner {
        PrivateKeySigner::from_bytes(&B256::repeat_byte(number)).expect("a scalar below the order")
    }

    /// Writes a type down as EIP-712 hashes it.
    fn encode_type(message: &dyn Message) -> String {
        let one = |(name, members): &(&str, Members)| {
            let members: Vec<_> = members.iter().map(|(name, kind)| format!("{kind} {name}")).collect();
            format!("{name}({})", members.join(","))
        };
        message.types().iter().map(one).collect()
    }

    #[test]
    fn the_members_for_wallets_are_those_of_the_types() {
        let plain = Voucher { channel_id: B256::ZERO, max_claimable_amount: 1, usage: None };
        let usage = Voucher { usage: Some(Usage { units: 1, root: B256::ZERO }), ..plain };
        let refund = Refund { channel_id: B256::ZERO, nonce: U256::ZERO, amount: 1 };
        let transfer = Transfer::to_channel(&DOMAIN, &config(), 1, 0..1).authorization();
        let table: [(&dyn Message, B256); 6] = [
            (&config(), voucher::CHANNEL_CONFIG_TYPEHASH),
            (&plain, voucher::VOUCHER_TYPEHASH),
            (&usage, voucher::USAGE_VOUCHER_TYPEHASH),
            (&ClaimBatch { claims: Vec::new() }, voucher::CLAIM_BATCH_TYPEHASH),
            (&refund, voucher::REFUND_TYPEHASH),
            (&transfer, typed_data::RECEIVE_WITH_AUTHORIZATION_TYPEHASH),
        ];
        for (message, typehash) in table {
            let text = encode_type(message);
            assert_eq!(keccak256(&text), typehash, "{text}");
            let (_, members) = message.types()[0];
            let shown = message.members();
            let named = |(name, _): &(&str, &str)| shown.get(name).is_some();
            assert!(members.iter().all(named), "{text}: {shown}");
            assert_eq!(shown.as_object().map(Map::len), Some(members.len()), "{text}");
        }
    }

    #[test]
    fn a_message_is_for_one_contract_on_one_chain_under_one_name() {
        let signature = DOMAIN.sign(&config(), &key(1)).expect("signs");
        DOMAIN.verify(&config(), &signature, key(1).address()).expect("its own");
        let elsewhere = [
            Domain { chain_id: DOMAIN.chain_id + 1, ..DOMAIN },
            Domain { contract: Address::repeat_byte(0x12), ..DOMAIN },
            Domain::of_token(DOMAIN.chain_id, DOMAIN.contract),
        ];
        for other in elsewhere {
            let refused = other.verify(&config(), &signature, key(1).address());
            assert!(matches!(refused, Err(Error::WrongSigner { .. })), "{refused:?}");
        }
    }

    #[test]
    fn wallets_are_shown_everything() {
        let shown = DOMAIN.typed_data(&Voucher { channel_id: B256::ZERO, max_claimable_amount: 12, usage: None });
        assert_eq!(shown["primaryType"], "Voucher");
        assert_eq!(shown["domain"]["name"], "x402 Batch Settlement");
        assert_eq!(shown["domain"]["chainId"], 412_346);
        assert_eq!(shown["types"]["EIP712Domain"].as_array().map(Vec::len), Some(4));
        assert_eq!(shown["types"]["Voucher"][1], json!({ "name": "maxClaimableAmount", "type": "uint128" }));
        assert_eq!(shown["message"]["maxClaimableAmount"], "12");
    }
}
