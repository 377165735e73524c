//! Builds what changed and writes the manifest.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use alloy_primitives::{B256, Keccak256};
use eyre::{Context, Result, ensure, eyre};
use serde::{Deserialize, Serialize};

use crate::{
    program::{self, Checked},
    toolchain::Toolchain,
};

const TARGET: &str = "wasm32-unknown-unknown";
/// Build artefacts have a folder of their own: std is built anew for the contracts.
const TARGET_DIR: &str = "target/wasm";
/// The oracle stands on another SDK and shares nothing with our contracts.
const ORACLE_TARGET_DIR: &str = "target/wasm-oracle";
/// One frame of a generated router alone can have 8.5 kB: a stack of 8 kB, often seen, traps.
const STACK_BYTES: u32 = 32_768;
/// The variables that would take the place of our flags, or of the compiler itself.
pub(crate) const OVERRIDING: [&str; 3] = ["CARGO_ENCODED_RUSTFLAGS", "RUSTC_WORKSPACE_WRAPPER", "RUSTFLAGS"];
/// The crates that contracts are made of, beside themselves.
const SHARED: [&str; 3] = ["crates/protocol", "crates/calldata", "crates/shell"];

/// What the last build of each program was.
#[derive(Debug, Default, Serialize, Deserialize)]
struct Manifest(BTreeMap<String, Entry>);

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Entry {
    /// Bytes of WASM.
    bytes: usize,
    /// Bytes after brotli, which is what the chain's limit counts.
    compressed_bytes: usize,
    /// Hash of the WASM.
    keccak256: B256,
    /// The compiler.
    toolchain: String,
    /// Hash of everything that the build depends on.
    inputs: B256,
}

/// A program to build.
struct Source {
    /// The name under which it is known.
    name: String,
    /// Its crate.
    folder: PathBuf,
    /// Whether it belongs to another workspace, with a lockfile and a target folder of its own.
    apart: bool,
}

/// What to build.
pub(crate) struct Order<'a> {
    /// Only this contract.
    pub(crate) only: Option<&'a str>,
    /// The programs that only tests deploy, too.
    pub(crate) oracle: bool,
    /// Also what did not change.
    pub(crate) force: bool,
}

