//! The registry's and the court's place in a deployment: the court first, which the registry then names.

use aia_abi::{IDisputeCourt, IProviderRegistry, constructor::stylus_constructorCall};
use alloy::{
    primitives::Address,
    providers::Provider,
    sol_types::{SolCall, SolValue},
};
use eyre::Result;

use crate::program::{Deployed, Program, deploy};

/// What the court is constructed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CourtConfig {
    /// Who may set parameters, arbitrators and targets: the timelock.
    pub owner: Address,
    /// Who may lower and veto; zero for nobody.
    pub guardian: Address,
    /// The AIA token.
    pub token: Address,
    /// The first parameters.
    pub params: IDisputeCourt::Params,
}

/// What the registry is constructed with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RegistryConfig {
    /// Roles, and what is fixed for good.
    pub setup: IProviderRegistry::Setup,
    /// The first parameters.
    pub params: IProviderRegistry::Params,
}

/// Deploys the court.
///
/// # Errors
/// As [`deploy`].
pub async fn deploy_court(
    provider: &impl Provider,
    sender: Address,
    program: &Program,
    config: CourtConfig,
) -> Result<Deployed> {
    let arguments = (config.owner, config.guardian, config.token, config.params).abi_encode();
    deploy(provider, sender, program, &constructor(&arguments)).await
}

/// Deploys the registry.
///
/// # Errors
/// As [`deploy`].
pub async fn deploy_registry(
    provider: &impl Provider,
    sender: Address,
    program: &Program,
    config: RegistryConfig,
) -> Result<Deployed> {
    let arguments = (config.setup, config.params).abi_encode();
    deploy(provider, sender, program, &constructor(&arguments)).await
}

fn constructor(arguments: &[u8]) -> Vec<u8> {
    [&stylus_constructorCall::SELECTOR, arguments].concat()
}
