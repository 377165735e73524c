//! A million random operations on an escrow made of `aia-protocol`, beside a plain model of it.
//!
//! Every answer is compared, from time to time all that is remembered, and the invariants are looked for after each
//! operation; P numbers them.

mod compare;
mod dice;
mod escrow;
mod fees;
mod invariants;
mod model;
mod ops;
mod packing;
mod paths;
mod storage;
mod stories;
mod strategies;
mod vouchers;

use std::{collections::BTreeMap, fmt, time::Instant};

use rand::Rng;

use crate::{
    escrow::Escrow,
    invariants::Witness,
    model::Model,
    ops::{ACTORS, ALL, ChannelNo, Op, Outcome, StreamNo},
};

const OPERATIONS: u32 = 1_000_000;
/// Most operations on one escrow.
const LIFE: u32 = 600;
/// How many operations there are between two comparisons of the whole state.
const BETWEEN_COMPARISONS: u32 = 50;
/// Unix seconds.
const START: u64 = 1_700_000_000;
/// When no more is begun: the times of channels have 32 bits.
const LATEST: u64 = 4_200_000_000;

#[test]
fn a_million_operations_agree_with_the_model() {
    let mut rng = aia_model::rng();
    let started = Instant::now();
    let (mut tally, mut done, mut escrows) = (Tally::default(), 0, 0);
    while done < OPERATIONS {
        let mut world = World::new(&mut rng);
        done += world.live(&mut rng, (OPERATIONS - done).min(LIFE), &mut tally);
        world.everyone_leaves();
        escrows += 1;
    }
    println!("{tally}, in {escrows} escrows in {:.1} s", started.elapsed().as_secs_f32());
}

/// An escrow, twice.
struct World {
    escrow: Escrow,
    model: Model,
    witness: Witness,
}

impl World {
    fn new(rng: &mut impl Rng) -> Self {
        let (setting, params) = (dice::setting(rng), dice::params(rng));
        let (escrow, model) = (Escrow::new(setting, params, START), Model::new(setting, params, START));
        Self { escrow, model, witness: Witness::default() }
    }

    /// Does up to `most` operations, and returns how many.
    fn live(&mut self, rng: &mut impl Rng, most: u32, tally: &mut Tally) -> u32 {
        let mut done = 0;
        while done < most && self.model.now < LATEST {
            let op = dice::random(rng, &self.model);
            let outcome = self.step(&op);
            tally.count(&op, &outcome);
            done += 1;
            if done % BETWEEN_COMPARISONS == 0 {
                compare::compare(&self.escrow, &self.model);
            }
        }
        compare::compare(&self.escrow, &self.model);
        done
    }

    /// Does the same twice.
    fn step(&mut self, op: &Op) -> Outcome {
        self.witness.look(&self.escrow, &self.model, op);
        let seen = self.escrow.execute(op);
        let expected = self.model.apply(op);
        assert_eq!(seen, expected, "{op:?} at {}", self.model.now);
        self.witness.check(&self.escrow, &self.model, op, &seen);
        seen
    }

    /// Whatever happened, nobody is locked in, and not a base unit stays behind.
    fn everyone_leaves(&mut self) {
        let running = self.model.streams.iter().filter(|(_, stream)| !stream.closed);
        for stream in running.map(|(no, _)| *no).collect::<Vec<StreamNo>>() {
            let by = self.model.setting.deal(stream).payee;
            self.done(&Op::Stop { by, stream });
        }
        let open = self.model.channels.iter().filter(|(_, channel)| channel.there() > 0 && !channel.closed);
        for channel in open.map(|(no, _)| *no).collect::<Vec<ChannelNo>>() {
            self.empty(channel);
        }
        for by in 0..ACTORS {
            if self.model.accounts[by].free > 0 {
                self.done(&Op::Withdraw { by, amount: ALL });
            }
        }
        self.done(&Op::Sweep { accounts: (0..ACTORS).collect() });
        compare::compare(&self.escrow, &self.model);
        assert_eq!(self.escrow.held(), 0, "something stays behind");
    }

    /// Withdraws from a channel; what was announced before is left to pass.
    fn empty(&mut self, channel: ChannelNo) {
        if let Some([_, last]) = self.model.window(channel) {
            self.wait_until(last + 1);
        }
        self.wait_until(self.model.channel(channel).held_until);
        let terms = self.model.setting.terms(channel);
        self.done(&Op::Initiate { by: terms.payer, channel, amount: ALL });
        self.done(&Op::Wait { seconds: terms.delay });
        self.done(&Op::Finalize { by: terms.payer, channel });
    }

    fn wait_until(&mut self, instant: u64) {
        self.done(&Op::Wait { seconds: instant.saturating_sub(self.model.now) });
    }

    fn done(&mut self, op: &Op) {
        let outcome = self.step(op);
        assert!(outcome.is_ok(), "{op:?}: {outcome:?}");
    }
}

/// How often each operation succeeded, or why it was refused.
#[derive(Default)]
struct Tally(BTreeMap<String, u32>);

impl Tally {
    fn count(&mut self, op: &Op, outcome: &Outcome) {
        let name = word(op);
        let result = outcome.as_ref().map_or_else(|refusal| format!("refused: {}", word(refusal)), |_| "done".into());
        *self.0.entry(format!("{name:19} {result}")).or_default() += 1;
    }
}

/// Returns the first word of how something is debugged.
fn word(what: &impl fmt::Debug) -> String {
    let text = format!("{what:?}");
    text.split([' ', '(']).next().unwrap_or_default().to_owned()
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, count) in &self.0 {
            writeln!(f, "{name:48} {count:7}")?;
        }
        write!(f, "{} operations", self.0.values().sum::<u32>())
    }
}
