//! How long each change takes in a network as launched, and that a shorter way takes as long to open.

use aia_abi::{IAIATimelock as T, IAIAToken as I};
use aia_tests::governance::{DELAY, Republic, SLOW};
use alloy::{
    primitives::{Address, Bytes, FixedBytes, U256},
    sol_types::SolCall,
};
use eyre::{Result, ensure};

use super::{Class, attempts::attempts, class_of, scene::Scene, send_as};

/// What takes two days: pauses, and the parameters of the payments contract. Everything else takes seven.
const QUICK: [(&str, &str); 3] = [
    ("IProviderRegistry", "setPaused(bool)"),
    ("IStreamPayments", "setParams((uint16,uint16,uint24,address,address))"),
    ("IStreamPayments", "setPaused(bool)"),
];

/// The shortest delay that a call can have, seconds.
const SHORTEST: u32 = 21_600;

/// Returns the least delay of a call now, seconds.
pub(super) async fn required(republic: &Republic, target: Address, data: impl Into<Bytes>) -> Result<u64> {
    let timelock = republic.timelock_as(&republic.stranger())?;
    let delay = timelock.getRequiredDelay(vec![target], vec![U256::ZERO], vec![data.into()]).call().await?;
    Ok(delay.to())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_takes_two_days_if_it_is_named_and_seven_if_not() -> Result<()> {
    let scene = Scene::start().await?;
    let mut quick = Vec::new();
    for attempt in attempts(&scene) {
        if class_of(&attempt)? == Class::Role {
            continue;
        }
        let function = (attempt.interface, attempt.signature);
        let delay = required(&scene.republic, attempt.target, attempt.calldata).await?;
        println!("{delay:>7} s  {}.{}", function.0, function.1);
        if delay != SLOW {
            assert_eq!(delay, DELAY, "{function:?}");
            quick.push(function);
        }
    }
    quick.sort_unstable();
    let mut expected = QUICK;
    expected.sort_unstable();
    assert_eq!(quick, expected);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_governed_contract_is_slow_in_what_nobody_thought_of() -> Result<()> {
    let scene = Scene::start().await?;
    let republic = &scene.republic;
    let staking = &republic.chain.staking;
    let net = republic.net();
    let governed =
        [net.token, staking.registry, staking.court, republic.chain.payments, republic.governor, republic.timelock];
    let unknown: [&[u8]; 6] = [&[], &[0xff], &[1, 2, 3], &[1, 2, 3, 4], &[0xff; 4], &[0; 36]];
    for contract in governed {
        for data in unknown {
            assert_eq!(required(republic, contract, data.to_vec()).await?, SLOW, "{contract} {data:?}");
        }
    }
    // And so are all others.
    assert_eq!(required(republic, staking.arbitrator().address(), Bytes::new()).await?, SLOW);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_shorter_delay_comes_no_sooner_than_the_longer_one_would_have_let_the_call() -> Result<()> {
    let scene = Scene::start().await?;
    let (republic, token) = (&scene.republic, scene.republic.net().token);
    let (timelock, selector) = (republic.timelock, FixedBytes(I::setMintLimitCall::SELECTOR));
    let lowering = T::setCallDelayCall { target: token, selector, delay: SHORTEST };
    let lowered_at = republic.net().now();

    let lowered = send_as(republic.net(), timelock, timelock, lowering.abi_encode())?;
    ensure!(lowered.success, "{lowered:?}");

    let effect = lowered_at + SLOW - u64::from(SHORTEST);
    let mut data = selector.to_vec();
    data.extend([0; 96]);
    for (instant, expected) in [(lowered_at, SLOW), (effect - 1, SLOW), (effect, SHORTEST.into())] {
        republic.pass_to(instant)?;
        assert_eq!(required(republic, token, data.clone()).await?, expected, "{} s after", instant - lowered_at);
    }
    Ok(())
}
