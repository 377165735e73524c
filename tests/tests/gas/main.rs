//! What calls cost; each module writes a table below `target`.

mod staking;
mod token;
