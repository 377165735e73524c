//! Builds the contracts' WASM.

mod build;
mod program;
mod toolchain;

use std::path::{Path, PathBuf};

use clap::Parser;
use eyre::Result;

use crate::{build::Order, toolchain::Toolchain};

/// Build the contracts to WASM, each program alone, and check what comes out.
#[derive(Debug, Parser)]
#[command(name = "build-contracts")]
struct Cli {
    /// Build only this contract, by the name of its folder
    contract: Option<String>,
    /// Build also what only tests deploy: the token of openzeppelin-stylus and the programs in tests/programs
    #[arg(long)]
    oracle: bool,
    /// Build although nothing changed
    #[arg(long)]
    force: bool,
    /// Print the variables for cargo-stylus to build with, as shell exports, and build nothing
    #[arg(long)]
    env: bool,
    /// Where the WASM and its manifest go
    #[arg(long, default_value = "target/contracts")]
    out: PathBuf,
}

fn main() -> Result<()> {
    let cli = Cli::parse();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize()?;
    std::env::set_current_dir(&root)?;
    if cli.env {
        println!("unset {}", build::OVERRIDING.join(" "));
        for (name, value) in build::environment(&Toolchain::find()?)? {
            println!("export {name}='{}'", value.display());
        }
        return Ok(());
    }
    build::build(&cli.out, &Order { only: cli.contract.as_deref(), oracle: cli.oracle, force: cli.force })
}
