//! The governor replaces itself: the timelock, and what it owns, stay.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T};
use aia_tests::{
    actions::{assert_events, event},
    governance::{Dao, Draft, add_governor, constitution, states},
};
use alloy::primitives::{Address, B256, LogData, keccak256};
use eyre::Result;

use super::motions::{admin, last_admin, motion};

/// Returns who may schedule, and who may cancel.
fn roles() -> [B256; 2] {
    [keccak256("PROPOSER_ROLE"), keccak256("CANCELLER_ROLE")]
}

/// Returns the proposal that puts one governor in the place of another.
fn succession(dao: &Dao, heir: Address) -> Draft {
    let [proposer, canceller] = roles();
    let grant = |role| T::grantRoleCall { role, account: heir };
    let revoke = |role| T::revokeRoleCall { role, account: dao.governor };
    Draft::new("A new governor")
        .call(dao.timelock, &grant(proposer))
        .call(dao.timelock, &grant(canceller))
        .call(dao.timelock, &revoke(proposer))
        .call(dao.timelock, &revoke(canceller))
}

/// Returns what is told of it: each change, and then that the call was made.
fn told(dao: &Dao, succession: &Draft, heir: Address) -> Vec<LogData> {
    let sender = dao.timelock;
    let [granted, revoked] = [heir, dao.governor].map(|account| roles().map(|role| (role, account)));
    let granted = granted.map(|(role, account)| event(&T::RoleGranted { role, account, sender }));
    let revoked = revoked.map(|(role, account)| event(&T::RoleRevoked { role, account, sender }));
    let changes = granted.into_iter().chain(revoked);
    let calls = changes.zip(dao.carried_out(succession)).flat_map(|(change, call)| [change, call]);
    calls.chain([event(&G::ProposalExecuted { proposalId: succession.id() })]).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_governor_hands_over_and_what_it_had_queued_is_executed_still() -> Result<()> {
    let dao = Dao::start().await?;
    let (net, old) = (dao.net(), dao.governor);
    let heir = add_governor(net, dao.timelock, constitution(net)).await?;
    let (succession, queued, doomed, late) =
        (succession(&dao, heir), motion(&dao, 1), motion(&dao, 2), motion(&dao, 3));
    let [first, second, third] = dao.voters();
    let drafts = [(&dao.proposer(), &succession), (&first, &queued), (&second, &doomed), (&third, &late)];
    dao.carry_all(&drafts).await?;
    for draft in [&succession, &queued, &doomed] {
        dao.queue(draft).await?;
    }
    dao.to_eta(&succession).await?;
    let receipt = dao.execute(&succession).await?;
    assert_events(&receipt, &told(&dao, &succession, heir));
    let timelock = dao.timelock_as(&dao.stranger())?;
    for role in roles() {
        assert!(!timelock.hasRole(role, old).call().await?);
        assert!(timelock.hasRole(role, heir).call().await?);
    }

    // The old governor can schedule and cancel nothing any more.
    let [proposer, canceller] = roles();
    let missing = |role| T::AccessControlUnauthorizedAccount { account: old, neededRole: role };
    let (by_stranger, by_guardian) = (dao.governor_as(&dao.stranger())?, dao.governor_as(&dao.guardian())?);
    net.refuses(&late.queue(&by_stranger), missing(proposer)).await?;
    net.refuses(&doomed.cancel(&by_guardian), missing(canceller)).await?;
    dao.assert_state(&late, G::ProposalState::Succeeded).await?;
    // But it judges what it had queued, and anyone executes that.
    dao.assert_state(&queued, G::ProposalState::Queued).await?;
    dao.execute(&queued).await?;
    dao.assert_state(&queued, G::ProposalState::Executed).await?;
    assert_eq!(last_admin(&dao).await?, admin(1));

    // The new one governs; what the old one knows is nothing to it.
    let dao = Dao { governor: heir, ..dao };
    let net = dao.net();
    let unknown = G::GovernorNonexistentProposal { proposalId: doomed.id() };
    net.refuses(&doomed.queue(&dao.governor_as(&dao.stranger())?), unknown).await?;
    let next = motion(&dao, 4);
    dao.enact(&next).await?;
    assert_eq!(last_admin(&dao).await?, admin(4));
    assert_ne!(next.operation(heir), next.operation(old), "governors cannot take each other's operations");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_governor_without_a_timelock_of_its_own_only_talks() -> Result<()> {
    let dao = Dao::start().await?;
    let rogue = add_governor(dao.net(), dao.timelock, constitution(dao.net())).await?;
    let dao = Dao { governor: rogue, ..dao };
    let draft = motion(&dao, 1);
    dao.carry(&draft).await?;
    let needed = T::AccessControlUnauthorizedAccount { account: rogue, neededRole: roles()[0] };
    dao.net().refuses(&draft.queue(&dao.governor_as(&dao.stranger())?), needed).await?;
    dao.assert_state(&draft, G::ProposalState::Succeeded).await?;
    let none = G::GovernorUnexpectedProposalState {
        proposalId: draft.id(),
        current: G::ProposalState::Succeeded,
        expectedStates: states(&[G::ProposalState::Queued]),
    };
    dao.net().refuses(&draft.execute(&dao.governor_as(&dao.stranger())?), none).await
}
