//! The chain begins as nitro-devnode leaves it.

use aia_devnode::{NodeConfig, config::DEV_ADDRESS};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256, address, hex, keccak256},
    rpc::types::TransactionRequest,
    sol,
    sol_types::{SolCall, SolEvent},
};

use crate::{
    bench::{ARB_WASM_CACHE, Bench, ether, init_code, program},
    programs::NOTHING,
};

const FACTORY: Address = address!("4e59b44847b379578588920ca78fbf26c0b4956c");
const CACHE_MANAGER: Address = address!("a6e41ffd769491a42a6e5ce453259b93983a22ef");
const STYLUS_DEPLOYER: Address = address!("cEcba2F1DC234f70Dd89F2041029807F8D03A990");

sol! {
    function placeBid(address program) payable;
    function getMinBid(uint64 size) view returns (uint192);
    function isPaused() view returns (bool);
    function cacheSize() view returns (uint64);
    function codehashIsCached(bytes32 codehash) view returns (bool);
    function deploy(bytes bytecode, bytes initData, uint256 initValue, bytes32 salt) payable returns (address);
    event ContractDeployed(address deployedContract);
}

/// Stylus-vm reference, section 10.2.
#[test]
fn seven_blocks_put_everything_where_tools_look_for_it() {
    let bench = Bench::new();
    let (number, nonce) = {
        let chain = bench.api.chain();
        (chain.head().number, chain.latest().info(DEV_ADDRESS).nonce)
    };
    assert_eq!((number, nonce), (7, 6));
    let code = |account| bench.api.chain().latest().info(account).code.unwrap_or_default().original_bytes();
    assert_eq!(code(FACTORY).len(), 69);
    assert_eq!(code(STYLUS_DEPLOYER).len(), 2269);
    assert_eq!(
        keccak256(code(STYLUS_DEPLOYER)),
        hex!("85c3998f7541c47e69d221966c2725e197d243190f367eefab6eda7c90c3994a")
    );
    assert!(!code(CACHE_MANAGER).is_empty());
    assert_eq!(bench.deploy(&[0x00]), address!("525c2aba45f66987217323e8a05ea400c65d06dc"), "the first contract after");
}

#[test]
fn a_bare_chain_has_none_of_it_and_data_costs() {
    let bench = Bench::with(NodeConfig { set_up: false, ..NodeConfig::default() });
    assert_eq!(bench.api.chain().head().number, 0);
    assert!(bench.api.chain().latest().info(FACTORY).is_empty_code_hash());
    let sent = bench.send(Address::repeat_byte(1), Bytes::new(), ether(1));
    assert!(sent.poster_gas > 500_000, "{}", sent.poster_gas);
    assert_eq!(sent.gas_used, 21_000 + sent.poster_gas);
    let pool = address!("A4B00000000000000000000000000000000000f6");
    let collected = bench.api.chain().latest().info(pool).balance;
    assert_eq!(collected, U256::from(sent.poster_gas) * U256::from(100_000_000));
}

#[test]
fn the_factory_creates_at_the_address_that_create2_says() {
    let bench = Bench::new();
    let code = init_code(&[0x00]);
    let salt = [7; 32];
    let made = bench.send(FACTORY, [&salt[..], &code].concat(), U256::ZERO);
    let expected = FACTORY.create2_from_code(salt, &code);
    assert_eq!(made.output.as_ref(), expected.as_slice());
    assert!(!bench.api.chain().latest().info(expected).is_empty_code_hash());
}

/// Stylus-vm reference, section 9.5.
#[test]
fn a_bid_caches_its_program() {
    let bench = Bench::new();
    let program = bench.program(NOTHING);
    let code_hash = bench.api.chain().latest().info(program).code_hash;
    let cached = || {
        let asked = bench.call(ARB_WASM_CACHE, codehashIsCachedCall { codehash: code_hash }.abi_encode());
        codehashIsCachedCall::abi_decode_returns(&asked).unwrap()
    };
    assert!(!cached());
    assert!(bench.send(CACHE_MANAGER, placeBidCall { program }.abi_encode(), U256::from(3)).success);
    assert!(cached());

    let ask = |data: Vec<u8>| U256::from_be_slice(&bench.call(CACHE_MANAGER, data));
    assert_eq!(ask(isPausedCall {}.abi_encode()), U256::ZERO);
    assert_eq!(ask(getMinBidCall { size: 8000 }.abi_encode()), U256::ZERO);
    assert_eq!(ask(cacheSizeCall {}.abi_encode()), U256::from(1 << 29));

    let asleep = bench.upload(&NOTHING.replace("i32.const 0)", "i32.const 1)"));
    let refused = bench.send(CACHE_MANAGER, placeBidCall { program: asleep }.abi_encode(), U256::ZERO);
    assert!(!refused.success);
    assert_eq!(refused.output[..4], hex!("637d968f"), "ProgramNeedsUpgrade(0, 2)");
}

