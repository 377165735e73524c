//! What a node can be told.

use std::{
    net::{IpAddr, Ipv4Addr},
    path::PathBuf,
};

use alloy::{
    primitives::{Address, B256, U256, address, b256, keccak256},
    signers::local::PrivateKeySigner,
};

use crate::{
    arbos::{DEFAULT_VERSION, START_TIME, VERSIONS},
    error::ChainError,
};

/// The public key of Nitro's development account, the chain's owner.
pub const DEV_KEY: B256 = b256!("b6b15c8cb491557369f3c7d2c287b053eb229daa9c22138887752191c9520659");

/// The address of that key.
pub const DEV_ADDRESS: Address = address!("3f1Eae7D46d88F08fc2F8ed27FCb2AB183EB2d0E");

/// How many test accounts a node funds beside the development account.
pub const TEST_ACCOUNTS: usize = 10;

/// Settings of a node.
#[derive(Clone, Debug)]
pub struct NodeConfig {
    /// Chain id; Nitro's development chains have 412346.
    pub chain_id: u64,
    /// Address to listen on.
    pub host: IpAddr,
    /// Port to listen on; 0 for any.
    pub port: u16,
    /// Time of the genesis block, Unix seconds; `None` for now.
    pub genesis_time: Option<u64>,
    /// Wei that each funded account begins with.
    pub balance: U256,
    /// ArbOS version at genesis; see [`arbos::VERSIONS`](crate::arbos::VERSIONS).
    pub arbos: u64,
    /// Whether to begin as nitro-devnode does: data for free, CREATE2 factory, cache manager,
    /// StylusDeployer. Otherwise the chain is that of a bare `nitro --dev`.
    pub set_up: bool,
    /// Whether congestion raises the base fee.
    pub congestion: bool,
    /// File that keeps the chain from one run to the next.
    pub state: Option<PathBuf>,
}

impl NodeConfig {
    /// Refuses settings that no chain can have.
    pub(crate) fn check(&self) -> Result<(), ChainError> {
        if !VERSIONS.contains(&self.arbos) {
            return Err(ChainError::Settings(format!("ArbOS {} is not known, only {VERSIONS:?}", self.arbos)));
        }
        if self.genesis_time.is_some_and(|time| time < START_TIME) {
            return Err(ChainError::Settings(format!("ArbOS counts from {START_TIME}: no genesis can be earlier")));
        }
        Ok(())
    }
}

impl Default for NodeConfig {
    fn default() -> Self {
        Self {
            chain_id: 412_346,
            host: IpAddr::V4(Ipv4Addr::LOCALHOST),
            port: 0,
            genesis_time: None,
            balance: U256::from(1000) * U256::from(10).pow(U256::from(18)),
            arbos: DEFAULT_VERSION,
            set_up: true,
            congestion: true,
            state: None,
        }
    }
}

/// Returns the development account's signer.
pub fn dev_account() -> PrivateKeySigner {
    signer(DEV_KEY)
}

/// Returns the test accounts' signers: keys are the hashes of `aia devnode account N`.
///
/// The keys are public: never send anything of value to them.
pub fn test_accounts() -> Vec<PrivateKeySigner> {
    (0..TEST_ACCOUNTS).map(|index| signer(keccak256(format!("aia devnode account {index}")))).collect()
}

/// Returns every account that a fresh node funds.
pub fn funded_accounts() -> Vec<Address> {
    std::iter::once(dev_account()).chain(test_accounts()).map(|signer| signer.address()).collect()
}

fn signer(key: B256) -> PrivateKeySigner {
    match PrivateKeySigner::from_bytes(&key) {
        Ok(signer) => signer,
        // A hash is a valid key unless it is zero or above the group's order: one in 2^127.
        Err(_) => unreachable!("the keys are constants and valid"),
    }
}
