//! Stake by signature: people who approve and delegate at once, agents without ether, and thieves.

use aia_abi::{IAIAToken as I, IProviderRegistry as R};
use aia_tests::{
    actions::{assert_events, event},
    signing::{CancelAuthorization, Permit, ReceiveWithAuthorization, TransferWithAuthorization, receive, transfer},
    staking::{BOND, Charge, DRAW, Registry, Staking, aia, emitted},
};
use alloy::{
    contract::SolCallBuilder,
    network::Ethereum,
    primitives::{Address, B256, Bytes, U256, keccak256},
    providers::{DynProvider, Provider},
    signers::local::PrivateKeySigner,
    sol_types::SolValue,
};
use eyre::Result;

const SALT: B256 = B256::repeat_byte(0x5a);

/// A provider and a thief who have staked 5,000 AIA each, an agent that holds 1,000 AIA and no ether, and a relayer.
struct Scene {
    staking: Staking,
    provider: PrivateKeySigner,
    agent: PrivateKeySigner,
    thief: PrivateKeySigner,
    /// The registry as the relayer calls it.
    registry: Registry,
}

impl Scene {
    async fn start() -> Result<Self> {
        let staking = Staking::start().await?;
        let (provider, thief, relayer) = (staking.net.account(0), staking.net.account(1), staking.net.account(2));
        for account in [&provider, &thief] {
            staking.serving(account, aia(5_000)).await?;
        }
        let agent = PrivateKeySigner::from_bytes(&keccak256("an agent without ether"))?;
        let token = staking.net.token_as(&staking.net.owner)?;
        staking.net.send(&token.transfer(agent.address(), aia(1_000))).await?;
        let ether = staking.net.provider(&relayer)?.get_balance(agent.address()).await?;
        assert_eq!(ether, U256::ZERO);
        let registry = staking.registry_as(&relayer)?;
        Ok(Self { staking, provider, agent, thief, registry })
    }

    /// Returns what the agent signs to stake all it has with a provider, within the hour.
    fn authorization(&self, provider: Address) -> ReceiveWithAuthorization {
        let nonce = keccak256((provider, SALT).abi_encode());
        let payment = self.staking.net.payment(self.agent.address(), self.staking.registry, aia(1_000));
        TransferWithAuthorization { nonce, ..payment }.into()
    }

    /// Signs that for the scene's provider.
    fn signed(&self) -> Result<(ReceiveWithAuthorization, Bytes)> {
        let message = self.authorization(self.provider.address());
        let signature = self.staking.net.sign(&self.agent, &message)?.bytes();
        Ok((message, signature))
    }

    /// Asserts that registry, agent and thief have what they had, and nobody is staked for the agent.
    async fn assert_untouched(&self) -> Result<()> {
        for provider in [&self.provider, &self.thief] {
            let stake = self.registry.stakeOf(provider.address(), self.agent.address()).call().await?;
            assert_eq!(stake.shares, U256::ZERO);
        }
        self.assert_holdings(10_000, 1_000).await
    }

    /// Asserts what registry and agent have, in AIA; the thief has nothing beside its stake.
    async fn assert_holdings(&self, registry: u64, agent: u64) -> Result<()> {
        let agent = (self.agent.address(), aia(agent));
        let holdings = [(self.staking.registry, aia(registry)), agent, (self.thief.address(), U256::ZERO)];
        self.staking.assert_holdings(&holdings, U256::ZERO).await
    }
}

