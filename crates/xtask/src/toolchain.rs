//! Finds a compiler that can build std for WASM, or gets one.
//!
//! Programs fit the size limit only if std itself is built without panic messages, which needs std's
//! sources: rustup calls them `rust-src`, Debian `rust-web-src`.

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use eyre::{Result, bail};

/// Debian's compiler, std's sources, and a linker.
const DEBIAN_PACKAGES: [&str; 5] = ["rustc-web", "cargo-web", "rust-web-src", "libstd-rust-web-dev", "lld-22"];

/// A compiler with what it needs.
#[derive(Debug)]
pub(crate) struct Toolchain {
    pub(crate) cargo: PathBuf,
    pub(crate) rustc: PathBuf,
    /// The linker, where the compiler does not bring its own.
    pub(crate) linker: Option<PathBuf>,
    pub(crate) version: String,
    pub(crate) origin: &'static str,
}

impl Toolchain {
    /// Looks for rustup's compiler, then Debian's; installs what is missing if it may.
    pub(crate) fn find() -> Result<Self> {
        if let Some(found) = Self::rustup().or_else(Self::debian) {
            return Ok(found);
        }
        println!("std's sources are missing: trying `rustup component add rust-src`");
        if succeeds(Command::new("rustup").args(["component", "add", "rust-src"]))
            && let Some(found) = Self::rustup()
        {
            return Ok(found);
        }
        let install = format!("apt-get install --yes --no-install-recommends {}", DEBIAN_PACKAGES.join(" "));
        if is_root() && which("apt-get").is_some() {
            println!("rustup cannot get them: installing Debian's compiler with `{install}`");
            succeeds(Command::new("apt-get").arg("update").stdout(Stdio::null()));
            let mut words = install.split(' ');
            succeeds(Command::new(words.next().unwrap_or_default()).args(words).stdout(Stdio::null()));
            if let Some(found) = Self::debian() {
                return Ok(found);
            }
        }
        bail!("cannot build contracts: run `rustup component add rust-src`, or on Debian as root `{install}`")
    }

    fn rustup() -> Option<Self> {
        let rustc = PathBuf::from(output(Command::new("rustup").args(["which", "rustc"]))?);
        let cargo = PathBuf::from(output(Command::new("rustup").args(["which", "cargo"]))?);
        has_std_sources(&rustc).then_some(())?;
        let version = output(Command::new(&rustc).arg("--version"))?;
        // rustup's compilers bring rust-lld.
        Some(Self { cargo, rustc, linker: None, version, origin: "rustup" })
    }

    fn debian() -> Option<Self> {
        let (cargo, rustc) = (PathBuf::from("/usr/bin/cargo"), PathBuf::from("/usr/bin/rustc"));
        (cargo.exists() && has_std_sources(&rustc)).then_some(())?;
        let linker = ["wasm-ld-22", "wasm-ld"].into_iter().find_map(which)?;
        let version = output(Command::new(&rustc).arg("--version"))?;
        Some(Self { cargo, rustc, linker: Some(linker), version, origin: "Debian" })
    }
}

fn has_std_sources(rustc: &Path) -> bool {
    output(Command::new(rustc).args(["--print", "sysroot"]))
        .is_some_and(|sysroot| Path::new(&sysroot).join("lib/rustlib/src/rust/library/std/Cargo.toml").exists())
}

fn output(command: &mut Command) -> Option<String> {
    let output = command.stderr(Stdio::null()).output().ok().filter(|output| output.status.success())?;
    Some(String::from_utf8(output.stdout).ok()?.trim().to_owned())
}

fn succeeds(command: &mut Command) -> bool {
    command.status().is_ok_and(|status| status.success())
}

fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|folder| folder.join(name)).find(|file| file.is_file())
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).as_deref() == Some("0")
}
