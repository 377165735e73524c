//! Draws of what happens in court.

use aia_abi::IDisputeCourt::{self as Abi, IDisputeCourtCalls as Calls};
use alloy_primitives::{Address, B256, Bytes, U256, aliases::U48};
use rand::Rng;

use super::{
    Op, STAKERS,
    dice::{Dice, SERVICES},
};
use crate::registry::{
    cases::{Dispute, OPEN, UPHELD},
    disputes::equivocation_fault,
};

/// More disputes than this are rarely open at once, as nobody can stake while they are.
const MOST_AT_ONCE: usize = 3;
/// How many jobs there are at a time.
const JOBS: u64 = 3;
/// How many of the last disputes may name an equivocation that is proven next.
const RECENT: usize = 40;

/// Beginnings.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn open_dispute(&mut self) -> Op {
        if self.unsettled(|_| true).len() > MOST_AT_ONCE && self.chance(80) {
            return if self.chance(50) { self.rule() } else { self.execute() };
        }
        let (caller, provider) = (self.staker(), self.provider());
        let service = self.risky_service(provider);
        let call = Abi::openDisputeCall {
            target: if self.chance(98) { self.model.registry.address } else { self.actor() },
            subject: provider.into_word(),
            service,
            fault: self.fault(provider),
            evidence: self.word(),
            bps: self.charge(service),
            victim: self.victim(),
            faultAt: U48::from(self.fault_at()),
        };
        self.on_court(caller, Calls::openDispute(call))
    }

    pub(super) fn prove_equivocation(&mut self) -> Op {
        let (caller, provider) = (self.actor(), self.equivocator());
        let mut a = self.contradictory(provider);
        let mut b = Abi::JobReceipt { resultHash: self.word(), ..a.clone() };
        (a.completedAt, b.completedAt) = self.completions();
        match self.below(100) {
            0..3 => b.resultHash = a.resultHash,
            3..6 => b.requestHash = self.word(),
            6..9 => b.jobId = self.word(),
            9..12 => b.consumer = self.actor(),
            _ => {}
        }
        let signer = self.receipt_signer(provider);
        let signed_by = [self.mostly(signer), self.mostly(signer)];
        let target = if self.chance(97) { self.model.registry.address } else { self.actor() };
        let (signature_a, signature_b) = (Bytes::new(), Bytes::new());
        let call =
            Abi::proveEquivocationCall { target, signer, a, b, signatureA: signature_a, signatureB: signature_b };
        Op::Equivocation { caller, call, signed_by }
    }

    pub(super) fn submit_evidence(&mut self) -> Op {
        let (caller, (id, _)) = (self.actor(), self.pick(|_| true));
        let call = Abi::submitEvidenceCall { id, cid: self.word() };
        self.on_court(caller, Calls::submitEvidence(call))
    }

    /// Returns a service to which the provider has allocated something, if there is one.
    fn risky_service(&mut self, provider: Address) -> u32 {
        let services: Vec<u32> =
            (1..=SERVICES).filter(|service| self.model.allocation(provider, *service).bps > 0).collect();
        let closed: Vec<u32> =
            services.iter().copied().filter(|service| !self.model.service(*service).active).collect();
        let any = self.below(SERVICES + 2);
        let risky = self.maybe_one_of(&services).unwrap_or(any);
        match self.below(100) {
            0..6 => any,
            // What happened before a service was closed.
            6..40 => self.maybe_one_of(&closed).unwrap_or(risky),
            _ => risky,
        }
    }

    fn charge(&mut self, service: u32) -> u16 {
        let most = self.model.service(service).max_slash_bps;
        match self.below(100) {
            0..45 => most,
            45..48 => 0,
            48..51 => most.saturating_add(1),
            51..60 => 1,
            60..75 => most - most / 10,
            _ => self.rng.random_range(0..=most),
        }
    }

    /// Returns a name that other disputes of this time may have too, or that equivocation has or may get.
    fn fault(&mut self, provider: Address) -> B256 {
        let known = self.model.court.faults.keys().filter(|(subject, _)| *subject == provider);
        let known: Vec<B256> = known.map(|(_, fault)| *fault).collect();
        let (job, consumer) = (self.job(), self.staker());
        match self.below(100) {
            0..5 => self.maybe_one_of(&known).unwrap_or(job),
            5..20 => equivocation_fault(consumer, job),
            _ => job,
        }
    }

    /// Returns a consumer and a job of which an ordinary dispute names the equivocation, if there are any.
    fn accused_job(&mut self, provider: Address) -> Option<(Address, B256)> {
        let disputes = self.model.court.disputes.iter().rev().take(RECENT);
        let ordinary = disputes.filter(|dispute| dispute.service != 0 && dispute.subject == provider);
        let named: Vec<B256> = ordinary.map(|dispute| dispute.fault).collect();
        let (first, consumers) = (self.first_job(), &self.model.actors[..STAKERS]);
        let jobs = (first.saturating_sub(JOBS)..first + JOBS).map(|job| B256::from(U256::from(job)));
        let pairs = jobs.flat_map(|job| consumers.iter().map(move |consumer| (*consumer, job)));
        let accused: Vec<(Address, B256)> =
            pairs.filter(|(consumer, job)| named.contains(&equivocation_fault(*consumer, *job))).collect();
        self.maybe_one_of(&accused)
    }

    fn job(&mut self) -> B256 {
        let first = self.first_job();
        U256::from(self.rng.random_range(first..first + JOBS)).into()
    }

    /// Returns the number of the first job of this time.
    fn first_job(&self) -> u64 {
        u64::from(self.model.epoch() / 2) * JOBS
    }

    fn victim(&mut self) -> Address {
        match self.below(100) {
            0..25 => Address::ZERO,
            25..30 => self.model.token.address,
            30..35 => self.model.registry.address,
            35..38 => self.model.court.address,
            _ => self.actor(),
        }
    }

    fn fault_at(&mut self) -> u64 {
        let now = self.model.now;
        let window = u64::from(self.model.court_params().detectionWindow);
        match self.below(100) {
            0..30 => now,
            30..33 => now + 1,
            33..45 => now - window,
            45..48 => now - window - 1,
            48..60 => self.model.start_of(self.model.epoch()).max(now - window),
            _ => now - self.rng.random_range(0..=window),
        }
    }

    /// Returns two times of completion: whoever signs them chooses them, so they may be anything.
    fn completions(&mut self) -> (u64, u64) {
        let earliest = self.model.now - u64::from(self.model.court_params().detectionWindow);
        if self.chance(5) {
            let long_ago = earliest - 1;
            return (self.rng.random_range(0..=long_ago), long_ago);
        }
        (self.completion(), self.completion())
    }

    fn completion(&mut self) -> u64 {
        match self.below(100) {
            0..5 => 0,
            5..15 => u64::MAX,
            15..20 => self.rng.random(),
            20..30 => self.model.now + self.rng.random_range(1_u64..1 << 40),
            _ => self.fault_at(),
        }
    }

    /// Returns a provider, now and then one that was expelled before.
    fn equivocator(&mut self) -> Address {
        let provider = self.provider();
        if !self.chance(30) {
            return provider;
        }
        let expelled = self.expelled();
        self.maybe_one_of(&expelled).unwrap_or(provider)
    }

    fn contradictory(&mut self, provider: Address) -> Abi::JobReceipt {
        let drawn = (self.staker(), self.job());
        let accused = self.accused_job(provider).filter(|_| self.chance(50));
        let (consumer, job) = accused.unwrap_or(drawn);
        Abi::JobReceipt {
            jobId: job,
            provider,
            consumer,
            listingId: 1,
            modelHash: self.word(),
            requestHash: self.word(),
            resultHash: self.word(),
            fingerprint: B256::ZERO,
            unitsIn: 1,
            unitsOut: 2,
            price: 3,
            completedAt: 0,
        }
    }

    /// Returns the provider's key, one that it had, or somebody else's.
    fn receipt_signer(&mut self, provider: Address) -> Address {
        let somebody = self.actor();
        let Some(profile) = self.model.registry.profiles.get(&provider) else { return somebody };
        let replaced: Vec<Address> = profile.replaced.keys().copied().collect();
        match self.below(100) {
            0..65 => profile.signer,
            65..95 => self.maybe_one_of(&replaced).unwrap_or(profile.signer),
            _ => somebody,
        }
    }
}

