//! An agent without ether buys output tokens by vouchers, and is paid back what it did not spend.

use aia_abi::{IAIAToken as T, IStreamPayments as P};
use aia_tests::{
    actions::event,
    payments::{
        COIN, MILLI, Market, PURSE, TREASURY, Usage, UsageVoucher, packed, packed_usage, skipped, without_ether,
    },
    staking::emitted,
};
use alloy::{
    primitives::{B256, U256},
    providers::Provider,
    signers::local::PrivateKeySigner,
    sol_types::SolStruct,
};
use eyre::Result;

/// What the agent lets be put into the channel.
const DEPOSIT: u128 = 150 * COIN;
/// What a voucher adds: fifty output tokens for a hundredth of an AIA each.
const STEP: u128 = 50 * COIN / 100;
/// Batches of ten vouchers.
const BATCHES: u128 = 20;

/// An agent with 200 AIA and no ether, a provider whose operator claims for it, a relayer, and two other channels.
struct Scene {
    market: Market,
    agent: PrivateKeySigner,
    operator: PrivateKeySigner,
    relayer: PrivateKeySigner,
    /// The agent's.
    channel: P::ChannelConfig,
    /// The consumer's with another provider, for which the operator works too: it holds an AIA.
    foreign: P::ChannelConfig,
    /// The consumer's, of which the provider has claimed the one AIA that it held.
    drained: P::ChannelConfig,
}

impl Scene {
    async fn start() -> Result<Self> {
        let market = Market::start().await?;
        let [operator, relayer, rival] = [2, 3, 4].map(|index| market.net().account(index));
        market.serve(&rival).await?;
        let agent = without_ether("an agent")?;
        market.give(agent.address(), 200 * COIN).await?;

        let of_consumer = |salt| P::ChannelConfig { receiverAuthorizer: operator.address(), ..market.channel(salt) };
        let channel = P::ChannelConfig { payer: agent.address(), ..of_consumer(1) };
        let foreign = P::ChannelConfig { receiver: rival.address(), ..of_consumer(2) };
        let drained = of_consumer(3);
        for config in [&foreign, &drained] {
            market.deposit(config, COIN).await?;
        }
        let voucher = market.voucher(&market.consumer, &drained, COIN)?;
        market.net().send(&market.payments_as(&operator)?.claim(vec![voucher])).await?;
        Ok(Self { market, agent, operator, relayer, channel, foreign, drained })
    }

    /// Lets the relayer deposit what the agent signed.
    async fn deposit(&self) -> Result<()> {
        let Self { market, agent, relayer, channel, .. } = self;
        let data = market.collector_data(agent, channel, DEPOSIT, 7)?;
        let by_relayer = market.payments_as(relayer)?;
        let deposit = by_relayer.deposit(channel.clone(), DEPOSIT, market.payments, data);
        let receipt = market.net().send(&deposit).await?;
        let id = market.channel_id(channel);
        let created = P::ChannelCreated { channelId: id, config: channel.clone() };
        let deposited = P::Deposited { channelId: id, sender: relayer.address(), amount: DEPOSIT, newBalance: DEPOSIT };
        market.assert_logged(&receipt, &[event(&created), event(&deposited)]);
        let used = emitted::<T::AuthorizationUsed>(&receipt, market.net().token);
        assert_eq!(used.len(), 1);
        assert_eq!(used[0].authorizer, agent.address());
        Ok(())
    }

    /// Lets the operator claim ten vouchers, among four rows that are worth nothing.
    async fn claim_ten(&self, batch: u128) -> Result<()> {
        let Self { market, agent, operator, relayer, channel, .. } = self;
        let (provider, sender, id) = (market.provider.address(), operator.address(), market.channel_id(channel));
        let totals = (1..=10).map(|number| (batch * 10 + number) * STEP);
        let mut rows: Vec<_> =
            totals.clone().map(|total| market.voucher(agent, channel, total)).collect::<Result<_>>()?;
        rows.insert(0, market.voucher(relayer, channel, DEPOSIT)?);
        rows.insert(4, market.voucher(&market.consumer, &self.foreign, COIN)?);
        rows.insert(9, market.voucher(&market.consumer, &self.drained, 2 * COIN)?);
        rows.push(market.voucher(agent, channel, STEP)?);

        let payments = market.payments_as(operator)?;
        let claim = payments.claimPacked(provider, sender, channel.withdrawDelay, packed(&rows));
        assert_eq!(claim.call().await?, U256::from(10 * STEP));
        let receipt = market.net().send(&claim).await?;
        let claimed: Vec<_> = totals
            .map(|total| P::Claimed { channelId: id, sender, claimAmount: STEP, newTotalClaimed: total })
            .collect();
        assert_eq!(emitted::<P::Claimed>(&receipt, market.payments), claimed);
        // Of the rival's channel a row that names this receiver tells nothing: it names a channel that nobody opened.
        let unopened = market.channel_id(&P::ChannelConfig { receiver: provider, ..self.foreign.clone() });
        let passed_over = [
            (id, skipped::UNSIGNED),
            (unopened, skipped::EMPTY),
            (market.channel_id(&self.drained), skipped::EMPTY),
            (id, skipped::CLAIMED),
        ];
        let passed_over = passed_over.map(|(id, reason)| P::ClaimSkipped { channelId: id, reason });
        assert_eq!(emitted::<P::ClaimSkipped>(&receipt, market.payments), passed_over);
        let credited = P::Credited { payee: provider, net: U256::from(4_950 * MILLI), fee: U256::from(50 * MILLI) };
        assert_eq!(emitted::<P::Credited>(&receipt, market.payments), [credited]);
        Ok(())
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_without_ether_buys_ten_thousand_output_tokens_by_two_hundred_vouchers() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, agent, operator, relayer, channel, .. } = &scene;
    let (net, provider, id) = (market.net(), &market.provider, market.channel_id(channel));
    scene.deposit().await?;
    for batch in 0..BATCHES {
        scene.claim_ten(batch).await?;
    }
    market.assert_channel(channel, DEPOSIT, 100 * COIN).await?;

