//! It does not matter when a stream is settled, only how long it runs: in one step, in many, or second by second.

use aia_protocol::payments::stream::{MAX_NOTICE, Stream};
use rand::Rng;

const STREAMS: u32 = 50_000;
const STORIES: u32 = 2_000;
/// Seconds of a story.
const SECONDS: u64 = 40;
const START: u64 = 1_700_000_000;

/// Returns a number of any magnitude, of at most so many bits.
fn any(rng: &mut impl Rng, bits: u32) -> u128 {
    let most = u128::MAX >> (128 - rng.random_range(1..=bits));
    rng.random_range(0..=most)
}

/// Returns seconds of any magnitude, at most the longest notice.
fn seconds(rng: &mut impl Rng) -> u32 {
    u32::try_from(any(rng, 24)).expect("24 bits").min(MAX_NOTICE)
}

/// Returns a stream of any size that lasts for any time, running or ending.
fn stream(rng: &mut impl Rng) -> Stream {
    let (balance, lasts, end) = (any(rng, 90), u128::from(seconds(rng)).max(1), seconds(rng));
    let rate = if rng.random_bool(0.8) { balance / lasts } else { any(rng, 96) };
    let left = if rng.random_bool(0.5) { end } else { 0 };
    Stream { balance, rate: rate.max(1), settled_at: START, left }
}

#[test]
fn p03_a_stream_pays_the_same_however_often_it_is_settled() {
    let mut rng = aia_model::rng();
    for _ in 0..STREAMS {
        let whole = stream(&mut rng);
        let mut instants = [(); 8].map(|()| START + u64::from(seconds(&mut rng)));
        instants.sort_unstable();
        let (mut parts, mut paid) = (whole, 0);
        for at in instants {
            let (next, part) = parts.settle(at);
            (parts, paid) = (next, paid + part);
        }
        assert_eq!((parts, paid), whole.settle(instants[7]), "{whole:?} at {instants:?}");
    }
}

#[test]
fn p04_what_is_owed_grows_by_at_most_the_rate_and_never_beyond_the_balance() {
    let mut rng = aia_model::rng();
    for _ in 0..STREAMS {
        let stream = stream(&mut rng);
        let (at, more) = (START + u64::from(seconds(&mut rng)), u64::from(seconds(&mut rng)));
        let (before, after) = (stream.settle(at).1, stream.settle(at + more).1);
        assert!(before <= after && after <= stream.balance, "{stream:?}");
        assert!(after - before <= stream.rate.saturating_mul(more.into()), "{stream:?}");
    }
}

#[test]
fn p04_a_deposit_pays_for_nothing_that_was_before_it() {
    // 25 base units last for 2 whole seconds and a half.
    let table: [(u64, u128, u128); 6] =
        [(0, 0, 25), (1, 10, 15), (2, 20, 5), (3, 25, 0), (4, 25, 0), (1_000_000, 25, 0)];
    for (after, earned, left) in table {
        let now = START + after;
        let stream = Stream { balance: 25, rate: 10, settled_at: START, left: 0 };
        let (topped_up, credited) = stream.top_up(now, 40);
        let (settled, owed) = topped_up.settle(now);
        assert_eq!((credited + owed, settled.balance), (earned, left + 40), "after {after} s");
        for (seconds, paid) in [(1, 10), (4, 40), (5, (left + 40).min(50)), (9, left + 40)] {
            assert_eq!(settled.settle(now + seconds).1, paid, "{seconds} s after a deposit after {after} s");
            assert_eq!(topped_up.settle(now + seconds).1, owed + paid, "{seconds} s after a deposit after {after} s");
        }
    }
}

#[test]
fn p18_a_stream_is_empty_at_its_depletion_and_not_a_second_before() {
    let mut rng = aia_model::rng();
    for _ in 0..STREAMS {
        let stream = stream(&mut rng);
        match stream.depletion_time() {
            // One settlement pays for 136 years, the next one for the rest.
            Some(at) if at - START > u64::from(u32::MAX) => {
                assert_eq!(stream.settle(at).1, stream.rate * u128::from(u32::MAX), "{stream:?} at {at}");
            }
            Some(at) => {
                assert!(at <= stream.ends_at().unwrap_or(at), "{stream:?} is empty after its end");
                assert_eq!(stream.settle(at).1, stream.balance, "{stream:?} holds something at {at}");
                assert!(at == START || stream.settle(at - 1).1 < stream.balance, "{stream:?} is empty before {at}");
            }
            None => {
                let end = stream.ends_at().expect("what does not run empty ends");
                assert!(stream.settle(end).1 < stream.balance, "{stream:?} is empty at its end");
            }
        }
    }
}

