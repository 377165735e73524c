//! A payer's signature is for one message of one contract on one chain: with anything changed it is not taken.

use aia_abi::{IAIAToken as T, IStreamPayments as P};
use aia_client::payments::{
    ChannelConfig, Claim, SignedTransfer, Transfer, Usage, Voucher, channel::abi_channel, contract::Source,
    packed::pack,
};
use aia_tests::{
    actions::event,
    payments::{COIN, without_ether},
};
use alloy::primitives::{Address, B256, U256};
use eyre::Result;

use super::scene::Scene;

/// The payer's side did not sign.
const UNSIGNED: u8 = 2;
/// The channel has nothing left.
const EMPTY: u8 = 4;

#[tokio::test(flavor = "multi_thread")]
async fn a_voucher_is_for_its_own_channel_and_amount_only() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, operator, rival, domain, config, .. } = &scene;
    let other_key = without_ether("another key")?.address();
    let changed = [
        ChannelConfig { payer: market.stranger().address(), ..*config },
        ChannelConfig { payer_authorizer: other_key, ..*config },
        ChannelConfig { receiver: rival.address(), ..*config },
        ChannelConfig { withdraw_delay: config.withdraw_delay + 1, ..*config },
        ChannelConfig { salt: B256::ZERO, ..*config },
    ];
    let operated_by_another = ChannelConfig { receiver_authorizer: rival.address(), ..*config };
    // All of them could pay.
    for channel in changed.iter().chain([config, &operated_by_another]) {
        scene.deposit(channel).await?;
    }
    let good = scene.claim(config, domain, None)?;
    let moved = |config: ChannelConfig| Claim { config, ..good.clone() };
    let mut rows: Vec<_> = changed.into_iter().map(|config| (moved(config), UNSIGNED)).collect();
    rows.push((moved(ChannelConfig { token: Address::repeat_byte(0x25), ..*config }), EMPTY));
    for amount in [COIN - 1, COIN + 1] {
        let mut other = good.clone();
        other.voucher.voucher.max_claimable_amount = amount;
        rows.push((other, UNSIGNED));
    }
    for domain in scene.elsewhere() {
        rows.push((scene.claim(config, &domain, None)?, UNSIGNED));
    }

    // One of them alone is refused, all of them among others are passed over.
    let (by_operator, by_provider) = (market.payments_as(operator)?, market.payments_as(&market.provider)?);
    for (row, reason) in &rows {
        let (channel_id, reason) = scene.skipped(row, *reason);
        let refused = P::ClaimRefused { channelId: channel_id, reason };
        market.net().refuses(&by_operator.claim(vec![row.abi()?]), refused).await?;
    }
    let by_rival = moved(operated_by_another);
    let refused = P::ClaimRefused { channelId: domain.channel_id(&operated_by_another), reason: UNSIGNED };
    market.net().refuses(&by_provider.claim(vec![by_rival.abi()?]), refused).await?;
    let skipped = rows.iter().map(|(row, reason)| scene.skipped(row, *reason)).collect();
    let batch: Vec<_> = rows.into_iter().map(|(row, _)| row).chain([good]).collect();
    assert_eq!(scene.client(operator)?.claim(&batch).await?, scene.one_of(skipped));
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_usage_voucher_is_for_its_own_units_and_root_only() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, operator, domain, config, .. } = &scene;
    scene.deposit(config).await?;
    let usage = Usage { units: 300, root: B256::repeat_byte(0x0a) };
    let good = scene.claim(config, domain, Some(usage))?;
    let with = |amount: u128, usage: Usage| {
        let mut row = good.clone();
        row.voucher.voucher = Voucher { max_claimable_amount: amount, usage: Some(usage), ..row.voucher.voucher };
        row
    };
    let mut rows = vec![
        with(COIN + 1, usage),
        with(COIN, Usage { units: 301, ..usage }),
        with(COIN, Usage { root: B256::ZERO, ..usage }),
        Claim { config: ChannelConfig { salt: B256::ZERO, ..*config }, ..good.clone() },
    ];
    scene.deposit(&rows[3].config).await?;
    for domain in scene.elsewhere() {
        rows.push(scene.claim(config, &domain, Some(usage))?);
    }
    // One that says nothing of usage is no usage voucher, and the other way round.
    let mut plain = scene.claim(config, domain, None)?;
    plain.voucher.voucher.usage = Some(usage);
    rows.push(plain);
    let mut used = good.clone();
    used.voucher.voucher.usage = None;
    let by_operator = market.payments_as(operator)?;
    let refused = P::ClaimRefused { channelId: domain.channel_id(config), reason: UNSIGNED };
    market.net().refuses(&by_operator.claim(vec![used.abi()?]), refused).await?;

    let skipped = rows.iter().map(|row| scene.skipped(row, UNSIGNED)).collect();
    rows.push(good);
    let packed = pack(&rows, rows.len())?;
    assert_eq!(packed.len(), 1);
    assert_eq!(packed[0].unpack(domain, config.token)?.last(), rows.last());
    assert_eq!(scene.client(operator)?.claim_packed(&packed[0]).await?, scene.one_of(skipped));
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signed_deposit_is_for_its_own_channel_and_amount_only() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, domain, .. } = &scene;
    let (net, anyone) = (market.net(), market.stranger());
    let agent = without_ether("an agent")?;
    market.give(agent.address(), 3 * COIN).await?;
    let config = ChannelConfig { payer: agent.address(), ..scene.config };
    let other = ChannelConfig { salt: B256::ZERO, ..config };
    let payments = market.payments_as(&anyone)?;
    let valid = 0..net.now() + 3_600;
    let signed = Transfer::to_channel(domain, &config, COIN, valid.clone()).sign(&agent)?;
    signed.verify()?;

    let told = |transfer| SignedTransfer { transfer, signature: signed.signature.clone() }.collector_data();
    let transfer = || signed.transfer.clone();
    let submit =
        |config: &ChannelConfig, amount, data| payments.deposit(abi_channel(config), amount, market.payments, data);
    let spoiled = [
        (other, COIN, told(transfer())),
        (config, COIN - 1, told(transfer())),
        (config, COIN, told(Transfer { salt: B256::ZERO, ..transfer() })),
        (config, COIN, told(Transfer { valid: 0..valid.end + 1, ..transfer() })),
    ];
    for (config, amount, data) in spoiled {
        net.refuses(&submit(&config, amount, data), T::ERC3009InvalidSignature {}).await?;
    }

    let client = scene.client(&anyone)?;
    assert_eq!(client.deposit(&config, COIN, Source::Authorization(&signed)).await?, COIN);
    let nonce = signed.transfer.authorization().nonce;
    let used = T::ERC3009UsedAuthorization { authorizer: agent.address(), nonce };
    net.refuses(&submit(&config, COIN, signed.collector_data()), used).await?;
    let to_ledger = Transfer::to_ledger(domain, config.token, agent.address(), 2 * COIN, valid).sign(&agent)?;
    let receipt = client.fund_with(&to_ledger).await?;
    let funded = P::Funded { account: agent.address(), from: agent.address(), amount: U256::from(2 * COIN) };
    market.assert_logged(&receipt, &[event(&funded)]);
    market.assert_free(&agent, 2 * COIN).await?;
    market.assert_adds_up().await
}
