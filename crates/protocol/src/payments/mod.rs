//! Payments out of one escrow: ledgers, per-second streams, metered channels.
//!
//! Every amount here is AIA that the contract holds, so all of them together are below 2^90, and amounts named by callers
//! are at most [`MAX_AMOUNT`]: fields of 90 bits and more cannot overflow.

pub mod account;
pub mod channel;
pub mod config;
pub mod stream;
pub mod voucher;

use crate::MAX_SUPPLY;

/// The largest rate that a payer can name, base units a second.
pub const MAX_RATE: u128 = (1 << 96) - 1;
/// The largest amount that a caller can name, base units.
pub const MAX_AMOUNT: u128 = MAX_SUPPLY;
