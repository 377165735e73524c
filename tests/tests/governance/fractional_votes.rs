//! Votes in parts: some now, some later, and never more than there are.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    actions::{assert_events, event},
    governance::{
        Dao, ExtendedBallot, Governor, fractions, keyed_nonce,
        support::{ABSTAIN, AGAINST, FOR, FRACTIONAL},
    },
    staking::aia,
};
use alloy::primitives::{Address, Bytes, LogData, U256};
use eyre::Result;

use super::motions::motion;

/// Returns params that split so many million votes: Against, For and Abstain.
fn millions(against: u64, in_favour: u64, abstain: u64) -> Bytes {
    let [against, in_favour, abstain] = [against, in_favour, abstain].map(|votes| aia(votes * 1_000_000));
    fractions(against, in_favour, abstain)
}

/// What is logged of a vote with params.
fn split(id: U256, voter: Address, millions: u64, reason: &str, params: &Bytes) -> LogData {
    event(&G::VoteCastWithParams {
        voter,
        proposalId: id,
        support: FRACTIONAL,
        weight: aia(millions * 1_000_000),
        reason: reason.into(),
        params: params.clone(),
    })
}

/// Asserts what somebody has cast.
async fn assert_used(governor: &Governor, id: U256, voter: Address, millions: u64) -> Result<()> {
    assert_eq!(governor.usedVotes(id, voter).call().await?, aia(millions * 1_000_000));
    assert_eq!(governor.hasVoted(id, voter).call().await?, millions > 0);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn votes_are_cast_in_parts_until_none_are_left() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [voter, ..]) = (dao.net(), motion(&dao, 1), dao.voters());
    dao.open(&draft).await?;
    let (id, account, governor) = (draft.id(), voter.address(), dao.governor_as(&voter)?);
    let cast = |params: &Bytes| governor.castVoteWithReasonAndParams(id, FRACTIONAL, "so far".into(), params.clone());
    assert_used(&governor, id, account, 0).await?;

    // Twenty of forty million.
    let params = millions(5, 10, 5);
    assert_eq!(cast(&params).call().await?, aia(20_000_000));
    let receipt = net.send(&cast(&params)).await?;
    assert_events(&receipt, &[split(id, account, 20, "so far", &params)]);
    dao.assert_votes(&draft, [5_000_000, 10_000_000, 5_000_000].map(aia)).await?;
    assert_used(&governor, id, account, 20).await?;

    // A base unit more than is left.
    let (left, unit) = (aia(20_000_000), U256::from(1));
    let exceeds = G::GovernorExceedRemainingWeight { voter: account, usedVotes: left + unit, remainingWeight: left };
    net.refuses(&cast(&fractions(left, U256::ZERO, unit)), exceeds).await?;
    // Numbers so large that together they are small.
    let half = U256::from(1) << 127;
    let exceeds = G::GovernorExceedRemainingWeight { voter: account, usedVotes: half + half, remainingWeight: left };
    net.refuses(&cast(&fractions(half, half, U256::ZERO)), exceeds).await?;

    // Fifteen more, all for one side; then whatever is left, in whole.
    let params = millions(15, 0, 0);
    let receipt = net.send(&cast(&params)).await?;
    assert_events(&receipt, &[split(id, account, 15, "so far", &params)]);
    let receipt = dao.vote(&voter, &draft, ABSTAIN).await?;
    assert_events(&receipt, &[draft.voted(&voter, ABSTAIN, aia(5_000_000))]);
    dao.assert_votes(&draft, [20_000_000, 10_000_000, 10_000_000].map(aia)).await?;
    assert_used(&governor, id, account, 40).await?;
    let none = || G::GovernorAlreadyCastVote { voter: account };
    net.refuses(&cast(&millions(0, 1, 0)), none()).await?;
    net.refuses(&governor.castVote(id, FOR), none()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_make_a_quorum_together() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [voter, second, _]) = (dao.net(), motion(&dao, 1), dao.voters());
    dao.open(&draft).await?;
    let governor = dao.governor_as(&voter)?;
    // 40 million of 100 are the quorum: 39 for and against do not make it, with one that abstains they do.
    let params = millions(0, 20, 0);
    net.send(&governor.castVoteWithReasonAndParams(draft.id(), FRACTIONAL, String::new(), params)).await?;
    dao.vote(&second, &draft, AGAINST).await?;
    dao.to_deadline(&draft).await?;
    let deadline = net.now();
    let params = millions(0, 19, 0);
    let receipt =
        net.send(&governor.castVoteWithReasonAndParams(draft.id(), FRACTIONAL, String::new(), params.clone())).await?;
    assert_events(&receipt, &[split(draft.id(), voter.address(), 19, "", &params)]);
    let receipt = dao.vote(&voter, &draft, ABSTAIN).await?;
    let extended = G::ProposalExtended { proposalId: draft.id(), extendedDeadline: deadline + 172_800 };
    assert_events(&receipt, &[draft.voted(&voter, ABSTAIN, aia(1_000_000)), event(&extended)]);
    dao.to_verdict(&draft).await?;
    dao.assert_votes(&draft, [30_000_000, 39_000_000, 1_000_000].map(aia)).await?;
    dao.assert_state(&draft, G::ProposalState::Succeeded).await
}

