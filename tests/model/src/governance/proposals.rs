//! Proposals from their calls to their end.

use std::collections::BTreeMap;

use aia_abi::{
    IAIAGovernor as Abi,
    IAIATimelock::{cancelCall, executeBatchCall},
};
use alloy_primitives::{Address, B256, Bytes, U256, keccak256};
use alloy_sol_types::SolCall;

use super::{
    Model, Outcome, answer, error,
    model::{Proposal, Queued, State},
    plan::{Plan, join, proposal_id, split},
    require,
};

/// States from which the guardian can cancel.
const CANCELLABLE: [State; 5] = [State::Pending, State::Active, State::Defeated, State::Succeeded, State::Queued];

impl Model {
    pub(super) fn propose(&mut self, proposer: Address, call: &Abi::proposeCall) -> Outcome {
        let Abi::proposeCall { targets, values, calldatas, description } = call;
        let restricted = named_proposer(description).is_some_and(|named| named != proposer);
        require(!restricted, Abi::GovernorRestrictedProposer { proposer })?;
        let (votes, threshold) = (self.token.past_votes(proposer, self.now - 1), self.governor.threshold);
        require(votes >= threshold, Abi::GovernorInsufficientProposerVotes { proposer, votes, threshold })?;
        let lengths = [targets.len(), calldatas.len(), values.len()];
        let complete = lengths == [targets.len(); 3] && !targets.is_empty();
        let [t, c, v] = lengths.map(U256::from);
        require(complete, Abi::GovernorInvalidProposalLength { targets: t, calldatas: c, values: v })?;

        let hash = keccak256(description);
        let id = proposal_id(targets, values, calldatas, hash);
        if let Some(state) = self.state(id) {
            return Err(unexpected(id, state, &[]));
        }
        let last = self.governor.latest.get(&proposer).copied().unwrap_or_default();
        let live = matches!(self.state(last), Some(State::Pending | State::Active));
        require(!live, Abi::GovernorProposerHasLiveProposal { proposer, proposalId: last })?;

        let start = self.now + self.governor.voting_delay;
        let deadline = start + self.governor.voting_period;
        let plan =
            Plan { actions: join(targets, values, calldatas), salt: self.governor.salt(hash), ..Plan::default() };
        let proposal = Proposal {
            proposer,
            plan,
            text: description.clone(),
            description: hash,
            start,
            deadline,
            votes: [U256::ZERO; 3],
            used: BTreeMap::new(),
            reached: false,
            executed: false,
            canceled: false,
            queued: None,
        };
        self.governor.proposals.insert(id, proposal);
        self.governor.latest.insert(proposer, id);
        let event = Abi::ProposalCreated {
            proposalId: id,
            proposer,
            targets: targets.clone(),
            values: values.clone(),
            signatures: vec![String::new(); targets.len()],
            calldatas: calldatas.clone(),
            voteStart: U256::from(start),
            voteEnd: U256::from(deadline),
            description: description.clone(),
        };
        answer(vec![self.emit(&event)], &id)
    }

    pub(super) fn queue(&mut self, call: &Abi::queueCall) -> Outcome {
        let id = proposal_id(&call.targets, &call.values, &call.calldatas, call.descriptionHash);
        self.check_state(id, &[State::Succeeded])?;
        let (governor, timelock) = (self.governor.address, self.governor.timelock);
        let plan = self.governor.proposals[&id].plan.clone();
        let delay = self.required_delay(timelock, &plan.actions)?;
        let (operation, eta) = (plan.id(), self.now + delay);
        let mut logs = self.schedule(timelock, governor, plan, U256::from(delay))?;
        self.proposal_mut(id).queued = Some(Queued { timelock, operation, eta });
        logs.push(self.emit(&Abi::ProposalQueued { proposalId: id, etaSeconds: U256::from(eta) }));
        answer(logs, &id)
    }

