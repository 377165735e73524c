//! Errors of proposals.

use aia_abi::IAIAGovernor::{
    self as G,
    ProposalState::{self, Active, Canceled, Defeated, Executed, Expired, Pending, Queued, Succeeded},
};
use aia_deploy::launch_params;
use aia_tests::governance::{Dao, Draft, GRACE, states};
use alloy::primitives::{Address, Bytes, U256, aliases::U48};
use eyre::Result;

use super::Heard;
use crate::abi::idle;

/// The states in which a proposal can be cancelled.
const CANCELLABLE: [ProposalState; 5] = [Pending, Active, Defeated, Succeeded, Queued];

/// Returns the error of a proposal in another state than those expected.
fn unexpected(draft: &Draft, current: ProposalState, expected: &[ProposalState]) -> G::GovernorUnexpectedProposalState {
    G::GovernorUnexpectedProposalState { proposalId: draft.id(), current, expectedStates: states(expected) }
}

pub(super) async fn refusals(dao: &Dao, heard: &mut Heard) -> Result<()> {
    proposing(dao, heard).await?;
    what_does_not_exist(dao, heard).await?;
    before_and_after_the_vote(dao, heard).await?;
    cancelling(dao, heard).await?;
    when_all_is_over(dao, heard).await?;
    who_may(dao, heard).await
}

async fn proposing(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let (net, stranger) = (dao.net(), dao.stranger());
    let (by, proposer) = (dao.governor_as(&dao.proposer())?, dao.proposer().address());
    let theirs = idle(&format!("Theirs #proposer={}", stranger.address()));
    heard.refuses(net, &theirs.propose(&by), G::GovernorRestrictedProposer { proposer }).await?;
    let poor = G::GovernorInsufficientProposerVotes {
        proposer: stranger.address(),
        votes: U256::ZERO,
        threshold: launch_params().proposalThreshold,
    };
    heard.refuses(net, &theirs.propose(&dao.governor_as(&stranger)?), poor).await?;

    for [targets, calldatas, values] in [[0, 0, 0], [2, 1, 1], [1, 2, 1], [1, 1, 2], [0, 1, 1]] {
        let (to, wei) = (vec![net.token; targets], vec![U256::ZERO; values]);
        let propose = by.propose(to, wei, vec![Bytes::new(); calldatas], String::new());
        let [targets, calldatas, values] = [targets, calldatas, values].map(U256::from);
        heard.refuses(net, &propose, G::GovernorInvalidProposalLength { targets, calldatas, values }).await?;
    }
    Ok(())
}

async fn what_does_not_exist(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let (net, by, draft) = (dao.net(), dao.governor_as(&dao.guardian())?, idle("Unheard of"));
    let unknown = || G::GovernorNonexistentProposal { proposalId: draft.id() };
    heard.refuses(net, &by.state(draft.id()), unknown()).await?;
    heard.refuses(net, &by.castVote(draft.id(), 1), unknown()).await?;
    heard.refuses(net, &draft.queue(&by), unknown()).await?;
    heard.refuses(net, &draft.execute(&by), unknown()).await?;
    heard.refuses(net, &draft.cancel(&by), unknown()).await
}

async fn before_and_after_the_vote(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let [account, ..] = dao.voters();
    let (net, by, proposer) = (dao.net(), dao.governor_as(&account)?, account.address());
    let (draft, other) = (idle("One"), idle("Another"));
    let (id, vote) = (draft.id(), by.castVote(draft.id(), 1));
    dao.propose(&account, &draft).await?;
    let live = || G::GovernorProposerHasLiveProposal { proposer, proposalId: id };
    heard.refuses(net, &draft.propose(&by), unexpected(&draft, Pending, &[])).await?;
    heard.refuses(net, &other.propose(&by), live()).await?;
    heard.refuses(net, &vote, unexpected(&draft, Pending, &[Active])).await?;
    heard.refuses(net, &draft.queue(&by), unexpected(&draft, Pending, &[Succeeded])).await?;
    heard.refuses(net, &draft.execute(&by), unexpected(&draft, Pending, &[Queued])).await?;

    dao.to_voting(&draft).await?;
    heard.refuses(net, &other.propose(&by), live()).await?;
    let unable = G::GovernorUnableToCancel { proposalId: id, account: proposer };
    heard.refuses(net, &draft.cancel(&by), unable).await?;
    dao.to_verdict(&draft).await?;
    heard.refuses(net, &draft.propose(&by), unexpected(&draft, Defeated, &[])).await?;
    heard.refuses(net, &vote, unexpected(&draft, Defeated, &[Active])).await?;
    heard.refuses(net, &draft.queue(&by), unexpected(&draft, Defeated, &[Succeeded])).await
}

async fn cancelling(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let (net, stranger, draft) = (dao.net(), dao.stranger(), idle("To be called off"));
    dao.propose(&dao.proposer(), &draft).await?;
    let unable = G::GovernorUnableToCancel { proposalId: draft.id(), account: stranger.address() };
    heard.refuses(net, &draft.cancel(&dao.governor_as(&stranger)?), unable).await?;
    dao.cancel(&dao.proposer(), &draft).await?;
    let over = unexpected(&draft, Canceled, &CANCELLABLE);
    heard.refuses(net, &draft.cancel(&dao.governor_as(&dao.guardian())?), over).await
}

async fn when_all_is_over(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let (net, guardian) = (dao.net(), dao.governor_as(&dao.guardian())?);
    let (done, late) = (idle("Done"), idle("Too late"));
    dao.ripen(&done).await?;
    heard.refuses(net, &done.queue(&guardian), unexpected(&done, Queued, &[Succeeded])).await?;
    dao.execute(&done).await?;
    heard.refuses(net, &done.execute(&guardian), unexpected(&done, Executed, &[Queued])).await?;
    heard.refuses(net, &done.cancel(&guardian), unexpected(&done, Executed, &CANCELLABLE)).await?;

    dao.ripen(&late).await?;
    net.pass(GRACE + 1)?;
    heard.refuses(net, &late.execute(&guardian), unexpected(&late, Expired, &[Queued])).await?;
    heard.refuses(net, &late.cancel(&guardian), unexpected(&late, Expired, &CANCELLABLE)).await
}

/// What only a proposal can do, and what nobody can.
async fn who_may(dao: &Dao, heard: &mut Heard) -> Result<()> {
    let net = dao.net();
    for caller in [dao.proposer(), dao.guardian(), net.owner.clone()] {
        let (by, account) = (dao.governor_as(&caller)?, caller.address());
        let refused = || G::GovernorOnlyExecutor { account };
        heard.refuses(net, &by.setVotingDelay(U48::from(3_600)), refused()).await?;
        heard.refuses(net, &by.setProposalGuardian(account), refused()).await?;
        heard.refuses(net, &by.relay(account, U256::ZERO, Bytes::new()), refused()).await?;

        let (nobody, none, data) = (Address::ZERO, U256::ZERO, Bytes::new());
        let disabled = || G::GovernorDisabledDeposit {};
        heard.refuses(net, &by.onERC721Received(nobody, nobody, none, data.clone()), disabled()).await?;
        heard.refuses(net, &by.onERC1155Received(nobody, nobody, none, none, data.clone()), disabled()).await?;
        heard.refuses(net, &by.onERC1155BatchReceived(nobody, nobody, vec![], vec![], data), disabled()).await?;
    }
    Ok(())
}
