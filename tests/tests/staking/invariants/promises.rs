//! What an operation may and may not do, known before it runs.

use aia_abi::{
    IDisputeCourt::IDisputeCourtCalls as CourtCalls,
    IProviderRegistry::{self as Abi, IProviderRegistryCalls as Calls},
};
use aia_model::registry::{
    Model, Outcome,
    cases::{Dispute, OPEN, UPHELD},
    ops::Op,
};
use alloy::{
    primitives::{Address, U256},
    sol_types::SolEvent,
};
use eyre::{Result, ensure};

use crate::invariants::live::Live;

/// What is promised of an operation's outcome, by the state before it.
#[derive(Clone, Debug)]
pub(crate) struct Promises {
    /// It must succeed, for this reason.
    free: Option<&'static str>,
    /// It must be refused, for this reason.
    barred: Option<&'static str>,
    /// Who has stake with the provider that it may slash, and the rewards of each.
    pending: Option<(Address, Vec<(Address, U256)>)>,
}

impl Promises {
    pub(crate) fn of(op: &Op, model: &Model) -> Self {
        let (free, barred) = match op {
            Op::Registry { caller, call } => (leaves_freely(call, *caller, model), barred(call, *caller, model)),
            Op::Court { caller, call } => (is_ready(call, model), barred_in_court(call, *caller, model)),
            Op::Wait { .. } | Op::Token { .. } | Op::Equivocation { .. } => (None, None),
        };
        Self { free, barred, pending: pending(op, model) }
    }

    pub(crate) fn check(&self, live: &Live<'_>, seen: &Outcome) -> Result<()> {
        if let Some(reason) = self.free {
            ensure!(seen.is_ok(), "{reason}: {}", live.told(seen));
        }
        if let Some(reason) = self.barred {
            ensure!(seen.is_err(), "{reason}: {}", live.told(seen));
        }
        self.i20_a_wipe_voids_shares_and_keeps_rewards(live, seen)
    }

    fn i20_a_wipe_voids_shares_and_keeps_rewards(&self, live: &Live<'_>, seen: &Outcome) -> Result<()> {
        let (Some((account, pending)), Ok(answer)) = (&self.pending, seen) else { return Ok(()) };
        let wiped = answer.logs.iter().any(|(_, log)| log.topics().first() == Some(&Abi::PoolWiped::SIGNATURE_HASH));
        let slashed = answer.logs.iter().any(|(_, log)| log.topics().first() == Some(&Abi::Slashed::SIGNATURE_HASH));
        if !slashed {
            return Ok(());
        }
        for (delegator, before) in pending {
            let (account, delegator) = (*account, *delegator);
            let after = live.registry(&Abi::pendingRewardsCall { account, owner: delegator })?;
            ensure!(after == *before, "I20: {delegator} had {before} of rewards, a slash made them {after}");
            let stake = live.registry(&Abi::stakeOfCall { account, delegator })?;
            ensure!(!wiped || stake.shares.is_zero(), "I20: a wipe leaves {} shares to {delegator}", stake.shares);
        }
        Ok(())
    }
}

/// I16: whether stake, exits or rewards leave, which nothing may hinder.
fn leaves_freely(call: &Calls, caller: Address, model: &Model) -> Option<&'static str> {
    match call {
        Calls::undelegate(call) => {
            let shares = U256::from(call.shares);
            let (owned, worth) = model.stake_of(call.account, caller);
            let bucket = model.bucket(call.account, model.epoch() + model.registry.exit_epochs);
            let solvent = bucket.shares.is_zero() || !bucket.tokens.is_zero();
            let worthy = !owned.is_zero() && !(worth * shares / owned).is_zero();
            (shares <= owned && worthy && solvent).then_some("I16: an exit is blocked")
        }
        Calls::withdraw(call) => {
            let claim = model.claim_in(call.account, call.epoch, call.owner);
            (model.epoch() > call.epoch && !claim.is_zero()).then_some("I16: a withdrawal is blocked")
        }
        Calls::claim(call) => {
            let pending = model.pending_rewards(call.account, caller);
            (!pending.is_zero()).then_some("I16: a claim is blocked")
        }
        _ => None,
    }
}

