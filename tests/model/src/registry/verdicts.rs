//! How disputes end.

use aia_abi::IDisputeCourt as Abi;
use alloy_primitives::{Address, B256, Bytes, U256};

use super::{
    Log, Model, Outcome,
    cases::{CANCELLED, DRAWN, DUPLICATE, Dispute, EXECUTED, EXPIRED, OPEN, REJECTED, SLASHED, UPHELD, VETOED},
    instant, require,
    slash::Order,
};

/// Calls.
impl Model {
    /// `cancel`.
    pub fn cancel(&mut self, caller: Address, id: U256) -> Outcome {
        let dispute = self.known(id)?;
        self.check_turn(id, caller, OPEN, dispute.disputer == caller)?;
        let mut logs = vec![self.close(id, CANCELLED), self.emit_court(&Abi::DisputeCancelled { id })];
        logs.extend(self.settle_bond(id, &dispute, dispute.bond.div_ceil(U256::from(10)), U256::ZERO));
        Ok(logs.into())
    }

    /// `rule`.
    pub fn rule(&mut self, caller: Address, id: U256, ruling: U256) -> Outcome {
        let dispute = self.known(id)?;
        self.check_turn(id, caller, OPEN, dispute.arbitrator == caller)?;
        require(ruling <= U256::from(2), Abi::InvalidRuling { ruling })?;
        let told = self.emit_court(&Abi::Ruling { arbitrator: caller, id, ruling });
        if ruling == U256::ONE {
            self.uphold(id, &dispute);
            return Ok(vec![told].into());
        }
        let rejected = ruling == U256::from(2);
        let mut logs = vec![self.close(id, if rejected { REJECTED } else { DRAWN }), told];
        let burned = if rejected { dispute.bond.div_ceil(U256::from(2)) } else { U256::ZERO };
        let to_subject = if rejected { dispute.bond - burned } else { U256::ZERO };
        logs.extend(self.settle_bond(id, &dispute, burned, to_subject));
        Ok(logs.into())
    }

    /// `reduce`.
    pub fn reduce(&mut self, caller: Address, id: U256, bps: u16) -> Outcome {
        let dispute = self.known(id)?;
        self.check_turn(id, caller, UPHELD, [self.court.guardian, dispute.arbitrator].contains(&caller))?;
        let max = dispute.bps - 1;
        require((1..=max).contains(&bps), Abi::InvalidBps { bps, max })?;
        self.replace(id, Dispute { bps, ..dispute });
        Ok(vec![self.emit_court(&Abi::DisputeReduced { id, by: caller, bps })].into())
    }

    /// `veto`.
    pub fn veto(&mut self, caller: Address, id: U256, reason: B256) -> Outcome {
        let dispute = self.known(id)?;
        self.check_turn(id, caller, UPHELD, [self.court.guardian, self.court.owner].contains(&caller))?;
        let mut logs = vec![self.close(id, VETOED), self.emit_court(&Abi::DisputeVetoed { id, by: caller, reason })];
        logs.extend(self.settle_bond(id, &dispute, U256::ZERO, U256::ZERO));
        Ok(logs.into())
    }

    /// `execute`, whoever calls.
    pub fn execute(&mut self, id: U256) -> Outcome {
        let dispute = self.waiting(id, &[OPEN, UPHELD])?;
        let (deadline, current) = (instant(dispute.deadline), instant(self.now));
        require(current > deadline, Abi::DeadlineNotPassed { id, deadline, current })?;
        let mut logs = if dispute.status == OPEN {
            vec![self.close(id, EXPIRED), self.emit_court(&Abi::DisputeExpired { id })]
        } else if self.is_settled_by_another(&dispute) {
            vec![self.close(id, DUPLICATE), self.emit_court(&Abi::DisputeDuplicate { id })]
        } else {
            self.carry_out(id, &dispute)
        };
        logs.extend(self.settle_bond(id, &dispute, U256::ZERO, U256::ZERO));
        Ok(logs.into())
    }
}

