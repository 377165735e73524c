//! Governor and timelock.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T, IAIAToken as I};
use aia_tests::{
    governance::{Draft, TERM, at},
    staking::{DAY, aia},
};
use alloy::{
    primitives::{
        Address, B256, FixedBytes, U256,
        aliases::{U48, U96},
        keccak256,
    },
    sol_types::SolCall,
};

use super::{Attempt, Contract, Scene};
use crate::privileges::refusal::Refusal;

/// Gets what is given away.
const HEIR: Address = Address::repeat_byte(0xee);

pub(super) fn attempts(scene: &Scene) -> Vec<Attempt> {
    let contracts = [parameters(scene), governor(scene), tasks(scene), administration(scene)];
    contracts.into_iter().flatten().collect()
}

fn the_governor(scene: &Scene) -> Contract {
    Contract { interface: "IAIAGovernor", address: scene.republic.governor }
}

fn the_timelock(scene: &Scene) -> Contract {
    Contract { interface: "IAIATimelock", address: scene.republic.timelock }
}

/// What changes the governor's numbers.
fn parameters(scene: &Scene) -> Vec<Attempt> {
    let governor = the_governor(scene);
    let (floor, cap) = (U96::from(aia(10_000_000)), U96::from(aia(50_000_000)));
    vec![
        governor.attempt(&G::setVotingDelayCall { newVotingDelay: U48::from(2 * DAY) }, Refusal::Executor),
        governor.attempt(&G::setVotingPeriodCall { newVotingPeriod: 500_000 }, Refusal::Executor),
        governor.attempt(&G::setProposalThresholdCall { newProposalThreshold: aia(1) }, Refusal::Executor),
        governor.attempt(&G::setLateQuorumVoteExtensionCall { newVoteExtension: U48::from(DAY) }, Refusal::Executor),
        governor.attempt(&G::updateQuorumNumeratorCall { newQuorumNumerator: U256::from(3_000) }, Refusal::Executor),
        governor.attempt(&G::setQuorumParamsCall { numerator: 3_500, floor, cap }, Refusal::Executor),
    ]
}

/// What changes with whom the governor works, and who may cancel.
fn governor(scene: &Scene) -> Vec<Attempt> {
    let (governor, draft, republic) = (the_governor(scene), scene.draft(), &scene.republic);
    let may_cancel = [republic.guardian().address(), republic.proposer().address()];
    let (id, description_hash) = (draft.id(), draft.description_hash());
    let Draft { targets, values, calldatas, .. } = draft;
    let cancel = G::cancelCall { targets, values, calldatas, descriptionHash: description_hash };
    let (target, data) = (republic.net().token, I::nameCall {}.abi_encode().into());
    let relay = G::relayCall { target, value: U256::ZERO, data };
    let term = G::setGuardianTermCall { expiry: at(republic.net().now() + TERM), strikes: 1 };
    vec![
        governor.attempt(&G::updateTimelockCall { newTimelock: republic.timelock }, Refusal::Executor),
        governor.attempt(&G::setProposalGuardianCall { newProposalGuardian: HEIR }, Refusal::Executor),
        governor.attempt(&term, Refusal::Executor),
        governor.attempt(&relay, Refusal::Executor),
        governor.attempt_of(&cancel, &may_cancel, Refusal::Canceller(id)),
    ]
}

/// What governor and guardian do in the timelock.
fn tasks(scene: &Scene) -> Vec<Attempt> {
    let (timelock, republic) = (the_timelock(scene), &scene.republic);
    let (governor, guardian) = ([republic.governor], [republic.guardian().address()]);
    let [proposer, canceller] = ["PROPOSER_ROLE", "CANCELLER_ROLE"].map(|role| Refusal::Role(keccak256(role)));
    let schedule = scene.scheduling(B256::ZERO);
    let T::scheduleCall { target, value, data, predecessor, salt, delay } = schedule.clone();
    let (targets, values, payloads) = (vec![target], vec![value], vec![data]);
    let schedule_batch = T::scheduleBatchCall { targets, values, payloads, predecessor, salt, delay };
    vec![
        timelock.attempt_of(&schedule, &governor, proposer),
        timelock.attempt_of(&schedule_batch, &governor, proposer),
        timelock.attempt_of(&T::cancelCall { id: scene.operation() }, &governor, canceller),
        timelock.attempt_of(&T::brakeCall {}, &guardian, Refusal::Brake),
        timelock.attempt_of(&T::unbrakeCall {}, &guardian, Refusal::Brake),
    ]
}

/// What the timelock does to itself.
fn administration(scene: &Scene) -> Vec<Attempt> {
    let (timelock, token) = (the_timelock(scene), scene.republic.net().token);
    let (admin, role) = (Refusal::Role(B256::ZERO), keccak256("PROPOSER_ROLE"));
    let selector = FixedBytes(I::setMintLimitCall::SELECTOR);
    let slower = T::setCallDelayCall { target: token, selector, delay: 2_592_000 };
    let guardian = T::setGuardianCall { newGuardian: HEIR, expiry: at(scene.republic.net().now() + TERM) };
    vec![
        timelock.attempt(&T::updateDelayCall { newDelay: U256::from(3 * DAY) }, Refusal::Administration),
        timelock.attempt(&slower, Refusal::Administration),
        timelock.attempt(&T::abdicateCall { target: HEIR, selector }, Refusal::Administration),
        timelock.attempt(&T::setGracePeriodCall { duration: 2_592_000 }, Refusal::Administration),
        timelock.attempt(&guardian, Refusal::Administration),
        timelock.attempt(&T::grantRoleCall { role, account: HEIR }, admin),
        timelock.attempt(&T::revokeRoleCall { role, account: HEIR }, admin),
    ]
}
