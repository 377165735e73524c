//! The probe and Solidity call, create and refuse each other.

use aia_tests::{
    Network,
    network::AIA,
    peers::artifact,
    probe::{IProbe, Probe},
    reverts::revert_data,
};
use alloy::{
    primitives::{Address, B256, Bytes, U256},
    providers::{DynProvider, Provider},
    sol,
    sol_types::{Panic, PanicKind, Revert, SolError, SolValue},
};
use eyre::Result;

use crate::solidity_beside_stylus::{Multi, deploy_multi, deploy_wallet};

const SEVEN: U256 = U256::from_limbs([7, 0, 0, 0]);
const NINE: U256 = U256::from_limbs([9, 0, 0, 0]);

sol! {
    /// What `tests/js/peers/Guest.sol` can do.
    #[sol(rpc, extra_derives(Debug))]
    interface Guest {
        error Declined(address by, uint256 code);

        function count() external view returns (uint256);
        function bump(uint256 step) external payable returns (uint256);
        function decline(uint256 code) external view;
        function complain() external pure;
        function divide(uint256 by) external pure returns (uint256);
        function sulk() external pure;
    }

    /// What OpenZeppelin's `Ownable` refuses an owner with.
    #[derive(Debug)]
    error OwnableInvalidOwner(address owner);
}

type GuestInstance = Guest::GuestInstance<DynProvider>;

/// A chain with the probe, which begins to count at seven, and its guest.
async fn start() -> Result<(Network, Probe, GuestInstance)> {
    let net = Network::start(AIA).await?;
    let probe = net.deploy_probe(SEVEN).await?;
    let guest = net.deploy(&net.owner, &artifact("Guest")?, Vec::new()).await?;
    let guest = Guest::new(guest, net.provider(&net.owner)?);
    Ok((net, probe, guest))
}

