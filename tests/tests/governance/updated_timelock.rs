//! The governor moves to another timelock: what is queued stays with the old one.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T};
use aia_deploy::GovernanceConfig;
use aia_tests::{
    actions::{assert_events, event},
    governance::{DELAY, Dao, Draft, add_timelock, at, constitution, logged},
};
use alloy::primitives::{Address, B256, U256, keccak256};
use eyre::Result;

use super::{
    motions::{admin, last_admin, motion},
    targets::{ITally, tally},
};

/// Stands for everybody.
const ANYONE: Address = Address::ZERO;

/// Deploys a timelock that owns nothing.
async fn another(dao: &Dao, governor: Address, executor: Address) -> Result<Address> {
    let config = GovernanceConfig { executors: vec![executor], owned: Vec::new(), ..constitution(dao.net()) };
    add_timelock(dao.net(), governor, config).await
}

/// Returns the proposal to move to another timelock.
fn moving(dao: &Dao, to: Address) -> Draft {
    Draft::new(format!("Move to {to}")).call(dao.governor, &G::updateTimelockCall { newTimelock: to })
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_queued_stays_with_the_old_timelock_and_what_comes_goes_to_the_new_one() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, old) = (dao.net(), dao.timelock);
    let new = another(&dao, dao.governor, ANYONE).await?;
    let own = G::setVotingDelayCall { newVotingDelay: at(3_600) };
    let (moving, queued) = (moving(&dao, new), motion(&dao, 1));
    let (doomed, own) = (motion(&dao, 2), Draft::new("Sooner").call(dao.governor, &own));
    let [first, second, third] = dao.voters();
    dao.carry_all(&[(&dao.proposer(), &moving), (&first, &queued), (&second, &doomed), (&third, &own)]).await?;
    for draft in [&moving, &queued, &doomed, &own] {
        dao.queue(draft).await?;
    }
    dao.to_eta(&moving).await?;
    let receipt = dao.execute(&moving).await?;
    let change = event(&G::TimelockChange { oldTimelock: old, newTimelock: new });
    let executed = event(&G::ProposalExecuted { proposalId: moving.id() });
    assert_events(&receipt, &[vec![change], dao.carried_out(&moving), vec![executed]].concat());
    let governor = dao.governor_as(&dao.stranger())?;
    assert_eq!(governor.timelock().call().await?, new);

    // In the old timelock what is queued is executed, and cancelled;
    for draft in [&queued, &doomed, &own] {
        dao.assert_state(draft, G::ProposalState::Queued).await?;
    }
    let receipt = dao.execute(&queued).await?;
    assert_eq!(logged(&receipt, old), dao.carried_out(&queued));
    dao.assert_state(&queued, G::ProposalState::Executed).await?;
    assert_eq!(last_admin(&dao).await?, admin(1));
    let receipt = dao.cancel(&dao.guardian(), &doomed).await?;
    assert_eq!(logged(&receipt, old), [event(&T::Cancelled { id: doomed.operation(dao.governor) })]);
    dao.assert_state(&doomed, G::ProposalState::Canceled).await?;
    // but it governs the governor no more.
    net.refuses(&own.execute(&governor), G::GovernorOnlyExecutor { account: old }).await?;
    assert_eq!(governor.votingDelay().call().await?, U256::from(86_400));

    // The new timelock schedules what is decided from now on.
    let tally = tally(&dao).await?;
    let dao = Dao { timelock: new, ..dao };
    let again = Draft::new("Sooner, again").call(*tally.address(), &ITally::countCall { step: U256::from(1) }).paying(
        dao.governor,
        U256::ZERO,
        own.calldatas[0].clone(),
    );
    dao.carry(&again).await?;
    let receipt = dao.queue(&again).await?;
    assert_eq!(logged(&receipt, new), dao.scheduled(&again, DELAY));
    dao.to_eta(&again).await?;
    dao.execute(&again).await?;
    assert_eq!(tally.counts(new).call().await?, U256::from(1));
    assert_eq!(governor.votingDelay().call().await?, U256::from(3_600));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_governor_moves_to_no_timelock_in_which_it_could_not_act() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, governor) = (dao.net(), dao.governor_as(&dao.stranger())?);
    let nobodys = another(&dao, Address::repeat_byte(0x60), ANYONE).await?;
    let closed = another(&dao, dao.governor, Address::repeat_byte(0xe1)).await?;
    // No code, another contract, another governor's timelock, and one that lets it execute nothing.
    for timelock in [Address::ZERO, Address::repeat_byte(0x77), *tally(&dao).await?.address(), nobodys, closed] {
        let draft = moving(&dao, timelock);
        dao.ripen(&draft).await?;
        net.refuses(&draft.execute(&governor), G::GovernorInvalidTimelock { timelock }).await?;
        assert_eq!(governor.timelock().call().await?, dao.timelock);
    }

    // To be executor itself is enough.
    let private = another(&dao, dao.governor, dao.governor).await?;
    dao.enact(&moving(&dao, private)).await?;
    assert_eq!(governor.timelock().call().await?, private);
    let dao = Dao { timelock: private, ..dao };
    let draft = Draft::new("Sooner").call(dao.governor, &G::setVotingDelayCall { newVotingDelay: at(3_600) });
    dao.ripen(&draft).await?;
    let Draft { targets, values, calldatas, .. } = draft.clone();
    let by_stranger = dao.timelock_as(&dao.stranger())?;
    let direct = by_stranger.executeBatch(targets, values, calldatas, B256::ZERO, draft.salt(dao.governor));
    let needed = keccak256("EXECUTOR_ROLE");
    let foreign = T::AccessControlUnauthorizedAccount { account: dao.stranger().address(), neededRole: needed };
    dao.net().refuses(&direct, foreign).await?;
    dao.execute(&draft).await?;
    assert_eq!(governor.votingDelay().call().await?, U256::from(3_600));
    Ok(())
}
