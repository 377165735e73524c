//! Calls, creations, what they return, and logs.

use std::cell::Cell;

use aia_devnode::stylus::{Answer, CallKind, Env, Exit, Request};
use revm::primitives::{Address, B256, Bytes, U256};

use crate::{
    host_call::{A, H, HostCall, P, read},
    machine::{BLOCK, CALL, GAS, Machine, PLENTY, pattern},
};

/// Ink of any call without what its data costs; likewise of a creation with a salt.
const CALL_BASE: u64 = H + 3 * P + A;
const CREATE2_BASE: u64 = H + 4 * P + A;

/// Where calldata, init code and logs lie.
const FAR: u32 = 4096;
/// Where the length of return data goes when nobody looks.
const NOWHERE: u32 = 60_000;

const TARGET: Address = Address::repeat_byte(0x7a);
const CREATED: Address = Address::repeat_byte(0xc4);

/// Stylus-vm reference, sections 5.3, 5.5 and 11.1.
#[test]
fn a_call_costs_by_its_calldata_and_what_the_chain_asks() {
    // Length of the calldata, gas that the chain asks, ink of it all.
    for (length, gas, ink) in [
        (0, 0, 115_955),
        (32, 0, 115_955),
        (33, 0, 115_955 + 2 * 55),
        (1000, 0, 115_955 + 2 * 55 * 968),
        // `burnArbGas(0)`.
        (36, 100 + 3, 1_146_395),
        // A cold EVM contract that uses 221, and the same with value.
        (0, 2600 + 221, 28_325_955),
        (0, 2600 + 9000 + 221, 118_325_955),
        // The echo of section 11.5, cold.
        (4, 2600 + 9184 + 11 + 34 + 7, 118_475_955),
    ] {
        for kind in [CallKind::Call, CallKind::Delegate, CallKind::Static] {
            call(kind, length, -1).asking(to_target(kind, length, u64::MAX), returned(true, b"", gas)).costs(ink);
        }
    }
}

/// Stylus-vm reference, section 5.5: 0 is success and 2 any error; the length goes where it should.
#[test]
fn a_call_returns_its_status_and_the_length_of_its_return_data() {
    for kind in [CallKind::Call, CallKind::Delegate, CallKind::Static] {
        for (success, status) in [(true, 0), (false, 2)] {
            for length in [0, 5, 0x1_0203] {
                call(kind, 4, 5000)
                    .asking(to_target(kind, 4, 5000), returned(success, &pattern(length), 700))
                    .giving(status)
                    .writing(100, u32::try_from(length).unwrap().to_le_bytes())
                    .costs(CALL_BASE + 2 * read(4) + 700 * GAS);
            }
        }
    }
}

/// Stylus-vm reference, section 5.5: all the gas that is left after the ink was paid may be given.
#[test]
fn calls_and_creations_tell_the_gas_that_is_left_after_their_ink() {
    for (code, arguments, ink) in [
        ("i32.const 0 i32.const 0 i32.const 36 i32.const 0 i64.const 9 i32.const 0 call $call_contract drop", 6, 0),
        ("i32.const 0 i32.const 0 i32.const 36 i64.const 9 i32.const 0 call $static_call_contract drop", 5, 0),
        ("i32.const 0 i32.const 0 i32.const 36 i64.const 9 i32.const 0 call $delegate_call_contract drop", 5, 0),
        ("i32.const 0 i32.const 36 i32.const 0 i32.const 0 i32.const 0 call $create1", 5, 0),
        ("i32.const 0 i32.const 36 i32.const 0 i32.const 0 i32.const 0 i32.const 0 call $create2", 6, P),
    ] {
        let program = Machine::with_hooks("", &format!("{code} i32.const 0"));
        let paid = arguments + CALL + BLOCK + CALL_BASE + ink + 2 * read(36);
        for left in [0, 1, 9999, 10_000, 10_001, 123_456_789_012] {
            let told = Cell::new(None);
            program.run(Env::default(), paid + left, |request| {
                told.set(match request {
                    Request::Call { gas_left, .. } | Request::Create { gas_left, .. } => Some(*gas_left),
                    other => panic!("unexpected {other:?}"),
                });
                returned(true, b"", 0)
            });
            assert_eq!(told.get(), Some(left / 10_000), "{code} with {left} ink left");
        }
    }
}

