//! A stream: so many base units a second, out of a balance of its own, without debt.
//!
//! Amounts are whole seconds times whole base units, so nothing is ever rounded, and settling in any number of steps pays
//! the same.

use alloy_primitives::{Address, B256, U256};

use crate::{
    math::{mul_div_down, mul_div_up},
    typed_data::hash_words,
    word::{Reader, Writer},
};

/// The longest notice, seconds: 180 days, which fit 24 bits.
pub const MAX_NOTICE: u32 = 15_552_000;

const _: () = assert!(MAX_NOTICE < 1 << 24);

/// What a stream is, as `IStreamPayments.StreamConfig` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs)] // told once, in the interface
pub struct StreamConfig {
    pub payer: Address,
    pub payee: Address,
    /// Seconds.
    pub notice: u32,
    pub job_id: B256,
}

impl StreamConfig {
    /// Returns the stream's id: the hash of its members.
    pub fn id(&self) -> B256 {
        hash_words(&[self.payer.into_word(), self.payee.into_word(), U256::from(self.notice).into(), self.job_id])
    }
}

/// How a stream stands.
///
/// Word layout, from the low end: balance 96 bits, rate 96, settled_at 40, left 24.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// What it held at `settled_at`, base units.
    pub balance: u128,
    /// Base units a second; 0 once it is over.
    pub rate: u128,
    /// Up to when it was paid, Unix seconds; 0 if there is no such stream.
    pub settled_at: u64,
    /// Seconds from `settled_at` to its end, once it was stopped; 0 before, and when it is over.
    pub left: u32,
}

impl Stream {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self { balance: fields.u128(96), rate: fields.u128(96), settled_at: fields.u64(40), left: fields.u32(24) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let amounts = Writer::default().uint(96, self.balance).uint(96, self.rate);
        amounts.uint(40, self.settled_at).uint(24, self.left).done()
    }

    /// Whether there is such a stream.
    pub fn exists(self) -> bool {
        self.settled_at != 0
    }

    /// Whether its payer has stopped it and it runs until its notice has passed.
    pub fn is_ending(self) -> bool {
        self.left > 0
    }

    /// Whether it was stopped and will pay nothing more; for a stream settled now.
    pub fn is_over(self) -> bool {
        self.rate == 0 || self.is_ending() && self.balance == 0
    }

    /// Whether it has paid and given back everything, for good.
    pub fn is_closed(self) -> bool {
        self.rate == 0 && self.balance == 0
    }

    /// Returns when it ends, if it was stopped.
    pub fn ends_at(self) -> Option<u64> {
        (self.is_ending() || self.rate == 0).then(|| self.settled_at + u64::from(self.left))
    }

    /// Pays up to `now`; returns what the payee earned.
    #[must_use]
    #[allow(clippy::cast_possible_truncation)] // no more than `left`
    pub fn settle(self, now: u64) -> (Self, u128) {
        if self.rate == 0 {
            return (self, 0);
        }
        // What passes in 136 years is paid with the next call: 96 bits times 32 fit.
        let passed = now.saturating_sub(self.settled_at).min(u32::MAX.into());
        let (paid_for, left) = match u64::from(self.left) {
            0 => (passed, 0),
            left => (passed.min(left), left.saturating_sub(passed) as u32),
        };
        let paid = (self.rate * u128::from(paid_for)).min(self.balance);
        let rate = if self.is_ending() && left == 0 { 0 } else { self.rate };
        (Self { balance: self.balance - paid, rate, settled_at: self.settled_at + paid_for, left }, paid)
    }

    /// Puts `amount` on it; returns what that has made its payee earn.
    ///
    /// It is settled only if it ran empty, so that what comes in pays for time from now on; otherwise what it pays later
    /// is the same, and its payee's ledger need not be touched.
    #[must_use]
    pub fn top_up(self, now: u64, amount: u128) -> (Self, u128) {
        let (settled, gross) = self.settle(now);
        if settled.balance > 0 {
            // Nobody has more than there is, which is checked where it is spent.
            return (Self { balance: self.balance.saturating_add(amount), ..self }, 0);
        }
        (Self { balance: amount, ..settled }, gross)
    }

    /// Returns what its payer owes at least, if it does the best it can to owe nothing: what it cannot take out.
    ///
    /// Rate and notice have 96 and 24 bits.
    pub fn needed(self, notice: u32) -> u128 {
        self.rate * u128::from(if self.is_ending() { self.left } else { notice })
    }

    /// Returns the first second at which it has paid all it holds, if it does not end before.
    pub fn depletion_time(self) -> Option<u64> {
        if self.balance == 0 {
            return Some(self.settled_at);
        }
        if self.rate == 0 {
            return None;
        }
        let seconds = mul_div_up(self.balance, 1, self.rate);
        if self.is_ending() && seconds > self.left.into() {
            return None;
        }
        Some(self.settled_at.saturating_add(u64::try_from(seconds).unwrap_or(u64::MAX)))
    }