#[tokio::test(flavor = "multi_thread")]
async fn params_and_support_must_fit_each_other() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [voter, ..]) = (dao.net(), motion(&dao, 1), dao.voters());
    dao.open(&draft).await?;
    let (id, governor) = (draft.id(), dao.governor_as(&voter)?);
    let cast = |support: u8, params: Bytes| governor.castVoteWithReasonAndParams(id, support, String::new(), params);
    let whole = millions(0, 1, 0);
    let (short, long) = (whole.slice(..47), [&whole[..], &[0]].concat().into());
    for params in [Bytes::new(), short, long] {
        net.refuses(&cast(FRACTIONAL, params), G::GovernorInvalidVoteParams {}).await?;
    }
    for support in [AGAINST, FOR, ABSTAIN] {
        net.refuses(&cast(support, whole.clone()), G::GovernorInvalidVoteParams {}).await?;
    }
    for support in [3, 254] {
        net.refuses(&cast(support, whole.clone()), G::GovernorInvalidVoteType {}).await?;
        net.refuses(&governor.castVote(id, support), G::GovernorInvalidVoteType {}).await?;
    }
    net.refuses(&governor.castVote(id, FRACTIONAL), G::GovernorInvalidVoteParams {}).await?;
    // Without params it is an ordinary vote with a reason.
    let receipt = net.send(&cast(FOR, Bytes::new())).await?;
    assert_events(&receipt, &[draft.voted(&voter, FOR, aia(40_000_000))]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn parts_are_signed_one_after_the_other_and_none_counts_twice() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [voter, ..]) = (dao.net(), motion(&dao, 1), dao.voters());
    dao.open(&draft).await?;
    let (id, account, governor) = (draft.id(), voter.address(), dao.governor_as(&dao.stranger())?);
    for (count, params) in [millions(0, 10, 0), millions(0, 10, 0), millions(3, 0, 0)].into_iter().enumerate() {
        let ballot = ExtendedBallot {
            proposalId: id,
            support: FRACTIONAL,
            voter: account,
            nonce: keyed_nonce(id, u64::try_from(count)?),
            reason: "A part".into(),
            params: params.clone(),
        };
        let signature = dao.sign_extended_ballot(&voter, &ballot)?.bytes();
        let (support, reason) = (FRACTIONAL, ballot.reason.clone());
        let cast = governor.castVoteWithReasonAndParamsBySig(id, support, account, reason, params.clone(), signature);
        let weight = if count < 2 { 10 } else { 3 };
        assert_events(&net.send(&cast).await?, &[split(id, account, weight, "A part", &params)]);
        // The nonce is used up, with the same words and votes or not.
        net.refuses(&cast, G::GovernorInvalidSignature { voter: account }).await?;
    }
    dao.assert_votes(&draft, [3_000_000, 20_000_000, 0].map(aia)).await?;
    assert_used(&governor, id, account, 23).await
}
