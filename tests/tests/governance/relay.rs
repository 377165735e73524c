//! The governor calls others itself, when a proposal says so.

use std::fmt::Debug;

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    actions::{assert_events, event},
    governance::{Dao, Draft, at},
};
use alloy::{
    primitives::{Address, Bytes, U256},
    providers::Provider,
    sol_types::{SolCall, SolError},
};
use eyre::Result;

use super::targets::{IRefusal, ITally, refusal, tally};

/// Somebody without code, who is paid.
const PAYEE: Address = Address::repeat_byte(0x9a);

/// Returns a call of `relay`.
fn relay(target: Address, value: u64, data: impl Into<Bytes>) -> G::relayCall {
    G::relayCall { target, value: U256::from(value), data: data.into() }
}

/// Proposes to relay a call, and asserts that its execution is refused with `expected`.
async fn assert_refused<E: SolError + Debug>(dao: &Dao, name: &str, call: G::relayCall, expected: E) -> Result<()> {
    let draft = Draft::new(name).call(dao.governor, &call);
    dao.ripen(&draft).await?;
    dao.net().refuses(&draft.execute(&dao.governor_as(&dao.stranger())?), expected).await?;
    dao.assert_state(&draft, G::ProposalState::Queued).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relayed_call_comes_from_the_governor_with_its_own_value() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, tally) = (dao.net(), tally(&dao).await?);
    let count = ITally::countCall { step: U256::from(7) }.abi_encode();
    let call = relay(*tally.address(), 3, count).abi_encode();
    let draft = Draft::new("Count, governor").paying(dao.governor, U256::from(5), call);
    dao.ripen(&draft).await?;
    let governor = dao.governor_as(&dao.stranger())?;
    let execute = draft.execute(&governor).value(U256::from(5));
    let receipt = net.send(&execute).await?;
    let [value, step, count] = [3, 7, 7].map(U256::from);
    let counted = event(&ITally::Counted { caller: dao.governor, value, step, count });
    let executed = event(&G::ProposalExecuted { proposalId: draft.id() });
    assert_events(&receipt, &[vec![counted], dao.carried_out(&draft), vec![executed]].concat());

    // What it got beyond that is relayed by another proposal, and then it holds nothing.
    let provider = net.provider(&net.owner)?;
    assert_eq!(provider.get_balance(dao.governor).await?, U256::from(2));
    let rest = Draft::new("And the rest").call(dao.governor, &relay(PAYEE, 2, Bytes::new()));
    dao.enact(&rest).await?;
    assert_eq!(provider.get_balance(dao.governor).await?, U256::ZERO);
    assert_eq!(provider.get_balance(PAYEE).await?, U256::from(2));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_relayed_call_is_refused_with_is_passed_on() -> Result<()> {
    let dao = Dao::start().await?;
    let refusal = refusal(&dao).await?;
    let refused = IRefusal::Refused { caller: dao.governor, value: U256::ZERO };
    assert_refused(&dao, "With a reason", relay(refusal, 0, vec![1u8]), refused).await?;
    assert_refused(&dao, "Without one", relay(refusal, 0, Bytes::new()), G::FailedCall {}).await?;
    assert_refused(&dao, "More than it has", relay(PAYEE, 1, Bytes::new()), G::FailedCall {}).await?;
    // Not even the governor is the timelock.
    let own = G::setVotingDelayCall { newVotingDelay: at(3_600) };
    let foreign = G::GovernorOnlyExecutor { account: dao.governor };
    assert_refused(&dao, "A governance call", relay(dao.governor, 0, own.abi_encode()), foreign).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_relays_without_a_proposal() -> Result<()> {
    let dao = Dao::start().await?;
    let everybody = [dao.stranger(), dao.proposer(), dao.guardian(), dao.net().owner.clone()];
    for account in everybody {
        let governor = dao.governor_as(&account)?;
        let foreign = G::GovernorOnlyExecutor { account: account.address() };
        let call = governor.relay(PAYEE, U256::ZERO, Bytes::new());
        dao.net().refuses(&call, foreign).await?;
    }
    Ok(())
}
