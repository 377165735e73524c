//! Batches and ids: every call gets its own answer, under its own id.

use aia_tests::{
    Network,
    network::AIA,
    wire::{call, post},
};
use eyre::{OptionExt, Result};
use serde_json::{Value, json};

fn chain_id(id: impl Into<Value>) -> Value {
    json!({ "jsonrpc": "2.0", "id": id.into(), "method": "eth_chainId", "params": [] })
}

const CHAIN_ID: &str = "0x64aba";

/// The node answers, its chain has not grown, and nobody's tokens have moved.
async fn assert_unharmed(net: &Network, blocks: u64) -> Result<()> {
    let alive = call(net.node.address(), "eth_blockNumber", json!([])).await?;
    assert_eq!(alive["result"], json!(format!("{blocks:#x}")));
    net.assert_balances(&[(net.owner.address(), AIA)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_batch_is_no_request() -> Result<()> {
    let net = Network::start(AIA).await?;
    let blocks = net.api.chain().head().number;
    let answer = post(net.node.address(), "[]").await?.json()?;
    assert_eq!(answer["error"]["code"], json!(-32600), "{answer}");
    assert_unharmed(&net, blocks).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_one_is_answered_as_a_batch() -> Result<()> {
    let net = Network::start(AIA).await?;
    let blocks = net.api.chain().head().number;
    let answer = post(net.node.address(), &json!([chain_id(7)]).to_string()).await?.json()?;
    assert_eq!(answer, json!([{ "jsonrpc": "2.0", "id": 7, "result": CHAIN_ID }]));
    assert_unharmed(&net, blocks).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bad_calls_in_a_batch_do_not_spoil_the_good_ones() -> Result<()> {
    let net = Network::start(AIA).await?;
    let blocks = net.api.chain().head().number;
    let batch = json!([
        chain_id(1),
        { "jsonrpc": "2.0", "id": 2, "method": "eth_nothing", "params": [] },
        { "jsonrpc": "2.0", "id": 3, "method": "eth_getBalance", "params": [] },
        17,
        { "jsonrpc": "2.0", "id": 4, "method": "eth_sendRawTransaction", "params": ["0xdeadbeef"] },
        chain_id("last"),
    ]);

    let answer = post(net.node.address(), &batch.to_string()).await?.json()?;

    let answers = answer.as_array().ok_or_eyre("not a batch")?;
    assert_eq!(answers.len(), 6, "{answer}");
    let by_id = |id: Value| answers.iter().find(|answer| answer["id"] == id).unwrap_or(&Value::Null);
    assert_eq!(by_id(json!(1))["result"], json!(CHAIN_ID));
    assert_eq!(by_id(json!("last"))["result"], json!(CHAIN_ID));
    assert_eq!(by_id(json!(2))["error"]["code"], json!(-32601));
    assert_eq!(by_id(json!(3))["error"]["code"], json!(-32602));
    assert_eq!(by_id(Value::Null)["error"]["code"], json!(-32600));
    assert!(by_id(json!(4)).get("error").is_some());
    assert_unharmed(&net, blocks).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_batch_of_a_thousand_is_answered_and_one_more_is_refused() -> Result<()> {
    let net = Network::start(AIA).await?;
    let blocks = net.api.chain().head().number;
    let batch: Vec<Value> = (0..1001).map(chain_id).collect();

    let answer = post(net.node.address(), &json!(batch[..1000]).to_string()).await?.json()?;
    assert_eq!(answer.as_array().map(Vec::len), Some(1000));
    let answer = post(net.node.address(), &json!(batch).to_string()).await?.json()?;
    assert!(answer["error"]["message"].as_str().ok_or_eyre("no error")?.contains("too large"), "{answer}");
    assert_unharmed(&net, blocks).await
}

#[tokio::test(flavor = "multi_thread")]
async fn ids_come_back_as_they_were() -> Result<()> {
    let net = Network::start(AIA).await?;
    let blocks = net.api.chain().head().number;
    for id in [json!(0), json!(u64::MAX), json!("text"), json!(""), json!("1"), Value::Null] {
        let answer = post(net.node.address(), &chain_id(id.clone()).to_string()).await?.json()?;
        assert_eq!(answer, json!({ "jsonrpc": "2.0", "id": id, "result": CHAIN_ID }));
    }
    assert_unharmed(&net, blocks).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_whose_id_is_no_id_is_taken_for_a_notification() -> Result<()> {
    let net = Network::start(AIA).await?;
    let blocks = net.api.chain().head().number;
    for id in [json!([1]), json!({}), json!(true)] {
        let answer = post(net.node.address(), &chain_id(id.clone()).to_string()).await?.json()?;
        assert_eq!(answer, Value::Null, "id {id}");
    }
    assert_unharmed(&net, blocks).await
}

/// JSON-RPC calls it a notification.
fn without_id() -> Value {
    json!({ "jsonrpc": "2.0", "method": "eth_chainId", "params": [] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_without_id_has_no_answer_in_its_batch() -> Result<()> {
    let net = Network::start(AIA).await?;
    let blocks = net.api.chain().head().number;
    let answer = post(net.node.address(), &json!([without_id(), chain_id(1)]).to_string()).await?.json()?;
    assert_eq!(answer, json!([{ "jsonrpc": "2.0", "id": 1, "result": CHAIN_ID }]));
    assert_unharmed(&net, blocks).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_single_call_without_id_is_answered_with_null() -> Result<()> {
    let net = Network::start(AIA).await?;
    let blocks = net.api.chain().head().number;
    let answer = post(net.node.address(), &without_id().to_string()).await?;
    assert_eq!(answer.body, "null", "{answer:?}");
    assert_unharmed(&net, blocks).await
}
