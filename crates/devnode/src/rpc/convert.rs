//! Between the chain's types and those of JSON-RPC.

use alloy::{
    consensus::{Receipt, ReceiptEnvelope, ReceiptWithBloom, Transaction, TxType, transaction::Recovered},
    primitives::{B256, Bloom, U64, U256, logs_bloom},
    rpc::types::{self as rpc, BlockOverrides, TransactionReceipt, TransactionRequest, state::StateOverride},
};
use serde_json::{Value, json};

use super::error::RpcError;
use crate::{
    arbos::{self, STATE_ACCOUNT},
    chain::{Block, BlockOverride, Included, Simulation, StartBlock},
    error::Invalid,
    precompiles::ArbPrecompiles,
};

/// Turns a call object into a simulation.
///
/// # Errors
/// [`RpcError`] when its members contradict each other.
pub(super) fn simulation(request: &TransactionRequest, chain_id: u64) -> Result<Simulation, RpcError> {
    let (cap, tip) =
        (request.max_fee_per_gas.unwrap_or_default(), request.max_priority_fee_per_gas.unwrap_or_default());
    if request.gas_price.is_some() && (cap > 0 || tip > 0) {
        let reason = "both gasPrice and (maxFeePerGas or maxPriorityFeePerGas) specified";
        return Err(Invalid::Other(reason.into()).into());
    }
    if let Some(have) = request.chain_id
        && have != chain_id
    {
        let reason = format!("chainId does not match node's (have={have}, want={chain_id})");
        return Err(Invalid::Other(reason).into());
    }
    Ok(Simulation {
        from: request.from.unwrap_or_default(),
        to: request.to.and_then(|kind| kind.to().copied()),
        data: request.input.input().cloned().unwrap_or_default(),
        value: request.value.unwrap_or_default(),
        gas: request.gas,
        nonce: request.nonce.unwrap_or_default(),
        fee_cap: request.gas_price.unwrap_or(cap),
        tip: request.gas_price.unwrap_or(tip),
        access_list: request.access_list.clone().unwrap_or_default(),
        authorizations: request.authorization_list.clone().unwrap_or_default(),
        ..Simulation::default()
    })
}

/// Adds state overrides to a simulation.
///
/// # Errors
/// [`RpcError`] for those that contradict each other or that no simulation may have.
pub(super) fn override_state(
    simulation: &mut Simulation,
    overrides: StateOverride,
    version: u64,
) -> Result<(), RpcError> {
    let refuse = |reason: String| Err(Invalid::Other(reason).into());
    let pairs = |map: Option<_>| -> Option<Vec<(B256, B256)>> {
        map.map(|map: alloy::primitives::map::B256HashMap<B256>| map.into_iter().collect())
    };
    let precompiles = ArbPrecompiles::new(version);
    let overridden: Vec<_> = overrides.keys().copied().collect();
    for (address, change) in overrides {
        if address == STATE_ACCOUNT {
            return refuse(format!("overriding address {address}  not allowed"));
        }
        if change.state.is_some() && change.state_diff.is_some() {
            return refuse(format!("account {address} has both 'state' and 'stateDiff'"));
        }
        if let Some(to) = change.move_precompile_to {
            if !precompiles.contains(address) {
                return refuse(format!("account {address} is not a precompile"));
            }
            if overridden.contains(&to) {
                return refuse(format!("account {to} is already overridden"));
            }
            if simulation.moved.iter().any(|(_, other)| *other == to) {
                return refuse(format!("account {to} has already been overridden by a precompile"));
            }
            simulation.moved.push((address, to));
        }
        simulation.overrides.push(crate::chain::Override {
            address,
            balance: change.balance,
            nonce: change.nonce,
            code: change.code,
            state: pairs(change.state),
            state_diff: pairs(change.state_diff).unwrap_or_default(),
        });
    }
    Ok(())
}

/// Turns block overrides into the chain's form.
pub(super) fn override_block(overrides: &BlockOverrides) -> BlockOverride {
    BlockOverride {
        number: overrides.number.map(|number| number.saturating_to()),
        time: overrides.time,
        gas_limit: overrides.gas_limit,
        fee_recipient: overrides.coinbase,
        difficulty: overrides.difficulty,
        base_fee: overrides.base_fee.map(|fee| fee.saturating_to()),
    }
}

/// Renders a block, with whole transactions or their hashes.
pub(super) fn block(block: &Block, full: bool) -> Value {
    let transactions: Vec<Value> = (0..block.len())
        .map(|index| if full { transaction(block, index) } else { json!(transaction_hash(block, index)) })
        .collect();
    let mut rendered = with_arbitrum(serde_json::to_value(header(block)), header_extras(block));
    rendered["transactions"] = transactions.into();
    rendered["uncles"] = json!([]);
    rendered
}

/// Renders a header as `eth_getHeaderByNumber` does.
pub(super) fn header_alone(block: &Block) -> Value {
    let mut rendered = with_arbitrum(serde_json::to_value(header(block)), header_extras(block));
    if let Some(members) = rendered.as_object_mut() {
        members.remove("size");
    }
    rendered
}

/// What a header tells of the parent chain: sends so far and their root, which are in it packed.
fn header_extras(block: &Block) -> Value {
    let count = U64::from_be_slice(&block.header.mix_hash[..8]);
    let root = B256::from_slice(&block.header.extra_data[..32]);
    json!({ "l1BlockNumber": "0x0", "sendRoot": root, "sendCount": count })
}

