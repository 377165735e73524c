//! Timelock and governor in a deployment: after the contracts that they govern, each of them knowing the other from the
//! beginning.

mod launch;

use aia_abi::{
    IAIAGovernor::{Params, Setup},
    IAIATimelock::{Brake, CallDelay},
    constructor::stylus_constructorCall,
};
use alloy::{
    primitives::{Address, U256, aliases::U48},
    providers::Provider,
    sol_types::{SolCall, SolValue},
};
use eyre::{Context, Result, ensure};

pub use self::launch::{
    GRACE_PERIOD, GUARDIAN_STRIKES, GUARDIAN_TERM, Governed, QUICK_DELAY, SLOW_DELAY, launch_config, launch_delays,
    launch_params,
};
use crate::{
    initcode::program_address,
    program::{Deployed, Program, deploy},
};

/// Stands for all calls of a target that have no delay of their own.
pub const WHOLE_TARGET: [u8; 4] = [0xff; 4];

/// What timelock and governor are constructed with, but for each other's address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GovernanceConfig {
    /// The AIA token, whose votes count.
    pub token: Address,
    /// The governor's first parameters.
    pub params: Params,
    /// May cancel proposals; zero for nobody.
    pub guardian: Address,
    /// Last second of the guardian's term, Unix seconds.
    pub guardian_expiry: U48,
    /// How many proposals the guardian may cancel.
    pub guardian_strikes: u8,
    /// Who may stop all execution for a while, and until when.
    pub brake: Brake,
    /// Who may execute; address(0) stands for anyone.
    pub executors: Vec<Address>,
    /// Delay of calls that have none of their own, seconds.
    pub min_delay: u32,
    /// For how long what is ready can be executed, seconds.
    pub grace_period: u32,
    /// Delays of calls' own.
    pub call_delays: Vec<CallDelay>,
    /// Contracts that have offered their ownership to the timelock, which accepts it at once.
    pub owned: Vec<Address>,
}

/// Where timelock and governor are, or will be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GovernanceAddresses {
    /// The timelock.
    pub timelock: Address,
    /// The governor.
    pub governor: Address,
}

/// Timelock and governor as they were put on chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Governance {
    /// The timelock.
    pub timelock: Deployed,
    /// The governor.
    pub governor: Deployed,
}

/// Returns where [`deploy_governance`] will put timelock and governor, if `sender` sends `transactions` others before.
///
/// Ownership can so be offered to the timelock before it is there.
///
/// # Errors
/// When the nonce cannot be read.
pub async fn predict_governance(
    provider: &impl Provider,
    sender: Address,
    transactions: u64,
) -> Result<GovernanceAddresses> {
    let nonce = provider.get_transaction_count(sender).await.wrap_err("cannot read the nonce")? + transactions;
    Ok(GovernanceAddresses { governor: program_address(sender, nonce), timelock: program_address(sender, nonce + 1) })
}

/// Deploys the governor, and then the timelock, in which only the governor can schedule and cancel.
///
/// In this order, because the timelock accepts what it is to own at once: it does so only when the governor that it
/// obeys is there. If the second transaction fails, everything still belongs to whom it belonged to.
///
/// # Errors
/// As [`deploy`], and when the timelock would not be where the governor expects it.
pub async fn deploy_governance(
    provider: &impl Provider,
    sender: Address,
    timelock: &Program,
    governor: &Program,
    config: GovernanceConfig,
) -> Result<Governance> {
    let expected = predict_governance(provider, sender, 0).await?.timelock;
    let governor = deploy_governor(provider, sender, governor, expected, config.clone()).await?;
    let next = program_address(sender, provider.get_transaction_count(sender).await?);
    ensure!(next == expected, "the timelock would be at {next}, not at {expected}: {sender} sent something else");
    let timelock = deploy_timelock(provider, sender, timelock, governor.address, config).await?;
    Ok(Governance { timelock, governor })
}

/// Deploys a governor alone, for a timelock that is or will be there.
///
/// # Errors
/// As [`deploy`].
pub async fn deploy_governor(
    provider: &impl Provider,
    sender: Address,
    program: &Program,
    timelock: Address,
    config: GovernanceConfig,
) -> Result<Deployed> {
    let GovernanceConfig { token, params, guardian, guardian_expiry, guardian_strikes, .. } = config;
    let setup = Setup { token, timelock, guardian, guardianExpiry: guardian_expiry, guardianStrikes: guardian_strikes };
    deploy(provider, sender, program, &constructor(&(setup, params).abi_encode_params())).await
}

/// Deploys a timelock alone, in which only `governor` can schedule and cancel.
///
/// # Errors
/// As [`deploy`].
pub async fn deploy_timelock(
    provider: &impl Provider,
    sender: Address,
    program: &Program,
    governor: Address,
    config: GovernanceConfig,
) -> Result<Deployed> {
    let GovernanceConfig { brake, executors, min_delay, grace_period, call_delays, owned, .. } = config;
    let (min_delay, proposers) = (U256::from(min_delay), vec![governor]);
    let arguments = (min_delay, proposers, executors, brake, grace_period, call_delays, owned).abi_encode_params();
    deploy(provider, sender, program, &constructor(&arguments)).await
}

fn constructor(arguments: &[u8]) -> Vec<u8> {
    [&stylus_constructorCall::SELECTOR, arguments].concat()
}
