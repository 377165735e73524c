//! Whether a provider should do a job, given what secures its pay.
//!
//! Ask before each job, with the state at a block that will stay: a deposit that a reorganization takes back secures
//! nothing.

pub use aia_protocol::payments::{channel::Channel as ChannelState, stream::Stream as StreamState};

use super::channel::{ChannelConfig, StreamConfig, WITHDRAW_DELAY};

/// Seconds that a hold must last beyond a long job: what a claim may need to get through.
pub const CLAIM_TIME: u64 = WITHDRAW_DELAY;

/// A provider's own rules.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Policy {
    /// Seconds that the pay must be safe beyond the job.
    pub margin: u64,
    /// The most that may be earned and not claimed, with the job's price, base units.
    pub exposure: u128,
}

/// A job as it is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Job {
    /// Seconds until it is paid for, which is when it ends or when the next voucher comes.
    pub duration: u64,
    /// What it costs, base units; for a stream 0.
    pub price: u128,
}

/// Why a job should be left alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// Nothing was deposited, or all of it was given back.
    #[error("nothing is deposited")]
    Unknown,
    /// The payer has taken its AIA back, or the stream is over.
    #[error("it is closed")]
    Closed,
    /// The payer is about to take its AIA back: claim now.
    #[error("a withdrawal was announced at {initiated_at}")]
    Withdrawing {
        /// When, Unix seconds.
        initiated_at: u64,
    },
    /// The channel cannot pay what was earned and the job.
    #[error("{needed} would be owed, {available} is there")]
    Underfunded {
        /// Deposited and not claimed, base units.
        available: u128,
        /// Earned and not claimed, and the job's price, base units.
        needed: u128,
    },
    /// Too much would be at stake: claim first.
    #[error("{unclaimed} would be unclaimed, the limit is {limit}")]
    Exposed {
        /// Earned and not claimed, and the job's price, base units.
        unclaimed: u128,
        /// The most that may be, base units.
        limit: u128,
    },
    /// The job outlasts the delay of a withdrawal: the payer has to promise a hold.
    #[error("it has to be held until {until}")]
    NeedsHold {
        /// Until when at least, Unix seconds.
        until: u64,
    },
    /// The stream may stop paying too early.
    #[error("it pays until {safe_until}, {needed} is needed")]
    TooShort {
        /// Up to when it pays, whatever its payer does, Unix seconds.
        safe_until: u64,
        /// Up to when it should pay and longer, Unix seconds.
        needed: u64,
    },
}

/// Decides whether to do a job for vouchers of a channel, of which `unclaimed` base units are earned and not claimed.
///
/// Returns up to when the money cannot leave, Unix seconds.
///
/// # Errors
/// [`Refusal`].
pub fn serve_channel(
    config: &ChannelConfig,
    channel: ChannelState,
    unclaimed: u128,
    job: Job,
    policy: Policy,
    now: u64,
) -> Result<u64, Refusal> {
    if channel.closed {
        return Err(Refusal::Closed);
    }
    if !channel.exists() {
        return Err(Refusal::Unknown);
    }
    if channel.is_leaving(now, config.withdraw_delay) {
        return Err(Refusal::Withdrawing { initiated_at: channel.initiated_at });
    }
    let (available, needed) = (channel.unclaimed(), unclaimed.saturating_add(job.price));
    if needed > available {
        return Err(Refusal::Underfunded { available, needed });
    }
    if needed > policy.exposure {
        return Err(Refusal::Exposed { unclaimed: needed, limit: policy.exposure });
    }
    // While no announcement counts the payer is a whole delay away from its money.
    let end = now.saturating_add(job.duration);
    let until = end.saturating_add(policy.margin.max(CLAIM_TIME));
    if job.duration.saturating_add(policy.margin) >= config.withdraw_delay && channel.held_until() < until {
        return Err(Refusal::NeedsHold { until });
    }
    Ok(channel.safe_until(now, config.withdraw_delay))
}

