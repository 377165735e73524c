//! A development chain in a terminal.

mod ledger;

use std::{net::IpAddr, path::PathBuf};

use aia_devnode::{NodeConfig, arbos, config};
use alloy::primitives::{Address, U256, utils::parse_ether};
use anstream::println;
use anstyle::{AnsiColor, Style};
use clap::{Parser, builder::PossibleValuesParser};
use eyre::{Result, WrapErr, eyre};

/// An Arbitrum development chain that runs Stylus programs, in one process and without Docker
///
/// It begins as nitro-devnode does: chain id 412346, the public development account as owner, the
/// CREATE2 factory, a cache manager and StylusDeployer at their addresses, data for free. Each
/// transaction gets a block at once.
#[derive(Debug, Parser)]
#[command(version, after_help = EXAMPLES)]
struct Cli {
    /// Address to listen on
    #[arg(long, default_value = "127.0.0.1", help_heading = "Server")]
    host: IpAddr,
    /// Port to listen on, for HTTP and WebSocket alike; 0 for any
    #[arg(long, default_value_t = 8547, help_heading = "Server")]
    port: u16,
    /// Keep the chain in this file, from one run to the next
    #[arg(long, value_name = "FILE", help_heading = "Server")]
    state: Option<PathBuf>,
    /// Chain id
    #[arg(long, default_value_t = 412_346, help_heading = "Chain")]
    chain_id: u64,
    /// ArbOS version whose rules hold
    #[arg(long, default_value = "51", value_parser = PossibleValuesParser::new(["40", "41", "50", "51"]), help_heading = "Chain")]
    arbos: String,
    /// Begin as a bare `nitro --dev` does: nothing is deployed, and data costs 50 gwei per unit
    #[arg(long, help_heading = "Chain")]
    bare: bool,
    /// Leave the base fee at its minimum, however busy the chain is
    #[arg(long, help_heading = "Chain")]
    no_congestion: bool,
    /// Ether that each funded account begins with
    #[arg(long, value_name = "ETHER", default_value = "1000", value_parser = ether, help_heading = "Chain")]
    balance: U256,
    /// Time of the genesis block, Unix seconds [default: now]
    #[arg(long, value_name = "SECONDS", help_heading = "Chain")]
    timestamp: Option<u64>,
    /// Call a contract by this name in the output; may be repeated
    #[arg(long, value_name = "ADDRESS=NAME", value_parser = named, help_heading = "Output")]
    name: Vec<(Address, String)>,
    /// Print nothing but errors
    #[arg(long, short, help_heading = "Output")]
    quiet: bool,
}

const EXAMPLES: &str = "\
Examples:
  aia-devnode                             listen on 127.0.0.1:8547
  aia-devnode --port 0 --state dev.chain  any free port; go on where the last run ended
  aia-devnode --bare --arbos 40           a bare chain of an older version
  cargo stylus deploy --endpoint http://127.0.0.1:8547 --private-key KEY";

const STRONG: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();
const LINK: Style = AnsiColor::Cyan.on_default();

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let config = NodeConfig {
        chain_id: cli.chain_id,
        host: cli.host,
        port: cli.port,
        genesis_time: cli.timestamp,
        balance: cli.balance,
        arbos: cli.arbos.parse()?,
        set_up: !cli.bare,
        congestion: !cli.no_congestion,
        state: cli.state.clone(),
    };
    let (api, node) = aia_devnode::spawn(config).await?;
    if !cli.quiet {
        // Who has read the URL may send at once: the ledger listens before.
        let blocks = api.subscribe_blocks();
        banner(&cli, &node);
        tokio::spawn(ledger::print(api, blocks, cli.name));
    }
    tokio::signal::ctrl_c().await.wrap_err("cannot wait for ctrl-c")?;
    if !cli.quiet {
        println!("stopping");
    }
    Ok(())
}

fn banner(cli: &Cli, node: &aia_devnode::NodeHandle) {
    let version = env!("CARGO_PKG_VERSION");
    let (chain_id, arbos) = (cli.chain_id, &cli.arbos);
    println!("{STRONG}AIA devnode {version}{STRONG:#}  chain {chain_id}, ArbOS {arbos}");
    println!("  HTTP  {LINK}{}{LINK:#}", node.http_url());
    println!("  WS    {LINK}{}{LINK:#}", node.ws_url());
    if let Some(file) = &cli.state {
        println!("  state {}", file.display());
    }
    println!("\n{STRONG}accounts{STRONG:#}  {DIM}everybody knows these keys: use them for nothing of value{DIM:#}");
    let accounts = std::iter::once(config::dev_account()).chain(config::test_accounts());
    for (index, account) in accounts.enumerate() {
        let role = if index == 0 { "  chain owner" } else { "" };
        println!("  {}  {DIM}{}{DIM:#}{role}", account.address(), account.to_bytes());
    }
    println!();
}

fn ether(text: &str) -> Result<U256> {
    parse_ether(text).map_err(|error| eyre!("not an amount of ether: {error}"))
}

fn named(text: &str) -> Result<(Address, String)> {
    let (address, name) = text.split_once('=').ok_or_else(|| eyre!("expected ADDRESS=NAME"))?;
    Ok((address.parse().map_err(|error| eyre!("not an address: {error}"))?, name.to_owned()))
}

/// The versions that the command line offers are those that the node knows.
const _: () = assert!(arbos::VERSIONS.len() == 4 && arbos::VERSIONS[0] == 40 && arbos::VERSIONS[3] == 51);
