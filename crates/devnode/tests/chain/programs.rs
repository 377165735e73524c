//! What programs cost, end to end: the worked vectors of the reference.

use alloy::{
    primitives::{Address, Bytes, U256},
    sol,
    sol_types::{SolCall, SolEvent},
};

use crate::bench::{ARB_WASM, Bench, ProgramActivated, activateProgramCall, data_gas};

sol! {
    function programInitGas(address program) external view returns (uint64 gas, uint64 gasWhenCached);
}

pub(crate) const NOTHING: &str = r#"(module (memory (export "memory") 0 0)
    (func (export "user_entrypoint") (param i32) (result i32) i32.const 0))"#;

const LOOP: &str = r#"(module (memory (export "memory") 0 0)
    (func (export "user_entrypoint") (param i32) (result i32) (local i32)
        i32.const 10 local.set 1
        (loop local.get 1 i32.const 1 i32.sub local.tee 1 br_if 0)
        i32.const 0))"#;

pub(crate) const ECHO: &str = r#"(module
    (import "vm_hooks" "read_args" (func $read_args (param i32)))
    (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
    (memory (export "memory") 1 1)
    (func (export "user_entrypoint") (param $length i32) (result i32)
        (call $read_args (i32.const 0))
        (call $write_result (i32.const 0) (local.get $length))
        i32.const 0))"#;

const INTRINSIC: u64 = 21_000;

/// Stylus-vm reference, section 11.3.
#[test]
fn a_program_that_does_nothing_uses_30209_gas_and_21359_when_cached() {
    let bench = Bench::new();
    let program = bench.program(NOTHING);
    assert_eq!(bench.send(program, Bytes::new(), U256::ZERO).gas_used, 30_209);
    bench.cache(program);
    assert_eq!(bench.send(program, Bytes::new(), U256::ZERO).gas_used, 21_359);

    let asked = bench.call(ARB_WASM, programInitGasCall { program }.abi_encode());
    let answer = programInitGasCall::abi_decode_returns(&asked).unwrap();
    assert_eq!((answer.gas, answer.gasWhenCached), (9208, 358));
}

/// Stylus-vm reference, section 11.3.
#[test]
fn its_first_activation_uses_1748834_gas_beside_the_transactions_own_and_pays_the_data_fee() {
    let bench = Bench::new();
    let program = bench.upload(NOTHING);
    let activated = bench.activate(program);
    let data = activateProgramCall { program }.abi_encode();
    assert_eq!(activated.gas_used, INTRINSIC + data_gas(&data) + 1_748_834);
    let event = ProgramActivated::decode_log(activated.logs.last().unwrap()).unwrap();
    assert_eq!(event.dataFee, U256::from(43_607_190_175_334u64));
    assert_eq!((event.program, event.version), (program, 2));
}

/// Stylus-vm reference, section 11.4: 41,925 ink are 5 gas, 11 instructions and 2 values more to enter.
#[test]
fn a_loop_of_ten_uses_5_gas_of_its_own() {
    let bench = Bench::new();
    let program = bench.program(LOOP);
    let asked = bench.call(ARB_WASM, programInitGasCall { program }.abi_encode());
    let entry = programInitGasCall::abi_decode_returns(&asked).unwrap().gas;
    assert_eq!(bench.send(program, Bytes::new(), U256::ZERO).gas_used, INTRINSIC + entry + 5);
}

/// Stylus-vm reference, section 11.5: 69,631 ink are 7 gas.
#[test]
fn an_echo_of_four_bytes_uses_7_gas_of_its_own_and_answers() {
    let bench = Bench::new();
    let program = bench.program(ECHO);
    let asked = bench.call(ARB_WASM, programInitGasCall { program }.abi_encode());
    let entry = programInitGasCall::abi_decode_returns(&asked).unwrap().gas;
    let data = [1, 2, 3, 4];
    let sent = bench.send(program, data.to_vec(), U256::ZERO);
    assert_eq!(sent.output.as_ref(), data);
    assert_eq!(sent.gas_used, INTRINSIC + data_gas(&data) + entry + 7);
}

