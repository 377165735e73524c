//! Votes that are there for a moment: minted and burned, or lent around, within one second.

use aia_abi::{IAIAGovernor as G, IAIAToken as A};
use aia_tests::{
    governance::{
        Dao, Draft, VOTES,
        support::{AGAINST, FOR},
    },
    staking::{DAY, aia},
};
use alloy::primitives::{Address, U256, aliases::U48};
use eyre::Result;

use super::motions::motion;

/// What the minter can mint in a day, base units: half of all votes that there are.
const CAPACITY: u128 = 50_000_000 * 10u128.pow(18);

/// Asserts that an account has no votes on a proposal that is Active.
async fn assert_no_votes(dao: &Dao, draft: &Draft, account: usize) -> Result<()> {
    let voter = dao.net().account(account);
    let governor = dao.governor_as(&voter)?;
    let snapshot = U256::from(dao.snapshot(draft).await?);
    assert_eq!(governor.getVotes(voter.address(), snapshot).call().await?, U256::ZERO);
    let none = G::GovernorAlreadyCastVote { voter: voter.address() };
    dao.net().refuses(&governor.castVote(draft.id(), FOR), none).await
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_minted_and_burned_within_a_second_neither_propose_nor_vote() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, minter) = (dao.net(), dao.net().account(6));
    let (token, governor) = (net.token_as(&minter)?, dao.governor_as(&minter)?);
    // Some room under the cap, and a minter.
    net.send(&net.token_as(&net.owner)?.burn_0(aia(100_000_000))).await?;
    let limit = |minter: Address| A::setMintLimitCall { minter, capacity: CAPACITY, window: U48::from(DAY) };
    let licence =
        Draft::new("A minter").call(net.token, &limit(Address::ZERO)).call(net.token, &limit(minter.address()));
    dao.enact(&licence).await?;
    dao.delegate(&minter, minter.address()).await?;

    // It proposes with what it has just minted: a second before it had nothing.
    let (mint, burn) = (token.mint(minter.address(), U256::from(CAPACITY)), token.burn_0(U256::from(CAPACITY)));
    net.send(&mint).await?;
    assert_eq!(token.getVotes(minter.address()).call().await?, U256::from(CAPACITY));
    let poor = G::GovernorInsufficientProposerVotes {
        proposer: minter.address(),
        votes: U256::ZERO,
        threshold: aia(1_000_000),
    };
    net.refuses(&motion(&dao, 1).propose(&governor), poor).await?;
    net.send(&burn).await?;

    // It votes with what it has in the snapshot's second, but not at its end.
    let draft = motion(&dao, 2);
    dao.propose(&dao.proposer(), &draft).await?;
    dao.pass_to(dao.snapshot(&draft).await?)?;
    net.send(&mint).await?;
    assert_eq!(token.getVotes(minter.address()).call().await?, U256::from(CAPACITY));
    net.send(&burn).await?;
    net.pass(1)?;
    assert_no_votes(&dao, &draft, 6).await?;
    // Nor do they make the quorum larger.
    let quorum = governor.quorum(U256::from(dao.snapshot(&draft).await?)).call().await?;
    assert_eq!(quorum, aia(40_000_000));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_lent_around_within_the_snapshots_second_count_once_where_they_are_at_its_end() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, lender, [first, last]) =
        (dao.net(), dao.voters()[0].clone(), [6, 8].map(|index| dao.net().account(index)));
    for borrower in [&first, &last] {
        dao.delegate(borrower, borrower.address()).await?;
    }
    let draft = motion(&dao, 1);
    dao.propose(&dao.proposer(), &draft).await?;
    dao.pass_to(dao.snapshot(&draft).await?)?;
    let (votes, token) = (aia(VOTES[0]), net.token_as(&net.owner)?);
    for (from, to) in [(&lender, &first), (&first, &last)] {
        net.send(&net.token_as(from)?.transfer(to.address(), votes)).await?;
        assert_eq!(token.getVotes(to.address()).call().await?, votes);
    }

    // And back again, which is too late for the snapshot.
    net.pass(1)?;
    net.send(&net.token_as(&last)?.transfer(lender.address(), votes)).await?;
    net.pass(1)?;
    assert_no_votes(&dao, &draft, 6).await?;
    let none = G::GovernorAlreadyCastVote { voter: lender.address() };
    net.refuses(&dao.governor_as(&lender)?.castVote(draft.id(), FOR), none).await?;
    dao.vote(&last, &draft, AGAINST).await?;
    dao.assert_votes(&draft, [votes, U256::ZERO, U256::ZERO]).await
}
