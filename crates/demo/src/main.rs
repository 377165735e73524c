//! Plays the economy's story on the embedded chain and prints its ledger.

mod ledger;
mod story;

use std::path::{Path, PathBuf};

use aia_devnode::NodeConfig;
use clap::Parser;
use eyre::{Context, Result};

/// Play the token's story on an embedded Arbitrum chain and print what happened
#[derive(Debug, Parser)]
#[command(name = "demo")]
struct Cli {
    /// Stay up afterwards, for wallets and scripts
    #[arg(long)]
    serve: bool,
    /// Port to listen on; any free one unless serving on 8547
    #[arg(long)]
    port: Option<u16>,
    /// The token's WASM
    #[arg(long, default_value = "target/contracts/aia_token.wasm")]
    program: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let default_port = if cli.serve { 8547 } else { 0 };
    let config = NodeConfig { port: cli.port.unwrap_or(default_port), ..NodeConfig::default() };
    let chain_id = config.chain_id;
    let (api, node) = aia_devnode::spawn(config).await?;
    println!("an Arbitrum chain of its own, id {chain_id}, at {}\n", node.http_url());

    let wasm = read(&cli.program)?;
    let token = story::play(&api, &node.http_url(), &wasm).await?;

    if cli.serve {
        println!("\nserving {} with the token at {token}; stop with ctrl-c", node.http_url());
        tokio::signal::ctrl_c().await?;
    }
    Ok(())
}

fn read(path: &Path) -> Result<Vec<u8>> {
    std::fs::read(path).wrap_err_with(|| format!("no {}: run ./scripts/build-contracts first", path.display()))
}
