//! The contracts as whoever knows nothing but their logs rebuilds them, and what must hold of any such history.

mod causes;
mod delays;
mod governor;
mod timelock;

use std::collections::{BTreeMap, BTreeSet};

use aia_abi::{
    IAIAGovernor::{self as GovernorAbi, IAIAGovernorEvents as GovernorEvents},
    IAIATimelock::{self as TimelockAbi, IAIATimelockEvents as TimelockEvents},
};
use aia_model::governance::{plan::Action, settings::Site};
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    sol_types::{SolEvent, SolEventInterface},
};
use eyre::{Context, Result, ensure};

pub(crate) use self::{
    governor::{GovernorPast, ProposalPast},
    timelock::{OperationPast, TimelockPast},
};
use super::live::Tx;

/// All that events tell.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Past {
    pub(crate) governor: GovernorPast,
    pub(crate) timelocks: BTreeMap<Address, TimelockPast>,
}

impl Past {
    /// Returns what is known before the contracts are constructed.
    pub(crate) fn new(site: &Site) -> Self {
        let timelocks = site.timelocks.iter().map(|address| (*address, TimelockPast::new(*address))).collect();
        Self { governor: GovernorPast::new(site.governor), timelocks }
    }

    /// Takes in a transaction, of which everything that holds of histories must hold.
    pub(crate) fn fold(&mut self, tx: &Tx) -> Result<()> {
        if tx.logs.is_empty() {
            return Ok(());
        }
        let before = self.clone();
        for (emitter, log) in &tx.logs {
            if *emitter == self.governor.address {
                let event = GovernorEvents::decode_raw_log(log.topics(), &log.data)?;
                self.governor.fold(tx.now, &event).wrap_err_with(|| format!("{event:?}"))?;
            } else if let Some(timelock) = self.timelocks.get_mut(emitter) {
                let event = TimelockEvents::decode_raw_log(log.topics(), &log.data)?;
                timelock.fold(tx.now, &event).wrap_err_with(|| format!("{event:?}"))?;
            }
        }
        self.note_queued(tx)?;
        let executed = executed(tx);
        before.g7_only_proposals_govern(tx, &executed)?;
        before.l3_only_timelocks_administer_themselves(tx, &executed)?;
        before.l8_what_was_given_up_is_over(tx)?;
        for (address, timelock) in &self.timelocks {
            timelock.g10_ids_are_hashes(&scheduled(tx, *address))?;
        }
        Ok(())
    }

    /// G10, G13: notes in which operation of the governor's timelock a proposal was queued.
    fn note_queued(&mut self, tx: &Tx) -> Result<()> {
        for queued in events::<GovernorAbi::ProposalQueued>(tx, self.governor.address) {
            let timelock = self.governor.timelock;
            let id = self.governor.operation_of(queued.proposalId)?;
            let operation = self.timelocks.get(&timelock).and_then(|timelock| timelock.operations.get(&id));
            let at = operation.map(|operation| U256::from(operation.scheduled_at + operation.delay));
            ensure!(at == Some(queued.etaSeconds), "G13: {} is queued, its operation is at {at:?}", queued.proposalId);
            self.governor.note_queued(queued.proposalId, timelock, id)?;
        }
        Ok(())
    }

    /// G7: whatever changes the governor is a call of a proposal that is executed just then through the governor, made
    /// by the timelock in which it was queued.
    fn g7_only_proposals_govern(&self, tx: &Tx, executed: &[(Address, Action)]) -> Result<()> {
        if !self.governor.is_constructed() {
            return Ok(());
        }
        let address = self.governor.address;
        let done = events::<GovernorAbi::ProposalExecuted>(tx, address);
        let allowed = |timelock: Address, call: &Action| {
            let proposals = done.iter().filter_map(|event| self.governor.proposals.get(&event.proposalId));
            let mut there = proposals.filter(|past| past.queued.is_some_and(|(at, _)| at == timelock));
            there.any(|past| past.plan.actions.contains(call))
        };
        for causes in self.governor_causes(tx)? {
            let made = executed.iter().any(|(timelock, call)| {
                call.target == address && causes.contains(&call.data) && allowed(*timelock, call)
            });
            ensure!(made, "G7: the governor changes as if by {causes:?}, which nobody was asked");
        }
        Ok(())
    }

