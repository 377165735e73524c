//! Deploys the contract at a fixed time, beside registries that say what they are told to, and takes it over into a
//! model.

use std::collections::BTreeMap;

use aia_deploy::{PaymentsConfig, deploy_payments};
use aia_devnode::NodeConfig;
use aia_model::payments::{
    Model,
    books::Books,
    model::{Before, Contract, Registry},
    settings::{ACTORS, Setting},
    token::Token,
};
use aia_tests::{Network, network::program, peers::artifact, staking::supply};
use alloy::{primitives::Address, signers::local::PrivateKeySigner};
use eyre::Result;

use crate::invariants::{GENESIS, START};

/// Gets the fees that are not burned, at first.
const TREASURY: Address = Address::repeat_byte(0x7e);

/// A chain with everything on it.
pub(crate) struct Stage {
    pub(crate) net: Network,
    pub(crate) payments: Address,
    /// The first is asked.
    pub(crate) registries: [Address; 2],
}

/// Starts a network of its own.
pub(crate) async fn start(setting: &Setting) -> Result<Stage> {
    let config = NodeConfig { genesis_time: Some(GENESIS), ..NodeConfig::default() };
    let net = Network::start_with(config, supply()).await?;
    let activity = artifact("Activity")?;
    let mut registries = [Address::ZERO; 2];
    for registry in &mut registries {
        *registry = net.deploy(&net.owner, &activity, Vec::new()).await?;
    }
    let config = PaymentsConfig {
        owner: net.owner.address(),
        guardian: guardian(&net),
        token: net.token,
        fee_bps: setting.fee_bps,
        burn_bps: setting.burn_bps,
        stake_ttl: setting.stake_ttl,
        registry: registries[0],
        treasury: TREASURY,
    };
    let provider = net.provider(&net.owner)?;
    let deployed = deploy_payments(&provider, net.owner.address(), &program("stream_payments")?, config).await?;
    Ok(Stage { net, payments: deployed.address, registries })
}

/// Returns keys for all actors.
pub(crate) fn keys(stage: &Stage) -> Vec<PrivateKeySigner> {
    (0..ACTORS).map(|index| stage.net.account(index)).collect()
}

/// Returns the model of a contract that was just deployed, at [`START`].
pub(crate) fn model(stage: &Stage, setting: &Setting, actors: Vec<Address>) -> Model {
    let (net, owner) = (&stage.net, stage.net.owner.address());
    let contract = Contract {
        address: stage.payments,
        owner,
        guardian: guardian(net),
        params: setting.params(stage.registries[0], TREASURY),
        registry_since: 0,
        paused: false,
        accounts: BTreeMap::new(),
        streams: BTreeMap::new(),
        stream_configs: BTreeMap::new(),
        channels: BTreeMap::new(),
        channel_configs: BTreeMap::new(),
    };
    Model {
        actors,
        now: START,
        chain: net.api.chain().config().chain_id,
        token: Token { address: net.token, balances: [(owner, supply())].into(), ..Token::default() },
        registries: stage.registries.into_iter().map(|registry| (registry, Registry::default())).collect(),
        contract,
        books: Books::default(),
        before: Before::default(),
    }
}

/// Returns the account that may pause.
fn guardian(net: &Network) -> Address {
    net.account(9).address()
}
