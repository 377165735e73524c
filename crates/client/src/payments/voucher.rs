//! What a payer signs: up to how much may be claimed of a channel in all, and for which usage.

pub use aia_protocol::payments::voucher::Usage;
use aia_protocol::payments::voucher::{usage_voucher, voucher};
use alloy::{
    primitives::{B256, Bytes},
    signers::SignerSync,
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    ChannelConfig, Domain, PaymentError,
    message::{Members, Message},
};
use crate::Result;

/// Members of a voucher, in their order.
const MEMBERS: Members = &[("channelId", "bytes32"), ("maxClaimableAmount", "uint128")];

/// Members of a voucher with usage, in their order.
const USAGE_MEMBERS: Members =
    &[("channelId", "bytes32"), ("maxClaimableAmount", "uint128"), ("units", "uint128"), ("usageRoot", "bytes32")];

/// A promise: so much may be claimed of a channel in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Voucher {
    /// Which channel.
    pub channel_id: B256,
    /// The ceiling of all claims together, base units.
    pub max_claimable_amount: u128,
    /// What it is paid for, if the voucher says it; such a voucher is claimed in packed rows only.
    pub usage: Option<Usage>,
}

impl Voucher {
    /// Returns the promise alone, as x402 has it: for `claim`, and for payers that are contracts.
    #[must_use]
    pub fn plain(self) -> Self {
        Self { usage: None, ..self }
    }
}

impl Message for Voucher {
    fn types(&self) -> &'static [(&'static str, Members)] {
        match self.usage {
            None => &[("Voucher", MEMBERS)],
            Some(_) => &[("UsageVoucher", USAGE_MEMBERS)],
        }
    }

    fn struct_hash(&self) -> B256 {
        match self.usage {
            None => voucher(self.channel_id, self.max_claimable_amount),
            Some(usage) => usage_voucher(self.channel_id, self.max_claimable_amount, usage),
        }
    }

    fn members(&self) -> Value {
        let (channel_id, amount) = (self.channel_id, self.max_claimable_amount.to_string());
        match self.usage {
            None => json!({ "channelId": channel_id, "maxClaimableAmount": amount }),
            Some(Usage { units, root }) => json!({
                "channelId": channel_id,
                "maxClaimableAmount": amount,
                "units": units.to_string(),
                "usageRoot": root,
            }),
        }
    }
}

/// A voucher with its signature, as it is handed to the receiver. Its JSON is x402's, with `usage` if there is any.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "VoucherForm", into = "VoucherForm")]
pub struct SignedVoucher {
    /// What is signed.
    pub voucher: Voucher,
    /// `r ‖ s ‖ v`, or whatever the payer takes for a signature if it is a contract.
    pub signature: Bytes,
}

impl SignedVoucher {
    /// Signs a voucher. Payers go through [`Meter`](super::Meter) instead, which counts.
    ///
    /// # Errors
    /// [`Error::Signer`](crate::Error::Signer).
    pub fn sign(voucher: Voucher, domain: &Domain, signer: &(impl SignerSync + ?Sized)) -> Result<Self> {
        Ok(Self { voucher, signature: domain.sign(&voucher, signer)? })
    }

    /// Checks that this is a voucher for a channel, by the key that signs for it.
    ///
    /// # Errors
    /// [`PaymentError::WrongChannel`], [`Error::MalformedSignature`](crate::Error::MalformedSignature),
    /// [`Error::WrongSigner`](crate::Error::WrongSigner).
    pub fn verify(&self, domain: &Domain, config: &ChannelConfig) -> Result<()> {
        let (expected, found) = (domain.channel_id(config), self.voucher.channel_id);
        if expected != found {
            return Err(PaymentError::WrongChannel { expected, found }.into());
        }
        domain.verify(&self.voucher, &self.signature, config.voucher_signer())
    }
}

/// How a signed voucher is written in JSON.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct VoucherForm {
    channel_id: B256,
    #[serde(with = "alloy::serde::displayfromstr")]
    max_claimable_amount: u128,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    usage: Option<UsageForm>,
    signature: Bytes,
}

/// How usage is written in JSON.
#[derive(Clone, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct UsageForm {
    #[serde(with = "alloy::serde::displayfromstr")]
    units: u128,
    root: B256,
}

