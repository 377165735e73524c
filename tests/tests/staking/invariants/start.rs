//! Deploys the contracts with short epochs, at a fixed time, and takes them over into a model.

use aia_abi::IProviderRegistry::Setup;
use aia_deploy::{RegistryConfig, deploy_registry};
use aia_devnode::NodeConfig;
use aia_model::registry::{
    Model,
    books::Books,
    cases::Court,
    model::Registry,
    ops::STAKERS,
    settings::{ACTORS, Setting},
    token::Token,
};
use aia_tests::{
    Network,
    network::program,
    staking::{Staking, add_court, supply},
};
use alloy::{
    primitives::{Address, keccak256},
    signers::local::PrivateKeySigner,
};
use eyre::{Result, eyre};

use crate::invariants::{GENESIS, START};

/// Starts a network of its own.
pub(crate) async fn start(setting: &Setting) -> Result<Staking> {
    let config = NodeConfig { genesis_time: Some(GENESIS), ..NodeConfig::default() };
    let net = Network::start_with(config, supply()).await?;
    let court = add_court(&net, setting.court.clone()).await?;
    let registry = add_registry(&net, court, setting).await?;
    let staking = Staking { net, registry, court };
    staking.net.send(&staking.court_as(&staking.net.owner)?.addTarget(registry)).await?;
    Ok(staking)
}

async fn add_registry(net: &Network, court: Address, setting: &Setting) -> Result<Address> {
    let owner = net.owner.address();
    let setup = Setup {
        owner,
        guardian: guardian(net),
        token: net.token,
        court,
        epochLength: setting.epoch_length,
        exitEpochs: setting.exit_epochs,
    };
    let config = RegistryConfig { setup, params: setting.registry.clone() };
    let provider = net.provider(&net.owner)?;
    Ok(deploy_registry(&provider, owner, &program("provider_registry")?, config).await?.address)
}

/// Returns keys for all actors: the node's accounts stake, others of our own become providers.
pub(crate) fn keys(net: &Network) -> Result<Vec<PrivateKeySigner>> {
    let candidates = (STAKERS..ACTORS).map(|index| keccak256(format!("aia registry candidate {index}")));
    let mut keys: Vec<PrivateKeySigner> = (0..STAKERS).map(|index| net.account(index)).collect();
    for secret in candidates {
        keys.push(PrivateKeySigner::from_bytes(&secret).map_err(|error| eyre!("not a key: {error}"))?);
    }
    Ok(keys)
}

/// Returns the model of contracts that were just deployed, at [`START`].
pub(crate) fn model(staking: &Staking, setting: &Setting, actors: Vec<Address>) -> Model {
    let net = &staking.net;
    let (owner, guardian) = (net.owner.address(), guardian(net));
    let registry = Registry {
        address: staking.registry,
        owner,
        guardian,
        court: staking.court,
        epoch_length: u64::from(setting.epoch_length),
        exit_epochs: u32::from(setting.exit_epochs),
        params: Some(setting.registry.clone()),
        ..Registry::default()
    };
    let court =
        Court { address: staking.court, owner, guardian, params: vec![setting.court.clone()], ..Court::default() };
    let token = Token { address: net.token, balances: [(owner, supply())].into(), ..Token::default() };
    Model { actors, now: START, token, registry, court, books: Books::default() }
}

/// Returns the account that the harness makes guardian of both contracts.
fn guardian(net: &Network) -> Address {
    net.account(9).address()
}
