//! What every test needs: a chain, programs, accounts.

pub mod network;

pub use network::{Network, Token};
