//! Errors of votes.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    governance::{Dao, VOTES, fractions, support::FRACTIONAL},
    staking::aia,
};
use alloy::primitives::{Bytes, U256};
use eyre::Result;

use super::Heard;
use crate::abi::idle;

pub(super) async fn refusals(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let draft = idle("Votes");
    dao.open(&draft).await?;
    kinds(dao, heard, draft.id()).await?;
    weights(dao, heard, draft.id()).await?;
    signatures(dao, heard, draft.id()).await?;
    dao.to_verdict(&draft).await
}

async fn kinds(dao: &Dao, heard: &mut Heard, id: U256) -> Result<()> {
    let (net, by) = (dao.net(), dao.governor_as(&dao.voters()[0])?);
    for support in [3, 254] {
        heard.refuses(net, &by.castVote(id, support), G::GovernorInvalidVoteType {}).await?;
        heard.refuses(net, &by.castVoteWithReason(id, support, "why".into()), G::GovernorInvalidVoteType {}).await?;
    }
    heard.refuses(net, &by.castVote(id, FRACTIONAL), G::GovernorInvalidVoteParams {}).await?;
    for (support, length) in [(0, 48), (1, 1), (2, 48), (FRACTIONAL, 47), (FRACTIONAL, 49), (FRACTIONAL, 96)] {
        let params = Bytes::from(vec![0_u8; length]);
        let vote = by.castVoteWithReasonAndParams(id, support, String::new(), params);
        heard.refuses(net, &vote, G::GovernorInvalidVoteParams {}).await?;
    }
    Ok(())
}

async fn weights(dao: &Dao, heard: &mut Heard, id: U256) -> Result<()> {
    let (net, [account, ..], all, one) = (dao.net(), dao.voters(), aia(VOTES[0]), U256::ONE);
    let (by, voter) = (dao.governor_as(&account)?, account.address());
    let vote = |against: U256, in_favour: U256, abstain: U256| {
        by.castVoteWithReasonAndParams(id, FRACTIONAL, String::new(), fractions(against, in_favour, abstain))
    };
    let exceeds = |used: U256, remaining: U256| G::GovernorExceedRemainingWeight {
        voter,
        usedVotes: used,
        remainingWeight: remaining,
    };
    heard.refuses(net, &vote(all, one, U256::ZERO), exceeds(all + one, all)).await?;
    // The sum has more bits than its parts.
    let most = U256::from(u128::MAX);
    heard.refuses(net, &vote(most, most, most), exceeds(most * U256::from(3), all)).await?;
    net.send(&vote(one, one, one)).await?;
    let left = all - U256::from(3);
    heard.refuses(net, &vote(U256::ZERO, left + one, U256::ZERO), exceeds(left + one, left)).await?;

    net.send(&by.castVote(id, 1)).await?;
    heard.refuses(net, &by.castVote(id, 1), G::GovernorAlreadyCastVote { voter }).await?;
    heard.refuses(net, &vote(one, one, one), G::GovernorAlreadyCastVote { voter }).await?;
    let (stranger, voter) = (dao.governor_as(&dao.stranger())?, dao.stranger().address());
    heard.refuses(net, &stranger.castVote(id, 0), G::GovernorAlreadyCastVote { voter }).await
}

async fn signatures(dao: &Dao, heard: &mut Heard, id: U256) -> Result<()> {
    let (net, by, voter) = (dao.net(), dao.governor_as(&dao.stranger())?, dao.voters()[1].address());
    for length in [0, 64, 65, 66] {
        let signature = Bytes::from(vec![0x1b_u8; length]);
        let refused = || G::GovernorInvalidSignature { voter };
        heard.refuses(net, &by.castVoteBySig(id, 1, voter, signature.clone()), refused()).await?;
        let (reason, params) = (String::new(), Bytes::new());
        let extended = by.castVoteWithReasonAndParamsBySig(id, 1, voter, reason, params, signature);
        heard.refuses(net, &extended, refused()).await?;
    }
    for length in [0, 1, 85, 87, 171] {
        let refused = G::GovernorInvalidBallots { length: U256::from(length) };
        heard.refuses(net, &by.castVotesBySig(id, Bytes::from(vec![1_u8; length])), refused).await?;
    }
    Ok(())
}
