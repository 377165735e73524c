//! Threat 12: two machines, governor and timelock, that must never disagree about a proposal.

use aia_abi::{IAIAGovernor::ProposalState, IAIATimelock as T};
use aia_tests::{
    actions::event,
    governance::{Dao, Draft, logged},
};
use alloy::{
    primitives::{Address, keccak256},
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use super::{execute_directly, unexpected, unexpected_operation};
use crate::{
    motions::{admin, last_admin, motion},
    privileges::send_as,
};

/// Asserts that nobody executes or queues a proposal that is in a final state, here or there.
async fn assert_over(dao: &Dao, draft: &Draft, state: ProposalState) -> Result<()> {
    let stranger = dao.stranger();
    let (governor, timelock) = (dao.governor_as(&stranger)?, dao.timelock_as(&stranger)?);
    let over = |needed| unexpected(draft, state, &[needed]);
    let not_ready = unexpected_operation(draft.operation(dao.governor), &[T::OperationState::Ready]);
    dao.assert_state(draft, state).await?;
    dao.net().refuses(&draft.execute(&governor), over(ProposalState::Queued)).await?;
    dao.net().refuses(&draft.queue(&governor), over(ProposalState::Succeeded)).await?;
    dao.net().refuses(&execute_directly(dao, &timelock, draft), not_ready).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_12_what_is_cancelled_is_cancelled_in_the_timelock_too() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = motion(&dao, 1);
    dao.ripen(&draft).await?;
    let id = draft.operation(dao.governor);

    let receipt = dao.cancel(&dao.guardian(), &draft).await?;

    assert_eq!(logged(&receipt, dao.timelock), [event(&T::Cancelled { id })]);
    let timelock = dao.timelock_as(&dao.stranger())?;
    assert_eq!(timelock.getOperationState(id).call().await?, T::OperationState::Unset);
    assert_over(&dao, &draft, ProposalState::Canceled).await?;
    let again = unexpected(&draft, ProposalState::Canceled, &[]);
    dao.net().refuses(&draft.propose(&dao.governor_as(&dao.proposer())?), again).await?;
    assert_eq!(last_admin(&dao).await?, Address::ZERO);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_12_what_is_cancelled_in_the_timelock_is_cancelled() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, canceller) = (motion(&dao, 1), dao.net().account(6));
    let grant = T::grantRoleCall { role: keccak256("CANCELLER_ROLE"), account: canceller.address() };
    let granted = send_as(dao.net(), dao.timelock, dao.timelock, grant.abi_encode())?;
    ensure!(granted.success, "{granted:?}");
    dao.ripen(&draft).await?;

    let timelock = dao.timelock_as(&canceller)?;
    dao.net().send(&timelock.cancel(draft.operation(dao.governor))).await?;

    assert_over(&dao, &draft, ProposalState::Canceled).await?;
    assert_eq!(last_admin(&dao).await?, Address::ZERO);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_12_what_is_executed_past_the_governor_is_executed_once() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = motion(&dao, 1);
    dao.ripen(&draft).await?;

    let timelock = dao.timelock_as(&dao.stranger())?;
    dao.net().send(&execute_directly(&dao, &timelock, &draft)).await?;

    assert_eq!(last_admin(&dao).await?, admin(1));
    assert_over(&dao, &draft, ProposalState::Executed).await?;
    // Nor is there anything left to cancel.
    let cancellable = [
        ProposalState::Pending,
        ProposalState::Active,
        ProposalState::Defeated,
        ProposalState::Succeeded,
        ProposalState::Queued,
    ];
    let over = unexpected(&draft, ProposalState::Executed, &cancellable);
    dao.net().refuses(&draft.cancel(&dao.governor_as(&dao.guardian())?), over).await
}
