//! What came of it.

use alloy::{
    contract::{CallBuilder, CallDecoder},
    primitives::{Address, U256},
    providers::Provider,
    rpc::types::TransactionReceipt,
    sol_types::{SolError, SolEvent},
};
use eyre::Result;

use super::{Staking, supply};
use crate::reverts::revert_data;

impl Staking {
    /// Asserts the state of a dispute.
    ///
    /// # Errors
    /// When the court does not answer.
    ///
    /// # Panics
    /// When it is in another.
    pub async fn assert_dispute(&self, id: U256, status: u8) -> Result<()> {
        let dispute = self.court_as(&self.net.owner)?.dispute(id).call().await?;
        assert_eq!(dispute.status, status, "status of dispute {id}");
        Ok(())
    }

    /// Asserts who has what, beside the owner: all that was not burned and belongs to nobody named is still its own.
    ///
    /// # Errors
    /// When the token does not answer.
    ///
    /// # Panics
    /// When somebody owns something else, or more or less was burned.
    pub async fn assert_holdings(&self, expected: &[(Address, U256)], burned: U256) -> Result<()> {
        let given: U256 = expected.iter().map(|(_, balance)| *balance).sum();
        let owner = (self.net.owner.address(), supply() - burned - given);
        self.net.assert_balances(&[expected, &[owner]].concat()).await
    }
}

/// Returns the events of one kind that a contract emitted within a transaction, in order.
pub fn emitted<E: SolEvent>(receipt: &TransactionReceipt, contract: Address) -> Vec<E> {
    let logs = receipt.logs().iter().filter(|log| log.address() == contract);
    logs.filter_map(|log| E::decode_log_data(log.data()).ok()).collect()
}

/// Simulates a call that must revert with an error of one kind, and returns it.
///
/// # Errors
/// When it reverts with another.
///
/// # Panics
/// When it succeeds.
pub async fn refusal<E: SolError>(call: &CallBuilder<impl Provider, impl CallDecoder + Unpin>) -> Result<E> {
    Ok(E::abi_decode(&revert_data(call.call().await))?)
}
