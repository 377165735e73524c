//! Draws of proposals and of what becomes of them.

use aia_abi::IAIAGovernor::{self as Abi, IAIAGovernorCalls as Calls};
use alloy_primitives::{Address, U256, hex};
use rand::Rng;

use super::{Call, Op, dice::Dice};
use crate::governance::{
    Model,
    model::{Phase, Proposal, State},
    plan::split,
};

impl<'a, R: Rng + ?Sized> Dice<'a, R> {
    pub(super) fn propose(&mut self) -> Op {
        let free: Vec<Address> =
            self.model.actors.iter().copied().filter(|actor| self.live_of(*actor).is_none()).collect();
        let anybody = self.actor();
        let caller = if self.chance(93) { self.maybe_one_of(&free).unwrap_or(anybody) } else { anybody };
        if self.chance(4)
            && let Some(proposal) = self.any_proposal()
        {
            return self.propose_again(caller, proposal);
        }
        let actions = self.pool(self.model.governor.timelock, true);
        let (mut targets, mut values, calldatas) = split(&actions);
        match self.below(100) {
            0 => values.push(U256::ZERO),
            1 => targets.clear(),
            _ => {}
        }
        let description = self.description(caller);
        self.on_governor(caller, Calls::propose(Abi::proposeCall { targets, values, calldatas, description }))
    }

    /// Queues what has succeeded, mostly.
    pub(super) fn queue(&mut self) -> Op {
        let (caller, proposal) = (self.actor(), self.chosen(&[State::Succeeded]));
        let Some(proposal) = proposal else { return self.propose() };
        let (targets, values, calldatas) = split(&proposal.plan.actions);
        let call = Abi::queueCall { targets, values, calldatas, descriptionHash: proposal.description };
        self.on_governor(caller, Calls::queue(call))
    }

    /// Executes what is ready, mostly; now and then with wei, or under another description.
    pub(super) fn execute_proposal(&mut self) -> Op {
        let caller = self.actor();
        let all = self.model.governor.proposals.values();
        let ready: Vec<&'a Proposal> = all.filter(|proposal| self.is_ready(proposal)).collect();
        let proposal = if self.chance(85) { self.maybe_one_of(&ready) } else { None };
        let Some(proposal) = proposal.or_else(|| self.chosen(&[State::Queued])) else { return self.queue() };
        let mut call = execute_call(proposal);
        if self.chance(2) {
            call.descriptionHash = self.word();
        }
        let value = if self.chance(10) { U256::from(self.below(500)) } else { U256::ZERO };
        Op::Call { caller, value, call: Call::Governor(Calls::execute(call)) }
    }

    pub(super) fn cancel_proposal(&mut self) -> Op {
        let guardian = self.model.governor.guardian;
        let states = [State::Pending, State::Active, State::Succeeded, State::Queued];
        let states = if self.chance(50) { &states[..1] } else { &states };
        let Some(proposal) = self.chosen(states) else { return self.propose() };
        let caller = if self.chance(45) { self.mostly(proposal.proposer) } else { self.mostly(guardian) };
        let (targets, values, calldatas) = split(&proposal.plan.actions);
        let call = Abi::cancelCall { targets, values, calldatas, descriptionHash: proposal.description };
        self.on_governor(caller, Calls::cancel(call))
    }

    /// Returns a proposal in one of these states, if there is one.
    pub(super) fn proposal_in(&mut self, states: &[State]) -> Option<&'a Proposal> {
        let model: &'a Model = self.model;
        let fits = |id: &U256| model.state(*id).is_some_and(|state| states.contains(&state));
        let proposals = model.governor.proposals.iter().filter(|(id, _)| fits(id)).map(|(_, proposal)| proposal);
        let proposals: Vec<&'a Proposal> = proposals.collect();
        self.maybe_one_of(&proposals)
    }

    /// Returns a proposal in one of these states, mostly, or any other.
    fn chosen(&mut self, states: &[State]) -> Option<&'a Proposal> {
        let fitting = self.chance(90);
        if fitting && self.proposal_in(states).is_some() { self.proposal_in(states) } else { self.any_proposal() }
    }

    pub(super) fn any_proposal(&mut self) -> Option<&'a Proposal> {
        let proposals: Vec<&'a Proposal> = self.model.governor.proposals.values().collect();
        self.maybe_one_of(&proposals)
    }

    /// Returns an account's proposal that is Pending or Active.
    fn live_of(&self, account: Address) -> Option<U256> {
        let last = self.model.governor.latest.get(&account).copied()?;
        let live = matches!(self.model.state(last), Some(State::Pending | State::Active));
        live.then_some(last)
    }

    fn is_ready(&self, proposal: &Proposal) -> bool {
        let Some(queued) = proposal.queued.filter(|_| !proposal.canceled) else { return false };
        self.model.timelocks[&queued.timelock].phase(queued.operation, self.model.now) == Phase::Ready
    }

    /// Proposes the calls of another proposal once more, under the same description or a new one.
    fn propose_again(&mut self, caller: Address, proposal: &Proposal) -> Op {
        let (targets, values, calldatas) = split(&proposal.plan.actions);
        let description = if self.chance(50) { proposal.text.clone() } else { self.description(caller) };
        self.on_governor(caller, Calls::propose(Abi::proposeCall { targets, values, calldatas, description }))
    }

    /// Returns a description of its own, which now and then names a proposer, in one case or another.
    fn description(&mut self, caller: Address) -> String {
        let number = self.rng.random::<u32>();
        let named = if self.chance(85) { caller } else { self.actor() };
        let digits = if self.chance(50) { hex::encode(named) } else { hex::encode_upper(named) };
        match self.below(100) {
            0..70 => format!("Proposal {number}"),
            70..90 => format!("Proposal {number} #proposer=0x{digits}"),
            90..94 => format!("Proposal {number} #proposer=0x{digits} and more"),
            94..97 => format!("Proposal {number} #proposer=0x{}g", &digits[..39]),
            _ => format!("Proposal {number} #proposer=0x{}", &digits[1..]),
        }
    }
}

/// Returns the call that executes a proposal.
pub(super) fn execute_call(proposal: &Proposal) -> Abi::executeCall {
    let (targets, values, calldatas) = split(&proposal.plan.actions);
    Abi::executeCall { targets, values, calldatas, descriptionHash: proposal.description }
}
