//! The quorum: a part of the delegated votes, between a floor and a cap, as all of these were in the snapshot's second.

use aia_abi::{IAIAGovernor as G, IAIAToken as A};
use aia_tests::{
    governance::{Dao, Draft, Governor, VOTING_DELAY, at, support::FOR},
    staking::aia,
};
use alloy::primitives::{Address, U256, aliases::U96};
use eyre::Result;

use super::motions::motion;

/// The quorum of a second.
async fn quorum(governor: &Governor, second: u64) -> Result<U256> {
    Ok(governor.quorum(U256::from(second)).call().await?)
}

/// Asserts what makes the quorum of a second: numerator, floor and cap, the latter in millions.
async fn assert_params(governor: &Governor, second: u64, expected: (u16, u64, u64)) -> Result<()> {
    let (numerator, floor, cap) = expected;
    let seen = governor.quorumParams(U256::from(second)).call().await?;
    let [floor, cap] = [floor, cap].map(|millions| U96::from(aia(millions * 1_000_000)));
    assert_eq!((seen.numerator, seen.floor, seen.cap), (numerator, floor, cap), "at {second}");
    assert_eq!(governor.quorumNumerator_1(U256::from(second)).call().await?, U256::from(numerator));
    Ok(())
}

/// Returns the proposal of another quorum: a tenth, at least five million, at most fifty.
fn tenth(dao: &Dao) -> Draft {
    let [floor, cap] = [5_000_000, 50_000_000].map(|votes| U96::from(aia(votes)));
    Draft::new("A tenth").call(dao.governor, &G::setQuorumParamsCall { numerator: 1_000, floor, cap })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_quorum_follows_the_delegated_votes_down_to_its_floor_and_up_to_its_cap() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, [first, second, _], whale) = (dao.net(), dao.voters(), dao.net().account(6));
    let governor = dao.governor_as(&dao.stranger())?;
    let mut seen = vec![(net.now() - 1, aia(40_000_000))];
    // 40 % of what is delegated after each change, in base units.
    dao.delegate(&first, Address::ZERO).await?;
    seen.push((net.now(), aia(24_000_000)));
    net.pass(1)?;
    dao.delegate(&second, Address::ZERO).await?;
    seen.push((net.now(), aia(15_000_000)));
    net.pass(1)?;
    // Three base units more: 1.2 of quorum, rounded down.
    dao.delegate(&first, first.address()).await?;
    dao.enfranchise(&whale, U256::from(3)).await?;
    seen.push((net.now(), aia(28_000_000) + U256::from(1)));
    net.pass(1)?;
    dao.give(whale.address(), aia(80_000_000) - U256::from(3)).await?;
    seen.push((net.now(), aia(60_000_000)));
    net.pass(1)?;
    dao.give(whale.address(), aia(500_000_000)).await?;
    seen.push((net.now(), aia(60_000_000)));

    // The present second is not over.
    let (timepoint, clock) = (U256::from(net.now()), at(net.now()));
    net.refuses(&governor.quorum(timepoint), A::ERC5805FutureLookup { timepoint, clock }).await?;
    net.pass(1)?;
    for (instant, expected) in seen {
        assert_eq!(quorum(&governor, instant).await?, expected, "quorum of {instant}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_touches_no_proposal_whose_voting_has_begun() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, governor, change) = (dao.net(), dao.governor_as(&dao.stranger())?, tenth(&dao));
    let [first, second, third] = dao.voters();
    let start = net.now();
    dao.carry(&change).await?;
    dao.queue(&change).await?;
    // Voting on one begins two seconds before the change, on another in its very second, on a third one after it.
    let (eta, drafts) = (dao.eta(&change).await?, [1, 2, 3].map(|number| motion(&dao, number)));
    let [active, just, later] = &drafts;
    dao.pass_to(eta - 2 - VOTING_DELAY)?;
    dao.propose(&first, active).await?;
    net.pass(2)?;
    dao.propose(&second, just).await?;
    dao.pass_to(eta)?;
    dao.propose(&third, later).await?;
    dao.assert_state(active, G::ProposalState::Active).await?;
    assert_eq!(dao.snapshot(just).await?, eta);
    dao.execute(&change).await?;

    // The third voter's twenty million are half of the old quorum and twice the new.
    dao.vote(&third, active, FOR).await?;
    for draft in [just, later] {
        dao.to_voting(draft).await?;
        dao.vote(&third, draft, FOR).await?;
    }
    for (draft, expected) in drafts.iter().zip([40_000_000, 10_000_000, 10_000_000].map(aia)) {
        assert_eq!(quorum(&governor, dao.snapshot(draft).await?).await?, expected);
        dao.to_verdict(draft).await?;
    }
    dao.assert_state(active, G::ProposalState::Defeated).await?;
    dao.assert_state(just, G::ProposalState::Succeeded).await?;
    dao.assert_state(later, G::ProposalState::Succeeded).await?;

    // What was in force is remembered to the second.
    for second in [start, eta - 1] {
        assert_params(&governor, second, (4_000, 15, 60)).await?;
    }
    for second in [eta, eta + 1, net.now()] {
        assert_params(&governor, second, (1_000, 5, 50)).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_held_before_every_change_is_remembered() -> Result<()> {
    let dao = Dao::start().await?;
    let governor = dao.governor_as(&dao.stranger())?;
    let start = dao.net().now();
    // Within one second the last word counts, and it is the only one that is remembered.
    let twice = |last: u64| {
        let numerator = |bps: u64| G::updateQuorumNumeratorCall { newQuorumNumerator: U256::from(bps) };
        Draft::new(format!("{last} bps")).call(dao.governor, &numerator(9_999)).call(dao.governor, &numerator(last))
    };
    let mut held = vec![(start, 4_000)];
    for numerator in [3_000_u16, 2_000, 1_000] {
        dao.enact(&twice(numerator.into())).await?;
        held.push((dao.net().now(), numerator));
    }
    // Before it was there nothing held.
    assert_params(&governor, 0, (0, 0, 0)).await?;
    for (index, (since, numerator)) in held.iter().enumerate() {
        assert_params(&governor, *since, (*numerator, 15, 60)).await?;
        if let Some((next, _)) = held.get(index + 1) {
            assert_params(&governor, next - 1, (*numerator, 15, 60)).await?;
        }
    }
    assert_eq!(governor.quorumNumerator_0().call().await?, U256::from(1_000));
    assert_eq!(governor.quorumDenominator().call().await?, U256::from(10_000));
    Ok(())
}
