//! AIA that comes in by signatures, whoever carries them to the chain first.

use aia_abi::{IAIAToken as T, IStreamPayments as P};
use aia_tests::{
    actions::{assert_events, event},
    payments::{COIN, Market, PURSE, without_ether},
    signing::Permit,
    staking::emitted,
};
use alloy::{
    primitives::{B256, U256},
    providers::Provider,
};
use eyre::Result;

use super::{Scene, funded};

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_funds_at_once_even_when_somebody_else_was_faster_with_it() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, alice, by_alice, .. } = &scene;
    let (net, account, friend) = (market.net(), alice.address(), market.net().account(3).address());
    let token = net.token_as(alice)?;
    net.send(&token.approve(market.payments, U256::ZERO)).await?;
    for (number, to) in [(1_u64, account), (2, friend)] {
        let permit = net.permit(account, market.payments, U256::from(10 * COIN)).await?;
        let Permit { owner, spender, value, deadline, .. } = permit;
        let signature = net.sign(alice, &permit)?.bytes();
        if number == 2 {
            let by_thief = net.token_as(&market.stranger())?;
            let receipt = net.send(&by_thief.permit_1(owner, spender, value, deadline, signature.clone())).await?;
            assert_events(&receipt, &[event(&T::Approval { owner, spender, value })]);
        }
        let receipt = net.send(&by_alice.fundWithPermit(to, value, deadline, signature)).await?;
        assert_eq!(
            emitted::<P::Funded>(&receipt, market.payments),
            [P::Funded { account: to, from: owner, amount: value }]
        );
        assert_eq!(token.allowance(owner, spender).call().await?, U256::ZERO);
        assert_eq!(token.nonces(owner).call().await?, U256::from(number));
    }
    scene.assert_ledger(10 * COIN, true).await?;
    let seen = market.account(friend).await?;
    assert_eq!((seen.free, seen.locked), (10 * COIN, false));
    scene.assert_wallet(80 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_of_somebody_else_or_of_yesterday_funds_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, alice, by_alice, by_stranger } = &scene;
    let (net, stranger) = (market.net(), market.stranger());
    net.send(&net.token_as(alice)?.approve(market.payments, U256::ZERO)).await?;
    let permit = net.permit(alice.address(), market.payments, U256::from(COIN)).await?;
    let signature = net.sign(alice, &permit)?.bytes();
    // The stranger allows everything of its own, which is nothing.
    net.send(&net.token_as(&stranger)?.approve(market.payments, U256::MAX)).await?;
    let call = by_stranger.fundWithPermit(stranger.address(), permit.value, permit.deadline, signature.clone());
    let needed = U256::from(COIN);
    let broke = T::ERC20InsufficientBalance { sender: stranger.address(), balance: U256::ZERO, needed };
    net.refuses(&call, broke).await?;

    net.pass(3_601)?;
    let late = T::ERC2612ExpiredSignature { deadline: permit.deadline };
    let call = by_alice.fundWithPermit(alice.address(), permit.value, permit.deadline, signature);
    net.refuses(&call, late).await?;
    scene.assert_ledger(0, false).await?;
    scene.assert_wallet(100 * COIN).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_ether_is_funded_through_a_relayer_and_only_once() -> Result<()> {
    let market = Market::start().await?;
    let (net, agent, salt) = (market.net(), without_ether("a funded agent")?, B256::repeat_byte(0x5a));
    let (account, by_relayer) = (agent.address(), market.payments_as(&market.stranger())?);
    market.give(account, 10 * COIN).await?;
    let message = market.authorization(&agent, 10 * COIN, account.into_word(), salt);
    let signature = net.sign(&agent, &message)?.bytes();
    let (value, after, before) = (message.value, message.validAfter, message.validBefore);
    let fund = by_relayer.fundWithAuthorization(account, value, after, before, salt, signature);
    let receipt = net.send(&fund).await?;
    market.assert_logged(&receipt, &[funded(account, account, 10 * COIN)]);
    // Without ether it could not unlock its ledger, so that stays open to anybody's `settle`.
    assert!(!market.account(account).await?.locked);
    let used = T::AuthorizationUsed { authorizer: account, nonce: message.nonce };
    assert_eq!(emitted::<T::AuthorizationUsed>(&receipt, net.token), [used]);

    let used = T::ERC3009UsedAuthorization { authorizer: account, nonce: message.nonce };
    net.refuses(&fund, used).await?;
    market.assert_free(&agent, 10 * COIN).await?;
    assert_eq!(net.provider(&agent)?.get_transaction_count(account).await?, 0);
    market.assert_wallets(&[(account, 0)], PURSE + 10 * COIN, 0).await?;
    market.assert_adds_up().await
}
