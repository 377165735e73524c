//! Stake behind providers: pools, exits, slashes, rewards, allocations.
//!
//! Bounds that make the packing hold: the supply is at most 10^27 < 2^90 base units, a pool has at most 10^6 shares for
//! each of them, so at most 2^110 shares.

pub mod allocation;
pub mod config;
pub mod pool;
pub mod provider;
pub mod reputation;
pub mod rewards;
