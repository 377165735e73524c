//! Slots through the cache of a program call, and transient slots.

use std::collections::HashMap;

use aia_devnode::stylus::{Answer, CallKind, Env, Exit, Request};
use revm::primitives::{Address, Bytes, U256};

use crate::{
    host_call::{A, H, HostCall, P},
    machine::{BLOCK, CALL, GAS, LAST, Machine, PLENTY, data},
};

/// Base ink of loading a slot and of caching a write.
const ACCESS: u64 = H + 2 * P;
/// Base ink of a flush.
const FLUSH: u64 = H + A;
/// Ink that must be left to load a slot, base included; likewise to cache a write, and to flush.
const TO_LOAD: u64 = ACCESS + 2115 * GAS;
const TO_CACHE: u64 = ACCESS + 2310 * GAS;
const TO_FLUSH: u64 = FLUSH + 2300 * GAS;

/// Ink of the code that passes two pointers to a host call, and one.
const PASS_TWO: u64 = 2 + CALL + BLOCK;
const PASS_ONE: u64 = 1 + CALL + BLOCK;

/// Where loaded words go.
const DEST: u32 = 512;

/// Something that a program does with its storage. Slots and values are small numbers.
#[derive(Clone, Copy, Debug)]
enum Act {
    Load(u32),
    Cache(u32, u32),
    Flush,
    Clear,
    Call,
}

use Act::{Cache, Call, Clear, Flush, Load};

/// Stylus-vm reference, sections 5.4 and 11.1.
#[test]
fn a_load_costs_what_the_chain_asks_the_first_time() {
    for (gas, ink) in [(2105, 21_068_480), (105, 1_068_480)] {
        HostCall::new("storage_load_bytes32", &[0, 64])
            .holding(0, word(5))
            .asking(Request::LoadSlot(U256::from(5)), Answer::Word { value: U256::from(9), gas })
            .needing(TO_LOAD)
            .writing(64, word(9))
            .costs(ink);
    }
}

/// Stylus-vm reference, sections 5.4 and 11.1, and trap 6: the gas must be in hand all the same.
#[test]
fn a_load_from_the_cache_costs_no_gas_but_wants_it_in_hand() {
    let load = HostCall::new("storage_load_bytes32", &[0, 64]).holding(0, word(5)).writing(64, word(9));
    load.clone()
        .after("i32.const 0 i32.const 32 call $storage_load_bytes32", PASS_TWO + ACCESS + 2105 * GAS)
        .asking(Request::LoadSlot(U256::from(5)), Answer::Word { value: U256::from(9), gas: 2105 })
        .needing(TO_LOAD)
        .writing(32, word(9))
        .costs(18_480);
    load.after("i32.const 0 i32.const 32 call $storage_cache_bytes32", PASS_TWO + ACCESS)
        .needing(TO_CACHE - ACCESS - PASS_TWO) // for the write before it, which wants more
        .holding(32, word(9))
        .costs(18_480);
}

/// Stylus-vm reference, sections 5.4 and 11.1.
#[test]
fn a_load_after_a_clearing_flush_asks_again() {
    HostCall::new("storage_load_bytes32", &[0, 64])
        .holding(0, word(5))
        .after("i32.const 0 i32.const 32 call $storage_load_bytes32", PASS_TWO + ACCESS + 2105 * GAS)
        .after("i32.const 1 call $storage_flush_cache", PASS_ONE + FLUSH)
        .asking(Request::LoadSlot(U256::from(5)), Answer::Word { value: U256::from(9), gas: 2105 })
        .asking(Request::LoadSlot(U256::from(5)), Answer::Word { value: U256::from(7), gas: 105 })
        .needing(TO_FLUSH - FLUSH - PASS_TWO) // for the flush before it, which wants more
        .writing(32, word(9))
        .writing(64, word(7))
        .costs(1_068_480);
}

/// Stylus-vm reference, sections 5.3 and 5.4: static calls may cache writes.
#[test]
fn caching_a_write_asks_nothing() {
    HostCall::new("storage_cache_bytes32", &[0, 32]).needing(TO_CACHE).costs(18_480);
}