/// Decides whether to do a job that a stream pays by the second.
///
/// Returns up to when the stream pays whatever its payer does, Unix seconds.
///
/// # Errors
/// [`Refusal::Unknown`], [`Refusal::Closed`], [`Refusal::TooShort`].
pub fn serve_stream(
    config: &StreamConfig,
    stream: StreamState,
    job: Job,
    policy: Policy,
    now: u64,
) -> Result<u64, Refusal> {
    if !stream.exists() {
        return Err(Refusal::Unknown);
    }
    let (stream, _) = stream.settle(now);
    if stream.is_over() {
        return Err(Refusal::Closed);
    }
    let safe_until = stream.safe_until(config.notice);
    let needed = now.saturating_add(job.duration).saturating_add(policy.margin);
    if needed < safe_until { Ok(safe_until) } else { Err(Refusal::TooShort { safe_until, needed }) }
}

/// Returns up to when a stream pays whole seconds if nobody does anything, Unix seconds; 0 if there is no such stream.
pub fn paid_until(stream: StreamState) -> u64 {
    let funded = stream.balance.checked_div(stream.rate).unwrap_or(0);
    let funded = stream.settled_at.saturating_add(u64::try_from(funded).unwrap_or(u64::MAX));
    stream.ends_at().map_or(funded, |end| end.min(funded))
}

#[cfg(test)]
mod tests {
    use aia_protocol::payments::channel::WITHDRAW_WINDOW;
    use alloy::primitives::{Address, B256};

    use super::*;
    use crate::payments::channel::tests::config;

    const NOW: u64 = 10_000_000;
    const DELAY: u64 = WITHDRAW_DELAY;
    const POLICY: Policy = Policy { margin: 3_600, exposure: 50 };
    const QUICK: Job = Job { duration: 0, price: 0 };

    /// A channel of which 100 were deposited and 30 claimed.
    fn channel() -> ChannelState {
        ChannelState { balance: 100, claimed: 30, ..Default::default() }
    }

    /// Asks for a job of some seconds on a channel with 10 unclaimed.
    fn ask(channel: ChannelState, duration: u64) -> Result<u64, Refusal> {
        serve_channel(&config(), channel, 10, Job { duration, price: 5 }, POLICY, NOW)
    }

    #[test]
    fn an_open_funded_channel_is_served_for_a_delay() {
        assert_eq!(ask(channel(), 0), Ok(NOW + DELAY));
        let held = ChannelState { hold: 25_000, ..channel() };
        assert_eq!(ask(held, 0), Ok(held.held_until()));
    }

    #[test]
    fn a_channel_that_is_closed_unknown_or_being_left_is_not_served() {
        assert_eq!(ask(ChannelState { closed: true, ..channel() }, 0), Err(Refusal::Closed));
        assert_eq!(ask(ChannelState::default(), 0), Err(Refusal::Unknown));
        let leaving = ChannelState { initiated_at: NOW - 1, ..channel() };
        assert_eq!(ask(leaving, 0), Err(Refusal::Withdrawing { initiated_at: NOW - 1 }));
        // With a hold that outlasts its window the announcement counts for nothing.
        let held = ChannelState { hold: 25_000, ..leaving };
        assert_eq!(ask(held, 0), Ok(held.held_until()));
        // The last second in which it could be finalized; later the announcement counts for nothing.
        let last = NOW - DELAY - WITHDRAW_WINDOW;
        let announced = |initiated_at| ask(ChannelState { initiated_at, ..channel() }, 0);
        assert_eq!(announced(last), Err(Refusal::Withdrawing { initiated_at: last }));
        assert_eq!(announced(last - 1), Ok(NOW + DELAY));
    }

    #[test]
    fn what_is_earned_and_the_price_must_be_there() {
        let broad = Policy { exposure: u128::MAX, ..POLICY };
        let ask =
            |unclaimed, price| serve_channel(&config(), channel(), unclaimed, Job { duration: 0, price }, broad, NOW);
        assert_eq!(ask(60, 10), Ok(NOW + DELAY));
        assert_eq!(ask(60, 11), Err(Refusal::Underfunded { available: 70, needed: 71 }));
        let most = u128::MAX;
        assert_eq!(ask(most, most), Err(Refusal::Underfunded { available: 70, needed: most }));
    }

