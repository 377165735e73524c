//! The payments contract's place in a deployment: after the token and the registry, which names it afterwards.

use aia_abi::{IStreamPayments, constructor::stylus_constructorCall};
use alloy::{
    primitives::{Address, aliases::U24},
    providers::Provider,
    sol_types::{SolCall, SolValue},
};
use eyre::Result;

use crate::program::{Deployed, Program, deploy};

/// What the payments contract is constructed with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaymentsConfig {
    /// Who may set parameters and roles: the timelock.
    pub owner: Address,
    /// Who may pause what brings money in; zero for nobody.
    pub guardian: Address,
    /// The AIA token.
    pub token: Address,
    /// Taken of every credit, basis points.
    pub fee_bps: u16,
    /// Burned of the fees, basis points.
    pub burn_bps: u16,
    /// Seconds for which an answer of the registry is remembered.
    pub stake_ttl: u32,
    /// The provider registry.
    pub registry: Address,
    /// Gets the fees that are not burned.
    pub treasury: Address,
}

/// Deploys the payments contract.
///
/// # Errors
/// As [`deploy`], and when `stake_ttl` does not fit 24 bits.
pub async fn deploy_payments(
    provider: &impl Provider,
    sender: Address,
    program: &Program,
    config: PaymentsConfig,
) -> Result<Deployed> {
    let PaymentsConfig { owner, guardian, token, fee_bps, burn_bps, stake_ttl, registry, treasury } = config;
    let setup = IStreamPayments::Setup { owner, guardian, token };
    let params = IStreamPayments::Params {
        feeBps: fee_bps,
        burnBps: burn_bps,
        stakeTtl: U24::try_from(stake_ttl)?,
        registry,
        treasury,
    };
    let mut constructor = stylus_constructorCall::SELECTOR.to_vec();
    constructor.extend((setup, params).abi_encode());
    deploy(provider, sender, program, &constructor).await
}
