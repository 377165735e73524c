//! Disputes from their evidence to their end.

use alloc::vec::Vec;

use aia_protocol::dispute::{Dispute, Refusal, Settlement, Status};
use aia_shell::{Revert, emit, revert, words};
use alloy_primitives::{B256, U256};
use stylus_sdk::prelude::*;

use crate::{Case, DisputeCourt, I, SLASHED, fault_place};

impl DisputeCourt {
    pub(crate) fn submit_evidence(&mut self, id: U256, content: B256) -> Result<(), Revert> {
        let case = self.case(id)?;
        if !matches!(case.dispute.status, Status::Open | Status::Upheld) {
            return Err(revert::<I::InvalidStatus>(words![id, case.dispute.status as u8]));
        }
        emit::<I::Evidence, 2>(self.vm(), words![id, self.caller()], words![content]);
        Ok(())
    }

    pub(crate) fn cancel(&mut self, id: U256) -> Result<(), Revert> {
        let case = self.case(id)?;
        self.check_party(&case, case.dispute.disputer == self.caller())?;
        let cancelled = case.dispute.cancel(self.now(), case.params);
        let case = self.advance(case, cancelled)?;
        self.close(&case)?;
        emit::<I::DisputeCancelled, 1>(self.vm(), words![id], []);
        self.settle(&case)
    }

    pub(crate) fn rule(&mut self, id: U256, ruling: U256) -> Result<(), Revert> {
        let (case, caller) = (self.case(id)?, self.caller());
        self.check_party(&case, self.arbitrates(&case))?;
        let ruled = case.dispute.rule(ruling, self.now(), case.params);
        if ruled == Err(Refusal::Ruling) {
            return Err(revert::<I::InvalidRuling>(words![ruling]));
        }
        let case = self.advance(case, ruled)?;
        if case.dispute.status == Status::Upheld {
            emit::<I::Ruling, 2>(self.vm(), words![caller, id], words![ruling]);
            return Ok(());
        }
        self.close(&case)?;
        emit::<I::Ruling, 2>(self.vm(), words![caller, id], words![ruling]);
        self.settle(&case)
    }

    pub(crate) fn reduce(&mut self, id: U256, bps: u16) -> Result<(), Revert> {
        let (case, caller) = (self.case(id)?, self.caller());
        self.check_party(&case, caller == self.guardian.get() || self.arbitrates(&case))?;
        let reduced = case.dispute.reduce(bps, self.now(), case.params);
        if let Err(Refusal::Bps(max)) = reduced {
            return Err(revert::<I::InvalidBps>(words![bps, max]));
        }
        self.advance(case, reduced)?;
        emit::<I::DisputeReduced, 2>(self.vm(), words![id, caller], words![bps]);
        Ok(())
    }

    pub(crate) fn veto(&mut self, id: U256, reason: B256) -> Result<(), Revert> {
        let (case, caller) = (self.case(id)?, self.caller());
        self.check_party(&case, caller == self.guardian.get() || self.ownership.is_caller())?;
        let vetoed = case.dispute.veto(self.now(), case.params);
        let case = self.advance(case, vetoed)?;
        self.close(&case)?;
        emit::<I::DisputeVetoed, 2>(self.vm(), words![id, caller], words![reason]);
        self.settle(&case)
    }

    pub(crate) fn execute(&mut self, id: U256) -> Result<(), Revert> {
        let case = self.case(id)?;
        let executed = case.dispute.execute(self.is_settled(&case), self.now(), case.params);
        let case = self.advance(case, executed)?;
        match case.dispute.status {
            Status::Executed => return self.slash(case),
            Status::Expired => {
                self.close(&case)?;
                emit::<I::DisputeExpired, 1>(self.vm(), words![id], []);
            }
            _ => {
                self.close(&case)?;
                emit::<I::DisputeDuplicate, 1>(self.vm(), words![id], []);
            }
        }
        self.settle(&case)
    }

