//! A proposal that should never have passed: the guardian stops the clock, and then the proposal; and it stops there.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T, IAIAToken as A};
use aia_tests::{
    actions::{assert_events, event},
    governance::{BRAKE, Dao, Draft, at, states},
};
use alloy::primitives::Address;
use eyre::Result;

use super::motions::{admin, last_admin, motion};

/// Who would own the token.
const THIEF: Address = Address::repeat_byte(0x71);

#[tokio::test(flavor = "multi_thread")]
async fn a_malicious_proposal_is_braked_and_cancelled_and_the_brake_ends_by_itself() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, guardian, good) = (dao.net(), dao.guardian(), motion(&dao, 1));
    let bad = Draft::new("Routine maintenance").call(net.token, &A::transferOwnershipCall { newOwner: THIEF });
    dao.carry_all(&[(&dao.proposer(), &good), (&dao.voters()[0], &bad)]).await?;
    for draft in [&good, &bad] {
        dao.queue(draft).await?;
    }
    dao.to_eta(&bad).await?;

    // Nothing is executed, good or bad, from this very second on.
    let (by_guardian, by_stranger) = (dao.timelock_as(&guardian)?, dao.governor_as(&dao.stranger())?);
    let until = net.now() + BRAKE;
    let receipt = net.send(&by_guardian.brake()).await?;
    assert_events(&receipt, &[event(&T::Braked { guardian: guardian.address(), until: at(until) })]);
    assert_eq!(by_guardian.brakedUntil().call().await?, at(until));
    for draft in [&good, &bad] {
        net.refuses(&draft.execute(&by_stranger), T::TimelockBraked { until: at(until) }).await?;
    }

    // Cancelling goes on.
    net.pass(1_000)?;
    let receipt = dao.cancel(&guardian, &bad).await?;
    let struck = G::GuardianStruck { proposalId: bad.id(), guardian: guardian.address(), strikesLeft: 2 };
    let told = [
        event(&G::ProposalCanceled { proposalId: bad.id() }),
        event(&struck),
        event(&T::Cancelled { id: bad.operation(dao.governor) }),
    ];
    assert_events(&receipt, &told);
    dao.assert_state(&bad, G::ProposalState::Canceled).await?;
    let timelock = dao.timelock_as(&dao.stranger())?;
    let state = timelock.getOperationState(bad.operation(dao.governor)).call().await?;
    assert_eq!(state, T::OperationState::Unset);

    // The brake ends by itself, after its last second, and comes back no sooner than seven days later.
    dao.pass_to(until)?;
    net.refuses(&good.execute(&by_stranger), T::TimelockBraked { until: at(until) }).await?;
    net.pass(1)?;
    let ready_at = until + BRAKE;
    net.refuses(&by_guardian.brake(), T::TimelockBrakeCooling { readyAt: at(ready_at) }).await?;
    let canceled = G::GovernorUnexpectedProposalState {
        proposalId: bad.id(),
        current: G::ProposalState::Canceled,
        expectedStates: states(&[G::ProposalState::Queued]),
    };
    net.refuses(&bad.execute(&by_stranger), canceled).await?;
    dao.execute(&good).await?;
    assert_eq!(last_admin(&dao).await?, admin(1));
    let token = net.token_as(&net.owner)?;
    assert_eq!(token.pendingOwner().call().await?, Address::ZERO);

    dao.pass_to(ready_at - 1)?;
    net.refuses(&by_guardian.brake(), T::TimelockBrakeCooling { readyAt: at(ready_at) }).await?;
    net.pass(1)?;
    net.send(&by_guardian.brake()).await?;
    assert_eq!(by_guardian.brakeReadyAt().call().await?, at(ready_at + 2 * BRAKE));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guardian_releases_its_brake_and_nobody_else_touches_it() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, guardian, stranger, draft) = (dao.net(), dao.guardian(), dao.stranger(), motion(&dao, 1));
    dao.ripen(&draft).await?;
    let (by_guardian, by_stranger) = (dao.timelock_as(&guardian)?, dao.timelock_as(&stranger)?);
    let foreign = || T::TimelockUnauthorizedGuardian { caller: stranger.address() };
    net.refuses(&by_stranger.brake(), foreign()).await?;
    let start = net.now();
    net.send(&by_guardian.brake()).await?;
    net.refuses(&by_stranger.unbrake(), foreign()).await?;

    net.pass(60)?;
    let receipt = net.send(&by_guardian.unbrake()).await?;
    assert_events(&receipt, &[event(&T::Unbraked { guardian: guardian.address() })]);
    dao.execute(&draft).await?;
    assert_eq!(last_admin(&dao).await?, admin(1));
    // Nothing to release, nothing told; and no sooner pulled again.
    assert_events(&net.send(&by_guardian.unbrake()).await?, &[]);
    let ready_at = at(start + 2 * BRAKE);
    net.refuses(&by_guardian.brake(), T::TimelockBrakeCooling { readyAt: ready_at }).await?;

    // Nor after its term.
    let expiry: u64 = by_guardian.guardian().call().await?.expiry.to();
    dao.pass_to(expiry)?;
    net.send(&by_guardian.brake()).await?;
    net.pass(1)?;
    let over = || T::TimelockUnauthorizedGuardian { caller: guardian.address() };
    net.refuses(&by_guardian.unbrake(), over()).await?;
    net.refuses(&by_guardian.brake(), over()).await
}
