//! The embedded node as its clients see it.

mod cargo_stylus;
mod clients_alloy;
mod clients_cast;
mod clients_ethers;
mod rpc_batches;
mod rpc_debug;
mod rpc_misuse;
mod solidity_beside_stylus;
mod subscriptions;
