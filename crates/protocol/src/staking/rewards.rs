//! Rewards: a stream that flows to the shares of a pool, and what each position has earned of it.

use alloy_primitives::U256;

use crate::{
    math::{mul_div_down, mul_div_up},
    word::{Reader, Writer},
};

/// Rewards per share are counted in parts of 10^18 of a base unit.
pub const SCALE: u128 = 1_000_000_000_000_000_000;
/// With fewer shares than this a stream stands still: they would earn more per share than can be counted.
pub const MIN_SHARES: u128 = SCALE;

const ACC_BITS: usize = 112;
/// 5 · 10^33: all rewards ever divided by the shares, five million times the supply at the fewest shares.
const MAX_ACC: u128 = (1 << ACC_BITS) - 1;

/// What flows to a pool.
///
/// Word layout, from the low end: acc 112 bits, left 90, remaining 22, finish 32.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Stream {
    /// Rewards per share since the beginning, scaled; never falls.
    pub acc: u128,
    /// Base units not yet streamed.
    pub left: u128,
    /// Seconds until all is streamed.
    pub remaining: u64,
    /// Unix seconds at which it ends if it flows; `finish − remaining` is when it was settled last.
    pub finish: u64,
}

impl Stream {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self { acc: fields.u128(ACC_BITS), left: fields.u128(90), remaining: fields.u64(22), finish: fields.u64(32) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let start = Writer::default().uint(ACC_BITS, self.acc).uint(90, self.left);
        start.uint(22, self.remaining).uint(32, self.finish).done()
    }

    /// Brings the stream up to `now`, over which the pool had `shares`.
    ///
    /// What does not divide stays in the stream, so nothing is lost to rounding.
    #[must_use]
    pub fn settle(self, now: u64, shares: u128) -> Self {
        if self.remaining == 0 {
            return self;
        }
        if shares < MIN_SHARES {
            return Self { finish: now + self.remaining, ..self };
        }
        let elapsed = now.saturating_sub(self.finish - self.remaining).min(self.remaining);
        let released = mul_div_down(self.left, elapsed.into(), self.remaining.into());
        let per_share = mul_div_down(released, SCALE, shares).min(MAX_ACC - self.acc);
        // At most what was released, as `per_share` was rounded down.
        let spent = mul_div_up(per_share, shares, SCALE);
        Self {
            acc: self.acc + per_share,
            left: self.left - spent,
            remaining: self.remaining - elapsed,
            finish: self.finish,
        }
    }

    /// Lets `amount` more base units flow from `now` on.
    ///
    /// New rewards alone take `duration` seconds; with what is left they take the mean of both times, weighted by the
    /// amounts, or one base unit could stretch a whole stream.
    #[must_use]
    pub fn fund(self, amount: u128, now: u64, duration: u64) -> Self {
        let left = self.left + amount;
        // Amounts are below 2^90 and times below 2^22.
        let weighted = self.left * u128::from(self.remaining) + amount * u128::from(duration);
        let mean = if left == 0 { duration.into() } else { mul_div_down(weighted, 1, left) };
        let remaining = u64::try_from(mean).unwrap_or(duration).max(1);
        Self { left, remaining, finish: now + remaining, ..self }
    }
}

/// What one account has in one pool.
///
/// Word layout, from the low end: shares 112 bits, paid 112, generation 24.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Position {
    /// Shares of that generation of the pool.
    pub shares: u128,
    /// The stream's `acc` up to which rewards were credited.
    pub paid: u128,
    /// The pool's generation; shares of an older one are void.
    pub generation: u32,
}

impl Position {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self { shares: fields.u128(112), paid: fields.u128(ACC_BITS), generation: fields.u32(24) }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        Writer::default().uint(112, self.shares).uint(ACC_BITS, self.paid).uint(24, self.generation).done()
    }

    /// Returns the rewards earned since the last credit, base units rounded down, when the stream's `acc` is, or was at
    /// the end of the position's generation, `acc`.
    pub fn earned(self, acc: u128) -> u128 {
        // `acc` never falls; saturating only because a word from storage carries no proof of that.
        mul_div_down(self.shares, acc.saturating_sub(self.paid), SCALE)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHARES: u128 = 3 * SCALE;

    #[test]
    fn words_round_trip_at_the_bounds() {
        let stream =
            Stream { acc: MAX_ACC, left: (1 << 90) - 1, remaining: (1 << 22) - 1, finish: u64::from(u32::MAX) };
        assert_eq!(Stream::from_word(stream.to_word()), stream);
        let position = Position { shares: (1 << 112) - 1, paid: MAX_ACC, generation: (1 << 24) - 1 };
        assert_eq!(Position::from_word(position.to_word()), position);
    }

    #[test]
    fn a_stream_flows_evenly_and_loses_nothing() {
        let stream = Stream::default().fund(1000, 100, 10);
        let half = stream.settle(105, SHARES);
        // 500 over 3 shares are 166 for each: 2 stay.
        assert_eq!((half.left, half.remaining, half.acc), (502, 5, 166));
        let done = half.settle(1000, SHARES);
        assert_eq!(done.remaining, 0);
        assert_eq!(done.left + mul_div_up(done.acc, SHARES, SCALE), 1000);
    }

    #[test]
    fn settling_twice_changes_nothing() {
        let stream = Stream::default().fund(1_000_000, 100, 1000).settle(333, SHARES);
        assert_eq!(stream.settle(333, SHARES), stream);
    }

    #[test]
    fn later_rewards_share_their_time_with_earlier_ones() {
        let stream = Stream::default().fund(1000, 100, 10).settle(105, SHARES);
        assert_eq!(stream.fund(1, 105, 10).remaining, 5);
        assert_eq!(stream.fund(502, 105, 10).remaining, 7);
        // What is left over when a stream has ended hardly counts, and none takes no time.
        assert_eq!(stream.settle(110, SHARES).fund(1000, 110, 10).remaining, 9);
        assert_eq!(stream.settle(110, SHARES).fund(0, 110, 10).remaining, 1);
        assert_eq!(Stream::default().fund(0, 110, 10).remaining, 10);
    }

    #[test]
    fn a_stream_waits_for_shares() {
        let stream = Stream::default().fund(1000, 100, 10);
        let waiting = stream.settle(500, MIN_SHARES - 1);
        assert_eq!((waiting.left, waiting.remaining, waiting.finish), (1000, 10, 510));
        assert_eq!(waiting.settle(510, MIN_SHARES).left, 0);
    }

    #[test]
    fn a_full_accumulator_stops_and_keeps_the_rest() {
        let stream = Stream { acc: MAX_ACC, ..Default::default() }.fund(1000, 100, 10).settle(110, SHARES);
        assert_eq!((stream.acc, stream.left), (MAX_ACC, 1000));
    }

    #[test]
    fn positions_earn_their_part_rounded_down() {
        let position = Position { shares: SCALE / 2, paid: 3, generation: 0 };
        assert_eq!((position.earned(3), position.earned(4), position.earned(5)), (0, 0, 1));
    }
}
