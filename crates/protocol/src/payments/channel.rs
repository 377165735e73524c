//! A channel: a payer's deposit, claimed by cumulative vouchers.

use alloy_primitives::U256;

use crate::word::{Reader, Writer};

/// Bounds of the seconds between announcing and finalizing a withdrawal: a transaction that a sequencer holds back can be
/// forced in after 24 hours, so a receiver has an hour more than that; and thirty days.
pub const WITHDRAW_DELAY: [u64; 2] = [90_000, 2_592_000];
/// Seconds for which a withdrawal can be finalized; later it has to be announced anew, so that nobody keeps one ready.
pub const WITHDRAW_WINDOW: u64 = 7 * 86_400;
/// The longest hold, seconds from now.
pub const MAX_HOLD: u64 = 2_592_000;
/// The most that the nonce of refunds counts to; it stays there, and signed refunds end.
pub const MAX_REFUNDS: u32 = (1 << 20) - 1;
/// Seconds of the unit in which holds are kept.
pub const HOLD_UNIT: u64 = 512;

/// Why a withdrawal cannot be finalized.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// None was announced.
    NotPending,
    /// It can be from this second on.
    TooEarly(u64),
    /// It could be until this second.
    Expired(u64),
}

/// How a channel stands.
///
/// Word layout, from the low end: balance 90 bits, claimed 90, initiated_at 32, closed 1, hold 23, refunds 20.
/// The supply is below 2^90; times last until the year 2106.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Channel {
    /// Everything deposited and not given back, base units.
    pub balance: u128,
    /// What of it was claimed, base units.
    pub claimed: u128,
    /// When a withdrawal was announced, Unix seconds; 0 if none is.
    pub initiated_at: u64,
    /// Whether a withdrawal has closed it, which is for good.
    pub closed: bool,
    /// Until when its payer promised not to withdraw, in units of [`HOLD_UNIT`] seconds.
    pub hold: u32,
    /// Refunds so far, which is the nonce of the next one.
    pub refunds: u32,
}

impl Channel {
    /// Reads the packed form.
    pub fn from_word(word: U256) -> Self {
        let mut fields = Reader::new(word);
        Self {
            balance: fields.u128(90),
            claimed: fields.u128(90),
            initiated_at: fields.u64(32),
            closed: fields.u32(1) != 0,
            hold: fields.u32(23),
            refunds: fields.u32(20),
        }
    }

    /// Returns the packed form.
    pub fn to_word(self) -> U256 {
        let amounts = Writer::default().uint(90, self.balance).uint(90, self.claimed);
        let times = amounts.uint(32, self.initiated_at).uint(1, u8::from(self.closed)).uint(23, self.hold);
        times.uint(20, self.refunds).done()
    }

    /// Whether it holds or has paid anything.
    pub fn exists(self) -> bool {
        self.balance != 0
    }

    /// Returns what can still be claimed.
    pub fn unclaimed(self) -> u128 {
        // Never more is claimed than there is.
        self.balance - self.claimed
    }

    /// Claims up to `total` in all; returns what is new of it, if anything is.
    pub fn claim(self, total: u128) -> Option<(Self, u128)> {
        let claimed = total.min(self.balance);
        let new = claimed.checked_sub(self.claimed).filter(|new| *new > 0)?;
        Some((Self { claimed, ..self }, new))
    }

    /// Gives back what is unclaimed, at most `amount`, and counts that; returns how much.
    #[must_use]
    pub fn refund(self, amount: u128) -> (Self, u128) {
        let part = amount.min(self.unclaimed());
        let refunds = (self.refunds + 1).min(MAX_REFUNDS);
        (Self { balance: self.balance - part, refunds, ..self }, part)
    }

    /// Whether a withdrawal was announced that can still be finalized, or will be.
    pub fn is_leaving(self, now: u64, delay: u64) -> bool {
        let ready = self.initiated_at + delay;
        // One that a hold outlasts can never be finalized.
        self.initiated_at != 0 && now.max(self.held_until()) <= ready + WITHDRAW_WINDOW
    }

