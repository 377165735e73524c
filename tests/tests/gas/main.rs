//! What calls cost; each module writes a table below `target`.

mod payments;
mod staking;
mod token;
