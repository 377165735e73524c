//! A quorum that is reached late leaves time to answer.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    actions::{assert_events, event},
    governance::{
        Dao, LATE_EXTENSION, VOTES, states,
        support::{ABSTAIN, AGAINST, FOR},
    },
    staking::aia,
};
use alloy::primitives::U256;
use eyre::Result;

use super::motions::motion;

#[tokio::test(flavor = "multi_thread")]
async fn a_whale_votes_in_the_last_second_and_the_others_have_two_days_to_answer() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [whale, first, second]) = (dao.net(), motion(&dao, 1), dao.voters());
    dao.open(&draft).await?;
    // Votes against make no quorum.
    dao.vote(&first, &draft, AGAINST).await?;
    dao.to_deadline(&draft).await?;
    let deadline = net.now();
    let receipt = dao.vote(&whale, &draft, FOR).await?;
    let extended = deadline + LATE_EXTENSION;
    let told = event(&G::ProposalExtended { proposalId: draft.id(), extendedDeadline: extended });
    assert_events(&receipt, &[draft.voted(&whale, FOR, aia(VOTES[0])), told]);
    assert_eq!(dao.deadline(&draft).await?, extended);

    // Without it the whale would have won; the last second of the answer counts, and moves nothing again.
    dao.pass_to(extended)?;
    dao.assert_state(&draft, G::ProposalState::Active).await?;
    let receipt = dao.vote(&second, &draft, AGAINST).await?;
    assert_events(&receipt, &[draft.voted(&second, AGAINST, aia(VOTES[2]))]);
    assert_eq!(dao.deadline(&draft).await?, extended);
    net.pass(1)?;
    dao.assert_votes(&draft, [aia(50_000_000), aia(40_000_000), U256::ZERO]).await?;
    dao.assert_state(&draft, G::ProposalState::Defeated).await?;
    let over = G::GovernorUnexpectedProposalState {
        proposalId: draft.id(),
        current: G::ProposalState::Defeated,
        expectedStates: states(&[G::ProposalState::Active]),
    };
    net.refuses(&dao.governor_as(&dao.proposer())?.castVote(draft.id(), FOR), over).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_quorum_with_time_enough_moves_nothing_and_a_second_less_moves_a_second() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, whale) = (dao.net(), dao.voters()[0].clone());
    let (early, late) = (motion(&dao, 1), motion(&dao, 2));
    dao.propose(&dao.proposer(), &early).await?;
    dao.propose(&whale, &late).await?;
    let deadline = dao.deadline(&early).await?;
    assert_eq!(dao.deadline(&late).await?, deadline);

    dao.pass_to(deadline - LATE_EXTENSION)?;
    let receipt = dao.vote(&whale, &early, FOR).await?;
    assert_events(&receipt, &[early.voted(&whale, FOR, aia(VOTES[0]))]);
    assert_eq!(dao.deadline(&early).await?, deadline);

    // Abstentions make a quorum too.
    net.pass(1)?;
    let receipt = dao.vote(&whale, &late, ABSTAIN).await?;
    let told = event(&G::ProposalExtended { proposalId: late.id(), extendedDeadline: deadline + 1 });
    assert_events(&receipt, &[late.voted(&whale, ABSTAIN, aia(VOTES[0])), told]);
    assert_eq!(dao.deadline(&late).await?, deadline + 1);

    // A quorum without a majority is a defeat.
    dao.pass_to(deadline + 1)?;
    dao.assert_state(&early, G::ProposalState::Succeeded).await?;
    dao.assert_state(&late, G::ProposalState::Active).await?;
    net.pass(1)?;
    dao.assert_state(&late, G::ProposalState::Defeated).await
}
