//! A stream as the list of what happened to it: what it has paid is added up from its opening on, each time anew.

/// What happened to a stream after it was opened.
#[derive(Clone, Copy, Debug)]
pub(super) enum Event {
    Deposit(u128),
    TakenBack(u128),
    Rate(u128),
    Stop { end: u64 },
}

/// A stream: how it began, and what happened since and when.
#[derive(Debug)]
pub(crate) struct Stream {
    pub(super) opened: u64,
    pub(super) deposit: u128,
    pub(super) rate: u128,
    pub(super) history: Vec<(u64, Event)>,
    /// What its payee was credited in all.
    pub(crate) credited: u128,
    /// Whether it was stopped and nothing is left.
    pub(crate) closed: bool,
}

/// How a stream stands at an instant.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Standing {
    pub(crate) balance: u128,
    pub(crate) rate: u128,
    /// What it has paid in all, credited or not.
    pub(crate) paid: u128,
    pub(crate) end: Option<u64>,
}

impl Stream {
    /// Goes through what happened, from one event to the next; the last one is not after `at`.
    pub(crate) fn standing(&self, at: u64) -> Standing {
        let mut standing = Standing { balance: self.deposit, rate: self.rate, ..Default::default() };
        let mut last = self.opened;
        for (when, event) in &self.history {
            standing.run(last, *when);
            standing.change(*event);
            last = *when;
        }
        standing.run(last, at);
        standing
    }
}

impl Standing {
    /// Pays for an interval: seconds that can be paid whole as long as there are any, then whatever is left.
    fn run(&mut self, from: u64, to: u64) {
        let to = self.end.map_or(to, |end| to.min(end));
        let seconds = u128::from(to.saturating_sub(from));
        let whole = self.balance / self.rate;
        let part = if seconds <= whole { seconds * self.rate } else { self.balance };
        self.balance -= part;
        self.paid += part;
    }

    fn change(&mut self, event: Event) {
        match event {
            Event::Deposit(amount) => self.balance += amount,
            Event::TakenBack(amount) => self.balance -= amount,
            Event::Rate(rate) => self.rate = rate,
            Event::Stop { end } => self.end = Some(end),
        }
    }

    /// Whether its end has come.
    pub(crate) fn has_ended(&self, now: u64) -> bool {
        self.end.is_some_and(|end| end <= now)
    }

    /// Whether it was stopped and pays nothing more.
    pub(super) fn is_over(&self, now: u64) -> bool {
        self.has_ended(now) || self.end.is_some() && self.balance == 0
    }

    /// Returns what its payer owes if it stops now, or does because it has.
    pub(crate) fn needed(&self, now: u64, notice: u32) -> u128 {
        let seconds = self.end.map_or(u64::from(notice), |end| end.saturating_sub(now));
        self.rate * u128::from(seconds)
    }
}
