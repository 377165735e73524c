//! Ballots that are settled in several transactions, or late.

use aia_client::{
    Error,
    governance::{Ballots, GovernanceError, Limit, Proposal, Support},
};
use aia_tests::governance::{Dao, LATE_EXTENSION, VOTING_PERIOD};
use eyre::Result;

use super::{Client, client, proposal, sign};
use crate::motions::motion;

/// Starts a vote, and returns it with the ballots of all three voters.
async fn voting(dao: &Dao) -> Result<(Client, Proposal, Ballots)> {
    let draft = motion(dao, 1);
    dao.open(&draft).await?;
    let (relayer, proposal) = (client(dao, &dao.stranger())?, proposal(&draft)?);
    let mut ballots = Ballots::new(relayer.domain().await?, proposal.id());
    for voter in dao.voters() {
        ballots.add(sign(ballots.domain(), &voter, &proposal, Support::For)?)?;
    }
    Ok((relayer, proposal, ballots))
}

#[tokio::test(flavor = "multi_thread")]
async fn ballots_are_split_until_each_portion_takes_little_enough_gas() -> Result<()> {
    let dao = Dao::start().await?;
    let (relayer, _, ballots) = voting(&dao).await?;
    let all = relayer.contract().castVotesBySig(ballots.proposal(), ballots.packed()).estimate_gas().await?;
    let sizes = |portions: Vec<Ballots>| portions.iter().map(Ballots::len).collect::<Vec<_>>();
    let portions = relayer.portions(&ballots, Limit { ballots: 100, gas: all }).await?;
    assert_eq!(sizes(portions), [3]);
    let portions = relayer.portions(&ballots, Limit { ballots: 100, gas: all - 1 }).await?;
    assert_eq!(sizes(portions), [2, 1]);
    let portions = relayer.portions(&ballots, Limit { ballots: 1, gas: all }).await?;
    assert_eq!(sizes(portions), [1, 1, 1]);

    let refused = relayer.portions(&ballots, Limit { ballots: 100, gas: 21_000 }).await;
    match refused {
        Err(Error::Governance(GovernanceError::GasLimit { needed, limit: 21_000 })) => assert!(needed > 21_000),
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_relayer_is_told_of_the_deadline_that_its_ballots_moved() -> Result<()> {
    let dao = Dao::start().await?;
    let (relayer, proposal, ballots) = voting(&dao).await?;
    let deadline = relayer.timeline(&proposal, 0).await?.voting.until;
    // Minutes before the end, whatever the test takes.
    dao.pass_to(deadline - 600)?;
    let relayed = relayer.relay(&ballots).await?;
    assert_eq!((relayed.counted.len(), relayed.skipped.len()), (3, 0));
    let extended = dao.net().now() + LATE_EXTENSION;
    assert_eq!(relayed.extended, Some(extended));
    let voting = relayer.timeline(&proposal, 0).await?.voting;
    assert_eq!(voting.until, extended);
    assert_eq!(deadline - voting.from + 1, VOTING_PERIOD);
    assert!(extended > deadline);
    Ok(())
}