    /// L3: roles, delays, guardian, grace period and abdications change by calls of the timelock to itself, but that
    /// who has a role can give it up.
    fn l3_only_timelocks_administer_themselves(&self, tx: &Tx, executed: &[(Address, Action)]) -> Result<()> {
        for timelock in self.timelocks.values().filter(|timelock| timelock.is_constructed()) {
            for causes in timelock_causes(tx, timelock.address)? {
                let made = executed
                    .iter()
                    .any(|(at, call)| *at == timelock.address && call.target == *at && causes.contains(&call.data));
                ensure!(made, "L3: a timelock changes as if by {causes:?}, which it did not call");
            }
        }
        Ok(())
    }

    /// L8: what was given up is neither scheduled nor executed, by no transaction after that.
    fn l8_what_was_given_up_is_over(&self, tx: &Tx) -> Result<()> {
        for timelock in self.timelocks.values() {
            let scheduled = scheduled(tx, timelock.address).into_values().flatten();
            let executed = executed(tx).into_iter().filter(|(at, _)| *at == timelock.address);
            for call in scheduled.chain(executed.map(|(_, call)| call)) {
                ensure!(!timelock.is_given_up(&call), "L8: {call:?} was given up");
            }
        }
        Ok(())
    }

    /// Returns for each change of the governor what may have brought it about.
    fn governor_causes(&self, tx: &Tx) -> Result<Vec<Vec<Bytes>>> {
        let logs = tx.logs.iter().filter(|(emitter, _)| *emitter == self.governor.address);
        let events = logs.map(|(_, log)| GovernorEvents::decode_raw_log(log.topics(), &log.data));
        let causes = events.map(|event| event.map(|event| causes::of_governor(&event)));
        Ok(causes.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
    }
}

/// Returns for each change of a timelock what may have brought it about.
fn timelock_causes(tx: &Tx, address: Address) -> Result<Vec<Vec<Bytes>>> {
    let logs = tx.logs.iter().filter(|(emitter, _)| *emitter == address);
    let events = logs.map(|(_, log)| TimelockEvents::decode_raw_log(log.topics(), &log.data));
    let causes = events.map(|event| event.map(|event| causes::of_timelock(&event)));
    Ok(causes.collect::<Result<Vec<_>, _>>()?.into_iter().flatten().collect())
}

/// Returns the events of one kind that a contract emitted.
pub(crate) fn events<E: SolEvent>(tx: &Tx, emitter: Address) -> Vec<E> {
    let logs = tx.logs.iter().filter(|(address, _)| *address == emitter);
    logs.filter_map(|(_, log)| E::decode_log_data(log).ok()).collect()
}

/// Returns the calls that timelocks made, after the timelock.
pub(crate) fn executed(tx: &Tx) -> Vec<(Address, Action)> {
    let emitters: BTreeSet<Address> = tx.logs.iter().map(|(emitter, _)| *emitter).collect();
    let calls = emitters.into_iter().flat_map(|emitter| {
        let made = events::<TimelockAbi::CallExecuted>(tx, emitter).into_iter();
        made.map(move |call| (emitter, Action { target: call.target, value: call.value, data: call.data }))
    });
    calls.collect()
}

/// Returns the calls that were scheduled in a timelock, by operation.
pub(crate) fn scheduled(tx: &Tx, timelock: Address) -> BTreeMap<B256, Vec<Action>> {
    let mut operations = BTreeMap::<B256, Vec<Action>>::new();
    for call in events::<TimelockAbi::CallScheduled>(tx, timelock) {
        let action = Action { target: call.target, value: call.value, data: call.data };
        operations.entry(call.id).or_default().push(action);
    }
    operations
}
