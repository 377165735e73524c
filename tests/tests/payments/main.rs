//! Streams and channels: their stories, threats, ABI and invariants.

mod abi;
mod agent_story;
mod authority;
mod batches;
mod calldata_fuzz;
mod construction;
mod digests;
mod escapes_channels;
mod escapes_streams;
mod fees;
mod gpu_rental;
mod inactive_provider;
mod invariants;
mod ledger;
mod pause;
mod reproduced_defects;
mod x402;
