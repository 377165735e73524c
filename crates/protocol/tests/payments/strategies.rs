//! All that a payer can do, tried out in small settings: what its payee was told holds, and no more could be told.

use std::collections::BTreeSet;

use aia_protocol::payments::{
    channel::{Channel, HOLD_UNIT, MAX_HOLD, WITHDRAW_DELAY, WITHDRAW_WINDOW},
    stream::Stream,
};
use alloy_primitives::U256;

const START: u64 = 1_700_000_000;
/// The highest rate that a payer tries.
const MAX_RATE: u128 = 3;
const MAX_NOTICE: u32 = 3;
const MAX_BALANCE: u128 = 5;

/// A stream, settled, and what it has paid; what its payer has beside.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct State {
    word: U256,
    paid: u128,
    purse: u128,
}

impl State {
    fn stream(self) -> Stream {
        Stream::from_word(self.word)
    }

    fn with(self, stream: Stream, purse: u128) -> Self {
        Self { word: stream.to_word(), purse, ..self }
    }

    fn closed(self) -> Self {
        let Stream { balance, settled_at, .. } = self.stream();
        self.with(Stream { settled_at, ..Default::default() }, self.purse + balance)
    }

    /// Returns all that the payer can make of it by one call.
    fn calls(self, notice: u32) -> Vec<Self> {
        let (stream, purse) = (self.stream(), self.purse);
        let spare = stream.balance.saturating_sub(stream.needed(notice));
        let take = |amount: u128| self.with(Stream { balance: stream.balance - amount, ..stream }, purse + amount);
        let mut calls: Vec<Self> = (1..=spare).map(take).collect();
        if stream.is_over() {
            calls.push(self.closed());
        }
        if stream.ends_at().is_some() {
            return calls;
        }
        let put = |amount: u128| self.with(stream.top_up(stream.settled_at, amount).0, purse - amount);
        calls.extend((1..=purse).map(put));
        let raised = (stream.rate + 1..=MAX_RATE).map(|rate| Stream { rate, ..stream });
        let borne = raised.filter(|raised| raised.balance >= raised.needed(notice));
        calls.extend(borne.map(|raised| self.with(raised, purse)));
        let ending = Stream { left: notice, ..stream };
        calls.push(if notice == 0 || ending.is_over() { self.closed() } else { self.with(ending, purse) });
        calls
    }
}

/// Returns all that the payer can make of it within a second, by as many calls as it likes.
fn within_a_second(states: BTreeSet<State>, notice: u32) -> BTreeSet<State> {
    let (mut all, mut new) = (states.clone(), Vec::from_iter(states));
    while let Some(state) = new.pop() {
        new.extend(state.calls(notice).into_iter().filter(|next| all.insert(*next)));
    }
    all
}

fn settled(states: &BTreeSet<State>, now: u64) -> BTreeSet<State> {
    let settle = |state: &State| {
        let (stream, part) = state.stream().settle(now);
        State { word: stream.to_word(), paid: state.paid + part, ..*state }
    };
    states.iter().map(settle).collect()
}

/// Returns, for each second, all that can be whatever the payer did up to then.
fn futures(stream: Stream, notice: u32, seconds: u64) -> Vec<BTreeSet<State>> {
    let mut states = BTreeSet::from([State { word: stream.to_word(), paid: 0, purse: 1 }]);
    let mut futures = Vec::new();
    for second in 1..=seconds {
        states = settled(&within_a_second(states, notice), START + second);
        futures.push(states.clone());
    }
    futures
}

/// Returns small streams and their notices, running and ending.
fn streams() -> impl Iterator<Item = (Stream, u32)> {
    let amounts = (0..=MAX_BALANCE).flat_map(|balance| (1..MAX_RATE).map(move |rate| (balance, rate)));
    let times = (0..=MAX_NOTICE).flat_map(|notice| (0..=notice).map(move |left| (notice, left)));
    amounts.flat_map(move |(balance, rate)| {
        times.clone().map(move |(notice, left)| (Stream { balance, rate, settled_at: START, left }, notice))
    })
}

