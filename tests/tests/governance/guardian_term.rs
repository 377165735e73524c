//! The guardian cancels, but only so often and only until its term ends.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    actions::{assert_events, event},
    governance::{Dao, Draft, TERM, at, states, support::FOR},
};
use alloy::{primitives::Address, signers::local::PrivateKeySigner};
use eyre::Result;

use super::motions::motion;

/// Returns all who can propose.
fn proposers(dao: &Dao) -> [PrivateKeySigner; 4] {
    let [first, second, third] = dao.voters();
    [dao.proposer(), first, second, third]
}

/// Returns the error of a cancellation by somebody who may not.
fn unable(draft: &Draft, account: &PrivateKeySigner) -> G::GovernorUnableToCancel {
    G::GovernorUnableToCancel { proposalId: draft.id(), account: account.address() }
}

/// Asserts that the guardian's term ends then, and how many strikes it has.
async fn assert_term(dao: &Dao, expiry: u64, strikes: u8) -> Result<()> {
    let term = dao.governor_as(&dao.stranger())?.guardianTerm().call().await?;
    assert_eq!((term.expiry, term.strikes), (at(expiry), strikes));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guardian_strikes_three_times_whatever_the_state() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, guardian, proposers) = (dao.net(), dao.guardian(), proposers(&dao));
    let drafts = [1, 2, 3, 4].map(|number| motion(&dao, number));
    let [pending, active, defeated, last] = &drafts;
    for (proposer, draft) in proposers.iter().zip(&drafts) {
        dao.propose(proposer, draft).await?;
    }
    let struck = |draft: &Draft, left: u8| {
        let (id, guardian) = (draft.id(), guardian.address());
        let strike = event(&G::GuardianStruck { proposalId: id, guardian, strikesLeft: left });
        [event(&G::ProposalCanceled { proposalId: id }), strike]
    };
    assert_events(&dao.cancel(&guardian, pending).await?, &struck(pending, 2));
    dao.to_voting(active).await?;
    assert_events(&dao.cancel(&guardian, active).await?, &struck(active, 1));
    dao.to_verdict(defeated).await?;
    dao.assert_state(defeated, G::ProposalState::Defeated).await?;
    assert_events(&dao.cancel(&guardian, defeated).await?, &struck(defeated, 0));

    // The fourth time it may not; nor may anybody else.
    for account in [&guardian, &proposers[3], &dao.stranger(), &net.owner] {
        net.refuses(&last.cancel(&dao.governor_as(account)?), unable(last, account)).await?;
    }
    for canceled in [pending, active, defeated] {
        dao.assert_state(canceled, G::ProposalState::Canceled).await?;
    }
    dao.assert_state(last, G::ProposalState::Defeated).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_term_ends_with_its_last_second() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, guardian, [first, second, ..]) = (dao.net(), dao.guardian(), proposers(&dao));
    let (early, late) = (motion(&dao, 1), motion(&dao, 2));
    let expiry: u64 = dao.governor_as(&guardian)?.guardianTerm().call().await?.expiry.to();
    dao.pass_to(expiry)?;
    dao.propose(&first, &early).await?;
    dao.propose(&second, &late).await?;
    dao.cancel(&guardian, &early).await?;
    assert_term(&dao, expiry, 2).await?;
    net.pass(1)?;
    net.refuses(&late.cancel(&dao.governor_as(&guardian)?), unable(&late, &guardian)).await?;

    // Its proposer can still cancel, which is nobody's strike.
    let receipt = dao.cancel(&second, &late).await?;
    assert_events(&receipt, &[event(&G::ProposalCanceled { proposalId: late.id() })]);
    assert_term(&dao, expiry, 2).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposer_cancels_until_voting_begins_and_no_longer() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, [first, second, ..]) = (dao.net(), proposers(&dao));
    let (withdrawn, kept) = (motion(&dao, 1), motion(&dao, 2));
    dao.propose(&first, &withdrawn).await?;
    dao.propose(&second, &kept).await?;
    net.refuses(&withdrawn.cancel(&dao.governor_as(&second)?), unable(&withdrawn, &second)).await?;
    // The second of the snapshot is the last.
    dao.pass_to(dao.snapshot(&kept).await?)?;
    dao.cancel(&first, &withdrawn).await?;
    net.pass(1)?;
    net.refuses(&kept.cancel(&dao.governor_as(&second)?), unable(&kept, &second)).await?;
    let canceled = G::GovernorUnexpectedProposalState {
        proposalId: withdrawn.id(),
        current: G::ProposalState::Canceled,
        expectedStates: states(&[G::ProposalState::Active]),
    };
    net.refuses(&dao.governor_as(&second)?.castVote(withdrawn.id(), FOR), canceled).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guardian_cannot_undo_what_is_over() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, guardian, [first, second, ..]) = (dao.net(), dao.guardian(), proposers(&dao));
    let (canceled, executed) = (motion(&dao, 1), motion(&dao, 2));
    dao.propose(&first, &canceled).await?;
    dao.cancel(&first, &canceled).await?;
    dao.carry_all(&[(&second, &executed)]).await?;
    dao.queue(&executed).await?;
    dao.to_eta(&executed).await?;
    dao.execute(&executed).await?;
    for (draft, current) in [(canceled, G::ProposalState::Canceled), (executed, G::ProposalState::Executed)] {
        let expected = states(&[
            G::ProposalState::Pending,
            G::ProposalState::Active,
            G::ProposalState::Defeated,
            G::ProposalState::Succeeded,
            G::ProposalState::Queued,
        ]);
        let over = G::GovernorUnexpectedProposalState { proposalId: draft.id(), current, expectedStates: expected };
        net.refuses(&draft.cancel(&dao.governor_as(&guardian)?), over).await?;
    }
    assert_eq!(dao.governor_as(&guardian)?.guardianTerm().call().await?.strikes, 3);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn governance_names_another_guardian_and_renews_the_term() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, old, new) = (dao.net(), dao.guardian(), dao.stranger());
    let expiry: u64 = dao.governor_as(&old)?.guardianTerm().call().await?.expiry.to();
    let (struck, other) = (motion(&dao, 1), motion(&dao, 2));
    dao.propose(&dao.proposer(), &struck).await?;
    dao.cancel(&old, &struck).await?;

    // The term and the strikes are the office's: they stay.
    let naming = G::setProposalGuardianCall { newProposalGuardian: new.address() };
    dao.enact(&Draft::new("Another guardian").call(dao.governor, &naming)).await?;
    assert_term(&dao, expiry, 2).await?;
    dao.propose(&dao.proposer(), &other).await?;
    net.refuses(&other.cancel(&dao.governor_as(&old)?), unable(&other, &old)).await?;
    dao.cancel(&new, &other).await?;
    assert_term(&dao, expiry, 1).await?;

    // Renewed, they are what governance says; with nobody in office nobody strikes.
    let renewed = net.now() + TERM;
    let term = G::setGuardianTermCall { expiry: at(renewed), strikes: 10 };
    dao.enact(&Draft::new("Another term").call(dao.governor, &term)).await?;
    assert_term(&dao, renewed, 10).await?;
    let nobody = G::setProposalGuardianCall { newProposalGuardian: Address::ZERO };
    let vacancy = Draft::new("Nobody").call(dao.governor, &nobody);
    dao.ripen(&vacancy).await?;
    let last = motion(&dao, 3);
    dao.propose(&dao.voters()[0], &last).await?;
    dao.execute(&vacancy).await?;
    net.refuses(&last.cancel(&dao.governor_as(&new)?), unable(&last, &new)).await?;
    assert_term(&dao, renewed, 10).await
}
