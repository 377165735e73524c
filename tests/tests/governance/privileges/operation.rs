//! That everything which waits for the timelock can indeed be done, by a proposal from beginning to end.

use aia_abi::{IAIAGovernor::ProposalState, IAIATimelock as T};
use aia_tests::{
    governance::{Draft, SLOW},
    staking::emitted,
};
use alloy::primitives::{Address, Bytes, U256};
use eyre::Result;

use super::{Class, attempts::attempts, class_of, scene::Scene};

/// What the timelock may, but not in the time that a proposal takes: an upheld dispute waits for two days.
const TOO_LATE: &str = "veto(uint256,bytes32)";

/// Returns a proposal of everything that waits for the timelock.
fn everything(scene: &Scene) -> Result<Draft> {
    let mut draft = Draft::new("Everything at once");
    for attempt in attempts(scene) {
        if class_of(&attempt)? != Class::Role && attempt.signature != TOO_LATE {
            draft = draft.paying(attempt.target, U256::ZERO, attempt.calldata);
        }
    }
    Ok(draft)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proposal_can_do_whatever_waits_for_the_timelock() -> Result<()> {
    let scene = Scene::start().await?;
    let (republic, draft) = (&scene.republic, everything(&scene)?);

    republic.carry(&draft).await?;
    republic.queue(&draft).await?;
    assert_eq!(republic.eta(&draft).await?, republic.net().now() + SLOW);
    republic.to_eta(&draft).await?;
    let receipt = republic.execute(&draft).await?;

    republic.assert_state(&draft, ProposalState::Executed).await?;
    let executed = emitted::<T::CallExecuted>(&receipt, republic.timelock);
    let made: Vec<(Address, Bytes)> = executed.into_iter().map(|call| (call.target, call.data)).collect();
    let proposed: Vec<_> = draft.targets.into_iter().zip(draft.calldatas).collect();
    assert_eq!(made, proposed);
    // All that are in the table but one.
    assert_eq!(made.len(), 39);
    Ok(())
}
