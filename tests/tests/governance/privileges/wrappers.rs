//! Threat 22: calls that hide other calls take no less time than what they hide.

use aia_abi::{IAIAGovernor as G, IAIATimelock as T, IAIAToken as I, IStreamPayments as P};
use aia_devnode::rpc::RpcError;
use aia_tests::governance::{DELAY, Republic, SLOW};
use alloy::{
    primitives::{Address, B256, Bytes, U256, aliases::U48, keccak256},
    sol_types::{SolCall, SolError},
};
use eyre::{Result, ensure};

use super::{delays::required, scene::Scene, send_as};

/// Gets what is given away.
const HEIR: Address = Address::repeat_byte(0xee);

/// Returns what is worth hiding: the right to mint.
fn minting() -> Bytes {
    I::setMintLimitCall { minter: HEIR, capacity: 1, window: U48::from(1) }.abi_encode().into()
}

/// Returns a call that schedules the right to mint, in so many seconds.
fn scheduling(republic: &Republic, delay: u64) -> T::scheduleCall {
    let (target, data, delay) = (republic.net().token, minting(), U256::from(delay));
    T::scheduleCall { target, value: U256::ZERO, data, predecessor: B256::ZERO, salt: B256::ZERO, delay }
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_22_what_hides_a_call_is_as_slow_as_the_slowest() -> Result<()> {
    let scene = Scene::start().await?;
    let republic = &scene.republic;
    let Republic { governor, timelock, .. } = *republic;
    let (token, payments, zero) = (republic.net().token, republic.chain.payments, B256::ZERO);
    let quick = P::setPausedCall { value: true }.abi_encode();
    assert_eq!(required(republic, payments, quick.clone()).await?, DELAY);

    let multicall = P::multicallCall { data: vec![quick.clone().into()] };
    let relay = G::relayCall { target: payments, value: U256::ZERO, data: quick.clone().into() };
    let execute =
        T::executeCall { target: token, value: U256::ZERO, payload: minting(), predecessor: zero, salt: zero };
    let (targets, values, payloads) = (vec![token], vec![U256::ZERO], vec![minting()]);
    let execute_batch = T::executeBatchCall { targets, values, payloads, predecessor: zero, salt: zero };
    let wrappers = [
        (payments, multicall.abi_encode()),
        (governor, relay.abi_encode()),
        (timelock, scheduling(republic, 0).abi_encode()),
        (timelock, execute.abi_encode()),
        (timelock, execute_batch.abi_encode()),
    ];
    for (target, wrapper) in wrappers {
        assert_eq!(required(republic, target, wrapper).await?, SLOW, "a wrapper at {target}");
    }

    // Nor does good company help.
    let (targets, calldatas) = (vec![payments, token, payments], vec![quick.clone().into(), minting(), quick.into()]);
    let timelock = republic.timelock_as(&republic.stranger())?;
    let delay = timelock.getRequiredDelay(targets, vec![U256::ZERO; 3], calldatas).call().await?;
    assert_eq!(delay, U256::from(SLOW));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_22_what_is_scheduled_out_of_an_operation_waits_all_over_again() -> Result<()> {
    let scene = Scene::start().await?;
    let republic = &scene.republic;
    let Republic { governor, timelock, .. } = *republic;
    let ask = |from, delay| scene.simulate(from, timelock, &scheduling(republic, delay).abi_encode().into());
    let role = keccak256("PROPOSER_ROLE");
    let not_proposer = T::AccessControlUnauthorizedAccount { account: timelock, neededRole: role };
    assert_eq!(ask(timelock, SLOW), Err(RpcError::Reverted(not_proposer.abi_encode().into())));

    // Even if it were a proposer of its own, or the governor relayed.
    let grant = T::grantRoleCall { role, account: timelock };
    let granted = send_as(republic.net(), timelock, timelock, grant.abi_encode())?;
    ensure!(granted.success, "{granted:?}");
    for proposer in [timelock, governor] {
        for delay in [0, DELAY, SLOW - 1] {
            let [delay, least] = [delay, SLOW].map(U256::from);
            let too_soon = T::TimelockInsufficientDelay { delay, minDelay: least };
            assert_eq!(ask(proposer, delay.to()), Err(RpcError::Reverted(too_soon.abi_encode().into())));
        }
        ask(proposer, SLOW)?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn threat_22_an_owners_call_in_a_multicall_is_the_owners_all_the_same() -> Result<()> {
    let scene = Scene::start().await?;
    let republic = &scene.republic;
    let hidden = P::transferOwnershipCall { newOwner: HEIR }.abi_encode().into();
    let multicall: Bytes = P::multicallCall { data: vec![hidden] }.abi_encode().into();

    for (name, account) in scene.everybody() {
        let answer = scene.simulate(account, republic.chain.payments, &multicall);
        if account == republic.timelock {
            assert!(answer.is_ok(), "{answer:?}");
        } else {
            let refusal = P::OwnableUnauthorizedAccount { account }.abi_encode();
            assert_eq!(answer, Err(RpcError::Reverted(refusal.into())), "{name}");
        }
    }
    Ok(())
}
