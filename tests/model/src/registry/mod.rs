//! Provider registry and dispute court as one would explain them, with the token balances that they move.
//!
//! A test draws an operation with [`ops::random`], applies it to the model with [`ops::apply`] and to the contracts
//! under test, and compares what both answer: events, what is returned, or the refusal.
//! The interfaces encode all of them, so that they are compared byte by byte.
//! Nothing here comes from `aia-protocol`, and nothing is recovered: who signed a receipt is told.

mod admin;
mod allocation;
mod attestations;
mod batches;
pub mod books;
pub mod cases;
mod court;
mod disputes;
pub mod invariants;
mod listings;
pub mod model;
pub mod ops;
mod profiles;
mod rewards;
pub mod settings;
mod slash;
mod stake;
pub mod token;
pub mod tree;
mod verdicts;
pub mod watch;

#[cfg(test)]
mod tests;

use alloy_primitives::{
    Address, Bytes, LogData, U256,
    aliases::{U48, U96},
};
use alloy_sol_types::{SolError, SolEvent, SolValue};

pub use disputes::equivocation_fault;
pub use model::Model;

/// The whole, in basis points.
pub const WHOLE: U256 = U256::from_limbs([10_000, 0, 0, 0]);
/// 10^18: the scale of rewards per share, and the least shares that rewards flow to.
pub const UNIT: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

/// A log, after the contract that emits it.
pub type Log = (Address, LogData);

/// What a call answers: revert data when it changed nothing.
pub type Outcome = Result<Answer, Bytes>;

/// What a call that succeeds leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answer {
    /// Its events, in order.
    pub logs: Vec<Log>,
    /// What it returns, encoded.
    pub output: Bytes,
}

impl From<Vec<Log>> for Answer {
    fn from(logs: Vec<Log>) -> Self {
        Self { logs, output: Bytes::new() }
    }
}

/// Answers with events and what is returned.
fn answer(logs: Vec<Log>, returned: &impl SolValue) -> Outcome {
    Ok(Answer { logs, output: returned.abi_encode().into() })
}

/// Encodes an error.
fn error(error: impl SolError) -> Bytes {
    error.abi_encode().into()
}

/// Refuses unless something holds.
fn require(holds: bool, refusal: impl SolError) -> Result<(), Bytes> {
    if holds { Ok(()) } else { Err(error(refusal)) }
}

/// Encodes an event.
fn log(emitter: Address, event: &impl SolEvent) -> Log {
    (emitter, event.encode_log_data())
}

/// Returns a · b / c, rounded down.
fn part(a: U256, b: U256, c: U256) -> U256 {
    a.checked_mul(b).expect("256 bits are wide enough") / c
}

/// Returns a · b / c, rounded up.
fn part_up(a: U256, b: U256, c: U256) -> U256 {
    a.checked_mul(b).expect("256 bits are wide enough").div_ceil(c)
}

/// Takes `part` off an amount that holds it.
fn take(amount: &mut U256, part: U256) {
    *amount = amount.checked_sub(part).expect("nothing falls below zero");
}

/// Returns basis points as a number to compute with.
fn bps(rate: u16) -> U256 {
    U256::from(rate)
}

/// Returns an instant as the interface has it.
fn instant(seconds: u64) -> U48 {
    U48::from(seconds)
}

/// Returns an amount that was given as 96 bits.
fn wide(amount: U96) -> U256 {
    U256::from(amount)
}
