//! The chain as transactions see it: gas to the unit, ArbOS's precompiles, set-up, state files.

mod bench;
mod binary;
mod ink;
mod precompiles;
mod programs;
mod set_up;
mod state_file;
mod transactions;
mod versions;
