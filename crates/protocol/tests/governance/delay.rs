//! Delays and the calls that have them: raised at once, lowered slowly, kept under target and selector.

use aia_protocol::governance::{
    OutOfBounds,
    delay::{Class, Delay, WHOLE_TARGET, check, class_key, selector},
};
use alloy_primitives::{Address, FixedBytes, U256};
use proptest::prelude::*;

use crate::{LAST_INSTANT, NOW, seeded};

const DAY: u32 = 86_400;
const DAY_LATER: u64 = NOW + 86_400;

#[test]
fn a_delay_is_a_quarter_of_a_day_to_thirty_days() {
    let out = Err(OutOfBounds { min: 21_600, max: 2_592_000 });
    for (seconds, expected) in [
        (0, out),
        (21_599, out),
        (21_600, Ok(())),
        (2_592_000, Ok(())),
        (2_592_001, out),
        (u128::from(u32::MAX), out),
        ((1 << 32) + 21_600, out),
        (u128::MAX, out),
    ] {
        assert_eq!(check(seconds), expected, "{seconds} s");
    }
}

#[test]
fn a_delay_without_a_past_holds_in_every_second() {
    for now in [0, 1, NOW, LAST_INSTANT] {
        assert_eq!(Delay::fixed(DAY).at(now), DAY);
    }
}

#[test]
fn a_raise_holds_at_once() {
    for (from, to) in [(DAY, DAY + 1), (DAY, 2 * DAY), (0, DAY), (21_600, 2_592_000)] {
        let raised = Delay::change(from, to, NOW);
        assert_eq!(raised, Delay { before: to, after: to, effect: NOW });
        assert_eq!([0, NOW - 1, NOW, NOW + 1, LAST_INSTANT].map(|now| raised.at(now)), [to; 5]);
    }
}

#[test]
fn setting_what_is_in_force_changes_nothing() {
    let same = Delay::change(DAY, DAY, NOW);
    assert_eq!([0, NOW - 1, NOW, NOW + 1, LAST_INSTANT].map(|now| same.at(now)), [DAY; 5]);
}

#[test]
fn a_lowering_holds_after_as_many_seconds_as_it_is_lowered_by() {
    for (from, to) in [(DAY + 1, DAY), (2 * DAY, DAY), (2_592_000, 21_600)] {
        let lowered = Delay::change(from, to, NOW);
        let effect = NOW + u64::from(from - to);
        assert_eq!(lowered, Delay { before: from, after: to, effect });
        for (now, seconds) in [(NOW, from), (effect - 1, from), (effect, to), (effect + 1, to), (LAST_INSTANT, to)] {
            assert_eq!(lowered.at(now), seconds, "{from} to {to} at {now}");
        }
    }
}

#[test]
fn the_first_call_after_a_lowering_comes_as_soon_as_one_scheduled_right_before_it() {
    let lowered = Delay::change(10 * DAY, 4 * DAY, NOW);
    assert_eq!(lowered.effect + u64::from(lowered.at(lowered.effect)), NOW + u64::from(10 * DAY));
}

#[test]
fn a_raise_drops_the_lowering_that_was_announced() {
    let lowered = Delay::change(10 * DAY, 2 * DAY, NOW);
    let before = lowered.at(DAY_LATER);
    assert_eq!(before, 10 * DAY);
    for to in [10 * DAY, 12 * DAY] {
        let raised = Delay::change(before, to, DAY_LATER);
        for now in [DAY_LATER, lowered.effect - 1, lowered.effect, lowered.effect + 1, LAST_INSTANT] {
            assert_eq!(raised.at(now), to, "at {now}");
        }
    }
}

#[test]
fn a_second_lowering_counts_anew() {
    let first = Delay::change(10 * DAY, 2 * DAY, NOW);
    // Even one to more than the first would have come to.
    for (to, effect) in [(9 * DAY, DAY_LATER + 86_400), (2 * DAY, DAY_LATER + 8 * 86_400)] {
        let second = Delay::change(first.at(DAY_LATER), to, DAY_LATER);
        assert_eq!(second, Delay { before: 10 * DAY, after: to, effect });
        assert_eq!([effect - 1, effect].map(|now| second.at(now)), [10 * DAY, to]);
    }
}

#[test]
fn a_call_has_no_delay_of_its_own_until_one_is_set() {
    assert_eq!(Class::default().own(NOW), None);
    assert_eq!(Class { abdicated: true, ..Default::default() }.own(NOW), None, "given up is not delayed");
    let set = Class { delay: Delay::change(2 * DAY, DAY, NOW), abdicated: false };
    assert_eq!([NOW, DAY_LATER - 1, DAY_LATER].map(|now| set.own(now)), [Some(2 * DAY), Some(2 * DAY), Some(DAY)]);
    let fixed = Class { delay: Delay::fixed(21_600), abdicated: false };
    assert_eq!([0, NOW, LAST_INSTANT].map(|now| fixed.own(now)), [Some(21_600); 3]);
}

#[test]
fn what_is_shorter_than_four_bytes_has_no_selector() {
    let table: [(&[u8], Option<[u8; 4]>); 7] = [
        (&[], None),
        (&[1], None),
        (&[1, 2, 3], None),
        (&[1, 2, 3, 4], Some([1, 2, 3, 4])),
        (&[1, 2, 3, 4, 5], Some([1, 2, 3, 4])),
        (&[0; 4], Some([0; 4])),
        (&[0xff; 36], Some([0xff; 4])),
    ];
    for (data, expected) in table {
        assert_eq!(selector(data), expected.map(FixedBytes), "{data:?}");
    }
    assert_eq!(selector(&[0xff; 4]), Some(WHOLE_TARGET));
}

#[test]
fn other_targets_and_other_selectors_have_other_keys() {
    let targets = [0, 1, 2].map(Address::with_last_byte).into_iter().chain([Address::repeat_byte(0xff)]);
    let selectors = [[0; 4], [0, 0, 0, 1], [1, 0, 0, 0], [0xff; 4]].map(FixedBytes);
    let mut keys: Vec<U256> =
        targets.flat_map(|target| selectors.map(|selector| class_key(target, selector))).collect();
    keys.sort_unstable();
    keys.dedup();
    assert_eq!(keys.len(), 16);
}

proptest! {
    #![proptest_config(seeded(1000))]

    #[test]
    fn a_key_is_selector_and_target_side_by_side(target in any::<[u8; 20]>(), selector in any::<[u8; 4]>()) {
        let mut bytes = [0; 32];
        bytes[8..12].copy_from_slice(&selector);
        bytes[12..].copy_from_slice(&target);
        let key = class_key(Address::new(target), FixedBytes(selector));
        prop_assert_eq!(key, U256::from_be_bytes(bytes));
    }
}
