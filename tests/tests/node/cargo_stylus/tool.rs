//! Types `cargo stylus …` as users do, and reads what it prints.

use std::{env, time::Duration};

use aia_devnode::{NodeHandle, config::DEV_KEY};
use aia_tests::network::{program_file, root};
use eyre::{Context, Result, ensure, eyre};
use tokio::process::Command;

/// How long a command may take: those that build from source compile std, and wait for each other.
const PATIENCE: Duration = Duration::from_secs(3600);

/// Builds from source, with our settings for the compiler, in the folder `$0`.
const FROM_SOURCE: &str =
    r#"exports=$(./scripts/build-contracts --env) && eval "$exports" && cd "$0" && exec cargo stylus "$@""#;

/// Somebody with a key, at a node's endpoint.
#[derive(Clone, Debug)]
pub(crate) struct Desk {
    pub(crate) endpoint: String,
    pub(crate) key: String,
}

/// What a command came to.
#[derive(Debug)]
pub(crate) struct Said {
    success: bool,
    /// Everything it printed, without colours.
    text: String,
}

impl Desk {
    /// Sits down at a node as Nitro's development account.
    pub(crate) fn at(node: &NodeHandle) -> Self {
        Self { endpoint: node.http_url(), key: DEV_KEY.to_string() }
    }

    /// Runs a command that only asks the node.
    pub(crate) async fn ask(&self, command: &str, arguments: &[&str]) -> Result<Said> {
        run(None, command, &[&["--endpoint", &self.endpoint][..], arguments].concat()).await
    }

    /// Runs a command that sends transactions.
    pub(crate) async fn send(&self, command: &str, arguments: &[&str]) -> Result<Said> {
        self.send_from(None, command, arguments).await
    }

    /// Runs a command that sends transactions, in the folder of a contract that it builds from source.
    pub(crate) async fn send_from(&self, folder: Option<&str>, command: &str, arguments: &[&str]) -> Result<Said> {
        // The last argument of a constructor takes in all that follows: what is ours comes first.
        let ours = ["--endpoint", &self.endpoint, "--private-key", &self.key];
        run(folder, command, &[&ours[..], arguments].concat()).await
    }
}

impl Said {
    /// Returns what a command printed that must have succeeded.
    #[track_caller]
    pub(crate) fn succeeded(self) -> String {
        assert!(self.success, "failed:\n{}", self.text);
        self.text
    }

    /// Returns what a command printed that must have failed.
    #[track_caller]
    pub(crate) fn failed(self) -> String {
        assert!(!self.success, "was to fail:\n{}", self.text);
        self.text
    }
}

/// Runs `cargo stylus` in the folder of a contract, or where there is none to build.
pub(crate) async fn run(folder: Option<&str>, command: &str, arguments: &[&str]) -> Result<Said> {
    let root = root().canonicalize()?;
    let tools = root.join("target/tools/bin");
    ensure!(tools.join("cargo-stylus").exists(), "cargo-stylus is not installed: run ./scripts/test once");
    let inherited = env::var_os("PATH").unwrap_or_default();
    let path = env::join_paths([tools].into_iter().chain(env::split_paths(&inherited)))?;

    let mut process = Command::new(if folder.is_some() { "bash" } else { "cargo" });
    match folder {
        Some(folder) => process.args(["-c", FROM_SOURCE, folder]).current_dir(&root),
        // Of this folder it knows that it lies in a workspace, and finds no contract.
        None => process.arg("stylus").current_dir(root.join("tests")),
    };
    process.args(command.split(' ')).args(arguments).env("PATH", path).kill_on_drop(true);
    let output = tokio::time::timeout(PATIENCE, process.output()).await.wrap_err("cargo stylus does not end")??;
    let printed = [output.stdout, output.stderr].concat();
    Ok(Said { success: output.status.success(), text: without_colours(&String::from_utf8_lossy(&printed)) })
}

/// Returns the path of a program that our build has written.
pub(crate) fn file(name: &str) -> Result<String> {
    let path = program_file(name);
    let path = path
        .canonicalize()
        .wrap_err_with(|| format!("no {}: run ./scripts/build-contracts --oracle first", path.display()))?;
    Ok(path.display().to_string())
}

/// Returns the word that follows a label in what was printed, without quotes.
pub(crate) fn after<'a>(text: &'a str, label: &str) -> Result<&'a str> {
    let (_, rest) = text.split_once(label).ok_or_else(|| eyre!("nothing says {label:?}:\n{text}"))?;
    Ok(rest.split_whitespace().next().unwrap_or_default().trim_matches('"'))
}

fn without_colours(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, escape)) = rest.split_once("\x1b[") {
        plain.push_str(before);
        rest = escape.split_once('m').map_or("", |(_, after)| after);
    }
    plain + rest
}
