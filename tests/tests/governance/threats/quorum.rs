//! Threats 6, 10 and 23: a quorum that changes afterwards, that cannot be reached, or that grows with idle supply.

use aia_abi::IAIAGovernor::{ProposalState, setQuorumParamsCall};
use aia_tests::{
    governance::{Dao, Draft, QUORUM, support},
    staking::aia,
};
use alloy::primitives::{Address, U256, aliases::U96};
use eyre::Result;

use super::unexpected;
use crate::motions::motion;

/// Returns a proposal that sets the quorum.
fn quorum_of(dao: &Dao, numerator: u16, floor: u64, cap: u64) -> Draft {
    let [floor, cap] = [floor, cap].map(|votes| U96::from(aia(votes)));
    let call = setQuorumParamsCall { numerator, floor, cap };
    Draft::new(format!("A quorum of {numerator}")).call(dao.governor, &call)
}

/// Asserts the quorum of a proposal.
async fn assert_quorum(dao: &Dao, draft: &Draft, expected: u64) -> Result<()> {
    let snapshot = U256::from(dao.snapshot(draft).await?);
    let governor = dao.governor_as(&dao.stranger())?;
    assert_eq!(governor.quorum(snapshot).call().await?, aia(expected), "quorum of \"{}\"", draft.description);
    Ok(())
}

/// Asserts the quorum of the second that has just passed.
async fn assert_quorum_now(dao: &Dao, expected: u64) -> Result<()> {
    dao.net().pass(1)?;
    let governor = dao.governor_as(&dao.stranger())?;
    let quorum = governor.quorum(U256::from(dao.net().now() - 1)).call().await?;
    assert_eq!(quorum, aia(expected));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_6_a_lower_quorum_revives_nothing_that_was_defeated() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, [_, voter, _]) = (motion(&dao, 1), dao.voters());
    dao.open(&draft).await?;
    dao.vote(&voter, &draft, support::FOR).await?;
    dao.to_verdict(&draft).await?;
    dao.assert_state(&draft, ProposalState::Defeated).await?;

    dao.enact(&quorum_of(&dao, 1_000, 1, 1_000_000_000)).await?;

    assert_quorum_now(&dao, QUORUM / 4).await?;
    assert_quorum(&dao, &draft, QUORUM).await?;
    dao.assert_state(&draft, ProposalState::Defeated).await?;
    let governor = dao.governor_as(&dao.stranger())?;
    let defeated = unexpected(&draft, ProposalState::Defeated, &[ProposalState::Succeeded]);
    dao.net().refuses(&draft.queue(&governor), defeated).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_6_a_higher_quorum_defeats_nothing_that_has_succeeded_or_is_voted_on() -> Result<()> {
    let dao = Dao::start().await?;
    let [whale, voter, other] = dao.voters();
    let (succeeded, running) = (motion(&dao, 1), motion(&dao, 2));
    dao.open(&succeeded).await?;
    dao.vote(&whale, &succeeded, support::FOR).await?;
    dao.to_verdict(&succeeded).await?;
    let raise = quorum_of(&dao, 10_000, 100_000_000, 1_000_000_000);
    dao.ripen(&raise).await?;
    dao.propose(&other, &running).await?;
    dao.to_voting(&running).await?;

    dao.execute(&raise).await?;

    assert_quorum_now(&dao, 100_000_000).await?;
    dao.assert_state(&succeeded, ProposalState::Succeeded).await?;
    dao.queue(&succeeded).await?;
    // Raised in the first second of voting: its quorum is that of the second before.
    assert_quorum(&dao, &running, QUORUM).await?;
    for voter in [&voter, &other] {
        dao.vote(voter, &running, support::FOR).await?;
    }
    dao.to_verdict(&running).await?;
    dao.assert_state(&running, ProposalState::Succeeded).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_10_the_quorum_is_a_part_of_votes_that_can_be_cast() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, [first, voter, third]) = (motion(&dao, 1), dao.voters());
    // Nine tenths of the supply never voted; now half of the rest do not either.
    assert_quorum_now(&dao, QUORUM).await?;
    for voter in [&first, &third] {
        dao.delegate(voter, Address::ZERO).await?;
    }
    assert_quorum_now(&dao, 16_000_000).await?;

    dao.open(&draft).await?;
    dao.vote(&voter, &draft, support::FOR).await?;
    dao.to_verdict(&draft).await?;

    dao.assert_state(&draft, ProposalState::Succeeded).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_23_supply_that_unlocks_does_not_move_the_quorum_beyond_reach() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, newcomer) = (motion(&dao, 1), dao.net().account(6));
    // Unlocked and idle, it counts for nothing.
    dao.give(newcomer.address(), aia(800_000_000)).await?;
    assert_quorum_now(&dao, QUORUM).await?;
    // Delegated and idle, for no more than the cap, which the others can reach without it.
    dao.delegate(&newcomer, newcomer.address()).await?;
    assert_quorum_now(&dao, 60_000_000).await?;

    dao.carry(&draft).await?;

    dao.assert_state(&draft, ProposalState::Succeeded).await
}
