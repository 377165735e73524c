//! Threat 11: a guardian of proposals that would rather rule.

use aia_abi::IAIAGovernor::{GovernorUnableToCancel, GuardianStruck, ProposalState, setProposalGuardianCall};
use aia_tests::{
    governance::{Dao, Draft, TERM},
    staking::emitted,
};
use alloy::primitives::{Address, aliases::U48};
use eyre::Result;

use crate::motions::motion;

/// How often the guardian may cancel at launch.
const STRIKES: u8 = 3;

/// Returns a proposal after which nobody can cancel others' proposals.
fn removal(dao: &Dao, attempt: u8) -> Draft {
    let call = setProposalGuardianCall { newProposalGuardian: Address::ZERO };
    Draft::new(format!("No more guardian, {attempt}")).call(dao.governor, &call)
}

fn powerless(draft: &Draft, account: Address) -> GovernorUnableToCancel {
    GovernorUnableToCancel { proposalId: draft.id(), account }
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_11_the_guardian_runs_out_of_strikes_before_the_others_run_out_of_patience() -> Result<()> {
    let dao = Dao::start().await?;
    let guardian = dao.guardian();
    let governor = dao.governor_as(&guardian)?;
    for attempt in 0..STRIKES {
        let draft = removal(&dao, attempt);
        dao.propose(&dao.proposer(), &draft).await?;
        let receipt = dao.cancel(&guardian, &draft).await?;
        let left = STRIKES - 1 - attempt;
        let struck = GuardianStruck { proposalId: draft.id(), guardian: guardian.address(), strikesLeft: left };
        assert_eq!(emitted::<GuardianStruck>(&receipt, dao.governor), [struck]);
        assert_eq!(governor.guardianTerm().call().await?.strikes, left);
    }

    let last = removal(&dao, STRIKES);
    dao.ripen(&last).await?;
    dao.net().refuses(&last.cancel(&governor), powerless(&last, guardian.address())).await?;
    dao.execute(&last).await?;
    assert_eq!(governor.proposalGuardian().call().await?, Address::ZERO);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_11_the_guardians_strikes_end_with_its_term() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, guardian, draft) = (dao.net(), dao.guardian(), motion(&dao, 1));
    let governor = dao.governor_as(&guardian)?;
    let expiry = governor.guardianTerm().call().await?.expiry;
    assert!(expiry <= U48::from(net.now() + TERM));
    dao.pass_to(expiry.to())?;
    dao.propose(&dao.proposer(), &draft).await?;
    let before = net.api.chain().snapshot();
    dao.cancel(&guardian, &draft).await?;
    assert!(net.api.chain().revert(before)?);

    net.pass(1)?;

    net.refuses(&draft.cancel(&governor), powerless(&draft, guardian.address())).await?;
    dao.assert_state(&draft, ProposalState::Pending).await
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_11_a_successor_inherits_the_strikes_that_are_left() -> Result<()> {
    let dao = Dao::start().await?;
    let (guardian, successor, struck) = (dao.guardian(), dao.net().account(6), motion(&dao, 1));
    dao.propose(&dao.proposer(), &struck).await?;
    dao.cancel(&guardian, &struck).await?;
    let call = setProposalGuardianCall { newProposalGuardian: successor.address() };

    dao.enact(&Draft::new("A new guardian").call(dao.governor, &call)).await?;

    let governor = dao.governor_as(&guardian)?;
    assert_eq!(governor.guardianTerm().call().await?.strikes, STRIKES - 1);
    let draft = motion(&dao, 2);
    dao.propose(&dao.proposer(), &draft).await?;
    dao.net().refuses(&draft.cancel(&governor), powerless(&draft, guardian.address())).await?;
    dao.cancel(&successor, &draft).await?;
    assert_eq!(governor.guardianTerm().call().await?.strikes, STRIKES - 2);
    Ok(())
}
