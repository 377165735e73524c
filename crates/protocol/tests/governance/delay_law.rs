//! The law of delays: lowering one never brings a call nearer than the old delay, counted from the lowering.
//!
//! With d(t) the delay in force at t, what is scheduled at t is ready at t + d(t) at the soonest. So, for every change
//! at c from a delay of f seconds, and for all t ≥ c: t + d(t) ≥ c + f. It follows, for every s at which no lowering
//! is announced, and for all t ≥ s: t + d(t) ≥ s + d(s).
//!
//! While a lowering is announced the second is not so: its effect can be waited for.

use aia_protocol::governance::delay::Delay;
use proptest::{collection::vec, prelude::*};

use crate::{NOW, seeded};

/// A change, or what there was in the beginning.
struct Change {
    at: u64,
    from: u32,
    delay: Delay,
}

/// A delay with all its past.
struct Timeline(Vec<Change>);

impl Timeline {
    fn new(seconds: u32) -> Self {
        Self(vec![Change { at: 0, from: seconds, delay: Delay::fixed(seconds) }])
    }

    /// Changes it, as the timelock does: from what is in force.
    fn change(&mut self, to: u32, at: u64) {
        let from = self.at(at);
        self.0.push(Change { at, from, delay: Delay::change(from, to, at) });
    }

    fn held(&self, instant: u64) -> Delay {
        self.0.iter().rev().find(|change| change.at <= instant).expect("there always was one").delay
    }

    fn at(&self, instant: u64) -> u32 {
        self.held(instant).at(instant)
    }

    /// Returns when a call that is scheduled at an instant is ready.
    fn ready(&self, instant: u64) -> u64 {
        instant + u64::from(self.at(instant))
    }

    fn is_lowering(&self, instant: u64) -> bool {
        self.at(instant) > self.held(instant).after
    }

    /// Returns the seconds in which something changes, and those around them.
    fn edges(&self) -> Vec<u64> {
        let around = |second: u64| [second.saturating_sub(1), second, second + 1];
        self.0.iter().flat_map(|change| [change.at, change.delay.effect]).flat_map(around).collect()
    }

    /// Checks the law for all pairs of instants.
    fn check(&self, instants: &[u64]) {
        for Change { at, from, .. } in &self.0 {
            for later in instants.iter().filter(|later| *later >= at) {
                let ready = self.ready(*later);
                assert!(ready >= at + u64::from(*from), "from {from} s at {at}, but ready at {ready} from {later}");
            }
        }
        for start in instants.iter().filter(|start| !self.is_lowering(**start)) {
            for later in instants.iter().filter(|later| *later >= start) {
                let (first, second) = (self.ready(*start), self.ready(*later));
                assert!(second >= first, "from {start} ready at {first}, but from {later} at {second}");
            }
        }
    }
}

#[test]
fn whoever_waits_for_an_announced_lowering_wins_nothing_over_its_announcement() {
    let mut timeline = Timeline::new(10);
    timeline.change(4, NOW);
    let ready = [0, 5, 6, 7].map(|elapsed| timeline.ready(NOW + elapsed) - NOW);
    // Scheduled a second before the effect it would take longer, but never less than from the announcement.
    assert_eq!(ready, [10, 15, 10, 11]);
    assert_eq!([0, 5, 6].map(|elapsed| timeline.is_lowering(NOW + elapsed)), [true, true, false]);
}

#[test]
fn the_law_holds_for_all_short_histories() {
    let instants: Vec<u64> = (0..25).collect();
    let changes: Vec<(u64, u32)> = (0..4).flat_map(|gap| (1..=4).map(move |to| (gap, to))).collect();
    for first in 1..=4 {
        for (one, two) in changes.iter().flat_map(|one| changes.iter().map(move |two| (one, two))) {
            for three in &changes {
                let (mut timeline, mut now) = (Timeline::new(first), 1u64);
                for (gap, to) in [one, two, three] {
                    now += gap;
                    timeline.change(*to, now);
                }
                timeline.check(&instants);
            }
        }
    }
}

proptest! {
    #![proptest_config(seeded(2000))]

    #[test]
    fn the_law_holds_for_all_histories(
        first in 21_600..=2_592_000u32,
        changes in vec((prop_oneof![Just(0u64), 1..100u64, 1..5_000_000u64], 21_600..=2_592_000u32), 1..12),
        any_instants in vec(0..60_000_000u64, 5),
    ) {
        let (mut timeline, mut now) = (Timeline::new(first), NOW);
        for (gap, to) in changes {
            now += gap;
            timeline.change(to, now);
            // A raise holds at once; nothing else does.
            prop_assert_eq!(timeline.at(now), to.max(timeline.0[timeline.0.len() - 1].from));
        }
        let mut instants = timeline.edges();
        instants.extend(any_instants.iter().map(|elapsed| NOW + elapsed));
        timeline.check(&instants);
    }

    #[test]
    fn a_lowering_takes_no_longer_than_the_law_asks_for(
        from in 21_600..=2_592_000u32,
        to in 21_600..=2_592_000u32,
    ) {
        let mut timeline = Timeline::new(from);
        timeline.change(to, NOW);
        let lag = u64::from(from.saturating_sub(to));
        prop_assert_eq!(timeline.at(NOW + lag), to);
        prop_assert_eq!(timeline.ready(NOW + lag), NOW + u64::from(from.max(to)));
    }
}
