//! Threats 25 and 29: what governor and timelock change about themselves while they are at work is done, and stays.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T};
use aia_tests::{
    governance::{Dao, Draft, TERM, at},
    staking::{DAY, aia, emitted},
};
use alloy::{
    primitives::{Address, Bytes, U256, aliases::U96, keccak256},
    sol_types::{SolCall, SolValue},
};
use eyre::Result;

use super::{Tried, accomplice, peers::IAccomplice::strikeCall, prepare, tried};

/// Gets a role.
const HEIR: Address = Address::repeat_byte(0xee);

/// Returns how a step ends that reads a value.
fn read(value: impl SolValue) -> Tried {
    (true, value.abi_encode().into())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_29_the_governor_changes_everything_in_one_proposal_and_knows_it_at_once() -> Result<()> {
    let dao = Dao::start().await?;
    let witness = accomplice(&dao).await?;
    let (floor, cap) = (U96::from(aia(5)), U96::from(aia(7)));
    let expiry = at(dao.net().now() + TERM);
    let draft = Draft::new("Everything anew")
        .call(dao.governor, &G::setVotingDelayCall { newVotingDelay: at(2 * DAY) })
        .call(dao.governor, &G::setVotingPeriodCall { newVotingPeriod: 300_000 })
        .call(dao.governor, &G::setLateQuorumVoteExtensionCall { newVoteExtension: at(DAY) })
        .call(dao.governor, &G::setProposalThresholdCall { newProposalThreshold: aia(3) })
        .call(*witness.address(), &strikeCall {})
        .call(dao.governor, &G::updateQuorumNumeratorCall { newQuorumNumerator: U256::from(1_234) })
        .call(dao.governor, &G::setQuorumParamsCall { numerator: 2_345, floor, cap })
        .call(dao.governor, &G::setGuardianTermCall { expiry, strikes: 9 })
        .call(dao.governor, &G::setProposalGuardianCall { newProposalGuardian: HEIR });
    let questions: [Vec<u8>; 4] = [
        G::votingDelayCall {}.abi_encode(),
        G::votingPeriodCall {}.abi_encode(),
        G::lateQuorumVoteExtensionCall {}.abi_encode(),
        G::proposalThresholdCall {}.abi_encode(),
    ];
    prepare(&dao, &witness, &questions.map(|question| (dao.governor, Bytes::from(question)))).await?;

    let receipt = dao.enact(&draft).await?;

    let answers = [U256::from(2 * DAY), U256::from(300_000), U256::from(DAY), aia(3)];
    assert_eq!(tried(&receipt, &witness), answers.map(read));
    let governor = dao.governor_as(&dao.stranger())?;
    let seen = [
        governor.votingDelay().call().await?,
        governor.votingPeriod().call().await?,
        U256::from(governor.lateQuorumVoteExtension().call().await?),
        governor.proposalThreshold().call().await?,
    ];
    assert_eq!(seen, answers);
    let quorum = governor.quorumParams(U256::from(dao.net().now())).call().await?;
    assert_eq!((quorum.numerator, quorum.floor, quorum.cap), (2_345, floor, cap));
    let term = governor.guardianTerm().call().await?;
    assert_eq!((term.expiry, term.strikes), (expiry, 9));
    assert_eq!(governor.proposalGuardian().call().await?, HEIR);
    dao.assert_state(&draft, G::ProposalState::Executed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_29_the_timelock_changes_its_own_rules_in_one_batch_and_knows_it_at_once() -> Result<()> {
    let dao = Dao::start().await?;
    let witness = accomplice(&dao).await?;
    let [proposer, canceller] = ["PROPOSER_ROLE", "CANCELLER_ROLE"].map(keccak256);
    let (timelock, expiry) = (dao.timelock, at(dao.net().now() + TERM));
    let draft = Draft::new("Other rules")
        .call(timelock, &T::updateDelayCall { newDelay: U256::from(3 * DAY) })
        .call(timelock, &T::setGracePeriodCall { duration: 1_300_000 })
        .call(timelock, &T::grantRoleCall { role: proposer, account: HEIR })
        .call(timelock, &T::revokeRoleCall { role: canceller, account: dao.governor })
        .call(*witness.address(), &strikeCall {})
        .call(timelock, &T::setGuardianCall { newGuardian: HEIR, expiry });
    let questions: [Vec<u8>; 5] = [
        T::getMinDelayCall {}.abi_encode(),
        T::gracePeriodCall {}.abi_encode(),
        T::hasRoleCall { role: proposer, account: HEIR }.abi_encode(),
        T::hasRoleCall { role: canceller, account: dao.governor }.abi_encode(),
        T::getOperationStateCall { id: draft.operation(dao.governor) }.abi_encode(),
    ];
    prepare(&dao, &witness, &questions.map(|question| (timelock, Bytes::from(question)))).await?;

    let receipt = dao.enact(&draft).await?;

    let ready = U256::from(u8::from(T::OperationState::Ready));
    let answers = [U256::from(3 * DAY), U256::from(1_300_000), U256::ONE, U256::ZERO, ready];
    assert_eq!(tried(&receipt, &witness), answers.map(read));
    let timelock = dao.timelock_as(&dao.stranger())?;
    assert_eq!(timelock.getMinDelay().call().await?, U256::from(3 * DAY));
    assert_eq!(timelock.gracePeriod().call().await?, 1_300_000);
    assert!(timelock.hasRole(proposer, HEIR).call().await?);
    assert!(!timelock.hasRole(canceller, dao.governor).call().await?);
    let guardian = timelock.guardian().call().await?;
    assert_eq!((guardian.account, guardian.expiry), (HEIR, expiry));
    assert!(timelock.isOperationDone(draft.operation(dao.governor)).call().await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_25_the_governor_relays_to_the_timelock_out_of_the_timelock() -> Result<()> {
    let dao = Dao::start().await?;
    // Timelock, governor, timelock: the governor gives up a role that only itself can give up.
    let role = keccak256("CANCELLER_ROLE");
    let renounce = T::renounceRoleCall { role, callerConfirmation: dao.governor };
    let relay = G::relayCall { target: dao.timelock, value: U256::ZERO, data: renounce.abi_encode().into() };
    let draft = Draft::new("No more cancelling").call(dao.governor, &relay);

    let receipt = dao.enact(&draft).await?;

    let revoked = T::RoleRevoked { role, account: dao.governor, sender: dao.governor };
    assert_eq!(emitted::<T::RoleRevoked>(&receipt, dao.timelock), [revoked]);
    let timelock = dao.timelock_as(&dao.stranger())?;
    assert!(!timelock.hasRole(role, dao.governor).call().await?);
    assert!(timelock.isOperationDone(draft.operation(dao.governor)).call().await?);
    Ok(())
}
