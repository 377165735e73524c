//! Votes as typed data of EIP-712: how they are hashed, and shown by wallets.

use alloy::{
    primitives::{Address, B256},
    sol_types::{Eip712Domain, SolStruct, eip712_domain},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

/// Members of a struct in their order, each with its type.
pub type Members = &'static [(&'static str, &'static str)];

/// Members of the EIP-712 domain, in their order.
const DOMAIN_MEMBERS: Members =
    &[("name", "string"), ("version", "string"), ("chainId", "uint256"), ("verifyingContract", "address")];

/// A vote that can be signed.
pub trait Vote: SolStruct {
    /// Members of the struct in their order, each with its type.
    const MEMBERS: Members;

    /// Returns whose vote it is.
    fn voter(&self) -> Address;

    /// Renders the members, with decimal numbers, which wallets show as they are.
    fn members(&self) -> Value;
}

/// The governor that votes are signed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Domain {
    /// Its chain.
    #[serde(with = "alloy::serde::quantity")]
    pub chain_id: u64,
    /// Its address.
    pub governor: Address,
}

impl Domain {
    /// Returns the domain as alloy's signers take it.
    pub fn eip712(&self) -> Eip712Domain {
        let Self { chain_id, governor } = *self;
        eip712_domain! {
            name: "AIA Governor",
            version: "1",
            chain_id: chain_id,
            verifying_contract: governor,
        }
    }

    /// Returns the digest that is signed.
    pub fn digest(&self, vote: &impl Vote) -> B256 {
        vote.eip712_signing_hash(&self.eip712())
    }

    /// Returns a vote as wallets take it in `eth_signTypedData_v4`.
    pub fn typed_data<V: Vote>(&self, vote: &V) -> Value {
        let name = V::NAME;
        json!({
            "types": { "EIP712Domain": members(DOMAIN_MEMBERS), name: members(V::MEMBERS) },
            "primaryType": name,
            "domain": {
                "name": "AIA Governor",
                "version": "1",
                "chainId": self.chain_id,
                "verifyingContract": self.governor,
            },
            "message": vote.members(),
        })
    }
}

/// Renders members as EIP-712's JSON has them.
fn members(list: Members) -> Value {
    list.iter().map(|(name, kind)| json!({ "name": name, "type": kind })).collect()
}
