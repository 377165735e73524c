//! The Solidity contracts that tests put beside ours, compiled or taken out of their packages on first use.

use std::{
    path::{Path, PathBuf},
    process::Command,
    sync::OnceLock,
    time::SystemTime,
};

use alloy::{
    json_abi::JsonAbi,
    primitives::{Bytes, hex},
};
use eyre::{Context, Result, bail, eyre};
use serde_json::Value;

use crate::network::root;

/// A compiled contract.
#[derive(Clone, Debug)]
pub struct Peer {
    /// Its interface.
    pub abi: JsonAbi,
    /// What deploys it, without constructor arguments.
    pub bytecode: Bytes,
}

/// Returns a contract of `tests/js/peers` by name, `SablierFlow`, or `IAIAToken`, which has no code.
///
/// # Errors
/// When Node.js is missing, a source does not compile or none declares `name`.
pub fn artifact(name: &str) -> Result<Peer> {
    let path = directory()?.join(format!("{name}.json"));
    let text = std::fs::read_to_string(&path).wrap_err_with(|| format!("no peer {name}"))?;
    let json: Value = serde_json::from_str(&text)?;
    let bytecode = json["bytecode"].as_str().ok_or_else(|| eyre!("{} has no bytecode", path.display()))?;
    Ok(Peer { abi: serde_json::from_value(json["abi"].clone())?, bytecode: hex::decode(bytecode)?.into() })
}

/// Returns the directory of the compiled peers, as `tests/js/story.mjs` reads it.
///
/// # Errors
/// As [`artifact`].
pub fn directory() -> Result<PathBuf> {
    static COMPILED: OnceLock<Result<PathBuf, String>> = OnceLock::new();
    COMPILED.get_or_init(|| compile().map_err(|error| format!("{error:#}"))).clone().map_err(|error| eyre!(error))
}

/// Returns the directory of the JavaScript clients, with their packages installed.
///
/// # Errors
/// As [`artifact`].
pub fn scripts() -> Result<PathBuf> {
    directory()?;
    Ok(root().join("tests/js"))
}

/// Compiles what has changed. Test programs run side by side, so a lock on a file lets one at a time in.
fn compile() -> Result<PathBuf> {
    let (scripts, out) = (root().join("tests/js"), root().join("target/peers"));
    std::fs::create_dir_all(&out)?;
    let lock = std::fs::File::create(out.join(".lock"))?;
    lock.lock()?;
    let (packages, stamp) = (scripts.join("node_modules/.package-lock.json"), out.join(".compiled"));
    if modified(&packages) < modified(&scripts.join("package-lock.json")) {
        run(Command::new("npm").arg("ci").current_dir(&scripts))?;
    }
    let mut sources = vec![
        scripts.join("compile.mjs"),
        scripts.join("package-lock.json"),
        root().join("contracts/aia-token/IAIAToken.sol"),
    ];
    for entry in std::fs::read_dir(scripts.join("peers"))? {
        sources.push(entry?.path());
    }
    let newest = sources.iter().map(|source| modified(source)).max();
    if modified(&stamp) < newest.flatten() {
        run(Command::new("node").arg("compile.mjs").arg(out.canonicalize()?).current_dir(&scripts))?;
        std::fs::write(stamp, "")?;
    }
    Ok(out)
}

/// Returns when a file was written last; `None`, which is before everything, if it is not there.
fn modified(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.output().wrap_err_with(|| format!("{command:?} does not start"))?;
    if !output.status.success() {
        let (out, error) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        bail!("{command:?} failed:\n{out}{error}");
    }
    Ok(())
}
