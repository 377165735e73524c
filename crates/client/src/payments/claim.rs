//! What a receiver claims: vouchers, and up to where.

use aia_abi::IStreamPayments;
use serde::{Deserialize, Serialize};

use super::{
    ChannelConfig, ClaimBatch, ClaimEntry, PaymentError, SignedVoucher,
    channel::{ChannelForm, abi_channel},
};
use crate::Result;

/// A voucher to claim, with everything that a contract must be told.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Claim {
    /// Its channel.
    #[serde(rename = "channelConfig", with = "ChannelForm")]
    pub config: ChannelConfig,
    /// The promise.
    pub voucher: SignedVoucher,
    /// Base units in all; what was claimed before is taken off.
    #[serde(with = "alloy::serde::displayfromstr")]
    pub total_claimed: u128,
}

impl Claim {
    /// Returns the claim as x402's functions take it.
    ///
    /// # Errors
    /// [`PaymentError::NeedsPackedRow`].
    pub fn abi(&self) -> Result<IStreamPayments::VoucherClaim> {
        let SignedVoucher { voucher, signature } = &self.voucher;
        if voucher.usage.is_some() {
            return Err(PaymentError::NeedsPackedRow.into());
        }
        let (channel, most) = (abi_channel(&self.config), voucher.max_claimable_amount);
        Ok(IStreamPayments::VoucherClaim {
            voucher: IStreamPayments::Voucher { channel, maxClaimableAmount: most },
            signature: signature.clone(),
            totalClaimed: self.total_claimed,
        })
    }

    /// Returns what a receiver's authorizer signs of it.
    pub fn entry(&self) -> ClaimEntry {
        let voucher = self.voucher.voucher;
        ClaimEntry {
            channel_id: voucher.channel_id,
            max_claimable_amount: voucher.max_claimable_amount,
            total_claimed: self.total_claimed,
        }
    }
}

/// Returns claims as `claim` and `claimWithSignature` take them.
///
/// # Errors
/// [`PaymentError::NeedsPackedRow`].
pub fn abi_claims(claims: &[Claim]) -> Result<Vec<IStreamPayments::VoucherClaim>> {
    claims.iter().map(Claim::abi).collect()
}

/// Returns what a receiver's authorizer signs so that anybody can submit claims.
pub fn batch(claims: &[Claim]) -> ClaimBatch {
    ClaimBatch { claims: claims.iter().map(Claim::entry).collect() }
}

#[cfg(test)]
pub(crate) mod tests {
    use alloy::primitives::B256;
    use serde_json::json;

    use super::*;
    use crate::{
        Error,
        payments::{
            Usage, Voucher,
            channel::tests::config,
            message::tests::{DOMAIN, key},
        },
    };

    /// A claim of 10 on a voucher over 20 for a channel of its own, by a number; with usage or without.
    pub(crate) fn claim(number: u8, usage: bool) -> Claim {
        let salt = B256::with_last_byte(number);
        let config = ChannelConfig { payer: key(1).address(), payer_authorizer: key(2).address(), salt, ..config() };
        let usage = usage.then(|| Usage { units: 7, root: B256::repeat_byte(number) });
        let voucher = Voucher { channel_id: DOMAIN.channel_id(&config), max_claimable_amount: 20, usage };
        Claim { config, voucher: SignedVoucher::sign(voucher, &DOMAIN, &key(2)).expect("signs"), total_claimed: 10 }
    }

    #[test]
    fn the_contract_is_told_channel_ceiling_signature_and_amount() {
        let claim = claim(1, false);
        let told = claim.abi().expect("a plain voucher");
        assert_eq!(told.voucher.channel, abi_channel(&claim.config));
        assert_eq!((told.voucher.maxClaimableAmount, told.totalClaimed), (20, 10));
        assert_eq!(told.signature, claim.voucher.signature);
        let channel_id = DOMAIN.channel_id(&claim.config);
        let entry = ClaimEntry { channel_id, max_claimable_amount: 20, total_claimed: 10 };
        assert_eq!(batch(&[claim]).claims, [entry]);
    }

    #[test]
    fn a_voucher_with_usage_is_for_packed_rows() {
        let refused = abi_claims(&[claim(1, false), claim(2, true)]);
        assert!(matches!(refused, Err(Error::Payment(PaymentError::NeedsPackedRow))), "{refused:?}");
    }

    #[test]
    fn claims_survive_json() {
        for claim in [claim(1, false), claim(2, true)] {
            let json = serde_json::to_value(&claim).expect("renders");
            assert_eq!(json["channelConfig"]["withdrawDelay"], json!(93_600));
            assert_eq!(json["channelConfig"]["payerAuthorizer"], json!(key(2).address()));
            assert_eq!(json["totalClaimed"], "10");
            assert_eq!(serde_json::from_value::<Claim>(json).expect("parses"), claim);
        }
    }
}
