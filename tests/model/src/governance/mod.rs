//! Governor and timelock as one would explain them: proposals, operations and histories in maps, beside the votes of
//! the token and a few contracts that governance calls.
//!
//! A test draws an operation with [`ops::random`], applies it to the model with [`ops::apply`] and to the contracts
//! under test, and compares what both answer: events, what is returned, or the refusal.
//! The interfaces encode all of them, so that they are compared byte by byte.
//! Nothing here comes from `aia-protocol`, and nothing is recovered: a signature is a [`seal`] that says who made it.

mod administration;
mod ballots;
mod brake;
mod calls;
mod delays;
pub mod model;
mod operations;
pub mod ops;
mod parameters;
pub mod plan;
mod proposals;
pub mod seal;
pub mod settings;
mod state;
pub mod token;
mod votes;
pub mod world;

#[cfg(test)]
mod tests;

use alloy_primitives::{Address, B256, Bytes, FixedBytes, U256, aliases::U48, keccak256};
use alloy_sol_types::{SolError, SolEvent, SolValue};

pub use crate::registry::{Answer, Log, Outcome};
pub use model::Model;

/// The whole, in basis points.
pub const WHOLE: U256 = U256::from_limbs([10_000, 0, 0, 0]);
/// 10^18: base units of an AIA.
pub const UNIT: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);
/// Seconds of a day.
pub const DAY: u64 = 86_400;
/// The longest term of a guardian, and the longest delay of an operation, in seconds.
pub const YEAR: u64 = 31_536_000;
/// Stands for all calls of a target.
pub const ALL_CALLS: FixedBytes<4> = FixedBytes([0xff; 4]);
/// The role of the timelock itself.
pub const ADMIN: B256 = B256::ZERO;

/// Who may schedule.
pub fn proposer_role() -> B256 {
    keccak256("PROPOSER_ROLE")
}

/// Who may execute; with the zero address, anyone.
pub fn executor_role() -> B256 {
    keccak256("EXECUTOR_ROLE")
}

/// Who may cancel.
pub fn canceller_role() -> B256 {
    keccak256("CANCELLER_ROLE")
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

/// Returns an instant as the interfaces have it.
fn instant(seconds: u64) -> U48 {
    U48::from(seconds)
}
