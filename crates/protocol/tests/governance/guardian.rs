//! The guardian: one account, for its term, as often as it has strikes.

use aia_protocol::governance::{
    OutOfBounds,
    guardian::{Guardian, MAX_STRIKES, check_expiry},
};
use alloy_primitives::Address;
use proptest::{collection::vec, prelude::*};

use crate::{LAST_INSTANT, NOW, seeded};

const SOMEONE: Address = Address::repeat_byte(1);
const STRANGER: Address = Address::repeat_byte(2);

fn guardian(strikes: u8) -> Guardian {
    Guardian { account: SOMEONE, expiry: NOW, strikes }
}

#[test]
fn it_serves_up_to_and_including_the_last_second_of_its_term() {
    for (now, serves) in [(0, true), (NOW - 1, true), (NOW, true), (NOW + 1, false), (LAST_INSTANT, false)] {
        // Serving takes no strikes: the timelock's guardian has none.
        for strikes in [0, 1, MAX_STRIKES] {
            assert_eq!(guardian(strikes).is_serving(SOMEONE, now), serves, "at {now}");
            assert!(!guardian(strikes).is_serving(STRANGER, now), "at {now}");
        }
    }
}

#[test]
fn where_nobody_is_guardian_nobody_serves_not_even_the_zero_address() {
    let nobody = Guardian { account: Address::ZERO, expiry: LAST_INSTANT, strikes: MAX_STRIKES };
    for account in [Address::ZERO, SOMEONE] {
        assert!(!nobody.is_serving(account, NOW));
        assert_eq!(nobody.strike(account, NOW), None);
    }
    assert!(!guardian(1).is_serving(Address::ZERO, NOW));
}

#[test]
fn acting_takes_a_strike_and_nothing_else() {
    for strikes in [1, 2, MAX_STRIKES, u8::MAX] {
        assert_eq!(guardian(strikes).strike(SOMEONE, NOW), Some(guardian(strikes - 1)));
    }
}

#[test]
fn without_strikes_without_a_term_or_as_a_stranger_nobody_acts() {
    assert_eq!(guardian(0).strike(SOMEONE, NOW), None);
    assert_eq!(guardian(1).strike(SOMEONE, NOW + 1), None);
    assert_eq!(guardian(1).strike(STRANGER, NOW), None);
    assert_eq!(Guardian::default().strike(Address::ZERO, 0), None);
}

#[test]
fn a_term_ends_within_a_year() {
    let out = Err(OutOfBounds { min: 0, max: u128::from(NOW) + 31_536_000 });
    for (expiry, expected) in [
        (0, Ok(())),
        (NOW - 1, Ok(())),
        (NOW, Ok(())),
        (NOW + 31_536_000, Ok(())),
        (NOW + 31_536_001, out),
        (LAST_INSTANT, out),
        ((1 << 48) - 1, out),
        (u64::MAX, out),
    ] {
        assert_eq!(check_expiry(expiry, NOW), expected, "{expiry}");
    }
}

proptest! {
    #![proptest_config(seeded(1000))]

    #[test]
    fn it_acts_at_most_as_often_as_it_has_strikes_and_only_in_its_term(
        strikes in 0..=MAX_STRIKES,
        attempts in vec((any::<bool>(), 0..20u64), 0..40),
    ) {
        let (mut now, mut acted, mut current) = (NOW - 200, 0, guardian(strikes));
        for (is_guardian, gap) in attempts {
            now += gap;
            let may = is_guardian && now <= NOW && acted < strikes;
            let next = current.strike(if is_guardian { SOMEONE } else { STRANGER }, now);
            prop_assert_eq!(next.is_some(), may, "at {} after {} strikes", now, acted);
            if let Some(next) = next {
                acted += 1;
                current = Guardian::from_word(next.to_word());
            }
            prop_assert_eq!(current, guardian(strikes - acted));
        }
    }
}
