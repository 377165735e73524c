//! What must hold of timelocks, told by the chain: wei and code.

use std::collections::BTreeMap;

use aia_abi::{
    IAIAGovernor,
    IAIATimelock::{self as Abi, CallExecuted},
};
use aia_model::governance::plan::Action;
use alloy::primitives::{Address, B256, U256};
use eyre::{Result, ensure};

use super::{
    Run,
    live::Tx,
    past::{events, executed, scheduled},
};

/// Wei that go from one account to another.
pub(super) type Flow = (Address, Address, U256);

/// Wei.
impl Run<'_> {
    /// Returns how many wei the accounts have that are watched.
    pub(super) fn watched_wei(&self) -> BTreeMap<Address, U256> {
        self.model.world.wei.keys().map(|account| (*account, self.live.wei(*account))).collect()
    }

    /// Returns what goes to timelocks and from them, as a transaction tells, to which `value` wei came for `to`.
    pub(super) fn told_flows(&self, tx: &Tx, to: Address, value: U256) -> Vec<Flow> {
        let governor = self.model.governor.address;
        let mut flows: Vec<Flow> =
            executed(tx).into_iter().map(|(timelock, call)| (timelock, call.target, call.value)).collect();
        let done = events::<IAIAGovernor::ProposalExecuted>(tx, governor);
        let last = done.last().and_then(|event| self.past.governor.proposals[&event.proposalId].queued);
        // What comes with a proposal's execution goes on to the timelock; the last that is told of is the outermost.
        let receiver = if to == governor { last.map_or(to, |(timelock, _)| timelock) } else { to };
        flows.push((Address::ZERO, receiver, value));
        flows
    }

    /// L6: a timelock has what it had, and what came, without what its calls sent; a refusal moves nothing.
    pub(super) fn l6_wei_moves_as_told(&self, before: &BTreeMap<Address, U256>, flows: &[Flow]) -> Result<()> {
        let sum = |fits: &dyn Fn(&Flow) -> bool| {
            flows.iter().filter(|flow| fits(flow)).map(|(_, _, value)| *value).sum::<U256>()
        };
        for timelock in self.model.timelocks.keys() {
            let came = sum(&|(_, to, _)| to == timelock);
            let went = sum(&|(from, _, _)| from == timelock);
            let (had, has) = (before[timelock], self.live.wei(*timelock));
            ensure!(has + went == had + came, "L6: {timelock} had {had}, got {came}, sent {went} and has {has}");
        }
        for (account, had) in before.iter().filter(|_| flows.is_empty()) {
            let has = self.live.wei(*account);
            ensure!(has == *had, "L6: {account} had {had} before a refusal, and has {has}");
        }
        Ok(())
    }
}

/// Code.
impl Run<'_> {
    /// L7: calls with data meet the code that was there when they were scheduled.
    pub(super) fn l7_code_is_what_it_was(&mut self, tx: &Tx) -> Result<()> {
        let timelocks: Vec<Address> = self.model.timelocks.keys().copied().collect();
        for at in timelocks {
            for (id, calls) in made(tx, at) {
                let (seen, pinned) = (self.code_of(&calls), self.pins.get(&(at, id)));
                ensure!(pinned == Some(&seen), "L7: {id} meets the code {seen:?}, not {pinned:?}");
            }
            for (id, calls) in scheduled(tx, at) {
                let code = self.code_of(&calls);
                self.pins.insert((at, id), code);
            }
        }
        Ok(())
    }

    fn code_of(&self, calls: &[Action]) -> Vec<B256> {
        let with_data = calls.iter().filter(|call| !call.data.is_empty());
        with_data.map(|call| self.live.code_hash(call.target)).collect()
    }
}

/// Returns the calls that a timelock made, by operation.
fn made(tx: &Tx, timelock: Address) -> BTreeMap<B256, Vec<Action>> {
    let mut operations = BTreeMap::<B256, Vec<Action>>::new();
    for CallExecuted { id, target, value, data, .. } in events::<Abi::CallExecuted>(tx, timelock) {
        operations.entry(id).or_default().push(Action { target, value, data });
    }
    operations
}
