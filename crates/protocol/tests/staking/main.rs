//! A million random operations on providers' stake made of `aia-protocol`, beside a naive model of it.
//!
//! Every answer is compared, and from time to time all that is remembered.

mod cycles;
mod hollow;
mod invariants;
mod model;
mod ops;
mod registry;
mod storage;

use std::{collections::BTreeMap, fmt, time::Instant};

use rand::Rng;

use crate::{
    model::{Model, Standing},
    ops::{ACTORS, Actor, Op, Outcome, Refusal},
    registry::Registry,
};

const OPERATIONS: u32 = 1_000_000;
/// Most operations on one provider.
const LIFE: u32 = 4_000;
/// Operations on a provider that was expelled, which nobody can join any more.
const AFTERLIFE: u32 = 150;
/// How many operations there are between two comparisons of the whole state.
const BETWEEN_COMPARISONS: u32 = 50;
/// Unix seconds.
const START: u64 = 1_700_000_000;
/// When no more is begun: the ends of streams have 32 bits.
const LATEST: u64 = 4_200_000_000;

#[test]
fn a_million_operations_agree_with_the_model() {
    let mut rng = aia_model::rng();
    let started = Instant::now();
    let (mut tally, mut done, mut providers) = (Tally::default(), 0, 0);
    while done < OPERATIONS {
        let mut world = World::new(&mut rng);
        done += world.live(&mut rng, (OPERATIONS - done).min(LIFE), &mut tally);
        world.everyone_leaves();
        providers += 1;
    }
    println!("{tally}, with {providers} providers in {:.1} s", started.elapsed().as_secs_f32());
}

/// A provider, twice.
struct World {
    registry: Registry,
    model: Model,
    /// The most that each amount can be, base units.
    scale: &'static [u128],
    /// Rewards per share so far.
    acc: u128,
}

impl World {
    fn new(rng: &mut impl Rng) -> Self {
        let (config, limits) = (ops::config(rng), ops::limits(rng));
        let (registry, model) = (Registry::new(config, limits, START), Model::new(config, limits, START));
        Self { registry, model, scale: ops::scale(rng), acc: 0 }
    }

    /// Does up to `most` operations, and returns how many.
    fn live(&mut self, rng: &mut impl Rng, most: u32, tally: &mut Tally) -> u32 {
        let (mut done, mut expelled) = (0, 0);
        while done < most && expelled < AFTERLIFE && self.model.now < LATEST {
            let op = ops::random(rng, &self.model, self.scale);
            let outcome = self.step(op);
            tally.count(&op, &outcome);
            done += 1;
            expelled += u32::from(self.model.standing == Standing::Tombstoned);
            if done % BETWEEN_COMPARISONS == 0 {
                self.compare();
            }
        }
        self.compare();
        done
    }

    /// Does the same twice.
    fn step(&mut self, op: Op) -> Outcome {
        let seen = self.registry.execute(op);
        let expected = self.model.apply(op, &seen);
        assert_eq!(seen, expected, "{op:?} at {}", self.model.now);
        invariants::a_share_is_worth_at_most_a_base_unit(&self.registry);
        let acc = self.registry.stream().acc;
        assert!(self.acc <= acc, "rewards per share fall by {op:?}");
        self.acc = acc;
        seen
    }

    fn compare(&self) {
        invariants::compare(&self.registry, &self.model);
        invariants::check(&self.registry, &self.model);
    }

    /// Whatever happened, nobody is locked in, and nothing stays behind but what is nobody's base unit.
    fn everyone_leaves(&mut self) {
        for by in 0..ACTORS {
            if self.leaves(by) == Err(Refusal::Insolvent) {
                // A bucket that takes nobody in is replaced with the next epoch.
                let length = u64::from(self.model.config.epoch_length);
                self.wait(length - self.model.now % length);
                assert_ne!(self.leaves(by), Err(Refusal::Insolvent));
            }
        }
        self.wait(6 * u64::from(self.model.config.epoch_length));
        let exits: Vec<(u32, Actor)> = self.model.exits.keys().copied().collect();
        for (epoch, owner) in exits {
            self.step(Op::Withdraw { owner, epoch }).expect("a matured exit is paid");
        }
        for by in 0..ACTORS {
            // Whoever has no rewards is refused.
            let _ = self.step(Op::Claim { by });
        }
        self.compare();
        assert!(self.model.buckets.values().all(|bucket| bucket.tokens.is_zero()), "{:?}", self.model.buckets);
        // The shares of each of those who stay are worth less than a base unit.
        assert!(self.registry.pool().tokens < ACTORS as u128, "{:?}", self.registry.pool());
    }

    fn leaves(&mut self, by: Actor) -> Outcome {
        let shares = self.registry.live_shares(by);
        if shares == 0 { Ok(Vec::new()) } else { self.step(Op::Undelegate { by, shares }) }
    }

    fn wait(&mut self, seconds: u64) {
        self.step(Op::Wait { seconds }).expect("time passes");
    }
}

/// How often each operation succeeded, or why it was refused.
#[derive(Default)]
struct Tally(BTreeMap<String, u32>);

impl Tally {
    fn count(&mut self, op: &Op, outcome: &Outcome) {
        let name = word(op);
        let result = outcome.as_ref().map_or_else(|refusal| format!("refused: {}", word(refusal)), |_| "done".into());
        *self.0.entry(format!("{name:16} {result}")).or_default() += 1;
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