/// Stylus-vm reference, sections 5.4 and 11.1.
#[test]
fn a_flush_costs_what_the_chain_asks_for_its_slots() {
    // A new cold slot, an existing cold one, one that was changed before, and one beyond every sentry.
    for (gas, ink) in [(22_100, 221_068_073), (5000, 50_068_073), (100, 1_068_073), (2300, 23_068_073)] {
        for clear in [0, 1, 2, -1] {
            HostCall::new("storage_flush_cache", &[clear])
                .holding(0, word(5))
                .holding(32, word(9))
                .after("i32.const 0 i32.const 32 call $storage_cache_bytes32", PASS_TWO + ACCESS)
                .asking(Request::StoreSlots(vec![(U256::from(5), U256::from(9))]), Answer::Go { gas })
                .needing(TO_CACHE - ACCESS - PASS_ONE) // for the write before it, which wants more
                .refused_when_static(FLUSH)
                .costs(ink);
        }
    }
}

/// Stylus-vm reference, sections 5.3 and 5.4: not even an error in a static call.
#[test]
fn a_flush_of_nothing_costs_its_base_only() {
    for clear in [0, 1] {
        HostCall::new("storage_flush_cache", &[clear]).needing(TO_FLUSH).costs(68_073);
        HostCall::new("storage_flush_cache", &[clear])
            .after("i32.const 0 i32.const 32 call $storage_load_bytes32", PASS_TWO + ACCESS + 105 * GAS)
            .asking(Request::LoadSlot(U256::ZERO), Answer::Word { value: U256::from(9), gas: 105 })
            .needing(TO_FLUSH)
            .writing(32, word(9))
            .costs(68_073);
    }
}

/// Stylus-vm reference, section 5.4: what the chain refuses is a failure, not out of ink.
#[test]
fn a_refused_flush_keeps_the_ink() {
    HostCall::new("storage_flush_cache", &[0])
        .after("i32.const 0 i32.const 32 call $storage_cache_bytes32", PASS_TWO + ACCESS)
        .asking(Request::StoreSlots(vec![(U256::ZERO, U256::ZERO)]), Answer::Refused)
        .needing(TO_CACHE - ACCESS - PASS_ONE) // for the write before it, which wants more
        .fails_after(FLUSH);
}

/// Stylus-vm reference, section 5.4.
#[test]
fn loads_cost_more_after_the_32nd_and_the_128th() {
    // With the first, which misses, and hits from then on.
    for (count, surcharge) in [(1, 0), (31, 0), (32, 0), (33, 2), (34, 4), (128, 192), (129, 202), (130, 212)] {
        let program = acting(&vec![Load(1); count]);
        let ink = u64::try_from(count).unwrap() * (PASS_TWO + ACCESS) + (2105 + surcharge) * GAS + AFTER;
        assert_uses(&program, ink, &format!("{count} loads"));
    }
}

/// Stylus-vm reference, section 5.4.
#[test]
fn writes_cost_more_after_the_8th_and_the_64th() {
    for (count, surcharge) in [(1, 0), (7, 0), (8, 0), (9, 7), (10, 14), (64, 392), (65, 402), (66, 412)] {
        let program = acting(&vec![Cache(1, 2); count]);
        let ink = u64::try_from(count).unwrap() * (PASS_TWO + ACCESS) + surcharge * GAS + AFTER;
        assert_uses(&program, ink, &format!("{count} writes"));
    }
}

/// Stylus-vm reference, section 5.4: loads and writes are counted apart, and flushes reset no count.
#[test]
fn loads_and_writes_are_counted_apart_and_to_the_end() {
    let mut acts = [Load(1), Cache(1, 2), Clear].repeat(8);
    acts.extend([Load(1); 25]);
    acts.push(Cache(1, 2));
    let program = acting(&acts);
    // 9 loads miss, since each of the 8 flushes clears, but only the first of these finds a change;
    // the 33rd load costs 2, the 9th write 7.
    let loads = 33 * (PASS_TWO + ACCESS) + 9 * 2105 * GAS + 2 * GAS;
    let writes = 9 * (PASS_TWO + ACCESS) + 7 * GAS;
    let flushes = 8 * (PASS_ONE + FLUSH) + 22_100 * GAS;
    assert_uses(&program, loads + writes + flushes + AFTER, "8 rounds and 25 loads");
}

