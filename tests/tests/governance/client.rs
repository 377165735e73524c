//! A network that is governed through the client library.

mod refusals;
mod relaying;
mod story;
mod waiting;

use aia_client::governance::{Ballot, Call, Directory, Domain, Governor, Proposal, SignedBallot, Support};
use aia_tests::{
    Network,
    governance::{Dao, Draft, Republic},
};
use alloy::{providers::DynProvider, signers::local::PrivateKeySigner};
use eyre::Result;

/// The governor as the library reaches it.
type Client = Governor<DynProvider>;

/// Returns the governor as `account` calls it.
fn client<N: AsRef<Network>>(dao: &Dao<N>, account: &PrivateKeySigner) -> Result<Client> {
    Ok(Governor::new(dao.governor, dao.net().provider(account)?))
}

/// Returns the contracts of a network.
fn directory(dao: &Republic) -> Directory {
    let (market, staking) = (&dao.chain, &dao.chain.staking);
    Directory::new()
        .with_governor(dao.governor)
        .with_timelock(dao.timelock)
        .with_token(market.net().token)
        .with_registry(staking.registry)
        .with_court(staking.court)
        .with_payments(market.payments)
}

/// Returns a draft of the harness as the library has it.
fn proposal(draft: &Draft) -> Result<Proposal> {
    let Draft { targets, values, calldatas, description } = draft.clone();
    let calls = targets.into_iter().zip(values).zip(calldatas);
    let calls = calls.map(|((target, value), data)| Call { target, value, data }).collect();
    Ok(Proposal::new(calls, description.into_bytes())?)
}

/// Signs the first ballot of a voter.
fn sign(domain: Domain, voter: &PrivateKeySigner, proposal: &Proposal, support: Support) -> Result<SignedBallot> {
    Ok(SignedBallot::sign(Ballot::new(proposal.id(), support, voter.address()), &domain, voter)?)
}
