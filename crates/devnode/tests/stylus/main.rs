//! The Stylus engine beside its reference: what every instruction and every host call costs and does,
//! and which modules are accepted.
//!
//! Prices and limits are written down here once more, from the reference and not from the code.

mod activation;
mod activation_figures;
mod activation_limits;
mod blocks;
mod host_call;
mod hostio;
mod hostio_accounts;
mod hostio_calls;
mod hostio_console;
mod hostio_pointers;
mod hostio_storage;
mod machine;
mod opcodes;
mod stack;