/// Builds what is ordered, and writes the programs and their manifest to `out`.
pub(crate) fn build(out: &Path, order: &Order<'_>) -> Result<()> {
    let toolchain = Toolchain::find()?;
    println!("building contracts with {} ({})", toolchain.version, toolchain.origin);
    fs::create_dir_all(out)?;
    let manifest_path = out.join("manifest.json");
    let mut manifest: Manifest =
        fs::read(&manifest_path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default();
    let mut sources = programs("contracts")?;
    sources.retain(|source| order.only.is_none_or(|only| only == source.name));
    ensure!(!sources.is_empty(), "there is no contract {}", order.only.unwrap_or_default());
    if order.oracle {
        sources.push(Source { name: "oz-token".into(), folder: "tests/oracle".into(), apart: true });
        sources.extend(programs("tests/programs")?);
    }
    for source in &sources {
        let name = &source.name;
        let file = out.join(format!("{}.wasm", name.replace('-', "_")));
        let inputs = inputs(source, &toolchain)?;
        let unchanged = manifest.0.get(name).is_some_and(|entry| entry.inputs == inputs) && file.exists();
        if unchanged && !order.force {
            println!("  {name}: unchanged");
            continue;
        }
        let started = Instant::now();
        let wasm = compile(source, &toolchain)?;
        let Checked { compressed_bytes, keccak256 } = program::check(&wasm).wrap_err_with(|| name.clone())?;
        fs::write(&file, &wasm)?;
        println!(
            "  {name}: {} bytes, {compressed_bytes} compressed of {} allowed, in {:.0?}",
            wasm.len(),
            program::MAX_COMPRESSED,
            started.elapsed()
        );
        let version = toolchain.version.clone();
        let entry = Entry { bytes: wasm.len(), compressed_bytes, keccak256, toolchain: version, inputs };
        manifest.0.insert(name.clone(), entry);
        fs::write(&manifest_path, serde_json::to_vec_pretty(&manifest)?)?;
    }
    Ok(())
}

/// Returns the programs of our workspace that lie in a folder, by name.
fn programs(folder: &str) -> Result<Vec<Source>> {
    let mut sources: Vec<_> = fs::read_dir(folder)?
        .filter_map(|entry| Some(entry.ok()?.file_name().to_str()?.to_owned()))
        .map(|name| Source { folder: Path::new(folder).join(&name), name, apart: false })
        .filter(|source| source.folder.join("Cargo.toml").exists())
        .collect();
    sources.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(sources)
}

/// Each program is built in a call of its own: features of one must not reach another.
fn compile(source: &Source, toolchain: &Toolchain) -> Result<Vec<u8>> {
    let name = &source.name;
    let package = name.replace('-', "_");
    let target_dir = Path::new(if source.apart { ORACLE_TARGET_DIR } else { TARGET_DIR });
    let mut command = Command::new(&toolchain.cargo);
    command
        .args(["build", "--release", "--locked", "--lib", "--quiet", "--target", TARGET, "--package", &package])
        .arg("--manifest-path")
        .arg(source.folder.join("Cargo.toml"))
        .envs(environment(toolchain)?)
        .env("CARGO_TARGET_DIR", target_dir)
        .env_remove("RUSTUP_TOOLCHAIN");
    for overriding in OVERRIDING {
        command.env_remove(overriding);
    }
    let status = command.status().wrap_err_with(|| format!("cannot run {}", toolchain.cargo.display()))?;
    ensure!(status.success(), "{name} does not compile");
    let file = target_dir.join(TARGET).join("release").join(format!("{package}.wasm"));
    fs::read(&file).wrap_err_with(|| file.display().to_string())
}

/// Returns the variables with which cargo, or cargo-stylus, builds programs as small as we do.
///
/// The flags are for WASM alone: cargo-stylus also runs programs natively, to ask for their constructor and interface.
pub(crate) fn environment(toolchain: &Toolchain) -> Result<Vec<(&'static str, OsString)>> {
    let flags = format!(
        "-Zunstable-options -Cpanic=immediate-abort -Ctarget-cpu=mvp -Ctarget-feature=+bulk-memory \
         -Clink-arg=-zstack-size={STACK_BYTES}"
    );
    let mut variables = vec![
        ("RUSTC", toolchain.rustc.clone().into_os_string()),
        ("RUSTC_BOOTSTRAP", "1".into()), // std can be built only with unstable flags
        ("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS", flags.into()),
        ("CARGO_TARGET_DIR", std::env::current_dir()?.join(TARGET_DIR).into_os_string()),
        ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort".into()),
        ("CARGO_UNSTABLE_PANIC_IMMEDIATE_ABORT", "true".into()),
        ("CARGO_PROFILE_RELEASE_PANIC", "immediate-abort".into()),
    ];
    if let Some(linker) = &toolchain.linker {
        variables.push(("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", linker.clone().into_os_string()));
    }
    Ok(variables)
}

/// Hashes everything that a program is made from.
fn inputs(source: &Source, toolchain: &Toolchain) -> Result<B256> {
    let mut files = vec![PathBuf::from("Cargo.toml"), PathBuf::from("Cargo.lock")];
    collect(&source.folder, &mut files)?;
    for shared in SHARED {
        collect(&Path::new(shared).join("src"), &mut files)?;
    }
    files.sort();
    let mut hasher = Keccak256::new();
    hasher.update(&toolchain.version);
    hasher.update(include_str!("build.rs"));
    for file in files {
        let name = file.to_str().ok_or_else(|| eyre!("{} is not UTF-8", file.display()))?;
        hasher.update(name);
        hasher.update(fs::read(&file)?);
    }
    Ok(hasher.finalize())
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).wrap_err_with(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() { collect(&path, files)? } else { files.push(path) }
    }
    Ok(())
}
