//! The brake: it stops everything for a week, and then for as long it cannot.

use aia_protocol::governance::{
    brake::{Brake, COOLING, Config, DURATION},
    delay::Delay,
};
use rand::Rng;

use crate::{LAST_INSTANT, NOW};

const GUARDIANS: u32 = 3_000;
const STEPS: u32 = 60;

/// Returns a brake that was pulled at `NOW`.
fn pulled() -> Brake {
    Brake::default().pull(NOW).expect("it never was before")
}

#[test]
fn a_brake_that_was_never_pulled_is_off_and_can_be() {
    for now in [1, NOW, LAST_INSTANT] {
        assert!(!Brake::default().is_on(now), "at {now}");
        let brake = Brake::default().pull(now);
        assert_eq!(brake, Some(Brake { until: now + 604_800, ready_at: now + 1_209_600 }));
    }
}

#[test]
fn it_is_on_from_the_pull_through_its_last_second() {
    for (elapsed, on) in [(0, true), (1, true), (604_799, true), (604_800, true), (604_801, false), (2_000_000, false)]
    {
        assert_eq!(pulled().is_on(NOW + elapsed), on, "after {elapsed} s");
    }
}

#[test]
fn it_can_be_pulled_again_a_week_after_its_end() {
    for elapsed in [0, 1, 604_800, 604_801, 1_209_599] {
        assert_eq!(pulled().pull(NOW + elapsed), None, "after {elapsed} s");
    }
    for now in [NOW + 1_209_600, NOW + 1_209_601, NOW + 100_000_000] {
        assert_eq!(pulled().pull(now), Some(Brake { until: now + 604_800, ready_at: now + 1_209_600 }));
    }
}

#[test]
fn released_it_is_off_in_that_very_second_and_comes_back_no_sooner() {
    for elapsed in [0, 1, 604_799, 604_800] {
        let now = NOW + elapsed;
        let released = pulled().release(now);
        assert_eq!(released, Brake { until: now - 1, ready_at: NOW + 1_209_600 });
        assert_eq!([now - 1, now, now + 1].map(|second| released.is_on(second)), [true, false, false]);
        assert_eq!(released.pull(NOW + 1_209_599), None);
        assert!(released.pull(NOW + 1_209_600).is_some());
    }
}

/// A brake and, for each pull, the first and the last second that it stopped.
#[derive(Default)]
struct History {
    config: Config,
    stops: Vec<(u64, u64)>,
}

impl History {
    /// Pulls or releases it, if it can be.
    fn step(&mut self, rng: &mut impl Rng, now: u64) {
        let brake = self.config.brake;
        if rng.random_bool(0.7) {
            let next = brake.pull(now);
            assert_eq!(next.is_some(), now >= brake.ready_at, "at {now}");
            self.stops.extend(next.map(|_| (now, now + DURATION)));
            self.config.brake = next.unwrap_or(brake);
        } else if brake.is_on(now) {
            self.config.brake = brake.release(now);
            self.stops.last_mut().expect("it was pulled").1 = now - 1;
        }
        let word = self.config.to_word();
        assert_eq!(Config::from_word(word), self.config);
        let stopped = self.stops.iter().any(|(from, until)| (*from..=*until).contains(&now));
        assert_eq!(self.config.brake.is_on(now), stopped, "at {now}");
    }

    /// Returns how many of the seconds from `start` on are free.
    fn free(&self, start: u64, seconds: u64) -> u64 {
        let end = start + seconds;
        let stopped = |(from, until): &(u64, u64)| (until + 1).min(end).saturating_sub(*from.max(&start));
        seconds - self.stops.iter().map(stopped).sum::<u64>()
    }

    fn check(&self) {
        for (from, until) in &self.stops {
            assert!(until + 1 - from <= DURATION + 1, "on from {from} to {until}");
        }
        for pair in self.stops.windows(2) {
            assert!(pair[1].0 - pair[0].0 >= DURATION + COOLING, "pulled too soon: {pair:?}");
        }
        // A stretch has the fewest free seconds if it begins with a stop.
        let starts = self.stops.iter().flat_map(|(from, until)| [*from, until + 1, from + DURATION / 2]);
        for start in starts {
            let free = self.free(start, DURATION + COOLING);
            assert!(free >= COOLING - 1, "{free} s are free in two weeks from {start}");
        }
    }
}

/// Returns how long until the guardian tries again.
fn gap(rng: &mut impl Rng, brake: Brake, now: u64) -> u64 {
    match rng.random_range(0..4) {
        0 => rng.random_range(0..3),
        1 => DURATION + rng.random_range(0..3) - 1,
        2 => brake.ready_at.saturating_sub(now + rng.random_range(0..2)),
        _ => rng.random_range(0..2 * DURATION),
    }
}

#[test]
fn whatever_a_guardian_does_half_of_every_two_weeks_is_free() {
    let mut rng = aia_model::rng();
    let config = Config {
        min_delay: Delay::change(2_592_000, 21_600, NOW),
        grace: 1_209_600,
        abdicated: true,
        ..Default::default()
    };
    let mut pulls = 0;
    for _ in 0..GUARDIANS {
        let (mut history, mut now) = (History { config, stops: Vec::new() }, NOW);
        for _ in 0..STEPS {
            history.step(&mut rng, now);
            now += gap(&mut rng, history.config.brake, now);
        }
        history.check();
        assert_eq!(Config { brake: Brake::default(), ..history.config }, config, "the brake moves nothing else");
        pulls += history.stops.len();
    }
    assert!(pulls > 10 * GUARDIANS as usize, "the guardians were idle: {pulls} pulls");
}

#[test]
fn a_guardian_that_pulls_whenever_it_can_leaves_a_week_less_a_second() {
    let mut history = History::default();
    let mut now = NOW;
    for _ in 0..10 {
        history.config.brake = history.config.brake.pull(now).expect("it has cooled");
        history.stops.push((now, history.config.brake.until));
        now = history.config.brake.ready_at;
    }
    history.check();
    for week in 0..9 {
        let start = NOW + week * (DURATION + COOLING);
        assert_eq!(history.free(start, DURATION + COOLING), 604_799);
    }
}
