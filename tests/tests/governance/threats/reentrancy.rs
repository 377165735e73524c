//! Threat 7: targets that come back while they are called.

use aia_abi::{
    IAIAGovernor::ProposalState,
    IAIATimelock::{OperationState, cancelCall, executeCall, grantRoleCall, scheduleCall},
};
use aia_tests::governance::{DELAY, Dao, Draft};
use alloy::{
    primitives::{B256, Bytes, U256, keccak256},
    sol_types::{SolCall, SolValue},
};
use eyre::{Result, ensure};

use super::{
    Accomplice, accomplice, directly, execute_directly, peers::IAccomplice::strikeCall, prepare, refused, tried,
    unexpected, unexpected_operation,
};
use crate::privileges::send_as;

/// Returns an accomplice, and a proposal to strike it.
async fn scene(dao: &Dao) -> Result<(Accomplice, Draft)> {
    let accomplice = accomplice(dao).await?;
    let draft = Draft::new("Strike").call(*accomplice.address(), &strikeCall {});
    Ok((accomplice, draft))
}

/// Asserts that a proposal that is due cannot be executed, by the governor or past it, because its operation changes
/// meanwhile; and that nothing has come of the attempt.
async fn assert_undone(dao: &Dao, draft: &Draft) -> Result<()> {
    let stranger = dao.stranger();
    let (governor, timelock) = (dao.governor_as(&stranger)?, dao.timelock_as(&stranger)?);
    let undone = || unexpected_operation(draft.operation(dao.governor), &[OperationState::Ready]);
    dao.net().refuses(&draft.execute(&governor), undone()).await?;
    dao.net().refuses(&execute_directly(dao, &timelock, draft), undone()).await?;
    dao.assert_state(draft, ProposalState::Queued).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_7_an_operation_is_not_executed_within_itself() -> Result<()> {
    let dao = Dao::start().await?;
    let (accomplice, draft) = scene(&dao).await?;
    prepare(&dao, &accomplice, &[directly(&dao, &draft)]).await?;
    dao.ripen(&draft).await?;
    assert_undone(&dao, &draft).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_7_an_operation_of_one_call_is_not_executed_within_itself() -> Result<()> {
    let dao = Dao::start().await?;
    let (accomplice, _) = scene(&dao).await?;
    let (target, value, data) = (*accomplice.address(), U256::ZERO, Bytes::from(strikeCall {}.abi_encode()));
    let (predecessor, salt, delay) = (B256::ZERO, B256::ZERO, U256::from(DELAY));
    let again = executeCall { target, value, payload: data.clone(), predecessor, salt };
    prepare(&dao, &accomplice, &[(dao.timelock, again.abi_encode().into())]).await?;
    let schedule = scheduleCall { target, value, data: data.clone(), predecessor, salt, delay };
    let scheduled = send_as(dao.net(), dao.governor, dao.timelock, schedule.abi_encode())?;
    ensure!(scheduled.success, "{scheduled:?}");
    dao.net().pass(DELAY)?;

    let timelock = dao.timelock_as(&dao.stranger())?;
    let id = keccak256((target, value, data.clone(), predecessor, salt).abi_encode_params());
    let undone = unexpected_operation(id, &[OperationState::Ready]);
    dao.net().refuses(&timelock.execute(target, value, data, predecessor, salt), undone).await?;
    assert_eq!(timelock.getOperationState(id).call().await?, OperationState::Ready);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_7_an_operation_is_not_cancelled_while_it_is_executed() -> Result<()> {
    let dao = Dao::start().await?;
    let (accomplice, draft) = scene(&dao).await?;
    let account = *accomplice.address();
    let grant = grantRoleCall { role: keccak256("CANCELLER_ROLE"), account };
    let granted = send_as(dao.net(), dao.timelock, dao.timelock, grant.abi_encode())?;
    ensure!(granted.success, "{granted:?}");
    let cancel = cancelCall { id: draft.operation(dao.governor) };
    prepare(&dao, &accomplice, &[(dao.timelock, cancel.abi_encode().into())]).await?;
    dao.ripen(&draft).await?;
    assert_undone(&dao, &draft).await?;

    // Before, it may.
    dao.net().send(&accomplice.strike()).await?;
    dao.assert_state(&draft, ProposalState::Canceled).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_7_a_proposal_in_execution_counts_as_executed() -> Result<()> {
    use ProposalState::{Executed, Queued, Succeeded};
    let dao = Dao::start().await?;
    let (accomplice, draft) = scene(&dao).await?;
    let governor = dao.governor_as(&dao.stranger())?;
    let steps = [
        draft.execute(&governor).calldata().clone(),
        draft.queue(&governor).calldata().clone(),
        governor.state(draft.id()).calldata().clone(),
    ];
    prepare(&dao, &accomplice, &steps.map(|data| (dao.governor, data))).await?;

    let receipt = dao.enact(&draft).await?;

    let state = (true, U256::from(u8::from(Executed)).to_be_bytes::<32>().into());
    let [execute, queue] = [Queued, Succeeded].map(|needed| refused(&unexpected(&draft, Executed, &[needed])));
    assert_eq!(tried(&receipt, &accomplice), [execute, queue, state]);
    dao.assert_state(&draft, Executed).await
}
