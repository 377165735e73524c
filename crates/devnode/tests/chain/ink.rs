//! What host calls cost where the chain decides it: cold and warm, new and known, called and created.
//!
//! A program asks for its ink before and after one host call and returns the difference. What its own
//! instructions between the two took is taken off.

use alloy::{
    primitives::{Address, Bytes, U256, address, hex},
    sol_types::SolCall,
};

use crate::{
    bench::{ARB_WASM, Bench},
    programs::{ECHO, programInitGasCall},
};

const ARBOS_TEST: Address = address!("0000000000000000000000000000000000000069");
const STRANGER: Address = address!("00000000000000000000000000000000deadbeef");

/// One instruction block and the call that ends it.
const CALL: u64 = 2450 + 3800;
/// Asking for the ink itself.
const HOSTIO: u64 = 8400;

/// A host call to measure.
struct Measured<'a> {
    /// Name and type, as in an import.
    import: &'a str,
    /// Host calls before it, in WAT.
    before: String,
    /// The arguments, all constants.
    args: &'a [u64],
    /// Types of the arguments that are not i32.
    wide: &'a [usize],
    /// Whether it has a result.
    result: bool,
    /// What memory holds.
    data: Vec<(u32, Vec<u8>)>,
    value: U256,
}

impl Default for Measured<'_> {
    fn default() -> Self {
        Self {
            import: "",
            before: String::new(),
            args: &[],
            wide: &[],
            result: false,
            data: Vec::new(),
            value: U256::ZERO,
        }
    }
}

impl Measured<'_> {
    /// Runs it in a fresh program and returns the ink of the host call alone.
    fn ink(&self, bench: &Bench) -> u64 {
        let program = bench.program(&self.module());
        let sent = bench.send(program, Bytes::new(), self.value);
        assert!(sent.success, "{}: {:?}", self.import, sent.failure);
        let between = u64::from_le_bytes(sent.output[..8].try_into().unwrap());
        let own = 210 + self.args.len() as u64 + CALL + if self.result { 9 } else { 0 } + CALL + HOSTIO;
        between - own
    }

    fn module(&self) -> String {
        let constant = |(place, value): (usize, &u64)| {
            let width = if self.wide.contains(&place) { "i64" } else { "i32" };
            format!("{width}.const {value}")
        };
        let args = self.args.iter().enumerate().map(constant).collect::<Vec<_>>().join(" ");
        let escape = |bytes: &[u8]| bytes.iter().map(|byte| format!("\\{byte:02x}")).collect::<String>();
        let data: String =
            self.data.iter().map(|(at, bytes)| format!("(data (i32.const {at}) \"{}\")", escape(bytes))).collect();
        let (name, drop) = (self.import.split_once(' ').unwrap().0, if self.result { "drop" } else { "" });
        let ty = self.import.split_once(' ').unwrap().1;
        let mut imports = vec![("evm_ink_left", "(result i64)"), ("write_result", "(param i32 i32)")];
        let known = [
            ("storage_load_bytes32", "(param i32 i32)"),
            ("storage_cache_bytes32", "(param i32 i32)"),
            ("storage_flush_cache", "(param i32)"),
            ("account_balance", "(param i32 i32)"),
        ];
        imports.extend(known.into_iter().filter(|(other, _)| self.before.contains(other) && *other != name));
        if !imports.iter().any(|(other, _)| *other == name) {
            imports.push((name, ty));
        }
        let imports: String =
            imports.iter().map(|(name, ty)| format!(r#"(import "vm_hooks" "{name}" (func ${name} {ty}))"#)).collect();
        let before = &self.before;
        format!(
            r#"(module {imports} (memory (export "memory") 1 1) {data}
                (func (export "user_entrypoint") (param i32) (result i32) (local $start i64) (local $end i64)
                    {before}
                    call $evm_ink_left local.set $start
                    {args} call ${name} {drop}
                    call $evm_ink_left local.set $end
                    (i64.store (i32.const 65528) (i64.sub (local.get $start) (local.get $end)))
                    i32.const 65528 i32.const 8 call $write_result
                    i32.const 0))"#
        )
    }
}

fn word(value: u64) -> Vec<u8> {
    U256::from(value).to_be_bytes::<32>().to_vec()
}

const KEY: u32 = 0;
const VALUE: u32 = 32;

/// Memory with a key of `key` at 0 and a value of 1 at 32.
fn slot(key: u64) -> Vec<(u32, Vec<u8>)> {
    vec![(KEY, word(key)), (VALUE, word(1))]
}

/// Stylus-vm reference, section 11.1.
#[test]
fn storage_costs_21068480_cold_18480_from_the_cache_and_1068480_once_cleared() {
    let bench = Bench::new();
    let load = |before: &str| Measured {
        import: "storage_load_bytes32 (param i32 i32)",
        before: before.into(),
        args: &[0, 64],
        data: slot(7),
        ..Measured::default()
    };
    assert_eq!(load("").ink(&bench), 21_068_480);
    let read = "i32.const 0 i32.const 64 call $storage_load_bytes32";
    assert_eq!(load(read).ink(&bench), 18_480);
    let cleared = format!("{read} i32.const 1 call $storage_flush_cache");
    assert_eq!(load(&cleared).ink(&bench), 1_068_480);
}

