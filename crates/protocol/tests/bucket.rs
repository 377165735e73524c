//! Mint limits: never more than the limit lets pass, and nothing of it lost for good.

use aia_protocol::{
    MAX_SUPPLY,
    bucket::{Bucket, InvalidLimit, MAX_WINDOW, RateLimitExceeded},
};
use alloy_primitives::U256;
use proptest::{prelude::*, test_runner::RngSeed};
use rand::Rng;

const NOW: u64 = 1_700_000_000;
const AIA: u128 = 10u128.pow(18);

/// Returns a full bucket that was set at `NOW`.
fn full(capacity: u128, window: u32) -> Bucket {
    Bucket::default().reconfigure(capacity, window.into(), NOW).unwrap()
}

/// Returns a bucket of which `used` was taken at `NOW`.
fn with_used(capacity: u128, window: u32, used: u128) -> Bucket {
    full(capacity, window).take(used, NOW).unwrap()
}

#[test]
fn words_round_trip_at_the_extremes() {
    let amounts = [0, 1, u128::from(u32::MAX), u128::from(u64::MAX), 1 << 64, MAX_SUPPLY, (1 << 96) - 1];
    for capacity in amounts {
        for used in amounts {
            for window in [0, 1, 1 << 23, MAX_WINDOW] {
                for settled_at in [0, 1, NOW, (1 << 40) - 1] {
                    let bucket = Bucket { capacity, used, window, settled_at };
                    assert_eq!(Bucket::from_word(bucket.to_word()), bucket);
                }
            }
        }
    }
    assert_eq!(Bucket::default().to_word(), U256::ZERO);
}

#[test]
fn the_word_has_its_fields_where_they_are_documented() {
    let word = Bucket { capacity: 1, used: 2, window: 3, settled_at: 4 }.to_word();
    let expected = U256::from(1) | U256::from(2) << 96 | U256::from(3) << 192 | U256::from(4) << 216;
    assert_eq!(word, expected);
}

#[test]
fn reconfigure_accepts_exactly_its_bounds() {
    let longest = u64::from(MAX_WINDOW);
    for (capacity, window) in [(1, 1), (1, longest), (MAX_SUPPLY, 1), (MAX_SUPPLY, longest)] {
        let bucket = Bucket::default().reconfigure(capacity, window, NOW).unwrap();
        assert_eq!((bucket.capacity, u64::from(bucket.window), bucket.used), (capacity, window, 0));
        assert_eq!(bucket.available(NOW), capacity, "a bucket starts full");
    }
    let out_of_bounds = [
        (1, 0),
        (1, longest + 1),
        (1, 1 << 32),
        (1, (1 << 32) + 1),
        (1, u64::MAX),
        (MAX_SUPPLY + 1, 1),
        (u128::MAX, 1),
        (u128::MAX, u64::MAX),
    ];
    for (capacity, window) in out_of_bounds {
        assert_eq!(Bucket::default().reconfigure(capacity, window, NOW), Err(InvalidLimit), "{capacity}, {window}");
    }
}

#[test]
fn capacity_zero_removes_the_bucket_whatever_the_window() {
    let used = with_used(100, 10, 60);
    for window in [0, 1, u64::from(MAX_WINDOW) + 1, u64::MAX] {
        assert_eq!(used.reconfigure(0, window, NOW), Ok(Bucket::default()));
    }
    let again = used.reconfigure(0, 0, NOW).unwrap().reconfigure(100, 10, NOW).unwrap();
    assert_eq!(again.available(NOW), 100, "its record of use is gone");
}

#[test]
fn no_bucket_refuses_even_nothing() {
    let removed = with_used(100, 10, 60).reconfigure(0, 0, NOW).unwrap();
    for bucket in [Bucket::default(), removed] {
        for amount in [0, 1, u128::MAX] {
            for now in [0, NOW, u64::MAX] {
                assert_eq!(bucket.take(amount, now), Err(RateLimitExceeded { available: 0 }));
                assert_eq!(bucket.available(now), 0);
            }
        }
    }
}

#[test]
fn take_gives_all_there_is_and_not_one_more() {
    let bucket = full(100, 10);
    assert_eq!(bucket.take(101, NOW), Err(RateLimitExceeded { available: 100 }));
    assert_eq!(bucket.take(u128::MAX, NOW), Err(RateLimitExceeded { available: 100 }));
    let empty = bucket.take(100, NOW).unwrap();
    assert_eq!(empty.take(1, NOW), Err(RateLimitExceeded { available: 0 }));
    assert_eq!(empty.take(0, NOW).unwrap().available(NOW), 0, "an empty bucket still gives nothing");
}

