//! From a call to the function that it names, whoever makes it: an account, or a contract in the midst of another call.

use aia_abi::{
    IAIAGovernor::{self as GovernorAbi, IAIAGovernorCalls as GovernorCalls},
    IAIATimelock::{self as TimelockAbi, IAIATimelockCalls as TimelockCalls},
};
use alloy_primitives::{Address, Bytes, U256};
use alloy_sol_types::SolInterface;

use super::{
    Answer, Model, Outcome, error,
    operations::check_lengths,
    plan::{Action, Plan, join},
    proposer_role, require,
    votes::Vote,
};

impl Model {
    /// Makes a call, with value. Data that names no function of a contract is refused without a reason.
    pub(super) fn enter(&mut self, caller: Address, to: Address, value: U256, data: &Bytes) -> Outcome {
        self.pay(caller, to, value)?;
        if to == self.token.address {
            self.token.call(self.now, caller, data)
        } else if to == self.governor.address {
            self.call_governor(caller, value, data)
        } else if self.timelocks.contains_key(&to) {
            self.call_timelock(to, caller, data)
        } else {
            self.call_account(to, data)
        }
    }
}

/// The governor.
impl Model {
    fn call_governor(&mut self, caller: Address, value: U256, data: &Bytes) -> Outcome {
        if data.is_empty() {
            return Err(error(GovernorAbi::GovernorDisabledDeposit {}));
        }
        let call = GovernorCalls::abi_decode(data).map_err(|_| Bytes::new())?;
        match call {
            GovernorCalls::propose(call) => self.propose(caller, &call),
            GovernorCalls::queue(call) => self.queue(&call),
            GovernorCalls::execute(call) => self.execute_proposal(value, &call),
            GovernorCalls::cancel(call) => self.cancel_proposal(caller, &call),
            GovernorCalls::castVote(call) => {
                let (reason, params) = Default::default();
                self.cast(call.proposalId, &Vote { voter: caller, support: call.support, reason, params })
            }
            GovernorCalls::castVoteWithReason(call) => {
                let (reason, params) = (call.reason, Bytes::new());
                self.cast(call.proposalId, &Vote { voter: caller, support: call.support, reason, params })
            }
            GovernorCalls::castVoteWithReasonAndParams(call) => {
                let (reason, params) = (call.reason, call.params);
                self.cast(call.proposalId, &Vote { voter: caller, support: call.support, reason, params })
            }
            GovernorCalls::castVoteBySig(call) => self.cast_by_sig(&call),
            GovernorCalls::castVoteWithReasonAndParamsBySig(call) => self.cast_with_params_by_sig(&call),
            GovernorCalls::castVotesBySig(call) => self.cast_packed(&call),
            call => {
                self.check_governance(caller, data)?;
                self.govern(call)
            }
        }
    }

    /// Runs a governance call.
    fn govern(&mut self, call: GovernorCalls) -> Outcome {
        match call {
            GovernorCalls::setVotingDelay(call) => self.set_voting_delay(call.newVotingDelay.to()),
            GovernorCalls::setVotingPeriod(call) => self.set_voting_period(call.newVotingPeriod.into()),
            GovernorCalls::setProposalThreshold(call) => self.set_threshold(call.newProposalThreshold),
            GovernorCalls::setLateQuorumVoteExtension(call) => self.set_extension(call.newVoteExtension.to()),
            GovernorCalls::updateQuorumNumerator(call) => self.update_quorum_numerator(call.newQuorumNumerator),
            GovernorCalls::setQuorumParams(call) => self.set_quorum_params(&call),
            GovernorCalls::updateTimelock(call) => self.update_timelock(call.newTimelock),
            GovernorCalls::setProposalGuardian(call) => self.set_proposal_guardian(call.newProposalGuardian),
            GovernorCalls::setGuardianTerm(call) => self.set_guardian_term(call.expiry.to(), call.strikes),
            GovernorCalls::relay(call) => self.relay(&call),
            other => unreachable!("nobody draws {other:?}"),
        }
    }
}

/// Timelocks.
impl Model {
    fn call_timelock(&mut self, at: Address, caller: Address, data: &Bytes) -> Outcome {
        if data.is_empty() {
            return Ok(Answer::default());
        }
        let call = TimelockCalls::abi_decode(data).map_err(|_| Bytes::new())?;
        match call {
            TimelockCalls::schedule(call) => {
                let action = Action { target: call.target, value: call.value, data: call.data };
                let (predecessor, salt) = (call.predecessor, call.salt);
                let plan = Plan { actions: vec![action], predecessor, salt, single: true };
                Ok(self.schedule(at, caller, plan, call.delay)?.into())
            }
            TimelockCalls::scheduleBatch(call) => {
                self.check_role(at, proposer_role(), caller)?;
                check_lengths(&call.targets, &call.values, &call.payloads)?;
                let actions = join(&call.targets, &call.values, &call.payloads);
                let (predecessor, salt) = (call.predecessor, call.salt);
                let plan = Plan { actions, predecessor, salt, single: false };
                Ok(self.schedule(at, caller, plan, call.delay)?.into())
            }
            TimelockCalls::execute(call) => {
                self.check_executor(at, caller)?;
                let action = Action { target: call.target, value: call.value, data: call.payload };
                let (predecessor, salt) = (call.predecessor, call.salt);
                self.execute(at, &Plan { actions: vec![action], predecessor, salt, single: true })
            }
            TimelockCalls::executeBatch(call) => {
                self.check_executor(at, caller)?;
                check_lengths(&call.targets, &call.values, &call.payloads)?;
                let actions = join(&call.targets, &call.values, &call.payloads);
                let (predecessor, salt) = (call.predecessor, call.salt);
                self.execute(at, &Plan { actions, predecessor, salt, single: false })
            }
            TimelockCalls::cancel(call) => self.cancel(at, caller, call.id),
            TimelockCalls::renounceRole(call) => self.renounce_role(at, caller, call.role, call.callerConfirmation),
            TimelockCalls::grantRole(call) => self.grant_role(at, caller, call.role, call.account),
            TimelockCalls::revokeRole(call) => self.revoke_role(at, caller, call.role, call.account),
            TimelockCalls::brake(_) => self.brake(at, caller),
            TimelockCalls::unbrake(_) => self.unbrake(at, caller),
            call => {
                require(caller == at, TimelockAbi::TimelockUnauthorizedCaller { caller })?;
                self.administer(at, call)
            }
        }
    }

    /// Runs a call of the timelock to itself.
    fn administer(&mut self, at: Address, call: TimelockCalls) -> Outcome {
        match call {
            TimelockCalls::updateDelay(call) => self.update_delay(at, call.newDelay),
            TimelockCalls::setCallDelay(call) => self.set_call_delay(at, &call),
            TimelockCalls::abdicate(call) => self.abdicate(at, call.target, call.selector),
            TimelockCalls::setGracePeriod(call) => self.set_grace_period(at, call.duration),
            TimelockCalls::setGuardian(call) => self.set_guardian(at, call.newGuardian, call.expiry.to()),
            other => unreachable!("nobody draws {other:?}"),
        }
    }
}
