//! Requests that are wrong, and transactions that cannot be: the node says why, lives on, and nothing has changed.

use std::{
    net::SocketAddr,
    time::{Duration, Instant},
};

use aia_tests::{
    Network,
    network::AIA,
    wire::{Answer, call, post, request},
};
use alloy::{
    consensus::{SignableTransaction, TxEip1559, TxEnvelope},
    eips::eip2718::Encodable2718,
    network::TxSignerSync,
    primitives::{Address, Bytes, Signature, TxKind, U256, hex},
    providers::Provider,
    signers::local::PrivateKeySigner,
};
use eyre::Result;
use serde_json::{Value, json};

const SHOP: Address = Address::repeat_byte(0x5a);
const PARSE_ERROR: i64 = -32700;
const INVALID_REQUEST: i64 = -32600;
const NO_METHOD: i64 = -32601;
const INVALID_PARAMS: i64 = -32602;
const REFUSED: i64 = -32000;

/// A node, and what it looked like before.
struct Scene {
    net: Network,
    server: SocketAddr,
    before: Vec<U256>,
}

impl Scene {
    async fn start() -> Result<Self> {
        let net = Network::start(AIA).await?;
        let server = net.node.address();
        let mut scene = Self { net, server, before: Vec::new() };
        scene.before = scene.look().await?;
        Ok(scene)
    }

    /// Reads the block number, and what everybody has in ether.
    async fn look(&self) -> Result<Vec<U256>> {
        let provider = self.net.provider(&self.net.owner)?;
        let mut seen = vec![U256::from(provider.get_block_number().await?)];
        for account in [self.net.owner.address(), self.sender().address(), SHOP] {
            seen.push(provider.get_balance(account).await?);
            seen.push(U256::from(provider.get_transaction_count(account).await?));
        }
        Ok(seen)
    }

    /// The node answers as before: same block, same balances, same nonces.
    async fn assert_unharmed(&self) -> Result<()> {
        let alive = call(self.server, "eth_blockNumber", json!([])).await?;
        assert_eq!(alive, json!({ "jsonrpc": "2.0", "id": 1, "result": format!("{:#x}", self.before[0]) }));
        assert_eq!(self.look().await?, self.before);
        let tokens = [(self.net.owner.address(), AIA), (self.sender().address(), U256::ZERO), (SHOP, U256::ZERO)];
        self.net.assert_balances(&tokens).await
    }

    fn sender(&self) -> PrivateKeySigner {
        self.net.account(1)
    }

    /// A good transaction: a wei for the shop.
    fn transaction(&self) -> TxEip1559 {
        TxEip1559 {
            chain_id: self.net.api.chain().config().chain_id,
            nonce: 0,
            gas_limit: 100_000,
            max_fee_per_gas: 1_000_000_000,
            max_priority_fee_per_gas: 0,
            to: TxKind::Call(SHOP),
            value: U256::ONE,
            ..TxEip1559::default()
        }
    }

    async fn send(&self, signer: &PrivateKeySigner, transaction: TxEip1559) -> Result<Value> {
        call(self.server, "eth_sendRawTransaction", json!([signed(signer, transaction)?])).await
    }

    /// Sends a transaction that must be refused for a reason that contains `text`.
    async fn assert_refused(&self, signer: &PrivateKeySigner, transaction: TxEip1559, text: &str) -> Result<()> {
        let answer = self.send(signer, transaction).await?;
        assert_error(&answer, REFUSED);
        let message = answer["error"]["message"].as_str().unwrap_or_default();
        assert!(message.contains(text), "expected {text:?}, got {message:?}");
        self.assert_unharmed().await
    }

    /// Posts a body that must fail with `code`.
    async fn assert_fails(&self, body: &str, code: i64) -> Result<()> {
        let answer = post(self.server, body).await?;
        assert_error(&answer.json()?, code);
        self.assert_unharmed().await
    }
}

