//! What goes wrong, in the words that users of cargo-stylus read.

use std::{fmt::Write, fs, path::Path};

use aia_devnode::{NodeConfig, config::dev_account};
use aia_tests::network::connect;
use alloy::{
    primitives::{Address, keccak256},
    providers::Provider,
    signers::local::PrivateKeySigner,
};
use eyre::{OptionExt, Result};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
};

use crate::cargo_stylus::tool::{Desk, after, file};

const MEMORY: &str = r#"(memory (export "memory") 1 1)"#;
const ENTRY: &str = r#"(func (export "user_entrypoint") (param i32) (result i32) i32.const 0)"#;

/// Writes a module and returns its path.
fn write(name: &str, sections: &str) -> Result<String> {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}.wasm"));
    fs::write(&path, wat::parse_str(format!("(module {sections})"))?)?;
    Ok(path.display().to_string())
}

/// Returns a data segment of `words` times 32 bytes that no compressor makes shorter.
fn noise(words: u32) -> String {
    let mut text = String::from("(data (i32.const 0) \"");
    for byte in (0..words).flat_map(|word| keccak256(word.to_be_bytes()).0) {
        // Writing to a string does not fail.
        let _ = write!(text, "\\{byte:02x}");
    }
    text + "\")"
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minimal_program_passes() -> Result<()> {
    // Or else the refusals below would prove little.
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let minimal = write("minimal", &format!("{MEMORY} {ENTRY}"))?;
    Desk::at(&node).ask("check", &["--wasm-file", &minimal]).await?.succeeded();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_the_chain_cannot_take_are_named_with_their_fault() -> Result<()> {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let desk = Desk::at(&node);
    let float = r#"(func (export "user_entrypoint") (param i32) (result i32)
                     f32.const 1 f32.const 2 f32.add drop i32.const 0)"#;
    let mine_bitcoin = r#"(import "vm_hooks" "mine_bitcoin" (func (param i32)))"#;
    let failed = "server returned an error response: error code -32000: program activation failed: ";
    for (name, sections, fault) in [
        ("float", format!("{MEMORY} {float}"), "F32Add"),
        ("import", format!("{mine_bitcoin} {MEMORY} {ENTRY}"), "mine_bitcoin"),
        ("entry", MEMORY.to_owned(), "user_entrypoint"),
    ] {
        let wasm = write(name, &sections)?;
        let check = desk.ask("check", &["--wasm-file", &wasm]).await?.failed();
        let deploy = desk.send("deploy", &["--no-verify", "--wasm-file", &wasm]).await?.failed();
        for text in [check, deploy] {
            assert!(text.contains(failed) && text.contains(fault), "{name}: {text}");
        }
    }
    let provider = connect(&node.http_url(), &dev_account())?;
    assert_eq!(provider.get_transaction_count(dev_account().address()).await?, 6, "nothing was sent");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn programs_that_are_too_large_revert_without_a_word() -> Result<()> {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let desk = Desk::at(&node);
    let reverted = r#"server returned an error response: error code 3: execution reverted, data: "0x""#;

    // More than 24,576 bytes compressed are cut in pieces, which ArbOS 51 does not know.
    let large = write("large", &format!("{MEMORY} {ENTRY} {}", noise(1250)))?;
    let check = desk.ask("check", &["--wasm-file", &large]).await?.failed();
    assert!(check.contains("(2 fragments)") && check.contains(reverted), "{check}");
    let deploy = desk.send("deploy", &["--no-verify", "--wasm-file", &large]).await?.failed();
    assert!(deploy.contains("(2 fragments)") && deploy.contains(reverted), "{deploy}");

    // More than 131,072 bytes unpacked, however well they compress.
    let monotony = format!(r#"(data (i32.const 0) "{}")"#, "a".repeat(140_000));
    let long = write("long", &format!(r#"(memory (export "memory") 3 3) {ENTRY} {monotony}"#))?;
    let check = desk.ask("check", &["--wasm-file", &long]).await?.failed();
    assert!(!check.contains("fragments") && check.contains(reverted), "{check}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_program_or_too_young_cannot_be_activated_or_kept_alive() -> Result<()> {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let desk = Desk::at(&node);

    let nobody = Address::repeat_byte(1).to_string();
    let text = desk.send("activate", &["--address", &nobody]).await?.failed();
    assert!(text.contains("error code 3: execution reverted: error ProgramNotWasm()"), "{text}");

    let text = desk.send("deploy", &["--no-verify", "--wasm-file", &file("probe")?]).await?.succeeded();
    let probe: Address = after(&text, "deployed code at address: ")?.parse()?;
    let code = connect(&node.http_url(), &dev_account())?.get_code_at(probe).await?;
    let hash = keccak256(code).to_string();
    let text = desk.send("codehash-keepalive", &["--codehash", &hash]).await?.failed();
    assert!(text.contains("Failed to keepalive contract: "), "{text}");
    assert!(text.contains("execution reverted: error ProgramKeepaliveTooSoon("), "{text}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_without_ether_is_told_so() -> Result<()> {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let key = PrivateKeySigner::random();
    let desk = Desk { key: key.to_bytes().to_string(), ..Desk::at(&node) };

    let text = desk.send("deploy", &["--no-verify", "--wasm-file", &file("probe")?]).await?.failed();

    assert!(text.contains(&format!("not enough funds in account {} to pay for data fee", key.address())), "{text}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_endpoint_where_nobody_listens_is_named() -> Result<()> {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    // A port that was free a moment ago.
    let port = TcpListener::bind("127.0.0.1:0").await?.local_addr()?.port();
    let desk = Desk { endpoint: format!("http://127.0.0.1:{port}"), ..Desk::at(&node) };
    let wasm = file("probe")?;

    let check = desk.ask("check", &["--wasm-file", &wasm]).await?.failed();
    assert!(check.contains("no error payload found in response: Transport("), "{check}");
    let url = format!("http://127.0.0.1:{port}/");
    assert!(check.contains(&url), "{check}");
    let deploy = desk.send("deploy", &["--no-verify", "--wasm-file", &wasm]).await?.failed();
    assert!(deploy.contains(&format!("error sending request for url ({url})")), "{deploy}");
    let status = desk.ask("cache status", &[]).await?.failed();
    assert!(status.contains(&format!("contract error: error sending request for url ({url})")), "{status}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_chain_that_is_not_arbitrum_has_no_registry_of_programs() -> Result<()> {
    let (_api, node) = aia_devnode::spawn(NodeConfig::default()).await?;
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let desk = Desk { endpoint: format!("http://{}", listener.local_addr()?), ..Desk::at(&node) };
    let elsewhere = tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            answer_with_nothing(stream).await?;
        }
        Ok::<_, eyre::Error>(())
    });

    let text = desk.ask("check", &["--wasm-file", &file("probe")?]).await?.failed();

    assert!(text.contains(r#"failed to send tx: ZeroData("codehashVersion""#), "{text}");
    elsewhere.abort();
    Ok(())
}

/// Answers a call as a chain does where no contract is called: with no data.
async fn answer_with_nothing(mut stream: TcpStream) -> Result<()> {
    let mut request = String::new();
    let call: Value = loop {
        let mut bytes = [0; 4096];
        let read = stream.read(&mut bytes).await?;
        request.push_str(std::str::from_utf8(&bytes[..read])?);
        let body = request.split_once("\r\n\r\n").map(|(_, body)| serde_json::from_str(body));
        match body {
            Some(Ok(call)) => break call,
            _ if read == 0 => return Ok(()), // the client has changed its mind
            _ => {}
        }
    };
    let id = call.get("id").ok_or_eyre("a call without id")?;
    let answer = json!({ "jsonrpc": "2.0", "id": id, "result": "0x" }).to_string();
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\nconnection: close\r\n";
    stream.write_all(format!("{head}content-length: {}\r\n\r\n{answer}", answer.len()).as_bytes()).await?;
    Ok(())
}
