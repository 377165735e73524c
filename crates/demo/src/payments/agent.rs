//! An agent without ETH buys tokens of erin's, pays by vouchers and gets the rest back.

use aia_abi::IStreamPayments;
use aia_client::payments::{
    ChannelConfig, Claim, Delivery, Limits, Meter, Price, Till, Transfer,
    channel::abi_channel,
    contract::Source,
    new_channel,
    packed::pack,
    serving::{Job, Policy, serve_channel},
};
use alloy::{primitives::U256, sol_types::SolCall};
use eyre::{Result, bail, ensure};

use super::{COIN, HOUR, Stage};
use crate::{
    ledger::aia,
    stage::{DAY, refused, run, units},
};

/// What the agent puts into its channel.
const DEPOSIT: u128 = 25 * COIN;
/// Output tokens that a voucher adds.
const CHUNK: u128 = 50;
/// How many vouchers are signed.
const CHUNKS: u32 = 20;
/// What an output token costs.
const PRICE: u128 = COIN / 100;
/// What all of them cost.
const BILL: u128 = 10 * COIN;
/// Why the contract passes over a row: the payer's side did not sign it.
const UNSIGNED: u8 = 2;

impl Stage<'_> {
    /// Returns the agent's channel.
    pub(super) async fn open_without_gas(&mut self) -> Result<ChannelConfig> {
        let agent = self.agent.address();
        run(self.token(&self.founder)?.transfer(agent, units(40))).await?;
        let open = new_channel(agent, self.erin.address(), self.token);
        let channel = ChannelConfig { receiver_authorizer: self.operator.address(), ..open };
        let deposit = Transfer::to_channel(&self.domain(), &channel, DEPOSIT, 0..self.now() + DAY);
        let signed = deposit.sign(&self.agent)?;
        self.ledger.read("sign a deposit of 25 AIA for erin", "agent", "off chain, no gas, no ETH");
        let holds = self.payments(&self.relayer)?.deposit(&channel, DEPOSIT, Source::Authorization(&signed)).await?;
        self.done("submit it, which opens a channel", "relayer", &format!("holds {}", aia(U256::from(holds))));
        Ok(channel)
    }

    pub(super) async fn ask_whether_to_serve(&mut self, channel: &ChannelConfig) -> Result<()> {
        let state = self.payments(&self.erin)?.channel(self.domain().channel_id(channel)).await?;
        let (job, policy) = (Job { duration: 600, price: BILL }, Policy { margin: HOUR, exposure: BILL });
        let safe_until = serve_channel(channel, state, 0, job, policy, self.now())?;
        let hours = (safe_until - self.now()) / HOUR;
        self.ledger.read("before serving, ask for how long it must stay", "erin", &format!("{hours} hours"));
        Ok(())
    }

    /// Returns what can be claimed when half of the tokens are there, and when all are.
    pub(super) fn buy_tokens(&mut self, channel: &ChannelConfig) -> Result<Vec<Claim>> {
        let (domain, price) = (self.domain(), Price { unit: "llm_token".into(), per_unit: PRICE });
        let limits = Limits { deposit: DEPOSIT, exposure: CHUNK * PRICE };
        let mut till = Till::new(domain, channel.receiver, channel.receiver_authorizer, channel.token);
        let id = till.watch(*channel, DEPOSIT, 0)?;
        let mut counted_by_erin = Meter::new(id, 0, price, limits);
        let mut counted_by_agent = counted_by_erin.clone();
        let mut claims = Vec::new();
        for chunk in 1..=CHUNKS {
            let tokens = format!("fifty tokens of it, part {chunk}");
            let delivery = Delivery::new(b"a long story", tokens.as_bytes(), CHUNK);
            till.earn(id, counted_by_erin.record(delivery)?)?;
            counted_by_agent.record(delivery)?;
            let signed = counted_by_agent.sign(&domain, &self.agent)?;
            let voucher = signed.voucher;
            till.accept(signed)?;
            counted_by_erin.note(&voucher)?;
            if [CHUNKS / 2, CHUNKS].contains(&chunk) {
                claims.extend(till.claims(0));
            }
        }
        let unclaimed = till.unclaimed();
        ensure!(unclaimed == BILL, "the till has {unclaimed} instead of {BILL}");
        let promised = format!("{} promised, off chain", aia(U256::from(BILL)));
        self.ledger.read("buy 1000 tokens, sign a voucher for each 50", "agent", &promised);
        Ok(claims)
    }

    pub(super) async fn withdraw_at_once(&mut self, channel: &ChannelConfig) -> Result<()> {
        let config = abi_channel(channel);
        let announce = IStreamPayments::initiateWithdrawCall { config: config.clone(), amount: u128::MAX };
        let withdraw = IStreamPayments::finalizeWithdrawCall { config };
        let calls = vec![announce.abi_encode().into(), withdraw.abi_encode().into()];
        let refusal = refused(self.payments(&self.agent)?.contract().multicall(calls)).await?;
        self.ledger.read("ATTACK announce and withdraw in one call", "agent", &refusal);
        Ok(())
    }

    pub(super) async fn claim(&mut self, mut claims: Vec<Claim>) -> Result<()> {
        let Some(mut raised) = claims.first().cloned() else { bail!("there is nothing to claim") };
        let id = raised.voucher.voucher.channel_id;
        raised.voucher.voucher.max_claimable_amount = DEPOSIT;
        raised.total_claimed = DEPOSIT;
        claims.insert(1, raised);
        let rows = pack(&claims, claims.len())?;
        let claimed = self.payments(&self.operator)?.claim_packed(&rows[0]).await?;
        ensure!(claimed.skipped == [(id, UNSIGNED)], "the raised voucher must be skipped: {claimed:?}");
        ensure!(claimed.totals == [(id, BILL / 2), (id, BILL)], "both good vouchers must be paid: {claimed:?}");
        let result = format!("erin earned {}, the raised one is skipped", aia(claimed.net));
        self.done("claim three rows, one raised to all 25 AIA", "operator", &result);
        Ok(())
    }

    pub(super) async fn bring_the_rest_home(&mut self, channel: &ChannelConfig) -> Result<()> {
        let agent = self.agent.address();
        let refunded = self.payments(&self.operator)?.refund(channel, u128::MAX).await?;
        ensure!(refunded == DEPOSIT - BILL, "the agent must get back the rest, not {refunded}");
        let rest = format!("{} on the agent's ledger", aia(U256::from(refunded)));
        self.done("refund what the agent did not spend", "operator", &rest);
        self.payments(&self.relayer)?.settle(agent, self.token).await?;
        let has = self.token(&self.relayer)?.balanceOf(agent).call().await?;
        ensure!(has == units(30), "the agent must have what it did not spend, not {has}");
        self.done("send it to the agent's wallet", "relayer", &format!("agent has {}", aia(has)));

        let info = self.api.chain().latest().info(agent);
        ensure!(info.balance.is_zero() && info.nonce == 0, "the agent must have neither ETH nor sent anything");
        self.ledger.read("look at the agent's ETH and transactions", "anyone", "none, and none");
        Ok(())
    }
}
