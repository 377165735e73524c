//! Threats 7 and 9: governance calls that come out of a proposal which does not contain them.

use aia_abi::{
    IAIAGovernor::{GovernorOnlyExecutor, ProposalState, executeCall, setVotingDelayCall},
    IAIATimelock::OperationState,
};
use aia_tests::{
    governance::{Dao, Draft, VOTING_DELAY, at},
    staking::DAY,
};
use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::{Panic, SolCall},
};
use eyre::Result;

use super::{
    Accomplice, accomplice, directly, execute_directly, peers::IAccomplice::strikeCall, prepare, refused, tried,
    unexpected_operation,
};
use crate::privileges::not_proposed;

/// What the voting delay would be set to.
const LONGER: u64 = 3 * DAY;

/// A proposal to strike an accomplice and another to change the voting delay, both due.
struct Scene {
    dao: Dao,
    accomplice: Accomplice,
    strike: Draft,
    change: Draft,
}

impl Scene {
    /// Lets both be proposed, voted on and queued; the first contains the change as well, if it is so `candid`.
    async fn start(candid: bool, step: impl FnOnce(&Dao, &Draft) -> (Address, Bytes)) -> Result<Self> {
        let dao = Dao::start().await?;
        let accomplice = accomplice(&dao).await?;
        let longer = setVotingDelayCall { newVotingDelay: at(LONGER) };
        let change = Draft::new("Take more time").call(dao.governor, &longer);
        let strike = Draft::new("Strike").call(*accomplice.address(), &strikeCall {});
        let strike = if candid { strike.call(dao.governor, &longer) } else { strike };
        prepare(&dao, &accomplice, &[step(&dao, &change)]).await?;
        dao.carry_all(&[(&dao.proposer(), &strike), (&dao.voters()[0], &change)]).await?;
        for draft in [&strike, &change] {
            dao.queue(draft).await?;
        }
        dao.to_eta(&change).await?;
        Ok(Self { dao, accomplice, strike, change })
    }

    async fn assert_delay(&self, expected: u64) -> Result<()> {
        let governor = self.dao.governor_as(&self.dao.stranger())?;
        assert_eq!(governor.votingDelay().call().await?, U256::from(expected));
        Ok(())
    }
}

/// What a governance call is refused with that no proposal in execution contains.
fn taken_from_nothing() -> Panic {
    Panic { code: U256::from(0x31) }
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_7_a_governance_call_of_another_proposal_is_not_made() -> Result<()> {
    let scene = Scene::start(false, directly).await?;
    let Scene { dao, accomplice, strike, change } = &scene;

    let receipt = dao.execute(strike).await?;

    assert_eq!(tried(&receipt, accomplice), [(false, not_proposed())]);
    scene.assert_delay(VOTING_DELAY).await?;
    // It waits for its own execution, which is not spoilt.
    dao.assert_state(change, ProposalState::Queued).await?;
    dao.execute(change).await?;
    scene.assert_delay(LONGER).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_7_a_governance_call_is_made_as_often_as_it_was_proposed() -> Result<()> {
    // The accomplice makes the other proposal's call in the name of the first, which has none left for its own.
    let scene = Scene::start(true, directly).await?;
    let Scene { dao, accomplice, strike, change } = &scene;
    let governor = dao.governor_as(&dao.stranger())?;

    dao.net().refuses(&strike.execute(&governor), taken_from_nothing()).await?;

    scene.assert_delay(VOTING_DELAY).await?;
    for draft in [strike, change] {
        dao.assert_state(draft, ProposalState::Queued).await?;
    }
    dao.execute(change).await?;
    // Nothing is left to be stolen now.
    let receipt = dao.execute(strike).await?;
    let done = unexpected_operation(change.operation(dao.governor), &[OperationState::Ready]);
    assert_eq!(tried(&receipt, accomplice), [refused(&done)]);
    scene.assert_delay(LONGER).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_7_a_proposal_may_execute_another_properly() -> Result<()> {
    let properly = |dao: &Dao, draft: &Draft| {
        let Draft { targets, values, calldatas, .. } = draft.clone();
        let description_hash = draft.description_hash();
        let call = executeCall { targets, values, calldatas, descriptionHash: description_hash };
        (dao.governor, Bytes::from(call.abi_encode()))
    };
    let scene = Scene::start(true, properly).await?;
    let Scene { dao, accomplice, strike, change } = &scene;

    let receipt = dao.execute(strike).await?;

    // Both made their call, each by its own right.
    assert_eq!(tried(&receipt, accomplice), [(true, change.id().to_be_bytes::<32>().into())]);
    for draft in [strike, change] {
        dao.assert_state(draft, ProposalState::Executed).await?;
    }
    scene.assert_delay(LONGER).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_7_a_target_makes_no_governance_call_of_its_own() -> Result<()> {
    let own = |dao: &Dao, change: &Draft| (dao.governor, change.calldatas[0].clone());
    let scene = Scene::start(true, own).await?;
    let Scene { dao, accomplice, strike, .. } = &scene;

    let receipt = dao.execute(strike).await?;

    let powerless = GovernorOnlyExecutor { account: *accomplice.address() };
    assert_eq!(tried(&receipt, accomplice), [refused(&powerless)]);
    scene.assert_delay(LONGER).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_7_a_governance_call_is_not_made_past_the_governor() -> Result<()> {
    let scene = Scene::start(false, directly).await?;
    let Scene { dao, change, .. } = &scene;
    let timelock = dao.timelock_as(&dao.stranger())?;

    dao.net().refuses(&execute_directly(dao, &timelock, change), taken_from_nothing()).await?;

    dao.assert_state(change, ProposalState::Queued).await?;
    dao.execute(change).await?;
    scene.assert_delay(LONGER).await
}
