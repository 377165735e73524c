//! Events of ballots that are settled together.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    actions::{assert_events, event},
    governance::{
        Dao, Row, VOTES, pack,
        skipped::{NO_SUPPORT, UNSIGNED, WITHOUT_VOTES},
        support::{AGAINST, FOR},
    },
    staking::aia,
};
use alloy::primitives::U256;
use eyre::Result;

use crate::abi::idle;

pub(super) async fn of_ballots(dao: &Dao) -> Result<()> {
    let (net, draft) = (dao.net(), idle("Ballots"));
    let (id, [good, other, proposer]) = (draft.id(), dao.voters());
    dao.propose(&proposer, &draft).await?;
    dao.to_voting(&draft).await?;
    let stranger = dao.stranger();
    let rows = [
        Row { voter: other.address(), ..dao.row(&good, id, FOR)? },
        dao.row(&good, id, AGAINST)?,
        dao.row(&good, id, FOR)?,
        dao.row(&stranger, id, FOR)?,
        dao.row(&other, id, 3)?,
    ];
    let skipped = |row: usize, reason| {
        let (voter, index) = (rows[row].voter, U256::from(row));
        event(&G::BallotSkipped { proposalId: id, voter, index, reason })
    };
    let (voter, weight, reason) = (good.address(), aia(VOTES[0]), String::new());
    let cast = event(&G::VoteCast { voter, proposalId: id, support: AGAINST, weight, reason });
    let by = dao.governor_as(&stranger)?;
    let batch = by.castVotesBySig(id, pack(&rows));
    assert_eq!(batch.call().await?, U256::ONE, "how many counted");
    let receipt = net.send(&batch).await?;
    let skips = [(2, WITHOUT_VOTES), (3, WITHOUT_VOTES), (4, NO_SUPPORT)].map(|(row, reason)| skipped(row, reason));
    assert_events(&receipt, &[vec![skipped(0, UNSIGNED), cast], skips.to_vec()].concat());
    Ok(())
}