fn signed(signer: &PrivateKeySigner, mut transaction: TxEip1559) -> Result<Bytes> {
    let signature = signer.sign_transaction_sync(&mut transaction)?;
    Ok(encoded(transaction, signature))
}

fn encoded(transaction: TxEip1559, signature: Signature) -> Bytes {
    TxEnvelope::from(transaction.into_signed(signature)).encoded_2718().into()
}

#[track_caller]
fn assert_error(response: &Value, code: i64) {
    assert_eq!(response["error"]["code"], json!(code), "{response}");
    assert!(response.get("result").is_none(), "an error with a result: {response}");
    assert!(
        !response["error"]["message"].as_str().unwrap_or_default().is_empty(),
        "an error without words: {response}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_no_request_is_refused() -> Result<()> {
    let scene = Scene::start().await?;
    for broken in ["", "{", "not json", "\u{0}", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"eth_chainId\"", "[{]"] {
        println!("{broken:?}");
        scene.assert_fails(broken, PARSE_ERROR).await?;
    }
    for wrong in [
        json!({ "jsonrpc": "1.0", "id": 1, "method": "eth_chainId", "params": [] }),
        json!({ "jsonrpc": 2, "id": 1, "method": "eth_chainId", "params": [] }),
        json!({ "jsonrpc": "2.0", "id": 1, "params": [] }),
        json!({ "jsonrpc": "2.0", "id": 1, "method": 7, "params": [] }),
    ] {
        println!("{wrong}");
        scene.assert_fails(&wrong.to_string(), INVALID_REQUEST).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn json_that_is_no_request_is_refused() -> Result<()> {
    let scene = Scene::start().await?;
    // The server takes what has not the form of a request for unreadable.
    for wrong in ["{}", "{\"method\":\"eth_chainId\"}"] {
        scene.assert_fails(wrong, PARSE_ERROR).await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_time_beyond_all_reason_leaves_the_node_usable() -> Result<()> {
    let scene = Scene::start().await?;
    for time in ["0x7fffffffffffffff", "0x8000000000000000", "0xffffffffffffffff"] {
        let set = call(scene.server, "evm_setNextBlockTimestamp", json!([time])).await?;
        let mined = call(scene.server, "evm_mine", json!([])).await?;
        assert!(mined.get("result").is_some(), "set to {time}: {set}, then mined: {mined}");
    }
    let paid = scene.send(&scene.sender(), scene.transaction()).await?;
    assert!(paid["result"].is_string(), "{paid}");
    assert_eq!(scene.look().await?[5], U256::ONE, "the shop has its wei");
    scene.net.assert_balances(&[(scene.net.owner.address(), AIA)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_methods_and_wrong_params_are_named() -> Result<()> {
    let scene = Scene::start().await?;
    for method in ["eth_nothing", "", "ETH_CHAINID", "personal_unlockAccount", "debug_setHead"] {
        assert_error(&call(scene.server, method, json!([])).await?, NO_METHOD);
        scene.assert_unharmed().await?;
    }
    for (method, params) in [
        ("eth_getBalance", json!([])),
        ("eth_getBalance", json!([null])),
        ("eth_getBalance", json!({ "address": SHOP })),
        ("eth_getBalance", json!(["0x5a"])),
        ("eth_getBalance", json!([7, "latest"])),
        ("eth_getBalance", json!([SHOP, "yesterday"])),
        ("eth_call", json!([])),
        ("eth_call", json!(["0x"])),
        ("eth_call", json!([{ "to": "nobody" }, "latest"])),
        ("eth_call", json!([{ "to": SHOP, "data": "0x1" }, "latest"])),
        ("eth_getTransactionReceipt", json!(["0x1234"])),
        ("eth_getLogs", json!([{ "fromBlock": "0x2", "toBlock": "0x1" }])),
        ("eth_sendRawTransaction", json!([])),
        ("eth_sendRawTransaction", json!(["0xzz"])),
        ("eth_sendRawTransaction", json!([{}])),
        ("evm_increaseTime", json!(["soon"])),
        ("anvil_setBalance", json!([SHOP])),
        ("eth_feeHistory", json!(["many", "latest", []])),
    ] {
        println!("{method} {params}");
        assert_error(&call(scene.server, method, params).await?, INVALID_PARAMS);
        scene.assert_unharmed().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_that_do_not_exist_are_no_panic() -> Result<()> {
    let scene = Scene::start().await?;
    for (method, params) in [
        ("eth_getBalance", json!([SHOP, "0xffffffff"])),
        ("eth_call", json!([{ "to": SHOP }, "0xffffffffffffffff"])),
        ("eth_getStorageAt", json!([SHOP, "0x0", "0xffffffff"])),
        ("eth_feeHistory", json!(["0x1", "0xffffffff", []])),
        ("evm_setNextBlockTimestamp", json!([1])),
        ("eth_getFilterChanges", json!(["0x77"])),
        ("eth_sendTransaction", json!([{ "from": SHOP, "to": SHOP }])),
    ] {
        println!("{method} {params}");
        assert_error(&call(scene.server, method, params).await?, REFUSED);
        scene.assert_unharmed().await?;
    }
    let huge = call(scene.server, "eth_feeHistory", json!(["0xffffffffffffffff", "latest", [50]])).await?;
    assert!(huge.get("error").is_none(), "{huge}");
    let ahead = call(scene.server, "eth_getLogs", json!([{ "fromBlock": "0xfffffff0", "toBlock": "latest" }])).await?;
    assert_error(&ahead, -32602);
    scene.assert_unharmed().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_for_another_chain_is_refused() -> Result<()> {
    let scene = Scene::start().await?;
    let foreign = TxEip1559 { chain_id: 42_161, ..scene.transaction() };
    scene.assert_refused(&scene.sender(), foreign, "invalid chain id").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_that_nobody_can_pay_is_refused() -> Result<()> {
    let scene = Scene::start().await?;
    let stranger = PrivateKeySigner::random();
    scene.assert_refused(&stranger, scene.transaction(), "insufficient funds").await?;
    let greedy = TxEip1559 { value: U256::MAX, ..scene.transaction() };
    scene.assert_refused(&scene.sender(), greedy, "insufficient funds").await?;
    let stingy = TxEip1559 { max_fee_per_gas: 99_999_999, ..scene.transaction() };
    scene.assert_refused(&scene.sender(), stingy, "max fee per gas less than block base fee").await?;
    let short = TxEip1559 { gas_limit: 20_999, ..scene.transaction() };
    scene.assert_refused(&scene.sender(), short, "intrinsic gas too low").await?;
    let lavish = TxEip1559 { max_fee_per_gas: 1_000_000_000_000_000, ..scene.transaction() };
    scene.assert_refused(&scene.sender(), lavish, "exceeds the configured cap (1.00 ether)").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_transaction_is_included_once() -> Result<()> {
    let mut scene = Scene::start().await?;
    let sent = scene.send(&scene.sender(), scene.transaction()).await?;
    assert!(sent["result"].is_string(), "{sent}");
    let fee = scene.before[3] - scene.look().await?[3];
    assert!(fee > U256::ONE && fee < U256::from(10).pow(U256::from(15)), "a wei and a fee: {fee}");
    scene.before = scene.look().await?;
    assert_eq!(scene.before[5], U256::ONE, "the shop has its wei");

    scene.assert_refused(&scene.sender(), scene.transaction(), "nonce too low").await?;
    let other = TxEip1559 { value: U256::from(2), ..scene.transaction() };
    scene.assert_refused(&scene.sender(), other, "nonce too low").await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_in_the_nonces_is_waited_for_a_second() -> Result<()> {
    let scene = Scene::start().await?;
    let ahead = TxEip1559 { nonce: 1, ..scene.transaction() };
    let start = Instant::now();

    scene.assert_refused(&scene.sender(), ahead, "nonce too high").await?;

    let waited = start.elapsed();
    assert!(waited >= Duration::from_millis(950) && waited < Duration::from_secs(10), "waited {waited:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_gap_in_the_nonces_that_is_filled_in_time_does_no_harm() -> Result<()> {
    let scene = Scene::start().await?;
    let later = |nonce| TxEip1559 { nonce, ..scene.transaction() };
    let sender = scene.sender();

    let (third, second, first) =
        tokio::join!(scene.send(&sender, later(2)), scene.send(&sender, later(1)), scene.send(&sender, later(0)));

    for answer in [first?, second?, third?] {
        assert!(answer["result"].is_string(), "{answer}");
    }
    let after = scene.look().await?;
    assert_eq!(after[0], scene.before[0] + U256::from(3), "three blocks");
    assert_eq!((after[4], after[5]), (U256::from(3), U256::from(3)), "three nonces, three wei");
    scene.net.assert_balances(&[(scene.net.owner.address(), AIA)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn bytes_that_are_no_transaction_are_refused() -> Result<()> {
    let scene = Scene::start().await?;
    let good = signed(&scene.sender(), scene.transaction())?;
    let garbage: [Bytes; 7] = [
        Bytes::new(),
        hex!("00").into(),
        hex!("02").into(),
        hex!("deadbeef").into(),
        vec![0xff; 1000].into(),
        good.slice(..good.len() - 1),
        [&good[..], &[0]].concat().into(),
    ];
    for bytes in garbage {
        let answer = call(scene.server, "eth_sendRawTransaction", json!([bytes])).await?;
        assert!([INVALID_PARAMS, REFUSED].map(Value::from).contains(&answer["error"]["code"]), "{bytes}: {answer}");
        scene.assert_unharmed().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_signature_that_fits_no_key_is_refused() -> Result<()> {
    let scene = Scene::start().await?;
    let mut transaction = scene.transaction();
    let good = scene.sender().sign_transaction_sync(&mut transaction)?;
    let order = U256::from_be_bytes(hex!("fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141"));
    for (r, s) in [(U256::ZERO, good.s()), (good.r(), U256::ZERO), (U256::MAX, good.s()), (good.r(), order - good.s())]
    {
        let bytes = encoded(transaction.clone(), Signature::new(r, s, good.v()));
        let answer = call(scene.server, "eth_sendRawTransaction", json!([bytes])).await?;
        assert!(answer.get("error").is_some(), "r {r}, s {s}: {answer}");
        scene.assert_unharmed().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_request_of_more_than_five_megabytes_is_refused() -> Result<()> {
    let scene = Scene::start().await?;
    let data = format!("0x{}", "00".repeat(2_700_000));
    let body = json!({ "jsonrpc": "2.0", "id": 1, "method": "web3_sha3", "params": [data] }).to_string();
    assert!(body.len() > 5 * 1024 * 1024);
    let answer = post(scene.server, &body).await?;
    assert_eq!(answer.status, 413, "{answer:?}");
    scene.assert_unharmed().await
}

#[tokio::test(flavor = "multi_thread")]
async fn only_posts_are_answered() -> Result<()> {
    let scene = Scene::start().await?;
    for method in ["GET", "PUT", "DELETE"] {
        let Answer { status, .. } = request(scene.server, method, "").await?;
        assert_eq!(status, 405, "{method}");
        scene.assert_unharmed().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_with_a_megabyte_of_data_is_answered() -> Result<()> {
    let scene = Scene::start().await?;
    let token = (vec![0; 1_000_000], scene.net.token, None, Some(3)); // no such function: a revert
    let shop = (vec![0xff; 1_000_000], SHOP, Some("0x"), None); // nobody there who would mind
    for (data, to, result, code) in [token, shop] {
        let request = json!({ "to": to, "data": Bytes::from(data) });
        let answer = call(scene.server, "eth_call", json!([request, "latest"])).await?;
        assert_eq!(answer["result"].as_str(), result, "{answer}");
        assert_eq!(answer["error"]["code"].as_i64(), code, "{answer}");
        scene.assert_unharmed().await?;
    }
    Ok(())
}
