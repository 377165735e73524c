//! What calls cost; each module writes a table below `target`.

mod governance;
mod payments;
mod staking;
mod token;
