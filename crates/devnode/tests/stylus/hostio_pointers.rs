//! What host calls do with pointers out of bounds: a failure that keeps the ink, once all is paid.

use aia_devnode::stylus::{Answer, CallKind, Env, Request};
use revm::primitives::{Address, B256, Bytes, U256};

use crate::{
    host_call::{A, H, HostCall, P, read, write},
    machine::GAS,
};

/// The size of memory.
const END: i64 = 65_536;
/// The first places where a word, an address, and a length written by the host do not fit.
const WORD: i64 = END - 31;
const ADDRESS: i64 = END - 19;
const LENGTH: i64 = END - 3;

/// Ink that must be left for a call to begin at all, by what its table row says.
const LOAD: u64 = H + 2 * P + 2115 * GAS;
const CACHE: u64 = H + 2 * P + 2310 * GAS;
const BALANCE: u64 = H + 2 * P + A + 2600 * GAS;
const CODE: u64 = H + A + 2600 * GAS;

/// Stylus-vm reference, sections 5.2 and 6.5.
#[test]
fn reading_or_writing_out_of_bounds_is_a_failure_after_paying() {
    let check = |function, arguments: &[i64], in_hand, paid| {
        HostCall::new(function, arguments).needing(in_hand).fails_after(paid);
    };
    // Function, arguments, ink in hand, ink paid. Those that ask the chain first are below.
    check("write_result", &[LENGTH, 4], 0, H + 2 * read(4));
    check("write_result", &[0, END + 1], 0, H + 2 * read(65_537));
    check("write_result", &[-1, 1], 0, H + 2 * read(1));
    check("storage_load_bytes32", &[WORD, 0], LOAD, H + 2 * P);
    check("storage_cache_bytes32", &[WORD, 0], CACHE, H + 2 * P);
    check("storage_cache_bytes32", &[0, WORD], CACHE, H + 2 * P);
    check("transient_store_bytes32", &[WORD, 0], 0, H + 2 * P + A + 100 * GAS);
    check("transient_store_bytes32", &[0, WORD], 0, H + 2 * P + A + 100 * GAS);
    check("call_contract", &[ADDRESS, 0, 0, 0, 0, 0], 0, H + 3 * P + A + 2 * read(0));
    check("call_contract", &[0, LENGTH, 4, 0, 0, 0], 0, H + 3 * P + A + 2 * read(4));
    check("call_contract", &[0, 0, END + 1, 0, 0, 0], 0, H + 3 * P + A + 2 * read(65_537));
    check("call_contract", &[0, 0, 0, WORD, 0, 0], 0, H + 3 * P + A + 2 * read(0));
    check("delegate_call_contract", &[ADDRESS, 0, 0, 0, 0], 0, H + 3 * P + A + 2 * read(0));
    check("delegate_call_contract", &[0, LENGTH, 4, 0, 0], 0, H + 3 * P + A + 2 * read(4));
    check("static_call_contract", &[ADDRESS, 0, 0, 0, 0], 0, H + 3 * P + A + 2 * read(0));
    check("static_call_contract", &[0, LENGTH, 4, 0, 0], 0, H + 3 * P + A + 2 * read(4));
    check("create1", &[LENGTH, 4, 0, 0, 0], 0, H + 3 * P + A + 2 * read(4));
    check("create1", &[0, 0, WORD, 0, 0], 0, H + 3 * P + A + 2 * read(0));
    check("create2", &[LENGTH, 4, 0, 0, 0, 0], 0, H + 4 * P + A + 2 * read(4));
    check("create2", &[0, 0, WORD, 0, 0, 0], 0, H + 4 * P + A + 2 * read(0));
    check("create2", &[0, 0, 0, WORD, 0, 0], 0, H + 4 * P + A + 2 * read(0));
    check("emit_log", &[LENGTH, 4, 0], 0, H + A + read(4) + (375 + 8 * 4) * GAS);
    check("emit_log", &[WORD, 32, 1], 0, H + A + read(32) + 2 * 375 * GAS);
    check("account_balance", &[ADDRESS, 0], BALANCE, H + 2 * P + A);
    check("account_codehash", &[ADDRESS, 0], BALANCE, H + 2 * P + A);
    check("account_code", &[ADDRESS, 0, 0, 0], CODE, H + A);
    check("account_code_size", &[ADDRESS], CODE, H + A);
    check("block_basefee", &[WORD], 0, H + P);
    check("block_coinbase", &[ADDRESS], 0, H + P);
    check("contract_address", &[ADDRESS], 0, H + P);
    check("msg_sender", &[ADDRESS], 0, H + P);
    check("msg_value", &[WORD], 0, H + P);
    check("msg_value", &[-1], 0, H + P);
    check("tx_gas_price", &[WORD], 0, H + P);
    check("tx_origin", &[ADDRESS], 0, H + P);
    check("math_div", &[WORD, 0], 0, 43_520);
    check("math_div", &[0, WORD], 0, 43_520);
    check("math_mod", &[WORD, 0], 0, 43_520);
    check("math_mod", &[0, WORD], 0, 43_520);
    check("math_pow", &[WORD, 0], 0, 23_520); // before the exponent is paid for
    check("math_pow", &[0, WORD], 0, 23_520);
    check("math_add_mod", &[WORD, 0, 0], 0, 49_560);
    check("math_add_mod", &[0, WORD, 0], 0, 49_560);
    check("math_add_mod", &[0, 0, WORD], 0, 49_560);
    check("math_mul_mod", &[WORD, 0, 0], 0, 52_660);
    check("math_mul_mod", &[0, WORD, 0], 0, 52_660);
    check("math_mul_mod", &[0, 0, WORD], 0, 52_660);
    check("native_keccak256", &[LENGTH, 4, 0], 0, 121_800);
    check("native_keccak256", &[0, 4, WORD], 0, 121_800);

    let env = Env { args: Bytes::from_static(b"args"), ..Env::default() };
    HostCall::new("read_args", &[LENGTH]).env(env).fails_after(H + write(4));
}

