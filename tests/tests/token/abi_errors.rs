//! The selector of every error that the token declares, as clients have it hard-coded, provoked on the built WASM.

use aia_deploy::{TokenConfig, deploy_token};
use aia_tests::{
    Network, Token,
    network::{AIA, program},
    reverts::revert_data,
    signing::{CancelAuthorization, Delegation, Permit, transfer},
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U48},
    signers::local::PrivateKeySigner,
    transports::TransportError,
};
use eyre::{Result, eyre};

const ONE: U256 = U256::ONE;
const SOMEONE: Address = Address::repeat_byte(0x5e);

/// The token as its owner calls it, on a chain where the owner holds one AIA.
async fn start() -> Result<(Network, Token)> {
    let net = Network::start(AIA).await?;
    let token = net.token_as(&net.owner)?;
    Ok((net, token))
}

#[track_caller]
fn assert_selector(data: &Bytes, expected: u32) {
    assert_eq!(data.get(..4), Some(&expected.to_be_bytes()[..]), "expected {expected:08x}, got {data}");
}

/// Deploys a token that cannot be constructed, and returns what its constructor reverts with.
async fn failed_construction(net: &Network, owner: Address, recipient: Address, supply: U256) -> Result<Bytes> {
    let config = TokenConfig { owner, recipient, initial_supply: supply };
    let outcome = deploy_token(&net.provider(&net.owner)?, net.owner.address(), &program("aia_token")?, config).await;
    let error = outcome.err().ok_or_else(|| eyre!("the token was constructed"))?;
    let response = error.downcast_ref::<TransportError>().and_then(TransportError::as_error_resp);
    response.and_then(|response| response.as_revert_data()).ok_or(error)
}

