//! The contract on its chain under random operations, beside the naive model of it.
//!
//! Every answer is compared and whatever a call changed, from time to time everything that can be seen, and the
//! invariants are looked for after every step; they have the numbers of the README.
//! `AIA_OPS` sets how many operations there are in all and `AIA_SEED` which.

mod channel_views;
mod live;
mod past;
mod promises;
mod properties;
mod replay;
mod start;
mod views;
mod wallet;

use std::{collections::BTreeMap, fmt, time::Instant};

use aia_abi::IStreamPayments::IStreamPaymentsCalls as Calls;
use aia_model::payments::{
    Model, invariants,
    ops::{self, Op},
    settings::Setting,
    steps,
    watch::Watch,
};
use aia_tests::common::chance;
use alloy::{primitives::Address, signers::local::PrivateKeySigner};
use eyre::{Context, OptionExt, Result};
use live::Live;
use promises::Promises;
use rand_chacha::ChaCha8Rng;
use start::Stage;
use wallet::Wallet;

/// How many operations there are in all runs together.
const OPERATIONS: u64 = 100_000;
/// How many runs there are.
const RUNS: u64 = 4;
/// How many operations there are between two comparisons of the state.
const BETWEEN_COMPARISONS: u64 = 250;
/// Every how many of them is about everything, and not only some.
const THOROUGH: u64 = 25;
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
async fn invariants_hold_without_a_fee_or_a_memory() -> Result<()> {
    hold(Setting::free()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_when_amounts_are_tiny() -> Result<()> {
    hold(Setting::dust()).await
}

#[tokio::test(flavor = "multi_thread")]
async fn invariants_hold_when_amounts_and_fees_are_the_largest() -> Result<()> {
    hold(Setting::dear()).await
}

async fn hold(setting: Setting) -> Result<()> {
    let rng = chance();
    let operations = match std::env::var("AIA_OPS") {
        Ok(text) => text.parse::<u64>().wrap_err("AIA_OPS is a number")?,
        Err(_) => OPERATIONS,
    } / RUNS;
    let stage = start::start(&setting).await?;
    let mut run = Run::new(&stage, &setting, rng)?;
    let usual = run.model.contract.params.clone();

    let started = Instant::now();
    for step in 1..=operations {
        let op = ops::random(&mut run.rng, &run.model, &usual);
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

/// The contract and the model of it, step by step.
struct Run<'a> {
    live: Live<'a>,
    model: Model,
    wallet: Wallet,
    rng: ChaCha8Rng,
    watch: Watch,
    tally: Tally,
}

impl<'a> Run<'a> {
    /// Takes over a contract that was just deployed, and gives everybody AIA.
    fn new(stage: &'a Stage, setting: &Setting, rng: ChaCha8Rng) -> Result<Self> {
        let keys = start::keys(stage);
        let live = Live::new(stage);
        let model = start::model(stage, setting, keys.iter().map(PrivateKeySigner::address).collect());
        for account in model.actors.iter().copied().chain([model.contract.guardian]) {
            live.fuel(START, account)?;
        }
        let wallet = Wallet::new(stage.net.domain(), &model, keys);
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
            self.model.now += if fits { seconds } else { seconds.min(1) };
            self.watch.step(&self.model, &op);
            return Ok(());
        }
        let caller = op.caller().ok_or_eyre("only time has no caller")?;
        let (to, calldata) = self.wallet.calldata(&self.live, &op)?;
        let promises = Promises::of(&op, &self.model);
        let apart = match &op {
            Op::Pay { call: Calls::multicall(call), .. } => self.i14_apart(caller, &call.data)?,
            _ => None,
        };
        let owed = invariants::owed(&self.model);
        let expected = ops::apply(&mut self.model, &op);
        let seen = self.live.submit(self.model.now, caller, to, calldata)?;
        self.live.agree(&expected, &seen)?;
        promises.check(&self.live, &seen)?;
        if let Some(apart) = apart {
            self.live.agree(&apart, &seen).wrap_err("14: the calls apart, as the model")?;
        }
        if let Ok(answer) = &seen {
            steps::check(&self.model, &op, answer, owed);
            self.compare_changes()?;
        }
        self.watch.step(&self.model, &op);
        self.tally.count(&op, seen.is_ok());
        Ok(())
    }

    /// Compares what is visible, some of it or all, and checks the invariants of a moment.
    fn compare(&mut self, thorough: bool) -> Result<()> {
        self.live.mine(self.model.now)?;
        invariants::check(&self.model);
        self.compare_roles()?;
        self.compare_accounts()?;
        for id in self.chosen_streams(thorough) {
            self.compare_stream(id).wrap_err_with(|| format!("stream {id}"))?;
        }
        for id in self.chosen_channels(thorough) {
            self.compare_channel(id).wrap_err_with(|| format!("channel {id}"))?;
        }
        if thorough {
            self.i1_the_contract_has_what_its_views_tell()?;
        }
        Ok(())
    }

    /// Returns everybody who has a ledger, or had one.
    fn people(&self) -> Vec<Address> {
        self.model.contract.accounts.keys().copied().collect()
    }
}

/// How many calls of each kind were refused and how many succeeded, and whether the last one did.
#[derive(Default)]
struct Tally {
    calls: BTreeMap<String, [u64; 2]>,
    last: bool,
}

impl Tally {
    fn count(&mut self, op: &Op, succeeded: bool) {
        self.calls.entry(op.name()).or_default()[usize::from(succeeded)] += 1;
        self.last = succeeded;
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut all, mut succeeded) = (0, 0);
        for (name, [no, yes]) in &self.calls {
            writeln!(f, "{name:24} {:7} calls, {:3} % succeed", no + yes, yes * 100 / (no + yes))?;
            all += no + yes;
            succeeded += yes;
        }
        write!(f, "{succeeded} of {all} calls succeed, {} %", succeeded * 100 / all.max(1))
    }
}
