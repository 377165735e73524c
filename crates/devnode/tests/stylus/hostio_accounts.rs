//! Host calls that look at accounts: balances, code, and its hash and size.

use aia_devnode::stylus::{Answer, Request};
use revm::primitives::{Address, B256, U256};

use crate::{
    host_call::{A, H, HostCall, P, write},
    machine::{BLOCK, CALL, GAS, pattern},
};

const ALICE: Address = Address::repeat_byte(0xa1);
const BOB: Address = Address::repeat_byte(0xb0);
/// Gas that must be left for any of these calls.
const SENTRY: u64 = 2600 * GAS;

/// Stylus-vm reference, sections 5.3 and 11.1.
#[test]
fn a_balance_costs_by_whether_its_account_is_warm() {
    let balance = U256::from_be_bytes(B256::repeat_byte(0xba).0);
    for (gas, ink) in [(100, 1_078_153), (2600, 26_078_153)] {
        HostCall::new("account_balance", &[10, 32])
            .holding(10, ALICE)
            .asking(Request::Balance(ALICE), Answer::Word { value: balance, gas })
            .needing(H + 2 * P + A + SENTRY)
            .writing(32, balance.to_be_bytes::<32>())
            .costs(ink);
    }
}

/// Stylus-vm reference, sections 5.3 and 11.1.
#[test]
fn a_code_hash_costs_by_whether_its_account_is_warm() {
    let hash = B256::repeat_byte(0x4a);
    for (gas, ink) in [(100, 1_078_153), (2600, 26_078_153)] {
        HostCall::new("account_codehash", &[10, 32])
            .holding(10, ALICE)
            .asking(Request::CodeHash(ALICE), Answer::Word { value: hash.into(), gas })
            .needing(H + 2 * P + A + SENTRY)
            .writing(32, hash)
            .costs(ink);
    }
}

/// Stylus-vm reference, sections 5.3 and 11.1.
#[test]
fn a_code_size_costs_by_whether_its_account_is_warm() {
    for (gas, ink) in [(800, 8_068_073), (3300, 33_068_073)] {
        for length in [0, 1, 100, 24_576] {
            size_of(ALICE).asking(code_of(ALICE), code(length, gas)).giving(length).costs(ink);
        }
    }
}

/// Stylus-vm reference, sections 5.3 and 11.1: the part that exists is written, the whole is paid for.
#[test]
fn code_costs_by_its_whole_length() {
    // Length, offset and size; what is written, and what it costs.
    for (length, offset, size, part, ink) in [
        (0, 0, 0, 0..0_usize, 33_073_113),
        (0, 0, 10, 0..0, 33_073_113),
        (1, 0, 1, 0..1, 33_073_113),
        (32, 0, 32, 0..32, 33_073_113),
        (33, 0, 33, 0..33, 33_073_143),
        (33, 0, 0, 0..0, 33_073_143),
        (100, 0, 100, 0..100, 33_075_153),
        (100, 0, 1, 0..1, 33_075_153),
        (100, 90, 10, 90..100, 33_075_153),
        (100, 90, 11, 90..100, 33_075_153),
        (100, 90, -1, 90..100, 33_075_153),
        (100, 99, 1, 99..100, 33_075_153),
        (100, 100, 1, 0..0, 33_075_153),
        (100, 101, 1, 0..0, 33_075_153),
        (100, -1, -1, 0..0, 33_075_153),
        (1000, 500, 100, 500..600, 33_073_113 + 30 * 968),
        (24_576, 24_500, 100, 24_500..24_576, 33_073_113 + 30 * 24_544),
    ] {
        HostCall::new("account_code", &[10, offset, size, 40])
            .holding(10, ALICE)
            .asking(code_of(ALICE), code(length, 3300))
            .needing(H + A + SENTRY)
            .giving(part.len().try_into().unwrap())
            .writing(40, &bytes(length)[part])
            .costs(ink);
    }
}

/// Stylus-vm reference, section 5.3: the code fetched last is remembered, whichever call fetched it.
#[test]
fn remembered_code_costs_no_gas() {
    let by_size = (AT_ALICE.to_owned() + " call $account_code_size drop", 1 + CALL + BLOCK + H + A + 9);
    let by_code = (
        AT_ALICE.to_owned() + " i32.const 0 i32.const 0 i32.const 0 call $account_code drop",
        4 + CALL + BLOCK + H + A + write(100) + 9,
    );
    for (fetch, ink) in [by_size, by_code] {
        let fetch_ink = ink + 3300 * GAS;
        size_of(ALICE).after(&fetch, fetch_ink).asking(code_of(ALICE), code(100, 3300)).giving(100).costs(H + A);
        HostCall::new("account_code", &[10, 0, 100, 40])
            .after(&fetch, fetch_ink)
            .holding(10, ALICE)
            .asking(code_of(ALICE), code(100, 3300))
            .needing(H + A + SENTRY)
            .writing(40, bytes(100))
            .giving(100)
            .costs(H + A + write(100));
    }
}

/// Stylus-vm reference, section 5.3: one code is remembered, and none that is empty.
#[test]
fn code_is_forgotten_for_another_and_never_kept_empty() {
    let fetch = |place: &str| format!("{place} call $account_code_size drop");
    let fetch_ink = 1 + CALL + BLOCK + H + A + 9;
    size_of(ALICE)
        .holding(30, BOB)
        .after(&fetch(AT_ALICE), fetch_ink + 3300 * GAS)
        .after(&fetch("i32.const 30"), fetch_ink + 3300 * GAS)
        .asking(code_of(ALICE), code(100, 3300))
        .asking(code_of(BOB), code(1, 3300))
        .asking(code_of(ALICE), code(100, 800))
        .giving(100)
        .costs(H + A + 800 * GAS);
    size_of(ALICE)
        .after(&fetch(AT_ALICE), fetch_ink + 3300 * GAS)
        .asking(code_of(ALICE), code(0, 3300))
        .asking(code_of(ALICE), code(0, 800))
        .giving(0)
        .costs(H + A + 800 * GAS);
}

/// Pushes the place where [`size_of`] keeps the address.
const AT_ALICE: &str = "i32.const 10";

fn size_of(account: Address) -> HostCall {
    HostCall::new("account_code_size", &[10]).holding(10, account).needing(H + A + SENTRY)
}

fn code_of(account: Address) -> Request {
    Request::Code(account)
}

fn code(length: u64, gas: u64) -> Answer {
    Answer::Code { code: bytes(length).into(), gas }
}

fn bytes(length: u64) -> Vec<u8> {
    pattern(length.try_into().unwrap())
}
