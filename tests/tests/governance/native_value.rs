//! Native value on its way through `execute` and the timelock to a batch of calls.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T};
use aia_tests::{
    actions::{assert_events, event},
    governance::{Dao, Draft, operation_states},
};
use alloy::{
    primitives::{Address, Bytes, U256},
    providers::Provider,
    sol_types::SolCall,
};
use eyre::Result;

use super::targets::{ITally, tally};

/// Somebody without code, who is paid.
const PAYEE: Address = Address::repeat_byte(0x9a);

/// Asserts what accounts have, in wei.
async fn assert_wei(dao: &Dao, expected: &[(Address, u64)]) -> Result<()> {
    let provider = dao.net().provider(&dao.net().owner)?;
    for (account, wei) in expected {
        assert_eq!(provider.get_balance(*account).await?, U256::from(*wei), "wei of {account}");
    }
    Ok(())
}

/// Returns a call that counts `step`.
fn count(step: u64) -> Vec<u8> {
    ITally::countCall { step: U256::from(step) }.abi_encode()
}

#[tokio::test(flavor = "multi_thread")]
async fn value_travels_through_execute_to_each_call_and_the_rest_stays_with_the_timelock() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, tally) = (dao.net(), tally(&dao).await?);
    let (target, governor) = (*tally.address(), dao.governor_as(&dao.stranger())?);
    let draft = Draft::new("Count, and pay")
        .paying(target, U256::from(3), count(5))
        .paying(target, U256::ZERO, count(1))
        .paying(PAYEE, U256::from(4), Bytes::new());
    dao.ripen(&draft).await?;

    // With too little nothing is done, and the proposal can be executed still.
    let execute = |value: u64| draft.execute(&governor).value(U256::from(value));
    net.refuses(&execute(6), T::FailedCall {}).await?;
    assert_wei(&dao, &[(target, 0), (PAYEE, 0), (dao.timelock, 0), (dao.governor, 0)]).await?;
    dao.assert_state(&draft, G::ProposalState::Queued).await?;

    let receipt = net.send(&execute(9)).await?;
    let counted = |value: u64, step: u64, count: u64| {
        let [value, step, count] = [value, step, count].map(U256::from);
        event(&ITally::Counted { caller: dao.timelock, value, step, count })
    };
    let [first, second, third] = [0, 1, 2].map(|index| dao.carried_out(&draft)[index].clone());
    let executed = event(&G::ProposalExecuted { proposalId: draft.id() });
    assert_events(&receipt, &[counted(3, 5, 5), first, counted(0, 1, 6), second, third, executed]);
    assert_wei(&dao, &[(target, 3), (PAYEE, 4), (dao.timelock, 2), (dao.governor, 0)]).await?;

    // What the timelock has of its own pays for the next.
    let next = Draft::new("Pay again").paying(PAYEE, U256::from(2), Bytes::new());
    dao.enact(&next).await?;
    assert_wei(&dao, &[(PAYEE, 6), (dao.timelock, 0), (dao.governor, 0)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_is_executed_as_a_whole_or_not_at_all() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, tally) = (dao.net(), tally(&dao).await?);
    let governor = dao.governor_as(&dao.stranger())?;
    let nowhere = vec![0xde, 0xad, 0xbe, 0xef];
    let draft = Draft::new("One too many").paying(*tally.address(), U256::ZERO, count(5)).paying(
        *tally.address(),
        U256::ZERO,
        nowhere,
    );
    dao.ripen(&draft).await?;
    net.refuses(&draft.execute(&governor), T::FailedCall {}).await?;
    assert_eq!(tally.counts(dao.timelock).call().await?, U256::ZERO);

    // Before it is ripe no value leaves either.
    let early = Draft::new("Too early").paying(PAYEE, U256::from(1), Bytes::new());
    dao.carry(&early).await?;
    dao.queue(&early).await?;
    let waiting = T::TimelockUnexpectedOperationState {
        operationId: early.operation(dao.governor),
        expectedStates: operation_states(&[T::OperationState::Ready]),
    };
    net.refuses(&early.execute(&governor).value(U256::from(1)), waiting).await?;
    assert_wei(&dao, &[(PAYEE, 0), (dao.timelock, 0), (dao.governor, 0)]).await
}
