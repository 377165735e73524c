//! Claims to be somebody one is not: nobody, the token, the constructor, or a voter.

use aia_abi::{IAIAToken as I, constructor::stylus_constructorCall};
use aia_deploy::{TokenConfig, deploy_token};
use aia_tests::{
    Network,
    network::{AIA, program},
    signing::{Delegation, Parts, Permit, receive, transfer},
};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, U256, aliases::U48},
    providers::Provider,
    rpc::types::TransactionRequest,
    sol_types::{SolCall, SolError, SolValue},
    transports::TransportError,
};
use eyre::{Result, ensure};

const ONE: U256 = U256::ONE;
const NOBODY: Address = Address::ZERO;
const SOMEONE: Address = Address::repeat_byte(0x5e);

#[tokio::test(flavor = "multi_thread")]
async fn what_recovers_nobody_does_not_sign_for_the_zero_address() -> Result<()> {
    let net = Network::start(AIA).await?;
    let mallory = net.token_as(&net.account(1))?;
    let one = B256::with_last_byte(1);
    // No key fits: v out of range, r zero, s zero, r beyond the field.
    let hollow = [
        Parts { v: 29, r: one, s: one },
        Parts { v: 27, r: B256::ZERO, s: one },
        Parts { v: 27, r: one, s: B256::ZERO },
        Parts { v: 28, r: B256::repeat_byte(0xff), s: one },
        Parts { v: 0, r: B256::ZERO, s: B256::ZERO },
    ];
    for parts in hollow {
        let Parts { v, r, s } = parts;
        let none = || I::ECDSAInvalidSignature {};
        let permit = mallory.permit_0(NOBODY, SOMEONE, ONE, U256::MAX, v, r, s);
        net.refuses(&permit, none()).await?;
        net.refuses(&mallory.permit_1(NOBODY, SOMEONE, ONE, U256::MAX, parts.bytes()), none()).await?;
        net.refuses(&mallory.delegateBySig(SOMEONE, U256::ZERO, U256::MAX, v, r, s), none()).await?;
        let payment = net.payment(NOBODY, SOMEONE, U256::ZERO);
        net.refuses(&transfer(&mallory, &payment, parts), I::ERC3009InvalidSignature {}).await?;
        let cancel = mallory.cancelAuthorization_0(NOBODY, one, v, r, s);
        net.refuses(&cancel, I::ERC3009InvalidSignature {}).await?;
    }
    assert_eq!(mallory.allowance(NOBODY, SOMEONE).call().await?, U256::ZERO);
    assert_eq!(mallory.nonces(NOBODY).call().await?, U256::ZERO);
    assert_eq!(mallory.delegates(NOBODY).call().await?, NOBODY);
    net.assert_balances(&[(net.owner.address(), AIA)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn tokens_cannot_be_lost_to_nobody_or_to_the_token_itself() -> Result<()> {
    let net = Network::start(AIA).await?;
    let (owner, spender) = (net.owner.address(), net.account(1));
    let (token, by_spender) = (net.token_as(&net.owner)?, net.token_as(&spender)?);
    net.send(&token.approve(spender.address(), U256::MAX)).await?;
    for minter in [owner, Address::ZERO] {
        net.send(&token.setMintLimit(minter, 100, U48::from(60))).await?;
    }
    for receiver in [NOBODY, net.token] {
        let lost = || I::ERC20InvalidReceiver { receiver };
        for value in [ONE, U256::ZERO] {
            net.refuses(&token.transfer(receiver, value), lost()).await?;
            net.refuses(&by_spender.transferFrom(owner, receiver, value), lost()).await?;
            net.refuses(&token.mint(receiver, value), lost()).await?;
        }
        let payment = net.payment(owner, receiver, ONE);
        net.refuses(&transfer(&by_spender, &payment, net.sign(&net.owner, &payment)?), lost()).await?;
        assert!(!token.authorizationState(owner, payment.nonce).call().await?, "the authorization is not used up");
        // The receiver cannot call: not even a simulation in its name gets through.
        let deposit = payment.into();
        let by_receiver = receive(&by_spender, &deposit, net.sign(&net.owner, &deposit)?).from(receiver);
        aia_tests::reverts::assert_reverts(&by_receiver, lost()).await;
    }
    let limit = token.mintLimitOf(owner).call().await?;
    assert_eq!((limit.used, limit.available), (0, 100), "a refused mint uses up nothing");
    net.assert_balances(&[(owner, AIA), (NOBODY, U256::ZERO), (net.token, U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_token_is_constructed_once() -> Result<()> {
    let net = Network::start(AIA).await?;
    let mallory = net.account(1);
    let arguments = (mallory.address(), mallory.address(), AIA).abi_encode();
    let construct = [stylus_constructorCall::SELECTOR.to_vec(), arguments].concat();
    for account in [&mallory, &net.owner] {
        let request = TransactionRequest::default().with_to(net.token).with_input(construct.clone());
        let provider = net.provider(account)?;

        let error = provider.call(request.clone()).await.expect_err("the token was constructed again");
        let data = error.as_error_resp().and_then(|response| response.as_revert_data());
        assert_eq!(data, Some(I::AlreadySet {}.abi_encode().into()));
        let receipt = net.submit_request(&provider, request).await?;
        assert!(!receipt.status());
    }
    assert_eq!(net.token_as(&mallory)?.owner().call().await?, net.owner.address());
    net.assert_balances(&[(net.owner.address(), AIA), (mallory.address(), U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_an_owner_is_not_deployed() -> Result<()> {
    let net = Network::start(AIA).await?;
    let deployer = net.owner.address();
    let block = net.api.chain().head().number;
    let config = TokenConfig { owner: NOBODY, recipient: deployer, initial_supply: AIA };

    let outcome = deploy_token(&net.provider(&net.owner)?, deployer, &program("aia_token")?, config).await;

    let error = outcome.expect_err("the token was deployed");
    let response = error.downcast_ref::<TransportError>().and_then(TransportError::as_error_resp);
    let data = response.and_then(|response| response.as_revert_data());
    assert_eq!(data, Some(I::OwnableInvalidOwner { owner: NOBODY }.abi_encode().into()));
    assert_eq!(net.api.chain().head().number, block, "nothing was sent");
    net.assert_balances(&[(deployer, AIA)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_token_without_supply_needs_no_recipient() -> Result<()> {
    let net = Network::start(U256::ZERO).await?;
    let deployer = net.owner.address();
    let config = TokenConfig { owner: deployer, recipient: NOBODY, initial_supply: U256::ZERO };
    deploy_token(&net.provider(&net.owner)?, deployer, &program("aia_token")?, config).await?;
    net.assert_balances(&[(deployer, U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegation_is_replayed_tampered_with_or_late() -> Result<()> {
    let net = Network::start(AIA).await?;
    let (voter, delegatee) = (net.owner.address(), net.account(2).address());
    let mallory = net.token_as(&net.account(1))?;
    let expiry = U256::from(net.now());
    let signed = Delegation { delegatee, nonce: U256::ZERO, expiry };
    let parts = net.sign(&net.owner, &signed)?;
    let submit =
        |to: Address, nonce: U256, expiry: U256| mallory.delegateBySig(to, nonce, expiry, parts.v, parts.r, parts.s);

    // Changed, it binds an address without key, which owns nothing; as in OpenZeppelin it may succeed.
    net.submit(&submit(SOMEONE, U256::ZERO, expiry)).await?;
    net.submit(&submit(delegatee, U256::ZERO, U256::MAX)).await?;
    net.submit(&submit(delegatee, ONE, expiry)).await?;
    assert_eq!(mallory.delegates(voter).call().await?, NOBODY);
    assert_eq!(mallory.nonces(voter).call().await?, U256::ZERO);
    assert_eq!(mallory.getTotalDelegation().call().await?, U256::ZERO);

    // In its last second it counts, once.
    net.send(&submit(delegatee, U256::ZERO, expiry)).await?;
    assert_eq!(mallory.getVotes(delegatee).call().await?, AIA);
    let replayed = I::InvalidAccountNonce { account: voter, currentNonce: ONE };
    net.refuses(&submit(delegatee, U256::ZERO, expiry), replayed).await?;
    net.pass(1)?;
    net.refuses(&submit(delegatee, U256::ZERO, expiry), I::VotesExpiredSignature { expiry }).await?;
    assert_eq!(mallory.nonces(voter).call().await?, ONE);
    net.assert_balances(&[(voter, AIA)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_to_nobody_uses_no_nonce() -> Result<()> {
    let net = Network::start(AIA).await?;
    let owner = net.owner.address();
    let mallory = net.token_as(&net.account(1))?;
    let permit = net.permit(owner, NOBODY, ONE).await?;
    let Permit { value, deadline, .. } = permit;
    let parts = net.sign(&net.owner, &permit)?;

    let call = mallory.permit_0(owner, NOBODY, value, deadline, parts.v, parts.r, parts.s);
    net.refuses(&call, I::ERC20InvalidSpender { spender: NOBODY }).await?;

    ensure!(mallory.nonces(owner).call().await? == U256::ZERO, "the nonce is used up");
    net.assert_balances(&[(owner, AIA)]).await
}
