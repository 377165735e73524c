//! cast, the command line of Foundry, does a day's work with the token.

use std::path::PathBuf;

use aia_tests::{Network, network::AIA, peers};
use alloy::primitives::{Address, B256, U256, hex};
use eyre::{Context, OptionExt, Result, bail, ensure};
use serde_json::{Value, json};

const SHOP: Address = Address::repeat_byte(0x5a);
const TRANSFER: &str = "transfer(address,uint256)";
const TRANSFER_EVENT: &str = "Transfer(address indexed,address indexed,uint256)";

/// Somebody who types `cast …` at a node.
struct Cast {
    program: PathBuf,
    url: String,
    key: String,
}

impl Cast {
    fn at(net: &Network) -> Result<Self> {
        Ok(Self { program: find()?, url: net.node.http_url(), key: net.owner.to_bytes().to_string() })
    }

    /// Runs a command that must succeed, and returns what it prints.
    async fn run(&self, arguments: &[&str]) -> Result<String> {
        match self.output(arguments).await? {
            Ok(printed) => Ok(printed),
            Err(error) => bail!("cast {arguments:?} failed:\n{error}"),
        }
    }

    /// Runs a command that must fail, and returns what it complains of.
    async fn fail(&self, arguments: &[&str]) -> Result<String> {
        match self.output(arguments).await? {
            Ok(printed) => bail!("cast {arguments:?} was to fail:\n{printed}"),
            Err(error) => Ok(error),
        }
    }

    /// Runs a command that prints JSON.
    async fn json(&self, arguments: &[&str]) -> Result<Value> {
        let printed = self.run(&[arguments, &["--json"]].concat()).await?;
        serde_json::from_str(&printed).wrap_err(printed)
    }

    /// Sends a transaction and returns its receipt.
    async fn send(&self, arguments: &[&str]) -> Result<Value> {
        let signed = ["send", "--json", "--private-key", &self.key];
        let printed = self.run(&[&signed[..], arguments].concat()).await?;
        serde_json::from_str(&printed).wrap_err(printed)
    }

    async fn output(&self, arguments: &[&str]) -> Result<Result<String, String>> {
        let mut command = tokio::process::Command::new(&self.program);
        let output = command.args(arguments).env("ETH_RPC_URL", &self.url).kill_on_drop(true).output().await?;
        let text = |bytes: Vec<u8>| String::from_utf8_lossy(&bytes).trim().to_owned();
        Ok(if output.status.success() { Ok(text(output.stdout)) } else { Err(text(output.stderr)) })
    }
}

/// Returns the program of npm's package for this machine, or the one that is installed.
fn find() -> Result<PathBuf> {
    let packaged = peers::scripts()?.join("node_modules/@foundry-rs/cast-linux-amd64/bin/cast");
    if packaged.is_file() {
        return Ok(packaged);
    }
    let installed = std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
        .map(|folder| folder.join("cast"))
        .find(|program| program.is_file());
    installed.ok_or_eyre("cast is missing: npm has it for Linux on x86-64, elsewhere install Foundry")
}

