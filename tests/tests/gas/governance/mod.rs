//! What governance costs, beside OpenZeppelin 5.7's governor and timelock over its token, on the same node and to the
//! same end; the table goes to `target/gas-governance.md`.
//!
//! Figures are `gasUsed` of whole transactions, refunds taken off.

mod bench;
mod figures;
mod motions;
mod outcome;
mod report;
mod side;

use aia_devnode::chain::Included;
use aia_tests::{Network, common::gas::cache, network::root, staking::supply};
use alloy::consensus::Transaction;
use eyre::Result;

use self::{bench::Bench, outcome::Outcome, report::report, side::Side};

/// Gas of every transaction, whatever it does.
const INTRINSIC: u64 = 21_000;

/// What one operation costs.
#[derive(Clone, Copy, Debug)]
struct Row {
    operation: &'static str,
    gas: u64,
}

/// What ballots cost in all, however many transactions they took.
#[derive(Clone, Copy, Debug)]
struct Settled {
    ballots: u64,
    gas: u64,
    /// Gas without that of the transactions themselves and of their calldata.
    execution: u64,
    /// Bytes of calldata.
    bytes: u64,
}

impl Settled {
    fn of(ballots: usize, transactions: &[Included]) -> Self {
        let mut settled = Self { ballots: ballots as u64, gas: 0, execution: 0, bytes: 0 };
        for included in transactions {
            let data = included.signed.tx.input();
            let calldata: u64 = data.iter().map(|byte| if *byte == 0 { 4 } else { 16 }).sum();
            settled.gas += included.gas_used;
            settled.execution += included.gas_used - included.poster_gas - INTRINSIC - calldata;
            settled.bytes += data.len() as u64;
        }
        settled
    }
}

/// What one side was measured to cost, and what came of it.
#[derive(Debug, Default)]
struct Measured {
    rows: Vec<Row>,
    /// By `castVotesBySig`, which only ours has.
    batches: Vec<Settled>,
    /// By `castVoteBySig`, each in a transaction of its own.
    singles: Vec<Settled>,
    /// The same, all in one transaction.
    multicalls: Vec<Settled>,
    outcome: Outcome,
}

#[tokio::test(flavor = "multi_thread")]
async fn gas_of_governance_beside_openzeppelin() -> Result<()> {
    let net = Network::start(supply()).await?;
    let (ours, theirs) = (Side::ours(&net).await?, Side::openzeppelin(&net).await?);

    let uncached = Bench::new(&net, &ours)?.run_and_undo()?;
    for program in [ours.token, ours.governor, ours.timelock] {
        cache(&net.api, net.owner.address(), program)?;
    }
    let cached = Bench::new(&net, &ours)?.run_and_undo()?;
    let openzeppelin = Bench::new(&net, &theirs)?.run_and_undo()?;

    for (who, measured) in [("uncached", &uncached), ("cached", &cached), ("OpenZeppelin", &openzeppelin)] {
        assert_eq!(measured.outcome, Outcome::expected(), "{who}");
    }
    let report = report(&cached, &uncached, &openzeppelin)?;
    std::fs::write(root().join("target/gas-governance.md"), &report)?;
    println!("{report}");
    Ok(())
}