/// Renders a block's header.
pub(super) fn header(block: &Block) -> rpc::Header {
    let size = block.encoded_len();
    rpc::Header { hash: block.hash, inner: block.header.clone(), total_difficulty: None, size: Some(U256::from(size)) }
}

/// Returns the hash of the transaction at an index.
pub(super) fn transaction_hash(block: &Block, index: usize) -> B256 {
    match (&block.start, index) {
        (Some(start), 0) => start.hash,
        _ => block.transactions[index - block.index(0)].hash,
    }
}

/// Renders the transaction at an index of its block.
pub(super) fn transaction(block: &Block, index: usize) -> Value {
    if let (Some(start), 0) = (&block.start, index) {
        return start_transaction(block, start);
    }
    let included = &block.transactions[index - block.index(0)];
    let base_fee = block.header.base_fee_per_gas.unwrap_or_default();
    let rendered = rpc::Transaction {
        inner: Recovered::new_unchecked(included.signed.tx.clone(), included.signed.sender),
        block_hash: Some(block.hash),
        block_number: Some(block.number),
        transaction_index: Some(index as u64),
        effective_gas_price: Some(Transaction::effective_gas_price(&included.signed.tx, Some(base_fee))),
        block_timestamp: None,
    };
    serde_json::to_value(rendered).unwrap_or_default() // plain data: rendering cannot fail
}

fn start_transaction(block: &Block, start: &StartBlock) -> Value {
    json!({
        "blockHash": block.hash,
        "blockNumber": U64::from(block.number),
        "from": arbos::ADDRESS,
        "gas": "0x0",
        "gasPrice": "0x0",
        "hash": start.hash,
        "input": start.input,
        "nonce": "0x0",
        "to": arbos::ADDRESS,
        "transactionIndex": "0x0",
        "value": "0x0",
        "type": U64::from(StartBlock::TYPE),
        "chainId": U64::from(start.chain_id),
        "v": "0x0",
        "r": "0x0",
        "s": "0x0",
    })
}

/// Renders the receipt of the transaction at an index of its block.
pub(super) fn receipt(block: &Block, index: usize) -> Value {
    if let (Some(start), 0) = (&block.start, index) {
        return start_receipt(block, start);
    }
    let position = index - block.index(0);
    let included = &block.transactions[position];
    let before = &block.transactions[..position];
    let cumulative_gas_used = before.iter().map(|included| included.gas_used).sum::<u64>() + included.gas_used;
    let with_bloom = ReceiptWithBloom {
        receipt: Receipt { status: included.success.into(), cumulative_gas_used, logs: logs(block, position) },
        logs_bloom: logs_bloom(&included.logs),
    };
    let inner = match included.signed.tx.tx_type() {
        TxType::Legacy => ReceiptEnvelope::Legacy(with_bloom),
        TxType::Eip2930 => ReceiptEnvelope::Eip2930(with_bloom),
        TxType::Eip1559 => ReceiptEnvelope::Eip1559(with_bloom),
        TxType::Eip4844 => ReceiptEnvelope::Eip4844(with_bloom),
        TxType::Eip7702 => ReceiptEnvelope::Eip7702(with_bloom),
    };
    let tx = &included.signed.tx;
    let created = Transaction::kind(tx).is_create().then(|| included.signed.sender.create(Transaction::nonce(tx)));
    let rendered = TransactionReceipt {
        inner,
        transaction_hash: included.hash,
        transaction_index: Some(index as u64),
        block_hash: Some(block.hash),
        block_number: Some(block.number),
        gas_used: included.gas_used,
        effective_gas_price: block.header.base_fee_per_gas.unwrap_or_default().into(),
        blob_gas_used: None,
        blob_gas_price: None,
        from: included.signed.sender,
        to: Transaction::to(tx),
        contract_address: created,
    };
    with_arbitrum(
        serde_json::to_value(rendered),
        json!({ "l1BlockNumber": "0x0", "gasUsedForL1": U64::from(included.poster_gas), "timeboosted": false }),
    )
}

fn start_receipt(block: &Block, start: &StartBlock) -> Value {
    json!({
        "blockHash": block.hash,
        "blockNumber": U64::from(block.number),
        "contractAddress": null,
        "cumulativeGasUsed": "0x0",
        "effectiveGasPrice": U64::from(block.header.base_fee_per_gas.unwrap_or_default()),
        "from": arbos::ADDRESS,
        "gasUsed": "0x0",
        "gasUsedForL1": "0x0",
        "l1BlockNumber": "0x0",
        "logs": [],
        "logsBloom": Bloom::ZERO,
        "status": "0x1",
        "timeboosted": false,
        "to": arbos::ADDRESS,
        "transactionHash": start.hash,
        "transactionIndex": "0x0",
        "type": U64::from(StartBlock::TYPE),
    })
}

/// Renders the logs of the transaction at a position among those of users.
pub(super) fn logs(block: &Block, position: usize) -> Vec<rpc::Log> {
    let first: usize = block.transactions[..position].iter().map(|included| included.logs.len()).sum();
    let included: &Included = &block.transactions[position];
    let index = block.index(position);
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
    (0..block.transactions.len()).flat_map(|position| logs(block, position)).collect()
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
