//! Which calls bring about which changes.

use aia_abi::{
    IAIAGovernor::{self as GovernorAbi, IAIAGovernorEvents as GovernorEvents},
    IAIATimelock::{self as TimelockAbi, IAIATimelockEvents as TimelockEvents},
};
use alloy::{
    primitives::{Bytes, U256, aliases::U48},
    sol_types::SolCall,
};

/// Returns the calls one of which changed the governor; `None` if nothing of its own changed.
pub(super) fn of_governor(event: &GovernorEvents) -> Option<Vec<Bytes>> {
    Some(match event {
        GovernorEvents::VotingDelaySet(e) => {
            vec![encoded(&GovernorAbi::setVotingDelayCall { newVotingDelay: U48::from(e.newVotingDelay) })]
        }
        GovernorEvents::VotingPeriodSet(e) => {
            vec![encoded(&GovernorAbi::setVotingPeriodCall { newVotingPeriod: e.newVotingPeriod.to() })]
        }
        GovernorEvents::ProposalThresholdSet(e) => {
            vec![encoded(&GovernorAbi::setProposalThresholdCall { newProposalThreshold: e.newProposalThreshold })]
        }
        GovernorEvents::LateQuorumVoteExtensionSet(e) => {
            vec![encoded(&GovernorAbi::setLateQuorumVoteExtensionCall {
                newVoteExtension: U48::from(e.newVoteExtension),
            })]
        }
        GovernorEvents::QuorumParamsSet(e) => {
            let (numerator, floor, cap) = (e.numerator, e.floor, e.cap);
            let all = GovernorAbi::setQuorumParamsCall { numerator, floor, cap };
            let part = GovernorAbi::updateQuorumNumeratorCall { newQuorumNumerator: U256::from(numerator) };
            vec![encoded(&all), encoded(&part)]
        }
        GovernorEvents::TimelockChange(e) => {
            vec![encoded(&GovernorAbi::updateTimelockCall { newTimelock: e.newTimelock })]
        }
        GovernorEvents::ProposalGuardianSet(e) => {
            vec![encoded(&GovernorAbi::setProposalGuardianCall { newProposalGuardian: e.newProposalGuardian })]
        }
        GovernorEvents::GuardianTermSet(e) => {
            vec![encoded(&GovernorAbi::setGuardianTermCall { expiry: e.expiry, strikes: e.strikes })]
        }
        _ => return None,
    })
}

/// Returns the calls one of which changed a timelock; `None` if it was no change of the rules, or a role given up.
pub(super) fn of_timelock(event: &TimelockEvents) -> Option<Vec<Bytes>> {
    Some(match event {
        TimelockEvents::MinDelayChange(e) => vec![encoded(&TimelockAbi::updateDelayCall { newDelay: e.newDuration })],
        TimelockEvents::RoleGranted(e) => {
            vec![encoded(&TimelockAbi::grantRoleCall { role: e.role, account: e.account })]
        }
        TimelockEvents::RoleRevoked(e) if e.sender != e.account => {
            vec![encoded(&TimelockAbi::revokeRoleCall { role: e.role, account: e.account })]
        }
        TimelockEvents::CallDelaySet(e) => {
            let (target, selector, delay) = (e.target, e.selector, e.newDelay);
            vec![encoded(&TimelockAbi::setCallDelayCall { target, selector, delay })]
        }
        TimelockEvents::Abdicated(e) => {
            vec![encoded(&TimelockAbi::abdicateCall { target: e.target, selector: e.selector })]
        }
        TimelockEvents::GuardianSet(e) => {
            vec![encoded(&TimelockAbi::setGuardianCall { newGuardian: e.newGuardian, expiry: e.expiry })]
        }
        TimelockEvents::GracePeriodChange(e) => {
            vec![encoded(&TimelockAbi::setGracePeriodCall { duration: e.newDuration })]
        }
        _ => return None,
    })
}

fn encoded(call: &impl SolCall) -> Bytes {
    call.abi_encode().into()
}