/// Returns a number that a receipt gives in hex.
fn number(receipt: &Value, member: &str) -> Result<u64> {
    let text = receipt[member].as_str().ok_or_eyre("not a string")?;
    Ok(u64::from_str_radix(text.trim_start_matches("0x"), 16)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn cast_pays_as_estimated_and_finds_the_payment_again() -> Result<()> {
    let net = Network::start(AIA).await?;
    let cast = Cast::at(&net)?;
    let (owner, token, shop) = (net.owner.address().to_string(), net.token.to_string(), SHOP.to_string());
    let start = net.api.chain().head().number;

    // The chain and its money.
    assert_eq!(cast.run(&["chain-id"]).await?, net.api.chain().config().chain_id.to_string());
    assert_eq!(cast.run(&["block-number"]).await?, start.to_string());
    assert_eq!(cast.run(&["gas-price"]).await?, net.api.chain().base_fee().to_string());
    let balance = net.api.chain().latest().info(net.owner.address()).balance;
    assert_eq!(cast.run(&["balance", &owner]).await?, balance.to_string());
    assert_eq!(cast.run(&["call", &token, "name()(string)"]).await?, r#""AIA""#);

    // A payment.
    let estimate: u64 = cast.run(&["estimate", &token, TRANSFER, &shop, "5", "--from", &owner]).await?.parse()?;
    let receipt = cast.send(&[&token, TRANSFER, &shop, "5"]).await?;
    assert_eq!((&receipt["status"], &receipt["transactionIndex"]), (&json!("0x1"), &json!("0x1")));
    let used = number(&receipt, "gasUsed")?;
    assert!((21_000..=estimate).contains(&used), "{used} used of {estimate}");
    assert_eq!(cast.run(&["call", &token, "balanceOf(address)(uint256)", &shop]).await?, "5");

    // Found again, as receipt, log and block.
    let hash = receipt["transactionHash"].as_str().ok_or_eyre("no hash")?;
    let again = cast.json(&["receipt", hash]).await?;
    for member in ["blockHash", "gasUsed", "logs", "status", "transactionHash"] {
        assert_eq!(again[member], receipt[member], "{member}");
    }
    let from = (start + 1).to_string();
    let logs = cast.json(&["logs", "--address", &token, "--from-block", &from, TRANSFER_EVENT]).await?;
    assert_eq!(logs, receipt["logs"]);
    let block = cast.json(&["block", "latest", "--full"]).await?;
    assert_eq!(block["hash"], receipt["blockHash"]);
    assert_eq!(block["transactions"][0]["type"], "0x6a", "ArbOS's own comes first");
    assert_eq!(block["transactions"][1]["hash"], hash);
    net.assert_balances(&[(net.owner.address(), AIA - U256::from(5)), (SHOP, U256::from(5))]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn cast_deploys_and_traces() -> Result<()> {
    let net = Network::start(AIA).await?;
    let cast = Cast::at(&net)?;
    let (owner, token, shop) = (net.owner.address().to_string(), net.token.to_string(), SHOP.to_string());

    // A wallet contract.
    let bytecode = peers::artifact("SmartWallet")?.bytecode.to_string();
    let receipt = cast.send(&["--create", &bytecode, "constructor(address)", &owner]).await?;
    let wallet = receipt["contractAddress"].as_str().ok_or_eyre("no contract")?.to_owned();
    assert_eq!(cast.run(&["call", &wallet, "owner()(address)"]).await?, owner);

    // The node tells what a program called.
    let receipt = cast.send(&[&token, TRANSFER, &shop, "5"]).await?;
    let hash = receipt["transactionHash"].as_str().ok_or_eyre("no hash")?;
    let method = ["rpc", "debug_traceTransaction", hash];
    let calls = cast.run(&[&method[..], &[r#"{"tracer":"callTracer"}"#]].concat()).await?;
    let calls: Value = serde_json::from_str(&calls)?;
    assert_eq!(calls["to"].as_str().map(str::parse::<Address>), Some(Ok(net.token)));
    assert_eq!((&calls["type"], &calls["gasUsed"]), (&json!("CALL"), &receipt["gasUsed"]));
    assert_eq!(calls["output"], B256::with_last_byte(1).to_string(), "true");
    assert_eq!(cast.run(&["rpc", "eth_chainId"]).await?, format!("\"{:#x}\"", net.api.chain().config().chain_id));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn cast_is_refused_with_data_that_it_decodes() -> Result<()> {
    let net = Network::start(AIA).await?;
    let cast = Cast::at(&net)?;
    let (owner, token, shop) = (net.owner.address().to_string(), net.token.to_string(), SHOP.to_string());
    let too_much = (AIA + U256::ONE).to_string();

    let called = cast.fail(&["call", &token, TRANSFER, &shop, &too_much, "--from", &owner]).await?;
    let estimated = cast.fail(&["estimate", &token, TRANSFER, &shop, &too_much, "--from", &owner]).await?;
    let sent = cast.fail(&["send", "--private-key", &cast.key, &token, TRANSFER, &shop, &too_much]).await?;
    for refusal in [called, estimated, sent] {
        assert!(refusal.contains("error code 3: execution reverted"), "{refusal}");
        let (_, data) = refusal.split_once("data: \"").ok_or_eyre("a refusal without data")?;
        let (data, _) = data.split_once('"').ok_or_eyre("data without end")?;
        ensure!(hex::decode(data).is_ok(), "no hex: {data}");
        let signature = "ERC20InsufficientBalance(address,uint256,uint256)";
        let decoded = cast.run(&["decode-error", "--sig", signature, data]).await?;
        // Large numbers are followed by a shorter form of them.
        let values: Vec<_> = decoded.lines().filter_map(|line| line.split(' ').next()).collect();
        assert_eq!(values, [owner.as_str(), &AIA.to_string(), &too_much]);
    }

    // With gas of its own choice it gets onto the chain, and fails there.
    let receipt = cast.send(&["--gas-limit", "100000", &token, TRANSFER, &shop, &too_much]).await?;
    assert_eq!((&receipt["status"], &receipt["logs"]), (&json!("0x0"), &json!([])));
    net.assert_balances(&[(net.owner.address(), AIA), (SHOP, U256::ZERO)]).await
}
