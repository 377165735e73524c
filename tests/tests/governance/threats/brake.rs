//! Threat 11: a brake that somebody holds for ever.

use aia_abi::{
    IAIAGovernor::ProposalState,
    IAIATimelock::{self as T, setGuardianCall},
};
use aia_tests::governance::{BRAKE, Dao, Draft, GRACE, TERM, at};
use alloy::primitives::{Address, aliases::U48};
use eyre::Result;

use super::execute_directly;
use crate::motions::{admin, last_admin, motion};

/// Returns a proposal after which nobody can pull the brake.
fn removal(dao: &Dao) -> Draft {
    let call = setGuardianCall { newGuardian: Address::ZERO, expiry: U48::ZERO };
    Draft::new("No more brakes").call(dao.timelock, &call)
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_11_the_brake_is_off_as_long_as_it_was_on() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft) = (dao.net(), motion(&dao, 1));
    let (by_guardian, by_stranger) = (dao.timelock_as(&dao.guardian())?, dao.timelock_as(&dao.stranger())?);
    dao.ripen(&draft).await?;
    let pulled = net.now();
    net.send(&by_guardian.brake()).await?;

    let braked = || T::TimelockBraked { until: at(pulled + BRAKE) };
    let cooling = || T::TimelockBrakeCooling { readyAt: at(pulled + 2 * BRAKE) };
    for instant in [pulled, pulled + 1, pulled + BRAKE] {
        dao.pass_to(instant)?;
        net.refuses(&draft.execute(&dao.governor_as(&dao.stranger())?), braked()).await?;
        net.refuses(&execute_directly(&dao, &by_stranger, &draft), braked()).await?;
        net.refuses(&by_guardian.brake(), cooling()).await?;
    }
    dao.pass_to(pulled + BRAKE + 1)?;
    net.refuses(&by_guardian.brake(), cooling()).await?;
    dao.execute(&draft).await?;
    assert_eq!(last_admin(&dao).await?, admin(1));

    // Letting go early brings the next pull no nearer.
    dao.pass_to(pulled + 2 * BRAKE)?;
    net.send(&by_guardian.brake()).await?;
    net.send(&by_guardian.unbrake()).await?;
    dao.pass_to(pulled + 4 * BRAKE - 1)?;
    let cooling = T::TimelockBrakeCooling { readyAt: at(pulled + 4 * BRAKE) };
    net.refuses(&by_guardian.brake(), cooling).await?;
    net.pass(1)?;
    net.send(&by_guardian.brake()).await?;
    Ok(())
}

/// Lets the guardian brake its own removal `late` seconds after that is ready, and then whenever it can; asserts that
/// the removal is executed all the same.
async fn assert_removed(late: u64) -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, guardian) = (dao.net(), removal(&dao), dao.guardian());
    let timelock = dao.timelock_as(&guardian)?;
    dao.ripen(&draft).await?;
    let ready = net.now();
    net.pass(late)?;
    net.send(&timelock.brake()).await?;

    // Whenever it is pulled, seven days follow in which the operation is still ready.
    dao.pass_to(ready + late + BRAKE + 1)?;
    assert!(net.now() <= ready + GRACE, "the grace period is over");
    dao.execute(&draft).await?;

    dao.assert_state(&draft, ProposalState::Executed).await?;
    dao.pass_to(ready + late + 2 * BRAKE)?;
    let powerless = T::TimelockUnauthorizedGuardian { caller: guardian.address() };
    net.refuses(&timelock.brake(), powerless).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_11_the_guardian_cannot_hold_up_its_own_removal() -> Result<()> {
    assert_removed(0).await?;
    // As late as it helps: a second later there were seven days before.
    assert_removed(BRAKE - 1).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_11_the_guardian_cannot_begin_early_to_hold_up_its_own_removal() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, draft, guardian) = (dao.net(), removal(&dao), dao.guardian());
    let (timelock, governor) = (dao.timelock_as(&guardian)?, dao.governor_as(&guardian)?);
    dao.carry(&draft).await?;
    dao.queue(&draft).await?;
    let ready = dao.eta(&draft).await?;
    // On just before it becomes ready; and then it is off for longer than that takes.
    dao.pass_to(ready - 1)?;
    net.send(&timelock.brake()).await?;
    let braked = T::TimelockBraked { until: at(ready - 1 + BRAKE) };
    dao.pass_to(ready - 1 + BRAKE)?;
    net.refuses(&draft.execute(&governor), braked).await?;
    net.pass(1)?;
    dao.execute(&draft).await?;
    dao.assert_state(&draft, ProposalState::Executed).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_11_nobody_brakes_after_the_term() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, guardian) = (dao.net(), dao.guardian());
    let timelock = dao.timelock_as(&guardian)?;
    let expiry: u64 = timelock.guardian().call().await?.expiry.to();
    assert!(expiry <= net.now() + TERM);
    let powerless = || T::TimelockUnauthorizedGuardian { caller: guardian.address() };
    dao.pass_to(expiry + 1)?;
    net.refuses(&timelock.brake(), powerless()).await?;
    net.refuses(&timelock.unbrake(), powerless()).await
}
