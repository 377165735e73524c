//! Events that no story looks at: of roles, parameters and services, each the only one of its call.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R};
use aia_tests::{
    actions::{assert_events, event},
    staking::{BOND, Charge, Court, Registry, Staking, aia, court_params, emitted, registry_params},
};
use alloy::primitives::{Address, U256, aliases::U96};
use eyre::Result;

const SOMEONE: Address = Address::repeat_byte(0x5e);

/// A chain, with registry and court as their owner calls them.
async fn start() -> Result<(Staking, Registry, Court)> {
    let staking = Staking::start().await?;
    let (registry, court) = (staking.registry_as(&staking.net.owner)?, staking.court_as(&staking.net.owner)?);
    Ok((staking, registry, court))
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_the_registrys_owner() -> Result<()> {
    let (staking, registry, _) = start().await?;
    let net = &staking.net;
    let receipt = net.send(&registry.setPayments(SOMEONE)).await?;
    assert_events(&receipt, &[event(&R::PaymentsSet { payments: SOMEONE })]);
    let receipt = net.send(&registry.setIdentityRegistry(SOMEONE)).await?;
    assert_events(&receipt, &[event(&R::IdentityRegistrySet { identityRegistry: SOMEONE })]);
    let receipt = net.send(&registry.setGuardian(SOMEONE)).await?;
    assert_events(&receipt, &[event(&R::GuardianSet { guardian: SOMEONE })]);
    let params = R::Params { selfRatio: 3, ..registry_params() };
    let receipt = net.send(&registry.setParams(params.clone())).await?;
    assert_events(&receipt, &[event(&R::ParamsSet { params })]);
    let (id, rate, stake) = (7, 10_000, U96::from(aia(1)));
    let receipt = net.send(&registry.setService(id, rate, stake, false)).await?;
    let set = R::ServiceSet { id, maxSlashBps: rate, minStake: stake, active: false };
    assert_events(&receipt, &[event(&set)]);

    let roles = (registry.payments().call().await?, registry.identityRegistry().call().await?);
    assert_eq!((roles, registry.guardian().call().await?), ((SOMEONE, SOMEONE), SOMEONE));
    let service = registry.service(id).call().await?;
    assert_eq!((service.maxSlashBps, service.minStake, service.active), (rate, stake, false));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn events_of_the_courts_owner() -> Result<()> {
    let (staking, _, court) = start().await?;
    let net = &staking.net;
    let receipt = net.send(&court.setGuardian(SOMEONE)).await?;
    assert_events(&receipt, &[event(&C::GuardianSet { guardian: SOMEONE })]);
    let params = C::Params { cover: 3, ..court_params() };
    let receipt = net.send(&court.setParams(params.clone())).await?;
    assert_events(&receipt, &[event(&C::ParamsSet { version: 1, params })]);
    let (target, service, bond) = (staking.registry, 7, U96::from(1));
    let receipt = net.send(&court.setService(target, service, SOMEONE, bond)).await?;
    assert_events(&receipt, &[event(&C::ServiceSet { target, service, arbitrator: SOMEONE, bond })]);
    // A service that nobody judges needs no bond.
    let (nobody, none) = (Address::ZERO, U96::ZERO);
    let receipt = net.send(&court.setService(target, service, nobody, none)).await?;
    assert_events(&receipt, &[event(&C::ServiceSet { target, service, arbitrator: nobody, bond: none })]);
    net.refuses(&court.setService(target, service, SOMEONE, none), C::InvalidBond { bond: U256::ZERO }).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn ownership_moves_in_two_steps_and_tells_of_both() -> Result<()> {
    let (staking, registry, court) = start().await?;
    let (net, heir) = (&staking.net, staking.net.account(1));
    let (previous, new) = (net.owner.address(), heir.address());
    let (registry_of_heir, court_of_heir) = (staking.registry_as(&heir)?, staking.court_as(&heir)?);

    let receipt = net.send(&registry.transferOwnership(new)).await?;
    let offered = R::OwnershipTransferStarted { previousOwner: previous, newOwner: new };
    assert_events(&receipt, &[event(&offered)]);
    let receipt = net.send(&registry_of_heir.acceptOwnership()).await?;
    assert_events(&receipt, &[event(&R::OwnershipTransferred { previousOwner: previous, newOwner: new })]);
    let deposed = R::OwnableUnauthorizedAccount { account: previous };
    net.refuses(&registry.setPayments(SOMEONE), deposed).await?;

    let receipt = net.send(&court.transferOwnership(new)).await?;
    let offered = C::OwnershipTransferStarted { previousOwner: previous, newOwner: new };
    assert_events(&receipt, &[event(&offered)]);
    let receipt = net.send(&court_of_heir.acceptOwnership()).await?;
    assert_events(&receipt, &[event(&C::OwnershipTransferred { previousOwner: previous, newOwner: new })]);
    net.refuses(&court.setGuardian(SOMEONE), C::OwnableUnauthorizedAccount { account: previous }).await?;
    assert_eq!((registry.owner().call().await?, court.owner().call().await?), (new, new));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dispute_that_is_taken_back_says_so() -> Result<()> {
    let (staking, _, _) = start().await?;
    let (provider, disputer) = (staking.net.account(0), staking.net.account(1));
    staking.serving(&provider, aia(1_000)).await?;
    staking.endow(&disputer, BOND).await?;
    let id = staking.accuse(&disputer, &Charge::new(&staking, &provider, Address::ZERO)).await?;
    let receipt = staking.net.send(&staking.court_as(&disputer)?.cancel(id)).await?;
    assert_eq!(emitted::<C::DisputeCancelled>(&receipt, staking.court), [C::DisputeCancelled { id }]);
    Ok(())
}
