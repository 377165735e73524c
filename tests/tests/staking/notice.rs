//! What a payments contract is told of a slash, and that a slash stands whatever it does with that.

use aia_abi::IProviderRegistry as R;
use aia_tests::{
    peers::artifact,
    staking::{BOND, Charge, Staking, aia, emitted, standing},
};
use alloy::{
    primitives::{Address, U256},
    rpc::types::TransactionReceipt,
    signers::local::PrivateKeySigner,
    sol,
    sol_types::SolValue,
};
use eyre::Result;

sol! {
    /// What `Listener.sol` says that it heard.
    #[derive(Debug, PartialEq, Eq)]
    event Told(address indexed account, bool active);
}

const VICTIM: Address = Address::repeat_byte(0x5a);
/// The moods of `Listener.sol`.
const LISTENS: u8 = 0;
const REFUSES: u8 = 1;
const SPINS: u8 = 2;

/// Convicts a provider with 10,000 AIA while a payments contract of that mood is named; returns the execution.
async fn slash(mood: u8) -> Result<(Staking, PrivateKeySigner, Address, TransactionReceipt)> {
    let staking = Staking::start().await?;
    let (provider, disputer) = (staking.net.account(0), staking.net.account(1));
    staking.serving(&provider, aia(10_000)).await?;
    staking.endow(&disputer, BOND).await?;
    let listener =
        staking.net.deploy(&staking.net.owner, &artifact("Listener")?, U256::from(mood).abi_encode()).await?;
    staking.net.send(&staking.registry_as(&staking.net.owner)?.setPayments(listener)).await?;
    let receipt = staking.convict(&disputer, &Charge::new(&staking, &provider, VICTIM)).await?;
    Ok((staking, provider, listener, receipt))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_payments_contract_is_told_and_may_ask_back() -> Result<()> {
    let (_, provider, listener, receipt) = slash(LISTENS).await?;
    let told = Told { account: provider.address(), active: false };
    assert_eq!(emitted::<Told>(&receipt, listener), [told]);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slash_stands_although_a_payments_contract_refuses_or_never_ends() -> Result<()> {
    let (_, _, _, heard) = slash(LISTENS).await?;
    for mood in [REFUSES, SPINS] {
        let (staking, provider, listener, receipt) = slash(mood).await?;
        assert!(emitted::<Told>(&receipt, listener).is_empty());
        assert_eq!(emitted::<R::Slashed>(&receipt, staking.registry)[0].slashed, aia(1_000));
        let seen = staking.registry_as(&provider)?.providerOf(provider.address()).call().await?;
        assert_eq!((seen.status, seen.openDisputes), (standing::JAILED, 0));
        // It is given 100,000 gas and no more.
        assert!(receipt.gas_used < heard.gas_used + 100_000, "{} after {}", receipt.gas_used, heard.gas_used);
    }
    Ok(())
}