/// Stylus-vm reference, sections 5.2 and 6.5: the chain has answered and was paid.
#[test]
fn writing_an_answer_out_of_bounds_is_a_failure_after_paying_for_it() {
    let word = Answer::Word { value: U256::from(1), gas: 100 };
    let code = Answer::Code { code: Bytes::from_static(b"code"), gas: 800 };
    let output = Answer::Returned { success: true, data: Bytes::new(), created: Address::ZERO, gas: 100 };
    let request = |kind| Request::Call {
        kind,
        contract: Address::ZERO,
        data: Bytes::new(),
        value: U256::ZERO,
        gas_left: 0,
        gas_asked: 0,
    };
    let create = |salt| Request::Create { code: Bytes::new(), endowment: U256::ZERO, salt, gas_left: 0 };
    let calling = H + 3 * P + A + 2 * read(0) + 100 * GAS;
    let check = |function, arguments: &[i64], request, answer: &Answer, in_hand, paid| {
        HostCall::new(function, arguments).asking(request, answer.clone()).needing(in_hand).fails_after(paid);
    };
    check("storage_load_bytes32", &[0, WORD], Request::LoadSlot(U256::ZERO), &word, LOAD, H + 2 * P + 100 * GAS);
    let (free, transient) = (Answer::Word { value: U256::from(1), gas: 0 }, H + 2 * P + A + 100 * GAS);
    check("transient_load_bytes32", &[0, WORD], Request::LoadTransient(U256::ZERO), &free, 0, transient);
    check("call_contract", &[0, 0, 0, 0, 0, LENGTH], request(CallKind::Call), &output, 0, calling);
    check("delegate_call_contract", &[0, 0, 0, 0, LENGTH], request(CallKind::Delegate), &output, 0, calling);
    check("static_call_contract", &[0, 0, 0, 0, LENGTH], request(CallKind::Static), &output, 0, calling);
    check("create1", &[0, 0, 0, ADDRESS, 0], create(None), &output, 0, calling);
    check("create1", &[0, 0, 0, 0, LENGTH], create(None), &output, 0, calling);
    check("create2", &[0, 0, 0, 0, ADDRESS, 0], create(Some(B256::ZERO)), &output, 0, calling + P);
    check("create2", &[0, 0, 0, 0, 0, LENGTH], create(Some(B256::ZERO)), &output, 0, calling + P);
    let account = H + 2 * P + A + 100 * GAS;
    check("account_balance", &[0, WORD], Request::Balance(Address::ZERO), &word, BALANCE, account);
    check("account_codehash", &[0, WORD], Request::CodeHash(Address::ZERO), &word, BALANCE, account);
    let whole = H + A + 800 * GAS + write(4);
    check("account_code", &[0, 0, 4, LENGTH], Request::Code(Address::ZERO), &code, CODE, whole);
}