#[test]
fn p18_a_stream_pays_in_full_until_it_is_safe_no_longer() {
    let mut rng = aia_model::rng();
    for _ in 0..STREAMS {
        let (stream, notice) = (stream(&mut rng), seconds(&mut rng));
        let bound = if stream.is_ending() { stream.left } else { notice };
        let safe = stream.safe_until(notice) - START;
        assert_eq!(stream.settle(START + safe).1, stream.rate * u128::from(safe), "{stream:?}, notice {notice}");
        assert!(safe <= u64::from(bound), "{stream:?}, notice {notice}");
        let is_funded = stream.settle(START + safe + 1).1 == stream.rate.saturating_mul(u128::from(safe) + 1);
        assert!(safe == u64::from(bound) || !is_funded, "{stream:?} pays longer, notice {notice}");
    }
}

/// A stream that is paid each second, as one would do it by hand.
#[derive(Clone, Copy, Debug)]
struct Purse {
    balance: u128,
    rate: u128,
    paid: u128,
    left: Option<u32>,
}

impl Purse {
    fn second(&mut self) {
        if self.left == Some(0) {
            return;
        }
        let part = if self.rate < self.balance { self.rate } else { self.balance };
        self.balance -= part;
        self.paid += part;
        self.left = self.left.map(|left| left - 1);
    }
}

/// The stream beside it, settled now and then.
#[derive(Clone, Copy, Debug)]
struct Pair {
    purse: Purse,
    stream: Stream,
    collected: u128,
}

impl Pair {
    fn new(rng: &mut impl Rng) -> Self {
        let (balance, rate) = (rng.random_range(0..60), rng.random_range(1..8));
        let purse = Purse { balance, rate, paid: 0, left: None };
        Self { purse, stream: Stream { balance, rate, settled_at: START, left: 0 }, collected: 0 }
    }

    fn settle(&mut self, now: u64) {
        let (stream, part) = self.stream.settle(now);
        (self.stream, self.collected) = (stream, self.collected + part);
    }

    /// Changes both in the same way, as a payer or a payee might.
    fn change(&mut self, rng: &mut impl Rng, now: u64) {
        let (amount, rate, notice) = (rng.random_range(1..20), rng.random_range(1..8), rng.random_range(1..10));
        let choice = rng.random_range(0..12);
        if (1..4).contains(&choice) {
            self.settle(now);
        }
        let is_over = self.purse.left == Some(0);
        match choice {
            0 if self.purse.left.is_none() => {
                let (stream, part) = self.stream.top_up(now, amount);
                (self.stream, self.collected) = (stream, self.collected + part);
                self.purse.balance += amount;
            }
            1 if !is_over => (self.purse.rate, self.stream.rate) = (rate, rate),
            2 if self.purse.left.is_none() => (self.purse.left, self.stream.left) = (Some(notice), notice),
            _ => {}
        }
    }

    fn compare(&self, now: u64) {
        let (settled, owed) = self.stream.settle(now);
        assert_eq!(self.purse.paid, self.collected + owed, "{self:?} at {now}");
        assert_eq!(self.purse.balance, settled.balance, "{self:?} at {now}");
        assert_eq!(self.purse.left.unwrap_or_default(), settled.left, "{self:?} at {now}");
        assert_eq!(self.purse.left == Some(0), settled.rate == 0, "{self:?} at {now}");
    }
}

#[test]
fn p03_a_stream_pays_what_is_counted_second_by_second() {
    let mut rng = aia_model::rng();
    for _ in 0..STORIES {
        let mut pair = Pair::new(&mut rng);
        for now in START..START + SECONDS {
            pair.change(&mut rng, now);
            pair.compare(now);
            pair.purse.second();
        }
        pair.compare(START + SECONDS);
    }
}