#[test]
fn p18_a_stream_pays_until_it_is_safe_no_longer_whatever_its_payer_does() {
    for (stream, notice) in streams() {
        let safe = stream.safe_until(notice) - START;
        for (second, states) in (1u64..).zip(futures(stream, notice, safe + 1)) {
            let least = states.iter().map(|state| state.paid).min().expect("something happens");
            let full = stream.rate * u128::from(second);
            // A second later some payer would have got away with less.
            assert_eq!(least >= full, second <= safe, "{stream:?}, notice {notice}, after {second} s: {least}");
        }
    }
}

#[test]
fn p05_after_a_stop_the_payee_gets_the_same_whatever_the_payer_does() {
    for (stream, notice) in streams().filter(|(stream, notice)| stream.left == *notice && stream.is_ending()) {
        let promised = stream.balance.min(stream.rate * u128::from(notice));
        let futures = futures(stream, notice, u64::from(notice) + 1);
        for states in &futures[notice as usize - 1..] {
            assert!(states.iter().all(|state| state.paid == promised), "{stream:?}: {states:?}");
        }
        // The payer can have all the rest then, and never more.
        let most = states_at_the_end(&futures).map(|state| state.purse).max();
        assert_eq!(most, Some(1 + stream.balance - promised), "{stream:?}");
    }
}

fn states_at_the_end(futures: &[BTreeSet<State>]) -> impl Iterator<Item = &State> {
    futures.last().into_iter().flatten()
}

/// Returns the first of some instants at which a payer can take its money out of a channel, however it went about it.
fn earliest_exit(channel: Channel, delay: u64, instants: &BTreeSet<u64>) -> Option<u64> {
    let mut states = BTreeSet::from([channel.to_word()]);
    for now in instants {
        for state in states.clone().into_iter().map(Channel::from_word) {
            if state.finalize(*now, delay).is_ok() {
                return Some(*now);
            }
            // Its own deposit takes an announcement back, and it can announce at once again.
            states.insert(Channel { initiated_at: 0, ..state }.to_word());
            states.insert(Channel { initiated_at: *now, ..state }.to_word());
            states.extend(state.extend_hold(*now, *now + 1).map(Channel::to_word).ok());
        }
    }
    None
}

/// Returns instants around all those at which something can change, and as early as an announcement for them may be.
fn instants(channel: Channel, now: u64, delay: u64) -> BTreeSet<u64> {
    let (ready, held) = (channel.initiated_at + delay, channel.held_until());
    let changes = [now, now + delay, ready, ready + WITHDRAW_WINDOW, held];
    let starts = [held.saturating_sub(delay), held.saturating_sub(delay + WITHDRAW_WINDOW)];
    let around = changes.into_iter().chain(starts).flat_map(|instant| instant.saturating_sub(1)..=instant + 1);
    around.filter(|instant| *instant >= now).collect()
}

#[test]
fn p18_money_is_safe_in_a_channel_until_it_can_leave_whatever_its_payer_does() {
    for delay in WITHDRAW_DELAY {
        let edges = [0, 1, delay - 1, delay, delay + 1, delay + WITHDRAW_WINDOW, delay + WITHDRAW_WINDOW + 1];
        let announced = edges.into_iter().map(|ago| START - ago).chain([0]);
        let holds =
            edges.into_iter().chain([HOLD_UNIT, MAX_HOLD]).map(|ahead| (START + ahead).div_ceil(HOLD_UNIT)).chain([0]);
        for (initiated_at, hold) in announced.flat_map(|at| holds.clone().map(move |hold| (at, hold))) {
            let hold = u32::try_from(hold).expect("before the year 2106");
            let channel = Channel { balance: 100, claimed: 30, initiated_at, hold, ..Default::default() };
            let exit = earliest_exit(channel, delay, &instants(channel, START, delay));
            assert_eq!(exit, Some(channel.safe_until(START, delay)), "{channel:?}, delay {delay}");
        }
    }
}