/// Ends.
impl<R: Rng + ?Sized> Dice<'_, R> {
    pub(super) fn cancel(&mut self) -> Op {
        let (id, dispute) = self.pick(|dispute| dispute.status == OPEN);
        let caller = self.mostly(dispute.map_or(Address::ZERO, |dispute| dispute.disputer));
        self.on_court(caller, Calls::cancel(Abi::cancelCall { id }))
    }

    pub(super) fn rule(&mut self) -> Op {
        let now = self.model.now;
        let (id, dispute) = self.pick(|dispute| dispute.status == OPEN && now <= dispute.deadline);
        let caller = self.mostly(dispute.map_or(Address::ZERO, |dispute| dispute.arbitrator));
        let ruling = match self.below(100) {
            0..72 => U256::ONE,
            72..84 => U256::ZERO,
            84..96 => U256::from(2),
            96..98 => U256::from(3),
            _ => U256::MAX,
        };
        self.on_court(caller, Calls::rule(Abi::ruleCall { id, ruling }))
    }

    pub(super) fn reduce(&mut self) -> Op {
        let (id, dispute) = self.pick(|dispute| dispute.status == UPHELD);
        let present = dispute.as_ref().map_or(0, |dispute| dispute.bps);
        let judge = dispute.map_or(Address::ZERO, |dispute| dispute.arbitrator);
        let caller = if self.chance(50) { self.court_guardian() } else { self.mostly(judge) };
        let bps = match self.below(100) {
            0..10 => present,
            10..18 => 0,
            18..24 => present.saturating_add(1),
            24..60 => present.saturating_sub(1),
            _ => self.rng.random_range(0..=present),
        };
        self.on_court(caller, Calls::reduce(Abi::reduceCall { id, bps }))
    }

    pub(super) fn veto(&mut self) -> Op {
        let (id, _) = self.pick(|dispute| dispute.status == UPHELD);
        let caller = self.court_guardian();
        let call = Abi::vetoCall { id, reason: self.word() };
        self.on_court(caller, Calls::veto(call))
    }

    pub(super) fn execute(&mut self) -> Op {
        let now = self.model.now;
        let ready = self.chance(85);
        let (id, _) = self.pick(|dispute| !ready || now > dispute.deadline);
        let caller = self.actor();
        self.on_court(caller, Calls::execute(Abi::executeCall { id }))
    }

    /// Returns a dispute that is not over and fits, or the id of any.
    fn pick(&mut self, fits: impl Fn(&Dispute) -> bool) -> (U256, Option<Dispute>) {
        let fitting = self.unsettled(fits);
        if fitting.is_empty() || !self.chance(93) {
            let id = self.any_dispute();
            return (id, self.model.dispute(id).cloned());
        }
        let (id, dispute) = fitting[self.rng.random_range(0..fitting.len())].clone();
        (id, Some(dispute))
    }

    /// Returns an id, mostly of a dispute that there is.
    fn any_dispute(&mut self) -> U256 {
        let count = self.model.court.disputes.len() as u64;
        if self.chance(3) {
            return U256::MAX;
        }
        U256::from(self.rng.random_range(0..=count + 1))
    }
}
