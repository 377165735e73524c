//! The tables.

use std::fmt::Write;

use aia_tests::common::gas::grouped;
use eyre::{OptionExt, Result, ensure};

use super::{
    Measured, Row, Settled,
    figures::{Aim, BALLOT, BALLOT_BYTES, OPERATIONS},
};

/// Renders what was measured.
pub(super) fn report(cached: &Measured, uncached: &Measured, openzeppelin: &Measured) -> Result<String> {
    let (measured, known) = (cached.rows.len(), OPERATIONS.len());
    ensure!(measured == known, "{measured} operations measured, {known} known");
    let mut table = String::from(HEAD);
    for (operation, aim) in OPERATIONS {
        let ours = gas(&cached.rows, operation).ok_or_eyre(operation)?;
        let cold = gas(&uncached.rows, operation).ok_or_eyre(operation)?;
        let theirs = gas(&openzeppelin.rows, operation);
        let most = match aim {
            Aim::AtMost(most) => Some(most),
            Aim::Peer => Some(theirs.ok_or_eyre(operation)?),
            Aim::Free => None,
        };
        let share = theirs.map_or_else(none, |theirs| format!("{} %", ours * 100 / theirs));
        let (ours, cold, met) = (grouped(ours), grouped(cold), most.map_or_else(none, |most| verdict(ours <= most)));
        let (theirs, most) = (text(theirs), text(most));
        // Writing to a string cannot fail.
        let _ = writeln!(table, "| {operation} | {ours} | {cold} | {theirs} | {share} | {most} | {met} |");
    }
    ballot_table(&mut table, cached, uncached);
    peer_table(&mut table, openzeppelin);
    Ok(table)
}

fn gas(rows: &[Row], operation: &str) -> Option<u64> {
    rows.iter().find(|row| row.operation == operation).map(|row| row.gas)
}

fn text(gas: Option<u64>) -> String {
    gas.map_or_else(none, grouped)
}

/// What stands where there is nothing to tell.
fn none() -> String {
    "–".into()
}

fn verdict(met: bool) -> String {
    if met { "met".into() } else { "missed".into() }
}

/// Ballots that our governor settles together; the last line is what more of them add.
fn ballot_table(table: &mut String, cached: &Measured, uncached: &Measured) {
    table.push_str(BALLOTS);
    let aim = grouped(BALLOT);
    let more = with_more(&cached.batches).into_iter().zip(with_more(&uncached.batches));
    for ((what, settled), (_, cold)) in more {
        let Settled { ballots, gas, execution, bytes } = settled;
        let (within, short) = (execution <= BALLOT * ballots, bytes <= BALLOT_BYTES * ballots);
        let _ = writeln!(
            table,
            "| {what} | {} | {} | {} | {aim} | {} | {} | {BALLOT_BYTES} | {} |",
            grouped(gas),
            grouped(cold.gas),
            grouped(execution / ballots),
            verdict(within),
            tenths(bytes, ballots),
            verdict(short),
        );
    }
}

/// The same ballots on OpenZeppelin's governor.
fn peer_table(table: &mut String, openzeppelin: &Measured) {
    table.push_str(PEER);
    let both = with_more(&openzeppelin.singles).into_iter().zip(with_more(&openzeppelin.multicalls));
    for ((what, singles), (_, multicall)) in both {
        let cells = [singles, multicall].map(|Settled { ballots, gas, execution, bytes }| {
            format!("{} | {} | {}", grouped(gas), grouped(execution / ballots), tenths(bytes, ballots))
        });
        let _ = writeln!(table, "| {what} | {} |", cells.join(" | "));
    }
}

/// Adds to batches what the largest has more than the one before it.
fn with_more(batches: &[Settled]) -> Vec<(String, Settled)> {
    let mut lines: Vec<_> = batches.iter().map(|settled| (settled.ballots.to_string(), *settled)).collect();
    if let [.., fewer, most] = batches {
        let more = Settled {
            ballots: most.ballots - fewer.ballots,
            gas: most.gas - fewer.gas,
            execution: most.execution - fewer.execution,
            bytes: most.bytes - fewer.bytes,
        };
        lines.push((format!("{} more than {}", more.ballots, fewer.ballots), more));
    }
    lines
}

/// Renders a quotient with one digit after the point, rounded up.
fn tenths(dividend: u64, divisor: u64) -> String {
    let tenths = (dividend * 10).div_ceil(divisor);
    format!("{}.{}", tenths / 10, tenths % 10)
}

const HEAD: &str = "# Gas of governance

`gasUsed` of whole transactions, on programs that are cached and on such as are not: token, governor and timelock \
alike. OpenZeppelin's governor (settings, fractional counting, votes, quorum fraction, timelock control, late quorum, \
proposal guardian, keyed nonces), its timelock and its token with votes run on the same node; both sides are made to do \
the same, and states, tallies, deadlines, parameters and balances are the same in the end.

Descriptions have 200 bytes, reasons 100. Voters hold and delegate to themselves since before the proposals, and have \
one checkpoint; the delegate with a history has 17 of them before its votes count and two after. The second vote on a \
proposal is a later one. Payments go from the timelock to a holder, neither of whom delegates; a parameter is the \
proposal threshold, and its change is not the first. An operation of the timelock alone is scheduled by the governor. \
No call has a delay of its own. No slot is warm in the sense of EIP-2929: each operation is a transaction of its own.

| operation | AIA cached | AIA uncached | OpenZeppelin 5.7 | cached / OZ | aim | |
|---|---:|---:|---:|---:|---:|---|
";
const BALLOTS: &str = "
# Ballots by castVotesBySig

Against, For and Abstain in turn, each its voter's first on the proposal. Execution is without 21,000 and calldata.

| ballots | AIA cached | AIA uncached | execution each | aim | | bytes each | aim | |
|---|---:|---:|---:|---:|---|---:|---:|---|
";
const PEER: &str = "
# The same ballots by OpenZeppelin's castVoteBySig

Each in a transaction of its own, and all in one transaction of a contract that makes the calls.

| ballots | one by one | execution each | bytes each | by multicall | execution each | bytes each |
|---|---:|---:|---:|---:|---:|---:|
";