    #[test]
    fn no_more_is_at_stake_than_the_provider_allows() {
        let ask =
            |unclaimed| serve_channel(&config(), channel(), unclaimed, Job { duration: 0, price: 5 }, POLICY, NOW);
        assert_eq!(ask(45), Ok(NOW + DELAY));
        assert_eq!(ask(46), Err(Refusal::Exposed { unclaimed: 51, limit: 50 }));
    }

    #[test]
    fn a_job_that_outlasts_the_delay_needs_a_hold_beyond_its_end() {
        let longest = DELAY - POLICY.margin - 1;
        assert_eq!(ask(channel(), longest), Ok(NOW + DELAY));
        let until = NOW + longest + 1 + CLAIM_TIME;
        assert_eq!(ask(channel(), longest + 1), Err(Refusal::NeedsHold { until }));

        let hold = u32::try_from(until.div_ceil(512)).expect("fits");
        let held = ChannelState { hold, ..channel() };
        assert_eq!(ask(held, longest + 1), Ok(held.held_until()));
        let short = ChannelState { hold: hold - 1, ..channel() };
        assert_eq!(ask(short, longest + 1), Err(Refusal::NeedsHold { until }));
        assert_eq!(ask(held, u64::MAX), Err(Refusal::NeedsHold { until: u64::MAX }));
    }

    /// A stream of 10 a second with a notice of an hour and a quarter.
    fn stream(balance: u128) -> (StreamConfig, StreamState) {
        let [payer, payee] = [1, 2].map(Address::with_last_byte);
        let config = StreamConfig { payer, payee, notice: 4_500, job_id: B256::ZERO };
        (config, StreamState { balance, rate: 10, settled_at: NOW - 100, left: 0 })
    }

    #[test]
    fn a_stream_is_served_while_its_notice_covers_job_and_margin() {
        let (config, running) = stream(1_000_000);
        let ask = |duration| serve_stream(&config, running, Job { duration, price: 0 }, POLICY, NOW);
        let safe_until = NOW + 4_500;
        assert_eq!(ask(899), Ok(safe_until));
        assert_eq!(ask(900), Err(Refusal::TooShort { safe_until, needed: NOW + 4_500 }));
        assert_eq!(ask(u64::MAX), Err(Refusal::TooShort { safe_until, needed: u64::MAX }));
    }

    #[test]
    fn a_stream_is_served_as_far_as_its_money_goes() {
        // 100 seconds of it are owed already, and the last second is not paid in full.
        let (config, running) = stream(37_029);
        assert_eq!(paid_until(running), NOW + 3_602);
        assert_eq!(serve_stream(&config, running, QUICK, POLICY, NOW), Ok(NOW + 3_602));
        let (config, poorer) = stream(37_009);
        let refused = Err(Refusal::TooShort { safe_until: NOW + 3_600, needed: NOW + 3_600 });
        assert_eq!(serve_stream(&config, poorer, QUICK, POLICY, NOW), refused);
    }

    #[test]
    fn a_stopped_stream_is_served_until_it_ends() {
        let (config, running) = stream(1_000_000);
        let stopped = StreamState { left: 3_702, ..running };
        assert_eq!(paid_until(stopped), NOW + 3_602);
        assert_eq!(serve_stream(&config, stopped, QUICK, POLICY, NOW), Ok(NOW + 3_602));
        let over = StreamState { left: 100, ..running };
        assert_eq!(serve_stream(&config, over, QUICK, POLICY, NOW), Err(Refusal::Closed));
        assert_eq!(serve_stream(&config, StreamState::default(), QUICK, POLICY, NOW), Err(Refusal::Unknown));
        assert_eq!(paid_until(StreamState::default()), 0);
    }
}