impl From<VoucherForm> for SignedVoucher {
    fn from(form: VoucherForm) -> Self {
        let VoucherForm { channel_id, max_claimable_amount, usage, signature } = form;
        let usage = usage.map(|UsageForm { units, root }| Usage { units, root });
        Self { voucher: Voucher { channel_id, max_claimable_amount, usage }, signature }
    }
}

impl From<SignedVoucher> for VoucherForm {
    fn from(signed: SignedVoucher) -> Self {
        let SignedVoucher { voucher: Voucher { channel_id, max_claimable_amount, usage }, signature } = signed;
        let usage = usage.map(|Usage { units, root }| UsageForm { units, root });
        Self { channel_id, max_claimable_amount, usage, signature }
    }
}

#[cfg(test)]
mod tests {
    use alloy::{primitives::Address, signers::local::PrivateKeySigner};

    use super::*;
    use crate::{
        Error,
        payments::{
            channel::tests::config,
            message::tests::{DOMAIN, key},
        },
    };

    fn channel() -> ChannelConfig {
        ChannelConfig { payer: key(1).address(), payer_authorizer: key(2).address(), ..config() }
    }

    fn voucher() -> Voucher {
        let usage = Some(Usage { units: 3, root: B256::repeat_byte(4) });
        Voucher { channel_id: DOMAIN.channel_id(&channel()), max_claimable_amount: 1_000, usage }
    }

    #[test]
    fn the_authorizer_signs_and_without_one_the_payer() {
        let alone = ChannelConfig { payer_authorizer: Address::ZERO, ..channel() };
        for (config, signer, other) in [(channel(), key(2), key(1)), (alone, key(1), key(2))] {
            let voucher = Voucher { channel_id: DOMAIN.channel_id(&config), ..voucher() };
            let signed = |key: PrivateKeySigner| SignedVoucher::sign(voucher, &DOMAIN, &key).expect("signs");
            signed(signer).verify(&DOMAIN, &config).expect("by the right key");
            let refused = signed(other).verify(&DOMAIN, &config);
            assert!(matches!(refused, Err(Error::WrongSigner { .. })), "{refused:?}");
        }
    }

    #[test]
    fn each_member_changed_alone_breaks_the_signature() {
        let SignedVoucher { voucher, signature } = SignedVoucher::sign(voucher(), &DOMAIN, &key(2)).expect("signs");
        let [fewer, other] = [(2, 4), (3, 5)].map(|(units, byte)| Usage { units, root: B256::repeat_byte(byte) });
        let changed = [
            Voucher { channel_id: B256::ZERO, ..voucher },
            Voucher { max_claimable_amount: 1_001, ..voucher },
            Voucher { usage: Some(fewer), ..voucher },
            Voucher { usage: Some(other), ..voucher },
            voucher.plain(),
        ];
        for voucher in changed {
            let tampered = SignedVoucher { voucher, signature: signature.clone() };
            assert!(tampered.verify(&DOMAIN, &channel()).is_err(), "{voucher:?}");
        }
    }

    #[test]
    fn a_voucher_is_for_its_own_channel() {
        let signed = SignedVoucher::sign(voucher(), &DOMAIN, &key(2)).expect("signs");
        let other = ChannelConfig { salt: B256::ZERO, ..channel() };
        let (expected, found) = (DOMAIN.channel_id(&other), voucher().channel_id);
        match signed.verify(&DOMAIN, &other) {
            Err(Error::Payment(refused)) => assert_eq!(refused, PaymentError::WrongChannel { expected, found }),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn vouchers_survive_json_as_x402_writes_it() {
        let plain = SignedVoucher::sign(voucher().plain(), &DOMAIN, &key(2)).expect("signs");
        let json = serde_json::to_value(&plain).expect("renders");
        let (id, signature) = (plain.voucher.channel_id, &plain.signature);
        assert_eq!(json, json!({ "channelId": id, "maxClaimableAmount": "1000", "signature": signature }));
        assert_eq!(serde_json::from_value::<SignedVoucher>(json).expect("parses"), plain);

        let usage = SignedVoucher::sign(voucher(), &DOMAIN, &key(2)).expect("signs");
        let mut json = serde_json::to_value(&usage).expect("renders");
        assert_eq!(json["usage"], json!({ "units": "3", "root": B256::repeat_byte(4) }));
        assert_eq!(serde_json::from_value::<SignedVoucher>(json.clone()).expect("parses"), usage);
        json["maxClaimableAmount"] = "340282366920938463463374607431768211456".into();
        assert!(serde_json::from_value::<SignedVoucher>(json).is_err());
    }
}
