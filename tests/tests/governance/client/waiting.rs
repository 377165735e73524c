//! What there is to wait for, when timelocks and their rules change meanwhile.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T, IAIAToken as A};
use aia_client::{
    Error,
    governance::{Delay, Directory, GovernanceError, Window},
};
use aia_deploy::GovernanceConfig;
use aia_tests::governance::{BRAKE, Dao, Draft, GRACE, add_timelock, constitution};
use alloy::{primitives::U256, providers::Provider, sol_types::SolCall};
use eyre::Result;

use super::{client, proposal};
use crate::motions::{admin, motion};

/// A longer grace period, seconds.
const LONG_GRACE: u32 = 30 * 86_400;

/// Returns when a draft can be executed, as the library tells.
async fn execution(dao: &Dao, draft: &Draft) -> Result<Option<Window>> {
    Ok(client(dao, &dao.stranger())?.timeline(&proposal(draft)?, 0).await?.execution)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_brake_keeps_what_is_queued_waiting_and_leaves_its_end_as_it_is() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft) = (dao.net(), motion(&dao, 1));
    dao.carry(&draft).await?;
    dao.queue(&draft).await?;
    let eta = dao.eta(&draft).await?;
    assert_eq!(execution(&dao, &draft).await?, Some(Window { from: eta, until: eta + GRACE }));

    net.send(&dao.timelock_as(&dao.guardian())?.brake()).await?;
    let from = net.now() + BRAKE + 1;
    assert!(from > eta);
    assert_eq!(execution(&dao, &draft).await?, Some(Window { from, until: eta + GRACE }));
    dao.pass_to(from)?;
    client(&dao, &dao.stranger())?.execute(&proposal(&draft)?, U256::ZERO).await?;
    assert_eq!(execution(&dao, &draft).await?, None);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_queued_keeps_its_end_and_its_timelock_when_governance_changes_either() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, [first, second, _]) = (dao.net(), dao.voters());
    let config = GovernanceConfig { owned: Vec::new(), ..constitution(net) };
    let other = add_timelock(net, dao.governor, config).await?;
    let longer = Draft::new("More time").call(dao.timelock, &T::setGracePeriodCall { duration: LONG_GRACE });
    let moving = Draft::new("Another timelock").call(dao.governor, &G::updateTimelockCall { newTimelock: other });
    let queued = motion(&dao, 1);
    dao.carry_all(&[(&dao.proposer(), &longer), (&first, &moving), (&second, &queued)]).await?;
    for draft in [&longer, &moving, &queued] {
        dao.queue(draft).await?;
    }
    let eta = dao.eta(&queued).await?;
    let expected = Some(Window { from: eta, until: eta + GRACE });
    assert_eq!(execution(&dao, &queued).await?, expected);
    dao.to_eta(&queued).await?;
    dao.execute(&longer).await?;
    assert_eq!(execution(&dao, &queued).await?, expected);
    dao.execute(&moving).await?;
    assert_eq!(execution(&dao, &queued).await?, expected);

    // What comes has the other timelock's grace period, not the longer one.
    let next = motion(&dao, 2);
    dao.carry(&next).await?;
    dao.queue(&next).await?;
    let eta = dao.eta(&next).await?;
    assert_eq!(execution(&dao, &next).await?, Some(Window { from: eta, until: eta + GRACE }));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn who_looks_too_late_for_the_beginning_is_told_so() -> Result<()> {
    let dao = Dao::start().await?;
    let (draft, reader) = (motion(&dao, 1), client(&dao, &dao.stranger())?);
    dao.carry(&draft).await?;
    dao.queue(&draft).await?;
    dao.net().pass(1)?;
    let (proposal, latest) = (proposal(&draft)?, reader.contract().provider().get_block_number().await?);
    match reader.timeline(&proposal, latest).await {
        Err(Error::Governance(refused)) => assert_eq!(refused, GovernanceError::UnknownOperation(draft.id())),
        other => panic!("{other:?}"),
    }
    match reader.created(draft.id(), latest).await {
        Err(Error::Governance(refused)) => assert_eq!(refused, GovernanceError::UnknownProposal(draft.id())),
        other => panic!("{other:?}"),
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_that_was_given_up_is_said_to_wait_for_ever() -> Result<()> {
    let dao = Dao::start().await?;
    let token = dao.net().token;
    let selector = A::setCCIPAdminCall::SELECTOR.into();
    let abdication = Draft::new("No admin").call(dao.timelock, &T::abdicateCall { target: token, selector });
    dao.enact(&abdication).await?;

    let (reader, directory) = (client(&dao, &dao.stranger())?, Directory::new().with_token(token));
    let explanation = reader.explain(&directory, &proposal(&motion(&dao, 1))?).await?;
    assert_eq!(explanation.delay(), Some(Delay::Abdicated));
    let told = format!("1. AIAToken.setCCIPAdmin(newAdmin: {}), abdicated\n", admin(1));
    assert_eq!(explanation.to_string(), told);
    Ok(())
}
