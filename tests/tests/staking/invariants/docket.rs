//! The court as whoever knows nothing but its logs rebuilds it.

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::IDisputeCourt::{self as Abi, IDisputeCourtEvents as Events};
use aia_model::registry::cases::{
    CANCELLED, DRAWN, DUPLICATE, EXECUTED, EXPIRED, OPEN, PROVEN, REJECTED, SLASHED, UPHELD, VETOED,
};
use alloy::primitives::{B256, U256};
use eyre::{OptionExt, Result, bail, ensure};

/// All that events tell of disputes.
#[derive(Debug, Default)]
pub(crate) struct Docket {
    pub(crate) cases: BTreeMap<U256, Case>,
    pub(crate) params: Option<Abi::Params>,
    pub(crate) terms: BTreeMap<u32, Abi::ServiceSet>,
    /// Disputes that were proven by two receipts.
    proven: BTreeSet<U256>,
    /// Subjects and faults that are equivocations.
    proven_faults: BTreeSet<(B256, B256)>,
    /// Subjects and faults that were slashed in ordinary disputes.
    slashed: BTreeSet<(B256, B256)>,
    /// Subjects and faults that were slashed as equivocations.
    slashed_proven: BTreeSet<(B256, B256)>,
}

/// A dispute.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) opened: Abi::DisputeOpened,
    pub(crate) status: u8,
    pub(crate) bps: u16,
    /// What became of the bond, once it is settled.
    pub(crate) settled: Option<Abi::BondSettled>,
}

impl Docket {
    pub(crate) fn fold(&mut self, event: Events) -> Result<()> {
        match event {
            Events::EquivocationProven(e) => {
                self.proven.insert(e.id);
            }
            Events::DisputeOpened(e) => self.open(e)?,
            Events::Evidence(e) => ensure!(self.cases.contains_key(&e.id), "evidence of nothing"),
            Events::Ruling(e) => {
                let status = match e.ruling.to::<u64>() {
                    0 => DRAWN,
                    1 => UPHELD,
                    2 => REJECTED,
                    other => bail!("ruling {other}"),
                };
                self.moves(e.id, &[OPEN], status)?;
            }
            Events::DisputeReduced(e) => {
                let case = self.moves(e.id, &[UPHELD], UPHELD)?;
                ensure!(e.bps < case.bps, "C7: dispute {} is raised", e.id);
                case.bps = e.bps;
            }
            Events::DisputeVetoed(e) => {
                self.moves(e.id, &[UPHELD], VETOED)?;
            }
            Events::DisputeExecuted(e) => self.execute(e.id)?,
            Events::DisputeExpired(e) => {
                self.moves(e.id, &[OPEN], EXPIRED)?;
            }
            Events::DisputeCancelled(e) => {
                self.moves(e.id, &[OPEN], CANCELLED)?;
            }
            Events::DisputeDuplicate(e) => self.end_as_duplicate(e.id)?,
            Events::BondSettled(e) => self.settle(e)?,
            Events::ServiceSet(e) => {
                self.terms.insert(e.service, e);
            }
            Events::ParamsSet(e) => self.params = Some(e.params),
            // Targets and roles are named before all, and nobody changes them here.
            _ => {}
        }
        Ok(())
    }

    fn open(&mut self, opened: Abi::DisputeOpened) -> Result<()> {
        let id = opened.id;
        ensure!(id == U256::from(self.cases.len() + 1), "dispute {id} is out of turn");
        let fault = (opened.subject, opened.fault);
        let is_proven = self.proven.contains(&id);
        ensure!(is_proven == (opened.service == 0), "dispute {id} is about the whole and not proven, or the reverse");
        if is_proven {
            ensure!(self.proven_faults.insert(fault), "C3: an equivocation is proven twice: {fault:?}");
        } else {
            ensure!(!self.is_flagged(fault), "C3: a fault is disputed that is settled: {fault:?}");
        }
        let status = if is_proven { UPHELD } else { OPEN };
        let bps = opened.bps;
        self.cases.insert(id, Case { opened, status, bps, settled: None });
        Ok(())
    }

    /// C2: a dispute moves on only from where it is.
    fn moves(&mut self, id: U256, from: &[u8], to: u8) -> Result<&mut Case> {
        let case = self.cases.get_mut(&id).ok_or_eyre("a dispute that is none")?;
        ensure!(from.contains(&case.status), "C2: dispute {id} moves from {} to {to}", case.status);
        case.status = to;
        Ok(case)
    }

    /// C3: a fault is slashed once by ruling, and then only if it is not proven, and once by proof.
    fn execute(&mut self, id: U256) -> Result<()> {
        let case = self.moves(id, &[UPHELD], EXECUTED)?;
        let fault = (case.opened.subject, case.opened.fault);
        if self.proven.contains(&id) {
            ensure!(self.slashed_proven.insert(fault), "C3: an equivocation is slashed twice: {fault:?}");
            return Ok(());
        }
        ensure!(!self.is_flagged(fault), "C3: a fault is slashed that is settled: {fault:?}");
        self.slashed.insert(fault);
        Ok(())
    }

    /// C3: only an ordinary dispute is a duplicate, and only of a fault that is slashed or proven.
    fn end_as_duplicate(&mut self, id: U256) -> Result<()> {
        let case = self.moves(id, &[UPHELD], DUPLICATE)?;
        let fault = (case.opened.subject, case.opened.fault);
        ensure!(!self.proven.contains(&id), "C3: a proof is a duplicate: {fault:?}");
        ensure!(self.is_flagged(fault), "C3: a duplicate of nothing: {fault:?}");
        Ok(())
    }

    fn is_flagged(&self, fault: (B256, B256)) -> bool {
        self.slashed.contains(&fault) || self.proven_faults.contains(&fault)
    }

    /// Returns the flags of the fault that a dispute names.
    pub(crate) fn fault_status(&self, case: &Case) -> u8 {
        let fault = (case.opened.subject, case.opened.fault);
        let (slashed, proven) = (self.slashed.contains(&fault), self.proven_faults.contains(&fault));
        u8::from(slashed) * SLASHED + u8::from(proven) * PROVEN
    }

    /// C1: a bond ends once, when its dispute does.
    fn settle(&mut self, settled: Abi::BondSettled) -> Result<()> {
        let case = self.cases.get_mut(&settled.id).ok_or_eyre("a bond of nothing")?;
        ensure!(![OPEN, UPHELD].contains(&case.status), "C1: the bond of a dispute that waits is settled");
        ensure!(case.settled.is_none(), "C1: a bond is settled twice");
        let parts = settled.returned + settled.burned + settled.toSubject;
        ensure!(parts == U256::from(case.opened.bond), "C1: {parts} of a bond of {}", case.opened.bond);
        case.settled = Some(settled);
        Ok(())
    }
}
