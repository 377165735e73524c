//! Host calls that need nothing of the chain but what the call brought: input and output,
//! surroundings, arithmetic and hashing, and paying for memory.

use aia_devnode::stylus::{Answer, Env, Exit, Request};
use revm::primitives::{Address, B256, Bytes, U256, b256, keccak256};

use crate::{
    host_call::{H, HostCall, read},
    machine::{BLOCK, CALL, GAS, LAST, Machine, PLENTY, finished, pattern},
};

/// Where data lies that is no part of what [`HostCall`] compares.
const FAR: u32 = 4096;
/// A word to give back.
const RESULT: &str = r#"(data (i32.const 0) "result")"#;

/// Stylus-vm reference, section 5.3.
#[test]
fn read_args_writes_the_calldata_and_costs_by_its_length() {
    for (length, ink) in [(0, 13_440), (1, 13_440), (4, 13_440), (32, 13_440), (33, 13_470), (100, 13_440 + 30 * 68)] {
        let args = pattern(length);
        let env = Env { args: args.clone().into(), ..Env::default() };
        HostCall::new("read_args", &[8]).env(env).writing(8, args).costs(ink);
    }
}

/// Stylus-vm reference, sections 5.1 and 5.3.
#[test]
fn write_result_costs_by_its_length() {
    for (length, ink) in [
        (0, H + 2 * 16_381),
        (4, 41_162),
        (32, 41_162),
        (33, H + 2 * (16_381 + 55)),
        (1000, H + 2 * (16_381 + 55 * 968)),
    ] {
        HostCall::new("write_result", &[FAR.into(), length]).costs(ink);
    }
}

/// Stylus-vm reference, section 5.3.
#[test]
fn the_last_result_wins() {
    let write = |at: u32, length: u32| format!("i32.const {at} i32.const {length} call $write_result ");
    for (body, result) in [
        (String::new(), ""),
        (write(0, 6), "result"),
        (write(0, 6) + &write(2, 3), "sul"),
        (write(2, 3) + &write(0, 6), "result"),
        (write(0, 6) + &write(0, 0), ""),
    ] {
        for status in [0, 1] {
            let program = Machine::with_hooks(RESULT, &format!("{body} i32.const {status}"));
            let exit = program.run_alone(Env::default(), PLENTY);
            let Exit::Finished { status: ended, output, .. } = &exit else { panic!("{body}: {exit:?}") };
            assert_eq!((*ended, &output[..]), (status, result.as_bytes()), "{body}");
        }
    }
}

/// Stylus-vm reference, section 5.3: an early exit costs nothing, and nothing behind it is paid.
#[test]
fn exit_early_ends_the_program_with_what_it_wrote() {
    for status in [0, 1, 2, u32::MAX] {
        let program = Machine::with_hooks(
            RESULT,
            &format!(
                "i32.const 0 i32.const 3 call $write_result
                 i32.const {status} call $exit_early
                 i32.const 3 i32.const 2 call $write_result
                 i32.const 7"
            ),
        );
        let ink = 2 + CALL + BLOCK + H + 2 * read(3) + 1 + CALL + BLOCK;
        for surplus in [PLENTY, 0] {
            assert_eq!(program.run_alone(Env::default(), ink + surplus), finished(status, b"res", surplus));
        }
        assert_eq!(program.run_alone(Env::default(), ink - 1), Exit::OutOfInk);
    }
}

/// Stylus-vm reference, section 11.5.
#[test]
fn an_echo_costs_69_631_ink() {
    let program =
        Machine::with_hooks("", "i32.const 0 call $read_args i32.const 0 local.get 0 call $write_result i32.const 0");
    let env = Env { args: b"echo".to_vec().into(), ..Env::default() };
    for surplus in [PLENTY, 0] {
        assert_eq!(program.run_alone(env.clone(), 69_631 + surplus), finished(0, b"echo", surplus));
    }
    assert_eq!(program.run_alone(env, 69_630), Exit::OutOfInk);
}

/// Stylus-vm reference, section 5.3.
#[test]
fn words_and_addresses_of_the_surroundings_are_written() {
    let word = |word: U256| word.to_be_bytes::<32>().to_vec();
    let env = surroundings();
    for (function, bytes) in [
        ("block_basefee", word(env.base_fee)),
        ("block_coinbase", env.coinbase.to_vec()),
        ("contract_address", env.contract.to_vec()),
        ("msg_sender", env.sender.to_vec()),
        ("msg_value", word(env.value)),
        ("tx_gas_price", word(env.gas_price)),
        ("tx_origin", env.origin.to_vec()),
    ] {
        HostCall::new(function, &[16]).env(env.clone()).holding(0, [0xee_u8; 256]).writing(16, bytes).costs(13_440);
    }
}

