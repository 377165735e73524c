//! What staking costs, beside what the systems that others have built cost; the table goes to `target/gas-staking.md`.
//!
//! Figures are `gasUsed` of whole transactions, refunds taken off; those of views are of what the call itself adds.

mod bench;
mod crowd;
mod figures;

use std::fmt::Write;

use aia_tests::common::gas::{cache, grouped};
use aia_tests::{network::root, staking::Staking};
use bench::{Bench, Row};
use crowd::{Costs, Crowd};
use eyre::{OptionExt, Result, ensure};
use figures::{ANCHORS, FIGURES};

/// How many stand in a pool, and as many in a bucket, when what single calls cost is compared.
const SIZES: [usize; 3] = [10, 1_000, 10_000];
/// Gas by which they may differ: zero bytes of calldata are cheaper, and so are some numbers to divide.
const NOISE: u64 = 200;

#[tokio::test(flavor = "multi_thread")]
async fn gas_beside_the_anchors() -> Result<()> {
    let staking = Staking::start().await?;
    let uncached = Bench::new(&staking).run_and_undo()?;
    cache_programs(&staking)?;
    let cached = Bench::new(&staking).run_and_undo()?;
    let report = report(&cached, &uncached)?;
    std::fs::write(root().join("target/gas-staking.md"), &report)?;
    println!("{report}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn no_call_costs_more_the_more_stake_there_is() -> Result<()> {
    let staking = Staking::start().await?;
    cache_programs(&staking)?;
    let mut crowd = Crowd::new(&staking)?;
    let mut costs = Vec::new();
    for size in SIZES {
        crowd.grow(size)?;
        let measured = crowd.measure()?;
        println!("{size:6} delegators and exits: {measured:?}");
        costs.push(measured);
    }
    for operation in 0..Costs::default().len() {
        let (name, _) = costs[0][operation];
        let gas = costs.iter().map(|of_size| of_size[operation].1);
        let (least, most) = (gas.clone().min().unwrap_or_default(), gas.max().unwrap_or_default());
        ensure!(most - least <= NOISE, "{name}: {least} to {most} gas");
    }
    Ok(())
}

/// Lets the chain's owner cache token, registry and court.
fn cache_programs(staking: &Staking) -> Result<()> {
    let net = &staking.net;
    [net.token, staking.registry, staking.court]
        .into_iter()
        .try_for_each(|program| cache(&net.api, net.owner.address(), program))
}

fn report(cached: &[Row], uncached: &[Row]) -> Result<String> {
    ensure!(cached.len() == FIGURES.len(), "{} operations measured, {} known", cached.len(), FIGURES.len());
    let mut table = String::from(HEAD);
    // Writing to a string cannot fail.
    let _ = writeln!(table, "| operation | cached | uncached | {} | budget | met |", ANCHORS.join(" | "));
    let _ = writeln!(table, "|---|---:|---:|{}---:|---|", "---:|".repeat(ANCHORS.len()));
    for figures in FIGURES {
        let gas = |rows: &[Row]| rows.iter().find(|row| row.operation == figures.operation).map(|row| row.gas);
        let ours = gas(cached).ok_or_eyre(figures.operation)?;
        let cold = gas(uncached).ok_or_eyre(figures.operation)?;
        let budget = figures.budget.map_or_else(|| "–".into(), grouped);
        let met = match figures.budget {
            Some(budget) if ours <= budget => "yes",
            Some(_) => "no",
            None => "–",
        };
        let (name, anchors) = (figures.operation, figures.anchors.join(" | "));
        let _ = writeln!(table, "| {name} | {} | {} | {anchors} | {budget} | {met} |", grouped(ours), grouped(cold));
    }
    Ok(table)
}

const HEAD: &str = "# Gas of staking

`gasUsed` of whole transactions, on programs that are cached and on such as are not: token, registry and court alike. \
Views are simulated calls, of which 21,000 and the calldata are taken off: what a contract that asks pays, but for 2,600 \
the first time it does so in a transaction. Figures of others are from the study of registries, §4; Symbiotic's are \
without 21,000. Receipts are proven in a batch of 256. The court holds other bonds, all accounts hold AIA.

";
