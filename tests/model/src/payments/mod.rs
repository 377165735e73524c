//! Stream payments as one would explain them: ledgers, streams and channels in maps, and the token that they move.
//!
//! A test draws an operation with [`ops::random`], applies it to the model with [`ops::apply`] and to the contract
//! under test, and compares what both answer: events, what is returned, or the refusal.
//! The interfaces encode all of them, so that they are compared byte by byte.
//! Nothing here comes from `aia-protocol`, and nothing is recovered: a signature is a [`seal`] that says who made it.

mod admin;
pub mod books;
mod calls;
mod channels;
mod claims;
pub mod flow;
pub mod invariants;
mod ledger;
pub mod model;
pub mod ops;
pub mod rows;
pub mod seal;
pub mod settings;
mod stake;
pub mod steps;
mod streams;
pub mod token;
pub mod watch;
mod withdrawals;

#[cfg(test)]
mod tests;

use alloy_primitives::{Address, Bytes, U256, aliases::U40};
use alloy_sol_types::{SolError, SolEvent, SolValue};

pub use crate::registry::{Answer, Log, Outcome};
pub use model::Model;

/// The largest amount that anybody can name: 10^27 base units, which is all AIA that can ever be.
pub const MOST: U256 = U256::from_limbs([11_515_845_246_265_065_472, 54_210_108, 0, 0]);
/// The largest rate: 2^96 − 1 base units a second.
pub const FASTEST: U256 = U256::from_limbs([u64::MAX, 0xffff_ffff, 0, 0]);
/// The whole, in basis points.
pub const WHOLE: U256 = U256::from_limbs([10_000, 0, 0, 0]);
/// The latest instant that the interface can name, Unix seconds.
pub const LATEST: u64 = (1 << 40) - 1;
/// The longest notice of a stream, in seconds.
pub const LONGEST_NOTICE: u32 = 15_552_000;
/// The shortest and the longest delay of a withdrawal, in seconds.
pub const DELAYS: (u64, u64) = (90_000, 2_592_000);
/// How long a withdrawal can be finalized, in seconds.
pub const WINDOW: u64 = 604_800;
/// The longest hold from now, in seconds.
pub const LONGEST_HOLD: u64 = 2_592_000;
/// Holds end at multiples of this, in seconds.
pub const HOLD_UNIT: u64 = 512;

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

/// Takes `part` off an amount that holds it.
fn take(amount: &mut U256, part: U256) {
    *amount = amount.checked_sub(part).expect("nothing falls below zero");
}

/// Returns an instant as the interface has it.
fn instant(seconds: u64) -> U40 {
    U40::from(seconds)
}

/// Returns an amount as the interface has it where it has 128 bits.
fn narrow(amount: U256) -> u128 {
    amount.to()
}

/// Returns the part of an amount that basis points are, rounded up.
fn share_up(amount: U256, bps: u16) -> U256 {
    (amount * U256::from(bps)).div_ceil(WHOLE)
}