/// Stylus-vm reference, sections 5.2 and 5.3: return data that goes out of bounds.
#[test]
fn return_data_out_of_bounds_is_a_failure_after_paying() {
    let call = "i32.const 0 i32.const 0 i32.const 0 i32.const 0 i64.const 0 i32.const 0 call $call_contract drop";
    let request = Request::Call {
        kind: CallKind::Call,
        contract: Address::ZERO,
        data: Bytes::new(),
        value: U256::ZERO,
        gas_left: 0,
        gas_asked: 0,
    };
    let data = Bytes::from_static(b"data");
    HostCall::new("read_return_data", &[LENGTH, 0, 4])
        .after(call, 6 + 3800 + 2450 + H + 3 * P + A + 2 * read(0) + 9)
        .asking(request, Answer::Returned { success: true, data, created: Address::ZERO, gas: 0 })
        .fails_after(H + A + write(4));
}

/// Stylus-vm reference, section 5.2: what is paid in gas comes before memory as well.
#[test]
fn a_transient_load_pays_its_gas_before_it_reads_the_key() {
    HostCall::new("transient_load_bytes32", &[WORD, 0]).fails_after(1_078_153);
}

/// Stylus-vm reference, section 5.2.
#[test]
fn the_last_bytes_of_memory_are_in_bounds() {
    let check = |function, arguments: &[i64], paid| HostCall::new(function, arguments).costs(paid);
    check("write_result", &[END - 4, 4], H + 2 * read(4));
    check("write_result", &[END, 0], H + 2 * read(0));
    check("write_result", &[0, END], H + 2 * read(65_536));
    check("block_basefee", &[WORD - 1], H + P);
    check("block_coinbase", &[ADDRESS - 1], H + P);
    check("math_div", &[WORD - 1, WORD - 1], 43_520);
    check("math_mul_mod", &[WORD - 1, WORD - 1, WORD - 1], 52_660);
    check("native_keccak256", &[END - 4, 4, WORD - 1], 121_800);
    let env = Env { args: Bytes::from_static(b"args"), ..Env::default() };
    HostCall::new("read_args", &[END - 4]).env(env).costs(H + write(4));
    HostCall::new("account_balance", &[ADDRESS - 1, WORD - 1])
        .asking(Request::Balance(Address::ZERO), Answer::Word { value: U256::ZERO, gas: 100 })
        .needing(BALANCE)
        .costs(H + 2 * P + A + 100 * GAS);
    HostCall::new("create1", &[END - 4, 4, WORD - 1, ADDRESS - 1, LENGTH - 1])
        .asking(
            Request::Create { code: Bytes::from_static(&[0; 4]), endowment: U256::ZERO, salt: None, gas_left: 0 },
            Answer::Returned { success: true, data: Bytes::new(), created: Address::ZERO, gas: 0 },
        )
        .costs(H + 3 * P + A + 2 * read(4));
}