    /// Returns until when its payer promised not to withdraw.
    pub fn held_until(self) -> u64 {
        u64::from(self.hold) * HOLD_UNIT
    }

    /// Promises not to withdraw before `until`, rounded up; the bounds that were broken otherwise: more than the first, at
    /// most the second.
    ///
    /// # Errors
    /// Both bounds.
    pub fn extend_hold(self, now: u64, until: u64) -> Result<Self, [u64; 2]> {
        let bounds = [now.max(self.held_until()), now + MAX_HOLD];
        // 23 bits of units last until the year 2106.
        let hold = u32::try_from(until.div_ceil(HOLD_UNIT)).ok().filter(|units| *units < 1 << 23);
        match hold {
            Some(hold) if bounds[0] < until && until <= bounds[1] => Ok(Self { hold, ..self }),
            _ => Err(bounds),
        }
    }

    /// Takes out what is unclaimed and closes the channel; returns how much.
    ///
    /// # Errors
    /// [`Refusal`].
    pub fn finalize(self, now: u64, delay: u64) -> Result<(Self, u128), Refusal> {
        if self.initiated_at == 0 {
            return Err(Refusal::NotPending);
        }
        let ready = self.initiated_at + delay;
        if now > ready + WITHDRAW_WINDOW {
            return Err(Refusal::Expired(ready + WITHDRAW_WINDOW));
        }
        let earliest = ready.max(self.held_until());
        if now < earliest {
            return Err(Refusal::TooEarly(earliest));
        }
        let closed = Self { balance: self.claimed, initiated_at: 0, closed: true, ..self };
        Ok((closed, self.unclaimed()))
    }

