//! Claims: in x402's form, by an authorizer's signature, packed, and with payment at once.

use aia_abi::IStreamPayments::{self, ClaimSkipped, Credited};
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U40},
    providers::Provider,
    rpc::types::TransactionReceipt,
};

use super::Payments;
use crate::{
    Result,
    chain::mined,
    payments::{Claim, Packed, claim::abi_claims},
};

/// What a batch of claims brought. The contract passes over what cannot be claimed, and refuses if that is everything.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claimed {
    /// Which channels were claimed of, and up to where, base units.
    pub totals: Vec<(B256, u128)>,
    /// Which channels were passed over, and why: 1, as much was claimed before; 2, not signed by the payer's side; 3,
    /// the caller is not on the receiver's side; 4, the channel has nothing left.
    pub skipped: Vec<(B256, u8)>,
    /// Earned, less the fee, base units.
    pub net: U256,
    /// The fee, base units.
    pub fee: U256,
}

impl<P: Provider> Payments<P> {
    /// Claims vouchers as x402 does; the receiver's side.
    ///
    /// # Errors
    /// [`PaymentError::NeedsPackedRow`](crate::PaymentError::NeedsPackedRow) if a voucher tells of usage,
    /// [`Error::Refused`](crate::Error::Refused), [`Error::Failed`](crate::Error::Failed),
    /// [`Error::Node`](crate::Error::Node).
    pub async fn claim(&self, claims: &[Claim]) -> Result<Claimed> {
        let receipt = mined(&self.contract.claim(abi_claims(claims)?)).await?;
        Ok(self.claimed(&receipt))
    }

    /// As [`claim`](Self::claim), by the authorizer's signature over the [`batch`](crate::payments::claim::batch);
    /// anybody.
    ///
    /// # Errors
    /// As [`claim`](Self::claim).
    pub async fn claim_with_signature(&self, claims: &[Claim], signature: Bytes) -> Result<Claimed> {
        let receipt = mined(&self.contract.claimWithSignature(abi_claims(claims)?, signature)).await?;
        Ok(self.claimed(&receipt))
    }

    /// Claims packed vouchers; the receiver's side.
    ///
    /// # Errors
    /// [`Error::Refused`](crate::Error::Refused), [`Error::Failed`](crate::Error::Failed),
    /// [`Error::Node`](crate::Error::Node).
    pub async fn claim_packed(&self, packed: &Packed) -> Result<Claimed> {
        let Packed { receiver, receiver_authorizer, withdraw_delay, rows } = packed;
        let delay = U40::saturating_from(*withdraw_delay);
        let call = self.contract.claimPacked(*receiver, *receiver_authorizer, delay, rows.clone());
        Ok(self.claimed(&mined(&call).await?))
    }

    /// Claims one voucher and sends what it earned, less the fee, to an account; the receiver. Returns how much it was.
    ///
    /// # Errors
    /// As [`claim`](Self::claim); [`Error::MissingEvent`](crate::Error::MissingEvent).
    pub async fn claim_and_withdraw(&self, claim: &Claim, to: Address) -> Result<U256> {
        let receipt = mined(&self.contract.claimAndWithdraw(claim.abi()?, to)).await?;
        self.withdrawn(&receipt)
    }

    /// Reads what a transaction tells.
    fn claimed(&self, receipt: &TransactionReceipt) -> Claimed {
        let totals = self.events::<IStreamPayments::Claimed>(receipt);
        let skipped = self.events::<ClaimSkipped>(receipt);
        let credited = self.events::<Credited>(receipt);
        Claimed {
            totals: totals.iter().map(|row| (row.channelId, row.newTotalClaimed)).collect(),
            skipped: skipped.iter().map(|row| (row.channelId, row.reason)).collect(),
            net: credited.iter().map(|credit| credit.net).sum(),
            fee: credited.iter().map(|credit| credit.fee).sum(),
        }
    }
}
