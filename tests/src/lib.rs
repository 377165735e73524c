//! What every test needs: a chain, programs, accounts, signatures, and ways to look at the outcome.

pub mod actions;
pub mod common;
pub mod governance;
pub mod network;
pub mod payments;
pub mod peers;
pub mod probe;
pub mod receipts;
pub mod reverts;
pub mod signing;
pub mod staking;
pub mod wire;

pub use network::{Network, Token};
