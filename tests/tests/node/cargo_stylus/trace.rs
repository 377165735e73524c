//! What programs asked their host for, as cargo-stylus tells it: by its own tracer in JavaScript and by Nitro's.

use aia_abi::IAIAToken as I;
use aia_devnode::NodeConfig;
use aia_tests::{Network, network::AIA, peers::artifact};
use alloy::{
    primitives::{Address, B256, U256, hex},
    sol_types::SolEvent,
};
use eyre::{OptionExt, Result, eyre};
use serde_json::Value;

use crate::cargo_stylus::tool::{Desk, after, file};

const SHOP: Address = Address::repeat_byte(0x5a);

/// Reads the trace that was printed.
fn steps(text: &str) -> Result<Vec<Value>> {
    let trace = text.lines().find(|line| line.starts_with("[{")).ok_or_else(|| eyre!("no trace:\n{text}"))?;
    Ok(serde_json::from_str(trace)?)
}

fn names(steps: &[Value]) -> Vec<&str> {
    steps.iter().filter_map(|step| step["name"].as_str()).collect()
}

/// Returns the first step of that name.
fn step<'a>(steps: &'a [Value], name: &str) -> Result<&'a Value> {
    steps.iter().find(|step| step["name"] == name).ok_or_else(|| eyre!("no {name} among {:?}", names(steps)))
}

/// Traces a transaction with both tracers, which must agree.
async fn trace(desk: &Desk, transaction: B256) -> Result<Vec<Value>> {
    let hash = transaction.to_string();
    let by_script = steps(&desk.ask("trace", &["--tx", &hash]).await?.succeeded())?;
    let by_nitro = steps(&desk.ask("trace", &["--use-native-tracer", "--tx", &hash]).await?.succeeded())?;
    assert_eq!(by_script, by_nitro);
    Ok(by_script)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transfer_is_told_from_its_calldata_to_its_event() -> Result<()> {
    let net = Network::start(AIA).await?;
    let (desk, token) = (Desk::at(&net.node), net.token_as(&net.owner)?);
    let transfer = token.transfer(SHOP, U256::ONE);
    let receipt = net.send(&transfer).await?;

    let steps = trace(&desk, receipt.transaction_hash).await?;

    assert_eq!(names(&steps).first(), Some(&"user_entrypoint"));
    assert_eq!(steps[0]["args"], "0x00000044", "68 bytes of calldata");
    assert_eq!(step(&steps, "read_args")?["outs"], transfer.calldata().to_string());
    let log = step(&steps, "emit_log")?["args"].as_str().unwrap_or_default();
    let three_topics = format!("0x00000003{}", hex::encode(I::Transfer::SIGNATURE_HASH));
    assert!(log.starts_with(&three_topics), "{log}");
    let last = steps.last().ok_or_eyre("no last step")?;
    assert_eq!(last["name"], "user_returned");
    assert_eq!(last["outs"], "0x00000000", "it succeeded");
    let ink: Vec<_> = steps[1..steps.len() - 1].iter().map(|step| step["endInk"].as_u64()).collect();
    assert!(ink.is_sorted_by(|earlier, later| later <= earlier), "ink only runs out: {ink:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_of_programs_are_told_within_calls() -> Result<()> {
    let net = Network::start(AIA).await?;
    let (desk, probe) = (Desk::at(&net.node), net.deploy_probe(U256::ZERO).await?);
    let transfer = net.token_as(&net.owner)?.transfer(SHOP, U256::ZERO).calldata().clone();
    let receipt = net.send(&probe.callOther(net.token, transfer)).await?;

    let outer = trace(&desk, receipt.transaction_hash).await?;

    let call = step(&outer, "call_contract")?;
    assert_eq!(call["address"].as_str().map(str::parse::<Address>), Some(Ok(net.token)));
    let inner = call["steps"].as_array().ok_or_eyre("no steps")?;
    assert_eq!(names(inner).first(), Some(&"user_entrypoint"));
    assert_eq!(names(inner).last(), Some(&"user_returned"));
    step(inner, "emit_log")?;
    assert!(!names(&outer).contains(&"emit_log"), "the probe itself logged nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn creations_and_transient_words_are_told() -> Result<()> {
    let net = Network::start(AIA).await?;
    let (desk, probe) = (Desk::at(&net.node), net.deploy_probe(U256::ZERO).await?);

    let receipt = net.send(&probe.create(artifact("Guest")?.bytecode)).await?;
    let steps = trace(&desk, receipt.transaction_hash).await?;
    let created = step(&steps, "evm_create1")?["address"].as_str().map(str::parse::<Address>);
    assert_eq!(created, Some(Ok(probe.address().create(1))));
    step(&steps, "create1")?;

    let receipt = net.send(&probe.note(B256::repeat_byte(1), B256::repeat_byte(2))).await?;
    let steps = trace(&desk, receipt.transaction_hash).await?;
    let words = format!("0x{}{}", "01".repeat(32), "02".repeat(32));
    assert_eq!(step(&steps, "transient_store_bytes32")?["args"], words);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_simulation_is_told_and_leaves_nothing() -> Result<()> {
    let net = Network::start(AIA).await?;
    let owner = net.owner.address();
    let (from, to) = (owner.to_string(), net.token.to_string());
    let data = net.token_as(&net.owner)?.transfer(SHOP, AIA).calldata().to_string();

    let arguments = ["--from", &from, "--to", &to, "--data", &data];
    let steps = steps(&Desk::at(&net.node).ask("simulate", &arguments).await?.succeeded())?;

    step(&steps, "emit_log")?;
    assert_eq!(steps.last().ok_or_eyre("no last step")?["outs"], "0x00000000", "it would succeed");
    net.assert_balances(&[(owner, AIA), (SHOP, U256::ZERO)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_activation_and_an_unknown_transaction_have_nothing_to_tell() -> Result<()> {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let desk = Desk::at(&node);
    let text = desk.send("deploy", &["--no-verify", "--wasm-file", &file("probe")?]).await?.succeeded();
    let activation = after(&text, " with tx ")?;

    let said = desk.ask("trace", &["--tx", activation]).await?.failed();
    let no_frames = "Your tx was a contract activation transaction. It has no trace frames";
    assert!(said.contains(no_frames), "{said}");

    let unknown = B256::repeat_byte(1).to_string();
    let said = desk.ask("trace", &["--tx", &unknown]).await?.failed();
    assert!(said.contains(&format!("failed to get receipt for tx: {unknown}")), "{said}");
    Ok(())
}