/// Stylus-vm reference, section 5.5: paying more than is left is out of ink.
#[test]
fn a_call_that_costs_more_than_is_left_is_out_of_ink() {
    let program = Machine::with_hooks("", &format!("{} i32.const 0", calling("call_contract")));
    for gas in [PLENTY / GAS, u64::MAX / GAS, u64::MAX] {
        let outcome = program.run(Env::default(), PLENTY, |_| returned(true, b"", gas));
        assert_eq!(outcome.exit, Exit::OutOfInk, "{gas} gas");
    }
}

/// Stylus-vm reference, sections 5.3 and 5.6.
#[test]
fn a_creation_costs_by_its_code_and_what_the_chain_asks() {
    for (length, ink) in [(0, 0), (32, 0), (33, 2 * 55), (1000, 2 * 55 * 968)] {
        for gas in [0, 32_000, 12_345_678] {
            let (ink1, ink2) = (115_955 + ink + gas * GAS, 120_995 + ink + gas * GAS);
            create1(length).asking(to_create(length, false), created(gas)).writing(160, CREATED).costs(ink1);
            create2(length).asking(to_create(length, true), created(gas)).writing(160, CREATED).costs(ink2);
        }
    }
}

/// Stylus-vm reference, section 5.6: a reverting one leaves no address, but its data.
#[test]
fn a_creation_that_fails_writes_no_address() {
    for output in [&b""[..], b"reason"] {
        let length = u32::try_from(output.len()).unwrap().to_le_bytes();
        create1(40)
            .holding(160, [0xee_u8; 20])
            .asking(to_create(40, false), returned(false, output, 50_000))
            .writing(160, Address::ZERO)
            .writing(200, length)
            .costs(CALL_BASE + 2 * read(40) + 50_000 * GAS);
        create2(40)
            .holding(160, [0xee_u8; 20])
            .asking(to_create(40, true), returned(false, output, 50_000))
            .writing(160, Address::ZERO)
            .writing(200, length)
            .costs(CREATE2_BASE + 2 * read(40) + 50_000 * GAS);
    }
}

/// Stylus-vm reference, section 5.6: in a static call, or with too little gas left for its base.
#[test]
fn a_creation_that_the_chain_refuses_is_a_failure() {
    create1(40).asking(to_create(40, false), Answer::Refused).fails_after(CALL_BASE + 2 * read(40));
    create2(40).asking(to_create(40, true), Answer::Refused).fails_after(CREATE2_BASE + 2 * read(40));
}

/// Stylus-vm reference, sections 5.3 and 11.1.
#[test]
fn return_data_costs_by_what_can_be_written() {
    // Length of the return data, offset and size; what is written, and what it costs.
    for (length, offset, size, part, ink) in [
        (1000, 0, 10, 0..10_usize, 73_113),
        (1000, 0, 100, 0..100, 75_153),
        (1000, 0, 32, 0..32, 73_113),
        (1000, 0, 33, 0..33, 73_143),
        (1000, 900, 100, 900..1000, 75_153),
        (1000, 900, 101, 900..1000, 75_153),
        (1000, 900, -1, 900..1000, 75_153),
        (1000, 999, 1, 999..1000, 73_113),
        (1000, 1000, 1, 0..0, 73_113),
        (1000, 1001, 1, 0..0, 73_113),
        (1000, -1, -1, 0..0, 73_113),
        (1000, 500, 0, 0..0, 73_113),
        (0, 0, 0, 0..0, 73_113),
        (0, 0, 100, 0..0, 73_113),
    ] {
        HostCall::new("read_return_data", &[40, offset, size])
            .after(&calling("call_contract"), CALLING)
            .asking(nothing(CallKind::Call), returned(true, &pattern(length), 0))
            .giving(part.len().try_into().unwrap())
            .writing(40, &pattern(length)[part])
            .costs(ink);
    }
    HostCall::new("read_return_data", &[FAR.into(), 0, 1000])
        .after(&calling("call_contract"), CALLING)
        .asking(nothing(CallKind::Call), returned(true, &pattern(1000), 0))
        .giving(1000)
        .costs(102_153);
    // Before any call there is none, and a pointer that is not used may be any.
    for dest in [40, -1] {
        HostCall::new("read_return_data", &[dest, 0, 100]).giving(0).costs(73_113);
    }
}