    /// Returns up to when it pays, whatever its payer does; for a stream settled now.
    pub fn safe_until(self, notice: u32) -> u64 {
        if self.rate == 0 {
            return self.settled_at;
        }
        let bound = if self.is_ending() { self.left } else { notice };
        let funded = mul_div_down(self.balance, 1, self.rate);
        self.settled_at + u64::from(bound).min(u64::try_from(funded).unwrap_or(u64::MAX))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_000;

    fn running(balance: u128, rate: u128) -> Stream {
        Stream { balance, rate, settled_at: START, left: 0 }
    }

    #[test]
    fn the_packed_form_is_the_same_at_its_bounds() {
        let most = (1 << 96) - 1;
        let full = Stream { balance: most, rate: most, settled_at: (1 << 40) - 1, left: (1 << 24) - 1 };
        for stream in [Stream::default(), full, Stream { rate: 0, ..full }, Stream { settled_at: 0, ..full }] {
            assert_eq!(Stream::from_word(stream.to_word()), stream);
        }
    }

    #[test]
    fn it_pays_by_the_second_until_it_is_empty() {
        for (seconds, paid) in [(0, 0), (1, 10), (2, 20), (3, 25), (4, 25), (u32::MAX.into(), 25)] {
            let (after, earned) = running(25, 10).settle(START + seconds);
            assert_eq!((earned, after.balance, after.settled_at), (paid, 25 - paid, START + seconds), "{seconds} s");
        }
    }

    #[test]
    fn the_longest_time_at_the_highest_rate_pays_the_balance() {
        let most = (1 << 96) - 1;
        assert_eq!(running(most, most).settle((1 << 40) - 1).1, most);
    }

    #[test]
    fn more_than_136_years_are_paid_in_two_steps() {
        let (first, paid) = running(1 << 40, 1).settle(START + (1 << 33));
        assert_eq!((paid, first.settled_at), (u32::MAX.into(), START + u64::from(u32::MAX)));
        assert_eq!(first.settle(START + (1 << 33)).1, u32::MAX.into());
    }

    #[test]
    fn it_ends_with_its_notice_and_keeps_the_rest() {
        let ending = Stream { left: 5, ..running(100, 10) };
        let (before, paid) = ending.settle(START + 4);
        assert_eq!((paid, before.left, before.is_over(), before.ends_at()), (40, 1, false, Some(START + 5)));
        for late in [5, 6, 1_000] {
            let (over, paid) = ending.settle(START + late);
            assert_eq!((paid, over.balance, over.rate, over.left), (50, 50, 0, 0));
            assert!(over.is_over());
            assert_eq!(over.ends_at(), Some(START + 5));
            assert_eq!(over.settle(START + late + 9), (over, 0));
        }
    }

    #[test]
    fn one_that_runs_empty_while_it_ends_is_over() {
        let (empty, paid) = Stream { left: 5, ..running(15, 10) }.settle(START + 2);
        assert_eq!((paid, empty.is_over(), empty.is_ending()), (15, true, true));
    }

    #[test]
    fn money_that_comes_in_pays_for_time_from_then_on() {
        for (seconds, earned, left) in [(0, 0, 125), (2, 0, 105), (3, 25, 100), (50, 25, 100)] {
            let (topped_up, gross) = running(25, 10).top_up(START + seconds, 100);
            let (settled, later) = topped_up.settle(START + seconds);
            assert_eq!((gross + later, settled.balance), (125 - left, left), "{seconds} s");
            assert_eq!(gross, earned);
            assert_eq!(settled.settle(START + seconds + 1).1, 10);
        }
    }

    #[test]
    fn depletion_is_the_first_second_at_which_all_is_paid() {
        for (balance, rate, left, expected) in [
            (30, 10, 0, Some(3)),
            (31, 10, 0, Some(4)),
            (0, 10, 0, Some(0)),
            (30, 10, 3, Some(3)),
            (31, 10, 3, None),
            (5, 0, 0, None),
        ] {
            let stream = Stream { left, ..running(balance, rate) };
            assert_eq!(stream.depletion_time(), expected.map(|seconds| START + seconds), "{stream:?}");
            if let Some(at) = stream.depletion_time() {
                assert_eq!(stream.settle(at).1, balance);
                assert!(at == START || stream.settle(at - 1).1 < balance);
            }
        }
    }

    #[test]
    fn it_is_safe_for_the_notice_or_as_long_as_the_money_lasts() {
        for (balance, left, notice, expected) in [(100, 0, 5, 5), (49, 0, 5, 4), (100, 3, 5, 3), (29, 3, 5, 2)] {
            let stream = Stream { left, ..running(balance, 10) };
            assert_eq!(stream.safe_until(notice), START + expected, "{stream:?}");
        }
        assert_eq!(running(7, 0).safe_until(5), START);
    }
}
