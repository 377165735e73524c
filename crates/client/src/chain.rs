//! Transactions and what they leave.

use alloy::{
    contract::{CallBuilder, CallDecoder},
    primitives::Address,
    providers::Provider,
    rpc::types::TransactionReceipt,
    sol_types::SolEvent,
};

use crate::{Error, Result};

/// Sends a call and waits until it is mined.
pub(crate) async fn mined<P: Provider, D: CallDecoder>(call: &CallBuilder<P, D>) -> Result<TransactionReceipt> {
    let receipt = call.send().await?.get_receipt().await.map_err(alloy::contract::Error::from)?;
    if receipt.status() { Ok(receipt) } else { Err(Error::Failed(receipt.transaction_hash)) }
}

/// Returns the first event of its kind that a contract left.
pub(crate) fn event<E: SolEvent>(receipt: &TransactionReceipt, contract: Address) -> Result<E> {
    let mut logs = receipt.logs().iter().filter(|log| log.address() == contract);
    let event = logs.find_map(|log| E::decode_log(&log.inner).ok());
    let missing = Error::MissingEvent { transaction: receipt.transaction_hash, event: E::SIGNATURE };
    event.map(|log| log.data).ok_or(missing)
}
