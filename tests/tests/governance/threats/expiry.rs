//! Threat 13: what was decided long ago does not happen out of the blue.

use aia_abi::{IAIAGovernor::ProposalState, IAIATimelock as T};
use aia_tests::governance::{DELAY, Dao, Draft, GRACE};
use alloy::{
    primitives::{B256, U256},
    sol_types::SolCall,
};
use eyre::Result;

use super::{execute_directly, reverted, simulate, unexpected, unexpected_operation};
use crate::motions::{admin, last_admin, motion};

#[tokio::test(flavor = "multi_thread")]
async fn threat_13_what_is_queued_can_be_executed_up_to_the_last_second_of_its_grace() -> Result<()> {
    let dao = Dao::start().await?;
    let draft = motion(&dao, 1);
    dao.ripen(&draft).await?;
    dao.net().pass(GRACE)?;
    dao.assert_state(&draft, ProposalState::Queued).await?;

    dao.execute(&draft).await?;

    assert_eq!(last_admin(&dao).await?, admin(1));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_13_what_has_expired_is_over() -> Result<()> {
    use ProposalState::{Active, Defeated, Expired, Pending, Queued, Succeeded};
    let dao = Dao::start().await?;
    let (net, draft, stranger) = (dao.net(), motion(&dao, 1), dao.stranger());
    dao.ripen(&draft).await?;
    net.pass(GRACE + 1)?;

    dao.assert_state(&draft, Expired).await?;
    let (governor, timelock) = (dao.governor_as(&stranger)?, dao.timelock_as(&stranger)?);
    let over = |needed: &[ProposalState]| unexpected(&draft, Expired, needed);
    net.refuses(&draft.execute(&governor), over(&[Queued])).await?;
    net.refuses(&draft.queue(&governor), over(&[Succeeded])).await?;
    let cancel = draft.cancel(&dao.governor_as(&dao.guardian())?).calldata().clone();
    let not_cancellable = over(&[Pending, Active, Defeated, Succeeded, Queued]);
    assert_eq!(simulate(&dao, dao.guardian().address(), dao.governor, cancel), reverted(&not_cancellable));
    net.refuses(&draft.propose(&dao.governor_as(&dao.proposer())?), over(&[])).await?;

    // Nor is there a way past the governor, even in its name.
    let id = draft.operation(dao.governor);
    let expired = T::TimelockExpired { operationId: id };
    net.refuses(&execute_directly(&dao, &timelock, &draft), expired).await?;
    let cancel = T::cancelCall { id }.abi_encode();
    let not_pending = unexpected_operation(id, &[T::OperationState::Waiting, T::OperationState::Ready]);
    assert_eq!(simulate(&dao, dao.governor, dao.timelock, cancel), reverted(&not_pending));
    let schedule = scheduling(&dao, &draft).abi_encode();
    let not_unset = unexpected_operation(id, &[T::OperationState::Unset]);
    assert_eq!(simulate(&dao, dao.governor, dao.timelock, schedule), reverted(&not_unset));

    // The same under another description is another decision.
    let again = Draft { description: "Motion 1, again".into(), ..draft };
    dao.enact(&again).await?;
    assert_eq!(last_admin(&dao).await?, admin(1));
    Ok(())
}

/// Returns the call that schedules a proposal.
fn scheduling(dao: &Dao, draft: &Draft) -> T::scheduleBatchCall {
    let Draft { targets, values, calldatas: payloads, .. } = draft.clone();
    let (predecessor, salt, delay) = (B256::ZERO, draft.salt(dao.governor), U256::from(DELAY));
    T::scheduleBatchCall { targets, values, payloads, predecessor, salt, delay }
}
