//! What the contracts share around their rules.
//!
//! The rules are in `aia-protocol`, which knows no chain; here is what talks to one: typed reverts and events in as
//! little code as possible, calls to the token, signatures, ownership.

extern crate alloc;

pub mod actions;
pub mod ownership;
pub mod receipts;
pub mod router;
pub mod signatures;
pub mod token;
mod wire;

pub use wire::{Call, Revert, Word, call, emit, emit_encoded, execute, revert, tell, view};
