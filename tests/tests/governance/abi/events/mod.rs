//! Every event that the interfaces declare, with its members, and none beside them.

mod ballots;
mod governor;
mod settings;
mod timelock;

use std::collections::BTreeSet;

use aia_tests::Network;
use alloy::{
    json_abi::JsonAbi,
    primitives::{Address, B256},
    providers::Provider,
    rpc::types::Filter,
};
use eyre::{OptionExt, Result};

/// Asserts that a contract has logged every event that its interface declares, and no other.
async fn assert_all_heard(net: &Network, contract: Address, abi: &JsonAbi) -> Result<()> {
    let logs = Filter::new().address(contract).from_block(0_u64);
    let logs = net.provider(&net.owner)?.get_logs(&logs).await?;
    let logged: Option<BTreeSet<B256>> = logs.iter().map(|log| log.topic0().copied()).collect();
    let declared: BTreeSet<B256> = abi.events().map(|event| event.selector()).collect();
    assert_eq!(logged.ok_or_eyre("a log has no topic")?, declared, "topics that were logged, and those declared");
    Ok(())
}
