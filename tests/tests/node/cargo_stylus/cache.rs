//! Bidding for a place in the cache of programs.

use aia_devnode::{NodeConfig, config::dev_account};
use aia_tests::{network::connect, probe::IProbe};
use alloy::primitives::{Address, address};
use eyre::Result;

use crate::cargo_stylus::tool::{Desk, after, file};

/// Where nitro-devnode puts its stand-in for the cache manager.
const CACHE_MANAGER: Address = address!("a6e41ffd769491a42a6e5ce453259b93983a22ef");

#[tokio::test(flavor = "multi_thread")]
async fn a_bid_caches_a_program_which_is_cheaper_to_enter_then() -> Result<()> {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let desk = Desk::at(&node);
    let text = desk.send("deploy", &["--no-verify", "--wasm-file", &file("probe")?]).await?.succeeded();
    let address: Address = after(&text, "deployed code at address: ")?.parse()?;
    let probe = IProbe::new(address, connect(&node.http_url(), &dev_account())?);
    let address = address.to_string();
    let before = probe.increment().estimate_gas().await?;

    let status = desk.ask("cache status", &["--address", &address]).await?.succeeded();
    assert_eq!(after(&status, "Cache manager address: ")?.parse::<Address>()?, CACHE_MANAGER);
    assert_eq!(after(&status, "Cache manager status: ")?, "active");
    assert!(status.contains("Cache size: ") && status.contains("Queue size: "), "{status}");
    for size in ["8kb", "16kb", "24kb"] {
        assert!(status.contains(&format!("Minimum bid for {size:?} contract: 0")), "{status}");
    }
    assert!(status.contains("bids of size 0 are accepted") && status.contains("is not yet cached"), "{status}");
    let suggestion = desk.ask("cache suggest-bid", &[&address]).await?.succeeded();
    assert!(suggestion.contains(&format!("Minimum bid for contract {address}: 0")), "{suggestion}");

    let bid = desk.send("cache bid", &[&address, "0"]).await?.succeeded();
    assert!(bid.contains("Successfully cached contract at address: "), "{bid}");
    assert!(bid.contains("Sent Stylus cache bid tx with hash: "), "{bid}");
    let status = desk.ask("cache status", &["--address", &address]).await?.succeeded();
    assert!(status.contains("is cached"), "{status}");
    let cached = probe.increment().estimate_gas().await?;
    assert!(cached < before, "{cached} gas when cached, {before} before");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_not_active_finds_no_place_in_the_cache() -> Result<()> {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let desk = Desk::at(&node);
    let wasm = file("probe")?;
    let text = desk.send("deploy", &["--no-verify", "--no-activate", "--wasm-file", &wasm]).await?.succeeded();
    let address = after(&text, "deployed code at address: ")?;

    // ArbOS sees a program of version 0, and the stand-in for the cache manager passes on what ArbOS says.
    let bid = desk.send("cache bid", &[address, "0"]).await?.failed();
    assert!(bid.contains("execution reverted: error ProgramNeedsUpgrade(0, "), "{bid}");

    let status = desk.ask("cache status", &["--address", address]).await?.succeeded();
    assert!(status.contains("is not yet cached"), "{status}");
    Ok(())
}
