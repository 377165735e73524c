//! The token on its chain under random operations, beside the naive model of it.
//!
//! Every answer is compared, from time to time everything that can be seen, and the invariants are
//! looked for on the chain itself; the numbers are those of the contract's README.
//! `AIA_OPS` sets how many operations there are and `AIA_SEED` which.

mod live;
mod promises;
mod replay;
mod views;
mod wallet;

use std::{collections::BTreeMap, fmt, time::Instant};

use aia_devnode::NodeConfig;
use aia_model::{
    interface::{Event, Outcome, STRANGER, Signature},
    invariants,
    model::{MAX_SUPPLY, Model},
    ops::{self, Op},
};
use aia_tests::Network;
use aia_tests::common::chance;
use alloy::{
    primitives::{Address, U256},
    signers::local::PrivateKeySigner,
};
use eyre::{Context, OptionExt, Result, ensure};
use live::Live;
use promises::Promises;
use rand::Rng;
use rand_chacha::ChaCha8Rng;
use views::Witness;
use wallet::Wallet;

const OPERATIONS: u64 = 100_000;
/// How many operations there are between two comparisons of the whole state.
const BETWEEN_COMPARISONS: u64 = 500;
/// How many there are between two trials of all the ways to move units.
const BETWEEN_TRIALS: u64 = 2000;
/// Unix seconds; fixed, so that a seed means the same operations at any time.
const GENESIS: u64 = 1_700_000_000;
/// When the first operation runs: late enough for the deployment before it.
const START: u64 = GENESIS + 3600;
/// How long the operations may take, in seconds of the chain: the program expires after 365 days.
const LIFE: u64 = 355 * 86_400;

#[tokio::test(flavor = "multi_thread")]
async fn invariants_token_1_to_11_hold_over_random_operations() -> Result<()> {
    let rng = chance();
    let operations = match std::env::var("AIA_OPS") {
        Ok(text) => text.parse().wrap_err("AIA_OPS is a number")?,
        Err(_) => OPERATIONS,
    };
    let config = NodeConfig { genesis_time: Some(GENESIS), ..NodeConfig::default() };
    let network = Network::start_with(config, U256::from(MAX_SUPPLY / 3)).await?;
    let mut run = Run::new(&network, rng)?;

    let started = Instant::now();
    for step in 1..=operations {
        let op = ops::random(&mut run.rng, &run.model);
        let told = format!("operation {step} at {}: {op:?}", run.model.now);
        run.step(op, LIFE * step / operations).wrap_err(told)?;
        if step % BETWEEN_COMPARISONS == 0 {
            run.compare().wrap_err_with(|| format!("after operation {step}"))?;
        }
        if step % BETWEEN_TRIALS == 0 {
            run.token_6_equal_moves_end_equal().wrap_err_with(|| format!("after operation {step}"))?;
        }
    }
    let compared = started.elapsed();
    run.compare()?;
    run.token_3_the_past_never_changed()?;
    run.token_7_no_authorization_came_back()?;
    run.state_follows_from_events()?;
    println!("{}", run.tally);
    let days = (run.model.now - START) / 86_400;
    println!("{operations} operations in {compared:.1?}, {days} days of the chain; all in {:.1?}", started.elapsed());
    Ok(())
}

/// The token and the model of it, step by step.
struct Run<'a> {
    live: Live<'a>,
    model: Model,
    wallet: Wallet,
    rng: ChaCha8Rng,
    /// What was read of the past, to be read again.
    witnesses: Vec<Witness>,
    /// Signer → how many of its permits and delegations were accepted.
    accepted: BTreeMap<Address, u64>,
    tally: Tally,
}

