//! Operations: ready from one second on, over after another, and bound to the code of their targets.

use std::collections::BTreeSet;

use aia_protocol::governance::{
    OutOfBounds,
    operation::{Operation, State, check_grace, pin},
};
use alloy_primitives::{B256, U256, keccak256};
use proptest::{collection::vec, prelude::*};

use crate::{LAST_INSTANT, NOW, seeded};

const DELAY: u64 = 86_400;
const GRACE: u32 = 1_209_600;
const READY: u64 = NOW + DELAY;
const EXPIRY: u64 = READY + GRACE as u64;

/// All states, in the order of their numbers.
const ALL: [State; 5] = [State::Unset, State::Waiting, State::Ready, State::Done, State::Expired];

#[test]
fn it_waits_for_its_delay_and_is_ready_through_its_grace_period() {
    let operation = Operation::schedule(NOW, DELAY, GRACE, U256::from(77));
    assert_eq!(operation, Operation { ready: READY, expiry: EXPIRY, pin: U256::from(77) });
    for (now, state) in [
        (0, State::Waiting),
        (NOW, State::Waiting),
        (READY - 1, State::Waiting),
        (READY, State::Ready),
        (READY + 1, State::Ready),
        (EXPIRY - 1, State::Ready),
        (EXPIRY, State::Ready),
        (EXPIRY + 1, State::Expired),
        (LAST_INSTANT, State::Expired),
    ] {
        assert_eq!(operation.state(now), state, "at {now}");
        assert_eq!(Operation::from_word(operation.to_word()).state(now), state, "stored, at {now}");
    }
}

#[test]
fn without_a_delay_it_is_ready_in_the_same_second() {
    let operation = Operation::schedule(NOW, 0, GRACE, U256::ZERO);
    assert_eq!([NOW - 1, NOW].map(|now| operation.state(now)), [State::Waiting, State::Ready]);
}

#[test]
fn what_was_never_scheduled_is_unset_and_what_was_executed_is_done_in_every_second() {
    for now in [0, 1, 2, NOW, LAST_INSTANT, u64::MAX] {
        assert_eq!(Operation::default().state(now), State::Unset, "at {now}");
        assert_eq!(Operation::done().state(now), State::Done, "at {now}");
    }
    assert_eq!(Operation::default().to_word(), U256::ZERO);
    // As OpenZeppelin's timestamp of what is done.
    assert_eq!(Operation::done().to_word(), U256::ONE);
}

#[test]
fn states_have_numbers_and_bits_and_nothing_else_is_one() {
    for (number, state) in (0u8..).zip(ALL) {
        assert_eq!((state as u8, state.bit()), (number, 1 << number), "{state:?}");
        assert_eq!(State::from_number(number), Some(state));
    }
    for number in 5..=u8::MAX {
        assert_eq!(State::from_number(number), None, "{number}");
    }
}

#[test]
fn what_waits_or_is_ready_can_be_cancelled() {
    assert_eq!(ALL.map(State::is_pending), [false, true, true, false, false]);
}

#[test]
fn a_grace_period_is_two_weeks_to_thirty_days() {
    let out = Err(OutOfBounds { min: 1_209_600, max: 2_592_000 });
    for (seconds, expected) in
        [(0, out), (1_209_599, out), (1_209_600, Ok(())), (2_592_000, Ok(())), (2_592_001, out), (u32::MAX, out)]
    {
        assert_eq!(check_grace(seconds), expected, "{seconds} s");
    }
}

#[test]
fn other_code_another_order_or_another_number_of_targets_is_another_pin() {
    let [a, b] = [1, 2].map(B256::repeat_byte);
    let lists: [&[B256]; 12] = [
        &[],
        &[B256::ZERO],
        &[B256::ZERO; 2],
        &[a],
        &[b],
        &[a, b],
        &[b, a],
        &[a, a],
        &[a, a, a],
        &[a, B256::ZERO],
        &[B256::ZERO, a],
        &[a, a ^ B256::with_last_byte(1)],
    ];
    let pins: BTreeSet<U256> = lists.into_iter().map(pin).collect();
    assert_eq!(pins.len(), lists.len());
}

#[test]
fn a_pin_is_the_upper_part_of_the_hash_of_all_code_hashes() {
    let empty = U256::from_be_bytes(keccak256(b"").0) >> 76usize;
    assert_eq!(pin(&[]), empty);
    let three = [1, 2, 3].map(B256::repeat_byte);
    let bytes = three.map(|hash| hash.0).concat();
    assert_eq!(pin(&three), U256::from_be_bytes(keccak256(bytes).0) >> 76usize);
}

proptest! {
    #![proptest_config(seeded(2000))]

    #[test]
    fn a_pin_fits_its_place_in_the_word(hashes in vec(any::<[u8; 32]>(), 0..6), now in 0..=LAST_INSTANT / 2) {
        let hashes: Vec<B256> = hashes.into_iter().map(B256::from).collect();
        let pin = pin(&hashes);
        prop_assert_eq!(pin >> 180usize, U256::ZERO);
        let operation = Operation::schedule(now, DELAY, GRACE, pin);
        prop_assert_eq!(Operation::from_word(operation.to_word()), operation);
    }

    #[test]
    fn it_goes_from_waiting_to_ready_to_expired_and_never_back(
        delay in 0..=31_536_000u64,
        grace in 1_209_600..=2_592_000u32,
        elapsed in vec(0..40_000_000u64, 2..20),
    ) {
        let operation = Operation::schedule(NOW, delay, grace, U256::ONE);
        let mut elapsed = elapsed;
        elapsed.extend([0, delay.saturating_sub(1), delay, delay + u64::from(grace), delay + u64::from(grace) + 1]);
        elapsed.sort_unstable();
        let mut last = State::Waiting;
        for elapsed in elapsed {
            let state = operation.state(NOW + elapsed);
            let expected = if elapsed < delay {
                State::Waiting
            } else if elapsed <= delay + u64::from(grace) {
                State::Ready
            } else {
                State::Expired
            };
            prop_assert_eq!(state, expected, "after {} s", elapsed);
            prop_assert!(state as u8 >= last as u8);
            last = state;
        }
        prop_assert_eq!(last, State::Expired);
    }
}
