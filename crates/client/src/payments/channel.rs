//! What channels and streams are: their members, ids and JSON.

use aia_abi::IStreamPayments;
pub use aia_protocol::payments::{stream::StreamConfig, voucher::ChannelConfig};
use alloy::primitives::{Address, B256, aliases::U40};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::message::{Members, Message};

/// Seconds between announcing and finalizing a withdrawal, if nobody says otherwise: 26 hours.
///
/// A sequencer can keep a claim out for a day before it is forced in, and its clock can be an hour ahead; one more hour
/// is for the receiver to notice.
pub const WITHDRAW_DELAY: u64 = 93_600;

/// Members of a channel, in their order.
const MEMBERS: Members = &[
    ("payer", "address"),
    ("payerAuthorizer", "address"),
    ("receiver", "address"),
    ("receiverAuthorizer", "address"),
    ("token", "address"),
    ("withdrawDelay", "uint40"),
    ("salt", "bytes32"),
];

/// Describes a new channel: the payer signs vouchers itself, the receiver claims itself, and the salt is random.
///
/// What should be otherwise is set by `ChannelConfig { salt, ..new_channel(payer, receiver, token) }`.
/// A payer that is a contract should name a key as `payer_authorizer`: what such a payer has signed it can disown.
pub fn new_channel(payer: Address, receiver: Address, token: Address) -> ChannelConfig {
    ChannelConfig {
        payer,
        payer_authorizer: Address::ZERO,
        receiver,
        receiver_authorizer: receiver,
        token,
        withdraw_delay: WITHDRAW_DELAY,
        salt: rand::random::<[u8; 32]>().into(),
    }
}

impl Message for ChannelConfig {
    fn types(&self) -> &'static [(&'static str, Members)] {
        &[("ChannelConfig", MEMBERS)]
    }

    fn struct_hash(&self) -> B256 {
        Self::struct_hash(self)
    }

    fn members(&self) -> Value {
        json!({
            "payer": self.payer,
            "payerAuthorizer": self.payer_authorizer,
            "receiver": self.receiver,
            "receiverAuthorizer": self.receiver_authorizer,
            "token": self.token,
            "withdrawDelay": self.withdraw_delay.to_string(),
            "salt": self.salt,
        })
    }
}

/// Returns a channel as the contract takes it; delays of 2^40 and more, which it refuses, count as 2^40 - 1.
pub fn abi_channel(config: &ChannelConfig) -> IStreamPayments::ChannelConfig {
    IStreamPayments::ChannelConfig {
        payer: config.payer,
        payerAuthorizer: config.payer_authorizer,
        receiver: config.receiver,
        receiverAuthorizer: config.receiver_authorizer,
        token: config.token,
        withdrawDelay: U40::saturating_from(config.withdraw_delay),
        salt: config.salt,
    }
}

/// Returns a channel as the contract tells of it.
pub fn read_channel(config: &IStreamPayments::ChannelConfig) -> ChannelConfig {
    ChannelConfig {
        payer: config.payer,
        payer_authorizer: config.payerAuthorizer,
        receiver: config.receiver,
        receiver_authorizer: config.receiverAuthorizer,
        token: config.token,
        // 40 bits fit 64.
        withdraw_delay: config.withdrawDelay.saturating_to(),
        salt: config.salt,
    }
}

/// Returns a stream as the contract takes it.
pub fn abi_stream(config: &StreamConfig) -> IStreamPayments::StreamConfig {
    IStreamPayments::StreamConfig {
        payer: config.payer,
        payee: config.payee,
        notice: config.notice,
        jobId: config.job_id,
    }
}

/// How a channel is written in JSON, which is x402's way; for `#[serde(with = "ChannelForm")]`.
#[derive(Debug, Serialize, Deserialize)]
#[serde(remote = "ChannelConfig", rename_all = "camelCase", deny_unknown_fields)]
#[allow(missing_docs)] // told once, in the interface
pub struct ChannelForm {
    pub payer: Address,
    pub payer_authorizer: Address,
    pub receiver: Address,
    pub receiver_authorizer: Address,
    pub token: Address,
    pub withdraw_delay: u64,
    pub salt: B256,
}

#[cfg(test)]
pub(crate) mod tests {
    use aia_protocol::payments::channel;
    use alloy::{
        primitives::keccak256,
        sol_types::{SolStruct, SolValue, eip712_domain},
    };

    use super::*;
    use crate::payments::message::tests::DOMAIN;

    /// A channel whose members are all different.
    pub(crate) fn config() -> ChannelConfig {
        ChannelConfig {
            payer: Address::repeat_byte(0x21),
            payer_authorizer: Address::repeat_byte(0x22),
            receiver: Address::repeat_byte(0x23),
            receiver_authorizer: Address::repeat_byte(0x24),
            token: Address::repeat_byte(0x25),
            withdraw_delay: WITHDRAW_DELAY,
            salt: B256::repeat_byte(0x26),
        }
    }

    #[test]
    fn a_new_channel_has_sensible_members_and_an_id_of_its_own() {
        let [payer, receiver, token] = [1, 2, 3].map(Address::with_last_byte);
        let [one, other] = [0, 1].map(|_| new_channel(payer, receiver, token));
        assert_eq!((one.voucher_signer(), one.receiver_authorizer), (payer, receiver));
        assert!((channel::WITHDRAW_DELAY[0]..=channel::WITHDRAW_DELAY[1]).contains(&one.withdraw_delay));
        assert_ne!(DOMAIN.channel_id(&one), DOMAIN.channel_id(&other));
        let given = ChannelConfig { salt: other.salt, ..one };
        assert_eq!(DOMAIN.channel_id(&given), DOMAIN.channel_id(&other));
    }

    #[test]
    fn ids_are_those_of_alloy() {
        let domain = eip712_domain! {
            name: "x402 Batch Settlement",
            version: "1",
            chain_id: DOMAIN.chain_id,
            verifying_contract: DOMAIN.contract,
        };
        assert_eq!(DOMAIN.channel_id(&config()), abi_channel(&config()).eip712_signing_hash(&domain));
        let [payer, payee] = [1, 2].map(Address::with_last_byte);
        let stream = StreamConfig { payer, payee, notice: 600, job_id: B256::repeat_byte(7) };
        assert_eq!(stream.id(), keccak256(abi_stream(&stream).abi_encode()));
    }

    #[test]
    fn the_contract_tells_what_it_was_told() {
        assert_eq!(read_channel(&abi_channel(&config())), config());
        let endless = ChannelConfig { withdraw_delay: u64::MAX, ..config() };
        assert_eq!(abi_channel(&endless).withdrawDelay, U40::MAX);
    }
}