/// Checks.
impl Model {
    /// Returns a dispute that waits in one of these states.
    pub(super) fn waiting(&self, id: U256, states: &[u8]) -> Result<Dispute, Bytes> {
        let dispute = self.known(id)?;
        require(states.contains(&dispute.status), Abi::InvalidStatus { id, status: dispute.status })?;
        Ok(dispute)
    }

    fn known(&self, id: U256) -> Result<Dispute, Bytes> {
        let dispute = self.dispute(id).ok_or_else(|| super::error(Abi::UnknownDispute { id }))?;
        Ok(dispute.clone())
    }

    /// Checks who acts, then whether the dispute waits for it, then whether it is not too late.
    fn check_turn(&self, id: U256, caller: Address, state: u8, entitled: bool) -> Result<(), Bytes> {
        require(entitled, Abi::UnauthorizedParty { id, caller })?;
        let dispute = self.waiting(id, &[state])?;
        let (deadline, current) = (instant(dispute.deadline), instant(self.now));
        require(current <= deadline, Abi::DeadlinePassed { id, deadline, current })
    }

    /// Whether the fault of an ordinary dispute was slashed or proven meanwhile; an equivocation is its own proof.
    fn is_settled_by_another(&self, dispute: &Dispute) -> bool {
        dispute.service != 0 && self.fault_status(dispute.subject, dispute.fault) != 0
    }
}

/// Steps.
impl Model {
    fn uphold(&mut self, id: U256, dispute: &Dispute) {
        let deadline = self.now + u64::from(self.court.params[dispute.version].vetoWindow);
        self.replace(id, Dispute { status: UPHELD, at: self.now, deadline, ..dispute.clone() });
    }

    /// Ends a dispute, and counts it off at the registry.
    fn close(&mut self, id: U256, status: u8) -> Log {
        let dispute = self.dispute(id).expect("it was waiting").clone();
        let subject = dispute.subject;
        self.replace(id, Dispute { status, deadline: 0, ..dispute });
        self.count_dispute(subject, false)
    }

    fn carry_out(&mut self, id: U256, dispute: &Dispute) -> Vec<Log> {
        let params = self.court.params[dispute.version].clone();
        let (mut logs, slashed, burned) = self.slash(&Order {
            provider: dispute.subject,
            service: dispute.service,
            bps: dispute.bps,
            fault_at: dispute.fault_at,
            reporter: dispute.disputer,
            reporter_bps: params.reporterBps,
            victim: dispute.victim,
            victim_bps: params.victimBps,
        });
        if dispute.service != 0 {
            self.flag(dispute.subject, dispute.fault, SLASHED);
        }
        logs.push(self.close(id, EXECUTED));
        logs.push(self.emit_court(&Abi::DisputeExecuted { id, slashed, burned }));
        logs
    }

    /// Gives the bond back but for what is burned or paid to the accused.
    fn settle_bond(&mut self, id: U256, dispute: &Dispute, burned: U256, to_subject: U256) -> Vec<Log> {
        if dispute.bond.is_zero() {
            return Vec::new();
        }
        let (court, disputer) = (self.court.address, dispute.disputer);
        let returned = dispute.bond - burned - to_subject;
        let mut logs =
            vec![self.emit_court(&Abi::BondSettled { id, disputer, returned, burned, toSubject: to_subject })];
        if !returned.is_zero() {
            logs.push(self.token.send(court, disputer, returned));
        }
        if !burned.is_zero() {
            logs.push(self.token.burn(court, burned));
        }
        if !to_subject.is_zero() {
            logs.push(self.token.send(court, dispute.subject, to_subject));
        }
        self.books.returned += returned;
        self.books.bonds_burned += burned;
        self.books.paid_to_subjects += to_subject;
        logs
    }

    fn replace(&mut self, id: U256, dispute: Dispute) {
        let index = id.to::<usize>() - 1;
        self.court.disputes[index] = dispute;
    }
}
