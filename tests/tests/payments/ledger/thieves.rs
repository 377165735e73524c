//! A thief who sees an agent's signatures before anybody else does.

use aia_abi::{IAIAToken as T, IStreamPayments as P};
use aia_tests::{
    actions::event,
    payments::{COIN, Market, PURSE, Payments, without_ether},
    signing::{ReceiveWithAuthorization, TransferWithAuthorization, receive, transfer},
};
use alloy::{
    primitives::{B256, U256},
    signers::local::PrivateKeySigner,
    sol_types::SolValue,
};
use eyre::Result;

/// What the agent signs for.
const AMOUNT: u128 = 10 * COIN;
const SALT: U256 = U256::from_limbs([0x5a, 0, 0, 0]);

/// An agent with 10 AIA, and a thief who is a provider too.
struct Scene {
    market: Market,
    agent: PrivateKeySigner,
    thief: PrivateKeySigner,
    /// The agent's, to the market's provider.
    channel: P::ChannelConfig,
    by_thief: Payments,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let (agent, thief) = (without_ether("an agent that is watched")?, market.net().account(3));
        market.serve(&thief).await?;
        market.give(agent.address(), AMOUNT).await?;
        let channel = P::ChannelConfig { payer: agent.address(), ..market.channel(1) };
        let by_thief = market.payments_as(&thief)?;
        Ok(Self { market, agent, thief, channel, by_thief })
    }

    /// Lets the thief fund the agent's ledger with some authorization.
    async fn refuses_funding(&self, message: &ReceiveWithAuthorization, amount: u128, salt: B256) -> Result<()> {
        let Self { market, agent, by_thief, .. } = self;
        let (after, before) = (message.validAfter, message.validBefore);
        let signature = market.net().sign(agent, message)?.bytes();
        let amount = U256::from(amount);
        let fund = by_thief.fundWithAuthorization(agent.address(), amount, after, before, salt, signature.clone());
        market.net().refuses(&fund, T::ERC3009InvalidSignature {}).await?;
        let own = by_thief.fundWithAuthorization(self.thief.address(), amount, after, before, salt, signature);
        market.net().refuses(&own, T::ERC3009InvalidSignature {}).await
    }

    /// Asserts that the thief cannot go to the token with it either.
    async fn refuses_transfer(&self, message: &ReceiveWithAuthorization) -> Result<()> {
        let net = self.market.net();
        let (token, parts) = (net.token_as(&self.thief)?, net.sign(&self.agent, message)?);
        let not_you = T::ERC20InvalidReceiver { receiver: self.market.payments };
        net.refuses(&receive(&token, message, parts), not_you).await?;
        let ReceiveWithAuthorization { from, to, value, validAfter, validBefore, nonce } = message.clone();
        let payment = TransferWithAuthorization { from, to, value, validAfter, validBefore, nonce };
        net.refuses(&transfer(&token, &payment, parts), T::ERC3009InvalidSignature {}).await
    }

    /// Asserts that the agent still has everything, and the thief nothing beside its stake.
    async fn assert_untouched(&self) -> Result<()> {
        self.market.assert_free(&self.thief, 0).await?;
        self.market.assert_wallets(&[(self.agent.address(), AMOUNT), (self.thief.address(), 0)], PURSE, 0).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_deposit_goes_into_the_channel_that_was_signed_whoever_carries_it() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, agent, thief, channel, by_thief } = &scene;
    let (net, id) = (market.net(), market.channel_id(channel));
    let data = market.collector_data(agent, channel, AMOUNT, 0x5a)?;
    for config in [
        P::ChannelConfig { receiver: thief.address(), ..channel.clone() },
        P::ChannelConfig { receiverAuthorizer: thief.address(), ..channel.clone() },
        P::ChannelConfig { payerAuthorizer: thief.address(), ..channel.clone() },
        P::ChannelConfig { payer: thief.address(), ..channel.clone() },
        P::ChannelConfig { salt: B256::ZERO, ..channel.clone() },
    ] {
        let deposit = by_thief.deposit(config, AMOUNT, market.payments, data.clone());
        net.refuses(&deposit, T::ERC3009InvalidSignature {}).await?;
    }
    let part = by_thief.deposit(channel.clone(), AMOUNT - 1, market.payments, data.clone());
    net.refuses(&part, T::ERC3009InvalidSignature {}).await?;
    // Nor anywhere else.
    let message = market.authorization(agent, AMOUNT, id, SALT.into());
    scene.refuses_funding(&message, AMOUNT, SALT.into()).await?;
    scene.refuses_funding(&message, AMOUNT, message.nonce).await?;
    scene.refuses_transfer(&message).await?;
    scene.assert_untouched().await?;

    // As it was signed the thief may carry it like anybody else: that changes who paid for the gas.
    let deposit = by_thief.deposit(channel.clone(), AMOUNT, market.payments, data);
    let receipt = net.send(&deposit).await?;
    let created = P::ChannelCreated { channelId: id, config: channel.clone() };
    let deposited = P::Deposited { channelId: id, sender: thief.address(), amount: AMOUNT, newBalance: AMOUNT };
    market.assert_logged(&receipt, &[event(&created), event(&deposited)]);
    net.refuses(&deposit, T::ERC3009UsedAuthorization { authorizer: agent.address(), nonce: message.nonce }).await?;
    market.assert_channel(channel, AMOUNT, 0).await?;
    market.assert_wallets(&[(agent.address(), 0), (thief.address(), 0)], PURSE + AMOUNT, 0).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_funding_goes_onto_the_signers_own_ledger_whoever_carries_it() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, agent, thief, channel, by_thief } = &scene;
    let (net, account, salt) = (market.net(), agent.address(), B256::from(SALT));
    let message = market.authorization(agent, AMOUNT, account.into_word(), salt);
    scene.refuses_funding(&message, AMOUNT - 1, salt).await?;
    scene.refuses_funding(&message, AMOUNT, B256::ZERO).await?;
    scene.refuses_transfer(&message).await?;
    // A deposit's authorization has another nonce.
    let (after, before) = (message.validAfter, message.validBefore);
    let signature = net.sign(agent, &message)?.bytes();
    let data = (after, before, SALT, signature.clone()).abi_encode_params();
    let receiver = P::ChannelConfig { receiver: thief.address(), ..channel.clone() };
    let deposit = by_thief.deposit(receiver, AMOUNT, market.payments, data.into());
    net.refuses(&deposit, T::ERC3009InvalidSignature {}).await?;
    scene.assert_untouched().await?;

    let fund = by_thief.fundWithAuthorization(account, message.value, after, before, salt, signature);
    net.send(&fund).await?;
    let seen = market.account(account).await?;
    assert_eq!((seen.free, seen.locked), (AMOUNT, false));
    market.assert_wallets(&[(account, 0), (thief.address(), 0)], PURSE + AMOUNT, 0).await?;
    market.assert_adds_up().await
}
