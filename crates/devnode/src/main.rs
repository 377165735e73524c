//! A development chain in a terminal.

use std::net::IpAddr;

use aia_devnode::{NodeConfig, config};
use clap::Parser;
use eyre::Result;

/// An Arbitrum development chain that runs Stylus programs, in one process and without Docker
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Port to listen on, for HTTP and WebSocket alike; 0 for any
    #[arg(long, default_value_t = 8547)]
    port: u16,
    /// Chain id
    #[arg(long, default_value_t = 412_346)]
    chain_id: u64,
}

#[tokio::main]
async fn main() -> Result<()> {
    let Cli { host, port, chain_id } = Cli::parse();
    let (_api, node) = aia_devnode::spawn(NodeConfig { host, port, chain_id, ..NodeConfig::default() }).await?;
    println!("AIA devnode {}, chain {chain_id}", env!("CARGO_PKG_VERSION"));
    println!("HTTP  {}\nWS    {}\n", node.http_url(), node.ws_url());
    println!("accounts with 1000 ETH each; the keys are public, use them for nothing of value:");
    let accounts = std::iter::once(config::dev_account()).chain(config::test_accounts());
    for (index, account) in accounts.enumerate() {
        let role = if index == 0 { "chain owner" } else { "" };
        println!("  {} key {} {role}", account.address(), account.to_bytes());
    }
    tokio::signal::ctrl_c().await?;
    println!("stopping");
    Ok(())
}