#[test]
fn a_second_refills_its_share_rounded_down() {
    let empty = with_used(100, 7, 100);
    for (elapsed, available) in [(0, 0), (1, 14), (2, 28), (3, 42), (6, 85), (7, 100), (8, 100)] {
        assert_eq!(empty.available(NOW + elapsed), available, "after {elapsed} s");
    }
}

#[test]
fn a_whole_window_refills_exactly_and_one_second_less_does_not() {
    for capacity in [1, 2, 3, 999, AIA, 12_345_678 * AIA + 1, MAX_SUPPLY] {
        for window in [1, 2, 3, 86_400, MAX_WINDOW] {
            for used in [1, capacity.div_ceil(2), capacity] {
                let bucket = with_used(capacity, window, used);
                let whole = NOW + u64::from(window);
                assert_eq!(bucket.available(whole), capacity);
                assert_eq!(bucket.available(u64::from(u32::MAX)), capacity);
                if used == capacity {
                    assert!(bucket.available(whole - 1) < capacity, "{capacity} per {window} s");
                }
            }
        }
    }
}

#[test]
fn time_that_stands_still_or_runs_back_refills_nothing() {
    let bucket = with_used(100, 10, 60);
    for now in [NOW, NOW - 1, 0] {
        assert_eq!(bucket.settle(now), bucket);
        assert_eq!(bucket.available(now), 40);
        assert_eq!(bucket.take(41, now), Err(RateLimitExceeded { available: 40 }));
    }
}

#[test]
fn the_end_of_time_overflows_nothing() {
    // The largest product: the cap over the longest time that a checkpoint's key can tell.
    let end = (1 << 38) - 1;
    let over_used = Bucket { capacity: MAX_SUPPLY, used: (1 << 96) - 1, window: MAX_WINDOW, settled_at: 0 };
    assert_eq!(over_used.available(end), MAX_SUPPLY);
    assert_eq!(with_used(MAX_SUPPLY, MAX_WINDOW, MAX_SUPPLY).available(u64::MAX), MAX_SUPPLY);
}

#[test]
fn reconfigure_settles_first_and_keeps_what_is_used() {
    let bucket = with_used(100, 10, 80);
    let after = bucket.reconfigure(1000, 5, NOW + 3).unwrap();
    assert_eq!(after.used, 50, "30 came back at the old rate");
    assert_eq!(after.available(NOW + 3), 950);
    assert_eq!(after.available(NOW + 4), 1000, "the new rate counts from the change on");
}

#[test]
fn a_capacity_below_what_is_used_gives_nothing_until_that_came_back() {
    let bucket = with_used(100, 10, 80).reconfigure(20, 10, NOW).unwrap();
    assert_eq!(bucket.used, 80);
    // 2 come back a second: 60 have to before there is anything to take.
    for (elapsed, available) in [(0, 0), (10, 0), (30, 0), (31, 2), (39, 18), (40, 20), (100, 20)] {
        assert_eq!(bucket.available(NOW + elapsed), available, "after {elapsed} s");
    }
    assert_eq!(bucket.take(1, NOW + 30), Err(RateLimitExceeded { available: 0 }));
    let took_nothing = bucket.take(0, NOW + 30).unwrap();
    assert_eq!(took_nothing.used, 20, "taking nothing is allowed and only settles");
}

#[test]
fn frequent_use_cannot_starve_a_small_bucket() {
    // A unit comes back every 334 s; asking every second must not start that time anew.
    let mut bucket = with_used(3, 1000, 3);
    for elapsed in 1..=1002 {
        bucket = bucket.take(0, NOW + elapsed).unwrap();
        assert_eq!(bucket.available(NOW + elapsed), u128::from(elapsed / 334), "after {elapsed} s");
    }
}

#[test]
fn frequent_use_costs_at_most_half_of_the_rate() {
    // Settling drops a part of a unit, but only once a whole one came back.
    for (capacity, window) in [(1, 7), (3, 2), (5, 3), (1999, 1000), (1001, 1000), (AIA, 86_400), (7 * AIA, MAX_WINDOW)]
    {
        let mut bucket = with_used(capacity, window, capacity);
        for elapsed in 1..=u64::from(window).min(2000) {
            bucket = bucket.take(0, NOW + elapsed).unwrap();
            let due = capacity * u128::from(elapsed) / u128::from(window);
            let back = bucket.available(NOW + elapsed);
            assert!(back <= due && back >= due / 2, "{back} of {due} after {elapsed} s");
            assert!(due - back <= u128::from(elapsed), "more than a unit was lost at a time");
        }
    }
}

