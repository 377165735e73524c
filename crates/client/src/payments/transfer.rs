//! AIA that its owner lets the payments contract take, by ERC-3009: the owner needs no ether.

use std::ops::Range;

use aia_protocol::typed_data::{Authorization, RECEIVE_WITH_AUTHORIZATION_TYPEHASH};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    signers::SignerSync,
    sol_types::SolValue,
};
use serde_json::{Value, json};

use super::{
    ChannelConfig, Domain,
    message::{Members, Message},
};
use crate::Result;

/// Members of an authorization, in their order.
const MEMBERS: Members = &[
    ("from", "address"),
    ("to", "address"),
    ("value", "uint256"),
    ("validAfter", "uint256"),
    ("validBefore", "uint256"),
    ("nonce", "bytes32"),
];

/// In the form that only its receiver can submit.
impl Message for Authorization {
    fn types(&self) -> &'static [(&'static str, Members)] {
        &[("ReceiveWithAuthorization", MEMBERS)]
    }

    fn struct_hash(&self) -> B256 {
        self.hash(RECEIVE_WITH_AUTHORIZATION_TYPEHASH)
    }

    fn members(&self) -> Value {
        json!({
            "from": self.from,
            "to": self.to,
            "value": self.value.to_string(),
            "validAfter": self.valid_after.to_string(),
            "validBefore": self.valid_before.to_string(),
            "nonce": self.nonce,
        })
    }
}

/// A deposit into a channel or onto a ledger, for anybody to submit once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Transfer {
    /// The token, on the chain of the payments contract.
    pub token: Domain,
    /// The payments contract.
    pub to: Address,
    /// Whose AIA.
    pub from: Address,
    /// Base units.
    pub amount: u128,
    /// Valid strictly after its start and strictly before its end, Unix seconds.
    pub valid: Range<u64>,
    /// What the AIA is for, as a word: a channel's id, or the account.
    pub purpose: B256,
    /// Makes two transfers for one purpose differ.
    pub salt: B256,
}

impl Transfer {
    /// Describes a payer's deposit into a channel, with a random salt.
    pub fn to_channel(domain: &Domain, config: &ChannelConfig, amount: u128, valid: Range<u64>) -> Self {
        Self::new(domain, config.token, config.payer, amount, valid, domain.channel_id(config))
    }

    /// Describes a deposit onto the owner's own ledger, with a random salt.
    pub fn to_ledger(domain: &Domain, token: Address, from: Address, amount: u128, valid: Range<u64>) -> Self {
        Self::new(domain, token, from, amount, valid, from.into_word())
    }

    fn new(domain: &Domain, token: Address, from: Address, amount: u128, valid: Range<u64>, purpose: B256) -> Self {
        let token = Domain::of_token(domain.chain_id, token);
        let salt = rand::random::<[u8; 32]>().into();
        Self { token, to: domain.contract, from, amount, valid, purpose, salt }
    }

    /// Returns what the owner signs. Its nonce binds it to the purpose.
    pub fn authorization(&self) -> Authorization {
        Authorization {
            from: self.from,
            to: self.to,
            value: U256::from(self.amount),
            valid_after: U256::from(self.valid.start),
            valid_before: U256::from(self.valid.end),
            nonce: keccak256((self.purpose, self.salt).abi_encode()),
        }
    }

    /// Returns what the owner signs as wallets take it in `eth_signTypedData_v4`.
    pub fn typed_data(&self) -> Value {
        self.token.typed_data(&self.authorization())
    }

    /// Signs it.
    ///
    /// # Errors
    /// [`Error::Signer`](crate::Error::Signer).
    pub fn sign(self, signer: &(impl SignerSync + ?Sized)) -> Result<SignedTransfer> {
        let signature = self.token.sign(&self.authorization(), signer)?;
        Ok(SignedTransfer { transfer: self, signature })
    }
}

/// A transfer with its owner's signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedTransfer {
    /// What is signed.
    pub transfer: Transfer,
    /// `r ‖ s ‖ v`, or whatever the owner takes for a signature if it is a contract.
    pub signature: Bytes,
}

impl SignedTransfer {
    /// Returns what `deposit` takes as `collectorData`.
    pub fn collector_data(&self) -> Bytes {
        let Transfer { valid, salt, .. } = &self.transfer;
        let (after, before) = (U256::from(valid.start), U256::from(valid.end));
        (after, before, U256::from_be_bytes(salt.0), self.signature.clone()).abi_encode_params().into()
    }

    /// Checks that the owner signed. For an owner that is a contract ask the token.
    ///
    /// # Errors
    /// [`Error::MalformedSignature`](crate::Error::MalformedSignature),
    /// [`Error::WrongSigner`](crate::Error::WrongSigner).
    pub fn verify(&self) -> Result<()> {
        let Transfer { token, from, .. } = &self.transfer;
        token.verify(&self.transfer.authorization(), &self.signature, *from)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::payments::{
        channel::tests::config,
        message::tests::{DOMAIN, key},
    };

    fn transfer() -> Transfer {
        let config = ChannelConfig { payer: key(1).address(), ..config() };
        Transfer { salt: B256::repeat_byte(9), ..Transfer::to_channel(&DOMAIN, &config, 1_000, 5..3_600) }
    }

    #[test]
    fn the_nonce_names_purpose_and_salt() {
        let transfer = transfer();
        let words = [transfer.purpose, transfer.salt].concat();
        assert_eq!(transfer.authorization().nonce, keccak256(words));
        let account = key(1).address();
        let ledger = Transfer::to_ledger(&DOMAIN, config().token, account, 1_000, 5..3_600);
        assert_eq!(ledger.authorization().nonce, keccak256((account, ledger.salt).abi_encode()));
        assert_ne!(Transfer::to_ledger(&DOMAIN, config().token, account, 1_000, 5..3_600), ledger);
    }

    #[test]
    fn the_payer_signs_for_the_token_to_pay_the_contract() {
        let transfer = transfer();
        let Authorization { from, to, value, valid_after, valid_before, .. } = transfer.authorization();
        assert_eq!((from, to, value), (key(1).address(), DOMAIN.contract, U256::from(1_000)));
        assert_eq!((valid_after, valid_before), (U256::from(5), U256::from(3_600)));
        let shown = transfer.typed_data();
        assert_eq!(shown["domain"]["name"], "AIA");
        assert_eq!(shown["domain"]["verifyingContract"], json!(config().token));
        transfer.clone().sign(&key(1)).expect("signs").verify().expect("the payer's");
        assert!(transfer.sign(&key(2)).expect("signs").verify().is_err());
    }

    #[test]
    fn the_contract_is_told_validity_salt_and_signature() {
        let signed = transfer().sign(&key(1)).expect("signs");
        let data = signed.collector_data();
        let words: Vec<U256> = data.chunks(32).take(5).map(U256::from_be_slice).collect();
        let salt = U256::from_be_bytes(B256::repeat_byte(9).0);
        assert_eq!(
            words,
            [5_u64, 3_600, 0, 128, 65].map(U256::from).map(|word| if word.is_zero() { salt } else { word })
        );
        assert_eq!(data[160..225], signed.signature[..]);
        assert_eq!(data.len(), 256);
    }
}
