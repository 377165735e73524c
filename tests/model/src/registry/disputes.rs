//! How disputes begin: with a bond, or with two receipts that contradict each other.

use aia_abi::IDisputeCourt as Abi;
use alloy_primitives::{Address, B256, Bytes, U256, aliases::U96, keccak256};
use alloy_sol_types::SolValue;

use super::{
    Model, Outcome, answer,
    cases::{Dispute, OPEN, PROVEN, UPHELD},
    instant, require,
};

impl Model {
    /// `openDispute`.
    pub fn open_dispute(&mut self, caller: Address, call: &Abi::openDisputeCall) -> Outcome {
        self.check_opening(call)?;
        let Abi::openDisputeCall { subject, service, fault, evidence, bps, victim, faultAt, .. } = *call;
        let provider = Address::from_word(subject);
        let terms = self.court.terms[&service];
        self.check_dispute(provider)?;
        self.token.check_pull(self.court.address, caller, terms.bond)?;
        let opened = Dispute {
            status: OPEN,
            disputer: caller,
            at: self.now,
            deadline: self.now + u64::from(self.court_params().rulingWindow),
            opened: self.now,
            bps,
            service,
            subject: provider,
            fault_at: faultAt.to(),
            fault,
            victim,
            arbitrator: terms.arbitrator,
            bond: terms.bond,
            version: self.court.params.len() - 1,
        };
        let counted = self.count_dispute(provider, true);
        let (id, event) = self.add_dispute(opened);
        self.books.bonds += terms.bond;
        let shown = self.emit_court(&Abi::Evidence { id, party: caller, cid: evidence });
        let paid = self.token.pull(self.court.address, caller, terms.bond);
        answer(vec![counted, self.emit_court(&event), shown, paid], &id)
    }

    /// `proveEquivocation`; `signed_by` are those whose keys signed the receipts.
    pub fn prove_equivocation(
        &mut self,
        caller: Address,
        call: &Abi::proveEquivocationCall,
        signed_by: [Address; 2],
    ) -> Outcome {
        self.check_target(call.target)?;
        let (a, b) = (&call.a, &call.b);
        require(contradict(a, b), Abi::NoEquivocation {})?;
        let (provider, consumer, job) = (a.provider, a.consumer, a.jobId);
        let fault_at = self.time_of_equivocation(a.completedAt, b.completedAt)?;
        let fault = equivocation_fault(consumer, job);
        require(self.fault_status(provider, fault) & PROVEN == 0, Abi::FaultSettled { fault })?;
        self.check_signatures(provider, call.signer, signed_by)?;
        self.check_dispute(provider)?;
        let proven = Dispute {
            status: UPHELD,
            disputer: caller,
            at: self.now,
            deadline: self.now + u64::from(self.court_params().vetoWindow),
            opened: self.now,
            bps: self.court_params().equivocationBps,
            service: 0,
            subject: provider,
            fault_at,
            fault,
            victim: consumer,
            arbitrator: Address::ZERO,
            bond: U256::ZERO,
            version: self.court.params.len() - 1,
        };
        self.flag(provider, fault, PROVEN);
        let counted = self.count_dispute(provider, true);
        let (id, event) = self.add_dispute(proven);
        let told = self.emit_court(&Abi::EquivocationProven { id, provider, jobId: job });
        answer(vec![counted, told, self.emit_court(&event)], &id)
    }

    /// `submitEvidence`.
    pub fn submit_evidence(&mut self, caller: Address, id: U256, cid: B256) -> Outcome {
        self.waiting(id, &[OPEN, UPHELD])?;
        Ok(vec![self.emit_court(&Abi::Evidence { id, party: caller, cid })].into())
    }

    fn add_dispute(&mut self, dispute: Dispute) -> (U256, Abi::DisputeOpened) {
        let id = U256::from(self.court.disputes.len() + 1);
        let event = Abi::DisputeOpened {
            id,
            subject: dispute.subject.into_word(),
            disputer: dispute.disputer,
            target: self.registry.address,
            service: dispute.service,
            fault: dispute.fault,
            faultAt: instant(dispute.fault_at),
            bps: dispute.bps,
            victim: dispute.victim,
            bond: U96::from(dispute.bond),
            paramsVersion: self.params_version(),
        };
        self.court.disputes.push(dispute);
        (id, event)
    }
}

/// Checks.
impl Model {
    fn check_opening(&self, call: &Abi::openDisputeCall) -> Result<(), Bytes> {
        let Abi::openDisputeCall { target, subject, service, fault, bps, faultAt, .. } = *call;
        self.check_target(target)?;
        let terms = self.court.terms.get(&service).copied().unwrap_or_default();
        require(!terms.arbitrator.is_zero(), Abi::UnknownService { target, service })?;
        // What happened while a service was open can be disputed after.
        let max = self.service(service).max_slash_bps;
        require(max > 0, Abi::UnknownService { target, service })?;
        require((1..=max).contains(&bps), Abi::InvalidBps { bps, max })?;
        self.check_fault_time(faultAt.to())?;
        let provider = Address::from_word(subject);
        require(self.fault_status(provider, fault) == 0, Abi::FaultSettled { fault })?;
        let slashable = self.slashable(provider, service, faultAt.to());
        let needed = U256::from(self.court_params().cover) * terms.bond;
        require(slashable >= needed, Abi::InsufficientCover { slashable, needed })
    }

    fn check_fault_time(&self, fault_at: u64) -> Result<(), Bytes> {
        let possible = (self.earliest_fault()..=self.now).contains(&fault_at);
        require(possible, self.invalid_fault_time(fault_at))
    }

    /// Returns the earlier of two times, moved to one at which a fault can be disputed. Who signs chooses the times, so
    /// only proofs of which both are too old are refused.
    fn time_of_equivocation(&self, first: u64, second: u64) -> Result<u64, Bytes> {
        let (later, earliest) = (first.max(second), self.earliest_fault());
        require(later >= earliest, self.invalid_fault_time(later))?;
        Ok(earliest)
    }

    fn earliest_fault(&self) -> u64 {
        self.now.saturating_sub(u64::from(self.court_params().detectionWindow))
    }

    fn invalid_fault_time(&self, fault_at: u64) -> Abi::InvalidFaultTime {
        let [fault_at, earliest, latest] = [fault_at, self.earliest_fault(), self.now].map(U256::from);
        Abi::InvalidFaultTime { faultAt: fault_at, earliest, latest }
    }

    fn check_signatures(&self, provider: Address, signer: Address, signed_by: [Address; 2]) -> Result<(), Bytes> {
        for (receipt, key) in (0_u8..).zip(signed_by) {
            require(self.is_signer(provider, key), Abi::InvalidReceiptSignature { receipt, signer })?;
        }
        Ok(())
    }
}

/// `equivocationFault`.
pub fn equivocation_fault(consumer: Address, job: B256) -> B256 {
    keccak256((keccak256("Equivocation"), consumer, job).abi_encode())
}

fn contradict(a: &Abi::JobReceipt, b: &Abi::JobReceipt) -> bool {
    let same = (a.provider, a.consumer, a.jobId, a.requestHash) == (b.provider, b.consumer, b.jobId, b.requestHash);
    same && a.resultHash != b.resultHash
}
