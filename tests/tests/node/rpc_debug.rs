//! What developers ask a node beside what applications do: traces, overrides, access lists, dumps.

use aia_abi::IAIAToken;
use aia_tests::{Network, network::AIA, wire::call};
use alloy::{
    hex,
    primitives::{Address, B256, U256, address, keccak256},
    sol_types::SolCall,
};
use eyre::{OptionExt, Result, ensure};
use serde_json::{Value, json};

const SHOP: Address = Address::repeat_byte(0x5a);
const STATE_ACCOUNT: Address = address!("A4B05FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF");

/// Somebody at a node with a token, who has made a payment.
struct Desk {
    net: Network,
    payment: B256,
}

impl Desk {
    async fn new() -> Result<Self> {
        let net = Network::start(AIA).await?;
        let sent = net.send(&net.token_as(&net.owner)?.transfer(SHOP, U256::from(7))).await?;
        Ok(Self { payment: sent.transaction_hash, net })
    }

    async fn ask(&self, method: &str, params: Value) -> Result<Value> {
        let answer = call(self.net.node.address(), method, params).await?;
        answer.get("result").cloned().ok_or_eyre(answer.to_string())
    }

    async fn refused(&self, method: &str, params: Value) -> Result<(i64, String)> {
        let answer = call(self.net.node.address(), method, params).await?;
        let error = answer.get("error").ok_or_eyre("it was to fail")?;
        let code = error["code"].as_i64().ok_or_eyre("no code")?;
        Ok((code, error["message"].as_str().unwrap_or_default().to_owned()))
    }

