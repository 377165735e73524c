//! Checking, deploying, activating and constructing, from our files and from source.

use aia_abi::{IAIAToken, constructor::stylus_constructorCall};
use aia_devnode::{NodeConfig, NodeHandle, config::dev_account};
use aia_tests::{
    network::{AIA, connect},
    probe::{IProbe, constructor},
};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, B256, U256, address, utils::parse_ether},
    providers::{DynProvider, Provider},
    rpc::types::TransactionRequest,
    sol_types::{SolCall, SolValue},
};
use eyre::{OptionExt, Result, ensure};

use crate::cargo_stylus::tool::{Desk, Said, after, file, run};

const TOKEN: &str = "contracts/aia-token";
const PROBE: &str = "tests/programs/probe";
const STYLUS_DEPLOYER: Address = address!("cEcba2F1DC234f70Dd89F2041029807F8D03A990");

/// Starts a node; the development account is who deploys, and who looks at it afterwards.
async fn start() -> Result<(NodeHandle, Desk, DynProvider)> {
    let (_, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let (desk, provider) = (Desk::at(&node), connect(&node.http_url(), &dev_account())?);
    Ok((node, desk, provider))
}

/// Builds and deploys the probe.
async fn deploy_from_source(desk: &Desk, arguments: &[&str]) -> Result<Said> {
    desk.send_from(Some(PROBE), "deploy", &[&["--no-verify"][..], arguments].concat()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn it_accepts_our_files() -> Result<()> {
    let (_node, desk, provider) = start().await?;
    for name in ["aia_token", "probe"] {
        let text = desk.ask("check", &["--wasm-file", &file(name)?]).await?.succeeded();
        assert!(text.contains("contract size: ") && text.contains("wasm data fee: "), "{text}");
    }
    assert_eq!(provider.get_transaction_count(dev_account().address()).await?, 6, "to check costs nothing");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_accepts_what_it_builds_itself() -> Result<()> {
    let (_node, desk, _) = start().await?;
    for folder in [TOKEN, PROBE] {
        let text = run(Some(folder), "check", &["--endpoint", &desk.endpoint]).await?.succeeded();
        assert!(text.contains("contract size: ") && text.contains("wasm data fee: "), "{text}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_deploys_and_activates_the_token_which_we_construct() -> Result<()> {
    let (_node, desk, provider) = start().await?;
    let wasm = file("aia_token")?;

    let text = desk.send("deploy", &["--no-verify", "--wasm-file", &wasm]).await?.succeeded();
    assert!(text.contains("successfully activated contract 0x"), "{text}");
    let token = IAIAToken::new(after(&text, "deployed code at address: ")?.parse()?, &provider);
    assert_eq!(token.name().call().await?, "AIA");
    assert_eq!(token.owner().call().await?, Address::ZERO, "nobody's, until somebody constructs it");

    let owner = dev_account().address();
    let arguments = (owner, owner, AIA).abi_encode();
    let construct = TransactionRequest::default()
        .with_to(*token.address())
        .with_input([&stylus_constructorCall::SELECTOR[..], &arguments].concat());
    let receipt = provider.send_transaction(construct).await?.get_receipt().await?;
    ensure!(receipt.status(), "the constructor failed");
    assert_eq!(token.owner().call().await?, owner);
    assert_eq!(token.balanceOf(owner).call().await?, AIA);

    // The same code once more is active from the start.
    let text = desk.send("deploy", &["--no-verify", "--wasm-file", &wasm]).await?.succeeded();
    assert!(text.contains("wasm already activated!"), "{text}");
    let twin = IAIAToken::new(after(&text, "deployed code at address: ")?.parse()?, &provider);
    assert_ne!(twin.address(), token.address());
    assert_eq!(twin.totalSupply().call().await?, U256::ZERO);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_it_deploys_without_activating_runs_once_it_is_active() -> Result<()> {
    let (_node, desk, provider) = start().await?;

    let wasm = file("probe")?;
    let text = desk.send("deploy", &["--no-verify", "--no-activate", "--wasm-file", &wasm]).await?.succeeded();
    assert!(text.contains("You must activate the stylus contract before calling it."), "{text}");
    let probe = IProbe::new(after(&text, "deployed code at address: ")?.parse()?, &provider);
    let refusal = probe.count().call().await.expect_err("it is not active yet");
    assert!(refusal.to_string().contains("error code -32000: error ProgramNotActivated()"), "{refusal}");
    assert_eq!(refusal.as_revert_data(), None, "no revert: it never ran");

    let address = probe.address().to_string();
    let estimate = desk.send("activate", &["--estimate-gas", "--address", &address]).await?.succeeded();
    assert!(estimate.contains("activation tx gas: "), "{estimate}");
    let text = desk.send("activate", &["--address", &address]).await?.succeeded();
    assert!(text.contains("successfully activated contract 0x"), "{text}");
    assert_eq!(probe.count().call().await?, U256::ZERO);
    probe.increment().send().await?.get_receipt().await?;
    assert_eq!(probe.count().call().await?, U256::ONE);

    let again = desk.send("activate", &["--address", &address]).await?.failed();
    let up_to_date = r#"error code 3: execution reverted: error ProgramUpToDate(), data: "0xcc944bf2""#;
    assert!(again.contains(up_to_date), "{again}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_deploys_activates_and_constructs_the_probe_in_one_transaction() -> Result<()> {
    let (_node, desk, provider) = start().await?;

    let without = deploy_from_source(&desk, &[]).await?.failed();
    assert!(without.contains("invalid constructor: mismatch number of constructor arguments"), "{without}");
    assert!(without.contains("(1); got 0)"), "{without}");
    let nonsense = deploy_from_source(&desk, &["--constructor-args", "many"]).await?.failed();
    assert!(nonsense.contains("invalid constructor: could not parse constructor arg"), "{nonsense}");
    let sender = dev_account().address();
    assert_eq!(provider.get_transaction_count(sender).await?, 6, "nothing was sent so far");

    let arguments = ["--constructor-value", "0.5", "--constructor-args", "41"];
    let text = deploy_from_source(&desk, &arguments).await?.succeeded();
    assert_eq!(provider.get_transaction_count(sender).await?, 7, "one transaction");
    let probe = IProbe::new(after(&text, "deployed code at address: ")?.parse()?, &provider);
    assert_eq!(probe.count().call().await?, U256::from(41));
    assert_eq!(provider.get_balance(*probe.address()).await?, parse_ether("0.5")?);
    let transaction: B256 = after(&text, "deployment tx hash: ")?.parse()?;
    let receipt = provider.get_transaction_receipt(transaction).await?.ok_or_eyre("no receipt")?;
    assert_eq!(receipt.to, Some(STYLUS_DEPLOYER));

    let again = TransactionRequest::default().with_to(*probe.address()).with_input(constructor(U256::ZERO));
    assert!(provider.call(again).await.is_err(), "it is constructed once");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_prints_interfaces_and_constructors() -> Result<()> {
    let token = run(Some(TOKEN), "export-abi", &[]).await?.succeeded();
    assert!(token.contains(include_str!("../../../../contracts/aia-token/IAIAToken.sol")), "{token}");

    let probe = run(Some(PROBE), "export-abi", &[]).await?.succeeded();
    for function in IProbe::abi::contract().functions() {
        assert!(probe.contains(&format!("function {}(", function.name)), "no {}:\n{probe}", function.name);
    }
    let with_data = "function callOther(address target, bytes calldata data) external payable returns (bytes memory);";
    assert!(probe.contains("interface IProbe ") && probe.contains(with_data), "{probe}");
    assert!(probe.contains("error TooFar(uint256, uint256);"), "{probe}");
    let constructor = run(Some(PROBE), "constructor", &[]).await?.succeeded();
    assert!(constructor.contains("constructor(uint256 start) payable"), "{constructor}");
    Ok(())
}
