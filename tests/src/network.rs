//! A chain with the token on it: an embedded node, or any node by its URL.

use std::path::{Path, PathBuf};

use aia_abi::IAIAToken::{self, IAIATokenInstance};
use aia_deploy::{Program, TokenConfig, deploy_token};
use aia_devnode::{Api, NodeConfig, NodeHandle};
use alloy::{
    network::EthereumWallet,
    primitives::{Address, U256},
    providers::{DynProvider, Provider, ProviderBuilder},
    signers::local::PrivateKeySigner,
};
use eyre::{Context, Result};

/// One AIA in base units.
pub const AIA: U256 = U256::from_limbs([1_000_000_000_000_000_000, 0, 0, 0]);

/// The token with its typed calls.
pub type Token = IAIATokenInstance<DynProvider>;

/// An embedded chain on which the token is deployed.
#[derive(Debug)]
pub struct Network {
    /// The node, from within.
    pub api: Api,
    /// The node, from without.
    pub node: NodeHandle,
    /// Who deployed the token and holds its initial supply.
    pub owner: PrivateKeySigner,
    /// Where the token is.
    pub token: Address,
}

/// Returns the root of the workspace.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Returns where the contracts' build writes a program.
pub fn program_file(name: &str) -> PathBuf {
    let dir = std::env::var_os("AIA_PROGRAMS").map_or_else(|| root().join("target/contracts"), PathBuf::from);
    dir.join(format!("{name}.wasm"))
}

/// Reads a program that the contracts' build has written.
///
/// # Errors
/// When it is not there: build the contracts first.
pub fn program(name: &str) -> Result<Program> {
    let path = program_file(name);
    let wasm = std::fs::read(&path)
        .wrap_err_with(|| format!("no {}: run ./scripts/build-contracts --oracle first", path.display()))?;
    Program::from_wasm(&wasm)
}

impl Network {
    /// Starts a node and deploys the token, giving `supply` base units to the owner.
    ///
    /// # Errors
    /// When the node does not start or the deployment fails.
    pub async fn start(supply: U256) -> Result<Self> {
        Self::start_with(NodeConfig::default(), supply).await
    }

    /// Like [`start`](Self::start), with settings for the node.
    ///
    /// # Errors
    /// When the node does not start or the deployment fails.
    pub async fn start_with(config: NodeConfig, supply: U256) -> Result<Self> {
        // Tests send more within a second than a base fee would let them.
        let (api, node) = aia_devnode::spawn(NodeConfig { congestion: false, ..config }).await?;
        let owner = aia_devnode::config::dev_account();
        let provider = connect(&node.http_url(), &owner)?;
        let config = TokenConfig { owner: owner.address(), recipient: owner.address(), initial_supply: supply };
        let token = deploy_token(&provider, owner.address(), &program("aia_token")?, config).await?.address;
        Ok(Self { api, node, owner, token })
    }

    /// Returns a connection that signs as `account`.
    ///
    /// # Errors
    /// When the node's own address is malformed.
    pub fn provider(&self, account: &PrivateKeySigner) -> Result<DynProvider> {
        connect(&self.node.http_url(), account)
    }

    /// Returns the token as `account` calls it.
    ///
    /// # Errors
    /// When the node's own address is malformed.
    pub fn token_as(&self, account: &PrivateKeySigner) -> Result<Token> {
        Ok(IAIAToken::new(self.token, self.provider(account)?))
    }

    /// Returns one of the node's funded test accounts.
    pub fn account(&self, index: usize) -> PrivateKeySigner {
        aia_devnode::config::test_accounts().swap_remove(index)
    }
}

/// Connects to a node and signs as `account`.
///
/// # Errors
/// When the URL is malformed.
pub fn connect(url: &str, account: &PrivateKeySigner) -> Result<DynProvider> {
    let wallet = EthereumWallet::from(account.clone());
    // Nonces are read each time: several connections send as one account.
    let builder = ProviderBuilder::default().with_simple_nonce_management().with_gas_estimation().fetch_chain_id();
    Ok(builder.wallet(wallet).connect_http(url.parse()?).erased())
}
