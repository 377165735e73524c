//! Plays the economy's story on the embedded chain and prints its ledger.

mod governance;
mod ledger;
mod market;
mod payments;
mod stage;
mod story;

use std::path::{Path, PathBuf};

use aia_deploy::{GovernanceAddresses, Governed, Program};
use aia_devnode::NodeConfig;
use clap::Parser;
use eyre::{Context, Result};

use crate::ledger::Ledger;

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
    /// Where the contracts' WASM is
    #[arg(long, default_value = "target/contracts")]
    programs: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    let cli = Cli::parse();
    let default_port = if cli.serve { 8547 } else { 0 };
    let config = NodeConfig { port: cli.port.unwrap_or(default_port), ..NodeConfig::default() };
    let chain_id = config.chain_id;
    let (api, node) = aia_devnode::spawn(config).await?;
    println!("an Arbitrum chain of its own, id {chain_id}, at {}\n", node.http_url());

    let programs = Programs::read(&cli.programs)?;
    let url = node.http_url();
    let mut ledger = Ledger::open();
    ledger.chapter("The token");
    let token = story::play(&api, &url, &programs.token, &mut ledger).await?;
    ledger.chapter("Providers, their stake and the court");
    let market = market::play(&api, &url, token, &programs, &mut ledger).await?;
    ledger.chapter("Streams and vouchers");
    let payments = payments::play(&api, &url, token, market.registry, &programs.payments, &mut ledger).await?;
    ledger.chapter("A proposal from draft to effect");
    let market::Market { registry, court } = market;
    let governed = Governed { token, registry, court, payments };
    let governance = governance::play(&api, &url, governed, &programs, &mut ledger).await?;
    ledger.close();

    if cli.serve {
        let GovernanceAddresses { timelock, governor } = governance;
        println!("\nserving {url} with token {token}, registry {registry}, court {court}, payments {payments},");
        println!("governor {governor}, timelock {timelock}, which owns the others");
        println!("stop with ctrl-c");
        tokio::signal::ctrl_c().await?;
    }
    Ok(())
}

/// The contracts' programs.
pub(crate) struct Programs {
    token: Program,
    registry: Program,
    court: Program,
    payments: Program,
    governor: Program,
    timelock: Program,
}

impl Programs {
    fn read(folder: &Path) -> Result<Self> {
        let program = |name: &str| {
            let path = folder.join(name).with_extension("wasm");
            let missing = || format!("no {}: run ./scripts/build-contracts first", path.display());
            Program::from_wasm(&std::fs::read(&path).wrap_err_with(missing)?)
        };
        let (token, registry) = (program("aia_token")?, program("provider_registry")?);
        let (court, payments) = (program("dispute_court")?, program("stream_payments")?);
        let (governor, timelock) = (program("governor")?, program("timelock")?);
        Ok(Self { token, registry, court, payments, governor, timelock })
    }
}