/// Stylus-vm reference, section 11.1.
#[test]
fn a_flush_costs_221068073_for_a_new_slot_and_1068073_for_one_changed_before() {
    let bench = Bench::new();
    let write = "i32.const 0 i32.const 32 call $storage_cache_bytes32";
    let flush = |before: String| Measured {
        import: "storage_flush_cache (param i32)",
        before,
        args: &[0],
        data: [slot(7), vec![(64, word(2))]].concat(),
        ..Measured::default()
    };
    assert_eq!(flush(write.into()).ink(&bench), 221_068_073);
    let twice =
        format!("{write} i32.const 0 call $storage_flush_cache i32.const 0 i32.const 64 call $storage_cache_bytes32");
    assert_eq!(flush(twice).ink(&bench), 1_068_073);
    assert_eq!(flush(String::new()).ink(&bench), 68_073, "nothing to write");
}

/// Stylus-vm reference, section 11.1: a slot that had a value before the transaction.
#[test]
fn a_flush_of_an_existing_cold_slot_costs_50068073() {
    let bench = Bench::new();
    // The first call writes 1, the second 2: the value is the first byte of the calldata.
    let program = bench.program(
        r#"(module
            (import "vm_hooks" "evm_ink_left" (func $ink (result i64)))
            (import "vm_hooks" "read_args" (func $read_args (param i32)))
            (import "vm_hooks" "write_result" (func $write_result (param i32 i32)))
            (import "vm_hooks" "storage_cache_bytes32" (func $cache (param i32 i32)))
            (import "vm_hooks" "storage_flush_cache" (func $flush (param i32)))
            (memory (export "memory") 1 1)
            (func (export "user_entrypoint") (param i32) (result i32) (local $start i64) (local $end i64)
                (call $read_args (i32.const 63))
                (call $cache (i32.const 0) (i32.const 32))
                (local.set $start (call $ink))
                (call $flush (i32.const 0))
                (local.set $end (call $ink))
                (i64.store (i32.const 128) (i64.sub (local.get $start) (local.get $end)))
                (call $write_result (i32.const 128) (i32.const 8))
                i32.const 0))"#,
    );
    let flush = |value: u8| {
        let sent = bench.send(program, vec![value], U256::ZERO);
        let own = 210 + 1 + CALL + CALL + HOSTIO;
        u64::from_le_bytes(sent.output[..8].try_into().unwrap()) - own
    };
    assert_eq!(flush(1), 221_068_073);
    assert_eq!(flush(2), 50_068_073);
}

/// Stylus-vm reference, section 11.1.
#[test]
fn transient_slots_cost_1078153() {
    let bench = Bench::new();
    for import in ["transient_load_bytes32 (param i32 i32)", "transient_store_bytes32 (param i32 i32)"] {
        let measured = Measured { import, args: &[0, 32], data: slot(7), ..Measured::default() };
        assert_eq!(measured.ink(&bench), 1_078_153, "{import}");
    }
}

/// Stylus-vm reference, section 11.1.
#[test]
fn accounts_cost_26_million_ink_cold_and_one_warm_and_code_7_more() {
    let bench = Bench::new();
    let code = vec![0x5b; 100];
    let contract = bench.deploy(&code);
    let at = |account: Address| vec![(0, account.to_vec())];
    type Row<'a> = (&'a str, &'a [u64], bool, String, Address, u64);
    let table: [Row<'_>; 6] = [
        ("account_balance (param i32 i32)", &[0, 64], false, String::new(), STRANGER, 26_078_153),
        (
            "account_balance (param i32 i32)",
            &[0, 64],
            false,
            "i32.const 0 i32.const 64 call $account_balance".into(),
            STRANGER,
            1_078_153,
        ),
        ("account_codehash (param i32 i32)", &[0, 64], false, String::new(), STRANGER, 26_078_153),
        ("account_code_size (param i32) (result i32)", &[0], true, String::new(), contract, 33_068_073),
        (
            "account_code (param i32 i32 i32 i32) (result i32)",
            &[0, 0, 100, 64],
            true,
            String::new(),
            contract,
            33_073_113 + 30 * 68,
        ),
        (
            "account_code_size (param i32) (result i32)",
            &[0],
            true,
            "i32.const 0 i32.const 64 call $account_balance".into(),
            contract,
            8_068_073,
        ),
    ];
    for (import, args, result, before, account, ink) in table {
        let measured = Measured { import, args, result, before, data: at(account), ..Measured::default() };
        assert_eq!(measured.ink(&bench), ink, "{import}");
    }
}

/// Stylus-vm reference, section 11.1.
#[test]
fn logs_cost_by_topics_and_bytes() {
    let bench = Bench::new();
    for (length, topics, ink) in [
        (0, 0, 3_834_454),
        (10, 0, 4_634_454),
        (100, 0, 11_838_194),
        (32, 1, 3_834_454 + 3_750_000),
        (64, 2, 3_834_454 + 2 * 3_750_000 + 1760),
    ] {
        let args = [0, length, topics];
        let measured = Measured { import: "emit_log (param i32 i32 i32)", args: &args, ..Measured::default() };
        assert_eq!(measured.ink(&bench), ink, "{length} bytes, {topics} topics");
    }
}

