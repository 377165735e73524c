//! Several calls in one.

use aia_abi::IStreamPayments as P;
use aia_tests::payments::{COIN, MILLI, Market, PURSE};
use alloy::{
    primitives::{Address, Bytes, U256},
    sol_types::{SolCall, SolValue},
};
use eyre::{Result, ensure};

/// Encodes a call for a multicall.
fn call(call: &impl SolCall) -> Bytes {
    call.abi_encode().into()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_multicall_is_its_calls_one_after_the_other() -> Result<()> {
    let market = Market::start().await?;
    let (net, consumer) = (market.net(), market.consumer.address());
    let (stream, channel, by_consumer) =
        (market.stream(0, 1), market.channel(1), market.payments_as(&market.consumer)?);
    let (amount, job) = (U256::from(7 * COIN), stream.jobId);
    let open = P::openStreamCall { payee: stream.payee, rate: MILLI, notice: 0, jobId: job, deposit: 5 * COIN };
    let deposit = P::depositCall {
        config: channel.clone(),
        amount: 3 * COIN,
        collector: Address::ZERO,
        collectorData: Bytes::new(),
    };
    let calls = vec![
        call(&open),
        call(&P::topUpStreamCall { config: stream.clone(), amount: COIN }),
        call(&deposit),
        call(&P::withdrawCall { to: consumer, amount }),
        call(&P::setLedgerLockCall { locked: false }),
    ];

    let snapshot = net.api.chain().snapshot();
    net.send(&by_consumer.openStream(stream.payee, MILLI, 0, job, 5 * COIN)).await?;
    net.send(&by_consumer.topUpStream(stream.clone(), COIN)).await?;
    net.send(&by_consumer.deposit(channel, 3 * COIN, Address::ZERO, Bytes::new())).await?;
    net.send(&by_consumer.withdraw(consumer, amount)).await?;
    net.send(&by_consumer.setLedgerLock(false)).await?;
    let (expected, now) = (market.books().await?, net.now());
    ensure!(net.api.chain().revert(snapshot)?, "the snapshot is gone");

    let multicall = by_consumer.multicall(calls);
    let results = multicall.call().await?;
    let encoded = [market.stream_id(&stream).abi_encode(), Vec::new(), Vec::new(), amount.abi_encode(), Vec::new()];
    assert_eq!(results, encoded.map(Bytes::from));
    net.send(&multicall).await?;
    assert_eq!(net.now(), now);
    assert_eq!(market.books().await?, expected);
    market.assert_free(&market.consumer, PURSE - 16 * COIN).await?;
    market.assert_wallets(&[(consumer, 7 * COIN)], PURSE - 7 * COIN, 0).await?;
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn one_call_that_fails_undoes_all_before_it() -> Result<()> {
    let market = Market::start().await?;
    let (net, account, before) = (market.net(), market.consumer.address(), market.books().await?);
    let by_consumer = market.payments_as(&market.consumer)?;
    let withdraw = |amount: u128| call(&P::withdrawCall { to: account, amount: U256::from(amount) });
    let calls = vec![withdraw(PURSE - COIN), withdraw(2 * COIN), withdraw(COIN)];
    let broke = P::InsufficientLedger { account, free: U256::from(COIN), needed: U256::from(2 * COIN) };
    net.refuses(&by_consumer.multicall(calls), broke).await?;
    assert_eq!(market.books().await?, before);
    market.assert_wallets(&[(account, 0)], PURSE, 0).await?;

    // None at all are done as well.
    assert!(by_consumer.multicall(Vec::new()).call().await?.is_empty());
    market.assert_adds_up().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_multicall_within_a_multicall_is_refused() -> Result<()> {
    let market = Market::start().await?;
    let by_consumer = market.payments_as(&market.consumer)?;
    let inner = [vec![call(&P::setLedgerLockCall { locked: false })], Vec::new()];
    for data in inner {
        let calls = vec![call(&P::setLedgerLockCall { locked: false }), call(&P::multicallCall { data })];
        market.net().refuses(&by_consumer.multicall(calls), P::NestedMulticall {}).await?;
    }
    assert!(market.account(market.consumer.address()).await?.locked);
    market.assert_adds_up().await
}