/// Stylus-vm reference, section 5.3.
#[test]
fn numbers_of_the_surroundings_are_returned() {
    for (function, number) in [
        ("block_gas_limit", 1 << 50),
        ("block_number", 0x1234_5678_9abc),
        ("block_timestamp", 0x1_0000_0001),
        ("chainid", 412_346),
        ("msg_reentrant", 1),
        ("return_data_size", 0),
        ("tx_ink_price", 10_000),
    ] {
        HostCall::new(function, &[]).env(surroundings()).giving(number).costs(8400);
    }
    HostCall::new("msg_reentrant", &[]).giving(0).costs(8400);
}

/// Stylus-vm reference, sections 4.7 and 5.3: ink left after paying, and gas as the floor of it.
#[test]
fn what_is_left_is_told_after_paying() {
    for (function, ink_per_unit) in [("evm_ink_left", 1), ("evm_gas_left", 10_000)] {
        let program = Machine::with_hooks(
            "",
            &format!(
                "i32.const 0 call ${function} i64.store
                 i32.const 0 i32.const 8 call $write_result
                 i32.const 0"
            ),
        );
        let before = 1 + CALL + BLOCK + 8400;
        let after = 950 + 2 + CALL + BLOCK + 41_162 + LAST;
        for surplus in [PLENTY, 123_456_789, 9999, 1, 0] {
            let left = (after + surplus) / ink_per_unit;
            let exit = program.run_alone(Env::default(), before + after + surplus);
            assert_eq!(exit, finished(0, &left.to_le_bytes(), surplus), "{function}");
        }
        assert_eq!(program.run_alone(Env::default(), before + after - 1), Exit::OutOfInk, "{function}");
    }
}

/// Stylus-vm reference, sections 4.7 and 5.1: the price of ink decides what gas is worth.
#[test]
fn another_ink_price_changes_what_gas_costs_and_nothing_else() {
    let env = Env { ink_price: 7, ..Env::default() };
    HostCall::new("tx_ink_price", &[]).env(env.clone()).giving(7).costs(8400);
    HostCall::new("emit_log", &[FAR.into(), 0, 0])
        .env(env.clone())
        .asking(Request::Log { topics: Vec::new(), data: Bytes::new() }, Answer::Go { gas: 0 })
        .refused_when_static(68_073 + 16_381 + 375 * 7)
        .costs(68_073 + 16_381 + 375 * 7);
    HostCall::new("pay_for_memory_grow", &[1])
        .env(env.clone())
        .asking(Request::OpenPages(1), Answer::Go { gas: 1000 })
        .costs(7000);
    HostCall::new("storage_cache_bytes32", &[0, 32]).env(env).needing(18_480 + 2310 * 7).costs(18_480);
}

/// Stylus-vm reference, sections 5.3 and 11.1.
#[test]
fn division_and_remainder_replace_the_first_word() {
    let most = U256::MAX;
    for (function, value, other, result) in [
        ("math_div", U256::from(7), U256::from(2), U256::from(3)),
        ("math_div", U256::from(7), U256::ZERO, U256::ZERO),
        ("math_div", most, U256::from(1), most),
        ("math_div", most, U256::from(1) << 255, U256::from(1)),
        ("math_mod", U256::from(7), U256::from(4), U256::from(3)),
        ("math_mod", U256::from(7), U256::ZERO, U256::ZERO),
        ("math_mod", most, U256::from(10), U256::from(5)),
    ] {
        math(function, &[value, other], result).costs(43_520);
    }
}

/// Stylus-vm reference, sections 5.3 and 11.1: no overflow on the way.
#[test]
fn modular_arithmetic_has_no_intermediate_overflow() {
    let (most, ten) = (U256::MAX, U256::from(10));
    for (function, value, other, modulus, result, ink) in [
        ("math_add_mod", U256::from(7), U256::from(8), ten, U256::from(5), 49_560),
        ("math_add_mod", most, most, ten, U256::ZERO, 49_560),
        ("math_add_mod", most, most, U256::ZERO, U256::ZERO, 49_560),
        ("math_mul_mod", U256::from(7), U256::from(8), ten, U256::from(6), 52_660),
        ("math_mul_mod", most, most, ten, U256::from(5), 52_660),
        ("math_mul_mod", most, most, U256::ZERO, U256::ZERO, 52_660),
    ] {
        math(function, &[value, other, modulus], result).costs(ink);
    }
}

