//! Governor and timelocks on their chain under random operations, beside the naive model of them.
//!
//! Every answer is compared, from time to time everything that can be seen, and the invariants are looked for after
//! every step; they have the numbers of the READMEs, G of the governor and L of the timelock.
//! Most of them are told by the logs alone, see [`past`], or by what the contracts' views say, and not by the model.
//! `AIA_OPS` sets how many operations there are in all and `AIA_SEED` which.

mod batches;
mod governor;
mod live;
mod past;
mod replay;
mod start;
mod targets;
mod timelock;
mod views;
mod wallet;

use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
    time::Instant,
};

use aia_model::governance::{
    Model,
    model::State,
    ops::{self, Call, Op},
    settings::{PAYEES, Setting},
};
use aia_tests::common::chance;
use alloy::primitives::{Address, B256, U256};
use eyre::{Context, Result};
use rand_chacha::ChaCha8Rng;

use self::{
    live::{Live, Tx},
    past::Past,
    start::Stage,
    wallet::Wallet,
};

/// How many operations there are in all runs together.
const OPERATIONS: u64 = 12_000;
/// How many runs there are.
const RUNS: u64 = 3;
/// How many operations there are between two comparisons of the state.
const BETWEEN_COMPARISONS: u64 = 200;
/// Every how many of them is about everything, and not only some.
const THOROUGH: u64 = 10;
/// Unix seconds; fixed, so that a seed means the same operations at any time.
const GENESIS: u64 = 1_700_000_000;
/// When the first operation runs: late enough for the deployment before it.
const START: u64 = GENESIS + 3_600;
/// How long the operations may take, in seconds of the chain: programs expire after 365 days.
const LIFE: u64 = 355 * 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_with_parameters_as_at_launch() -> Result<()> {
    hold(Setting::launch()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_when_everything_is_as_quick_as_can_be() -> Result<()> {
    hold(Setting::quick()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_when_every_quorum_is_late() -> Result<()> {
    hold(Setting::late()).await
}

async fn hold(setting: Setting) -> Result<()> {
    let rng = chance();
    let operations = match std::env::var("AIA_OPS") {
        Ok(text) => text.parse::<u64>().wrap_err("AIA_OPS is a number")?,
        Err(_) => OPERATIONS,
    } / RUNS;
    let stage = start::start(&setting).await?;
    let mut run = Run::new(&stage, &setting, rng)?;

    let started = Instant::now();
    for step in 1..=operations {
        let op = ops::random(&mut run.rng, &run.model, &setting);
        let told = format!("operation {step} at {}: {op:?}", run.model.now);
        run.step(op, LIFE * step / operations).wrap_err(told)?;
        if step % BETWEEN_COMPARISONS == 0 {
            let thorough = step % (THOROUGH * BETWEEN_COMPARISONS) == 0;
            run.compare(thorough).wrap_err_with(|| format!("after operation {step}"))?;
        }
    }
    run.compare(true)?;
    run.state_follows_from_events()?;
    println!("{}", run.tally);
    let days = (run.model.now - START) / 86_400;
    println!("{operations} operations in {:.1?}, {days} days of the chain", started.elapsed());
    Ok(())
}

/// The contracts and the model of them, step by step.
struct Run<'a> {
    live: Live<'a>,
    model: Model,
    wallet: Wallet,
    rng: ChaCha8Rng,
    past: Past,
    /// What was seen of proposals whose voting had begun.
    begun: BTreeMap<U256, Begun>,
    /// Timelock and operation → the code of its targets when it was scheduled.
    pins: BTreeMap<(Address, B256), Vec<B256>>,
    tally: Tally,
}

/// What a proposal must remain, once its voting has begun.
struct Begun {
    /// The quorum of its snapshot.
    quorum: U256,
    /// The state in which it was seen last.
    state: State,
    /// Whether its votes had reached the quorum.
    reached: bool,
}

impl<'a> Run<'a> {
    /// Takes over contracts that were just deployed, and gives everybody AIA.
    fn new(stage: &'a Stage, setting: &Setting, rng: ChaCha8Rng) -> Result<Self> {
        let live = Live::new(stage);
        let model = setting.model(&stage.site, START);
        for account in model.actors.iter().chain(&model.guardians).chain([&model.token.minter]) {
            live.fuel(START, *account)?;
        }
        for (account, code) in &model.world.code {
            live.run_there(START, *account, code)?;
        }
        let mut past = Past::new(&stage.site);
        for tx in live.history()? {
            past.fold(&tx).wrap_err("before all")?;
        }
        let wallet = Wallet::new(stage.net.api.chain().config().chain_id, stage.site.governor, start::keys(stage));
        let (begun, pins, tally) = (BTreeMap::new(), BTreeMap::new(), Tally::default());
        let mut run = Self { live, model, wallet, rng, past, begun, pins, tally };
        for op in setting.prologue(&run.model) {
            let told = format!("before all: {op:?}");
            run.step(op, 0).wrap_err(told)?;
        }
        run.compare(true).wrap_err("before all")?;
        Ok(run)
    }

    /// Runs an operation on both; time passes at most until `latest` seconds after the start.
    fn step(&mut self, op: Op, latest: u64) -> Result<()> {
        match &op {
            Op::Wait { seconds } => {
                let fits = self.model.now + seconds <= START + latest;
                self.model.now += if fits { *seconds } else { (*seconds).min(1) };
                Ok(())
            }
            Op::Code { account, code } => {
                let _ = ops::apply(&mut self.model, &op);
                self.live.run_there(self.model.now, *account, code)
            }
            Op::Call { caller, value, call } => {
                let done = self.call(&op, *caller, *value, call)?;
                self.tally.count(&op, done);
                Ok(())
            }
        }
    }

    /// Makes a call of both, and returns whether it succeeded.
    fn call(&mut self, op: &Op, caller: Address, value: U256, call: &Call) -> Result<bool> {
        let (to, data, now) = (call.to(&self.model), self.wallet.calldata(call)?, self.model.now);
        let apart = self.g9_apart(call)?;
        let before = self.watched_wei();
        let expected = ops::apply(&mut self.model, op);
        let seen = self.live.submit(now, caller, to, value, data)?;
        self.live.agree(&expected, &seen)?;
        let Ok(answer) = seen else {
            self.l6_wei_moves_as_told(&before, &[])?;
            return Ok(false);
        };
        let tx = Tx { now, logs: answer.logs };
        self.g8_guardians_only_cancel_and_brake(caller, call)?;
        self.l7_code_is_what_it_was(&tx)?;
        self.check_governor(&tx)?;
        self.past.fold(&tx)?;
        self.check_votes(&tx)?;
        self.l6_wei_moves_as_told(&before, &self.told_flows(&tx, to, value))?;
        self.g9_together(call, apart, &answer.output)?;
        self.g7_nothing_is_left_allowed(&tx)?;
        Ok(true)
    }

    /// Compares what is visible, some of it or all, and checks the invariants of a moment.
    fn compare(&mut self, thorough: bool) -> Result<()> {
        self.live.mine(self.model.now)?;
        self.compare_token()?;
        self.compare_governor()?;
        self.g6_quorums_are_what_they_are_made_of()?;
        for id in self.chosen_proposals(thorough) {
            self.compare_proposal(id).wrap_err_with(|| format!("proposal {id}"))?;
        }
        let timelocks: Vec<Address> = self.model.timelocks.keys().copied().collect();
        for at in timelocks {
            self.compare_timelock(at).wrap_err_with(|| format!("timelock {at}"))?;
            for id in self.chosen_operations(at, thorough) {
                self.compare_operation(at, id).wrap_err_with(|| format!("operation {id} of {at}"))?;
            }
        }
        Ok(())
    }

    /// Returns everybody who may have a role.
    fn everyone(&self) -> BTreeSet<Address> {
        let people = self.model.actors.iter().chain(&self.model.guardians).chain(self.model.timelocks.keys());
        people.copied().chain(PAYEES).chain([self.model.governor.address, Address::ZERO]).collect()
    }
}

/// How many calls of each kind were refused and how many succeeded.
#[derive(Default)]
struct Tally(BTreeMap<String, [u64; 2]>);

impl Tally {
    fn count(&mut self, op: &Op, succeeded: bool) {
        self.0.entry(op.name()).or_default()[usize::from(succeeded)] += 1;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, [no, yes]) in &self.0 {
            writeln!(f, "{name:44} {:7} calls, {:3} % succeed", no + yes, yes * 100 / (no + yes))?;
        }
        let [no, yes] = self.0.values().fold([0, 0], |[no, yes], each| [no + each[0], yes + each[1]]);
        write!(f, "{yes} of {} calls succeed", no + yes)
    }
}
