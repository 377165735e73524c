//! Native value: what takes it, and what refuses it.

use aia_abi::IAIAGovernor;
use aia_devnode::chain::Outcome;
use aia_tests::governance::Dao;
use alloy::{
    json_abi::StateMutability,
    primitives::{Bytes, U256, hex},
    sol_types::SolError,
};
use eyre::Result;

use super::{call, contracts, encoding::join, least, refused, without_gas};

#[tokio::test(flavor = "multi_thread")]
async fn value_is_taken_by_what_makes_calls_and_refused_by_all_else() -> Result<()> {
    let scene = Dao::start().await?;
    let payable = [["execute", "relay"], ["execute", "executeBatch"]];
    for (contract, payable) in contracts(&scene).iter().zip(payable) {
        for function in contract.functions() {
            let data = [function.selector().as_slice(), &join(&least(&function))].concat();
            let outcome = call(&scene, contract.sender(&function), contract.address, data, U256::ONE)?;
            let told = format!("{}: {}", contract.name, function.signature());
            let takes_value = payable.contains(&function.name.as_str());
            assert_eq!(function.state_mutability == StateMutability::Payable, takes_value, "{told}, as declared");
            assert_eq!(outcome != refused(), takes_value, "{told}: {outcome:?}");
        }
        let unknown = call(&scene, contract.caller, contract.address, hex!("ffffffff"), U256::ONE)?;
        assert_eq!(unknown, refused(), "{}: what is no function", contract.name);
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn plain_ether_is_taken_by_the_timelock_and_refused_by_the_governor() -> Result<()> {
    let scene = Dao::start().await?;
    let from = scene.stranger().address();
    for value in [U256::ZERO, U256::ONE] {
        let taken = call(&scene, from, scene.timelock, Bytes::new(), value)?;
        assert_eq!(without_gas(taken), Outcome::Success { output: Bytes::new(), gas_used: 0, peak: 0 });
        let disabled = IAIAGovernor::GovernorDisabledDeposit {}.abi_encode();
        assert_eq!(call(&scene, from, scene.governor, Bytes::new(), value)?, Outcome::Revert(disabled.into()));
    }
    Ok(())
}
