//! Histories: what is read back is what was recorded, at a bounded number of reads.

use std::collections::BTreeMap;

use aia_protocol::checkpoints::{Checkpoint, Head, KEY_BITS, VALUE_BITS};
use alloy_primitives::U256;
use proptest::{prelude::*, test_runner::RngSeed};
use rand::Rng;

const LAST_KEY: u64 = (1 << KEY_BITS) - 1;
const LARGEST_VALUE: u128 = (1 << VALUE_BITS) - 1;

/// A history in words, as a contract stores it, beside the plain list of what was recorded.
#[derive(Default)]
struct History {
    head: U256,
    archive: BTreeMap<u32, U256>,
    recorded: Vec<Checkpoint>,
}

impl History {
    fn of(changes: impl IntoIterator<Item = (u64, u128)>) -> Self {
        let mut history = Self::default();
        for (key, value) in changes {
            history.push(key, value);
        }
        history
    }

    fn head(&self) -> Head {
        Head::from_word(self.head)
    }

    fn push(&mut self, key: u64, value: u128) {
        let (head, archived) = self.head().push(key, value);
        if let Some(archived) = archived {
            let word = self.archive.entry(archived.slot).or_default();
            assert_eq!(*word & archived.bits, U256::ZERO, "the place in word {} is taken", archived.slot);
            *word |= archived.bits;
        }
        self.head = head.to_word();
        if self.recorded.last().is_some_and(|last| last.key == key) {
            self.recorded.pop();
        }
        self.recorded.push(Checkpoint { key, value });
    }

    /// Returns the amount at `key`, and which archive words were read for it, in order.
    fn lookup(&self, key: u64) -> (u128, Vec<u32>) {
        let mut read = Vec::new();
        let value = self.head().lookup(key, |slot| {
            read.push(slot);
            *self.archive.get(&slot).unwrap_or_else(|| panic!("word {slot} was never written"))
        });
        (value, read)
    }

    /// Returns how many checkpoints are not after `key`, by looking at each.
    fn scan(&self, key: u64) -> usize {
        self.recorded.iter().filter(|checkpoint| checkpoint.key <= key).count()
    }

    /// Compares a lookup with the scan and bounds its reads.
    fn check(&self, key: u64) {
        let count = self.scan(key);
        let expected = count.checked_sub(1).map_or(0, |index| self.recorded[index].value);
        let (value, read) = self.lookup(key);
        let len = self.recorded.len();
        assert_eq!(value, expected, "at {key} of {len} checkpoints");

        if count == len {
            assert!(read.is_empty(), "the present takes no archive word: {read:?}");
            return;
        }
        let words = (len - 1).div_ceil(2);
        // The word of the answer, counted backwards from the newest; before the first, all of them.
        let distance = count.checked_sub(1).map_or(words, |index| words - index / 2);
        let bound = 2 * distance.max(1).ilog2() as usize + 4;
        assert!(read.len() <= bound, "{} reads at a distance of {distance} words: {read:?}", read.len());
    }

    /// Checks around every key, and each checkpoint by its index.
    fn check_all(&self) {
        for (index, checkpoint) in self.recorded.iter().enumerate() {
            for key in [checkpoint.key.saturating_sub(1), checkpoint.key, checkpoint.key + 1] {
                self.check(key);
            }
            assert_eq!(self.get(index), Some(*checkpoint), "checkpoint {index}");
        }
        self.check(0);
        self.check(u64::MAX);
        assert_eq!(self.get(self.recorded.len()), None);
        assert_eq!(self.head().get(u32::MAX, |_| unreachable!()), None);
        assert_eq!(self.head().len as usize, self.recorded.len());
    }

    fn get(&self, index: usize) -> Option<Checkpoint> {
        self.head().get(u32::try_from(index).unwrap(), |slot| self.archive[&slot])
    }
}

/// Returns `len` changes, each after a random gap, a third of them right in the next second.
fn random_changes(rng: &mut impl Rng, len: usize) -> Vec<(u64, u128)> {
    let mut key = rng.random_range(0..3);
    let mut changes = Vec::with_capacity(len);
    for _ in 0..len {
        changes.push((key, rng.random_range(0..=LARGEST_VALUE)));
        key += if rng.random_bool(0.3) { 1 } else { rng.random_range(1..100_000) };
    }
    changes
}

#[test]
fn an_empty_history_is_zero_and_reads_nothing() {
    let history = History::default();
    for key in [0, 1, LAST_KEY, u64::MAX] {
        assert_eq!(history.lookup(key), (0, vec![]));
    }
    assert_eq!(history.get(0), None);
    assert_eq!(history.head().to_word(), U256::ZERO);
}

#[test]
fn a_single_checkpoint_holds_from_its_key_on_and_reads_nothing() {
    let history = History::of([(10, 7)]);
    for (key, value) in [(0, 0), (9, 0), (10, 7), (11, 7), (u64::MAX, 7)] {
        assert_eq!(history.lookup(key), (value, vec![]), "at {key}");
    }
    assert!(history.archive.is_empty());
}

#[test]
fn two_archived_checkpoints_share_a_word() {
    let history = History::of([(10, 1), (20, 2), (30, 3), (40, 4), (50, 5)]);
    let pack = |key: u64, value: u64| U256::from(key) << VALUE_BITS | U256::from(value);
    assert_eq!(history.head, U256::from(5) << 128 | pack(50, 5));
    assert_eq!(history.archive[&0], pack(10, 1) | pack(20, 2) << 128);
    assert_eq!(history.archive[&1], pack(30, 3) | pack(40, 4) << 128);
    assert_eq!(history.archive.len(), 2);
}

