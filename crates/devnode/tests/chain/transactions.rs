//! Transactions: what they pay, what they may use, and what the base fee makes of it.

use aia_devnode::{NodeConfig, config::DEV_ADDRESS, rpc::RpcError};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256, hex},
    rpc::types::TransactionRequest,
};

use crate::bench::Bench;

/// Runs until its gas is used up: JUMPDEST PUSH0 JUMP.
const SPIN: [u8; 3] = hex!("5b5f56");

/// Stylus-vm reference, section 7.1: 32 million gas of compute at most, whatever the limit.
#[test]
fn a_limit_of_a_hundred_million_gives_32_million_of_compute() {
    let bench = Bench::new();
    let spin = bench.deploy(&SPIN);
    let sent = bench.request(TransactionRequest::default().with_to(spin).with_gas_limit(100_000_000));
    assert!(!sent.success);
    assert_eq!(sent.gas_used, 32_000_000);
    assert_eq!(sent.failure.as_deref(), Some("out of gas"));
}

/// Stylus-vm reference, section 7.4.
#[test]
fn a_busy_chain_raises_its_base_fee_and_time_lowers_it() {
    let bench = Bench::new();
    let spin = bench.deploy(&SPIN);
    let fee = || bench.api.chain().head().header.base_fee_per_gas.unwrap();
    let second = bench.api.chain().head().header.timestamp + 1;
    for _ in 0..6 {
        bench.api.chain().set_next_time(second).unwrap();
        bench.request(TransactionRequest::default().with_to(spin).with_gas_limit(32_000_000));
    }
    let raised = fee();
    assert!(raised > 100_000_000, "{raised}");
    bench.api.chain().increase_time(60);
    bench.api.mine(2, 1).unwrap();
    assert_eq!(fee(), 100_000_000);

    let calm = Bench::with(NodeConfig { congestion: false, ..NodeConfig::default() });
    let spin = calm.deploy(&SPIN);
    let second = calm.api.chain().head().header.timestamp + 1;
    for _ in 0..6 {
        calm.api.chain().set_next_time(second).unwrap();
        calm.request(TransactionRequest::default().with_to(spin).with_gas_limit(32_000_000));
    }
    assert_eq!(calm.api.chain().head().header.base_fee_per_gas, Some(100_000_000));
}

/// Stylus-vm reference, section 7.1: neither EIP-7623's floor nor EIP-7825's cap.
#[test]
fn calldata_has_no_floor() {
    let bench = Bench::new();
    let data = vec![1; 10_000];
    let sent = bench.send(Address::repeat_byte(1), data, U256::ZERO);
    assert_eq!(sent.gas_used, 21_000 + 160_000);
}

/// Stylus-vm reference, section 7.2: the tip is taken from nobody.
#[test]
fn a_tip_is_ignored() {
    let bench = Bench::new();
    let before = bench.api.chain().latest().info(DEV_ADDRESS).balance;
    let request = TransactionRequest::default()
        .with_to(Address::repeat_byte(1))
        .with_max_fee_per_gas(5_000_000_000)
        .with_max_priority_fee_per_gas(4_000_000_000);
    let sent = bench.request(request);
    let paid = before - bench.api.chain().latest().info(DEV_ADDRESS).balance;
    assert_eq!(paid, U256::from(sent.gas_used) * U256::from(100_000_000));
}

/// Stylus-vm reference, section 9.3: estimates are enough, exactly as they are.
#[test]
fn estimates_are_enough_and_not_much_more() {
    let bench = Bench::new();
    let transfer = TransactionRequest::default().with_from(DEV_ADDRESS).with_to(Address::repeat_byte(1));
    assert_eq!(bench.api.estimate_gas(&transfer, None).unwrap(), 21_000);

    let program = bench.program(crate::programs::ECHO);
    let call = transfer.with_to(program).with_input(vec![7; 2000]);
    let estimate = bench.api.estimate_gas(&call, None).unwrap();
    let sent = bench.request(call.clone().with_gas_limit(estimate));
    assert!(sent.success);
    assert!(estimate * 1000 <= sent.gas_used * 1100, "{estimate} for {}", sent.gas_used);

    let spin = bench.deploy(&SPIN);
    let endless = TransactionRequest::default().with_from(DEV_ADDRESS).with_to(spin);
    let error = bench.api.estimate_gas(&endless, None).unwrap_err();
    assert_eq!(error.to_string(), "gas required exceeds allowance (50000000)");
}

/// Stylus-vm reference, section 9.2.
#[test]
fn failures_are_told_in_geths_words() {
    let bench = Bench::new();
    let call = |code: &[u8]| {
        let contract = bench.deploy(code);
        let request = TransactionRequest::default().with_from(DEV_ADDRESS).with_to(contract).with_gas_limit(100_000);
        bench.api.call(&request, None).unwrap_err().to_string()
    };
    let table: [(&[u8], &str); 7] = [
        (&hex!("fe"), "invalid opcode: INVALID"),
        (&hex!("5b5f56"), "out of gas"),
        (&hex!("600056"), "invalid jump destination"),
        (&hex!("50"), "stack underflow"),
        (&hex!("60205f5f3e"), "return data out of bounds"),
        (&hex!("5f5ffd"), "execution reverted"),
        (&hex!("634e487b715f5260116020526024601cfd"), "execution reverted: arithmetic underflow or overflow"),
    ];
    for (code, text) in table {
        let told = call(code);
        assert!(told.starts_with(text), "{}: {told}", hex::encode(code));
    }
    let stingy = TransactionRequest::default().with_from(DEV_ADDRESS).with_to(DEV_ADDRESS).with_gas_price(1);
    let told = bench.api.call(&stingy, None).unwrap_err().to_string();
    assert_eq!(
        told,
        format!(
            "err: max fee per gas less than block base fee: address {DEV_ADDRESS}, maxFeePerGas: 1, \
             baseFee: 100000000 (supplied gas 50000000)"
        )
    );
    let request = TransactionRequest::default()
        .with_from(DEV_ADDRESS)
        .with_to(Address::with_last_byte(0x71))
        .with_input([&hex!("cc8f4e88")[..], &[0; 32]].concat());
    let told = bench.api.call(&request, None).unwrap_err();
    assert_eq!(told.to_string(), "execution reverted: error ProgramNotActivated()");
    assert_eq!(told, RpcError::Reverted(Bytes::from(hex!("6f809c4e"))));
}
