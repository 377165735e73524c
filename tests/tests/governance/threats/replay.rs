//! Replayed ballots and batches: here again, on another proposal, for another governor, on another chain.

use aia_abi::IAIAGovernor::{BallotSkipped, GovernorAlreadyCastVote, GovernorInvalidSignature};
use aia_deploy::GovernanceConfig;
use aia_tests::{
    actions::{assert_events, event},
    governance::{Ballot, Dao, Row, VOTES, add_governance, constitution, keyed_nonce, pack, skipped, support},
    signing::{Parts, sign_in},
    staking::aia,
};
use alloy::{
    primitives::{Address, B256, U256, aliases::U192},
    sol_types::{Eip712Domain, eip712_domain},
};
use eyre::Result;

use crate::motions::motion;

/// Where else a ballot might come from.
fn foreign_domains(dao: &Dao, other_governor: Address) -> Vec<(&'static str, Eip712Domain)> {
    let chain = dao.net().api.chain().config().chain_id;
    let elsewhere = |chain_id: u64, governor: Address| {
        eip712_domain! { name: "AIA Governor", version: "1", chain_id: chain_id, verifying_contract: governor, }
    };
    let with = |change: fn(&mut Eip712Domain)| {
        let mut domain = dao.ballot_domain();
        change(&mut domain);
        domain
    };
    vec![
        ("another chain", elsewhere(42_161, dao.governor)),
        ("another governor", elsewhere(chain, other_governor)),
        ("the timelock", elsewhere(chain, dao.timelock)),
        ("another name", with(|domain| domain.name = Some("Governor".into()))),
        ("another version", with(|domain| domain.version = Some("2".into()))),
        ("a salt", with(|domain| domain.salt = Some(B256::ZERO))),
    ]
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ballot_counts_once_whichever_way_it_comes() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [voter, ..]) = (dao.net(), motion(&dao, 1), dao.voters());
    let governor = dao.governor_as(&dao.stranger())?;
    dao.open(&draft).await?;
    let (id, account) = (draft.id(), voter.address());
    let row = dao.row(&voter, id, support::FOR)?;
    let alone = governor.castVoteBySig(id, support::FOR, account, row.parts.bytes());
    let batch = governor.castVotesBySig(id, pack(&[row]));
    let spent = BallotSkipped { proposalId: id, voter: account, index: U256::ZERO, reason: skipped::WITHOUT_VOTES };
    // First in a batch, which uses up no nonce, or first alone, which does.
    for batch_first in [true, false] {
        let before = net.api.chain().snapshot();
        if batch_first {
            net.send(&batch).await?;
            net.refuses(&alone, GovernorAlreadyCastVote { voter: account }).await?;
        } else {
            net.send(&alone).await?;
            net.refuses(&alone, GovernorInvalidSignature { voter: account }).await?;
        }
        assert_events(&net.send(&batch).await?, &[event(&spent)]);
        let used = u64::from(!batch_first);
        assert_eq!(governor.nonces_1(account, U192::wrapping_from(id)).call().await?, keyed_nonce(id, used));
        dao.assert_votes(&draft, [U256::ZERO, aia(VOTES[0]), U256::ZERO]).await?;
        assert!(net.api.chain().revert(before)?);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_row_counts_once_in_its_batch() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [first, second, _]) = (dao.net(), motion(&dao, 1), dao.voters());
    let governor = dao.governor_as(&dao.stranger())?;
    dao.open(&draft).await?;
    let id = draft.id();
    let own = dao.row(&first, id, support::FOR)?;
    // A second opinion, and what others say in somebody's name.
    let other = dao.row(&first, id, support::AGAINST)?;
    let forged = Row { voter: second.address(), ..own };

    let receipt = net.send(&governor.castVotesBySig(id, pack(&[own, own, forged, other]))).await?;

    let skipped = |voter: Address, index: u64, reason: u8| {
        event(&BallotSkipped { proposalId: id, voter, index: U256::from(index), reason })
    };
    let told = [
        draft.voted(&first, support::FOR, aia(VOTES[0])),
        skipped(first.address(), 1, skipped::WITHOUT_VOTES),
        skipped(second.address(), 2, skipped::UNSIGNED),
        skipped(first.address(), 3, skipped::WITHOUT_VOTES),
    ];
    assert_events(&receipt, &told);
    dao.assert_votes(&draft, [U256::ZERO, aia(VOTES[0]), U256::ZERO]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ballot_for_elsewhere_is_worth_nothing() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [voter, ..]) = (dao.net(), motion(&dao, 1), dao.voters());
    let twin = add_governance(net, GovernanceConfig { owned: Vec::new(), ..constitution(net) }).await?;
    let governor = dao.governor_as(&dao.stranger())?;
    dao.open(&draft).await?;
    let (id, account) = (draft.id(), voter.address());
    let invalid = || GovernorInvalidSignature { voter: account };
    let ballot = |proposal: U256, support: u8, voter: Address, nonce: U256| Ballot {
        proposalId: proposal,
        support,
        voter,
        nonce,
    };
    let own = ballot(id, support::FOR, account, keyed_nonce(id, 0));
    let mut signed: Vec<(&str, Parts)> = Vec::new();
    for (place, domain) in foreign_domains(&dao, twin.governor.address) {
        signed.push((place, sign_in(&domain, &voter, &own)?));
    }
    let others = [
        ("another proposal", ballot(id + U256::ONE, support::FOR, account, keyed_nonce(id, 0))),
        ("another side", ballot(id, support::AGAINST, account, keyed_nonce(id, 0))),
        ("another voter", ballot(id, support::FOR, dao.governor, keyed_nonce(id, 0))),
        ("a later nonce", ballot(id, support::FOR, account, keyed_nonce(id, 1))),
        ("another proposal's nonce", ballot(id, support::FOR, account, keyed_nonce(id + U256::ONE, 0))),
        ("a later plain nonce", ballot(id, support::FOR, account, U256::ONE)),
    ];
    for (what, ballot) in others {
        signed.push((what, sign_in(&dao.ballot_domain(), &voter, &ballot)?));
    }
    let mut rows = Vec::new();
    for (what, parts) in signed {
        println!("signed for {what}");
        net.refuses(&governor.castVoteBySig(id, support::FOR, account, parts.bytes()), invalid()).await?;
        rows.push(Row { voter: account, support: support::FOR, parts });
    }
    assert_eq!(governor.castVotesBySig(id, pack(&rows)).call().await?, U256::ZERO);
    dao.assert_votes(&draft, [U256::ZERO; 3]).await?;
    // The very one, at last.
    let parts = sign_in(&dao.ballot_domain(), &voter, &own)?;
    net.send(&governor.castVoteBySig(id, support::FOR, account, parts.bytes())).await?;
    dao.assert_votes(&draft, [U256::ZERO, aia(VOTES[0]), U256::ZERO]).await
}
