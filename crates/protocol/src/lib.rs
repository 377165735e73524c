//! Arithmetic and state machines of the AIA contracts.
//!
//! Everything here is a pure function of its arguments: time, amounts and callers come in, a new
//! value or a typed error goes out.
//! There is no storage, no clock and no SDK, so the same code runs in the contracts, in clients and
//! in native tests.
//!
//! Units: amounts are token base units (1 AIA = 10^18), instants are Unix seconds, durations are
//! seconds.
#![no_std]

pub mod account;
pub mod bucket;
pub mod checkpoints;
pub mod dispute;
pub mod governance;
pub mod math;
pub mod merkle;
pub mod payments;
pub mod receipt;
pub mod signature;
pub mod staking;
pub mod typed_data;
pub mod votes;
pub mod word;

/// The largest supply that can ever exist, in base units: one billion AIA.
///
/// It is below 2^90, which is what lets a balance share a storage word with a delegatee and two
/// checkpoints share one.
pub const MAX_SUPPLY: u128 = 1_000_000_000 * 10u128.pow(18);

const _: () = assert!(MAX_SUPPLY < 1 << checkpoints::VALUE_BITS);
