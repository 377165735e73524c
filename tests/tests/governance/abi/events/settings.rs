//! Events of what governance sets.

use aia_abi::IAIAGovernor as G;
use aia_deploy::{GovernanceConfig, launch_params};
use aia_tests::{
    actions::{assert_events, event},
    governance::{Dao, Draft, LATE_EXTENSION, add_timelock, constitution},
    staking::aia,
};
use alloy::{
    primitives::{
        Address, LogData, U256,
        aliases::{U48, U96},
    },
    sol_types::SolCall,
};
use eyre::Result;

use super::governor::executed;

/// Each setter, called by one proposal, with what it logs; the new timelock comes last, for it alone may call then.
fn settings(dao: &Dao, timelock: Address) -> Vec<(Vec<u8>, Vec<LogData>)> {
    let before = launch_params();
    let [delay, period, threshold, extension] = [7_200_u32, 700_000, 5, 50_000];
    let delays = [U256::from(before.votingDelay), U256::from(delay)];
    let periods = [before.votingPeriod, period].map(U256::from);
    let thresholds = [before.proposalThreshold, U256::from(threshold)];
    let numerators = [U256::from(before.quorumNumerator), U256::from(2_000), U256::from(3_000)];
    let (floor, cap) = (U96::from(aia(2)), U96::from(aia(5)));
    let first = G::QuorumParamsSet { numerator: 2_000, floor: before.quorumFloor, cap: before.quorumCap };
    let second = G::QuorumParamsSet { numerator: 3_000, floor, cap };
    let (guardian, heir) = (dao.guardian().address(), dao.stranger().address());
    let (expiry, strikes) = (U48::from(dao.net().now() + 9_000_000), 1);
    let quorum = |old, new| event(&G::QuorumNumeratorUpdated { oldQuorumNumerator: old, newQuorumNumerator: new });
    vec![
        (
            G::setVotingDelayCall { newVotingDelay: U48::from(delay) }.abi_encode(),
            vec![event(&G::VotingDelaySet { oldVotingDelay: delays[0], newVotingDelay: delays[1] })],
        ),
        (
            G::setVotingPeriodCall { newVotingPeriod: period }.abi_encode(),
            vec![event(&G::VotingPeriodSet { oldVotingPeriod: periods[0], newVotingPeriod: periods[1] })],
        ),
        (
            G::setProposalThresholdCall { newProposalThreshold: thresholds[1] }.abi_encode(),
            vec![event(&G::ProposalThresholdSet {
                oldProposalThreshold: thresholds[0],
                newProposalThreshold: thresholds[1],
            })],
        ),
        (
            G::setLateQuorumVoteExtensionCall { newVoteExtension: U48::from(extension) }.abi_encode(),
            vec![event(&G::LateQuorumVoteExtensionSet {
                oldVoteExtension: LATE_EXTENSION,
                newVoteExtension: extension.into(),
            })],
        ),
        (
            G::updateQuorumNumeratorCall { newQuorumNumerator: numerators[1] }.abi_encode(),
            vec![quorum(numerators[0], numerators[1]), event(&first)],
        ),
        (
            G::setQuorumParamsCall { numerator: 3_000, floor, cap }.abi_encode(),
            vec![quorum(numerators[1], numerators[2]), event(&second)],
        ),
        (
            G::setProposalGuardianCall { newProposalGuardian: heir }.abi_encode(),
            vec![event(&G::ProposalGuardianSet { oldProposalGuardian: guardian, newProposalGuardian: heir })],
        ),
        (G::setGuardianTermCall { expiry, strikes }.abi_encode(), vec![event(&G::GuardianTermSet { expiry, strikes })]),
        (
            G::updateTimelockCall { newTimelock: timelock }.abi_encode(),
            vec![event(&G::TimelockChange { oldTimelock: dao.timelock, newTimelock: timelock })],
        ),
    ]
}

pub(super) async fn of_settings(dao: &Dao) -> Result<()> {
    let config = GovernanceConfig { owned: Vec::new(), ..constitution(dao.net()) };
    let timelock = add_timelock(dao.net(), dao.governor, config).await?;
    let (mut draft, mut set) = (Draft::new("Everything anew"), Vec::new());
    for (call, events) in settings(dao, timelock) {
        draft = draft.paying(dao.governor, U256::ZERO, call);
        set.push(events);
    }
    dao.ripen(&draft).await?;
    let mut expected = Vec::new();
    for (events, executed) in set.into_iter().zip(executed(dao, &draft)) {
        expected.extend(events);
        expected.push(executed);
    }
    expected.push(event(&G::ProposalExecuted { proposalId: draft.id() }));
    let receipt = dao.execute(&draft).await?;
    assert_events(&receipt, &expected);
    Ok(())
}