/// Stylus-vm reference, sections 5.3, 5.5 and 5.6.
#[test]
fn return_data_is_that_of_the_last_call_or_creation() {
    HostCall::new("return_data_size", &[]).giving(0).costs(8400);
    for (function, kind) in [
        ("call_contract", CallKind::Call),
        ("delegate_call_contract", CallKind::Delegate),
        ("static_call_contract", CallKind::Static),
    ] {
        // The pointer to the value is what the other two lack.
        let ink = if kind == CallKind::Call { CALLING } else { CALLING - 1 };
        for (success, output) in [(true, "four"), (false, "twelve bytes"), (true, ""), (false, "")] {
            let after_one = HostCall::new("return_data_size", &[])
                .after(&calling(function), ink)
                .asking(nothing(kind), returned(success, output.as_bytes(), 0));
            after_one.clone().giving(output.len().try_into().unwrap()).costs(8400);
            after_one
                .after(&calling("call_contract"), CALLING)
                .asking(nothing(CallKind::Call), returned(true, b"another", 0))
                .giving(7)
                .costs(8400);
        }
    }

    let pointers = "i32.const 128 i32.const 200";
    let create = format!("i32.const {NOWHERE} i32.const 0 i32.const {NOWHERE} {pointers} call $create1");
    let request = Request::Create { code: Bytes::new(), endowment: U256::ZERO, salt: None, gas_left: 0 };
    let creating = 5 + CALL + BLOCK + CALL_BASE + 2 * 16_381;
    let after_call = HostCall::new("return_data_size", &[])
        .after(&calling("call_contract"), CALLING)
        .asking(nothing(CallKind::Call), returned(true, b"four", 0))
        .after(&create, creating);
    after_call.clone().asking(request.clone(), created(0)).writing(128, CREATED).giving(0).costs(8400);
    after_call.asking(request, returned(false, b"reason", 0)).writing(200, 6_u32.to_le_bytes()).giving(6).costs(8400);
}

/// Stylus-vm reference, sections 5.3 and 11.1.
#[test]
fn a_log_costs_by_its_topics_and_data() {
    // Bytes of data, topics, ink.
    for (length, topics, ink) in [
        (0, 0, 3_834_454),
        (10, 0, 4_634_454),
        (32, 0, 68_073 + 16_381 + (375 + 8 * 32) * GAS),
        (33, 0, 68_073 + 16_436 + (375 + 8 * 33) * GAS),
        (100, 0, 11_838_194),
        (100, 1, 11_838_194 + 3_751_760),
        (100, 2, 11_838_194 + 2 * 3_751_760),
        (100, 3, 11_838_194 + 3 * 3_751_760),
        (100, 4, 11_838_194 + 4 * 3_751_760),
        (0, 1, 68_073 + 16_381 + 2 * 375 * GAS),
        (1, 1, 68_073 + 16_381 + 55 + (2 * 375 + 8) * GAS),
        (0, 4, 68_073 + 16_381 + 55 * 96 + 5 * 375 * GAS),
    ] {
        let bytes = pattern(32 * topics + length);
        let (head, rest) = bytes.split_at(32 * topics);
        let log = Request::Log {
            topics: head.chunks_exact(32).map(B256::from_slice).collect(),
            data: Bytes::copy_from_slice(rest),
        };
        HostCall::new("emit_log", &[FAR.into(), bytes.len().try_into().unwrap(), topics.try_into().unwrap()])
            .holding(FAR, &bytes)
            .asking(log, Answer::Go { gas: 0 })
            .refused_when_static(ink)
            .costs(ink);
    }
}

