//! Two results for one job: a fault that needs no judge.

use aia_protocol::{
    dispute::Status,
    receipt::{JobReceipt, equivocation_fault},
};
use aia_shell::{Revert, emit, revert, signatures, words};
use alloy_primitives::{Address, U256};
use stylus_sdk::prelude::*;

use crate::{DisputeCourt, I, PROVEN, SLASHED, fault_place, opening::Claim};

/// Service 0: the provider as a whole.
const WHOLE: u32 = 0;
/// Nobody arbitrates, nothing is bonded.
const NO_TERMS: u32 = 0;

/// A receipt with the signature under it.
pub(crate) struct Signed<'a> {
    pub(crate) receipt: JobReceipt,
    pub(crate) signature: &'a [u8],
}

impl DisputeCourt {
    pub(crate) fn prove_equivocation(
        &mut self,
        target: Address,
        signer: Address,
        pair: [Signed<'_>; 2],
    ) -> Result<U256, Revert> {
        let index = self.known_target(target)?;
        let [first, second] = [&pair[0].receipt, &pair[1].receipt];
        if !first.conflicts_with(second) {
            return Err(revert::<I::NoEquivocation>([]));
        }
        let (subject, consumer) = (first.provider, first.consumer);
        let [earliest, now] = self.disputable();
        let last = first.completed_at.max(second.completed_at);
        if last < earliest {
            return Err(revert::<I::InvalidFaultTime>(words![last, earliest, now]));
        }
        let claim = Claim {
            target,
            subject,
            service: WHOLE,
            fault: equivocation_fault(consumer, first.job_id),
            bps: self.present_params().equivocation_bps,
            victim: consumer,
            // The provider wrote the times, and could write again: the earliest second that counts frees no exit.
            fault_at: earliest,
        };
        self.check_fault(&claim, SLASHED)?;
        self.check_signatures(target, signer, &pair)?;
        let (id, matter) = self.record(&claim, index, NO_TERMS, Status::Upheld);
        self.flag_fault(fault_place(target, subject, claim.fault), PROVEN);
        self.open_at(target, subject)?;
        emit::<I::EquivocationProven, 3>(self.vm(), words![id, subject, first.job_id], []);
        self.log_opened(id, &claim, 0, matter);
        Ok(id)
    }

    /// Each receipt counts on its own: between two keys that are both accountable there is no place to hide.
    fn check_signatures(&self, target: Address, signer: Address, pair: &[Signed<'_>; 2]) -> Result<(), Revert> {
        for (number, Signed { receipt, signature }) in (0u8..).zip(pair) {
            let digest = receipt.digest(self.vm().chain_id(), target);
            let key = signatures::recover(self.vm(), digest, signature).unwrap_or_default();
            if self.is_signer(target, receipt.provider, key)? {
                continue;
            }
            let by_contract = signatures::check(self.vm(), signer, digest, signature).is_ok();
            if !by_contract || !self.is_signer(target, receipt.provider, signer)? {
                return Err(revert::<I::InvalidReceiptSignature>(words![number, signer]));
            }
        }
        Ok(())
    }
}