/// Whether a call breaks a rule that has no exception.
fn barred(call: &Calls, caller: Address, model: &Model) -> Option<&'static str> {
    let registry = &model.registry;
    let entry = matches!(
        call,
        Calls::register(_)
            | Calls::setProfile(_)
            | Calls::delegate(_)
            | Calls::fund(_)
            | Calls::list(_)
            | Calls::commitBatch(_)
            | Calls::rate(_)
    );
    if entry && registry.paused {
        return Some("an entry in spite of the pause");
    }
    match call {
        Calls::withdraw(call) => (model.epoch() <= call.epoch).then_some("I9: an exit is paid too early"),
        Calls::delegate(call) => {
            let disputed = registry.profiles.get(&call.account).is_some_and(|profile| profile.open_disputes > 0);
            let (staked, _) = model.pool_size(call.account);
            let borne = staked + U256::from(call.amount) <= model.pool_bound(call.account);
            let barred = caller != call.account && (disputed || !borne);
            barred.then_some("others' stake enters during a dispute, or more than the provider's own bears")
        }
        Calls::allocate(call) => {
            let rises = call.bps > model.allocation(caller, call.service).bps;
            let barred = (rises && registry.paused) || call.bps > 10_000;
            barred.then_some("an allocation rises in spite of the pause, or above the whole")
        }
        Calls::rate(call) => {
            let key = (call.receipt.provider, call.batch.seq, call.index);
            let again = registry.rated.contains(&key);
            (again || caller != call.receipt.consumer).then_some("I15: rated twice, or by somebody else")
        }
        Calls::slash(_) | Calls::onDispute(_) => Some("somebody else acts as the court"),
        Calls::setParams(_) | Calls::setService(_) => {
            (caller != registry.owner).then_some("somebody else acts as the owner")
        }
        Calls::setPaused(_) | Calls::revokeAttester(_) => {
            (![registry.owner, registry.guardian].contains(&caller)).then_some("somebody else acts as the guardian")
        }
        _ => None,
    }
}

/// C4, C6: whether a dispute can be ended by anyone, whatever the amounts.
fn is_ready(call: &CourtCalls, model: &Model) -> Option<&'static str> {
    let CourtCalls::execute(call) = call else { return None };
    let dispute = model.dispute(call.id)?;
    (is_open(dispute) && model.now > dispute.deadline).then_some("C4: an execution is blocked")
}

/// C2, C5, C7: whether a dispute is over, or the caller has no part in it.
fn barred_in_court(call: &CourtCalls, caller: Address, model: &Model) -> Option<&'static str> {
    let guards = [model.court.guardian, model.court.owner];
    let (id, entitled) = match call {
        CourtCalls::submitEvidence(call) => (call.id, true),
        CourtCalls::execute(call) => (call.id, true),
        CourtCalls::cancel(call) => (call.id, model.dispute(call.id)?.disputer == caller),
        CourtCalls::rule(call) => (call.id, model.dispute(call.id)?.arbitrator == caller),
        CourtCalls::reduce(call) => {
            let dispute = model.dispute(call.id)?;
            let judges = caller == dispute.arbitrator || caller == model.court.guardian;
            (call.id, judges && call.bps < dispute.bps)
        }
        CourtCalls::veto(call) => (call.id, guards.contains(&caller)),
        CourtCalls::setService(_) | CourtCalls::setParams(_) => {
            return (caller != model.court.owner).then_some("somebody else acts as the court's owner");
        }
        _ => return None,
    };
    let over = !is_open(model.dispute(id)?);
    (over || !entitled).then_some("C2, C5, C7: a dispute moves that is over, or by somebody else, or up")
}

fn is_open(dispute: &Dispute) -> bool {
    [OPEN, UPHELD].contains(&dispute.status)
}

/// Returns whose rewards an execution must leave as they are.
fn pending(op: &Op, model: &Model) -> Option<(Address, Vec<(Address, U256)>)> {
    let Op::Court { call: CourtCalls::execute(call), .. } = op else { return None };
    let provider = model.dispute(call.id)?.subject;
    let pairs = model.registry.positions.keys().filter(|(account, _)| *account == provider);
    let rewards = pairs.map(|(_, delegator)| (*delegator, model.pending_rewards(provider, *delegator)));
    Some((provider, rewards.collect()))
}