/// Stylus-vm reference, section 9.5: one transaction deploys, activates and pays back what is too much.
#[test]
fn stylus_deployer_deploys_and_activates_in_one_transaction() {
    let bench = Bench::new();
    let call = deployCall {
        bytecode: init_code(&program(NOTHING)).into(),
        initData: Bytes::new(),
        initValue: U256::ZERO,
        salt: [0; 32].into(),
    };
    let before = bench.api.chain().latest().info(DEV_ADDRESS).balance;
    let sent = bench.send(STYLUS_DEPLOYER, call.abi_encode(), ether(1));
    assert!(sent.success, "{:?}", sent.failure);
    let deployed = sent.logs.iter().find_map(|log| ContractDeployed::decode_log(log).ok()).expect("the event");
    assert!(bench.send(deployed.deployedContract, Bytes::new(), U256::ZERO).success);
    let spent = before - bench.api.chain().latest().info(DEV_ADDRESS).balance;
    assert!(spent < ether(1) / U256::from(100), "the rest of the ether came back: {spent} wei were spent");
}

/// Stylus-vm reference, section 13: `NUMBER` is 0, index 0 is ArbOS's, fees go to the zero address.
#[test]
fn blocks_look_like_nitros() {
    let bench = Bench::new();
    // NUMBER, BLOCKHASH(0), PREVRANDAO, GASLIMIT, CHAINID, BASEFEE: one word each
    let code = hex!("435f525f406020524460405245606052466080524860a05260c05ff3");
    let contract = bench.deploy(&code);
    let fees = bench.api.chain().latest().info(Address::ZERO).balance;
    let sent = bench.send(contract, Bytes::new(), U256::ZERO);
    let word = |index: usize| U256::from_be_slice(&sent.output[32 * index..32 * (index + 1)]);
    let facts = [0, 0, 1, 1u64 << 50, 412_346, 100_000_000].map(U256::from);
    assert_eq!(std::array::from_fn(word), facts);
    let chain = bench.api.chain();
    assert_eq!(chain.latest().info(Address::ZERO).balance - fees, U256::from(sent.gas_used) * U256::from(100_000_000));
    let block = chain.head();
    let start = block.start.as_ref().expect("ArbOS's transaction");
    assert_eq!(chain.place(start.hash).map(|(_, index)| index), Some(0));
    assert_eq!(chain.place(sent.hash).map(|(_, index)| index), Some(1));
}

/// The worked vector of a start-block transaction: chain 412346, block 7, 3 seconds after block 6.
#[test]
fn a_start_block_transaction_has_nitros_hash() {
    let start = aia_devnode::chain::StartBlock::new(412_346, 7, 3);
    assert_eq!(start.hash, hex!("f2461ab57bbd51cacb66dbfecafc2fa78194bdc5061f97753079307f0097042a"));
}

#[test]
fn selfdestruct_reverts_in_a_program_and_blobs_have_no_price() {
    let bench = Bench::new();
    let destructor = bench.deploy(&hex!("33ff")); // CALLER SELFDESTRUCT
    let delegator = bench.program(&format!(
        r#"(module
            (import "vm_hooks" "delegate_call_contract"
                (func $delegate (param i32 i32 i32 i64 i32) (result i32)))
            (memory (export "memory") 1 1)
            (data (i32.const 0) "{}")
            (func (export "user_entrypoint") (param i32) (result i32)
                (call $delegate (i32.const 0) (i32.const 32) (i32.const 0) (i64.const 100000) (i32.const 64))))"#,
        destructor.iter().map(|byte| format!("\\{byte:02x}")).collect::<String>()
    ));
    let refused = bench.send(delegator, Bytes::new(), U256::ZERO);
    assert!(!refused.success, "the call's status 2 is the program's");
    assert!(!bench.api.chain().latest().info(delegator).is_empty_code_hash());

    let blob_price = bench.deploy(&hex!("4a00"));
    let failed = bench.send(blob_price, Bytes::new(), U256::ZERO);
    assert!(!failed.success);
    assert_eq!(failed.gas_used, 20_000_000);
}

/// An EOA that delegates to a precompile runs no code.
#[test]
fn nobody_can_delegate_to_a_precompile() {
    let bench = Bench::new();
    let account = Address::repeat_byte(0x44);
    let delegation = [&hex!("ef0100")[..], Address::with_last_byte(0x64).as_slice()].concat();
    let change = aia_devnode::chain::Override {
        address: account,
        code: Some(delegation.into()),
        ..aia_devnode::chain::Override::default()
    };
    bench.api.alter(change).unwrap();
    let request = TransactionRequest::default().with_to(account).with_input(hex!("a3b1b31d"));
    let sent = bench.request(request);
    assert!(sent.success && sent.output.is_empty());
}
