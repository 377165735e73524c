//! Errors that no story reaches: of construction, services, agents, and shares that are worth nothing.
//!
//! `TooManyDisputes` is missing: it takes 2^24 disputes that are open at once.

use aia_abi::{IDisputeCourt as C, IProviderRegistry as R, constructor::stylus_constructorCall};
use aia_deploy::{CourtConfig, RegistryConfig, deploy_court, deploy_registry};
use aia_devnode::chain::{Outcome, Override};
use aia_tests::{
    actions::{assert_events, event},
    network::program,
    staking::{INFERENCE, Staking, aia, court_params, registry_params},
};
use alloy::{
    primitives::{
        Address, Bytes, U256,
        aliases::{U48, U96},
        hex,
    },
    sol_types::{SolCall, SolError, SolValue},
    transports::TransportError,
};
use eyre::{Result, ensure, eyre};

use aia_tests::common::{Message, send};

use crate::abi::{call, contracts};

/// An ERC-8004 identity registry, for the one question that is asked.
const IDENTITY: Address = Address::repeat_byte(0x84);
/// EVM code that answers everything with no, and with yes.
const ANSWERS: [[u8; 10]; 2] = [hex!("600060005260206000f3"), hex!("600160005260206000f3")];

fn setup(staking: &Staking, owner: Address) -> R::Setup {
    R::Setup {
        owner,
        guardian: Address::ZERO,
        token: staking.net.token,
        court: staking.court,
        epochLength: 604_800,
        exitEpochs: 2,
    }
}

fn with_selector(arguments: Vec<u8>) -> Vec<u8> {
    [&stylus_constructorCall::SELECTOR[..], &arguments].concat()
}

/// Deploys a registry that cannot be constructed, and returns what its constructor reverts with.
async fn failed_registry(staking: &Staking, setup: R::Setup) -> Result<Bytes> {
    let (sender, program) = (staking.net.owner.address(), program("provider_registry")?);
    let config = RegistryConfig { setup, params: registry_params() };
    reverted(deploy_registry(&staking.net.provider(&staking.net.owner)?, sender, &program, config).await)
}

fn reverted<T>(outcome: Result<T>) -> Result<Bytes> {
    let error = outcome.err().ok_or_else(|| eyre!("it was constructed"))?;
    let response = error.downcast_ref::<TransportError>().and_then(TransportError::as_error_resp);
    response.and_then(|response| response.as_revert_data()).ok_or(error)
}

