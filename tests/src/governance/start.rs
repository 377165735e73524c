//! How it comes to be.

use aia_abi::{IAIATimelock::Brake, IAIAToken};
use aia_deploy::{
    Governance, GovernanceConfig, Governed, deploy_governance, deploy_governor, deploy_timelock,
    governance::{GRACE_PERIOD, GUARDIAN_STRIKES, GUARDIAN_TERM, QUICK_DELAY},
    launch_config, launch_params, predict_governance,
};
use alloy::primitives::Address;
use eyre::Result;

use super::{Dao, Republic, at, people::guardian};
use crate::{Network, network::program, payments::Market, staking::supply};

impl Dao {
    /// Starts a chain whose token is governed with the parameters of launch and no delay but the least one.
    ///
    /// # Errors
    /// When the node does not start or a deployment fails.
    pub async fn start() -> Result<Self> {
        Self::start_with(|_| {}).await
    }

    /// Like [`start`](Self::start), with changes to what is deployed.
    ///
    /// # Errors
    /// When the node does not start or a deployment fails.
    pub async fn start_with(change: impl FnOnce(&mut GovernanceConfig)) -> Result<Self> {
        let net = Network::start(supply()).await?;
        let mut config = constitution(&net);
        change(&mut config);
        let provider = net.provider(&net.owner)?;
        let offers = u64::try_from(config.owned.len())?;
        let timelock = predict_governance(&provider, net.owner.address(), offers).await?.timelock;
        offer(&net, &config.owned, timelock).await?;
        Self::found(net, config).await
    }
}

impl Republic {
    /// Starts a market and launches its governance.
    ///
    /// # Errors
    /// When the node does not start or a deployment fails.
    pub async fn launch() -> Result<Self> {
        let market = Market::start().await?;
        let governed = governed(&market);
        let owned = [governed.token, governed.registry, governed.court, governed.payments];
        let (net, guardian) = (market.net(), market.guardian().address());
        let provider = net.provider(&net.owner)?;
        let offers = u64::try_from(owned.len())?;
        let addresses = predict_governance(&provider, net.owner.address(), offers).await?;
        offer(net, &owned, addresses.timelock).await?;
        let config = launch_config(&governed, addresses, guardian, net.now());
        Self::found(market, config).await
    }
}

impl<N: AsRef<Network>> Dao<N> {
    /// Deploys timelock and governor, and shares out votes.
    async fn found(chain: N, config: GovernanceConfig) -> Result<Self> {
        let Governance { timelock, governor } = add_governance(chain.as_ref(), config).await?;
        let dao = Self { chain, governor: governor.address, timelock: timelock.address };
        dao.share_out().await?;
        Ok(dao)
    }
}

/// Returns what a token alone is governed with: the parameters of launch, no delay but the least one, and the guardian.
pub fn constitution(net: &Network) -> GovernanceConfig {
    let (guardian, expiry) = (guardian(net).address(), at(net.now() + u64::from(GUARDIAN_TERM)));
    GovernanceConfig {
        token: net.token,
        params: launch_params(),
        guardian,
        guardian_expiry: expiry,
        guardian_strikes: GUARDIAN_STRIKES,
        brake: Brake { guardian, expiry },
        executors: vec![Address::ZERO],
        min_delay: QUICK_DELAY,
        grace_period: GRACE_PERIOD,
        call_delays: Vec::new(),
        owned: vec![net.token],
    }
}

/// Deploys timelock and governor as the token's owner.
///
/// # Errors
/// When they were not built or the deployment fails.
pub async fn add_governance(net: &Network, config: GovernanceConfig) -> Result<Governance> {
    let (provider, owner) = (net.provider(&net.owner)?, net.owner.address());
    deploy_governance(&provider, owner, &program("timelock")?, &program("governor")?, config).await
}

/// Deploys another governor for a timelock, as the token's owner.
///
/// # Errors
/// When it was not built or the deployment fails.
pub async fn add_governor(net: &Network, timelock: Address, config: GovernanceConfig) -> Result<Address> {
    let (provider, owner) = (net.provider(&net.owner)?, net.owner.address());
    Ok(deploy_governor(&provider, owner, &program("governor")?, timelock, config).await?.address)
}

/// Deploys another timelock for a governor, as the token's owner.
///
/// # Errors
/// When it was not built or the deployment fails.
pub async fn add_timelock(net: &Network, governor: Address, config: GovernanceConfig) -> Result<Address> {
    let (provider, owner) = (net.provider(&net.owner)?, net.owner.address());
    Ok(deploy_timelock(&provider, owner, &program("timelock")?, governor, config).await?.address)
}

/// Returns what a market's timelock governs.
pub fn governed(market: &Market) -> Governed {
    Governed {
        token: market.net().token,
        registry: market.staking.registry,
        court: market.staking.court,
        payments: market.payments,
    }
}

/// Lets the token's owner offer what it owns.
async fn offer(net: &Network, owned: &[Address], to: Address) -> Result<()> {
    for contract in owned {
        // Every contract that is governed changes hands as the token does.
        let contract = IAIAToken::new(*contract, net.provider(&net.owner)?);
        net.send(&contract.transferOwnership(to)).await?;
    }
    Ok(())
}