const ADDRESS_AT: u32 = 0;
const VALUE_AT: u32 = 32;
const DATA_AT: u32 = 64;

/// Calls `contract` with `data` and `value`, all gas passed on.
fn call(contract: Address, data: &[u8], value: u64) -> Measured<'static> {
    let length = data.len() as u64;
    // contract, data, length, value, gas, where the return data's length goes
    let args = vec![u64::from(ADDRESS_AT), u64::from(DATA_AT), length, u64::from(VALUE_AT), 10_000_000, 1024];
    Measured {
        import: "call_contract (param i32 i32 i32 i32 i64 i32) (result i32)",
        args: args.leak(),
        wide: &[4],
        result: true,
        data: vec![(ADDRESS_AT, contract.to_vec()), (VALUE_AT, word(value)), (DATA_AT, data.to_vec())],
        value: U256::from(value),
        ..Measured::default()
    }
}

/// Stylus-vm reference, section 11.1: 103 gas and 116,395 ink.
#[test]
fn a_call_to_burn_arb_gas_costs_1146395() {
    let bench = Bench::new();
    let data = hex!("bb3480f90000000000000000000000000000000000000000000000000000000000000000");
    assert_eq!(call(ARBOS_TEST, &data, 0).ink(&bench), 1_146_395);
}

/// Stylus-vm reference, section 11.1: a contract that uses 221 gas, called cold, without and with value.
#[test]
fn a_call_to_a_cold_contract_costs_28325955_and_118325955_with_value() {
    let bench = Bench::new();
    // PC and POP take 4 gas, 55 times, and JUMPDEST one more: 221.
    let code = [[0x58, 0x50].repeat(55), vec![0x5b, 0x00]].concat();
    let plain = bench.deploy(&code);
    let data = [0; 4];
    assert_eq!(call(plain, &data, 0).ink(&bench), 28_325_955);

    let other = bench.deploy(&[code, vec![0xfe]].concat());
    assert_eq!(call(other, &data, 1).ink(&bench), 118_325_955);
}

/// Stylus-vm reference, section 11.5: called cold by another program with four bytes.
#[test]
fn a_call_to_the_echo_costs_118475955() {
    let bench = Bench::new();
    let echo = bench.program(ECHO);
    let asked = bench.call(ARB_WASM, programInitGasCall { program: echo }.abi_encode());
    let entry = programInitGasCall::abi_decode_returns(&asked).unwrap().gas;
    // The reference's module has names, 191 bytes, and enters for 9184 + 11 + 34 gas; this one has fewer.
    assert_eq!(call(echo, &[1, 2, 3, 4], 0).ink(&bench) + 9229 * 10_000, 118_475_955 + entry * 10_000);
}

/// Stylus-vm reference, section 5.5: the stipend is the caller's own.
#[test]
fn a_call_with_value_to_an_empty_account_pays_for_the_account_and_gets_no_gift() {
    let bench = Bench::new();
    let nobody = Address::repeat_byte(0x77);
    // 83,193 + 2 reads; 2600 cold, 25,000 new account, 9000 value, and no gas is used by the call itself.
    let ink = 83_193 + 2 * 16_381 + (2600 + 25_000 + 9000) * 10_000;
    assert_eq!(call(nobody, &[], 1).ink(&bench), ink);
}

/// Stylus-vm reference, section 5.6.
#[test]
fn a_creation_costs_32000_gas_and_for_create2_6_a_word() {
    let bench = Bench::new();
    let init = hex!("00"); // STOP: a contract without code
    let data = || vec![(0, word(0)), (32, word(5)), (64, init.to_vec())];
    // code, length, endowment, address, where the return data's length goes
    let create1 = Measured {
        import: "create1 (param i32 i32 i32 i32 i32)",
        args: &[64, 1, 0, 128, 160],
        data: data(),
        ..Measured::default()
    };
    assert_eq!(create1.ink(&bench), 83_193 + 2 * 16_381 + 32_000 * 10_000);
    let create2 = Measured {
        import: "create2 (param i32 i32 i32 i32 i32 i32)",
        args: &[64, 1, 0, 32, 128, 160],
        data: data(),
        ..Measured::default()
    };
    assert_eq!(create2.ink(&bench), 88_233 + 2 * 16_381 + 32_006 * 10_000);
}

/// Stylus-vm reference, section 11.1: with one page open, the module's own.
#[test]
fn a_hundred_pages_more_cost_9320660000() {
    let bench = Bench::new();
    let grown = Measured { import: "pay_for_memory_grow (param i32)", args: &[100], ..Measured::default() };
    assert_eq!(grown.ink(&bench), 9_320_660_000);
    let nothing = Measured { import: "pay_for_memory_grow (param i32)", args: &[0], ..Measured::default() };
    assert_eq!(nothing.ink(&bench), 8400);
}