    /// The call object of a payment of `value`.
    fn payment_of(&self, value: u64) -> Value {
        let data = IAIAToken::transferCall { to: SHOP, value: U256::from(value) }.abi_encode();
        json!({ "from": self.net.owner.address(), "to": self.net.token, "data": hex::encode_prefixed(data) })
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payment_is_told_as_a_call_with_its_log_and_its_fees() -> Result<()> {
    let desk = Desk::new().await?;
    let options = json!({ "tracer": "callTracer", "tracerConfig": { "withLog": true } });
    let frame = desk.ask("debug_traceTransaction", json!([desk.payment, options])).await?;
    let receipt = desk.ask("eth_getTransactionReceipt", json!([desk.payment])).await?;
    assert_eq!((&frame["type"], &frame["gasUsed"]), (&json!("CALL"), &receipt["gasUsed"]));
    assert_eq!(frame["to"], json!(desk.net.token));
    assert_eq!(frame["logs"].as_array().map(Vec::len), Some(1), "{frame}");
    assert_eq!(frame["beforeEVMTransfers"][0]["purpose"], json!("feePayment"));
    let after = frame["afterEVMTransfers"].as_array().ok_or_eyre("no fees")?;
    let purposes: Vec<_> = after.iter().map(|moved| moved["purpose"].as_str().unwrap_or_default()).collect();
    assert_eq!(purposes, ["gasRefund", "feeCollection", "feeCollection"]);
    let number = |value: &Value| U256::from_str_radix(value.as_str().unwrap_or("0x0").trim_start_matches("0x"), 16);
    let collected = number(&after[1]["value"])?;
    assert_eq!(collected, number(&receipt["gasUsed"])? * number(&receipt["effectiveGasPrice"])?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_state_before_a_payment_and_what_it_changed_can_be_had() -> Result<()> {
    let desk = Desk::new().await?;
    let token = desk.net.token.to_string().to_lowercase();
    let before = desk.ask("debug_traceTransaction", json!([desk.payment, { "tracer": "prestateTracer" }])).await?;
    assert!(before[&token]["storage"].as_object().is_some_and(|slots| !slots.is_empty()), "{before}");
    let options = json!({ "tracer": "prestateTracer", "tracerConfig": { "diffMode": true } });
    let changed = desk.ask("debug_traceTransaction", json!([desk.payment, options])).await?;
    let slots = |side: &str| changed[side][&token]["storage"].as_object().map_or(0, |slots| slots.len());
    assert!(slots("post") >= 1, "{changed}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn host_calls_are_told_natively_and_by_cargo_styluss_own_script() -> Result<()> {
    let desk = Desk::new().await?;
    let native = desk.ask("debug_traceTransaction", json!([desk.payment, { "tracer": "stylusTracer" }])).await?;
    let script = r#"{ "hostio": function(info) {}, "enter": function(frame) { "evm_call_contract" } }"#;
    let scripted = desk.ask("debug_traceTransaction", json!([desk.payment, { "tracer": script }])).await?;
    assert_eq!(native, scripted);
    let steps = native.as_array().ok_or_eyre("no steps")?;
    let name = |step: &Value| step["name"].as_str().unwrap_or_default().to_owned();
    assert_eq!(name(&steps[0]), "user_entrypoint");
    assert_eq!(steps[0]["startInk"], steps[0]["endInk"]);
    assert_eq!(name(steps.last().ok_or_eyre("no steps")?), "user_returned");
    let args = steps.iter().find(|step| name(step) == "read_args").ok_or_eyre("it reads its calldata")?;
    assert_eq!(args["outs"], desk.payment_of(7)["data"]);
    assert!(steps.iter().any(|step| name(step) == "storage_flush_cache"));
    assert!(steps.iter().any(|step| name(step) == "emit_log"));
    for step in steps {
        ensure!(step["startInk"].as_u64() >= step["endInk"].as_u64(), "{step}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn single_steps_selectors_and_nothing_can_be_had_too_and_other_tracers_are_refused_by_name() -> Result<()> {
    let desk = Desk::new().await?;
    let steps = desk.ask("debug_traceTransaction", json!([desk.payment])).await?;
    assert_eq!((&steps["failed"], steps["gas"].is_u64()), (&json!(false), true), "{steps}");
    let selectors = desk.ask("debug_traceTransaction", json!([desk.payment, { "tracer": "4byteTracer" }])).await?;
    assert_eq!(selectors, json!({ "0xa9059cbb-64": 1 }));
    let nothing = desk.ask("debug_traceTransaction", json!([desk.payment, { "tracer": "noopTracer" }])).await?;
    assert_eq!(nothing, json!({}));
    let muxed = desk.refused("debug_traceTransaction", json!([desk.payment, { "tracer": "muxTracer" }])).await?;
    assert!(muxed.0 == -32602 && muxed.1.contains("is not supported"), "{muxed:?}");
    let unknown = desk.refused("debug_traceTransaction", json!([B256::ZERO])).await?;
    assert_eq!(unknown, (-32000, "transaction not found".into()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_block_is_traced_with_arbos_own_transaction_first() -> Result<()> {
    let desk = Desk::new().await?;
    let traced = desk.ask("debug_traceBlockByNumber", json!(["latest", { "tracer": "callTracer" }])).await?;
    let traced = traced.as_array().ok_or_eyre("no list")?;
    assert_eq!(traced.len(), 2);
    assert_eq!(traced[0]["result"]["from"], json!("0x00000000000000000000000000000000000a4b05"));
    assert_eq!(traced[1]["txHash"], json!(desk.payment));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_is_traced_without_being_sent() -> Result<()> {
    let desk = Desk::new().await?;
    let blocks = desk.net.api.chain().head().number;
    let params = json!([desk.payment_of(9), "latest", { "tracer": "callTracer" }]);
    let frame = desk.ask("debug_traceCall", params).await?;
    assert_eq!(frame["output"], json!(format!("{:#066x}", 1)));
    assert_eq!(desk.net.api.chain().head().number, blocks);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn overrides_change_accounts_slots_code_and_the_block_for_one_call() -> Result<()> {
    let desk = Desk::new().await?;
    // TIMESTAMP, COINBASE, GASLIMIT, one word each
    let code = hex!("425f52416020524560405260605ff3");
    let stranger = Address::repeat_byte(0x77);
    let time = json!({ "time": "0x64", "feeRecipient": SHOP, "gasLimit": "0x1234" });
    let params =
        json!([{ "to": stranger }, "latest", { stranger.to_string(): { "code": hex::encode_prefixed(code) } }, time]);
    let answer = desk.ask("eth_call", params).await?;
    let words = hex::decode(answer.as_str().unwrap_or_default())?;
    assert_eq!(U256::from_be_slice(&words[..32]), U256::from(100));
    assert_eq!(Address::from_slice(&words[44..64]), SHOP);
    assert_eq!(U256::from_be_slice(&words[64..]), U256::from(0x1234));
    // Nothing stays.
    assert_eq!(desk.ask("eth_getCode", json!([stranger, "latest"])).await?, json!("0x"));

    let rich = json!([{ "from": stranger, "to": SHOP, "value": "0x5" }, "latest", { stranger.to_string(): { "balance": "0x5" } }]);
    assert_eq!(desk.ask("eth_call", rich).await?, json!("0x"));
    let poor = desk.refused("eth_call", json!([{ "from": stranger, "to": SHOP, "value": "0x5" }, "latest"])).await?;
    assert!(poor.1.starts_with("err: insufficient funds for gas * price + value: address 0x7777"), "{poor:?}");
    let both = json!({ SHOP.to_string(): { "state": {}, "stateDiff": {} } });
    let refused = desk.refused("eth_call", json!([{ "to": SHOP }, "latest", both])).await?;
    assert!(refused.1.contains("has both 'state' and 'stateDiff'"), "{refused:?}");
    let arbos = json!({ STATE_ACCOUNT.to_string(): { "balance": "0x1" } });
    let refused = desk.refused("eth_estimateGas", json!([{ "to": SHOP }, "latest", arbos])).await?;
    assert!(refused.1.contains("not allowed"), "{refused:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_precompile_is_moved_and_its_place_left_empty() -> Result<()> {
    let desk = Desk::new().await?;
    let (arb_sys, elsewhere) = (Address::with_last_byte(0x64), Address::repeat_byte(0x64));
    let moved = json!({ arb_sys.to_string(): { "movePrecompileToAddress": elsewhere } });
    let asked = |to: Address| json!([{ "to": to, "data": "0xd127f54a" }, "latest", moved]);
    assert_eq!(desk.ask("eth_call", asked(elsewhere)).await?, json!(format!("{:#066x}", 412_346)));
    let gone = desk.refused("eth_call", asked(arb_sys)).await?;
    assert_eq!(gone, (-32000, "invalid opcode: INVALID".into()), "its byte of code is left");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_access_list_names_every_slot_that_a_program_touches() -> Result<()> {
    let desk = Desk::new().await?;
    let listed = desk.ask("eth_createAccessList", json!([desk.payment_of(1), "latest"])).await?;
    assert!(listed.get("error").is_none(), "{listed}");
    let account = |entry: &Value| entry["address"].as_str().unwrap_or_default().to_lowercase();
    let entries = listed["accessList"].as_array().ok_or_eyre("no list")?;
    let token = desk.net.token.to_string().to_lowercase();
    let own = entries.iter().find(|entry| account(entry) == token);
    // geth leaves the callee out only when it has no slots.
    let slots = own.and_then(|entry| entry["storageKeys"].as_array()).map_or(0, Vec::len);
    assert!(slots >= 2, "{listed}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_dump_of_one_node_is_loaded_by_another() -> Result<()> {
    let desk = Desk::new().await?;
    let state = desk.ask("anvil_dumpState", json!([])).await?;
    let config = desk.net.api.chain().config().clone();
    let (other, node) = aia_devnode::spawn(config).await?;
    let loaded = call(node.address(), "anvil_loadState", json!([state])).await?;
    assert_eq!(loaded["result"], json!(true), "{loaded}");
    assert_eq!(other.chain().head().hash, desk.net.api.chain().head().hash);
    let balance = IAIAToken::balanceOfCall { account: SHOP }.abi_encode();
    let params = json!([{ "to": desk.net.token, "data": hex::encode_prefixed(balance) }, "latest"]);
    let answer = call(node.address(), "eth_call", params).await?;
    assert_eq!(answer["result"], json!(format!("{:#066x}", 7)));
    let nonsense = call(node.address(), "anvil_loadState", json!(["0x1234"])).await?;
    assert_eq!(nonsense["error"]["code"], json!(-32000), "{nonsense}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn accounts_are_changed_by_decree_and_everything_begins_anew() -> Result<()> {
    let desk = Desk::new().await?;
    let slot = U256::from(3);
    desk.ask("anvil_setCode", json!([SHOP, "0x00"])).await?;
    desk.ask("anvil_setNonce", json!([SHOP, "0x7"])).await?;
    desk.ask("anvil_setStorageAt", json!([SHOP, slot, B256::repeat_byte(9)])).await?;
    assert_eq!(desk.ask("eth_getCode", json!([SHOP, "latest"])).await?, json!("0x00"));
    assert_eq!(desk.ask("eth_getTransactionCount", json!([SHOP, "latest"])).await?, json!("0x7"));
    assert_eq!(desk.ask("eth_getStorageAt", json!([SHOP, slot, "latest"])).await?, json!(B256::repeat_byte(9)));
    desk.ask("anvil_setNextBlockBaseFeePerGas", json!(["0x7735940"])).await?;
    desk.ask("evm_mine", json!([])).await?;
    let block = desk.ask("eth_getBlockByNumber", json!(["latest", false])).await?;
    assert_eq!(block["baseFeePerGas"], json!("0x7735940"));

    let genesis = desk.ask("eth_getBlockByNumber", json!(["0x0", false])).await?;
    desk.ask("anvil_reset", json!([])).await?;
    assert_eq!(desk.ask("eth_getCode", json!([SHOP, "latest"])).await?, json!("0x"));
    assert_eq!(desk.ask("eth_getBlockByNumber", json!(["0x0", false])).await?["hash"], genesis["hash"]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn blocks_receipts_and_the_node_itself_look_like_nitros() -> Result<()> {
    let desk = Desk::new().await?;
    let block = desk.ask("eth_getBlockByNumber", json!(["latest", true])).await?;
    let own = &block["transactions"][0];
    assert_eq!((&own["type"], &own["transactionIndex"]), (&json!("0x6a"), &json!("0x0")));
    assert_eq!(own["input"].as_str().map(|input| &input[..10]), Some("0x6bf6a42d"));
    assert_eq!(
        (&block["l1BlockNumber"], &block["sendCount"], &block["gasLimit"]),
        (&json!("0x0"), &json!("0x0"), &json!("0x4000000000000"))
    );
    let receipts = desk.ask("eth_getBlockReceipts", json!(["latest"])).await?;
    assert_eq!(receipts.as_array().map(Vec::len), Some(2));
    assert_eq!((&receipts[0]["gasUsed"], &receipts[0]["type"]), (&json!("0x0"), &json!("0x6a")));
    assert_eq!((&receipts[1]["transactionIndex"], &receipts[1]["gasUsedForL1"]), (&json!("0x1"), &json!("0x0")));
    assert_eq!(desk.ask("eth_getBlockTransactionCountByNumber", json!(["latest"])).await?, json!("0x2"));

    let raw = desk.ask("eth_getRawTransactionByHash", json!([own["hash"]])).await?;
    let raw = hex::decode(raw.as_str().unwrap_or_default())?;
    assert_eq!(json!(keccak256(raw)), own["hash"]);
    let estimate = IAIAToken::transferCall { to: SHOP, value: U256::from(1) }.abi_encode();
    let asked = alloy::sol_types::SolValue::abi_encode_params(&(desk.net.token, false, estimate));
    let data = [&hex!("c94e6eeb")[..], &asked].concat();
    let node_interface = Address::with_last_byte(0xc8);
    let params = json!([{ "from": desk.net.owner.address(), "to": node_interface, "data": hex::encode_prefixed(data) }, "latest"]);
    let answer = hex::decode(desk.ask("eth_call", params).await?.as_str().unwrap_or_default())?;
    let gas = desk.ask("eth_estimateGas", json!([desk.payment_of(1)])).await?;
    assert_eq!(json!(format!("{:#x}", U256::from_be_slice(&answer[..32]))), gas);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn each_step_of_the_evm_is_told_with_its_gas_and_stack() -> Result<()> {
    let desk = Desk::new().await?;
    desk.ask("anvil_setCode", json!([SHOP, "0x6001600201505b00"])).await?; // PUSH1 1, PUSH1 2, ADD, POP, JUMPDEST, STOP
    let sent = json!([{ "from": desk.net.owner.address(), "to": SHOP, "gas": "0x186a0" }]);
    let hash = desk.ask("eth_sendTransaction", sent).await?;
    let trace = desk.ask("debug_traceTransaction", json!([hash])).await?;
    let steps = trace["structLogs"].as_array().ok_or_eyre("no steps")?;
    let told = |member: &str| steps.iter().map(|step| step[member].clone()).collect::<Vec<_>>();
    assert_eq!(told("op"), ["PUSH1", "PUSH1", "ADD", "POP", "JUMPDEST", "STOP"].map(Value::from));
    assert_eq!(told("pc"), [0, 2, 4, 5, 6, 7].map(Value::from));
    assert_eq!(told("gasCost"), [3, 3, 3, 2, 1, 0].map(Value::from));
    assert_eq!(told("depth"), [1; 6].map(Value::from));
    assert_eq!(steps[0]["gas"], json!(79_000));
    assert_eq!(steps[3]["stack"], json!(["0x3"]));
    assert_eq!((&trace["gas"], &trace["failed"]), (&json!(21_012), &json!(false)));
    Ok(())
}