impl<'a> Run<'a> {
    /// Takes over a token that was just deployed.
    fn new(network: &'a Network, rng: ChaCha8Rng) -> Result<Self> {
        let keys: Vec<PrivateKeySigner> =
            std::iter::once(network.owner.clone()).chain((0..7).map(|index| network.account(index))).collect();
        let actors: Vec<Address> = keys.iter().map(PrivateKeySigner::address).collect();
        let live = Live::new(network);
        let (deployed_at, events) = live.history()?.into_iter().next().ok_or_eyre("the constructor logs nothing")?;
        let owner = actors[0];
        let mut model = Model::new(network.token, actors, deployed_at);
        let expected = model.construct(owner, owner, U256::from(MAX_SUPPLY / 3));
        ensure!(expected.as_ref() == Ok(&events), "constructed with {events:?}, expected {expected:?}");
        model.wait(START - deployed_at);
        let wallet = Wallet::new(network.domain(), keys);
        Ok(Self { live, model, wallet, rng, witnesses: Vec::new(), accepted: BTreeMap::new(), tally: Tally::default() })
    }

    /// Runs an operation on both; time passes at most until `latest` seconds after the start.
    fn step(&mut self, mut op: Op, latest: u64) -> Result<()> {
        if let Op::Wait { seconds } = op {
            let fits = self.model.now + seconds <= START + latest;
            self.model.wait(if fits { seconds } else { seconds.min(1) });
            return Ok(());
        }
        let caller = op.caller().ok_or_eyre("only time has no caller")?;
        let forms = self.wallet.calldata(&mut self.rng, &mut op)?;
        let promises = Promises::of(&op, &self.model);
        let expected = ops::apply(&mut self.model, &op);
        let now = self.model.now;
        if let [_, other] = forms.as_slice()
            && self.rng.random_bool(0.1)
        {
            let seen = self.live.undone(|| self.live.submit(now, caller, other))?;
            agree(&expected, &seen).wrap_err("TOKEN-8: in the other form")?;
        }
        let seen = self.live.submit(now, caller, &forms[0])?;
        agree(&expected, &seen)?;
        promises.check(&seen)?;
        self.count_accepted(&op, seen.is_ok());
        self.tally.count(&op, seen.is_ok());
        Ok(())
    }

    fn count_accepted(&mut self, op: &Op, succeeded: bool) {
        let signer = match *op {
            Op::Permit { owner, .. } => owner,
            Op::DelegateBySig { signature: Signature::By(signer), .. } => signer,
            _ => return,
        };
        *self.accepted.entry(signer).or_default() += u64::from(succeeded);
    }

    /// Everyone that operations can be about.
    fn everyone(&self) -> Vec<Address> {
        self.model.actors.iter().copied().chain([Address::ZERO, self.model.token, STRANGER]).collect()
    }

    /// Compares all that is visible, and checks the invariants of a moment.
    fn compare(&mut self) -> Result<()> {
        self.live.mine(self.model.now)?;
        invariants::check(&self.model);
        self.compare_accounts()?;
        self.compare_allowances()?;
        self.compare_roles()?;
        self.compare_past()?;
        self.token_1_balances_sum_to_supply()?;
        self.token_2_votes_are_delegated_balances()?;
        self.token_3_no_answer_about_the_future()?;
        self.token_4_checkpoints_are_in_order()?;
        self.token_7_nonces_count_what_was_accepted()?;
        self.token_11_a_batch_answers_as_singles()
    }
}

/// Compares answers: a token that was told of a stranger saw somebody.
fn agree(expected: &Outcome, seen: &Outcome) -> Result<()> {
    let agreed = match (expected, seen) {
        (Ok(expected), Ok(seen)) => expected == seen,
        (Err(expected), Err(seen)) => expected.agrees_with(seen),
        _ => false,
    };
    ensure!(agreed, "the token answers {seen:?}, the model {expected:?}");
    Ok(())
}

/// Whether an event tells that votes changed.
fn tells_votes(event: &Event) -> bool {
    matches!(event, Event::DelegateVotesChanged { .. })
}

/// How many calls of each kind were refused and how many succeeded.
#[derive(Default)]
struct Tally(BTreeMap<String, [u64; 2]>);

impl Tally {
    fn count(&mut self, op: &Op, succeeded: bool) {
        let text = format!("{op:?}");
        let name = text.split(' ').next().unwrap_or_default();
        self.0.entry(name.to_owned()).or_default()[usize::from(succeeded)] += 1;
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