/// Stylus-vm reference, section 5.4. Slot 3 holds 7, the others nothing.
#[test]
fn only_dirty_slots_are_stored_and_only_unknown_ones_loaded() {
    let load = |slot: u32| Request::LoadSlot(U256::from(slot));
    let store = |slots: &[(u32, u32)]| {
        Request::StoreSlots(slots.iter().map(|(slot, value)| (U256::from(*slot), U256::from(*value))).collect())
    };
    // What the program does, what it asks for, and what it loaded last.
    let cases: &[(&[Act], Vec<Request>, u32)] = &[
        (&[Load(3)], vec![load(3)], 7),
        (&[Load(3), Load(3)], vec![load(3)], 7),
        (&[Cache(1, 2)], vec![], 0),
        (&[Cache(1, 2), Load(1)], vec![], 2),
        (&[Cache(1, 2), Flush], vec![store(&[(1, 2)])], 0),
        // A write to a slot that was never read is stored even if it changes nothing.
        (&[Cache(3, 7), Flush], vec![store(&[(3, 7)])], 0),
        (&[Load(3), Cache(3, 7), Flush], vec![load(3)], 7),
        (&[Load(3), Cache(3, 2), Flush], vec![load(3), store(&[(3, 2)])], 7),
        (&[Load(3), Cache(3, 2), Cache(3, 7), Flush], vec![load(3)], 7),
        (&[Load(3), Cache(3, 2), Load(3)], vec![load(3)], 2),
        (&[Cache(1, 2), Cache(1, 4), Flush], vec![store(&[(1, 4)])], 0),
        (&[Cache(1, 2), Cache(2, 4), Flush], vec![store(&[(1, 2), (2, 4)])], 0),
        // After a flush, values are known.
        (&[Cache(1, 2), Flush, Flush], vec![store(&[(1, 2)])], 0),
        (&[Cache(1, 2), Flush, Cache(1, 2), Flush], vec![store(&[(1, 2)])], 0),
        (&[Cache(1, 2), Flush, Cache(1, 4), Flush], vec![store(&[(1, 2)]), store(&[(1, 4)])], 0),
        (&[Cache(1, 2), Flush, Load(1)], vec![store(&[(1, 2)])], 2),
        (&[Load(3), Flush, Load(3)], vec![load(3)], 7),
        // After one that clears, they are not.
        (&[Cache(1, 2), Clear, Load(1)], vec![store(&[(1, 2)]), load(1)], 2),
        (&[Cache(1, 2), Clear, Cache(1, 2), Flush], vec![store(&[(1, 2)]), store(&[(1, 2)])], 0),
        (&[Load(3), Clear, Load(3)], vec![load(3), load(3)], 7),
        (&[Load(3), Clear, Cache(3, 7), Flush], vec![load(3), store(&[(3, 7)])], 7),
        // A call flushes nothing, and what it changes is not seen through the cache.
        (&[Cache(1, 2), Call], vec![call()], 0),
        (&[Cache(1, 2), Call, Flush], vec![call(), store(&[(1, 2)])], 0),
        (&[Load(3), Call, Load(3)], vec![load(3), call()], 7),
        (&[Load(3), Call, Clear, Load(3)], vec![load(3), call(), load(3)], 8),
        (&[Call, Load(3)], vec![call(), load(3)], 8),
    ];
    for (acts, requests, loaded) in cases {
        let outcome = acting(acts).run(Env::default(), PLENTY, chain());
        assert_eq!(&outcome.requests.into_iter().map(normal).collect::<Vec<_>>(), requests, "{acts:?}");
        let Exit::Finished { status: 0, output, .. } = &outcome.exit else { panic!("{acts:?}: {:?}", outcome.exit) };
        assert_eq!(&output[..], &word(*loaded)[..], "{acts:?}");
    }
}

/// Stylus-vm reference, section 5.4: the cache is that of a program call.
#[test]
fn another_run_starts_with_an_empty_cache() {
    let program = acting(&[Load(3), Cache(3, 2)]);
    for _ in 0..2 {
        let outcome = program.run(Env::default(), PLENTY, chain());
        assert_eq!(outcome.requests, [Request::LoadSlot(U256::from(3))]);
    }
}

