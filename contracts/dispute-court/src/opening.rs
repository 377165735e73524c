//! Disputes opened with a bond, and the faults they name.

use aia_protocol::dispute::{Dispute, Matter, Status};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{Address, B256, U256};
use stylus_sdk::prelude::*;

use crate::{DisputeCourt, I, fault_place, parameters::Counts};

/// What a disputer claims.
pub(crate) struct Claim {
    pub(crate) target: Address,
    pub(crate) subject: Address,
    pub(crate) service: u32,
    pub(crate) fault: B256,
    pub(crate) bps: u16,
    pub(crate) victim: Address,
    pub(crate) fault_at: u64,
}

impl DisputeCourt {
    pub(crate) fn open_dispute(&mut self, claim: &Claim, evidence: B256) -> Result<U256, Revert> {
        let disputer = self.caller();
        let index = self.known_target(claim.target)?;
        let version = self.service_version(claim.target, claim.service);
        let terms = self.terms_at(version);
        let max_bps = self.max_slash_bps(claim.target, claim.service)?;
        if terms.arbitrator.is_zero() || max_bps == 0 {
            return Err(revert::<I::UnknownService>(words![claim.target, claim.service]));
        }
        if claim.bps == 0 || claim.bps > max_bps {
            return Err(revert::<I::InvalidBps>(words![claim.bps, max_bps]));
        }
        let [earliest, now] = self.disputable();
        if claim.fault_at < earliest || claim.fault_at > now {
            return Err(revert::<I::InvalidFaultTime>(words![claim.fault_at, earliest, now]));
        }
        self.check_fault(claim, 0)?;
        let params = self.present_params();
        // Below 2^14 times 2^80.
        let needed = terms.bond * u128::from(params.cover);
        let slashable = self.slashable(claim.target, claim.subject, claim.service, claim.fault_at)?;
        if slashable < needed {
            return Err(revert::<I::InsufficientCover>(words![slashable, needed]));
        }
        let (id, matter) = self.record(claim, index, version, Status::Open);
        self.open_at(claim.target, claim.subject)?;
        self.log_opened(id, claim, terms.bond, matter);
        emit::<I::Evidence, 2>(self.vm(), words![id, disputer], words![evidence]);
        self.token().pull(disputer, terms.bond)?;
        Ok(id)
    }

    /// Returns the first and the last second of which a fault can be disputed now.
    pub(crate) fn disputable(&self) -> [u64; 2] {
        let now = self.now();
        [now.saturating_sub(self.present_params().detection.into()), now]
    }

    /// Refuses a fault that has a flag, other than those `allowed`.
    pub(crate) fn check_fault(&self, claim: &Claim, allowed: u8) -> Result<(), Revert> {
        let flags = self.fault_status(fault_place(claim.target, claim.subject, claim.fault));
        if flags & !allowed != 0 {
            return Err(revert::<I::FaultSettled>(words![claim.fault]));
        }
        Ok(())
    }

    /// Stores a new dispute of the caller's.
    pub(crate) fn record(&mut self, claim: &Claim, target: u8, terms: u32, status: Status) -> (U256, Matter) {
        let counts = self.counts();
        // One a call: 2^64 are out of reach.
        let disputes = counts.disputes + 1;
        let id = U256::from(disputes);
        let Claim { subject, service, fault, bps, victim, fault_at, .. } = *claim;
        let dispute = Dispute { disputer: self.caller(), at: self.now(), status, bps, service };
        let matter = Matter { subject, target, terms, params: counts.params, fault_at };
        self.store_counts(Counts { disputes, ..counts });
        self.disputes.insert(id, dispute.to_word());
        self.matters.insert(id, matter.to_word());
        self.faults.insert(id, fault);
        if !victim.is_zero() {
            self.victims.insert(id, victim);
        }
        (id, matter)
    }

    pub(crate) fn log_opened(&self, id: U256, claim: &Claim, bond: u128, matter: Matter) {
        let Claim { target, subject, service, fault, bps, victim, fault_at } = *claim;
        let data = words![target, service, fault, fault_at, bps, victim, bond, matter.params];
        emit::<I::DisputeOpened, 3>(self.vm(), words![id, subject, self.caller()], data);
    }

    pub(crate) fn known_target(&self, target: Address) -> Result<u8, Revert> {
        match self.target_indices.get(target).byte(0) {
            0 => Err(revert::<I::UnknownTarget>(words![target])),
            index => Ok(index),
        }
    }
}