    /// Returns the members of the interface's `Dispute`; all zero for none.
    pub(crate) fn dispute_view(&self, id: U256) -> Vec<u8> {
        let Ok(Case { dispute, matter, params, .. }) = self.case(id) else {
            return aia_calldata::words(&[B256::ZERO; 14]);
        };
        let terms = self.terms_at(matter.terms);
        aia_calldata::words(&words![
            dispute.status as u8,
            dispute.disputer,
            dispute.at,
            dispute.deadline(params),
            dispute.bps,
            dispute.service,
            self.target_at(matter.target),
            matter.subject,
            matter.fault_at,
            self.faults.get(id),
            self.victims.get(id),
            terms.arbitrator,
            terms.bond,
            matter.params,
        ])
    }

    fn slash(&mut self, case: Case) -> Result<(), Revert> {
        if !case.is_proof() {
            self.flag_fault(self.case_fault(&case), SLASHED);
        }
        match self.slash_at(self.target_at(case.matter.target), &case)? {
            // The registry closes the dispute with the slash.
            Some([slashed, burned]) => {
                emit::<I::DisputeExecuted, 1>(self.vm(), words![case.id], words![slashed, burned]);
            }
            None => {
                self.unflag_fault(&case);
                self.close(&case)?;
                let dispute = Dispute { status: Status::Duplicate, ..case.dispute };
                self.disputes.insert(case.id, dispute.to_word());
                emit::<I::DisputeDuplicate, 1>(self.vm(), words![case.id], []);
            }
        }
        self.settle(&case)
    }

    fn check_party(&self, case: &Case, is_party: bool) -> Result<(), Revert> {
        if is_party { Ok(()) } else { Err(revert::<I::UnauthorizedParty>(words![case.id, self.caller()])) }
    }

    fn arbitrates(&self, case: &Case) -> bool {
        self.caller() == self.terms_at(case.matter.terms).arbitrator
    }

    /// Stores a step, or says why it is refused.
    fn advance(&mut self, case: Case, step: Result<Dispute, Refusal>) -> Result<Case, Revert> {
        let (id, now) = (case.id, self.now());
        let dispute = step.map_err(|refusal| match refusal {
            Refusal::DeadlinePassed(deadline) => revert::<I::DeadlinePassed>(words![id, deadline, now]),
            Refusal::DeadlineNotPassed(deadline) => revert::<I::DeadlineNotPassed>(words![id, deadline, now]),
            // Rulings and rates are told by those who take them.
            _ => revert::<I::InvalidStatus>(words![id, case.dispute.status as u8]),
        })?;
        self.disputes.insert(id, dispute.to_word());
        Ok(Case { dispute, ..case })
    }

    fn close(&self, case: &Case) -> Result<(), Revert> {
        self.close_at(self.target_at(case.matter.target), case.matter.subject)
    }

    /// Pays out the bond of a dispute that is over.
    fn settle(&self, case: &Case) -> Result<(), Revert> {
        let (disputer, bond) = (case.dispute.disputer, self.terms_at(case.matter.terms).bond);
        if bond == 0 {
            return Ok(());
        }
        let Settlement { returned, burned, to_subject } = case.dispute.settlement(bond);
        let data = words![returned, burned, to_subject];
        emit::<I::BondSettled, 2>(self.vm(), words![case.id, disputer], data);
        let token = self.token();
        token.transfer(disputer, returned)?;
        token.burn(burned)?;
        token.transfer(case.matter.subject, to_subject)
    }

    /// Nothing was slashed after all; a dispute is executed only while its fault has no flag.
    fn unflag_fault(&mut self, case: &Case) {
        if !case.is_proof() {
            let place = self.case_fault(case);
            self.fault_status.delete(place);
        }
    }

    fn case_fault(&self, case: &Case) -> U256 {
        fault_place(self.target_at(case.matter.target), case.matter.subject, self.faults.get(case.id))
    }

    /// Whether the fault was slashed by another dispute, or proven; a proof is the only one of its fault.
    fn is_settled(&self, case: &Case) -> bool {
        !case.is_proof() && self.fault_status(self.case_fault(case)) != 0
    }
}
