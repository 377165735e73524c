//! Threat 17: dust that makes a delegate's history long, until voting is too dear.

use aia_abi::IAIAToken::{delegateCall, transferCall};
use aia_devnode::chain::Included;
use aia_tests::{
    common::{Message, send},
    governance::{Dao, ELECTORATE, VOTES, pack, support},
    staking::aia,
};
use alloy::{
    primitives::{Address, U256},
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use crate::motions::motion;

/// How often the delegate's votes change while voting goes on.
const DUST: u64 = 3_000;
/// The most that this may add to the gas of a vote: two searches in such a history, of the delegate's votes and of all
/// votes, each of some twenty reads.
const SEARCHES: u64 = 100_000;

/// Delegates to somebody, and then gets a base unit each second.
const DUSTER: Address = Address::repeat_byte(0xdd);

/// Calls the token a second later; gas is free.
fn next_second(dao: &Dao, from: Address, call: &impl SolCall) -> Result<Included> {
    let net = dao.net();
    let next = net.now() + 1;
    net.api.chain().set_next_time(next)?;
    net.api.chain().set_next_base_fee(0);
    let included = send(&net.api, Message::call(from, net.token, call.abi_encode()))?;
    ensure!(included.success, "{included:?}");
    Ok(included)
}

/// Changes the votes of a delegate as often as can be: once a second.
fn pelt(dao: &Dao, victim: Address, times: u64) -> Result<()> {
    next_second(dao, DUSTER, &delegateCall { delegatee: victim })?;
    for _ in 0..times {
        next_second(dao, dao.net().owner.address(), &transferCall { to: DUSTER, value: U256::ONE })?;
    }
    // Clients learn the next fee from the latest block, which now has the usual one again.
    dao.net().pass(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_17_a_delegate_under_dust_still_votes() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, [victim, clean, other]) = (dao.net(), motion(&dao, 1), dao.voters());
    let governor = dao.governor_as(&dao.stranger())?;
    dao.open(&draft).await?;
    // The first vote pays for what all votes share; the second asks for the quorum, as the victim's will.
    dao.vote(&dao.proposer(), &draft, support::FOR).await?;
    let before = dao.vote(&other, &draft, support::FOR).await?.gas_used;

    pelt(&dao, victim.address(), DUST)?;

    let token = net.token_as(&net.owner)?;
    assert!(u64::from(token.numCheckpoints(victim.address()).call().await?) >= DUST);
    let alone = dao.vote(&victim, &draft, support::FOR).await?;
    println!("gas of a vote: {before}; with {DUST} checkpoints since: {}", alone.gas_used);
    assert!(alone.gas_used < before + SEARCHES, "{} instead of {before}", alone.gas_used);
    // In a batch as well, which looks up all votes at once.
    let row = dao.row(&clean, draft.id(), support::FOR)?;
    let batch = net.send(&governor.castVotesBySig(draft.id(), pack(&[row]))).await?;
    println!("gas of a batch of one: {}", batch.gas_used);
    dao.assert_votes(&draft, [U256::ZERO, aia(ELECTORATE), U256::ZERO]).await?;
    assert_eq!(governor.usedVotes(draft.id(), victim.address()).call().await?, aia(VOTES[0]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_17_dust_adds_a_checkpoint_a_second_and_no_more() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, [victim, ..]) = (dao.net(), dao.voters());
    let token = net.token_as(&net.owner)?;
    next_second(&dao, DUSTER, &delegateCall { delegatee: victim.address() })?;
    let before = token.numCheckpoints(victim.address()).call().await?;
    net.pass(1)?;
    for _ in 0..50 {
        net.send(&token.transfer(DUSTER, U256::ONE)).await?;
    }
    assert_eq!(token.numCheckpoints(victim.address()).call().await?, before + 1);
    Ok(())
}