    /// Returns up to when what is unclaimed cannot leave, whatever the payer does; 0 if it has left.
    pub fn safe_until(self, now: u64, delay: u64) -> u64 {
        if self.closed || !self.exists() {
            return 0;
        }
        // A payer that has not announced can do so now.
        let announced = if self.is_leaving(now, delay) { self.initiated_at } else { now };
        (announced + delay).max(self.held_until()).max(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: u64 = 1_000_000;
    const DELAY: u64 = WITHDRAW_DELAY[0];
    const LAST: u64 = START + DELAY + WITHDRAW_WINDOW;

    fn pending() -> Channel {
        Channel { balance: 100, claimed: 30, initiated_at: START, ..Default::default() }
    }

    #[test]
    fn the_packed_form_is_the_same_at_its_bounds() {
        let most = (1 << 90) - 1;
        let full = Channel {
            balance: most,
            claimed: most,
            initiated_at: u32::MAX.into(),
            closed: true,
            hold: (1 << 23) - 1,
            refunds: MAX_REFUNDS,
        };
        for channel in [Channel::default(), full, Channel { closed: false, ..full }, Channel { hold: 0, ..full }] {
            assert_eq!(Channel::from_word(channel.to_word()), channel);
        }
    }

    #[test]
    fn claims_are_cumulative_and_take_what_is_there() {
        for (total, expected) in
            [(0, None), (30, None), (31, Some((31, 1))), (100, Some((100, 70))), (u128::MAX, Some((100, 70)))]
        {
            let claimed = pending().claim(total).map(|(channel, new)| (channel.claimed, new));
            assert_eq!(claimed, expected, "{total}");
        }
    }

    #[test]
    fn a_refund_never_touches_what_was_claimed() {
        for (amount, part) in [(1, 1), (70, 70), (71, 70), (u128::MAX, 70)] {
            let (channel, given) = pending().refund(amount);
            assert_eq!((channel.balance, channel.claimed, given, channel.refunds), (100 - part, 30, part, 1));
        }
    }

    #[test]
    fn the_nonce_of_refunds_stays_at_its_end() {
        let last = Channel { refunds: MAX_REFUNDS - 1, ..pending() }.refund(1).0;
        assert_eq!((last.refunds, last.refund(1).0.refunds), (MAX_REFUNDS, MAX_REFUNDS));
    }

    #[test]
    fn an_announcement_counts_until_its_window_has_passed() {
        assert!(pending().is_leaving(START, DELAY) && pending().is_leaving(LAST, DELAY));
        assert!(!pending().is_leaving(LAST + 1, DELAY));
        assert!(!Channel { initiated_at: 0, ..pending() }.is_leaving(1, DELAY));
        // With a hold that outlasts the window it counts for nothing from the start.
        assert!(!Channel { hold: 5_000, ..pending() }.is_leaving(START, DELAY));
        assert!(Channel { hold: 3_000, ..pending() }.is_leaving(START, DELAY));
    }

    #[test]
    fn a_withdrawal_waits_for_its_delay_and_does_not_wait_for_ever() {
        let closed = Channel { balance: 30, claimed: 30, closed: true, ..Default::default() };
        for (now, expected) in [
            (START + DELAY - 1, Err(Refusal::TooEarly(START + DELAY))),
            (START + DELAY, Ok((closed, 70))),
            (LAST, Ok((closed, 70))),
            (LAST + 1, Err(Refusal::Expired(LAST))),
        ] {
            assert_eq!(pending().finalize(now, DELAY), expected, "at {now}");
        }
        let idle = Channel { initiated_at: 0, ..pending() };
        assert_eq!(idle.finalize(LAST, DELAY), Err(Refusal::NotPending));
    }

    #[test]
    fn a_hold_delays_a_withdrawal_and_never_opens_its_window_again() {
        let held = Channel { hold: 3_000, ..pending() };
        let until = held.held_until();
        assert!(START + DELAY < until && until < LAST);
        assert_eq!(held.finalize(until - 1, DELAY), Err(Refusal::TooEarly(until)));
        assert!(held.finalize(until, DELAY).is_ok());
        let long = Channel { hold: 5_000, ..pending() };
        assert!(long.held_until() > LAST);
        assert_eq!(long.finalize(LAST, DELAY), Err(Refusal::TooEarly(long.held_until())));
        assert_eq!(long.finalize(long.held_until(), DELAY), Err(Refusal::Expired(LAST)));
    }

    #[test]
    fn a_hold_only_grows_and_has_a_bound() {
        let bounds = [START, START + MAX_HOLD];
        let free = Channel::default();
        assert_eq!(free.extend_hold(START, START), Err(bounds));
        assert_eq!(free.extend_hold(START, START + MAX_HOLD + 1), Err(bounds));
        assert_eq!(free.extend_hold(START, u64::MAX), Err(bounds));
        let held = free.extend_hold(START, START + MAX_HOLD).unwrap();
        assert!((START + MAX_HOLD..START + MAX_HOLD + HOLD_UNIT).contains(&held.held_until()));
        assert_eq!(held.extend_hold(START, START + 1), Err([held.held_until(), START + MAX_HOLD]));
    }

    #[test]
    fn money_is_safe_exactly_until_it_can_leave() {
        let hold = |hold| Channel { hold, ..pending() };
        for (channel, now, expected) in [
            (pending(), START, START + DELAY),
            (pending(), START + DELAY + 5, START + DELAY + 5),
            (pending(), LAST + 1, LAST + 1 + DELAY),
            (hold(3_000), START, 3_000 * HOLD_UNIT),
            (hold(5_000), START, 5_000 * HOLD_UNIT),
            (Channel { initiated_at: 0, ..pending() }, START, START + DELAY),
            (Channel { closed: true, ..pending() }, START, 0),
            (Channel::default(), START, 0),
        ] {
            assert_eq!(channel.safe_until(now, DELAY), expected, "{channel:?} at {now}");
        }
    }
}
