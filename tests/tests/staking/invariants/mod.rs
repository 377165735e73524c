//! Registry and court on their chain under random operations, beside the naive model of both.
//!
//! Every answer is compared, from time to time everything that can be seen, and the invariants are looked for on the
//! chain itself; I and C number those of the registry and of the court.
//! `AIA_OPS` sets how many operations there are in all and `AIA_SEED` which.

mod court_views;
mod docket;
mod ledger;
mod live;
mod promises;
mod replay;
mod start;
mod views;
mod wallet;
mod work_views;

use std::{collections::BTreeMap, fmt, time::Instant};

use aia_model::registry::{
    Model, invariants,
    ops::{self, Op},
    settings::Setting,
    watch::Watch,
};
use aia_tests::common::chance;
use aia_tests::staking::Staking;
use alloy::{primitives::Address, signers::local::PrivateKeySigner};
use eyre::{Context, OptionExt, Result};
use live::Live;
use promises::Promises;
use rand_chacha::ChaCha8Rng;
use wallet::Wallet;

/// How many operations there are in all runs together.
const OPERATIONS: u64 = 100_000;
/// How many runs there are.
const RUNS: u64 = 4;
/// How many operations there are between two comparisons of the state.
const BETWEEN_COMPARISONS: u64 = 500;
/// Every how many of them is about all providers, and not only some.
const THOROUGH: u64 = 20;
/// Unix seconds; fixed, so that a seed means the same operations at any time.
const GENESIS: u64 = 1_700_000_000;
/// When the first operation runs: late enough for the deployment before it.
const START: u64 = GENESIS + 3600;
/// How long the operations may take, in seconds of the chain: programs expire after 365 days.
const LIFE: u64 = 355 * 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_with_rates_as_at_launch() -> Result<()> {
    hold(Setting::launch()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_when_slashes_leave_nothing() -> Result<()> {
    hold(Setting::harsh()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_when_slashes_leave_next_to_nothing() -> Result<()> {
    hold(Setting::grinding()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_when_much_happens_within_an_epoch() -> Result<()> {
    hold(Setting::crowded()).await
}

async fn hold(setting: Setting) -> Result<()> {
    let rng = chance();
    let operations = match std::env::var("AIA_OPS") {
        Ok(text) => text.parse::<u64>().wrap_err("AIA_OPS is a number")?,
        Err(_) => OPERATIONS,
    } / RUNS;
    let staking = start::start(&setting).await?;
    let mut run = Run::new(&staking, &setting, rng)?;

    let started = Instant::now();
    for step in 1..=operations {
        let op = ops::random(&mut run.rng, &run.model);
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
    watch: Watch,
    tally: Tally,
}

impl<'a> Run<'a> {
    /// Takes over contracts that were just deployed, and opens them for business.
    fn new(staking: &'a Staking, setting: &Setting, rng: ChaCha8Rng) -> Result<Self> {
        let keys = start::keys(&staking.net)?;
        let actors: Vec<Address> = keys.iter().map(PrivateKeySigner::address).collect();
        let live = Live::new(staking);
        for actor in &actors {
            live.fuel(START, *actor)?;
        }
        let model = start::model(staking, setting, actors);
        let wallet = Wallet::new(staking.receipt_domain(), keys);
        let mut run = Self { live, model, wallet, rng, watch: Watch::default(), tally: Tally::default() };
        for op in setting.prologue(&run.model) {
            let told = format!("before all: {op:?}");
            run.step(op, 0).wrap_err(told)?;
        }
        run.compare(true).wrap_err("before all")?;
        Ok(run)
    }

    /// Runs an operation on both; time passes at most until `latest` seconds after the start.
    fn step(&mut self, op: Op, latest: u64) -> Result<()> {
        if let Op::Wait { seconds } = op {
            let fits = self.model.now + seconds <= START + latest;
            self.model.wait(if fits { seconds } else { seconds.min(1) });
            return Ok(());
        }
        let caller = op.caller().ok_or_eyre("only time has no caller")?;
        let (to, calldata) = self.wallet.calldata(&self.live, &op)?;
        let promises = Promises::of(&op, &self.model);
        self.model.books.last_slash = None;
        let expected = ops::apply(&mut self.model, &op);
        let seen = self.live.submit(self.model.now, caller, to, calldata)?;
        self.live.agree(&expected, &seen)?;
        promises.check(&self.live, &seen)?;
        invariants::check_slash(&self.model);
        self.watch.step(&self.model);
        self.tally.count(&op, seen.is_ok());
        Ok(())
    }

    /// Compares what is visible, of some providers or of all, and checks the invariants of a moment.
    fn compare(&mut self, thorough: bool) -> Result<()> {
        self.live.mine(self.model.now)?;
        invariants::check(&self.model);
        self.compare_roles()?;
        self.compare_balances()?;
        for provider in self.chosen_providers(thorough) {
            self.compare_provider(provider).wrap_err_with(|| format!("provider {provider}"))?;
        }
        self.compare_work()?;
        self.compare_court()?;
        self.compare_disputes(thorough)?;
        if thorough {
            self.i4_the_registry_has_what_its_views_tell()?;
        }
        Ok(())
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
        let (mut all, mut succeeded) = (0, 0);
        for (name, [no, yes]) in &self.0 {
            writeln!(f, "{name:28} {:7} calls, {:3} % succeed", no + yes, yes * 100 / (no + yes))?;
            all += no + yes;
            succeeded += yes;
        }
        write!(f, "{succeeded} of {all} calls succeed, {} %", succeeded * 100 / all.max(1))
    }
}