#[test]
fn a_second_has_one_checkpoint_its_last() {
    let mut history = History::default();
    for key in [5, 6, 9] {
        for value in [0, LARGEST_VALUE, 3, 4] {
            history.push(key, value);
        }
    }
    let expected = [5, 6, 9].map(|key| Checkpoint { key, value: 4 });
    assert_eq!(history.recorded, expected);
    assert_eq!(history.head().len, 3);
    history.check_all();
}

#[test]
fn the_head_and_the_archive_round_trip_at_the_extremes() {
    let checkpoints = [0, 1, LAST_KEY].map(|key| [0, 1, LARGEST_VALUE].map(|value| Checkpoint { key, value }));
    for last in checkpoints.concat() {
        for len in [0, 1, 2, u32::MAX - 1, u32::MAX] {
            let head = Head { len, last };
            assert_eq!(Head::from_word(head.to_word()), head);
        }
    }
    // Either place of a word next to the other extreme.
    for (first, second) in [((0, LARGEST_VALUE), (1, 0)), ((0, 0), (LAST_KEY - 1, LARGEST_VALUE)), ((1, 1), (2, 2))] {
        let history = History::of([first, second, (LAST_KEY, 1)]);
        history.check_all();
    }
}

#[test]
fn the_first_second_of_all_is_a_key_like_others() {
    for len in 1..6 {
        History::of((0..len).map(|key| (key, u128::from(key) + 1))).check_all();
    }
}

#[test]
fn lookup_equals_a_scan_around_every_key() {
    let mut rng = aia_model::rng();
    let lengths =
        (0..=40).chain([63, 64, 65, 127, 128, 129, 130, 255, 256, 257, 511, 514, 1023, 1024, 1025, 1999, 2000]);
    for len in lengths {
        History::of(random_changes(&mut rng, len)).check_all();
    }
}

#[test]
fn lookup_equals_a_scan_while_a_history_grows() {
    let mut rng = aia_model::rng();
    let mut history = History::default();
    for (key, value) in random_changes(&mut rng, 2000) {
        history.push(key, value);
        for _ in 0..10 {
            history.check(rng.random_range(0..=key + 1));
        }
        let any = history.recorded[rng.random_range(0..history.recorded.len())].key;
        for key in [any.saturating_sub(1), any, any + 1] {
            history.check(key);
        }
    }
}

#[test]
fn the_recent_past_is_cheap_in_a_long_history() {
    let history = History::of((0..100_000).map(|key| (key * 3, u128::from(key))));
    for (checkpoints_ago, most) in [(1, 2), (2, 4), (10, 6), (100, 12), (1000, 18)] {
        let reads = history.lookup((99_999 - checkpoints_ago) * 3).1.len();
        assert!(reads <= most, "{reads} reads for {checkpoints_ago} checkpoints ago");
    }
}

#[test]
fn the_longest_history_possible_is_searched_without_overflow() {
    // Checkpoint i has key 64·i and value i; the words are computed instead of stored.
    let at = |index: u64| Checkpoint { key: index * 64, value: u128::from(index) };
    let bits = |index: u64| U256::from(at(index).key) << VALUE_BITS | U256::from(at(index).value);
    let newest = u64::from(u32::MAX) - 1;
    let head = Head { len: u32::MAX, last: at(newest) };
    assert_eq!(head.last.key >> KEY_BITS, 0);
    let load = |slot: u32| bits(u64::from(slot) * 2) | bits(u64::from(slot) * 2 + 1) << 128;

    let mut rng = aia_model::rng();
    let random = (0..2000).map(|_| rng.random_range(0..=newest)).collect::<Vec<_>>();
    for index in [0, 1, 2, newest - 2, newest - 1, newest].into_iter().chain(random) {
        let mut reads = 0;
        let found = head.lookup(index * 64 + 63, |slot| {
            reads += 1;
            load(slot)
        });
        assert_eq!(found, u128::from(index));
        assert!(reads <= 2 * 31 + 4, "{reads} reads");
        assert_eq!(head.get(u32::try_from(index).unwrap(), load), Some(at(index)));
    }
}

/// Draws from the seed of the run, which is printed, instead of keeping a file of failures.
fn seeded(cases: u32) -> ProptestConfig {
    let rng_seed = RngSeed::Fixed(aia_model::seed());
    ProptestConfig { cases, rng_seed, failure_persistence: None, ..ProptestConfig::default() }
}

proptest! {
    #![proptest_config(seeded(500))]

    #[test]
    fn any_history_reads_back_as_recorded(
        start in 0..1000u64,
        changes in prop::collection::vec((0..4u64, 0..=LARGEST_VALUE), 0..80),
    ) {
        let mut history = History::default();
        let mut key = start;
        for (gap, value) in changes {
            key += gap;
            history.push(key, value);
        }
        history.check_all();
    }

    #[test]
    fn the_past_stays_as_it_was(changes in prop::collection::vec((1..4u64, 0..=LARGEST_VALUE), 1..60)) {
        let mut history = History::default();
        let (mut key, mut seen) = (0, Vec::new());
        for (gap, value) in changes {
            history.push(key, value);
            key += gap;
            seen.extend((key - gap..key).map(|second| (second, value)));
            for (second, value) in &seen {
                prop_assert_eq!(history.lookup(*second).0, *value);
            }
        }
    }
}