/// Takes at random and checks every span from one take to another.
fn check_spans(rng: &mut impl Rng, capacity: u128, window: u32) {
    let mut bucket = full(capacity, window);
    let mut now = NOW;
    let mut takes: Vec<(u64, u128)> = Vec::new();
    for _ in 0..120 {
        now += match rng.random_range(0..10) {
            0..4 => 0,
            4..7 => 1,
            7..9 => rng.random_range(0..=u64::from(window)),
            _ => rng.random_range(0..=u64::from(window) * 3),
        };
        let available = bucket.available(now);
        let amount = match rng.random_range(0..5) {
            0 => available,
            1 => available + 1,
            2 => 0,
            _ => rng.random_range(0..=capacity),
        };
        match bucket.take(amount, now) {
            Ok(taken) => {
                assert!(amount <= available);
                assert_eq!(taken.available(now), available - amount, "a take lowers what is available by itself");
                // Stored as a word in between, as in a contract.
                bucket = Bucket::from_word(taken.to_word());
                takes.push((now, amount));
            }
            Err(refusal) => {
                assert!(amount > available);
                assert_eq!(refusal, RateLimitExceeded { available });
            }
        }
        assert!(bucket.used <= capacity && bucket.available(now) <= capacity);
    }
    for (index, (start, _)) in takes.iter().enumerate() {
        let mut sum = 0;
        for (end, amount) in &takes[index..] {
            sum += amount;
            let most = capacity + capacity * u128::from(end - start) / u128::from(window);
            assert!(sum <= most, "{sum} from {start} to {end} of {capacity} per {window} s");
        }
    }
}

#[test]
fn no_span_passes_more_than_capacity_and_refill() {
    let mut rng = aia_model::rng();
    for round in 0..3000 {
        let capacity = match round % 3 {
            0 => rng.random_range(1..50),
            1 => rng.random_range(1..=MAX_SUPPLY),
            _ => MAX_SUPPLY >> rng.random_range(0..80),
        };
        let window = if round % 2 == 0 { rng.random_range(1..100) } else { rng.random_range(1..=MAX_WINDOW) };
        check_spans(&mut rng, capacity, window);
    }
}

prop_compose! {
    /// Any limit with any use, also above the capacity, as after a capacity was lowered.
    fn any_bucket()(
        capacity in prop_oneof![1..100u128, 1..=MAX_SUPPLY],
        window in prop_oneof![1..100u32, 1..=MAX_WINDOW],
        used in prop_oneof![0..100u128, 0..=MAX_SUPPLY],
    ) -> Bucket {
        Bucket { capacity, used, window, settled_at: NOW }
    }
}

/// Draws from the seed of the run, which is printed, instead of keeping a file of failures.
fn seeded(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(aia_model::seed());
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(seeded(1000))]

    #[test]
    fn waiting_never_takes_away(bucket in any_bucket(), first in 0..50_000_000u64, more in 0..50_000_000u64) {
        let (sooner, later) = (bucket.available(NOW + first), bucket.available(NOW + first + more));
        prop_assert!(sooner <= later && later <= bucket.capacity);
    }

    #[test]
    fn the_refill_is_capacity_over_window_rounded_down(bucket in any_bucket(), elapsed in 0..50_000_000u64) {
        let product = U256::from(bucket.capacity) * U256::from(elapsed);
        let refill = product / U256::from(bucket.window);
        let used = U256::from(bucket.used).saturating_sub(refill);
        prop_assert_eq!(U256::from(bucket.settle(NOW + elapsed).used), used);
    }

    #[test]
    fn settling_in_between_never_gains(bucket in any_bucket(), first in 0..50_000_000u64, more in 0..50_000_000u64) {
        let (middle, end) = (NOW + first, NOW + first + more);
        prop_assert!(bucket.settle(middle).available(end) <= bucket.available(end));
    }

    #[test]
    fn settling_twice_is_settling_once(bucket in any_bucket(), elapsed in 0..50_000_000u64) {
        let settled = bucket.settle(NOW + elapsed);
        prop_assert_eq!(settled.settle(NOW + elapsed), settled);
    }

    #[test]
    fn reconfigure_changes_no_use(
        bucket in any_bucket(),
        elapsed in 0..50_000_000u64,
        capacity in 1..=MAX_SUPPLY,
        window in 1..=u64::from(MAX_WINDOW),
    ) {
        let now = NOW + elapsed;
        let changed = bucket.reconfigure(capacity, window, now).unwrap();
        prop_assert_eq!(changed.used, bucket.settle(now).used);
        prop_assert_eq!(changed.available(now), capacity.saturating_sub(changed.used));
        let stored = Bucket::from_word(changed.to_word());
        prop_assert_eq!(stored, changed);
    }
}
