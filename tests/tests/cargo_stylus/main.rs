//! cargo-stylus, unmodified, on the embedded node: it must accept the program that we build and the
//! one that it builds from source itself.
//!
//! `./scripts/test` installs it below `target/tools`.

use std::process::Command;

use aia_devnode::NodeConfig;
use aia_tests::network::root;

#[tokio::test(flavor = "multi_thread")]
async fn cargo_stylus_checks_the_token() {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await.expect("a node starts");
    let tools = root().canonicalize().expect("the workspace").join("target/tools/bin");
    assert!(tools.join("cargo-stylus").exists(), "cargo-stylus is not installed: run ./scripts/test once");
    let script = format!(
        r#"exports=$(./scripts/build-contracts --env) && eval "$exports" && cd contracts/aia-token &&
           PATH=$PATH:{} cargo stylus check --endpoint {} --wasm-file ../../target/contracts/aia_token.wasm"#,
        tools.display(),
        node.http_url()
    );
    let output = tokio::task::spawn_blocking(move || {
        Command::new("bash").args(["-c", &script]).current_dir(root()).output().expect("bash runs")
    });
    let output = output.await.expect("the check ends");
    let text = String::from_utf8_lossy(&output.stdout) + String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{text}");
    assert!(text.contains("contract size") && text.contains("wasm data fee"), "{text}");
}
