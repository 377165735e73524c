//! What the timelock's construction does: what it tells, who gets which role, whose owner it becomes.

use aia_abi::{
    IAIATimelock::{self as T, Brake, CallDelay},
    IAIAToken,
};
use aia_tests::actions::event;
use alloy::{
    primitives::{Address, B256, LogData, U256, aliases::U48, keccak256},
    sol_types::SolError,
};
use eyre::Result;

use super::{ALL, Config, EXECUTOR, PROPOSERS, TRANSFER, own_delay, timelock};
use crate::construction::{ACCOUNT, Place, Site};

#[tokio::test(flavor = "multi_thread")]
async fn the_timelock_tells_what_it_was_constructed_with() -> Result<()> {
    let site = Site::start("timelock").await?;
    let call_delays = vec![own_delay(TRANSFER, 604_800), own_delay(ALL, 259_200)];
    let config = Config { executors: vec![EXECUTOR, Address::ZERO], call_delays, ..Config::new(&site) };
    let Place { program, maker } = site.next_place().await?;
    let deployed = site.construct(&config.encode()).await?;
    assert_eq!(deployed.address, program);

    let roles = roles();
    let granted = |role, account| event(&T::RoleGranted { role, account, sender: maker });
    let mut expected = vec![granted(roles.admin, program)];
    for proposer in PROPOSERS {
        expected.extend([granted(roles.proposer, proposer), granted(roles.canceller, proposer)]);
    }
    expected.extend(config.executors.iter().map(|executor| granted(roles.executor, *executor)));
    expected.extend(numbers(&config));
    let now = U48::from(site.net.now());
    expected.extend(config.call_delays.iter().map(|CallDelay { target, selector, delay }| {
        let (target, selector) = (*target, *selector);
        event(&T::CallDelaySet { target, selector, oldDelay: config.min_delay, newDelay: *delay, effect: now })
    }));
    assert_eq!(site.told(&deployed, program).await?, expected);
    Ok(())
}

fn numbers(config: &Config) -> [LogData; 3] {
    let Brake { guardian, expiry } = config.brake;
    [
        event(&T::MinDelayChange { oldDuration: U256::ZERO, newDuration: U256::from(config.min_delay) }),
        event(&T::GracePeriodChange { oldDuration: 0, newDuration: config.grace }),
        event(&T::GuardianSet { oldGuardian: Address::ZERO, newGuardian: guardian, expiry }),
    ]
}

struct Roles {
    admin: B256,
    proposer: B256,
    executor: B256,
    canceller: B256,
}

fn roles() -> Roles {
    let [proposer, executor, canceller] = ["PROPOSER_ROLE", "EXECUTOR_ROLE", "CANCELLER_ROLE"].map(keccak256);
    Roles { admin: B256::ZERO, proposer, executor, canceller }
}

#[tokio::test(flavor = "multi_thread")]
async fn proposers_cancel_too_executors_execute_and_only_the_timelock_is_admin() -> Result<()> {
    let site = Site::start("timelock").await?;
    let Place { program, maker } = site.next_place().await?;
    site.construct(&Config::new(&site).encode()).await?;
    let timelock = timelock(&site, program)?;
    let Roles { admin, proposer, executor, canceller } = roles();
    let holders = [
        (admin, vec![program]),
        (proposer, PROPOSERS.to_vec()),
        (canceller, PROPOSERS.to_vec()),
        (executor, vec![EXECUTOR]),
    ];
    let (deployer, owner) = (site.deployer.address(), site.net.owner.address());
    let [first, second] = PROPOSERS;
    for (role, holders) in holders {
        assert_eq!(timelock.getRoleAdmin(role).call().await?, admin);
        for account in [Address::ZERO, program, maker, deployer, owner, ACCOUNT, EXECUTOR, first, second] {
            let has = timelock.hasRole(role, account).call().await?;
            assert_eq!(has, holders.contains(&account), "role {role} of {account}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_offered_to_the_timelock_it_accepts_and_without_an_offer_it_is_not_constructed() -> Result<()> {
    let site = Site::start("timelock").await?;
    let (net, token) = (&site.net, site.net.token_as(&site.net.owner)?);
    let config = Config { owned: vec![net.token], ..Config::new(&site) };
    let Place { program, .. } = site.next_place().await?;
    let refused = IAIAToken::OwnableUnauthorizedAccount { account: program };
    assert_eq!(site.refusal(&config.encode()).await?, refused.abi_encode());
    // What has no code accepts everything and is owned by nobody.
    let nothing = Config { owned: vec![ACCOUNT], ..config.clone() };
    assert_eq!(site.refusal(&nothing.encode()).await?, T::FailedCall {}.abi_encode());

    net.send(&token.transferOwnership(program)).await?;
    let deployed = site.construct(&config.encode()).await?;
    let accepted = IAIAToken::OwnershipTransferred { previousOwner: net.owner.address(), newOwner: program };
    assert_eq!(site.told(&deployed, net.token).await?, [event(&accepted)]);
    assert_eq!(token.owner().call().await?, program);
    assert_eq!(token.pendingOwner().call().await?, Address::ZERO);
    Ok(())
}
