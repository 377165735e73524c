//! The AIA token's place in a deployment.

use aia_abi::constructor::stylus_constructorCall;
use alloy::{
    primitives::{Address, U256},
    providers::Provider,
    sol_types::{SolCall, SolValue},
};
use eyre::Result;

use crate::program::{Deployed, Program, deploy};

/// What the token is constructed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TokenConfig {
    /// Who may set limits and roles: the timelock.
    pub owner: Address,
    /// Who receives the initial supply.
    pub recipient: Address,
    /// Base units.
    pub initial_supply: U256,
}

/// Deploys the token.
///
/// # Errors
/// As [`deploy`].
pub async fn deploy_token(
    provider: &impl Provider,
    sender: Address,
    program: &Program,
    config: TokenConfig,
) -> Result<Deployed> {
    let mut constructor = stylus_constructorCall::SELECTOR.to_vec();
    constructor.extend((config.owner, config.recipient, config.initial_supply).abi_encode());
    deploy(provider, sender, program, &constructor).await
}