/// Stylus-vm reference, section 5.3: found out after the base was paid.
#[test]
fn a_log_with_bad_topics_is_a_failure() {
    for (length, topics) in [(160, 5), (0, 5), (0, -1), (0, 1), (31, 1), (63, 2), (95, 3), (127, 4), (-1, 5)] {
        HostCall::new("emit_log", &[FAR.into(), length, topics]).fails_after(68_073);
    }
}

/// A call of the target with calldata of some length. A value stands at 32, the length of the return
/// data goes to 100.
fn call(kind: CallKind, length: usize, gas: i64) -> HostCall {
    let [address, data, len, value, ret]: [i64; 5] = [8, FAR.into(), length.try_into().unwrap(), 32, 100];
    let call = match kind {
        CallKind::Call => HostCall::new("call_contract", &[address, data, len, value, gas, ret]),
        CallKind::Delegate => HostCall::new("delegate_call_contract", &[address, data, len, gas, ret]),
        CallKind::Static => HostCall::new("static_call_contract", &[address, data, len, gas, ret]),
    };
    call.holding(8, TARGET).holding(32, VALUE.to_be_bytes::<32>()).holding(FAR, pattern(length))
}

const VALUE: U256 = U256::from_limbs([5, 6, 7, 8]);

fn to_target(kind: CallKind, length: usize, gas_asked: u64) -> Request {
    let value = if kind == CallKind::Call { VALUE } else { U256::ZERO };
    Request::Call { kind, contract: TARGET, data: pattern(length).into(), value, gas_left: 0, gas_asked }
}

/// A creation: the endowment stands at 32, the salt at 64; the address goes to 160, the length of the
/// return data to 200.
fn create1(length: usize) -> HostCall {
    HostCall::new("create1", &[FAR.into(), length.try_into().unwrap(), 32, 160, 200])
        .holding(32, VALUE.to_be_bytes::<32>())
        .holding(FAR, pattern(length))
}

fn create2(length: usize) -> HostCall {
    HostCall::new("create2", &[FAR.into(), length.try_into().unwrap(), 32, 64, 160, 200])
        .holding(32, VALUE.to_be_bytes::<32>())
        .holding(64, B256::repeat_byte(0x5a))
        .holding(FAR, pattern(length))
}

fn to_create(length: usize, salted: bool) -> Request {
    let salt = salted.then_some(B256::repeat_byte(0x5a));
    Request::Create { code: pattern(length).into(), endowment: VALUE, salt, gas_left: 0 }
}

fn returned(success: bool, output: &[u8], gas: u64) -> Answer {
    Answer::Returned { success, data: Bytes::copy_from_slice(output), created: Address::ZERO, gas }
}

fn created(gas: u64) -> Answer {
    Answer::Returned { success: true, data: Bytes::new(), created: CREATED, gas }
}

/// Calls address zero with nothing.
fn calling(function: &str) -> String {
    let value = if function == "call_contract" { format!("i32.const {NOWHERE}") } else { String::new() };
    format!(
        "i32.const {NOWHERE} i32.const 0 i32.const 0 {value} i64.const 0 i32.const {} call ${function} drop",
        NOWHERE + 100
    )
}

/// Ink of [`calling`] with `call_contract`, if the chain asks for nothing.
const CALLING: u64 = 6 + CALL + BLOCK + CALL_BASE + 2 * 16_381 + 9;

/// What [`calling`] asks for.
fn nothing(kind: CallKind) -> Request {
    Request::Call { kind, contract: Address::ZERO, data: Bytes::new(), value: U256::ZERO, gas_left: 0, gas_asked: 0 }
}
