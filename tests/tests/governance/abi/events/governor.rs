//! Events of the governor, with those of the timelock that follow from them.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T};
use aia_deploy::governance::GUARDIAN_STRIKES;
use aia_tests::{
    actions::{assert_events, event},
    governance::{
        DELAY, Dao, Draft, LATE_EXTENSION, VOTES, VOTING_DELAY, VOTING_PERIOD, fractions,
        support::{AGAINST, FOR, FRACTIONAL},
    },
    staking::aia,
};
use alloy::primitives::{Address, B256, Bytes, LogData, U256};
use eyre::Result;

use super::{assert_all_heard, ballots::of_ballots, settings::of_settings};
use crate::abi::idle;

#[tokio::test(flavor = "multi_thread")]
async fn every_event_of_the_governor_is_logged_as_declared() -> Result<()> {
    let dao = Dao::start().await?;
    of_a_life(&dao).await?;
    of_cancelling(&dao).await?;
    of_votes(&dao).await?;
    of_ballots(&dao).await?;
    of_settings(&dao).await?;
    assert_all_heard(dao.net(), dao.governor, &G::abi::contract()).await
}

/// Returns what is logged when the proposer proposes now.
fn created(dao: &Dao, draft: &Draft) -> LogData {
    let start = U256::from(dao.net().now() + VOTING_DELAY);
    event(&G::ProposalCreated {
        proposalId: draft.id(),
        proposer: dao.proposer().address(),
        targets: draft.targets.clone(),
        values: draft.values.clone(),
        signatures: vec![String::new(); draft.targets.len()],
        calldatas: draft.calldatas.clone(),
        voteStart: start,
        voteEnd: start + U256::from(VOTING_PERIOD),
        description: draft.description.clone(),
    })
}

/// Returns what is logged when it is queued now: each call, and what tells the operation apart.
fn queued(dao: &Dao, draft: &Draft) -> Vec<LogData> {
    let (id, predecessor, delay) = (draft.operation(dao.governor), B256::ZERO, U256::from(DELAY));
    let mut logged = Vec::new();
    for (index, data) in draft.calldatas.iter().cloned().enumerate() {
        let (target, value, index) = (draft.targets[index], draft.values[index], U256::from(index));
        logged.push(event(&T::CallScheduled { id, index, target, value, data, predecessor, delay }));
    }
    logged.push(event(&T::CallSalt { id, salt: draft.salt(dao.governor) }));
    let ready = U256::from(dao.net().now() + DELAY);
    logged.push(event(&G::ProposalQueued { proposalId: draft.id(), etaSeconds: ready }));
    logged
}

/// Returns what the timelock logs when it is executed: after each call, that it was made.
pub(super) fn executed(dao: &Dao, draft: &Draft) -> Vec<LogData> {
    let id = draft.operation(dao.governor);
    let calls = draft.targets.iter().zip(&draft.values).zip(&draft.calldatas).enumerate();
    let logged = calls.map(|(index, ((target, value), data))| {
        let (index, target, value, data) = (U256::from(index), *target, *value, data.clone());
        event(&T::CallExecuted { id, index, target, value, data })
    });
    logged.collect()
}

async fn of_a_life(dao: &Dao) -> Result<()> {
    let (net, [voter, ..]) = (dao.net(), dao.voters());
    let [first, second] = [0xa1, 0xa2].map(Address::repeat_byte);
    let draft = Draft::new("Two calls").paying(first, U256::ZERO, vec![7_u8; 37]);
    let draft = draft.paying(second, U256::from(3), Bytes::new());
    let id = draft.id();
    let receipt = dao.propose(&dao.proposer(), &draft).await?;
    assert_events(&receipt, &[created(dao, &draft)]);

    // Ten seconds before the end.
    dao.pass_to(dao.deadline(&draft).await? - 10)?;
    let (account, weight, reason) = (voter.address(), aia(VOTES[0]), String::new());
    let cast = event(&G::VoteCast { voter: account, proposalId: id, support: FOR, weight, reason });
    let later = net.now() + LATE_EXTENSION;
    let extended = event(&G::ProposalExtended { proposalId: id, extendedDeadline: later });
    let receipt = dao.vote(&voter, &draft, FOR).await?;
    assert_events(&receipt, &[cast, extended]);

    dao.pass_to(later + 1)?;
    let expected = queued(dao, &draft);
    let receipt = dao.queue(&draft).await?;
    assert_events(&receipt, &expected);

    dao.to_eta(&draft).await?;
    let receipt = net.send(&draft.execute(&dao.governor_as(&dao.stranger())?).value(U256::from(3))).await?;
    let done = event(&G::ProposalExecuted { proposalId: id });
    assert_events(&receipt, &[executed(dao, &draft), vec![done]].concat());
    Ok(())
}

async fn of_cancelling(dao: &Dao) -> Result<()> {
    let (own, struck) = (idle("Its proposer's own"), idle("Struck when it was queued"));
    dao.propose(&dao.proposer(), &own).await?;
    let receipt = dao.cancel(&dao.proposer(), &own).await?;
    assert_events(&receipt, &[event(&G::ProposalCanceled { proposalId: own.id() })]);

    dao.ripen(&struck).await?;
    let receipt = dao.cancel(&dao.guardian(), &struck).await?;
    let (id, guardian, left) = (struck.id(), dao.guardian().address(), GUARDIAN_STRIKES - 1);
    let canceled = event(&G::ProposalCanceled { proposalId: id });
    let strike = event(&G::GuardianStruck { proposalId: id, guardian, strikesLeft: left });
    let taken_out = event(&T::Cancelled { id: struck.operation(dao.governor) });
    assert_events(&receipt, &[canceled, strike, taken_out]);
    Ok(())
}

async fn of_votes(dao: &Dao) -> Result<()> {
    let (net, draft, reason) = (dao.net(), idle("Votes"), String::from("because"));
    let [account, ..] = dao.voters();
    let (by, voter, id) = (dao.governor_as(&account)?, account.address(), draft.id());
    dao.open(&draft).await?;
    let [one, two, three, six] = [1, 2, 3, 6].map(U256::from);
    let params = fractions(one, two, three);
    let vote = by.castVoteWithReasonAndParams(id, FRACTIONAL, reason.clone(), params.clone());
    let cast = G::VoteCastWithParams {
        voter,
        proposalId: id,
        support: FRACTIONAL,
        weight: six,
        reason: reason.clone(),
        params,
    };
    let receipt = net.send(&vote).await?;
    assert_events(&receipt, &[event(&cast)]);

    let vote = by.castVoteWithReasonAndParams(id, AGAINST, reason.clone(), Bytes::new());
    let cast = G::VoteCast { voter, proposalId: id, support: AGAINST, weight: aia(VOTES[0]) - six, reason };
    let receipt = net.send(&vote).await?;
    assert_events(&receipt, &[event(&cast)]);
    dao.to_verdict(&draft).await
}
