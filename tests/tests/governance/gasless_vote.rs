//! Two hundred ballots of people without ether, settled by a stranger in one transaction.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    actions::{assert_events, event},
    governance::{
        Ballot, Dao, Draft, ExtendedBallot, Row, fractions, keyed_nonce, pack,
        skipped::{NO_SUPPORT, UNSIGNED, WITHOUT_VOTES},
        support::{ABSTAIN, AGAINST, FOR, FRACTIONAL},
    },
    signing::sign_in,
    staking::aia,
};
use alloy::{
    primitives::{LogData, U256, aliases::U192},
    providers::Provider,
    signers::local::PrivateKeySigner,
};
use eyre::Result;

use super::motions::motion;

/// Votes of each of the crowd, AIA.
const VOTES: u64 = 500_000;
/// Ballots of a batch.
const BALLOTS: usize = 200;
/// Those of them that do not count: every tenth.
const BAD: usize = 20;

/// A row, and why it is to be skipped, if so.
type Entry = (Row, Option<u8>);

/// Returns what everybody's vote is: a hundred for, fifty against, thirty neither.
fn opinion(index: usize) -> u8 {
    match index {
        0..100 => FOR,
        100..150 => AGAINST,
        _ => ABSTAIN,
    }
}

/// Returns 180 ballots that count, after nine of which there is always one that does not.
fn entries(dao: &Dao, draft: &Draft, crowd: &[PrivateKeySigner]) -> Result<Vec<Entry>> {
    let (good, others) = crowd.split_at(BALLOTS - BAD);
    let mut entries = Vec::with_capacity(BALLOTS);
    for (turn, voters) in good.chunks(9).enumerate() {
        for (place, voter) in voters.iter().enumerate() {
            entries.push((dao.row(voter, draft.id(), opinion(9 * turn + place))?, None));
        }
        entries.push(bad(dao, draft, turn, good, &others[turn % others.len()])?);
    }
    Ok(entries)
}

/// Returns one of four kinds of ballots that do not count, in turn.
fn bad(dao: &Dao, draft: &Draft, turn: usize, good: &[PrivateKeySigner], other: &PrivateKeySigner) -> Result<Entry> {
    let id = draft.id();
    Ok(match turn % 4 {
        // In another's name.
        0 => (Row { voter: other.address(), ..dao.row(&good[turn], id, FOR)? }, Some(UNSIGNED)),
        // Of somebody without votes.
        1 => (dao.row(&PrivateKeySigner::random(), id, FOR)?, Some(WITHOUT_VOTES)),
        // Twice.
        2 => (dao.row(&good[0], id, FOR)?, Some(WITHOUT_VOTES)),
        // For something that cannot be voted.
        _ => (dao.row(other, id, 3)?, Some(NO_SUPPORT)),
    })
}

/// Returns what is told of each ballot.
fn told(draft: &Draft, entries: &[Entry]) -> Vec<LogData> {
    let proposal = draft.id();
    let tell = |(index, (row, reason)): (usize, &Entry)| match *reason {
        None => event(&G::VoteCast {
            voter: row.voter,
            proposalId: proposal,
            support: row.support,
            weight: aia(VOTES),
            reason: String::new(),
        }),
        Some(reason) => {
            event(&G::BallotSkipped { proposalId: proposal, voter: row.voter, index: U256::from(index), reason })
        }
    };
    entries.iter().enumerate().map(tell).collect()
}

