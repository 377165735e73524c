//! An in-process Arbitrum development chain that runs Stylus programs.
//!
//! It executes the very WASM that goes on chain, with Nitro's activation rules, host calls and ink
//! prices, beside Solidity contracts on revm, and speaks JSON-RPC.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let (api, node) = aia_devnode::spawn(aia_devnode::NodeConfig::default()).await?;
//! println!("listening on {}", node.http_url());
//! api.mine(1, 0)?;
//! # Ok(())
//! # }
//! ```
//!
//! Map: [`stylus`] runs programs, [`executor`] runs transactions, [`precompiles`] and [`arbos`] are
//! Arbitrum's system, [`chain`] keeps blocks and state, [`rpc`] talks to clients.

pub mod arbos;
pub mod chain;
pub mod config;
pub mod error;
pub mod executor;
pub mod precompiles;
pub mod rpc;
pub mod stylus;

use std::net::SocketAddr;

pub use config::NodeConfig;
pub use rpc::Api;

/// A running node; dropping it stops the server.
#[derive(Debug)]
pub struct NodeHandle {
    server: rpc::Server,
}

impl NodeHandle {
    /// Returns the address it listens on.
    pub fn address(&self) -> SocketAddr {
        self.server.address()
    }

    /// Returns the URL for HTTP.
    pub fn http_url(&self) -> String {
        format!("http://{}", self.address())
    }

    /// Returns the URL for WebSocket.
    pub fn ws_url(&self) -> String {
        format!("ws://{}", self.address())
    }

    /// Waits until the server has stopped.
    pub async fn stopped(&self) {
        self.server.stopped().await;
    }
}

/// Why a node does not start.
#[derive(Debug, thiserror::Error)]
pub enum SpawnError {
    /// The chain cannot run here.
    #[error(transparent)]
    Chain(#[from] error::ChainError),
    /// The address cannot be bound.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: std::io::Error,
    },
}

/// Starts a node: a handle to the chain, and one that keeps the server up.
///
/// # Errors
/// [`SpawnError`].
pub async fn spawn(config: NodeConfig) -> Result<(Api, NodeHandle), SpawnError> {
    let address = SocketAddr::new(config.host, config.port);
    let api = Api::new(config)?;
    let server = rpc::serve(api.clone(), address).await.map_err(|source| SpawnError::Listen { address, source })?;
    Ok((api, NodeHandle { server }))
}
