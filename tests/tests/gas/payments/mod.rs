//! What payments cost, beside Sablier Flow on the same node and beside what the study of payments has measured; the
//! table goes to `target/gas-payments.md`.
//!
//! Figures are `gasUsed` of whole transactions, refunds taken off.

mod bench;
mod calldata;
mod crowd;
mod figures;
mod report;
mod sablier;

use aia_deploy::PaymentsConfig;
use aia_devnode::{Api, chain::Included};
use aia_tests::{
    common::{
        Message, deploy_peer,
        gas::{cache, grouped},
        send,
    },
    network::root,
    payments::{Market, STAKE, add_payments, payments_config},
    staking::{aia, supply},
};
use alloy::{primitives::Address, sol_types::SolCall};
use eyre::{Result, ensure};

use self::{
    bench::Bench,
    crowd::{Crowd, SIZES},
    report::report,
    sablier::Sablier,
};

/// What one operation costs.
#[derive(Clone, Copy, Debug)]
struct Row {
    operation: &'static str,
    gas: u64,
}

#[tokio::test(flavor = "multi_thread")]
async fn gas_beside_the_peers() -> Result<()> {
    let market = Market::start().await?;
    let net = market.net();
    // A payee whom the payments contract does not know yet.
    market.staking.serving(&net.account(2), aia(STAKE)).await?;
    let peer_token = deploy_peer(&net.api, net.owner.address(), supply())?;
    let config = PaymentsConfig { token: peer_token, ..payments_config(&market.staking) };
    let on_peer_token = add_payments(net, config).await?;

    let uncached = Bench::new(&market, market.payments, net.token).run_and_undo()?;
    cache_programs(&market)?;
    let cached = Bench::new(&market, market.payments, net.token).run_and_undo()?;
    let on_peer_token = Bench::new(&market, on_peer_token, peer_token).run_and_undo()?;
    let sablier = Sablier::deploy(net, peer_token).await?.run_and_undo()?;

    let report = report(&cached, &uncached, &on_peer_token, &sablier)?;
    std::fs::write(root().join("target/gas-payments.md"), &report)?;
    println!("{report}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_costs_more_the_more_streams_there_are() -> Result<()> {
    let market = Market::start().await?;
    cache_programs(&market)?;
    let mut crowd = Crowd::new(&market)?;
    let mut costs = Vec::new();
    for size in SIZES {
        crowd.grow(size)?;
        let measured = crowd.measure()?;
        println!("{:>7} streams of one payee: {measured:?}", grouped(size));
        costs.push(measured);
    }
    for (size, measured) in SIZES.iter().zip(&costs) {
        assert_eq!(measured, &costs[0], "with {size} streams, and with {}", SIZES[0]);
    }
    Ok(())
}

/// Lets the chain's owner cache token, registry and payments contract.
fn cache_programs(market: &Market) -> Result<()> {
    let net = market.net();
    [net.token, market.staking.registry, market.payments]
        .into_iter()
        .try_for_each(|program| cache(&net.api, net.owner.address(), program))
}

/// Makes a call that must succeed, at an instant, Unix seconds.
fn call_at(api: &Api, instant: u64, from: Address, to: Address, call: &impl SolCall) -> Result<Included> {
    api.chain().set_next_time(instant)?;
    let included = send(api, Message::call(from, to, call.abi_encode()))?;
    ensure!(included.success, "reverted: {included:?}");
    Ok(included)
}

/// Like [`call_at`], a second after the latest block.
fn call_next(api: &Api, from: Address, to: Address, call: &impl SolCall) -> Result<Included> {
    let instant = api.chain().head().header.timestamp + 1;
    call_at(api, instant, from, to, call)
}
