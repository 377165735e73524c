//! The governor's numbers: each bound is allowed, and nothing beyond it.

use aia_protocol::governance::{
    OutOfBounds,
    settings::{Executor, MAX_THRESHOLD, Settings, check_delay},
    within,
};
use alloy_primitives::Address;

#[test]
fn both_bounds_are_within() {
    let out = Err(OutOfBounds { min: 3, max: 5 });
    assert_eq!([2, 3, 4, 5, 6].map(|value| within(value, 3, 5)), [out, Ok(()), Ok(()), Ok(()), out]);
    assert_eq!([6, 7, 8].map(|value| within(value, 7, 7).is_ok()), [false, true, false]);
    assert_eq!([0, u128::MAX].map(|value| within(value, 0, u128::MAX)), [Ok(()); 2]);
}

#[test]
fn voting_is_delayed_by_an_hour_to_thirty_days() {
    let out = Err(OutOfBounds { min: 3_600, max: 2_592_000 });
    for (seconds, expected) in [
        (0, out),
        (3_599, out),
        (3_600, Ok(())),
        (86_400, Ok(())),
        (2_592_000, Ok(())),
        (2_592_001, out),
        (1 << 32, out),
        ((1 << 32) + 3_600, out),
        (u64::MAX, out),
    ] {
        assert_eq!(check_delay(seconds), expected, "{seconds} s");
    }
}

#[test]
fn voting_lasts_a_day_to_thirty_days_and_not_less_than_its_extension() {
    for (seconds, extension, expected) in [
        (0, 0, false),
        (86_399, 0, false),
        (86_400, 0, true),
        (2_592_000, 0, true),
        (2_592_001, 0, false),
        (u32::MAX, 0, false),
        (86_400, 86_400, true),
        (86_400, 86_401, false),
        (99_999, 100_000, false),
        (100_000, 100_000, true),
        (100_001, 100_000, true),
        (2_592_000, 2_592_000, true),
        (2_591_999, 2_592_000, false),
    ] {
        let settings = Settings { extension, ..Default::default() };
        assert_eq!(settings.is_period(seconds), expected, "{seconds} s with an extension of {extension} s");
    }
}

#[test]
fn the_period_in_force_does_not_bound_the_next_one() {
    for voting_period in [86_400, 2_592_000] {
        let settings = Settings { voting_period, ..Default::default() };
        assert_eq!([86_400, 604_800, 2_592_000].map(|seconds| settings.is_period(seconds)), [true; 3]);
    }
}

#[test]
fn a_hundredth_of_the_largest_supply_is_the_largest_threshold() {
    assert_eq!(MAX_THRESHOLD, 10u128.pow(25));
    let executor = Executor { threshold: MAX_THRESHOLD, ..Default::default() };
    assert_eq!(Executor::from_word(executor.to_word()), executor);
}

#[test]
fn a_timelock_is_succeeded_by_the_next_number() {
    let first = Executor { timelock: Address::repeat_byte(1), number: 0, threshold: 77 };
    let second = first.succeeded_by(Address::repeat_byte(2)).expect("there is room");
    assert_eq!(second, Executor { timelock: Address::repeat_byte(2), number: 1, threshold: 77 });
    // The same one again is another succession.
    let third = second.succeeded_by(second.timelock).expect("there is room");
    assert_eq!(third, Executor { number: 2, ..second });
}

#[test]
fn after_four_thousand_and_ninety_five_successions_there_is_no_room() {
    let mut executor = Executor { timelock: Address::repeat_byte(1), number: 0, threshold: MAX_THRESHOLD };
    for number in 1..=4_095 {
        executor = executor.succeeded_by(Address::repeat_byte(2)).expect("there is room");
        assert_eq!(executor, Executor { timelock: Address::repeat_byte(2), number, threshold: MAX_THRESHOLD });
        assert_eq!(Executor::from_word(executor.to_word()), executor);
    }
    assert_eq!(executor.succeeded_by(Address::repeat_byte(3)), None);
}
