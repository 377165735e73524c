//! JSON-RPC: the only part that knows it.

mod api;
mod convert;
mod debug;
mod dev;
mod error;
mod eth;
mod filters;
mod node_interface;
mod server;

pub use api::Api;
pub use error::RpcError;
pub use server::{Server, serve};