    // The agent is done: the operator gives back what was not claimed, and the relayer brings it home.
    let receipt = net.send(&market.payments_as(operator)?.refund(channel.clone(), u128::MAX)).await?;
    let refunded = P::Refunded { channelId: id, sender: operator.address(), amount: 50 * COIN };
    market.assert_logged(&receipt, &[event(&refunded)]);
    let by_relayer = market.payments_as(relayer)?;
    let receipt = net.send(&by_relayer.settle(agent.address(), net.token)).await?;
    let (receiver, token, sender) = (agent.address(), net.token, relayer.address());
    market.assert_logged(&receipt, &[event(&P::Settled { receiver, token, sender, amount: 50 * COIN })]);
    let ether = net.provider(relayer)?;
    assert_eq!(ether.get_balance(agent.address()).await?, U256::ZERO);
    assert_eq!(ether.get_transaction_count(agent.address()).await?, 0, "it never sent a transaction");

    // The provider withdraws what 101 AIA have left of 1 %, and anyone sweeps the fees.
    net.send(&market.payments_as(provider)?.withdraw(provider.address(), U256::MAX)).await?;
    net.send(&by_relayer.collectFees(vec![provider.address()])).await?;
    let wallets = [(agent.address(), 100 * COIN), (provider.address(), 99_990 * MILLI), (TREASURY, 505 * MILLI)];
    market.assert_wallets(&wallets, PURSE - COIN, 505 * MILLI).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_usage_voucher_says_what_was_paid_for_and_nothing_else_can_be_claimed_by_it() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, agent, operator, channel, .. } = &scene;
    scene.deposit().await?;
    let (sender, payee, id) = (operator.address(), market.provider.address(), market.channel_id(channel));
    let by_operator = market.payments_as(operator)?;
    let usage = Usage { units: 300, root: B256::repeat_byte(0x0a) };
    let voucher = market.usage_voucher(agent, channel, 3 * COIN, usage)?;
    let seen = by_operator.getUsageVoucherDigest(id, 3 * COIN, usage.units, usage.root).call().await?;
    let signed =
        UsageVoucher { channelId: id, maxClaimableAmount: 3 * COIN, units: usage.units, usageRoot: usage.root };
    assert_eq!(seen, signed.eip712_signing_hash(&market.domain()));

    // Neither more units, nor other work, nor a voucher that says nothing of either.
    let (more, other) = (Usage { units: 301, ..usage }, Usage { root: B256::ZERO, ..usage });
    let plain = market.voucher(agent, channel, 3 * COIN)?;
    let rows = [(voucher.clone(), more), (voucher.clone(), other), (plain, usage), (voucher.clone(), usage)];
    let claim = by_operator.claimPacked(payee, sender, channel.withdrawDelay, packed_usage(&rows));
    let receipt = market.net().send(&claim).await?;
    let unsigned = event(&P::ClaimSkipped { channelId: id, reason: skipped::UNSIGNED });
    let claimed = P::Claimed { channelId: id, sender, claimAmount: 3 * COIN, newTotalClaimed: 3 * COIN };
    let explained = P::UsageClaimed { channelId: id, units: usage.units, usageRoot: usage.root };
    let credited = P::Credited { payee, net: U256::from(2_970 * MILLI), fee: U256::from(30 * MILLI) };
    let spoiled = vec![unsigned.clone(); 3];
    let good = [event(&claimed), event(&explained), event(&credited)];
    market.assert_logged(&receipt, &[spoiled.as_slice(), &good].concat());

    // Nor does it count as a plain one.
    let more = market.usage_voucher(agent, channel, 6 * COIN, usage)?;
    let refused = P::ClaimRefused { channelId: id, reason: skipped::UNSIGNED };
    market.net().refuses(&by_operator.claim(vec![more]), refused).await?;
    market.assert_adds_up().await
}
