//! The tables.

use std::fmt::Write;

use aia_tests::common::gas::grouped;
use eyre::{OptionExt, Result, ensure};

use super::{
    Row,
    calldata::{self, LENGTHS},
    figures::{FIGURES, Figures},
};

/// Renders what was measured.
pub(super) fn report(cached: &[Row], uncached: &[Row], on_peer_token: &[Row], sablier: &[Row]) -> Result<String> {
    ensure!(cached.len() == FIGURES.len(), "{} operations measured, {} known", cached.len(), FIGURES.len());
    let mut table = String::from(HEAD);
    for figures in FIGURES {
        let ours = gas(cached, figures.operation).ok_or_eyre(figures.operation)?;
        let cold = gas(uncached, figures.operation).ok_or_eyre(figures.operation)?;
        let plain = gas(on_peer_token, figures.operation);
        let theirs = figures.sablier.map(|name| gas(sablier, name).ok_or_eyre(name)).transpose()?;
        let (name, budget, others) = (figures.operation, text(figures.budget), figures.others);
        let (plain, theirs, over) = (text(plain), text(theirs), over(&figures, ours));
        // Writing to a string cannot fail.
        let _ = writeln!(
            table,
            "| {name} | {} | {} | {plain} | {budget} | {over} | {theirs} | {others} |",
            grouped(ours),
            grouped(cold)
        );
    }
    sablier_table(&mut table, sablier);
    calldata_table(&mut table);
    Ok(table)
}

fn gas(rows: &[Row], operation: &str) -> Option<u64> {
    rows.iter().find(|row| row.operation == operation).map(|row| row.gas)
}

fn text(gas: Option<u64>) -> String {
    gas.map_or_else(|| "–".into(), grouped)
}

/// Says by how much a budget was missed.
fn over(figures: &Figures, gas: u64) -> String {
    match figures.budget {
        Some(budget) if gas > budget => {
            let permille = (gas - budget) * 1_000 / budget;
            format!("{}, {}.{} %", grouped(gas - budget), permille / 10, permille % 10)
        }
        Some(_) => "met".into(),
        None => "–".into(),
    }
}

fn sablier_table(table: &mut String, sablier: &[Row]) {
    table.push_str("\n# Sablier Flow 3.0.1, here\n\n| operation | gas |\n|---|---:|\n");
    for Row { operation, gas } in sablier {
        let _ = writeln!(table, "| {operation} | {} |", grouped(*gas));
    }
}

fn calldata_table(table: &mut String) {
    table.push_str("\n# Bytes of calldata\n\n| what | bytes | budget |\n|---|---:|---:|\n");
    for (length, (what, budget)) in calldata::measured().into_iter().zip(LENGTHS) {
        let _ = writeln!(table, "| {what} | {length} | {budget} |");
    }
}

const HEAD: &str = "# Gas of payments

`gasUsed` of whole transactions, on programs that are cached and on such as are not: token, registry and payments \
alike. The third column is ours too, cached, with the token that Sablier Flow moves: OpenZeppelin's ERC-20 with votes, \
which takes no signatures as bytes. Budgets are for cached programs and for a plain ERC-20, which is cheaper than \
either; how far the first column is above them stands beside. Sablier Flow's bytecode runs on the same node, with a \
comptroller of ours that asks for no fee and is cheaper than its own. Figures of others are from the study of \
payments, §4.2.

Warm is what is not zero when it is written: the ledgers of payer and payee, their wallets and the contract's, fees of \
the payee, the treasury. The payee is known to be active unless an operation says otherwise; allowances are unlimited. \
Channels have a payerAuthorizer, streams and channels differ in 32 random bytes, batches have one payer and one payee. \
No slot is warm in the sense of EIP-2929: each operation is a transaction of its own.

| operation | cached | uncached | on the peers' token | budget | above it | Sablier Flow | others |
|---|---:|---:|---:|---:|---:|---:|---|
";