/// Stylus-vm reference, section 3: activation is by code hash.
#[test]
fn a_second_deployment_of_the_same_code_is_active_already() {
    let bench = Bench::new();
    bench.program(NOTHING);
    let twin = bench.upload(NOTHING);
    assert!(bench.send(twin, Bytes::new(), U256::ZERO).success);
    let again = bench.activate(twin);
    assert!(!again.success);
    assert_eq!(again.output.as_ref(), [0xcc, 0x94, 0x4b, 0xf2], "ProgramUpToDate()");
}

/// Stylus-vm reference, sections 3.8 and 6.1: a program that may not run takes all gas of its frame.
#[test]
fn a_program_runs_only_while_it_is_active_and_a_year_at_most() {
    let bench = Bench::new();
    let program = bench.upload(NOTHING);
    let asleep = bench.send(program, Bytes::new(), U256::ZERO);
    assert!(!asleep.success);
    assert_eq!(asleep.gas_used, 20_000_000);
    assert_eq!(asleep.failure.as_deref(), Some("error ProgramNotActivated()"));

    assert!(bench.activate(program).success);
    assert!(bench.send(program, Bytes::new(), U256::ZERO).success);
    bench.api.chain().increase_time(366 * 86_400);
    let expired = bench.send(program, Bytes::new(), U256::ZERO);
    assert!(!expired.success);
    assert!(expired.failure.unwrap().starts_with("error ProgramExpired("));
    assert!(bench.activate(program).success, "an expired program can be activated again");
    assert!(bench.send(program, Bytes::new(), U256::ZERO).success);
}

/// Stylus-vm reference, section 3.1: the fee is checked last, and what was too little comes back.
#[test]
fn an_activation_without_enough_value_reverts_with_what_is_missing() {
    let bench = Bench::new();
    let program = bench.upload(NOTHING);
    let poor = bench.send(ARB_WASM, activateProgramCall { program }.abi_encode(), U256::from(5));
    assert!(!poor.success);
    assert_eq!(poor.output[..4], [0x09, 0x78, 0x1a, 0xb7], "ProgramInsufficientValue");
    assert_eq!(U256::from_be_slice(&poor.output[4..36]), U256::from(5));
    assert_eq!(U256::from_be_slice(&poor.output[36..68]), U256::from(43_607_190_175_334u64));
    assert!(poor.gas_used < 2_000_000, "the rest of the gas comes back");
}

/// Stylus-vm reference, section 3.1: what is no program is refused in three ways.
#[test]
fn only_programs_can_be_activated() {
    let bench = Bench::new();
    let nobody = bench.activate(Address::repeat_byte(9));
    assert_eq!(nobody.output.as_ref(), [0x27, 0xf3, 0x82, 0x12], "ProgramNotWasm()");

    let evm = bench.activate(bench.deploy(&[0x00]));
    assert!(!evm.success && evm.output.is_empty());
    assert!(evm.gas_used < 2_000_000, "a plain revert");

    let broken = bench.activate(bench.deploy(&[0xef, 0xf0, 0x00, 0x00, 0x12, 0x34]));
    assert!(!broken.success && broken.output.is_empty());
    assert!(broken.gas_used < 2_000_000, "a plain revert");

    let floats = r#"(module (memory (export "memory") 0 0)
        (func (result f32) f32.const 1 f32.const 2 f32.add)
        (func (export "user_entrypoint") (param i32) (result i32) i32.const 0))"#;
    let refused = bench.activate(bench.upload(floats));
    assert_eq!(refused.gas_used, 20_000_000, "a failed validation takes everything");
    assert!(refused.failure.unwrap().starts_with("program activation failed: "));
}

/// Stylus-vm reference, section 2.2.
#[test]
fn code_with_the_prefix_can_be_stored_and_every_other_code_with_ef_cannot() {
    let bench = Bench::new();
    let stored = |code: &[u8]| {
        let request = alloy::rpc::types::TransactionRequest::default();
        bench
            .request(alloy::network::TransactionBuilder::with_deploy_code(request, crate::bench::init_code(code)))
            .success
    };
    assert!(stored(&[0xef, 0xf0, 0x00, 0x00]));
    assert!(!stored(&[0xef, 0xf0, 0x00]), "the prefix alone");
    assert!(!stored(&[0xef, 0xf0, 0x01, 0x00]), "a fragment, which comes with ArbOS 60");
    assert!(!stored(&[0xef, 0x00, 0x01, 0x00]));
}
