//! People who pay and allow by signature, and others who carry the signatures to the chain.

use aia_abi::IAIAToken as I;
use aia_tests::{
    Network,
    actions::{assert_events, event},
    network::AIA,
    peers::artifact,
    signing::{
        Permit, ReceiveWithAuthorization, TransferWithAuthorization, receive, receive_bytes, transfer, transfer_bytes,
    },
};
use alloy::{
    primitives::{Address, B256, Bytes, U256, keccak256},
    providers::Provider,
    signers::local::PrivateKeySigner,
    sol,
    sol_types::SolCall,
};
use eyre::Result;

const ONE: U256 = U256::ONE;
const SHOP: Address = Address::repeat_byte(0x5a);

sol! {
    /// What `tests/js/peers/Multi.sol` can do.
    #[sol(rpc)]
    interface Multi {
        function callTwice(address target, bytes first, bytes second)
            external
            returns (bool firstOk, bytes firstRet, bool secondOk, bytes secondRet);
    }
}

/// An account that holds an AIA and has never seen any ether.
async fn payer_without_ether(net: &Network) -> Result<PrivateKeySigner> {
    let payer = PrivateKeySigner::from_bytes(&keccak256("a payer without ether"))?;
    net.send(&net.token_as(&net.owner)?.transfer(payer.address(), AIA)).await?;
    let provider = net.provider(&net.owner)?;
    assert_eq!(provider.get_balance(payer.address()).await?, U256::ZERO);
    assert_eq!(provider.get_transaction_count(payer.address()).await?, 0);
    Ok(payer)
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_ether_pays_in_every_form_of_signature() -> Result<()> {
    let net = Network::start(AIA).await?;
    let payer = payer_without_ether(&net).await?;
    let token = net.token_as(&net.account(1))?;
    let mut forms = Vec::new();
    for number in 1..=12_u8 {
        // Nothing signed depends on the clock, so both parities occur in every run, or in none.
        let nonce = B256::with_last_byte(number);
        let payment = net.payment(payer.address(), SHOP, ONE);
        let payment = TransferWithAuthorization { nonce, validBefore: U256::MAX, ..payment };
        let parts = net.sign(&payer, &payment)?;
        let parity = parts.with_parity();

        let receipt = match number % 4 {
            0 => net.send(&transfer(&token, &payment, parts)).await?,
            1 => net.send(&transfer(&token, &payment, parity)).await?,
            2 => net.send(&transfer_bytes(&token, &payment, parts.bytes())).await?,
            _ => net.send(&transfer_bytes(&token, &payment, parity.bytes())).await?,
        };

        forms.push((number % 4, parts.v));
        let used = I::AuthorizationUsed { authorizer: payer.address(), nonce };
        let moved = I::Transfer { from: payer.address(), to: SHOP, value: ONE };
        assert_events(&receipt, &[event(&used), event(&moved)]);
        assert!(token.authorizationState(payer.address(), nonce).call().await?);
        let paid = U256::from(number);
        net.assert_balances(&[(payer.address(), AIA - paid), (SHOP, paid), (net.owner.address(), U256::ZERO)]).await?;
    }
    assert!(forms.iter().any(|(_, v)| *v == 27) && forms.iter().any(|(_, v)| *v == 28), "both parities: {forms:?}");
    assert_eq!(token.nonces(payer.address()).call().await?, U256::ZERO, "payments use no counted nonce");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payee_collects_what_was_signed_for_it() -> Result<()> {
    let net = Network::start(AIA).await?;
    let payer = payer_without_ether(&net).await?;
    let shop = net.account(1);
    let token = net.token_as(&shop)?;
    for number in 1..=2_u64 {
        let deposit = ReceiveWithAuthorization::from(net.payment(payer.address(), shop.address(), ONE));
        let parts = net.sign(&payer, &deposit)?;

        let receipt = match number {
            1 => net.send(&receive(&token, &deposit, parts)).await?,
            _ => net.send(&receive_bytes(&token, &deposit, parts.bytes())).await?,
        };

        let used = I::AuthorizationUsed { authorizer: payer.address(), nonce: deposit.nonce };
        let moved = I::Transfer { from: payer.address(), to: shop.address(), value: ONE };
        assert_events(&receipt, &[event(&used), event(&moved)]);
        let paid = U256::from(number);
        net.assert_balances(&[(payer.address(), AIA - paid), (shop.address(), paid)]).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_beyond_the_balance_leaves_its_authorization_unused() -> Result<()> {
    let net = Network::start(AIA).await?;
    let payer = payer_without_ether(&net).await?;
    let token = net.token_as(&net.account(1))?;
    let payment = net.payment(payer.address(), SHOP, AIA + ONE);
    let parts = net.sign(&payer, &payment)?;

    let short = I::ERC20InsufficientBalance { sender: payer.address(), balance: AIA, needed: AIA + ONE };
    net.refuses(&transfer(&token, &payment, parts), short).await?;
    assert!(!token.authorizationState(payer.address(), payment.nonce).call().await?);
    net.assert_balances(&[(payer.address(), AIA), (SHOP, U256::ZERO)]).await?;

    // Once the money has come, the same signature pays.
    let donor = net.account(2);
    let limits = net.token_as(&net.owner)?;
    for minter in [net.owner.address(), Address::ZERO] {
        net.send(&limits.setMintLimit(minter, 1, alloy::primitives::aliases::U48::from(1))).await?;
    }
    net.send(&limits.mint(payer.address(), ONE)).await?;
    net.send(&transfer(&token, &payment, parts)).await?;
    net.assert_balances(&[(payer.address(), U256::ZERO), (SHOP, AIA + ONE), (donor.address(), U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_is_carried_by_anyone_and_spent_by_its_spender() -> Result<()> {
    let net = Network::start(AIA).await?;
    let payer = payer_without_ether(&net).await?;
    let (carrier, spender) = (net.token_as(&net.account(1))?, net.account(2));
    let by_spender = net.token_as(&spender)?;
    let permit = net.permit(payer.address(), spender.address(), U256::from(5)).await?;
    let Permit { owner, spender, value, deadline, .. } = permit;
    let parts = net.sign(&payer, &permit)?;

    let receipt = net.send(&carrier.permit_0(owner, spender, value, deadline, parts.v, parts.r, parts.s)).await?;
    assert_events(&receipt, &[event(&I::Approval { owner, spender, value })]);
    net.send(&by_spender.transferFrom(owner, SHOP, U256::from(3))).await?;
    assert_eq!(carrier.allowance(owner, spender).call().await?, U256::from(2));
    let short = I::ERC20InsufficientAllowance { spender, allowance: U256::from(2), needed: U256::from(3) };
    net.refuses(&by_spender.transferFrom(owner, SHOP, U256::from(3)), short).await?;

    // A second one, as bytes, with the parity for v, in its last second; it replaces what was left.
    let permit = net.permit(owner, spender, U256::MAX).await?;
    let permit = Permit { deadline: U256::from(net.now()), ..permit };
    let parts = net.sign(&payer, &permit)?.with_parity();
    net.send(&carrier.permit_1(owner, spender, U256::MAX, permit.deadline, parts.bytes())).await?;
    net.send(&by_spender.transferFrom(owner, SHOP, U256::from(3))).await?;
    assert_eq!(carrier.allowance(owner, spender).call().await?, U256::MAX, "an endless allowance stays");
    assert_eq!(carrier.nonces(owner).call().await?, U256::from(2));
    net.assert_balances(&[(owner, AIA - U256::from(6)), (SHOP, U256::from(6)), (spender, U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_after_its_deadline_allows_nothing() -> Result<()> {
    let net = Network::start(AIA).await?;
    let payer = payer_without_ether(&net).await?;
    let carrier = net.token_as(&net.account(1))?;
    let permit = net.permit(payer.address(), SHOP, ONE).await?;
    let Permit { owner, spender, value, deadline, .. } = permit;
    let parts = net.sign(&payer, &permit)?;

    net.pass(3601)?;

    let late = I::ERC2612ExpiredSignature { deadline };
    net.refuses(&carrier.permit_0(owner, spender, value, deadline, parts.v, parts.r, parts.s), late.clone()).await?;
    net.refuses(&carrier.permit_1(owner, spender, value, deadline, parts.bytes()), late).await?;
    assert_eq!(carrier.allowance(owner, spender).call().await?, U256::ZERO);
    assert_eq!(carrier.nonces(owner).call().await?, U256::ZERO);
    net.assert_balances(&[(owner, AIA)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_front_run_permit_does_not_stop_an_app_that_goes_on() -> Result<()> {
    let net = Network::start(AIA).await?;
    let payer = payer_without_ether(&net).await?;
    let (mallory, user) = (net.token_as(&net.account(1))?, net.account(2));
    let app = net.deploy(&user, &artifact("Multi")?, Vec::new()).await?;
    let permit = net.permit(payer.address(), app, ONE).await?;
    let Permit { owner, spender, value, deadline, .. } = permit;
    let parts = net.sign(&payer, &permit)?;
    let call = I::permit_0Call { owner, spender, value, deadline, v: parts.v, r: parts.r, s: parts.s };
    let take = I::transferFromCall { from: owner, to: SHOP, value };
    let (call, take): (Bytes, Bytes) = (call.abi_encode().into(), take.abi_encode().into());

    // Mallory saw the permit and was faster.
    net.send(&mallory.permit_0(owner, spender, value, deadline, parts.v, parts.r, parts.s)).await?;
    let app = Multi::new(app, net.provider(&user)?);
    let outcome = app.callTwice(net.token, call.clone(), take.clone()).call().await?;
    assert!(!outcome.firstOk, "the permit was used");
    assert_eq!(outcome.firstRet[..4], [0x4b, 0x80, 0x0e, 0x46], "ERC2612InvalidSigner");
    assert!(outcome.secondOk, "the allowance is there all the same");
    net.send(&app.callTwice(net.token, call, take)).await?;

    assert_eq!(mallory.allowance(owner, spender).call().await?, U256::ZERO);
    net.assert_balances(&[(owner, AIA - ONE), (SHOP, ONE), (spender, U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn allowances_are_spent_replaced_and_endless() -> Result<()> {
    let net = Network::start(AIA).await?;
    let (owner, spender) = (net.owner.address(), net.account(1));
    let (token, by_spender) = (net.token_as(&net.owner)?, net.token_as(&spender)?);
    let spender = spender.address();

    net.send(&token.approve(spender, U256::from(5))).await?;
    net.send(&token.approve(spender, U256::from(4))).await?;
    net.send(&by_spender.transferFrom(owner, SHOP, U256::from(4))).await?;
    let spent = I::ERC20InsufficientAllowance { spender, allowance: U256::ZERO, needed: ONE };
    net.refuses(&by_spender.transferFrom(owner, SHOP, ONE), spent).await?;
    net.send(&token.approve(spender, U256::MAX)).await?;
    let short = I::ERC20InsufficientBalance { sender: owner, balance: AIA - U256::from(4), needed: AIA };
    net.refuses(&by_spender.transferFrom(owner, SHOP, AIA), short).await?;
    net.send(&by_spender.transferFrom(owner, spender, AIA - U256::from(4))).await?;
    assert_eq!(token.allowance(owner, spender).call().await?, U256::MAX);
    net.assert_balances(&[(owner, U256::ZERO), (SHOP, U256::from(4)), (spender, AIA - U256::from(4))]).await?;

    // To oneself and of nothing.
    net.send(&by_spender.transfer(spender, AIA - U256::from(4))).await?;
    net.send(&by_spender.transfer(owner, U256::ZERO)).await?;
    net.assert_balances(&[(owner, U256::ZERO), (SHOP, U256::from(4)), (spender, AIA - U256::from(4))]).await
}
