//! Between the chain's types and those of JSON-RPC.

use alloy::{
    consensus::{Receipt, ReceiptEnvelope, ReceiptWithBloom, TxType, transaction::Recovered},
    primitives::{B256, U256, logs_bloom},
    rpc::types::{
        self as rpc, BlockTransactions, TransactionReceipt, TransactionRequest,
        state::{AccountOverride, StateOverride},
    },
};
use serde_json::{Value, json};

use crate::chain::{Block, Included, Simulation};

/// Turns a call object into a simulation.
pub(super) fn simulation(request: &TransactionRequest, overrides: Vec<crate::chain::Override>) -> Simulation {
    Simulation {
        from: request.from.unwrap_or_default(),
        to: request.to.and_then(|kind| kind.to().copied()),
        data: request.input.input().cloned().unwrap_or_default(),
        value: request.value.unwrap_or_default(),
        gas: request.gas,
        gas_price: request.gas_price.or(request.max_fee_per_gas).unwrap_or_default(),
        overrides,
        access_list: request.access_list.clone().unwrap_or_default(),
        authorizations: request.authorization_list.clone().unwrap_or_default(),
    }
}

/// Turns state overrides into the chain's form.
pub(super) fn overrides(overrides: StateOverride) -> Vec<crate::chain::Override> {
    let pairs = |map: Option<_>| -> Option<Vec<(B256, B256)>> {
        map.map(|map: alloy::primitives::map::B256HashMap<B256>| map.into_iter().collect())
    };
    overrides
        .into_iter()
        .map(|(address, change): (_, AccountOverride)| crate::chain::Override {
            address,
            balance: change.balance,
            nonce: change.nonce,
            code: change.code,
            state: pairs(change.state),
            state_diff: pairs(change.state_diff).unwrap_or_default(),
        })
        .collect()
}

/// Renders a block, with whole transactions or their hashes.
pub(super) fn block(block: &Block, full: bool) -> Value {
    let transactions = if full {
        BlockTransactions::Full((0..block.transactions.len()).map(|index| transaction(block, index)).collect())
    } else {
        BlockTransactions::Hashes(block.transactions.iter().map(|included| included.hash).collect())
    };
    let rendered: rpc::Block<rpc::Transaction> =
        rpc::Block { header: header(block), uncles: Vec::new(), transactions, withdrawals: None };
    with_arbitrum(
        serde_json::to_value(rendered),
        json!({ "l1BlockNumber": "0x0", "sendRoot": B256::ZERO, "sendCount": "0x0" }),
    )
}

/// Renders a block's header.
pub(super) fn header(block: &Block) -> rpc::Header {
    let size = block.body_len() + alloy::rlp::Encodable::length(&block.header);
    rpc::Header { hash: block.hash, inner: block.header.clone(), total_difficulty: None, size: Some(U256::from(size)) }
}

/// Renders a transaction in its block.
pub(super) fn transaction(block: &Block, index: usize) -> rpc::Transaction {
    let included = &block.transactions[index];
    rpc::Transaction {
        inner: Recovered::new_unchecked(included.signed.tx.clone(), included.signed.sender),
        block_hash: Some(block.hash),
        block_number: Some(block.number),
        transaction_index: Some(index as u64),
        effective_gas_price: Some(included.paid_price(block.header.base_fee_per_gas.unwrap_or_default())),
        block_timestamp: Some(block.header.timestamp),
    }
}

/// Renders a receipt.
pub(super) fn receipt(block: &Block, index: usize) -> Value {
    let included = &block.transactions[index];
    let before = &block.transactions[..index];
    let cumulative_gas_used = before.iter().map(|included| included.gas_used).sum::<u64>() + included.gas_used;
    let logs = logs(block, index);
    let with_bloom = ReceiptWithBloom {
        receipt: Receipt { status: included.success.into(), cumulative_gas_used, logs },
        logs_bloom: logs_bloom(&included.logs),
    };
    let inner = match included.signed.tx.tx_type() {
        TxType::Legacy => ReceiptEnvelope::Legacy(with_bloom),
        TxType::Eip2930 => ReceiptEnvelope::Eip2930(with_bloom),
        TxType::Eip1559 => ReceiptEnvelope::Eip1559(with_bloom),
        TxType::Eip4844 => ReceiptEnvelope::Eip4844(with_bloom),
        TxType::Eip7702 => ReceiptEnvelope::Eip7702(with_bloom),
    };
    let rendered = TransactionReceipt {
        inner,
        transaction_hash: included.hash,
        transaction_index: Some(index as u64),
        block_hash: Some(block.hash),
        block_number: Some(block.number),
        gas_used: included.gas_used,
        effective_gas_price: included.paid_price(block.header.base_fee_per_gas.unwrap_or_default()),
        blob_gas_used: None,
        blob_gas_price: None,
        from: included.signed.sender,
        to: alloy::consensus::Transaction::to(&included.signed.tx),
        contract_address: included.created,
    };
    with_arbitrum(
        serde_json::to_value(rendered),
        json!({ "l1BlockNumber": "0x0", "gasUsedForL1": "0x0", "timeboosted": false }),
    )
}

/// Renders the logs of a transaction.
pub(super) fn logs(block: &Block, index: usize) -> Vec<rpc::Log> {
    let first: usize = block.transactions[..index].iter().map(|included| included.logs.len()).sum();
    let included: &Included = &block.transactions[index];
    let render = |(offset, log): (usize, &alloy::primitives::Log)| rpc::Log {
        inner: log.clone(),
        block_hash: Some(block.hash),
        block_number: Some(block.number),
        block_timestamp: Some(block.header.timestamp),
        transaction_hash: Some(included.hash),
        transaction_index: Some(index as u64),
        log_index: Some((first + offset) as u64),
        removed: false,
    };
    included.logs.iter().enumerate().map(render).collect()
}

/// Renders all logs of a block.
pub(super) fn block_logs(block: &Block) -> Vec<rpc::Log> {
    (0..block.transactions.len()).flat_map(|index| logs(block, index)).collect()
}

/// Adds the members that only Arbitrum has.
fn with_arbitrum(rendered: serde_json::Result<Value>, more: Value) -> Value {
    // The types above are plain data: rendering them cannot fail.
    let mut rendered = rendered.unwrap_or_default();
    if let (Some(members), Value::Object(more)) = (rendered.as_object_mut(), more) {
        members.extend(more);
    }
    rendered
}
