//! A stream as it flows: so much each second, out of a balance of its own.

use alloy_primitives::U256;

use super::{LATEST, take};

/// A stream, open or closed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stream {
    /// What it held at `settled_at`, base units.
    pub balance: U256,
    /// Base units a second; none once it is over.
    pub rate: U256,
    /// Up to when it was paid, Unix seconds.
    pub settled_at: u64,
    /// When it ends, if it was stopped.
    pub ends_at: Option<u64>,
    /// Seconds that its payer pays for after stopping it.
    pub notice: u32,
}

impl Stream {
    /// Returns what it has to pay by `now`: its rate for every second since it was paid, up to its end, as far as its
    /// balance goes.
    pub fn owed(&self, now: u64) -> U256 {
        let until = self.ends_at.map_or(now, |end| end.min(now));
        let seconds = until.saturating_sub(self.settled_at);
        (self.rate * U256::from(seconds)).min(self.balance)
    }

    /// Pays what is owed by `now`, and returns it.
    pub fn settle(&mut self, now: u64) -> U256 {
        let paid = self.owed(now);
        take(&mut self.balance, paid);
        self.settled_at = self.ends_at.map_or(now, |end| end.min(now));
        if self.is_over(now) {
            self.rate = U256::ZERO;
        }
        paid
    }

    /// Returns it as it stands once paid.
    #[must_use]
    pub fn settled(mut self, now: u64) -> Self {
        self.settle(now);
        self
    }

    /// Whether it was stopped and has come to its end.
    pub fn is_over(&self, now: u64) -> bool {
        self.ends_at.is_some_and(|end| now >= end)
    }

    /// Whether it was stopped and has nothing more to pay.
    pub fn is_done(&self, now: u64) -> bool {
        self.is_over(now) || (self.ends_at.is_some() && self.settled(now).balance.is_zero())
    }

    /// Whether it has come to its end, and all that it held has gone where it belongs.
    pub fn is_closed(&self) -> bool {
        self.rate.is_zero() && self.balance.is_zero()
    }

    /// Takes out what is left of a paid stream, and closes it.
    pub fn close(&mut self) -> U256 {
        self.rate = U256::ZERO;
        self.ends_at = Some(self.settled_at);
        std::mem::take(&mut self.balance)
    }

    /// Returns what its payer owes if it stops now, or until the end if it was stopped.
    pub fn needed(&self, now: u64) -> U256 {
        let seconds = self.ends_at.map_or(u64::from(self.notice), |end| end.saturating_sub(now));
        self.rate * U256::from(seconds)
    }

    /// `depletionTime`: the first second at which it has paid everything; `None` if it ends before that.
    pub fn depletion(&self) -> Option<u64> {
        if self.balance.is_zero() {
            return Some(self.settled_at);
        }
        if self.rate.is_zero() {
            return None;
        }
        let seconds: u64 = self.balance.div_ceil(self.rate).saturating_to();
        let at = self.settled_at.saturating_add(seconds);
        if self.ends_at.is_some_and(|end| end < at) { None } else { Some(at.min(LATEST)) }
    }

    /// `streamSafeUntil`: the last second up to which it pays in full, even if its payer stops it now.
    pub fn safe_until(&self, now: u64) -> u64 {
        let settled = self.settled(now);
        if settled.rate.is_zero() {
            return settled.settled_at;
        }
        let funded: u64 = (settled.balance / settled.rate).saturating_to();
        let end = settled.ends_at.unwrap_or(now + u64::from(settled.notice));
        end.min(settled.settled_at.saturating_add(funded))
    }
}
