//! Deploys governor and timelocks at a fixed time, and takes them over into a model.

use aia_abi::{
    IAIAGovernor::Setup,
    IAIATimelock::{Brake, CallDelay},
    IAIAToken::setMintLimitCall,
    constructor::stylus_constructorCall,
};
use aia_deploy::{deploy, predict_governance};
use aia_devnode::NodeConfig;
use aia_model::governance::settings::{ACTORS, GUARDIANS, Setting, Site};
use aia_tests::{
    Network,
    common::{Message, send},
    network::{AIA, program},
};
use alloy::{
    primitives::{Address, U256, aliases::U48},
    providers::DynProvider,
    signers::local::PrivateKeySigner,
    sol_types::{SolCall, SolValue},
};
use eyre::{Result, ensure};

use super::{GENESIS, START};

/// A chain with everything on it.
pub(crate) struct Stage {
    pub(crate) net: Network,
    pub(crate) site: Site,
}

/// Starts a network of its own, with a governor and two timelocks that obey it and the last actor.
pub(crate) async fn start(setting: &Setting) -> Result<Stage> {
    let supply = AIA * U256::from(500_000_000);
    let config = NodeConfig { genesis_time: Some(GENESIS), ..NodeConfig::default() };
    let net = Network::start_with(config, supply).await?;
    let minter = net.owner.address();
    for account in [minter, Address::ZERO] {
        let (capacity, window) = (10_u128.pow(27), U48::from(1));
        let call = setMintLimitCall { minter: account, capacity, window };
        ensure!(send(&net.api, Message::call(minter, net.token, call.abi_encode()))?.success, "no limit is set");
    }
    let account = |index| net.account(index).address();
    let actors: Vec<Address> = (0..ACTORS).map(account).collect();
    let guardians: Vec<Address> = (ACTORS..ACTORS + GUARDIANS).map(account).collect();
    let provider = net.provider(&net.owner)?;
    let expected = predict_governance(&provider, minter, 0).await?;
    let mut site = Site {
        token: net.token,
        minter,
        supply,
        governor: expected.governor,
        timelocks: vec![expected.timelock],
        actors,
        guardians,
        since: 0,
        term: START + setting.term,
    };
    let governor = deploy(&provider, minter, &program("governor")?, &governor_constructor(&site, setting)).await?;
    site.since = net.now();
    let timelocks = [add_timelock(&provider, &site, setting).await?, add_timelock(&provider, &site, setting).await?];
    ensure!((governor.address, timelocks[0]) == (expected.governor, expected.timelock), "they are somewhere else");
    site.timelocks = timelocks.into();
    Ok(Stage { net, site })
}

/// Returns keys for all actors.
pub(crate) fn keys(stage: &Stage) -> Vec<PrivateKeySigner> {
    (0..ACTORS).map(|index| stage.net.account(index)).collect()
}

async fn add_timelock(provider: &DynProvider, site: &Site, setting: &Setting) -> Result<Address> {
    let proposers = vec![site.governor, site.actors[ACTORS - 1]];
    let brake = Brake { guardian: site.guardians[GUARDIANS - 1], expiry: U48::from(site.term) };
    let (none, nothing) = (Vec::<CallDelay>::new(), Vec::<Address>::new());
    let least = U256::from(setting.least_delay);
    let arguments = (least, proposers, vec![Address::ZERO], brake, setting.grace, none, nothing);
    let constructor = constructor(&arguments.abi_encode_params());
    Ok(deploy(provider, site.minter, &program("timelock")?, &constructor).await?.address)
}

fn governor_constructor(site: &Site, setting: &Setting) -> Vec<u8> {
    let setup = Setup {
        token: site.token,
        timelock: site.timelocks[0],
        guardian: site.guardians[0],
        guardianExpiry: U48::from(site.term),
        guardianStrikes: setting.strikes,
    };
    constructor(&(setup, setting.params.clone()).abi_encode_params())
}

fn constructor(arguments: &[u8]) -> Vec<u8> {
    [&stylus_constructorCall::SELECTOR[..], arguments].concat()
}
