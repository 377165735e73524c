//! What differs between the ArbOS versions.

use aia_devnode::{NodeConfig, arbos::VERSIONS};
use alloy::{
    network::TransactionBuilder,
    primitives::{Address, Bytes, U256, address, hex},
    rpc::types::TransactionRequest,
};

use crate::{
    bench::{Bench, data_gas},
    programs::NOTHING,
};

/// From this version on Osaka's rules hold.
const OSAKA_SINCE: u64 = 50;
/// Where P-256 signatures are verified.
const P256: Address = address!("0000000000000000000000000000000000000100");

fn chain(arbos: u64) -> Bench {
    Bench::with(NodeConfig { arbos, ..NodeConfig::default() })
}

/// Stylus-vm reference, section 0: the opcode that counts leading zeros (EIP-7939).
#[test]
fn clz_comes_with_arbos_50() {
    for version in VERSIONS {
        let bench = chain(version);
        let contract = bench.deploy(&hex!("60011e5f5260205ff3")); // CLZ of 1, returned
        let sent = bench.send(contract, Bytes::new(), U256::ZERO);
        assert_eq!(sent.success, version >= OSAKA_SINCE, "ArbOS {version}");
        if sent.success {
            assert_eq!(U256::from_be_slice(&sent.output), U256::from(255));
        }
    }
}

/// Stylus-vm reference, section 0: P-256 is there from the first, at half the price.
#[test]
fn p256_costs_3450_gas_and_6900_from_arbos_50() {
    for version in VERSIONS {
        let bench = chain(version);
        let data = vec![0; 160];
        let sent = bench.send(P256, data.clone(), U256::ZERO);
        let cost = if version < OSAKA_SINCE { 3450 } else { 6900 };
        assert!(sent.success);
        assert_eq!(sent.gas_used - 21_000 - data_gas(&data), cost, "ArbOS {version}");
    }
}

/// Stylus-vm reference, section 0: BLS12-381 comes with ArbOS 50; before, its addresses are empty accounts.
#[test]
fn bls_precompiles_come_with_arbos_50() {
    for version in VERSIONS {
        let bench = chain(version);
        // Adding points takes 256 bytes: with fewer, the precompile fails, and an empty account does not care.
        let sent = bench.send(Address::with_last_byte(0x0b), vec![1], U256::ZERO);
        assert_eq!(sent.success, version < OSAKA_SINCE, "ArbOS {version}");
    }
}

/// Stylus-vm reference, section 0: programs run alike at every version, with another stack.
#[test]
fn a_program_costs_the_same_at_every_version() {
    for version in VERSIONS {
        let bench = chain(version);
        let program = bench.program(NOTHING);
        assert_eq!(bench.send(program, Bytes::new(), U256::ZERO).gas_used, 30_209, "ArbOS {version}");
    }
}

/// Stylus-vm reference, section 0: a flush that cannot be paid for takes everything from ArbOS 50 on.
#[test]
fn a_flush_without_enough_gas_fails_and_from_arbos_50_takes_all() {
    let text = r#"(module
        (import "vm_hooks" "storage_cache_bytes32" (func $cache (param i32 i32)))
        (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
        (memory (export "memory") 1 1)
        (data (i32.const 63) "\01")
        (func (export "user_entrypoint") (param i32) (result i32)
            (call $cache (i32.const 0) (i32.const 32))
            (call $flush (i32.const 0))
            i32.const 0))"#;
    for version in VERSIONS {
        let bench = chain(version);
        let program = bench.program(text);
        // Enough to enter and for the sentries, too little for the slot.
        let gas = 21_000 + 9_300 + 15_000;
        let sent = bench.request(TransactionRequest::default().with_to(program).with_gas_limit(gas));
        assert!(!sent.success);
        assert_eq!(sent.gas_used == gas, version >= OSAKA_SINCE, "ArbOS {version}: {}", sent.gas_used);
    }
}
