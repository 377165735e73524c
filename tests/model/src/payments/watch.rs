//! 18: until a stream or a channel is said to be safe it is, whatever its payer does.

use alloy_primitives::{Address, B256, U256};

use super::{Model, ops::Op};

/// How many operations there are between two promises.
const BETWEEN: usize = 5;
/// How many promises of each kind are watched at once.
const MOST: usize = 32;

/// Promises that views made, and that time has not redeemed yet.
#[derive(Clone, Debug, Default)]
pub struct Watch {
    steps: usize,
    streams: Vec<Paying>,
    channels: Vec<Holding>,
}

/// A stream that was said to pay its rate until then.
#[derive(Clone, Copy, Debug)]
struct Paying {
    id: B256,
    payee: Address,
    since: u64,
    until: u64,
    rate: U256,
    earned: U256,
}

/// A channel out of which nothing was said to leave until then, but by refund.
#[derive(Clone, Copy, Debug)]
struct Holding {
    id: B256,
    until: u64,
}

impl Watch {
    /// Looks at all promises after an operation, and hears another one now and then.
    ///
    /// # Panics
    /// When one is broken.
    pub fn step(&mut self, model: &Model, op: &Op) {
        // A payee may want less; that is no fault of its payer's.
        let waived =
            |paying: &Paying| op.caller() == Some(paying.payee) && model.before.streams.contains_key(&paying.id);
        self.streams.retain(|paying| !waived(paying));
        for paying in &self.streams {
            paying.check(model);
        }
        for holding in &self.channels {
            let gone = model.channel(holding.id).closed && model.now < holding.until;
            assert!(!gone, "18: money left channel {} before {}", holding.id, holding.until);
        }
        self.streams.retain(|paying| model.now < paying.until);
        self.channels.retain(|holding| model.now < holding.until);
        self.steps += 1;
        if self.steps.is_multiple_of(BETWEEN) {
            self.streams.extend(self.next_stream(model));
            self.channels.extend(self.next_channel(model));
        }
        if self.streams.len() > MOST {
            self.streams.remove(0);
        }
        if self.channels.len() > MOST {
            self.channels.remove(0);
        }
    }

    /// Returns what is said of one of the latest streams.
    fn next_stream(&self, model: &Model) -> Option<Paying> {
        let open: Vec<&B256> =
            model.contract.streams.iter().filter(|(_, stream)| !stream.is_closed()).map(|(id, _)| id).collect();
        let id = **open.get(self.steps / BETWEEN % open.len().max(1))?;
        let (stream, since) = (model.stream(id)?, model.now);
        let payee = model.contract.stream_configs[&id].payee;
        let (rate, earned) = (stream.settled(since).rate, earned(model, id)?);
        Some(Paying { id, payee, since, until: stream.safe_until(since), rate, earned })
    }

    /// Returns what is said of one of the channels.
    fn next_channel(&self, model: &Model) -> Option<Holding> {
        let configs: Vec<_> = model.contract.channel_configs.iter().collect();
        let (id, config) = *configs.get(self.steps / BETWEEN % configs.len().max(1))?;
        let until = model.channel(*id).safe_until(model.now, config.withdrawDelay.to());
        (until > 0).then_some(Holding { id: *id, until })
    }
}

impl Paying {
    fn check(&self, model: &Model) {
        let seconds = model.now.min(self.until).saturating_sub(self.since);
        let least = self.earned + self.rate * U256::from(seconds);
        let earned = earned(model, self.id).unwrap_or_default();
        assert!(earned >= least, "18: a payee has {earned} and not {least}: {self:?}");
    }
}

/// Returns what a stream has paid or owes.
fn earned(model: &Model, id: B256) -> Option<U256> {
    Some(model.books.paid(id) + model.stream(id)?.owed(model.now))
}