#[tokio::test(flavor = "multi_thread")]
async fn contracts_are_constructed_once() -> Result<()> {
    let staking = Staking::start().await?;
    let [registry, court] = contracts(&staking);
    let thief = Address::repeat_byte(0x7e);
    let again = with_selector((setup(&staking, thief), registry_params()).abi_encode());
    assert_eq!(call(&staking, &registry, again)?, Outcome::Revert(R::AlreadySet {}.abi_encode().into()));
    let again = with_selector((thief, thief, staking.net.token, court_params()).abi_encode());
    assert_eq!(call(&staking, &court, again)?, Outcome::Revert(C::AlreadySet {}.abi_encode().into()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn errors_of_construction_reach_the_deployer() -> Result<()> {
    let staking = Staking::start().await?;
    let nobody = failed_registry(&staking, setup(&staking, Address::ZERO)).await?;
    assert_eq!(nobody, R::OwnableInvalidOwner { owner: Address::ZERO }.abi_encode());

    let owner = staking.net.owner.address();
    let out_of_bounds = |index, value: u64, min: u64, max: u64| {
        let [value, min, max] = [value, min, max].map(U256::from);
        R::InvalidParameter { index, value, min, max }.abi_encode()
    };
    for epoch_length in [3_599, 2_592_001] {
        let seen = failed_registry(&staking, R::Setup { epochLength: epoch_length, ..setup(&staking, owner) }).await?;
        assert_eq!(seen, out_of_bounds(9, epoch_length.into(), 3_600, 2_592_000));
    }
    for exit_epochs in [0, 5] {
        let seen = failed_registry(&staking, R::Setup { exitEpochs: exit_epochs, ..setup(&staking, owner) }).await?;
        assert_eq!(seen, out_of_bounds(10, exit_epochs.into(), 1, 4));
    }

    let (provider, program) = (staking.net.provider(&staking.net.owner)?, program("dispute_court")?);
    let (token, params) = (staking.net.token, court_params());
    let config = CourtConfig { owner: Address::ZERO, guardian: owner, token, params };
    let seen = reverted(deploy_court(&provider, owner, &program, config).await)?;
    assert_eq!(seen, C::OwnableInvalidOwner { owner: Address::ZERO }.abi_encode());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_service_has_an_id_a_rate_and_a_least_stake_that_can_be() -> Result<()> {
    let staking = Staking::start().await?;
    let registry = staking.registry_as(&staking.net.owner)?;
    let most = U96::from(aia(1_000_000_000));
    let over = most + U96::from(1);
    for (id, rate, stake) in [(0, 1, most), (1, 0, most), (1, 10_001, most), (1, 1, over)] {
        let invalid = R::InvalidService { id, maxSlashBps: rate, minStake: stake };
        staking.net.refuses(&registry.setService(id, rate, stake, true), invalid).await?;
    }
    staking.net.send(&registry.setService(1, 10_000, most, true)).await?;
    Ok(())
}

/// Gives the identity registry the code that answers everything alike.
fn set_identity_code(staking: &Staking, code: [u8; 10]) -> Result<()> {
    let code = Some(Bytes::copy_from_slice(&code));
    staking.net.api.alter(Override { address: IDENTITY, code, ..Override::default() })?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_is_linked_by_who_controls_it() -> Result<()> {
    let staking = Staking::start().await?;
    let (provider, owner) = (staking.net.account(0), staking.registry_as(&staking.net.owner)?);
    let account = provider.address();
    staking.endow(&provider, aia(1_000)).await?;
    staking.provider(&provider, aia(1_000)).await?;
    let (registry, agent) = (staking.registry_as(&provider)?, U256::from(7));
    let refused = R::UnauthorizedAgent { agentId: agent, provider: account };
    // Without a registry, with one that says no, and for an id that none can be.
    staking.net.refuses(&registry.linkAgent(agent), refused.clone()).await?;
    staking.net.send(&owner.setIdentityRegistry(IDENTITY)).await?;
    set_identity_code(&staking, ANSWERS[0])?;
    staking.net.refuses(&registry.linkAgent(agent), refused).await?;
    set_identity_code(&staking, ANSWERS[1])?;
    let none = R::UnauthorizedAgent { agentId: U256::MAX, provider: account };
    staking.net.refuses(&registry.linkAgent(U256::MAX), none).await?;

    let receipt = staking.net.send(&registry.linkAgent(agent)).await?;
    let linked = R::AgentLinked { provider: account, agentId: agent };
    assert_events(&receipt, &[event(&linked)]);
    assert_eq!(registry.providerOf(account).call().await?.agent, U256::from(8));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_share_that_is_worth_less_than_a_base_unit_takes_nothing_out() -> Result<()> {
    let staking = Staking::start().await?;
    let provider = staking.net.account(0);
    staking.serving(&provider, U256::from(2)).await?;
    let order = R::Slash {
        subject: provider.address().into_word(),
        service: INFERENCE,
        bps: 1,
        faultAt: U48::ZERO,
        reporter: Address::ZERO,
        reporterBps: 0,
        victim: Address::ZERO,
        victimBps: 0,
    };
    // Of two base units one is slashed: the shares remain two.
    slash(&staking, order)?;
    staking.net.pass(1)?;
    let registry = staking.registry_as(&provider)?;
    staking.net.refuses(&registry.undelegate(provider.address(), 1), R::WorthlessShares { shares: U256::ONE }).await?;
    staking.undelegate(&provider, &provider, U256::from(2)).await?;
    Ok(())
}

/// Slashes as the court, which is given ether for it.
fn slash(staking: &Staking, order: R::Slash) -> Result<()> {
    let api = &staking.net.api;
    api.set_balance(staking.court, aia(1))?;
    let included = send(api, Message::call(staking.court, staking.registry, R::slashCall { order }.abi_encode()))?;
    ensure!(included.success, "{included:?}");
    Ok(())
}