fn rows(entries: &[Entry]) -> Vec<Row> {
    entries.iter().map(|(row, _)| *row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_hundred_ballots_are_settled_at_once_and_the_twenty_bad_ones_spoil_none() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, governor) = (dao.net(), motion(&dao, 1), dao.governor_as(&dao.stranger())?);
    let crowd = dao.crowd(BALLOTS - BAD + 10, aia(VOTES))?;
    net.pass(1)?;
    dao.open(&draft).await?;
    // 40 % of 195 million would be more than the cap.
    let quorum = governor.quorum(U256::from(dao.snapshot(&draft).await?)).call().await?;
    assert_eq!(quorum, aia(60_000_000));

    let (entries, deadline) = (entries(&dao, &draft, &crowd)?, dao.deadline(&draft).await?);
    assert_eq!((entries.len(), entries.iter().filter(|(_, reason)| reason.is_some()).count()), (BALLOTS, BAD));
    let settle = governor.castVotesBySig(draft.id(), pack(&rows(&entries)));
    assert_eq!(settle.call().await?, U256::from(BALLOTS - BAD));
    assert_events(&net.send(&settle).await?, &told(&draft, &entries));
    let votes = [25_000_000, 50_000_000, 15_000_000].map(aia);
    dao.assert_votes(&draft, votes).await?;
    assert_eq!(dao.deadline(&draft).await?, deadline);

    // No voter has paid for anything, and none has used a nonce.
    let (voter, provider) = (crowd[0].address(), net.provider(&net.owner)?);
    assert_eq!(provider.get_balance(voter).await?, U256::ZERO);
    assert_eq!(governor.nonces_1(voter, U192::wrapping_from(draft.id())).call().await?, keyed_nonce(draft.id(), 0));
    assert_eq!(governor.usedVotes(draft.id(), voter).call().await?, aia(VOTES));
    // And still no ballot counts twice.
    assert_eq!(settle.call().await?, U256::ZERO);
    net.send(&settle).await?;
    dao.assert_votes(&draft, votes).await?;
    let again = dao.sign_ballot(&crowd[0], draft.id(), FOR)?.bytes();
    let cast = G::GovernorAlreadyCastVote { voter };
    net.refuses(&governor.castVoteBySig(draft.id(), FOR, voter, again), cast).await?;

    dao.to_verdict(&draft).await?;
    dao.queue(&draft).await?;
    dao.to_eta(&draft).await?;
    dao.execute(&draft).await?;
    dao.assert_state(&draft, G::ProposalState::Executed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ballot_may_be_signed_with_either_nonce_and_is_void_when_that_was_used_elsewhere() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, governor) = (dao.net(), motion(&dao, 1), dao.governor_as(&dao.stranger())?);
    let [first, second, third] = dao.voters();
    dao.open(&draft).await?;
    let id = draft.id();
    // The first signs with its plain nonce.
    let plain = Ballot { proposalId: id, support: FOR, voter: first.address(), nonce: U256::ZERO };
    let parts = sign_in(&dao.ballot_domain(), &first, &plain)?;
    let row = Row { voter: first.address(), support: FOR, parts };
    // The second signs for, thinks again, and has ten million of its votes cast against instead.
    let (regretted, params) = (dao.row(&second, id, FOR)?, fractions(aia(10_000_000), U256::ZERO, U256::ZERO));
    let changed = ExtendedBallot {
        proposalId: id,
        support: FRACTIONAL,
        voter: second.address(),
        nonce: keyed_nonce(id, 0),
        reason: "I have thought again".into(),
        params: params.clone(),
    };
    let signature = dao.sign_extended_ballot(&second, &changed)?.bytes();
    let cast = governor.castVoteWithReasonAndParamsBySig(
        id,
        FRACTIONAL,
        second.address(),
        changed.reason.clone(),
        params,
        signature,
    );
    net.send(&cast).await?;

    let packed = pack(&[row, regretted, dao.row(&third, id, AGAINST)?]);
    let receipt = net.send(&governor.castVotesBySig(id, packed)).await?;
    let skipped = G::BallotSkipped { proposalId: id, voter: second.address(), index: U256::from(1), reason: UNSIGNED };
    let told =
        [draft.voted(&first, FOR, aia(40_000_000)), event(&skipped), draft.voted(&third, AGAINST, aia(20_000_000))];
    assert_events(&receipt, &told);
    dao.assert_votes(&draft, [aia(30_000_000), aia(40_000_000), U256::ZERO]).await
}