/// Submits a signed stake with a provider.
fn stake<'a>(
    registry: &'a Registry,
    provider: Address,
    message: &ReceiveWithAuthorization,
    salt: B256,
    signature: &Bytes,
) -> SolCallBuilder<&'a DynProvider, R::delegateWithAuthorizationCall, Ethereum> {
    let ReceiveWithAuthorization { from, value, validAfter: after, validBefore: before, .. } = *message;
    registry.delegateWithAuthorization(provider, from, value.to(), after, before, salt, signature.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_without_ether_stakes_through_a_relayer() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, agent, registry, .. } = &scene;
    let (account, delegator) = (provider.address(), agent.address());
    let (message, signature) = scene.signed()?;
    let receipt = staking.net.send(&stake(registry, account, &message, SALT, &signature)).await?;
    let delegated = R::Delegated { provider: account, delegator, tokens: aia(1_000), shares: aia(1_000) };
    assert_eq!(emitted::<R::Delegated>(&receipt, staking.registry), [delegated]);
    let used = I::AuthorizationUsed { authorizer: delegator, nonce: message.nonce };
    assert_eq!(emitted::<I::AuthorizationUsed>(&receipt, staking.net.token), [used]);
    let seen = registry.stakeOf(account, delegator).call().await?;
    assert_eq!((seen.shares, seen.tokens), (aia(1_000), aia(1_000)));

    // It was good for once.
    let used = I::ERC3009UsedAuthorization { authorizer: delegator, nonce: message.nonce };
    staking.net.refuses(&stake(registry, account, &message, SALT, &signature), used).await?;
    scene.assert_holdings(11_000, 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thief_cannot_turn_a_stake_to_itself() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, thief, registry, .. } = &scene;
    let (net, account, invalid) = (&staking.net, provider.address(), || I::ERC3009InvalidSignature {});
    let (message, signature) = scene.signed()?;
    // To its own provider, whatever it takes for the salt.
    let by_thief = staking.registry_as(thief)?;
    net.refuses(&stake(&by_thief, thief.address(), &message, SALT, &signature), invalid()).await?;
    net.refuses(&stake(&by_thief, thief.address(), &message, message.nonce, &signature), invalid()).await?;
    // Under another salt, of another amount, from somebody else.
    net.refuses(&stake(registry, account, &message, B256::ZERO, &signature), invalid()).await?;
    let more = ReceiveWithAuthorization { value: aia(999), ..message.clone() };
    net.refuses(&stake(registry, account, &more, SALT, &signature), invalid()).await?;
    let other = ReceiveWithAuthorization { from: net.owner.address(), ..message.clone() };
    net.refuses(&stake(registry, account, &other, SALT, &signature), invalid()).await?;
    // Past the registry, to the token itself.
    let (token, parts) = (net.token_as(thief)?, net.sign(&scene.agent, &message)?);
    let not_you = I::ERC20InvalidReceiver { receiver: staking.registry };
    net.refuses(&receive(&token, &message, parts), not_you).await?;
    let ReceiveWithAuthorization { from, to, value, validAfter, validBefore, nonce } = message.clone();
    let payment = TransferWithAuthorization { from, to, value, validAfter, validBefore, nonce };
    net.refuses(&transfer(&token, &payment, parts), invalid()).await?;
    scene.assert_untouched().await?;

    // As it was signed, the thief may carry it like anybody else.
    net.send(&stake(&by_thief, account, &message, SALT, &signature)).await?;
    scene.assert_holdings(11_000, 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stake_that_is_refused_leaves_its_authorization_unused() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, agent, registry, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    let (message, signature) = scene.signed()?;
    let disputer = net.account(3);
    staking.endow(&disputer, BOND).await?;
    let id = staking.accuse(&disputer, &Charge::new(staking, provider, Address::ZERO)).await?;
    let disputed = R::ProviderUnderDispute { provider: account, openDisputes: 1 };
    net.refuses(&stake(registry, account, &message, SALT, &signature), disputed).await?;
    assert!(!net.token_as(agent)?.authorizationState(agent.address(), message.nonce).call().await?);
    staking.rule(id, DRAW).await?;
    net.send(&stake(registry, account, &message, SALT, &signature)).await?;
    let holdings = [(staking.registry, aia(11_000)), (disputer.address(), BOND), (agent.address(), U256::ZERO)];
    staking.assert_holdings(&holdings, U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorization_that_has_run_out_or_was_taken_back_stakes_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, agent, registry, .. } = &scene;
    let (net, account) = (&staking.net, provider.address());
    let (message, signature) = scene.signed()?;
    net.pass(3_600)?;
    let late = I::ERC3009InvalidAuthorizationTime { validAfter: U256::ZERO, validBefore: message.validBefore };
    net.refuses(&stake(registry, account, &message, SALT, &signature), late).await?;

    let (message, signature) = scene.signed()?;
    let (authorizer, nonce) = (agent.address(), message.nonce);
    let cancellation = net.sign(agent, &CancelAuthorization { authorizer, nonce })?;
    let token = net.token_as(&net.account(2))?;
    net.send(&token.cancelAuthorization_1(authorizer, nonce, cancellation.bytes())).await?;
    let used = I::ERC3009UsedAuthorization { authorizer, nonce };
    net.refuses(&stake(registry, account, &message, SALT, &signature), used).await?;
    scene.assert_untouched().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_delegator_allows_and_stakes_at_once() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, thief, .. } = &scene;
    let (net, account, alice) = (&staking.net, provider.address(), staking.net.account(3));
    let (token, by_alice) = (net.token_as(&alice)?, staking.registry_as(&alice)?);
    net.send(&net.token_as(&net.owner)?.transfer(alice.address(), aia(500))).await?;
    for number in 1..=2_u64 {
        let permit = net.permit(alice.address(), staking.registry, aia(250)).await?;
        let Permit { owner, spender, value, deadline, .. } = permit;
        let parts = net.sign(&alice, &permit)?;
        if number == 2 {
            // Somebody was faster with her permit: what it allowed is there all the same.
            let by_thief = net.token_as(thief)?;
            let receipt = net.send(&by_thief.permit_1(owner, spender, value, deadline, parts.bytes())).await?;
            assert_events(&receipt, &[event(&I::Approval { owner, spender, value })]);
        }
        let call = by_alice.delegateWithPermit(account, value.to(), deadline, parts.bytes());
        let receipt = net.send(&call).await?;
        let delegated = R::Delegated { provider: account, delegator: owner, tokens: value, shares: value };
        assert_eq!(emitted::<R::Delegated>(&receipt, staking.registry), [delegated]);
        assert_eq!(token.allowance(owner, spender).call().await?, U256::ZERO);
        assert_eq!(token.nonces(owner).call().await?, U256::from(number));
    }
    let seen = by_alice.stakeOf(account, alice.address()).call().await?;
    assert_eq!((seen.shares, seen.tokens), (aia(500), aia(500)));
    let holdings = [(staking.registry, aia(10_500)), (scene.agent.address(), aia(1_000))];
    staking.assert_holdings(&holdings, U256::ZERO).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_permit_of_somebody_else_stakes_nothing() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { staking, provider, agent, thief, .. } = &scene;
    let (net, by_thief) = (&staking.net, staking.registry_as(thief)?);
    // The thief has an allowance without limit, of its own and worth nothing; the agent's permit adds nothing to it.
    let permit = net.permit(agent.address(), staking.registry, aia(1_000)).await?;
    let signature = net.sign(agent, &permit)?.bytes();
    let call = by_thief.delegateWithPermit(provider.address(), aia(1_000).to(), permit.deadline, signature);
    let broke = I::ERC20InsufficientBalance { sender: thief.address(), balance: U256::ZERO, needed: aia(1_000) };
    net.refuses(&call, broke).await?;
    scene.assert_untouched().await
}