#[tokio::test(flavor = "multi_thread")]
async fn erc6093_errors_of_balances_and_allowances() -> Result<()> {
    let (net, token) = start().await?;
    let owner = net.owner.address();

    let too_much = token.transfer(SOMEONE, AIA + ONE).call().await;
    assert_selector(&revert_data(too_much), 0xe450d38c); // ERC20InsufficientBalance
    // No key signs for address(0), so only a simulation gets there.
    let from_nobody = token.transfer(SOMEONE, ONE).from(Address::ZERO).call().await;
    assert_selector(&revert_data(from_nobody), 0x96c6fd1e); // ERC20InvalidSender
    let to_nobody = token.transfer(Address::ZERO, ONE).call().await;
    assert_selector(&revert_data(to_nobody), 0xec442f05); // ERC20InvalidReceiver
    let not_allowed = token.transferFrom(SOMEONE, owner, ONE).call().await;
    assert_selector(&revert_data(not_allowed), 0xfb8f41b2); // ERC20InsufficientAllowance
    let of_nobody = token.transferFrom(Address::ZERO, owner, U256::ZERO).call().await;
    assert_selector(&revert_data(of_nobody), 0xe602df05); // ERC20InvalidApprover
    let nobody_allowed = token.approve(Address::ZERO, ONE).call().await;
    assert_selector(&revert_data(nobody_allowed), 0x94280d62); // ERC20InvalidSpender
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_permits_and_signatures() -> Result<()> {
    let (net, token) = start().await?;
    let owner = net.owner.address();
    let now = U256::from(net.now());
    let permit = async |permit: &Permit, v: u8, r: B256, s: B256| {
        let Permit { owner, spender, value, deadline, .. } = *permit;
        revert_data(token.permit_0(owner, spender, value, deadline, v, r, s).call().await)
    };

    let valid = net.permit(owner, SOMEONE, ONE).await?;
    let late = Permit { deadline: now - ONE, ..valid.clone() };
    let by_owner = net.sign(&net.owner, &late)?;
    assert_selector(&permit(&late, by_owner.v, by_owner.r, by_owner.s).await, 0x62791302); // ERC2612ExpiredSignature

    let by_other = net.sign(&net.account(1), &valid)?;
    assert_selector(&permit(&valid, by_other.v, by_other.r, by_other.s).await, 0x4b800e46); // ERC2612InvalidSigner

    let by_owner = net.sign(&net.owner, &valid)?;
    assert_selector(&permit(&valid, 29, by_owner.r, by_owner.s).await, 0xf645eedf); // ECDSAInvalidSignature
    assert_selector(&permit(&valid, 27, by_owner.r, B256::repeat_byte(0xff)).await, 0xd78bce0c); // ECDSAInvalidSignatureS
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_payments_by_authorization() -> Result<()> {
    let (net, token) = start().await?;
    let owner = net.owner.address();
    let payment = net.payment(owner, SOMEONE, ONE);

    let by_other = net.sign(&net.account(1), &payment)?;
    assert_selector(&revert_data(transfer(&token, &payment, by_other).call().await), 0x77c207f4); // ERC3009InvalidSignature

    let mut late = payment.clone();
    late.validBefore = U256::from(net.now());
    let by_owner = net.sign(&net.owner, &late)?;
    // ERC3009InvalidAuthorizationTime
    assert_selector(&revert_data(transfer(&token, &late, by_owner).call().await), 0x4a931c17);

    let cancellation = CancelAuthorization { authorizer: owner, nonce: payment.nonce };
    let parts = net.sign(&net.owner, &cancellation)?;
    net.send(&token.cancelAuthorization_0(owner, payment.nonce, parts.v, parts.r, parts.s)).await?;
    let by_owner = net.sign(&net.owner, &payment)?;
    assert_selector(&revert_data(transfer(&token, &payment, by_owner).call().await), 0x8f7808c1); // ERC3009UsedAuthorization
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_votes() -> Result<()> {
    let (net, token) = start().await?;
    let now = U256::from(net.now());
    let delegate = async |signer: &PrivateKeySigner, nonce: U256, expiry: U256| {
        let parts = net.sign(signer, &Delegation { delegatee: SOMEONE, nonce, expiry }).unwrap();
        revert_data(token.delegateBySig(SOMEONE, nonce, expiry, parts.v, parts.r, parts.s).call().await)
    };

    assert_selector(&delegate(&net.owner, ONE, now).await, 0x752d88c0); // InvalidAccountNonce
    assert_selector(&delegate(&net.owner, U256::ZERO, now - ONE).await, 0x4683af0e); // VotesExpiredSignature
    assert_selector(&revert_data(token.getPastVotes(SOMEONE, now).call().await), 0xecd3f81e); // ERC5805FutureLookup
    // Panic(0x32), as reading beyond an array in Solidity.
    let beyond = revert_data(token.checkpoints(SOMEONE, 0).call().await);
    assert_eq!(beyond[..], [&[0x4e, 0x48, 0x7b, 0x71][..], &U256::from(0x32).to_be_bytes::<32>()].concat());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_minting() -> Result<()> {
    let (net, token) = start().await?;
    let owner = net.owner.address();
    let all = u128::try_from(token.maxSupply().call().await?)?;

    assert_selector(&revert_data(token.mint(SOMEONE, ONE).call().await), 0xa74c1c5f); // RateLimitExceeded
    let beyond_cap = token.setMintLimit(owner, all + 1, U48::from(60)).call().await;
    assert_selector(&revert_data(beyond_cap), 0x20e7c08b); // InvalidMintLimit
    for minter in [owner, Address::ZERO] {
        net.send(&token.setMintLimit(minter, all, U48::from(60))).await?;
    }
    let above_cap = token.mint(SOMEONE, U256::from(all)).call().await;
    assert_selector(&revert_data(above_cap), 0xea058246); // MaxSupplyExceeded
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_ownership_and_bridges() -> Result<()> {
    let (net, token) = start().await?;
    let stranger = net.token_as(&net.account(1))?;

    let not_owner = stranger.setCCIPAdmin(SOMEONE).call().await;
    assert_selector(&revert_data(not_owner), 0x118cdaa7); // OwnableUnauthorizedAccount
    let nobody = token.setL1Address(Address::ZERO).call().await;
    assert_selector(&revert_data(nobody), 0xd7e336a5); // InvalidL1Address
    net.send(&token.setL1Address(SOMEONE)).await?;
    assert_selector(&revert_data(token.setL1Address(SOMEONE).call().await), 0xa741a045); // AlreadySet
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_construction_reach_the_deployer() -> Result<()> {
    let (net, _) = start().await?;
    let owner = net.owner.address();
    let too_much = U256::from(10).pow(U256::from(27)) + ONE;

    let without_owner = failed_construction(&net, Address::ZERO, owner, ONE).await?;
    assert_selector(&without_owner, 0x1e4fbdf7); // OwnableInvalidOwner
    assert_selector(&failed_construction(&net, owner, Address::ZERO, ONE).await?, 0xec442f05); // ERC20InvalidReceiver
    assert_selector(&failed_construction(&net, owner, owner, too_much).await?, 0xea058246); // MaxSupplyExceeded
    net.assert_balances(&[(owner, AIA)]).await
}
