//! What the court's views tell, beside the model, and C8 by the chain's own word.

use aia_abi::{IAIAToken, IDisputeCourt as Abi};
use aia_model::registry::cases::Dispute;
use alloy::primitives::{
    Address, U256,
    aliases::{U48, U96},
};
use eyre::{OptionExt, Result, ensure};
use rand::Rng;

use crate::invariants::{Run, views::same};

/// How many disputes are looked at each time, beside those that are not over.
const DISPUTES: usize = 5;

impl Run<'_> {
    pub(crate) fn compare_court(&self) -> Result<()> {
        let (live, model) = (&self.live, &self.model);
        let (court, target) = (&model.court, model.registry.address);
        same(live.court(&Abi::ownerCall {})?, court.owner, "owner of the court")?;
        same(live.court(&Abi::guardianCall {})?, court.guardian, "guardian of the court")?;
        same(live.court(&Abi::tokenCall {})?, model.token.address, "token of the court")?;
        same(&live.court(&Abi::paramsCall {})?, model.court_params(), "parameters of the court")?;
        same(live.court(&Abi::paramsVersionCall {})?, model.params_version(), "version of the parameters")?;
        let count = U256::from(court.disputes.len());
        same(live.court(&Abi::disputeCountCall {})?, count, "number of disputes")?;
        same(live.court(&Abi::requiredUnbondingCall {})?, model.required_unbonding(), "unbonding required")?;
        let shortest = live.court(&Abi::shortestUnbondingCall {})?;
        same(shortest, U256::from(model.unbonding_period()), "shortest unbonding")?;
        for (account, expected) in [(target, true), (court.address, false)] {
            same(live.court(&Abi::isTargetCall { account })?, expected, "target")?;
        }
        for service in 0..=4 {
            let seen = live.court(&Abi::serviceTermsCall { target, service })?;
            let terms = court.terms.get(&service).copied().unwrap_or_default();
            same((seen.arbitrator, U256::from(seen.bond)), (terms.arbitrator, terms.bond), "terms of a service")?;
        }
        Ok(())
    }

    pub(crate) fn compare_disputes(&mut self, all: bool) -> Result<()> {
        let count = self.model.court.disputes.len() as u64;
        let unsettled = self.model.unsettled();
        let mut bonds = U256::ZERO;
        for id in &unsettled {
            bonds += U256::from(self.compare_dispute(*id)?);
        }
        let chosen: Vec<u64> = if all {
            (1..=count).collect()
        } else {
            (0..DISPUTES).map(|_| self.rng.random_range(0..=count)).filter(|id| *id > 0).collect()
        };
        for id in chosen {
            self.compare_dispute(U256::from(id))?;
        }
        let account = self.model.court.address;
        let gifts = self.model.books.gifts.get(&account).copied().unwrap_or_default();
        let balance = self.live.token(&IAIAToken::balanceOfCall { account })?;
        ensure!(balance == bonds + gifts, "C8: the court has {balance}, bonds are {bonds}, gifts {gifts}");
        Ok(())
    }

    /// Returns the bond as the court tells it.
    fn compare_dispute(&self, id: U256) -> Result<U96> {
        let dispute = self.model.dispute(id).ok_or_eyre("no such dispute")?;
        let target = self.model.registry.address;
        let seen = self.live.court(&Abi::disputeCall { id })?;
        same(&seen, &expected_dispute(dispute, target), &format!("dispute {id}"))?;
        let call = Abi::faultStatusCall { target, subject: dispute.subject.into_word(), fault: dispute.fault };
        let expected = self.model.fault_status(dispute.subject, dispute.fault);
        same(self.live.court(&call)?, expected, &format!("fault of dispute {id}"))?;
        Ok(seen.bond)
    }
}

fn expected_dispute(dispute: &Dispute, target: Address) -> Abi::Dispute {
    Abi::Dispute {
        status: dispute.status,
        disputer: dispute.disputer,
        at: U48::from(dispute.at),
        deadline: U48::from(dispute.deadline),
        bps: dispute.bps,
        service: dispute.service,
        target,
        subject: dispute.subject.into_word(),
        faultAt: U48::from(dispute.fault_at),
        fault: dispute.fault,
        victim: dispute.victim,
        arbitrator: dispute.arbitrator,
        bond: U96::from(dispute.bond),
        paramsVersion: u32::try_from(dispute.version).unwrap_or(u32::MAX),
    }
}
