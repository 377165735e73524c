//! The owner, its successor, and the roles that bridges read.

use aia_abi::IAIAToken as I;
use aia_tests::{
    Network,
    actions::{assert_events, event},
    network::AIA,
};
use alloy::{
    primitives::{Address, U256, aliases::U48},
    signers::local::PrivateKeySigner,
};
use eyre::Result;

const NOBODY: Address = Address::ZERO;
const TWIN: Address = Address::repeat_byte(0x11);

/// Asserts that `account` may do nothing that only the owner may.
async fn assert_powerless(net: &Network, account: &PrivateKeySigner) -> Result<()> {
    let token = net.token_as(account)?;
    let refusal = || I::OwnableUnauthorizedAccount { account: account.address() };
    net.refuses(&token.setMintLimit(account.address(), 1, U48::from(1)), refusal()).await?;
    net.refuses(&token.setCCIPAdmin(account.address()), refusal()).await?;
    net.refuses(&token.setL1Address(account.address()), refusal()).await?;
    net.refuses(&token.transferOwnership(account.address()), refusal()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ownership_passes_when_the_successor_accepts() -> Result<()> {
    let net = Network::start(AIA).await?;
    let (owner, heir) = (net.owner.address(), net.account(1));
    let (token, by_heir) = (net.token_as(&net.owner)?, net.token_as(&heir)?);

    let offered = net.send(&token.transferOwnership(heir.address())).await?;
    let started = I::OwnershipTransferStarted { previousOwner: owner, newOwner: heir.address() };
    assert_events(&offered, &[event(&started)]);
    assert_eq!(token.owner().call().await?, owner);
    assert_eq!(token.pendingOwner().call().await?, heir.address());
    assert_powerless(&net, &heir).await?;
    let stranger = I::OwnableUnauthorizedAccount { account: owner };
    net.refuses(&token.acceptOwnership(), stranger).await?;

    let accepted = net.send(&by_heir.acceptOwnership()).await?;
    let transferred = I::OwnershipTransferred { previousOwner: owner, newOwner: heir.address() };
    assert_events(&accepted, &[event(&transferred)]);
    assert_eq!(token.owner().call().await?, heir.address());
    assert_eq!(token.pendingOwner().call().await?, NOBODY);
    assert_powerless(&net, &net.owner).await?;
    net.send(&by_heir.setMintLimit(heir.address(), 1, U48::from(1))).await?;
    net.refuses(&by_heir.acceptOwnership(), I::OwnableUnauthorizedAccount { account: heir.address() }).await?;
    net.assert_balances(&[(owner, AIA), (heir.address(), U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_is_replaced_and_withdrawn() -> Result<()> {
    let net = Network::start(AIA).await?;
    let (first, second) = (net.account(1), net.account(2));
    let token = net.token_as(&net.owner)?;
    let too_late = |account: &PrivateKeySigner| I::OwnableUnauthorizedAccount { account: account.address() };

    net.send(&token.transferOwnership(first.address())).await?;
    net.send(&token.transferOwnership(second.address())).await?;
    net.refuses(&net.token_as(&first)?.acceptOwnership(), too_late(&first)).await?;

    let withdrawn = net.send(&token.transferOwnership(NOBODY)).await?;
    let started = I::OwnershipTransferStarted { previousOwner: net.owner.address(), newOwner: NOBODY };
    assert_events(&withdrawn, &[event(&started)]);
    net.refuses(&net.token_as(&second)?.acceptOwnership(), too_late(&second)).await?;
    assert_eq!(token.owner().call().await?, net.owner.address());
    assert_eq!(token.pendingOwner().call().await?, NOBODY);
    net.assert_balances(&[(net.owner.address(), AIA)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_twin_on_l1_is_set_once() -> Result<()> {
    let net = Network::start(AIA).await?;
    let token = net.token_as(&net.owner)?;
    assert_eq!(token.l1Address().call().await?, NOBODY);

    net.refuses(&token.setL1Address(NOBODY), I::InvalidL1Address { l1Address: NOBODY }).await?;
    let set = net.send(&token.setL1Address(TWIN)).await?;
    assert_events(&set, &[event(&I::L1AddressSet { l1Address: TWIN })]);
    for again in [TWIN, net.token, NOBODY] {
        net.refuses(&token.setL1Address(again), I::AlreadySet {}).await?;
    }
    assert_eq!(token.l1Address().call().await?, TWIN);
    net.assert_balances(&[(net.owner.address(), AIA)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_ccip_admin_is_named_replaced_and_dismissed_and_has_no_power() -> Result<()> {
    let net = Network::start(AIA).await?;
    let (token, admin) = (net.token_as(&net.owner)?, net.account(1));
    let mut previous = NOBODY;
    for next in [admin.address(), TWIN, NOBODY] {
        assert_eq!(token.getCCIPAdmin().call().await?, previous);
        let receipt = net.send(&token.setCCIPAdmin(next)).await?;
        let transferred = I::CCIPAdminTransferred { previousAdmin: previous, newAdmin: next };
        assert_events(&receipt, &[event(&transferred)]);
        assert_powerless(&net, &admin).await?;
        previous = next;
    }
    assert_eq!(token.getCCIPAdmin().call().await?, NOBODY);
    net.assert_balances(&[(net.owner.address(), AIA), (admin.address(), U256::ZERO)]).await
}
