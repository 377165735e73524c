//! What nobody executed in time is over, everywhere and for ever.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T};
use aia_tests::governance::{Dao, Draft, GRACE, states};
use alloy::primitives::{Address, B256};
use eyre::Result;

use super::motions::{admin, last_admin, motion};

/// Returns the error that says that a proposal is Expired.
fn expired(draft: &Draft, expected: &[G::ProposalState]) -> G::GovernorUnexpectedProposalState {
    let current = G::ProposalState::Expired;
    G::GovernorUnexpectedProposalState { proposalId: draft.id(), current, expectedStates: states(expected) }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_expired_operation_cannot_be_executed_cancelled_or_scheduled_again() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft) = (dao.net(), motion(&dao, 1));
    dao.ripen(&draft).await?;
    net.pass(GRACE + 1)?;
    dao.assert_state(&draft, G::ProposalState::Expired).await?;
    let (timelock, governor) = (dao.timelock_as(&dao.stranger())?, dao.governor_as(&dao.stranger())?);
    let operation = draft.operation(dao.governor);
    assert_eq!(timelock.getOperationState(operation).call().await?, T::OperationState::Expired);
    assert!(timelock.isOperation(operation).call().await?);
    assert!(!timelock.isOperationPending(operation).call().await?);
    assert!(!timelock.isOperationReady(operation).call().await?);
    assert!(!timelock.isOperationDone(operation).call().await?);

    // Neither through the governor nor past it.
    net.refuses(&draft.execute(&governor), expired(&draft, &[G::ProposalState::Queued])).await?;
    let Draft { targets, values, calldatas, .. } = draft.clone();
    let salt = draft.salt(dao.governor);
    let direct = timelock.executeBatch(targets, values, calldatas, B256::ZERO, salt);
    net.refuses(&direct, T::TimelockExpired { operationId: operation }).await?;
    // It cannot be cancelled, queued or proposed again.
    let cancellable = [
        G::ProposalState::Pending,
        G::ProposalState::Active,
        G::ProposalState::Defeated,
        G::ProposalState::Succeeded,
        G::ProposalState::Queued,
    ];
    net.refuses(&draft.cancel(&dao.governor_as(&dao.guardian())?), expired(&draft, &cancellable)).await?;
    net.refuses(&draft.queue(&governor), expired(&draft, &[G::ProposalState::Succeeded])).await?;
    net.refuses(&draft.propose(&dao.governor_as(&dao.proposer())?), expired(&draft, &[])).await?;
    assert_eq!(last_admin(&dao).await?, Address::ZERO);

    // The same calls for another reason are another proposal.
    let again = Draft { description: "Motion 1, and do not forget it".into(), ..draft };
    dao.enact(&again).await?;
    assert_eq!(last_admin(&dao).await?, admin(1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_second_of_grace_is_in_time() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = motion(&dao, 1);
    dao.ripen(&draft).await?;
    dao.net().pass(GRACE)?;
    dao.assert_state(&draft, G::ProposalState::Queued).await?;
    dao.execute(&draft).await?;
    assert_eq!(last_admin(&dao).await?, admin(1));
    // What was executed does not expire.
    dao.net().pass(GRACE)?;
    dao.assert_state(&draft, G::ProposalState::Executed).await
}
