//! What governor and timelock refuse, by name and values.

use std::fmt::Debug;

use aia_abi::{IAIAGovernor as G, IAIATimelock as T};
use aia_client::{Error, Proposal, governance::Support};
use aia_tests::governance::{Dao, operation_states, states};
use alloy::primitives::U256;
use eyre::Result;

use super::{client, proposal};
use crate::motions::motion;

/// Asserts that something was refused with an error, which is told by its name and values.
#[track_caller]
fn assert_refused<R: Debug>(outcome: Result<R, Error>, expected: &impl Debug) {
    match outcome {
        Err(Error::Refused(refused)) => assert_eq!(refused, format!("{expected:?}")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_not_do_something_is_told_why() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, proposer, stranger) = (motion(&dao, 1), dao.proposer(), dao.stranger());
    let (by_proposer, by_stranger) = (client(&dao, &proposer)?, client(&dao, &stranger)?);
    let motion: Proposal = proposal(&draft)?;
    let threshold = by_stranger.contract().proposalThreshold().call().await?;
    let poor = G::GovernorInsufficientProposerVotes { proposer: stranger.address(), votes: U256::ZERO, threshold };
    assert_refused(by_stranger.propose(&motion).await, &poor);
    let missing = G::GovernorNonexistentProposal { proposalId: motion.id() };
    assert_refused(by_stranger.state(motion.id()).await, &missing);
    assert_refused(by_stranger.timeline(&motion, 0).await, &missing);

    let named = Proposal::draft("Mine", "").push(motion.calls()[0].clone()).for_proposer(proposer.address());
    let foreign = G::GovernorRestrictedProposer { proposer: stranger.address() };
    assert_refused(by_stranger.propose(&named.finish()?).await, &foreign);

    by_proposer.propose(&motion).await?;
    let early = G::GovernorUnexpectedProposalState {
        proposalId: motion.id(),
        current: G::ProposalState::Pending,
        expectedStates: states(&[G::ProposalState::Active]),
    };
    assert_refused(by_proposer.vote(motion.id(), Support::For).await, &early);
    let foreign = G::GovernorUnableToCancel { proposalId: motion.id(), account: stranger.address() };
    assert_refused(by_stranger.cancel(&motion).await, &foreign);
    by_proposer.cancel(&motion).await?;
    assert_eq!(by_stranger.state(motion.id()).await?, G::ProposalState::Canceled);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_timelocks_refusals_are_told_too() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, anybody) = (motion(&dao, 1), client(&dao, &dao.stranger())?);
    dao.carry(&draft).await?;
    anybody.queue(&proposal(&draft)?).await?;
    let early = T::TimelockUnexpectedOperationState {
        operationId: draft.operation(dao.governor),
        expectedStates: operation_states(&[T::OperationState::Ready]),
    };
    assert_refused(anybody.execute(&proposal(&draft)?, U256::ZERO).await, &early);
    Ok(())
}
