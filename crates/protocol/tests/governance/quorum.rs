//! The quorum: a part of the delegated votes, between floor and cap, as it was in every second.

use aia_protocol::{
    MAX_SUPPLY,
    governance::{
        OutOfBounds,
        quorum::{self, InvalidQuorum, MAX_FLOOR, MIN_FLOOR, Quorum},
    },
};
use alloy_primitives::U256;
use proptest::{collection::vec, prelude::*};

use crate::{AIA, NOW, seeded};

/// Returns a part of all, whatever it comes to.
fn part(numerator: u16) -> Quorum {
    Quorum { since: NOW, numerator, floor: 0, cap: MAX_SUPPLY }
}

#[test]
fn a_part_of_the_delegated_votes_is_rounded_down() {
    for (delegated, numerator, quorum) in [
        (0, 10_000, 0),
        (9_999, 1, 0),
        (10_000, 1, 1),
        (19_999, 1, 1),
        (20_000, 1, 2),
        (3, 5_000, 1),
        (1, 9_999, 0),
        (1, 10_000, 1),
        (MAX_SUPPLY, 0, 0),
        (MAX_SUPPLY, 1, MAX_SUPPLY / 10_000),
        (MAX_SUPPLY, 400, 40_000_000 * AIA),
        (MAX_SUPPLY - 1, 10_000, MAX_SUPPLY - 1),
        (MAX_SUPPLY, 10_000, MAX_SUPPLY),
    ] {
        assert_eq!(part(numerator).of(delegated), quorum, "{numerator} of {delegated}");
    }
}

#[test]
fn it_is_never_below_the_floor_nor_above_the_cap() {
    // 4 % of 100 AIA are the floor, of 1,000 AIA the cap.
    let quorum = Quorum { since: NOW, numerator: 400, floor: 4 * AIA, cap: 40 * AIA };
    for (delegated, expected) in [
        (0, 4 * AIA),
        (99 * AIA, 4 * AIA),
        (100 * AIA, 4 * AIA),
        (100 * AIA + 24, 4 * AIA),
        (100 * AIA + 25, 4 * AIA + 1),
        (500 * AIA, 20 * AIA),
        (1_000 * AIA - 1, 40 * AIA - 1),
        (1_000 * AIA, 40 * AIA),
        (1_000 * AIA + 25, 40 * AIA),
        (MAX_SUPPLY, 40 * AIA),
        (u128::MAX, 40 * AIA),
    ] {
        assert_eq!(quorum.of(delegated), expected, "of {delegated}");
    }
}

#[test]
fn floor_and_cap_can_make_it_a_constant() {
    let constant = Quorum { since: NOW, numerator: 400, floor: 7 * AIA, cap: 7 * AIA };
    assert_eq!(constant.check(), Ok(()));
    assert_eq!([0, AIA, 175 * AIA, MAX_SUPPLY].map(|delegated| constant.of(delegated)), [7 * AIA; 4]);
}

#[test]
fn bounds_are_allowed_and_what_is_beyond_them_is_not() {
    let floor = InvalidQuorum::Floor(OutOfBounds { min: 10u128.pow(18), max: 10u128.pow(26) });
    let cap = |min: u128| InvalidQuorum::Cap(OutOfBounds { min, max: 10u128.pow(27) });
    for (numerator, least, most, expected) in [
        (0, MIN_FLOOR, MIN_FLOOR, Ok(())),
        (10_000, MIN_FLOOR, MAX_SUPPLY, Ok(())),
        (400, MAX_FLOOR, MAX_FLOOR, Ok(())),
        (400, MAX_FLOOR, MAX_SUPPLY, Ok(())),
        (10_001, MIN_FLOOR, MAX_SUPPLY, Err(InvalidQuorum::Numerator)),
        (u16::MAX, MIN_FLOOR, MAX_SUPPLY, Err(InvalidQuorum::Numerator)),
        (400, 0, MAX_SUPPLY, Err(floor)),
        (400, MIN_FLOOR - 1, MAX_SUPPLY, Err(floor)),
        (400, MAX_FLOOR + 1, MAX_SUPPLY, Err(floor)),
        (400, u128::MAX, u128::MAX, Err(floor)),
        (400, MIN_FLOOR, 0, Err(cap(MIN_FLOOR))),
        (400, 5 * AIA, 5 * AIA - 1, Err(cap(5 * AIA))),
        (400, 5 * AIA, MAX_SUPPLY + 1, Err(cap(5 * AIA))),
        (400, 5 * AIA, u128::MAX, Err(cap(5 * AIA))),
        // The first that is wrong is told.
        (10_001, 0, 0, Err(InvalidQuorum::Numerator)),
        (10_000, 0, u128::MAX, Err(floor)),
    ] {
        let quorum = Quorum { since: NOW, numerator, floor: least, cap: most };
        assert_eq!(quorum.check(), expected, "{quorum:?}");
    }
}