#[tokio::test(flavor = "multi_thread")]
async fn the_probe_counts_from_where_it_was_told() -> Result<()> {
    let (net, probe, _) = start().await?;
    let by = net.owner.address();

    let receipt = net.send(&probe.increment()).await?;
    net.send(&probe.add(NINE)).await?;

    let counted = receipt.logs()[0].log_decode::<IProbe::Counted>()?.inner.data;
    assert_eq!(counted, IProbe::Counted { by, count: SEVEN + U256::ONE });
    assert_eq!(probe.count().call().await?, SEVEN + U256::ONE + NINE);
    assert_eq!(probe.stepsOf(by).call().await?, U256::ONE + NINE);
    let too_far = IProbe::TooFar { count: SEVEN + U256::ONE + NINE, step: U256::MAX };
    net.refuses(&probe.add(U256::MAX), too_far).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_probe_passes_on_whatever_solidity_refuses_with() -> Result<()> {
    let (net, probe, guest) = start().await?;
    let ask = |question: &Bytes| probe.callOther(*guest.address(), question.clone());

    let declined = Guest::Declined { by: *probe.address(), code: NINE };
    net.refuses(&ask(guest.decline(NINE).calldata()), declined).await?;
    net.refuses(&ask(guest.complain().calldata()), Revert::from("not today")).await?;
    net.refuses(&ask(guest.divide(U256::ZERO).calldata()), Panic::from(PanicKind::DivisionByZero)).await?;
    assert!(revert_data(ask(guest.sulk().calldata()).call().await).is_empty(), "a revert without data has none");

    // And the same refusal when the probe merely looks.
    let declined = Guest::Declined { by: *probe.address(), code: NINE };
    let looks = probe.staticCallOther(*guest.address(), guest.decline(NINE).calldata().clone());
    assert_eq!(revert_data(looks.call().await), declined.abi_encode());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_probe_hands_on_ether_and_answers_and_may_look_without_touching() -> Result<()> {
    let (net, probe, guest) = start().await?;
    let bump = guest.bump(NINE).calldata().clone();

    let paid = probe.callOther(*guest.address(), bump.clone()).value(U256::from(5));
    assert_eq!(paid.call().await?, NINE.abi_encode());
    net.send(&paid).await?;
    assert_eq!(guest.count().call().await?, NINE);
    assert_eq!(guest.provider().get_balance(*guest.address()).await?, U256::from(5));

    let count = guest.count().calldata().clone();
    assert_eq!(probe.staticCallOther(*guest.address(), count).call().await?, NINE.abi_encode());
    let touches = probe.staticCallOther(*guest.address(), bump);
    assert!(revert_data(touches.call().await).is_empty(), "a store where none is allowed fails without data");
    assert_eq!(guest.count().call().await?, NINE);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn solidity_that_the_probe_delegates_to_counts_in_the_probes_own_slot() -> Result<()> {
    let (net, probe, guest) = start().await?;

    net.send(&probe.delegateTo(*guest.address(), guest.bump(NINE).calldata().clone())).await?;
    assert_eq!(probe.count().call().await?, SEVEN + NINE);
    assert_eq!(guest.count().call().await?, U256::ZERO);
    // The program reads the slot anew and goes on from there.
    net.send(&probe.increment()).await?;
    assert_eq!(probe.count().call().await?, SEVEN + NINE + U256::ONE);

    // What it delegates to sees the probe's caller.
    let declined = Guest::Declined { by: net.owner.address(), code: NINE };
    net.refuses(&probe.delegateTo(*guest.address(), guest.decline(NINE).calldata().clone()), declined).await
}

#[tokio::test(flavor = "multi_thread")]
async fn solidity_passes_on_whatever_the_probe_refuses_with() -> Result<()> {
    let (net, probe, _) = start().await?;
    let (wallet, multi) = (deploy_wallet(&net, net.owner.address()).await?, deploy_multi(&net).await?);
    let through_wallet = |data: &Bytes| wallet.execute(*probe.address(), U256::ZERO, data.clone());
    let refuse = probe.refuse(NINE).calldata().clone();

    net.refuses(&through_wallet(&refuse), IProbe::Refused { code: NINE }).await?;
    let too_far = IProbe::TooFar { count: SEVEN, step: U256::MAX };
    net.refuses(&through_wallet(probe.add(U256::MAX).calldata()), too_far).await?;

    // Wallet, probe, wallet, and the probe once more.
    let inner = through_wallet(&refuse).calldata().clone();
    let outer = probe.callOther(*wallet.address(), inner);
    net.refuses(&through_wallet(outer.calldata()), IProbe::Refused { code: NINE }).await?;

    // What a program did is undone with the frame around it.
    let counted = probe.increment().calldata().clone();
    let undone = Multi::Undone { ok: true, ret: Bytes::new() };
    net.refuses(&multi.callThenRevert(*probe.address(), counted), undone).await?;
    assert_eq!(probe.count().call().await?, SEVEN);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_probe_creates_solidity_and_passes_on_what_a_constructor_refuses_with() -> Result<()> {
    let (net, probe, _) = start().await?;

    let create = probe.create(artifact("Guest")?.bytecode);
    let address = create.call().await?;
    assert_eq!(address, probe.address().create(1), "the first contract that the probe creates");
    net.send(&create).await?;
    let created = Guest::new(address, net.provider(&net.owner)?);
    net.send(&created.bump(NINE)).await?;
    assert_eq!(created.count().call().await?, NINE);

    let arguments = (Address::ZERO, Address::ZERO, U256::ZERO).abi_encode_params();
    let ownerless = [artifact("PeerToken")?.bytecode.to_vec(), arguments].concat();
    net.refuses(&probe.create(ownerless.into()), OwnableInvalidOwner { owner: Address::ZERO }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_probe_notes_lasts_as_long_as_the_transaction() -> Result<()> {
    let (net, probe, _) = start().await?;
    let multi = deploy_multi(&net).await?;
    let (key, word) = (B256::repeat_byte(1), B256::repeat_byte(2));
    let (note, noted) = (probe.note(key, word).calldata().clone(), probe.noted(key).calldata().clone());

    let both = multi.callTwice(*probe.address(), note, noted).call().await?;
    assert!(both.firstOk && both.secondOk);
    assert_eq!(both.secondRet, word.abi_encode());

    net.send(&probe.note(key, word)).await?;
    assert_eq!(probe.noted(key).call().await?, B256::ZERO, "the next transaction knows nothing of it");
    Ok(())
}
