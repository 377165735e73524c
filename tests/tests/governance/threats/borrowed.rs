//! Threats 1 to 3: votes that were borrowed, bought late, or too few; proposals that nobody had time to see.

use aia_abi::{IAIAGovernor as G, IAIAToken as I};
use aia_tests::{
    governance::{Dao, Draft, LATE_EXTENSION, PROPOSER_VOTES, support},
    staking::aia,
};
use alloy::{
    primitives::{Address, Bytes, U256, aliases::U48},
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use super::{Tried, accomplice, prepare, refused, tried, unexpected};
use crate::{motions::motion, privileges::send_as};

/// What can be borrowed for the length of a transaction.
fn loan() -> U256 {
    aia(400_000_000)
}

/// Returns the steps that borrow votes, and the one that gives them back.
fn borrowing(dao: &Dao, borrower: Address) -> [(Address, Bytes); 3] {
    let (token, lender) = (dao.net().token, dao.net().owner.address());
    let borrow = I::transferFromCall { from: lender, to: borrower, value: loan() };
    let give_back = I::transferCall { to: lender, value: loan() };
    let delegate = I::delegateCall { delegatee: borrower };
    [borrow.abi_encode(), delegate.abi_encode(), give_back.abi_encode()].map(|data| (token, data.into()))
}

fn succeeded(tried: &[Tried]) -> Vec<bool> {
    tried.iter().map(|(ok, _)| *ok).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_1_votes_borrowed_for_a_transaction_neither_propose_nor_vote() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, governor) = (dao.net(), motion(&dao, 1), dao.governor_as(&dao.stranger())?);
    let borrower = accomplice(&dao).await?;
    let account = *borrower.address();
    net.send(&net.token_as(&net.owner)?.approve(account, U256::MAX)).await?;
    dao.open(&draft).await?;
    let [borrow, delegate, give_back] = borrowing(&dao, account);
    let propose = (dao.governor, motion(&dao, 2).propose(&governor).calldata().clone());
    let vote = (dao.governor, governor.castVote(draft.id(), support::FOR).calldata().clone());
    prepare(&dao, &borrower, &[borrow, delegate, propose, vote, give_back]).await?;

    let ends = tried(&net.send(&borrower.strike()).await?, &borrower);

    assert_eq!(succeeded(&ends), [true, true, false, false, true]);
    let threshold = aia(1_000_000);
    let poor = G::GovernorInsufficientProposerVotes { proposer: account, votes: U256::ZERO, threshold };
    assert_eq!(ends[2], refused(&poor));
    assert_eq!(ends[3], refused(&G::GovernorAlreadyCastVote { voter: account }));
    dao.assert_votes(&draft, [U256::ZERO; 3]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_1_votes_borrowed_in_the_second_of_the_snapshot_do_not_count() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, governor) = (dao.net(), motion(&dao, 1), dao.governor_as(&dao.stranger())?);
    let borrower = accomplice(&dao).await?;
    let account = *borrower.address();
    net.send(&net.token_as(&net.owner)?.approve(account, U256::MAX)).await?;
    let [borrow, delegate, give_back] = borrowing(&dao, account);
    prepare(&dao, &borrower, &[borrow, delegate, give_back]).await?;
    dao.propose(&dao.proposer(), &draft).await?;
    let snapshot = dao.snapshot(&draft).await?;
    dao.pass_to(snapshot)?;

    let ends = tried(&net.send(&borrower.strike()).await?, &borrower);

    assert_eq!(succeeded(&ends), [true; 3]);
    net.pass(1)?;
    assert_eq!(governor.getVotes(account, U256::from(snapshot)).call().await?, U256::ZERO);
    let vote = governor.castVote(draft.id(), support::FOR).calldata().clone();
    assert!(!send_as(net, account, dao.governor, vote)?.success);
    dao.assert_votes(&draft, [U256::ZERO; 3]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_1_nothing_is_voted_queued_or_executed_in_the_transaction_that_proposes_it() -> Result<()> {
    use G::ProposalState::{Active, Pending, Queued, Succeeded};
    let dao = Dao::start().await?;
    let (net, draft, governor) = (dao.net(), motion(&dao, 1), dao.governor_as(&dao.stranger())?);
    // This one has the votes, more than all others together.
    let whale = accomplice(&dao).await?;
    let account = *whale.address();
    dao.give(account, loan()).await?;
    let delegated = send_as(net, account, net.token, I::delegateCall { delegatee: account }.abi_encode())?;
    ensure!(delegated.success, "{delegated:?}");
    net.pass(1)?;
    let steps = [
        draft.propose(&governor).calldata().clone(),
        governor.castVote(draft.id(), support::FOR).calldata().clone(),
        draft.queue(&governor).calldata().clone(),
        draft.execute(&governor).calldata().clone(),
    ];
    prepare(&dao, &whale, &steps.map(|data| (dao.governor, data))).await?;

    let ends = tried(&net.send(&whale.strike()).await?, &whale);

    let proposed: Tried = (true, draft.id().to_be_bytes::<32>().into());
    let [vote, queue, execute] =
        [Active, Succeeded, Queued].map(|needed| refused(&unexpected(&draft, Pending, &[needed])));
    assert_eq!(ends, [proposed, vote, queue, execute]);
    dao.assert_state(&draft, Pending).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_2_a_late_surge_leaves_two_days_to_answer_and_no_more() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, [whale, first, second]) = (motion(&dao, 1), dao.voters());
    dao.open(&draft).await?;
    dao.to_deadline(&draft).await?;
    let late = dao.net().now();
    dao.vote(&whale, &draft, support::FOR).await?;
    assert_eq!(dao.deadline(&draft).await?, late + LATE_EXTENSION);

    // An answer in the last second of the extension counts, and there is not another one.
    dao.to_deadline(&draft).await?;
    dao.vote(&first, &draft, support::AGAINST).await?;
    dao.vote(&second, &draft, support::AGAINST).await?;

    assert_eq!(dao.deadline(&draft).await?, late + LATE_EXTENSION);
    dao.to_verdict(&draft).await?;
    dao.assert_votes(&draft, [aia(50_000_000), aia(40_000_000), U256::ZERO]).await?;
    dao.assert_state(&draft, G::ProposalState::Defeated).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_3_the_last_who_care_do_not_get_the_right_to_mint() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, mallory) = (dao.net(), dao.proposer());
    for voter in dao.voters() {
        dao.delegate(&voter, Address::ZERO).await?;
    }
    let licence = I::setMintLimitCall { minter: mallory.address(), capacity: 1, window: U48::from(1) };
    let draft = Draft::new("Nobody is looking").call(net.token, &licence);
    dao.open(&draft).await?;
    // All votes that there are, and far more than their part of themselves: but the floor is 15 million.
    dao.vote(&mallory, &draft, support::FOR).await?;
    dao.to_verdict(&draft).await?;

    dao.assert_votes(&draft, [U256::ZERO, aia(PROPOSER_VOTES), U256::ZERO]).await?;
    dao.assert_state(&draft, G::ProposalState::Defeated).await?;
    let governor = dao.governor_as(&mallory)?;
    let snapshot = U256::from(dao.snapshot(&draft).await?);
    assert_eq!(governor.quorum(snapshot).call().await?, aia(15_000_000));
    let defeated = unexpected(&draft, G::ProposalState::Defeated, &[G::ProposalState::Succeeded]);
    net.refuses(&draft.queue(&governor), defeated).await
}