/// Returns what held, by looking at each from the newest on.
fn scan(history: &[Quorum], at: u64) -> Option<Quorum> {
    history.iter().rev().find(|quorum| quorum.since <= at).copied()
}

/// Returns what held, by few reads.
fn look_up(history: &[Quorum], at: u64) -> Option<Quorum> {
    let words: Vec<U256> = history.iter().map(|quorum| quorum.to_word()).collect();
    let mut reads = 0;
    let found = quorum::lookup(u32::try_from(words.len()).expect("few words"), at, |index| {
        reads += 1;
        words[index as usize]
    });
    let most = words.len().checked_ilog2().map_or(0, |log| log + 2);
    assert!(reads <= most, "{reads} reads of {} words", words.len());
    found
}

/// Returns the history of changes at these seconds; the numerator tells them apart.
fn history(seconds: &[u64]) -> Vec<Quorum> {
    (1..).zip(seconds).map(|(numerator, since)| Quorum { since: *since, ..part(numerator) }).collect()
}

#[test]
fn a_change_holds_from_its_second_on() {
    let history = history(&[10, 20, 21, 40]);
    for (at, numerator) in [
        (0, None),
        (9, None),
        (10, Some(1)),
        (19, Some(1)),
        (20, Some(2)),
        (21, Some(3)),
        (39, Some(3)),
        (40, Some(4)),
        (u64::MAX, Some(4)),
    ] {
        assert_eq!(look_up(&history, at).map(|quorum| quorum.numerator), numerator, "at {at}");
    }
}

#[test]
fn where_nothing_was_set_nothing_is_found() {
    for at in [0, NOW, u64::MAX] {
        assert_eq!(quorum::lookup(0, at, |index| unreachable!("there is no word {index}")), None);
    }
}

proptest! {
    #![proptest_config(seeded(1000))]

    #[test]
    fn every_second_of_every_history_finds_what_a_scan_finds(
        gaps in vec(prop_oneof![Just(1u64), 1..10u64, 1..10_000_000u64], 0..80),
        any_second in 0..800_000_000u64,
    ) {
        let seconds: Vec<u64> = gaps.iter().scan(0u64, |now, gap| { *now += gap; Some(*now) }).collect();
        let history = history(&seconds);
        let around = seconds.iter().flat_map(|second| [second - 1, *second, second + 1]);
        for at in around.chain([0, any_second, u64::MAX]) {
            prop_assert_eq!(look_up(&history, at), scan(&history, at), "at {}", at);
        }
    }

    #[test]
    fn the_quorum_is_the_clamped_quotient_and_never_falls_when_more_is_delegated(
        numerator in 0..=10_000u16,
        floor in MIN_FLOOR..=MAX_FLOOR,
        room in 0..=MAX_SUPPLY - MAX_FLOOR,
        delegated in 0..=MAX_SUPPLY,
        more in 0..=MAX_SUPPLY,
    ) {
        let quorum = Quorum { since: NOW, numerator, floor, cap: floor + room };
        prop_assert_eq!(quorum.check(), Ok(()));
        let quotient = U256::from(delegated) * U256::from(numerator) / U256::from(10_000);
        let clamped = quotient.max(U256::from(floor)).min(U256::from(floor + room));
        prop_assert_eq!(U256::from(quorum.of(delegated)), clamped);
        prop_assert!(quorum.of(delegated) <= quorum.of(delegated + more));
    }
}