/// Stylus-vm reference, sections 5.3 and 11.1.
#[test]
fn transient_slots_cost_100_gas_and_are_not_cached() {
    HostCall::new("transient_load_bytes32", &[0, 64])
        .holding(0, word(5))
        .asking(Request::LoadTransient(U256::from(5)), Answer::Word { value: U256::from(9), gas: 0 })
        .writing(64, word(9))
        .costs(1_078_153);
    HostCall::new("transient_load_bytes32", &[0, 64])
        .holding(0, word(5))
        .after("i32.const 0 i32.const 32 call $transient_load_bytes32", PASS_TWO + 1_078_153)
        .asking(Request::LoadTransient(U256::from(5)), Answer::Word { value: U256::from(9), gas: 0 })
        .asking(Request::LoadTransient(U256::from(5)), Answer::Word { value: U256::from(7), gas: 0 })
        .writing(32, word(9))
        .writing(64, word(7))
        .costs(1_078_153);
    HostCall::new("transient_store_bytes32", &[0, 32])
        .holding(0, word(5))
        .holding(32, word(9))
        .asking(Request::StoreTransient(U256::from(5), U256::from(9)), Answer::Go { gas: 0 })
        .refused_when_static(1_078_153)
        .costs(1_078_153);
}

/// Calls the contract at address zero, with nothing.
const CALL_ZERO: &str =
    "i32.const 0 i32.const 0 i32.const 0 i32.const 0 i64.const 0 i32.const 600 call $call_contract drop ";
/// Ink of showing the word that was loaded last, and of ending.
const AFTER: u64 = 2 + CALL + BLOCK + H + 2 * 16_381 + LAST;

/// A program that does all this and shows the word that it loaded last.
fn acting(acts: &[Act]) -> Machine {
    let code: String = acts
        .iter()
        .map(|act| match act {
            // The word at 32 × n is n.
            Load(slot) => format!("i32.const {} i32.const {DEST} call $storage_load_bytes32 ", 32 * slot),
            Cache(slot, value) => {
                format!("i32.const {} i32.const {} call $storage_cache_bytes32 ", 32 * slot, 32 * value)
            }
            Flush => "i32.const 0 call $storage_flush_cache ".into(),
            Clear => "i32.const 1 call $storage_flush_cache ".into(),
            Call => CALL_ZERO.into(),
        })
        .collect();
    let words: Vec<u8> = (0..16).flat_map(word).collect();
    let body = format!("{code} i32.const {DEST} i32.const 32 call $write_result i32.const 0");
    Machine::with_hooks(&data(0, &words), &body)
}

/// A chain whose slot 3 holds 7, and 8 after a call. Loads cost 2105 gas, stores 22 100.
fn chain() -> impl FnMut(&Request) -> Answer {
    let mut slots = HashMap::from([(U256::from(3), U256::from(7))]);
    move |request| match request {
        Request::LoadSlot(slot) => Answer::Word { value: slots.get(slot).copied().unwrap_or_default(), gas: 2105 },
        Request::StoreSlots(stores) => {
            slots.extend(stores.iter().copied());
            Answer::Go { gas: 22_100 }
        }
        Request::Call { .. } => {
            slots.insert(U256::from(3), U256::from(8));
            Answer::Returned { success: true, data: Bytes::new(), created: Address::ZERO, gas: 100 }
        }
        other => panic!("unexpected {other:?}"),
    }
}

fn assert_uses(program: &Machine, ink: u64, what: &str) {
    // Not with just that much: the sentries want more in hand than the rest of the program takes.
    let exit = program.run(Env::default(), ink + PLENTY, chain()).exit;
    let Exit::Finished { status: 0, ink: left, .. } = &exit else { panic!("{what}: {exit:?}") };
    assert_eq!(ink + PLENTY - left, ink, "{what}");
}

/// The order of the slots in a flush, and the gas left for a call, are of no interest here.
fn normal(request: Request) -> Request {
    match request {
        Request::StoreSlots(mut slots) => {
            slots.sort_unstable();
            Request::StoreSlots(slots)
        }
        Request::Call { .. } => call(),
        other => other,
    }
}

fn call() -> Request {
    Request::Call {
        kind: CallKind::Call,
        contract: Address::ZERO,
        data: Bytes::new(),
        value: U256::ZERO,
        gas_left: 0,
        gas_asked: 0,
    }
}

fn word(number: u32) -> [u8; 32] {
    U256::from(number).to_be_bytes()
}
