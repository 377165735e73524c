//! The registry and the court: their stories, threats, ABI and invariants.

mod abi;
mod calldata_fuzz;
mod construction;
mod court_change;
mod delegation;
mod dispute_bounds;
mod dispute_story;
mod equivocation;
mod equivocation_bounds;
mod escapes;
mod former_courts;
mod invariants;
mod notice;
mod pause;
mod provider_story;
mod receipt_digests;
mod receipts;
mod self_dealing;
mod shared_stake;
mod signatures;
mod windows;
mod wipe;
