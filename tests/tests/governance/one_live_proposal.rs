//! A proposer has one proposal at a time that is not decided.

use aia_abi::IAIAGovernor as G;
use aia_tests::governance::{Dao, Draft, states, support::FOR};
use alloy::primitives::U256;
use eyre::Result;

use super::motions::motion;

/// Asserts that a proposer cannot propose, because of a proposal of its own.
async fn assert_busy(dao: &Dao, draft: &Draft, because_of: &Draft) -> Result<()> {
    let proposer = dao.proposer();
    let busy = G::GovernorProposerHasLiveProposal { proposer: proposer.address(), proposalId: because_of.id() };
    dao.net().refuses(&draft.propose(&dao.governor_as(&proposer)?), busy).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_proposal_waits_until_the_last_second_of_voting_is_over() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, proposer, first, next) = (dao.net(), dao.proposer(), motion(&dao, 1), motion(&dao, 2));
    let governor = dao.governor_as(&proposer)?;
    assert_eq!(governor.latestProposalId(proposer.address()).call().await?, U256::ZERO);
    dao.propose(&proposer, &first).await?;
    assert_eq!(governor.latestProposalId(proposer.address()).call().await?, first.id());
    assert_busy(&dao, &next, &first).await?;
    // The same again exists already, which is said first.
    let exists = G::GovernorUnexpectedProposalState {
        proposalId: first.id(),
        current: G::ProposalState::Pending,
        expectedStates: states(&[]),
    };
    net.refuses(&first.propose(&governor), exists).await?;
    // Others are not in its way, nor it in theirs.
    dao.propose(&dao.voters()[0], &motion(&dao, 3)).await?;

    dao.to_voting(&first).await?;
    assert_busy(&dao, &next, &first).await?;
    dao.to_deadline(&first).await?;
    assert_busy(&dao, &next, &first).await?;
    net.pass(1)?;
    dao.assert_state(&first, G::ProposalState::Defeated).await?;
    dao.propose(&proposer, &next).await?;
    assert_eq!(governor.latestProposalId(proposer.address()).call().await?, next.id());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_withdraws_its_proposal_may_make_another_in_the_same_second() -> Result<()> {
    let dao = Dao::start().await?;
    let (proposer, first, next) = (dao.proposer(), motion(&dao, 1), motion(&dao, 2));
    dao.propose(&proposer, &first).await?;
    dao.cancel(&proposer, &first).await?;
    dao.propose(&proposer, &next).await?;
    dao.assert_state(&next, G::ProposalState::Pending).await?;
    // So does whom the guardian stops.
    dao.to_voting(&next).await?;
    assert_busy(&dao, &motion(&dao, 3), &next).await?;
    dao.cancel(&dao.guardian(), &next).await?;
    dao.propose(&proposer, &motion(&dao, 3)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_decided_and_waits_for_its_execution_is_in_nobodys_way() -> Result<()> {
    let dao = Dao::start().await?;
    let (first, next) = (motion(&dao, 1), motion(&dao, 2));
    dao.carry(&first).await?;
    dao.carry(&next).await?;
    dao.queue(&first).await?;
    dao.queue(&next).await?;
    dao.to_eta(&first).await?;
    dao.execute(&first).await?;
    dao.execute(&next).await?;
    dao.assert_state(&next, G::ProposalState::Executed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_longer_vote_keeps_its_proposer_waiting() -> Result<()> {
    let dao = Dao::start().await?;
    let (first, next) = (motion(&dao, 1), motion(&dao, 2));
    dao.open(&first).await?;
    dao.to_deadline(&first).await?;
    // The quorum comes late, and moves the deadline.
    dao.vote(&dao.voters()[0], &first, FOR).await?;
    dao.net().pass(1)?;
    assert_busy(&dao, &next, &first).await?;
    dao.to_deadline(&first).await?;
    assert_busy(&dao, &next, &first).await?;
    dao.net().pass(1)?;
    dao.propose(&dao.proposer(), &next).await?;
    dao.assert_state(&first, G::ProposalState::Succeeded).await
}