    pub(super) fn execute_proposal(&mut self, value: U256, call: &Abi::executeCall) -> Outcome {
        let id = proposal_id(&call.targets, &call.values, &call.calldatas, call.descriptionHash);
        self.check_state(id, &[State::Queued])?;
        let governor = self.governor.address;
        let proposal = self.proposal_mut(id);
        proposal.executed = true;
        let (plan, queued) = (proposal.plan.clone(), proposal.queued.expect("what is queued was queued somewhere"));

        let allowed = self.governor.allowed.clone();
        let own = plan.actions.iter().filter(|action| action.target == governor);
        self.governor.allowed.extend(own.map(|action| action.data.clone()));
        let (targets, values, payloads) = split(&plan.actions);
        let Plan { predecessor, salt, .. } = plan;
        let data = executeBatchCall { targets, values, payloads, predecessor, salt }.abi_encode().into();
        let mut logs = self.enter(governor, queued.timelock, value, &data)?.logs;
        self.governor.allowed = allowed;
        logs.push(self.emit(&Abi::ProposalExecuted { proposalId: id }));
        answer(logs, &id)
    }

    pub(super) fn cancel_proposal(&mut self, caller: Address, call: &Abi::cancelCall) -> Outcome {
        let id = proposal_id(&call.targets, &call.values, &call.calldatas, call.descriptionHash);
        let state = self.known_state(id)?;
        let proposal = self.governor.proposals[&id].clone();
        let own = state == State::Pending && caller == proposal.proposer;
        let may = own || self.may_strike(caller);
        require(may, Abi::GovernorUnableToCancel { proposalId: id, account: caller })?;
        if matches!(state, State::Canceled | State::Expired | State::Executed) {
            return Err(unexpected(id, state, &CANCELLABLE));
        }
        self.proposal_mut(id).canceled = true;
        let mut logs = vec![self.emit(&Abi::ProposalCanceled { proposalId: id })];
        if !own {
            self.governor.strikes -= 1;
            let left = self.governor.strikes;
            logs.push(self.emit(&Abi::GuardianStruck { proposalId: id, guardian: caller, strikesLeft: left }));
        }
        if let Some(queued) = proposal.queued {
            let data = cancelCall { id: queued.operation }.abi_encode().into();
            logs.extend(self.enter(self.governor.address, queued.timelock, U256::ZERO, &data)?.logs);
        }
        answer(logs, &id)
    }

    /// Refuses unless a proposal is in one of these states.
    pub(super) fn check_state(&self, id: U256, expected: &[State]) -> Result<(), Bytes> {
        let state = self.known_state(id)?;
        if expected.contains(&state) { Ok(()) } else { Err(unexpected(id, state, expected)) }
    }

    pub(super) fn proposal_mut(&mut self, id: U256) -> &mut Proposal {
        self.governor.proposals.get_mut(&id).expect("a proposal that has a state")
    }

    fn known_state(&self, id: U256) -> Result<State, Bytes> {
        self.state(id).ok_or_else(|| error(Abi::GovernorNonexistentProposal { proposalId: id }))
    }

    fn may_strike(&self, account: Address) -> bool {
        let governor = &self.governor;
        account == governor.guardian && self.now <= governor.term && governor.strikes > 0
    }
}

/// Returns whom alone a description lets propose, if it names somebody.
fn named_proposer(description: &str) -> Option<Address> {
    let (_, name) = description.rsplit_once("#proposer=0x")?;
    let digits = name.len() == 40 && name.bytes().all(|digit| digit.is_ascii_hexdigit());
    name.parse().ok().filter(|_| digits)
}

/// Says in which states the proposal should have been.
fn unexpected(id: U256, current: State, expected: &[State]) -> Bytes {
    let bits: u8 = expected.iter().map(|state| 1_u8 << (*state as u8)).sum();
    let expected = B256::from(U256::from(bits));
    error(Abi::GovernorUnexpectedProposalState { proposalId: id, current, expectedStates: expected })
}
