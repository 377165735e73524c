//! Lives of proposals: whatever happens, they only go forward.

use std::collections::BTreeSet;

use aia_protocol::governance::{
    counting::Votes,
    operation::{self, Operation},
    proposal::{CANCELLABLE, Proposal, State, Tally, queued_state},
};
use alloy_primitives::{Address, U256};
use rand::Rng;

use crate::NOW;

const LIVES: u32 = 20_000;
/// How often something may happen in a life.
const STEPS: u32 = 40;
const PERIOD: u32 = 86_400;
const GRACE: u32 = 1_209_600;

/// All moves there are.
const MOVES: [(State, State); 11] = [
    (State::Pending, State::Active),
    (State::Pending, State::Canceled),
    (State::Active, State::Defeated),
    (State::Active, State::Succeeded),
    (State::Active, State::Canceled),
    (State::Defeated, State::Canceled),
    (State::Succeeded, State::Queued),
    (State::Succeeded, State::Canceled),
    (State::Queued, State::Executed),
    (State::Queued, State::Expired),
    (State::Queued, State::Canceled),
];

/// Moves that were seen, by the numbers of the states.
type Seen = BTreeSet<(u8, u8)>;

/// A proposal, and its operation in the timelock.
struct Life {
    now: u64,
    proposal: Proposal,
    tally: Tally,
    operation: Operation,
    quorum: u128,
    extension: u32,
    /// The state, and the end of voting, when last looked at.
    last: (State, u64),
}

impl Life {
    fn new(rng: &mut impl Rng) -> Self {
        let vote_start = NOW + rng.random_range(3_600..100_000);
        Self {
            now: NOW,
            proposal: Proposal {
                proposer: Address::repeat_byte(1),
                vote_start,
                duration: PERIOD,
                ..Default::default()
            },
            tally: Tally::default(),
            operation: Operation::default(),
            quorum: rng.random_range(1..8),
            extension: rng.random_range(0..=PERIOD),
            last: (State::Pending, vote_start + u64::from(PERIOD)),
        }
    }

    fn state(&self) -> State {
        match self.proposal.state(&self.tally, self.now).expect("it was proposed") {
            State::Queued => queued_state(self.operation.state(self.now)),
            state => state,
        }
    }

    /// Does something that is allowed, or waits.
    fn step(&mut self, rng: &mut impl Rng, seen: &mut Seen) {
        let (state, operation) = (self.state(), self.operation.state(self.now));
        match rng.random_range(0..12) {
            0..3 if state == State::Active => self.vote(rng),
            3..5 if state == State::Succeeded => self.queue(rng),
            5 if state == State::Queued && operation == operation::State::Ready => {
                self.proposal.executed = true;
                self.operation = Operation::done();
            }
            // Anyone may execute in the timelock itself.
            6 if operation == operation::State::Ready => self.operation = Operation::done(),
            7 if operation.is_pending() => self.operation = Operation::default(),
            8 if CANCELLABLE & state.bit() != 0 && rng.random_bool(0.3) => {
                self.proposal.canceled = true;
                self.operation = Operation::default();
            }
            9 => self.wait(rng.random_range(0..3_000_000), seen),
            _ => self.wait(rng.random_range(0..40_000), seen),
        }
        self.store();
        self.look(seen);
    }

    fn vote(&mut self, rng: &mut impl Rng) {
        let votes = Votes { against: rng.random_range(0..5), favour: rng.random_range(0..5), abstain: 0 };
        self.tally = self.tally.with(&votes);
        if !self.tally.has_quorum() && self.tally.favour >= self.quorum {
            self.tally = self.tally.reach_quorum(self.now, self.extension);
            let left = self.proposal.deadline(&self.tally) - self.now;
            assert!(left >= u64::from(self.extension), "{left} s are left to answer a quorum");
        }
    }

    fn queue(&mut self, rng: &mut impl Rng) {
        self.operation = Operation::schedule(self.now, rng.random_range(21_600..100_000), GRACE, U256::ONE);
        self.tally.eta = self.operation.ready;
    }

    /// Lets time pass, and looks at every second in which something may change.
    fn wait(&mut self, seconds: u64, seen: &mut Seen) {
        let until = self.now + seconds;
        let last_seconds = [self.proposal.vote_start, self.proposal.deadline(&self.tally), self.operation.expiry];
        let mut stops = last_seconds.map(|last| [last, last + 1]).concat();
        stops.retain(|stop| self.now < *stop && *stop < until);
        stops.sort_unstable();
        stops.push(until);
        for stop in stops {
            self.now = stop;
            self.look(seen);
        }
    }

    /// Keeps all in words, as the contracts do.
    fn store(&mut self) {
        self.proposal = Proposal::from_word(self.proposal.to_word());
        self.tally = Tally::from_word(self.tally.to_word());
        self.operation = Operation::from_word(self.operation.to_word());
    }

    fn look(&mut self, seen: &mut Seen) {
        let (state, deadline) = (self.state(), self.proposal.deadline(&self.tally));
        let (before, sooner) = self.last;
        if state != before {
            assert!(MOVES.contains(&(before, state)), "from {before:?} to {state:?} at {}", self.now);
            seen.insert((before as u8, state as u8));
        }
        assert!(deadline >= sooner, "the end of voting moved from {sooner} to {deadline}");
        self.last = (state, deadline);
    }
}

#[test]
fn every_life_goes_only_forward_and_every_move_happens() {
    let mut rng = aia_model::rng();
    let mut seen = Seen::new();
    for _ in 0..LIVES {
        let mut life = Life::new(&mut rng);
        for _ in 0..STEPS {
            life.step(&mut rng, &mut seen);
        }
    }
    assert_eq!(seen, Seen::from(MOVES.map(|(from, to)| (from as u8, to as u8))));
}
