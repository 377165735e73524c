//! Threat 5: who proposes first what another wants to propose, and cancels it; and other ways to be in the way.

use aia_abi::IAIAGovernor as G;
use aia_tests::{
    governance::{Dao, Draft},
    staking::aia,
};
use alloy::{
    primitives::{Address, U256},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

use super::{accomplice, prepare, refused, tried, unexpected};
use crate::motions::motion;

/// Returns somebody who can propose, and would rather that nobody else could.
async fn mallory(dao: &Dao) -> Result<PrivateKeySigner> {
    let mallory = dao.net().account(6);
    dao.enfranchise(&mallory, aia(1_000_000)).await?;
    dao.net().pass(1)?;
    Ok(mallory)
}

/// Returns a motion whose description ends in so and so.
fn with_suffix(dao: &Dao, suffix: &str) -> Draft {
    let motion = motion(dao, 1);
    Draft { description: format!("{}{suffix}", motion.description), ..motion }
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_5_without_a_suffix_a_proposal_can_be_taken_away() -> Result<()> {
    let dao = Dao::start().await?;
    let (mallory, draft) = (mallory(&dao).await?, motion(&dao, 1));

    dao.propose(&mallory, &draft).await?;
    dao.cancel(&mallory, &draft).await?;

    let gone = unexpected(&draft, G::ProposalState::Canceled, &[]);
    dao.net().refuses(&draft.propose(&dao.governor_as(&dao.proposer())?), gone).await?;
    // But not for long: other words are another proposal.
    dao.propose(&dao.proposer(), &motion(&dao, 2)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_5_with_a_suffix_only_who_it_names_can_propose() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, mallory, proposer) = (dao.net(), mallory(&dao).await?, dao.proposer());
    let (by_mallory, by_proposer) = (dao.governor_as(&mallory)?, dao.governor_as(&proposer)?);
    let restricted = |proposer| G::GovernorRestrictedProposer { proposer };
    let plain = format!("{:x}", proposer.address());
    for name in [plain.clone(), plain.to_uppercase(), proposer.address().to_string()[2..].to_string()] {
        let draft = with_suffix(&dao, &format!("#proposer=0x{name}"));
        net.refuses(&draft.propose(&by_mallory), restricted(mallory.address())).await?;
        dao.propose(&proposer, &draft).await?;
        // Nor can mallory cancel it.
        let foreign = G::GovernorUnableToCancel { proposalId: draft.id(), account: mallory.address() };
        net.refuses(&draft.cancel(&by_mallory), foreign).await?;
        dao.assert_state(&draft, G::ProposalState::Pending).await?;
        dao.cancel(&proposer, &draft).await?;
    }
    // It names its proposer even against the one who wrote it.
    let draft = with_suffix(&dao, &format!("#proposer={:#x}", mallory.address()));
    net.refuses(&draft.propose(&by_proposer), restricted(proposer.address())).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_5_what_only_looks_like_a_suffix_restricts_nobody() -> Result<()> {
    let dao = Dao::start().await?;
    let named = format!("{:x}", dao.stranger().address());
    let suffixes = [
        format!("#proposer=0x{named} "),
        format!("#proposer=0x{}", &named[1..]),
        format!("#proposer=0x{}g", &named[1..]),
        format!("#Proposer=0x{named}"),
        format!("#proposer=0X{named}"),
        format!("proposer=0x{named}"),
    ];
    for suffix in suffixes {
        let draft = with_suffix(&dao, &suffix);
        dao.propose(&dao.proposer(), &draft).await?;
        dao.cancel(&dao.proposer(), &draft).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn griefing_votes_of_others_do_not_propose() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft) = (dao.net(), motion(&dao, 1));
    let poor = |proposer: Address| {
        let (votes, threshold) = (U256::ZERO, aia(1_000_000));
        G::GovernorInsufficientProposerVotes { proposer, votes, threshold }
    };
    let by_stranger = dao.governor_as(&dao.stranger())?;
    net.refuses(&draft.propose(&by_stranger), poor(dao.stranger().address())).await?;

    // Not even if who has them is lured into the transaction.
    let trap = accomplice(&dao).await?;
    prepare(&dao, &trap, &[(dao.governor, draft.propose(&by_stranger).calldata().clone())]).await?;
    let sprung = super::IAccomplice::new(*trap.address(), net.provider(&dao.proposer())?);
    let ends = tried(&net.send(&sprung.strike()).await?, &trap);
    assert_eq!(ends, [refused(&poor(*trap.address()))]);
    let latest = by_stranger.latestProposalId(dao.proposer().address()).call().await?;
    assert_eq!(latest, U256::ZERO);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn griefing_proposals_of_others_keep_nobody_from_proposing() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, mallory, proposer) = (dao.net(), mallory(&dao).await?, dao.proposer());
    let live = |proposer: &PrivateKeySigner, draft: &Draft| G::GovernorProposerHasLiveProposal {
        proposer: proposer.address(),
        proposalId: draft.id(),
    };
    let (theirs, own, next) = (motion(&dao, 1), motion(&dao, 2), motion(&dao, 3));

    dao.propose(&mallory, &theirs).await?;
    dao.propose(&proposer, &own).await?;

    // One at a time, each for itself.
    net.refuses(&next.propose(&dao.governor_as(&mallory)?), live(&mallory, &theirs)).await?;
    net.refuses(&next.propose(&dao.governor_as(&proposer)?), live(&proposer, &own)).await?;
    dao.to_verdict(&own).await?;
    dao.propose(&proposer, &next).await?;
    Ok(())
}