/// Stylus-vm reference, sections 5.1 and 11.1: by the significant bytes of the exponent.
#[test]
fn a_power_costs_by_the_length_of_its_exponent() {
    // Minus one to an even power is one, to an odd power itself.
    let (minus_one, one) = (U256::MAX, U256::from(1));
    for (value, exponent, result, ink) in [
        (U256::from(3), U256::ZERO, one, 23_520 + 3000 + 17_500),
        (U256::ZERO, U256::ZERO, one, 23_520 + 3000 + 17_500),
        (U256::from(3), U256::from(4), U256::from(81), 61_520),
        (U256::from(2), U256::from(255), one << 255, 61_520),
        (U256::from(2), U256::from(256), U256::ZERO, 79_020),
        (minus_one, U256::from(0xffff), minus_one, 79_020),
        (minus_one, one << 72, one, 219_020),
        (minus_one, (one << 80) - one, minus_one, 219_020),
        (minus_one, one << 255, one, 604_020),
        (minus_one, minus_one, minus_one, 604_020),
    ] {
        math("math_pow", &[value, exponent], result).costs(ink);
    }
}

/// Stylus-vm reference, sections 5.1 and 11.1.
#[test]
fn hashing_costs_by_the_word_beyond_the_second() {
    for (length, ink) in [
        (0, 121_800),
        (10, 121_800),
        (32, 121_800),
        (64, 121_800),
        (65, 142_800),
        (96, 142_800),
        (97, 163_800),
        (100, 163_800),
        (1000, 751_800),
    ] {
        let preimage = pattern(length);
        let hash = match length {
            0 => b256!("c5d2460186f7233c927e7db2dcc703c0e500b653ca82273b7bfad8045d85a470"),
            _ => keccak256(&preimage),
        };
        HostCall::new("native_keccak256", &[FAR.into(), length.try_into().unwrap(), 32])
            .holding(FAR, preimage)
            .writing(32, hash)
            .costs(ink);
    }
}

/// Stylus-vm reference, sections 5.9 and 11.1: the low 16 bits count, and no pages cost 8400 ink.
#[test]
fn paying_for_pages_opens_them_and_grows_nothing() {
    for argument in [0, 0x1_0000, 0xffff_0000] {
        HostCall::new("pay_for_memory_grow", &[argument]).costs(8400);
    }
    for (argument, pages, gas) in [(100, 100, 932_066), (0x1_0064, 100, 932_066), (1, 1, 0), (0xffff, 0xffff, 1)] {
        HostCall::new("pay_for_memory_grow", &[argument])
            .asking(Request::OpenPages(pages), Answer::Go { gas })
            .costs(gas * GAS);
    }

    let program = Machine::with_hooks("", "i32.const 9 call $pay_for_memory_grow memory.size");
    let outcome = program.run(Env::default(), PLENTY, |_| Answer::Go { gas: 0 });
    assert!(matches!(outcome.exit, Exit::Finished { status: 1, .. }), "still one page: {outcome:?}");
}

/// Surroundings in which everything differs from everything else.
fn surroundings() -> Env {
    Env {
        contract: Address::repeat_byte(0xc0),
        sender: Address::repeat_byte(0x5e),
        value: U256::from_be_bytes(B256::repeat_byte(0x0a).0),
        reentrant: true,
        origin: Address::repeat_byte(0x01),
        gas_price: U256::from_be_bytes(B256::repeat_byte(0x0b).0),
        base_fee: U256::from_be_bytes(B256::repeat_byte(0x0c).0),
        coinbase: Address::repeat_byte(0xcb),
        gas_limit: 1 << 50,
        block_number: 0x1234_5678_9abc,
        timestamp: 0x1_0000_0001,
        chain_id: 412_346,
        ..Env::default()
    }
}

/// A calculation with words that stand one behind the other.
fn math(function: &'static str, operands: &[U256], result: U256) -> HostCall {
    let places = [0, 32, 64];
    let mut call = HostCall::new(function, &places[..operands.len()]);
    for (operand, at) in operands.iter().zip(places) {
        call = call.holding(at.try_into().unwrap(), operand.to_be_bytes::<32>());
    }
    call.writing(0, result.to_be_bytes::<32>())
}
