//! An authorizer's signature is for one message: with anything changed the contract does not take it.

use aia_abi::IStreamPayments as P;
use aia_client::payments::{
    ChannelConfig, ClaimBatch, Refund,
    channel::abi_channel,
    claim::{abi_claims, batch},
    contract::Claimed,
};
use aia_tests::payments::COIN;
use alloy::primitives::{B256, U256};
use eyre::{OptionExt, Result};

use super::scene::{FEE, NET, Scene};

#[tokio::test(flavor = "multi_thread")]
async fn an_authorizer_signs_for_exactly_these_rows_in_this_order() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, operator, domain, config, .. } = &scene;
    let mut claims = Vec::new();
    for salt in 1..=4 {
        let channel = ChannelConfig { salt: B256::with_last_byte(salt), ..*config };
        scene.deposit(&channel).await?;
        claims.push(scene.claim(&channel, domain, None)?);
    }
    let single = claims.pop().ok_or_eyre("nobody signed")?;
    let (net, anyone) = (market.net(), market.stranger());
    let payments = market.payments_as(&anyone)?;
    let refused = || P::InvalidSignature { signer: operator.address() };
    let signature = domain.sign(&batch(&claims), operator)?;

    let mut less = claims.clone();
    less[1].total_claimed -= 1;
    let mut higher = claims.clone();
    higher[1].voucher.voucher.max_claimable_amount += 1;
    let mut other = claims.clone();
    other[1] = single.clone();
    let mut swapped = claims.clone();
    swapped.swap(0, 1);
    for rows in [less, higher, other, swapped, claims[..2].to_vec(), [claims.as_slice(), &claims[2..]].concat()] {
        let call = payments.claimWithSignature(abi_claims(&rows)?, signature.clone());
        net.refuses(&call, refused()).await?;
    }
    for domain in scene.elsewhere() {
        let call = payments.claimWithSignature(abi_claims(&claims)?, domain.sign(&batch(&claims), operator)?);
        net.refuses(&call, refused()).await?;
    }
    let empty = domain.sign(&ClaimBatch { claims: Vec::new() }, operator)?;
    net.refuses(&payments.claimWithSignature(Vec::new(), empty), P::EmptyBatch {}).await?;

    // As they were signed anybody may submit them: three rows, and one.
    let claimed = scene.client(&anyone)?.claim_with_signature(&claims, signature).await?;
    let totals = claims.iter().map(|claim| (domain.channel_id(&claim.config), COIN)).collect();
    let (net_of_three, fee) = (U256::from(3 * NET), U256::from(3 * FEE));
    assert_eq!(claimed, Claimed { totals, skipped: Vec::new(), net: net_of_three, fee });
    let one = [single];
    let claimed = scene.client(&anyone)?.claim_with_signature(&one, domain.sign(&batch(&one), operator)?).await?;
    assert_eq!((claimed.totals.len(), claimed.net), (1, U256::from(NET)));
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refund_is_for_its_own_channel_nonce_and_amount_only() -> Result<()> {
    let scene = Scene::start().await?;
    let Scene { market, operator, domain, config, .. } = &scene;
    let other = ChannelConfig { salt: B256::ZERO, ..*config };
    scene.deposit(config).await?;
    scene.deposit(&other).await?;
    let (net, anyone, zero, one) = (market.net(), market.stranger(), U256::ZERO, U256::ONE);
    let payments = market.payments_as(&anyone)?;
    let refused = || P::InvalidSignature { signer: operator.address() };
    let refund = Refund { channel_id: domain.channel_id(config), nonce: zero, amount: COIN };
    let signature = domain.sign(&refund, operator)?;
    let submit = |config: &ChannelConfig, amount, nonce, signature| {
        payments.refundWithSignature(abi_channel(config), amount, nonce, signature)
    };
    net.refuses(&submit(config, COIN + 1, zero, signature.clone()), refused()).await?;
    net.refuses(&submit(&other, COIN, zero, signature.clone()), refused()).await?;
    let next = domain.sign(&Refund { nonce: one, ..refund }, operator)?;
    net.refuses(&submit(config, COIN, zero, next.clone()), refused()).await?;
    for domain in scene.elsewhere() {
        net.refuses(&submit(config, COIN, zero, domain.sign(&refund, operator)?), refused()).await?;
    }
    let early = P::InvalidRefundNonce { channelId: refund.channel_id, nonce: one, expected: zero };
    net.refuses(&submit(config, COIN, one, next.clone()), early).await?;

    let client = scene.client(&anyone)?;
    assert_eq!(client.refund_with_signature(config, COIN, zero, signature.clone()).await?, COIN);
    let used = P::InvalidRefundNonce { channelId: refund.channel_id, nonce: zero, expected: one };
    net.refuses(&submit(config, COIN, zero, signature), used).await?;
    assert_eq!(client.refund_with_signature(config, COIN, one, next).await?, COIN);
    market.assert_channel(&abi_channel(config), 8 * COIN, 0).await?;
    let state = client.channel(refund.channel_id).await?;
    assert_eq!((state.balance, state.claimed, state.refunds, state.closed), (8 * COIN, 0, 2, false));
    market.assert_adds_up().await
}
